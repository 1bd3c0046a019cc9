// Package places finds countries, regions, cities and other named places, in
// French and English.
//
// Most are names of an authored list. A name that means one thing only needs
// a capital; one that is also a word or a person ("Jordan", "Nancy", "Tours")
// needs evidence beside it: a preposition of place, a neighbour that is a
// place, a dateline, or a sure mention elsewhere in the document. Names that
// are not on the list are found where the text says what they are ("district
// de Zindajan", "Massacre River") or where they lie ("in Baga Sola, Chad"). An
// atlas of towns and regions that nobody read one by one adds hints: they help
// the tagger, and tell the country of what it finds.
package places

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// AttrCountry is the key of the attribute that holds the ISO 3166-1 alpha-2
// code of the country in which a place lies.
const AttrCountry = "country"

// Extractor finds places that can be named without the rest of the corpus.
var Extractor = &extractors.Extractor{
	Name: "places",
	Doc:  "countries, regions, cities and other named places",
	Type: extractors.Loc,
	Find: find,
}

// Confidence by what speaks for a mention.
const (
	sure    = 0.95 // the name means nothing else
	charted = 0.92 // a sure name of the atlas
	trigger = 0.9  // a word beside it says what it is
	context = 0.85 // an ambiguous name with evidence beside it
	again   = 0.7  // an ambiguous name with evidence elsewhere in the document
	guess   = 0.4  // a capital after a preposition
	hint    = 0.3  // a name of the atlas that may be something else
)

// A hit is a name in the text that may be a place.
type hit struct {
	from, to int // tokens
	name     int // index of the gazetteer's name; -1 for an unknown place
	rule     string
	conf     float32 // 0 while open
	never    bool    // the context says that it is another thing
	other    bool    // the region that has the country's name is meant
	country  string  // of a place that is in no table, where the text or the atlas names it
	listed   int32   // 1 + index of the name in the atlas, 0 for none
}

type scan struct {
	*extractors.Text
	g     *gazetteer
	atlas *atlas
	words *wordClasses
	hits  []hit

	danish int8 // whether the text names the other DRC: 1 no, 2 yes, 0 not looked for
}

func find(t *extractors.Text) []extractors.Mention {
	sc := scan{Text: t, g: load(), atlas: loadAtlas(), words: loadWords()}
	sc.hits = make([]hit, 0, len(t.Tokens)/32)
	sc.collect()
	if len(sc.hits) == 0 {
		return nil
	}
	sc.homonyms()
	sc.neighbours()
	sc.repeat()
	sc.echo()
	return sc.mentions()
}

// collect lists the names of the gazetteer and the unknown places, and settles
// those that need no neighbour.
func (sc *scan) collect() {
	tokens := sc.Tokens
	for i := 0; i < len(tokens); i++ {
		t := &tokens[i]
		if t.Shape&extractors.IsCap == 0 {
			if t.Shape&extractors.IsWord == 0 || sc.class(i)&lowerHead == 0 {
				continue
			}
		}
		if h, ok := sc.known(i); ok {
			sc.hits = append(sc.hits, h)
			i = h.to - 1
			continue
		}
		if t.Shape&extractors.IsCap != 0 {
			if h, ok := sc.elsewhere(i); ok {
				sc.hits = append(sc.hits, h)
				i = h.to - 1
			}
		}
	}
}

// elsewhere reads a place that no table holds at token i: one that the words
// around it explain, else one of the atlas.
func (sc *scan) elsewhere(i int) (hit, bool) {
	said, ok := sc.unknown(i)
	listed, inAtlas := sc.charted(i)
	switch {
	case !inAtlas:
		return said, ok
	case ok && said.conf >= extractors.Certain && said.to >= listed.to:
		if said.to == listed.to && said.country == "" {
			said.country = listed.country
		}
		return said, true
	case ok && said.conf > listed.conf && said.to == listed.to:
		listed.conf = said.conf
	}
	return listed, true
}

