// Package people finds the names of persons in French and English text by what
// stands around them: a title ("Mme Traoré"), a role ("le ministre Jean
// Dupont", "Amy Pope, Director General"), a label ("Contact: …"), a verb of
// saying, or a known given name. A full name, once found, explains the short
// forms in the rest of the document ("M. Ban", "Labovitz").
package people

import (
	"bytes"
	_ "embed"
	"slices"
	"strings"
	"sync"

	"tamis/extractors"
)

// Extractor finds people.
var Extractor = &extractors.Extractor{
	Name: "people",
	Doc:  "names of persons, without titles, with the role that stands beside them",
	Type: extractors.Per,
	Find: find,
}

// GivenNames lists frequent given names, folded, one a line. Those that are
// also frequent words of French or English are not among them.
//
//go:embed data/given.txt
var GivenNames string

//go:embed data/given_rare.txt
var rareNames string

//go:embed data/surnames.txt
var surnames string

// A sieve tells whether a word is in a list of names; it is wrong once in some
// hundred words, which evidence can bear, and ready in milliseconds.
type sieve []uint64

func newSieve(list string) sieve {
	s := make(sieve, 1<<14) // 2^20 bits
	for name := range strings.Lines(list) {
		for _, b := range bits(strings.TrimSuffix(name, "\n")) {
			s[b>>6] |= 1 << (b & 63)
		}
	}
	return s
}

func (s sieve) has(word string) bool {
	for _, b := range bits(word) {
		if s[b>>6]&(1<<(b&63)) == 0 {
			return false
		}
	}
	return true
}

func bits(word string) [2]uint64 {
	h := uint64(14695981039346656037)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 1099511628211
	}
	h *= 0x9E3779B97F4A7C15
	return [2]uint64{h >> 44, h << 20 >> 44}
}

var (
	rare   = sync.OnceValue(func() sieve { return newSieve(rareNames) })
	family = sync.OnceValue(func() sieve { return newSieve(surnames) })
)

// What a word can be in and around the name of a person, one bit each.
const (
	title = 1 << iota
	role
	sayer
	label
	particle
	notName
	thingAfter
	thingBefore
	functionWord
	given
	leader
)

// words has the words of all classes, folded.
var words = sync.OnceValue(newWords)

func newWords() *extractors.Words {
	w := new(extractors.Words)
	w.Add(GivenNames, given)
	w.Add(titles, title)
	w.Add(roles, role)
	w.Add(sayers, sayer)
	w.Add(labels, label)
	w.Add(particles, particle)
	w.Add(notNames, notName)
	w.Add(things, thingAfter)
	w.Add(thingsBefore, thingBefore)
	w.Add(functionWords, functionWord)
	w.Add(leaders, leader)
	return w
}

