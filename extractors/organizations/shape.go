package organizations

import (
	"slices"
	"strings"

	"tamis/extractors"
	dictionary "tamis/extractors/vocabulary"
)

// shape sets right the ends of names that the tagger has found: two bodies that
// "et du" or "and" run together are two, a dash ends a name, a hyphen does not,
// "Inc." has its point, and a mission goes with what it is accredited to.
func (f *finder) shape(found []extractors.Mention) []extractors.Mention {
	var out []extractors.Mention
	for _, m := range found {
		if m.Rule == HeadNoun && (f.overrun(&m) || !f.whole(m)) {
			m.Norm, m.Entity, m.Rule = "", "", taggerRule
		}
		if m.Norm != "" || m.Rule != taggerRule {
			out = append(out, m)
			continue
		}
		for _, piece := range f.split(m) {
			f.cutQuote(&piece)
			f.cutPost(&piece)
			f.cutOpener(&piece)
			f.cutDouble(&piece)
			f.overrun(&piece)
			f.cutEvent(&piece)
			f.widen(&piece)
			if n := len(out); n > 0 && f.accredited(&out[n-1], &piece) {
				out[n-1].End = piece.End
				continue
			}
			if n := len(out); n > 0 && f.continues(&out[n-1], &piece) {
				out[n-1].End = piece.End
				continue
			}
			out = append(out, piece)
		}
	}
	return out
}

// cutQuote leaves out the kind of body before a name in quotation marks, "Société
// « Velmisa »", the mark that closes what opened before the name, and an apostrophe
// behind a French one.
func (f *finder) cutQuote(m *extractors.Mention) {
	s := f.surface(m.Span)
	if i := strings.Index(s, "«"); i > 0 && kinds[extractors.Fold(strings.Fields(s)[0])] {
		name := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s[i+len("«"):]), "»"))
		if at := strings.Index(s, name); name != "" {
			m.Start += at
			m.End = m.Start + len(name)
		}
		return
	}
	if strings.HasSuffix(s, "»") && !strings.Contains(s, "«") {
		s = strings.TrimRight(s, "» \u00a0\u202f")
		m.End = m.Start + len(s)
	}
	if f.lang(m.Start) == "fr" {
		if short := strings.TrimRight(s, "'’"); short != "" && len(short) < len(s) && f.count(short+" ") > 0 {
			m.End = m.Start + len(short)
		}
	}
}

// kinds of bodies stand before names in quotation marks, folded.
var kinds = setOf(`societe association ong compagnie collectif entreprise etablissement journal groupement cooperative magazine cabinet parti mouvement`)

// continues reports whether a French name with a list of what it is for goes on in
// what the tagger has for another, the noun behind the last "et de": "Commission
// de concertation, de consultation" and "Négociations".
func (f *finder) continues(m, next *extractors.Mention) bool {
	if m.Rule != taggerRule || next.Rule != taggerRule || f.lang(m.Start) != "fr" {
		return false
	}
	first, i, j := f.tokenAt(m.Start), f.tokenAt(m.End), f.tokenAt(next.Start)
	if head, _ := f.headAt(first); head&headFR == 0 || j-i < 2 || j-i > 8 || f.class(j)&headMask != 0 || f.is(j, extractors.IsUpper) || f.is(j, extractors.IsLine) || dictionary.Of(f.fold(j))&dictionary.NounFR == 0 || !strings.ContainsAny(f.surface(m.Span), " ") {
		return false
	}
	if f.class(j-1)&of == 0 && f.class(j-1)&articleFR == 0 {
		return false
	}
	joined, list := false, false // by "et", and commas and "de" are in the name so far
	for k := first; k < i; k++ {
		list = list || f.byteAt(k) == ',' && f.class(k+1)&of != 0
	}
	for k := i; k < j; k++ {
		switch c := f.class(k); {
		case f.is(k, extractors.IsLine):
			return false
		case c&etFR != 0:
			joined = true
		case f.byteAt(k) == ',':
			list = true
		case c&(of|articleFR) != 0:
		case f.is(k, extractors.IsCap) && dictionary.Of(f.fold(k))&dictionary.NounFR != 0:
		default:
			return false
		}
	}
	return joined && list
}

