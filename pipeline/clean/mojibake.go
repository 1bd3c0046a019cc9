package clean

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// Repairs count what was wrong with a text and could be put right.
type Repairs struct {
	Mojibake    int // lines of UTF-8 that somebody had read as windows-1252 or ISO 8859-1
	Hyphenation int // words that were parted at the end of a line
	NFC         int // letters, in HTML blocks, that were not in normal form C
}

// String lists kinds and counts: "mojibake:3,hyphenation:2"; "" if there are none.
func (r Repairs) String() string {
	var s []string
	for _, k := range []struct {
		kind  string
		count int
	}{{"mojibake", r.Mojibake}, {"hyphenation", r.Hyphenation}, {"nfc", r.NFC}} {
		if k.count > 0 {
			s = append(s, fmt.Sprintf("%s:%d", k.kind, k.count))
		}
	}
	return strings.Join(s, ",")
}

// UTF-8 that was read as windows-1252 shows two characters or more for each
// accent: "é" is "Ã©", and read so twice "ÃƒÂ©". A line is put right when it is
// certain that this is what happened: it holds a sequence that no writing has
// by itself, such as a capital or a symbol inside a word, and no accent beside
// such sequences, as a line would that speaks of them. Some of the controls U+0080 to U+009F
// are punctuation of windows-1252 read as ISO 8859-1, whatever stands beside
// them.

// mojibake returns the edits that undo it, and the number of lines they are in.
func mojibake(s string) (edits []edit, lines int) {
	for at := 0; ; {
		i := suspect(s[at:])
		if i < 0 {
			return edits, lines
		}
		at += i
		start := strings.LastIndexByte(s[:at], '\n') + 1
		end := lineEnd(s, at)
		if line := unread(s[start:end]); len(line) > 0 {
			for _, e := range line {
				e.Start, e.End = e.Start+start, e.End+start
				edits = append(edits, e)
			}
			lines++
		}
		at = end
	}
}

// suspect returns where something may stand that is mojibake, -1 if nowhere: a
// letter that starts such a sequence with one behind it that goes on, or a
// control character that stands for one of the punctuation of windows-1252.
func suspect(s string) int {
	for i := 0; i+2 < len(s); i++ {
		switch c := s[i]; {
		case c < 0xC2 || c > 0xC3:
		case c == 0xC2 && (0x91 <= s[i+1] && s[i+1] <= 0x97 || s[i+1] == 0x8C || s[i+1] == 0x9C):
			return i
		case c == 0xC3 && s[i+2] >= 0xC2 && leads[s[i+1]]:
			return i
		}
	}
	return -1
}

// leads marks letters, by the last byte of their UTF-8, that the first bytes
// of European characters are read as: ÂÃÄÅ of letters, ÌÍ of accents by
// themselves, âïð of what is no letter.
var leads = [256]bool{0x82: true, 0x83: true, 0x84: true, 0x85: true, 0x8C: true, 0x8D: true, 0xA2: true, 0xAF: true, 0xB0: true}

// unread returns the edits that put a line right, none if it is right already
// or in doubt.
func unread(line string) []edit {
	var edits []edit
	sure, controls := 0, 0
	right := false     // there is an accent that needs no repair
	before := rune(-1) // the character before, as put right
	for i := 0; i < len(line); {
		if c := line[i]; c < utf8.RuneSelf {
			before = rune(c)
			i++
			continue
		}
		r, n, certain := sequence(line[i:], before)
		switch {
		case n > 0:
			if certain {
				sure++
			}
			edits = append(edits, edit{extractors.Span{Start: i, End: i + n}, string(r)})
		default:
			r, n = utf8.DecodeRuneInString(line[i:])
			text, rest := remnant(line[i:], before)
			switch {
			case 0x91 <= r && r <= 0x97 || r == 0x8C || r == 0x9C:
				controls++
				r = windows1252[r-0x80]
				edits = append(edits, edit{extractors.Span{Start: i, End: i + n}, string(r)})
			case rest > 0:
				edits = append(edits, edit{extractors.Span{Start: i, End: i + rest}, text})
				r, _ = utf8.DecodeLastRuneInString(text)
				n = rest
			case 0xC0 <= r && r < 0x180 && r != 0xD7 && r != 0xF7:
				right = true
			}
		}
		before = r
		i += n
	}
	if right || sure == 0 {
		if controls == 0 {
			return nil
		}
		edits = slices.DeleteFunc(edits, func(e edit) bool { return e.Len() > len("\u0092") || line[e.Start] != 0xC2 || line[e.Start+1] >= 0xA0 })
	}
	return edits
}

