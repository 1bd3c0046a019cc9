package boilerplate

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// A shape is what a line looks like, as evidence.
type shape int

const (
	label     shape = iota // a few words that could stand on a button
	clause                 // part of a sentence
	sentence               // a sentence or more
	bare                   // no letters: a number of a list, a rule
	reference              // a symbol or a date: it tells this document from others
)

// labelBytes is the length from which a line without final punctuation is no
// label any more.
const labelBytes = 120

// shapeOf tells the shape of a block by its length and its rims.
func shapeOf(b *Block) shape {
	s := b.Text
	if !hasLetter(s) || len(s) < 8 && strings.ContainsAny(s, ").") {
		return bare // "12.", "(iv)"
	}
	if isReference(s) {
		return reference
	}
	switch last := lastSign(s); {
	case last == '?' && len(s) < 60: // "Was this page helpful?"
	case last == '.', last == '!', last == '?', last == '…':
		if len(s) < 40 {
			return clause
		}
		return sentence
	case last == ',', last == ';':
		return clause
	case len(s) > labelBytes:
		return sentence
	}
	if first, _ := utf8.DecodeRuneInString(stripMarker(s)); unicode.IsLower(first) {
		return clause
	}
	if w := lastWord(s); len(w) < 8 && len(w) < len(s) && small[strings.ToLower(w)] {
		return clause // goes on in the next line
	}
	return label
}

func hasLetter(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; 'a' <= c && c <= 'z' {
			return true
		}
	}
	return strings.IndexFunc(s, unicode.IsLetter) >= 0
}

// lastSign returns the last rune of a line, before what may close it: quotation
// marks, brackets, blanks.
func lastSign(s string) rune {
	for len(s) > 0 {
		r, n := utf8.DecodeLastRuneInString(s)
		switch r {
		case '"', '\'', '»', '”', '’', ')', ']', ' ', 0xA0, 0x202F:
			s = s[:len(s)-n]
			continue
		}
		return r
	}
	return utf8.RuneError
}

// lastWord returns what stands behind the last blank or apostrophe of a line.
func lastWord(s string) string {
	for i := len(s); i > 0; {
		r, n := utf8.DecodeLastRuneInString(s[:i])
		if r == ' ' || r == 0xA0 || r == '\'' || r == '’' {
			return s[i:]
		}
		i -= n
	}
	return s
}

// isReference reports whether a line is nothing but a symbol ("S/2021/40") or a
// date ("le 3 mai 2024").
func isReference(s string) bool {
	if len(s) > 40 || !hasDigit(s) {
		return false
	}
	if strings.IndexByte(s, '/') > 0 && strings.IndexByte(s, ' ') < 0 && strings.ToUpper(s) == s {
		return true
	}
	var buf [80]byte
	month := false
	folded := extractors.AppendFold(buf[:0], s)
	for w, i := nextWord(folded, 0); len(w) > 0; w, i = nextWord(folded, i) {
		switch {
		case months[string(w)]:
			month = true
		case w[0] > '9' && string(w) != "le" && string(w) != "on":
			return false
		}
	}
	return month
}

// small are words that no label ends in.
var small = set(`a an the of on in at to by for from with and or its this that
	le la les l un une des du de d et ou au aux par pour sur dans en avec ce cette ces son sa ses`)

