package main

import (
	"fmt"
	"strings"

	"tamis/pipeline/language/lid"
)

// held-out lines are measured by length: pairs of words, short lines, sentences.
var sizes = []struct {
	name string
	cut  func(c *corpus) []string
}{
	{"word pairs", func(c *corpus) []string {
		return keep(c.words, func(s string) bool { return strings.Contains(s, " ") })
	}},
	{"lines of 3 to 5 words", func(c *corpus) []string { return windows(c.lines, 4) }},
	{"sentences of 12 words", func(c *corpus) []string { return windows(c.lines, 12) }},
}

func keep(lines []string, f func(string) bool) (out []string) {
	for _, l := range lines {
		if f(l) {
			out = append(out, l)
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

// measure returns the accuracy for French, English and the others.
func measure(m *lid.Model, held []*corpus) []string {
	var out []string
	for _, size := range sizes {
		var right, all, frEn [3]int
		for _, c := range held {
			class := 2
			switch c.lang {
			case "fr":
				class = 0
			case "en":
				class = 1
			}
			for _, l := range size.cut(c) {
				all[class]++
				got := m.Best(l)
				if got == c.lang {
					right[class]++
				} else if got == "fr" || got == "en" {
					frEn[class]++
				}
			}
		}
		s := size.name
		for i, name := range []string{"fr", "en", "other"} {
			s += fmt.Sprintf("; %s %.4f of %d (%.4f to fr or en)", name, ratio(right[i], all[i]), all[i], ratio(frEn[i], all[i]))
		}
		out = append(out, s)
	}
	return out
}

func ratio(a, b int) float64 { return float64(a) / float64(max(b, 1)) }
