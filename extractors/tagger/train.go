package tagger

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"tamis/extractors"
)

// An Example is a text with the names that an annotator marked. Tokens inside
// an Optional span may have any label of that type or none: training sums over
// them instead of choosing.
type Example struct {
	Text     *extractors.Text
	Hints    []extractors.Mention
	Gold     []Mark
	Document int  // number of the document: its copies have the same
	Copy     bool // made of another example
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
	Workers  int     // 1
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
	o.Workers = max(o.Workers, 1)
	return o
}

// sequence is a segment ready for training: the numbers of each token's
// features and the labels that it may have. The first features of a token are
// its spelling.
type sequence struct {
	feats   [][]int32
	spelled []int    // how many they are
	masks   []uint16 // bit l set: label l is allowed
	base    []vec    // in the second pass, the scores of the first
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
	dst.masks, dst.base = seq.masks, seq.base
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

// Train fits a model to the examples. The same examples and options give the
// same model, to the bit.
//
// The second pass learns from what first passes make of texts that they have not
// seen: for each part of the documents one that has learned from the others, in
// half the epochs. They do a little worse than the one that the model gets, which
// has learned from all; more parts and epochs bring them nearer to it, take
// longer, and gave no better model.
func Train(examples []Example, o Options) *Model {
	o = o.withDefaults()
	m := trainFirst(examples, o)
	place := make(map[int]int) // of a document in the order of the examples
	for i := range examples {
		if d := examples[i].Document; place[d] == 0 {
			place[d] = 1 + len(place)
		}
	}
	partOf := func(ex *Example) int { return place[ex.Document] % parts }
	others := make([]*Model, parts)
	var wg sync.WaitGroup
	free := make(chan struct{}, o.Workers)
	for part := range others {
		wg.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			var rest []Example
			for i := range examples {
				if partOf(&examples[i]) != part {
					rest = append(rest, examples[i])
				}
			}
			half := o
			half.Epochs = (o.Epochs + 1) / 2
			others[part] = trainFirst(rest, half)
		})
	}
	wg.Wait()
	seqs, features := secondSequences(examples, others, partOf, o)
	f := fitting{seqs: seqs, cells: make([]cell, len(features)), carry: 1}
	for x := range numLabels {
		for y := range numLabels {
			f.trans[x][y] = float64(m.one.trans[x][y])
		}
	}
	f.fit(course{epochs: 8, rate: 0.02, decay: 1e-5})
	m.carry = float32(f.carry)
	m.two = m.quantize(features, &f)
	return m
}

// parts is the number of parts of the documents, see Train.
const parts = 2

// trainFirst fits the first pass alone.
func trainFirst(examples []Example, o Options) *Model {
	m := &Model{bits: o.Bits, lex: o.Lexicon}
	m.makeTable()
	seqs, features := sequences(examples, o)
	f := fitting{seqs: seqs, cells: make([]cell, len(features))}
	f.fit(course{epochs: o.Epochs, rate: o.Rate, decay: o.Decay, dropout: true})
	m.one = m.quantize(features, &f)
	return m
}

// A fitting is a pass in training.
type fitting struct {
	seqs          []sequence
	cells         []cell                        // by feature
	trans, trans2 [numLabels][numLabels]float64 // the second are sums of squares of gradients
	carry, carry2 float64                       // likewise, of Model.carry
}

// A course says how a pass is trained.
type course struct {
	epochs      int
	rate, decay float64
	dropout     bool
}

// fit sets the weights by stochastic gradient ascent on the conditional
// likelihood with a margin, with AdaGrad (Duchi, Hazan and Singer, "Adaptive
// Subgradient Methods", 2011). Halfway it drops the features of little weight.
// It averages the weights of the later half of the epochs, which takes out some
// of the chance of their order.
func (f *fitting) fit(c course) {
	rng := rand.New(rand.NewPCG(20, 26))
	order := make([]int, len(f.seqs))
	for i := range order {
		order[i] = i
	}
	lat, thinned := &lattice{}, &sequence{}
	mean := make([][numLabels]float32, len(f.cells)) // of the weights after each late epoch
	late := 0
	for epoch := range c.epochs {
		if epoch == (c.epochs+1)/2 {
			prune(f.seqs, f.cells)
		}
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := c.rate / math.Sqrt(1+float64(epoch)/4)
		for _, k := range order {
			seq := &f.seqs[k]
			if c.dropout {
				seq.thin(thinned, rng)
				seq = thinned
			}
			lat.fit(seq, f)
			for i, feats := range seq.feats {
				learn(f.cells, feats, &lat.grad[i], float32(rate), float32(rate*c.decay))
			}
			for _, p := range pairs {
				if g := lat.transGrad[p.x][p.y]; g != 0 {
					f.trans2[p.x][p.y] += g * g
					f.trans[p.x][p.y] += rate * g / math.Sqrt(f.trans2[p.x][p.y]+1e-6)
				}
			}
			f.learnCarry(seq, lat, rate)
		}
		if 2*epoch >= c.epochs {
			late++
			for i := range f.cells {
				for l, x := range &f.cells[i].w {
					mean[i][l] += x
				}
			}
		}
	}
	for i := range f.cells {
		for l, x := range &mean[i] {
			f.cells[i].w[l] = x / float32(late)
		}
	}
}

