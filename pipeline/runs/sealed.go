package runs

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"math"
	"math/bits"
	"os"
	"slices"

	"github.com/klauspost/compress/s2"
)

// A sealed run is a sorted run in a file of its own, for other processes to read:
// all of it, or a range of its keys. Entries stand in blocks, compressed and each
// with a checksum. Behind them comes an index, the first entries of some blocks,
// of which there are never more than indexLength: a longer run has an index with
// larger gaps, so that neither writing nor opening one takes memory in proportion
// to it.

const (
	sealedMagic = "tamis sealed run 1\n"
	blockBytes  = 64 << 10
	blockHead   = 12 // sizes, compressed and not, and checksum
	indexLength = 1024
)

// castagnoli is the checksum that processors compute themselves, at several
// gigabytes a second.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A Writer writes a sealed run.
type Writer[T any] struct {
	codec  Codec[T]
	f      *os.File
	w      *bufio.Writer
	block  []byte // not written yet
	first  []byte // its first entry
	buf    []byte
	packed []byte
	end    int64
	count  int64
	last   *T

	index  []place
	blocks int64
	gap    int64 // blocks from one entry of the index to the next
}

// A place is where a block starts, and its first entry.
type place struct {
	first []byte
	start int64
}

// Create makes the file of a sealed run, which must not be there.
func Create[T any](path string, codec Codec[T]) (*Writer[T], error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	return &Writer[T]{codec: codec, f: f, w: bufio.NewWriterSize(f, 256<<10), gap: 1}, nil
}

// ErrOrder says that entries of a sealed run were not added in order.
var ErrOrder = errors.New("entries of a sorted run are out of order")

// Add adds an entry behind those before it in order.
func (w *Writer[T]) Add(e T) error {
	if w.last != nil && w.codec.Compare(*w.last, e) > 0 {
		return ErrOrder
	}
	w.last = &e
	w.buf = w.codec.Append(w.buf[:0], e)
	if len(w.block) == 0 {
		w.first = append(w.first[:0], w.buf...)
	}
	w.block = binary.AppendUvarint(w.block, uint64(len(w.buf)))
	w.block = append(w.block, w.buf...)
	w.count++
	if len(w.block) < blockBytes {
		return nil
	}
	return w.flush()
}

// flush writes the block at hand.
func (w *Writer[T]) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	if w.blocks%w.gap == 0 {
		if len(w.index) == indexLength {
			for i := range indexLength / 2 {
				w.index[i] = w.index[2*i]
			}
			w.index, w.gap = w.index[:indexLength/2], 2*w.gap
		}
		w.index = append(w.index, place{slices.Clone(w.first), w.end})
	}
	w.blocks++
	if len(w.block) > 1<<31-1 {
		return fmt.Errorf("an entry of %d bytes is too large for a sorted run", len(w.block))
	}
	w.packed = s2.Encode(w.packed[:cap(w.packed)], w.block)
	var head [blockHead]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(w.packed)))
	binary.LittleEndian.PutUint32(head[4:], uint32(len(w.block)))
	binary.LittleEndian.PutUint32(head[8:], crc32.Checksum(w.packed, castagnoli))
	w.end += int64(len(head) + len(w.packed))
	w.block = w.block[:0]
	if _, err := w.w.Write(head[:]); err != nil {
		return err
	}
	_, err := w.w.Write(w.packed)
	return err
}

// Count returns the number of entries so far.
func (w *Writer[T]) Count() int64 { return w.count }

