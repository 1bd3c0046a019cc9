package clean

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// A word that a typesetter parted at the end of a line is put together again
// when the text has the whole word elsewhere or the list knows it. A hyphen
// that belongs to the word is no less likely there, so what nobody confirms
// stays, and so does what the text has with its hyphen inside a line. The rest
// of the word moves up to its first line: lines stay lines.

// A parting is a word on two lines.
type parting struct {
	head, tail   extractors.Span
	whole, apart string // "resolution" and "reso-lution", in lower case
	soft         bool   // the hyphen is one that only the end of a line shows
}

// rejoin returns the edits that put words together, and the number of words.
func rejoin(s string) (edits []edit, n int) {
	parted := partings(s)
	if len(parted) == 0 {
		return nil, 0
	}
	seen := occurrences(s, parted)
	last := 0
	for _, p := range parted {
		if p.head.Start < last || !p.soft && (seen[p.apart] || !seen[p.whole] && !knownWord(p.whole)) {
			continue
		}
		edits = append(edits, edit{extractors.Span{Start: p.head.End, End: p.tail.Start}, ""})
		// Stops and brackets stay with the word.
		end := p.tail.End
		for end < len(s) && s[end] > ' ' {
			end++
		}
		if last = end; end < len(s) && s[end] == ' ' {
			last = end + 1
			edits = append(edits, edit{extractors.Span{Start: end, End: last}, "\n"})
		}
		n++
	}
	return edits, n
}

// partings finds words that may be parted: letters before a hyphen at the end
// of a line, small letters at the head of the next.
func partings(s string) (found []parting) {
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '\n')
		if i < 0 {
			return found
		}
		at += i
		end := at
		for end > 0 && (s[end-1] == ' ' || s[end-1] == '\t' || s[end-1] == '\r') {
			end--
		}
		if end == 0 || s[end-1] != '-' && s[end-1] != 0xAD && s[end-1] != 0x90 {
			continue
		}
		p := parting{soft: strings.HasSuffix(s[:end], "\u00AD")}
		switch {
		case s[end-1] == '-':
			p.head.End = end - 1
		case p.soft:
			p.head.End = end - len("\u00AD")
		case strings.HasSuffix(s[:end], "\u2010"):
			p.head.End = end - len("\u2010")
		default:
			continue
		}
		p.head.Start = p.head.End
		for p.head.Start > 0 {
			r, n := utf8.DecodeLastRuneInString(s[:p.head.Start])
			if !unicode.IsLetter(r) {
				break
			}
			p.head.Start -= n
		}
		p.tail.Start = at + 1
		for p.tail.Start < len(s) && (s[p.tail.Start] == ' ' || s[p.tail.Start] == '\t') {
			p.tail.Start++
		}
		p.tail.End = p.tail.Start
		for p.tail.End < len(s) {
			r, n := utf8.DecodeRuneInString(s[p.tail.End:])
			if !unicode.IsLower(r) {
				break
			}
			p.tail.End += n
		}
		if p.head.Len() < 2 || p.tail.Len() < 2 || p.head.Len()+p.tail.Len() > maxWord {
			continue
		}
		head, tail := strings.ToLower(s[p.head.Start:p.head.End]), s[p.tail.Start:p.tail.End]
		p.whole, p.apart = head+tail, head+"-"+tail
		found = append(found, p)
	}
}

// maxWord is the longest word that is put together, in bytes.
const maxWord = 60

// occurrences tells which of the words stand inside a line of the text, whole
// or with their hyphen.
func occurrences(s string, parted []parting) map[string]bool {
	seen := make(map[string]bool, 2*len(parted))
	for _, p := range parted {
		seen[p.whole], seen[p.apart] = false, false
	}
	var low []byte
	look := func(word string) {
		if len(word) > maxWord+1 {
			return
		}
		low = low[:0]
		for _, r := range word {
			low = utf8.AppendRune(low, unicode.ToLower(r))
		}
		if was, ok := seen[string(low)]; ok && !was {
			seen[string(low)] = true
		}
	}
	var before, word extractors.Span
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsLetter(r) {
			i += n
			continue
		}
		word.Start = i
		for i < len(s) {
			if r, n = utf8.DecodeRuneInString(s[i:]); !unicode.IsLetter(r) {
				break
			}
			i += n
		}
		word.End = i
		look(s[word.Start:word.End])
		if before.End+1 == word.Start && before.End > 0 && s[before.End] == '-' {
			look(s[before.Start:word.End])
		}
		before = word
	}
	return seen
}

// words holds common words of French and English of six letters or more, those
// of official texts among them, one a line.
//
//go:embed words.txt
var words string

var wordList = sync.OnceValue(func() map[string]bool {
	list := make(map[string]bool)
	for w := range strings.Lines(words) {
		list[strings.TrimSuffix(w, "\n")] = true
	}
	return list
})

func knownWord(w string) bool { return wordList()[w] }
