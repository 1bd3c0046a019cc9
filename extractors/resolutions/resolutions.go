// Package resolutions finds citations of numbered resolutions and decisions,
// in French and English, and says which body adopted them.
//
// It works in two passes. The sweep walks over the tokens once and notes what
// could matter: nouns ("résolution"), names of bodies, numbers in one of the
// shapes of the great series. Numbers hang together in groups: one noun with
// all the numbers that it governs. The second pass gives each number its body,
// from the nearest evidence outwards: the symbol itself, the name that touches
// the group, the sentence, the issuer of the document, the numbering.
package resolutions

import (
	"strings"

	"tamis/extractors"
)

// Extractor finds resolutions and decisions.
var Extractor = &extractors.Extractor{
	Name: "resolutions",
	Doc:  "numbered resolutions and decisions, as document symbols",
	Type: extractors.Res,
	Find: find,
}

// Keys of Attr on a resolution.
const (
	// AttrBody says how the body was known: one of the Body values.
	AttrBody = "body"
	// AttrParagraphs lists the paragraphs that the text cites: "15,16".
	AttrParagraphs = "paragraphs"
	// AttrSanity says whether the numbering agrees: one of the Sanity values.
	AttrSanity = "sanity"
	// AttrSuggestion is the nearest plausible symbol where it does not.
	AttrSuggestion = "suggestion"
)

// Values of AttrBody.
const (
	BodySymbol    = "symbol"    // the citation is a symbol
	BodyBefore    = "before"    // named before the citation
	BodyAfter     = "after"     // named behind it
	BodyList      = "list"      // named for another member of its list
	BodyIssuer    = "issuer"    // the document's own
	BodyNumbering = "numbering" // only one series has such a number
	BodyUnknown   = "unknown"
)

// Values of AttrSanity.
const (
	SanityOK       = "ok"       // number and year or session agree
	SanitySupplied = "supplied" // the text gives no year, the numbering does
	SanityYear     = "year"     // the year is not that of the number
	SanityNumber   = "number"   // the session has no such number
	SanityUnknown  = "unknown"  // no table covers the series
)

// A noun is a word that announces a number.
type noun struct {
	tok        int // index of its token
	start, end int // in bytes, with a full stop
	decision   bool
	plural     bool
	body       int  // "UNSCR" names its body
	conclusion bool // of UNHCR's Executive Committee; other conclusions are none
	house      bool // "House Resolution", of the United States
	mixed      bool // "resolutions and decisions": the number tells which
}

// A mark is the name of a body, or a generic that stands for one.
type mark struct {
	tok, end int // tokens
	body     int // noBody for a generic
	head     head
}

// A member is a number with its place in a group.
type member struct {
	number
	tok, end int    // tokens
	noun     int    // index of the noun that governs it, -1 if none does
	direct   bool   // the noun touches it
	loose    bool   // other words stand between it and the member before
	numbered bool   // "n°" stands before it
	kind     string // by its noun, "" where it has none

	conclusion bool // its noun says so

	who int
	how string
}

type finder struct {
	s       string
	toks    []extractors.Token
	t       *extractors.Text
	nouns   []noun
	marks   []mark
	members []member

	issuer int    // who speaks in the document, noBody unknown
	last   []int  // by body: 1 + index of its last mark so far
	kept   []int  // the tokens behind the citations accepted so far
	local  string // the name of the first local body
}

func find(t *extractors.Text) []extractors.Mention {
	f := finder{s: t.S, toks: t.Tokens, t: t, issuer: noBody}
	f.sweep()
	if len(f.members) == 0 {
		return nil
	}
	f.findIssuer()
	f.attribute()
	return f.mentions()
}

var andOr = wordSet("et and ou or & /")

var (
	hashResolution = hash("résolution")
	hashDecision   = hash("décision")
	hashConclusion = hash("conclusion")
	hashRes        = hash("res")
	hashDec        = hash("dec")
	hashUNSCR      = hash("UNSCR")
	hashUNGAR      = hash("UNGAR")
	hashRCS        = hash("RCSNU")
	hashWHA        = hash("WHA")
)

