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
// thousands of times with nearly as much as they say themselves; of the few that
// are near to an earlier one, all just above the Threshold, many are missed.
const (
	firstPaired   = 8
	nearestPaired = 8
)

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

// A bander makes pairs of documents that agree in a band.
type bander struct {
	dir    string
	budget int64
	c      *columns
	docs   pairs.Bits // that are paired
	blocks pairs.Blocks
	filter *filter
	// Near duplicates agree in many bands. What was paired lately is remembered, so
	// that nobody gets most pairs many times.
	recent []uint64
}

func newBander(dir string, budget int64, c *columns, docs pairs.Bits, blocks pairs.Blocks) *bander {
	return &bander{dir: dir, budget: budget, c: c, docs: docs, blocks: blocks, filter: newFilter(min(budget/4, 4*c.rows)),
		recent: make([]uint64, powerBelow(min(budget/64, 4*c.rows)))}
}

// pair calls add with the numbers of the pairs that a slice of the keys of a band
// makes: step 4.
func (b *bander) pair(ctx context.Context, band, slice, slices int, add func(number uint64) error) error {
	shift := 64 - bits.Len(uint(len(b.recent)-1))
	return b.buckets(ctx, band, func(key uint32) bool { return slices == 1 || runs.PartOf(uint64(key)*spread, slices) == slice }, func(earlier, later uint32) error {
		p := b.blocks.Number(pairs.Pair{Later: later, Earlier: earlier})
		if slot := &b.recent[p*spread>>shift]; *slot != p {
			*slot = p
			return add(p)
		}
		return nil
	})
}

// spread spreads numbers over the upper bits when they are multiplied with it.
const spread = 0x9E3779B97F4A7C15

// powerBelow returns the greatest power of two that is no more than n, and no less
// than 64.
func powerBelow(n int64) int { return 1 << (bits.Len64(uint64(max(n, 64))) - 1) }

