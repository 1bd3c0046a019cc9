// Package tagger marks organizations, people and places with a linear-chain
// conditional random field (Lafferty, McCallum and Pereira, "Conditional Random
// Fields", 2001), one for French and English together.
//
// The features of a token are its word, affixes and shape; the words around
// it; lists that know it; what the rules of the other extractors say of it; how
// the same word stands elsewhere in the document; the capitalised run that it
// stands in and the nouns at its ends. They are hashed into a table of small
// integers (Weinberger et al., "Feature Hashing", 2009), which is the model.
//
// A line is cut into segments around what could be a name; the long runs of
// small letters between them are never looked at. What a word contributes by
// itself, as centre and as neighbour, is added up once and kept in a cache of
// bounded size.
package tagger

import (
	"math"

	"tamis/extractors"
)

// A Model is a trained tagger. It is read-only and may be shared.
type Model struct {
	bits  uint    // log2 of the number of rows
	rows  []byte  // numLabels int8 weights a row
	scale float32 // weight of one unit of rows
	trans [numLabels][numLabels]float32
	lex   Lexicon
}

// A Lexicon tells which lists know a word, one bit each. It is asked once for
// each word, with its folded form.
type Lexicon func(folded string) uint32

// allowed tells which label may follow which: a name that has begun ends with
// its own type.
var allowed = func() (a [numLabels][numLabels]bool) {
	open := func(l int) (kind int, is bool) {
		if l == labelO {
			return 0, false
		}
		p := (l - 1) % 4
		return (l - 1) / 4, p == partB || p == partI
	}
	continues := func(l int) (kind int, is bool) {
		if l == labelO {
			return 0, false
		}
		p := (l - 1) % 4
		return (l - 1) / 4, p == partI || p == partE
	}
	for x := range numLabels {
		for y := range numLabels {
			kx, ox := open(x)
			ky, cy := continues(y)
			a[x][y] = ox == cy && (!ox || kx == ky)
		}
	}
	return a
}()

// predecessors lists for each label those that may stand before it.
var predecessors = func() (p [numLabels][]int8) {
	for x := range numLabels {
		for y := range numLabels {
			if allowed[x][y] {
				p[y] = append(p[y], int8(x))
			}
		}
	}
	return p
}()

// word is what the cache keeps of a word.
type word struct {
	centre  vec
	context [contextPlaces]vec
	flags   uint32
	folded  uint64
}

// cacheLimit bounds the words that a Scratch keeps; at the limit it starts
// afresh. 32,768 words take about 9 MB.
const cacheLimit = 1 << 15

// A Scratch is the memory that tagging reuses from text to text. It belongs to
// one model and one goroutine.
type Scratch struct {
	words map[uint64]*word
	state
}

// state holds the tokens of one text as the features see them.
type state struct {
	surface []uint64 // hash of each token's exact form
	shape   []uint8
	hint    []uint16
	word    []*word
	lower   map[uint64]uint8  // words that stand in small letters in this text, how often
	seen    map[uint64]uint16 // hints that a word carries anywhere in this text
	initial []bool
	head    []uint64 // folded head noun to the left in the run, 0
	dist    []uint8
	last    []uint64 // folded last capitalised word of the run, 0
	run     []uint8  // length of the capitalised run
	feats   []uint64
	emit    []vec
	score   []vec
	back    [][numLabels]int8
	segs    []extractors.Span
}

// NewScratch returns memory for tagging.
func NewScratch() *Scratch {
	return &Scratch{words: make(map[uint64]*word)}
}

// row adds the weights of a feature to v.
func (m *Model) row(v *vec, f uint64) {
	i := int(f>>(64-m.bits)) * numLabels
	r := m.rows[i : i+numLabels : i+numLabels]
	for l := range v {
		v[l] += float32(int8(r[l]))
	}
}

func (m *Model) sum(feats []uint64) (v vec) {
	for _, f := range feats {
		m.row(&v, f)
	}
	return v
}

// lookup returns the cached word of a token.
func (m *Model) lookup(s *Scratch, surface string, hash uint64, sh uint8) *word {
	key := hash ^ uint64(sh)<<57
	if w, ok := s.words[key]; ok {
		return w
	}
	if len(s.words) >= cacheLimit {
		clear(s.words)
	}
	w := newWord(surface, sh, m.lex)
	s.feats = wordFeatures(s.feats[:0], surface, sh, w.flags)
	w.centre = m.sum(s.feats)
	for place := range contextPlaces {
		s.feats = contextFeatures(s.feats[:0], place, surface, sh, w.flags)
		w.context[place] = m.sum(s.feats)
	}
	s.words[key] = w
	return w
}

