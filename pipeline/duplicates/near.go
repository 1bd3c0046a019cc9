package duplicates

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"iter"
	"math/bits"
	"os"
	"slices"

	"tamis/pipeline/pairs"
	"tamis/pipeline/runs"
)

// Of the documents that agree in a band, each is paired with the first ones and
// with the nearest ones before it. There are many where a form that the
// boilerplate step does not see fills a band on very many pages; true near
// duplicates then share other bands, which hold what the two alone have. What is
// lost is measured in TestBands: next to nothing, but for forms that are filled in
// thousands of times with more than they say themselves; of those that are near to
// an earlier one, all just above the Threshold, less than half are found.
const (
	firstPaired   = 8
	nearestPaired = 8
)

// near finds the near duplicates among the documents that are no exact ones.
func (s *Set) near(ctx context.Context) error {
	var alone pairs.Bits // documents with whose sketch there is none before
	same := runs.New(runs.Triples, s.dir, s.budget/8)
	defer same.Close()
	err := groups(ctx, s.alike, s.copies, func(first, position uint64) error {
		if first != position {
			return same.Add(runs.Triple{first, position})
		}
		alone.Set(int64(position))
		return nil
	})
	if err = errors.Join(err, s.alike.Close()); err != nil {
		return err
	}
	blocks := s.rows.BlocksOf(s.budget / 2)
	candidates := runs.New(numbers, s.dir, s.budget/4)
	defer candidates.Close()
	if err := s.pair(ctx, alone, blocks, candidates); err != nil {
		return err
	}
	matches, err := s.compare(ctx, blocks, candidates)
	if err != nil {
		return err
	}
	defer matches.Close()
	return s.decide(ctx, matches, same)
}

// numbers is the codec of numbers; those that are equal become one.
var numbers = runs.Codec[uint64]{
	Compare: cmp.Compare[uint64],
	Append:  binary.BigEndian.AppendUint64,
	Decode: func(src []byte) (uint64, error) {
		if len(src) != 8 {
			return 0, runs.ErrDamaged
		}
		return binary.BigEndian.Uint64(src), nil
	},
	Size:    func(uint64) int { return 8 },
	Sort:    slices.Sort[[]uint64],
	Combine: func(a, _ uint64) uint64 { return a },
}

