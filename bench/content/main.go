// Command content measures how well tools tell the main content of a page from
// the rest: this project's packages, go-trafilatura and go-readability, on the
// same pages in the same run.
//
// The measure is that of the article extraction benchmark of Scrapinghub: runs
// of four words of what a tool keeps against those of the content as people
// marked it, counted as multisets; precision, recall and F1 of each page,
// averaged over pages. What follows the slash is the F1 of mean precision and
// mean recall, which is what that benchmark prints.
//
// The title is not part of what tamis keeps here: it has a column of its own, and
// the other tools give it apart as well.
//
// Every page is judged by itself: what other pages of its site have in common
// with it is hidden from tamis, which could use it, as it is from the others.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"codeberg.org/readeck/go-readability"
	"github.com/markusmobius/go-trafilatura"

	"tamis/extractors"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/clean"
)

// A page is one of the set: its bytes, and what people say its content is.
type page struct {
	HTML, URL, Gold string
	raw             []byte
}

// A tool returns the content of a page, "" if it finds none.
type tool struct {
	name    string
	extract func(p *page) string
}

var tools = []tool{
	{"tamis", func(p *page) string {
		c, labels := label(p.raw)
		if c == nil {
			return ""
		}
		var kept []string
		for i, b := range c.Blocks {
			if !labels[i].Boilerplate && b.Kind != extractors.Title {
				kept = append(kept, c.Text[b.Start:b.End])
			}
		}
		return strings.Join(kept, "\n")
	}},
	{"go-trafilatura", func(p *page) string {
		address, _ := url.Parse(p.URL)
		r, err := trafilatura.Extract(bytes.NewReader(p.raw), trafilatura.Options{OriginalURL: address, ExcludeComments: true, EnableFallback: true})
		if err != nil {
			return ""
		}
		return r.ContentText
	}},
	{"go-readability", func(p *page) string {
		address, _ := url.Parse(p.URL)
		r, err := readability.FromReader(bytes.NewReader(p.raw), address)
		if err != nil {
			return ""
		}
		return r.TextContent
	}},
}

// label cleans a page and labels its blocks.
func label(raw []byte) (*clean.Page, []boilerplate.Label) {
	c, err := clean.Clean(raw, clean.HTML)
	if err != nil {
		return nil, nil
	}
	doc := make([]boilerplate.Block, len(c.Blocks))
	for i, b := range c.Blocks {
		doc[i] = boilerplate.Block{Text: c.Text[b.Start:b.End], Kind: b.Kind, Region: b.Region, Hint: b.Hint, Links: b.Links}
	}
	labels, err := new(boilerplate.Facts).Label("", "", doc)
	if err != nil {
		return nil, nil
	}
	return c, labels
}

func main() {
	folder := flag.String("pages", filepath.Join("..", "..", "shared", "data", "content", "news"), "folder with gold.jsonl and the pages it names")
	worst := flag.Int("worst", 0, "list this many pages with the lowest F1 of tamis")
	show := flag.String("show", "", "print the blocks of the page whose file name contains this, with their labels")
	flag.Parse()
	pages, err := read(*folder)
	if err != nil {
		fmt.Fprintln(os.Stderr, "content:", err)
		os.Exit(1)
	}
	switch {
	case *show != "":
		for i := range pages {
			if strings.Contains(pages[i].HTML, *show) {
				pages[i].print()
			}
		}
	case *worst > 0:
		list(pages, *worst)
	default:
		compare(pages)
	}
}