// nounAt reads the noun at token i.
func (f *finder) nounAt(i int) (noun, bool) {
	tok := f.toks[i]
	n := noun{tok: i, start: tok.Start, end: tok.End, body: noBody}
	c := f.s[tok.End-1]
	n.plural = c == 's' || c == 'S'
	switch tok.Hash {
	case hashResolution:
	case hashDecision:
		n.decision = true
	case hashConclusion:
		n.conclusion = true
	case hashRes, hashDec:
		n.plural = false
		n.decision = tok.Hash == hashDec
		if n.decision && tok.End < len(f.s) && f.s[tok.End] != '.' {
			return n, false
		}
		if tok.End < len(f.s) && f.s[tok.End] == '.' {
			n.end++
		} else if tok.Shape&extractors.IsCap == 0 {
			return n, false
		}
	case hashUNSCR, hashRCS:
		n.body = securityCouncil
	case hashUNGAR:
		n.body = generalAssembly
	default:
		return n, false
	}
	if k := len(f.nouns); k > 0 && f.nouns[k-1].tok == i-2 && f.nouns[k-1].decision != n.decision && n.plural && andOr[f.toks[i-1].Hash] {
		n.mixed = true
	}
	if i > 0 && tok.Shape&(extractors.IsCap|extractors.IsLine) == extractors.IsCap && f.s[f.toks[i-1].Start:f.toks[i-1].End] == "House" {
		n.house = true
	}
	return n, true
}

// sweep notes nouns, bodies and numbers in one walk over the tokens.
func (f *finder) sweep() {
	s := f.s
	for i := 0; i < len(f.toks); i++ {
		tok := &f.toks[i]
		var x number
		var ok bool
		switch {
		case tok.Shape&extractors.HasDigit != 0:
			switch c := s[tok.Start]; {
			case isDigit(c):
				if tok.Len() == 4 && tok.Shape&extractors.IsNumber == 0 {
					x, ok = readRedCross(s, tok.Span)
				}
				if !ok {
					x, ok = readDigits(s, tok.Start)
				}
			case c == 'P' || c == 'T':
				x, ok = readTexts(s, tok.Start)
			case c == 'W' || c == 'E':
				x, ok = readHealth(s, tok.Start)
			case c == 'R':
				x, ok = readRegional(s, tok.Span)
			}
		case tok.Shape&extractors.IsWord == 0:
			continue
		case (s[tok.Start] == 'S' || s[tok.Start] == 'E') && tok.Len() <= 2:
			x, ok = readSpecial(s, tok.Start)
		case tok.Hash == hashWHA:
			x, ok = readHealth(s, tok.Start) // "WHA 58.3"
		case tok.Shape&extractors.IsCap != 0 && tok.Len() <= 6 && tok.End < len(s) && s[tok.End] == '/':
			if x, ok = readRedCross(s, tok.Span); ok {
				break
			}
			x, ok = readLettered(s, tok.Start) // "X/2"
			ok = ok && len(f.nouns) > 0 && startsAlone(s, tok.Start) && !strings.Contains(x.text, "/RES") && !strings.Contains(x.text, "/DEC")
		}
		if !ok && tok.Shape&extractors.IsWord != 0 && index.mayStart(tok.Hash) {
			if tok.Hash == hashRes {
				x, ok = readCongress(s, tok.Span)
			}
			if !ok && (tok.Hash == hashRes || tok.Hash == hashDec || tok.Hash == hashResolution) && tok.Start > 1 && (s[tok.Start-1] == '/' || s[tok.Start-1] == '.') {
				x, ok = readSymbol(s, tok.Span)
			}
			n, isNoun := f.nounAt(i)
			if !ok && isNoun {
				f.nouns = append(f.nouns, n)
				x, ok = f.lettered(n)
			} else if !ok {
				if b, h, end := index.find(f.t, i); end > i {
					if b != noBody && bodies[b].code == localCode {
						end = f.localName(i, end)
					}
					f.marks = append(f.marks, mark{i, end, b, h})
					i = end - 1
					continue
				}
			}
		}
		if !ok {
			continue
		}
		end := i + 1
		for end < len(f.toks) && f.toks[end].Start < x.end {
			end++
		}
		if f.add(x, i, end) {
			i = end - 1
		}
	}
}

// localName takes the place into the name of a local body, "Parliament of"
// "Ghana", and keeps the first name of the document. It returns the token
// behind.
func (f *finder) localName(i, end int) int {
	for n := 0; n < 3 && end < len(f.toks) && f.toks[end].Shape&(extractors.IsCap|extractors.IsLine) == extractors.IsCap; n++ {
		end++
	}
	if f.local == "" {
		f.local = titleCase(f.s[f.toks[i].Start:f.toks[end-1].End])
	}
	return end
}

