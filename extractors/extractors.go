// Package extractors holds the vocabulary that all extractors share: a span
// of a text, a line of a document, a mention of an entity, and the extractor,
// which turns the first two into the third.
//
// Offsets are bytes into Text.S, always on rune boundaries. Only the tables
// count in code points; the conversion stands in package pipeline.
package extractors

import (
	"cmp"
	"slices"
	"sync"
)

// A Span is the half-open byte range [Start, End) of a text.
type Span struct{ Start, End int }

// Len returns the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Overlaps reports whether the two spans share a byte.
func (s Span) Overlaps(o Span) bool { return s.Start < o.End && o.Start < s.End }

// Contains reports whether o lies inside s; a span contains itself.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// A Type is the kind of entity that a mention names.
type Type string

// The types of gold/GUIDELINES.md, in the order that breaks ties.
const (
	Org  Type = "ORG"
	Res  Type = "RES"
	Date Type = "DATE"
	Per  Type = "PER"
	Loc  Type = "LOC"
)

// Types lists all types in a fixed order.
var Types = []Type{Org, Res, Date, Per, Loc}

// A Kind says what part a line plays in its document.
type Kind string

// The kinds of lines. Text formats tell them by shape, HTML by its elements.
const (
	Title     Kind = "title"        // the document's title, where it stands in the text
	Heading   Kind = "heading"      // a section's heading
	Paragraph Kind = "paragraph"    // running text
	ListItem  Kind = "list_item"    // an item of a list
	TableRow  Kind = "table_row"    // the cells of a row, separated by tabs
	Menu      Kind = "menu"         // a line of navigation, by its element or its shape
	Caption   Kind = "caption"      // the caption of a figure or table
	Quote     Kind = "quote"        // a block quotation
	Pre       Kind = "preformatted" // text whose line breaks count
)

// A Line is a block of a document's text: a line of a text file, a block
// element of an HTML page. It ends before its line feed. Lines stand in order
// and do not overlap; blank lines have none.
type Line struct {
	Span
	Kind Kind
	Lang string // ISO 639-1, "" where nothing tells
}

// A Text is what extractors read: the cleaned text of one document with what
// the earlier stages found out about it. Extractors do not change it.
type Text struct {
	S      string
	Lines  []Line
	Lang   string  // main language of the document, ISO 639-1, "" unknown
	Issued string  // EDTF date of publication from metadata, "" unknown
	Tokens []Token // tokens of S, see Tokenize
}

// NewText tokenizes s and splits it at line feeds, for tests and for callers
// that have a bare string. Every line is a paragraph in the given language.
func NewText(s, lang string) *Text {
	t := &Text{S: s, Lang: lang, Tokens: Tokenize(nil, s)}
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '\n' {
			continue
		}
		if !blank(s[start:i]) {
			t.Lines = append(t.Lines, Line{Span: Span{start, i}, Kind: Paragraph, Lang: lang})
		}
		start = i + 1
	}
	return t
}

