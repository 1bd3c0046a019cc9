package pipeline

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/tagger"
)

// augment adds to the examples what a corpus of this size is short of.
//
//   - A copy of each with a third of what lists know of organizations and
//     people taken away, so that the tagger learns to do without them, as it
//     must on pages that name what no list holds.
//   - A copy of each with names of other documents in the place of three names in
//     ten, so that what stands around a name says what it is.
//   - Every eighth in capitals.
func augment(examples []tagger.Example) []tagger.Example {
	rng := rand.New(rand.NewPCG(7, 11))
	out := slices.Clone(examples)
	others := newStandIns(examples)
	for i, ex := range examples {
		ex.Copy = true
		if swapped, ok := others.swap(ex); ok {
			out = append(out, swapped)
		}
		if i%8 == 3 {
			if loud, ok := capitals(ex); ok {
				out = append(out, loud)
			}
		}
		gone := map[string]bool{}
		var hints []extractors.Mention
		for _, h := range ex.Hints {
			key := ex.Text.S[h.Start:h.End]
			if _, known := gone[key]; !known {
				gone[key] = rng.IntN(3) == 0
			}
			if h.Type == extractors.Date || h.Type == extractors.Res || h.Type == extractors.Loc || !gone[key] {
				hints = append(hints, h)
			}
		}
		ex.Hints = hints
		out = append(out, ex)
	}
	return out
}

// capitals returns the example in upper case; ok is false where a letter's
// capital is longer or shorter, so that the marks would move.
func capitals(ex tagger.Example) (loud tagger.Example, ok bool) {
	up := strings.ToUpper(ex.Text.S)
	if len(up) != len(ex.Text.S) {
		return loud, false
	}
	t := *ex.Text
	t.S, t.Tokens = up, extractors.Tokenize(nil, up)
	return tagger.Example{Text: &t, Hints: extractors.Resolve(findRules(&t)...), Gold: ex.Gold, Document: ex.Document, Copy: true}, true
}

// standIns are the organizations, persons and places of a corpus, for one to stand
// in for another: after Dai and Adel, "An Analysis of Simple Data Augmentation for
// Named Entity Recognition" (2020).
type standIns struct {
	rng   *rand.Rand
	slots map[slot][]string // in the order of the corpus
}

// A slot is what a name must fit: its type and language, the article or
// preposition before it, and how it is written.
type slot struct {
	typ          extractors.Type
	lang, before string
	written      written
}

type written byte

// How names are written.
const (
	phrase  written = iota // words, the first with a capital
	small                  // words, the first in small letters
	word                   // one word
	acronym                // one word in capitals
	loud                   // several words in capitals
)

// least is how many names a slot must have for one of them to be drawn.
const least = 6

// swapShare is the share of its names that a copy gives away.
const swapShare = 0.3

func newStandIns(examples []tagger.Example) *standIns {
	n := &standIns{rng: rand.New(rand.NewPCG(3, 5)), slots: map[slot][]string{}}
	for i := range examples {
		t := examples[i].Text
		for _, m := range examples[i].Gold {
			if swaps(t, &m) {
				s := slotOf(t, &m)
				n.slots[s] = append(n.slots[s], t.S[m.Start:m.End])
			}
		}
	}
	return n
}

// swaps reports whether a mark may give its place to another name.
func swaps(t *extractors.Text, m *tagger.Mark) bool {
	return !m.Optional && (m.Type == extractors.Org || m.Type == extractors.Per || m.Type == extractors.Loc) && !strings.Contains(t.S[m.Start:m.End], "\n")
}

// governs are the words before a name that it must go with, folded.
var governs = map[string]bool{"le": true, "la": true, "l": true, "les": true, "du": true, "de": true, "d": true, "des": true, "au": true, "aux": true, "a": true, "en": true,
	"un": true, "une": true, "the": true}

func slotOf(t *extractors.Text, m *tagger.Mark) slot {
	surface := t.S[m.Start:m.End]
	s := slot{typ: m.Type, lang: t.LangAt(m.Start)}
	i, _ := slices.BinarySearchFunc(t.Tokens, m.Start, func(t extractors.Token, start int) int { return t.Start - start })
	if i > 0 && i < len(t.Tokens) && t.Tokens[i].Shape&extractors.IsLine == 0 {
		if w := strings.TrimRight(extractors.Fold(t.S[t.Tokens[i-1].Start:t.Tokens[i-1].End]), "'’"); governs[w] {
			s.before = w
		}
	}
	upper, spaces := strings.ToUpper(surface) == surface, strings.Contains(surface, " ")
	first, _ := utf8.DecodeRuneInString(surface)
	switch {
	case upper && spaces:
		s.written = loud
	case upper:
		s.written = acronym
	case !spaces:
		s.written = word
	case !unicode.IsUpper(first):
		s.written = small
	}
	return s
}

// draw returns one of the names, or, of two persons, a new one: what the first is
// called by and the surname of the second.
func (n *standIns) draw(fit []string, typ extractors.Type) string {
	name := fit[n.rng.IntN(len(fit))]
	if typ != extractors.Per || n.rng.IntN(2) == 0 {
		return name
	}
	given, _, ok := strings.Cut(name, " ")
	other := fit[n.rng.IntN(len(fit))]
	if i := strings.LastIndexByte(other, ' '); ok && i > 0 {
		return given + other[i:]
	}
	return name
}

// swap returns the example with other names in the place of some. A name that
// stands in it again gets the same one, and a surname that of the person whose it
// is. It is false where nothing changes.
func (n *standIns) swap(ex tagger.Example) (tagger.Example, bool) {
	t := ex.Text
	marks := slices.Clone(ex.Gold)
	slices.SortStableFunc(marks, func(a, b tagger.Mark) int { return cmp.Compare(a.Start, b.Start) })
	type name struct {
		typ     extractors.Type
		surface string
	}
	drawn := map[name]string{}
	surnames := map[string]string{} // of the persons drawn
	var s strings.Builder
	var gold []tagger.Mark
	end := 0 // of what is written, in the old text
	changed := false
	for _, m := range marks {
		if m.Start < end {
			continue // inside another
		}
		old := t.S[m.Start:m.End]
		s.WriteString(t.S[end:m.Start])
		end = m.End
		other := old
		if swaps(t, &m) {
			key := name{m.Type, old}
			var ok bool
			if other, ok = drawn[key]; !ok {
				other = old
				if n.rng.Float64() < swapShare {
					if fit := n.slots[slotOf(t, &m)]; len(fit) >= least {
						other = n.draw(fit, m.Type)
					}
				}
				if m.Type == extractors.Per {
					if surname, ok := surnames[old]; ok {
						other = surname
					}
					if i, j := strings.LastIndexByte(old, ' '), strings.LastIndexByte(other, ' '); i > 0 && j > 0 {
						surnames[old[i+1:]] = other[j+1:]
					}
				}
				drawn[key] = other
			}
		}
		changed = changed || other != old
		m.Start = s.Len()
		s.WriteString(other)
		m.End = s.Len()
		gold = append(gold, m)
	}
	if !changed {
		return ex, false
	}
	s.WriteString(t.S[end:])
	swapped := extractors.NewText(s.String(), t.Lang)
	swapped.Issued = t.Issued
	if len(swapped.Lines) == len(t.Lines) {
		for i := range t.Lines {
			swapped.Lines[i].Kind, swapped.Lines[i].Lang = t.Lines[i].Kind, t.Lines[i].Lang
		}
	}
	return tagger.Example{Text: swapped, Hints: extractors.Resolve(findRules(swapped)...), Gold: gold, Document: ex.Document, Copy: true}, true
}
