package extractors

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Token is a word, a number, or one other character. White space makes no
// token. An elided article or conjunction is a token with its apostrophe:
// "l'", "d’", "qu'"; so is the English possessive "'s". Hyphens are tokens of
// their own: "Haut-Commissariat" is three.
type Token struct {
	Span
	// Hash identifies the folded form (see Fold) without a final s or x, so
	// that a plural slip finds its name.
	Hash  uint64
	Shape Shape
}

// A Shape says what a token looks like.
type Shape uint8

// The bits of a Shape.
const (
	IsWord   Shape = 1 << iota // starts with a letter
	IsNumber                   // digits only
	IsCap                      // a word whose first letter is upper case
	IsUpper                    // a word of two letters or more, none lower case
	HasDigit                   // a word or number with a digit in it
	IsElided                   // ends with an apostrophe: "l'", "d'"
	IsPoss                     // the English possessive "'s"
	IsLine                     // the first token of its line
)

// Tokenize appends the tokens of s to dst. It never fails: bytes that are not
// UTF-8 are tokens of one byte.
func Tokenize(dst []Token, s string) []Token {
	line := true
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch class[c] {
			case space:
				line = line || c == '\n'
				i++
				continue
			case other:
				t := Token{Span: Span{i, i + 1}, Hash: hashByte(c)}
				if line {
					t.Shape, line = IsLine, false
				}
				dst = append(dst, t)
				i++
				continue
			}
		} else {
			r, n := utf8.DecodeRuneInString(s[i:])
			if !InWord(r) || r == utf8.RuneError {
				if unicode.IsSpace(r) || r == 0x200B || r == 0xFEFF {
					i += n
					continue
				}
				t := Token{Span: Span{i, i + n}, Hash: hashFolded(s[i : i+n])}
				if line {
					t.Shape, line = IsLine, false
				}
				dst = append(dst, t)
				i += n
				continue
			}
		}
		t := word(s, i)
		if c == 0xD9 && strings.HasPrefix(s[i:t.End], "وال") {
			t = word(s[:i+len("و")], i) // the Arabic conjunction, glued to an article
		}
		if line {
			t.Shape |= IsLine
			line = false
		}
		dst = append(dst, t)
		i = t.End
		// An apostrophe after a word: elision before a letter, or "'s".
		if n := apostrophe(s[i:]); n > 0 && t.Shape&IsWord != 0 {
			r, _ := utf8.DecodeRuneInString(s[i+n:])
			switch {
			case (r == 's' || r == 'S') && !startsWord(s[i+n+1:]):
				dst = append(dst, Token{Span: Span{i, i + n + 1}, Shape: IsPoss, Hash: hashByte('\'')})
				i += n + 1
			case unicode.IsLetter(r) && elides(s[t.Start:t.End]):
				last := &dst[len(dst)-1]
				last.End = i + n
				last.Shape |= IsElided
				i += n
			}
		}
	}
	return dst
}

// elided words of French, folded, without their apostrophe.
var elided = map[string]bool{"l": true, "d": true, "qu": true, "n": true, "s": true, "j": true, "m": true, "t": true, "c": true,
	"jusqu": true, "lorsqu": true, "puisqu": true, "quoiqu": true, "presqu": true, "quelqu": true}

func elides(w string) bool {
	if len(w) > 6 {
		return false
	}
	var buf [16]byte
	return elided[string(AppendFold(buf[:0], w))]
}

func startsWord(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n > 0 && InWord(r)
}

// apostrophe returns the length of the apostrophe at the head of s, or 0.
func apostrophe(s string) int {
	switch {
	case len(s) > 0 && s[0] == '\'':
		return 1
	case len(s) >= 3 && s[:3] == "’":
		return 3
	}
	return 0
}

type charClass uint8

const (
	other charClass = iota
	space
	lower
	upper
	digit
)

var class = func() (t [utf8.RuneSelf]charClass) {
	for c := range t {
		switch {
		case c == ' ' || '\t' <= c && c <= '\r':
			t[c] = space
		case 'a' <= c && c <= 'z':
			t[c] = lower
		case 'A' <= c && c <= 'Z':
			t[c] = upper
		case '0' <= c && c <= '9':
			t[c] = digit
		}
	}
	return t
}()

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashByte(c byte) uint64 { return (fnvOffset ^ uint64(c)) * fnvPrime }

func hashFolded(s string) uint64 {
	var buf [32]byte
	return hashWord(AppendFold(buf[:0], s))
}

// hashString hashes a folded word, see hashWord.
func hashString(s string) uint64 {
	var buf [32]byte
	return hashWord(append(buf[:0], s...))
}

// hashWord hashes a folded word without its final s or x, if two letters or
// more remain.
func hashWord(b []byte) uint64 {
	if n := len(b); n > 3 && (b[n-1] == 's' || b[n-1] == 'x') {
		b = b[:n-1]
	}
	h := uint64(fnvOffset)
	for _, c := range b {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return h
}

// word reads the word or number that starts at i.
func word(s string, i int) Token {
	t := Token{Span: Span{i, i}}
	letters, lowers := 0, 0
	digits := 0
	h := wordHash{fnvOffset, fnvOffset, 0, 0}
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			switch class[c] {
			case lower:
				letters++
				lowers++
				h.add(c)
			case upper:
				if letters == 0 && digits == 0 {
					t.Shape |= IsCap
				}
				letters++
				h.add(c + 'a' - 'A')
			case digit:
				digits++
				h.add(c)
			default:
				goto done
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError || !InWord(r) {
			break
		}
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			if unicode.IsUpper(r) || unicode.IsTitle(r) {
				if letters == 0 && digits == 0 {
					t.Shape |= IsCap
				}
			} else {
				lowers++
			}
			letters++
		}
		var buf [32]byte
		for _, c := range appendFoldRune(buf[:0], r) {
			h.add(c)
		}
		i += n
	}
done:
	t.End = i
	t.Hash = h.sum()
	if letters == 0 {
		t.Shape |= IsNumber
	} else {
		t.Shape |= IsWord
	}
	if digits > 0 {
		t.Shape |= HasDigit
	}
	if letters >= 2 && lowers == 0 {
		t.Shape |= IsUpper
	}
	return t
}

// A wordHash is hashWord for a word that comes byte by byte.
type wordHash struct {
	all, before uint64 // hashes of the bytes so far, with the last one and without
	n           int
	last        byte
}

func (h *wordHash) add(c byte) {
	h.before = h.all
	h.all = (h.all ^ uint64(c)) * fnvPrime
	h.last = c
	h.n++
}

func (h *wordHash) sum() uint64 {
	if h.n > 3 && (h.last == 's' || h.last == 'x') {
		return h.before
	}
	return h.all
}
