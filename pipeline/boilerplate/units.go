package boilerplate

import (
	"iter"
	"strings"
)

// units are what a document is weighed in: its blocks, and the pieces of those
// that may hold several lines.
type units struct {
	doc    []Block
	places []place // of the units, nil if each is a block
	shared []share // of the units

	own    []Block // holds doc where it is not the caller's
	all    []place
	pieces []piece
}

// A share is the number of documents that have a unit, at least 1, and of those
// among which they were counted.
type share struct{ documents, of int32 }

// A place is where a unit comes from.
type place struct {
	piece
	block  int32
	inside bool   // a piece, not a block
	key    uint64 // under which a piece is counted, 0 if only with its neighbours
	whole  int32  // documents that have the whole block
	long   bool   // the block is
}

// Salts keep what is counted apart.
const (
	pieceSalt = 0x9E3779B97F4A7C15
	runSalt   = 0xC2B2AE3D27D4EB4F
)

// prepare sets the units of a document. A line that the site, if it is known,
// repeats as a whole is cut only if it is a label with a sentence glued to it.
func (u *units) prepare(doc []Block, site *siteFacts) {
	u.doc, u.places = doc, nil
	size := 0
	for i := range doc {
		size += len(doc[i].Text)
	}
	for i := range doc {
		b := &doc[i]
		u.pieces = appendPieces(u.pieces[:0], b, size)
		whole := 1
		if len(u.pieces) > 0 && site != nil {
			if whole = site.documents(b.countKey()); whole > 1 && (len(b.Text) < labelBytes || !isGlued(b.Text)) {
				u.pieces = u.pieces[:0]
			}
		}
		if u.places == nil {
			if len(u.pieces) == 0 {
				continue
			}
			u.own, u.all = u.own[:0], u.all[:0]
			for k := range i {
				u.add(doc, k)
			}
		}
		if len(u.pieces) == 0 {
			u.add(doc, i)
		}
		for k, p := range u.pieces {
			part := *b
			part.Text = b.Text[p.start:p.end]
			part.Key = Key(part.Text)
			pl := place{piece: p, block: int32(i), inside: true, whole: int32(whole), long: len(b.Text) >= longLine}
			switch hard := !p.soft && (k+1 == len(u.pieces) || !u.pieces[k+1].soft); {
			case p.words < 2:
			case hard:
				pl.key = part.countKey() // as if it were a line
			case p.words >= runWords:
				pl.key = mix(part.Key ^ pieceSalt)
			}
			u.own, u.all = append(u.own, part), append(u.all, pl)
		}
		u.doc, u.places = u.own, u.all
	}
}

func (u *units) add(doc []Block, i int) {
	u.own = append(u.own, doc[i])
	u.all = append(u.all, place{block: int32(i)})
	u.doc, u.places = u.own, u.all
}

// soft reports whether a cut before a unit may go through a sentence.
func (u *units) soft(i int) bool { return u.places != nil && i < len(u.places) && u.places[i].soft }

// inside reports whether a unit is part of a block.
func (u *units) inside(i int) bool { return u.places != nil && u.places[i].inside }

// glued reports whether a unit is a word of a line that holds little else: part
// of a name, perhaps.
func (u *units) glued(i int) bool {
	return u.inside(i) && u.places[i].words < 2 && !u.places[i].long
}

// words returns the number of words of a piece, runWords for a block.
func (u *units) words(i int) int {
	if !u.inside(i) {
		return runWords
	}
	return int(u.places[i].words)
}

// runs returns the keys under which the pieces are counted, alone and with
// those that follow, and the units that each stands for. At the rims of a block
// a piece of few words is counted with the block next to it.
func (u *units) runs() iter.Seq2[uint64, [2]int] {
	return func(yield func(uint64, [2]int) bool) {
		const long = 2 * runWords
		for i := range u.places {
			p := &u.places[i]
			if !p.inside {
				continue
			}
			if p.key != 0 && !yield(p.key, [2]int{i, i + 1}) {
				return
			}
			for _, other := range [2]int{i - 1, i + 1} {
				if p.words >= runWords || other < 0 || other >= len(u.places) || u.places[other].block == p.block {
					continue
				}
				if !yield(mix(mix(u.doc[min(i, other)].Key^runSalt)^u.doc[max(i, other)].Key), [2]int{i, i + 1}) {
					return
				}
			}
			h, words := mix(u.doc[i].Key^runSalt), p.words
			for j := i + 1; j < len(u.places) && u.places[j].block == p.block; j++ {
				if j == i+1 && p.words >= long && u.places[j].words >= long {
					break // both say enough alone
				}
				h = mix(h ^ u.doc[j].Key)
				if words += u.places[j].words; words >= runWords {
					if !yield(h, [2]int{i, j + 1}) {
						return
					}
					break
				}
			}
		}
	}
}

// count finds the share of the documents of the site that have each unit.
func (u *units) count(s *siteFacts) {
	u.shared = u.shared[:0]
	for i := range u.doc {
		d := 1
		if !u.inside(i) {
			d = s.documents(u.doc[i].countKey())
		} else {
			d = int(u.places[i].whole)
		}
		u.shared = append(u.shared, share{int32(d), s.size})
	}
	for key, run := range u.runs() {
		if d := int32(s.documents(key)); d > 1 {
			for i := run[0]; i < run[1]; i++ {
				u.shared[i].documents = max(u.shared[i].documents, d)
			}
		}
	}
}

// fragments takes back what was cut out of the middle of a sentence: boilerplate
// with a soft end that has few words, and articles at such an end, which open
// the sentence that follows.
func (l *labeller) fragments() {
	if l.places == nil {
		return
	}
	n := len(l.doc)
	for start := 0; start < n; {
		end := start + 1
		for end < n && (l.signs[end].rule != "") == (l.signs[start].rule != "") {
			end++
		}
		if l.signs[start].rule == "" || !l.soft(start) && !l.soft(end) {
			start = end
			continue
		}
		words := 0
		for i := start; i < end; i++ {
			if words += l.words(i); !l.places[i].inside {
				words = innerWords
				break
			}
		}
		least := innerWords
		if start == 0 || end == n {
			least = rimWords
		}
		from := end
		if words < least {
			from = start
		} else if l.soft(end) && small[strings.ToLower(l.doc[end-1].Text)] {
			from = end - 1
		}
		for i := from; i < end; i++ {
			l.signs[i].rule = ""
		}
		start = end
	}
}

// verdicts puts the pieces of a block together again that have one verdict.
func (l *labeller) verdicts(doc []Block) []Label {
	out := make([]Label, 0, len(doc))
	for i := range l.doc {
		g := &l.signs[i]
		v := Label{Block: i, End: len(l.doc[i].Text), Boilerplate: g.rule != "", Repeated: g.repeated && g.rule != "", Rule: g.rule}
		if l.places != nil {
			p := &l.places[i]
			v.Block = int(p.block)
			if p.inside {
				v.Start, v.End = int(p.start), int(p.end)
				if i == 0 || l.places[i-1].block != p.block {
					v.Start = 0
				}
				if i+1 == len(l.places) || l.places[i+1].block != p.block {
					v.End = len(doc[p.block].Text)
				}
				if n := len(out); v.Start > 0 && out[n-1].Boilerplate == v.Boilerplate && out[n-1].Repeated == v.Repeated && out[n-1].Rule == v.Rule {
					out[n-1].End = v.End
					continue
				}
			}
		}
		out = append(out, v)
	}
	return out
}
