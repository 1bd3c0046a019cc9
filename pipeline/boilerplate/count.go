package boilerplate

import (
	"cmp"
	"fmt"
	"iter"
	"math/bits"
	"os"
	"slices"
	"sync"

	"tamis/pipeline/runs"
)

// Evidence of a corpus is a set of triples: a site, a line of one of its
// documents, or a run of words or of lines in it, and the document, each as a hash. The triples of a document are a
// pure function of it, so they can be gathered in any order, in parts, and more
// than once.
//
// What tells documents apart is a fingerprint of their lines: documents of the
// same content count once, or two copies of a page would make its whole text
// boilerplate. The triple with the line 0 counts the document itself.

// AppendEvidence appends the evidence of one document to dst, in no order and
// with what is twice in the document twice.
func AppendEvidence(dst []runs.Triple, site string, doc []Block) []runs.Triple {
	s, id := siteHash(site), fingerprint(doc)
	dst = append(dst, runs.Triple{s, 0, id})
	for i := range doc {
		if key := doc[i].countKey(); key != 0 {
			dst = append(dst, runs.Triple{s, lineKey(key), id})
		}
	}
	l := labellers.Get().(*labeller)
	l.prepare(doc, nil)
	for key := range l.runs() {
		dst = append(dst, runs.Triple{s, lineKey(key), id})
	}
	for key := range l.templates() {
		dst = append(dst, runs.Triple{s, key, id})
	}
	l.release()
	return dst
}

func siteHash(name string) uint64 {
	h := uint64(fnvOffset)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * fnvPrime
	}
	return mix(h)
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

// A Counter gathers the evidence of a corpus. The zero value holds all of it in
// memory. It is for one goroutine.
type Counter struct {
	dir    string
	budget int64
	sorter *runs.Sorter[runs.Triple]
	buf    []runs.Triple
	err    error
}

// NewCounter returns a counter that holds about budget bytes in memory, and what
// is more in files below dir.
func NewCounter(dir string, budget int64) *Counter { return &Counter{dir: dir, budget: budget} }

// Add adds the evidence of a document. An error comes up in Facts.
func (c *Counter) Add(site string, doc []Block) {
	c.buf = AppendEvidence(c.buf[:0], site, doc)
	c.AddEvidence(c.buf)
}

// AddEvidence adds what AppendEvidence returned.
func (c *Counter) AddEvidence(evidence []runs.Triple) {
	if c.sorter == nil {
		c.sorter = runs.New(runs.Triples, c.dir, cmp.Or(c.budget, 1<<40))
	}
	for _, t := range evidence {
		if c.err == nil {
			c.err = c.sorter.Add(t)
		}
	}
}

// Close removes the files of the counter.
func (c *Counter) Close() error {
	if c.sorter == nil {
		return nil
	}
	return c.sorter.Close()
}

// Facts is what the whole corpus tells about its sites: the lines that two
// different documents of a site have, with their number. It can be asked by
// several goroutines at once.
type Facts struct {
	repeatMin int
	sites     map[uint64]*siteFacts

	// The facts of a site go to the file as soon as those of all sites take
	// more than budget. Documents of a site lie together in a dump, so those of a
	// few sites are kept.
	mu     sync.Mutex
	budget int
	held   int // bytes of facts in memory
	file   *os.File
	end    int64
	clock  int64

	parts []sealed // of facts that were sealed: sites holds what was asked for lately
}

// siteFacts holds the lines of a site in ascending order of their keys.
type siteFacts struct {
	size   int32 // different documents
	lines  int32
	keys   []uint64 // nil if they are in the file
	counts []int32
	split  int32 // of them that are no runs of lines, which come last
	mixed  bool  // documents may belong to groups
	start  int64 // of the lines in the file, -1 if they are not there
	used   int64
}

const lineBytes = 12

// Facts returns what the counter found out; repeatMin is the number of
// documents that must share a line before it can be boilerplate.
func (c *Counter) Facts(repeatMin int) (*Facts, error) {
	if c.sorter == nil || c.err != nil {
		return &Facts{sites: make(map[uint64]*siteFacts), repeatMin: repeatMin}, c.err
	}
	return FactsOf(c.sorter.Sorted, repeatMin, c.dir, c.budget)
}

// Seal writes the evidence as a sealed run.
func (c *Counter) Seal(path string) error {
	if c.err != nil {
		return c.err
	}
	c.AddEvidence(nil)
	return c.sorter.Seal(path)
}

