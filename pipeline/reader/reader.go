// Package reader turns the files of a dump into raw documents, whatever their
// format and whatever they are packed in.
//
// A source is opened layer by layer. Each layer looks at its first bytes and
// is a compression (.gz, .zst, .bz2, .xz), a container (zip, tar, mbox,
// e-mail, WARC, JSON Lines, CSV, Parquet) whose members are opened in turn, or
// a document. Layers are streams: what is held in memory is one record, and
// never more than Options.MaxBytes of it.
//
// Nothing ends in silence and nothing ends a run. What cannot be read is an
// Item with a Problem, and reading goes on where the format allows it: at the
// next record, the next line, the next member.
package reader

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"sync"
)

// An Item is one document of a source, still raw, or the reason why there is
// none.
type Item struct {
	// Name is the name of the source, and behind each "!/" the name of a
	// member inside it: "dump.zip!/a/b.html". Records without a name have
	// their number: "crawl.warc.gz!/42". It is clean UTF-8 on one line, and
	// no path: "../" may stand in it, and nothing here writes files. Two
	// members of one container never share a name: the second "a" is "a#2".
	// An Item that says what is wrong with the rest of a document bears the
	// name of the document before it.
	Name string
	// Data is the document in the charset of its source. It belongs to the
	// receiver: later items do not touch it.
	Data []byte
	// MediaType says what Data is, "" if only the cleaner can tell.
	MediaType string
	// Original is the media type of what Data was converted from, "" if Data
	// is as it was found: "application/pdf".
	Original string
	// Charset is what the transport declares: an HTTP header, a part of an
	// e-mail. "" means that it declares nothing.
	Charset string
	// URL, ID, Title, Language, Author and Published are what the container
	// knows of the document. Published is a day, month or year of ISO 8601.
	URL, ID, Title, Language, Author, Published string
	// Offset and Size tell where the record lies in its file, in bytes: of
	// the compressed file where each record is compressed by itself. -1 if
	// unknown.
	Offset, Size int64
	// Read is how many bytes of the file were read before the item came.
	Read int64
	// Unread says that Data is a document of a format that has to be
	// converted first, see Options.Lazy. Items reads it.
	Unread bool
	depth  int // containers around, if it is unread
	// Problem says in a few words why there is no document, Detail adds
	// where and what. Data is nil then.
	Problem, Detail string
}

// Problems that a limit or the state of a file leads to. Formats add their own.
const (
	Unreadable  = "unreadable"         // the system does not give the bytes
	Empty       = "empty"              // no bytes, or a container without documents
	TooLarge    = "too large"          // Options.MaxBytes
	TooDeep     = "nested too deep"    // Options.MaxDepth
	TooMany     = "too many documents" // Options.MaxItems
	Expands     = "expands too much"   // Options.MaxRatio
	Truncated   = "truncated"          // the file ends too early
	Damaged     = "damaged"            // bytes that the format does not allow
	Encrypted   = "encrypted"
	Unsupported = "unsupported format" // known, and not read
	NotText     = "not text"           // a picture, a program, a scan
	NoText      = "no text"            // a record whose text is missing or blank
	Revisit     = "revisit"            // of a record that is not there
)

// Options are the limits of reading, and the names of fields. A zero is a
// sensible default.
type Options struct {
	// Named says that the file was asked for by its name: it is read if it
	// is text, also where its name is that of a file that nobody wrote to be
	// read, such as a program.
	Named bool
	// MaxBytes is the size of a document from which it is a reject; 0 means
	// 64 MiB: no text that was written is longer, and work on it may take 30
	// times its size.
	MaxBytes int64
	// MaxDepth is how many containers may lie inside each other; 0 means 4.
	// Compression counts when it is compressed again.
	MaxDepth int
	// MaxRatio is how many times its size a source may grow when it is
	// unpacked, all layers added up; 0 means 200. It counts from 16 MiB on.
	MaxRatio int
	// MaxItems is the number of members that one container may have; 0
	// means no limit.
	MaxItems int
	// TempDir is where containers that can't be read from front to back are
	// kept while they are read, when they come out of another container; ""
	// is the system's folder. They are held in memory up to 32 MiB.
	TempDir string
	// Fields names the fields of JSON objects and the columns of tables.
	Fields Fields
	// Lazy leaves documents that have to be converted, such as PDF files,
	// unread: converting them takes long, and the reader of a container is
	// alone with it. Whoever gets the item calls Items.
	Lazy bool
}

