// Package view shows documents for the eye, with what was found in them marked
// in place: as text, for a terminal, and as a page.
package view

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Document is what is shown of a document. Offsets are bytes into Text.
type Document struct {
	Source    string
	About     []Field // title, address, date: those that are known
	Language  string  // "" unknown
	Certainty float64 // of the language
	MediaType string
	Charset   string
	Text      string
	Blocks    []Block
	Mentions  []Mention // in order, without overlap
	// Raw is the source, decoded, if it is to be shown and can be. Spans of
	// blocks point into it, unless they are empty: then it is shown as a whole.
	Raw string
}

// A Field is something known of a document or a mention.
type Field struct{ Name, Value string }

// A Block is a line of the text.
type Block struct {
	Start, End       int
	RawStart, RawEnd int
	Kind, Language   string
	Boilerplate      bool
	Rule             string // why it is boilerplate
}

// A Mention is an entity at a place of the text.
type Mention struct {
	Start, End         int
	Type, Norm, Entity string
	Rule               string
	Confidence         float64
	Attributes         []Field
}

// A part is a piece of a block's text: between mentions, or one.
type part struct {
	Text    string
	Mention *Mention
}

// parts cuts a block at its mentions. A mention that does not lie within one
// block is left out: there are none, but a mark must not tear the text.
func (d *Document) parts(b *Block) []part {
	i, _ := slices.BinarySearchFunc(d.Mentions, b.Start, func(m Mention, at int) int { return m.Start - at })
	var ps []part
	pos := b.Start
	for ; i < len(d.Mentions) && d.Mentions[i].Start < b.End; i++ {
		m := &d.Mentions[i]
		if m.Start < pos || m.End > b.End {
			continue
		}
		if m.Start > pos {
			ps = append(ps, part{Text: d.Text[pos:m.Start]})
		}
		ps = append(ps, part{d.Text[m.Start:m.End], m})
		pos = m.End
	}
	if pos < b.End {
		ps = append(ps, part{Text: d.Text[pos:b.End]})
	}
	return ps
}

// aligned reports whether the blocks say where in Raw they stand.
func (d *Document) aligned() bool {
	return len(d.Blocks) > 0 && !slices.ContainsFunc(d.Blocks, func(b Block) bool {
		return b.RawStart < 0 || b.RawStart >= b.RawEnd || b.RawEnd > len(d.Raw)
	})
}

// why says in a line what is known of a mention.
func (m *Mention) why() string {
	s := fmt.Sprintf("%-4s %s", m.Type, m.Norm)
	if m.Entity != m.Norm {
		s += " = " + m.Entity
	}
	s += fmt.Sprintf(", by %s, %.2f", m.Rule, m.Confidence)
	for _, a := range m.Attributes {
		s += ", " + a.Name + " " + a.Value
	}
	return s
}

// plain returns s without what would steer a terminal: the bytes of a document
// must not move its cursor or ring its bell.
func plain(s string) string {
	bad := func(r rune) bool { return r < ' ' && r != '\t' || 0x7f <= r && r < 0xa0 || r == utf8.RuneError }
	if strings.IndexFunc(s, bad) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if bad(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}
