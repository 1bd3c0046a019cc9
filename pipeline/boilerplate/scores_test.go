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

	"tamis/pipeline/boilerplate"
	"tamis/pipeline/clean"
)

// A page of a site with the text that counts as its content.
type page struct {
	HTML, Gold string
	text       string
	blocks     []boilerplate.Block
}

// government reads 212 pages of one site, of which somebody said what the
// content is.
func government(t *testing.T) []page {
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
// content, token by token, seeing 1, 2, 5, 20 and all of them at once; with
// markup and as lines of text alone. The score is the mean over pages.
func TestGovernment(t *testing.T) {
	pages := government(t)
	plain := slices.Clone(pages)
	for i := range plain {
		plain[i].blocks = nil
		c, err := clean.Clean([]byte(plain[i].text), clean.Text)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range c.Blocks {
			text := c.Text[b.Start:b.End]
			plain[i].blocks = append(plain[i].blocks, boilerplate.Block{Key: boilerplate.Key(text), Text: text, Kind: b.Kind})
		}
	}
	for _, tt := range []struct {
		name  string
		pages []page
		least map[int]float64
	}{
		{"html", pages, map[int]float64{1: 0.91, 2: 0.96, 5: 0.965, 20: 0.97, 212: 0.98}},
		{"text", plain, map[int]float64{1: 0.74, 2: 0.93, 5: 0.9, 20: 0.92, 212: 0.955}},
	} {
		for _, n := range []int{1, 2, 5, 20, len(pages)} {
			sum, parts := 0.0, 0
			for start := 0; start+n <= len(tt.pages); start += max(n, 20) {
				sum += meanF1(tt.pages[start : start+n])
				parts++
			}
			got := sum / float64(parts)
			t.Logf("%s, %d pages at once: F1 %.4f", tt.name, n, got)
			if got < tt.least[n] {
				t.Errorf("%s, %d pages at once: F1 %.4f, and it was %.2f or more", tt.name, n, got, tt.least[n])
			}
		}
	}
}

func meanF1(pages []page) float64 {
	var c boilerplate.Counter
	for i := range pages {
		c.Add("site", pages[i].blocks)
	}
	facts := must(c.Facts(2))
	sum := 0.0
	for i := range pages {
		p := &pages[i]
		kept := make(map[string]int)
		for k, l := range must(facts.Label("site", "en", p.blocks)) {
			if !l.Boilerplate {
				tokens(kept, p.blocks[k].Text)
			}
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
		sum += 2 * float64(both) / float64(cmp.Or(n, 1))
	}
	return sum / float64(len(pages))
}

func tokens(count map[string]int, s string) {
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
		count[w]++
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