// FactsOf returns what evidence says, which is given in order, and once more if it
// is asked for again. About budget bytes of it are held, 0 for all, and the rest is
// kept in files below dir.
func FactsOf(evidence func() iter.Seq2[runs.Triple, error], repeatMin int, dir string, budget int64) (*Facts, error) {
	f := &Facts{sites: make(map[uint64]*siteFacts), repeatMin: repeatMin, budget: int(cmp.Or(budget, 1<<40))}
	err := f.collect(evidence(), dir)
	if err == nil {
		err = f.group(evidence, dir, budget)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// collect counts the documents of sorted triples.
func (f *Facts) collect(sorted iter.Seq2[runs.Triple, error], dir string) error {
	var site *siteFacts
	var last runs.Triple
	count := int32(0) // of documents with the line of last
	line := func() {
		switch {
		case site == nil:
		case last[1] == 0:
			site.size = count
		case count > 1:
			site.keys = append(site.keys, last[1])
			site.counts = append(site.counts, count)
		}
		count = 0
	}
	for t, err := range sorted {
		if err != nil {
			return err
		}
		if site == nil || t[0] != last[0] || t[1] != last[1] {
			line()
		}
		if site == nil || t[0] != last[0] {
			if err := f.add(site, dir); err != nil {
				return err
			}
			site = &siteFacts{start: -1}
			f.sites[t[0]] = site
		}
		last = t
		count++
	}
	line()
	return f.add(site, dir)
}

// add takes a site whose lines are all known.
func (f *Facts) add(s *siteFacts, dir string) error {
	if s == nil {
		return nil
	}
	s.lines = int32(len(s.keys))
	split, _ := slices.BinarySearch(s.keys, templateBit)
	s.split, s.mixed = int32(split), s.isMixed()
	s.keys, s.counts = slices.Clip(s.keys), slices.Clip(s.counts)
	f.held += lineBytes * len(s.keys)
	if f.held <= f.budget && f.file == nil {
		return nil
	}
	if f.file == nil {
		var err error
		if f.file, err = os.CreateTemp(dir, "facts-*"); err != nil {
			return err
		}
		for _, o := range f.sites {
			if o != s {
				if err := f.write(o); err != nil {
					return err
				}
			}
		}
	}
	return f.write(s)
}

func (f *Facts) write(s *siteFacts) error {
	b := s.appendLines(make([]byte, 0, lineBytes*len(s.keys)))
	if _, err := f.file.WriteAt(b, f.end); err != nil {
		return err
	}
	s.start = f.end
	f.end += int64(len(b))
	f.drop(s)
	return nil
}

func (f *Facts) drop(s *siteFacts) {
	f.held -= lineBytes * len(s.keys)
	s.keys, s.counts = nil, nil
}

// Close removes the file of the facts, if there is one, and closes those that were
// sealed.
func (f *Facts) Close() error {
	for _, p := range f.parts {
		if err := p.file.Close(); err != nil {
			return err
		}
	}
	if f.parts = nil; f.file == nil {
		return nil
	}
	err := cmp.Or(f.file.Close(), os.Remove(f.file.Name()))
	f.file = nil
	return err
}

// site returns what is known about a site, by its hash, also if nothing is.
func (f *Facts) site(hash uint64) (siteFacts, error) {
	if f.parts != nil {
		return f.sealedSite(hash, hash)
	}
	s := f.sites[hash]
	if s == nil {
		return siteFacts{size: 1}, nil
	}
	if f.file == nil {
		return *s, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock++
	s.used = f.clock
	if s.keys == nil && s.lines > 0 {
		b := make([]byte, lineBytes*int(s.lines))
		if _, err := f.file.ReadAt(b, s.start); err != nil {
			return siteFacts{}, fmt.Errorf("reading what is known about a site: %w", err)
		}
		s.decodeLines(b)
		f.held += len(b)
		f.makeRoom(s)
	}
	return *s, nil
}

// groupOf returns what is known about a group of a site.
func (f *Facts) groupOf(site, group uint64) (siteFacts, error) {
	if f.parts != nil {
		return f.sealedSite(site, group)
	}
	return f.site(group)
}

// makeRoom lets go of the sites that were not asked for lately, but not of keep.
func (f *Facts) makeRoom(keep *siteFacts) {
	if f.held <= f.budget {
		return
	}
	var held []*siteFacts
	for _, s := range f.sites {
		if s.keys != nil && s != keep {
			held = append(held, s)
		}
	}
	slices.SortFunc(held, func(a, b *siteFacts) int { return cmp.Compare(a.used, b.used) })
	for _, s := range held {
		if f.held <= f.budget/2 {
			return
		}
		f.drop(s)
	}
}

// documents returns how many different documents of the site have a line.
func (s *siteFacts) documents(key uint64) int {
	return s.count(lineKey(key))
}

// count is documents for a key as it is kept. Keys are hashes, so the place of
// one among those of its kind tells about where it stands.
func (s *siteFacts) count(key uint64) int {
	from, n := 0, int(s.split)
	if key >= templateBit {
		from, n = n, len(s.keys)-n
	}
	if n == 0 {
		return 1
	}
	guess, _ := bits.Mul64(key<<1, uint64(n))
	lo := from + int(guess)
	hi := lo
	for step := 1; lo > from && s.keys[lo] > key; step *= 2 {
		hi, lo = lo, max(from, lo-step)
	}
	for step := 1; hi < from+n && s.keys[hi] < key; step *= 2 {
		lo, hi = hi, min(from+n, hi+step)
	}
	if i, ok := slices.BinarySearch(s.keys[lo:min(hi+1, from+n)], key); ok {
		return int(s.counts[lo+i])
	}
	return 1
}
