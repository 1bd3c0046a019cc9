package boilerplate

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// Where line breaks are lost, template and content stand on one line: a whole
// page without a break, or a menu glued to the first sentence below it, "Qui
// sommes nousL'Organisation". Such a line is cut into pieces, at what may have
// been the edge of a line, and pieces are weighed as lines are. Where to cut
// depends on the letters around the place alone, so that what two pages share is
// cut alike in both. A cut decides nothing: pieces of one verdict are one again.
//
// A piece may be a word, and a word that two pages share says nothing. So pieces
// are counted together with what follows them, up to runWords words at least.

// A piece is a part of a block that may have been a line.
type piece struct {
	start, end int32 // in the text of the block, no white space around it
	words      int32
	// soft says that the piece starts at what may as well be the middle of a
	// sentence: at a capital, and nothing else.
	soft bool
}

const (
	// longLine is the length from which a line may be a page that lost its
	// breaks, and flatLine if it is most of its document.
	longLine = 1000
	flatLine = 200
	// runWords is the least number of words that are counted together.
	runWords = 3
)

// appendPieces cuts a block of a document of size bytes, if anything says that it
// may hold several lines. It appends nothing if not.
func appendPieces(dst []piece, b *Block, size int) []piece {
	switch b.Kind {
	case extractors.Title, extractors.Heading, extractors.TableRow, extractors.Pre:
		return dst
	}
	long := len(b.Text) >= longLine || len(b.Text) >= flatLine && 2*len(b.Text) > size
	if !long && (!isGlued(b.Text) || isStock(b, shapeOf(b)) || b.Hint == "body" && interrupts(b)) {
		return dst // "Share on LinkedIn" is one thing
	}
	start := len(dst)
	if dst = cut(dst, b.Text, long); len(dst) == start+1 {
		return dst[:start]
	}
	return dst
}

// isGlued reports whether a small letter, or the end of a sentence, is followed
// by a capital at once.
func isGlued(s string) bool {
	for i := 2; i < len(s); i++ {
		if c := s[i]; c-'A' > 'Z'-'A' && c != 0xC3 {
			continue
		}
		switch p := s[i-1]; {
		case p-'a' <= 'z'-'a', p >= 0xA0 && s[i-2] == 0xC3:
			if s[i] != 0xC3 || i+1 < len(s) && s[i+1] < 0xA0 {
				return true
			}
		case p == '.' || p == '!' || p == '?' || p == ')' || p == ':':
			if q := s[i-2]; q >= 'a' || '0' <= q && q <= '9' {
				return true
			}
		}
	}
	return false
}

// A class is what a rune is to cut.
type class uint8

const (
	other class = iota
	space
	lower
	upper
	digit
	apostrophe
	end    // of a sentence
	closer // may follow it
	mark   // of an item of a list, or between items
	dash   // may be one
)

// classes holds those of the letters that French and English text has.
var classes = func() (c [0x250]class) {
	for r := range c {
		c[r] = classOf(rune(r))
	}
	return c
}()

func classOf(r rune) class {
	switch {
	case r == '.' || r == '!' || r == '?' || r == '…':
		return end
	case r == '\'' || r == '’':
		return apostrophe
	case r == ')' || r == ']' || r == '"' || r == '”' || r == '»' || r == ':' || r == ';' || r == ',':
		return closer
	case strings.ContainsRune("|•·‣▪●◦→›", r):
		return mark
	case r == '-' || r == '–' || r == '—':
		return dash
	case unicode.IsSpace(r) || r == 0x200B:
		return space
	case unicode.IsUpper(r) || unicode.IsTitle(r):
		return upper
	case unicode.IsDigit(r):
		return digit
	case extractors.InWord(r):
		return lower
	}
	return other
}