// buckets calls pair with the pairs that the wanted keys of a band make.
func (b *bander) buckets(ctx context.Context, band int, wanted func(key uint32) bool, pair func(earlier, later uint32) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f := b.filter
	f.clear()
	some := false
	for d, err := range b.c.docs(band, b.docs, false) {
		if err != nil {
			return err
		}
		if wanted(d.key) {
			some = f.add(d.key) || some
		}
	}
	if !some {
		return nil
	}
	shared := runs.New(runs.Triples, b.dir, b.budget/4)
	defer shared.Close()
	for d, err := range b.c.docs(band, b.docs, true) {
		if err == nil && wanted(d.key) && f.shared(d.key) {
			err = shared.Add(runs.Triple{uint64(d.key), uint64(d.position), d.check})
		}
		if err != nil {
			return err
		}
	}
	var members [firstPaired + nearestPaired]runs.Triple // the first ones, then the last ones in a ring
	n := 0
	for d, err := range pairs.Until(ctx, shared.Sorted()) {
		if err != nil {
			return err
		}
		if n > 0 && d[0] != members[0][0] {
			n = 0
		}
		for _, m := range members[:min(n, len(members))] {
			if equalBytes(m[2], d[2]) < minCheck {
				continue
			}
			if err := pair(uint32(m[1]), uint32(d[1])); err != nil {
				return err
			}
		}
		if n < firstPaired {
			members[n] = d
		} else {
			members[firstPaired+(n-firstPaired)%nearestPaired] = d
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

// add adds a key, and reports whether it was there, or may have been.
func (f *filter) add(key uint32) bool {
	i, bit := f.place(key)
	again := f.once[i] & bit
	f.twice[i] |= again
	f.once[i] |= bit
	return again != 0
}

func (f *filter) shared(key uint32) bool {
	i, bit := f.place(key)
	return f.twice[i]&bit != 0
}

func (f *filter) clear() {
	clear(f.once)
	clear(f.twice)
}

// columns are sketches that are read by band. A file of them has blocks of as many
// rows as high says, in which the first bytes of all sketches stand together, then
// the second ones, and so on.
type columns struct {
	files []columnFile
	rows  int64 // of all files
	bufs  [3][]byte
}

// A columnFile has the sketches of the documents from a position on.
type columnFile struct {
	path  string   // of a shard's file, which is open while it is read
	file  *os.File // else
	first int64
	rows  int64
	high  int64
}

// columnHeight is the number of rows of a block of columns, if there are so many.
const columnHeight = 8192

// columns turns the rows, into a file below dir: step 3.
func (s *Set) columns(dir string) (c *columns, err error) {
	rows := s.rows.Len()
	f := columnFile{first: s.first, rows: rows, high: min(columnHeight, rows)}
	if f.file, err = os.CreateTemp(dir, "columns-*"); err != nil {
		return nil, err
	}
	c = &columns{files: []columnFile{f}, rows: rows}
	turned := make([]byte, signature*f.high)
	var block []byte
	for start := int64(0); start < rows; start += f.high {
		if block, err = s.rows.Read(block, start, f.high); err != nil {
			c.remove()
			return nil, err
		}
		const tile = 64 // rows whose bytes are in the processor's cache
		n := len(block) / rowBytes
		for from := 0; from < n; from += tile {
			to := min(from+tile, n)
			for b := range signature {
				column := turned[b*int(f.high):]
				for i := from; i < to; i++ {
					column[i] = block[i*rowBytes+8+b]
				}
			}
		}
		if _, err = f.file.WriteAt(turned, start*signature); err != nil {
			c.remove()
			return nil, err
		}
	}
	return c, nil
}

// remove closes and removes the file.
func (c *columns) remove() error {
	f := c.files[0].file
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// A banded document is one with its key in a band, and with eight more bytes of
// its sketch, the keys of the two next bands.
type banded struct {
	key, position uint32
	check         uint64
}

// minCheck is the number of bytes of check in which documents of one key have to
// agree, too, or they share a formula and no more. It spares most comparisons where
// the documents of a large corpus have formulas in common.
const minCheck = 2

// docs lists documents with their keys in a band.
//
// The first half of the bands takes neighbours of the sketch, the second one bytes
// that stand far apart, so that no two bands share more than one byte. Of pairs at
// similarity 0.45 about one in 170 is missed, at 0.5 one in 3000, at 0.57 one in a
// million; at 0.1 one in 350 is compared for nothing, at 0.05 one in 12,000.
func (c *columns) docs(band int, docs pairs.Bits, check bool) iter.Seq2[banded, error] {
	const half = signature / rows
	next := func(n int) int { return band/half*half + (band+n)%half }
	return func(yield func(banded, error) bool) {
		for k := range c.files {
			if more := c.fileDocs(&c.files[k], [3]int{band, next(1), next(2)}, docs, check, yield); !more {
				return
			}
		}
	}
}

// fileDocs lists the documents of a file with their keys in bands.
func (c *columns) fileDocs(f *columnFile, in [3]int, docs pairs.Bits, check bool, yield func(banded, error) bool) (more bool) {
	file := f.file
	if file == nil {
		var err error
		if file, err = os.Open(f.path); err != nil {
			yield(banded{}, err)
			return false
		}
		defer file.Close()
	}
	for start := int64(0); start < f.rows; start += f.high {
		var keys [3]column
		for i := range keys {
			if i > 0 && !check {
				break
			}
			var err error
			if keys[i], err = c.read(i, file, f.high, start, in[i]); err != nil {
				yield(banded{}, err)
				return false
			}
		}
		for i := range min(f.high, f.rows-start) {
			position := f.first + start + i
			if !docs.Has(position) {
				continue
			}
			d := banded{key: keys[0].at(i), position: uint32(position)}
			if check {
				d.check = uint64(keys[1].at(i))<<32 | uint64(keys[2].at(i))
			}
			if !yield(d, nil) {
				return false
			}
		}
	}
	return true
}

// A column holds the keys of a band, of the rows of a block: their first bytes, the
// second ones, and so on.
type column [rows][]byte

func (c *column) at(row int64) uint32 {
	return uint32(c[0][row]) | uint32(c[1][row])<<8 | uint32(c[2][row])<<16 | uint32(c[3][row])<<24
}

// read reads a column of the block that starts with a row, into a buffer of the
// given number.
func (c *columns) read(buf int, file *os.File, high, start int64, band int) (out column, err error) {
	const half = signature / rows
	b := slices.Grow(c.bufs[buf][:0], rows*int(high))[:rows*high]
	c.bufs[buf] = b
	for i := range out {
		out[i] = b[int64(i)*high:][:high]
	}
	if band < half { // neighbours
		_, err = file.ReadAt(b, start*signature+int64(band*rows)*high)
		return out, err
	}
	for i := range out {
		if err == nil {
			_, err = file.ReadAt(out[i], start*signature+int64(band-half+i*half)*high)
		}
	}
	return out, err
}

// match calls add with the pairs of candidates that are near: the later document,
// the earlier one, and the agreement of their sketches. It is step 5.
func match(ctx context.Context, rows *pairs.Rows, blocks pairs.Blocks, candidates iter.Seq2[uint64, error], add func(runs.Triple) error) error {
	return pairs.Join(rows, blocks, pairs.Until(ctx, candidates), func(n uint64) uint64 { return n }, func(n uint64, later, earlier []byte) error {
		a, b := binary.LittleEndian.Uint64(later), binary.LittleEndian.Uint64(earlier)
		if a != b && a != 0 && b != 0 {
			return nil
		}
		equal := agreement(later[8:], earlier[8:])
		if similarity(equal) < Threshold {
			return nil
		}
		p := blocks.Pair(n)
		return add(runs.Triple{uint64(p.Later), uint64(p.Earlier), uint64(equal)})
	})
}

// stars calls add with the verdicts on the documents that are near to an earlier
// one, and on those that have the sketch of an earlier one, as same pairs them: step
// 6.
func stars(ctx context.Context, matches, same iter.Seq2[runs.Triple, error], add func(verdict runs.Triple) error) error {
	next, stop := iter.Pull2(same)
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
			if err := add(v); err != nil {
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
		if err := add(best); err != nil {
			return err
		}
		return follow(best[0]+1, best[0], best[1], best[2])
	}
	for m, err := range pairs.Until(ctx, matches) {
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
