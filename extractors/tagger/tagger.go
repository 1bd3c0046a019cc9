// Package tagger marks organizations, people and places with a linear-chain
// conditional random field (Lafferty, McCallum and Pereira, "Conditional Random
// Fields", 2001), one for French and English together.
//
// The features of a token are its word, affixes and shape; the words around
// it; lists that know it, of names and of common words, and the clusters of
// words that it and they are in (package vocabulary);
// what the rules of the other extractors say of it; how the same word stands
// elsewhere in the document; the capitalised run that it stands in and the
// nouns at its ends. They are hashed into a table of small integers (after
// Weinberger et al., "Feature Hashing", 2009), which is the model. A check in
// each row keeps features apart, so that one that training has not seen counts
// nothing. Features that stand in one document alone, and those of little
// weight, are left out.
//
// A text is read twice: where the first pass was unsure, a second decides with
// what the first made of the whole text, see second.go.
//
// A line is cut into segments around what could be a name; the long runs of
// small letters between them are never looked at. What a word contributes by
// itself, as centre and as neighbour, is added up once and kept in a cache of
// bounded size.
package tagger

import (
	"math"
	"slices"

	"tamis/extractors"
)

// A Model is a trained tagger. It is read-only and may be shared.
type Model struct {
	bits  uint // log2 of the number of rows
	rows  table
	shift uint     // of a feature to the number of its bucket
	some  []uint32 // for each bucket, a bit for the lowest bits of each check in it
	one   pass
	two   pass
	carry float32 // what the scores of the first pass count for in the second
	lex   Lexicon
}

// A pass is what the two readings of a text do not share.
type pass struct {
	scale float32 // weight of one unit of rows
	trans [numLabels][numLabels]float32

	// trans as Viterbi reads it, see arrange
	start [numOutside][numOutside]float32
	most  [numOutside]float32 // of each start, but for that after labelO
	goOn  [numTypes][2][2]float32
}

// A Lexicon tells which lists know a word, one bit each, and which clusters it
// is in. It is asked once for each word, with its folded form.
type Lexicon func(folded string) (flags uint32, clusters Clusters)

// Clusters number groups of words that stand in like places, from 1: fine,
// middle-sized and coarse groups of French words, then of English ones; 0 is
// none. After Miller, Guinness and Zamanian, "Name Tagging with Word Clusters
// and Discriminative Training" (2004).
type Clusters [6]uint16

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

// Outside a name, or at the end of one, another may start or none: so may the
// labels of ending precede those of starting, all with all, and no others. In
// the order of labels.
const numOutside = 1 + 2*numTypes

var (
	ending = [numOutside]int{labelO, label(0, partE), label(0, partS), label(1, partE), label(1, partS), label(2, partE), label(2, partS)}
	starts = [numOutside]int{labelO, label(0, partB), label(0, partS), label(1, partB), label(1, partS), label(2, partB), label(2, partS)}
)

// arrange sets what follows from trans.
func (m *pass) arrange() {
	for i, y := range starts {
		for j, x := range ending {
			m.start[i][j] = m.trans[x][y]
		}
		m.most[i] = slices.Max(m.start[i][1:])
	}
	for kind := range numTypes {
		for i, y := range [2]int{partI, partE} {
			for j, x := range [2]int{partB, partI} {
				m.goOn[kind][i][j] = m.trans[label(kind, x)][label(kind, y)]
			}
		}
	}
}

// A Scratch is the memory that tagging reuses from text to text. It belongs to
// one model and one goroutine.
type Scratch struct {
	state
	feats []uint64
	// What is common to many tokens is summed up once, see situation: the
	// last of each hash.
	arounds   [1 << 12]memo
	companies [1 << 11]memo
	run       run // that runSum is the sum of
	runSum    lanes
	emit      []vec // of what is being read
	back      [][numLabels]int8
	read      []reading
	found     []extractors.Mention

	// of the second pass
	marks      []mark
	findings   []finding
	passages   []passage
	mixture    uint64 // how many of the findings have each type, see sequel
	parts      []extractors.Span
	sequels    [1 << 11]memo
	echoes     [1 << 11]memo
	settings   [1 << 11]memo
	finding    int32 // 1 + the one that findingSum is the sum of
	findingSum lanes
}

// A reading is what the tagger made of a token.
type reading struct {
	label uint8
	lead  float32 // of the label's score over that of labelO
}

type memo struct {
	key uint64 // never 0
	sum lanes
}

// NewScratch returns memory for tagging.
func NewScratch() *Scratch { return &Scratch{} }