func set(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// stripMarker cuts the marker of a list off the head of a line, if more than
// the marker is there.
func stripMarker[T string | []byte](s T) T {
	for i := 0; i < len(s); {
		c, n := rune(s[i]), 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRuneInString(string(s[i:min(len(s), i+utf8.UTFMax)]))
		}
		if c >= '0' && c < utf8.RuneSelf && c != '>' && c != '|' || !strings.ContainsRune("-*>+|•·‣▪●◦→›»–— \u00a0", c) {
			return s[i:]
		}
		i += n
	}
	return s
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// Key returns the key under which a line is counted. Case, accents and the
// marker of a list don't count, nor do the signs of the item of a menu that is
// the page at hand; nor do the numbers and dates of lines that are a label
// around a counter, "Page 3 of 12", "Last updated: 3 May 2024", or a masthead
// with the date of the day.
func Key(line string) uint64 {
	var buf [1 << 10]byte // holds most paragraphs
	folded := unmark(stripMarker(extractors.AppendFold(buf[:0], line)))
	if len(folded) <= counterBytes && hasDigit(folded) {
		if isCounter(folded) {
			folded = foldNumbers(folded)
		} else {
			folded = dropCount(folded)
		}
	}
	h := uint64(fnvOffset)
	for _, c := range folded {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return mix(h)
}

func hasDigit[T string | []byte](s T) bool {
	for i := range len(s) {
		if isDigit(s[i]) {
			return true
		}
	}
	return false
}

// unmark cuts off a folded line how the current item of a menu is marked: by
// markers on both sides, by brackets or stars, or in words.
func unmark(s []byte) []byte {
	if len(s) == 0 || s[0] >= 'a' && (s[len(s)-1] >= 'a' || isDigit(s[len(s)-1]) || s[len(s)-1] == '.') {
		return s // as most lines are
	}
	out := bytes.TrimPrefix(s, []byte("\" "))
	out = bytes.TrimSuffix(out, []byte(" \""))
	out = bytes.TrimRight(out, " <*|")
	if len(out) < counterBytes && bytes.HasSuffix(out, []byte(")")) {
		for _, c := range current {
			if rest, ok := bytes.CutSuffix(out, c); ok {
				out = rest
				break
			}
		}
	}
	for len(out) > 2 && (out[0] == '[' && out[len(out)-1] == ']' || out[0] == '_' && out[len(out)-1] == '_') {
		out = out[1 : len(out)-1]
	}
	if len(out) == 0 {
		return s
	}
	return out
}

// current says of an item of a menu that it is the page at hand.
var current = [][]byte{[]byte(" (current)"), []byte(" (current page)"), []byte(" (selected)"), []byte(" (active)"), []byte(" (page courante)"),
	[]byte(" (page actuelle)"), []byte(" (actuel)"), []byte(" (actif)"), []byte(" (selectionne)")}

// dropCount cuts the number of what is behind an item off a folded line, "News
// (12)". What may be a year stays.
func dropCount(s []byte) []byte {
	if len(s) == 0 || s[len(s)-1] != ')' {
		return s
	}
	open := bytes.LastIndex(s, []byte(" ("))
	if open <= 0 || hasDigit(s[:open]) {
		return s
	}
	n := s[open+2 : len(s)-1]
	if len(n) == 0 || len(n) == 4 || len(n) > 7 {
		return s
	}
	for _, c := range n {
		if !isDigit(c) {
			return s
		}
	}
	return s[:open]
}

// counterBytes is the length of the longest label around a counter.
const counterBytes = 80

// counters are words of labels whose numbers and dates change from page to
// page and mean nothing for its text.
var counters = set(`page pages comment comments commentaire commentaires views vues view vue shares partages share like likes visits visites
	visitors visiteurs updated modified reviewed jour copyright © downloads telechargements min read lecture followers abonnes
	printed imprime results resultats ago fois`)

// isCounter reports whether a folded line is a label around a counter: short,
// and with one of the words that say so; or a masthead, which has the day of the
// week beside its name, or a volume and a number.
func isCounter(s []byte) bool {
	words, known, weekday, volume, number := 0, false, false, false, false
	for w, i := nextWord(s, 0); len(w) > 0; w, i = nextWord(s, i) {
		if words++; isDigit(w[0]) {
			continue
		}
		known = known || counters[string(w)]
		weekday = weekday || weekdays[string(w)]
		volume = volume || string(w) == "vol" || string(w) == "volume" || string(w) == "tome"
		number = number || string(w) == "no" || string(w) == "n" || string(w) == "issue" || string(w) == "numero"
	}
	return words <= 12 && (known || volume && number || weekday && isMasthead(s))
}

// isMasthead reports whether a folded line with a day of the week has something
// beside its date, with a sign between the two or the words for today. A line of
// nothing but a date is that of the text, and so is "Geneva, Monday 3 May".
func isMasthead(s []byte) bool {
	if bytes.HasPrefix(s, []byte("today")) || bytes.HasPrefix(s, []byte("aujourd'hui")) || bytes.HasPrefix(s, []byte("nous sommes")) ||
		bytes.HasPrefix(s, []byte("edition")) {
		return true
	}
	for _, sign := range mastheadSigns {
		name, date, ok := bytes.Cut(s, sign)
		if ok && isDate(name) != isDate(date) && len(bytes.TrimSpace(name)) > 0 && len(bytes.TrimSpace(date)) > 0 {
			return true
		}
	}
	return false
}

var mastheadSigns = [][]byte{[]byte("|"), []byte("•"), []byte("·"), []byte(" - ")}

// isDate reports whether a folded text has nothing but a date with its day of
// the week, and perhaps the time.
func isDate(s []byte) bool {
	weekday := false
	for w, i := nextWord(s, 0); len(w) > 0; w, i = nextWord(s, i) {
		switch {
		case weekdays[string(w)]:
			weekday = true
		case w[0] <= '9' || months[string(w)] || dateWords[string(w)]:
		default:
			return false
		}
	}
	return weekday
}

// nextWord returns the first run of letters or digits at or behind i, or "©", and
// where it ends; nothing at the end.
func nextWord(s []byte, i int) (word []byte, end int) {
	start := -1
	for i < len(s) {
		c, n := s[i], 1
		in := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if c >= utf8.RuneSelf {
			var r rune
			r, n = utf8.DecodeRune(s[i:])
			in = extractors.InWord(r) || r == '©'
		}
		if in && start < 0 {
			start = i
		} else if !in && start >= 0 {
			break
		}
		i += n
	}
	if start < 0 {
		return nil, i
	}
	return s[start:i], i
}

// foldNumbers returns the words of a line with a single "#" for its numbers,
// months and days of the week.
func foldNumbers(s []byte) []byte {
	out := make([]byte, 0, len(s))
	number := false
	for w, i := nextWord(s, 0); len(w) > 0; w, i = nextWord(s, i) {
		if isDigit(w[0]) || months[string(w)] || weekdays[string(w)] {
			if !number {
				out = append(out, '#')
			}
			number = true
			continue
		}
		out = append(append(out, ' '), w...)
		number = false
	}
	return out
}

// months, folded, in both languages, in full and short.
var months = set(`janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fevr avr juil sept oct nov dec
	january february march april may june july august september october november december jan feb mar apr jun jul aug sep`)

// dateWords stand in dates beside numbers, months and days.
var dateWords = set(`le on the of h gmt`)

// weekdays, folded, in both languages.
var weekdays = set(`lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday saturday sunday`)

// A phrase is one that templates use, folded, without punctuation around it.
type phrase struct {
	text  string
	start bool // the line may go on, see isStock
}

// stock holds the phrases with which sites speak about themselves, by their
// first byte.
var stock = func() (byFirst [256][]phrase) {
	add := func(start bool, phrases string) {
		for p := range strings.SplitSeq(phrases, "|") {
			byFirst[p[0]] = append(byFirst[p[0]], phrase{p, start})
		}
	}
	add(true, "share this|share this page|share on|partager cette page|partager sur|partager cet article|this site uses cookies|"+
		"this website uses cookies|we use cookies|ce site utilise des cookies|nous utilisons des cookies|accept all cookies|"+
		"last updated|last modified|date modified|page last reviewed|derniere mise a jour|derniere modification|date de modification|"+
		"page mise a jour|fecha de ultima actualizacion|ultima actualizacion|you are here|vous etes ici")
	add(false, "advertisement|publicite|skip to main content|skip to content|skip to navigation|aller au contenu principal|aller au contenu|"+
		"back to top|top of page|haut de page|retour en haut|retour en haut de page|print this page|imprimer cette page|download as pdf|telecharger en pdf|"+
		"accept cookies|accepter les cookies|accepter tous les cookies|cookie settings|gerer les cookies|parametres des cookies|"+
		"privacy policy|politique de confidentialite|mentions legales|plan du site|terms of use|conditions d'utilisation|"+
		"all rights reserved|tous droits reserves|read more|lire la suite|en savoir plus")
	return byFirst
}()

// starts holds the first two bytes of what a list has, so that most lines need
// not be looked up.
type starts [128][2]uint64

func (t *starts) add(phrase string) {
	if c, d := phrase[0], phrase[1]; c < 128 && d < 128 {
		t[c][d/64] |= 1 << (d % 64)
	}
}

// mayHave reports whether a line may begin with something of the list.
func (t *starts) mayHave(line string) bool {
	if len(line) < 2 {
		return true
	}
	c, d := line[0], line[1]
	if c >= 128 || d >= 128 || c < '0' { // another letter when folded, or the marker of a list
		return true
	}
	if c-'A' <= 'Z'-'A' {
		c += 'a' - 'A'
	}
	if d-'A' <= 'Z'-'A' {
		d += 'a' - 'A'
	}
	return t[c][d/64]>>(d%64)&1 != 0
}

var stockStarts = startsOf(&stock)

func startsOf(list *[256][]phrase) *starts {
	var t starts
	for _, phrases := range list {
		for _, p := range phrases {
			t.add(p.text)
		}
	}
	return &t
}

// stockBytes is the length of the longest line that is nothing but a stock
// phrase and what it announces.
const stockBytes = 160

// isStock reports whether a line says what sites say about themselves. The
// heading of a page on privacy is its own, and of the sentences that open with
// such words ("You are here because ...") only those on cookies count.
func isStock(b *Block, s shape) bool {
	if len(b.Text) > stockBytes || b.Kind == extractors.Title || b.Kind == extractors.Heading || !stockStarts.mayHave(b.Text) {
		return false
	}
	var buf [2 * stockBytes]byte
	if len(b.Text) > stockHead && !beginsStock(stripMarker(extractors.AppendFold(buf[:0], b.Text[:stockHead]))) {
		return false
	}
	folded := bytes.TrimRight(stripMarker(extractors.AppendFold(buf[:0], b.Text)), " .:!>\"")
	if len(folded) == 0 {
		return false
	}
	for _, p := range stock[folded[0]] {
		if len(folded) < len(p.text) || string(folded[:len(p.text)]) != p.text {
			continue
		}
		rest := folded[len(p.text):]
		if len(rest) == 0 || p.start && (rest[0] == ':' || strings.HasPrefix(string(rest), " :") ||
			strings.IndexByte(" ,.", rest[0]) >= 0 && (s == label || strings.HasSuffix(p.text, "cookies"))) {
			return true
		}
	}
	return false
}

// stockHead is how much of a line is looked at first.
const stockHead = 16

// beginsStock reports whether the head of a folded line may be that of a stock
// phrase. Its last bytes may be part of a rune.
func beginsStock(head []byte) bool {
	head = head[:max(0, len(head)-utf8.UTFMax)]
	if len(head) == 0 {
		return true
	}
	for _, p := range stock[head[0]] {
		if n := min(len(head), len(p.text)); string(head[:n]) == p.text[:n] {
			return true
		}
	}
	return false
}

// interruptions holds what stands between the paragraphs of an article, or
// below the last, and is not part of it, by the first byte: labels of the template,
// and lines that speak to the reader or of the makers. They are told in the
// main content of an article only. A line that starts with one that ends in
// a space has to have a link or to name a network, too.
var interruptions = func() (byFirst [256][]phrase) {
	for start, phrases := range map[bool]string{
		false: "advert|advertisement|advertising|publicite|annonce|close|fermer|caption|legende|subscribe|s'abonner|abonnez-vous|sign up|s'inscrire|" +
			"get short url|don't miss|comments|commentaires|topics|share|partager|email|loading|chargement|read next|more stories|a lire aussi|" +
			"lire aussi|voir aussi|see also|related|most read|photo|image|video|gallery|back|next|previous|suivant|precedent|comment|reply|repondre",
		true: "read more:|read also:|related:|see more:|see also:|more:|watch:|lire aussi|a lire aussi|voir aussi|lire :|a voir :|video :|" +
			"[related:|[read more|(read more|reporting by|(reporting by|additional reporting|image copyright|image caption|image source|image credit|" +
			"photo credit|photo by|credit photo|photo :|photo:|photograph:|©|this slideshow requires|like this story|vous avez aime cet article|" +
			"updated at|follow |join our |subscribe to |sign up |get in touch |email |e-mail |suivez |suivez-nous |abonnez-vous |inscrivez-vous |" +
			"rejoignez |retrouvez |listen to |ecoutez |reach the ",
	} {
		for p := range strings.SplitSeq(phrases, "|") {
			byFirst[p[0]] = append(byFirst[p[0]], phrase{p, start})
		}
	}
	return byFirst
}()

// interruptionBytes is the length of the longest of them.
const interruptionBytes = 300

// interrupts reports whether a line of an article is none of its author's.
func interrupts(b *Block) bool {
	if len(b.Text) > interruptionBytes || b.Kind == extractors.Title {
		return false
	}
	var buf [2 * interruptionBytes]byte
	folded := bytes.TrimRight(stripMarker(extractors.AppendFold(buf[:0], b.Text)), " .:!>\"")
	if len(folded) == 0 {
		return false
	}
	for _, p := range interruptions[folded[0]] {
		switch {
		case !bytes.HasPrefix(folded, []byte(p.text)):
		case !p.start:
			if len(folded) == len(p.text) {
				return true
			}
		case !strings.HasSuffix(p.text, " ") || b.Links > 0.15 || namesNetwork(folded):
			return true
		}
	}
	return bytes.HasSuffix(folded, []byte("contributed to this report")) || bytes.HasSuffix(folded, []byte("contributed reporting")) ||
		bytes.HasSuffix(folded, []byte("a contribue a cet article")) || isFrameCount(folded)
}

// networks are names in lines that ask to follow somebody.
var networks = [][]byte{[]byte("twitter"), []byte("facebook"), []byte("instagram"), []byte("linkedin"), []byte("youtube"), []byte("telegram"), []byte("whatsapp"),
	[]byte("newsletter"), []byte("infolettre"), []byte("@"), []byte("podcast")}

func namesNetwork(folded []byte) bool {
	for _, n := range networks {
		if bytes.Contains(folded, n) {
			return true
		}
	}
	return false
}

// isFrameCount reports whether a folded line counts the pictures of a gallery:
// "image 2 of 5", "photo 2 sur 5".
func isFrameCount(folded []byte) bool {
	if len(folded) > 24 || !bytes.HasPrefix(folded, []byte("image ")) && !bytes.HasPrefix(folded, []byte("photo ")) && !bytes.HasPrefix(folded, []byte("slide ")) {
		return false
	}
	_, n, _ := bytes.Cut(folded, []byte(" "))
	return len(n) > 0 && '0' <= n[0] && n[0] <= '9' && '0' <= n[len(n)-1] && n[len(n)-1] <= '9'
}

// A wording is what is known about a label of templates.
type wording struct {
	lang   string // the only language that has it, "" if several do
	others bool   // it announces other pages of the site
}

// wordings holds labels of templates, folded. Authors write most of them as
// headings of their own, too: they say something only in a document of another
// language, or above a list of links.
var wordings = func() map[string]wording {
	m := make(map[string]wording)
	for _, list := range []struct {
		wording
		labels string
	}{
		{wording{"fr", false}, "apercu|vue d'ensemble|liens|liens utiles|ressources|en bref|sommaire|telechargements|" +
			"pour en savoir plus|sur cette page|mots-cles|partager|imprimer|actualites|documents associes|voir aussi"},
		{wording{"en", false}, "overview|links|useful links|references and tools|resources|at a glance|summary|downloads|learn more|on this page|keywords|" +
			"share|print|news|related documents|downloads and tools|see also|related links"},
		{wording{"es", false}, "descripcion general|resumen|enlaces|enlaces utiles|recursos|ver tambien|compartir|imprimir|noticias|descargas|en esta pagina|" +
			"palabras clave"},
		{wording{"", false}, "contact|contacts|documents|references|description"},
		{wording{"fr", true}, "a lire aussi|articles lies|articles similaires|sur le meme sujet|dans la meme rubrique|" +
			"les plus lus|contenus associes"},
		{wording{"en", true}, "read also|related articles|related content|related pages|related stories|" +
			"related topics|you may also like|most read|more on this topic"},
		{wording{"es", true}, "articulos relacionados"},
	} {
		for l := range strings.SplitSeq(list.labels, "|") {
			m[l] = list.wording
		}
	}
	return m
}()

var wordingStarts = func() *starts {
	var t starts
	for l := range wordings {
		t.add(l)
	}
	for _, o := range others {
		t.add(o.opening)
	}
	return &t
}()

// wordingOf looks a line up among the labels of templates.
func wordingOf(line string) (w wording, ok bool) {
	if len(line) > 60 || !wordingStarts.mayHave(line) {
		return w, false
	}
	var buf [120]byte
	folded := bytes.TrimRight(stripMarker(extractors.AppendFold(buf[:0], line)), " :")
	if w, ok = wordings[string(folded)]; ok {
		return w, true
	}
	for _, o := range others {
		if bytes.HasPrefix(folded, []byte(o.opening)) {
			for _, e := range o.endings {
				if bytes.HasSuffix(folded, []byte(e)) {
					return wording{o.lang, true}, true
				}
			}
		}
	}
	return w, false
}

// others tell the labels that announce more of what the page belongs to, whatever
// they call it: "Other entries in this topic", "Autres fiches du même thème".
var others = []struct {
	lang    string
	opening string
	endings []string
}{
	{"en", "other ", enTopics},
	{"en", "more ", enTopics},
	{"fr", "autres ", frTopics},
	{"fr", "d'autres ", frTopics},
	{"fr", "plus d", frTopics},
	{"es", "otras ", esTopics},
	{"es", "otros ", esTopics},
	{"es", "mas ", esTopics},
}

var (
	enTopics = strings.Split(" this topic| this subject| this section| this category| this series| this theme| the same topic| the same subject| this issue", "|")
	frTopics = strings.Split(" ce sujet| ce theme| cette rubrique| cette categorie| cette section| cette serie| ce dossier| ce numero|"+
		" meme sujet| meme theme| meme rubrique| meme categorie| meme dossier", "|")
	esTopics = strings.Split(" este tema| esta seccion| esta categoria| mismo tema| misma seccion", "|")
)