// lettered reads a number that starts with letters right behind the noun.
func (f *finder) lettered(n noun) (number, bool) {
	i, _ := afterNoun(f.s, n.end)
	if i >= len(f.s) || !isUpper(f.s[i]) {
		return number{}, false
	}
	if x, ok := readSpecial(f.s, i); ok {
		return x, false // the sweep finds it
	}
	if x, ok := readHealth(f.s, i); ok {
		return x, false
	}
	if x, ok := readTexts(f.s, i); ok {
		return x, false
	}
	x, ok := readLettered(f.s, i)
	return x, ok && !strings.Contains(x.text, "/RES") && !strings.Contains(x.text, "/DEC")
}

// afterNoun skips what may stand between a noun and its number: a space, one
// line end, "n°", a bracket in capitals such as "(CFSP)".
func afterNoun(s string, i int) (pos int, numbered bool) {
	i += spaces(s[i:])
	if i < len(s) && s[i] == '(' {
		if k := strings.IndexByte(s[i:min(len(s), i+10)], ')'); k > 2 && allCode(s[i+1:i+k]) {
			i += k + 1
			i += spaces(s[i:])
		}
	}
	if k := numero(s[i:]); k > 0 {
		return i + k, true
	}
	// "résolution européenne n° 45"
	word := i
	for word < len(s) && word-i <= 16 && (isLower(s[word]) || s[word] >= 0x80 && s[word] != 0xC2) {
		word++
	}
	if sp := spaces(s[word:]); word > i+4 && sp > 0 {
		if k := numero(s[word+sp:]); k > 0 {
			return word + sp + k, true
		}
	}
	return i, false
}

// europeanMark reports whether s holds the field of law of a European act.
func europeanMark(s string) bool {
	_, in, ok := strings.Cut(s, "(")
	in, _, _ = strings.Cut(in, ")")
	switch in {
	case "CFSP", "PESC", "EU", "UE", "EC", "CE", "EEC", "CEE", "JHA", "JAI", "EURATOM":
		return ok
	}
	return false
}

// numero returns the length of "n° ", "No. ", "numéro " at the head of s.
func numero(s string) int {
	if s == "" {
		return 0
	}
	switch s[0] {
	case 'n', 'N', '#', 0xE2:
	default:
		return 0
	}
	for _, w := range []string{"n°s", "N°s", "n°", "N°", "nº", "Nº", "n °", "nos", "Nos.", "Nos", "No.", "no.", "NO.", "No", "no", "NO", "numéros", "numéro", "Numéro", "NUMÉRO", "numbers", "number", "Number", "NUMBER", "№", "#"} {
		if strings.HasPrefix(s, w) {
			k := len(w)
			sp := spaces(s[k:])
			if c := s[k-1]; sp == 0 && (isLower(c) || isUpper(c)) && c != 's' {
				return 0
			}
			return k + sp
		}
	}
	return 0
}

// add puts the number at tokens [i, end) into the group it belongs to, or
// leaves it out. It reports whether the tokens are used up.
func (f *finder) add(x number, i, end int) bool {
	m := member{number: x, tok: i, end: end, noun: -1, who: x.body}
	if x.shape == shapeBare && f.ofYear(&m, &end) {
		m.shape, m.weak = shapeOther, true
	}
	if len(f.nouns) > 0 {
		n := &f.nouns[len(f.nouns)-1]
		if p, numbered := afterNoun(f.s, n.end); p == x.start {
			m.noun, m.direct, m.numbered = len(f.nouns)-1, true, numbered
			if m.who == noBody && x.shape != shapeSymbol && europeanMark(f.s[n.end:p]) {
				m.who = codeOf("EU") // "Decision (CFSP) 2021/1792"
			}
		}
	}
	if !m.direct && len(f.members) > 0 {
		f.join(&m)
	}
	if x.shape == shapeOther && m.direct && f.nouns[m.noun].plural && f.addStrokes(m) {
		return true
	}
	if m.noun < 0 && (x.weak || x.shape == shapeBare) && !f.headOfList(m) {
		return false
	}
	if m.noun >= 0 && !m.direct && x.shape == shapeBare && (f.inDate(i) || f.opensParagraph(&m)) {
		return false
	}
	if m.noun >= 0 {
		m.kind, m.conclusion = KindResolution, f.nouns[m.noun].conclusion
		switch {
		case f.nouns[m.noun].mixed:
			m.kind = ""
		case f.nouns[m.noun].decision:
			m.kind = KindDecision
		}
	}
	if x.shape == shapeSymbol && len(f.members) > 0 && f.members[len(f.members)-1].number.end > x.start {
		f.members = f.members[:len(f.members)-1] // "67" of "GC(67)/RES/10"
	}
	f.members = append(f.members, m)
	return true
}

