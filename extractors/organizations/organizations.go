// Package organizations finds the names of organizations in French and English
// text, in three ways that feed each other:
//
//   - the table of known bodies, by name and by acronym;
//   - definitions, "Long Name (ACR)" and "ACR (Long Name)", which name a body
//     and its acronym for the rest of the document and for the corpus;
//   - head nouns with the grammar of names: "Ministère de la Santé", "Peace and
//     Recovery Division".
//
// Acronyms that the document leaves open are reported as candidates (see
// extractors.Certain); the reduce step confirms those that another document
// defines.
package organizations

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
	dictionary "tamis/extractors/vocabulary"
)

// Extractor finds organizations.
var Extractor = &extractors.Extractor{
	Name: "organizations",
	Doc:  "names and acronyms of organizations and of their named parts",
	Type: extractors.Org,
	Find: find,
}

// A finder works on one text.
type finder struct {
	*extractors.Text
	lex   *lexicon
	words *extractors.Words
	found []extractors.Mention
	// charges are the portfolios of the text, once they were asked for.
	charges []extractors.Span
	asked   bool
	// known holds what the document itself defines or names in full:
	// acronym, organization.
	known  map[string]meaning
	starts uint64         // a bit for the first token of each of them, see startBit
	tokens map[uint64]int // by the hash of that token, how many tokens the longest of them has
	named  map[int32]bool // organizations of the table whose name stands in the text
	// denied holds the acronyms that the document defines as something else:
	// "disaster risk reduction (DRR)".
	denied map[string]bool

	bare   map[string]int // see alone
	counts map[string]int // see count

	line, token int // where lang and tokenAt looked last
}

type meaning struct{ norm, entity string }

func find(t *extractors.Text) []extractors.Mention {
	f := newFinder(t)
	f.findNames()
	f.findHeads()
	f.findIntroduced()
	f.found = extractors.Resolve(f.severed(f.found))
	f.findDefinitions()
	f.findAcronyms()
	f.normByAcronym()
	return extractors.Resolve(f.found)
}

// severed leaves out names by their head that run over two names of the table,
// "Haut-Commissariat … pour les réfugiés et du Programme … pour le développement",
// or from one to a place: "… pour les réfugiés au Tchad".
func (f *finder) severed(found []extractors.Mention) []extractors.Mention {
	var table []extractors.Mention
	for _, m := range found {
		if m.Rule == "table" && strings.Contains(f.surface(m.Span), " ") {
			table = append(table, m)
		}
	}
	slices.SortFunc(table, extractors.Compare)
	return slices.DeleteFunc(found, func(m extractors.Mention) bool {
		if m.Rule != HeadNoun {
			return false
		}
		i, _ := slices.BinarySearchFunc(table, m.Start, func(t extractors.Mention, start int) int { return t.Start - start })
		if i < len(table) && table[i].Start == m.Start && (strings.HasPrefix(f.S[table[i].End:], " au ") || strings.HasPrefix(f.S[table[i].End:], " aux ")) {
			return true
		}
		if i+1 >= len(table) || !m.Contains(table[i].Span) || !m.Contains(table[i+1].Span) || table[i].End >= table[i+1].Start {
			return false
		}
		between := f.S[table[i].End:table[i+1].Start]
		return strings.HasPrefix(between, " et ") || strings.HasPrefix(between, " and ")
	})
}

func newFinder(t *extractors.Text) *finder {
	return &finder{Text: t, lex: load(), words: vocabulary(), known: map[string]meaning{}, named: map[int32]bool{}, denied: map[string]bool{}, tokens: map[uint64]int{}}
}

// lang is LangAt, quick where one asks in order.
func (f *finder) lang(offset int) string {
	if f.line >= len(f.Lines) || f.Lines[f.line].Start > offset || f.line+1 < len(f.Lines) && f.Lines[f.line+1].Start <= offset {
		if f.line = f.LineAt(offset); f.line < 0 {
			f.line = 0
			return f.Lang
		}
	}
	if lang := f.Lines[f.line].Lang; lang != "" {
		return lang
	}
	return f.Lang
}

// know notes what the acronym at the span stands for in this document.
func (f *finder) know(acronym extractors.Span, as meaning) {
	f.known[plainHyphens(f.surface(acronym))] = as
	i := f.tokenAt(acronym.Start)
	start, n := hash(f.text(i)), 1
	for i+n < len(f.Tokens) && f.Tokens[i+n].Start < acronym.End {
		n++
	}
	f.starts |= startBit(start)
	f.tokens[start] = max(f.tokens[start], n)
}

// longest returns how many tokens an acronym that the table or the document knows
// has at most if it starts with token i; 0 if there is none.
func (f *finder) longest(i int) (n int) {
	start := hash(f.text(i))
	if f.lex.starts.Has(start) {
		n = f.lex.tokens[start]
	}
	if f.starts&startBit(start) != 0 {
		n = max(n, f.tokens[start])
	}
	return min(n, max(f.lex.long, 3))
}

