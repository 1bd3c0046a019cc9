package extractors

// A Gazetteer finds names of a fixed list in tokens. Names are compared word
// by word, folded and without plural endings; articles and hyphens inside a
// name do not count, and "des", "du", "d'" are "de": so "Réseau des Nations
// Unies sur la migration" finds "Réseau des Nations Unies sur les migrations",
// and "INTER AGENCY" finds "Inter-Agency". The zero value is empty and ready.
//
// The list is a trie whose edges are hashes of 64 bits; a false hit needs two
// words of one hash.
type Gazetteer struct {
	nodes map[uint64]node
	long  int // significant words of the longest name
}

type node struct {
	value int32 // 1 + value of the name that ends here, 0 if none does
	more  bool  // a longer name goes through here
}

// Add adds a name with its value, which is 0 or more. It returns the value
// that the name had before, or -1; the first value stays.
func (g *Gazetteer) Add(name string, value int) (before int) {
	if g.nodes == nil {
		g.nodes = make(map[uint64]node)
	}
	tokens := Tokenize(nil, name)
	state := uint64(fnvOffset)
	var last uint64
	words := 0
	for i := range tokens {
		h, ok := significant(tokens[i].Hash, words)
		if !ok {
			continue
		}
		if words > 0 {
			n := g.nodes[last]
			n.more = true
			g.nodes[last] = n
		}
		state = step(state, h)
		last = state
		words++
	}
	if words == 0 {
		return -1
	}
	g.long = max(g.long, words)
	n := g.nodes[last]
	if n.value > 0 {
		return int(n.value) - 1
	}
	n.value = int32(value) + 1
	g.nodes[last] = n
	return -1
}

// Longest returns the value of the longest name that starts at token i, and
// the index after its last token; ok is false where none does.
func (g *Gazetteer) Longest(tokens []Token, i int) (value, end int, ok bool) {
	state := uint64(fnvOffset)
	words := 0
	for j := i; j < len(tokens); j++ {
		if j > i && tokens[j].Shape&IsLine != 0 {
			break // names do not cross lines
		}
		h, sig := significant(tokens[j].Hash, words)
		if !sig {
			if j == i {
				return 0, 0, false
			}
			continue
		}
		state = step(state, h)
		n, found := g.nodes[state]
		if !found {
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
	tokens := Tokenize(nil, name)
	if len(tokens) == 0 {
		return 0, false
	}
	value, end, ok := g.Longest(tokens, 0)
	return value, ok && end == len(tokens)
}

func step(state, h uint64) uint64 {
	state ^= h
	state *= 0x9E3779B97F4A7C15
	return state ^ state>>29
}

var (
	hashDe   = hashFolded("de")
	sameAsDe = map[uint64]bool{hashFolded("des"): true, hashFolded("du"): true, hashFolded("d"): true}
	// insignificant inside a name, though not at its head
	silent = map[uint64]bool{hashFolded("la"): true, hashFolded("le"): true, hashFolded("les"): true, hashFolded("l"): true,
		hashFolded("the"): true, hashByte('-'): true, hashFolded("‑"): true, hashFolded("–"): true}
)

// significant returns the hash under which a name's next word is looked up,
// and whether it counts at all.
func significant(h uint64, words int) (uint64, bool) {
	if words > 0 && silent[h] {
		return 0, false
	}
	if sameAsDe[h] {
		return hashDe, true
	}
	return h, true
}