// has reports whether the table may have a feature. Most features of a text it does
// not have, and some fits into a cache where the rows do not.
func (m *Model) has(f uint64) bool { return m.some[f>>(m.shift&63)]>>(checkOf(f)&31)&1 != 0 }

// row returns the row of a feature.
func (m *Model) row(f uint64) *packed {
	check := checkOf(f)
	b := m.rows.bucket(f, m.bits)
	for i := range b {
		if b[i][1]>>checkShift == check {
			return &b[i]
		}
	}
	return &none
}

// put gives a feature its row; one that finds no place is left out.
func (m *Model) put(f uint64, weights *[numLabels]int8) {
	check := checkOf(f)
	b := m.rows.bucket(f, m.bits)
	for i := range b {
		switch b[i][1] >> checkShift {
		case check:
			return // another feature looks the same
		case 0:
			b[i] = pack(weights)
			b[i][1] |= check << checkShift
			m.some[f>>m.shift] |= 1 << (check & 31)
			return
		}
	}
}

// sum adds up the rows of features, of which there are at most 255.
func (m *Model) sum(feats []uint64) (v lanes) {
	m.add(&v, feats)
	return v
}

// add adds the rows of features, of which there are at most 255, to v.
func (m *Model) add(v *lanes, feats []uint64) {
	for _, f := range feats {
		r := &none
		if m.has(f) {
			r = m.row(f)
		}
		v.add(r)
	}
	v.level(len(feats))
}

// maxRows is the number of features from which on the sum of a word is kept in
// numbers of 32 bits: a word of hundreds of letters.
const maxRows = 130

// know fills in the sums of the word of token i if it is new.
func (m *Model) know(t *extractors.Text, s *Scratch, i int) {
	at := s.toks[i].word
	if s.words[at].summed {
		return
	}
	surface := t.S[t.Tokens[i].Start:t.Tokens[i].End]
	w, c, sums := &s.words[at], &s.clusters[at], &s.weights[at]
	w.summed = true
	s.feats = wordFeatures(s.feats[:0], surface, w, c)
	if len(s.feats) <= maxRows {
		sums.centre = m.sum(s.feats)
	} else {
		var wide [numLabels]int32
		for _, f := range s.feats {
			v := m.sum([]uint64{f})
			for l, x := range v.sums() {
				wide[l] += x
			}
		}
		s.wide = append(s.wide, wide)
		w.wide = int32(len(s.wide))
	}
	for place := range numPlaces {
		s.feats = contextFeatures(s.feats[:0], place, surface, w, c)
		sums.places[place] = m.sum(s.feats)
	}
}

// Tag returns the names in the text: mentions with span, type and confidence
// alone. hints is what the other extractors found. The result is valid until
// the scratch is used again.
func (m *Model) Tag(t *extractors.Text, hints []extractors.Mention, s *Scratch) []extractors.Mention {
	m.skim(t, hints, s)
	for _, part := range s.parts {
		s.emit = grow(s.emit, part.Len())
		for k := range s.emit {
			m.reread(s, part.Start+k, &s.emit[k])
		}
		m.two.decode(s, part)
	}
	s.found = s.found[:0]
	s.collect(t)
	return s.found
}

// skim does the first pass and finds what the second is to read.
func (m *Model) skim(t *extractors.Text, hints []extractors.Mention, s *Scratch) {
	s.prepare(t, hints, m.lex)
	s.run, s.finding = run{}, 0
	s.read, s.marks = grow(s.read, len(s.toks)), grow(s.marks, len(s.toks))
	clear(s.read)
	clear(s.marks)
	for _, seg := range s.segs {
		for i := max(seg.Start-2, 0); i < min(seg.End+2, len(s.toks)); i++ {
			m.know(t, s, i)
			if head := s.toks[i].run.head; head > 0 {
				m.know(t, s, int(head)-1) // it may stand before the segment; ends of runs do not
			}
		}
		s.emit = grow(s.emit, seg.Len())
		for k := range s.emit {
			m.emission(s, seg.Start+k, &s.emit[k])
		}
		m.one.decode(s, seg)
		s.note(seg)
	}
	s.survey()
	s.doubtful()
}

// collect appends the names to s.found.
func (s *Scratch) collect(t *extractors.Text) {
	for _, seg := range s.segs {
		for i := seg.Start; i < seg.End; i++ {
			r := s.read[i]
			if r.label == labelO {
				continue
			}
			start := i
			for (s.read[i].label-1)%4 <= partI { // it goes on
				i++
			}
			s.found = append(s.found, extractors.Mention{
				Span: extractors.Span{Start: t.Tokens[start].Start, End: t.Tokens[i].End}, Type: labelTypes[kindOf(r.label)-1],
				Rule: "tagger", Confidence: confidence(r.lead)})
		}
	}
}