func newWord(surface string, sh uint8, lex Lexicon) *word {
	w := &word{}
	var buf [96]byte
	f := extractors.AppendFold(buf[:0], surface)
	w.folded = hashBytes(f)
	if lex != nil && sh <= shAlnum && sh != shNumber {
		w.flags = lex(string(f))
	}
	return w
}

// Tag returns the names in the text: mentions with span, type and confidence
// alone. hints is what the other extractors found.
func (m *Model) Tag(t *extractors.Text, hints []extractors.Mention, s *Scratch) []extractors.Mention {
	s.prepare(t, hints, m.lex, func(surface string, hash uint64, sh uint8) *word { return m.lookup(s, surface, hash, sh) })
	var out []extractors.Mention
	for _, seg := range s.segs {
		out = m.decode(t, s, seg, out)
	}
	return out
}

// maxGap is the number of small words after which a segment ends: no name
// reaches further from its last capital.
const maxGap = 9

// prepare fills the state for a text: the tokens' words, hints, runs and the
// segments to decode.
func (s *state) prepare(t *extractors.Text, hints []extractors.Mention, lex Lexicon, lookup func(string, uint64, uint8) *word) {
	n := len(t.Tokens)
	s.surface = grow(s.surface, n)
	s.shape = grow(s.shape, n)
	s.hint = grow(s.hint, n)
	s.word = grow(s.word, n)
	s.initial = grow(s.initial, n)
	s.head = grow(s.head, n)
	s.dist = grow(s.dist, n)
	s.last = grow(s.last, n)
	s.run = grow(s.run, n)
	if s.lower == nil {
		s.lower, s.seen = make(map[uint64]uint8), make(map[uint64]uint16)
	}
	clear(s.lower)
	clear(s.seen)
	clear(s.hint)
	j := 0
	for i := range hints {
		h := &hints[i]
		for j > 0 && t.Tokens[j-1].End > h.Start {
			j--
		}
		for j < n && t.Tokens[j].End <= h.Start {
			j++
		}
		bit := hintOf(h)
		for k := j; k < n && t.Tokens[k].Start < h.End; k++ {
			s.hint[k] |= bit
			if k == j {
				s.hint[k] |= hintBegin
			}
			if t.Tokens[k].End >= h.End {
				s.hint[k] |= hintEnd
			}
		}
	}
	for i := range t.Tokens {
		tok := &t.Tokens[i]
		surface := t.S[tok.Start:tok.End]
		s.surface[i] = hashString(surface)
		s.shape[i] = shapeOf(t.S, tok)
		s.word[i] = lookup(surface, s.surface[i], s.shape[i])
		switch {
		case s.shape[i] == shLower:
			if c := s.lower[s.word[i].folded]; c < 3 {
				s.lower[s.word[i].folded] = c + 1
			}
		case isCapShape(s.shape[i]):
			if h := s.hint[i] &^ (hintBegin | hintEnd); h != 0 {
				s.seen[s.word[i].folded] |= h
			}
		}
		s.initial[i] = tok.Shape&extractors.IsLine != 0 || i > 0 && (s.shape[i-1] == shPoint && !s.abbreviation(t, i-1) ||
			s.shape[i-1] == shQuote || s.shape[i-1] == shColon || s.shape[i-1] == shHyphen && t.Tokens[i-1].Shape&extractors.IsLine != 0 || s.shape[i-1] == shOther)
	}
	s.runs(t)
	s.segment(t)
}

// abbreviation reports whether the point at token i ends an abbreviation
// rather than a sentence: a single letter or a short capitalised word before
// it, "M.", "Mr.", "St.".
func (s *state) abbreviation(t *extractors.Text, i int) bool {
	return i > 0 && t.S[t.Tokens[i].Start] == '.' && t.Tokens[i-1].End == t.Tokens[i].Start &&
		(s.shape[i-1] == shLetter || s.word[i-1].flags&FlagAbbreviation != 0)
}

// Flags of a Lexicon that the features give a part of their own.
const (
	FlagHead         = 1 << iota // heads names of organizations
	FlagSmall                    // joins the parts of a name: "de", "of"
	FlagAbbreviation             // is written with a point: "Mr"
	FlagAdjective                // French adjective by its ending
	FlagGiven                    // given name
	FlagTitle                    // "Mme"
	FlagRole                     // "ministre"
	FlagSaying                   // "said"
	FlagCommon                   // begins or ends no name of a person
	FlagRareGiven                // rare given name
	FlagSurname                  // family name
)

