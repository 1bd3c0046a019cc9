package lid

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// An Example is a piece of text in a known language.
type Example struct{ Lang, Text string }

// A Plan says what a model is to look like and how it is learned.
type Plan struct {
	Langs   [][]string // by script: Latin, Cyrillic, Arabic, Devanagari, Ethiopic
	Buckets []uint32   // of hashed features, by script
	Epochs  int        // how often each example is seen
	Rate    float64    // length of the first step
	Drop    float64    // share of the features of an example that a step leaves out
	Seed    uint64     // of the order of the examples and of what is left out
}

// Learn fits one softmax regression a script to the examples, by stochastic
// gradient steps with a rate for each weight (AdaGrad), and rounds the weights
// to a byte. Examples in other scripts than their language is listed under are
// left out. Dropping features at random teaches the model not to lean on single
// words, most of which another text lacks. The result depends on nothing but the arguments: products are
// rounded before they are added, and exp is our own, since a compiler may fuse
// the one and a machine speed up the other.
func Learn(examples []Example, p Plan) (*Model, error) {
	m := &Model{}
	for sc := range m.groups {
		g := &m.groups[sc]
		g.langs, g.buckets = p.Langs[sc], p.Buckets[sc]
		g.stride = stride(len(g.langs))
		if err := g.learn(script(sc), examples, p); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (g *group) learn(sc script, examples []Example, p Plan) error {
	if len(g.langs) < 2 || len(g.langs) > maxLangs {
		return fmt.Errorf("script %d: %d languages", sc, len(g.langs))
	}
	type item struct {
		lang    int
		buckets []int32
	}
	var items []item
	f := features{hash: make([]uint32, maxFeatures)}
	for _, e := range examples {
		main, _ := mainScript(e.Text)
		lang := slices.Index(g.langs, e.Lang)
		if main != sc || lang < 0 {
			continue
		}
		f.read(e.Text, sc, false)
		it := item{lang: lang, buckets: make([]int32, f.n)}
		for i, h := range f.hash[:f.n] {
			it.buckets[i] = int32(g.bucket(h))
		}
		items = append(items, it)
	}
	n := len(g.langs)
	w := make([]float64, int(g.buckets)*n)
	square := make([]float64, len(w)) // sum of squared gradients
	random := rand.New(rand.NewPCG(p.Seed, uint64(sc)))
	odds := make([]float64, n)
	var kept []int32
	for range p.Epochs {
		random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		for _, it := range items {
			kept = kept[:0]
			for _, b := range it.buckets {
				if random.Float64() >= p.Drop {
					kept = append(kept, b)
				}
			}
			clear(odds)
			for _, b := range kept {
				for l, v := range w[int(b)*n : int(b)*n+n] {
					odds[l] += v
				}
			}
			softmax(odds)
			odds[it.lang]--
			for _, b := range kept {
				weights, squares := w[int(b)*n:int(b)*n+n], square[int(b)*n:int(b)*n+n]
				for l, gradient := range odds {
					squares[l] += float64(gradient * gradient)
					weights[l] -= float64(p.Rate * gradient / math.Sqrt(squares[l]+1))
				}
			}
		}
	}
	g.round(w)
	return nil
}

// round stores the weights as bytes. The unit leaves out one weight in two
// thousand, which are cut: a finer step serves all the others.
func (g *group) round(w []float64) {
	n := len(g.langs)
	size := make([]float64, len(w))
	for i, v := range w {
		size[i] = math.Abs(v)
	}
	slices.Sort(size)
	g.unit = max(size[len(size)-1-len(size)/2000], 1e-9) / 127
	g.weights = make([]uint64, int(g.buckets)*g.stride)
	for i, v := range w {
		q := math.Round(v / g.unit)
		q = max(-127, min(127, q))
		b, l := i/n, i%n
		g.weights[b*g.stride+l/8] |= uint64(int64(q)+bias) << (8 * (l % 8))
	}
}

// softmax turns logarithms of odds into probabilities.
func softmax(x []float64) {
	top := slices.Max(x)
	total := 0.0
	for i, v := range x {
		x[i] = exp(v - top)
		total += x[i]
	}
	for i := range x {
		x[i] /= total
	}
}

// exp is e to the power of x ≤ 0, good to 1e-9.
func exp(x float64) float64 {
	if x < -40 {
		return 0
	}
	k := math.Floor(float64(x * (1 / math.Ln2)))
	r := x - float64(k*math.Ln2)
	sum := 1.0
	for i := 10; i > 0; i-- {
		sum = 1 + float64(float64(sum*r)/float64(i))
	}
	return math.Ldexp(sum, int(k))
}