// LineAt returns the index of the line that holds the byte offset, or the
// nearest line before it; -1 if there is none.
func (t *Text) LineAt(offset int) int {
	// A search by hand: it is asked for every other mention and candidate.
	from, to := 0, len(t.Lines)
	for from < to {
		if mid := (from + to) / 2; t.Lines[mid].Start <= offset {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from - 1
}

// LangAt returns the language of the line at the byte offset, else the
// document's.
func (t *Text) LangAt(offset int) string {
	if i := t.LineAt(offset); i >= 0 && t.Lines[i].Lang != "" {
		return t.Lines[i].Lang
	}
	return t.Lang
}

// A Mention is an entity at a place in a text.
type Mention struct {
	Span
	Type Type
	// Norm is the normal form of gold/GUIDELINES.md: "IOM", "2016-07-25",
	// "A/RES/46/182", "CH". Never empty.
	Norm string
	// Entity identifies the entity across documents: "org:iom", the symbol
	// of a resolution, the EDTF form of a date, "per:ban-ki-moon", "loc:ch".
	Entity string
	// Rule names what found the mention, for people: "table", "definition",
	// "head-noun", "title", "day-month-year".
	Rule string
	// Confidence is between 0 and 1. A mention below Certain is a candidate
	// that only evidence from the corpus can confirm.
	Confidence float32
	// Attrs says more where a type has more to say, sorted by key.
	Attrs []Attr
}

// Certain is the confidence from which a mention counts without further
// evidence from the corpus. Mentions below it never reach the tables as they
// are: the reduce step confirms them or drops them.
const Certain = 0.5

// An Attr is a detail of a mention. The keys in use are constants.
type Attr struct{ Key, Value string }

// Keys of Attr.
const (
	// AttrDefines stands on an acronym that the text defines, "Long Name
	// (ACR)": the value is the norm that the acronym stands for. The reduce
	// step spreads it over the corpus.
	AttrDefines = "defines"
	// AttrName is the long name that goes with AttrDefines, as printed.
	AttrName = "name"
	// AttrRole is a person's role as printed, "Directeur des opérations".
	AttrRole = "role"
	// AttrRoleOrg is the Entity of the organization of that role.
	AttrRoleOrg = "role_organization"
)

// Attr returns the value of the attribute, "" if the mention lacks it.
func (m *Mention) Attr(key string) string {
	for _, a := range m.Attrs {
		if a.Key == key {
			return a.Value
		}
	}
	return ""
}

// SetAttr sets or adds the attribute and keeps the keys sorted.
func (m *Mention) SetAttr(key, value string) {
	i, found := slices.BinarySearchFunc(m.Attrs, key, func(a Attr, k string) int { return cmp.Compare(a.Key, k) })
	if found {
		m.Attrs[i].Value = value
		return
	}
	m.Attrs = slices.Insert(slices.Clip(m.Attrs), i, Attr{key, value})
}

// An Extractor finds the mentions of one type. It is a value without state:
// Find may run on many texts at once, returns mentions in order of Start that
// do not overlap each other, and never panics, whatever the text.
type Extractor struct {
	Name string // of its package
	Doc  string // one line for people
	Type Type
	Find func(*Text) []Mention
}

// Compare orders mentions by place: earlier first, of two that start together
// the longer first.
func Compare(a, b Mention) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
}

// Resolve merges the findings of several extractors, listed by precedence,
// into mentions in order that do not overlap: the longest wins; of two of one
// length, the one of the earlier extractor. A candidate (see Certain) never
// displaces a certain mention. What needs no change may come back as it is:
// the result can share its memory with one of the lists.
//
// Mentions compete only with those that they overlap, directly or through
// others, so the text falls into clusters, nearly all of one mention.
func Resolve(found ...[]Mention) []Mention {
	n, whole := 0, -1
	for r, ms := range found {
		if len(ms) > 0 {
			n, whole = n+len(ms), r
		}
	}
	if n == 0 {
		return nil
	}
	if len(found[whole]) == n && inOrder(found[whole]) {
		return found[whole]
	}
	buf := claimBuffers.Get().(*[2][]claim)
	defer claimBuffers.Put(buf)
	claims := inPlace(found, buf)
	kept := make([]Mention, 0, n)
	for i := 0; i < n; {
		end, j := claims[i].End, i+1
		for ; j < n && claims[j].Start < end; j++ {
			end = max(end, claims[j].End)
		}
		for _, c := range settle(claims[i:j]) {
			kept = append(kept, found[c.list][c.index])
		}
		i = j
	}
	return kept
}

// claimBuffers keeps the memory of inPlace.
var claimBuffers = sync.Pool{New: func() any { return new([2][]claim) }}

// inPlace returns the claims in the order of byPlace, in one of the buffers. A list
// in order, as all are that extractors return, is merged with those before it.
func inPlace(found [][]Mention, buf *[2][]claim) []claim {
	claims, merged := buf[0][:0], buf[1][:0]
	for r, ms := range found {
		if len(ms) == 0 {
			continue
		}
		before, sorted := claims, true
		for i := range ms {
			m := &ms[i]
			c := claim{m.Span, int32(r), int32(i), m.Confidence < Certain}
			sorted = sorted && (i == 0 || ms[i-1].Start <= m.Start)
			for len(before) > 0 && before[0].Start <= m.Start {
				merged, before = append(merged, before[0]), before[1:]
			}
			merged = append(merged, c)
		}
		merged = append(merged, before...)
		if !sorted {
			slices.SortFunc(merged, byPlace)
		}
		claims, merged = merged, claims[:0]
	}
	*buf = [2][]claim{claims, merged}
	return claims
}

// inOrder reports whether each mention starts where the one before it has
// ended, or later.
func inOrder(ms []Mention) bool {
	for i := 1; i < len(ms); i++ {
		if ms[i].Start < ms[i-1].End {
			return false
		}
	}
	return true
}

// A claim is a mention in what Resolve sorts.
type claim struct {
	Span
	list, index int32
	candidate   bool
}

func byPlace(a, b claim) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.list, b.list), cmp.Compare(a.index, b.index))
}

// byRight puts the claim that wins first.
func byRight(a, b claim) int {
	switch {
	case a.candidate != b.candidate && b.candidate:
		return -1
	case a.candidate != b.candidate:
		return 1
	}
	return cmp.Or(cmp.Compare(b.Len(), a.Len()), cmp.Compare(a.list, b.list), cmp.Compare(a.Start, b.Start), cmp.Compare(a.index, b.index))
}

// settle returns the claims of a cluster that stand, in order of place. It
// uses the cluster's memory.
func settle(cluster []claim) []claim {
	switch len(cluster) {
	case 1:
		return cluster
	case 2:
		if byRight(cluster[0], cluster[1]) < 0 {
			return cluster[:1]
		}
		return cluster[1:]
	}
	slices.SortFunc(cluster, byRight)
	kept := 0 // cluster[:kept] stand, in order
	for _, c := range cluster {
		i, _ := slices.BinarySearchFunc(cluster[:kept], c.Start, func(k claim, start int) int { return cmp.Compare(k.Start, start) })
		if i > 0 && cluster[i-1].Overlaps(c.Span) || i < kept && cluster[i].Overlaps(c.Span) {
			continue
		}
		copy(cluster[i+1:kept+1], cluster[i:kept])
		cluster[i] = c
		kept++
	}
	return cluster[:kept]
}