// runs finds for each token the head noun to its left within the run of words
// that could be one name, and the last word of its run of capitals.
func (s *state) runs(t *extractors.Text) {
	var head uint64
	dist := 0
	for i := range t.Tokens {
		w := s.word[i]
		line := t.Tokens[i].Shape&extractors.IsLine != 0
		if line {
			head = 0
		}
		s.head[i], s.dist[i] = head, uint8(min(dist, 15))
		switch {
		case w.flags&FlagHead != 0:
			head, dist = w.folded, 0
			continue
		case isCapShape(s.shape[i]), w.flags&(FlagSmall|FlagAdjective) != 0, s.shape[i] == shHyphen, s.shape[i] == shApos, s.shape[i] == shLower && i > 0 && s.word[i-1].flags&FlagSmall != 0:
		case s.shape[i] == shComma:
		default:
			head = 0
		}
		dist++
	}
	// capitalised runs, joined by small words
	for i := 0; i < len(t.Tokens); {
		if !isCapShape(s.shape[i]) {
			s.last[i], s.run[i] = 0, 0
			i++
			continue
		}
		end, caps := i+1, 1
		for j := i + 1; j < len(t.Tokens) && t.Tokens[j].Shape&extractors.IsLine == 0; j++ {
			if isCapShape(s.shape[j]) {
				end = j + 1
				caps++
			} else if s.word[j].flags&FlagSmall == 0 && s.shape[j] != shHyphen && s.shape[j] != shApos || j-end >= 3 {
				break
			}
		}
		last := s.word[end-1].folded
		for j := i; j < end; j++ {
			s.last[j], s.run[j] = last, uint8(min(caps, 8))
		}
		i = end
	}
}

// segment cuts the lines into what is decoded together.
func (s *state) segment(t *extractors.Text) {
	s.segs = s.segs[:0]
	start, last := -1, 0
	flush := func(end int) {
		if start >= 0 {
			s.segs = append(s.segs, extractors.Span{Start: start, End: min(end, last+maxGap)})
			start = -1
		}
	}
	for i := range t.Tokens {
		if t.Tokens[i].Shape&extractors.IsLine != 0 {
			flush(i)
		}
		if isCapShape(s.shape[i]) || s.hint[i]&^(hintTime|hintBegin|hintEnd) != 0 || s.word[i].flags&FlagHead != 0 && s.shape[i] != shLower {
			if start >= 0 && i-last > maxGap+2 {
				flush(i)
			}
			if start < 0 {
				start = max(i-2, 0)
				for start < i && t.Tokens[start+1].Shape&extractors.IsLine != 0 {
					start++
				}
				if n := len(s.segs); n > 0 && s.segs[n-1].End > start {
					start = s.segs[n-1].End
				}
				if start < i && t.Tokens[i].Shape&extractors.IsLine != 0 {
					start = i
				}
			}
			last = i + 1
		}
	}
	flush(len(t.Tokens))
}

// contextFeatureSet appends the features of token i that depend on more than
// the word itself and the words beside it.
func (s *state) dynamic(t *extractors.Text, i int, dst []uint64) []uint64 {
	n := len(t.Tokens)
	prev, next := uint8(shEdge), uint8(shEdge)
	prev2, next2 := uint8(shEdge), uint8(shEdge)
	line := t.Tokens[i].Shape&extractors.IsLine != 0
	var pw, nw *word
	var ph, nh uint16
	if i > 0 && !line {
		prev, pw, ph = s.shape[i-1], s.word[i-1], s.hint[i-1]
		if i > 1 && t.Tokens[i-1].Shape&extractors.IsLine == 0 {
			prev2 = s.shape[i-2]
		}
	}
	if i+1 < n && t.Tokens[i+1].Shape&extractors.IsLine == 0 {
		next, nw, nh = s.shape[i+1], s.word[i+1], s.hint[i+1]
		if i+2 < n && t.Tokens[i+2].Shape&extractors.IsLine == 0 {
			next2 = s.shape[i+2]
		}
	}
	sh := s.shape[i]
	w := s.word[i]
	initial := uint64(0)
	if s.initial[i] {
		initial = 1
	}
	dst = append(dst,
		mix(tInitial, initial|uint64(sh)<<1),
		mix(tHint, uint64(s.hint[i])),
		mix(tHintPrev, uint64(s.hint[i])|uint64(ph)<<16),
		mix(tHintNext, uint64(s.hint[i])|uint64(nh)<<16),
		mix(tHintShape, uint64(s.hint[i])|uint64(sh)<<16|initial<<24),
		mix(tShapes, uint64(prev)|uint64(sh)<<8|uint64(next)<<16),
		mix(tShapesWide, uint64(prev)|uint64(sh)<<8|uint64(next)<<16|uint64(prev2)<<24|uint64(next2)<<32),
	)
	if pw != nil {
		dst = append(dst, mix(tBigram, w.folded^pw.folded*31), mix(tPrevShape, pw.folded^uint64(sh)))
	}
	if nw != nil {
		dst = append(dst, mix(tBigramNext, w.folded^nw.folded*37), mix(tNextShape, nw.folded^uint64(sh)))
	}
	if isCapShape(sh) {
		seen := s.seen[w.folded]
		lower := uint64(s.lower[w.folded])
		dst = append(dst, mix(tElsewhere, uint64(seen)), mix(tElsewhereShape, uint64(seen)|uint64(sh)<<16|initial<<24),
			mix(tLower, lower|initial<<8|uint64(sh)<<16))
		dst = append(dst, mix(tRunLast, s.last[i]), mix(tRunLastShape, s.last[i]^uint64(sh)<<3), mix(tRunLength, uint64(s.run[i])|uint64(sh)<<8|initial<<16))
	}
	if s.head[i] != 0 {
		dst = append(dst, mix(tRunHead, s.head[i]^uint64(sh)), mix(tRunHeadDist, uint64(s.dist[i])|uint64(sh)<<8|uint64(next)<<16))
	}
	if prev == shOpen || next == shClose {
		dst = append(dst, mix(tBracket, uint64(prev)|uint64(next)<<8|uint64(sh)<<16))
	}
	return dst
}