const (
	// titles stand before a name, folded, without their point.
	titles = `m mm mme mmes mlle monsieur madame mademoiselle messieurs mesdames mr mrs ms miss dr drs prof pr me maitre sir lord lady
		baron baronne sheikh cheikh imam rabbi rabbin pere soeur frere father sister brother mgr monseigneur reverend rev hon son
		general colonel lieutenant-colonel commandant capitaine captain sergeant sergent major caporal lieutenant
		sem engr amb barr alhaji alhaja hajia mallam`

	// roles are posts that persons hold, folded: a name may follow at once, or
	// a comma and the post may follow the name.
	roles = `president presidente vice-president vice-presidente directeur directrice director ministre minister ambassadeur ambassadrice ambassador
		secretaire secretary secretary-general coordinateur coordinatrice coordonnateur coordonnatrice coordinator commissaire commissioner
		haut-commissaire representant representante representative envoye envoyee envoy rapporteur rapporteuse chef cheffe head chief
		chair chairman chairwoman chairperson chancelier chanceliere chancellor premier premiere prime senateur senatrice senator depute deputee
		maire mayor prefet prefete gouverneur gouverneure governor juge judge justice procureur procureure prosecutor avocat avocate lawyer
		porte-parole spokesperson spokesman spokeswoman administrateur administratrice administrator conseiller conseillere adviser advisor
		counsellor councillor delegue deleguee delegate responsable manager officer analyste analyst chercheur chercheuse researcher
		professeur professeure professor docteur doctor medecin nurse infirmier infirmiere expert experte fondateur fondatrice founder
		co-fondateur co-founder tresorier tresoriere treasurer roi reine king queen prince princesse princess pape pope
		journaliste journalist correspondant correspondante correspondent photographe photographer economiste economist general
		commandant commander colonel capitaine captain lieutenant specialist specialiste assistant assistante consultant consultante
		deputy adjoint adjointe bourgmestre syndic greffier greffiere registrar militant militante activist editor redacteur redactrice
		member membre executive ceo fellow historian historien historienne sociologue politologue facilitator moderator moderateur moderatrice`

	// sayers are verbs after which, or before which, a person stands.
	sayers = `said says told added explained explains noted warned stressed recalled recalls declared stated announced argued wrote asked
		according declare dit affirme explique ajoute precise souligne rappelle estime confie raconte resume temoigne insiste selon indique assure
		explique deplore salue`

	// labels stand before a colon and a name, at the head of a line.
	labels = `contact contacts chair co-chair chairs president presidente rapporteur rapporteuse facilitator facilitateur facilitatrice moderator
		moderateur moderatrice secretary secretaire author auteur autrice auteurs authors par by photo speaker speakers intervenant intervenante
		intervenants supervisor superviseur prepared signature signe signed editor coordinator coordinateur coordinatrice coordonnateur
		directeur directrice director manager presse press convener animateur animatrice redige interpretes present presents presente excuses
		apologies participants membres members`

	// particles join the parts of a name, folded.
	particles = `de du des van von der den el al ben bin bint ibn ould mint ag dos da di del della la le y abu abou ter ten zu af`

	// notNames are capitalised words that begin a sentence or stand in names of
	// other things, folded: no name begins or ends with one.
	notNames = `the a an this these those that in on at by from with as for to and or but when where while after before since during under
		le la les l un une des du de ce cet cette ces et ou mais quand en au aux par pour sur dans avec sans apres avant depuis selon
		il elle ils elles nous vous on je she he they we you it his her their our its notre nos votre vos leur leurs son sa ses mon ma
		lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday saturday sunday
		janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre january february march april june july
		august september october november december
		nations unies united general international national ministry ministere university universite committee comite council conseil
		republic republique commission organisation organization department departement office bureau agency agence fund fonds
		programme program project projet group groupe union bank banque court cour assembly assemblee security securite
		street rue avenue boulevard place road route north south east west nord sud est ouest new saint sainte
		twitter facebook youtube linkedin email mail tel fax photo photos credit article section chapter chapitre annexe annex table tableau
		figure page note resolution decision rapport report plan act loi law`
)

// A finder works on one text.
type finder struct {
	*extractors.Text
	words *extractors.Words
	found []extractors.Mention
}

func find(t *extractors.Text) []extractors.Mention {
	f := &finder{Text: t, words: words()}
	for i := 0; i < len(f.Tokens); {
		if !f.is(i, extractors.IsCap) {
			i++
			continue
		}
		if end := f.nameAt(i); end > i {
			i = end
			continue
		}
		if f.leaderAt(i) {
			m := extractors.Mention{Span: f.Tokens[i].Span, Type: extractors.Per, Rule: Known, Confidence: 0.9}
			f.setNorm(&m, f.text(i))
			f.found = append(f.found, m)
		}
		i++
	}
	f.shortForms()
	return extractors.Resolve(f.found)
}

