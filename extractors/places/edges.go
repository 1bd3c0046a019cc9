package places

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// edges sets right where the name of a place starts: the article before a
// country is no part of it, "The Gambia", the compass before a place is, where it
// has a capital, "Northern Velmisa", and so is what kind of a thing in nature it
// is in French, "vallée de la Velmisa". from is where the name before it ends.
func (sc *scan) edges(m *extractors.Mention, from int) {
	s := sc.S
	for _, article := range []string{"The ", "La ", "Le ", "Les ", "L'", "L’"} {
		if rest, ok := strings.CutPrefix(s[m.Start:m.End], article); ok {
			if v, ok := sc.g.Lookup(rest); ok && sc.g.places[sc.g.names[v].place].Kind == "country" {
				m.Start += len(article)
			}
			return
		}
	}
	start := m.Start
	if sc.LangAt(m.Start) == "fr" {
		start = natureBefore(s[from:m.Start]) + from
	} else if w, rest := wordBefore(s[from:m.Start]); partOf[w] {
		start = from + len(rest)
	}
	if start < m.Start && start >= from {
		m.Start, m.Norm, m.Entity = start, "", ""
	}
}

// partOf has the compass words that are part of the name behind them.
var partOf = map[string]bool{"Northern": true, "Southern": true, "Eastern": true, "Western": true, "North": true, "South": true, "East": true, "West": true,
	"North-West": true, "North-East": true, "South-West": true, "South-East": true, "Northeastern": true, "Northwestern": true, "Southeastern": true, "Southwestern": true}

// nature has the French words for what is a place by nature, folded. A valley in
// small letters is mostly where something lies, "dans la vallée de la Velmisa".
var nature = map[string]bool{"massif": true, "puy": true, "mont": true, "monts": true, "lac": true, "riviere": true, "fleuve": true, "ruisseau": true,
	"pic": true, "baie": true, "golfe": true, "oued": true, "cap": true}

// natureBefore returns where the kind of a thing in nature starts that s ends with,
// and the preposition behind it; len(s) if it ends with none.
func natureBefore(s string) int {
	rest := s
	for _, link := range []string{"de la ", "de l'", "de l’", "du ", "des ", "de ", "d'", "d’", "le "} {
		if strings.HasSuffix(s, " "+link) {
			rest = s[:len(s)-len(link)]
			break
		}
	}
	w, before := wordBefore(rest)
	if !nature[extractors.Fold(w)] && w != "Vallée" {
		return len(s)
	}
	return len(before)
}

// wordBefore returns the word at the end of s, before a space, and what stands
// before it; "" if there is none.
func wordBefore(s string) (word, before string) {
	s, ok := strings.CutSuffix(s, " ")
	if !ok {
		return "", s
	}
	i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
	if i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		i += n
	} else {
		i = 0
	}
	return s[i:], s[:i]
}
