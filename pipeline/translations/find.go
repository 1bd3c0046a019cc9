package translations

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"math"
	"math/bits"
	"os"
	"strings"

	"tamis/pipeline/pairs"
	"tamis/pipeline/runs"
)

// A finder finds the pairs of a set.
type finder struct {
	ctx     context.Context
	set     *Set
	without func(position int64) bool

	blocks pairs.Blocks
	// candidates holds pairs as their numbers, kinds of evidence, and the number
	// of rare features in common.
	candidates *runs.Sorter[runs.Triple]
	involved   pairs.Bits // documents in candidates
	groups     counts     // numbers of documents, in the order of features
	// frequencies holds members in candidates, their features as in the set, and
	// how many documents have these.
	frequencies *runs.Sorter[runs.Triple]
	rows        *pairs.Rows // see row
	scored      *runs.Sorter[runs.Triple]
	chosen      *runs.Sorter[runs.Triple]
}

func newFinder(ctx context.Context, s *Set, without func(int64) bool) *finder {
	sorter := func(codec runs.Codec[runs.Triple]) *runs.Sorter[runs.Triple] {
		return runs.New(codec, s.dir, s.budget/8)
	}
	f := &finder{ctx: ctx, set: s, without: without, candidates: sorter(candidates), groups: counts{dir: s.dir}, frequencies: sorter(runs.Triples),
		rows: pairs.NewRows(s.dir, rowBytes), scored: sorter(runs.Triples), chosen: sorter(runs.Triples)}
	f.blocks = f.rows.BlocksOf(s.budget / 4)
	return f
}

func (f *finder) close() error {
	return errors.Join(f.candidates.Close(), f.groups.close(), f.frequencies.Close(), f.rows.Close(), f.scored.Close(), f.chosen.Close())
}

// find does the steps, as the package lists them.
func (f *finder) find() error {
	c := candidacy{ctx: f.ctx, without: f.without, blocks: f.blocks, found: f.candidates.Add}
	if err := errors.Join(c.byKeys(f.set.keys.Sorted()), f.set.keys.Close()); err != nil {
		return err
	}
	if err := c.byFeatures(f.set.features.Sorted(), f.groups.write); err != nil {
		return err
	}
	for t, err := range f.good() {
		if err != nil {
			return err
		}
		involve(&f.involved, f.blocks, t)
	}
	next, err := f.groups.read()
	if err != nil {
		return err
	}
	if err := errors.Join(c.count(f.set.features.Sorted(), next, f.involved, f.frequencies.Add), f.set.features.Close()); err != nil {
		return err
	}
	if err := errors.Join(writeRows(f.ctx, f.frequencies.Sorted(), f.rows.Write), f.frequencies.Close()); err != nil {
		return err
	}
	if err := errors.Join(score(f.rows, f.blocks, f.good(), f.scored.Add), f.rows.Close(), f.candidates.Close()); err != nil {
		return err
	}
	return errors.Join(choose(f.ctx, f.scored.Sorted(), f.chosen.Add), f.scored.Close())
}

// good lists the candidates that go on.
func (f *finder) good() iter.Seq2[runs.Triple, error] { return enough(f.ctx, f.candidates.Sorted()) }

// A candidacy tells which documents may be versions of each other: steps 1 and 2,
// and 4 over the same documents.
type candidacy struct {
	ctx     context.Context
	without func(position int64) bool
	blocks  pairs.Blocks
	found   func(candidate runs.Triple) error
}

// candidates is the codec of candidate pairs; the evidence on one pair is put
// together.
var candidates = runs.Codec[runs.Triple]{
	Compare: func(a, b runs.Triple) int { return cmp.Compare(a[0], b[0]) },
	Append:  runs.Triples.Append,
	Decode:  runs.Triples.Decode,
	Size:    runs.Triples.Size,
	Sort:    runs.Triples.Sort,
	Combine: func(a, b runs.Triple) runs.Triple { return runs.Triple{a[0], a[1] | b[1], a[2] + b[2]} },
}

// add adds evidence on two documents, if they can be versions of each other.
func (c *candidacy) add(a, b member, evidence, rare uint64) error {
	if a.language() == b.language() {
		return nil
	}
	later, earlier := uint32(max(a, b).position()), uint32(min(a, b).position())
	return c.found(runs.Triple{c.blocks.Number(pairs.Pair{Later: later, Earlier: earlier}), evidence, rare})
}