// Link completes the people of a text when something else, the tagger for one,
// has settled their spans: the norm is the fullest name of the document, the
// role what stands beside the name. Short forms of the names are added.
func Link(t *extractors.Text, found []extractors.Mention) []extractors.Mention {
	f := &finder{Text: t, words: words()}
	var names []extractors.Mention
	for _, m := range found {
		if m.Norm != "" {
			names = append(names, m)
			continue
		}
		names = append(names, f.trim(m)...)
	}
	for _, m := range f.join(names) {
		if m.Norm == "" {
			f.setNorm(&m, t.S[m.Start:m.End])
			first := f.tokenAt(m.Start)
			end := f.tokenAt(m.End)
			role := f.roleAfter(end)
			if role == "" && f.before(first) == byRole {
				role = f.roleBefore(first)
			}
			if role != "" {
				m.SetAttr(extractors.AttrRole, role)
			}
		}
		f.found = append(f.found, m)
	}
	f.shortForms()
	return extractors.Resolve(f.found)
}

// tokenAt returns the index of the first token that starts at or after the
// byte offset.
func (f *finder) tokenAt(offset int) int {
	i, _ := slices.BinarySearchFunc(f.Tokens, offset, func(t extractors.Token, o int) int { return t.Start - o })
	return i
}

func (f *finder) text(i int) string {
	if i < 0 || i >= len(f.Tokens) {
		return ""
	}
	return f.S[f.Tokens[i].Start:f.Tokens[i].End]
}

func (f *finder) fold(i int) string {
	return strings.TrimRight(extractors.Fold(f.text(i)), "'")
}

// appendFold is fold where no string is needed.
func (f *finder) appendFold(dst []byte, i int) []byte {
	return bytes.TrimRight(extractors.AppendFold(dst, f.text(i)), "'")
}

// class returns what the word at token i can be, 0 if there is no token i.
func (f *finder) class(i int) uint32 {
	if i < 0 || i >= len(f.Tokens) {
		return 0
	}
	return f.words.Classes(f.S, &f.Tokens[i])
}

// classOf returns what a folded word can be.
func classOf(w string) uint32 { return words().Of(w) }

func (f *finder) is(i int, shape extractors.Shape) bool {
	return i >= 0 && i < len(f.Tokens) && f.Tokens[i].Shape&shape != 0
}

// touches reports whether token i+1 follows token i without a space.
func (f *finder) touches(i int) bool {
	return i >= 0 && i+1 < len(f.Tokens) && f.Tokens[i].End == f.Tokens[i+1].Start
}

// A name that has been read: tokens [start, end).
type name struct {
	start, end int
	words      int // capitalised words, hyphenated ones once
	given      bool
	initial    bool
}

// capitals counts the capitalised words of tokens [start, end), what a hyphen
// joins once.
func (f *finder) capitals(start, end int) (n int) {
	for i := start; i < end; i++ {
		if f.is(i, extractors.IsCap) && !(i > start && f.text(i-1) == "-") {
			n++
		}
	}
	return n
}

// maxParts bounds the tokens that hyphens add to one word of a name: chains of
// hundreds are no name, and to read them again from each link takes too long.
const maxParts = 16