// What zeros of Options stand for.
const (
	DefaultBytes = 64 << 20
	DefaultDepth = 4
	DefaultRatio = 200
)

func (o Options) withDefaults() Options {
	if o.MaxBytes <= 0 {
		o.MaxBytes = DefaultBytes
	}
	if o.MaxDepth <= 0 {
		o.MaxDepth = DefaultDepth
	}
	if o.MaxRatio <= 0 {
		o.MaxRatio = DefaultRatio
	}
	o.Fields = o.Fields.withDefaults()
	return o
}

// Read reads the file at path, whose documents are named after name.
func Read(name, path string, o Options) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		w := &walk{o: o.withDefaults(), yield: yield}
		f, err := os.Open(path)
		if err != nil {
			w.reject(&part{name: name}, Unreadable, cause(err))
			return
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			w.reject(&part{name: name}, Unreadable, cause(err))
			return
		}
		buffer := buffers.Get().(*bufio.Reader)
		buffer.Reset(&countIn{f, w})
		defer func() {
			buffer.Reset(nil)
			buffers.Put(buffer)
		}()
		p := &part{name: name, hint: name, named: o.Named, r: buffer}
		if info.Mode().IsRegular() {
			p.at, p.size = &countAt{f, w}, info.Size()
		}
		w.read(p)
	}
}

// A File is a file that is elsewhere than in the file system, open.
type File interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// ReadFile reads the file that open gives, as Read does.
func ReadFile(name string, open func() (File, error), o Options) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		w := &walk{o: o.withDefaults(), yield: yield}
		f, err := open()
		if err != nil {
			w.reject(&part{name: name}, Unreadable, cause(err))
			return
		}
		defer f.Close()
		w.read(&part{name: name, hint: name, named: o.Named, at: &countAt{f, w}, size: f.Size()})
	}
}

// ReadFrom reads a stream, such as standard input.
func ReadFrom(name string, r io.Reader, o Options) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		w := &walk{o: o.withDefaults(), yield: yield}
		w.read(&part{name: name, hint: name, named: o.Named, r: bufio.NewReaderSize(&countIn{r, w}, bufferSize)})
	}
}

// Items gives what is in an item: itself, or of an unread one what converting
// it makes, the same as if the reader had done it.
func (it Item) Items(o Options) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		if !it.Unread {
			yield(it)
			return
		}
		o.Lazy = false
		w := &walk{o: o.withDefaults(), in: int64(len(it.Data)), yield: func(x Item) bool {
			x.Read = it.Read
			return yield(x)
		}}
		p := &part{name: it.Name, hint: it.Name, named: true, depth: it.depth, known: it, at: bytes.NewReader(it.Data), size: int64(len(it.Data))}
		p.known.Data, p.known.Unread, p.known.depth, p.known.MediaType = nil, false, 0, ""
		w.read(p)
	}
}

// unread emits a document as it was found.
func (w *walk) unread(p *part, mediaType string, data []byte) {
	it := p.item()
	it.Data, it.MediaType, it.Unread, it.depth = data, mediaType, true, p.depth
	w.emit(it)
}

// cause returns what an error of package os says beside the path.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// HeadSize is how many bytes of a file, at most, tell its format.
const HeadSize = 16 << 10

// bufferSize is the size of the buffer in front of each layer.
const bufferSize = 64 << 10

// buffers keeps those in front of files, of which there are many small ones.
var buffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, bufferSize) }}

// A walk is the reading of one source.
type walk struct {
	o       Options
	yield   func(Item) bool
	done    bool  // the receiver wants no more
	yields  bool  // the receiver is at work
	over    bool  // the source grew beyond Options.MaxRatio
	in, out int64 // bytes read of the source, bytes unpacked from it
	count   int   // items so far
}

// stop reports whether containers should give up the rest of their members.
func (w *walk) stop() bool { return w.done || w.over }

// A part is a layer of a source: its file, or a member of a container.
type part struct {
	name string // as in Item.Name
	hint string // the name that detection looks at: the compression's suffix is cut off
	r    *bufio.Reader

	// at gives random access to the bytes of r, if not nil.
	at   io.ReaderAt
	size int64
	// file gives random access to the gzip file that r unpacks, if not nil.
	file     io.ReaderAt
	fileSize int64

	known Item // what the container around knows of the document
	depth int  // containers around
	plain bool // a member of mail or web: text that looks like a container is none
	named bool // Options.Named, for the file itself

	// gz is the compression around, when it is gzip: it knows where its
	// members start.
	gz *gzipReader
	// packed says that the layer around is a compression.
	packed bool
}

