// Package runs sorts more than memory holds: entries are gathered up to a
// budget, sorted and written to disk as a run; at the end the runs are merged
// (Knuth, The Art of Computer Programming, vol. 3, 5.4). What comes out depends on
// what was added and in which order, and not on the budget.
package runs

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
)

// A Codec says how entries of one type are ordered, kept on disk and counted.
type Codec[T any] struct {
	// Compare orders entries; of two that are equal, the one added first
	// comes first.
	Compare func(a, b T) int
	// Append appends the encoded entry to dst. Decode reads it back; what it
	// returns must not point into src.
	Append func(dst []byte, e T) []byte
	Decode func(src []byte) (T, error)
	// Size is about what the entry takes in memory, in bytes.
	Size func(T) int
	// Sort, if not nil, sorts in place, in a better way than by Compare alone.
	Sort func([]T)
	// Combine, if not nil, makes one entry of two that are equal by Compare, the
	// earlier one first. It has to be associative.
	Combine func(a, b T) T
}

// A Sorter takes entries in any order and returns them sorted. It is not for
// use by several goroutines at once.
type Sorter[T any] struct {
	codec  Codec[T]
	dir    string
	budget int

	held  []T
	bytes int
	file  *os.File // of all runs, nil while everything is held
	w     *bufio.Writer
	runs  []span
	end   int64
	buf   []byte
	fan   int // runs that are merged at once, for tests
}

// A span is the place of a run in the file.
type span struct{ start, size int64 }

// minBudget is the least that a run holds, in bytes: smaller ones cost more in
// buffers than they save.
const minBudget = 1 << 20

// fanIn is the number of runs that are merged at once; each has a buffer of
// readBytes.
const (
	fanIn     = 256
	readBytes = 64 << 10
)

// New returns a sorter that holds up to budget bytes of entries in memory and
// the rest in a file below dir, "" for the system's folder for such files.
func New[T any](codec Codec[T], dir string, budget int64) *Sorter[T] {
	return &Sorter[T]{codec: codec, dir: dir, budget: int(max(budget, minBudget)), fan: fanIn}
}

// Add adds an entry.
func (s *Sorter[T]) Add(e T) error {
	s.held = append(s.held, e)
	if s.bytes += s.codec.Size(e); s.bytes < s.budget {
		return nil
	}
	s.sort()
	if s.bytes < s.budget/2 { // combining was worth it
		return nil
	}
	return s.spill()
}

// sort sorts what is held, and combines what is equal.
func (s *Sorter[T]) sort() {
	if s.codec.Sort != nil {
		s.codec.Sort(s.held)
	} else {
		s.mergeSort()
	}
	if s.codec.Combine == nil || len(s.held) == 0 {
		return
	}
	last := 0
	for _, e := range s.held[1:] {
		if s.codec.Compare(s.held[last], e) == 0 {
			s.held[last] = s.codec.Combine(s.held[last], e)
		} else {
			last++
			s.held[last] = e
		}
	}
	clear(s.held[last+1:])
	s.held = s.held[:last+1]
	s.bytes = 0
	for _, e := range s.held {
		s.bytes += s.codec.Size(e)
	}
}

// mergeSort sorts what is held, and keeps equal entries in their order. It needs
// as much memory again and a third of the time of slices.SortStableFunc.
func (s *Sorter[T]) mergeSort() {
	const small = 16
	n := len(s.held)
	for i := 0; i < n; i += small {
		slices.SortStableFunc(s.held[i:min(i+small, n)], s.codec.Compare) // insertion sort
	}
	if n <= small {
		return
	}
	from, to := s.held, make([]T, n)
	for width := small; width < n; width *= 2 {
		for i := 0; i < n; i += 2 * width {
			a, b := from[i:min(i+width, n)], from[min(i+width, n):min(i+2*width, n)]
			for out := to[i:i]; ; {
				if len(a) == 0 || len(b) == 0 {
					out = append(out, a...)
					_ = append(out, b...)
					break
				}
				if s.codec.Compare(a[0], b[0]) <= 0 {
					out, a = append(out, a[0]), a[1:]
				} else {
					out, b = append(out, b[0]), b[1:]
				}
			}
		}
		from, to = to, from
	}
	s.held = from
}

// open makes the file of the runs.
func (s *Sorter[T]) open() error {
	if s.file != nil {
		return nil
	}
	f, err := os.CreateTemp(s.dir, "runs-*")
	if err != nil {
		return err
	}
	s.file, s.w = f, bufio.NewWriterSize(f, 256<<10)
	return nil
}

// spill writes what is held, sorted, as a run.
func (s *Sorter[T]) spill() error {
	if err := s.open(); err != nil {
		return err
	}
	start := s.end
	for _, e := range s.held {
		if err := s.write(e); err != nil {
			return err
		}
	}
	s.runs = append(s.runs, span{start, s.end - start})
	clear(s.held)
	s.held, s.bytes = s.held[:0], 0
	return s.w.Flush()
}

// AddRun adds entries that are in order and of which no two are equal, as a run of
// their own.
func (s *Sorter[T]) AddRun(entries iter.Seq[T]) error {
	if err := s.Flush(); err != nil {
		return err
	}
	if err := s.open(); err != nil {
		return err
	}
	start := s.end
	for e := range entries {
		if err := s.write(e); err != nil {
			return err
		}
	}
	s.runs = append(s.runs, span{start, s.end - start})
	return s.w.Flush()
}

// Flush writes what is held to a run, whatever the budget.
func (s *Sorter[T]) Flush() error {
	if len(s.held) == 0 {
		return nil
	}
	s.sort()
	return s.spill()
}