// read reads the longest run of tokens from i that has the form of a name:
// capitalised words, initials, particles between them.
func (f *finder) read(i int) name {
	n := name{start: i, end: i}
	for j := i; j < len(f.Tokens) && n.words < 6; {
		if j > i && (f.Tokens[j].Shape&extractors.IsLine != 0 || f.wide(j-1)) {
			break
		}
		c := f.class(j)
		switch {
		case f.is(j, extractors.IsCap) && f.Tokens[j].Shape&extractors.IsElided == 0:
			var buf [64]byte
			w := f.appendFold(buf[:0], j)
			if len(w) == 1 { // an initial, "J." or "J.-P."
				if f.text(j+1) != "." || !f.touches(j) || j == i && w[0] == 'm' && f.text(j+2) != "-" && f.LangAt(f.Tokens[j].Start) != "en" {
					return n // "M. Velkro" has a title, not an initial
				}
				n.initial = true
				n.words++
				j += 2
				n.end = j
				for first := j; j < first+maxParts && f.text(j) == "-" && f.touches(j-1) && f.is(j+1, extractors.IsCap); {
					j += 2
					if f.text(j) == "." {
						j++
					}
					n.end = j
				}
				continue
			}
			if c&notName != 0 || f.is(j, extractors.HasDigit) || f.is(j, extractors.IsUpper) && len(w) < 4 && j == i {
				return n
			}
			if f.is(j, extractors.IsUpper) && j > i && (len(w) < 3 || f.class(j-1)&given == 0 && len(w) < 5) {
				return n // an acronym beside a name
			}
			if c&given != 0 && n.words == 0 {
				n.given = true
			}
			n.words++
			j++
			for first := j; j < first+maxParts && (f.text(j) == "-" || f.text(j) == "'" || f.text(j) == "’") && f.touches(j-1) && f.touches(j) && f.is(j+1, extractors.IsWord); {
				if n.words == 1 && f.class(j+1)&given != 0 {
					n.given = true
				}
				j += 2
			}
			n.end = j
		case n.words > 0 && (c&particle != 0 || f.fold(j) == "d") && f.particleJoins(j):
			j++
			if f.text(j) == "-" {
				j++
			}
		default:
			return n
		}
	}
	return n
}

// particleJoins reports whether a capitalised word follows the particle at
// token j, perhaps after another one ("van der", "de la") or a hyphen ("al-").
func (f *finder) particleJoins(j int) bool {
	k := j + 1
	if f.text(k) == "-" {
		k++
	}
	for f.class(k)&particle != 0 && k < j+3 && !f.is(k, extractors.IsCap) {
		k++
	}
	if !f.is(k, extractors.IsCap) || f.Tokens[k].Shape&extractors.IsLine != 0 || f.class(k)&notName != 0 {
		return false
	}
	switch f.fold(j) {
	case "de", "du", "des", "d", "la", "le": // "Jean de La Fontaine", but "Antoine de France"
		return f.class(j-1)&given != 0 && len(f.fold(k)) > 2
	}
	return true
}

// nameAt decides on the name that starts at token i and returns the index
// after it, or i if there is none.
func (f *finder) nameAt(i int) int {
	if f.class(i)&(title|given) == title && f.is(i+1, extractors.IsCap) {
		if n := len(f.fold(i)); n > 1 && n <= 4 {
			return i // the name starts after "Dr"
		}
	}
	n := f.read(i)
	if n.words == 0 {
		return i
	}
	if colleagues[f.fold(n.start)] && n.words == 1 || f.thing(n.start, n.end) || f.post(n.start, n.end) || f.styles(n.start, n.end) {
		return n.end
	}
	if end := f.headline(n.start, n.end); end == n.start && f.before(i) == byNothing {
		return n.end
	} else if end > n.start && end < n.end {
		n.words, n.end = f.capitals(n.start, end), end
	}
	var rule string
	var confidence float32
	before := f.before(i)
	role := ""
	switch {
	case before == byTitle && n.words == 1 && (n.initial && f.touches(i-1) || f.Tokens[i-1].Len() > 3 && common(f.fold(i))):
		return i // "M.P.", "Major Groups"
	case before == byTitle:
		rule, confidence = "title", 0.95
	case n.words < 2:
		return i
	case before == byRole:
		rule, confidence = "role", 0.9
	case n.given:
		rule, confidence = GivenName, 0.85
	case before == byLabel:
		rule, confidence = "label", 0.8
	case before == bySaying:
		rule, confidence = "saying", 0.75
	case n.words <= 4 && f.roleAfter(n.end) != "":
		rule, confidence = "role-after", 0.75
	case n.words <= 4 && f.ageAfter(n.end):
		rule, confidence = "age", 0.8
	default:
		return i
	}
	if n.words > 4 && !n.initial {
		return i
	}
	if rule == GivenName && n.words <= 3 && f.class(n.end-1)&leader != 0 {
		rule, confidence = Known, 0.95
	}
	if role = f.roleAfter(n.end); role == "" && before == byRole {
		role = f.roleBefore(i)
	}
	m := extractors.Mention{Span: extractors.Span{Start: f.Tokens[n.start].Start, End: f.Tokens[n.end-1].End},
		Type: extractors.Per, Rule: rule, Confidence: confidence}
	if role != "" {
		m.SetAttr(extractors.AttrRole, role)
	}
	f.setNorm(&m, f.S[m.Start:m.End])
	f.found = append(f.found, m)
	return n.end
}