func startBit(h uint64) uint64 { return 1 << (h >> 58) }

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// Link completes the organizations of a text when something else, the tagger
// for one, has settled their spans: found holds them in order, without a norm
// where nothing is known yet. Names get the norm of the table or of themselves,
// acronyms that of the name that the document defines them by. Acronyms that
// follow a name in brackets, and what repeats them, are added.
func Link(t *extractors.Text, found []extractors.Mention) []extractors.Mention {
	f := newFinder(t)
	for i := range found {
		if o, ok := f.lex.lookup(found[i].Entity); ok && found[i].Rule == "table" && found[i].Confidence >= extractors.Certain {
			f.named[o] = true
		}
	}
	f.found = f.shape(found)
	for i := range f.found {
		if m := &f.found[i]; m.Norm == "" {
			f.name(m)
		}
	}
	f.bracketed()
	kept := f.found[:0]
	for _, m := range f.found {
		if _, known := Lookup(m.Entity); m.Rule != taggerRule || known || !f.noBody(m.Span) || f.owner(&m) {
			kept = append(kept, m)
		}
	}
	f.found = kept
	f.findDefinitions()
	defined := map[string]bool{} // entities that an acronym stands for
	for _, k := range f.known {
		defined[k.entity] = true
	}
	f.found = slices.DeleteFunc(f.found, func(m extractors.Mention) bool {
		_, known := Lookup(m.Entity)
		switch {
		case f.inSymbol(m.Span), f.inHandle(m.Span), m.Span.Len() > 3 && roman(f.surface(m.Span)):
			return true
		case m.Confidence < extractors.Certain || m.Rule == "definition" || m.Rule == "table":
			return false
		case f.denied[plainHyphens(f.surface(m.Span))]:
			return true
		}
		return !known && !defined[m.Entity] && (f.stopped(m.Span) || f.aClass(m.Span) || f.lowerCase(m.Span) || f.manyBodies(m.Span) || f.aPost(m.Span) || f.inCharge(m.Span) || f.met(m.Span))
	})
	for i := range f.found {
		m := &f.found[i]
		if k, ok := f.known[plainHyphens(f.surface(m.Span))]; ok && m.Rule != "definition" {
			m.Norm, m.Entity, m.Rule = k.norm, k.entity, "definition"
			m.Confidence = max(m.Confidence, 0.9)
		}
	}
	f.findAcronyms()
	f.normByAcronym()
	return extractors.Resolve(f.found)
}

// KnownAt returns the organization of the table whose name or acronym starts at
// an offset of the text, and where that ends; nil where there is none, or where
// something else is called so too.
func KnownAt(t *extractors.Text, start int) (o *Organization, end int) {
	lex := load()
	i, _ := slices.BinarySearchFunc(t.Tokens, start, func(t extractors.Token, o int) int { return t.Start - o })
	if i == len(t.Tokens) {
		return nil, 0
	}
	if v, stop, ok := lex.names.Longest(t.Tokens, i); ok && !lex.forms[v].ambiguous {
		return lex.org(lex.forms[v].org), t.Tokens[stop-1].End
	}
	word := t.S[t.Tokens[i].Start:t.Tokens[i].End]
	if stops().acronyms[word] {
		return nil, 0
	}
	for _, a := range lex.meant(word) {
		if !a.ambiguous {
			return lex.org(a.org), t.Tokens[i].End
		}
	}
	return nil, 0
}

// IsParty reports whether the table has a party of that acronym, be it of others
// too.
func IsParty(acronym string) bool {
	lex := load()
	for _, a := range lex.meant(acronym) {
		if lex.org(a.org).Kind == "party" {
			return true
		}
	}
	return false
}

// normByAcronym makes the acronym by which an English text defines a body its
// norm, as the table does with the bodies that it knows; what identifies the body
// is its name all the same.
func (f *finder) normByAcronym() {
	var acronyms map[string]string // by entity
	for i := range f.found {
		m := &f.found[i]
		surface := f.surface(m.Span)
		if k, ok := f.known[plainHyphens(surface)]; !ok || k.entity != m.Entity || f.lang(m.Start) != "en" {
			continue
		}
		if _, listed := Lookup(m.Entity); listed || acronyms[m.Entity] != "" {
			continue
		}
		if acronyms == nil {
			acronyms = make(map[string]string)
		}
		acronyms[m.Entity] = surface
	}
	if acronyms == nil {
		return
	}
	for i := range f.found {
		m := &f.found[i]
		if a := acronyms[m.Entity]; a != "" && f.lang(m.Start) == "en" {
			m.Norm = a
		}
	}
}

