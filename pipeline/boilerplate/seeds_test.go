package boilerplate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"tamis/extractors"
	"tamis/extractors/figures"
	"tamis/extractors/score"
	"tamis/pipeline/boilerplate"
)

// A marked page is one in which people marked the lines that are boilerplate.
type marked struct {
	lang   string
	blocks []boilerplate.Block
	text   string // that the blocks are made of
	from   []int  // where the block begins in it
	spans  []extractors.Span
	boiler []bool // the spans of text that are boilerplate
}

// joinLines makes a page of annotated lines, with brk in place of line breaks;
// "\n" keeps them.
func joinLines(d score.Gold, brk string) marked {
	m := marked{lang: d.Header["lang"]}
	var text strings.Builder
	for _, l := range d.Lines {
		line := strings.TrimSpace(d.Text[l.Start:l.End])
		if line == "" {
			continue
		}
		if text.Len() > 0 {
			text.WriteString(brk)
		}
		start := text.Len()
		text.WriteString(line)
		m.spans = append(m.spans, extractors.Span{Start: start, End: text.Len()})
		m.boiler = append(m.boiler, l.Boilerplate)
		if brk == "\n" {
			kind := extractors.Paragraph
			if strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "• ") {
				kind = extractors.ListItem
			}
			links := float32(0)
			if strings.HasPrefix(line, "- [") && strings.HasSuffix(line, ")") {
				links = 1
			}
			m.blocks = append(m.blocks, boilerplate.Block{Key: boilerplate.Key(line), Text: line, Kind: kind, Lang: l.Lang, Links: links})
			m.from = append(m.from, start)
		}
	}
	m.text = text.String()
	if brk != "\n" {
		m.blocks = []boilerplate.Block{{Key: boilerplate.Key(m.text), Text: m.text, Kind: extractors.Paragraph}}
		m.from = []int{0}
	}
	return m
}

// count adds up the characters of content and boilerplate, and of each those
// that the labels take for boilerplate.
func (m *marked) count(labels []boilerplate.Label, c *score.Chars) {
	taken := make([]bool, len(m.text))
	for _, l := range labels {
		for i := l.Start; l.Boilerplate && i < l.End; i++ {
			taken[m.from[l.Block]+i] = true
		}
	}
	for k, sp := range m.spans {
		for i, r := range m.text[sp.Start:sp.End] {
			switch in := taken[sp.Start+i]; {
			case unicode.IsSpace(r):
			case m.boiler[k]:
				c.Boilerplate++
				if in {
					c.Hit++
				}
			default:
				c.Content++
				if !in {
					c.Kept++
				}
			}
		}
	}
}

// TestSeeds measures the labels of the seeds, counted in one run, by characters:
// as lines and with their line breaks lost. Here the text is taken as it stands;
// through all stages Markdown syntax is cut from it, which the annotations count
// as content.
func TestSeeds(t *testing.T) {
	docs, err := score.ReadGold(filepath.Join("..", "..", "..", "shared", "gold", "seeds"))
	if err != nil {
		t.Skip("the documents of ../shared/gold/seeds are missing: ", err)
	}
	var sheet figures.Sheet
	sheet.Add(fmt.Sprintf("seeds, %d documents in one run, by characters", len(docs)))
	for _, tt := range []struct{ name, brk string }{{"lines", "\n"}, {"spaces", " "}, {"joined", ""}} {
		var c boilerplate.Counter
		var pages []marked
		for _, d := range docs {
			m := joinLines(d, tt.brk)
			c.Add("site", m.blocks)
			pages = append(pages, m)
		}
		facts := must(c.Facts(2))
		var n score.Chars
		for _, m := range pages {
			labels := must(facts.Label("site", m.lang, m.blocks))
			m.count(labels, &n)
			if os.Getenv("SHOW") != "" {
				for _, l := range labels {
					t.Logf("%s %v %-16s %.150q", tt.name, l.Boilerplate, l.Rule, m.blocks[l.Block].Text[l.Start:l.End])
				}
			}
		}
		r := n.BoilerplateRatio()
		sheet.Add(fmt.Sprintf("%-6s boilerplate P %.4f R %.4f F1 %.4f, content kept %.4f", tt.name, r.P, r.R, r.F1, n.KeptShare()))
	}
	sheet.Check(t, "../../testdata/gold/boilerplate-seeds.txt")
}