// addStrokes adds the members of "resolutions 1267/1989/2253".
func (f *finder) addStrokes(m member) bool {
	parts := strings.Split(m.text, "/")
	for _, p := range parts {
		if countDigits(p) != len(p) || len(p) < 3 || councilYear(atoi(p)) == 0 {
			return false
		}
	}
	if len(parts) < 3 || m.number.end-m.start != len(m.text) {
		return false
	}
	at := m.start
	m.shape = shapeBare
	for i, p := range parts {
		m.start, m.number.end, m.text, m.n = at, at+len(p), p, atoi(p)
		m.direct = i == 0
		at += len(p) + 1
		f.members = append(f.members, m)
	}
	return true
}

// ofYear takes "of 2007" into a number of its year: "No. 12 of 2007".
func (f *finder) ofYear(m *member, end *int) bool {
	i := *end
	if i+1 >= len(f.toks) || m.n > 999 || f.toks[i].Hash != hashOf && f.toks[i].Hash != hashDe || f.numeroBefore(m.start) == m.start {
		return false
	}
	year := &f.toks[i+1]
	if year.Shape&extractors.IsNumber == 0 || year.Len() != 4 || !(f.s[year.Start] == '1' || f.s[year.Start] == '2') {
		return false
	}
	m.number.end = year.End
	m.text += " of " + f.s[year.Start:year.End]
	m.end, *end = i+2, i+2
	return true
}

// join looks whether the number goes on with the group of the last member.
func (f *finder) join(m *member) {
	p := &f.members[len(f.members)-1]
	if p.noun < 0 || m.tok-p.end > 45 {
		return
	}
	if p.noun != len(f.nouns)-1 {
		return // another noun has opened since
	}
	tight, sentence := f.gap(p.end, m.tok)
	if !sentence {
		return
	}
	n := &f.nouns[p.noun]
	if !n.plural && f.opensItem(p.end, m.tok) {
		return
	}
	if k := f.numeroBefore(m.start); k < m.start {
		m.numbered = true
	}
	switch {
	case tight && (!m.weak || m.shape == p.shape || m.shape == shapeOther && p.shape == shapeSession && n.plural || m.shape == shapeBare && n.plural && p.shape&(shapeBare|shapeYear) != 0):
		if m.shape == shapeBare && !n.plural && !m.numbered {
			return
		}
	case !tight && (!m.weak || m.body != noBody && m.body == p.body) && m.shape != shapeSymbol && m.shape == p.shape:
		m.loose = true
	default:
		return
	}
	m.noun = p.noun
}

// opensItem reports whether a line starts with a bullet or the number itself
// among the tokens (a, b].
func (f *finder) opensItem(a, b int) bool {
	for i := a; i <= b; i++ {
		if f.toks[i].Shape&extractors.IsLine != 0 && (i == b || dash(f.s[f.toks[i].Start:]) > 0 || f.s[f.toks[i].Start] == '*' || strings.HasPrefix(f.s[f.toks[i].Start:], "•")) {
			return true
		}
	}
	return false
}

// numeroBefore returns where a "n°" that ends at byte i starts, or i.
func (f *finder) numeroBefore(i int) int {
	for j := i - 1; j >= 0 && j >= i-10; j-- {
		if (f.s[j] == 'n' || f.s[j] == 'N' || f.s[j] == '#') && (j == 0 || !isAlnum(f.s[j-1])) {
			if k := numero(f.s[j:]); k > 0 && j+k == i {
				return j
			}
		}
	}
	return i
}