// sequence returns the character for which the characters at the head of s
// stand, with their length; 0 if they are none. before is the character before
// them. certain says that no writing has them there by itself.
func sequence(s string, before rune) (r rune, n int, certain bool) {
	for times := 2; times > 0; times-- {
		if r, n = misread(s, times); n == 0 || !european(r) {
			continue
		}
		lead, w := utf8.DecodeRuneInString(s)
		next, w2 := utf8.DecodeRuneInString(s[w:])
		after, _ := utf8.DecodeRuneInString(s[n:])
		switch {
		case times > 1, w+w2 < n, 0x80 <= next && next < 0xA0:
			return r, n, true
		case unicode.IsLower(before), unicode.IsLower(after) && next != 0xA0:
			return r, n, true // "coÃ»t", "Å“uvre"
		case next == 0xA0:
			return r, n, lead == 'Ã' && !unicode.IsLetter(before) // "Ã la"
		}
		return r, n, !strings.ContainsRune("«»‹›‘’“”‚„–—…·¬\u00ADŠŒŽšœžŸ", next)
	}
	return 0, 0, false
}

// misread returns the character at the head of s before its bytes were read
// as windows-1252 that many times, and the length of what it is now; 0 if its
// bytes make no character.
func misread(s string, times int) (r rune, n int) {
	if times == 0 {
		return utf8.DecodeRuneInString(s)
	}
	var b [utf8.UTFMax]byte
	need := 1
	for i := 0; i < need; i++ {
		if n == len(s) {
			return 0, 0
		}
		c, w := misread(s[n:], times-1)
		if w == 0 {
			return 0, 0
		}
		if b[i] = byteOf(c); b[i] < utf8.RuneSelf {
			return 0, 0
		}
		n += w
		if i > 0 {
			continue
		}
		switch {
		case b[0] < 0xC2 || b[0] > 0xF4:
			return 0, 0
		case b[0] < 0xE0:
			need = 2
		case b[0] < 0xF0:
			need = 3
		default:
			need = 4
		}
	}
	if r, w := utf8.DecodeRune(b[:need]); w == need {
		return r, n
	}
	return 0, 0
}

// byteOf returns the byte of a character in windows-1252, or in ISO 8859-1 where
// that has none; 0 for other characters.
func byteOf(r rune) byte {
	switch {
	case r < 0x80:
		return 0
	case r < 0x100:
		return byte(r)
	case r < 0x152 || r > 0x2122:
		return 0
	}
	for i, c := range windows1252 {
		if c == r {
			return byte(0x80 + i)
		}
	}
	return 0
}

// european reports whether a text in a language of Europe may hold r, so that
// its bytes are worth putting together.
func european(r rune) bool {
	return 0xA0 <= r && r < 0x180 || 0x300 <= r && r < 0x370 || 0x2010 <= r && r <= 0x203A || r == 0x20AC || r == 0x2116 || r == 0x2122 ||
		0x2190 <= r && r < 0x2200 || 0x2500 <= r && r < 0x2800 || 0xFB00 <= r && r <= 0xFB06 || r == 0xFEFF || r == 0xFFFD || 0x1F300 <= r && r < 0x1FB00
}

// remnant returns what a sequence stood for that has lost its last character
// on its way: one that is no more than white space, or nothing, in other
// charsets. It counts only beside whole sequences.
func remnant(s string, before rune) (text string, n int) {
	for _, c := range []struct{ head, text string }{{"Ã", "à"}, {"Â", ""}, {"â€", "”"}} {
		rest, ok := strings.CutPrefix(s, c.head)
		if !ok {
			continue
		}
		n = len(c.head)
		after, _ := utf8.DecodeRuneInString(rest)
		switch {
		case c.text == "”":
			return c.text, n
		case rest != "" && !strings.ContainsRune(" ,;:.!?»)%\n", after):
			return "", 0
		case c.text == "à" && unicode.IsUpper(before):
			return "", 0
		case c.text == "à" && len(rest) > 1 && rest[0] == ' ' && strings.IndexByte(" ,;:.!?)", rest[1]) >= 0:
			n++ // the space was the no-break space of the sequence
		}
		return c.text, n
	}
	return "", 0
}

// windows1252 holds the characters of its bytes 0x80 to 0x9F; the five that
// have none stand for themselves, as browsers have it.
var windows1252 = [32]rune{'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8D, 'Ž', 0x8F,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9D, 'ž', 'Ÿ'}
