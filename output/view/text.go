package view

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Text says how documents are shown as text. The zero value shows them in the
// notation ⟦TYPE|norm|surface⟧.
type Text struct {
	Colour bool // SGR codes in place of the notation
	Why    bool // below each block, what is known of its mentions
	// Raw shows the source on the left and the clean text on the right, in
	// lines of Width columns; 0 means 120.
	Raw   bool
	Width int
}

// Styles of the types, as SGR codes that read on dark and light terminals.
var styles = map[string]string{"ORG": "34;1", "PER": "35;1", "DATE": "32", "RES": "33;1", "LOC": "36"}

// dim is the style of what is not content.
const dim = "2"

// A span is text in one style.
type span struct{ text, style string }

// Write writes a document.
func (t Text) Write(w io.Writer, d *Document) error {
	var b strings.Builder
	t.line(&b, []span{{plain(d.Source), "1"}})
	head := fmt.Sprintf("language %s (%.2f), %s, %s", orNone(d.Language), d.Certainty, d.MediaType, d.Charset)
	for _, f := range d.About {
		head += "; " + f.Name + " " + f.Value
	}
	t.line(&b, []span{{plain(head), ""}})
	b.WriteByte('\n')
	switch {
	case !t.Raw || d.Raw == "":
		for i := range d.Blocks {
			t.line(&b, append(label(&d.Blocks[i]), t.block(d, &d.Blocks[i])...))
			t.why(&b, d, &d.Blocks[i])
		}
	case d.aligned():
		for i := range d.Blocks {
			t.beside(&b, d.Raw[d.Blocks[i].RawStart:d.Blocks[i].RawEnd], t.block(d, &d.Blocks[i]))
			t.why(&b, d, &d.Blocks[i])
		}
	default:
		var clean []span
		for i := range d.Blocks {
			clean = append(append(clean, t.block(d, &d.Blocks[i])...), span{"\n", ""})
		}
		t.beside(&b, d.Raw, clean)
		for i := range d.Blocks {
			t.why(&b, d, &d.Blocks[i])
		}
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

func orNone(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

func label(b *Block) []span {
	return []span{{fmt.Sprintf("%-9.9s %-2s ", b.Kind, b.Language), dim}}
}

// block returns the text of a block with its marks.
func (t Text) block(d *Document, b *Block) []span {
	base := ""
	var spans []span
	if b.Boilerplate {
		base = dim
		spans = append(spans, span{"⟦-⟧", dim})
	}
	for _, p := range d.parts(b) {
		text := plain(p.Text)
		switch {
		case p.Mention == nil:
			spans = append(spans, span{text, base})
		case t.Colour:
			style := styles[p.Mention.Type]
			if base != "" {
				style = base + ";" + style
			}
			spans = append(spans, span{text, style}, span{"[" + plain(p.Mention.Norm) + "]", dim})
		default:
			spans = append(spans, span{"⟦" + p.Mention.Type + "|" + plain(p.Mention.Norm) + "|" + text + "⟧", base})
		}
	}
	if b.Boilerplate {
		spans = append(spans, span{" (" + b.Rule + ")", dim})
	}
	return spans
}

func (t Text) why(b *strings.Builder, d *Document, block *Block) {
	if !t.Why {
		return
	}
	for _, p := range d.parts(block) {
		if p.Mention != nil {
			t.line(b, []span{{plain("             " + p.Text + ": " + p.Mention.why()), dim}})
		}
	}
}

func (t Text) line(b *strings.Builder, spans []span) {
	t.spans(b, spans)
	b.WriteByte('\n')
}

// spans writes text in its styles. Equal neighbours share their codes.
func (t Text) spans(b *strings.Builder, spans []span) {
	for i := 0; i < len(spans); {
		style := spans[i].style
		open := t.Colour && style != ""
		if open {
			b.WriteString("\x1b[" + style + "m")
		}
		for ; i < len(spans) && spans[i].style == style; i++ {
			b.WriteString(spans[i].text)
		}
		if open {
			b.WriteString("\x1b[0m")
		}
	}
}

// beside writes two texts side by side.
func (t Text) beside(b *strings.Builder, raw string, clean []span) {
	width := t.Width
	if width <= 0 {
		width = 120
	}
	half := max(10, (width-3)/2)
	left, right := wrap([]span{{raw, ""}}, half), wrap(clean, half)
	for i := range max(len(left), len(right)) {
		used := 0
		if i < len(left) {
			t.spans(b, left[i])
			for _, s := range left[i] {
				used += utf8.RuneCountInString(s.text)
			}
		}
		b.WriteString(strings.Repeat(" ", half-used))
		t.spans(b, []span{{" │ ", dim}})
		if i < len(right) {
			t.spans(b, right[i])
		}
		b.WriteByte('\n')
	}
}

// wrap breaks text into lines of at most width code points, at spaces where
// there are some.
func wrap(spans []span, width int) (lines [][]span) {
	var line []span
	used := 0
	flush := func() { lines, line, used = append(lines, line), nil, 0 }
	for _, s := range spans {
		for i, row := range strings.Split(strings.ReplaceAll(s.text, "\r\n", "\n"), "\n") {
			if i > 0 {
				flush()
			}
			row = plain(strings.ReplaceAll(row, "\t", "    "))
			for row != "" {
				word := row
				if near := row[:min(len(row), 4*(width+1))]; strings.Contains(near, " ") { // a text without spaces is long
					word = row[:strings.IndexByte(near, ' ')+1]
				}
				n := 0
				for i, r := range word {
					if n == width && r != ' ' {
						word = word[:i] // no line holds it
						break
					}
					n++
				}
				if used > 0 && used+utf8.RuneCountInString(strings.TrimSuffix(word, " ")) > width {
					flush()
				}
				row = row[len(word):]
				if used+utf8.RuneCountInString(word) > width {
					word = strings.TrimSuffix(word, " ") // the line is full without it
				}
				line = append(line, span{word, s.style})
				used += utf8.RuneCountInString(word)
			}
		}
	}
	if len(line) > 0 {
		flush()
	}
	return lines
}
