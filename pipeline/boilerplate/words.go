package boilerplate

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// A shape is what a line looks like, as evidence.
type shape int

const (
	label    shape = iota // a few words that could stand on a button
	clause                // part of a sentence
	sentence              // a sentence or more
	bare                  // no letters: a number of a list, a rule
)

// labelBytes is the length from which a line without final punctuation is no
// label any more.
const labelBytes = 120

// shapeOf tells the shape of a block by its length and its rims.
func shapeOf(b *Block) shape {
	s := b.Text
	if letters := strings.IndexFunc(s, unicode.IsLetter); letters < 0 || len(s) < 8 && strings.ContainsAny(s, ").") {
		return bare // "12.", "(iv)"
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'»”’)] \u00a0\u202f"))
	switch {
	case last == '?' && len(s) < 60: // "Was this page helpful?"
	case strings.ContainsRune(".!?…", last):
		if len(s) < 40 {
			return clause
		}
		return sentence
	case strings.ContainsRune(",;", last):
		return clause
	case len(s) > labelBytes:
		return sentence
	}
	if first, _ := utf8.DecodeRuneInString(stripMarker(s)); unicode.IsLower(first) {
		return clause
	}
	if i := strings.LastIndexAny(s, " \u00a0'’"); i >= 0 && i > len(s)-8 {
		if small[strings.ToLower(strings.TrimLeft(s[i:], " \u00a0'’"))] {
			return clause // goes on in the next line
		}
	}
	return label
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
		switch {
		case strings.ContainsRune("-*>+|•·‣▪●◦→›»–— \u00a0", c):
			i += n
		default:
			return s[i:]
		}
	}
	return s
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// Key returns the key under which a line is counted. Case, accents and the
// marker of a list don't count; nor do the numbers and dates of lines that are
// a label around a counter, "Page 3 of 12", "Last updated: 3 May 2024".
func Key(line string) uint64 {
	var buf [256]byte
	folded := stripMarker(extractors.AppendFold(buf[:0], line))
	if len(folded) <= labelBytes && bytes.ContainsAny(folded, "0123456789") && isCounter(folded) {
		folded = foldNumbers(folded)
	}
	h := uint64(fnvOffset)
	for _, c := range folded {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return mix(h)
}

// counters are words of labels whose numbers and dates change from page to
// page and mean nothing for its text.
var counters = set(`page pages comment comments commentaire commentaires views vues view vue shares partages share like likes visits visites
	visitors visiteurs updated modified reviewed jour copyright © downloads telechargements min read lecture followers abonnes
	printed imprime`)

// isCounter reports whether a folded line is a label around a counter: short,
// and with one of the words that say so.
func isCounter(s []byte) bool {
	words, known := 0, false
	eachWord(s, func(w []byte) {
		words++
		known = known || counters[string(w)]
	})
	return known && words <= 12
}

// eachWord calls f for each run of letters or digits, and for "©".
func eachWord(s []byte, f func([]byte)) {
	start := -1
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		if extractors.InWord(r) || r == '©' {
			if start < 0 {
				start = i
			}
		} else if start >= 0 {
			f(s[start:i])
			start = -1
		}
		i += n
	}
	if start >= 0 {
		f(s[start:])
	}
}

// foldNumbers returns the words of a line with a single "#" for its numbers
// and months.
func foldNumbers(s []byte) []byte {
	out := make([]byte, 0, len(s))
	number := false
	eachWord(s, func(w []byte) {
		if '0' <= w[0] && w[0] <= '9' || months[string(w)] {
			if !number {
				out = append(out, '#')
			}
			number = true
			return
		}
		out = append(append(out, ' '), w...)
		number = false
	})
	return out
}

// months, folded, in both languages, in full and short.
var months = set(`janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fevr avr juil sept oct nov dec
	january february march april may june july august september october november december jan feb mar apr jun jul aug sep`)

// A phrase is one that templates use, folded, without punctuation around it.
type phrase struct {
	text  string
	start bool // the line may go on
}

// stock are phrases with which sites speak about themselves.
var stock = []phrase{
	{"skip to main content", false}, {"skip to content", false}, {"skip to navigation", false}, {"aller au contenu principal", false}, {"aller au contenu", false},
	{"back to top", false}, {"top of page", false}, {"haut de page", false}, {"retour en haut", false}, {"retour en haut de page", false},
	{"share this", true}, {"share this page", true}, {"share on", true}, {"partager cette page", true}, {"partager sur", true}, {"partager cet article", true},
	{"print this page", false}, {"imprimer cette page", false}, {"download as pdf", false}, {"telecharger en pdf", false},
	{"this site uses cookies", true}, {"this website uses cookies", true}, {"we use cookies", true}, {"ce site utilise des cookies", true},
	{"nous utilisons des cookies", true}, {"accept all cookies", true}, {"accept cookies", false}, {"accepter les cookies", false},
	{"accepter tous les cookies", false}, {"cookie settings", false}, {"gerer les cookies", false}, {"parametres des cookies", false},
	{"last updated", true}, {"last modified", true}, {"date modified", true}, {"page last reviewed", true}, {"derniere mise a jour", true}, {"derniere modification", true},
	{"date de modification", true}, {"page mise a jour", true},
	{"privacy policy", false}, {"politique de confidentialite", false}, {"mentions legales", false}, {"plan du site", false}, {"terms of use", false},
	{"conditions d'utilisation", false}, {"all rights reserved", false}, {"tous droits reserves", false},
	{"you are here", true}, {"vous etes ici", true}, {"read more", false}, {"lire la suite", false}, {"en savoir plus", false},
}

// stockBytes is the length of the longest line that is nothing but a stock
// phrase and what it announces.
const stockBytes = 160

// isStock reports whether a line says what sites say about themselves. The
// heading of a page on privacy is its own.
func isStock(b *Block) bool {
	if len(b.Text) > stockBytes || b.Kind == extractors.Title || b.Kind == extractors.Heading {
		return false
	}
	var buf [2 * stockBytes]byte
	folded := string(bytes.TrimRight(stripMarker(extractors.AppendFold(buf[:0], b.Text)), " .:!>\""))
	for _, p := range stock {
		if rest, ok := strings.CutPrefix(folded, p.text); ok && (rest == "" || p.start && strings.IndexByte(" :,.", rest[0]) >= 0) {
			return true
		}
	}
	return false
}

// others are labels above links to other pages of the site.
var others = []string{"other entries in this topic", "autres entrees dans ce sujet", "related articles", "related links", "related content", "related pages",
	"related stories", "related topics", "see also", "you may also like", "most read", "more on this topic", "read also", "articles lies", "voir aussi",
	"a lire aussi", "sur le meme sujet", "dans la meme rubrique", "les plus lus", "articles similaires", "contenus associes"}

// announcesOthers reports whether a line is such a label.
func announcesOthers(line string) bool {
	folded := foldLabel(line)
	return folded != "" && slices.Contains(others, folded)
}

// templates holds labels of templates, folded, by their language: those that
// authors write as headings of their own in this language, too, so they say
// something only where they stand in a document of another one.
var templates = map[string]string{
	"apercu": "fr", "vue d'ensemble": "fr", "description": "", "la description": "fr", "liens": "fr", "liens utiles": "fr", "references et outils": "fr",
	"ressources": "fr", "en bref": "fr", "sommaire": "fr", "telechargements": "fr", "pour en savoir plus": "fr", "sur cette page": "fr", "mots-cles": "fr",
	"partager": "fr", "imprimer": "fr", "actualites": "fr", "autres entrees dans ce sujet": "fr", "voir aussi": "fr", "documents associes": "fr",
	"overview": "en", "links": "en", "useful links": "en", "references and tools": "en", "resources": "en", "at a glance": "en", "summary": "en",
	"downloads": "en", "learn more": "en", "on this page": "en", "keywords": "en", "share": "en", "print": "en", "news": "en", "see also": "en",
	"other entries in this topic": "en", "related documents": "en", "related links": "en",
	"resumen": "es", "enlaces": "es", "enlaces utiles": "es", "recursos": "es", "compartir": "es", "imprimir": "es", "noticias": "es", "descargas": "es",
	"en esta pagina": "es", "ver tambien": "es", "palabras clave": "es",
	"contact": "", "contacts": "", "documents": "", "references": "",
}

// templateLanguage returns the language of a label of templates, "" if the line
// is none or could be of several.
func templateLanguage(line string) string { return templates[foldLabel(line)] }

// isShared reports whether a line is a label of templates in more than one
// language.
func isShared(line string) bool {
	lang, ok := templates[foldLabel(line)]
	return ok && lang == ""
}

// foldLabel returns a short line as the lists of labels have it, "" for others.
func foldLabel(line string) string {
	if len(line) > 40 {
		return ""
	}
	var buf [80]byte
	return string(bytes.TrimRight(stripMarker(extractors.AppendFold(buf[:0], line)), " :"))
}
