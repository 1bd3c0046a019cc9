package people

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/vocabulary"
)

// trim cuts a name that something else has found to what is a name: columns of
// a table, sentences, dashes, bullets and conjunctions part, and titles and
// posts before it go ("Senators Ximena Órdenes", "Maître Diop"). What a hyphen
// or an apostrophe glues to a piece belongs to it. It returns the pieces, none
// where nothing is left.
func (f *finder) trim(m extractors.Mention) []extractors.Mention {
	var out []extractors.Mention
	first, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	start := first
	flush := func(stop int) {
		for start < stop && (f.title(start, stop) || f.opener(start, stop) || (!f.is(start, extractors.IsWord) || f.is(start, extractors.HasDigit)) && !f.apostrophe(start)) {
			start++
			if f.text(start) == "." && start < stop {
				start++
			}
		}
		for stop > start && !f.is(stop-1, extractors.IsWord) && !(f.text(stop-1) == "." && f.Tokens[stop-2].Len() <= 3) && f.text(stop-1) != ")" {
			stop--
		}
		for stop > start+2 && f.honours(start, stop-1) {
			if stop--; f.text(stop-1) == "," && stop > start+2 {
				stop--
			}
		}
		for stop > start+2 && f.appointed(stop-1) {
			stop--
		}
		if start >= stop {
			return
		}
		start, stop := f.glued(start, stop)
		stop = f.doubled(start, stop)
		if f.slug(start, stop) || f.thing(start, stop) || f.post(start, stop) || f.styles(start, stop) || stop == start+1 && f.class(start)&(functionWord|given) == functionWord && (f.is(start, extractors.IsLine) || f.sentenceEnd(start-1)) {
			return
		}
		if f.personal(f.fold(start)) {
			stop = max(f.headline(start, stop), start+1)
		}
		for i := start + 1; i < stop; i++ {
			if f.is(i, extractors.IsCap) && !f.is(i, extractors.IsUpper) && vocabulary.HeadlineVerb(f.fold(i)) && f.LangAt(f.Tokens[i].Start) != "fr" && !f.personal(f.fold(i)) && !f.glue(i-1) {
				stop = i // "Velmisa Reaffirms Larga"
			}
		}
		for stop > start+1 && !f.is(stop-1, extractors.IsWord) && f.text(stop-1) != "." && f.text(stop-1) != ")" {
			stop--
		}
		if n := len(out); n > 0 && out[n-1].End > f.Tokens[start].Start {
			return
		}
		if first := f.initials(start); first < start && (len(out) == 0 || out[len(out)-1].End <= f.Tokens[first].Start) {
			start = first
		}
		piece := m
		piece.Span = extractors.Span{Start: f.Tokens[start].Start, End: f.Tokens[stop-1].End}
		out = append(out, piece)
	}
	for i := first; i+1 < end; i++ {
		switch {
		case f.wide(i):
			flush(i + 1)
			start = i + 1
		case f.text(i) == "." && i > start && f.Tokens[i-1].Len() > 4 && f.is(i+1, extractors.IsCap), i > start && f.parts(i):
			flush(i)
			start = i + 1
		}
	}
	flush(end)
	return out
}

// doubled returns where a name ends that a page's code has written twice, with
// what follows it or nothing: "Awa Velmisa Awa Velmisa Larga Post".
func (f *finder) doubled(start, stop int) int {
	for n := (stop - start) / 2; n >= 2; n-- {
		same := true
		for i := start; i < start+n && same; i++ {
			same = f.text(i) == f.text(i+n)
		}
		if same {
			return start + n
		}
	}
	return stop
}

// slug reports whether tokens [start, stop) are a piece of an address that
// hyphens join, "Velmisa-says-no": two of the words between are in small letters
// and are no particles.
func (f *finder) slug(start, stop int) bool {
	small := 0
	for i := start + 1; i+1 < stop; i++ {
		if f.text(i) == "-" && f.touches(i-1) && f.touches(i) && f.is(i+1, extractors.IsWord) && !f.is(i+1, extractors.IsCap) && f.class(i+1)&particle == 0 {
			small++
		}
	}
	return small > 1
}

// styles reports whether all of tokens [start, stop) is what one calls somebody
// by rank: "Excellence", "Altesse Royale", "Excellence Monsieur".
func (f *finder) styles(start, stop int) bool {
	for i := start; i < stop; i++ {
		w := f.fold(i)
		if !ofRank[w] && (f.class(i)&title == 0 || f.class(i)&given != 0 || i == start) {
			return false
		}
	}
	return true
}