// whole reports whether split leaves a name as it is.
func (f *finder) whole(m extractors.Mention) bool {
	pieces := f.split(m)
	return len(pieces) == 1 && pieces[0].Span == m.Span
}

// taggerRule is the rule of what the tagger alone has found.
const taggerRule = "tagger"

// split parts a name at a dash with space around it and where another body
// starts.
func (f *finder) split(m extractors.Mention) []extractors.Mention {
	first, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	var out []extractors.Mention
	start := first
	cut := func(stop, next int) {
		piece := m
		piece.Span = extractors.Span{Start: f.Tokens[start].Start, End: f.Tokens[stop-1].End}
		out = append(out, piece)
		start = next
	}
	_, whole := f.lex.names.Lookup(f.surface(m.Span))
	for i := first + 1; i+1 < end; i++ {
		if i <= start {
			continue
		}
		if f.dash(i) {
			cut(i, i+1)
			continue
		}
		if next := f.headlined(i, end); next > 0 && !whole {
			body := f.bodyIn(start, i)
			if body {
				cut(i, next)
			}
			if next == end && body {
				return out
			}
			if next < end {
				start = next
			}
			continue
		}
		if next := f.parent(start, i, end); next > 0 && !whole {
			cut(i, next)
			i = next
			continue
		}
		if next := f.another(start, i, end); next > 0 {
			cut(i, next)
		}
	}
	cut(end, end)
	return out
}

// headlined returns where the next body starts behind the verb of an English
// headline at token i, "Velmisa Bank Opens Larga Office": end where there is
// none, 0 where token i is no such verb.
func (f *finder) headlined(i, end int) int {
	if !f.is(i, extractors.IsCap) || f.is(i, extractors.IsUpper) || f.is(i, extractors.IsPoss) || !dictionary.HeadlineVerb(f.fold(i)) || f.lang(f.Tokens[i].Start) == "fr" || f.glued(i) {
		return 0
	}
	next := i + 1
	for next < end && (!f.is(next, extractors.IsCap) || f.fold(next) == "the" || f.fold(next) == "a" || f.fold(next) == "an") {
		next++
	}
	if next < end {
		if v, stop, ok := f.lex.names.Longest(f.Tokens, next); f.class(end-1)&headEN != 0 && next+1 < end || ok && stop == end && !f.lex.forms[v].ambiguous {
			return next
		}
	}
	return end
}

// bodyIn reports whether tokens [start, end) look like a body's name: a head, an
// acronym or a name of the table is in it.
func (f *finder) bodyIn(start, end int) bool {
	span := extractors.Span{Start: f.Tokens[start].Start, End: f.Tokens[end-1].End}
	_, acronym := f.acronymAt(start)
	_, listed := f.lex.names.Lookup(f.surface(span))
	return acronym || listed || f.orgLike(span)
}

// glued reports whether a hyphen joins token i to another.
func (f *finder) glued(i int) bool {
	return f.byteAt(i-1) == '-' && f.Tokens[i-1].End == f.Tokens[i].Start || f.byteAt(i+1) == '-' && f.Tokens[i].End == f.Tokens[i+1].Start
}

// dash reports whether token i is a dash or a bullet with space around it.
func (f *finder) dash(i int) bool {
	switch f.text(i) {
	case "–", "—", "-", "/", "•", "·", "|":
		return f.Tokens[i-1].End < f.Tokens[i].Start && f.Tokens[i].End < f.Tokens[i+1].Start
	}
	return false
}

// parent returns the token at which the body starts that token i, "de" or "of",
// joins to an organ of it which starts at token start, and which is named in
// full: "Commission budgétaire de l'Assemblée", but "Conseil de l'Union"; else 0.
func (f *finder) parent(start, i, end int) int {
	if i < start+2 || f.class(i)&(of|ofEN) == 0 || f.is(i, extractors.IsCap) && !f.is(start, extractors.IsUpper) || !organs[f.fold(start)] && (f.class(i)&of != 0 || !organs[f.fold(i-1)]) {
		return 0
	}
	if w := f.fold(i); f.class(i)&of == 0 && w != "of" {
		return 0
	}
	next := i + 1
	for next < end && (f.class(next)&articleFR != 0 || f.fold(next) == "the") {
		next++
	}
	if next >= end || f.class(i-1)&small != 0 {
		return 0
	}
	if parents[f.fold(next)] && (f.is(next, extractors.IsCap) || f.class(next)&lowerFR != 0) {
		return next
	}
	if v, stop, ok := f.lex.names.Longest(f.Tokens, next); ok && !f.lex.forms[v].ambiguous && stop <= end && f.lex.forms[v].words > 1 && next > i+1 {
		return next
	}
	return 0
}