// known reads a name of the gazetteer at token i.
func (sc *scan) known(i int) (hit, bool) {
	v, end, ok := sc.lookup(i)
	if !ok {
		return hit{}, false
	}
	n := &sc.g.names[v]
	h := hit{from: i, to: end, name: v, rule: "name"}
	if sc.glued(i, end) || sc.titled(i) {
		return hit{}, false
	}
	sc.extend(&h)
	d := n.doubt
	if d == plain && sc.shortUpper(n, i, end) {
		d = shared
	}
	switch before := sc.headBefore(i); {
	case before:
		h.rule, h.conf = "head-noun", trigger
	case sc.america(&h), sc.articled(&h):
		h.conf = sure
	case sc.named(&h), n.exact && d == shared && (sc.adjective(&h) || sc.is(h.to, "$")):
		h.never = true
	case d == plain:
		h.conf = sure
	case sc.besideName(&h):
		h.never = true
	case d == shared && sc.evidence(&h):
		h.rule, h.conf = "context", context
	}
	return h, true
}

// lookup returns the longest name of the gazetteer at token i that is spelled
// as the text has it, and the token after it.
func (sc *scan) lookup(i int) (v, end int, ok bool) {
	if !sc.g.first.has(sc.Tokens[i].Hash) {
		return 0, 0, false
	}
	v, end, ok = sc.g.Longest(sc.Tokens, i)
	if !ok {
		return 0, 0, false
	}
	for v >= 0 && !sc.spelled(&sc.g.names[v], i, end) {
		v = int(sc.g.names[v].next)
	}
	return v, end, v >= 0
}

// spelled reports whether the letters of the text fit the name: the capital,
// and the plural, which the gazetteer does not tell.
func (sc *scan) spelled(n *name, i, end int) bool {
	first, last := &sc.Tokens[i], &sc.Tokens[end-1]
	surface := sc.S[first.Start:last.End]
	if n.exact {
		return surface == n.text
	}
	if plural(surface) != plural(n.text) {
		return false
	}
	if n.doubt > plain && first.Shape&extractors.IsUpper == 0 && accents(surface) != accents(n.text) {
		return false // "Marché" is not the Marche, nor "Sale" Salé
	}
	switch {
	case first.Shape&extractors.IsCap == 0: // "fleuve Sénégal", "al-Hasakah"
		return end > i+1 && last.Shape&extractors.IsCap != 0
	case !n.lower && last.Shape&(extractors.IsWord|extractors.IsCap) == extractors.IsWord && sc.class(end-1)&compass == 0:
		return false // "La digue", "little rock", but "Afrique du nord"
	case n.doubt > plain:
		for j := i + 1; j < end; j++ {
			if t := &sc.Tokens[j]; t.Shape&(extractors.IsWord|extractors.IsCap) == extractors.IsWord && sc.class(j)&particle == 0 {
				return false // "La réunion", "Nord du pays"
			}
		}
	}
	return true
}

// plural returns the letter that the gazetteer leaves out at the end of a
// name, "Alès" or "Alex"; 0 for none.
func plural(s string) byte {
	switch c := s[len(s)-1] | 0x20; c {
	case 's', 'x':
		return c
	}
	return 0
}