// learnCarry moves what the scores of the first pass count for along its
// gradient, a tenth as fast as the weights: all tokens pull at it.
func (f *fitting) learnCarry(seq *sequence, lat *lattice, rate float64) {
	g := 0.0
	for i := range seq.base {
		for l, x := range &seq.base[i] {
			g += lat.grad[i][l] * float64(x)
		}
	}
	if g != 0 {
		f.carry2 += g * g
		f.carry += rate / 10 * g / math.Sqrt(f.carry2+1e-6)
	}
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

// maxFeatures is what the size of the model has room for, of each pass: the
// second has a fifth of them.
const maxFeatures = 107_000

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

// quantize rounds the weights of a pass to 8 bits and puts them into the table;
// the few beyond the range are clipped. Features stand in the order of their
// uses: where a bucket is full, the rarer one has no place.
func (m *Model) quantize(features []uint64, f *fitting) (p pass) {
	top := float32(0)
	for i := range f.cells {
		for _, x := range &f.cells[i].w {
			top = max(top, x, -x)
		}
	}
	p.scale = min(top, 4) / 127
	if p.scale == 0 {
		p.scale = 1
	}
	for i := range f.cells {
		var weights [numLabels]int8
		most := int8(0)
		for l, x := range &f.cells[i].w {
			q := int8(max(-127, min(127, math.Round(float64(x/p.scale)))))
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
			p.trans[x][y] = float32(f.trans[x][y])
		}
	}
	p.arrange()
	return p
}

// A feature none of whose weights reaches faint, in units, is not worth its
// place; a weight below slight is none.
const (
	faint  = 4
	slight = 4
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
	return seqs, number(seqs, feats, counts, o)
}

// secondSequences does so for the second pass; others have not seen the part of
// the documents that they read. Texts with their lists cut are left out.
func secondSequences(examples []Example, others []*Model, partOf func(*Example) int, o Options) ([]sequence, []uint64) {
	var seqs []sequence
	var feats [][][]uint64
	counts := make(map[uint64]int32)
	scratches := make([]*Scratch, len(others))
	for i := range scratches {
		scratches[i] = NewScratch()
	}
	for e := range examples {
		ex := &examples[e]
		if ex.Copy {
			continue
		}
		part := partOf(ex)
		m, s := others[part], scratches[part]
		m.skim(ex.Text, ex.Hints, s)
		masks := goldMasks(ex.Text, ex.Gold)
		for _, span := range s.parts {
			seq := sequence{masks: masks[span.Start:span.End], spelled: make([]int, span.Len()), base: make([]vec, span.Len())}
			if !feasible(seq.masks) {
				continue
			}
			var fs [][]uint64
			for k := range seq.base {
				m.emission(s, span.Start+k, &seq.base[k])
				f := s.secondFeatures(span.Start+k, nil)
				for _, x := range f {
					counts[x]++
				}
				fs = append(fs, f)
			}
			seqs = append(seqs, seq)
			feats = append(feats, fs)
		}
	}
	return seqs, number(seqs, feats, counts, o)
}

// number gives the sequences the numbers of their features, those that stand
// often enough, and returns these in order.
func number(seqs []sequence, feats [][][]uint64, counts map[uint64]int32, o Options) (features []uint64) {
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
	return features
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
func (la *lattice) fit(seq *sequence, f *fitting) {
	n := len(seq.feats)
	la.emit, la.fwd, la.bwd, la.grad = grow(la.emit, n), grow(la.fwd, n), grow(la.bwd, n), grow(la.grad, n)
	for i, feats := range seq.feats {
		var v vec
		if seq.base != nil {
			for l, x := range &seq.base[i] {
				v[l] = float32(f.carry) * x
			}
		}
		for _, n := range feats {
			w := &f.cells[n].w
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
		expT[p.x][p.y] = math.Exp(f.trans[p.x][p.y])
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