// organs are what bodies have that are bodies too, folded.
var organs = setOf(`commission comite faculte conseil direction departement bureau division service section unite cellule institut ecole centre laboratoire
	chaire inspection cabinet chambre college groupe board committee department office faculty school institute center directorate unit secretariat`)

// parents head names of bodies that have organs, folded.
var parents = setOf(`universite assemblee ministere organisation parlement senat primature presidence university ministry parliament assembly organization senate federation
	association ligue league academie academy ordre agence agency`)

// another returns the token at which a second body starts when token i, "et" or
// "and", joins it to the one that started at token start; else 0. Both must have
// a head of their own where their language has it: "Ministère de la Santé et de
// la Protection sociale" has one, "Cour des comptes et du Conseil d'État" two.
func (f *finder) another(start, i, end int) int {
	c := f.class(i)
	switch {
	case c&etFR != 0:
		next := i + 1
		for next < end && (f.class(next)&(of|articleFR|aFR) != 0 || f.fold(next) == "au" || f.fold(next) == "aux") {
			next++
		}
		if f.acronymsOnly(start, i, next, end) {
			return next
		}
		if next == i+1 || next+1 >= end {
			return 0
		}
		left, _ := f.headAt(start)
		right, _ := f.headAt(next)
		if left&headFR != 0 && right&headFR != 0 && f.is(next, extractors.IsCap) {
			return next
		}
	case c&andEN != 0 && f.acronymsOnly(start, i, i+1, end):
		return i + 1
	case c&andEN != 0 && i+2 < end:
		next := i + 1
		if f.fold(next) == "the" {
			next++
		}
		if f.class(i-1)&headEN != 0 && f.class(i-1)&plural == 0 && f.is(i-1, extractors.IsCap) && (i-start > 1 || next > i+1) &&
			f.class(end-1)&headEN != 0 && f.is(next, extractors.IsCap) && (f.class(next)&headEN == 0 || next > i+1) {
			return next
		}
		known := func(i, end int) bool { // whether the table has tokens [i, end) as a name
			v, stop, ok := f.lex.names.Longest(f.Tokens, i)
			return ok && stop == end && !f.lex.forms[v].ambiguous && f.lex.forms[v].words > 1
		}
		if f.is(next, extractors.IsCap) && (known(next, end) && (f.holdsHead(start, i) || known(start, i)) || known(start, i) && f.class(end-1)&headEN != 0 && end > next+1) {
			return next
		}
	}
	return 0
}

// holdsHead reports whether one of tokens [start, end) heads names in English.
func (f *finder) holdsHead(start, end int) bool {
	for i := start; i < end; i++ {
		if f.class(i)&headEN != 0 && f.is(i, extractors.IsCap) {
			return true
		}
	}
	return false
}

// acronymsOnly reports whether tokens [start, i) and [next, end) are an acronym
// each: "VLR and LRV".
func (f *finder) acronymsOnly(start, i, next, end int) bool {
	if next >= end {
		return false
	}
	a, ok := f.acronymAt(start)
	b, too := f.acronymAt(next)
	return ok && too && a.Len() > 2 && b.Len() > 2 && !firms[f.fold(next)] && a.End == f.Tokens[i-1].End && b.End == f.Tokens[end-1].End
}

// firms end names of companies behind "et", folded: "VELMISA ET FILS".
var firms = setOf(`fils cie filles freres soeurs associes associees sons co company`)

// events are what an organization holds, adopts or writes, folded: "UNGA
// High-Level Summit" is a summit of UNGA.
var events = map[string]bool{"summit": true, "sommet": true, "session": true, "resolution": true, "declaration": true, "convention": true, "charter": true,
	"photo": true, "portal": true, "podcast": true, "charte": true, "strategy": true, "strategie": true, "agenda": true, "guidelines": true, "handbook": true, "website": true, "report": true, "heads": true, "leaders": true}