// read returns the pages that gold.jsonl of the folder lists.
func read(folder string) ([]page, error) {
	f, err := os.Open(filepath.Join(folder, "gold.jsonl"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var pages []page
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var p page
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, err
		}
		if p.raw, err = os.ReadFile(filepath.Join(folder, p.HTML)); err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, lines.Err()
}

// compare prints a line of figures for each tool.
func compare(pages []page) {
	size := 0
	for i := range pages {
		size += len(pages[i].raw)
	}
	fmt.Printf("%d pages, %.1f MB\n%-16s %9s %9s %15s %9s %9s %9s %7s\n", len(pages), float64(size)/1e6, "", "precision", "recall", "F1", "even", "odd", "spread", "MB/s")
	for _, t := range tools {
		var all, even, odd []score
		start := time.Now()
		kept := make([]string, len(pages))
		for i := range pages {
			kept[i] = t.extract(&pages[i])
		}
		speed := float64(size) / 1e6 / time.Since(start).Seconds()
		for i := range pages {
			s := compareShingles(pages[i].Gold, kept[i])
			all = append(all, s)
			if i%2 == 0 {
				even = append(even, s)
			} else {
				odd = append(odd, s)
			}
		}
		m := mean(all)
		spread := 0.0
		for _, s := range all {
			spread += (s.f1 - m.f1) * (s.f1 - m.f1)
		}
		spread = math.Sqrt(spread / float64(max(len(all), 1)))
		fmt.Printf("%-16s %9.4f %9.4f %7.4f/%.4f  %9.4f %9.4f %9.4f %7.1f\n", t.name, m.precision, m.recall, m.f1,
			harmonic(m.precision, m.recall), mean(even).f1, mean(odd).f1, spread, speed)
	}
}

// list prints the pages with the lowest scores of tamis.
func list(pages []page, n int) {
	scores := make([]score, len(pages))
	order := make([]int, len(pages))
	for i := range pages {
		order[i] = i
		scores[i] = compareShingles(pages[i].Gold, tools[0].extract(&pages[i]))
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[a].f1, scores[b].f1) })
	for _, i := range order[:min(n, len(order))] {
		s := scores[i]
		fmt.Printf("%d  F1 %.3f  precision %.3f  recall %.3f  %s  %s\n", i%2, s.f1, s.precision, s.recall, filepath.Base(pages[i].HTML), pages[i].URL)
	}
}

// print writes the blocks of a page: "-" for boilerplate, "+" for content, the
// share of their shingles that are in the gold content, the rule, the text.
func (p *page) print() {
	c, labels := label(p.raw)
	if c == nil {
		return
	}
	gold := shingles(p.Gold)
	words := make(map[string]bool)
	for _, w := range tokens(p.Gold) {
		words[w] = true
	}
	fmt.Println(p.HTML, p.URL)
	for i, b := range c.Blocks {
		text := c.Text[b.Start:b.End]
		in, all := 0, 0
		for s, k := range shingles(text) {
			all += k
			in += min(k, gold[s])
		}
		if all == 0 {
			for _, w := range tokens(text) {
				all++
				if words[w] {
					in++
				}
			}
		}
		sign := "+"
		if labels[i].Boilerplate {
			sign = "-"
		}
		wrong := " "
		if in*2 > all == labels[i].Boilerplate {
			wrong = "!"
		}
		if len(text) > 100 {
			text = text[:70] + " ... " + text[len(text)-25:]
		}
		fmt.Printf("%s%s %3d%% %-10s %-8s L%.1f %-10s %-24s %q\n", wrong, sign, in*100/max(all, 1), b.Kind, b.Region, b.Links, b.Hint, labels[i].Rule, text)
	}
}

type score struct{ precision, recall, f1 float64 }

func mean(all []score) (m score) {
	for _, s := range all {
		m.precision += s.precision / float64(len(all))
		m.recall += s.recall / float64(len(all))
		m.f1 += s.f1 / float64(len(all))
	}
	return m
}

func harmonic(a, b float64) float64 {
	if a+b == 0 {
		return 0
	}
	return 2 * a * b / (a + b)
}

func compareShingles(gold, kept string) score {
	g, k := shingles(gold), shingles(kept)
	both, inGold, inKept := 0, 0, 0
	for s, n := range g {
		both += min(n, k[s])
		inGold += n
	}
	for _, n := range k {
		inKept += n
	}
	if inGold+inKept == 0 {
		return score{1, 1, 1}
	}
	s := score{float64(both) / float64(max(inKept, 1)), float64(both) / float64(max(inGold, 1)), 0}
	s.f1 = harmonic(s.precision, s.recall)
	return s
}

// shingleWords is the number of words of a shingle.
const shingleWords = 4

func shingles(text string) map[string]int {
	words := tokens(text)
	count := make(map[string]int)
	for i := 0; i+shingleWords <= len(words); i++ {
		count[strings.Join(words[i:i+shingleWords], " ")]++
	}
	return count
}

func tokens(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' })
}