// colleagues are what speakers in a parliament call others, folded: "my hon. Friend".
var colleagues = setOf(`friend friends gentleman gentlemen members`)

func (f *finder) setNorm(m *extractors.Mention, full string) {
	m.Norm = strings.Join(strings.Fields(strings.ReplaceAll(full, "’", "'")), " ")
	direct := m.Norm
	if surname, given, ok := strings.Cut(m.Norm, ", "); ok {
		direct = given + " " + surname // one person with who is printed so
	} else if surname, given, ok := strings.Cut(strings.TrimSuffix(m.Norm, ")"), " ("); ok && strings.HasSuffix(m.Norm, ")") {
		direct = given + " " + surname
	}
	m.Entity = "per:" + extractors.Slug(direct)
}

type evidence int

const (
	byNothing evidence = iota
	byTitle
	byRole
	byLabel
	bySaying
)

// before tells what stands before token i.
func (f *finder) before(i int) evidence {
	if i == 0 || f.Tokens[i].Shape&extractors.IsLine != 0 {
		return byNothing
	}
	j := i - 1
	var buf [64]byte
	w, c := f.appendFold(buf[:0], j), f.class(j)
	if string(w) == "." && f.touches(j-1) {
		if f.class(j-1)&title != 0 && len(f.fold(j-1)) <= 4 {
			return byTitle
		}
		return byNothing
	}
	switch {
	case c&title != 0 && f.titleForm(j, len(w)):
		return byTitle
	case c&role != 0:
		return byRole
	}
	switch string(w) {
	case "general", "generale", "adjoint", "adjointe":
		for k := j - 1; k > j-5 && k >= 0; k-- {
			if f.class(k)&role != 0 {
				return byRole
			}
		}
	case ":":
		for k := j - 1; k >= 0 && k > j-4; k-- {
			if f.class(k)&(label|role) != 0 {
				return byLabel
			}
			if f.Tokens[k].Shape&extractors.IsLine != 0 {
				break
			}
		}
	case "by", "par":
		if f.Tokens[j].Shape&extractors.IsLine != 0 {
			return byLabel
		}
	default:
		if c&sayer != 0 {
			return bySaying
		}
	}
	return byNothing
}

// titleForm reports whether the title of n letters at token j is written as one: English
// has a capital, in French the long ones may do without. In capitals throughout
// it is an acronym ("PR"), unless the name is written so too.
func (f *finder) titleForm(j, n int) bool {
	switch {
	case f.is(j, extractors.IsUpper) && n > 1:
		return f.is(j+1, extractors.IsUpper) && f.Tokens[j+1].Len() > 1
	case f.is(j, extractors.IsCap):
		return true
	}
	return n > 3 && f.LangAt(f.Tokens[j].Start) != "en"
}

// roleAfter returns the post that follows a name after a comma or in brackets,
// to the end of the apposition: "Directeur des opérations d'urgence de l'OIM".
func (f *finder) roleAfter(i int) string {
	if t := f.text(i); t != "," && t != "(" && t != "–" && t != "-" || i+1 >= len(f.Tokens) || f.Tokens[i].Shape&extractors.IsLine != 0 {
		return ""
	}
	first := i + 1
	if w := f.fold(first); w == "the" || w == "le" || w == "la" || w == "l" || w == "a" || w == "an" || w == "un" || w == "une" || w == "son" || w == "sa" {
		first++
	}
	held := false
	j := first
	for ; j < len(f.Tokens) && j < first+24 && f.Tokens[j].Shape&extractors.IsLine == 0; j++ {
		t := f.text(j)
		if t == "," || t == ";" || t == ")" || t == "." || t == "(" || t == ":" || t == "»" || t == "”" || t == "\"" {
			break
		}
		if j < first+4 && classOf(f.hyphenated(j))&role != 0 {
			held = true
		}
	}
	if !held || j == first {
		return ""
	}
	return f.S[f.Tokens[first].Start:f.Tokens[j-1].End]
}

