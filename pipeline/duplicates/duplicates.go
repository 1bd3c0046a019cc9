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
// is Threshold or more.
//
// Documents are then taken in input order. One that is near to an earlier
// original points to it, to the most similar one if there are several; all
// others are originals themselves. So a group is a star around its first
// document: each member was compared with it directly, and a chain of small
// changes, last year's text, this year's, next year's, does not tie the ends
// together. A later document near to a mere member becomes an original.
//
// What is kept is about 350 bytes a document and 12 for each band in which it
// agrees with another one. Sets of parts of a corpus can be merged in any order.
// Beyond memory, each step is a sort or a scan of files: bands are independent,
// so a shard writes runs of (band, key, position), merging the runs puts buckets
// together, of which those with two members or more go on, sorted by position;
// the last scan in input order needs the signatures of originals alone.
package duplicates

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"

	"tamis/extractors"
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
	folded := extractors.AppendFold(make([]byte, 0, len(text)+len(text)/8), text)
	n := 0
	for field := range bytes.FieldsSeq(folded) {
		n += copy(folded[n:], field) // what is written stays behind what is read
		if n < len(folded) {
			folded[n] = ' '
			n++
		}
	}
	folded = bytes.TrimRight(folded[:n], " ")
	sum := sha256.Sum256(folded)
	return Hash{binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[8:])}
}

// An Entry is what a Set needs of a document.
type Entry struct {
	Position int64  // in input order; no two documents share one
	ID       string // what the verdicts name
	Content  Hash
	// Symbol is the official symbol of the document, "" if it has none. Documents
	// with different symbols are never near duplicates: this year's renewal of
	// a mandate repeats last year's but for the dates, and is another act.
	Symbol string
	// Sketch is nil if the content is too short.
	Sketch *Sketch
}

// A Set holds the documents of a corpus or a part of it. The zero value is
// empty.
type Set struct {
	entries []entry
}

type entry struct {
	position int64
	id       string
	content  Hash
	symbol   uint64 // hash, 0 for none
	sketch   *Sketch
}

// Add adds a document.
func (s *Set) Add(e Entry) {
	own := entry{position: e.Position, id: e.ID, content: e.Content, sketch: e.Sketch}
	if e.Symbol != "" {
		sum := sha256.Sum256([]byte(e.Symbol))
		own.symbol = binary.BigEndian.Uint64(sum[:])
	}
	s.entries = append(s.entries, own)
}

// Merge adds the documents of another part of the corpus.
func (s *Set) Merge(o *Set) { s.entries = append(s.entries, o.entries...) }

// A Verdict says what a document repeats. One that is an exact duplicate is not
// a near one beside.
type Verdict struct {
	DuplicateOf     string  // the first document with the same text, "" if it is this one
	NearDuplicateOf string  // the original that it is near to, "" if it is one itself
	Similarity      float64 // with NearDuplicateOf
}

// Verdicts returns a verdict, by ID, on each document that repeats another one.
// They depend on what was added and not on the order in which it was.
func (s *Set) Verdicts() map[string]Verdict {
	slices.SortFunc(s.entries, func(a, b entry) int { return cmp.Compare(a.position, b.position) })
	verdicts := make(map[string]Verdict)
	first := make(map[Hash]string, len(s.entries))
	var rest []*entry
	for i := range s.entries {
		e := &s.entries[i]
		if id, ok := first[e.content]; ok {
			verdicts[e.id] = Verdict{DuplicateOf: id}
			continue
		}
		first[e.content] = e.id
		if e.sketch != nil {
			rest = append(rest, e)
		}
	}
	near(rest, verdicts)
	return verdicts
}

// maxBucket is the number of originals of one bucket that a document is
// compared with, the nearest before it. A bucket has more where a form that the
// boilerplate step does not see fills a band on very many pages; a true near
// duplicate then shares other bands, which hold what the two alone have.
const maxBucket = 48