// bracketed joins what an acronym in the middle of a name parted: "Cash-Based
// Interventions (CBI) Unit" is one name, and CBI stands for it from there on.
func (f *finder) bracketed() {
	kept := f.found[:0]
	for _, m := range f.found {
		s := f.surface(m.Span)
		if i := strings.IndexByte(s, ')'); i > 0 && strings.IndexByte(s, '(') < 0 && m.Start > 1 && f.S[m.Start-1] == '(' && m.Rule == taggerRule {
			if n := len(kept); n > 0 && kept[n-1].End == m.Start-2 {
				kept[n-1].End, kept[n-1].Norm, kept[n-1].Entity = m.End, "", ""
				f.name(&kept[n-1])
			}
			continue // "(CBI) Unit" is none without what stands before it
		}
		kept = append(kept, m)
	}
	f.found = kept
	for k := range f.found {
		m := &f.found[k]
		if open := strings.IndexByte(f.surface(m.Span), '('); open > 0 { // whole already
			if acr, ok := f.acronymAt(f.tokenAt(m.Start + open + 1)); ok && m.Contains(acr) && acr.End < len(f.S) && f.S[acr.End] == ')' {
				if _, listed := Lookup(m.Entity); !listed && acr.End+1 < m.End {
					name := tidy(f.S[m.Start:m.Start+open] + f.S[acr.End+1:m.End])
					m.Norm, m.Entity = name, "org:"+extractors.Slug(name)
				}
				f.know(acr, meaning{m.Norm, m.Entity})
			}
			continue
		}
		i := f.tokenAt(m.End)
		if f.byteAt(i) != '(' || i+3 >= len(f.Tokens) {
			continue
		}
		acr, ok := f.acronymAt(i + 1)
		j := f.tokenAt(acr.End)
		if !ok || f.byteAt(j) != ')' || !f.is(j+1, extractors.IsCap) || f.is(j+1, extractors.IsLine) || f.class(j+1)&headEN == 0 {
			continue
		}
		m.End = f.Tokens[j+1].End
		name := tidy(f.surface(extractors.Span{Start: m.Start, End: f.Tokens[i-1].End}) + " " + f.text(j+1))
		m.Norm, m.Entity = name, "org:"+extractors.Slug(name)
		f.know(acr, meaning{m.Norm, m.Entity})
	}
	f.found = extractors.Resolve(f.found)
}

// lowerCase reports whether a span has no capital and no head that names bodies
// in small letters, or begins in small letters with another word and runs on:
// such words are none of a name.
func (f *finder) lowerCase(span extractors.Span) bool {
	i := f.tokenAt(span.Start)
	if h, next := f.headAt(i); h != 0 {
		end := f.tokenAt(span.End)
		if f.is(i, extractors.IsCap) || end <= next {
			return !f.is(i, extractors.IsCap) // a common noun alone
		}
		where := f.content(next, end)
		return where > next && where < end && seats[f.fold(where)] && !strings.ContainsFunc(f.surface(span), unicode.IsUpper) // "tribunal du lieu de l'infraction"
	}
	capital, words := false, 0
	for j := i; j < len(f.Tokens) && f.Tokens[j].Start < span.End; j++ {
		words++
		if r, _ := utf8.DecodeRuneInString(f.text(j)); unicode.IsLetter(r) && !unicode.IsLower(r) || f.Tokens[j].Shape&extractors.HasDigit != 0 {
			capital = true
		}
	}
	first, _ := utf8.DecodeRuneInString(f.text(i))
	return !capital || words > 5 && unicode.IsLower(first)
}

// seats say in French which body of its kind has to do with a matter, and name
// none, folded.
var seats = setOf(`lieu siege domicile ressort departement region commune residence etablissement entreprise personne demandeur defendeur`)

// name gives a mention of the tagger its norm and entity.
func (f *finder) name(m *extractors.Mention) {
	surface := f.surface(m.Span)
	i := f.tokenAt(m.Start)
	if e, ok := f.explained(m.Span, i); ok {
		m.Norm, m.Entity = e.Norm, e.Entity
		return
	}
	if v, ok := f.lex.names.Lookup(surface); ok {
		o := f.lex.org(f.lex.forms[v].org)
		m.Norm, m.Entity = o.NormIn(f.lang(m.Start)), o.Entity()
		return
	}
	if span, ok := f.acronymAt(i); ok && span == m.Span {
		m.Rule = Unexplained
	}
	u := f.unknown(m.Span, m.Rule, m.Confidence)
	m.Norm, m.Entity = u.Norm, u.Entity
}

// Unexplained is the rule of an acronym that is surely an organization but
// that its document does not explain; the corpus may.
const Unexplained = "tagger-acronym"

func (f *finder) surface(s extractors.Span) string { return f.S[s.Start:s.End] }

func (f *finder) text(i int) string { return f.S[f.Tokens[i].Start:f.Tokens[i].End] }

func (f *finder) is(i int, shape extractors.Shape) bool {
	return i >= 0 && i < len(f.Tokens) && f.Tokens[i].Shape&shape != 0
}

// byteAt returns the one-byte token i, or 0.
func (f *finder) byteAt(i int) byte {
	if i < 0 || i >= len(f.Tokens) || f.Tokens[i].Len() != 1 {
		return 0
	}
	return f.S[f.Tokens[i].Start]
}

