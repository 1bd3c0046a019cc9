package main

import (
	"fmt"
	"strings"

	"tamis/pipeline/language/lid"
)

// sizes are the lengths at which held-out text is measured.
var sizes = []struct {
	name string
	cut  func(c *corpus) []string
}{
	{"word pairs", func(c *corpus) []string { return pairs(c.words) }},
	{"lines of 3 or 4 words", func(c *corpus) []string { return windows(c.lines, 4) }},
	{"sentences of 11 or 12 words", func(c *corpus) []string { return windows(c.lines, 12) }},
}

func pairs(words []string) (out []string) {
	for _, w := range words {
		if strings.Contains(w, " ") {
			out = append(out, w)
		}
	}
	return out
}

// windows cuts lines into runs of size words, the last of a line up to one shorter.
func windows(lines []string, size int) (out []string) {
	for _, l := range lines {
		words := strings.Fields(l)
		for len(words) >= size-1 {
			n := min(size, len(words))
			out = append(out, strings.Join(words[:n], " "))
			words = words[n:]
		}
	}
	return out
}

// A result counts lines of one class: right, and taken for French or English.
type result struct{ right, frEn, all int }

func (r result) share() float64 { return float64(r.right) / float64(max(r.all, 1)) }

// String gives both shares.
func (r result) String() string {
	return fmt.Sprintf("%.4f of %d (%.4f to fr or en)", r.share(), r.all, float64(r.frEn)/float64(max(r.all, 1)))
}

// score counts for French, English and the other languages.
func score(classify func(string) string, held []*corpus, cut func(*corpus) []string) (r [3]result) {
	for _, c := range held {
		class := &r[2]
		switch c.lang {
		case "fr":
			class = &r[0]
		case "en":
			class = &r[1]
		}
		for _, l := range cut(c) {
			class.all++
			switch got := classify(l); got {
			case c.lang:
				class.right++
			case "fr", "en":
				class.frEn++
			}
		}
	}
	return r
}

// measure says how good a model is, a line for each size.
func measure(m *lid.Model, held []*corpus) (out []string) {
	for _, size := range sizes {
		r := score(m.Best, held, size.cut)
		out = append(out, fmt.Sprintf("%s: fr %v; en %v; other %v", size.name, r[0], r[1], r[2]))
	}
	return out
}