// ofRank are the words of such styles, folded.
var ofRank = setOf(`excellence excellences excellency altesse altesses majeste majesty highness eminence saintete holiness royale royal imperiale honneur`)

// honours reports whether token i, at the end of the name that starts at token
// start, is an order, a degree or a profession in letters: "Awa Velmisa OBE".
func (f *finder) honours(start, i int) bool {
	return f.is(i, extractors.IsUpper) && afterNames[f.fold(i)] && (!f.is(start, extractors.IsUpper) || f.Tokens[start].Len() < 2 || f.fold(i) == "esq") || f.text(i) == "PhD" || f.text(i) == "Esq"
}

// appointed reports whether token i, at the end of a name of three words or more,
// is the post that the person gets or has: "nomme Awa Velmisa Procureur du".
func (f *finder) appointed(i int) bool {
	if !f.is(i, extractors.IsCap) || f.class(i)&given != 0 || f.class(i)&role == 0 && !posted[f.fold(i)] || alsoFamilies[f.fold(i)] {
		return false
	}
	if f.is(i+1, extractors.IsLine) || i+1 == len(f.Tokens) {
		return posted[f.fold(i)]
	}
	switch w := f.fold(i + 1); w {
	case "de", "d", "du", "des", "of", "general", "generale", "adjoint", "adjointe":
		return true
	case ",":
		return posted[f.fold(i)] // "Prof. Awa Velmisa Mentor, Larga College"
	}
	return false
}

// posted are posts that stand behind a name without anything between in lists,
// and end no name, folded.
var posted = setOf(`journalist journaliste mentor director directeur directrice coordinator coordinateur coordinatrice consultant consultante president presidente
	professor ambassador ambassadeur ambassadrice secretary secretaire moderator moderateur moderatrice spokesperson rapporteur minister ministre economist
	economiste lawyer avocat avocate researcher chercheur chercheuse senator manager treasurer tresorier tresoriere conseiller conseillere`)

// initials returns the first of the initials that stand before the name at token i,
// i where there are none: "A.M. |Velmisa". One alone counts where nothing that it
// could end stands before it, and never where it is the French title.
func (f *finder) initials(i int) int {
	start := i
	for start >= 2 && f.text(start-1) == "." && f.is(start-2, extractors.IsUpper) && f.Tokens[start-2].Len() == 1 && f.touches(start-2) && !f.is(start-1, extractors.IsLine) && !f.is(start, extractors.IsLine) {
		start -= 2
	}
	switch n := (i - start) / 2; {
	case n == 0 || n > 3:
		return i
	case n == 1:
		if f.LangAt(f.Tokens[i].Start) == "fr" || start > 0 && !f.is(start, extractors.IsLine) && f.is(start-1, extractors.IsWord|extractors.IsNumber) && f.class(start-1)&title == 0 {
			return i
		}
	case f.glue(start - 1):
		return i
	}
	return start
}

// alsoFamilies are posts that are also names of families, folded.
var alsoFamilies = setOf(`king prince pope judge justice premier head chief chair page general marshal`)

// afterNames are the letters that stand behind names, folded.
var afterNames = setOf(`obe mbe cbe kbe dbe gbe bem ebs cbs mbs ogw mgh egh hsc kc qc san esq phd md mph mba msc mp mpa mla mna am ao oam gcmg kcmg cmg dso cfr mfr oon ofr
	gcon gcfr grcf rn cpa fca jp llm llb bsc meng ceng frs frcp facp`)

// parts reports whether token i stands between names and in none: a bullet, a
// dash with space around it, "et" in small letters, a comma of a list.
func (f *finder) parts(i int) bool {
	switch t := f.text(i); t {
	case "●", "•", "·", "|", ";", "►", "▪", "*", "—":
		return true
	case "–", "-", "/":
		return !f.touches(i-1) && !f.touches(i)
	case "(":
		return !slices.ContainsFunc(f.Tokens[i:min(len(f.Tokens), i+6)], func(t extractors.Token) bool { return f.S[t.Start:t.End] == ")" })
	case "et", "and", "ou", "or", "nor", "v", "versus", "aan", "und":
		return true
	}
	return false
}

