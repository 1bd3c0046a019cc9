// Package duplicates finds the documents of a corpus that say the same, to the
// letter or nearly.
//
// Exact duplicates share a hash of their whole text. Near duplicates share most
// of their content, which is the text without the site's boilerplate: else all
// short pages of a site would be near duplicates of each other. What is
// boilerplate is known only after the whole corpus was seen, so a document is
// sketched then, in a pass over the records that is as pure as the map phase: a
// sketch depends on one record and on the corpus facts. Sketches of single
// blocks, put together after labelling, would save that pass and cost more than
// it: of a block of twelve words nothing can be left out before it is known
// which others stay, so they would be as long as the text, which the record has.
//
// A sketch is a signature of 256 bytes over shingles of three words (see
// Sketch). Two documents become a candidate pair when they agree in all four
// bytes of one of 128 bands, and are near duplicates when the whole signatures
// agree in so many bytes that the estimated Jaccard similarity of the shingles
// is Threshold or more. Of the documents that agree in a band, each is paired
// with the first and with the nearest ones before it only, see first and nearest:
// the originals of a family come early, and states of a text that changes come
// one after the other.
//
// Documents are then taken in input order. One that is near to an earlier
// original points to it, to the most similar one if there are several; all
// others are originals themselves. So a group is a star around its first
// document: each member was compared with it directly, and a chain of small
// changes, last year's text, this year's, next year's, does not tie the ends
// together. A later document near to a mere member becomes an original. One whose
// sketch is that of an earlier document gets the verdict of that one, or points
// to it.
//
// Every step is a sort or a scan of files, and what is held in memory depends on
// the budget of the set, but for three bits a document:
//
//  1. Documents are sorted by the hash of their texts: of equal ones, the first
//     is the original. The others take no part in what follows.
//  2. They are sorted by sketch in the same way: one document stands for those
//     with the same sketch.
//  3. The sketches, one after the other in a file, are turned into columns, a
//     file from which one band can be read without the others.
//  4. For each band, keys that two documents share or more are found with a filter,
//     sorted with the positions of the documents, and make pairs, if some more
//     bytes agree.
//  5. The pairs are sorted, and duplicates among them dropped. They are joined
//     with the sketches, see package pairs, and those that are near are sorted by
//     the later document, then the earlier one.
//  6. A scan of these in the order of the input decides star by star.
//
// Bands are independent of each other, and so are parts of the keys of a band,
// blocks of pairs, and parts of the hashes of step 1.
package duplicates

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"iter"
	"math/bits"
	"sync"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/pipeline/pairs"
	"tamis/pipeline/runs"
)

// Threshold is the similarity from which documents are near duplicates.
//
// A word that is replaced takes three shingles with it, so texts that differ in
// 5 of 100 words, evenly strewn, have similarity 0.75, in 10 of 100 0.57, in 20
// of 100 0.34. Pages of one site on different matters stay below 0.2. Between
// 0.3 and 0.5 stand, on real sites, an old and a new state of a page and pages
// made from one form for different things, and nothing but a reader can tell
// these apart. Threshold stands where nine words of ten are kept.
const Threshold = 0.45

// MinWords is the number of words below which content is too short to be nearly
// anything.
const MinWords = 20

// A Hash is equal for exact duplicates and for nothing else.
type Hash struct{ Hi, Lo uint64 }

// Content returns the hash of a text. What only a typesetter changes does not
// count: case, accents and the forms of quotes, dashes and spaces, as
// extractors.Fold has them, and where lines break. Numbers and all other
// characters count.
func Content(text string) Hash {
	folded := folds.Get().(*[]byte)
	defer folds.Put(folded)
	*folded = extractors.AppendFold((*folded)[:0], text)
	sum := sha256.Sum256(singleSpaces(*folded))
	return Hash{binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:])}
}

// folds keeps the memory of Content.
var folds = sync.Pool{New: func() any { return new([]byte) }}

// singleSpaces writes what white space parts with one space between, in the memory
// of s.
func singleSpaces(s []byte) []byte {
	out := s[:0] // what is written stays behind what is read
	for i := 0; i < len(s); {
		n := space(s[i:])
		if n > 0 {
			i += n
			continue
		}
		from := i // up to what is not a single space
		for i < len(s) && (s[i] > ' ' && s[i] < utf8.RuneSelf || s[i] == ' ' && i+1 < len(s) && s[i+1] > ' ' && s[i+1] < utf8.RuneSelf || space(s[i:]) == 0) {
			i++
		}
		if len(out) > 0 {
			out = append(out, ' ')
		}
		out = append(out, s[from:i]...)
	}
	return out
}

