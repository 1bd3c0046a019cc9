// Package pairs brings together what is known of two documents, for very many
// pairs of documents, in bounded memory.
//
// What is known of a document is a row of fixed size in a file, at the document's
// place in the input. The earlier documents are taken in blocks that fit in
// memory; for each block, the pairs whose earlier document lies in it come in the
// order of the later one, so that its rows are read from the front to the back.
// To bring pairs into this order is a sort of numbers, see Blocks.Number. The
// blocks are independent of each other.
package pairs

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"sort"
)

// MaxPosition is the greatest position that a document can have. A larger corpus
// has to be parted.
const MaxPosition = 1<<32 - 1

// ErrPosition says that a document has a position that it can't have.
var ErrPosition = errors.New("more than 4294967296 documents to compare at once")

// Bits is a set of documents, by position: a bit for each up to the last.
type Bits []uint64

// Set adds a document.
func (b *Bits) Set(position int64) {
	i := int(position >> 6)
	for len(*b) <= i {
		*b = append(*b, 0)
	}
	(*b)[i] |= 1 << (position & 63)
}

// Has reports whether the document is in the set.
func (b Bits) Has(position int64) bool {
	i := int(position >> 6)
	return i < len(b) && b[i]>>(position&63)&1 != 0
}

// Without takes a document out of the set.
func (b Bits) Without(position int64) {
	if i := int(position >> 6); i < len(b) {
		b[i] &^= 1 << (position & 63)
	}
}

// Rows is a file of rows of one size, by position. Rows that were not written are
// zero.
type Rows struct {
	dir  string
	size int
	file *os.File // nil until something is written
	// buf holds rows that follow each other and are not in the file yet.
	buf   []byte
	start int64 // position of the first one of them
	count int64 // one more than the last position

	parts []RowsPart // of rows that were sealed
	open  map[int]*os.File
}

// bufferBytes is about how much is read or written at a time.
const bufferBytes = 64 << 10

// NewRows returns a file for rows of size bytes, below dir, or in the system's
// folder for such files with "".
func NewRows(dir string, size int) *Rows { return &Rows{dir: dir, size: size} }

// Write sets the row of a document. It is fast for rows that follow each other.
func (r *Rows) Write(position int64, row []byte) error {
	if position < 0 || position > MaxPosition {
		return ErrPosition
	}
	if position != r.start+int64(len(r.buf)/r.size) || len(r.buf) >= bufferBytes {
		if err := r.flush(); err != nil {
			return err
		}
		r.start = position
	}
	r.buf = append(r.buf, row[:r.size]...)
	r.count = max(r.count, position+1)
	return nil
}

func (r *Rows) flush() (err error) {
	if len(r.buf) == 0 {
		return nil
	}
	if r.file == nil {
		if r.file, err = os.CreateTemp(r.dir, "rows-*"); err != nil {
			return err
		}
	}
	_, err = r.file.WriteAt(r.buf, r.start*int64(r.size))
	r.buf = r.buf[:0]
	return err
}

// Len returns the number of rows: one more than the last position written.
func (r *Rows) Len() int64 { return r.count }

// Read returns n rows from a position on, fewer at the end, in dst if there is
// room.
func (r *Rows) Read(dst []byte, first, n int64) ([]byte, error) {
	if err := r.flush(); err != nil {
		return nil, err
	}
	want := int(max(0, min(n, r.count-first))) * r.size
	if cap(dst) < want {
		dst = make([]byte, want)
	}
	dst = dst[:want]
	if want == 0 {
		return dst, nil
	}
	if r.parts != nil {
		return dst, r.readParts(dst, first)
	}
	_, err := r.file.ReadAt(dst, first*int64(r.size))
	if err == io.EOF {
		err = io.ErrUnexpectedEOF // up to count everything was written
	}
	return dst, err
}

// Close removes the file. Files that were sealed stay.
func (r *Rows) Close() error {
	var err error
	for _, f := range r.open {
		err = errors.Join(err, f.Close())
	}
	r.open = nil
	if r.file == nil {
		return err
	}
	err = errors.Join(err, r.file.Close(), os.Remove(r.file.Name()))
	r.file = nil
	return err
}

