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
//
// Every step is a sort or a scan of files, and what is held in memory depends on
// the budget of the set, but for a bit for each document and language:
//
//  1. The documents' addresses, the addresses that they name, those with the mark
//     of the language replaced and the symbols are sorted, with the positions of
//     the documents: what is equal makes candidate pairs.
//  2. So are the features, by site. Rare ones make candidates; how many documents
//     of the site have a feature is written down in the order of the features.
//  3. The evidence on each pair is put together by a sort of the candidates.
//  4. A second scan of the features joins their numbers to the documents that are
//     in a candidate, and a sort brings these to the documents, in a file of rows.
//  5. The candidates are joined with the rows, see package pairs, and scored.
//  6. They are sorted by score and taken from the top; what is taken is sorted into
//     the order of the input.
package translations

import (
	"context"
	"errors"
	"iter"

	"tamis/pipeline/pairs"
	"tamis/pipeline/runs"
)

// A Profile is what is known of a document. It is a pure function of the
// document's record and of what is boilerplate in it.
type Profile struct {
	Position   int64 // in input order; no two documents share one
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
	Position, Of         int64
	Language, OfLanguage string
	Evidence             string  // kinds of evidence in the order of the strongest: "hreflang+address+content"
	Score                float64 // confidence, from 0 to 1
	Shared               int     // features in both; at most those that a profile holds
}

// A Set holds the documents of a corpus.
type Set struct {
	dir    string
	budget int64
	// keys holds hashes of addresses and symbols, how the document has them with
	// its position, and its language.
	keys *runs.Sorter[runs.Triple]
	// features holds, for each site, 0 and its documents, then the features, plus
	// one, each with the documents that have it: site, feature, and a member.
	features *runs.Sorter[runs.Triple]
}

// NewSet returns an empty set that takes about budget bytes of memory, and keeps
// what is more in files below dir, "" for the system's folder for such files.
func NewSet(dir string, budget int64) *Set {
	return &Set{dir: dir, budget: budget, keys: runs.New(runs.Triples, dir, budget/8), features: runs.New(runs.Triples, dir, budget/4)}
}

// A member is a document with its language, as position<<16 | code: the two letters
// of ISO 639-1.
type member uint64

func (m member) position() int64  { return int64(m >> 16) }
func (m member) language() uint16 { return uint16(m) }

// languageOf returns the language of a code.
func languageOf(code uint16) string { return string([]byte{byte(code >> 8), byte(code)}) }

// How a document has a key.
const (
	has   = iota // it is the document's address
	names        // it is an address that the page names
	likeAddress
	likeSymbol
)

// Add adds a document. Documents can be added in any order.
func (s *Set) Add(p Profile) error {
	if p.Position < 0 || p.Position > pairs.MaxPosition {
		return pairs.ErrPosition
	}
	if len(p.Language) != 2 {
		return nil
	}
	m := uint64(p.Position)<<16 | uint64(p.Language[0])<<8 | uint64(p.Language[1])
	var err error
	key := func(how uint64, namespace, name string) {
		if name != "" && err == nil {
			err = s.keys.Add(runs.Triple{hash(namespace, name), how, m})
		}
	}
	key(has, "address", p.Address)
	for _, a := range p.Alternates {
		key(names, "address", a)
	}
	if form, marked := neutral(p.Address); marked {
		key(likeAddress, "form", form)
	}
	key(likeSymbol, "symbol", p.Symbol)

	site, _ := neutral(p.Site)
	place := hash("site", site)
	feature := func(x uint64) {
		if err == nil {
			err = s.features.Add(runs.Triple{place, x, m})
		}
	}
	feature(0)
	for _, x := range p.Features[:min(len(p.Features), maxFeatures)] {
		feature(uint64(x) + 1)
	}
	return err
}

// Close removes the files of the set.
func (s *Set) Close() error { return errors.Join(s.keys.Close(), s.features.Close()) }

// Kinds of evidence. A page that names its version is the later or the earlier one
// of the two.
const (
	laterNames = 1 << iota
	earlierNames
	address
	symbol
	content

	hreflang = laterNames | earlierNames
)

var evidenceNames = []struct {
	kind int
	name string
}{{hreflang, "hreflang"}, {address, "address"}, {symbol, "symbol"}, {content, "content"}}

// Pairs returns the pairs of documents but those in without, in the order of the
// input: by the later document, then by the earlier one. They depend on what was
// added and neither on the order in which it was nor on the budget. It ends the
// adding. An error is the last thing it yields.
func (s *Set) Pairs(ctx context.Context, without func(position int64) bool) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		f := newFinder(ctx, s, without)
		defer f.close()
		if err := f.find(); err != nil {
			yield(Pair{}, err)
			return
		}
		for t, err := range f.chosen.Sorted() {
			if err != nil {
				yield(Pair{}, err)
				return
			}
			if !yield(pairOf(t), nil) {
				return
			}
		}
	}
}