// findNames finds the names of the table. A name of one or two words needs its
// capitals; a longer one is told from common words by its length alone.
func (f *finder) findNames() {
	var unsure []extractors.Mention
	for i := 0; i < len(f.Tokens); {
		if !f.is(i, extractors.IsWord|extractors.IsNumber) {
			i++
			continue
		}
		v, end, ok := f.lex.names.Longest(f.Tokens, i)
		if !ok {
			i++
			continue
		}
		fm := f.lex.forms[v]
		span := extractors.Span{Start: f.Tokens[i].Start, End: f.Tokens[end-1].End}
		if !f.capitalised(i, end, int(fm.words)) || f.gluedHyphen(i, end) || f.pluralOf(fm, i, end) {
			i++
			continue
		}
		o := f.lex.org(fm.org)
		m := extractors.Mention{Span: span, Type: extractors.Org, Norm: o.NormIn(f.lang(span.Start)), Entity: o.Entity(),
			Rule: "table", Confidence: 0.97}
		if fm.ambiguous {
			unsure = append(unsure, m)
		} else {
			f.named[fm.org] = true
			f.found = append(f.found, m)
		}
		i = end
	}
	for _, m := range unsure {
		if o, _ := f.lex.lookup(m.Entity); f.named[o] {
			m.Confidence = 0.7
			f.found = append(f.found, m)
		}
	}
}

// pluralOf reports whether tokens [i, end) name a class of bodies where the
// table has one of them: "équipes de pays des Nations Unies".
func (f *finder) pluralOf(fm form, i, end int) bool {
	if fm.words < 2 {
		return false
	}
	if !fm.plural && strings.HasSuffix(f.text(i), "s") && end > i+1 && !f.is(i, extractors.IsUpper) && f.class(i)&plural != 0 {
		return true
	}
	o := f.lex.org(fm.org)
	return f.is(end-1, extractors.IsWord) && f.class(end-1)&plural != 0 && strings.HasSuffix(f.text(end-1), "s") && !strings.HasSuffix(o.NameEN, "s") && f.lang(f.Tokens[i].Start) != "fr"
}

// capitalised reports whether tokens [i, end) have the capitals that a name of
// so many words needs.
func (f *finder) capitalised(i, end, words int) bool {
	first := f.is(i, extractors.IsCap) || f.articled(i)
	if !first {
		r, _ := utf8.DecodeRuneInString(f.text(i))
		first = !unicode.IsLower(r) // scripts without case
	}
	if words >= 4 {
		return true
	}
	if !first {
		return false
	}
	if words == 1 {
		return true
	}
	// "Conseil de sécurité" has one capital, "Conseil" at the head of a
	// sentence says little by itself: the words between settled it.
	return true
}

// articled reports whether token i is an Arabic article in small letters that a
// hyphen joins to a capital: "al-Velmisa".
func (f *finder) articled(i int) bool {
	switch f.text(i) {
	case "al", "el", "as", "an", "ar", "ash", "at":
		return f.byteAt(i+1) == '-' && f.is(i+2, extractors.IsCap) && f.Tokens[i].End == f.Tokens[i+1].Start && f.Tokens[i+1].End == f.Tokens[i+2].Start
	}
	return false
}

// gluedHyphen reports whether a hyphen joins the span to another word:
// "ONU-Femmes" is not "ONU". "OIM-ONG" is two bodies side by side, though, so
// a capital acronym on the other side is no glue.
func (f *finder) gluedHyphen(i, end int) bool {
	if f.byteAt(i-1) == '-' && f.Tokens[i-1].End == f.Tokens[i].Start && i >= 2 && f.Tokens[i-2].End == f.Tokens[i-1].Start && f.is(i-2, extractors.IsWord) && !f.is(i-2, extractors.IsUpper) {
		return true
	}
	if f.byteAt(end) == '-' && f.Tokens[end].Start == f.Tokens[end-1].End && f.is(end+1, extractors.IsWord) && f.Tokens[end+1].Start == f.Tokens[end].End && !f.is(end+1, extractors.IsUpper) {
		return true
	}
	return false
}

// unknown returns the mention of a body outside the table.
func (f *finder) unknown(span extractors.Span, rule string, confidence float32) extractors.Mention {
	name := tidy(f.surface(span))
	return extractors.Mention{Span: span, Type: extractors.Org, Norm: name, Entity: "org:" + extractors.Slug(name), Rule: rule, Confidence: confidence}
}

// tidy returns a name as it is written once: white space single, hyphens and
// apostrophes plain.
func tidy(name string) string {
	if isTidy(name) {
		return name
	}
	return strings.Join(strings.Fields(plainer.Replace(name)), " ")
}

var plainer = strings.NewReplacer("’", "'", "‑", "-")

// isTidy reports whether tidy has nothing to do: words of letters and accents
// with one space between them.
func isTidy(name string) bool {
	space := true
	for i := range len(name) {
		switch c := name[i]; {
		case c == ' ' && space, c < ' ', c == 0xC2, 0xE1 <= c && c <= 0xE3: // the lead bytes of other spaces, apostrophes, hyphens
			return false
		default:
			space = c == ' '
		}
	}
	return !space
}

