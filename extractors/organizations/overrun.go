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
	headed := head != 0 || known > first || generic[f.fold(first)]
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
		case goesOnFR[w] || f.text(i) == "a" || f.text(i) == "dès":
			return i
		case i > first+1 && offices[f.fold(first)] && (w == "par" || w == "avec" || (w == "sur" || w == "pour") && i+1 < end && !f.is(i+1, extractors.IsCap)):
			return i // "Ministère de l'intérieur par courrier"
		case w == "a" && f.fold(i+1) == "travers", (w == "au" || w == "aux") && phrasesAu[f.fold(i+1)]:
			return i
		case i > first+1 && c == 0 && len(w) > 6 && strings.HasSuffix(w, "ent") && f.is(i, extractors.IsWord) && dictionary.Of(w)&(dictionary.NounFR|dictionary.AdjectiveFR|dictionary.OtherFR|dictionary.Proper|dictionary.Person) == 0:
			return i // "Groupe d'experts mettent"
		case (w == "a" || w == "au") && (f.fold(i+1) == "l" && phrasesFR[f.fold(i+2)] || f.fold(i+1) == "moyen" && f.class(i+2)&of != 0):
			return i // "à l'adresse suivante", "au moyen de"
		case w == "en" && phrasesFR[f.fold(i+1)], c&etFR != 0 && (f.fold(i+1) == "d" || f.fold(i+1) == "de" || f.class(i+1)&articleFR != 0) && f.fold(i+2) == "autres":
			return i // "en matière de", "et d'autres partenaires"
		case i == known && f.endsKnown(first, i, end):
			return i
		case i == first+1 && (w == "en" || c&articleFR != 0 && c&of == 0 || generic[f.fold(first)] && f.endsGeneric(first, end)):
			return i // "Mission en cas de menace", "la Mission l'appui", "du Comité à la paix"
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
	prie poursuit exerce recoit adopte cree creee crees creees initialement concernant etudiera ses sa son leur leurs ces cet cette ladite ledit tous toutes mieux`)

// endsKnown reports whether a name of the table, in tokens [first, i), ends there
// although the tagger goes on: at a preposition that it has not, and where it is
// long enough to be whole, at what small letters say of it, "… des Nations Unies
// des actions engagées", or join to it, "… et des organismes"; one of three words,
// "Cour pénale internationale", where the text has it so elsewhere.
func (f *finder) endsKnown(first, i, end int) bool {
	w, c := f.fold(i), f.class(i)
	if c&(towards|aFR) != 0 || w == "en" || w == "avec" || w == "par" || strings.HasPrefix(w, "relatif") || strings.HasPrefix(w, "relative") {
		return true
	}
	if f.fold(first) == "nations" && !f.is(i, extractors.IsCap) {
		return true // "les Nations Unies compétentes"
	}
	words := 0
	for j := first; j < i; j++ {
		if f.is(j, extractors.IsWord) {
			words++
		}
	}
	next := f.content(i+1, end)
	if words < 3 || next >= end || f.is(next, extractors.IsCap) || territories[f.fold(next)] {
		return false
	}
	if words == 3 {
		name := f.S[f.Tokens[first].Start:f.Tokens[i-1].End]
		return c&of != 0 && f.count(name)-f.count(f.S[f.Tokens[first].Start:f.Tokens[next].End]) > 1 && !f.counted()
	}
	return c&of != 0 || c&etFR != 0 && others[f.fold(next)] || c&(small|etFR) == 0 && f.is(i, extractors.IsWord)
}

// content skips the prepositions and articles from token i on.
func (f *finder) content(i, end int) int {
	for i < end && f.class(i)&(of|articleFR) != 0 {
		i++
	}
	return i
}

// endsGeneric reports whether the head alone, at token first, stands for a body
// named before, and what is behind it in small letters belongs to the sentence:
// "au Comité pour information", "informer le Comité de la vente".
func (f *finder) endsGeneric(first, end int) bool {
	i := first + 1
	w, c := f.fold(i), f.class(i)
	next := f.content(i+1, end)
	if c&aFR != 0 {
		return true
	}
	if next >= end || f.is(next, extractors.IsCap) {
		return false
	}
	if c&(of|towards) != 0 && (dealings[f.fold(next)] || f.fold(next) == "etat" && f.fold(next+2) == "avancement") {
		return true
	}
	switch w {
	case "au", "aux":
		return f.fold(first) != "secretariat" // "Secrétariat aux affaires …"
	case "avec":
		return true
	case "pour":
		return next == i+1 && f.fold(next) != "un" && f.fold(next) != "une" || f.given(first, next)
	case "des", "de", "d", "du", "sur":
		return f.given(first, next)
	}
	return false
}

// dealings are what one tells a body of, asks of it or gets from it, and what no
// body is named for behind its head alone, folded.
var dealings = setOf(`conclusion conclusions recommandation recommandations situation demande demandes resultat resultats progres evolution intention necessite
	avancement possibilite maniere lancement periode fait faits mesure question questions`)

// given reports whether a sentence gives something to the body at token first, or
// tells it, and what goes on to token last is that: the text names the body alone
// elsewhere, and nowhere together with it as a name would be, "du Comité des
// recommandations".
func (f *finder) given(first, last int) bool {
	if w := f.fold(first - 1); w != "au" && !(w == "la" && first > 1 && f.fold(first-2) == "a") {
		v := f.fold(first - 2)
		if w != "le" && w != "la" && w != "l" || first < 2 || !verb(v) && !(strings.HasSuffix(v, "ant") && dictionary.Of(v)&dictionary.NounFR == 0) {
			return false
		}
	}
	whole := f.surface(extractors.Span{Start: f.Tokens[first].Start, End: f.Tokens[last].End})
	for _, article := range []string{"Le ", "du ", "La ", "de la "} {
		if f.count(article+whole) > 0 {
			return false
		}
	}
	if f.counted() {
		return false
	}
	elsewhere := f.alone(f.text(first))
	if f.class(first+1)&of == 0 {
		elsewhere-- // here
	}
	return elsewhere > 1
}

// alone returns how often a word stands in the text without "de" behind it.
func (f *finder) alone(word string) int {
	n, ok := f.bare[word]
	if !ok {
		for i := range f.Tokens {
			if i+1 < len(f.Tokens) && f.text(i) == word && f.class(i+1)&of == 0 {
				n++
			}
		}
		if f.bare == nil {
			f.bare = make(map[string]int)
		}
		f.bare[word] = n
	}
	return n
}

// count returns how often the text has a string. It looks for mostCounts different
// ones, so that its time grows with the text and not with its square; once they
// are counted, its answers decide nothing.
func (f *finder) count(s string) int {
	n, ok := f.counts[s]
	if !ok && len(f.counts) < mostCounts {
		if f.counts == nil {
			f.counts = make(map[string]int)
		}
		n = strings.Count(f.S, s)
		f.counts[s] = n
	}
	return n
}

const mostCounts = 256

// counted reports whether count has no more answers.
func (f *finder) counted() bool { return len(f.counts) == mostCounts }

// territories may stand in small letters at the end of a name, folded: "Direction
// générale de l'environnement du canton de Larga".
var territories = setOf(`canton departement ville commune region province district territoire etat`)

// others are whom names of bodies are joined to in small letters, folded.
var others = setOf(`autres organismes communautes personnel partenaires acteurs institutions organisations entites mecanismes pays etats membres parties`)

// phrasesFR go on behind "en" and "à l'" in sentences, folded.
var phrasesFR = setOf(`matiere faveur cours vue cas ce raison coordination collaboration consultation cooperation application qualite vertu adresse aide attention
	occasion egard instar encontre issue appui`)

// phrasesAu go on behind "au" and "aux" in sentences, folded.
var phrasesAu = setOf(`profit cours titre sujet paragraphe paragraphes regard nom lieu moment travers moyen`)

// offices are heads of names of authorities, which no "par", "avec", "sur" or
// "pour" goes on, folded.
var offices = setOf(`ministere ministeres prefecture tribunal mairie commissariat parquet`)

// generic are heads of names that stand for a body named before, folded.
var generic = setOf(`mission comite conseil groupe secretariat mecanisme force equipe bureau commission tribunal organisation
	fonds cabinet gouvernement direction cour`)

// genericEN are such heads in English, folded.
var genericEN = setOf(`mission committee council group secretariat mechanism force team bureau commission tribunal panel`)

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
		case i == first+1 && genericEN[f.fold(first)] && (w == "to" || w == "from" || w == "or"):
			return i // "report to the Committee from the States"
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
