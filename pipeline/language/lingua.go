package language

import (
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/pemistahl/lingua-go"
)

// second is the slow opinion on lines of which package lid is not sure. Its
// models are large: those of a language are loaded when a line first makes
// that language a candidate, and stay.
var second opinions

// opinions builds one detector for each set of candidates.
type opinions struct {
	mu        sync.Mutex
	detectors map[string]lingua.LanguageDetector
}

// ask returns the likeliest of the candidates for text and its probability;
// "" if lingua knows fewer than two of them or sees no difference.
//
// Lingua adds its logarithms up in the order of a Go map, so that the last
// bits of a result differ from call to call: we round to two digits.
func (o *opinions) ask(text string, candidates ...string) (lang string, probability float64) {
	d := o.detector(candidates)
	if d == nil {
		return "", 0
	}
	values := d.ComputeLanguageConfidenceValues(text)
	round := func(i int) float64 { return math.Round(values[i].Value()*100) / 100 }
	if round(0) == round(1) {
		return "", 0
	}
	return code(values[0].Language()), round(0)
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
		d = lingua.NewLanguageDetectorBuilder().FromLanguages(langs...).WithPreloadedLanguageModels().Build()
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
