// Package diff tells what changed between two outputs: documents, languages,
// boilerplate, mentions by type and rule, entities.
//
// The tables are streamed side by side. What stays in memory is some 200 bytes
// for each document and entity; of documents that stand in another order in the
// two outputs, also their mentions until both have been seen.
package diff

import (
	"cmp"
	"hash/maphash"
	"iter"
	"maps"
	"slices"

	"tamis/output"
	"tamis/output/results"
)

// A Diff is what changed from one output, A, to another one, B.
type Diff struct {
	A      Side `json:"a"`
	B      Side `json:"b"`
	Differ bool `json:"differ"` // whether any table has other rows
	// Tables lists all tables with their rows.
	Tables []Table `json:"tables"`
	// Settings lists what run.json says of the two and is not equal. It explains;
	// it is no difference by itself.
	Settings []Change `json:"settings"`

	Added   int        `json:"documents_added"`
	Removed int        `json:"documents_removed"`
	Changed int        `json:"documents_changed"`
	Reasons []Count    `json:"documents_changed_by"` // what changed in how many documents
	List    []Document `json:"documents"`            // the first of those that were added, removed, changed

	Languages   []Change    `json:"languages"`
	Boilerplate Boilerplate `json:"boilerplate"`
	Mentions    []Mentions  `json:"mentions"`
	Examples    []Example   `json:"examples"`
	Entities    []Entities  `json:"entities"`
	Rejects     []Reject    `json:"rejects"`
}

// A Side is one of the outputs.
type Side struct {
	Dir       string `json:"dir"`
	Tamis     string `json:"tamis"`
	Documents int    `json:"documents"`
	Rejects   int    `json:"rejects"`
}

// A Table says whether a table has the same rows.
type Table struct {
	Name   string `json:"name"`
	A      int64  `json:"a"` // rows
	B      int64  `json:"b"`
	Differ bool   `json:"differ"`
}

// A Change is a value that became another one, and how often.
type Change struct {
	Name  string `json:"name,omitempty"`
	From  string `json:"from"`
	To    string `json:"to"`
	Count int    `json:"count,omitempty"`
}

// A Count says how often something is the case.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// A Document is one that is in one output alone, or not the same in both.
type Document struct {
	Source string   `json:"source"`
	What   []string `json:"what"` // "added", "removed", or what changed
}

// Boilerplate says how many characters of the documents of both outputs are
// boilerplate.
type Boilerplate struct {
	Documents int   `json:"documents"` // in which it changed
	A         int64 `json:"a"`
	B         int64 `json:"b"`
}

// Mentions counts what became of the mentions of a type that a rule found.
type Mentions struct {
	Type string `json:"type"`
	Rule string `json:"rule"`
	A    int    `json:"a"`
	B    int    `json:"b"`
	// In documents that both outputs have: mentions that only one has, and those
	// of B that had another norm, type or entity in A.
	Gained  int `json:"gained"`
	Lost    int `json:"lost"`
	Changed int `json:"changed"`
}

// An Example is a mention that changed in a document of both outputs.
type Example struct {
	Source  string `json:"source"`
	What    string `json:"what"` // gained, lost, changed
	Type    string `json:"type"`
	Surface string `json:"surface"`
	From    string `json:"from,omitempty"` // norm and rule in A
	To      string `json:"to,omitempty"`
}

// Entities says which entities of a table are in one output alone, and which
// are named more or less often.
type Entities struct {
	Table   string   `json:"table"`
	Gained  int      `json:"gained"`
	Lost    int      `json:"lost"`
	Changed int      `json:"changed"`
	List    []Entity `json:"list"` // the first by how much the mentions changed
}

// An Entity is one whose mentions changed. Those of an output without it are 0.
type Entity struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	A    int64  `json:"a"`
	B    int64  `json:"b"`
	What string `json:"what"` // gained, lost, changed
}

// A Reject is a source that only one output rejects, or for another reason.
type Reject struct {
	Source string `json:"source"`
	From   string `json:"from,omitempty"`
	To     string `json:"to,omitempty"`
}