// emission fills emit with the scores of the labels of token i.
func (m *Model) emission(t *extractors.Text, s *Scratch, i int, emit *vec) {
	*emit = s.word[i].centre
	line := func(j int) bool { return t.Tokens[j].Shape&extractors.IsLine != 0 }
	n := len(t.Tokens)
	if i > 0 && !line(i) {
		emit.add(&s.word[i-1].context[1])
		if i > 1 && !line(i-1) {
			emit.add(&s.word[i-2].context[0])
		}
	}
	if i+1 < n && !line(i+1) {
		emit.add(&s.word[i+1].context[2])
		if i+2 < n && !line(i+2) {
			emit.add(&s.word[i+2].context[3])
		}
	}
	s.feats = s.dynamic(t, i, s.feats[:0])
	for _, f := range s.feats {
		m.row(emit, f)
	}
	for l := range emit {
		emit[l] *= m.scale
	}
}

// decode finds the best labels of a segment (Viterbi) and appends its names.
func (m *Model) decode(t *extractors.Text, s *Scratch, seg extractors.Span, out []extractors.Mention) []extractors.Mention {
	n := seg.Len()
	s.emit = grow(s.emit, n)
	s.score = grow(s.score, n)
	s.back = grow(s.back, n)
	for k := range n {
		m.emission(t, s, seg.Start+k, &s.emit[k])
	}
	for k := range n {
		for y := range numLabels {
			best, from := float32(math.Inf(-1)), int8(0)
			if k == 0 {
				if allowed[labelO][y] {
					best = m.trans[labelO][y]
				}
			} else {
				for _, x := range predecessors[y] {
					if v := s.score[k-1][x] + m.trans[x][y]; v > best {
						best, from = v, x
					}
				}
			}
			s.score[k][y] = best + s.emit[k][y]
			s.back[k][y] = from
		}
	}
	best, at := float32(math.Inf(-1)), 0
	for x := range numLabels {
		if allowed[x][labelO] {
			if v := s.score[n-1][x] + m.trans[x][labelO]; v > best {
				best, at = v, x
			}
		}
	}
	first := len(out)
	end := 0
	for k := n - 1; k >= 0; k-- {
		if at != labelO {
			kind, part := (at-1)/4, (at-1)%4
			if part == partE || part == partS {
				end = seg.Start + k
			}
			if part == partB || part == partS {
				out = append(out, extractors.Mention{
					Span: extractors.Span{Start: t.Tokens[seg.Start+k].Start, End: t.Tokens[end].End}, Type: labelTypes[kind],
					Rule: "tagger", Confidence: m.margin(s, k, at)})
			}
		}
		at = int(s.back[k][at])
	}
	for i, j := first, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// margin turns the difference between a label's score and that of O at one
// token into a confidence between Certain and 1.
func (m *Model) margin(s *Scratch, k, at int) float32 {
	d := float64(s.emit[k][at] - s.emit[k][labelO])
	p := 1 / (1 + math.Exp(-d/2))
	return float32(math.Round((extractors.Certain+(1-extractors.Certain)*p)*1e3) / 1e3)
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n+n/4)[:n]
	}
	return s[:n]
}