// accents counts the letters outside ASCII.
func accents(s string) (n int) {
	for _, r := range s {
		if r >= utf8.RuneSelf && unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// shortUpper reports whether the name is a short word in capitals that might
// be an acronym: "ABS".
func (sc *scan) shortUpper(n *name, i, end int) bool {
	t := &sc.Tokens[i]
	return !n.exact && end == i+1 && t.Shape&extractors.IsUpper != 0 && utf8.RuneCountInString(sc.S[t.Start:t.End]) <= 3
}

// glued reports whether the name is a piece of a longer word: an address, a
// hashtag, "Paris-Match". A hyphen between two places, or after an acronym
// ("OIM-Genève"), does not glue.
func (sc *scan) glued(i, end int) bool {
	s, start, stop := sc.S, sc.Tokens[i].Start, sc.Tokens[end-1].End
	if start > 0 {
		switch s[start-1] {
		case '@', '_', '#', '=', '.':
			return true
		}
		if i >= 2 && sc.tight(i-2) && sc.tight(i-1) && isHyphen(s, &sc.Tokens[i-1]) {
			t := &sc.Tokens[i-2]
			// "Rwanda-Burundi", "OIM-Genève", "mi-Sahel"; not "Villeneuve-Paris"
			if t.Shape&extractors.IsCap != 0 && t.Shape&extractors.IsUpper == 0 && !sc.endsHit(i-2) {
				return true
			}
		}
	}
	if stop < len(s) {
		switch s[stop] {
		case '@', '_', '=':
			return true
		case '.':
			if r, _ := utf8.DecodeRuneInString(s[stop+1:]); 'a' <= r && r <= 'z' {
				return true
			}
		}
		if end+1 < len(sc.Tokens) && sc.tight(end-1) && sc.tight(end) && isHyphen(s, &sc.Tokens[end]) {
			t := &sc.Tokens[end+1]
			if t.Shape&extractors.IsCap != 0 && t.Shape&extractors.IsUpper == 0 && !sc.startsName(end+1) {
				return true
			}
		}
	}
	return false
}

// tight reports whether nothing stands between token i and the next.
func (sc *scan) tight(i int) bool {
	return i+1 < len(sc.Tokens) && sc.Tokens[i].End == sc.Tokens[i+1].Start
}

func isHyphen(s string, t *extractors.Token) bool {
	switch s[t.Start:t.End] {
	case "-", "‐", "‑", "–":
		return true
	}
	return false
}

// endsHit reports whether a hit ends with token i.
func (sc *scan) endsHit(i int) bool {
	return len(sc.hits) > 0 && sc.hits[len(sc.hits)-1].to == i+1
}

// startsName reports whether a name of the gazetteer starts at token i.
func (sc *scan) startsName(i int) bool {
	_, _, ok := sc.lookup(i)
	return ok
}

// titled reports whether a form of address stands before: "Mr. Jordan".
func (sc *scan) titled(i int) bool {
	j := i - 1
	if j > 0 && sc.is(j, ".") {
		j--
	}
	return j >= 0 && sc.sameLine(j, i) && sc.class(j)&honorific != 0 && sc.Tokens[j].Shape&extractors.IsCap != 0
}

// named reports whether the place is somebody's name: "Jack London", "Djibril
// Sow Mbacké", "Paris Goodwin", "Marseille, Paul".
func (sc *scan) named(h *hit) bool {
	if h.to > h.from+1 {
		return false
	}
	i := h.from
	for j := i - 1; j >= i-3 && j >= 0 && sc.beside(j) && sc.capital(j) && sc.class(j)&^given == 0; j-- {
		if sc.class(j)&given != 0 && !sc.endsHit(j) {
			return true
		}
	}
	j := h.to
	if sc.class(i)&given != 0 && j < len(sc.Tokens) && sc.beside(i) && sc.capital(j) && sc.class(j)&^given == 0 && !sc.startsName(j) {
		return i == 0 || sc.class(i-1)&preposition == 0
	}
	// An index: the surname at the head of a line or an item, then the given
	// name, then nothing more of the name of a place.
	if j+1 >= len(sc.Tokens) || !sc.is(j, ",") || !(sc.lineHead(i) || sc.is(i-1, ";")) {
		return false
	}
	t := &sc.Tokens[j+1]
	if t.Shape&extractors.IsLine != 0 || t.Shape&extractors.IsCap == 0 || sc.class(j+1)&given == 0 || sc.startsName(j+1) {
		return false
	}
	return j+2 == len(sc.Tokens) || sc.Tokens[j+2].Shape&(extractors.IsLine|extractors.IsWord) != extractors.IsWord
}

// capital reports whether token i is a word with a capital that is no acronym.
func (sc *scan) capital(i int) bool {
	return sc.Tokens[i].Shape&(extractors.IsCap|extractors.IsUpper) == extractors.IsCap
}

// america reports whether a text that is not French has "US" as the country, be it before a
// noun: "US strikes", but not "US dollars" nor "AS FOR US".
func (sc *scan) america(h *hit) bool {
	if h.to != h.from+1 || !sc.is(h.from, "US") || sc.LangAt(sc.Tokens[h.from].Start) == "fr" {
		return false
	}
	for _, j := range [...]int{h.from - 1, h.to} { // in a line of capitals it may be a pronoun
		if j >= 0 && j < len(sc.Tokens) && sc.Tokens[j].Shape&extractors.IsUpper != 0 && sc.Tokens[j].Len() > 1 && sc.sameLine(min(j, h.from), max(j, h.from)) {
			return false
		}
	}
	if sc.is(h.to, "$") {
		return false
	}
	if h.to < len(sc.Tokens) && sc.beside(h.to-1) {
		switch sc.folded(h.to) {
		case "dollar", "dollars", "cents", "format", "letter", "open":
			return false
		}
	}
	if h.from > 0 && sc.sameLine(h.from-1, h.from) {
		switch sc.folded(h.from - 1) { // a button of a page: "Contact US"
		case "contact", "about", "join", "follow", "support", "call", "tell", "let", "email", "visit", "help":
			return false
		}
	}
	return true
}

// folded returns token i folded.
func (sc *scan) folded(i int) string {
	return extractors.Fold(sc.S[sc.Tokens[i].Start:sc.Tokens[i].End])
}

// articled reports whether an acronym that something else has too is the
// country's by its article: "les EAU", "the DRC".
func (sc *scan) articled(h *hit) bool {
	if h.to != h.from+1 || h.from == 0 || !sc.beside(h.from-1) {
		return false
	}
	switch {
	case sc.is(h.from, "EAU"):
		if !sc.is(h.from-1, "les") && !sc.is(h.from-1, "des") && !sc.is(h.from-1, "aux") {
			return false
		}
		if h.to == len(sc.Tokens) || !sc.beside(h.to-1) || sc.Tokens[h.to].Shape&(extractors.IsWord|extractors.IsCap) != extractors.IsWord {
			return true
		}
		switch sc.S[sc.Tokens[h.to].Start:sc.Tokens[h.to].End] { // and not "les EAU usées"
		case "ont", "et", "sont", "avaient", "en", "dans", "qui", "pour", "à", "avec", "où", "ou", "mais", "a", "au", "par", "comme", "depuis":
			return true
		}
		return false
	case sc.is(h.from, "DRC") && sc.is(h.from-1, "the"):
		if sc.danish == 0 {
			sc.danish = 1
			if strings.Contains(sc.S, "Danish Refugee") {
				sc.danish = 2
			}
		}
		return sc.danish == 1
	}
	return false
}

// adjective reports whether the acronym stands before a noun: "US dollars".
func (sc *scan) adjective(h *hit) bool {
	if h.to == len(sc.Tokens) || !sc.beside(h.to-1) {
		return false
	}
	return sc.Tokens[h.to].Shape&extractors.IsWord != 0 && sc.class(h.to)&(joint|preposition|link|countryBefore) == 0
}

// besideName reports whether an ambiguous name stands beside a capital that
// makes it part of something else: "Jordan Smith", "Chad Valley".
func (sc *scan) besideName(h *hit) bool {
	if j := h.to; j < len(sc.Tokens) && sc.beside(h.to-1) {
		t := &sc.Tokens[j]
		if t.Shape&extractors.IsCap != 0 && !sc.shouts(h) {
			return true
		}
	}
	if j := h.from - 1; j >= 0 && sc.beside(j) {
		t := &sc.Tokens[j]
		if t.Shape&extractors.IsCap != 0 && t.Shape&extractors.IsUpper == 0 && sc.class(j) == 0 && !sc.endsHit(j) {
			return true
		}
	}
	return false
}

// shouts reports whether the hit is in capitals, where a capital after it
// says nothing.
func (sc *scan) shouts(h *hit) bool { return sc.Tokens[h.from].Shape&extractors.IsUpper != 0 }

// beside reports whether only white space stands between token i and the
// next, on one line.
func (sc *scan) beside(i int) bool {
	return i+1 < len(sc.Tokens) && sc.Tokens[i+1].Shape&extractors.IsLine == 0 && sc.Tokens[i].End < sc.Tokens[i+1].Start
}

// evidence reports whether the words around speak for a place.
func (sc *scan) evidence(h *hit) bool {
	country := sc.kind(h) == "country" || sc.kind(h) == "territory"
	if j := h.from - 1; j >= 0 && sc.sameLine(j, h.from) {
		c := sc.class(j)
		switch {
		case c&preposition != 0:
			return true
		case c&article != 0 && j > 0 && sc.sameLine(j-1, j) && sc.class(j-1)&preposition != 0:
			return true // "dans la Dominique", "across the Gambia"
		case country && c&countryBefore != 0:
			return true // "of Jordan", "la Grenade"
		case (sc.kind(h) == "area" || sc.kind(h) == "water") && c&(article|countryBefore) != 0:
			return true // "the Pacific"
		case sc.Tokens[j].Shape&extractors.IsUpper != 0 && sc.Tokens[j].Len() >= 3 && sc.beside(j) && !sc.shouts(h):
			return true // "IOM Chad"
		}
	}
	if country && h.to < len(sc.Tokens) && sc.Tokens[h.to].Shape&extractors.IsPoss != 0 {
		return true // "Jordan's"
	}
	head, tail := sc.lineHead(h.from), h.to == len(sc.Tokens) || sc.Tokens[h.to].Shape&extractors.IsLine != 0
	if head && tail {
		return country
	}
	return head && sc.dateline(h.to)
}

// dateline reports whether token i goes on after the place of a dateline:
// "Nice – ", "Tours, le 3 mai".
func (sc *scan) dateline(i int) bool {
	if i+1 >= len(sc.Tokens) || sc.Tokens[i+1].Shape&extractors.IsLine != 0 {
		return false
	}
	switch t := &sc.Tokens[i]; {
	case isHyphen(sc.S, t) || sc.is(i, "—"):
		return t.Start > sc.Tokens[i-1].End && t.End < sc.Tokens[i+1].Start
	case sc.is(i, ","):
		return sc.Tokens[i+1].Shape&extractors.IsNumber != 0 || sc.is(i+1, "le")
	}
	return false
}

// lineHead reports whether token i is the first word of its line, behind
// bullets and quotes.
func (sc *scan) lineHead(i int) bool {
	for n := 0; n < 3; n++ {
		if sc.Tokens[i].Shape&extractors.IsLine != 0 {
			return true
		}
		i--
		if i < 0 || sc.Tokens[i].Shape&(extractors.IsWord|extractors.IsNumber) != 0 {
			return false
		}
	}
	return false
}

// headBefore reports whether a noun of place governs token i: "ville de X",
// "the district of X".
func (sc *scan) headBefore(i int) bool {
	_, ok := sc.head(i)
	return ok
}

// head finds the noun that says what the capital at token i is, and returns
// its token.
func (sc *scan) head(i int) (int, bool) {
	j := i - 1
	linked := false
	for n := 0; n < 3 && j >= 0 && sc.sameLine(j, i); n++ {
		c := sc.class(j)
		if c&(link|article) == 0 {
			break
		}
		linked = linked || c&link != 0
		j--
	}
	if j < 0 || !sc.sameLine(j, i) {
		return 0, false
	}
	c := sc.class(j)
	if linked {
		return j, c&headNoun != 0
	}
	return j, j == i-1 && c&headBare != 0
}

// extend takes in the noun that follows a region or city as part of its
// name: "Borno State", "Nairobi County".
func (sc *scan) extend(h *hit) {
	if k := sc.kind(h); k == "country" || k == "territory" || k == "water" {
		return
	}
	if j := h.to; j < len(sc.Tokens) && sc.beside(j-1) && sc.Tokens[j].Shape&extractors.IsCap != 0 && sc.class(j)&headAfter != 0 &&
		(sc.Tokens[j].Shape^sc.Tokens[j-1].Shape)&extractors.IsUpper == 0 {
		h.to++
		h.rule = "name-head"
	}
}

// unknown reads a place that is not on the list at the capital at token i.
func (sc *scan) unknown(i int) (hit, bool) {
	h := hit{from: i, name: -1}
	c := sc.class(i)
	if c&headCap != 0 && sc.beside(i) && !sc.titled(i) { // "Lake Success", "Mont Péko"
		if h.to = sc.properName(i + 1); h.to > i+1 {
			h.rule, h.conf = "head", trigger
			return h, true
		}
		return h, false
	}
	if h.to = sc.properName(i); h.to == i {
		return h, false
	}
	if sc.glued(i, h.to) || sc.titled(i) || sc.class(i)&given != 0 {
		return h, false
	}
	if t := &sc.Tokens[h.to-1]; h.to > i+1 && sc.class(h.to-1)&headAfter != 0 && t.Shape&extractors.IsCap != 0 {
		if sc.class(h.to-1)&headLoose == 0 && c == 0 {
			h.rule, h.conf = "head-after", trigger
			return h, true
		}
		return h, false
	}
	if _, ok := sc.head(i); ok && !sc.is(i-1, "des") { // "le quartier des Cultivateurs"
		h.rule, h.conf = "head-noun", trigger
		return h, true
	}
	return sc.located(h)
}

// located judges an unknown name by where the text puts it: "in Baga Sola,
// Chad", "à Dadjo (Tchad)".
func (sc *scan) located(h hit) (hit, bool) {
	j := h.from - 1
	if j < 0 || !sc.sameLine(j, h.from) || sc.class(j)&(preposition|link) == 0 {
		return h, false
	}
	if p := sc.liesIn(h.to); p != nil {
		h.rule, h.conf, h.country = "before-country", context, p.Country
		return h, true
	}
	if sc.class(j)&settled != 0 { // "à Dadjo"
		h.rule, h.conf = "preposition", guess
		return h, true
	}
	return h, false
}

// liesIn returns the country or region that the text names as the one around
// the place that ends at token k: ", Chad", "(Tchad)"; nil where it names none.
func (sc *scan) liesIn(k int) *Place {
	if k+1 >= len(sc.Tokens) || !sc.is(k, ",") && !sc.is(k, "(") || !sc.sameLine(k-1, k+1) {
		return nil
	}
	v, _, ok := sc.lookup(k + 1)
	if !ok {
		return nil
	}
	if p := &sc.g.places[sc.g.names[v].place]; p.Kind == "country" || p.Kind == "territory" || p.Kind == "region" {
		return p
	}
	return nil
}

// properName returns the token after a proper name that starts at token i, or
// i: up to four capitals, joined by spaces, hyphens and particles of names. A
// name of two letters would be taken for the code of a country.
func (sc *scan) properName(i int) int {
	end, first := i, i
	for n := 0; n < 4 && i < len(sc.Tokens); n++ {
		t := &sc.Tokens[i]
		if t.Shape&extractors.IsCap == 0 || sc.class(i)&(stop|honorific) != 0 || i > first && t.Len() < 3 {
			break
		}
		if t.Shape&extractors.IsUpper != 0 && end == i {
			break // an acronym
		}
		end = i + 1
		if end >= len(sc.Tokens) || sc.Tokens[end].Shape&extractors.IsLine != 0 {
			break
		}
		next := end
		if isHyphen(sc.S, &sc.Tokens[next]) && sc.tight(end-1) && sc.tight(next) {
			next++
			if next+2 < len(sc.Tokens) && sc.class(next)&particle != 0 && sc.tight(next) && isHyphen(sc.S, &sc.Tokens[next+1]) {
				next += 2 // "Sainte-Marie-de-Campan"
			}
		} else if sc.class(next)&arabic != 0 && next+1 < len(sc.Tokens) {
			next++ // "Jisr al-Shughour"
			if isHyphen(sc.S, &sc.Tokens[next]) {
				next++
			}
		} else if !sc.beside(end - 1) {
			break
		}
		i = next
	}
	if end == first+1 && sc.Tokens[first].Len() < 3 {
		return first
	}
	return end
}

// neighbours settles ambiguous names that stand in a list with places, or
// before the place in which they lie: "Georgia, Bolivia and Thailand".
func (sc *scan) neighbours() {
	for i := 1; i < len(sc.hits); i++ {
		sc.spread(&sc.hits[i-1], &sc.hits[i], i-1)
	}
	for i := len(sc.hits) - 1; i > 0; i-- {
		sc.spread(&sc.hits[i], &sc.hits[i-1], i-1)
	}
}

// spread carries evidence from one hit to its neighbour; left is the index of
// the earlier of the two.
func (sc *scan) spread(from, to *hit, left int) {
	if from.conf < extractors.Certain || to.conf >= extractors.Certain || to.never || to.name < 0 {
		return
	}
	a, b := sc.hits[left].to, sc.hits[left+1].from
	if b-a > 4 || !sc.sameLine(a-1, b) {
		return
	}
	between := joint | article | link | preposition
	if sc.g.names[to.name].doubt == bare {
		between &^= preposition // "le Nord, au Centre du pays"
	}
	joined := false
	for j := a; j < b; j++ {
		c := sc.class(j)
		if c&between == 0 {
			return
		}
		joined = joined || c&joint != 0
	}
	if !joined {
		return
	}
	if sc.g.names[to.name].doubt == bare && from.rule != "head-noun" {
		// "Nord (Haïti)", "Bo, Sierra Leone"; in a list only after a noun,
		// "les régions de l'Est et du Nord".
		if from.from < to.from || from.name < 0 || sc.kind(from) != "country" || b != a+1 || !sc.is(a, "(") && !(sc.is(a, ",") && sc.kind(to) == "city") {
			return
		}
	}
	to.conf, to.rule = context, "list"
	if from.rule == "head-noun" && from.from < to.from {
		to.rule = from.rule
	}
}

// repeat settles ambiguous names that the document uses elsewhere with
// evidence; that it defines one, "Velmisa Republic (VR)", is as good as evidence
// beside it.
func (sc *scan) repeat() {
	var seen map[int32]float32
	open := false
	for i := range sc.hits {
		h := &sc.hits[i]
		if h.name < 0 {
			continue
		}
		n := &sc.g.names[h.name]
		switch {
		case n.doubt == shared && h.conf >= context:
			if seen == nil {
				seen = make(map[int32]float32)
			}
			conf := float32(again)
			if i > 0 && sc.hits[i-1].name >= 0 && sc.g.names[sc.hits[i-1].name].place == n.place && sc.hits[i-1].to == h.from-1 && sc.is(h.from-1, "(") {
				conf = context
			}
			seen[n.place] = max(seen[n.place], conf)
		case h.conf == 0 && !h.never && n.doubt == shared:
			open = true
		}
	}
	if !open || seen == nil {
		return
	}
	for i := range sc.hits {
		h := &sc.hits[i]
		if h.conf == 0 && !h.never && h.name >= 0 && sc.g.names[h.name].doubt == shared && !sc.person(h) {
			if conf := seen[sc.g.names[h.name].place]; conf > 0 {
				h.conf, h.rule = conf, "repeated"
			}
		}
	}
}

// echo finds places that are on no list, and that the text explained once,
// where it names them again.
func (sc *scan) echo() {
	var first map[uint64]int // by the hash of the first word, the explained hit
	for i := range sc.hits {
		if h := &sc.hits[i]; h.name < 0 && (h.rule == "head-noun" || h.rule == "before-country") {
			if first == nil {
				first = make(map[uint64]int)
			}
			first[sc.Tokens[h.from].Hash] = i
		}
	}
	if first == nil {
		return
	}
	merged := make([]hit, 0, len(sc.hits)+8)
	next := 0
	for i := 0; i < len(sc.Tokens); i++ {
		if next < len(sc.hits) && sc.hits[next].from == i {
			h := sc.hits[next]
			if h.rule == "preposition" && sc.echoes(i, &h, first) {
				h.rule, h.conf = "repeated", again
			}
			merged = append(merged, h)
			i = h.to - 1
			next++
			continue
		}
		if sc.Tokens[i].Shape&extractors.IsCap == 0 {
			continue
		}
		h := hit{from: i, name: -1, rule: "repeated", conf: again}
		if sc.echoes(i, &h, first) && (next == len(sc.hits) || h.to <= sc.hits[next].from) {
			merged = append(merged, h)
			i = h.to - 1
		}
	}
	sc.hits = merged
}

// echoes reports whether an explained place is named again at token i, and
// sets the end of the hit; a name beside another capital is a longer name.
func (sc *scan) echoes(i int, h *hit, first map[uint64]int) bool {
	k, ok := first[sc.Tokens[i].Hash]
	if !ok {
		return false
	}
	said := sc.hits[k]
	h.to = i + said.to - said.from
	if h.to > len(sc.Tokens) {
		return false
	}
	for j := i; j < h.to; j++ {
		if t := &sc.Tokens[j]; t.Hash != sc.Tokens[said.from+j-i].Hash || j > i && t.Shape&extractors.IsLine != 0 {
			return false
		}
	}
	return !sc.glued(i, h.to) && !sc.titled(i) && !sc.besideName(h)
}

// person reports whether the name is a given name and no country: a document
// may speak of Nancy the town and of Nancy.
func (sc *scan) person(h *hit) bool {
	return sc.class(h.from)&given != 0 && sc.kind(h) != "country"
}

func (sc *scan) mentions() []extractors.Mention {
	ms := make([]extractors.Mention, 0, len(sc.hits))
	for i := range sc.hits {
		h := &sc.hits[i]
		if h.conf == 0 || h.never {
			continue
		}
		m := extractors.Mention{
			Span:       extractors.Span{Start: sc.Tokens[h.from].Start, End: sc.Tokens[h.to-1].End},
			Type:       extractors.Loc,
			Rule:       h.rule,
			Confidence: h.conf,
		}
		if h.name >= 0 {
			n := &sc.g.names[h.name]
			p := sc.place(h)
			m.Norm, m.Entity = p.Norm, p.Entity
			if n.doubt == bare && p.Kind == "region" {
				// Many countries have a region of this name.
				m.Norm, m.Entity = n.text, entity(n.text)
			} else if q := sc.namesake(h.from, h.to, p); q != nil {
				m.Entity = entity(p.Norm + " " + q.Norm)
				m.Attrs = []extractors.Attr{{Key: AttrCountry, Value: q.Country}}
			} else if p.Country != "" {
				m.Attrs = []extractors.Attr{{Key: AttrCountry, Value: p.Country}}
			}
		} else {
			m.Norm = sc.S[m.Start:m.End]
			if h.listed > 0 {
				m.Norm = sc.atlas.names[h.listed-1].Name
			}
			m.Entity = entity(m.Norm)
			if h.country == "" && h.rule != "repeated" {
				if p := sc.liesIn(h.to); p != nil {
					h.country = p.Country // "le village de Dadjo (Tchad)"
				}
			}
			if h.country != "" {
				m.Attrs = []extractors.Attr{{Key: AttrCountry, Value: h.country}}
			}
		}
		ms = append(ms, m)
	}
	return ms
}

// place returns the place that a hit of the gazetteer means.
func (sc *scan) place(h *hit) *Place {
	n := &sc.g.names[h.name]
	if h.other {
		return &sc.g.places[n.other]
	}
	return &sc.g.places[n.place]
}

// namesake returns the region in which the text puts the town at tokens
// [from, to) that the list has in another country: "Paris, Texas". Only where towns are so written; "Genève,
// Québec et Paris" is a list.
func (sc *scan) namesake(from, to int, p *Place) *Place {
	if p.Kind != "city" || !sc.is(to, ",") {
		return nil
	}
	q := sc.liesIn(to)
	if q == nil || q.Kind != "region" || q.Country == p.Country || q.Country != "US" && q.Country != "CA" && q.Country != "AU" {
		return nil
	}
	_, end, _ := sc.lookup(to + 1)
	if end < len(sc.Tokens) && sc.Tokens[end].Shape&extractors.IsLine == 0 && sc.class(end)&joint != 0 && !sc.is(end, ")") && !sc.is(end, ";") && !sc.is(end, ",") {
		return nil
	}
	if from > 0 && sc.sameLine(from-1, from) && sc.class(from-1)&joint != 0 {
		return nil
	}
	return q
}

func (sc *scan) kind(h *hit) string { return sc.g.places[sc.g.names[h.name].place].Kind }

// is reports whether token i exists and reads s.
func (sc *scan) is(i int, s string) bool {
	return i >= 0 && i < len(sc.Tokens) && sc.S[sc.Tokens[i].Start:sc.Tokens[i].End] == s
}

// sameLine reports whether no line ends between tokens i and j; i < j.
func (sc *scan) sameLine(i, j int) bool {
	for k := i + 1; k <= j; k++ {
		if sc.Tokens[k].Shape&extractors.IsLine != 0 {
			return false
		}
	}
	return true
}

// class returns what the word at token i tells about its neighbours. Folded,
// "à" is the English article too; the accent decides.
func (sc *scan) class(i int) class {
	t := &sc.Tokens[i]
	if !sc.words.filter.has(t.Hash) {
		return 0
	}
	c := sc.words.at(t.Hash).class
	if t.Len() == 1 && sc.S[t.Start]|0x20 == 'a' {
		return 0
	}
	return c
}
