// Package score compares predictions with annotated documents by the rules of
// gold/GUIDELINES.md: ORG, PER and LOC are right when type and span are equal,
// DATE and RES when the spans overlap and the norm is equal; what overlaps an
// optional mention of its type does not count. The figures equal those of
// gold.py on the same data.
package score

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// A Prediction is what a program found in one document. Offsets are code
// points into Text, which may be a cleaned form of the document: it is aligned
// token by token.
type Prediction struct {
	ID          string    `json:"id"`
	Lang        string    `json:"lang"`
	Text        string    `json:"text"`
	Mentions    []Mention `json:"mentions"`
	Boilerplate [][2]int  `json:"boilerplate"`
}

// A Mention is a predicted mention, in code points.
type Mention struct {
	Type  extractors.Type `json:"type"`
	Start int             `json:"start"`
	End   int             `json:"end"`
	Norm  string          `json:"norm"`
}

// Gold is an annotated document under its id.
type Gold struct {
	ID string
	*ann.Document
}

// A Counts holds what one type scored.
type Counts struct {
	Gold, Pred, Unaligned int
	Strict, Lenient, Norm int
}

// Chars counts characters of tokens by what their lines are.
type Chars struct {
	Boilerplate, Hit int // characters of boilerplate lines, and those taken for it
	Content, Kept    int // characters of content lines, and those kept
}

// An Error is a disagreement on one mention.
type Error struct {
	ID   string
	Type extractors.Type
	What string // "missed", "differs", "spurious"
	Text string
	Norm string
	Got  []string // text and norm of what overlaps
}

// A Score adds up over documents.
type Score struct {
	Types     map[extractors.Type]*Counts
	Chars     Chars
	LangRight int
	Documents int
	Missing   int
	Errors    []Error
}

// New returns an empty score.
func New() *Score {
	s := &Score{Types: map[extractors.Type]*Counts{}}
	for _, t := range extractors.Types {
		s.Types[t] = &Counts{}
	}
	return s
}

// Merge adds the score of other documents.
func (s *Score) Merge(o *Score) {
	for t, c := range o.Types {
		s.Types[t].add(c)
	}
	s.Chars.Boilerplate += o.Chars.Boilerplate
	s.Chars.Hit += o.Chars.Hit
	s.Chars.Content += o.Chars.Content
	s.Chars.Kept += o.Chars.Kept
	s.LangRight += o.LangRight
	s.Documents += o.Documents
	s.Missing += o.Missing
	s.Errors = append(s.Errors, o.Errors...)
}

// A Ratio is precision, recall and their harmonic mean.
type Ratio struct{ P, R, F1 float64 }

func ratio(hit, pred, gold int) (x Ratio) {
	if pred > 0 {
		x.P = float64(hit) / float64(pred)
	}
	if gold > 0 {
		x.R = float64(hit) / float64(gold)
	}
	if x.P+x.R > 0 {
		x.F1 = 2 * x.P * x.R / (x.P + x.R)
	}
	return x
}

// StrictRatio, LenientRatio and NormRatio are the three ways of counting.
func (c *Counts) StrictRatio() Ratio  { return ratio(c.Strict, c.Pred, c.Gold) }
func (c *Counts) LenientRatio() Ratio { return ratio(c.Lenient, c.Pred, c.Gold) }
func (c *Counts) NormRatio() Ratio    { return ratio(c.Norm, c.Pred, c.Gold) }

// BoilerplateRatio scores the characters taken for boilerplate.
func (c *Chars) BoilerplateRatio() Ratio {
	return ratio(c.Hit, c.Hit+c.Content-c.Kept, c.Boilerplate)
}

// KeptShare is the share of content characters that were kept.
func (c *Chars) KeptShare() float64 { return share(c.Kept, c.Content) }

func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// squeeze returns a document symbol as it is compared: without white space and
// underscores, in upper case.
func squeeze(s string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == '_' || pythonSpace(r) {
			return -1
		}
		return r
	}, s))
}

func normEqual(kind extractors.Type, a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if kind == extractors.Res {
		return squeeze(a) == squeeze(b)
	}
	return folder.String(a) == folder.String(b)
}

// span is a half-open range of token indices of the gold text.
type span struct{ start, end int }

func (a span) overlaps(b span) bool { return a.start < b.end && b.start < a.end }

// tokenSpan returns the tokens that overlap the code points [start, end).
func tokenSpan(toks []token, start, end int) (span, bool) {
	i, _ := slices.BinarySearchFunc(toks, start, func(t token, s int) int { return cmp.Compare(t.end, s+1) })
	j := i
	for j < len(toks) && toks[j].start < end {
		j++
	}
	return span{i, j}, j > i
}

type goldMention struct {
	extractors.Type
	norm, text     string
	span           span
	optional, boil bool
}

type predMention struct {
	extractors.Type
	norm, text string
	span       span
	boil       bool
}