// Seal gives the file its final path, on the same file system, for others to read.
// The rows are of no use then.
func (r *Rows) Seal(path string) error {
	err := r.flush()
	if err == nil && r.file == nil {
		r.file, err = os.CreateTemp(r.dir, "rows-*")
	}
	if err == nil {
		err = r.file.Sync()
	}
	if err != nil {
		return err
	}
	name := r.file.Name()
	err = r.file.Close()
	r.file = nil
	return errors.Join(err, os.Rename(name, path))
}

// A RowsPart is a file of rows that was sealed: those of Count documents from the
// position First on, counted from there. What the file lacks at its end is zero.
type RowsPart struct {
	Path         string
	First, Count int64
}

// OpenRows opens rows that were sealed in parts, which are given in order.
func OpenRows(size int, parts []RowsPart) *Rows {
	r := &Rows{size: size, parts: parts, open: make(map[int]*os.File)}
	for _, p := range parts {
		r.count = max(r.count, p.First+p.Count)
	}
	return r
}

// maxOpen is the number of files of parts that are open at once.
const maxOpen = 64

func (r *Rows) readParts(dst []byte, first int64) error {
	i := sort.Search(len(r.parts), func(i int) bool { return r.parts[i].First+r.parts[i].Count > first })
	for ; len(dst) > 0; i++ {
		p := &r.parts[i]
		n := min(len(dst)/r.size, int(p.First+p.Count-first))
		f := r.open[i]
		if f == nil {
			if len(r.open) >= maxOpen {
				for k, old := range r.open {
					old.Close()
					delete(r.open, k)
				}
			}
			var err error
			if f, err = os.Open(p.Path); err != nil {
				return err
			}
			r.open[i] = f
		}
		got, err := f.ReadAt(dst[:n*r.size], (first-p.First)*int64(r.size))
		if err != nil && err != io.EOF {
			return err
		}
		clear(dst[got : n*r.size])
		dst, first = dst[n*r.size:], first+int64(n)
	}
	return nil
}

// Until lists entries until the context is done. Then its error is the last thing
// that comes.
func Until[T any](ctx context.Context, entries iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		n := 0
		for e, err := range entries {
			if n++; n%4096 == 0 && err == nil {
				err = ctx.Err()
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// A Pair is two documents by their positions.
type Pair struct{ Later, Earlier uint32 }

// Blocks is the size of the blocks that earlier documents are taken in: the binary
// logarithm of a number of rows.
type Blocks uint

// BlocksOf returns the size of blocks that take up to budget bytes of memory.
func (r *Rows) BlocksOf(budget int64) (b Blocks) {
	for b = 6; b < 31 && int64(r.size)<<(b+1) <= budget; {
		b++
	}
	return b
}

// Number returns a number for the pair: in ascending order of these, pairs come
// block by block, in a block in order of the later document, then the earlier one.
func (b Blocks) Number(p Pair) uint64 {
	block, in := uint64(p.Earlier)>>b, uint64(p.Earlier)&(1<<b-1)
	return block<<(32+b) | uint64(p.Later)<<b | in
}

// Pair returns the pair of a number.
func (b Blocks) Pair(number uint64) Pair {
	return Pair{Later: uint32(number >> b), Earlier: uint32(number>>(32+b)<<b | number&(1<<b-1))}
}

// Join calls f with each entry and the rows of its pair, which f may not keep.
// number returns the number of an entry's pair, in ascending order.
func Join[T any](r *Rows, b Blocks, entries iter.Seq2[T, error], number func(T) uint64, f func(e T, later, earlier []byte) error) error {
	var block, window []byte
	blockStart, windowStart, windowEnd := int64(-1), int64(0), int64(0)
	perWindow := int64(max(1, bufferBytes/r.size))
	for e, err := range entries {
		if err != nil {
			return err
		}
		p := b.Pair(number(e))
		earlier, later := int64(p.Earlier), int64(p.Later)
		if start := earlier >> b << b; start != blockStart {
			if block, err = r.Read(block, start, 1<<b); err != nil {
				return err
			}
			blockStart = start
		}
		if later < windowStart || later >= windowEnd {
			if window, err = r.Read(window, later, perWindow); err != nil {
				return err
			}
			windowStart, windowEnd = later, later+int64(len(window)/r.size)
		}
		i, j := int(earlier-blockStart)*r.size, int(later-windowStart)*r.size
		if err := f(e, window[j:j+r.size], block[i:i+r.size]); err != nil {
			return err
		}
	}
	return nil
}
