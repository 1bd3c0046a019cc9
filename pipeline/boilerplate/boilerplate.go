// Package boilerplate tells the repeated lines of a site, its menus, mastheads
// and footers, from what its documents say.
package boilerplate

import "tamis/extractors"

// A Block is a block of a document as evidence.
type Block struct {
	Key    uint64 // of Key: equal for lines that differ in nothing that matters; 0 never counts
	Bytes  int32  // length of the line
	Kind   extractors.Kind
	Region string  // of the markup: "nav", "header", "footer", "aside", "main", "article", ""
	Links  float32 // share of the letters that stand in links
	Lang   string
}

// A Label is the verdict on a block.
type Label struct {
	Boilerplate bool
	Repeated    bool   // other documents of the site carry the block
	Rule        string // why, "" where it is none
}

// Key returns the key under which a line is counted.
func Key(line string) uint64 {
	h := uint64(14695981039346656037)
	var buf [256]byte
	for _, c := range extractors.AppendFold(buf[:0], line) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// A Counter gathers evidence over the documents of a corpus. Counters of parts
// of a corpus can be merged in any order.
type Counter struct {
	sites map[string]map[uint64]int32
}

// Add counts one document.
func (c *Counter) Add(site string, doc []Block) {
	if c.sites == nil {
		c.sites = make(map[string]map[uint64]int32)
	}
	lines := c.sites[site]
	if lines == nil {
		lines = make(map[uint64]int32)
		c.sites[site] = lines
	}
	seen := make(map[uint64]bool, len(doc))
	for _, b := range doc {
		if b.Key != 0 && !seen[b.Key] {
			seen[b.Key] = true
			lines[b.Key]++
		}
	}
}

// Merge adds what another counter gathered over other documents.
func (c *Counter) Merge(o *Counter) {
	if c.sites == nil {
		c.sites = make(map[string]map[uint64]int32)
	}
	for site, lines := range o.sites {
		if c.sites[site] == nil {
			c.sites[site] = make(map[uint64]int32, len(lines))
		}
		for key, n := range lines {
			c.sites[site][key] += n
		}
	}
}

// Facts returns what the counter found out; repeatMin is the number of
// documents that must share a line before it can be boilerplate.
func (c *Counter) Facts(repeatMin int) *Facts { return &Facts{c, repeatMin} }

// Facts is what the whole corpus tells about its sites.
type Facts struct {
	counter   *Counter
	repeatMin int
}

// Label returns a verdict on each block of a document.
func (f *Facts) Label(site, lang string, doc []Block) []Label {
	labels := make([]Label, len(doc))
	lines := f.counter.sites[site]
	for i, b := range doc {
		if b.Key != 0 && int(lines[b.Key]) >= f.repeatMin {
			labels[i] = Label{true, true, "repeated"}
		}
	}
	return labels
}