// attendants are who belongs to a body, and what it sends out, at the end of what
// has its name in a headline or byline, folded: "IMF Staff".
var attendants = setOf(`team staff officials official news mla mp mps mep meps spokesperson spokesman spokeswoman delegates workers personnel experts reporter reporters
	correspondent newsletter officers`)

// cutEvent leaves the acronym, or the name of the table, at the head of a name
// that goes on to an event or a document of the body, or to who belongs to it.
func (f *finder) cutEvent(m *extractors.Mention) {
	i, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	acronym, ok := f.acronymAt(i)
	if v, stop, known := f.lex.names.Longest(f.Tokens, i); known && stop < end && !f.lex.forms[v].ambiguous && f.lex.forms[v].words > 1 {
		acronym, ok = extractors.Span{Start: m.Start, End: f.Tokens[stop-1].End}, true
	}
	if !ok || acronym.End >= m.End {
		return
	}
	if last := end - 1; f.tokenAt(acronym.End) == last && attendants[f.fold(last)] && f.lang(m.Start) != "fr" && f.surface(acronym) != "UN" {
		m.End = acronym.End
		return
	}
	for j := f.tokenAt(acronym.End); j < len(f.Tokens) && f.Tokens[j].Start < m.End; j++ {
		if events[f.fold(j)] {
			m.End = acronym.End
			return
		}
	}
}

// cutOpener leaves out the words that open a sentence before a name: "As Velmisa
// Broadcasting", "Oddly, Velmisa", and the article of "The Velmisa Trust".
func (f *finder) cutOpener(m *extractors.Mention) {
	if f.lang(m.Start) == "fr" || strings.HasPrefix(f.surface(m.Span), "The Hague") {
		return
	}
	first := f.tokenAt(m.Start)
	i := first
	for ; i+1 < len(f.Tokens) && f.Tokens[i+1].Start < m.End; i++ {
		w := f.fold(i)
		if f.byteAt(i) != ',' && (!openers[w] || f.is(i, extractors.IsUpper) && len(w) > 1 || f.Tokens[i].End == f.Tokens[i+1].Start && f.byteAt(i+1) != ',') {
			break
		}
	}
	if i > first {
		m.Start = f.Tokens[i].Start
	}
}

// cutPost leaves out the post before a body, "Président du Conseil national",
// the verb of a task before one, "Représenter ACTED", and the degree that one
// has given, "Master in Velmisan Studies from Larga University".
func (f *finder) cutPost(m *extractors.Mention) {
	if f.lang(m.Start) != "fr" {
		if first := f.tokenAt(m.Start); f.class(first)&degree != 0 {
			for i := first + 1; i+1 < len(f.Tokens) && f.Tokens[i+1].Start < m.End; i++ {
				if w := f.fold(i); (w == "from" || w == "at") && f.is(i+1, extractors.IsCap) {
					m.Start = f.Tokens[i+1].Start
					return
				}
			}
		}
		return
	}
	i, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	next := i + 1
	switch w := f.fold(i); {
	case w == "societe" && next < end && f.is(next, extractors.IsCap) && f.class(next)&small == 0 && f.text(next) != "El":
		if c := dictionary.Of(f.fold(next)); f.is(next, extractors.IsUpper) && f.Tokens[next].Len() > 1 && !f.is(i, extractors.IsUpper) || c == 0 {
			m.Start = f.Tokens[next].Start // "la Société VELMISA"
		}
		return
	case (ranks[w] || posts[w]) && f.class(next)&of != 0:
	case f.is(i, extractors.IsCap) && !f.is(i, extractors.IsUpper) && verb(w) && dictionary.Of(w)&(dictionary.Proper|dictionary.Person) == 0 && next < end:
	default:
		return
	}
	for next < end && f.class(next)&(of|articleFR) != 0 {
		next++
	}
	if next >= end {
		return
	}
	h, _ := f.headAt(next)
	_, acronym := f.acronymAt(next)
	if h != 0 && f.is(next, extractors.IsCap) || acronym && end == next+1 {
		m.Start = f.Tokens[next].Start
	}
}

