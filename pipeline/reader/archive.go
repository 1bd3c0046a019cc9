package reader

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"
)

func readTar(w *walk, p *part) {
	t := tar.NewReader(p.r)
	m := members{w: w, p: p}
	for !w.stop() {
		h, err := t.Next()
		switch {
		case err == io.EOF:
			return
		case err != nil:
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = &problem{Truncated, "the tar file ends inside a member"}
			}
			w.fail(p, err)
			return
		}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeGNUSparse:
		case tar.TypeLink, tar.TypeSymlink:
			if c := m.next(h.Name); c != nil {
				w.reject(c, Unsupported, "a link to "+cleanName(h.Linkname))
			}
			continue
		default:
			continue // folders and devices are no documents
		}
		c := m.next(h.Name)
		if c == nil {
			return
		}
		c.size = h.Size
		c.r = bufio.NewReaderSize(t, bufferSize)
		w.open(c)
	}
}

// memoryBytes is how much of a container that needs random access is held in
// memory when it comes as a stream.
const memoryBytes = 32 << 20

// randomAccess gives the bytes of a part in any order, and a function that
// ends that. A stream is kept in memory or in a temporary file.
func (w *walk) randomAccess(p *part) (io.ReaderAt, int64, func(), error) {
	if p.at != nil {
		return p.at, p.size, func() {}, nil
	}
	var mem bytes.Buffer
	_, err := io.CopyN(&mem, p.r, memoryBytes)
	if err == io.EOF {
		return bytes.NewReader(mem.Bytes()), int64(mem.Len()), func() {}, nil
	}
	if err != nil { // what came before the damage may be worth a look
		return bytes.NewReader(mem.Bytes()), int64(mem.Len()), func() {}, err
	}
	f, err := os.CreateTemp(w.o.TempDir, "tamis-*")
	if err != nil {
		return nil, 0, nil, err
	}
	end := func() {
		f.Close()
		os.Remove(f.Name())
	}
	n, err := io.Copy(f, io.MultiReader(&mem, p.r))
	return f, n, end, err
}

