package extractors

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A Gazetteer finds names of a fixed list in tokens. Names are compared word
// by word, folded and without plural endings; articles and hyphens inside a
// name do not count, and "des", "du", "d'" are "de": so "Réseau des Nations
// Unies sur la migration" finds "Réseau des Nations Unies sur les migrations",
// and "INTER AGENCY" finds "Inter-Agency". The zero value is empty and ready.
//
// The list is a trie whose edges are hashes of 64 bits, kept in one table with
// open addressing; a false hit needs two words of one hash. Most tokens start
// no name: filters answer for them, which unlike the table stay in the
// processor's caches.
type Gazetteer struct {
	first Filter   // the words that start a name
	alone Filter   // those that are one by themselves
	pairs []uint64 // a bit for each state after two words
	nodes []node   // a power of two, at most two thirds in use
	used  int
}

// pairBits is the number of bits of pairs, as a logarithm to the base 2.
const pairBits = 19

func pairAt(state uint64) (word int, bit uint64) {
	return int(state >> (64 - pairBits + 6)), 1 << (state >> (64 - pairBits) & 63)
}

func (g *Gazetteer) addPair(state uint64) {
	if g.pairs == nil {
		g.pairs = make([]uint64, 1<<pairBits/64)
	}
	word, bit := pairAt(state)
	g.pairs[word] |= bit
}

func (g *Gazetteer) hasPair(state uint64) bool {
	word, bit := pairAt(state)
	return g.pairs != nil && g.pairs[word]&bit != 0
}

type node struct {
	state uint64
	value int32 // 1 + value of the name that ends here, 0 if none does
	more  bool  // a longer name goes through here
}

// slot returns the index of the node of the state, or of the free one where it
// belongs.
func (g *Gazetteer) slot(state uint64) int {
	mask := len(g.nodes) - 1
	i := int(state>>32) & mask
	for g.nodes[i].state != state && !g.nodes[i].free() {
		i = (i + 1) & mask
	}
	return i
}

func (n *node) free() bool { return n.value == 0 && !n.more }

// node returns the node of the state, new if need be: the caller makes it a
// name or a way to one before the next call.
func (g *Gazetteer) node(state uint64) *node {
	if g.used >= len(g.nodes)*2/3 {
		old := g.nodes
		g.nodes = make([]node, max(64, 2*len(old)))
		for i := range old {
			if !old[i].free() {
				g.nodes[g.slot(old[i].state)] = old[i]
			}
		}
	}
	n := &g.nodes[g.slot(state)]
	if n.free() {
		n.state = state
		g.used++
	}
	return n
}

// Grow makes room for n words of names, before the first Add of a long list.
func (g *Gazetteer) Grow(n int) {
	size := 64
	for size*2/3 <= n {
		size *= 2
	}
	if g.used == 0 && size > len(g.nodes) {
		g.nodes = make([]node, size)
	}
}

// Add adds a name with its value, which is 0 or more. It returns the value
// that the name had before, or -1; the first value stays.
func (g *Gazetteer) Add(name string, value int) (before int) {
	var buf [16]Token
	return g.AddTokens(Tokenize(buf[:0], name), value)
}

// AddTokens is Add for a name that is tokenized already.
func (g *Gazetteer) AddTokens(tokens []Token, value int) (before int) {
	state, first := uint64(fnvOffset), uint64(0)
	words := 0
	for i := range tokens {
		h, ok := significant(tokens[i].Hash, words)
		if !ok {
			continue
		}
		if words > 0 {
			g.node(state).more = true
		} else {
			g.open(h)
			first = h
		}
		state = step(state, h)
		if words++; words == 2 {
			g.addPair(state)
		}
	}
	switch words {
	case 0:
		return -1
	case 1:
		g.alone.Add(first)
	}
	n := g.node(state)
	if n.value > 0 {
		return int(n.value) - 1
	}
	n.value = int32(value) + 1
	return -1
}

// open notes that a name starts with the word.
func (g *Gazetteer) open(h uint64) {
	g.first.Add(h)
	if h == hashDe {
		for _, same := range &sameAsDe {
			g.first.Add(same)
		}
	}
}

// maxSilent bounds the words in a row that do not count: "l'l'l'…" is no name,
// and to read it to its end from each word takes too long.
const maxSilent = 4