// Add scores one document. p is nil where the program has nothing on it.
func (s *Score) Add(g Gold, p *Prediction) {
	s.Documents++
	if p == nil {
		s.Missing++
		p = &Prediction{}
	}
	if p.Lang == g.Header["lang"] {
		s.LangRight++
	}
	gt := tokenize(g.Text)
	chars := newCharIndex(g.Text)
	boilLine := make([]bool, len(gt))
	for _, l := range g.Lines {
		if l.Boilerplate {
			if sp, ok := tokenSpan(gt, chars.at(l.Start), chars.at(l.End)); ok {
				for i := sp.start; i < sp.end; i++ {
					boilLine[i] = true
				}
			}
		}
	}
	var gold []goldMention
	for _, m := range g.Marks {
		if sp, ok := tokenSpan(gt, chars.at(m.Start), chars.at(m.End)); ok {
			gold = append(gold, goldMention{m.Type, m.Norm, g.Text[m.Start:m.End], sp, m.Optional, boilLine[sp.start]})
		}
	}
	pt := tokenize(p.Text)
	toGold := aligned(pt, gt)
	runes := []rune(p.Text)
	var pred []predMention
	for _, m := range p.Mentions {
		c := s.Types[m.Type]
		if c == nil {
			continue
		}
		lo, hi, first := -1, -1, -1
		if sp, ok := tokenSpan(pt, m.Start, m.End); ok {
			for i := sp.start; i < sp.end; i++ {
				if j, ok := toGold[i]; ok {
					if lo < 0 {
						lo, hi, first = j, j, j
					}
					lo, hi = min(lo, j), max(hi, j)
				}
			}
		}
		if lo < 0 {
			c.Unaligned++
			continue
		}
		pred = append(pred, predMention{m.Type, m.Norm, string(runes[m.Start:min(m.End, len(runes))]), span{lo, hi + 1}, boilLine[first]})
	}
	for _, kind := range extractors.Types {
		s.addType(g.ID, kind, gold, pred)
	}

	marked := map[int]bool{}
	for _, b := range p.Boilerplate {
		if sp, ok := tokenSpan(pt, b[0], b[1]); ok {
			for i := sp.start; i < sp.end; i++ {
				if j, ok := toGold[i]; ok {
					marked[j] = true
				}
			}
		}
	}
	kept := map[int]bool{}
	for _, j := range toGold {
		if !marked[j] {
			kept[j] = true
		}
	}
	for i, t := range gt {
		size := t.end - t.start
		if boilLine[i] {
			s.Chars.Boilerplate += size
			if !kept[i] {
				s.Chars.Hit += size
			}
		} else {
			s.Chars.Content += size
			if kept[i] {
				s.Chars.Kept += size
			}
		}
	}
}

func (s *Score) addType(id string, kind extractors.Type, gold []goldMention, pred []predMention) {
	var required, optional []goldMention
	for _, m := range gold {
		switch {
		case m.Type != kind:
		case m.optional || m.boil:
			optional = append(optional, m)
		default:
			required = append(required, m)
		}
	}
	var found []predMention
	for _, m := range pred {
		if m.Type != kind || m.boil {
			continue
		}
		exact := slices.ContainsFunc(required, func(r goldMention) bool { return r.span == m.span })
		if !exact && slices.ContainsFunc(optional, func(o goldMention) bool { return m.span.overlaps(o.span) }) {
			continue
		}
		if kind == extractors.Date && slices.ContainsFunc(gold, func(o goldMention) bool { return o.Type == extractors.Res && m.span.overlaps(o.span) }) {
			continue
		}
		found = append(found, m)
	}
	c := s.Types[kind]
	c.Gold += len(required)
	c.Pred += len(found)
	used := make([]bool, len(found))
	for _, r := range required {
		var hits []int
		for i, m := range found {
			if !used[i] && r.span.overlaps(m.span) {
				hits = append(hits, i)
			}
		}
		rank := func(i int) int {
			n := 0
			if found[i].span != r.span {
				n += 2
			}
			if !normEqual(kind, found[i].norm, r.norm) {
				n++
			}
			return n
		}
		slices.SortStableFunc(hits, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
		exact, same := false, false
		if len(hits) > 0 {
			m := found[hits[0]]
			exact, same = m.span == r.span, normEqual(kind, m.norm, r.norm)
			used[hits[0]] = true
			c.Lenient++
			if exact {
				c.Strict++
			}
			if same {
				c.Norm++
			}
		}
		ok := exact
		if kind == extractors.Date || kind == extractors.Res {
			ok = same
		}
		if !ok {
			e := Error{ID: id, Type: kind, What: "missed", Text: r.text, Norm: r.norm}
			for _, i := range hits {
				e.What = "differs"
				e.Got = append(e.Got, found[i].text+" = "+found[i].norm)
			}
			s.Errors = append(s.Errors, e)
		}
	}
	for i, m := range found {
		if !used[i] {
			s.Errors = append(s.Errors, Error{ID: id, Type: kind, What: "spurious", Text: m.text, Norm: m.norm})
		}
	}
}

// charIndex turns byte offsets of a text into code points.
type charIndex struct {
	s    string
	step []int // code points before every 256th byte
}

func newCharIndex(s string) *charIndex {
	c := &charIndex{s: s}
	n := 0
	for i := range len(s) {
		if i%256 == 0 {
			c.step = append(c.step, n)
		}
		if utf8.RuneStart(s[i]) {
			n++
		}
	}
	c.step = append(c.step, n)
	return c
}

func (c *charIndex) at(offset int) int {
	if offset >= len(c.s) {
		return c.step[len(c.step)-1]
	}
	n := c.step[offset/256]
	for i := offset / 256 * 256; i < offset; i++ {
		if utf8.RuneStart(c.s[i]) {
			n++
		}
	}
	return n
}
