// Package lid tells the language of a line by its script, its words and the
// runs of letters in them.
//
// A script such as Greek settles the language. For Latin, Cyrillic, Arabic,
// Devanagari and Ethiopic letters a linear classifier adds up the weights of
// hashed features; the weights of all languages of a script for one feature
// stand side by side, one byte each, so that eight languages are added at a
// time. Nothing is allocated, and integer sums make the result the same on
// every machine. The weights come from ../train.
package lid

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

//go:embed model.bin
var modelFile []byte

// defaultModel is decoded when the first line is classified.
var defaultModel = sync.OnceValue(func() *Model {
	m, err := Decode(modelFile)
	if err != nil {
		panic("lid: embedded model: " + err.Error()) // a build without its model
	}
	return m
})

// A Model holds a classifier for each script that has one.
type Model struct{ groups [classified]group }

// A group tells the languages of one script apart.
type group struct {
	langs   []string
	buckets uint32
	stride  int      // words of eight weights for a bucket
	weights []uint64 // buckets × stride, a weight w as the byte w+bias
	unit    float64  // of a weight, in natural logarithms

	free sync.Pool // of *sums
}

// bias makes the weights positive, so that sums of bytes do not borrow.
const bias = 128

// maxLangs is the greatest number of languages of a script.
const maxLangs = 64

// Scores are the evidence of one line for each language of its script, as
// logarithms of odds. The zero value is the evidence of an empty line.
type Scores struct {
	Letters int // letters of the line, of all scripts
	Words   int // words read: a long line is read in part
	Lower   int // of these, words in lower case of two letters or more
	Long    int // of these, words of four letters or more: no particles of names

	langs  []string
	logit  [maxLangs]float32
	settle string // language that the script settles
}

// Classify sets s to the evidence of line.
func (s *Scores) Classify(line string) { s.classify(defaultModel(), line, false) }

// ClassifyLower sets s to the evidence of the first word of line and those in
// lower case.
func (s *Scores) ClassifyLower(line string) { s.classify(defaultModel(), line, true) }

func (s *Scores) classify(m *Model, line string, lowerOnly bool) {
	main, letters := mainScript(line)
	*s = Scores{Letters: letters}
	switch {
	case main == none:
		return
	case main >= classified:
		s.settle = alone[main-classified].lang
		s.Words = 1 + letters/4
		s.Lower, s.Long = s.Words, s.Words
		return
	}
	g := &m.groups[main]
	sums := g.sums()
	defer g.free.Put(sums)
	f := features{sums: sums}
	f.read(line, main, lowerOnly)
	s.Words, s.Lower, s.Long = f.words, f.lower, f.long
	if main != latin && main != cyrillic {
		s.Lower, s.Long = s.Words, s.Words // no capital letters
	}
	s.langs = g.langs
	total := sums.total()
	for i := range g.langs {
		s.logit[i] = float32(float64(total[i]) * g.unit)
	}
}

func (g *group) bucket(h uint32) int { return int(uint64(h) * uint64(g.buckets) >> 32) }

// Best returns the likeliest language, the next likely one and how many times
// likelier the first is, as a logarithm; "" if the line has no letters. Of two
// equal ones the first of the model wins.
func (s *Scores) Best() (lang, next string, margin float64) {
	if s.settle != "" {
		return s.settle, "", Settled
	}
	if s.Words == 0 {
		return "", "", 0
	}
	first, second := 0, -1
	for i := 1; i < len(s.langs); i++ {
		switch {
		case s.logit[i] > s.logit[first]:
			first, second = i, first
		case second < 0 || s.logit[i] > s.logit[second]:
			second = i
		}
	}
	return s.langs[first], s.langs[second], float64(s.logit[first] - s.logit[second])
}

// Settled is the margin of a language that the script settles.
const Settled = 50

// Margin returns how many times likelier lang is than other, as a logarithm.
// A language of another script than the line's is out of the question.
func (s *Scores) Margin(lang, other string) float64 {
	return s.of(lang) - s.of(other)
}

func (s *Scores) of(lang string) float64 {
	if s.settle == lang {
		return 0
	}
	if i := slices.Index(s.langs, lang); i >= 0 {
		return float64(s.logit[i])
	}
	least := float32(0)
	for i := range s.langs {
		least = min(least, s.logit[i])
	}
	return float64(least) - Settled
}

// The file: for each script a line "languages separated by spaces", the
// number of buckets and the unit of a weight, then the weights.
const magic = "lid1"

// Encode returns the model as Decode reads it.
func (m *Model) Encode() []byte {
	out := []byte(magic)
	for i := range m.groups {
		g := &m.groups[i]
		out = append(append(out, strings.Join(g.langs, " ")...), '\n')
		out = binary.LittleEndian.AppendUint32(out, g.buckets)
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(g.unit))
		for _, w := range g.weights {
			out = binary.LittleEndian.AppendUint64(out, w)
		}
	}
	return out
}

// Decode reads what Encode wrote.
func Decode(b []byte) (*Model, error) {
	rest, ok := strings.CutPrefix(string(b), magic)
	if !ok {
		return nil, fmt.Errorf("not a model: it lacks %q at the head", magic)
	}
	m := &Model{}
	for i := range m.groups {
		g := &m.groups[i]
		head, tail, ok := strings.Cut(rest, "\n")
		if !ok || len(tail) < 12 {
			return nil, fmt.Errorf("script %d: cut short", i)
		}
		g.langs = strings.Fields(head)
		g.stride = stride(len(g.langs))
		g.buckets = binary.LittleEndian.Uint32([]byte(tail[:4]))
		g.unit = math.Float64frombits(binary.LittleEndian.Uint64([]byte(tail[4:12])))
		tail = tail[12:]
		n := int(g.buckets) * g.stride
		if len(g.langs) < 2 || len(g.langs) > maxLangs || n == 0 || len(tail) < 8*n {
			return nil, fmt.Errorf("script %d: %d languages, %d buckets, %d bytes", i, len(g.langs), g.buckets, len(tail))
		}
		g.weights = make([]uint64, n)
		for k := range g.weights {
			g.weights[k] = binary.LittleEndian.Uint64([]byte(tail[8*k : 8*k+8]))
		}
		rest = tail[8*n:]
	}
	if rest != "" {
		return nil, fmt.Errorf("%d bytes after the last script", len(rest))
	}
	return m, nil
}

func stride(langs int) int { return (langs + 7) / 8 }

// Best returns the likeliest language of one line by this model.
func (m *Model) Best(line string) string {
	var s Scores
	s.classify(m, line, false)
	lang, _, _ := s.Best()
	return lang
}