// findDefinitions reads "Long Name (ACR)" and "ACR (Long Name)".
func (f *finder) findDefinitions() {
	var add []extractors.Mention
	k := 0 // the first mention that does not end before the bracket
	for i := 1; i+2 < len(f.Tokens); i++ {
		if f.byteAt(i) != '(' {
			continue
		}
		at := i + 1
		if f.fold(at) == "the" {
			at++ // "(the ACR)"
		}
		acr, ok := f.acronymAt(at)
		if !ok {
			if !f.title(at) || f.byteAt(at+1) != ')' {
				continue
			}
			acr = f.Tokens[at].Span // "(Cnuced)"
		}
		closing := f.tokenAt(acr.End)
		if c := f.byteAt(closing); c != ')' && c != ',' && c != ';' && c != ':' || f.is(closing, extractors.IsLine) {
			continue
		}
		name := f.surface(acr)
		if countries[name] {
			if span, ok := f.initials(i, name); !ok || !f.orgLike(span) {
				f.denied[plainHyphens(name)] = true // "Royal Society of Chemistry (UK)"
				continue
			}
		}
		var owner extractors.Mention
		for k < len(f.found) && f.found[k].End < f.Tokens[i-1].End {
			k++
		}
		if k < len(f.found) && f.found[k].End == f.Tokens[i-1].End {
			if !ok && !f.spells(f.found[k].Span, name) {
				continue
			}
			owner = f.partDefined(f.found[k], i, name)
		} else if !ok {
			continue
		} else if span, ok := f.initials(i, name); ok && f.orgLike(span) && !f.noBody(span) {
			owner = f.unknown(span, "definition", 0.85)
			add = append(add, owner)
		} else {
			if f.expands(i, name) || !f.listed(name) && f.ofWork(i) {
				f.denied[plainHyphens(name)] = true
			}
			continue
		}
		if stops().acronyms[name] {
			if f.stopped(owner.Span) {
				f.denied[plainHyphens(name)] = true // "organisation non gouvernementale (ONG)"
				continue
			}
			if _, spelled := f.initials(i, name); !spelled && !f.expands(i, name) {
				continue // "UNAMA (HQ)"
			}
		}
		m := extractors.Mention{Span: acr, Type: extractors.Org, Norm: owner.Norm, Entity: owner.Entity, Rule: "definition", Confidence: 0.95}
		m.SetAttr(extractors.AttrDefines, owner.Norm)
		m.SetAttr(extractors.AttrName, tidy(f.surface(owner.Span)))
		f.know(acr, meaning{owner.Norm, owner.Entity})
		add = append(add, m)
	}
	if len(add) > 0 {
		f.found = extractors.Resolve(append(f.found, add...))
	}
}

// title reports whether token i is a word of three letters or more of which only
// the first is a capital, as French texts write acronyms that one can speak:
// "Cnuced", "Unicef".
func (f *finder) title(i int) bool {
	return f.is(i, extractors.IsCap) && !f.is(i, extractors.IsUpper|extractors.HasDigit) && isTitle(f.text(i))
}

func isTitle(s string) bool {
	if len(s) < 3 || len(s) > 14 {
		return false
	}
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) || unicode.IsUpper(r) != (n == 0) {
			return false
		}
		n++
	}
	return true
}

// spells reports whether an acronym is made of the beginnings of the words of a
// name, in order: of its first word, and of others as many letters as it takes.
func (f *finder) spells(name extractors.Span, acronym string) bool {
	letters := extractors.Fold(acronym)
	var words []string
	for i := f.tokenAt(name.Start); i < len(f.Tokens) && f.Tokens[i].End <= name.End; i++ {
		if f.is(i, extractors.IsWord) {
			words = append(words, f.fold(i))
		}
	}
	// reached[k]: the first k letters are spelled by the words so far
	var reached [16]bool
	if len(words) < 2 || words[0] == "" || letters == "" || len(letters) >= len(reached) || words[0][0] != letters[0] {
		return false
	}
	reached[0] = true
	for n, w := range words {
		next := reached
		if n == 0 {
			next = [16]bool{}
		}
		for k := range len(letters) {
			if !reached[k] {
				continue
			}
			for l := 0; l < len(w) && k+l < len(letters) && w[l] == letters[k+l]; l++ {
				next[k+l+1] = true
			}
		}
		reached = next
	}
	return reached[len(letters)]
}

// countries are acronyms of countries that stand in brackets behind a body that
// sits there.
var countries = map[string]bool{"UK": true, "US": true, "USA": true, "UAE": true, "EAU": true, "RDC": true, "DRC": true, "RCA": true, "RCI": true, "CI": true, "PNG": true}

// tokenAt returns the index of the first token that starts at or after the
// byte offset.
func (f *finder) tokenAt(offset int) int {
	if i := f.token; i < len(f.Tokens) && f.Tokens[i].Start < offset {
		for n := 0; n < 16; n++ {
			if i++; i == len(f.Tokens) || f.Tokens[i].Start >= offset {
				f.token = i
				return i
			}
		}
	}
	i, _ := slices.BinarySearchFunc(f.Tokens, offset, func(t extractors.Token, o int) int { return t.Start - o })
	f.token = i
	return i
}