// hyphenated returns the folded word at token j with what hyphens join to it:
// "vice-president".
func (f *finder) hyphenated(j int) string {
	w := f.fold(j)
	if f.text(j+1) == "-" && f.touches(j) && f.touches(j+1) {
		if whole := w + "-" + f.fold(j+2); classOf(whole)&role != 0 {
			return whole
		}
	}
	return w
}

// roleBefore returns the post that stands before the name at token i.
func (f *finder) roleBefore(i int) string {
	start := i
	for j := i - 1; j >= 0 && j > i-8; j-- {
		w := f.fold(j)
		if classOf(w)&role != 0 {
			start = j
		} else if w != "general" && w != "generale" && w != "adjoint" && w != "adjointe" && w != "-" && w != "deputy" && w != "special" {
			break
		}
		if f.Tokens[j].Shape&extractors.IsLine != 0 {
			break
		}
	}
	if start == i {
		return ""
	}
	return f.S[f.Tokens[start].Start:f.Tokens[i-1].End]
}

// ageAfter reports whether an age follows: "Osman Tutu Kuku, 34, …".
func (f *finder) ageAfter(i int) bool {
	if f.text(i) != "," || !f.is(i+1, extractors.IsNumber) || f.Tokens[i+1].Len() > 2 {
		return false
	}
	switch f.fold(i + 2) {
	case ",", ".", "ans", "and", "et", "who", ")":
		return true
	}
	return false
}

// maxCaps bounds the words of a full name that the tagger found: longer ones
// are lists that it ran together.
const maxCaps = 7

// shortForms finds what is left of the names found: a surname alone, the given
// name alone. Each takes the fullest name that ends (or starts) with it.
func (f *finder) shortForms() {
	if len(f.found) == 0 {
		return
	}
	f.nameFullest()
	full := map[string]string{} // surname or given name, folded, to the full name as printed
	ms := slices.Clone(f.found)
	slices.SortStableFunc(ms, func(a, b extractors.Mention) int { return b.Len() - a.Len() })
	var toks []extractors.Token
	var caps []string
	for k := range ms {
		m := &ms[k]
		if strings.IndexByte(m.Norm, ' ') < 0 && strings.IndexByte(m.Norm, '-') < 0 || k > 0 && m.Norm == ms[k-1].Norm {
			continue
		}
		toks = extractors.Tokenize(toks[:0], m.Norm)
		caps = caps[:0]
		loud := f.loud(*m)
		for _, t := range toks {
			if t.Shape&extractors.IsCap != 0 && t.Len() > 2 && (loud || t.Shape&extractors.IsUpper == 0 || t.Len() > 4) {
				caps = append(caps, extractors.Fold(m.Norm[t.Start:t.End]))
			}
		}
		if len(caps) < 2 || m.Rule == "tagger" && (len(caps) > maxCaps || !slices.ContainsFunc(caps, f.personal)) {
			continue
		}
		for k, w := range caps {
			if _, ok := full[w]; !ok && classOf(w)&(notName|functionWord) == 0 && (k > 0 || classOf(w)&given != 0) {
				full[w] = m.Norm
			}
		}
	}
	if len(full) == 0 {
		return
	}
	taken := make([]extractors.Span, len(f.found)) // in order
	for k := range f.found {
		taken[k] = f.found[k].Span
	}
	slices.SortFunc(taken, func(a, b extractors.Span) int { return a.Start - b.Start })
	var buf [64]byte
	next := 0 // the first of taken that ends behind the token
	for i := range f.Tokens {
		t := &f.Tokens[i]
		if t.Shape&extractors.IsCap == 0 || t.Len() < 3 || t.Shape&extractors.IsElided != 0 {
			continue
		}
		for next < len(taken) && taken[next].End <= t.Start {
			next++
		}
		if next < len(taken) && taken[next].Start <= t.Start {
			continue
		}
		name, ok := full[string(bytes.TrimRight(extractors.AppendFold(buf[:0], f.S[t.Start:t.End]), "'"))]
		if !ok || f.is(i-1, extractors.IsCap) && t.Shape&extractors.IsLine == 0 && !f.sentenceEnd(i-1) ||
			f.is(i+1, extractors.IsCap) && f.Tokens[i+1].Shape&extractors.IsLine == 0 {
			continue
		}
		if t.Shape&extractors.IsUpper != 0 && t.Len() < 5 {
			continue // "SUV" is none of "Orlo Suv"
		}
		end := i + 1
		for f.text(end) == "-" && f.touches(end-1) && f.is(end+1, extractors.IsCap) && full[f.fold(end+1)] == name {
			end += 2
		}
		if f.text(i-1) == "-" && f.touches(i-1) || f.thing(i, end) {
			continue
		}
		m := extractors.Mention{Span: extractors.Span{Start: t.Start, End: f.Tokens[end-1].End}, Type: extractors.Per, Rule: ShortForm, Confidence: 0.8}
		f.setNorm(&m, name)
		f.found = append(f.found, m)
	}
}