func readZip(w *walk, p *part) {
	at, size, end, err := w.randomAccess(p)
	if end != nil {
		defer end()
	}
	if err != nil {
		w.fail(p, err)
		if at == nil || w.stop() {
			return
		}
	}
	z, zipErr := zip.NewReader(at, size)
	if zipErr != nil && !errors.Is(zipErr, zip.ErrInsecurePath) {
		before := w.count
		w.salvageZip(p, io.NewSectionReader(at, 0, size))
		if err == nil || w.count == before {
			w.reject(p, Damaged, "no list of members at the end: "+zipErr.Error())
		}
		return
	}
	if convert, original := office(z); convert != nil {
		p.depth-- // it counted as a zip file
		if w.o.Lazy && err == nil && size <= w.o.MaxBytes {
			data := make([]byte, size)
			if _, err := io.ReadFull(io.NewSectionReader(at, 0, size), data); err != nil {
				w.fail(p, err)
				return
			}
			w.unread(p, original, data)
			return
		}
		w.office(p, z, original, convert)
		return
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	z.RegisterDecompressor(12, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	z.RegisterDecompressor(93, func(r io.Reader) io.ReadCloser {
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return d.IOReadCloser()
	})
	m := members{w: w, p: p}
	book := isBook(z)
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 || book && !isChapter(f.Name) {
			continue
		}
		c := m.next(zipName(f.Name, f.NonUTF8))
		if c == nil {
			return
		}
		w.zipMember(c, f)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func (w *walk) zipMember(p *part, f *zip.File) {
	if f.Flags&1 != 0 {
		w.reject(p, Encrypted, "the archive wants a password")
		return
	}
	r, err := f.Open()
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		w.reject(p, Unsupported, fmt.Sprintf("compression method %d of zip", f.Method))
		return
	case err != nil:
		w.fail(p, err)
		return
	}
	defer r.Close()
	p.size = int64(min(f.UncompressedSize64, 1<<40))
	p.r = bufio.NewReaderSize(&countOut{&zipData{r: r, packed: int64(f.CompressedSize64), ratio: int64(w.o.MaxRatio)}, w}, bufferSize)
	w.open(p)
}

// zipData reads the data of a member and guards its own ratio: a bomb among
// honest members is one reject.
type zipData struct {
	r                  io.Reader
	packed, out, ratio int64
}

func (z *zipData) Read(b []byte) (int, error) {
	n, err := z.r.Read(b)
	z.out += int64(n)
	switch {
	case z.out > expansionFrom && z.out/z.ratio > z.packed:
		return n, &problem{Expands, fmt.Sprintf("%d bytes out of %d", z.out, z.packed)}
	case errors.Is(err, zip.ErrChecksum):
		err = &problem{Damaged, "the checksum does not fit"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = &problem{Truncated, "the compressed data end too early"}
	}
	return n, err
}

// zipName decodes a name: zip knows UTF-8 and, from before that, code page 437.
func zipName(name string, notUTF8 bool) string {
	if !notUTF8 || utf8.ValidString(name) {
		return name
	}
	s, err := charmap.CodePage437.NewDecoder().String(name)
	if err != nil {
		return name
	}
	return s
}

// salvageZip reads the members of a zip file whose end is lost, by the headers
// in front of them.
func (w *walk) salvageZip(p *part, file io.Reader) {
	br := bufio.NewReaderSize(file, bufferSize)
	m := members{w: w, p: p}
	for !w.stop() {
		var h [30]byte
		if _, err := io.ReadFull(br, h[:]); err != nil || string(h[:4]) != "PK\x03\x04" {
			return
		}
		flags, method := binary.LittleEndian.Uint16(h[6:]), binary.LittleEndian.Uint16(h[8:])
		packed := int64(binary.LittleEndian.Uint32(h[18:]))
		names := make([]byte, int(binary.LittleEndian.Uint16(h[26:]))+int(binary.LittleEndian.Uint16(h[28:])))
		if _, err := io.ReadFull(br, names); err != nil {
			return
		}
		name := string(names[:binary.LittleEndian.Uint16(h[26:])])
		follows := flags&8 != 0 && packed == 0 // the size comes after the data
		if strings.HasSuffix(name, "/") && packed == 0 && !follows {
			continue
		}
		c := m.next(zipName(name, flags&0x800 == 0))
		if c == nil {
			return
		}
		data := io.Reader(br)
		if !follows {
			data = io.LimitReader(br, packed)
		}
		switch {
		case flags&1 != 0:
			w.reject(c, Encrypted, "the archive wants a password")
		case method == zip.Store && !follows:
			c.r = bufio.NewReaderSize(&exactly{data, packed}, bufferSize)
			w.open(c)
		case method == zip.Deflate:
			// flate reads a bufio.Reader byte by byte and leaves what
			// comes after the data.
			if !follows {
				data = bufio.NewReader(data)
			}
			f := flate.NewReader(data)
			c.r = bufio.NewReaderSize(&countOut{&noEarlyEOF{r: f}, w}, bufferSize)
			w.open(c)
			if follows {
				io.Copy(io.Discard, c.r)
			}
		default:
			w.reject(c, Unsupported, fmt.Sprintf("compression method %d of zip", method))
			if follows {
				return
			}
		}
		if follows {
			d, _ := br.Peek(4)
			n := 12
			if string(d) == "PK\x07\x08" {
				n = 16
			}
			br.Discard(n)
			continue
		}
		if l, ok := data.(*io.LimitedReader); ok {
			io.Copy(io.Discard, l)
		} else {
			io.Copy(io.Discard, data)
		}
	}
}

// exactly tells a stream that is cut off from one that ends.
type exactly struct {
	r    io.Reader
	left int64
}

func (e *exactly) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	e.left -= int64(n)
	if err == io.EOF && e.left > 0 {
		err = &problem{Truncated, fmt.Sprintf("%d bytes are missing", e.left)}
	}
	return n, err
}
