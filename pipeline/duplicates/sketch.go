package duplicates

import (
	"math/bits"
	"slices"
	"unicode/utf8"

	"tamis/extractors"
)

// A Sketcher makes sketches, one after the other. The zero value is ready.
type Sketcher struct {
	words    int
	last     [2]uint64         // hashes of the two words before
	bins     [signature]uint64 // least value of each, 0 where there is none
	empty    int
	shingles []uint64 // for further rounds, see keep
	folded   []byte
}

// maxShingles is the number of different shingles that are kept for further
// rounds. So many leave a bin empty once in 10^11 times.
const maxShingles = 8192

// Add adds a piece of the content: a block, say. Shingles run on from piece to
// piece, so that it does not matter where lines break.
func (k *Sketcher) Add(text string) {
	k.folded = extractors.AppendFold(k.folded[:0], text)
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(0) // of the word so far, 0 between words
	for i := 0; i < len(k.folded); {
		if c := k.folded[i]; c < utf8.RuneSelf {
			switch {
			case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
				if h == 0 {
					h = offset
				}
				h = (h ^ uint64(c)) * prime
			case h != 0:
				k.word(h)
				h = 0
			}
			i++
			continue
		}
		c, n := utf8.DecodeRune(k.folded[i:])
		in := extractors.InWord(c)
		switch {
		case in && c >= noSpaces:
			if h != 0 {
				k.word(h)
			}
			k.word(mix(uint64(c)))
			h = 0
		case in:
			if h == 0 {
				h = offset
			}
			h = (h ^ uint64(c)) * prime
		case h != 0:
			k.word(h)
			h = 0
		}
		i += n
	}
	if h != 0 {
		k.word(h)
	}
}

// noSpaces is the first character of the scripts of East Asia, which put no
// space between words: there each character counts as one.
const noSpaces = 0x2E80

func (k *Sketcher) word(h uint64) {
	if k.words++; k.words == 1 {
		k.empty = signature
	}
	if k.words > 2 {
		x := mix(h + bits.RotateLeft64(k.last[1], 21) + bits.RotateLeft64(k.last[0], 42))
		k.put(x, 0)
		k.keep(x)
	}
	k.last[0], k.last[1] = k.last[1], h
}

// put puts a shingle into its bin of a round. Values of a later round are all
// greater, so that what a former round filled stays as it is.
func (k *Sketcher) put(x uint64, round int) {
	h := mix(x + uint64(round)*0x9E3779B97F4A7C15)
	bin, value := h%signature, uint64(round+1)<<48|h>>16
	if old := k.bins[bin]; old == 0 {
		k.bins[bin] = value
		k.empty--
	} else if value < old {
		k.bins[bin] = value
	}
}

// keep keeps a shingle for further rounds, if these may come.
func (k *Sketcher) keep(x uint64) {
	if len(k.shingles) == maxShingles {
		if k.empty == 0 {
			return
		}
		slices.Sort(k.shingles)
		if k.shingles = slices.Compact(k.shingles); len(k.shingles) == maxShingles {
			return
		}
	}
	k.shingles = append(k.shingles, x)
}

// Sketch returns the sketch of what was added since the last call, nil if that
// is shorter than MinWords.
func (k *Sketcher) Sketch() *Sketch {
	defer k.reset()
	if k.words < MinWords {
		return nil
	}
	for round := 1; k.empty > 0; round++ {
		for _, x := range k.shingles {
			k.put(x, round)
		}
	}
	s := new(Sketch)
	for i, v := range k.bins {
		s[i] = byte(v) // the low bits: the high ones are small in all that win
	}
	return s
}

func (k *Sketcher) reset() {
	*k = Sketcher{shingles: k.shingles[:0], folded: k.folded[:0]}
}

// mix spreads the bits of a hash (the finalizer of SplitMix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}