// glued widens the name in tokens [start, stop) to what hyphens and a capital
// with an apostrophe join to it: "Kyung-wha", "M'Baye".
func (f *finder) glued(start, stop int) (int, int) {
	for f.text(start-1) == "-" && f.touches(start-1) && f.touches(start-2) && f.is(start-2, extractors.IsWord) && !f.is(start-1, extractors.IsLine) {
		start -= 2
	}
	if f.is(start-1, extractors.IsElided) && f.is(start-1, extractors.IsCap) && f.touches(start-1) && strings.ContainsAny(f.text(start - 1)[:1], "MND") {
		start--
	}
	for f.text(stop) == "-" && f.touches(stop-1) && f.touches(stop) && f.is(stop+1, extractors.IsWord) {
		stop += 2
	}
	if n := f.Tokens[stop-1].Len(); n == 2 && f.is(stop-1, extractors.IsCap) && f.text(stop) == "." && f.touches(stop-1) && !strings.ContainsAny(f.fold(stop-1), "aeiouy") {
		stop++ // "Zeinebou Kh."
	}
	if f.class(start-1)&particle != 0 && !f.is(start, extractors.IsLine) && !f.is(start-1, extractors.IsCap) && f.before(start-1) == byTitle {
		start-- // "Mr. de Frouville"
	}
	return start, stop
}

// apostrophe reports whether token i is the one that a name such as 'Ana opens
// with.
func (f *finder) apostrophe(i int) bool {
	t := f.text(i)
	return (t == "'" || t == "’" || t == "‘" || t == "ʻ") && f.touches(i) && f.is(i+1, extractors.IsCap)
}

// wide reports whether a tab or three spaces stand between tokens i and i+1.
func (f *finder) wide(i int) bool {
	gap := f.S[f.Tokens[i].End:f.Tokens[i+1].Start]
	return strings.Contains(gap, "\t") || len(gap) >= 3 && strings.Trim(gap, " ") == ""
}

// title reports whether the word at token i, with a word of the name after it,
// is a title or a post rather than a part of the name. A given name is a name,
// and so is what a hyphen joins.
func (f *finder) title(i, stop int) bool {
	w := f.fold(i)
	if i+1 >= stop || !f.is(i, extractors.IsWord) || f.class(i)&given != 0 || f.text(i+1) == "-" && f.touches(i) || f.text(i+2) == "-" && f.text(i+1) == "." {
		return false // "M.-A. Dacosta" begins with an initial
	}
	if w == "m" && f.LangAt(f.Tokens[i].Start) == "en" {
		return false // so does "M. Reeves"
	}
	if next := f.fold(i + 1); (w == "el" || w == "al") && honorifics[next] && strings.HasPrefix(next, "ha") || w == "tan" && next == "sri" {
		return i+2 < stop // "El Hadj Mamadou"
	}
	return f.class(i)&(title|role) != 0 || len(w) > 4 && classOf(strings.TrimSuffix(w, "s"))&role != 0 || honorifics[w]
}

// opener reports whether the word at token i opens a sentence and is a common
// word, which no name begins with: "Although Velmisa …".
func (f *finder) opener(i, stop int) bool {
	if i+2 < stop && f.text(i+1) == "," && f.is(i, extractors.IsCap) && (f.class(i)&functionWord != 0 || strings.HasSuffix(f.fold(i), "ly") && common(f.fold(i))) {
		return true // "Oddly, Velmisa"
	}
	if i+1 >= stop || !f.is(i, extractors.IsWord) || f.Tokens[i].Len() < 2 || f.is(i, extractors.IsUpper) || f.touches(i) || !f.is(i, extractors.IsLine) && !f.sentenceEnd(i-1) || f.before(i) == byTitle {
		return false
	}
	w := f.fold(i)
	return classOf(w)&notName != 0 || vocabulary.Of(w)&(vocabulary.CommonEN|vocabulary.OtherFR) != 0 && vocabulary.Of(w)&vocabulary.Person == 0 && classOf(w)&given == 0 && !rare().has(w) && !family().has(w)
}

// joiners stand between two names of one person, folded: "née", "dit".
var joiners = setOf("nee ne epouse ep veuve vve dit dite alias")

