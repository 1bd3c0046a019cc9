package tagger

import (
	"math"
	"math/rand/v2"

	"tamis/extractors"
)

// An Example is a text with the names that an annotator marked. Tokens inside
// an Optional span may have any label of that type or none: training sums over
// them instead of choosing.
type Example struct {
	Text  *extractors.Text
	Hints []extractors.Mention
	Gold  []Mark
}

// A Mark is an annotated name, in bytes of the text.
type Mark struct {
	extractors.Span
	Type     extractors.Type
	Optional bool
}

// Options of training; a zero is the default.
type Options struct {
	Bits     uint    // log2 of the rows of the model: 17
	Epochs   int     // 24
	Rate     float64 // of AdaGrad: 0.03
	Decay    float64 // L2, per update: 1e-6
	MinCount int     // a feature counts when it stands this often: 2
	Lexicon  Lexicon
}

func (o Options) withDefaults() Options {
	if o.Bits == 0 {
		o.Bits = 17
	}
	if o.Epochs == 0 {
		o.Epochs = 24
	}
	if o.Rate == 0 {
		o.Rate = 0.03
	}
	if o.Decay == 0 {
		o.Decay = 1e-6
	}
	if o.MinCount == 0 {
		o.MinCount = 2
	}
	return o
}

// sequence is a segment ready for training: the rows of each token's features
// and the labels that it may have.
type sequence struct {
	rows  [][]uint32
	masks []uint16 // bit l set: label l is allowed
}

// Train fits a model to the examples by stochastic gradient ascent on the
// conditional likelihood, with AdaGrad (Duchi, Hazan and Singer, "Adaptive
// Subgradient Methods", 2011). The same examples and options give the same
// model, to the bit.
func Train(examples []Example, o Options) *Model {
	o = o.withDefaults()
	seqs := sequences(examples, o)
	size := numLabels << o.Bits
	w := make([]float32, size)
	g2 := make([]float32, size)
	var trans, transG2 [numLabels][numLabels]float64
	rng := rand.New(rand.NewPCG(20, 26))
	order := make([]int, len(seqs))
	for i := range order {
		order[i] = i
	}
	lat := &lattice{}
	for epoch := range o.Epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := o.Rate / math.Sqrt(1+float64(epoch)/4)
		for _, k := range order {
			seq := &seqs[k]
			lat.fit(seq, w, &trans)
			for i, rows := range seq.rows {
				g := &lat.grad[i]
				for _, r := range rows {
					at := int(r) * numLabels
					wr, gr := w[at:at+numLabels:at+numLabels], g2[at:at+numLabels:at+numLabels]
					for l, x := range g {
						if x > 1e-5 || x < -1e-5 {
							gr[l] += float32(x * x)
							wr[l] += float32(rate*x/math.Sqrt(float64(gr[l])+1e-6)) - float32(rate*o.Decay)*wr[l]
						}
					}
				}
			}
			for x := range numLabels {
				for y := range numLabels {
					if g := lat.transGrad[x][y]; g != 0 {
						transG2[x][y] += g * g
						trans[x][y] += rate * g / math.Sqrt(transG2[x][y]+1e-6)
					}
				}
			}
		}
	}
	return quantize(w, &trans, o)
}

// quantize rounds the weights to 8 bits; the few beyond the range are clipped.
func quantize(w []float32, trans *[numLabels][numLabels]float64, o Options) *Model {
	m := &Model{bits: o.Bits, lex: o.Lexicon}
	top := float32(0)
	for _, x := range w {
		top = max(top, x, -x)
	}
	m.scale = min(top, 4) / 127
	if m.scale == 0 {
		m.scale = 1
	}
	rows := make([]byte, len(w))
	for i, x := range w {
		q := math.Round(float64(x / m.scale))
		rows[i] = byte(int8(max(-127, min(127, q))))
	}
	m.rows = pack(rows)
	for x := range numLabels {
		for y := range numLabels {
			m.trans[x][y] = float32(trans[x][y])
		}
	}
	m.arrange()
	return m
}

