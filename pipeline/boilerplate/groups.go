package boilerplate

import (
	"cmp"
	"iter"
	"math"

	"tamis/pipeline/runs"
)

// What counts as a site may be several: the records of one file, or a folder
// into which somebody put pages of many sites. A menu of ten pages is nothing
// among a thousand. So the pages of one template are found by their rims: by
// three lines that follow each other at the head or the tail of pages. Each page
// belongs to the group of the most frequent such run that it has, and its lines
// are counted among the pages of the group as well. A run that half of the site
// has is the site's own: its pages need no group.
//
// To find the groups takes the evidence once more, by documents, and that of the
// groups a third time; sorting does both, each in half of the memory that the
// counter has. A site whose pages are of one kind is left out.

const (
	// rimUnits is how much of a page's head and of its tail is looked at.
	rimUnits = 16
	// groupMin is the least number of documents of a group. Versions of one text
	// have a head in common, too, but there are seldom so many.
	groupMin = 4
	// mixedMin is the number of documents from which a site may have groups.
	mixedMin = 4 * groupMin
)

// templateBit tells the keys of runs of lines from those of lines.
const templateBit = 1 << 63

func lineKey(key uint64) uint64 { return key &^ templateBit }

// templates returns the keys of what may be part of a template: three labels in a
// row at the rims of the document. The head follows on the tail, so that a
// masthead of one line goes with a footer of two.
func (u *units) templates() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		n := len(u.doc)
		if n < 3 {
			return
		}
		h := [2]uint64{}
		labels, size := 0, 0 // in a row, before this one; their bytes
		for k := -2; k < min(n, 2*rimUnits); k++ {
			i := (k + n) % n
			if n > 2*rimUnits && k >= rimUnits {
				i = n - 2*rimUnits + k
				if k == rimUnits {
					labels, size = 0, 0
				}
			}
			b := &u.doc[i]
			if len(b.Text) > labelBytes || b.Key == 0 {
				labels, size = 0, 0
				continue
			}
			labels++
			size += len(b.Text)
			if labels > 2 && size >= 16 && (h[0] != h[1] || h[1] != b.Key) {
				if !yield(mix(mix(mix(h[0]^runSalt)^h[1])^b.Key) | templateBit) {
					return
				}
			}
			h = [2]uint64{h[1], b.Key}
		}
	}
}

// groupHash returns under which hash a group of a site is known.
func groupHash(site, template uint64) uint64 { return mix(site ^ mix(template)) }

// groupOf returns the hash of the group of a document, if it has one.
func (u *units) groupOf(site uint64, s *siteFacts) (group uint64, ok bool) {
	if !s.mixed {
		return 0, false
	}
	most := groupMin - 1
	for key := range u.templates() {
		d := s.count(key)
		switch hash := groupHash(site, key); {
		case d > most, d == most && ok && hash < group:
			most, group, ok = d, hash, true
		}
	}
	return group, ok && most*2 <= int(s.size)
}

// countGroup takes the share of a unit among the documents of the group where it
// says more than that among those of the site.
func (u *units) countGroup(site, group *siteFacts) {
	var among units
	among.doc, among.places = u.doc, u.places
	among.count(group)
	for i, g := range among.shared {
		if s := &u.shared[i]; g.documents > 1 && g.of >= groupMin &&
			repetition(int(g.documents), int(g.of)) > repetition(int(s.documents), int(s.of)) {
			*s = g
		}
	}
}

// isMixed reports whether pages of the site may belong to groups: some runs of
// lines are shared by many, and no run by nearly all.
func (s *siteFacts) isMixed() bool {
	if s.size < mixedMin {
		return false
	}
	some := false
	for i := len(s.keys) - 1; i >= 0 && s.keys[i] >= templateBit; i-- {
		if d := int(s.counts[i]); d >= groupMin {
			if d*10 > int(s.size)*9 {
				return false
			}
			some = some || d*2 <= int(s.size)
		}
	}
	return some
}

// group counts the lines of the sites that are mixed by the groups of their
// documents.
func (f *Facts) group(evidence func() iter.Seq2[runs.Triple, error], dir string, budget int64) error {
	mixed := false
	for _, s := range f.sites {
		mixed = mixed || s.mixed
	}
	if !mixed {
		return nil
	}
	// By document: its runs, the most frequent first, then its lines.
	budget = cmp.Or(budget/2, 1<<40)
	documents := runs.New(runs.Triples, dir, budget)
	defer documents.Close()
	var site siteFacts
	hash, known := uint64(0), false
	for t, err := range evidence() {
		if err != nil {
			return err
		}
		if !known || t[0] != hash {
			hash, known = t[0], true
			if site = (siteFacts{}); f.sites[hash].mixed {
				if site, err = f.site(hash); err != nil {
					return err
				}
			}
		}
		if !site.mixed {
			continue
		}
		document := mix(t[0] ^ mix(t[2]))
		if t[1] < templateBit {
			err = documents.Add(runs.Triple{document, math.MaxUint64, t[1]})
		} else if d := site.count(t[1]); d >= groupMin {
			group := groupHash(t[0], t[1])
			if d*2 > int(site.size) {
				group = 0
			}
			err = documents.Add(runs.Triple{document, ^uint64(d), group})
		}
		if err != nil {
			return err
		}
	}
	groups := runs.New(runs.Triples, dir, budget)
	defer groups.Close()
	document, group := uint64(0), uint64(0)
	for t, err := range documents.Sorted() {
		if err != nil {
			return err
		}
		switch {
		case t[1] != math.MaxUint64 && t[0] != document:
			document, group = t[0], t[2] // the first run of the document
		case t[1] == math.MaxUint64 && t[0] == document && group != 0:
			if err := groups.Add(runs.Triple{group, t[2], t[0]}); err != nil {
				return err
			}
		}
	}
	return f.collect(groups.Sorted(), dir)
}