// pair adds the pairs of documents that agree in a band to candidates.
func (s *Set) pair(ctx context.Context, docs pairs.Bits, blocks pairs.Blocks, candidates *runs.Sorter[uint64]) error {
	c, err := s.columns()
	if err != nil {
		return err
	}
	defer c.close()
	// Near duplicates agree in many bands. What was paired lately is remembered,
	// so that the sorter does not get most pairs many times.
	recent := make([]uint64, powerBelow(min(s.budget/64, 4*c.rows)))
	shift := 64 - bits.Len(uint(len(recent)-1))
	f := newFilter(min(s.budget/4, 4*c.rows))
	for band := range bands {
		err := s.buckets(ctx, c, band, docs, f, func(earlier, later uint32) error {
			p := blocks.Number(pairs.Pair{Later: later, Earlier: earlier})
			if slot := &recent[p*spread>>shift]; *slot != p {
				*slot = p
				return candidates.Add(p)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// spread spreads numbers over the upper bits when they are multiplied with it.
const spread = 0x9E3779B97F4A7C15

// powerBelow returns the greatest power of two that is no more than n, and no less
// than 64.
func powerBelow(n int64) int { return 1 << (bits.Len64(uint64(max(n, 64))) - 1) }

// buckets calls f with the pairs that a band makes.
func (s *Set) buckets(ctx context.Context, c *columns, band int, docs pairs.Bits, f *filter, pair func(earlier, later uint32) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.clear()
	for k, err := range c.keys(band, docs) {
		if err != nil {
			return err
		}
		f.add(uint32(k >> 32))
	}
	shared := runs.New(numbers, s.dir, s.budget/4)
	defer shared.Close()
	for k, err := range c.keys(band, docs) {
		if err != nil {
			return err
		}
		if f.shared(uint32(k >> 32)) {
			if err := shared.Add(k); err != nil {
				return err
			}
		}
	}
	var members [firstPaired + nearestPaired]uint32 // the first ones, then the last ones in a ring
	n, key := 0, uint64(0)
	for k, err := range pairs.Until(ctx, shared.Sorted()) {
		if err != nil {
			return err
		}
		if k>>32 != key {
			n, key = 0, k>>32
		}
		for _, m := range members[:min(n, len(members))] {
			if err := pair(m, uint32(k)); err != nil {
				return err
			}
		}
		if n < firstPaired {
			members[n] = uint32(k)
		} else {
			members[firstPaired+(n-firstPaired)%nearestPaired] = uint32(k)
		}
		n++
	}
	return nil
}

// A filter tells keys that were added once from those that were added more often.
// Now and then it takes one of the former for one of the latter.
type filter struct {
	shift       int
	once, twice []uint64
}

// newFilter returns a filter of size bytes, about.
func newFilter(size int64) *filter {
	words := powerBelow(size / 16)
	return &filter{shift: 64 - bits.Len(uint(64*words-1)), once: make([]uint64, words), twice: make([]uint64, words)}
}

func (f *filter) place(key uint32) (word uint64, bit uint64) {
	i := uint64(key) * spread >> f.shift
	return i >> 6, 1 << (i & 63)
}

func (f *filter) add(key uint32) {
	i, bit := f.place(key)
	f.twice[i] |= f.once[i] & bit
	f.once[i] |= bit
}

func (f *filter) shared(key uint32) bool {
	i, bit := f.place(key)
	return f.twice[i]&bit != 0
}

func (f *filter) clear() {
	clear(f.once)
	clear(f.twice)
}

// columns is a file of sketches that is read by band: blocks of as many rows as
// high says, in which the first bytes of all sketches stand together, then the
// second ones, and so on.
type columns struct {
	file *os.File
	rows int64
	high int64
	buf  []byte
}

// columnHeight is the number of rows of a block of columns, if there are so many.
const columnHeight = 8192

// columns turns the rows.
func (s *Set) columns() (c *columns, err error) {
	c = &columns{rows: s.rows.Len(), high: min(columnHeight, s.rows.Len())}
	if c.file, err = os.CreateTemp(s.dir, "columns-*"); err != nil {
		return nil, err
	}
	turned := make([]byte, signature*c.high)
	var rows []byte
	for start := int64(0); start < c.rows; start += c.high {
		if rows, err = s.rows.Read(rows, start, c.high); err != nil {
			c.close()
			return nil, err
		}
		const tile = 64 // rows whose bytes are in the processor's cache
		n := len(rows) / rowBytes
		for from := 0; from < n; from += tile {
			to := min(from+tile, n)
			for b := range signature {
				column := turned[b*int(c.high):]
				for i := from; i < to; i++ {
					column[i] = rows[i*rowBytes+8+b]
				}
			}
		}
		if _, err = c.file.WriteAt(turned, start*signature); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (c *columns) close() error { return errors.Join(c.file.Close(), os.Remove(c.file.Name())) }

// keys lists the keys of a band with the positions of documents, as key<<32 |
// position.
//
// The first half of the bands takes neighbours of the sketch, the second one bytes
// that stand far apart, so that no two bands share more than one byte. Of pairs at
// similarity 0.45 about one in 200 is missed, at 0.5 one in 4000, at 0.57 one in a
// million; at 0.1 one in 70 is compared for nothing, at 0.05 one in 800.
func (c *columns) keys(band int, docs pairs.Bits) iter.Seq2[uint64, error] {
	return func(yield func(uint64, error) bool) {
		const half = signature / rows
		first, step := band*rows, 1
		if band >= half {
			first, step = band-half, half
		}
		c.buf = slices.Grow(c.buf[:0], rows*int(c.high))[:rows*c.high]
		for start := int64(0); start < c.rows; start += c.high {
			var column [rows][]byte
			for i := range column {
				column[i] = c.buf[int64(i)*c.high:][:c.high]
				if i > 0 && step == 1 {
					continue // read with the first one
				}
				to := column[i]
				if step == 1 {
					to = c.buf
				}
				if _, err := c.file.ReadAt(to, start*signature+int64(first+i*step)*c.high); err != nil {
					yield(0, err)
					return
				}
			}
			for i := range min(c.high, c.rows-start) {
				if !docs.Has(start + i) {
					continue
				}
				key := uint64(column[0][i]) | uint64(column[1][i])<<8 | uint64(column[2][i])<<16 | uint64(column[3][i])<<24
				if !yield(key<<32|uint64(start+i), nil) {
					return
				}
			}
		}
	}
}

// compare returns the pairs of candidates that are near, by the later document,
// then the earlier one, with the agreement of their sketches.
func (s *Set) compare(ctx context.Context, blocks pairs.Blocks, candidates *runs.Sorter[uint64]) (*runs.Sorter[runs.Triple], error) {
	matches := runs.New(runs.Triples, s.dir, s.budget/8)
	err := pairs.Join(s.rows, blocks, pairs.Until(ctx, candidates.Sorted()), func(n uint64) uint64 { return n }, func(n uint64, later, earlier []byte) error {
		a, b := binary.LittleEndian.Uint64(later), binary.LittleEndian.Uint64(earlier)
		if a != b && a != 0 && b != 0 {
			return nil
		}
		equal := agreement(later[8:], earlier[8:])
		if similarity(equal) < Threshold {
			return nil
		}
		p := blocks.Pair(n)
		return matches.Add(runs.Triple{uint64(p.Later), uint64(p.Earlier), uint64(equal)})
	})
	if err != nil {
		matches.Close()
		return nil, err
	}
	return matches, nil
}

// decide adds the verdicts on the documents that are near to an earlier one, and on
// those that have the sketch of an earlier one, as same pairs them.
func (s *Set) decide(ctx context.Context, matches, same *runs.Sorter[runs.Triple]) error {
	next, stop := iter.Pull2(same.Sorted())
	defer stop()
	follower, err, more := next()
	// follow gives the verdict on a document, if there is one, to those with its
	// sketch, and points to other documents of which there are some.
	follow := func(end uint64, position, of, equal uint64) error {
		for ; more && err == nil && follower[0] < end; follower, err, more = next() {
			v := runs.Triple{follower[1], follower[0], signature}
			if follower[0] == position {
				v[1], v[2] = of, equal
			}
			if err := s.verdicts.Add(v); err != nil {
				return err
			}
		}
		return err
	}
	var members pairs.Bits // documents that are no originals
	var best runs.Triple   // of the matches of one document, with an original
	take := func() error {
		if best[2] == 0 {
			return nil
		}
		members.Set(int64(best[0]))
		if err := s.verdicts.Add(best); err != nil {
			return err
		}
		return follow(best[0]+1, best[0], best[1], best[2])
	}
	for m, err := range pairs.Until(ctx, matches.Sorted()) {
		if err != nil {
			return err
		}
		if m[0] != best[0] {
			if err := take(); err != nil {
				return err
			}
			best = runs.Triple{m[0]}
		}
		if m[2] > best[2] && !members.Has(int64(m[1])) {
			best = m
		}
	}
	if err := take(); err != nil {
		return err
	}
	return follow(1<<63, 1<<63, 0, 0)
}