// openers stand before names at the head of English sentences and titles, folded.
var openers = setOf(`the as at by for from in of on to with while when where after before since although though but and also however meanwhile
	how why what who is are was were did does do can will oddly unfortunately according like`)

// cutDouble leaves one of a name that a page's code has written twice:
// "Velmisa Watch Velmisa Watch".
func (f *finder) cutDouble(m *extractors.Mention) {
	first, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	n := end - first
	if n < 4 || n%2 != 0 {
		return
	}
	for i := first; i < first+n/2; i++ {
		if f.text(i) != f.text(i+n/2) {
			return
		}
	}
	m.End = f.Tokens[first+n/2-1].End
}

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// noBody reports whether an unknown name that the tagger found is none of a
// body: a programme, a plan, a law, a competition ("Velmisan Skilled Worker
// Program"), words of a menu ("Search Velmisa", "Arts & Culture"), a headline
// with its verb, a people ("Velmisan citizen").
func (f *finder) noBody(span extractors.Span) bool {
	first, end := f.tokenAt(span.Start), f.tokenAt(span.End)
	if first >= end {
		return false
	}
	last := f.fold(end - 1)
	switch {
	case papers[f.fold(first)] && f.is(first, extractors.IsCap) && !f.is(first, extractors.IsUpper) && !(end > first+1 && (f.is(first+1, extractors.IsCap) || f.fold(first) == "code" && f.fold(first+1) == "for")):
		return true // but "Plan International", "Code for Larga"
	case f.is(first, extractors.IsCap) && !f.is(first, extractors.IsUpper) && end <= first+2 && dictionary.Demonym(extractors.Fold(f.surface(span))):
		return true
	case end == first+1 && styles[last]:
		return true
	case end == first+1 && openers[last] && !f.is(first, extractors.IsUpper),
		end == first+2 && owners[f.fold(first)] && !f.is(first, extractors.IsUpper):
		return true
	case f.governmentOf(first, end) && f.count(f.surface(span)+" (") == 0 && !f.counted(), f.workFor(first, end), end > first+1 && f.participle(first), f.governed(first),
		end > first+1 && governments[f.fold(first)] && strings.HasSuffix(f.fold(first), "s"),
		end == first+3 && f.byteAt(first+1) == '-' && dictionary.Demonym(extractors.Fold(f.surface(span))):
		return true
	case end > first+1 && instruments[last] && !f.is(end-1, extractors.IsUpper) && !f.headFor(first, end-1):
		return true
	case end-first > 1 && (works[last] || works[strings.TrimSuffix(last, "s")]) && !f.is(end-1, extractors.IsUpper) && f.fold(first) != "world" && f.headless(first, end-1):
		return true
	}
	if f.lang(span.Start) == "fr" {
		return streets[f.fold(first)] && f.is(first, extractors.IsCap) && f.is(first+1, extractors.IsCap) && strings.Count(f.surface(span), " ") > 1 && f.headless(first, end)
	}
	common, verbs, capitals, peoples, words := 0, 0, 0, 0, 0
	for i := first; i < end; i++ {
		if !f.is(i, extractors.IsWord) {
			continue
		}
		w := f.fold(i)
		words++
		upper := f.is(i, extractors.IsUpper) && len(w) > 1
		if i > first && headlineVerbs[w] && !upper {
			verbs++
		}
		if f.is(i, extractors.IsCap) {
			capitals++
			switch {
			case dictionary.Demonym(w) && !upper:
				peoples++
			case compass[w]:
				capitals--
			}
		}
		if dictionary.Of(w)&dictionary.CommonEN != 0 && !upper {
			common++
		}
	}
	switch {
	case verbs > 0 && words > 2, capitals > 0 && capitals == peoples, capitals == 0 && f.is(first, extractors.IsCap):
		return true
	case words < 2 || !f.headless(first, end):
		return false
	}
	return commands[f.fold(first)] || common == words && f.wholeLine(span)
}

// styles are what persons of rank are called by, folded: "His Lordship".
var styles = setOf(`lordship lordships ladyship excellency excellencies majesty highness eminence excellence excellences altesse majeste`)

