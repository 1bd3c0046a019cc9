package clean

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plain marks the bytes that pass unseen: those of ASCII text, of Latin
// letters up to U+02FF, and all that continue a character. What starts any
// other character is looked at by character.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = ' ' <= c && c < 0x7F || c == '\n' || c == '\t' || 0x80 <= c && c < 0xC0 || 0xC3 <= c && c <= 0xCB
	}
	return t
}()

// stays is what cleanRune returns for a character that is left alone.
const stays = "\x00"

// cleanRune returns what stands for a character in clean text: a line feed for
// all that ends a line, a plain space for those of other widths or that do not
// break, nothing for controls and characters without a width, the letters of a
// ligature. The letters œ and æ are no ligatures but spelling.
func cleanRune(r rune) string {
	switch {
	case r == '\n' || r == '\t':
		return stays
	case r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return "\n"
	case r < ' ' || 0x7F <= r && r < 0xA0:
		return ""
	case r < 0xA0:
		return stays
	case r == 0xA0 || 0x2000 <= r && r <= 0x200A || r == 0x202F || r == 0x205F || r == 0x3000 || r == 0x1680:
		return " "
	case r == 0xAD || // soft hyphen
		0x200B <= r && r <= 0x200F || 0x202A <= r && r <= 0x202E || // zero width, directions
		0x2060 <= r && r <= 0x206F || r == 0x180E ||
		r == 0xFEFF || 0xFFF9 <= r && r <= 0xFFFB || r == 0xFFFE || r == 0xFFFF ||
		0xE0000 <= r && r <= 0xE007F: // tags
		return ""
	case 0xFB00 <= r && r <= 0xFB06:
		return [...]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[r-0xFB00]
	}
	return stays
}

// maxMarks is how many accents a letter bears; more are no writing.
const maxMarks = 16

// cleanChars cleans a text character by character. odd reports whether it
// holds characters that may not be in normal form C.
func cleanChars(s string) (out string, o Offsets, odd bool) {
	w := rewriter{s: s}
	marks, marked := 0, 0 // accents in a row, and where they end
	for i := 0; i < len(s); {
		if plain[s[i]] {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch c := cleanRune(r); {
		case r == '\r' && i+1 < len(s) && s[i+1] == '\n':
			w.replace(i, i+2, "\n")
			n = 2
		case r == 0x1B: // with the colour that a terminal was told
			n = escape(s[i:])
			w.replace(i, i+n, "")
		case c != stays:
			w.replace(i, i+n, c)
			if c == "" && marked == i {
				marked = i + n
			}
		case r >= 0x300 && (r < 0x2010 || r > 0x2027): // not the usual punctuation
			odd = true
			if norm.NFC.PropertiesString(s[i:i+n]).CCC() == 0 {
				break
			}
			if marked != i {
				marks = 0
			}
			marks, marked = marks+1, i+n
			if marks > maxMarks {
				w.replace(i, i+n, "")
			}
		}
		i += n
	}
	out, o = w.result()
	return out, o, odd
}

// escape returns the length of a terminal's escape sequence, "\x1b[1m".
func escape(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 1
	}
	i := 2
	for i < len(s) && i < 16 && ('0' <= s[i] && s[i] <= '9' || s[i] == ';') {
		i++
	}
	if i < len(s) && 'A' <= s[i] && s[i] <= 'z' {
		return i + 1
	}
	return 1
}

// trimLines drops spaces and tabs at the end of lines.
func trimLines(s string) (string, Offsets) {
	w := rewriter{s: s}
	for start := 0; start < len(s); {
		end := lineEnd(s, start)
		if trimmed := trimEnd(s, start, end); trimmed < end {
			w.replace(trimmed, end, "")
		}
		start = end + 1
	}
	return w.result()
}

// compose brings a text into normal form C. n is the number of changes.
func compose(s string) (out string, o Offsets, n int) {
	w := rewriter{s: s}
	for i := 0; i < len(s); {
		i += norm.NFC.QuickSpanString(s[i:])
		if i == len(s) {
			break
		}
		end := i + norm.NFC.NextBoundaryInString(s[i:], true)
		w.replace(i, end, norm.NFC.String(s[i:end]))
		i = end
	}
	out, o = w.result()
	return out, o, w.n
}