// space returns the length of the white space at the head of s, 0 if there is none.
func space(s []byte) int {
	if c := s[0]; c < utf8.RuneSelf {
		if c == ' ' || '\t' <= c && c <= '\r' {
			return 1
		}
		return 0
	}
	if r, n := utf8.DecodeRune(s); unicode.IsSpace(r) {
		return n
	}
	return 0
}

// An Entry is what a Set needs of a document.
type Entry struct {
	Position int64 // in input order; no two documents share one
	Content  Hash
	// Symbol is the official symbol of the document, "" if it has none. Documents
	// with different symbols are never near duplicates: this year's renewal of
	// a mandate repeats last year's but for the dates, and is another act.
	Symbol string
	// Sketch is nil if the content is too short.
	Sketch *Sketch
}

// A Verdict says what a document repeats.
type Verdict struct {
	Position int64 // of the document
	// Of is the position of the first document with the same text or, if Exact
	// is not set, of the original that the document is near to.
	Of         int64
	Exact      bool
	Similarity float64 // of the content of near duplicates
}

// A Set holds the documents of a corpus.
type Set struct {
	dir    string
	budget int64
	first  int64  // position of the first document of a shard
	folder string // of the shard

	exact    *runs.Sorter[runs.Triple] // content, position
	alike    *runs.Sorter[runs.Triple] // hash of symbol and sketch, position
	verdicts *runs.Sorter[runs.Triple] // position, of, agreement
	rows     *pairs.Rows               // symbol and sketch, from first on
	sketched pairs.Bits                // documents with a sketch, from first on
	copies   pairs.Bits                // exact duplicates
	row      [rowBytes]byte
}

// rowBytes is the size of the row of a document: the hash of its symbol, 0 for
// none, and its sketch.
const rowBytes = 8 + signature

// NewSet returns an empty set that takes about budget bytes of memory, and keeps
// what is more in files below dir, "" for the system's folder for such files.
func NewSet(dir string, budget int64) *Set {
	return &Set{dir: dir, budget: budget, rows: pairs.NewRows(dir, rowBytes),
		exact: runs.New(runs.Triples, dir, budget/8), alike: runs.New(runs.Triples, dir, budget/8)}
}

// Add adds a document. Documents can be added in any order; the order of the
// input is the fastest.
func (s *Set) Add(e Entry) error {
	if e.Position < 0 || e.Position > pairs.MaxPosition {
		return pairs.ErrPosition
	}
	if err := s.exact.Add(runs.Triple{e.Content.Hi, e.Content.Lo, uint64(e.Position)}); err != nil || e.Sketch == nil {
		return err
	}
	symbol := uint64(0)
	if e.Symbol != "" {
		sum := sha256.Sum256([]byte(e.Symbol))
		symbol = binary.BigEndian.Uint64(sum[:])
	}
	binary.LittleEndian.PutUint64(s.row[:], symbol)
	copy(s.row[8:], e.Sketch[:])
	sum := sha256.Sum256(s.row[:])
	if err := s.alike.Add(runs.Triple{binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:]), uint64(e.Position)}); err != nil {
		return err
	}
	s.sketched.Set(e.Position - s.first)
	return s.rows.Write(e.Position-s.first, s.row[:])
}

// Decide finds out what repeats what. It ends the adding.
func (s *Set) Decide(ctx context.Context) error {
	s.verdicts = runs.New(runs.Triples, s.dir, s.budget/8)
	err := exact(ctx, s.exact.Sorted(), func(v runs.Triple) error {
		s.copies.Set(int64(v[0]))
		s.sketched.Without(int64(v[0]))
		return s.verdicts.Add(v)
	})
	if err := errors.Join(err, s.exact.Close()); err != nil {
		return err
	}
	same := runs.New(runs.Triples, s.dir, s.budget/8)
	defer same.Close()
	err = alike(ctx, s.alike.Sorted(), s.copies, func(follower runs.Triple) error {
		s.sketched.Without(int64(follower[1]))
		return same.Add(follower)
	})
	if err := errors.Join(err, s.alike.Close()); err != nil {
		return err
	}
	c, err := s.columns(s.dir)
	if err != nil {
		return err
	}
	defer c.remove()
	blocks := s.rows.BlocksOf(s.budget / 2)
	candidates := runs.New(numbers, s.dir, s.budget/4)
	defer candidates.Close()
	b := newBander(s.dir, s.budget, c, s.sketched, blocks)
	for band := range bands {
		if err := b.pair(ctx, band, 0, 1, candidates.Add); err != nil {
			return err
		}
	}
	matches := runs.New(runs.Triples, s.dir, s.budget/8)
	defer matches.Close()
	if err := match(ctx, s.rows, blocks, candidates.Sorted(), matches.Add); err != nil {
		return err
	}
	return stars(ctx, matches.Sorted(), same.Sorted(), s.verdicts.Add)
}

