package pipeline

import (
	"fmt"
	"hash/fnv"
	"io"
	"iter"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"tamis/pipeline/reader"
)

// A run maps its sources in chunks, in the order of the sources. A chunk is
// big enough that handing it over costs nothing, and small enough that all
// workers have one on a small dump. It is also what is mapped again when a
// document in it changes, so where chunks end depends on the documents' names:
// one that comes or goes moves no chunk but its own.
const (
	chunkBytes   = 1 << 20
	chunkSources = 64
	chunkMean    = 32
)

// ends reports whether a chunk of some documents ends behind one of this name.
func ends(name string, documents int, size int64) bool {
	if size >= chunkBytes || documents >= chunkSources {
		return true
	}
	h := fnv.New32a()
	io.WriteString(h, name)
	return h.Sum32()%chunkMean == 0
}

// A task is a document to map, or a file that the worker reads itself.
type task struct {
	source *Source
	item   *reader.Item // nil if the source is not read yet
}

// A chunk is what a worker gets at once.
type chunk struct {
	tasks []task
	read  int64         // bytes of the dump that were read since the chunk before
	load  time.Duration // what that took
}

// chunks groups the documents of the sources. A file that is one document is
// left to the worker, so that all cores read; of containers, whose documents
// come one after the other, this is the only reader.
func chunks(o reader.Options, sources []Source) iter.Seq2[chunk, error] {
	return func(yield func(chunk, error) bool) {
		var c chunk
		var size int64
		start := time.Now()
		add := func(t task, name string, bytes int64) bool {
			c.tasks = append(c.tasks, t)
			if size += bytes; !ends(name, len(c.tasks), size) {
				return true
			}
			c.load = time.Since(start)
			ok := yield(c, nil)
			c, size, start = chunk{}, 0, time.Now()
			return ok
		}
		for i := range sources {
			s := &sources[i]
			if s.single() {
				c.read += s.Size
				if !add(task{source: s}, s.Name, s.Size) {
					return
				}
				continue
			}
			read := int64(0)
			lazy := o
			lazy.Lazy = true // the worker converts
			for it := range s.items(lazy) {
				now := it.Read
				if s.Size > 0 {
					now = min(now, s.Size) // a zip file is read twice in parts
				}
				c.read += now - read
				read = now
				if !add(task{s, &it}, it.Name, int64(len(it.Data))) {
					return
				}
			}
			c.read += max(0, s.Size-read) // what stands behind the last document
		}
		if len(c.tasks) > 0 || c.read > 0 {
			c.load = time.Since(start)
			yield(c, nil)
		}
	}
}

// single reports whether a source is one document, by its name and its head. A
// wrong guess costs time only.
func (s *Source) single() bool {
	switch {
	case s.Problem != "" || s.Data != nil:
		return true
	case s.Reader != nil || s.Cut != nil:
		return false
	case s.Open != nil && s.Size <= chunkBytes:
		return true // no chunk grows by it, and to look at the head would be to wait for it here
	case s.Open != nil:
		f, err := s.Open()
		if err != nil {
			return true
		}
		defer f.Close()
		head := make([]byte, reader.HeadSize)
		n, err := f.ReadAt(head, 0)
		return n == 0 && err != nil || reader.Single(s.Name, head[:n])
	}
	f, err := os.Open(s.Path)
	if err != nil {
		return true // reading it says why
	}
	defer f.Close()
	head := make([]byte, reader.HeadSize)
	n, err := io.ReadFull(f, head)
	return n == 0 && err != nil || reader.Single(s.Name, head[:n])
}

// items reads a task: documents, and what is none with the reason.
func (t task) items(o reader.Options) iter.Seq[reader.Item] {
	if t.item == nil {
		return t.source.items(o)
	}
	return t.item.Items(o)
}

// items reads the source. Every source has an item: what holds no document is
// a reject.
func (s *Source) items(o reader.Options) iter.Seq[reader.Item] {
	o.Named = s.Named
	name := utf8Name(s.Name)
	switch {
	case s.Problem != "":
		return func(yield func(reader.Item) bool) {
			yield(reader.Item{Name: name, Problem: reader.Unreadable, Detail: s.Problem})
		}
	case s.Data != nil:
		return func(yield func(reader.Item) bool) { yield(reader.Item{Name: name, Data: s.Data}) }
	case s.Reader != nil:
		return reader.ReadFrom(name, s.Reader, o)
	case s.Open != nil:
		return reader.ReadFile(name, s.Open, o)
	case s.Cut != nil && s.Cut.Line > 0:
		return reader.ReadLines(name, s.Path, s.Cut.From, s.Cut.To, s.Cut.Line, o)
	case s.Cut != nil:
		return s.Cut.of(reader.Read(name, s.Path, o))
	}
	return reader.Read(name, s.Path, o)
}

// of returns the items of a range of them.
func (c *Cut) of(items iter.Seq[reader.Item]) iter.Seq[reader.Item] {
	return func(yield func(reader.Item) bool) {
		n := int64(0)
		for it := range items {
			if n++; n <= c.From {
				continue
			}
			if !yield(it) || n == c.To {
				return
			}
		}
	}
}

// utf8Name returns the name of a file as tables can hold it: a byte that is no
// UTF-8 as "\xE9". Replaced by one and the same rune, two names could be one.
func utf8Name(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var b strings.Builder
	for len(name) > 0 {
		r, n := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&b, `\x%02X`, name[0])
		} else {
			b.WriteString(name[:n])
		}
		name = name[n:]
	}
	return b.String()
}