// acronymAt returns the span of what looks like an acronym at token i: two
// capitals or more, at most 14 bytes, perhaps with a hyphen, a digit or a small
// letter in it ("UN-Habitat", "UNCTAD", "G5", "HIHFAD", "UNMiSS").
func (f *finder) acronymAt(i int) (extractors.Span, bool) {
	if !f.is(i, extractors.IsWord) || !f.is(i, extractors.IsCap) {
		return extractors.Span{}, false
	}
	span := f.Tokens[i].Span
	for j := i; span.Len() <= 14 && f.byteAt(j+1) == '-' && f.Tokens[j+1].Start == span.End && j+2 < len(f.Tokens) && f.Tokens[j+2].Start == f.Tokens[j+1].End &&
		f.is(j+2, extractors.IsWord|extractors.IsNumber); j += 2 {
		span.End = f.Tokens[j+2].End
	}
	if span.Len() > 14 {
		span = f.Tokens[i].Span
	}
	if span.Len() < 2 {
		return span, false
	}
	capitals, others := 0, 0
	for _, r := range f.surface(span) {
		if unicode.IsUpper(r) {
			capitals++
		} else {
			others++
		}
	}
	return span, capitals >= 2 && capitals >= others && span.Len() <= 14 && !roman(f.surface(span))
}

// roman reports whether s is a roman numeral such as "XXII" or "CMXXVII":
// sessions, centuries and paragraphs look like acronyms. One with hundreds in it
// must be long and well-formed, for CIVIC, CCI and MDC are bodies.
func roman(s string) bool {
	if strings.Trim(s, "IVXL") == "" {
		return true
	}
	if len(s) < 5 {
		return false
	}
	for _, digit := range numerals {
		s = strings.TrimPrefix(s, digit)
	}
	return s == ""
}

// numerals are the digits of roman numerals, to 3,999: of each place the longest
// that begin alike first.
var numerals = []string{"MMM", "MM", "M", "CM", "CD", "DCCC", "DCC", "DC", "D", "CCC", "CC", "C", "XC", "XL", "LXXX", "LXX", "LX", "L", "XXX", "XX", "X", "IX", "IV", "VIII", "VII", "VI", "V", "III", "II", "I"}

// partDefined returns the organization that the acronym in the bracket at token
// i stands for behind a name: the name, or the parent at its end, as in "Finance
// Committee of the Mission Aviation Fellowship (MAF)".
func (f *finder) partDefined(whole extractors.Mention, i int, acronym string) extractors.Mention {
	if whole.Rule == "table" {
		return whole
	}
	part, ok := f.initials(i, acronym)
	if !ok || part.Start <= whole.Start || part.End != whole.End || part.Len() == len(acronym) {
		return whole
	}
	before := f.tokenAt(part.Start) - 1
	if f.class(before)&(of|articleFR) == 0 && f.fold(before) != "the" || !f.orgLike(part) {
		return whole
	}
	if v, ok := f.lex.names.Lookup(f.surface(part)); ok {
		o := f.lex.org(f.lex.forms[v].org)
		return extractors.Mention{Span: part, Norm: o.NormIn(f.lang(part.Start)), Entity: o.Entity()}
	}
	return f.unknown(part, "definition", 0.85)
}

// initials goes back from the bracket at token i to where a name starts whose
// words begin with the letters of the acronym: a simplification of Schwartz
// and Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in
// Biomedical Text" (2003), on the initials of words, where small words may be
// skipped.
func (f *finder) initials(i int, acronym string) (extractors.Span, bool) {
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, extractors.Fold(acronym))
	k := len(letters)
	start := -1
	for j := i - 1; j >= 0 && i-j <= 3*len(letters)+6 && k > 0; j-- {
		if f.Tokens[j].Shape&(extractors.IsWord|extractors.IsNumber) == 0 {
			if c := f.byteAt(j); c != '-' && c != ',' && c != '\'' && c != '&' {
				break
			}
			continue
		}
		word := extractors.Fold(strings.TrimRight(f.text(j), "'’"))
		switch {
		case word[0] == letters[k-1]:
			k--
			start = j
		case f.words.Of(word)&small != 0:
		case k < len(letters) && strings.IndexByte(word, letters[k-1]) > 0 && strings.Contains(word, letters[k-1:k]):
			// a word that gives two letters, "AgroParis": try its first
			if k >= 2 && word[0] == letters[k-2] {
				k -= 2
				start = j
			}
		default:
			if f.Tokens[j].Shape&extractors.IsCap == 0 && k == len(letters) {
				return extractors.Span{}, false
			}
		}
		if f.Tokens[j].Shape&extractors.IsLine != 0 {
			break
		}
	}
	if k > 0 || start < 0 || !f.is(start, extractors.IsCap) {
		return extractors.Span{}, false
	}
	return extractors.Span{Start: f.Tokens[start].Start, End: f.Tokens[i-1].End}, true
}

