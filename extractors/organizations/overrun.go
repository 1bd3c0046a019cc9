package organizations

import (
	"strings"

	"tamis/extractors"
	dictionary "tamis/extractors/vocabulary"
)

// Prose runs on behind a name in small letters: "le Comité avise le Médiateur",
// "the Panel of Experts to provide". What no name holds ends it there.

// overrun ends a name where its sentence goes on, and reports whether it did.
// A name that the table has as a whole is let alone.
func (f *finder) overrun(m *extractors.Mention) bool {
	first, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	if end-first < 2 {
		return false
	}
	known := first // where a name of the table ends that stands at the start
	if v, stop, ok := f.lex.names.Longest(f.Tokens, first); ok && !f.lex.forms[v].ambiguous && f.lex.forms[v].words > 1 {
		known = stop
	}
	if known >= end {
		return false
	}
	stop := end
	switch f.lang(m.Start) {
	case "fr":
		stop = f.overrunFrench(first, known, end)
	case "en":
		stop = f.overrunEnglish(first, end)
	}
	if stop >= end {
		return false
	}
	for stop > first+1 && (!f.is(stop-1, extractors.IsWord|extractors.IsNumber) && f.byteAt(stop-1) != ')' && f.byteAt(stop-1) != '.' || !f.is(stop-1, extractors.IsCap) && f.class(stop-1)&(small|andEN|etFR) != 0) {
		stop--
	}
	m.End = f.Tokens[stop-1].End
	return true
}

// overrunFrench returns where the name in tokens [first, end) stops: before an
// infinitive, and where a head noun opens it, at what else no name holds. Tokens
// up to known are a name of the table.
func (f *finder) overrunFrench(first, known, end int) int {
	head, _ := f.headAt(first)
	headed := head != 0 || known > first
	var seen uint32 // prepositions so far
	for i := first + 1; i < end; i++ {
		w, c := f.fold(i), f.class(i)
		before := seen
		seen |= preposition(w)
		if f.is(i, extractors.IsCap) || f.Tokens[i-1].End == f.Tokens[i].Start && f.byteAt(i) != ',' || i+1 < end && f.byteAt(i+1) == '-' {
			continue
		}
		switch {
		case i+1 < end && c&(of|towards) != 0 && f.infinitive(i+1):
			return i
		case !headed:
		case goesOnFR[w] || f.text(i) == "a":
			return i
		case i == known && (c&(towards|aFR) != 0 || w == "en" || w == "avec" || w == "par" || strings.HasPrefix(w, "relatif") || strings.HasPrefix(w, "relative")):
			return i
		case i == first+1 && (w == "en" || c&articleFR != 0 && c&of == 0 || generic[f.fold(first)] && c&aFR != 0):
			return i // "Mission en cas de menace", "la Mission l'appui", "du Comité à la paix"
		case i == first+1 && w == "des" && generic[f.fold(first)] && i+1 < end && !f.is(i+1, extractors.IsCap) && f.given(first, i+1):
			return i // "adresser au Comité des recommandations"
		case i == first+1 && c == 0 && len(w) >= 5 && f.is(i, extractors.IsWord) && !f.is(i, extractors.HasDigit) && !adjective([]byte(w)) && !strings.HasSuffix(strings.TrimSuffix(f.text(i), "s"), "é") && dictionary.Of(w)&(dictionary.NounFR|dictionary.AdjectiveFR|dictionary.Proper|dictionary.Person) == 0:
			return i // a verb: "Organisation adoptent"
		case i == first+1 && c&etFR != 0 && i+2 < end && f.class(i+1)&articleFR != 0 && !f.is(i+2, extractors.IsCap):
			return i // "Mission et le personnel"
		case c&etFR != 0 && i+1 < end:
			if p := preposition(f.fold(i + 1)); p != 0 && before&p == 0 {
				return i // a name goes on with the preposition that it has had
			}
		case f.byteAt(i) == ',' && i+1 < end && f.fold(i+1) == "des" && before&preposition("de") == 0:
			return i
		}
	}
	return end
}

