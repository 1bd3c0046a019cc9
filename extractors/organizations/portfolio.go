package organizations

import (
	"strings"

	"tamis/extractors"
	dictionary "tamis/extractors/vocabulary"
)

// What an official is in charge of is written like a body's name and is none:
// "Minister of Foreign Affairs and International Cooperation", "ministre de la
// Santé et de l'Action sociale", "Master en Relations internationales".

// matters head names of bodies and are what a minister has, too, folded.
var matters = setOf(`administration administrations communication coordination police service services union reseau mouvement communaute
	protection fonction formation recherche enseignement`)

// portfolios returns the spans of the text that say what somebody is in charge
// of or has studied, in order.
func (f *finder) portfolios() []extractors.Span {
	var out []extractors.Span
	for i := 0; i+2 < len(f.Tokens); i++ {
		c := f.class(i)
		if c&(holder|official|degree) == 0 {
			continue
		}
		var end int
		switch {
		case c&holder != 0:
			end = f.portfolio(i + 1)
		case c&degree != 0:
			end = f.field(i + 1)
		default:
			end = f.officialFor(i)
		}
		if end > 0 {
			out = append(out, extractors.Span{Start: f.Tokens[i].Start, End: f.Tokens[end-1].End})
			i = end - 1
		}
	}
	return out
}

// officialFor reads what the official at token i has who need not have anything:
// "secrétaire d'État à", "directeur chargé de", "Commissioner for".
func (f *finder) officialFor(i int) (end int) {
	switch w := f.fold(i); {
	case w == "secretaire" && f.fold(i+1) == "d" && f.fold(i+2) == "etat":
		return f.portfolio(i + 3)
	case w == "commissioner" && f.fold(i+1) == "for", w != "commissioner" && strings.HasPrefix(f.fold(i+1), "charge"):
		return f.portfolio(i + 1)
	}
	return 0
}

// inCharge reports whether an unknown name is what somebody is in charge of or
// has studied. A head noun speaks against it, but right behind the post: "ministre
// de l'Administration territoriale".
func (f *finder) inCharge(span extractors.Span) bool {
	if !f.asked {
		f.charges, f.asked = f.portfolios(), true
	}
	for _, p := range f.charges {
		if p.End <= span.Start {
			continue
		}
		if p.Start >= span.End {
			return false
		}
		first, holder := f.tokenAt(span.Start), f.tokenAt(p.Start)
		h, _ := f.headAt(first)
		if h == 0 {
			return true
		}
		if !matters[f.fold(first)] {
			return false
		}
		if p.End >= span.End && f.class(f.before(first))&etFR != 0 {
			return true // "ministre de la Sécurité et de la Protection civile"
		}
		for holder++; holder < first; holder++ {
			if f.class(holder)&small == 0 && !addsToPost[f.fold(holder)] {
				return false
			}
		}
		return holder == first
	}
	return false
}

// before returns the token before token i, prepositions and articles left out.
func (f *finder) before(i int) int {
	for i--; i > 0 && f.class(i)&(of|articleFR) != 0; i-- {
	}
	return i
}

// maxPortfolio is the number of tokens after which a portfolio is given up.
const maxPortfolio = 40

// portfolio reads what a minister has, from token i on, and returns the token
// behind it, 0 if there is none.
func (f *finder) portfolio(i int) (end int) {
	// "ministre d'État, ministre ...", "ministre délégué chargé de", "minister of state for"
	limit := min(len(f.Tokens), i+maxPortfolio)
	for i < limit && !f.is(i, extractors.IsLine) && addsToPost[f.fold(i)] {
		i++
	}
	for i < limit && !f.is(i, extractors.IsLine) {
		c, w := f.class(i), f.fold(i)
		french := c&of != 0 || w == "aux" || w == "au" || w == "a" && f.text(i) != "a"
		if !french && w != "of" && w != "for" {
			break
		}
		next := i + 1
		for next < limit && f.class(next)&articleFR != 0 || next < limit && f.fold(next) == "the" {
			next++
		}
		stop := f.matter(next, limit, french)
		if stop == next {
			break
		}
		i, end = stop, stop
		// another piece: ", de la ...", "et de ...", ", chargé de"
		if i < limit && (f.byteAt(i) == ',' || f.class(i)&(etFR|andEN) != 0) {
			i++
		}
		if i < limit && f.class(i)&(etFR|andEN) != 0 {
			i++
		}
		for i < limit && !f.is(i, extractors.IsLine) && addsToPost[f.fold(i)] {
			i++
		}
	}
	return end
}

// addsToPost are words between a post and what it is for, folded.
var addsToPost = setOf(`charge chargee charges chargees delegue deleguee delegues deleguees responsable plenipotentiaire general generale`)

// matter reads one thing that a portfolio holds, from token i on: capitals, and
// the adjectives and complements in small letters behind them.
func (f *finder) matter(i, limit int, french bool) int {
	start := i
	for i < limit && !(f.is(i, extractors.IsLine) && i > start) {
		switch {
		case f.is(i, extractors.IsWord) && f.is(i, extractors.IsCap):
			i++
			continue
		case f.byteAt(i) == '-' && i > start && f.Tokens[i].Start == f.Tokens[i-1].End:
			i++
			continue
		}
		c := f.class(i)
		switch {
		case i == start:
			return i
		case !french && (f.byteAt(i) == ',' || f.byteAt(i) == '&' || c&andEN != 0) && f.is(i+1, extractors.IsCap):
			i++
			continue
		case !french && f.byteAt(i) == ',' && f.class(i+1)&andEN != 0 && f.is(i+2, extractors.IsCap):
			i += 2
			continue
		case french && c&of != 0 && i+1 < limit && (f.is(i+1, extractors.IsCap) || f.class(i+1)&articleFR != 0):
			i++
			continue
		case french && c&articleFR != 0 && f.is(i+1, extractors.IsCap):
			i++
			continue
		case french && f.is(i, extractors.IsWord) && f.text(i) != "a" && c&(small|etFR) == 0 && f.soft(f.fold(i)):
			i++
			continue
		}
		return i
	}
	return i
}

// soft reports whether a folded French word in small letters may go on with the
// name of a subject: an adjective or a noun, and no verb alone.
func (f *finder) soft(w string) bool {
	return adjective([]byte(w)) || len(w) > 4 && strings.HasSuffix(strings.TrimSuffix(strings.TrimSuffix(w, "s"), "e"), "ieur") ||
		len(w) > 4 && dictionary.Of(w)&dictionary.AdjectiveFR != 0 && dictionary.Of(w)&dictionary.OtherFR == 0
}

// field reads the field of study behind a degree, from token i on, and returns
// the token behind it, 0 if there is none: "Master 2 en", "Master's degree in".
func (f *finder) field(i int) (end int) {
	limit := min(len(f.Tokens), i+16)
	for i < limit && !f.is(i, extractors.IsLine) {
		switch w := f.fold(i); {
		case w == "en" || w == "in" || w == "of" || w == "es":
			if end = f.matter(i+1, limit, w == "en" || w == "es"); end == i+1 {
				return 0
			}
			return end
		case f.byteAt(i) == '\'' || f.is(i, extractors.IsPoss|extractors.IsNumber) || f.class(i)&degree != 0 || strings.HasPrefix(w, "professionnel"):
			i++
		default:
			return 0
		}
	}
	return 0
}
