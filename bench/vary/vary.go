// Package vary makes new documents of old ones, so that a small set of real
// documents can be repeated without being the same again: numbers, months and
// names change, and some words change places.
package vary

import (
	"bytes"
	"math/rand/v2"
	"slices"
)

// Shares of the words that change, as one in so many.
const (
	nameShare = 3  // of the names
	wordShare = 12 // of the other words of five letters and more
)

var months = [][][]byte{
	bytes.Fields([]byte("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")),
	bytes.Fields([]byte("January February March April May June July August September October November December")),
}

// Document returns a document like another, text or HTML: markup, scripts and
// addresses stay, so does the length, nearly. The same r gives the same bytes.
//
// Words go to other places of the document they come from, whatever its
// encoding. Names that no list has come in, so that many documents have many
// names, as in a real dump.
func Document(r *rand.Rand, doc []byte) []byte {
	words := pool(doc)
	out := make([]byte, 0, len(doc)+len(doc)/16)
	var before []byte // the word before, nil at the start of a sentence
	for p := range pieces(doc) {
		switch w := p.text; {
		case p.kind == number:
			out = appendNumber(r, out, w)
		case p.kind != word:
			out = append(out, w...)
			if len(w) > 2 || len(w) > 0 && w[0] != ' ' && w[0] != '\'' && w[0] != '-' {
				before = nil
			}
			continue
		case month(w) != nil:
			all := month(w)
			out = append(out, all[r.IntN(12)]...)
		case upper(w[0]) && before != nil && len(w) >= 4 && r.IntN(nameShare) == 0:
			out = appendName(r, out)
		case !upper(w[0]) && len(w) >= 5 && len(words) > 0 && r.IntN(wordShare) == 0:
			out = append(out, words[r.IntN(len(words))]...)
		default:
			out = append(out, w...)
		}
		before = p.text
	}
	return out
}

func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

func month(w []byte) [][]byte {
	for _, all := range months {
		if slices.ContainsFunc(all, func(m []byte) bool { return bytes.Equal(m, w) }) {
			return all
		}
	}
	return nil
}

// pool returns the plain words of a document.
func pool(doc []byte) (words [][]byte) {
	for p := range pieces(doc) {
		if p.kind == word && len(p.text) >= 5 && !upper(p.text[0]) && month(p.text) == nil {
			words = append(words, p.text)
		}
	}
	return words
}

// appendNumber appends a number of as many digits: years stay years.
func appendNumber(r *rand.Rand, dst, n []byte) []byte {
	if len(n) == 4 && (n[0] == '1' && n[1] == '9' || n[0] == '2' && n[1] == '0') {
		y := 1990 + r.IntN(36)
		return append(dst, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10))
	}
	if len(n) == 2 && n[0] <= '3' { // may be the day of a month
		d := 10 + r.IntN(19)
		return append(dst, byte('0'+d/10), byte('0'+d%10))
	}
	for range n {
		dst = append(dst, byte('1'+r.IntN(9)))
	}
	return dst
}

// appendName appends a name that nobody bears, such as Tarveno.
func appendName(r *rand.Rand, dst []byte) []byte {
	const starts, ends = "BCDFGKLMNPRSTV", "aeiouaeio"
	inner := []string{"r", "l", "n", "m", "t", "d", "rv", "lm", "nd", "st", "v", "k", "ss", "rd"}
	dst = append(dst, starts[r.IntN(len(starts))], ends[r.IntN(len(ends))])
	for range 1 + r.IntN(2) {
		dst = append(dst, inner[r.IntN(len(inner))]...)
		dst = append(dst, ends[r.IntN(len(ends))])
	}
	return dst
}

// A piece is a part of a document.
type piece struct {
	kind kind
	text []byte
}

type kind int

const (
	other  kind = iota // what stands between words, and markup
	word               // letters, with whatever is not ASCII
	number             // digits
)

// pieces cuts a document up. What starts with "<" and a letter, "/" or "!" is
// markup up to ">", and scripts and styles are markup up to their end; "&" and
// letters are an entity.
func pieces(doc []byte) func(yield func(piece) bool) {
	return func(yield func(piece) bool) {
		for i := 0; i < len(doc); {
			start := i
			k := other
			switch c := doc[i]; {
			case c == '<':
				i += markup(doc[i:])
			case c == '&':
				for i++; i < len(doc) && (letter(doc[i]) || digit(doc[i]) || doc[i] == '#'); i++ {
				}
			case letter(c):
				k = word
				for i++; i < len(doc) && letter(doc[i]); i++ {
				}
				if i < len(doc) && (doc[i] == ':' || doc[i] == '@' || doc[i] == '.' && i+1 < len(doc) && letter(doc[i+1])) {
					k = other // likely an address: it stays
					for i < len(doc) && doc[i] > ' ' && doc[i] != '<' {
						i++
					}
				}
			case digit(c):
				k = number
				for i++; i < len(doc) && digit(doc[i]); i++ {
				}
			default:
				for i++; i < len(doc) && doc[i] != '<' && doc[i] != '&' && !letter(doc[i]) && !digit(doc[i]); i++ {
				}
			}
			if !yield(piece{k, doc[start:i]}) {
				return
			}
		}
	}
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c >= 0x80 }

func digit(c byte) bool { return '0' <= c && c <= '9' }

// markup returns the length of the markup at the start, 1 if there is none.
func markup(doc []byte) int {
	if len(doc) < 2 || doc[1] != '/' && doc[1] != '!' && (doc[1] >= 0x80 || !letter(doc[1])) {
		return 1
	}
	for _, raw := range []string{"script", "style"} {
		if len(doc) > len(raw) && bytes.EqualFold(doc[1:1+len(raw)], []byte(raw)) {
			if end := bytes.Index(doc, []byte("</"+raw)); end >= 0 {
				return end
			}
		}
	}
	if bytes.HasPrefix(doc, []byte("<!--")) {
		if end := bytes.Index(doc, []byte("-->")); end >= 0 {
			return end + 3
		}
	}
	if end := bytes.IndexByte(doc, '>'); end >= 0 {
		return end + 1
	}
	return 1
}
