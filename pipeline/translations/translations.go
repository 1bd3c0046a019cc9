// Package translations finds the documents that are versions of each other in
// different languages.
//
// Four things speak for a pair. A page may name its versions itself, by
// hreflang. The addresses may differ in nothing but the mark of the language,
// "/fr/" and "/en/". Both may bear one official symbol. And translators leave
// numbers, dates, symbols and names as they are, so that the features of two
// versions agree, weighed by how few other documents of the site have them.
//
// What the page says itself is believed. An address or a symbol is believed if
// the features do not speak against it: sites put every page without a
// translation under the address of the other language, too, and a press release
// may bear the symbol of what it announces. Features alone are believed where
// they are many and nearly all agree.
//
// A document has at most one version in each other language; the strongest
// pairs are taken first.
package translations

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A Profile is what is known of a document. It is a pure function of the
// document's record and of what is boilerplate in it.
type Profile struct {
	Position   int64  // in input order; no two documents share one
	ID         string // what the pairs name
	Site       string
	Address    string   // of Address
	Alternates []string // addresses that the page names as its versions
	Language   string   // ISO 639-1; without one a document is no version of anything
	Symbol     string   // official symbol of the document, "" if it has none
	Features   []uint32 // of a Features
}

// A Pair is two documents that are versions of each other. Which one was
// written first is not known: Of is the one that comes first in the input.
type Pair struct {
	ID, Of               string
	Language, OfLanguage string
	Evidence             string  // kinds of evidence in the order of the strongest: "hreflang+address+content"
	Score                float64 // confidence, from 0 to 1
	Shared               int     // features in both; at most those that a profile holds
}

// A Set holds the documents of a corpus or a part of it.
type Set struct{ profiles []Profile }

// Add adds a document.
func (s *Set) Add(p Profile) {
	if p.Language != "" {
		s.profiles = append(s.profiles, p)
	}
}

// Merge adds the documents of another part of the corpus.
func (s *Set) Merge(o *Set) { s.profiles = append(s.profiles, o.profiles...) }

// Kinds of evidence.
const (
	hreflang = 1 << iota
	address
	symbol
	content
)

var evidenceNames = []string{"hreflang", "address", "symbol", "content"}

// A candidate is a pair of places in the set's profiles, a before b.
type candidate struct {
	a, b     int32
	evidence int
	mutual   bool
	shared   int
	overlap  float64 // of the features, 0 to 1
	score    float64
}

// Pairs returns the pairs in the order of the input: by the later document,
// then by the earlier one. They depend on what was added and not on the order in
// which it was.
func (s *Set) Pairs() []Pair {
	slices.SortFunc(s.profiles, func(a, b Profile) int { return cmp.Compare(a.Position, b.Position) })
	f := finder{profiles: s.profiles, found: make(map[[2]int32]*candidate)}
	f.byAlternates()
	f.byKey(address, func(p *Profile) string {
		key, marked := neutral(p.Address)
		if !marked {
			return ""
		}
		return key
	})
	f.byKey(symbol, func(p *Profile) string { return p.Symbol })
	f.byFeatures()
	return f.pairs()
}

type finder struct {
	profiles []Profile
	found    map[[2]int32]*candidate
}

// candidate returns the pair of two documents, nil if it can't be one.
func (f *finder) candidate(a, b int32) *candidate {
	if a == b || f.profiles[a].Language == f.profiles[b].Language {
		return nil
	}
	if a > b {
		a, b = b, a
	}
	c := f.found[[2]int32{a, b}]
	if c == nil {
		c = &candidate{a: a, b: b}
		f.found[[2]int32{a, b}] = c
	}
	return c
}

func (f *finder) byAlternates() {
	at := make(map[string]int32)
	for i := len(f.profiles) - 1; i >= 0; i-- { // so that the first document of an address stays
		if a := f.profiles[i].Address; a != "" {
			at[a] = int32(i)
		}
	}
	for i := range f.profiles {
		named := make(map[int32]bool)
		for _, a := range f.profiles[i].Alternates {
			j, ok := at[a]
			if !ok || named[j] {
				continue
			}
			named[j] = true
			if c := f.candidate(int32(i), j); c != nil {
				c.mutual = c.evidence&hreflang != 0
				c.evidence |= hreflang
			}
		}
	}
}

// maxGroup is the number of documents from which a key that they share says
// nothing of any two.
const maxGroup = 32

// byKey makes candidates of documents with one key.
func (f *finder) byKey(kind int, key func(*Profile) string) {
	groups := make(map[string][]int32)
	for i := range f.profiles {
		if k := key(&f.profiles[i]); k != "" {
			groups[k] = append(groups[k], int32(i))
		}
	}
	for _, g := range groups {
		if len(g) > maxGroup {
			continue
		}
		for n, b := range g {
			for _, a := range g[:n] {
				if c := f.candidate(a, b); c != nil {
					c.evidence |= kind
				}
			}
		}
	}
}