// maxGroup is the number of documents from which a key that they share says
// nothing of any two.
const maxGroup = 32

// byKeys makes candidates of documents that name one another, or have one address
// or one symbol.
func (c *candidacy) byKeys(sorted iter.Seq2[runs.Triple, error]) error {
	// The documents of a key, up to one more than maxGroup; of an address, the
	// first one that has it.
	var group []member
	kind, key := uint64(0), uint64(0)
	end := func() error {
		if kind == 0 || len(group) > maxGroup {
			return nil
		}
		for n, b := range group {
			for _, a := range group[:n] {
				if err := c.add(a, b, kind, 0); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for t, err := range pairs.Until(c.ctx, sorted) {
		if err != nil {
			return err
		}
		if t[0] != key {
			if err := end(); err != nil {
				return err
			}
			group, kind, key = group[:0], 0, t[0]
		}
		m := member(t[2])
		if c.without(m.position()) {
			continue
		}
		switch t[1] {
		case has:
			if len(group) > 0 {
				continue
			}
		case names:
			if len(group) == 0 {
				continue // nobody has the address
			}
			evidence := uint64(laterNames)
			if m < group[0] {
				evidence = earlierNames
			}
			if err := c.add(m, group[0], evidence, 0); err != nil {
				return err
			}
			continue
		case likeAddress:
			kind = address
		case likeSymbol:
			kind = symbol
		}
		if len(group) <= maxGroup {
			group = append(group, m)
		}
	}
	return end()
}

// Limits of the agreement of features. Of two documents of one site that are no
// versions of each other, few pairs agree in a quarter, and none in three fifths.
const (
	maxCommon   = 10  // documents with a feature from which it makes no candidates
	minFeatures = 5   // below, features say nothing against a pair
	minOverlap  = 0.2 // below, they speak against what address or symbol say
	minShared   = 8   // for a pair by features alone
	fullOverlap = 0.6
)

// byFeatures makes candidates of documents of one site with rare features in
// common. size gets the number of documents that have a feature, in the order of
// these.
func (c *candidacy) byFeatures(sorted iter.Seq2[runs.Triple, error], size func(uint64) error) error {
	var group []member // up to maxCommon
	n, last := uint64(0), runs.Triple{}
	end := func() error {
		if n == 0 {
			return nil
		}
		if err := size(n); err != nil || n > maxCommon || last[1] == 0 {
			return err
		}
		for i, b := range group {
			for _, a := range group[:i] {
				if err := c.add(a, b, 0, 1); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for t, err := range pairs.Until(c.ctx, sorted) {
		if err != nil {
			return err
		}
		m := member(t[2])
		if c.without(m.position()) {
			continue
		}
		if t[0] != last[0] || t[1] != last[1] {
			if err := end(); err != nil {
				return err
			}
			group, n = group[:0], 0
		}
		last = t
		if n++; n <= maxCommon {
			group = append(group, m)
		}
	}
	return end()
}

// counts is a file of numbers, read in the order in which they were written.
type counts struct {
	dir  string
	file *os.File
	w    *bufio.Writer
	buf  []byte
}

func (c *counts) write(n uint64) (err error) {
	if c.file == nil {
		if c.file, err = os.CreateTemp(c.dir, "counts-*"); err != nil {
			return err
		}
		c.w = bufio.NewWriter(c.file)
	}
	c.buf = binary.AppendUvarint(c.buf[:0], n)
	_, err = c.w.Write(c.buf)
	return err
}

// read returns what reads the numbers. It ends the writing.
func (c *counts) read() (func() (uint64, error), error) {
	if c.file == nil {
		return func() (uint64, error) { return 0, io.ErrUnexpectedEOF }, nil
	}
	if err := c.w.Flush(); err != nil {
		return nil, err
	}
	if _, err := c.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	r := bufio.NewReader(c.file)
	return func() (uint64, error) { return binary.ReadUvarint(r) }, nil
}

func (c *counts) close() error {
	if c.file == nil {
		return nil
	}
	return errors.Join(c.file.Close(), os.Remove(c.file.Name()))
}

// enough lists the candidates that go on: there is evidence, or there may be some in
// the features.
func enough(ctx context.Context, candidates iter.Seq2[runs.Triple, error]) iter.Seq2[runs.Triple, error] {
	return func(yield func(runs.Triple, error) bool) {
		for c, err := range pairs.Until(ctx, candidates) {
			if (err != nil || c[1] != 0 || c[2] >= minShared/2) && !yield(c, err) {
				return
			}
		}
	}
}

// involve notes the documents of a candidate: step 3.
func involve(involved *pairs.Bits, blocks pairs.Blocks, candidate runs.Triple) {
	p := blocks.Pair(candidate[0])
	involved.Set(int64(p.Earlier))
	involved.Set(int64(p.Later))
}

// count calls add with each document that is involved, a feature of it, and how many
// documents have that. next returns the numbers that byFeatures wrote.
func (c *candidacy) count(sorted iter.Seq2[runs.Triple, error], next func() (uint64, error), involved pairs.Bits, add func(runs.Triple) error) error {
	left, n := uint64(0), uint64(0) // documents of a group, to come and in all
	for t, err := range pairs.Until(c.ctx, sorted) {
		if err != nil {
			return err
		}
		m := member(t[2])
		if c.without(m.position()) {
			continue
		}
		if left == 0 {
			if n, err = next(); err != nil {
				return err
			}
			left = n
		}
		left--
		if involved.Has(m.position()) {
			if err := add(runs.Triple{t[2], t[1], n}); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeRows writes the rows of the documents that are involved, from what count
// told, sorted.
func writeRows(ctx context.Context, frequencies iter.Seq2[runs.Triple, error], write func(position int64, row []byte) error) error {
	var r row
	last := member(0)
	end := func() error {
		if r.documents == 0 {
			return nil
		}
		return write(last.position(), r.encode())
	}
	for t, err := range pairs.Until(ctx, frequencies) {
		switch {
		case err != nil:
			return err
		case t[1] == 0: // the first of a document
			if err := end(); err != nil {
				return err
			}
			last = member(t[0])
			r = row{documents: uint32(t[2]), language: last.language(), features: r.features[:0]}
		default:
			r.features = append(r.features, frequency{uint32(t[1] - 1), uint32(t[2])})
		}
	}
	return end()
}

// A row is what is known of a document in a candidate.
type row struct {
	documents uint32 // of the site
	language  uint16
	features  []frequency // in ascending order
}

// A frequency is a feature with the number of documents of the site that have it.
type frequency struct{ feature, documents uint32 }

const rowBytes = 8 + 8*maxFeatures

func (r *row) encode() []byte {
	b := make([]byte, 8, rowBytes)
	binary.LittleEndian.PutUint32(b, r.documents)
	binary.LittleEndian.PutUint16(b[4:], r.language)
	binary.LittleEndian.PutUint16(b[6:], uint16(len(r.features)))
	for _, x := range r.features {
		b = binary.LittleEndian.AppendUint32(b, x.feature)
		b = binary.LittleEndian.AppendUint32(b, x.documents)
	}
	return b[:rowBytes]
}

func (r *row) decode(b []byte) {
	*r = row{documents: binary.LittleEndian.Uint32(b), language: binary.LittleEndian.Uint16(b[4:]), features: r.features[:0]}
	for i := range int(binary.LittleEndian.Uint16(b[6:])) {
		r.features = append(r.features, frequency{binary.LittleEndian.Uint32(b[8+8*i:]), binary.LittleEndian.Uint32(b[12+8*i:])})
	}
}

// weight is how much it says that a document has the feature.
func (r *row) weight(i int) float64 {
	return math.Log(1 + float64(r.documents)/float64(r.features[i].documents))
}

// overlap returns how many features two documents share, and the share of the
// weight of all that these have.
func overlap(a, b *row) (shared int, share float64) {
	var both, all float64
	for i, j := 0, 0; i < len(a.features) || j < len(b.features); {
		switch {
		case j == len(b.features) || i < len(a.features) && a.features[i].feature < b.features[j].feature:
			all += a.weight(i)
			i++
		case i == len(a.features) || b.features[j].feature < a.features[i].feature:
			all += b.weight(j)
			j++
		default:
			shared++
			both += a.weight(i) + b.weight(j)
			all += a.weight(i) + b.weight(j)
			i, j = i+1, j+1
		}
	}
	if all == 0 {
		return shared, 0
	}
	return shared, both / all
}

// score weighs the evidence on the candidates, and calls add with those that have
// some: step 5.
func score(rows *pairs.Rows, blocks pairs.Blocks, candidates iter.Seq2[runs.Triple, error], add func(runs.Triple) error) error {
	var a, b row
	return pairs.Join(rows, blocks, candidates, func(c runs.Triple) uint64 { return c[0] },
		func(c runs.Triple, later, earlier []byte) error {
			a.decode(earlier)
			b.decode(later)
			shared, share := overlap(&a, &b)
			few := min(len(a.features), len(b.features)) < minFeatures
			evidence, score := c[1], 0.0
			switch {
			case few:
			case share >= fullOverlap && shared >= minShared, evidence != 0 && share >= 2*minOverlap:
				evidence |= content
			case share < minOverlap && evidence&hreflang == 0:
				evidence = 0
			}
			switch {
			case evidence == 0:
				return nil
			case evidence&hreflang == hreflang: // each names the other
				score = 0.98 + 0.02*share
			case evidence&hreflang != 0:
				score = 0.9 + 0.08*share
			case evidence&(address|symbol) != 0 && few:
				score = 0.7
			case evidence&(address|symbol) != 0:
				score = 0.7 + 0.25*share
			default:
				score = share
			}
			p := blocks.Pair(c[0])
			return add(version{pair: p, language: b.language, ofLanguage: a.language, evidence: uint8(evidence), shared: uint8(shared),
				score: score}.triple())
		})
}

// A version is a pair with what speaks for it.
type version struct {
	pair                 pairs.Pair
	language, ofLanguage uint16 // of the later document, and of the earlier one
	evidence, shared     uint8
	score                float64
}

// triple returns the version as numbers that come in the order of the score, the
// greatest one first, then in that of the earlier and the later document.
func (v version) triple() runs.Triple {
	return runs.Triple{^math.Float64bits(v.score), uint64(v.pair.Earlier)<<32 | uint64(v.pair.Later),
		uint64(v.language)<<32 | uint64(v.ofLanguage)<<16 | uint64(v.evidence)<<8 | uint64(v.shared)}
}

func versionOf(t runs.Triple) version {
	return version{pair: pairs.Pair{Later: uint32(t[1]), Earlier: uint32(t[1] >> 32)}, language: uint16(t[2] >> 32), ofLanguage: uint16(t[2] >> 16),
		evidence: uint8(t[2] >> 8), shared: uint8(t[2]), score: math.Float64frombits(^t[0])}
}

// choose calls add with the strongest candidates, which come in the order of their
// score: step 6.
func choose(ctx context.Context, scored iter.Seq2[runs.Triple, error], add func(chosen runs.Triple) error) error {
	taken := make(map[uint16]*pairs.Bits) // documents with a version in a language
	in := func(language uint16) *pairs.Bits {
		if taken[language] == nil {
			taken[language] = new(pairs.Bits)
		}
		return taken[language]
	}
	for t, err := range pairs.Until(ctx, scored) {
		if err != nil {
			return err
		}
		v := versionOf(t)
		later, earlier := int64(v.pair.Later), int64(v.pair.Earlier)
		if in(v.language).Has(earlier) || in(v.ofLanguage).Has(later) {
			continue
		}
		in(v.language).Set(earlier)
		in(v.ofLanguage).Set(later)
		if err := add(runs.Triple{bits.RotateLeft64(t[1], 32), t[0], t[2]}); err != nil {
			return err
		}
	}
	return nil
}

// pairOf returns a pair that was chosen.
func pairOf(t runs.Triple) Pair {
	v := versionOf(runs.Triple{t[1], bits.RotateLeft64(t[0], 32), t[2]})
	var names []string
	for _, e := range evidenceNames {
		if int(v.evidence)&e.kind != 0 {
			names = append(names, e.name)
		}
	}
	return Pair{Position: int64(v.pair.Later), Of: int64(v.pair.Earlier), Language: languageOf(v.language),
		OfLanguage: languageOf(v.ofLanguage), Evidence: strings.Join(names, "+"), Score: v.score, Shared: int(v.shared)}
}