// sequences turns examples into sequences and leaves out features that are too
// rare to tell anything.
func sequences(examples []Example, o Options) []sequence {
	var seqs []sequence
	var feats [][][]uint64
	counts := make(map[uint64]int)
	var wordFeats [][]uint64 // by number of the word
	var contextFeats [][contextPlaces][]uint64
	var s state
	for e := range examples {
		ex := &examples[e]
		t := ex.Text
		s.prepare(t, ex.Hints, o.Lexicon, func(at int32, surface string) {
			w := &s.words[at]
			var c [contextPlaces][]uint64
			for place := range c {
				c[place] = contextFeatures(nil, place, surface, w.shape, w.flags)
			}
			wordFeats = append(wordFeats[:at], wordFeatures(nil, surface, w.shape, w.flags))
			contextFeats = append(contextFeats[:at], c)
		})
		masks := goldMasks(t, ex.Gold)
		for _, seg := range s.segs {
			seq := sequence{masks: masks[seg.Start:seg.End]}
			var fs [][]uint64
			for i := seg.Start; i < seg.End; i++ {
				f := append([]uint64(nil), wordFeats[s.toks[i].word]...)
				beside := s.beside(i)
				for place, j := range beside {
					if j >= 0 {
						f = append(f, contextFeats[s.toks[j].word][place]...)
					}
				}
				f = s.around(i, &beside).features(f)
				f = s.company(i, &beside).features(f)
				f = s.lexical(i, &beside, f)
				for _, x := range f {
					counts[x]++
				}
				fs = append(fs, f)
			}
			// A segment cuts off what no label sequence can explain: a name
			// that goes on beyond it.
			if feasible(seq.masks) {
				seqs = append(seqs, seq)
				feats = append(feats, fs)
			}
		}
	}
	for i := range seqs {
		for _, f := range feats[i] {
			var rows []uint32
			for _, x := range f {
				if counts[x] >= o.MinCount {
					rows = append(rows, uint32(x>>(64-o.Bits)))
				}
			}
			seqs[i].rows = append(seqs[i].rows, rows)
		}
	}
	return seqs
}

// goldMasks returns for each token the labels that the annotation allows.
func goldMasks(t *extractors.Text, gold []Mark) []uint16 {
	masks := make([]uint16, len(t.Tokens))
	for i := range masks {
		masks[i] = 1 << labelO
	}
	for _, g := range gold {
		kind := -1
		for k, typ := range labelTypes {
			if typ == g.Type {
				kind = k
			}
		}
		if kind < 0 {
			continue
		}
		first, last := -1, -1
		for i := range t.Tokens {
			if t.Tokens[i].Start < g.End && t.Tokens[i].End > g.Start {
				if first < 0 {
					first = i
				}
				last = i
			}
		}
		if first < 0 {
			continue
		}
		for i := first; i <= last; i++ {
			if g.Optional {
				masks[i] |= 0xF << label(kind, 0)
				continue
			}
			part := partI
			switch {
			case first == last:
				part = partS
			case i == first:
				part = partB
			case i == last:
				part = partE
			}
			masks[i] = 1 << label(kind, part)
		}
	}
	return masks
}

// feasible reports whether some sequence of labels agrees with the masks.
func feasible(masks []uint16) bool {
	reach := uint16(1 << labelO)
	for _, m := range masks {
		var next uint16
		for y := range numLabels {
			if m&(1<<y) == 0 {
				continue
			}
			for _, x := range predecessors[y] {
				if reach&(1<<x) != 0 {
					next |= 1 << y
				}
			}
		}
		reach = next
	}
	for x := range numLabels {
		if reach&(1<<x) != 0 && allowed[x][labelO] {
			return true
		}
	}
	return false
}

// A lattice computes the gradient of one sequence.
type lattice struct {
	emit      [][numLabels]float64
	fwd, bwd  [][numLabels]float64
	grad      [][numLabels]float64 // observed minus expected, for each token
	transGrad [numLabels][numLabels]float64
}