// Close ends the run; when it returns, the file is on the disk. The file goes if
// something is wrong.
func (w *Writer[T]) Close() error {
	err := w.flush()
	var footer []byte
	footer = binary.LittleEndian.AppendUint64(footer, uint64(w.count))
	footer = binary.LittleEndian.AppendUint64(footer, uint64(w.end))
	for _, p := range w.index {
		footer = binary.AppendUvarint(footer, uint64(len(p.first)))
		footer = append(footer, p.first...)
		footer = binary.AppendUvarint(footer, uint64(p.start))
	}
	tail := binary.LittleEndian.AppendUint64(footer, uint64(len(footer)))
	tail = binary.LittleEndian.AppendUint32(tail, crc32.Checksum(footer, castagnoli))
	tail = append(tail, sealedMagic...)
	if err == nil {
		_, err = w.w.Write(tail)
	}
	if err == nil {
		err = w.w.Flush()
	}
	if err == nil {
		err = w.f.Sync()
	}
	if cerr := w.f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(w.f.Name())
	}
	return err
}

// Abort drops a run that was begun. After Close it does nothing but cost a call.
func (w *Writer[T]) Abort() {
	if w.f.Close() == nil {
		os.Remove(w.f.Name())
	}
}

// Seal writes all entries in order as a sealed run.
func (s *Sorter[T]) Seal(path string) error { return Seal(path, s.codec, s.Sorted()) }

// Seal writes entries that come in order as a sealed run.
func Seal[T any](path string, codec Codec[T], entries iter.Seq2[T, error]) error {
	w, err := Create(path, codec)
	if err != nil {
		return err
	}
	for e, err := range entries {
		if err == nil {
			err = w.Add(e)
		}
		if err != nil {
			w.Abort()
			return err
		}
	}
	return w.Close()
}

// A sealed run that is open for reading.
type sealedFile[T any] struct {
	codec Codec[T]
	f     *os.File
	end   int64 // of the blocks
	count int64
	index []place
}

func openSealed[T any](path string, codec Codec[T]) (s *sealedFile[T], err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	damaged := func(what string) error { return fmt.Errorf("%w: %s: %s", ErrDamaged, path, what) }
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	tail := make([]byte, 12+len(sealedMagic))
	at := info.Size() - int64(len(tail))
	if at < 0 {
		return nil, damaged("too short")
	}
	if _, err := f.ReadAt(tail, at); err != nil {
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint64(tail))
	if string(tail[12:]) != sealedMagic || size < 16 || size > at {
		return nil, damaged("no footer")
	}
	footer := make([]byte, size)
	if _, err := f.ReadAt(footer, at-size); err != nil {
		return nil, err
	}
	if crc32.Checksum(footer, castagnoli) != binary.LittleEndian.Uint32(tail[8:]) {
		return nil, damaged("footer")
	}
	s = &sealedFile[T]{codec: codec, f: f, count: int64(binary.LittleEndian.Uint64(footer)), end: int64(binary.LittleEndian.Uint64(footer[8:]))}
	for b := footer[16:]; len(b) > 0; {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return nil, damaged("index")
		}
		p := place{first: b[used : used+int(n)]}
		b = b[used+int(n):]
		start, used := binary.Uvarint(b)
		if used <= 0 {
			return nil, damaged("index")
		}
		p.start, b = int64(start), b[used:]
		s.index = append(s.index, p)
	}
	return s, nil
}

// blocks reads the entries of a sealed run from a block on.
type blocks[T any] struct {
	s      *sealedFile[T]
	r      *bufio.Reader
	at     int64
	packed []byte
	block  []byte
	rest   []byte
	from   *T // the first entry that is wanted, nil once it is found
	upTo   *T // the first one that is not wanted, nil for none
}

// from returns what reads the entries between two keys, the second one left out;
// nil stands for no bound.
func (s *sealedFile[T]) from(from, upTo *T) (*blocks[T], error) {
	start := int64(0)
	if from != nil {
		// Entries that are equal to from may begin in the block before the one that
		// starts with such.
		var err error
		i, _ := slices.BinarySearchFunc(s.index, *from, func(p place, from T) int {
			first, derr := s.codec.Decode(p.first)
			if derr != nil {
				err = derr
				return 0
			}
			if s.codec.Compare(first, from) < 0 {
				return -1
			}
			return 1
		})
		if err != nil {
			return nil, err
		}
		if i > 0 {
			start = s.index[i-1].start
		}
	}
	s.index = nil
	b := &blocks[T]{s: s, r: bufio.NewReaderSize(io.NewSectionReader(s.f, start, s.end-start), readBytes), at: start, from: from, upTo: upTo}
	return b, nil
}