// cut appends the pieces of a line. Only in a long one a capital alone is
// reason to cut.
func cut(dst []piece, s string, long bool) []piece {
	from, words, soft := 0, 0, false // of the piece at hand
	cutAt := func(i int, next bool) {
		start, stop := trim(s, from, i)
		if start < stop {
			dst = append(dst, piece{int32(start), int32(stop), int32(words), soft})
		}
		from, words, soft = i, 0, next
	}
	// The word before, and what stands between it and this place.
	wordStart, wordEnd := -1, 0
	capital := false              // the word before starts with one
	ended, bullet := false, false // the gap has the end of a sentence, a mark
	hyphen := -1                  // a dash in the gap
	blank, tight := -1, 0         // first white space of the gap; end of what closes the word before
	for i := 0; i < len(s); {
		k, n := classAt(s, i)
		switch k {
		case lower, upper, digit:
		default:
			switch {
			case k == space:
				if blank < 0 {
					blank = i
				}
			case blank < 0 && (k == end || k == closer):
				tight = i + n
				ended = ended || k == end
			case k == mark:
				bullet = true
			case k == dash && hyphen < 0:
				hyphen = i
			}
			i += n
			continue
		}
		if wordStart >= 0 {
			before := s[wordStart:wordEnd]
			at := blank
			if at < 0 {
				at = tight
			}
			starts := k == upper || k == digit
			switch {
			case bullet && blank >= 0:
				cutAt(at, false)
			case long && hyphen >= 0 && blank >= 0 && (k == upper || k == digit && !isDigit(s[wordEnd-1])): // an item of a list, or a dash
				cutAt(min(at, hyphen), false)
			case ended && starts && blank >= 0:
				abbreviated := s[wordEnd] == '.' && len(before) <= 3 && (capital || len(before) == 1)
				if !abbreviated {
					cutAt(at, false)
				} else if long {
					cutAt(at, true)
				}
			case (ended || tight > wordEnd && s[tight-1] == ')') && k == upper && len(before) > 1 && (s[wordEnd-1] >= 'a' || isDigit(s[wordEnd-1])) && tight == i:
				cutAt(at, false)
			case long && blank >= 0 && (k == upper || k == digit && capital) && !small[before]:
				cutAt(at, true)
			}
		}
		words++
		wordStart = i
		capital = k == upper
		tag := i > 0 && (s[i-1] == '#' || s[i-1] == '@') // "#PressFreedom" is a word
		i = glued(s, i, func(at int) {
			if tag {
				return
			}
			cutAt(at, false)
			words++
			wordStart = at
			capital = true
		})
		wordEnd, tight, blank, hyphen, ended, bullet = i, i, -1, -1, false, false
	}
	cutAt(len(s), false)
	return dst
}

// glued returns the end of the word at i, apostrophes inside it included, and
// calls cut for each place in it where another one begins: "nousL'Organisation",
// "OIMQui", "2024The", "room12".
func glued(s string, i int, cut func(at int)) int {
	var last class
	letters, uppers, lastUpper := 0, 0, 0 // in the part at hand
	for i < len(s) {
		if last == lower && s[i]-'a' <= 'z'-'a' { // as most are
			letters++
			i++
			continue
		}
		k, n := classAt(s, i)
		switch k {
		case upper:
			if last == lower && letters > 1 || last == digit && startsLower(s, i+n) {
				cut(i)
				letters, uppers = 0, 0
			}
			letters++
			uppers++
			lastUpper = i
		case lower:
			if last == upper && uppers > 2 && startsLower(s, i+n) {
				cut(lastUpper)
				letters = 1
			}
			letters++
			uppers = 0
		case digit:
			if last == lower && letters > 2 {
				cut(i)
				letters = 0
			}
			uppers = 0
		case apostrophe:
			if next, _ := classAt(s, i+n); next != lower && next != upper {
				return i
			}
			letters, uppers = 0, 0
		default:
			return i
		}
		last = k
		i += n
	}
	return i
}

func startsLower(s string, i int) bool {
	k, _ := classAt(s, i)
	return k == lower
}

// classAt returns the class and the length of the rune at i, other at the end.
func classAt(s string, i int) (class, int) {
	if i >= len(s) {
		return other, 0
	}
	if c := s[i]; c < utf8.RuneSelf {
		return classes[c], 1
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	if int(r) < len(classes) {
		return classes[r], n
	}
	return classOf(r), n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// trim returns the span [start, end) of s without the white space around it.
func trim(s string, start, end int) (int, int) {
	for start < end {
		k, n := classAt(s, start)
		if k != space {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(s[start:end])
		if classOf(r) != space {
			break
		}
		end -= n
	}
	return start, end
}
