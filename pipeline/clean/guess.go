package clean

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// dos names code page 850, of which no list of the web knows.
const dos = "ibm850"

var dosPages = map[string]*charmap.Charmap{"ibm850": charmap.CodePage850, "cp850": charmap.CodePage850, "cp-850": charmap.CodePage850,
	"850": charmap.CodePage850, "pc850": charmap.CodePage850, "dos-850": charmap.CodePage850, "cspc850multilingual": charmap.CodePage850}

// guesses are the charsets of French and English texts that do not say what
// they are, or say it wrong. Of equals the first one counts.
var guesses = []struct {
	name string
	cm   *charmap.Charmap
}{
	{"windows-1252", charmap.Windows1252},
	{"iso-8859-15", charmap.ISO8859_15},
	{"macintosh", charmap.Macintosh},
	{dos, charmap.CodePage850},
}

// How sure meant has to be, in the points of plausible.
const (
	clearly = 3    // more than what is declared
	often   = 0.6  // for each character that is not ASCII
	most    = 4000 // such characters are looked at
)

// meant returns the charset that bytes were written in, which is the given one
// unless it makes nonsense of them ("dŽjˆ", "c½ur") and another one French or English.
func meant(raw []byte, enc encoding.Encoding, name string) (encoding.Encoding, string) {
	var given float64
	if cm, ok := enc.(*charmap.Charmap); ok {
		var n int
		if given, n = plausible(raw, cm); given > 0 && given >= often*float64(n)/2 {
			return enc, name
		}
	} else if !mixed(raw, enc) {
		return enc, name
	}
	best, bestName, points := enc, name, given+clearly
	for _, g := range guesses {
		if p, n := plausible(raw, g.cm); p >= points && p >= often*float64(n) && (best == enc || p > points) {
			best, bestName, points = g.cm, g.name, p
		}
	}
	return best, bestName
}

// mixed reports whether what a charset of several bytes a character makes of
// a text are single characters inside words of ASCII, or none at all: those of
// languages that need such a charset stand together.
func mixed(raw []byte, enc encoding.Encoding) bool {
	s := decodeOther(raw[:min(len(raw), 1<<16)], enc, nil)
	alone, all := 0, 0
	before := ' '
	for i, r := range s {
		if r >= utf8.RuneSelf {
			all++
			after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if r == utf8.RuneError || before < utf8.RuneSelf && after < utf8.RuneSelf && (isLetter(byte(before)) || isLetter(byte(after))) {
				alone++
			}
		}
		before = r
	}
	return alone*2 > all
}

// plausible tells what a charset makes of the bytes above ASCII, in points for
// characters that stand where they can in a text of Latin letters, and against
// those that can't. all is their number.
func plausible(raw []byte, cm *charmap.Charmap) (points float64, all int) {
	var to [256]rune
	for c := range to {
		to[c] = cm.DecodeByte(byte(c))
	}
	at := func(i int) rune {
		if i < 0 || i >= len(raw) {
			return ' '
		}
		return to[raw[i]]
	}
	for i, c := range raw {
		if c < utf8.RuneSelf {
			continue
		}
		if all++; all > most {
			break
		}
		points += fits(at(i-1), to[c], at(i+1), i > 0 && isLetter(raw[i-1]) || i+1 < len(raw) && isLetter(raw[i+1]))
	}
	return points, all
}

// fits returns the points for a character between two others; plain says that
// one of them is a letter of ASCII.
func fits(before, r, after rune, plain bool) float64 {
	letters := unicode.IsLetter(before) && unicode.IsLetter(after)
	switch {
	case r == 0xFFFD || 0x80 <= r && r < 0xA0:
		return -3
	case unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) || r == 'ª' || r == 'º' || r == 'ı' || r == 'ƒ':
		if plain {
			return -3
		}
		return 0
	case unicode.IsLower(r):
		switch {
		case unicode.IsDigit(before) || unicode.IsDigit(after), unicode.IsUpper(before) && unicode.IsUpper(after):
			return -2
		case unicode.IsUpper(after):
			return -1
		case !unicode.IsLetter(before) && !unicode.IsLetter(after):
			if r == 'à' {
				return 2
			}
			return -1
		case !plain:
			return 0 // a word of nothing but such letters
		case french[r]:
			return 2
		}
		return 0.5
	case unicode.IsUpper(r):
		switch {
		case unicode.IsLower(before):
			return -3
		case !french[unicode.ToLower(r)]:
			return -0.5
		case unicode.IsLower(after) && !unicode.IsLetter(before), unicode.IsUpper(before), unicode.IsUpper(after):
			if !plain {
				return 0
			}
			return 1.5
		case r == 'À' && before == ' ' && after == ' ':
			return 1.5
		}
		return -1
	}
	switch r {
	case '’', '‘':
		if letters {
			return 2
		}
		return 1
	case '«', '“', '„', '‹':
		if unicode.IsLetter(before) {
			return -1
		}
		return 1
	case '»', '”', '›', '…':
		if letters {
			return -1
		}
		return 1
	case '–', '—', '•', '·':
		if letters {
			return -0.5
		}
		return 2
	case 0xA0:
		if unicode.IsLower(before) && unicode.IsLower(after) {
			return -0.5
		}
		return 1
	case '°', '§', '©':
		switch {
		case letters:
			return -3
		case after == ' ' || r == '°' && after == 'C':
			return 2
		}
		return 1
	case '€', '£', '™', '®', '½', '¼', '¾', '²', '³', '±', '×', '%', '‰':
		if letters {
			return -3
		}
		return 1
	}
	if letters {
		return -3
	}
	return -1
}

// french are the letters of French beyond ASCII, with some of its neighbours'.
var french = func() map[rune]bool {
	m := make(map[rune]bool)
	for _, r := range "àâçéèêëîïôùûüÿœæäöñáíóúß" {
		m[r] = true
	}
	return m
}()