// Limits of the agreement of features. Of two documents of one site that are no
// versions of each other, few pairs agree in a quarter, and none in three fifths.
const (
	maxCommon   = 10  // documents with a feature from which it makes no candidates
	minFeatures = 5   // below, features say nothing against a pair
	minOverlap  = 0.2 // below, they speak against what address or symbol say
	minShared   = 8   // for a pair by features alone
	fullOverlap = 0.6
)

// byFeatures makes candidates of documents of one site with rare features in
// common, and weighs the features of all candidates.
func (f *finder) byFeatures() {
	sites := make(map[string][]int32)
	for i := range f.profiles {
		site, _ := neutral(f.profiles[i].Site)
		sites[site] = append(sites[site], int32(i))
	}
	weights := make([]map[uint32]float64, len(f.profiles)) // shared by the documents of a site
	for _, docs := range sites {
		var postings []uint64
		for _, d := range docs {
			for _, x := range f.profiles[d].Features {
				postings = append(postings, uint64(x)<<32|uint64(d))
			}
		}
		slices.Sort(postings)
		weight := make(map[uint32]float64)
		shared := make(map[[2]int32]int)
		for len(postings) > 0 {
			n := 1
			for n < len(postings) && postings[n]>>32 == postings[0]>>32 {
				n++
			}
			weight[uint32(postings[0]>>32)] = math.Log(1 + float64(len(docs))/float64(n))
			for i := 0; n <= maxCommon && i < n; i++ {
				for j := range i {
					a, b := int32(uint32(postings[j])), int32(uint32(postings[i]))
					if f.profiles[a].Language != f.profiles[b].Language {
						shared[[2]int32{a, b}]++
					}
				}
			}
			postings = postings[n:]
		}
		for pair, n := range shared {
			if n >= minShared/2 {
				f.candidate(pair[0], pair[1])
			}
		}
		for _, d := range docs {
			weights[d] = weight
		}
	}
	for _, c := range f.found {
		a, b := &f.profiles[c.a], &f.profiles[c.b]
		c.shared, c.overlap = overlap(a.Features, b.Features, weights[c.a], weights[c.b])
		few := min(len(a.Features), len(b.Features)) < minFeatures
		switch {
		case few:
		case c.overlap >= fullOverlap && c.shared >= minShared, c.evidence != 0 && c.overlap >= 2*minOverlap:
			c.evidence |= content
		case c.overlap < minOverlap && c.evidence&hreflang == 0:
			c.evidence = 0
		}
		switch {
		case c.evidence == 0:
		case c.evidence&hreflang != 0 && c.mutual:
			c.score = 0.98 + 0.02*c.overlap
		case c.evidence&hreflang != 0:
			c.score = 0.9 + 0.08*c.overlap
		case c.evidence&(address|symbol) != 0 && few:
			c.score = 0.7
		case c.evidence&(address|symbol) != 0:
			c.score = 0.7 + 0.25*c.overlap
		default:
			c.score = c.overlap
		}
	}
}

// overlap returns how many features two documents share, and the share of the
// weight of all that these have.
func overlap(a, b []uint32, weightA, weightB map[uint32]float64) (shared int, share float64) {
	var both, all float64
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			all += weightA[a[0]]
			a = a[1:]
		case len(a) == 0 || b[0] < a[0]:
			all += weightB[b[0]]
			b = b[1:]
		default:
			shared++
			both += weightA[a[0]] + weightB[b[0]]
			all += weightA[a[0]] + weightB[b[0]]
			a, b = a[1:], b[1:]
		}
	}
	if all == 0 {
		return shared, 0
	}
	return shared, both / all
}

// pairs takes the strongest candidates.
func (f *finder) pairs() []Pair {
	all := make([]*candidate, 0, len(f.found))
	for _, c := range f.found {
		if c.evidence != 0 {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(x, y *candidate) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	type version struct {
		doc  int32
		lang string
	}
	taken := make(map[version]bool)
	var chosen []*candidate
	for _, c := range all {
		a, b := version{c.a, f.profiles[c.b].Language}, version{c.b, f.profiles[c.a].Language}
		if !taken[a] && !taken[b] {
			taken[a], taken[b] = true, true
			chosen = append(chosen, c)
		}
	}
	slices.SortFunc(chosen, func(x, y *candidate) int { return cmp.Or(cmp.Compare(x.b, y.b), cmp.Compare(x.a, y.a)) })
	var out []Pair
	for _, c := range chosen {
		a, b := &f.profiles[c.a], &f.profiles[c.b]
		var names []string
		for i, name := range evidenceNames {
			if c.evidence&(1<<i) != 0 {
				names = append(names, name)
			}
		}
		out = append(out, Pair{ID: b.ID, Of: a.ID, Language: b.Language, OfLanguage: a.Language, Evidence: strings.Join(names, "+"),
			Score: c.score, Shared: c.shared})
	}
	return out
}