// recall returns the sum of the features of a situation.
func recall[S situation](m *Model, s *Scratch, all []memo, k S) *lanes {
	e := &all[uint64(k)*0x9E3779B97F4A7C15>>32&uint64(len(all)-1)]
	if e.key != uint64(k) {
		s.feats = k.features(s.feats[:0])
		*e = memo{uint64(k), m.sum(s.feats)}
	}
	return &e.sum
}

// emission fills emit with the scores of the labels of token i.
func (m *Model) emission(s *Scratch, i int, emit *vec) {
	word := s.toks[i].word
	v := s.weights[word].centre
	beside := s.beside(i)
	for place, j := range &beside {
		if j >= 0 {
			v.plus(&s.weights[s.toks[j].word].places[place])
		}
	}
	if r := s.toks[i].run; r != (run{}) {
		if r != s.run {
			s.run, s.runSum = r, lanes{}
			for place, j := range r.tokens() {
				if j >= 0 {
					s.runSum.plus(&s.weights[s.toks[j].word].places[contextPlaces+place])
				}
			}
		}
		v.plus(&s.runSum)
	}
	v.plus(recall(m, s, s.arounds[:], s.around(i, &beside)))
	if c := s.company(i, &beside); c != 0 {
		v.plus(recall(m, s, s.companies[:], c))
	}
	s.feats = s.lexical(i, &beside, s.feats[:0])
	m.add(&v, s.feats)
	v.scores(emit, m.one.scale)
	if wide := s.words[word].wide; wide > 0 {
		sums := v.sums()
		for l, x := range &s.wide[wide-1] {
			emit[l] = float32(sums[l]+x) * m.one.scale
		}
	}
}

// decode finds the best labels of a stretch of tokens whose scores emit holds
// (Viterbi).
func (m *pass) decode(s *Scratch, seg extractors.Span) {
	n := seg.Len()
	s.back = grow(s.back, n)
	score := m.first() // of the best labels that lead to each label
	for k := range n {
		if k > 0 {
			m.step(&score, &s.back[k])
		}
		for y, x := range &s.emit[k] {
			score[y] += x
		}
	}
	best, at := float32(math.Inf(-1)), labelO
	for _, x := range ending {
		if v := score[x] + m.trans[x][labelO]; v > best {
			best, at = v, x
		}
	}
	for k := n - 1; k >= 0; k-- {
		s.read[seg.Start+k] = reading{uint8(at), s.emit[k][at] - s.emit[k][labelO]}
		at = int(s.back[k][at])
	}
}

// first returns the scores of the labels before the first token's features
// count: no name goes on there.
func (m *pass) first() (score vec) {
	for y := range score {
		score[y] = float32(math.Inf(-1))
	}
	for _, y := range starts {
		score[y] = m.trans[labelO][y]
	}
	return score
}

// step moves the scores on by one token: to each label from the best that may
// stand before it, which back notes. Of equals the first label wins.
//
// Between small words labelO is so far ahead that no name can have ended
// there: one comparison with the most that another label could reach tells.
func (m *pass) step(score *vec, back *[numLabels]int8) {
	var from [numOutside]float32
	for i, x := range ending {
		from[i] = score[x]
	}
	second := max(from[1], from[2], from[3], from[4], from[5], from[6])
	old := *score
	for i, y := range starts {
		trans := &m.start[i]
		best, at := from[0]+trans[0], 0
		if second+m.most[i] > best {
			for j := 1; j < numOutside; j++ {
				if v := from[j] + trans[j]; v > best {
					best, at = v, j
				}
			}
		}
		score[y], back[y] = best, int8(ending[at])
	}
	for kind := range numTypes {
		begun, within := label(kind, partB), label(kind, partI)
		for i, y := range [2]int{within, label(kind, partE)} {
			trans := &m.goOn[kind][i]
			score[y], back[y] = old[begun]+trans[0], int8(begun)
			if v := old[within] + trans[1]; v > score[y] {
				score[y], back[y] = v, int8(within)
			}
		}
	}
}

// confidence turns the lead of a label over O at the first token of a name into a
// number between Certain and 1.
func confidence(lead float32) float32 {
	p := 1 / (1 + math.Exp(-float64(lead)/3.5)) // 3.5 for the margin, which makes scores large
	return float32(math.Round((extractors.Certain+(1-extractors.Certain)*p)*1e3) / 1e3)
}
