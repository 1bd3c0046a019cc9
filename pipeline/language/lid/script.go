package lid

import (
	"unicode"
	"unicode/utf8"
)

// A script is a writing system that a line may be in. The first few serve
// several languages that a classifier tells apart; each of the others stands
// for the one language that a dump is likely to hold.
type script uint8

const (
	latin script = iota
	cyrillic
	arabic
	devanagari
	ethiopic
	classified // number of scripts with a classifier
)

// none marks a rune that is no letter, or of no script we know.
const none script = 255

// alone lists the scripts that settle the language, in an order that is also
// their number from classified on.
var alone = []struct {
	lang  string
	table *unicode.RangeTable
}{
	{"zh", unicode.Han}, {"ja", kana}, {"ko", unicode.Hangul}, {"el", unicode.Greek}, {"he", unicode.Hebrew},
	{"th", unicode.Thai}, {"lo", unicode.Lao}, {"km", unicode.Khmer}, {"my", unicode.Myanmar}, {"ka", unicode.Georgian},
	{"hy", unicode.Armenian}, {"bn", unicode.Bengali}, {"pa", unicode.Gurmukhi}, {"gu", unicode.Gujarati},
	{"or", unicode.Oriya}, {"ta", unicode.Tamil}, {"te", unicode.Telugu}, {"kn", unicode.Kannada},
	{"ml", unicode.Malayalam}, {"si", unicode.Sinhala}, {"bo", unicode.Tibetan}, {"dv", unicode.Thaana},
	{"zgh", unicode.Tifinagh}, {"nqo", unicode.Nko}, {"mn", unicode.Mongolian}, {"iu", unicode.Canadian_Aboriginal},
}

// kana joins the two syllabaries: a line with some of either is Japanese,
// however many Chinese characters it has.
var kana = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x3041, Hi: 0x3096, Stride: 1}, {Lo: 0x30A1, Hi: 0x30FA, Stride: 1}}}

const (
	han      = classified
	japanese = classified + 1
)

// scriptOf returns the script of a letter, none for what is no letter.
func scriptOf(r rune) script {
	switch {
	case r < utf8.RuneSelf:
		if 'a' <= r|0x20 && r|0x20 <= 'z' {
			return latin
		}
		return none
	case r < 0x250:
		if r < 0xC0 && r != 'ª' && r != 'º' && r != 'µ' || r == '×' || r == '÷' {
			return none
		}
		return latin
	case r >= 0x400 && r < 0x530:
		return cyrillic
	case r >= 0x600 && r < 0x700, r >= 0x750 && r < 0x780, r >= 0xFB50 && r < 0xFE00, r >= 0xFE70 && r < 0xFEFF:
		if unicode.IsLetter(r) {
			return arabic
		}
		return none
	case r >= 0x2000 && r < 0x2C00:
		return none // punctuation, symbols, dingbats
	}
	switch {
	case !unicode.IsLetter(r):
		return none
	case unicode.Is(unicode.Latin, r):
		return latin
	case unicode.Is(unicode.Devanagari, r):
		return devanagari
	case unicode.Is(unicode.Ethiopic, r):
		return ethiopic
	case unicode.Is(unicode.Cyrillic, r):
		return cyrillic
	}
	for i, a := range alone {
		if unicode.Is(a.table, r) {
			return classified + script(i)
		}
	}
	return none
}

// mainScript returns the script of most letters of s and how many letters s
// has; none if it has no letter of a known script.
func mainScript(s string) (main script, letters int) {
	var count [64]int
	ascii := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c |= 0x20; 'a' <= c && c <= 'z' {
				ascii++
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if sc := scriptOf(r); sc != none {
			count[sc]++
			letters++
		}
	}
	count[latin] += ascii
	letters += ascii
	if letters == 0 {
		return none, 0
	}
	// A Chinese character is worth a short word, and kana settle the matter.
	if count[japanese] > 0 {
		count[japanese] += count[han]
	}
	count[han] *= 2
	count[japanese] *= 2
	best := 0
	for i, n := range count {
		if n > count[best] {
			best = i
		}
	}
	return script(best), letters
}