// fit fills grad and transGrad: marginals under the masks minus marginals
// without them.
func (la *lattice) fit(seq *sequence, w []float32, trans *[numLabels][numLabels]float64) {
	n := len(seq.rows)
	la.emit, la.fwd, la.bwd, la.grad = grow(la.emit, n), grow(la.fwd, n), grow(la.bwd, n), grow(la.grad, n)
	for i, rows := range seq.rows {
		var v vec
		for _, r := range rows {
			at := int(r) * numLabels
			x := w[at : at+numLabels : at+numLabels]
			for l := range v {
				v[l] += x[l]
			}
		}
		// exp of emissions, the largest as 1
		top := v[0]
		for _, x := range v {
			top = max(top, x)
		}
		for l, x := range v {
			la.emit[i][l] = math.Exp(float64(x - top))
		}
		la.grad[i] = [numLabels]float64{}
	}
	la.transGrad = [numLabels][numLabels]float64{}
	var expT [numLabels][numLabels]float64
	for x := range numLabels {
		for y := range numLabels {
			if allowed[x][y] {
				expT[x][y] = math.Exp(trans[x][y])
			}
		}
	}
	la.pass(seq.masks, &expT, 1)
	la.pass(nil, &expT, -1)
}

// pass adds sign times the marginals to the gradients; masks restrict the
// labels.
func (la *lattice) pass(masks []uint16, expT *[numLabels][numLabels]float64, sign float64) {
	n := len(la.emit)
	ok := func(i, l int) bool { return masks == nil || masks[i]&(1<<l) != 0 }
	for i := range n {
		sum := 0.0
		for y := range numLabels {
			v := 0.0
			if ok(i, y) {
				if i == 0 {
					v = expT[labelO][y]
				} else {
					for _, x := range predecessors[y] {
						v += la.fwd[i-1][x] * expT[x][y]
					}
				}
				v *= la.emit[i][y]
			}
			la.fwd[i][y] = v
			sum += v
		}
		if sum == 0 {
			return
		}
		for y := range numLabels {
			la.fwd[i][y] /= sum
		}
	}
	for i := n - 1; i >= 0; i-- {
		sum := 0.0
		for x := range numLabels {
			v := 0.0
			if i == n-1 {
				v = expT[x][labelO]
			} else {
				for y := range numLabels {
					if allowed[x][y] && ok(i+1, y) {
						v += expT[x][y] * la.emit[i+1][y] * la.bwd[i+1][y]
					}
				}
			}
			la.bwd[i][x] = v
			sum += v
		}
		if sum == 0 {
			return
		}
		for x := range numLabels {
			la.bwd[i][x] /= sum
		}
	}
	for i := range n {
		z := 0.0
		for l := range numLabels {
			z += la.fwd[i][l] * la.bwd[i][l]
		}
		if z == 0 {
			continue
		}
		for l := range numLabels {
			la.grad[i][l] += sign * la.fwd[i][l] * la.bwd[i][l] / z
		}
		// edges into token i+1, and out of the sequence
		if i+1 < n {
			z := 0.0
			var p [numLabels][numLabels]float64
			for x := range numLabels {
				for y := range numLabels {
					if allowed[x][y] && ok(i+1, y) {
						p[x][y] = la.fwd[i][x] * expT[x][y] * la.emit[i+1][y] * la.bwd[i+1][y]
						z += p[x][y]
					}
				}
			}
			if z > 0 {
				for x := range numLabels {
					for y := range numLabels {
						la.transGrad[x][y] += sign * p[x][y] / z
					}
				}
			}
		} else {
			for x := range numLabels {
				la.transGrad[x][labelO] += sign * la.fwd[i][x] * la.bwd[i][x] / z
			}
		}
		if i == 0 {
			for y := range numLabels {
				la.transGrad[labelO][y] += sign * la.fwd[i][y] * la.bwd[i][y] / z
			}
		}
	}
}
