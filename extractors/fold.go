package extractors

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the form of s in which names are compared: lower case, without
// accents, ligatures opened, curly apostrophes straight, no-break spaces and
// hyphens plain. "Œuvres de l’État" becomes "oeuvres de l'etat".
func Fold(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			var buf [64]byte
			return string(AppendFold(buf[:0], s))
		}
	}
	return s
}

// AppendFold appends Fold(s) to dst.
func AppendFold(dst []byte, s string) []byte {
	const high = 0x8080808080808080
	dst = slices.Grow(dst, len(s))
	for i := 0; i < len(s); {
		// Eight bytes at a time, those before one that is not ASCII: a byte is
		// upper case if adding to it carries from 'A' on and not yet from 'Z'+1 on.
		for i+8 <= len(s) {
			x := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
				uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
			n := min(bits.TrailingZeros64(x&high)/8, 8) // of them before one that is not
			if n == 0 {
				break
			}
			upper := ((x + ones*(0x80-'A')) ^ (x + ones*(0x7F-'Z'))) & high
			dst = binary.LittleEndian.AppendUint64(dst, x|upper>>2)[:len(dst)+n]
			i += n
		}
		if i == len(s) {
			break
		}
		if c := s[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n <= 1 {
			dst = append(dst, s[i])
			i++
			continue
		}
		dst = appendFoldRune(dst, r)
		i += n
	}
	return dst
}

const ones = 0x0101010101010101

// The folds of the alphabets from Latin to Arabic, of more Latin letters with
// accents, and of punctuation: next to all that is not ASCII in a dump of French
// and English.
var (
	alphabets   = foldsOf(0x80, 0x700)
	moreLatin   = foldsOf(0x1E00, 0x1F00)
	punctuation = foldsOf(0x2000, 0x2070)
)

func foldsOf(from, to rune) []string {
	t := make([]string, to-from)
	for i := range t {
		if r := from + rune(i); !unicode.Is(unicode.Mn, r) {
			t[i] = foldSlow(r)
		}
	}
	return t
}

func appendFoldRune(dst []byte, r rune) []byte {
	switch {
	case r < 0x700:
		return append(dst, alphabets[r-0x80]...)
	case 0x2000 <= r && r < 0x2070:
		return append(dst, punctuation[r-0x2000]...)
	case 0x1E00 <= r && r < 0x1F00:
		return append(dst, moreLatin[r-0x1E00]...)
	case unicode.Is(unicode.Mn, r):
		return dst // an accent that is a rune of its own
	}
	return append(dst, foldSlow(r)...)
}

func foldSlow(r rune) string {
	switch r {
	case 'Œ', 'œ':
		return "oe"
	case 'Æ', 'æ':
		return "ae"
	case 'ß', 'ẞ':
		return "ss"
	case 'Ø', 'ø':
		return "o"
	case 'Ł', 'ł':
		return "l"
	case 'Đ', 'đ', 'Ð', 'ð':
		return "d"
	case 'ı', 'İ':
		return "i"
	case '’', '‘', 'ʼ', 'ʻ', '′':
		return "'"
	case '“', '”', '«', '»', '„':
		return `"`
	case 0xA0, 0x202F, 0x2009, 0x2007, 0x2002, 0x2003:
		return " "
	case '‐', '‑', '–', '—', '−':
		return "-"
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(unicode.ToLower(r))) {
		if !unicode.Is(unicode.Mn, d) {
			b.WriteRune(unicode.ToLower(d))
		}
	}
	return b.String()
}

// InWord reports whether r belongs inside a word: a letter, a digit, or an
// accent that is a rune of its own.
func InWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// StandsAlone reports whether no letter or digit touches the span, so that
// "OIM" is found in "l'OIM" and not in "COIMBRA".
func StandsAlone(s string, sp Span) bool {
	before, n := utf8.DecodeLastRuneInString(s[:sp.Start])
	after, k := utf8.DecodeRuneInString(s[sp.End:])
	return (n == 0 || !InWord(before)) && (k == 0 || !InWord(after))
}

func blank(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// Slug returns the form of a name that stands in identifiers: Fold with every
// run of other characters than letters and digits as one hyphen.
func Slug(name string) string {
	b := AppendFold(nil, name)
	out := b[:0:0]
	for _, r := range string(b) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			out = utf8.AppendRune(out, r)
		case len(out) > 0 && out[len(out)-1] != '-':
			out = append(out, '-')
		}
	}
	return strings.TrimSuffix(string(out), "-")
}