// next returns the next entry.
func (b *blocks[T]) next() (e T, ok bool, err error) {
	for {
		for len(b.rest) == 0 {
			if b.at >= b.s.end {
				return e, false, nil
			}
			if err := b.read(); err != nil {
				return e, false, err
			}
		}
		n, used := binary.Uvarint(b.rest)
		if used <= 0 || n > uint64(len(b.rest)-used) {
			return e, false, b.damaged()
		}
		e, err = b.s.codec.Decode(b.rest[used : used+int(n)])
		b.rest = b.rest[used+int(n):]
		if err != nil || b.upTo != nil && b.s.codec.Compare(e, *b.upTo) >= 0 {
			return e, false, err
		}
		if b.from == nil || b.s.codec.Compare(e, *b.from) >= 0 {
			b.from = nil
			return e, true, nil
		}
	}
}

// read reads a block.
func (b *blocks[T]) read() error {
	var head [blockHead]byte
	if _, err := io.ReadFull(b.r, head[:]); err != nil {
		return b.failed(err)
	}
	size, raw := int(binary.LittleEndian.Uint32(head[:])), int(binary.LittleEndian.Uint32(head[4:]))
	if int64(size) > b.s.end-b.at-blockHead {
		return b.damaged()
	}
	b.packed = slices.Grow(b.packed[:0], size)[:size]
	if _, err := io.ReadFull(b.r, b.packed); err != nil {
		return b.failed(err)
	}
	if crc32.Checksum(b.packed, castagnoli) != binary.LittleEndian.Uint32(head[8:]) {
		return b.damaged()
	}
	if n, err := s2.DecodedLen(b.packed); err != nil || n != raw {
		return b.damaged()
	}
	if cap(b.block) < raw {
		b.block = make([]byte, raw)
	}
	var err error
	if b.rest, err = s2.Decode(b.block[:raw], b.packed); err != nil {
		return b.damaged()
	}
	b.at += int64(blockHead + size)
	return nil
}

func (b *blocks[T]) damaged() error {
	return fmt.Errorf("%w: %s, at byte %d", ErrDamaged, b.s.f.Name(), b.at)
}

func (b *blocks[T]) failed(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return b.damaged()
	}
	return err
}

