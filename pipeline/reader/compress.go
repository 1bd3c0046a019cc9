package reader

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// within opens what a compression holds.
func (w *walk) within(p *part, r io.Reader, gz *gzipReader) {
	inner := *p
	inner.r = bufio.NewReaderSize(&countOut{r, w}, bufferSize)
	inner.at, inner.size = nil, 0
	inner.file, inner.fileSize = nil, 0
	if gz != nil {
		inner.file, inner.fileSize = p.at, p.size
	}
	inner.packed, inner.gz = true, gz
	inner.hint = unpackedName(p.hint)
	w.open(&inner)
}

// unpackedName cuts the suffix of a compression off a name.
func unpackedName(name string) string {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".gz", ".gzip", ".z", ".zst", ".zstd", ".bz2", ".xz":
		return name[:len(name)-len(ext)]
	case ".tgz", ".tbz", ".tbz2", ".txz", ".tzst":
		return name[:len(name)-len(ext)] + ".tar"
	}
	return name
}

func readGzip(w *walk, p *part) {
	g := &gzipReader{count: &count{r: p.r}}
	g.br = bufio.NewReaderSize(g.count, 16<<10)
	w.within(p, g, g)
}

func readZstd(w *walk, p *part) {
	z, err := zstd.NewReader(p.r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	if err != nil {
		w.fail(p, err)
		return
	}
	defer z.Close()
	w.within(p, &noEarlyEOF{r: z}, nil)
}

func readBzip2(w *walk, p *part) { w.within(p, &noEarlyEOF{r: bzip2.NewReader(p.r)}, nil) }

func readXZ(w *walk, p *part) {
	z, err := xz.NewReader(p.r)
	if err != nil {
		w.fail(p, err)
		return
	}
	w.within(p, &noEarlyEOF{r: z}, nil)
}

// noEarlyEOF names the error of a stream that was cut off, and says it as often
// as it is asked: looking ahead forgets an error.
type noEarlyEOF struct {
	r   io.Reader
	err error
}

func (e *noEarlyEOF) Read(b []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.r.Read(b)
	if err != nil && err != io.EOF {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = &problem{Truncated, "the compressed data end too early"}
		} else {
			err = &problem{Damaged, err.Error()}
		}
	}
	e.err = err
	return n, err
}

// count counts the bytes read through it.
type count struct {
	r io.Reader
	n int64
}

func (c *count) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// A gzipReader reads a gzip file of one member or many. Damage ends the member
// only: Read says so until resume is called, and goes on at the next member. A
// reader that can't do with a gap stops there.
type gzipReader struct {
	err   error
	count *count
	br    *bufio.Reader // on count
	z     *gzip.Reader
	open  bool  // inside a member
	any   bool  // a member was found
	out   int64 // bytes given
	// starts are the places of members that were begun and not yet asked
	// for, see memberAt.
	starts []memberStart
}

// A memberStart is where a member begins in the bytes given and in the file.
type memberStart struct{ out, in int64 }

// pos is how far the compressed file is read.
func (g *gzipReader) pos() int64 { return g.count.n - int64(g.br.Buffered()) }

// memberAt returns where the member lies in the file whose first byte stands
// at out, -1 if none begins there. It is asked in rising order.
func (g *gzipReader) memberAt(out int64) int64 {
	i := 0
	for i < len(g.starts) && g.starts[i].out < out {
		i++
	}
	g.starts = g.starts[:copy(g.starts, g.starts[i:])]
	if len(g.starts) > 0 && g.starts[0].out == out {
		return g.starts[0].in
	}
	return -1
}

// keepStarts is how many starts of members wait to be asked for. Readers that
// do not ask leave them.
const keepStarts = 1 << 12

// resume goes on behind damage.
func (g *gzipReader) resume() { g.err = nil }

func (g *gzipReader) Read(b []byte) (int, error) {
	if g.err != nil {
		return 0, g.err
	}
	n, err := g.read(b)
	g.err = err
	return n, err
}

func (g *gzipReader) read(b []byte) (int, error) {
	for {
		if !g.open {
			if err := g.nextMember(); err != nil {
				return 0, err
			}
		}
		n, err := g.z.Read(b)
		g.out += int64(n)
		switch {
		case err == nil:
			if n > 0 {
				return n, nil
			}
		case err == io.EOF:
			g.open = false
			if n > 0 {
				return n, nil
			}
		default:
			g.open = false
			what := Damaged
			if errors.Is(err, io.ErrUnexpectedEOF) {
				what = Truncated
			}
			return n, &problem{what, fmt.Sprintf("%v near byte %d of the compressed file", err, g.pos())}
		}
	}
}

// nextMember begins the next member. What lies between members and is no
// padding is damage.
func (g *gzipReader) nextMember() error {
	from := g.pos()
	padding := true
	for {
		head, err := g.br.Peek(10)
		if len(head) == 0 {
			if err == io.EOF && !padding {
				return &problem{Damaged, fmt.Sprintf("no gzip member in the compressed bytes from %d on", from)}
			}
			return err
		}
		if g.any && !isMember(head) {
			i := bytes.IndexByte(head[1:], 0x1F) + 1
			if i == 0 {
				i = len(head)
			}
			padding = padding && blankOrNUL(head[:i])
			g.br.Discard(i)
			continue
		}
		start := g.pos()
		if g.z == nil {
			g.z, err = gzip.NewReader(g.br)
		} else {
			err = g.z.Reset(g.br)
		}
		if err != nil {
			g.any = true
			if g.pos() == start {
				g.br.Discard(1)
			}
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return &problem{Truncated, "the last gzip member has only part of a header"}
			}
			return &problem{Damaged, fmt.Sprintf("%v at byte %d of the compressed file", err, start)}
		}
		g.z.Multistream(false)
		g.open, g.any = true, true
		if len(g.starts) < keepStarts {
			g.starts = append(g.starts, memberStart{g.out, start})
		}
		if !padding {
			return &problem{Damaged, fmt.Sprintf("bytes %d to %d of the compressed file are no gzip member", from, start)}
		}
		return nil
	}
}

func isMember(head []byte) bool {
	return len(head) >= 4 && head[0] == 0x1F && head[1] == 0x8B && head[2] == 8 && head[3]&0xE0 == 0
}

func blankOrNUL(b []byte) bool {
	for _, c := range b {
		if c > ' ' {
			return false
		}
	}
	return true
}
