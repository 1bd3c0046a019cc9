package boilerplate

import "maps"

// A Counter gathers evidence over the documents of a corpus: for each site and
// key, the number of documents that have it. Counters of parts of a corpus can
// be merged in any order and grouping: the facts are the same.
//
// Documents of the same content count once, or two copies of a page would make
// its whole text boilerplate. A counter can't remember which documents every
// line stands in, so a line keeps the fingerprints of a few, which settles
// small numbers; large ones are scaled by the share of copies on the site. A
// line takes some 60 bytes, 90 if more than one document has it, and a document
// some 16.
//
// Past memory, the same counts come from runs on disk: write triples of site,
// key and fingerprint in sorted runs, merge them, drop repeated triples, count
// the rest by site and key, and keep the keys of two documents or more. The
// facts of one site then fit in memory, and are read along with its records.
type Counter struct {
	sites map[string]*siteCount
	seen  map[uint64]struct{} // scratch of Add
}

// siteCount is what a counter knows about a site.
type siteCount struct {
	added     int // documents, copies included
	documents map[uint64]struct{}
	lines     map[uint64]lineCount
}

// lineCount counts the documents that have a line, copies included, and holds
// the smallest fingerprints of different ones. Most lines have one.
type lineCount struct {
	first uint32
	added int32
	more  *[exact - 1]uint32 // ascending, above first; zeros at the end
}

// exact is the number of documents below which copies are told apart for each
// line by itself.
const exact = 8

// Add counts one document.
func (c *Counter) Add(site string, doc []Block) {
	s := c.site(site)
	if c.seen == nil {
		c.seen = make(map[uint64]struct{}, len(doc))
	}
	clear(c.seen)
	id := fingerprint(doc)
	s.added++
	s.documents[id] = struct{}{}
	one := lineCount{first: max(uint32(id>>32), 1), added: 1}
	for i := range doc {
		key := doc[i].countKey()
		if _, ok := c.seen[key]; ok || key == 0 {
			continue
		}
		c.seen[key] = struct{}{}
		s.lines[key] = s.lines[key].plus(one)
	}
}

// Merge adds what another counter gathered over other documents.
func (c *Counter) Merge(o *Counter) {
	for name, from := range o.sites {
		s := c.site(name)
		s.added += from.added
		maps.Copy(s.documents, from.documents)
		for key, l := range from.lines {
			s.lines[key] = s.lines[key].plus(l)
		}
	}
}

func (c *Counter) site(name string) *siteCount {
	s := c.sites[name]
	if s == nil {
		if c.sites == nil {
			c.sites = make(map[string]*siteCount)
		}
		s = &siteCount{documents: make(map[uint64]struct{}), lines: make(map[uint64]lineCount)}
		c.sites[name] = s
	}
	return s
}

// fingerprint returns what documents of the same lines share.
func fingerprint(doc []Block) uint64 {
	h := uint64(fnvOffset)
	for i := range doc {
		h = mix(h ^ doc[i].Key)
	}
	return h
}

// mix spreads the bits of a hash (the finalizer of SplitMix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// plus returns the counts of two parts of a corpus together. It leaves both as
// they are.
func (l lineCount) plus(o lineCount) lineCount {
	sum := lineCount{first: l.first, added: l.added + o.added, more: l.more}
	if l.added == 0 {
		sum.first, sum.more = o.first, o.more
		return sum
	}
	if o.more == nil && l.has(o.first) {
		return sum
	}
	var a, b, all [exact]uint32
	na, nb := l.prints(&a), o.prints(&b)
	n := 0
	for i, j := 0, 0; n < exact && (i < na || j < nb); n++ {
		switch {
		case j == nb || i < na && a[i] < b[j]:
			all[n] = a[i]
			i++
		case i == na || b[j] < a[i]:
			all[n] = b[j]
			j++
		default:
			all[n] = a[i]
			i++
			j++
		}
	}
	sum.first = all[0]
	if all[1] != 0 && (l.more == nil || [exact - 1]uint32(all[1:]) != *l.more) {
		sum.more = new([exact - 1]uint32)
		copy(sum.more[:], all[1:])
	}
	return sum
}

// has reports whether a fingerprint is among those kept, or would not be kept.
func (l *lineCount) has(print uint32) bool {
	if print == l.first {
		return true
	}
	if l.more == nil || print < l.first {
		return false
	}
	for _, p := range l.more {
		if p == print {
			return true
		}
		if p == 0 {
			return false
		}
	}
	return print > l.more[exact-2]
}

// prints lists the fingerprints.
func (l *lineCount) prints(dst *[exact]uint32) int {
	dst[0] = l.first
	n := 1
	if l.more != nil {
		for _, p := range l.more {
			if p != 0 {
				dst[n] = p
				n++
			}
		}
	}
	return n
}

// Facts is what the whole corpus tells about its sites.
type Facts struct {
	sites     map[string]*siteFacts
	repeatMin int
}

// siteFacts holds the lines that two different documents of a site have, with
// their number.
type siteFacts struct {
	size  int // different documents
	lines map[uint64]int32
}

// Facts returns what the counter found out; repeatMin is the number of
// documents that must share a line before it can be boilerplate.
func (c *Counter) Facts(repeatMin int) *Facts {
	f := &Facts{sites: make(map[string]*siteFacts, len(c.sites)), repeatMin: repeatMin}
	for name, s := range c.sites {
		facts := &siteFacts{size: len(s.documents), lines: make(map[uint64]int32)}
		for key, l := range s.lines {
			if l.more == nil {
				continue
			}
			var all [exact]uint32
			n := l.prints(&all)
			if n == exact {
				n = max(n, int(int64(l.added)*int64(facts.size)/int64(s.added)))
			}
			facts.lines[key] = int32(n)
		}
		f.sites[name] = facts
	}
	return f
}

// site returns what is known about a site, also if nothing is.
func (f *Facts) site(name string) *siteFacts {
	if s := f.sites[name]; s != nil {
		return s
	}
	return &siteFacts{size: 1}
}

// documents returns how many different documents of the site have a line.
func (s *siteFacts) documents(key uint64) int { return max(1, int(s.lines[key])) }
