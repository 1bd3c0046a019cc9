package boilerplate_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tamis/extractors"
	"tamis/extractors/figures"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/clean"
	"tamis/pipeline/runs"
)

// A page of a site with the text that counts as its content.
type page struct {
	HTML, Gold string
	text       string
	blocks     []boilerplate.Block
	lines      []int // where the lines began in the text of the one block, if they were joined
}

// government reads 212 pages of one site, of which somebody said what the
// content is.
func government(t testing.TB) []page {
	dir := filepath.Join("..", "..", "..", "shared", "data", "content", "government")
	f, err := os.Open(filepath.Join(dir, "gold.jsonl"))
	if err != nil {
		t.Skip("the pages of ../shared/data/content/government are missing")
	}
	defer f.Close()
	var pages []page
	for r := bufio.NewReader(f); ; {
		line, err := r.ReadBytes('\n')
		if err != nil {
			break
		}
		var p page
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(dir, p.HTML))
		if err != nil {
			t.Fatal(err)
		}
		c, err := clean.Clean(raw, clean.HTML)
		if err != nil {
			t.Fatal(err)
		}
		p.text = c.Text
		for _, b := range c.Blocks {
			text := c.Text[b.Start:b.End]
			p.blocks = append(p.blocks, boilerplate.Block{Key: boilerplate.Key(text), Text: text, Kind: b.Kind, Region: b.Region, Hint: b.Hint, Links: b.Links})
		}
		pages = append(pages, p)
	}
	return pages
}

// TestGovernment measures what is left of the pages of a site against their
// content, token by token, seeing 1, 2, 5, 20 and all of them at once: with
// markup, as lines of text alone, and as text that lost its line breaks, which
// became spaces or nothing. The score is the mean over pages.
func TestGovernment(t *testing.T) {
	pages := government(t)
	var sheet figures.Sheet
	sheet.Add(fmt.Sprintf("government, %d pages of one site: token F1 of the content by pages at once, mean over pages", len(pages)))
	sheet.Add("pages      1      2      5     20    all")
	lines := make(map[int]float64)
	for _, tt := range []struct {
		name  string
		pages []page
		least float64 // with all pages
	}{
		{"html", pages, 0.985},
		{"lines", variant(pages, "\n"), 0.955},
		{"spaces", variant(pages, " "), 0},
		{"joined", variant(pages, ""), 0},
	} {
		line := fmt.Sprintf("%-6s", tt.name)
		for _, n := range []int{1, 2, 5, 20, len(pages)} {
			sum, parts := 0.0, 0
			for start := 0; start+n <= len(tt.pages); start += max(n, 20) {
				sum += meanF1(tt.pages[start:start+n], "site")
				parts++
			}
			got := sum / float64(parts)
			line += fmt.Sprintf(" %.4f", got)
			switch {
			case tt.name == "lines":
				lines[n] = got
			case tt.name == "html":
			case n > 1 && got < lines[n]-0.03:
				t.Errorf("%s, %d pages at once: F1 %.4f, and with line breaks it is %.4f", tt.name, n, got, lines[n])
			}
			if n == len(pages) && got < tt.least {
				t.Errorf("%s, all pages at once: F1 %.4f, want %.3f", tt.name, got, tt.least)
			}
		}
		sheet.Add(line)
	}
	sheet.Check(t, "../../testdata/gold/boilerplate-government.txt")
}

// variant returns the pages as text whose line breaks became something else.
func variant(pages []page, brk string) []page {
	out := slices.Clone(pages)
	for i := range out {
		p := &out[i]
		p.blocks, p.lines = nil, nil
		var flat strings.Builder
		for line := range strings.SplitSeq(p.text, "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if brk == "\n" {
				p.blocks = append(p.blocks, boilerplate.Block{Key: boilerplate.Key(line), Text: line, Kind: extractors.Paragraph})
				continue
			}
			if flat.Len() > 0 {
				flat.WriteString(brk)
			}
			p.lines = append(p.lines, flat.Len())
			flat.WriteString(line)
		}
		if brk != "\n" {
			p.blocks = []boilerplate.Block{{Key: boilerplate.Key(flat.String()), Text: flat.String(), Kind: extractors.Paragraph}}
		}
	}
	return out
}

func meanF1(pages []page, site string) float64 {
	var c boilerplate.Counter
	for i := range pages {
		c.Add(site, pages[i].blocks)
	}
	facts := must(c.Facts(2))
	sum := 0.0
	for i := range pages {
		sum += pages[i].f1(must(facts.Label(site, "en", pages[i].blocks)))
	}
	return sum / float64(len(pages))
}

// f1 scores the labels of a page.
func (p *page) f1(labels []boilerplate.Label) float64 {
	kept := make(map[string]int)
	for _, l := range labels {
		if l.Boilerplate {
			continue
		}
		text := p.blocks[l.Block].Text
		start := l.Start
		for _, edge := range p.lines { // a word that was two stays two
			if l.Start < edge && edge < l.End {
				tokens(kept, text[start:edge])
				start = edge
			}
		}
		tokens(kept, text[start:l.End])
	}
	gold := make(map[string]int)
	tokens(gold, p.Gold)
	both, n := 0, 0
	for w, k := range kept {
		both += min(k, gold[w])
		n += k
	}
	for _, k := range gold {
		n += k
	}
	return 2 * float64(both) / float64(cmp.Or(n, 1))
}

func tokens(count map[string]int, s string) {
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
		count[w]++
	}
}

// BenchmarkGovernment gathers the evidence of the pages of a site, and labels
// them, with their lines and as pages of one line.
func BenchmarkGovernment(b *testing.B) {
	pages := government(b)
	for _, form := range []struct {
		name  string
		pages []page
	}{{"html", pages}, {"lines", variant(pages, "\n")}, {"joined", variant(pages, "")}} {
		var c boilerplate.Counter
		size := 0
		for i := range form.pages {
			c.Add("site", form.pages[i].blocks)
			for _, k := range form.pages[i].blocks {
				size += len(k.Text)
			}
		}
		facts := must(c.Facts(2))
		b.Run("evidence/"+form.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			var buf []runs.Triple
			for b.Loop() {
				for i := range form.pages {
					buf = boilerplate.AppendEvidence(buf[:0], "site", form.pages[i].blocks)
				}
			}
		})
		b.Run("label/"+form.name, func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				for i := range form.pages {
					must(facts.Label("site", "en", form.pages[i].blocks))
				}
			}
		})
	}
}

// A Counter needs no set-up, and says nothing about sites that it has not seen.
func ExampleCounter() {
	line := func(s string) boilerplate.Block { return boilerplate.Block{Key: boilerplate.Key(s), Text: s} }
	doc := func(own string) []boilerplate.Block {
		return []boilerplate.Block{line("Who we are"), line("Our work"), line("Give"), line(own)}
	}
	var c boilerplate.Counter
	c.Add("valley.example", doc("The road was closed for three days after the rain, and nobody could reach the clinic."))
	c.Add("valley.example", doc("The council bought a boat, and named it after the road that it replaces in winter."))
	facts, err := c.Facts(2)
	if err != nil {
		panic(err)
	}
	labels, err := facts.Label("valley.example", "en", doc("A third page, which was not counted, has the menu as well."))
	if err != nil {
		panic(err)
	}
	for _, l := range labels {
		fmt.Printf("%v %q\n", l.Boilerplate, l.Rule)
	}
	// Output:
	// true "repeated-head"
	// true "repeated-head"
	// true "repeated-head"
	// false ""
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