// Range lists the entries of sealed runs between two keys, the second one left
// out, in order: of equal ones those of the earlier run first. nil stands for no
// bound. What more runs than can be open at once take goes to files below dir.
func Range[T any](codec Codec[T], dir string, paths []string, from, upTo *T) iter.Seq2[T, error] {
	if len(paths) <= fanIn {
		return mergeSealed(codec, paths, from, upTo)
	}
	return func(yield func(T, error) bool) {
		var zero T
		parts := New(codec, dir, 0)
		defer parts.Close()
		for group := range slices.Chunk(paths, fanIn) {
			var err error
			aerr := parts.AddRun(func(yield func(T) bool) {
				for e, rerr := range mergeSealed(codec, group, from, upTo) {
					if err = rerr; err != nil || !yield(e) {
						return
					}
				}
			})
			if err = errors.Join(err, aerr); err != nil {
				yield(zero, err)
				return
			}
		}
		for e, err := range parts.Sorted() {
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

func mergeSealed[T any](codec Codec[T], paths []string, from, upTo *T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		var inputs []source[T]
		var files []*os.File
		defer func() {
			for _, f := range files {
				f.Close()
			}
		}()
		for _, path := range paths {
			s, err := openSealed(path, codec)
			if err == nil {
				files = append(files, s.f)
				var b *blocks[T]
				if b, err = s.from(from, upTo); err == nil {
					inputs = append(inputs, b.next)
				}
			}
			if err != nil {
				yield(zero, err)
				return
			}
		}
		for e, err := range merge(codec, inputs) {
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// fewPlaces is the length of an index below which a run is read to tell how its
// keys are spread.
const fewPlaces = 8

// samplesPerPart is the number of keys that are looked at to find the bounds of a
// part, about, those of all runs together.
const samplesPerPart = 64

// Bounds cuts the keys of sealed runs into parts of about the same number of
// entries: it returns the first key of each part but the first one. They depend on
// the runs alone.
func Bounds[T any](codec Codec[T], paths []string, parts int) ([]T, error) {
	type sample struct {
		key    T
		weight float64
	}
	var all []sample
	total := 0.0
	each := 2 + samplesPerPart*parts/max(1, len(paths))
	for i, path := range paths {
		s, err := openSealed(path, codec)
		if err != nil {
			return nil, err
		}
		// Each run is sampled at other places, else all would say the same few.
		_, first := math.Modf(float64(i) * math.Phi)
		var keys []T
		if len(s.index) < fewPlaces {
			every := 1 + s.count/int64(each)
			n := int64(first * float64(every))
			b, _ := s.from(nil, nil)
			for e, ok, rerr := b.next(); ; e, ok, rerr = b.next() {
				if err = rerr; !ok {
					break
				}
				if n++; n%every == 0 {
					keys = append(keys, e)
				}
			}
		} else {
			every := 1 + len(s.index)/each
			for i := int(first * float64(every)); i < len(s.index) && err == nil; i += every {
				var key T
				key, err = codec.Decode(s.index[i].first)
				keys = append(keys, key)
			}
		}
		if err := errors.Join(err, s.f.Close()); err != nil {
			return nil, err
		}
		for _, key := range keys {
			all = append(all, sample{key, float64(s.count) / float64(len(keys))})
			total += float64(s.count) / float64(len(keys))
		}
	}
	slices.SortStableFunc(all, func(a, b sample) int { return codec.Compare(a.key, b.key) })
	var bounds []T
	sum := 0.0
	for _, s := range all {
		for len(bounds) < parts-1 && sum >= total*float64(len(bounds)+1)/float64(parts) && sum > 0 {
			bounds = append(bounds, s.key)
		}
		sum += s.weight
	}
	return bounds, nil
}

// Part lists the entries of a part of the keys of sealed runs, in order. cut, if not
// nil, makes of a key the first one that must not be apart from it. Parts are of
// about the same size and, put behind each other, the whole.
func Part[T any](codec Codec[T], dir string, paths []string, part, parts int, cut func(T) T) iter.Seq2[T, error] {
	bounds, err := Bounds(codec, paths, parts)
	if err != nil || part > len(bounds) {
		return func(yield func(T, error) bool) {
			if err != nil {
				var zero T
				yield(zero, err)
			}
		}
	}
	if cut != nil {
		for i := range bounds {
			bounds[i] = cut(bounds[i])
		}
	}
	var from, upTo *T
	if part > 0 {
		from = &bounds[part-1]
	}
	if part < len(bounds) {
		upTo = &bounds[part]
	}
	return Range(codec, dir, paths, from, upTo)
}

// HashPart lists the triples of a part of the range of their first numbers, which
// are hashes: the part that PartOf tells.
func HashPart(dir string, paths []string, part, parts int) iter.Seq2[Triple, error] {
	bound := func(i int) *Triple {
		quotient, rest := bits.Div64(uint64(i), 0, uint64(parts))
		if rest > 0 {
			quotient++
		}
		return &Triple{quotient}
	}
	var from, upTo *Triple
	if part > 0 {
		from = bound(part)
	}
	if part < parts-1 {
		upTo = bound(part + 1)
	}
	return Range(Triples, dir, paths, from, upTo)
}

// PartOf returns in which of some parts a hash is.
func PartOf(hash uint64, parts int) int {
	part, _ := bits.Mul64(hash, uint64(parts))
	return int(part)
}