// between holds the words that may stand between two members of a list, those
// of a date among them.
var between = wordSet(", ; et and ou or & / – - — ( ) à to ainsi que as well de du des la le les the of l' its sa ses their leur en date in on dans n n' ° no nos nº numéro number . " + monthNames +
	" 1er er st nd rd th through jusqu' également also enfin then puis notamment both respectivement")

const monthNames = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre " +
	"january february march april may june july august september october november december"

var months = wordSet(monthNames + " jan feb mar apr jun jul aug sept sep oct nov dec")

var beforeYear = wordSet("de of en in du since depuis avant before après after")

func wordSet(words string) map[uint64]bool {
	set := map[uint64]bool{}
	for _, w := range strings.Fields(words) {
		for _, tok := range extractors.Tokenize(nil, w) {
			set[tok.Hash] = true
		}
	}
	return set
}

// gap looks at the tokens [a, b): tight if they only join numbers, sentence if
// no sentence ends among them.
func (f *finder) gap(a, b int) (tight, sentence bool) {
	tight = true
	for i := a; i < b; i++ {
		tok := &f.toks[i]
		if f.endsSentence(i) {
			return false, false
		}
		if i > a && tok.Shape&extractors.IsLine != 0 && tok.Shape&(extractors.IsNumber|extractors.IsCap) == extractors.IsCap {
			tight = false
		}
		if tok.Shape&extractors.IsNumber == 0 && !between[tok.Hash] {
			tight = false
		}
	}
	return tight, true
}

// endsSentence reports whether the token is a full stop that ends a sentence:
// a capital follows, or the line ends, and no abbreviation or number precedes.
func (f *finder) endsSentence(i int) bool {
	tok := &f.toks[i]
	if tok.Len() != 1 {
		return false
	}
	switch f.s[tok.Start] {
	case '?', '!':
		return true
	case '.':
	default:
		return false
	}
	if i+1 >= len(f.toks) || f.toks[i+1].Shape&extractors.IsLine != 0 {
		return true
	}
	next := &f.toks[i+1]
	if next.Start == tok.End || next.Shape&extractors.IsWord != 0 && next.Shape&extractors.IsCap == 0 || next.Shape&extractors.IsNumber != 0 {
		return false
	}
	if i == 0 {
		return false
	}
	prev := &f.toks[i-1]
	if prev.End != tok.Start || abbreviations[prev.Hash] {
		return false
	}
	return prev.Len() > 1 || prev.Shape&extractors.IsWord == 0
}

var abbreviations = wordSet("no nos res rés para par art cf mr mrs ms dr prof st vol p pp sect chap op")

// inDate reports whether the number at token i belongs to a date: a month
// stands beside it, or it is a year behind a preposition.
func (f *finder) inDate(i int) bool {
	if i+1 < len(f.toks) && months[f.toks[i+1].Hash] {
		return true
	}
	if i > 0 && (months[f.toks[i-1].Hash] || f.toks[i].Len() == 4 && beforeYear[f.toks[i-1].Hash]) {
		return true
	}
	if i > 1 && f.s[f.toks[i-1].Start] == ',' && f.toks[i-2].Shape&extractors.IsNumber != 0 && i > 2 && months[f.toks[i-3].Hash] {
		return true // "December 3, 2012"
	}
	return i > 1 && f.toks[i-1].Shape&extractors.IsNumber == 0 && f.toks[i].Len() <= 2 && f.toks[i].Len() > 0 && dayWords[f.toks[i-1].Hash]
}

var dayWords = wordSet("du le on")

// opensParagraph reports whether the number stands at the head of a line like
// that of a numbered paragraph.
func (f *finder) opensParagraph(m *member) bool {
	return f.toks[m.tok].Shape&extractors.IsLine != 0 &&
		(m.number.end == len(f.s) || f.s[m.number.end] == '.' || f.s[m.number.end] == ')' || f.s[m.number.end] == '\n')
}

// headOfList reports whether a bare number opens a line as the numbers of a
// table of resolutions do: "1309    IOM–UN relations".
func (f *finder) headOfList(m member) bool {
	if m.shape != shapeBare || f.toks[m.tok].Shape&extractors.IsLine == 0 || m.n < 100 {
		return false
	}
	rest := f.s[m.number.end:]
	return strings.HasPrefix(rest, "  ") || strings.HasPrefix(rest, "\t") || strings.HasPrefix(rest, " |")
}
