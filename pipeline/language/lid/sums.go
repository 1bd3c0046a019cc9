package lid

// sums adds up the weights of the words of a line. It keeps what the last words
// add, as the same few thousand make up most of any text.
type sums struct {
	g     *group
	wide  [maxLangs]int32
	lanes lanes // of the features that wide lacks
	n     int   // number of these features
	hash  [4*maxWord + 2]uint32
	known [1 << 12]knownWord
}

// A knownWord is a word with the sum of its features' weights.
type knownWord struct {
	letters letters
	n       int // number of features
	lanes   lanes
}

// letters holds a word of up to sixteen letters below U+0100, a byte each.
type letters [2]uint64

// lanes are sums of bytes for all languages: those with an even number and the
// others, four in a word. A lane of 16 bits has room for fullLanes bytes.
type lanes [2][maxLangs / 8]uint64

const fullLanes = 256

// sums returns the zero sums of a line.
func (g *group) sums() *sums {
	s, ok := g.free.Get().(*sums)
	if !ok {
		return &sums{g: g}
	}
	s.wide, s.lanes, s.n = [maxLangs]int32{}, lanes{}, 0
	return s
}

// add adds a word, word[1:n+1] between its edges, and returns the number of its
// features.
func (s *sums) add(word *[maxWord + 2]uint32, n int) int {
	short, ok := pack(word[1 : n+1])
	if !ok {
		var l lanes
		k := hashes(s.hash[:], word, n)
		s.g.sum(&l, s.hash[:k])
		s.plus(&l, k)
		return k
	}
	known := &s.known[((short[0]^short[1]>>3)*0x9E3779B97F4A7C15)>>32%uint64(len(s.known))]
	if known.letters != short {
		*known = knownWord{letters: short, n: hashes(s.hash[:], word, n)}
		s.g.sum(&known.lanes, s.hash[:known.n])
	}
	s.plus(&known.lanes, known.n)
	return known.n
}

// pack returns the letters of a word, if they fit.
func pack(word []uint32) (l letters, ok bool) {
	if len(word) > 16 {
		return l, false
	}
	all := uint32(0)
	for i, c := range word {
		all |= c
		l[i/8] |= uint64(c) << (i % 8 * 8)
	}
	return l, all < 0x100
}

// plus adds the sums of n features, of which a word has fewer than fullLanes.
func (s *sums) plus(l *lanes, n int) {
	if s.n+n > fullLanes {
		s.widen()
	}
	for k := range s.g.stride {
		s.lanes[0][k%len(l[0])] += l[0][k%len(l[0])] // %: spares the check of bounds
		s.lanes[1][k%len(l[0])] += l[1][k%len(l[0])]
	}
	s.n += n
}

// widen moves what the lanes hold to numbers of 32 bits.
func (s *sums) widen() {
	for k := range s.g.stride {
		for i := range 4 {
			s.wide[8*k+2*i] += int32(s.lanes[0][k]>>(16*i)&0xFFFF) - int32(bias*s.n)
			s.wide[8*k+2*i+1] += int32(s.lanes[1][k]>>(16*i)&0xFFFF) - int32(bias*s.n)
		}
	}
	s.lanes, s.n = lanes{}, 0
}

// total returns the sums of the weights by language.
func (s *sums) total() *[maxLangs]int32 {
	s.widen()
	return &s.wide
}

// sum adds the weights of the features to the lanes.
func (g *group) sum(l *lanes, hash []uint32) {
	const even = 0x00FF00FF00FF00FF
	for _, h := range hash {
		at := g.bucket(h) * g.stride
		for k, w := range g.weights[at : at+g.stride] {
			l[0][k%len(l[0])] += w & even
			l[1][k%len(l[0])] += w >> 8 & even
		}
	}
}
