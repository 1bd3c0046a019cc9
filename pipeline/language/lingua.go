package language

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/pemistahl/lingua-go"
)

// second is the slow opinion on lines of which package lid is not sure. It has
// the models of runs of three letters only: all its models together say little
// more on the lines that are left (2 of 30,000 in TestGold), and take a second
// to load where these take 20 ms a language. They are loaded when a line first
// makes the language a candidate, and stay.
var second opinions

// opinions builds one detector for each set of candidates.
type opinions struct {
	mu        sync.Mutex
	detectors map[string]lingua.LanguageDetector
}

// An opinion is what lingua thinks of a text, likeliest language first.
type opinion []chance

type chance struct {
	lang        string
	probability float64
}

// top returns the likeliest language; "", 0 if there is no opinion.
func (o opinion) top() (lang string, probability float64) {
	if len(o) == 0 {
		return "", 0
	}
	return o[0].lang, o[0].probability
}

// margin returns how many times likelier lang is than other, as a logarithm.
// What lingua does not know, or finds impossible, has one chance in a hundred.
func (o opinion) margin(lang, other string) float64 {
	of := func(lang string) float64 {
		for _, c := range o {
			if c.lang == lang {
				return max(c.probability, 0.01)
			}
		}
		return 0.01
	}
	return math.Log(of(lang) / of(other))
}

// ask returns the probabilities of the candidates for text, none if lingua
// knows less than two of them.
//
// Lingua adds its logarithms up in the order of a Go map, so that the last
// bits of a result differ from call to call: we round to two digits.
func (o *opinions) ask(text string, candidates ...string) opinion {
	d := o.detector(candidates)
	if d == nil {
		return nil
	}
	var out opinion
	for _, v := range d.ComputeLanguageConfidenceValues(text) {
		out = append(out, chance{code(v.Language()), math.Round(v.Value()*100) / 100})
	}
	slices.SortStableFunc(out, func(a, b chance) int {
		return cmp.Or(cmp.Compare(b.probability, a.probability), cmp.Compare(a.lang, b.lang))
	})
	return out
}
func (o *opinions) detector(candidates []string) lingua.LanguageDetector {
	candidates = slices.Clone(candidates)
	slices.Sort(candidates)
	candidates = slices.Compact(candidates)
	key := strings.Join(candidates, " ")
	o.mu.Lock()
	defer o.mu.Unlock()
	if d, ok := o.detectors[key]; ok {
		return d
	}
	var langs []lingua.Language
	for _, l := range lingua.AllLanguages() {
		if slices.Contains(candidates, code(l)) {
			langs = append(langs, l)
		}
	}
	var d lingua.LanguageDetector
	if len(langs) >= 2 {
		d = lingua.NewLanguageDetectorBuilder().FromLanguages(langs...).WithLowAccuracyMode().Build()
	}
	if o.detectors == nil {
		o.detectors = map[string]lingua.LanguageDetector{}
	}
	o.detectors[key] = d
	return d
}

// code is the code that package lid has for the language.
func code(l lingua.Language) string {
	switch l {
	case lingua.Bokmal:
		return "no"
	case lingua.Nynorsk:
		return "" // Bokmål stands for both
	}
	return strings.ToLower(l.IsoCode639_1().String())
}