// expands reports whether the words before the bracket at token i, in small
// letters or capitals, begin with the letters of the acronym, one word a letter
// but for small words; a plural s of the acronym stands for nothing, nor does a
// last word that the acronym leaves out, "unregulated fishing (IUU)".
func (f *finder) expands(i int, acronym string) bool {
	letters := extractors.Fold(strings.TrimSuffix(acronym, "s"))
	k := len(letters)
	for j := i - 1; j >= 0 && k > 0; j-- {
		if !f.is(j, extractors.IsWord) {
			if c := f.byteAt(j); c == '-' || c == '*' || c == '"' || c == ',' {
				continue
			}
			return false
		}
		w := f.fold(j)
		switch {
		case w != "" && w[0] == letters[k-1]:
			k--
		case j == i-1 && len(letters) > 2 && !f.is(j, extractors.IsCap):
		case f.class(j)&small == 0:
			return false
		}
		if f.Tokens[j].Shape&extractors.IsLine != 0 {
			break
		}
	}
	return k == 0
}

// listed reports whether the table has a body of that acronym which nothing else
// is called by.
func (f *finder) listed(acronym string) bool {
	for _, a := range f.lex.meant(plainHyphens(acronym)) {
		if !a.ambiguous {
			return true
		}
	}
	return false
}

// workReach is how many tokens before a bracket are looked at for what it
// abbreviates.
const workReach = 18

// ofWork reports whether the bracket at token i abbreviates a work of bodies,
// which a capital opens or ends nearer to it than any head of a name: "Accord
// politique pour la paix (APPR)", "Concept of Operations (CONOPS)".
func (f *finder) ofWork(i int) bool {
	for j := i - 1; j >= max(0, i-workReach); j-- {
		switch c := f.byteAt(j); {
		case c == '.' && f.Tokens[j].End < f.Tokens[j+1].Start, c == ';', c == ':':
			return false
		case !f.is(j, extractors.IsCap):
		case works[f.fold(j)], papers[f.fold(j)], schemes[f.fold(j)]:
			return true
		case f.class(j)&headMask != 0:
			return false
		}
		if f.Tokens[j].Shape&extractors.IsLine != 0 {
			return false
		}
	}
	return false
}

// orgLike reports whether a name that an acronym follows is one of a body: it
// holds a head noun.
func (f *finder) orgLike(span extractors.Span) bool {
	for i := f.tokenAt(span.Start); i < len(f.Tokens) && f.Tokens[i].End <= span.End; i++ {
		if f.class(i)&headMask != 0 {
			return true
		}
	}
	return false
}

// findAcronyms finds the acronyms of the document and of the table. One that
// nothing explains is a candidate.
func (f *finder) findAcronyms() {
	var add []extractors.Mention
	k := 0
	for i := 0; i < len(f.Tokens); i++ {
		if f.Tokens[i].Shape&extractors.IsCap == 0 {
			continue
		}
		for k < len(f.found) && f.found[k].End <= f.Tokens[i].Start {
			k++
		}
		if k < len(f.found) && f.found[k].Start <= f.Tokens[i].Start {
			continue // inside a name
		}
		m, ok := f.pointed(i)
		if !ok {
			m, ok = f.acronym(i)
		}
		if ok {
			add = append(add, m)
			for i+1 < len(f.Tokens) && f.Tokens[i+1].Start < m.End {
				i++
			}
		}
	}
	f.found = append(f.found, add...)
}

// addresses are what somebody of rank is called by letters with points, which is no
// body: "S.E.M.", Son Excellence Monsieur.
var addresses = map[string]bool{"SEM": true, "SEMM": true, "SEMME": true, "SAR": true, "SAS": true, "HRH": true, "HEM": true}

// pointed reads an acronym of three letters or more at token i that has a point
// behind each, "P.N.U.D.", and that the document or the table knows without them.
// So written it is no other word: it need not be evident which one is meant if the
// table has one alone in the language.
func (f *finder) pointed(i int) (extractors.Mention, bool) {
	if f.Tokens[i].Len() > 2 || f.byteAt(i+1) != '.' || i > 0 && f.byteAt(i-1) == '.' && f.Tokens[i-1].End == f.Tokens[i].Start {
		return extractors.Mention{}, false
	}
	var letters strings.Builder
	j := i
	for f.is(j, extractors.IsCap) && utf8.RuneCountInString(f.text(j)) == 1 && f.byteAt(j+1) == '.' && f.Tokens[j].End == f.Tokens[j+1].Start && (j == i || f.Tokens[j-1].End == f.Tokens[j].Start) {
		letters.WriteString(f.text(j))
		j += 2
	}
	name := letters.String()
	if len(name) < 3 || addresses[name] {
		return extractors.Mention{}, false
	}
	m := extractors.Mention{Span: extractors.Span{Start: f.Tokens[i].Start, End: f.Tokens[j-1].End}, Type: extractors.Org, Rule: "acronym", Confidence: 0.95}
	if k, ok := f.known[name]; ok {
		m.Norm, m.Entity, m.Rule = k.norm, k.entity, "definition"
		return m, true
	}
	org, lang := int32(-1), f.lang(m.Start)
	for _, a := range f.lex.meant(name) {
		switch {
		case a.lang != lang && !f.named[a.org]:
		case org >= 0 && org != a.org && !f.named[a.org]:
			return m, false
		default:
			org = a.org
		}
	}
	if org < 0 {
		return m, false
	}
	o := f.lex.org(org)
	m.Norm, m.Entity = o.NormIn(lang), o.Entity()
	return m, true
}