// preposition returns the bit of a folded French preposition, 0 for another word.
func preposition(w string) uint32 {
	switch w {
	case "de", "du", "des", "d":
		return 1
	case "a", "au", "aux":
		return 2
	case "pour":
		return 4
	case "sur":
		return 8
	case "en":
		return 16
	}
	return 0
}

// goesOnFR are words in small letters that no French name holds, folded.
var goesOnFR = setOf(`dans afin tel tels telle telles lors selon jusqu pendant sauf ainsi conformement ayant qui que dont est sont ont avait sera seront doit
	doivent peut peuvent avise indique informe communique decide susceptible susceptibles dispose disposent maintienne tienne obtienne parvienne
	prie poursuit exerce recoit adopte`)

// given reports whether the body that stands alone at token first seems to be
// given what tokens up to last say: "au" is before it, the text names the body so
// alone elsewhere, and nowhere together with it as a name would be, "le Comité
// des recommandations".
func (f *finder) given(first, last int) bool {
	if w := f.fold(first - 1); w != "au" && !(w == "la" && first > 1 && f.fold(first-2) == "a") {
		return false
	}
	whole := f.surface(extractors.Span{Start: f.Tokens[first].Start, End: f.Tokens[last].End})
	for _, article := range []string{"le ", "Le ", "du ", "la ", "La "} {
		if strings.Contains(f.S, article+whole) && !strings.Contains(f.S, "à "+article+whole) {
			return false
		}
	}
	alone := 0
	for i := range f.Tokens {
		if i != first && f.text(i) == f.text(first) && !(f.class(i+1)&of != 0 && i+1 < len(f.Tokens)) {
			alone++
		}
	}
	return alone > 1
}

// generic are heads of names that stand for a body named before, folded.
var generic = setOf(`mission comite conseil groupe secretariat mecanisme force equipe bureau commission tribunal organisation`)

// overrunEnglish returns where the name in tokens [first, end) stops: at a word
// in small letters that neither heads a name nor joins its parts. Names with
// French words in them go by other rules.
func (f *finder) overrunEnglish(first, end int) int {
	if c := f.class(first); c&headFR != 0 && c&headEN == 0 {
		return end
	}
	for i := first; i < end; i++ {
		if f.class(i)&(of|articleFR|etFR) != 0 && !f.is(i, extractors.IsCap) {
			return end
		}
	}
	for i := first + 1; i < end; i++ {
		if !f.is(i, extractors.IsWord) || f.is(i, extractors.IsCap|extractors.HasDigit|extractors.IsPoss) || f.Tokens[i-1].End == f.Tokens[i].Start {
			continue
		}
		c := f.class(i)
		switch w := f.fold(i); {
		case w == "to" && i+1 < end && !f.is(i+1, extractors.IsCap) && f.class(i+1)&small == 0:
			return i
		case c&(small|headMask) == 0 && !joinsEN[w] && dictionary.Of(w)&dictionary.CommonEN != 0:
			return i
		}
	}
	return end
}

// joinsEN are further words in small letters inside names in English text, also
// of names in other languages, folded.
var joinsEN = setOf(`by under into through during between among within their its or as do da dos das del der den van von vun el y e con por para und voor al ul fir`)

// participle reports whether a French paragraph of a resolution opens with the
// word at token i, "Soulignant", "Faciliter": it is a verb, and no name.
func (f *finder) participle(i int) bool {
	w := f.fold(i)
	if len(w) < 6 || dictionary.Of(w)&(dictionary.NounFR|dictionary.AdjectiveFR) != 0 || f.lang(f.Tokens[i].Start) != "fr" || !f.is(i+1, extractors.IsWord) || f.is(i+1, extractors.IsCap) {
		return false
	}
	return strings.HasSuffix(w, "ant") || strings.HasSuffix(w, "er") || strings.HasSuffix(w, "ir")
}