// exactly stands in place of the number of bytes in which sketches agree.
const exactly = signature + 1

// Copy reports whether the document is an exact duplicate of an earlier one. It
// is known after Decide.
func (s *Set) Copy(position int64) bool { return s.copies.Has(position) }

// Verdicts returns a verdict on each document that repeats another one, in the
// order of the input, after Decide. They depend on what was added, and neither on
// the order in which it was nor on the budget.
func (s *Set) Verdicts() iter.Seq2[Verdict, error] { return verdicts(s.verdicts.Sorted()) }

func verdicts(sorted iter.Seq2[runs.Triple, error]) iter.Seq2[Verdict, error] {
	return func(yield func(Verdict, error) bool) {
		for t, err := range sorted {
			v := Verdict{Position: int64(t[0]), Of: int64(t[1]), Exact: t[2] == exactly}
			if !v.Exact {
				v.Similarity = similarity(int(t[2]))
			}
			if !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Close removes the files of the set.
func (s *Set) Close() error {
	err := errors.Join(s.exact.Close(), s.alike.Close(), s.rows.Close())
	if s.verdicts != nil {
		err = errors.Join(err, s.verdicts.Close())
	}
	return err
}

// exact calls add with a verdict on each document whose text an earlier one has:
// step 1.
func exact(ctx context.Context, contents iter.Seq2[runs.Triple, error], add func(verdict runs.Triple) error) error {
	return groups(ctx, contents, nil, func(first, position uint64) error {
		if first == position {
			return nil
		}
		return add(runs.Triple{position, first, exactly})
	})
}

// alike calls add with each document whose sketch an earlier one has, behind that
// one: step 2.
func alike(ctx context.Context, sketches iter.Seq2[runs.Triple, error], copies pairs.Bits, add func(follower runs.Triple) error) error {
	return groups(ctx, sketches, copies, func(first, position uint64) error {
		if first == position {
			return nil
		}
		return add(runs.Triple{first, position})
	})
}

// groups calls f with each position in sorted entries but those in without, and with
// the first one of the same hash.
func groups(ctx context.Context, sorted iter.Seq2[runs.Triple, error], without pairs.Bits, f func(first, position uint64) error) error {
	var head runs.Triple
	found := false
	for t, err := range pairs.Until(ctx, sorted) {
		if err != nil {
			return err
		}
		if without.Has(int64(t[2])) {
			continue
		}
		if !found || t[0] != head[0] || t[1] != head[1] {
			head, found = t, true
		}
		if err := f(head[2], t[2]); err != nil {
			return err
		}
	}
	return nil
}

const (
	signature = 256
	rows      = 4                    // bytes of a band
	bands     = 2 * signature / rows // see columns.docs
)

// A Sketch is the signature of a content: two of them agree in a byte with the
// probability that is the Jaccard similarity of the contents' shingles, or
// because two random bytes are equal.
//
// It is the fast similarity sketch of Dahlgaard, Knudsen and Thorup (2017): a
// hash puts each shingle into one of 256 bins, the least one of a bin wins, and
// as long as bins are empty, all shingles are put once more, with another hash,
// into these. Like MinHash it is unbiased, and it is more exact where there are
// few shingles, since a round gives each its bin; long texts need one hash a
// shingle instead of 256. Of the winner a byte is kept.
type Sketch [signature]byte

// Similarity estimates the Jaccard similarity of two contents. The standard
// error is 0.03 at most, and 0.02 at 0.9.
func (s *Sketch) Similarity(o *Sketch) float64 { return similarity(agreement(s[:], o[:])) }

// agreement returns the number of bytes in which two signatures agree.
func agreement(s, o []byte) int {
	equal := 0
	for i := 0; i < signature; i += 8 {
		equal += equalBytes(binary.LittleEndian.Uint64(s[i:]), binary.LittleEndian.Uint64(o[i:]))
	}
	return equal
}

// equalBytes returns the number of bytes in which two words agree.
func equalBytes(a, b uint64) int {
	const low = 0x7F7F7F7F7F7F7F7F
	x := a ^ b
	return bits.OnesCount64(^((x&low + low) | x | low)) // a bit for each zero byte
}

// similarity estimates the similarity of contents from the agreement of their
// sketches.
func similarity(equal int) float64 {
	const chance = 1.0 / 256
	return max(0, (float64(equal)/signature-chance)/(1-chance))
}
