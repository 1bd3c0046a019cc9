package tagger

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

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
	Bits     uint    // log2 of the rows that the model has place for: 18
	Epochs   int     // 16
	Rate     float64 // of AdaGrad: 0.03
	Decay    float64 // L2, per update: 1e-6
	MinCount int     // a feature counts when it stands this often: 6
	Lexicon  Lexicon
}

func (o Options) withDefaults() Options {
	if o.Bits == 0 {
		o.Bits = 18
	}
	if o.Epochs == 0 {
		o.Epochs = 16
	}
	if o.Rate == 0 {
		o.Rate = 0.03
	}
	if o.Decay == 0 {
		o.Decay = 1e-6
	}
	if o.MinCount == 0 {
		o.MinCount = 6
	}
	return o
}

// sequence is a segment ready for training: the numbers of each token's
// features and the labels that it may have. The first features of a token are
// its spelling.
type sequence struct {
	feats   [][]int32
	spelled []int    // how many they are
	masks   []uint16 // bit l set: label l is allowed
}

// Dropout. Each time that training sees a sequence, a tenth of its features is
// left out at random, and for a fifth of the tokens all of their spelling: what
// a frequent feature would explain alone, others learn too, and the words
// around, lists and clusters carry the names that no training text has. After
// Srivastava et al., "Dropout" (2014), and Sutton, Sindelar and McCallum,
// "Reducing Weight Undertraining in Structured Discriminative Learning" (2006).
const (
	dropFeature  = 0.1
	dropSpelling = 0.2
)

// thin sets dst to the sequence less what dropout takes.
func (seq *sequence) thin(dst *sequence, rng *rand.Rand) {
	dst.masks = seq.masks
	dst.feats = grow(dst.feats, len(seq.feats))
	for i, feats := range seq.feats {
		if rng.Float64() < dropSpelling {
			feats = feats[seq.spelled[i]:]
		}
		dst.feats[i] = dst.feats[i][:0]
		for _, f := range feats {
			if rng.Float64() >= dropFeature {
				dst.feats[i] = append(dst.feats[i], f)
			}
		}
	}
}

// A cell holds the weights of a feature in training, and for each the sum of
// the squares of its gradients.
type cell struct{ w, g2 [numLabels]float32 }

// negligible is the gradient below which weights stay as they are.
const negligible = 1e-4

// Train fits a model to the examples by stochastic gradient ascent on the
// conditional likelihood with a margin and dropout, with AdaGrad (Duchi, Hazan and Singer,
// "Adaptive Subgradient Methods", 2011). Halfway it drops the features of little
// weight. It averages the weights of the later half of the epochs, which takes
// out some of the chance of their order. The same examples and options give the
// same model, to the bit.
func Train(examples []Example, o Options) *Model {
	o = o.withDefaults()
	seqs, features := sequences(examples, o)
	cells := make([]cell, len(features))
	var trans, transG2 [numLabels][numLabels]float64
	rng := rand.New(rand.NewPCG(20, 26))
	order := make([]int, len(seqs))
	for i := range order {
		order[i] = i
	}
	lat, seq := &lattice{}, &sequence{}
	mean := make([][numLabels]float32, len(features)) // of the weights after each late epoch
	late := 0
	for epoch := range o.Epochs {
		if epoch == (o.Epochs+1)/2 {
			prune(seqs, cells)
		}
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := o.Rate / math.Sqrt(1+float64(epoch)/4)
		for _, k := range order {
			seqs[k].thin(seq, rng)
			lat.fit(seq, cells, &trans)
			for i, feats := range seq.feats {
				learn(cells, feats, &lat.grad[i], float32(rate), float32(rate*o.Decay))
			}
			for _, p := range pairs {
				if g := lat.transGrad[p.x][p.y]; g != 0 {
					transG2[p.x][p.y] += g * g
					trans[p.x][p.y] += rate * g / math.Sqrt(transG2[p.x][p.y]+1e-6)
				}
			}
		}
		if 2*epoch >= o.Epochs {
			late++
			for i := range cells {
				for l, x := range &cells[i].w {
					mean[i][l] += x
				}
			}
		}
	}
	for i := range cells {
		for l, x := range &mean[i] {
			cells[i].w[l] = x / float32(late)
		}
	}
	return quantize(features, cells, &trans, o)
}

