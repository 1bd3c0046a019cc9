package organizations

import (
	"strings"

	"tamis/extractors"
	dictionary "tamis/extractors/vocabulary"
)

// Quoted is the rule of names that stand in quotation marks behind what kind of
// body they are, "l'association « Velmisa »", and of what repeats them.
const Quoted = "quoted"

// quotedKinds are bodies whose names stand in quotation marks behind them, folded.
// Projects, films and campaigns have theirs in the same way.
var quotedKinds = setOf(`association asbl ong societe entreprise collectif fondation cooperative syndicat parti cabinet compagnie groupement coalition mouvement
	reseau club mutuelle denommee denomme startup amicale confrerie ngo foundation`)

// mostQuoted bounds the words of a name in quotation marks.
const mostQuoted = 9

// Introduced is the rule of names of which the text says what kind of body they
// are, "Velmisa is a company", "Velmisa, association de pêcheurs", and of what
// repeats them.
const Introduced = "introduced"

// findIntroduced finds names that the text says to be those of bodies, and where
// it repeats them.
func (f *finder) findIntroduced() {
	type named struct {
		first, end int // tokens
		rule       string
	}
	var names []named
	seen := map[uint64]bool{}
	quotes := 0 // straight ones of the line so far
	for i := range f.Tokens {
		if f.is(i, extractors.IsLine) {
			quotes = 0
		}
		if i > 0 && f.is(i, extractors.IsWord|extractors.IsNumber) && !f.opens(i) || len(names) == mostIntroduced {
			continue
		}
		first, end, rule := 0, 0, Quoted
		switch straight := f.byteAt(i) == '"'; {
		case straight && quotes%2 == 1:
			quotes++
			continue // it closes
		case straight:
			quotes++
			first, end = f.quotedAt(i)
		case f.is(i, extractors.IsWord):
			first, end = f.introducedAt(i)
			rule = Introduced
		default:
			first, end = f.quotedAt(i)
		}
		if end == 0 {
			continue
		}
		key := uint64(end - first)
		for k := first; k < end; k++ {
			key = (key ^ f.Tokens[k].Hash) * 0x9E3779B97F4A7C15
		}
		if !seen[key] {
			seen[key] = true
			names = append(names, named{first, end, rule})
		}
	}
	for _, n := range names {
		m := f.unknown(extractors.Span{Start: f.Tokens[n.first].Start, End: f.Tokens[n.end-1].End}, n.rule, 0.9)
		f.found = append(f.found, m)
		words := n.end - n.first
		if words == 1 && (f.Tokens[n.first].Len() < 4 || dictionary.Of(f.fold(n.first))&^dictionary.Proper != 0) {
			continue // "Femmes", which the text may have as a common word
		}
		for i := 0; i+words <= len(f.Tokens); i++ {
			if i == n.first || !f.is(i, extractors.IsCap) || !f.same(n.first, i, words) || words == 1 && f.gluedHyphen(i, i+1) {
				continue
			}
			again := m
			again.Span = extractors.Span{Start: f.Tokens[i].Start, End: f.Tokens[i+words-1].End}
			again.Confidence = 0.85
			f.found = append(f.found, again)
		}
	}
}

// mostIntroduced bounds the names whose repetitions are looked for: a text with
// more is a list, which repeats nothing.
const mostIntroduced = 20

// opens reports whether a sentence may start with token i.
func (f *finder) opens(i int) bool {
	if i == 0 || f.is(i, extractors.IsLine) {
		return true
	}
	switch f.text(i - 1) {
	case ".", "!", "?", "…", "•", "|", "»", "”":
		return f.Tokens[i-1].End < f.Tokens[i].Start
	}
	return false
}

// quotedAt returns the tokens of a name in quotation marks that token i opens; end
// is 0 where there is none. What has one capital in several words is a sentence.
func (f *finder) quotedAt(i int) (first, end int) {
	last := closing(f.text(i))
	if last == "" || i == 0 || !quotedKinds[f.fold(i-1)] || f.is(i, extractors.IsLine) || !f.is(i+1, extractors.IsCap) || pronouns[f.fold(i+1)] || openers[f.fold(i+1)] && f.lang(f.Tokens[i].Start) != "fr" {
		return 0, 0
	}
	words, capitals := 0, 0
	for end = i + 1; ; end++ {
		if end == len(f.Tokens) || end > i+mostQuoted || f.is(end, extractors.IsLine) {
			return 0, 0
		}
		switch f.text(end) {
		case last:
			if end == i+1 || words > 2 && capitals < 2 {
				return 0, 0
			}
			return i + 1, end
		case "«", "»", "“", "”", ":", ";", ".":
			return 0, 0
		}
		if f.is(end, extractors.IsWord|extractors.IsNumber) {
			words++
			if f.is(end, extractors.IsCap|extractors.IsNumber) {
				capitals++
			}
		}
	}
}

// mostIntroducing bounds the words of a name that a sentence introduces.
const mostIntroducing = 8