// met reports whether an unknown name is that of a conference by the town where it
// met: "Conférence de Berlin".
func (f *finder) met(span extractors.Span) bool {
	first, end := f.tokenAt(span.Start), f.tokenAt(span.End)
	return f.fold(first) == "conference" && end == first+3 && f.class(first+1)&of != 0 && f.is(end-1, extractors.IsCap) && dictionary.Of(f.fold(end-1))&dictionary.Proper != 0
}

// workFor reports whether a work, with what it is for behind it, heads the name
// in tokens [first, end): "Velmisan Response Plan for Larga".
func (f *finder) workFor(first, end int) bool {
	for i := first + 1; i+1 < end; i++ {
		if f.class(i+1)&(ofEN|inEN) != 0 && works[f.fold(i)] && f.is(i, extractors.IsCap) {
			return f.headless(first, i)
		}
	}
	return false
}

// streets head addresses, folded.
var streets = setOf(`place rue avenue boulevard route quai allee impasse chemin square`)

// headFor reports whether a head noun in tokens [first, end) has a complement
// there: "Velmisan Institute of Economic" before "Policy".
func (f *finder) headFor(first, end int) bool {
	for i := first; i+1 < end; i++ {
		if f.class(i)&headMask != 0 && f.class(i+1)&(ofEN|inEN) != 0 {
			return true
		}
	}
	return false
}

// governed reports whether "Government of" stands before token first: what is
// behind it is a country, or what kind of a government it is.
func (f *finder) governed(first int) bool {
	return first >= 2 && f.possessive(first-1) && governments[f.fold(first-2)]
}

// governmentOf reports whether tokens [first, end) are the government of a country
// or of a part of one, "Federal Government of Larga", and not one with a name of
// its own, "Government of National Unity". One that the text gives an acronym is
// left alone: it speaks of it as of a body.
func (f *finder) governmentOf(first, end int) bool {
	for i := first; i < min(first+2, end-2); i++ {
		next := i + 2
		if !f.possessive(i+1) && next+1 < end && !f.is(i+1, extractors.IsCap) {
			next++ // "Gouvernement fédéral de"
		}
		if !governments[f.fold(i)] || !f.possessive(next-1) {
			continue
		}
		for next < end && (f.class(next)&articleFR != 0 || f.fold(next) == "the") {
			next++
		}
		words := dictionary.Of(f.fold(next))
		return next < end && f.is(next, extractors.IsCap) && (words == 0 || words&dictionary.Proper != 0 && words&dictionary.CommonEN == 0 || f.fold(next) == "south")
	}
	return false
}

// possessive reports whether token i is "of" or "de" in one of its forms.
func (f *finder) possessive(i int) bool { return f.class(i)&of != 0 || f.fold(i) == "of" }

// governments have a country, or say of what kind they are, folded.
var governments = setOf(`government governments gouvernement gouvernements`)

// owner cuts a name that is none of a body to the body of the table that it
// begins with or holds, "United Nations Response Plan"; false if there is none.
func (f *finder) owner(m *extractors.Mention) bool {
	first, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	for i := first; i < end; i++ {
		if v, stop, ok := f.lex.names.Longest(f.Tokens, i); ok && stop < end && !f.lex.forms[v].ambiguous && f.lex.forms[v].words > 1 && f.is(i, extractors.IsCap) {
			m.Start, m.End, m.Norm, m.Entity = f.Tokens[i].Start, f.Tokens[stop-1].End, "", ""
			f.name(m)
			return true
		}
	}
	return false
}

// infinitive reports whether the word at token i is the infinitive of a French
// verb, or a pronoun before one: no name goes on with it ("prie le Groupe
// d'experts de soumettre").
func (f *finder) infinitive(i int) bool {
	if !f.is(i, extractors.IsWord) || f.is(i, extractors.IsCap) {
		return false
	}
	w := f.fold(i)
	return w == "en" || w == "y" || w == "lui" || w == "leur" || w == "se" || w == "s" || w == "ne" || verb(w)
}

// verb reports whether a folded French word looks like an infinitive and is no
// noun.
func verb(w string) bool {
	return len(w) >= 5 && dictionary.Of(w)&(dictionary.NounFR|dictionary.AdjectiveFR) == 0 &&
		(strings.HasSuffix(w, "er") || strings.HasSuffix(w, "ir") || strings.HasSuffix(w, "re"))
}