// join makes one of two names, in order, that are one person's: "ZONGO née
// KABORÉ", "DUPONT, Marie", at the head of a line also "Dupont, Marie (Larga)".
// What follows such a joiner, and a given name after a family name in capitals,
// belongs to the name also where nothing had found it.
func (f *finder) join(names []extractors.Mention) []extractors.Mention {
	var out []extractors.Mention
	for k, m := range names {
		if n := len(out); n > 0 && out[n-1].End > m.Start {
			continue // the name before has reached it
		} else if n > 0 {
			last := &out[n-1]
			i, next := f.tokenAt(last.End), f.tokenAt(m.Start)
			if f.joined(i, next) || next == i+1 && f.inverted(*last, i, m) {
				last.End, last.Norm, last.Entity, last.Rule = m.End, "", "", m.Rule
				continue
			}
			if closing := f.tokenAt(m.End); next == i+1 && f.text(i) == "(" && f.text(closing) == ")" && f.loud(*last) && !f.loud(m) && !strings.Contains(f.S[m.Start:m.End], " ") {
				last.End, last.Norm, last.Entity, last.Rule = f.Tokens[closing].End, "", "", m.Rule // "VELMISA (Awa)"
				continue
			}
		}
		i := f.tokenAt(m.End)
		from := -1
		switch {
		case f.joined(i, i+2):
			from = i + 2
		case f.joined(i, i+1):
			from = i + 1
		case f.text(i) == "," && f.loud(m) && f.knownGiven(i+1) && !f.is(i+1, extractors.IsUpper):
			from = i + 1
		}
		if from > 0 && from < len(f.Tokens) && !f.is(from, extractors.IsLine) && (k+1 == len(names) || names[k+1].Start > f.Tokens[from].Start) {
			if n := f.read(from); n.words > 0 && (k+1 == len(names) || names[k+1].Start >= f.Tokens[n.end-1].End) {
				m.End, m.Norm, m.Entity = f.Tokens[n.end-1].End, "", ""
			}
		}
		out = append(out, m)
	}
	return out
}

// inverted reports whether the comma at token i, after one name and before
// another, stands between a family name and given names.
func (f *finder) inverted(family extractors.Mention, i int, given extractors.Mention) bool {
	if f.text(i) != "," || f.is(i, extractors.IsLine) || f.is(i+1, extractors.IsLine) || f.loud(given) {
		return false
	}
	if f.loud(family) {
		return true
	}
	first := f.tokenAt(family.Start)
	if !f.is(first, extractors.IsLine) || strings.Contains(f.S[family.Start:family.End], " ") || f.knownGiven(first) || !f.knownGiven(i+1) {
		return false
	}
	end := f.tokenAt(given.End)
	switch f.text(end) {
	case "(", "–", "—", "|", ";":
		return true
	}
	return end >= len(f.Tokens) || f.is(end, extractors.IsLine)
}

// knownGiven reports whether token i is a given name of the lists.
func (f *finder) knownGiven(i int) bool {
	w := f.fold(i)
	return f.is(i, extractors.IsCap) && (classOf(w)&given != 0 || rare().has(w))
}

// joined reports whether nothing but a joiner stands in tokens [i, next).
func (f *finder) joined(i, next int) bool {
	for k := i; k < next; k++ {
		if f.is(k, extractors.IsLine) || k == i && !joiners[f.fold(k)] || k > i && f.text(k) != "." {
			return false
		}
	}
	return next > i && next < i+3 && !f.is(next, extractors.IsLine)
}

// loud reports whether a name is all in capitals: "VAN DER MERWE".
func (f *finder) loud(m extractors.Mention) bool {
	s := f.S[m.Start:m.End]
	return utf8.RuneCountInString(s) > 2 && strings.ToUpper(s) == s
}

// honorifics stand before a name in languages that the texts come from, folded:
// they are titles that a capital does not tell from a given name, so they only
// go where something else has found the name.
var honorifics = setOf(`hajj haj hajji hadj hadji hajia alhaji elhadj elhadji alhadji sheikha shaikh shaikha sheikh cheikha emir prince princess
	princesse dame baroness baron lord lady sir dona dom dr pr me maitre mgr capt col gen lt sgt cpl adm maj brig ing eng arch engr barr sem hon rev revd fr
	sr ustaz ustad ustadh moulana maulana mullah ayatollah mama papa tante tonton oncle auntie uncle mzee bwana senators senateurs deputes ministres cardinal
	kgosi datu datuk dato ratu mwalimu mallam malam alhaja fitawrari ato woizero weizero sayyid sayed pastor pasteur bishop eveque abbe elder deacon diacre
	apotre prophete cllr msgr brother frere soeur dre mx messrs amiral admiral cdr cmdr cdt cne ltn slt subedar pcso alderman canon chanoine
	batonnier rabbin mere maman meme aunty nanny swami sardar nawab raja rani thakur shri sri smt sushri encik tuan puan datin mdm ibu
	bapak pak daw khun yeay kak moulvi kyai ugaas fqih moqaddem qadi caid hajiya hajjat hadja hadje hj goni mafo lella mwami mze mheshimiwa
	ndugu gogo agogo rre inkhosikati gurukkal oom whaea koro kuia neny iroij dzongdag otumfuo naaba torgbui togbe vieux
	feu feue dear cher chere chers cheres excellence excellency eminence altesse highness`)

func setOf(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
