package people

import (
	"strings"

	"tamis/extractors"
)

// trim cuts a name that something else has found to what is a name: columns of
// a table and sentences part, and titles and posts before it go ("Senators
// Ximena Órdenes", "Maître Diop"). It returns the pieces, none where nothing is
// left.
func (f *finder) trim(m extractors.Mention) []extractors.Mention {
	var out []extractors.Mention
	first, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	start := first
	flush := func(stop int) {
		for start < stop && f.title(start, stop) {
			start++
			if f.text(start) == "." && start < stop {
				start++
			}
		}
		for stop > start && !f.is(stop-1, extractors.IsWord) && !(f.text(stop-1) == "." && f.Tokens[stop-2].Len() <= 3) {
			stop--
		}
		if start < stop {
			piece := m
			piece.Span = extractors.Span{Start: f.Tokens[start].Start, End: f.Tokens[stop-1].End}
			out = append(out, piece)
		}
	}
	for i := first; i+1 < end; i++ {
		switch {
		case f.wide(i):
			flush(i + 1)
			start = i + 1
		case f.text(i) == "." && i > start && f.Tokens[i-1].Len() > 4 && f.is(i+1, extractors.IsCap):
			flush(i)
			start = i + 1
		}
	}
	flush(end)
	return out
}

// wide reports whether a tab or three spaces stand between tokens i and i+1.
func (f *finder) wide(i int) bool {
	gap := f.S[f.Tokens[i].End:f.Tokens[i+1].Start]
	return strings.Contains(gap, "\t") || len(gap) >= 3 && strings.Trim(gap, " ") == ""
}

// title reports whether the word at token i, with a word of the name after it,
// is a title or a post rather than a part of the name. A given name is a name.
func (f *finder) title(i, stop int) bool {
	w := f.fold(i)
	if i+1 >= stop || !f.is(i, extractors.IsWord) || f.given[w] || f.text(i+2) == "-" && f.text(i+1) == "." {
		return false // "M.-A. Dacosta" begins with an initial
	}
	return titles[w] || roles[w] || len(w) > 4 && roles[strings.TrimSuffix(w, "s")] || honorifics[w]
}

// honorifics stand before a name in languages that the texts come from, folded:
// they are titles that a capital does not tell from a given name, so they only
// go where something else has found the name.
var honorifics = setOf(`hajj haj hajji hadj hadji hajia alhaji elhadj elhadji alhadji sheikha shaikh shaikha sheikh cheikha emir prince princess
	princesse dame baroness baron lord lady sir dona dom don dr pr me maitre mgr capt col gen lt sgt cpl adm maj brig ing eng arch engr hon rev revd fr
	sr ustaz ustad moulana maulana mullah ayatollah mama papa tante tonton oncle auntie uncle mzee bwana senators senateurs deputes ministres cardinal`)