// Options say how much is listed.
type Options struct {
	// Limit is the number of documents, of examples of each type and of entities
	// of each table that are listed; 0 means 20. All are counted.
	Limit int
}

// Compare compares two outputs.
func Compare(a, b *results.Folder, o Options) (*Diff, error) {
	if o.Limit <= 0 {
		o.Limit = 20
	}
	c := &comparison{limit: o.Limit, a: a, b: b, seed: maphash.MakeSeed(), docs: make(map[string]*document),
		languages: make(map[[2]string]int), mentions: make(map[[2]string]*Mentions), reasons: make(map[string]int), examples: make(map[string]int)}
	// Empty lists, so that JSON has no nulls.
	c.d = Diff{Settings: settings(&a.Run, &b.Run), Reasons: []Count{}, List: []Document{}, Languages: []Change{}, Mentions: []Mentions{},
		Examples: []Example{}, Entities: []Entities{}, Rejects: []Reject{}}
	c.d.A, c.d.B = Side{Dir: a.Dir, Tamis: a.Run.Tamis}, Side{Dir: b.Dir, Tamis: b.Run.Tamis}
	for _, t := range output.Schema() {
		table := Table{Name: t.Name}
		var sums [2]uint64
		var err error
		if table.A, sums[0], err = results.Fingerprint(a, t.Name); err != nil {
			return nil, err
		}
		if table.B, sums[1], err = results.Fingerprint(b, t.Name); err != nil {
			return nil, err
		}
		table.Differ = table.A != table.B || sums[0] != sums[1]
		c.d.Differ = c.d.Differ || table.Differ
		c.d.Tables = append(c.d.Tables, table)
	}
	if !c.d.Differ {
		for _, t := range c.d.Tables {
			switch t.Name {
			case "documents":
				c.d.A.Documents, c.d.B.Documents = int(t.A), int(t.B)
			case "rejects":
				c.d.A.Rejects, c.d.B.Rejects = int(t.A), int(t.B)
			}
		}
		return &c.d, nil
	}
	for _, step := range []func() error{c.documents, c.blocks, c.allMentions, c.entities, c.rejects} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	c.finish()
	return &c.d, nil
}

// A comparison is a Diff in the making.
type comparison struct {
	d         Diff
	limit     int
	a, b      *results.Folder
	seed      maphash.Seed
	docs      map[string]*document
	order     []*document // as they stand in A, then those that only B has
	languages map[[2]string]int
	mentions  map[[2]string]*Mentions // by type and rule
	reasons   map[string]int
	examples  map[string]int // listed so far, by type
}

// A document is what is remembered of a document.
type document struct {
	source   string
	language string
	text     uint64 // hashes
	rest     uint64
	inA, inB bool
	what     []string
}

func (d *document) changed(what string) {
	if !slices.Contains(d.what, what) {
		d.what = append(d.what, what)
	}
}

func (c *comparison) documents() error {
	for d, err := range results.Rows[output.Document](c.a, "documents") {
		if err != nil {
			return err
		}
		c.d.A.Documents++
		doc := c.document(&d)
		doc.inA = true
		c.docs[d.DocumentID] = doc
		c.order = append(c.order, doc)
	}
	for d, err := range results.Rows[output.Document](c.b, "documents") {
		if err != nil {
			return err
		}
		c.d.B.Documents++
		now := c.document(&d)
		was := c.docs[d.DocumentID]
		if was == nil {
			now.inB = true
			c.docs[d.DocumentID] = now
			c.order = append(c.order, now)
			continue
		}
		was.inB = true
		if was.text != now.text {
			was.changed("text")
		}
		if was.language != now.language {
			was.changed("language")
			c.languages[[2]string{was.language, now.language}]++
		}
		if was.rest != now.rest {
			was.changed("metadata")
		}
	}
	return nil
}

func (c *comparison) document(d *output.Document) *document {
	doc := &document{source: d.Source, language: deref(d.Language), text: maphash.String(c.seed, d.Text)}
	// What follows from the text, the language or the boilerplate is told there.
	rest := *d
	rest.Text, rest.Language, rest.LanguageConfidence, rest.CharCount, rest.ContentCharCount = "", nil, nil, 0, 0
	doc.rest = rowHash(c.seed, &rest)
	return doc
}