// prune takes all but the features of most weight out of the sequences; these
// have the rest of the epochs to make up for the others.
func prune(seqs []sequence, cells []cell) {
	if len(cells) <= maxFeatures {
		return
	}
	most := make([]float32, len(cells))
	for i := range cells {
		for _, x := range &cells[i].w {
			most[i] = max(most[i], x, -x)
		}
	}
	sorted := slices.Sorted(slices.Values(most))
	least := sorted[len(sorted)-maxFeatures]
	for i := range cells {
		if most[i] < least {
			cells[i] = cell{}
		}
	}
	for i := range seqs {
		for k, feats := range seqs[i].feats {
			rare := func(f int32) bool { return most[f] < least }
			spelled := slices.DeleteFunc(feats[:seqs[i].spelled[k]], rare)
			seqs[i].feats[k] = append(spelled, slices.DeleteFunc(feats[seqs[i].spelled[k]:], rare)...)
			seqs[i].spelled[k] = len(spelled)
		}
	}
}

// maxFeatures is what the size of the model has room for: 1.4 MB.
const maxFeatures = 95_000

// learn moves the weights of the features of a token along the gradient of
// its labels.
func learn(cells []cell, feats []int32, grad *[numLabels]float64, rate, decay float32) {
	var labels [numLabels]int
	n := 0
	for l, x := range grad {
		if x > negligible || x < -negligible {
			labels[n] = l
			n++
		}
	}
	if n == 0 {
		return
	}
	for _, f := range feats {
		c := &cells[f]
		for _, l := range labels[:n] {
			x := float32(grad[l])
			c.g2[l] += x * x
			c.w[l] += rate*x/float32(math.Sqrt(float64(c.g2[l]+1e-6))) - decay*c.w[l]
		}
	}
}

// quantize rounds the weights to 8 bits; the few beyond the range are clipped.
// Features stand in the order of their uses: where a bucket is full, the rarer
// one has no place.
func quantize(features []uint64, cells []cell, trans *[numLabels][numLabels]float64, o Options) *Model {
	m := &Model{bits: o.Bits, lex: o.Lexicon}
	top := float32(0)
	for i := range cells {
		for _, x := range &cells[i].w {
			top = max(top, x, -x)
		}
	}
	m.scale = min(top, 4) / 127
	if m.scale == 0 {
		m.scale = 1
	}
	m.makeTable()
	for i := range cells {
		var weights [numLabels]int8
		most := int8(0)
		for l, x := range &cells[i].w {
			q := int8(max(-127, min(127, math.Round(float64(x/m.scale)))))
			if q >= slight || q <= -slight {
				weights[l] = q
			}
			most = max(most, q, -q)
		}
		if most >= faint {
			m.put(features[i], &weights)
		}
	}
	for x := range numLabels {
		for y := range numLabels {
			m.trans[x][y] = float32(trans[x][y])
		}
	}
	m.arrange()
	return m
}

// A feature none of whose weights reaches faint, in units, is not worth its
// place; a weight below slight is none.
const (
	faint  = 4
	slight = 2
)

