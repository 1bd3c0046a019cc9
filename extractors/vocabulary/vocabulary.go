// Package vocabulary tells common words of French and English from names: what
// spelling dictionaries know of a word. "Doux" and "Like" may open a sentence
// and be no name; "Tumwine" is in no dictionary. It also tells which words stand
// in like places, see ClustersOf.
package vocabulary

import (
	_ "embed"
	"encoding/binary"
	"maps"
	"slices"
	"sync"
)

// A Class says what dictionaries know of a word, a bit each.
type Class uint8

// The classes.
const (
	CommonEN    Class = 1 << iota // among the 45,000 commonest English words
	WordEN                        // another English word
	RareEN                        // a rare one
	NounFR                        // French noun
	AdjectiveFR                   // French adjective
	OtherFR                       // form of a French verb that is also one of these, adverb, small word
	Proper                        // name of a place or body, or an English word with a capital
	Person                        // given or family name
)

// data holds the words as makewords wrote them: for each of 1<<bucketBits
// buckets the number of its entries in a byte; then the entries, three bytes
// each: a check of 16 bits, little endian, and the Class. A word's bucket and
// check are the uppermost bits of its hash. No word is stored, so one in some
// 10,000 unknown words passes for one that is known.
//
//go:embed data/words.bin
var data string

const bucketBits = 15

// A list is the file with the first entry of each bucket.
type list struct {
	file   string
	starts [1<<bucketBits + 1]int32
}

var words = sync.OnceValue(func() *list { return newList(data) })

func newList(file string) *list {
	l := &list{file: file}
	for i := range 1 << bucketBits {
		l.starts[i+1] = l.starts[i] + int32(file[i])
	}
	return l
}

// Of returns the class of a folded word (see extractors.Fold), 0 for one that
// no dictionary has. A plural has the class of its singular too.
func Of(folded string) Class { return words().of(folded) }

func (l *list) of(folded string) Class {
	bucket, check := place(folded)
	for i := l.starts[bucket]; i < l.starts[bucket+1]; i++ {
		e := l.file[1<<bucketBits+3*i:][:3]
		if uint16(e[0])|uint16(e[1])<<8 == check {
			return Class(e[2])
		}
	}
	return 0
}

// place returns where a word belongs. A final s or x does not count.
func place(folded string) (bucket int, check uint16) {
	if n := len(folded); n > 3 && (folded[n-1] == 's' || folded[n-1] == 'x') {
		folded = folded[:n-1]
	}
	h := hash(folded)
	return int(h >> (64 - bucketBits)), uint16(h >> (64 - bucketBits - 16))
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	return h * 0x9E3779B97F4A7C15
}

// Pack returns the file of the words.
func Pack(words map[string]Class) []byte {
	type entry struct {
		check uint16
		class Class
	}
	buckets := make([][]entry, 1<<bucketBits)
	for _, w := range slices.Sorted(maps.Keys(words)) {
		b, check := place(w)
		found := false
		for i := range buckets[b] {
			if e := &buckets[b][i]; e.check == check {
				e.class |= words[w]
				found = true
			}
		}
		if !found {
			buckets[b] = append(buckets[b], entry{check, words[w]})
		}
	}
	file := make([]byte, 1<<bucketBits)
	for b, entries := range buckets {
		if len(entries) > 255 {
			panic("vocabulary: a bucket overflows") // 255 where five are usual
		}
		file[b] = byte(len(entries))
		for _, e := range entries {
			file = append(binary.LittleEndian.AppendUint16(file, e.check), byte(e.class))
		}
	}
	return file
}