// introducedAt returns the tokens of a name at the head of the sentence that token
// i opens, of which it says what kind of body it is; end is 0 where there is none.
func (f *finder) introducedAt(i int) (first, end int) {
	if !f.opens(i) {
		return 0, 0
	}
	article := articles[f.fold(i)] && !f.is(i+1, extractors.IsLine)
	if article {
		i++
	}
	if !f.is(i, extractors.IsWord) || !f.is(i, extractors.IsCap) || f.class(i)&(starter|small) != 0 || openers[f.fold(i)] || owners[f.fold(i)] || pronouns[f.fold(i)] {
		return 0, 0
	}
	end = i
	for end < len(f.Tokens) && end < i+mostIntroducing && (end == i || !f.is(end, extractors.IsLine)) {
		if !f.is(end, extractors.IsCap|extractors.IsNumber) && f.class(end)&(small|etFR) == 0 && f.byteAt(end) != '-' && f.byteAt(end) != '&' && f.byteAt(end) != '\'' {
			break
		}
		end++
	}
	for end > i && f.class(end-1)&(small|etFR) != 0 && !f.is(end-1, extractors.IsCap) {
		end--
	}
	if end == i || end == i+mostIntroducing || !f.is(end-1, extractors.IsCap) || end > i+1 && !f.is(i+1, extractors.IsCap) && dictionary.Of(f.fold(i))&(dictionary.CommonEN|dictionary.NounFR|dictionary.OtherFR|dictionary.AdjectiveFR) != 0 {
		return 0, 0 // "Founded in 1951, the organization"
	}
	j := end
	if f.byteAt(j) == '(' { // its acronym
		for k := j + 1; k < min(len(f.Tokens), j+6); k++ {
			if f.byteAt(k) == ')' {
				j = k + 1
				break
			}
		}
	}
	comma := f.byteAt(j) == ','
	if comma {
		j++
	}
	verb := f.fold(j) == "est" || f.fold(j) == "is" || f.fold(j) == "was" || f.fold(j) == "etait"
	if verb {
		j++
	}
	if !verb && !comma || j >= len(f.Tokens) || f.is(j, extractors.IsLine) {
		return 0, 0
	}
	if words := dictionary.Of(f.fold(i)); end == i+1 && !article && words != 0 && !f.is(i, extractors.IsUpper) || words&dictionary.Person != 0 || callings[f.fold(i)] && f.byteAt(i+1) != '-' {
		return 0, 0 // "Hier, une association", "Jane Velmisa, an NGO worker", "Dakar, association"
	}
	french := f.lang(f.Tokens[i].Start) == "fr"
	switch w := f.fold(j); {
	case french && (w == "une" || w == "un"), !french && (w == "a" || w == "an"):
		j++
	case !french || verb:
		return 0, 0
	}
	for n := 0; n < 5 && j < len(f.Tokens) && !f.is(j, extractors.IsLine); n++ {
		switch w := f.fold(j); {
		case introducedKinds[w] && !introducedKinds[f.fold(j+1)]: // but "a nonprofit | organization"
			if !f.isKind(j, french) {
				return 0, 0
			}
			return i, end
		case french && n > 0, f.class(j)&small != 0, !f.is(j, extractors.IsWord) && f.byteAt(j) != '-':
			return 0, 0
		}
		j++
	}
	return 0, 0
}

// isKind reports whether the noun at token j says what something is, and does not
// stand before another noun, "network hub", "société civile": what follows it
// ends it or goes on about the body.
func (f *finder) isKind(j int, french bool) bool {
	next := j + 1
	if next >= len(f.Tokens) || f.is(next, extractors.IsLine) {
		return true
	}
	if !f.is(next, extractors.IsWord) {
		switch f.byteAt(next) {
		case ',', '.', ';', '(', ')', '!', '?':
			return true
		}
		return false
	}
	if f.is(j, extractors.IsPoss) || f.is(next, extractors.IsCap) {
		return false
	}
	w := f.fold(next)
	if french {
		if f.fold(j) == "societe" {
			return societies[w]
		}
		return f.class(next)&small != 0 || afterKind[w] || adjective([]byte(w)) || strings.HasSuffix(f.text(next), "ée") || strings.HasSuffix(f.text(next), "é")
	}
	return w != "of" && afterKind[w]
}

// societies are the words behind "société" that speak of a company, folded.
var societies = setOf(`de du des d specialisee specialise anonyme privee publique familiale creee fondee basee cotee savante cooperative qui dont par a`)

// afterKind are words behind what kind of a body something is, folded.
var afterKind = setOf(`for that which who based in founded established working dedicated with and from to by whose committed operating headquartered created set run owned
	registered specializing specialising focused providing offering supporting promoting non dont qui loi sans fondee creee basee`)

// articles open sentences before names, folded.
var articles = setOf(`la le les l the`)

// pronouns open sentences and are no names, folded.
var pronouns = setOf(`it he she they we you i this that these those there here il elle ils elles nous vous on je ce c cela ceci celui celle who which what one`)

// callings stand before the names of persons, folded.
var callings = setOf(`m mm mme mmes mlle mr mrs ms dr pr prof me monsieur madame maitre sir lady sheikh cheikh`)

// introducedKinds are bodies that something is said to be, folded. What is said to
// be a bank, a party or a group may be a place, a person or a share too.
var introducedKinds = setOf(`association asbl ong entreprise societe fondation collectif cooperative federation syndicat media magazine journal quotidien hebdomadaire startup
	mutuelle organisation company organization ngo nonprofit charity foundation network newspaper firm consortium publisher collective corporation`)

// same reports whether n tokens from j on are those from i on, but for case.
func (f *finder) same(i, j, n int) bool {
	for k := range n {
		if f.Tokens[i+k].Hash != f.Tokens[j+k].Hash || k > 0 && f.is(j+k, extractors.IsLine) || !strings.EqualFold(f.text(i+k), f.text(j+k)) {
			return false
		}
	}
	return true
}

// closing returns the quotation mark that closes what another opens, "" for what
// opens nothing.
func closing(mark string) string {
	switch mark {
	case "«":
		return "»"
	case "“":
		return "”"
	case "\"":
		return "\""
	}
	return ""
}