// sequences turns examples into sequences and leaves out features that are too
// rare to tell anything. It returns the features by their numbers, those in
// constant use first, which then share the cache.
func sequences(examples []Example, o Options) ([]sequence, []uint64) {
	var seqs []sequence
	var feats [][][]uint64
	counts := make(map[uint64]int32)
	var s state
	for e := range examples {
		ex := &examples[e]
		t := ex.Text
		s.prepare(t, ex.Hints, o.Lexicon)
		wordAt := func(i int) (surface string, w *word, c *Clusters) {
			tok, at := &t.Tokens[i], s.toks[i].word
			return t.S[tok.Start:tok.End], &s.words[at], &s.clusters[at]
		}
		masks := goldMasks(t, ex.Gold)
		for _, seg := range s.segs {
			seq := sequence{masks: masks[seg.Start:seg.End]}
			var fs [][]uint64
			var spelled []int
			for i := seg.Start; i < seg.End; i++ {
				surface, w, c := wordAt(i)
				f := spelling(nil, surface, w)
				spelled = append(spelled, len(f))
				f = knowledge(f, surface, w, c)
				beside := s.beside(i)
				around := s.toks[i].run.tokens()
				for place, j := range append(beside[:], around[:]...) {
					if j >= 0 {
						surface, w, c := wordAt(j)
						f = contextFeatures(f, place, surface, w, c)
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
				seq.spelled = spelled
				seqs = append(seqs, seq)
				feats = append(feats, fs)
			}
		}
	}
	var features []uint64
	for x, n := range counts {
		if n >= int32(o.MinCount) {
			features = append(features, x)
		}
	}
	slices.SortFunc(features, func(a, b uint64) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	clear(counts)
	for i, x := range features {
		counts[x] = int32(i) + 1
	}
	for i := range seqs {
		for k, f := range feats[i] {
			var numbers []int32
			spelled := seqs[i].spelled[k]
			seqs[i].spelled[k] = 0
			for j, x := range f {
				if n := counts[x]; n > 0 {
					numbers = append(numbers, n-1)
					if j < spelled {
						seqs[i].spelled[k]++
					}
				}
			}
			seqs[i].feats = append(seqs[i].feats, numbers)
		}
		feats[i] = nil
	}
	return seqs, features
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

// A pair is a label and one that may follow it.
type pair struct{ x, y int8 }

var pairs = func() (p []pair) {
	for y := range numLabels {
		for _, x := range predecessors[y] {
			p = append(p, pair{x, int8(y)})
		}
	}
	return p
}()

// costOfError is e to the margin by which the right label of a token has to beat
// each wrong one: training counts a wrong label for more than it has, so that
// what is right by a hair's breadth still teaches something. Gimpel and Smith,
// "Softmax-Margin CRFs" (2010).
var costOfError = math.Exp(margin)

const margin = 2

// fit fills grad and transGrad: marginals under the masks minus marginals
// without them, where wrong labels have a margin in their favour.
func (la *lattice) fit(seq *sequence, cells []cell, trans *[numLabels][numLabels]float64) {
	n := len(seq.feats)
	la.emit, la.fwd, la.bwd, la.grad = grow(la.emit, n), grow(la.fwd, n), grow(la.bwd, n), grow(la.grad, n)
	for i, feats := range seq.feats {
		var v vec
		for _, f := range feats {
			w := &cells[f].w
			for l := range v {
				v[l] += w[l]
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
	for _, p := range pairs {
		expT[p.x][p.y] = math.Exp(trans[p.x][p.y])
	}
	la.pass(seq.masks, &expT, 1)
	for i, mask := range seq.masks {
		for l := range numLabels {
			if mask&(1<<l) == 0 {
				la.emit[i][l] *= costOfError
			}
		}
	}
	la.pass(nil, &expT, -1)
}

// pass adds sign times the marginals to the gradients; masks restrict the
// labels.
func (la *lattice) pass(masks []uint16, expT *[numLabels][numLabels]float64, sign float64) {
	n := len(la.emit)
	for i := range n {
		f := [numLabels]float64{}
		if i == 0 {
			f = expT[labelO]
		} else {
			last := &la.fwd[i-1]
			for _, p := range pairs {
				f[p.y] += last[p.x] * expT[p.x][p.y]
			}
		}
		sum := 0.0
		for y := range numLabels {
			if masks != nil && masks[i]&(1<<y) == 0 {
				f[y] = 0
			}
			f[y] *= la.emit[i][y]
			sum += f[y]
		}
		if sum == 0 {
			return
		}
		for y := range numLabels {
			f[y] /= sum
		}
		la.fwd[i] = f
	}
	for i := n - 1; i >= 0; i-- {
		b := [numLabels]float64{}
		var next [numLabels]float64 // what follows, by its label
		if i == n-1 {
			for x := range numLabels {
				b[x] = expT[x][labelO]
			}
		} else {
			for y := range numLabels {
				if masks == nil || masks[i+1]&(1<<y) != 0 {
					next[y] = la.emit[i+1][y] * la.bwd[i+1][y]
				}
			}
			for _, p := range pairs {
				b[p.x] += expT[p.x][p.y] * next[p.y]
			}
		}
		sum, z := 0.0, 0.0
		for x := range numLabels {
			sum += b[x]
			z += la.fwd[i][x] * b[x]
		}
		if sum == 0 || z == 0 {
			return
		}
		g := &la.grad[i]
		for l := range numLabels {
			g[l] += sign * la.fwd[i][l] * b[l] / z
		}
		// edges into token i+1, and out of the sequence
		if i+1 < n {
			for _, p := range pairs {
				la.transGrad[p.x][p.y] += sign * la.fwd[i][p.x] * expT[p.x][p.y] * next[p.y] / z
			}
		} else {
			for x := range numLabels {
				la.transGrad[x][labelO] += sign * la.fwd[i][x] * b[x] / z
			}
		}
		if i == 0 {
			for y := range numLabels {
				la.transGrad[labelO][y] += sign * la.fwd[i][y] * b[y] / z
			}
		}
		for x := range numLabels {
			b[x] /= sum
		}
		la.bwd[i] = b
	}
}