// GivenName is the rule of names that only a known given name speaks for.
const GivenName = "given-name"

// ShortForm is the rule of names that only a fuller one elsewhere explains.
const ShortForm = "short-form"

// personal reports whether the lists of names have the folded word.
func (f *finder) personal(w string) bool {
	return classOf(w)&given != 0 || rare().has(w) || family().has(w)
}

func (f *finder) sentenceEnd(i int) bool {
	t := f.text(i)
	return t == "." || t == "!" || t == "?" || t == ":"
}

// Split parts a full name into given names and family name, "" where it can't
// be told: the family name is what is in capitals, else what follows the last
// known given name or initial, particles included.
func Split(full string) (givenName, family string) {
	words := strings.Fields(full)
	if len(words) < 2 {
		return "", ""
	}
	isGiven := func(w string) bool {
		for part := range strings.SplitSeq(extractors.Fold(w), "-") {
			if classOf(part)&given != 0 {
				return true
			}
		}
		return strings.HasSuffix(w, ".")
	}
	upper := func(w string) bool { return len(w) > 2 && strings.ToUpper(w) == w && !strings.HasSuffix(w, ".") }
	switch {
	case upper(words[len(words)-1]) && !upper(words[0]): // "Jean DUPONT"
		n := slices.IndexFunc(words, upper)
		return strings.Join(words[:n], " "), strings.Join(words[n:], " ")
	case upper(words[0]) && !upper(words[len(words)-1]): // "DUPONT Jean"
		n := slices.IndexFunc(words, func(w string) bool { return !upper(w) })
		return strings.Join(words[n:], " "), strings.Join(words[:n], " ")
	}
	if !isGiven(words[0]) {
		return "", ""
	}
	n := 1
	for n < len(words)-1 && isGiven(words[n]) {
		n++
	}
	return strings.Join(words[:n], " "), strings.Join(words[n:], " ")
}

// A WordClass says what a word can be beside the name of a person.
type WordClass struct{ Given, RareGiven, Surname, Title, Role, Saying, Particle, Never bool }

// Classify returns the class of a folded word. Never is set for words that
// begin or end no name.
func Classify(folded string) WordClass {
	c := classOf(folded)
	return WordClass{Given: c&given != 0, RareGiven: rare().has(folded), Surname: family().has(folded), Title: c&title != 0, Role: c&role != 0,
		Saying: c&sayer != 0, Particle: c&particle != 0, Never: c&notName != 0}
}
