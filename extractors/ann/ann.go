// Package ann reads and writes the ⟦…⟧ notation of annotated documents:
//
//	⟦TYPE|norm|surface⟧    a mention that must be found
//	⟦TYPE?|norm|surface⟧   optional: finding it is neither right nor wrong
//	⟦-⟧                    at the head of a line: boilerplate
//	⟦@xx⟧                  after it: the line's language differs from the document's
//
// Marks do not nest and do not cross lines. Without its marks the text is the
// raw document, byte for byte.
package ann

import (
	"fmt"
	"slices"
	"strings"

	"tamis/extractors"
)

const (
	opening = "⟦"
	closing = "⟧"
)

// A Mark is a mention that an annotator set.
type Mark struct {
	extractors.Mention      // span, type and norm only
	Optional           bool // finding it is neither right nor wrong
}

// A LineMark is what an annotator said of one line.
type LineMark struct {
	extractors.Span // with its line feed
	Boilerplate     bool
	Lang            string // "" where the document's language holds
}

// A Document is an annotated document.
type Document struct {
	Header map[string]string // id, source, lang, genre
	Text   string            // the raw text
	Marks  []Mark            // in order
	Lines  []LineMark        // all lines of Text, blank ones too
}

// ParseDocument reads an .ann file: "#key: value" lines, "#---", the text.
func ParseDocument(src string) (*Document, error) {
	head, body, found := strings.Cut(src, "#---\n")
	if !found {
		return nil, fmt.Errorf("no line \"#---\" after the header")
	}
	d := &Document{Header: map[string]string{}}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimLeft(line, "#"), ":")
		d.Header[strings.TrimSpace(key)] = strings.TrimSpace(value)
	}
	var err error
	d.Text, d.Marks, d.Lines, err = parse(body)
	return d, err
}

// Parse strips the marks from s and returns them beside the bare text.
func Parse(s string) (text string, marks []Mark, err error) {
	text, marks, _, err = parse(s)
	return text, marks, err
}

func parse(s string) (string, []Mark, []LineMark, error) {
	var text strings.Builder
	var marks []Mark
	var lines []LineMark
	n := 0
	for line := range strings.Lines(s) {
		n++
		info := LineMark{Span: extractors.Span{Start: text.Len()}}
		for {
			before, rest, found := strings.Cut(line, opening)
			text.WriteString(before)
			if !found {
				break
			}
			mark, after, found := strings.Cut(rest, closing)
			if !found {
				return "", nil, nil, fmt.Errorf("line %d: a mark opens and does not close: %.40q", n, rest)
			}
			line = after
			head := text.Len() == info.Start
			switch {
			case mark == "-" && head:
				info.Boilerplate = true
				continue
			case strings.HasPrefix(mark, "@") && head && len(mark) > 2:
				info.Lang = mark[1:]
				continue
			}
			m, surface, err := parseMark(mark)
			if err != nil {
				return "", nil, nil, fmt.Errorf("line %d: %w", n, err)
			}
			m.Span = extractors.Span{Start: text.Len(), End: text.Len() + len(surface)}
			text.WriteString(surface)
			marks = append(marks, m)
		}
		info.End = text.Len()
		lines = append(lines, info)
	}
	out := text.String()
	if i := strings.Index(out, closing); i >= 0 {
		return "", nil, nil, fmt.Errorf("a mark closes and does not open near %.40q", out[max(0, i-20):])
	}
	return out, marks, lines, nil
}

func parseMark(s string) (m Mark, surface string, err error) {
	kind, rest, ok := strings.Cut(s, "|")
	norm, surface, ok2 := strings.Cut(rest, "|")
	kind, m.Optional = strings.CutSuffix(kind, "?")
	m.Type, m.Norm = extractors.Type(kind), norm
	if !ok || !ok2 || norm == "" || surface == "" || strings.Contains(surface, opening) || !slices.Contains(extractors.Types, m.Type) {
		return m, "", fmt.Errorf("not a mark: %s%s%s", opening, s, closing)
	}
	return m, surface, nil
}

// Format writes text with the mentions marked in it: the inverse of Parse.
// The mentions stand in order and do not overlap.
func Format(text string, ms []extractors.Mention) string {
	marks := make([]Mark, len(ms))
	for i, m := range ms {
		marks[i].Mention = m
	}
	return FormatMarks(text, marks)
}

// FormatMarks is Format for marks, some of which are optional.
func FormatMarks(text string, marks []Mark) string {
	var b strings.Builder
	last := 0
	for _, m := range marks {
		b.WriteString(text[last:m.Start])
		b.WriteString(opening)
		b.WriteString(string(m.Type))
		if m.Optional {
			b.WriteByte('?')
		}
		b.WriteByte('|')
		b.WriteString(m.Norm)
		b.WriteByte('|')
		b.WriteString(text[m.Start:m.End])
		b.WriteString(closing)
		last = m.End
	}
	b.WriteString(text[last:])
	return b.String()
}