func (f *finder) acronym(i int) (extractors.Mention, bool) {
	// The longest run of tokens that the table or the document knows.
	end := i
	var best extractors.Mention
	for n, long := 1, f.longest(i); n <= long && i+n <= len(f.Tokens); n++ {
		if n > 1 && f.Tokens[i+n-1].Shape&extractors.IsLine != 0 {
			break
		}
		span := extractors.Span{Start: f.Tokens[i].Start, End: f.Tokens[i+n-1].End}
		if f.gluedHyphen(i, i+n) || f.ofSymbol(i) {
			continue
		}
		if n == 1 && f.title(i) && f.known[f.text(i)] == (meaning{}) && !f.spoken(i) {
			continue
		}
		if m, ok := f.explained(span, i); ok {
			best, end = m, i+n
		}
	}
	if end > i {
		return best, true
	}
	span, ok := f.acronymAt(i)
	if !ok || f.ofSymbol(i) || f.shouting(i) || span.Len() < 3 || stops().acronyms[f.surface(span)] || f.denied[plainHyphens(f.surface(span))] {
		return best, false
	}
	return extractors.Mention{Span: span, Type: extractors.Org, Norm: f.surface(span), Entity: "org:" + extractors.Slug(f.surface(span)),
		Rule: "acronym", Confidence: 0.2}, true
}

// ofSymbol reports whether token i is a part of the symbol of a document, "A/VLR/62/67",
// or of the number of a law, "2010/75/VLR".
func (f *finder) ofSymbol(i int) bool {
	start, end := f.Tokens[i].Start, f.Tokens[i].End
	digit := func(at int) bool { return at >= 0 && at < len(f.S) && '0' <= f.S[at] && f.S[at] <= '9' }
	return start > 0 && f.S[start-1] == '/' && (digit(start-2) || end < len(f.S) && f.S[end] == '/' && digit(end+1))
}

// explained returns the mention of an acronym that the document or the table
// explains.
func (f *finder) explained(span extractors.Span, i int) (extractors.Mention, bool) {
	surface := plainHyphens(f.surface(span))
	m := extractors.Mention{Span: span, Type: extractors.Org, Rule: "acronym", Confidence: 0.95}
	if k, ok := f.known[surface]; ok {
		m.Norm, m.Entity, m.Rule = k.norm, k.entity, "definition"
		return m, true
	}
	if f.denied[surface] {
		return m, false
	}
	lang := f.lang(span.Start)
	var best *acronym
	all := f.lex.meant(surface)
	if len(all) == 0 && isTitle(surface) {
		upper := strings.ToUpper(surface)
		if k, ok := f.known[upper]; ok {
			m.Norm, m.Entity, m.Rule = k.norm, k.entity, "definition"
			return m, true
		}
		if f.denied[upper] {
			return m, false
		}
		all = f.lex.meant(upper)
	}
	for k := range all {
		a := &all[k]
		switch {
		case f.named[a.org]: // its name stands in the document
			best = a
		case a.ambiguous, best != nil && f.named[best.org]:
		case best == nil || best.lang != lang && a.lang == lang:
			best = a
		}
	}
	if best == nil || !f.named[best.org] && stops().acronyms[surface] || !f.named[best.org] && f.shouting(i) && len(surface) < 4 {
		return m, false
	}
	o := f.lex.org(best.org)
	m.Norm, m.Entity = o.NormIn(lang), o.Entity()
	return m, true
}

// spoken reports whether the word with one capital at token i can be an acronym
// that is spoken as a word: it means nothing else, and stands neither where every
// word has a capital nor beside one that makes it part of a name.
func (f *finder) spoken(i int) bool {
	if f.lex.meant(f.text(i)) != nil {
		return true
	}
	if f.is(i, extractors.IsLine) || i == 0 || f.byteAt(i-1) == '.' || dictionary.Of(f.fold(i)) != 0 {
		return false
	}
	beside := func(j, left, right int) bool {
		return f.is(j, extractors.IsWord) && f.is(j, extractors.IsCap) && f.Tokens[right].Start-f.Tokens[left].End <= 1
	}
	return !beside(i-1, i-1, i) && (i+1 == len(f.Tokens) || !beside(i+1, i, i+1) && f.byteAt(i+1) != '-')
}

// shouting reports whether token i stands in a run of capitals, where an
// upper-case word says nothing.
func (f *finder) shouting(i int) bool {
	upper, words := 0, 0
	for j := max(0, i-4); j < min(len(f.Tokens), i+5); j++ {
		if f.is(j, extractors.IsWord) && f.Tokens[j].Len() > 1 {
			words++
			if f.is(j, extractors.IsUpper) {
				upper++
			}
		}
	}
	return words >= 4 && upper*4 >= words*3
}
