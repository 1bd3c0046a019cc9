package lid

import (
	"unicode"
	"unicode/utf8"
)

// maxFeatures bounds what is read of a line: some 130 letters, which settle
// any language that the classifier knows.
const maxFeatures = 448

// maxWord bounds what is read of a word, in letters.
const maxWord = 24

// edge stands before the first and after the last letter of a word, so that
// "de_" and "_de" differ from the "de" of "grandeur".
const edge = ' '

// features are the hashes of what a line of one script consists of: its words,
// and the runs of two to four letters in them, word edges included.
// An apostrophe ends a word: the "l" and "d" of French stand alone.
type features struct {
	n    int
	hash []uint32 // the first n are set; unless they are summed up at once
	sums *sums

	words int // words read
	lower int // of these, words of two letters or more in lower case
	long  int // of these, words of four letters or more: no particles of names
}

// lowerASCII maps a byte to the lower-case letter, 0 if it is none.
var lowerASCII = func() (t [utf8.RuneSelf]uint8) {
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-0x20] = uint8(c), uint8(c)
	}
	return t
}()

// read collects the features of the words of s that are in the script, all or
// only the first and those that do not start with a capital: names are left
// out, and the first word has a capital anyway. A word such as "LinkedIn" is a
// name in all languages, or two words that a scraper glued; it is never read.
func (f *features) read(s string, sc script, lowerOnly bool) {
	f.n, f.words, f.lower, f.long = 0, 0, 0, 0
	var word [maxWord + 2]uint32
	word[0] = edge
	n, first := 0, true
	upper, capital, brand := false, false, false // first letter, last letter, one after a small letter
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if l := lowerASCII[c]; l != 0 && sc == latin {
				if n == 0 {
					upper, brand = c != l, false
				} else if c != l && !capital {
					brand = true
				}
				capital = c != l
				if n < maxWord {
					n++
					word[n] = uint32(l)
				}
				continue
			}
		} else {
			r, size := utf8.DecodeRuneInString(s[i:])
			i += size
			if scriptOf(r) == sc {
				l := lowerRune(r)
				if n == 0 {
					upper, brand = r != l, false
				} else if r != l && !capital {
					brand = true
				}
				capital = r != l
				if n < maxWord {
					n++
					word[n] = uint32(l)
				}
				continue
			}
			if unicode.Is(unicode.Mn, r) {
				continue // an accent of its own does not end a word
			}
		}
		if n > 0 {
			if !brand && (first || !lowerOnly || !upper) && !f.add(&word, n, upper) {
				return
			}
			n, first = 0, false
		}
	}
	if n > 0 && !brand && (first || !lowerOnly || !upper) {
		f.add(&word, n, upper)
	}
}

// lowerRune is unicode.ToLower with a shorter way for French letters.
func lowerRune(r rune) rune {
	if r < 0x100 {
		if r >= 0xC0 && r <= 0xDE {
			return r + 0x20
		}
		return r
	}
	return unicode.ToLower(r)
}

// Multipliers of the rolling hashes: odd, without a pattern.
const (
	mul2 = 0x27D4EB2F
	mul3 = 0x9E3779B1
	mul4 = 0x85EBCA77
	mulW = 0xC2B2AE3D
)

// add adds the features of a word, word[1:n+1], and reports whether there is
// room for another.
func (f *features) add(word *[maxWord + 2]uint32, n int, upper bool) bool {
	if f.n+4*n+2 > maxFeatures {
		return false
	}
	f.words++
	if !upper && n > 1 {
		f.lower++
		if n > 3 {
			f.long++
		}
	}
	word[n+1] = edge
	if f.sums != nil {
		f.n += f.sums.add(word, n)
	} else {
		f.n += hashes(f.hash[f.n:], word, n)
	}
	return true
}

// hashes sets out to the features of a word and returns their number.
func hashes(out []uint32, word *[maxWord + 2]uint32, n int) int {
	k := 0
	whole := uint32(n)
	a, b := word[0], word[1]
	for i := 2; i <= n+1; i++ {
		c := word[i]
		tri := a<<20 ^ b<<10 ^ c
		out[k] = mix(tri * mul3)
		k++
		if i > 2 {
			out[k] = mix((a<<12 ^ b) * mul2)
			k++
			out[k] = mix((tri ^ word[i-3]<<27 ^ word[i-3]<<5) * mul4)
			k++
		}
		whole = (whole ^ b) * mulW
		whole ^= whole >> 15
		if b >= utf8.RuneSelf {
			out[k] = mix(b * mulW) // a letter such as ñ, ß, ş says much by itself
			k++
		}
		a, b = b, c
	}
	out[k] = mix(whole)
	return k + 1
}

// mix spreads the entropy of a product over all bits.
func mix(h uint32) uint32 {
	h ^= h >> 15
	h *= 0x2C1B3C6D
	return h ^ h>>13
}