// write appends an entry to the file, behind its length.
func (s *Sorter[T]) write(e T) error {
	s.buf = s.codec.Append(s.buf[:0], e)
	var head [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], uint64(len(s.buf)))
	s.end += int64(n + len(s.buf))
	if _, err := s.w.Write(head[:n]); err != nil {
		return err
	}
	_, err := s.w.Write(s.buf)
	return err
}

// Sorted returns the entries in order. It ends the adding, and can be called
// again. An error is the last thing it yields.
func (s *Sorter[T]) Sorted() iter.Seq2[T, error] {
	s.sort()
	if len(s.runs) == 0 {
		return func(yield func(T, error) bool) {
			for _, e := range s.held {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
	err := s.reduce()
	return func(yield func(T, error) bool) {
		var zero T
		if err != nil {
			yield(zero, err)
			return
		}
		for e, err := range s.merge(s.runs, s.held) {
			if err != nil {
				yield(zero, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// reduce merges runs until there are no more of them than can be merged at
// once. Neighbours are merged, so that equal entries stay in their order.
func (s *Sorter[T]) reduce() error {
	for len(s.runs) > s.fan {
		var next []span
		for group := range slices.Chunk(s.runs, s.fan) {
			if len(group) == 1 {
				next = append(next, group[0])
				continue
			}
			start := s.end
			for e, err := range s.merge(group, nil) {
				if err != nil {
					return err
				}
				if err := s.write(e); err != nil {
					return err
				}
			}
			if err := s.w.Flush(); err != nil {
				return err
			}
			next = append(next, span{start, s.end - start})
		}
		s.runs = next
	}
	return nil
}

// merge merges runs and, as if it were the last run, what is held.
func (s *Sorter[T]) merge(all []span, held []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		sources := make([]source[T], 0, len(all)+1)
		for _, at := range all {
			sources = append(sources, newRunReader(s.file, at, s.codec.Decode).next)
		}
		rest := held
		sources = append(sources, func() (e T, ok bool, err error) {
			if len(rest) == 0 {
				return e, false, nil
			}
			e, rest = rest[0], rest[1:]
			return e, true, nil
		})
		merge(s.codec, sources)(yield)
	}
}

// A source returns the entries of a run, in order.
type source[T any] func() (e T, ok bool, err error)

// A head is the first entry of a run that was not taken yet.
type head[T any] struct {
	entry T
	run   int // its number: of equal entries, the earlier run's come first
}

// merge merges runs, once.
func merge[T any](codec Codec[T], runs []source[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		less := func(a, b head[T]) bool {
			c := codec.Compare(a.entry, b.entry)
			return c < 0 || c == 0 && a.run < b.run
		}
		var heap []head[T]
		sink := func(i int) {
			for {
				c := 2*i + 1
				if c >= len(heap) {
					return
				}
				if c+1 < len(heap) && less(heap[c+1], heap[c]) {
					c++
				}
				if !less(heap[c], heap[i]) {
					return
				}
				heap[i], heap[c] = heap[c], heap[i]
				i = c
			}
		}
		for run, next := range runs {
			e, ok, err := next()
			if err != nil {
				yield(zero, err)
				return
			}
			if ok {
				heap = append(heap, head[T]{e, run})
			}
		}
		for i := len(heap)/2 - 1; i >= 0; i-- {
			sink(i)
		}
		pop := func() (T, error) {
			top := heap[0]
			e, ok, err := runs[top.run]()
			if ok {
				heap[0].entry = e
			} else {
				heap[0] = heap[len(heap)-1]
				heap = heap[:len(heap)-1]
			}
			sink(0)
			return top.entry, err
		}
		for len(heap) > 0 {
			e, err := pop()
			for codec.Combine != nil && err == nil && len(heap) > 0 && codec.Compare(e, heap[0].entry) == 0 {
				var o T
				o, err = pop()
				e = codec.Combine(e, o)
			}
			if err != nil {
				yield(zero, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// A runReader reads the entries of a run.
type runReader[T any] struct {
	r      *bufio.Reader
	decode func([]byte) (T, error)
	buf    []byte
}

func newRunReader[T any](f *os.File, at span, decode func([]byte) (T, error)) *runReader[T] {
	return &runReader[T]{r: bufio.NewReaderSize(io.NewSectionReader(f, at.start, at.size), readBytes), decode: decode}
}

// ErrDamaged says that a run is not as it was written.
var ErrDamaged = errors.New("sorted run is damaged")

func (r *runReader[T]) next() (e T, ok bool, err error) {
	n, err := binary.ReadUvarint(r.r)
	if err == io.EOF {
		return e, false, nil
	}
	if err != nil {
		return e, false, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if b, err := r.r.Peek(int(min(n, readBytes))); err == nil && n <= readBytes { // no copy
		e, err := r.decode(b)
		if _, derr := r.r.Discard(int(n)); err == nil {
			err = derr
		}
		return e, err == nil, err
	}
	if n > 1<<31 {
		return e, false, ErrDamaged
	}
	r.buf = slices.Grow(r.buf[:0], int(n))[:n]
	if _, err := io.ReadFull(r.r, r.buf); err != nil {
		return e, false, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	e, err = r.decode(r.buf)
	return e, err == nil, err
}

// Spilled returns the bytes that were written to disk.
func (s *Sorter[T]) Spilled() int64 { return s.end }

// Close removes the file. The sorter is of no use then.
func (s *Sorter[T]) Close() error {
	s.held = nil
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if rerr := os.Remove(s.file.Name()); err == nil {
		err = rerr
	}
	s.file = nil
	return err
}