func deref(s *string) string {
	if s == nil {
		return "unknown"
	}
	return *s
}

// group is the rows of one document.
type group[T any] struct {
	id   string
	rows []T
}

// groups gathers neighbouring rows of one document.
func groups[T any](rows iter.Seq2[T, error], id func(*T) string) iter.Seq2[group[T], error] {
	return func(yield func(group[T], error) bool) {
		var g group[T]
		for row, err := range rows {
			if err != nil {
				yield(g, err)
				return
			}
			if at := id(&row); at != g.id || len(g.rows) == 0 {
				if len(g.rows) > 0 && !yield(g, nil) {
					return
				}
				g = group[T]{id: at}
			}
			g.rows = append(g.rows, row)
		}
		if len(g.rows) > 0 {
			yield(g, nil)
		}
	}
}

// pairs calls f with the rows of each document in A and in B; a document
// without rows in one of them has none there. Groups that the other side has not
// reached yet wait.
func pairs[T any](c *comparison, table string, id func(*T) string, f func(d *document, a, b []T)) error {
	nextA, stopA := iter.Pull2(groups(results.Rows[T](c.a, table), id))
	defer stopA()
	nextB, stopB := iter.Pull2(groups(results.Rows[T](c.b, table), id))
	defer stopB()
	var waiting [2]map[string][]T
	waiting[0], waiting[1] = make(map[string][]T), make(map[string][]T)
	take := func(side int, next func() (group[T], error, bool)) (bool, error) {
		g, err, ok := next()
		if !ok || err != nil {
			return false, err
		}
		d := c.docs[g.id]
		if d == nil {
			return true, nil // of no document: doctor's business
		}
		other, there := waiting[1-side][g.id]
		if !there && d.inA && d.inB {
			waiting[side][g.id] = g.rows
			return true, nil
		}
		delete(waiting[1-side], g.id)
		if side == 0 {
			f(d, g.rows, other)
		} else {
			f(d, other, g.rows)
		}
		return true, nil
	}
	for moreA, moreB := true, true; moreA || moreB; {
		var err error
		if moreA {
			if moreA, err = take(0, nextA); err != nil {
				return err
			}
		}
		if moreB {
			if moreB, err = take(1, nextB); err != nil {
				return err
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(waiting[0])) {
		f(c.docs[id], waiting[0][id], nil)
	}
	for _, id := range slices.Sorted(maps.Keys(waiting[1])) {
		f(c.docs[id], nil, waiting[1][id])
	}
	return nil
}

// A block is what is compared of a row of blocks.
type block struct {
	DocumentID    string `parquet:"document_id,dict"`
	StartChar     int32  `parquet:"start_char"`
	EndChar       int32  `parquet:"end_char"`
	InBoilerplate bool   `parquet:"in_boilerplate"`
}

func (c *comparison) blocks() error {
	label := func(rows []block) (chars int64, spans map[[2]int32]bool) {
		spans = make(map[[2]int32]bool)
		for _, b := range rows {
			if b.InBoilerplate {
				chars += int64(b.EndChar - b.StartChar)
				spans[[2]int32{b.StartChar, b.EndChar}] = true
			}
		}
		return chars, spans
	}
	return pairs(c, "blocks", func(b *block) string { return b.DocumentID }, func(d *document, a, b []block) {
		if !d.inA || !d.inB {
			return
		}
		charsA, spansA := label(a)
		charsB, spansB := label(b)
		c.d.Boilerplate.A += charsA
		c.d.Boilerplate.B += charsB
		if charsA != charsB || !slices.Contains(d.what, "text") && !maps.Equal(spansA, spansB) {
			c.d.Boilerplate.Documents++
			d.changed("boilerplate")
		}
	})
}

// A mention is what is compared of a row of mentions.
type mention struct {
	DocumentID string  `parquet:"document_id,dict"`
	Type       string  `parquet:"type,dict"`
	Surface    string  `parquet:"surface,dict"`
	StartChar  int32   `parquet:"start_char"`
	EndChar    int32   `parquet:"end_char"`
	EntityID   string  `parquet:"entity_id,dict"`
	Norm       string  `parquet:"norm,dict"`
	Confidence float64 `parquet:"confidence,dict"`
	Rule       string  `parquet:"rule,dict"`
}

// place is where a mention stands: in one text its span, in two different ones
// the words and how many of the same came before.
type place struct {
	start, end int32
	surface    string
	nth        int
}

func places(ms []mention, sameText bool) map[place]*mention {
	at := make(map[place]*mention, len(ms))
	seen := make(map[string]int)
	for i := range ms {
		m := &ms[i]
		p := place{start: m.StartChar, end: m.EndChar}
		if !sameText {
			p = place{surface: m.Surface, nth: seen[m.Surface]}
			seen[m.Surface]++
		}
		at[p] = m
	}
	return at
}

func (c *comparison) count(m *mention) *Mentions {
	key := [2]string{m.Type, m.Rule}
	if c.mentions[key] == nil {
		c.mentions[key] = &Mentions{Type: m.Type, Rule: m.Rule}
	}
	return c.mentions[key]
}

func (c *comparison) allMentions() error {
	return pairs(c, "mentions", func(m *mention) string { return m.DocumentID }, func(d *document, a, b []mention) {
		for i := range a {
			c.count(&a[i]).A++
		}
		for i := range b {
			c.count(&b[i]).B++
		}
		if !d.inA || !d.inB {
			return
		}
		sameText := !slices.Contains(d.what, "text")
		was, is := places(a, sameText), places(b, sameText)
		var more []Example
		for p, m := range was {
			now := is[p]
			switch {
			case now == nil:
				c.count(m).Lost++
				more = append(more, Example{d.source, "lost", m.Type, m.Surface, m.say(), ""})
			case now.Type != m.Type || now.Norm != m.Norm || now.EntityID != m.EntityID:
				c.count(now).Changed++
				more = append(more, Example{d.source, "changed", now.Type, m.Surface, m.say(), now.say()})
			case now.Rule != m.Rule || now.Confidence != m.Confidence:
				d.changed("rule or confidence")
			}
		}
		for p, m := range is {
			if was[p] == nil {
				c.count(m).Gained++
				more = append(more, Example{d.source, "gained", m.Type, m.Surface, "", m.say()})
			}
		}
		if len(more) > 0 {
			d.changed("mentions")
		}
		slices.SortFunc(more, func(x, y Example) int {
			return cmp.Or(cmp.Compare(x.Type, y.Type), cmp.Compare(x.What, y.What), cmp.Compare(x.Surface, y.Surface), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
		})
		for _, x := range more {
			if c.examples[x.Type] < c.limit {
				c.examples[x.Type]++
				c.d.Examples = append(c.d.Examples, x)
			}
		}
	})
}

func (m *mention) say() string { return m.Type + " " + m.Norm + " by " + m.Rule }

func (c *comparison) finish() {
	for _, d := range c.order {
		switch {
		case !d.inB:
			c.d.Removed++
			d.what = []string{"removed"}
		case !d.inA:
			c.d.Added++
			d.what = []string{"added"}
		case len(d.what) > 0:
			c.d.Changed++
			for _, w := range d.what {
				c.reasons[w]++
			}
		default:
			continue
		}
		if len(c.d.List) < c.limit {
			c.d.List = append(c.d.List, Document{d.source, d.what})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.reasons)) {
		c.d.Reasons = append(c.d.Reasons, Count{name, c.reasons[name]})
	}
	for pair, n := range c.languages {
		c.d.Languages = append(c.d.Languages, Change{From: pair[0], To: pair[1], Count: n})
	}
	slices.SortFunc(c.d.Languages, func(a, b Change) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	for _, m := range c.mentions {
		c.d.Mentions = append(c.d.Mentions, *m)
	}
	slices.SortFunc(c.d.Mentions, func(a, b Mentions) int { return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Rule, b.Rule)) })
	slices.SortStableFunc(c.d.Examples, func(a, b Example) int { return cmp.Compare(a.Type, b.Type) })
}