// Longest returns the value of the longest name that starts at token i, and
// the index after its last token; ok is false where none does.
func (g *Gazetteer) Longest(tokens []Token, i int) (value, end int, ok bool) {
	if !g.first.Has(tokens[i].Hash) {
		return 0, 0, false
	}
	state := uint64(fnvOffset)
	words := 0
	last := i // the last word that counts
	for j := i; j < len(tokens) && j <= last+maxSilent; j++ {
		if j > i && tokens[j].Shape&IsLine != 0 {
			break // names do not cross lines
		}
		h, sig := significant(tokens[j].Hash, words)
		if !sig {
			continue
		}
		last = j
		state = step(state, h)
		switch {
		case words == 0 && !g.alone.Has(h):
			words++
			continue // the next word tells whether it is worth a look
		case words == 1 && !g.hasPair(state):
			return value, end, ok
		}
		n := &g.nodes[g.slot(state)]
		if n.free() {
			break
		}
		words++
		if n.value > 0 {
			value, end, ok = int(n.value)-1, j+1, true
		}
		if !n.more {
			break
		}
	}
	return value, end, ok
}

// Lookup returns the value of a name given as a string of its own.
func (g *Gazetteer) Lookup(name string) (value int, ok bool) {
	var buf [32]Token
	tokens := Tokenize(buf[:0], name)
	if len(tokens) == 0 {
		return 0, false
	}
	value, end, ok := g.Longest(tokens, 0)
	return value, ok && end == len(tokens)
}

// AppendBinary appends the list to b as ReadGazetteer reads it: the number of
// nodes in 4 bytes, the filters, and the nodes in the order of the table, each its
// state in 8 bytes and in 4 more twice its value, plus one where a longer name
// goes through it. All numbers are little-endian.
func (g *Gazetteer) AppendBinary(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(g.used))
	for _, filter := range [][]uint64{g.first[:], g.alone[:], g.pairs} {
		for _, bits := range filter {
			b = binary.LittleEndian.AppendUint64(b, bits)
		}
	}
	if g.pairs == nil {
		b = append(b, make([]byte, 1<<pairBits/8)...)
	}
	for i := range g.nodes {
		n := &g.nodes[i]
		if n.free() {
			continue
		}
		value := uint32(n.value) << 1
		if n.more {
			value |= 1
		}
		b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint64(b, n.state), value)
	}
	return b
}

// ReadGazetteer reads a list that AppendBinary wrote; more can be added to it.
func ReadGazetteer(file string) (g Gazetteer, err error) {
	const filters = (2*len(g.first) + 1<<pairBits/64) * 8
	if len(file) < 4+filters {
		return g, errors.New("a list of names is cut short")
	}
	b := []byte(file[:4+filters])
	count := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	g.pairs = make([]uint64, 1<<pairBits/64)
	for _, filter := range [][]uint64{g.first[:], g.alone[:], g.pairs} {
		for i := range filter {
			filter[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
		b = b[8*len(filter):]
	}
	if file = file[4+filters:]; len(file) != 12*count {
		return g, fmt.Errorf("a list of names has %d bytes for %d nodes, not 12 each", len(file), count)
	}
	g.Grow(count)
	for ; file != ""; file = file[12:] {
		state := uint64(file[0]) | uint64(file[1])<<8 | uint64(file[2])<<16 | uint64(file[3])<<24 |
			uint64(file[4])<<32 | uint64(file[5])<<40 | uint64(file[6])<<48 | uint64(file[7])<<56
		value := uint32(file[8]) | uint32(file[9])<<8 | uint32(file[10])<<16 | uint32(file[11])<<24
		g.nodes[g.slot(state)] = node{state: state, value: int32(value >> 1), more: value&1 != 0}
		g.used++
	}
	return g, nil
}

func step(state, h uint64) uint64 {
	state ^= h
	state *= 0x9E3779B97F4A7C15
	return state ^ state>>29
}

var (
	hashDe   = hashFolded("de")
	sameAsDe = [...]uint64{hashFolded("des"), hashFolded("du"), hashFolded("d")}
	// silent words count at the head of a name alone
	silent = [...]uint64{hashFolded("la"), hashFolded("le"), hashFolded("les"), hashFolded("l"), hashFolded("the"),
		hashByte('-'), hashFolded("‑"), hashFolded("–")}
)

// significant returns the hash under which a name's next word is looked up,
// and whether it counts at all.
func significant(h uint64, words int) (uint64, bool) {
	if words > 0 {
		for _, s := range &silent {
			if h == s {
				return 0, false
			}
		}
	}
	for _, s := range &sameAsDe {
		if h == s {
			return hashDe, true
		}
	}
	return h, true
}