// headless reports whether no token of [first, end) heads the name of a body.
func (f *finder) headless(first, end int) bool {
	for i := first; i < end; i++ {
		if f.class(i)&headMask != 0 {
			return false
		}
	}
	return true
}

// wholeLine reports whether nothing else stands on the line of the span.
func (f *finder) wholeLine(span extractors.Span) bool {
	i, end := f.tokenAt(span.Start), f.tokenAt(span.End)
	return f.is(i, extractors.IsLine) && (end >= len(f.Tokens) || f.is(end, extractors.IsLine))
}

// works are heads of names of what bodies run, grant or write, folded.
var works = setOf(`program programme pilot stream strategy class plan act law permit classification authorization authorisation benchmark visa agreement treaty
	protocol pact accord declaration charter agenda roadmap guideline handbook regulation certificate scholarship award prize cup
	championship finals tournament festival summit forecast index day week anniversary conflict war crisis border coast entry portal website
	keyboard phone book song album adviser advisor countrie country policy concept model movie episode season reduction activity
	activitie continent measure compact constitution approach operation`)

// instruments are works whose names may hold the head of a body, folded:
// "Status of Forces Agreement".
var instruments = setOf(`agreement policy plan treaty protocol strategy memorandum accord declaration model`)

// papers open the names of such things, folded.
var papers = setOf(`decade memorandum memoranda programme plan strategie accord protocole pacte declaration charte loi decret arrete permis traite rapport guide permit
	contrat allocation indemnite indemnites prime taxe cotisation cotisations impot prestation pension salaire conge certificat diplome brevet formulaire livret compte
	cheque code reglement ordonnance circulaire avenant mesure`)

// schemes are further works, folded, that parties and councils are also called.
var schemes = setOf(`politique cadre concept processus convention`)

// commands open lines of menus, folded.
var commands = setOf(`join watch learn search subscribe sign log read get find follow shop buy view see download listen ask try submit apply donate browse
	explore discover skip show hide close play add edit click manage check`)

// compass words may stand before the name of a people, folded.
var compass = setOf(`north south east west northern southern eastern western central`)

// owners open lines of menus and sentences, folded: "Our Company".
var owners = setOf(`our your my their his her its`)

// headlineVerbs stand in headlines and in no name, folded.
var headlineVerbs = setOf(`is are was were be been has have had will would could should must says said tells told wants gets gives takes makes goes announces announced
	reveals launches calls warns slams reserved after how why what who when where`)

// legal are the forms of companies that are written with a point.
var legal = []string{"inc", "ltd", "co", "corp", "cie", "bros"}

// widen takes in what is glued to the end of a name, and whose office it is.
func (f *finder) widen(m *extractors.Mention) {
	if i := f.tokenAt(m.Start); i >= 2 && f.is(i-1, extractors.IsPoss) && f.is(i-2, extractors.IsCap) && f.class(i)&headEN != 0 && f.fold(i) == "office" {
		m.Start = f.Tokens[i-2].Start // "Director's Office"
	}
	i := f.tokenAt(m.End)
	last := i - 1
	if last < 0 || i >= len(f.Tokens) || f.Tokens[i].Start != m.End {
		return
	}
	switch {
	case f.byteAt(i) == ')' && strings.LastIndexByte(f.surface(m.Span), '(') > strings.LastIndexByte(f.surface(m.Span), ')'):
		m.End = f.Tokens[i].End // "Larga (Velmisa)"
	case f.byteAt(i) == '-' && f.is(i+1, extractors.IsWord) && f.Tokens[i+1].Start == f.Tokens[i].End && f.is(i+1, extractors.IsCap) &&
		!f.is(i+1, extractors.IsUpper) && !f.is(last, extractors.IsUpper):
		m.End = f.Tokens[i+1].End
	case f.byteAt(i) == '.' && slices.Contains(legal, f.fold(last)) && f.Tokens[last].Start > m.Start:
		m.End = f.Tokens[i].End
	}
}

