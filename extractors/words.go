package extractors

import "strings"

// Words finds the classes of a word among lists of folded words, without
// folding or copying it first. A class is a bit of the caller's choice. The
// zero value knows no word.
type Words struct {
	hashes Filter     // of all words
	slots  []wordSlot // a power of two, at most half in use
	used   int
}

type wordSlot struct {
	hash    uint64 // Token.Hash, which plurals share
	word    string // "" in a free slot
	classes uint32
}

// Add gives the classes to each word of a list that white space separates.
// What is more than one token, such as "croix-rouge", only Of finds.
func (w *Words) Add(list string, classes uint32) {
	for word := range strings.FieldsSeq(list) {
		if 2*w.used >= len(w.slots) {
			w.grow()
		}
		s := w.slot(word)
		if s.word == "" {
			*s = wordSlot{hash: hashString(word), word: word}
			w.hashes.Add(s.hash)
			w.used++
		}
		s.classes |= classes
	}
}

// Of returns the classes of a folded word.
func (w *Words) Of(word string) uint32 {
	if w.used == 0 {
		return 0
	}
	return w.slot(word).classes
}

// slot returns the slot of the word or the free one where it belongs.
func (w *Words) slot(word string) *wordSlot {
	mask := len(w.slots) - 1
	for i := int(hashString(word)>>32) & mask; ; i = (i + 1) & mask {
		if s := &w.slots[i]; s.word == "" || s.word == word {
			return s
		}
	}
}

func (w *Words) grow() {
	old := w.slots
	w.slots = make([]wordSlot, max(64, 2*len(old)))
	for i := range old {
		if old[i].word != "" {
			*w.slot(old[i].word) = old[i]
		}
	}
}

// Classes returns the classes of a token of s; an apostrophe at its end does
// not count.
func (w *Words) Classes(s string, t *Token) uint32 {
	if !w.hashes.Has(t.Hash) {
		return 0
	}
	mask := len(w.slots) - 1
	for i := int(t.Hash>>32) & mask; ; i = (i + 1) & mask {
		slot := &w.slots[i]
		if slot.word == "" {
			return 0
		}
		if slot.hash == t.Hash && foldsTo(s[t.Start:t.End], slot.word) {
			return slot.classes
		}
	}
}

// foldsTo reports whether s folds to word, but for apostrophes at its end.
func foldsTo(s, word string) bool {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c >= 0x80 || c == '\'' {
			var buf [64]byte
			f := AppendFold(buf[:0], s)
			for len(f) > 0 && f[len(f)-1] == '\'' {
				f = f[:len(f)-1]
			}
			return string(f) == word
		}
		if i >= len(word) || c != word[i] {
			return false
		}
	}
	return len(s) == len(word)
}

// A Filter answers most questions for a hash that is not in a set without a
// look at the set: it may say yes wrongly, never no. It fits into the first
// cache.
type Filter [1 << 10]uint64

// Add puts a hash into the set.
func (f *Filter) Add(h uint64) { f[h>>54] |= 1 << (h >> 48 & 63) }

// Has reports whether the hash may be in the set.
func (f *Filter) Has(h uint64) bool { return f[h>>54]&(1<<(h>>48&63)) != 0 }