// near finds the near duplicates among documents in input order.
func near(docs []*entry, verdicts map[string]Verdict) {
	b := bucketsOf(docs)
	heads := make([]uint32, b.count) // of the list of originals in a bucket, as place+1 in b.of
	next := make([]uint32, len(b.of))
	compared := make([]uint32, len(docs)) // the document+1 that was compared with this one last
	for d, doc := range docs {
		best, similarity := -1, 0.0
		for _, bucket := range b.of[b.start[d]:b.start[d+1]] {
			n := 0
			for p := heads[bucket]; p > 0 && n < maxBucket; p = next[p-1] {
				n++
				o := int(b.doc[p-1])
				if compared[o] == uint32(d+1) {
					continue
				}
				compared[o] = uint32(d + 1)
				if other := docs[o]; other.symbol != doc.symbol && other.symbol != 0 && doc.symbol != 0 {
					continue
				}
				if s := doc.sketch.Similarity(docs[o].sketch); s >= Threshold && (s > similarity || s == similarity && o < best) {
					best, similarity = o, s
				}
			}
		}
		if best >= 0 {
			verdicts[doc.id] = Verdict{NearDuplicateOf: docs[best].id, Similarity: similarity}
			continue
		}
		for p := b.start[d]; p < b.start[d+1]; p++ {
			next[p] = heads[b.of[p]]
			heads[b.of[p]] = uint32(p + 1)
		}
	}
}

// buckets are the sets of two documents or more that agree in a band, seen from
// the documents.
type buckets struct {
	count int
	start []int    // of a document's part of of and doc
	of    []uint32 // buckets, by document
	doc   []uint32 // documents, the same order
}

func bucketsOf(docs []*entry) *buckets {
	var members []uint32 // documents, by bucket
	var ends []int       // of a bucket's part of members
	b := &buckets{start: make([]int, len(docs)+1)}
	keys := make([]uint64, len(docs))
	for band := range bands {
		for d, doc := range docs {
			keys[d] = uint64(doc.sketch.key(band))<<32 | uint64(d)
		}
		slices.Sort(keys)
		for rest := keys; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n]>>32 == rest[0]>>32 {
				n++
			}
			if n > 1 {
				for _, k := range rest[:n] {
					members = append(members, uint32(k))
					b.start[uint32(k)+1]++
				}
				ends = append(ends, len(members))
			}
			rest = rest[n:]
		}
	}
	for d := range docs {
		b.start[d+1] += b.start[d]
	}
	b.count = len(ends)
	b.of, b.doc = make([]uint32, len(members)), make([]uint32, len(members))
	fill := slices.Clone(b.start)
	m := 0
	for i, end := range ends {
		for ; m < end; m++ {
			d := members[m]
			b.of[fill[d]], b.doc[fill[d]] = uint32(i), d
			fill[d]++
		}
	}
	return b
}

const (
	signature = 256
	rows      = 4                    // bytes of a band
	bands     = 2 * signature / rows // see key
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
func (s *Sketch) Similarity(o *Sketch) float64 {
	const low = 0x7F7F7F7F7F7F7F7F
	equal := 0
	for i := 0; i < signature; i += 8 {
		x := binary.LittleEndian.Uint64(s[i:]) ^ binary.LittleEndian.Uint64(o[i:])
		equal += bits.OnesCount64(^((x&low + low) | x | low)) // a bit for each zero byte
	}
	const chance = 1.0 / 256
	return max(0, (float64(equal)/signature-chance)/(1-chance))
}

// key returns the bytes of a band. The first half of the bands takes neighbours,
// the second one bytes that stand far apart, so that no two bands share more
// than one byte. Of pairs at similarity 0.45 about one in 200 is missed, at 0.5
// one in 4000, at 0.57 one in a million; at 0.1 one in 70 is compared for
// nothing, at 0.05 one in 800.
func (s *Sketch) key(band int) uint32 {
	const half = signature / rows
	if band < half {
		return binary.LittleEndian.Uint32(s[band*rows:])
	}
	i := band - half
	return uint32(s[i]) | uint32(s[i+half])<<8 | uint32(s[i+2*half])<<16 | uint32(s[i+3*half])<<24
}