// accredited reports whether "auprès de" joins a mission to the organization
// after it: it is one name.
func (f *finder) accredited(mission, to *extractors.Mention) bool {
	i, end := f.tokenAt(mission.End), f.tokenAt(to.Start)
	if mission.Rule != taggerRule || end-i < 2 || end-i > 4 || f.fold(i) != "aupres" {
		return false
	}
	for k := i + 1; k < end; k++ {
		if f.class(k)&(of|articleFR) == 0 {
			return false
		}
	}
	head := f.fold(f.tokenAt(mission.Start))
	return head == "mission" || head == "delegation" || head == "representation"
}

// inSymbol reports whether the span is the head of a document's symbol:
// "CRC/C/TUN/CO/4-6", "ICTR-98-41".
func (f *finder) inSymbol(span extractors.Span) bool {
	rest := f.S[span.End:]
	if rest == "" || rest[0] != '/' && rest[0] != '-' {
		return false
	}
	word, _, _ := strings.Cut(rest[:min(len(rest), 24)], " ")
	n := strings.IndexFunc(word, func(r rune) bool {
		return !(r == '/' || r == '-' || r == '.' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z')
	})
	if n >= 0 {
		word = word[:n]
	}
	return len(word) > 2 && (word[0] == '/' || word[1] >= '0' && word[1] <= '9') && strings.ContainsAny(word, "0123456789")
}

// inHandle reports whether the span is a part of what names an account or a
// file, "@Velmisa_org", "plan_Velmisa.pdf"; "_Velmisa_" is emphasis.
func (f *finder) inHandle(span extractors.Span) bool {
	s := f.S
	word := func(i int) bool {
		return i >= 0 && i < len(s) && s[i] != '_' && s[i] > ' ' && s[i] != '.' && s[i] != ','
	}
	return span.Start > 0 && (s[span.Start-1] == '@' || s[span.Start-1] == '_' && word(span.Start-2)) ||
		span.End < len(s) && (s[span.End] == '@' || s[span.End] == '_' && word(span.End+1))
}

// aPost reports whether an unknown name is that of a post: "Sous-Secrétaire
// général pour la coordination", or begins with what the stop-list has and goes
// on in small letters.
func (f *finder) aPost(span extractors.Span) bool {
	i := f.tokenAt(span.Start)
	if w := f.fold(i); w == "feu" || w == "feue" {
		i++
	}
	first := f.fold(i)
	if f.hyphenated(i) {
		first += "-" + f.fold(i+2)
	}
	if posts[first] && f.tokenAt(span.End) > i+1 || ranks[first] && f.class(i+1)&of != 0 {
		return true
	}
	_, end, ok := stops().names.Longest(f.Tokens, i)
	if !ok {
		return false
	}
	for ; end < len(f.Tokens) && f.Tokens[end].Start < span.End; end++ {
		if f.is(end, extractors.IsCap) {
			return false
		}
	}
	return true
}

// posts open the titles of officials in French, folded.
var posts = map[string]bool{"secretaire": true, "sous-secretaire": true, "directeur": true, "directrice": true, "coordonnateur": true, "coordonnatrice": true,
	"coordinateur": true, "coordinatrice": true, "representant": true, "representante": true, "haut-representant": true, "conseiller": true, "conseillere": true,
	"rapporteur": true, "rapporteuse": true, "ambassadeur": true, "ambassadrice": true, "gouverneur": true, "gouverneure": true, "ministre": true,
	"vice-president": true, "vice-presidente": true, "envoye": true, "envoyee": true}

// ranks open titles with "de" behind them, folded: "Président du Conseil".
var ranks = setOf(`general marechal colonel commandant capitaine chef cheffe chefs president presidente procureur procureure maire maires prefet prefete doyen doyenne
	recteur rectrice depute deputee senateur senatrice chancelier attache attachee charge chargee membre membres responsable juge greffier`)

// manyBodies reports whether a span is the plural of an acronym, "COPAs": a
// class of bodies.
func (f *finder) manyBodies(span extractors.Span) bool {
	s := f.surface(span)
	n := len(s) - 1
	return n >= 2 && s[n] == 's' && strings.ToUpper(s[:n]) == s[:n] && strings.ToLower(s[:n]) != s[:n] && !strings.ContainsAny(s, " .'’")
}