// item starts an Item for the part.
func (p *part) item() Item {
	it := p.known
	it.Name = p.name
	if it.Offset == 0 && it.Size == 0 {
		it.Offset, it.Size = -1, -1
	}
	return it
}

func (w *walk) emit(it Item) {
	if w.done {
		return
	}
	w.count++
	for _, s := range []*string{&it.MediaType, &it.Charset, &it.URL, &it.ID, &it.Title, &it.Language, &it.Author, &it.Published, &it.Detail} {
		*s = oneLine(*s)
	}
	it.Read = w.in
	w.yields = true
	w.done = !w.yield(it)
	w.yields = false
}

func (w *walk) reject(p *part, problem, detail string) {
	it := p.item()
	it.Data, it.Problem, it.Detail = nil, problem, detail
	w.emit(it)
}

// fail rejects a part for an error that reading it met.
func (w *walk) fail(p *part, err error) {
	problem, detail := why(err)
	w.reject(p, problem, detail)
}

// A problem is an error that says what it is in the terms of an Item.
type problem struct{ what, detail string }

func (e *problem) Error() string { return e.what + ": " + e.detail }

// why tells the problem and the detail of an error.
func why(err error) (what, detail string) {
	var p *problem
	switch {
	case errors.As(err, &p):
		return p.what, p.detail
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Truncated, err.Error()
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return Unreadable, pe.Err.Error()
	}
	return Damaged, err.Error()
}

// read opens the file itself. A panic is one more thing that can be wrong with
// it, unless it is the receiver's own.
func (w *walk) read(p *part) {
	defer func() {
		if w.yields || w.done {
			return
		}
		if e := recover(); e != nil {
			w.fail(p, recovered(e))
		}
	}()
	w.open(p)
}

// open finds out what a part is and reads it.
func (w *walk) open(p *part) {
	if p.r == nil {
		p.r = bufio.NewReaderSize(io.NewSectionReader(p.at, 0, p.size), bufferSize)
	}
	head, err := p.r.Peek(HeadSize)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		w.fail(p, err)
		return
	}
	if len(head) == 0 {
		w.reject(p, Empty, "no bytes")
		return
	}
	k := detect(p, head)
	switch {
	case k.read == nil:
		w.reject(p, k.problem, k.detail)
		return
	case !k.container && !k.compression:
		k.read(w, p)
		return
	}
	if k.container || p.packed {
		p.depth++
	}
	if p.depth > w.o.MaxDepth {
		w.reject(p, TooDeep, fmt.Sprintf("%s inside %d other containers", k.name, p.depth-1))
		return
	}
	before := w.count
	k.read(w, p)
	if w.count == before && !w.stop() {
		w.reject(p, Empty, k.name+" without documents")
	}
}

// readAll reads the part's bytes to the end. Beside an error it returns what
// came before.
func (w *walk) readAll(p *part) ([]byte, error) {
	if p.at != nil && p.size > w.o.MaxBytes {
		return nil, w.tooLarge()
	}
	return w.readUpTo(p.r, p.size)
}

// readUpTo reads a stream of about size bytes that holds at most
// Options.MaxBytes.
func (w *walk) readUpTo(r io.Reader, size int64) ([]byte, error) {
	b := make([]byte, 0, min(max(size+1, 512), w.o.MaxBytes+1, 16<<20))
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):min(int64(cap(b)), w.o.MaxBytes+1)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > w.o.MaxBytes:
			return nil, w.tooLarge()
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		}
	}
}

func (w *walk) tooLarge() error {
	return &problem{TooLarge, fmt.Sprintf("more than %d bytes", w.o.MaxBytes)}
}

// document reads a part that is a document as it stands.
func (w *walk) document(p *part, mediaType string) {
	data, err := w.readAll(p)
	if len(data) > 0 {
		it := p.item()
		it.Data = data
		if it.MediaType == "" {
			it.MediaType = mediaType
		}
		if err != nil && blank(data) {
			it.Data = nil
		} else {
			w.emit(it)
		}
	}
	if err != nil {
		what, detail := why(err)
		if len(data) > 0 {
			detail += fmt.Sprintf(" (%d bytes are kept)", len(data))
		}
		w.reject(p, what, detail)
	} else if len(data) == 0 {
		w.reject(p, Empty, "no bytes")
	}
}

