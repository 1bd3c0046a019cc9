package boilerplate_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"tamis/extractors"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/clean"
)

// TestNews measures what is left of articles, each by itself, against the text
// that people marked: runs of four words, as in bench/content, which compares
// other tools on the same pages.
func TestNews(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "content", "news")
	f, err := os.Open(filepath.Join(dir, "gold.jsonl"))
	if err != nil {
		t.Skip("the pages of ../shared/data/content/news are missing")
	}
	defer f.Close()
	var sum [2]float64 // of even and odd pages
	n := 0
	for r := bufio.NewReader(f); ; n++ {
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
		for _, b := range c.Blocks {
			p.blocks = append(p.blocks, boilerplate.Block{Text: c.Text[b.Start:b.End], Kind: b.Kind, Region: b.Region, Hint: b.Hint, Links: b.Links})
		}
		var kept strings.Builder
		for i, l := range must(new(boilerplate.Facts).Label("", "", p.blocks)) {
			if !l.Boilerplate && p.blocks[i].Kind != extractors.Title {
				kept.WriteString(p.blocks[i].Text + "\n")
			}
		}
		sum[n%2] += shingleF1(p.Gold, kept.String())
	}
	even, odd := sum[0]/float64((n+1)/2), sum[1]/float64(n/2)
	t.Logf("%d pages: F1 %.4f; even pages %.4f, odd pages %.4f", n, (sum[0]+sum[1])/float64(n), even, odd)
	if even < 0.96 || odd < 0.98 {
		t.Errorf("F1 of even pages %.4f, of odd pages %.4f, and they were 0.96 and 0.98 or more", even, odd)
	}
}

// shingleF1 compares texts by their runs of four words.
func shingleF1(gold, kept string) float64 {
	shingles := func(s string) (count map[[4]string]int, all int) {
		count = make(map[[4]string]int)
		words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' })
		for ; len(words) >= 4; words = words[1:] {
			count[[4]string(words)]++
			all++
		}
		return count, all
	}
	g, nGold := shingles(gold)
	k, nKept := shingles(kept)
	both := 0
	for s, n := range g {
		both += min(n, k[s])
	}
	return 2 * float64(both) / float64(max(nGold+nKept, 1))
}

// BenchmarkPages takes pages of many sites from bytes to labelled blocks.
func BenchmarkPages(b *testing.B) {
	names, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "content", "news", "html", "*.html"))
	if err != nil || len(names) == 0 {
		b.Skip("the pages of ../shared/data/content/news are missing")
	}
	var pages [][]byte
	size := 0
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		pages = append(pages, raw)
		size += len(raw)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, raw := range pages {
			c, err := clean.Clean(raw, clean.HTML)
			if err != nil {
				b.Fatal(err)
			}
			doc := make([]boilerplate.Block, len(c.Blocks))
			for i, k := range c.Blocks {
				text := c.Text[k.Start:k.End]
				doc[i] = boilerplate.Block{Key: boilerplate.Key(text), Text: text, Kind: k.Kind, Region: k.Region, Hint: k.Hint, Links: k.Links}
			}
			must(new(boilerplate.Facts).Label("", "", doc))
		}
	}
}
