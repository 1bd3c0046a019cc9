package tagger

import "tamis/extractors"

// A word is what is known of a token by its letters alone.
type word struct {
	key    uint64 // in the index
	folded uint64
	flags  uint32
	fold   int32  // index of its fold
	wide   int32  // 1 + index of the sum that weights.centre is too small for, or 0
	last   uint32 // the last text that has it
	shape  uint8
	summed bool // its weights are set
}

// weights are the sums of the rows of a word's features. They are set for words
// near what could be a name alone.
type weights struct {
	centre lanes
	places [numPlaces]lanes
}

// A fold is what one text shows of the words that differ in case and accents
// alone.
type fold struct {
	epoch uint32 // the text that set the rest
	lower uint8  // how often it stands in small letters, to 3
	seen  uint16 // hints that it carries anywhere
	tally tally
}

// cacheLimit bounds the words that a dictionary keeps from text to text: past
// it, those stay that were of use lately. 32,768 words take about 11 MB.
const cacheLimit = 1 << 15

// A dictionary knows the words of the texts so far by number.
type dictionary struct {
	words      []word
	clusters   []Clusters // by number of the word
	weights    []weights  // likewise
	folds      []fold
	wide       [][numLabels]int32
	index      index // of words, by exact form and shape
	foldsIndex index // of folds, by folded form
	epoch      uint32
	since      uint32 // the epoch in which words were dropped last
}

// open makes the dictionary ready for another text.
func (d *dictionary) open() {
	if len(d.words) > cacheLimit || d.epoch == 1<<32-1 {
		d.forget()
	}
	d.epoch++
}

// forget drops the words but for those of the later half of the texts since it
// was done last; all of them if these are too many. Their memory is used again.
func (d *dictionary) forget() {
	after := d.since + (d.epoch-d.since)/2
	n := 0
	for i := range d.words {
		if d.words[i].last > after {
			n++
		}
	}
	d.since = d.epoch
	if d.epoch == 1<<32-1 {
		d.epoch, d.since, n = 0, 0, cacheLimit
	}
	if n > cacheLimit/2 {
		after = 1<<32 - 1
	}
	old, wide := d.words, d.wide
	d.words, d.folds, d.wide = d.words[:0], d.folds[:0], nil
	d.index.clear()
	d.foldsIndex.clear()
	for i := range old {
		w := old[i]
		if w.last <= after {
			continue
		}
		w.fold = d.foldOf(w.folded)
		if w.wide > 0 {
			d.wide = append(d.wide, wide[w.wide-1])
			w.wide = int32(len(d.wide))
		}
		at := len(d.words)
		d.clusters[at], d.weights[at] = d.clusters[i], d.weights[i]
		d.words = append(d.words, w)
		d.index.find(w.key).at = int32(len(d.words))
	}
	d.clusters, d.weights = d.clusters[:len(d.words)], d.weights[:len(d.words)]
}

// foldOf returns the index of the fold of words of the folded form.
func (d *dictionary) foldOf(folded uint64) int32 {
	of := d.foldsIndex.find(folded)
	if of.at == 0 {
		d.folds = append(d.folds, fold{})
		of.at = int32(len(d.folds))
	}
	return of.at - 1
}

// number returns the number of a token's word.
func (d *dictionary) number(surface string, shape extractors.Shape, lex Lexicon) int32 {
	shape &^= extractors.IsLine
	key := exactForm(surface, shape)
	slot := d.index.find(key)
	if slot.at > 0 {
		return slot.at - 1
	}
	slot.at = int32(len(d.words)) + 1
	var buf [96]byte
	f := extractors.AppendFold(buf[:0], surface)
	w := word{key: key, shape: shapeOf(surface, shape), folded: hashBytes(f)}
	var c Clusters
	if lex != nil && isWordShape(w.shape) {
		w.flags, c = lex(string(f))
	}
	w.fold = d.foldOf(w.folded)
	d.words = append(d.words, w)
	d.clusters = append(d.clusters, c)
	d.weights = append(d.weights, weights{})
	return slot.at - 1
}

// exactForm hashes a token, eight bytes at a time.
func exactForm(s string, shape extractors.Shape) uint64 {
	h := mix64(uint64(shape))
	for len(s) >= 8 {
		h = mix64(h ^ (uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56))
		s = s[8:]
	}
	rest := uint64(len(s))
	for i := range len(s) {
		rest = rest<<8 | uint64(s[i])
	}
	return mix64(h ^ rest)
}

func mix64(h uint64) uint64 {
	h *= 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// here returns the fold of a word, as of the text that was opened last.
func (d *dictionary) here(w *word) *fold {
	f := &d.folds[w.fold]
	if f.epoch != d.epoch {
		*f = fold{epoch: d.epoch}
	}
	return f
}

// An index maps hashes to numbers from 1, with open addressing.
type index struct {
	slots []slot // a power of two, half of them free
	used  int
}

type slot struct {
	key uint64
	at  int32 // 0 in a free slot
}

// find returns the slot of the key; one whose number is 0 is new, and the
// caller sets it.
func (x *index) find(key uint64) *slot {
	if 2*x.used >= len(x.slots) {
		old := x.slots
		x.slots = make([]slot, max(1<<10, 2*len(old)))
		for i := range old {
			if old[i].at > 0 {
				*x.probe(old[i].key) = old[i]
			}
		}
	}
	s := x.probe(key)
	if s.at == 0 {
		s.key = key
		x.used++
	}
	return s
}

func (x *index) clear() {
	clear(x.slots)
	x.used = 0
}

func (x *index) probe(key uint64) *slot {
	mask := uint64(len(x.slots) - 1)
	for i := (key ^ key>>32) & mask; ; i = (i + 1) & mask {
		if s := &x.slots[i]; s.key == key || s.at == 0 {
			return s
		}
	}
}