// converted reads a part that convert turns into text or HTML. Beside an error
// convert may have set the text of the parts that are sound.
func (w *walk) converted(p *part, original string, convert func([]byte, *Item) error) {
	data, err := w.readAll(p)
	if err != nil {
		w.fail(p, err)
		return
	}
	if w.o.Lazy {
		w.unread(p, original, data)
		return
	}
	it := p.item()
	it.Original, it.Charset = original, "utf-8"
	err = guarded(data, &it, convert)
	if it.Data != nil {
		w.emit(it)
	}
	if err != nil {
		w.fail(p, err)
	}
}

// guarded calls convert. Libraries for formats of programs panic on files that
// no program writes; here that is one more error.
func guarded(data []byte, it *Item, convert func([]byte, *Item) error) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = recovered(e)
		}
	}()
	return convert(data, it)
}

func recovered(e any) error {
	if err, ok := e.(error); ok {
		var p *problem
		if errors.As(err, &p) {
			return p
		}
	}
	return &problem{Damaged, fmt.Sprint(e)}
}

// countIn counts the bytes read of a source.
type countIn struct {
	r io.Reader
	w *walk
}

func (c *countIn) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.w.in += int64(n)
	return n, err
}

// countAt counts the bytes read of a source that is read in any order.
type countAt struct {
	r io.ReaderAt
	w *walk
}

func (c *countAt) ReadAt(b []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(b, off)
	c.w.in += int64(n)
	return n, err
}

// expansionFrom is the size from which on the growth of a source counts.
const expansionFrom = 16 << 20

// countOut counts the bytes that a compression gives, and ends when they are
// out of all proportion to the source.
type countOut struct {
	r io.Reader
	w *walk
}

func (c *countOut) Read(b []byte) (int, error) {
	if c.w.over {
		return 0, &problem{Expands, fmt.Sprintf("more than %d times its size", c.w.o.MaxRatio)}
	}
	n, err := c.r.Read(b)
	c.w.out += int64(n)
	if c.w.out > expansionFrom && c.w.out/int64(c.w.o.MaxRatio) > c.w.in {
		c.w.over = true
		return n, &problem{Expands, fmt.Sprintf("%d bytes out of %d", c.w.out, c.w.in)}
	}
	return n, err
}

// members names the members of a container and counts them.
type members struct {
	w     *walk
	p     *part
	count int
	seen  map[uint64]int
}

// next returns the part for a member, nil if the container may have no more.
// A name is made fit for a table and for a terminal.
func (m *members) next(name string) *part {
	if m.w.stop() {
		return nil
	}
	if m.count++; m.w.o.MaxItems > 0 && m.count > m.w.o.MaxItems {
		m.w.reject(m.p, TooMany, fmt.Sprintf("more than %d", m.w.o.MaxItems))
		return nil
	}
	name = cleanName(name)
	if m.seen == nil {
		m.seen = make(map[uint64]int)
	}
	h := hash(name)
	m.seen[h]++
	hint := name
	for n := m.seen[h]; n > 1; n++ {
		name = fmt.Sprintf("%s#%d", hint, n)
		if again := hash(name); m.seen[again] == 0 { // a member may bear such a name of its own
			m.seen[h], m.seen[again] = n, 1
			break
		}
	}
	return &part{name: m.p.name + "!/" + name, hint: hint, depth: m.p.depth}
}

// record returns the part for the member of a number, see next.
func (m *members) record(number int) *part {
	if m.w.stop() {
		return nil
	}
	if m.count++; m.w.o.MaxItems > 0 && m.count > m.w.o.MaxItems {
		m.w.reject(m.p, TooMany, fmt.Sprintf("more than %d", m.w.o.MaxItems))
		return nil
	}
	return &part{name: fmt.Sprintf("%s!/%d", m.p.name, number), depth: m.p.depth}
}

// hash is FNV-1a: the same on every machine, as names are.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// maxName is how many bytes of a member's name are kept.
const maxName = 1000

// cleanName makes the name of a member UTF-8 on one line.
func cleanName(s string) string {
	s = strings.ReplaceAll(oneLine(s), "\\", "/")
	if len(s) > maxName {
		s = strings.ToValidUTF8(s[:maxName], "") + "…"
	}
	return s
}

// oneLine makes a string UTF-8 that neither a table nor a terminal stumbles
// over.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7F && r < 0xA0 || r == '\u2028' || r == '\u2029' || r >= '\u202A' && r <= '\u202E' {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

func blank(b []byte) bool {
	for _, c := range b {
		if c > ' ' {
			return false
		}
	}
	return true
}
