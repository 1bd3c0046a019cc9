package pipeline

import (
	"cmp"
	"encoding/binary"
	"iter"
	"maps"
	"slices"
	"strings"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/output"
	"tamis/pipeline/runs"
)

// What the tables of entities count is gathered document by document in maps, as
// most names come again and again; when the maps have grown to their share of
// the memory, they go to a sorted run. In the end the runs are merged in the
// order of the tables.

// An entityKey names an entity.
type entityKey struct {
	kind extractors.Type
	id   string
}

// madeOf reports whether a name is the one that the identifier of an organization
// is made of: others are acronyms of it.
func (k entityKey) madeOf(name string) bool {
	return k.kind != extractors.Org || k.id == "org:"+extractors.Slug(name)
}

// entity counts the mentions of one entity.
type entity struct {
	name      string
	named     bool // the name is the one that the identifier is made of
	country   string
	mentions  int64
	documents int64
	last      string // the document that was counted last
	forms     forms
}

// form is a form under which an entity appears.
type form struct{ surface, lang string }

// forms counts the forms of an entity. Most entities have one or two, so a list
// does; only a long one gets an index.
type forms struct {
	all   []formCount
	index map[form]int // in all, nil for a short list
}

type formCount struct {
	form
	mentions int64
}

// shortForms is how long a list of forms may be without an index.
const shortForms = 12

// of returns the count of a form, nil if there is none yet.
func (fs *forms) of(f form) *formCount {
	if fs.index != nil {
		if i, ok := fs.index[f]; ok {
			return &fs.all[i]
		}
		return nil
	}
	for i := range fs.all {
		if fs.all[i].form == f {
			return &fs.all[i]
		}
	}
	return nil
}

// add adds a form that is not there yet, with no mentions.
func (fs *forms) add(f form) *formCount {
	if fs.index == nil && len(fs.all) == shortForms {
		fs.index = make(map[form]int, 2*shortForms)
		for i := range fs.all {
			fs.index[fs.all[i].form] = i
		}
	}
	if fs.index != nil {
		fs.index[f] = len(fs.all)
	}
	fs.all = append(fs.all, formCount{form: f})
	return &fs.all[len(fs.all)-1]
}

// A tally is a part of the counts of an entity: of the entity itself, where form
// is zero, or of one of its forms.
type tally struct {
	key entityKey
	form
	name, country string
	mentions      int64
	documents     int64
}

var tallyCodec = runs.Codec[tally]{
	Compare: func(a, b tally) int {
		return cmp.Or(cmp.Compare(a.key.kind, b.key.kind), cmp.Compare(a.key.id, b.key.id), cmp.Compare(a.surface, b.surface), cmp.Compare(a.lang, b.lang))
	},
	Append: func(dst []byte, t tally) []byte {
		for _, s := range []string{string(t.key.kind), t.key.id, t.surface, t.lang, t.name, t.country} {
			dst = appendString(dst, s)
		}
		dst = binary.AppendUvarint(dst, uint64(t.mentions))
		return binary.AppendUvarint(dst, uint64(t.documents))
	},
	Decode: func(src []byte) (t tally, err error) {
		d := decoder{src: src}
		t.key.kind = extractors.Type(d.string())
		for _, s := range []*string{&t.key.id, &t.surface, &t.lang, &t.name, &t.country} {
			*s = d.string()
		}
		t.mentions, t.documents = int64(d.uvarint()), int64(d.uvarint())
		if d.bad {
			err = runs.ErrDamaged
		}
		return t, err
	},
	Size: func(t tally) int { return 160 + len(t.key.id) + len(t.surface) + len(t.name) },
	Combine: func(a, b tally) tally {
		a.country = cmp.Or(a.country, b.country) // the first document that tells
		if a.name != b.name && !a.key.madeOf(a.name) && b.key.madeOf(b.name) {
			a.name = b.name
		}
		a.mentions += b.mentions
		a.documents += b.documents
		return a
	},
}

// tallies gathers the counts of all entities.
type tallies struct {
	held   map[extractors.Type]map[string]*entity // by identifier
	bytes  int
	budget int
	runs   *runs.Sorter[tally]
	// table holds the organizations of our own table that were found: there are
	// not many.
	table map[string]bool
}

func newTallies(dir string, budget int64) *tallies {
	return &tallies{held: make(map[extractors.Type]map[string]*entity), budget: int(budget), runs: runs.New(tallyCodec, dir, budget), table: make(map[string]bool)}
}

// Bytes that an entity and a form take in the maps, beside their strings.
const (
	entityBytes = 200
	formBytes   = 90
)

// entity returns the counts of an entity, which start at zero: whatever the
// mentions name has its row.
func (t *tallies) entity(u *use) *entity {
	key := entityKey{u.kind, u.entity}
	held := t.held[u.kind]
	if held == nil {
		held = make(map[string]*entity)
		t.held[u.kind] = held
	}
	e := held[u.entity]
	if e == nil {
		e = &entity{name: u.norm, named: key.madeOf(u.norm)}
		held[u.entity] = e
		t.bytes += entityBytes + len(u.entity) + len(u.norm)
		if u.kind == extractors.Org {
			if _, ok := organizations.Lookup(u.entity); ok {
				t.table[u.entity] = true
			}
		}
	}
	if !e.named && u.norm != e.name && key.madeOf(u.norm) {
		e.name, e.named = u.norm, true
	}
	if e.country == "" {
		e.country = u.country
	}
	return e
}

// add counts what a document names.
func (t *tallies) add(document string, counted, silent []use) error {
	for i := range silent {
		t.entity(&silent[i])
	}
	for i := range counted {
		u := &counted[i]
		e := t.entity(u)
		e.mentions++
		if e.last != document {
			e.last = document
			e.documents++
		}
		f := form{u.surface, u.lang}
		n := e.forms.of(f)
		if n == nil {
			t.bytes += formBytes + len(u.surface)
			f.surface = strings.Clone(f.surface) // it is a part of a text, which can go
			n = e.forms.add(f)
		}
		n.mentions++
	}
	if t.bytes < t.budget {
		return nil
	}
	return t.spill()
}

// spill moves what is held to a run.
func (t *tallies) spill() error {
	err := t.runs.AddRun(t.sortedHeld())
	clear(t.held)
	t.bytes = 0
	return err
}

// sortedHeld returns what is held, in order. It sorts the lists of forms: nothing
// is counted any more.
func (t *tallies) sortedHeld() iter.Seq[tally] {
	type held struct {
		id string
		*entity
	}
	return func(yield func(tally) bool) {
		for _, kind := range slices.Sorted(maps.Keys(t.held)) {
			all := make([]held, 0, len(t.held[kind]))
			for id, e := range t.held[kind] {
				all = append(all, held{id, e})
			}
			slices.SortFunc(all, func(a, b held) int { return cmp.Compare(a.id, b.id) })
			for _, h := range all {
				key := entityKey{kind, h.id}
				if !yield(tally{key: key, name: h.name, country: h.country, mentions: h.mentions, documents: h.documents}) {
					return
				}
				slices.SortFunc(h.forms.all, func(a, b formCount) int {
					return cmp.Or(cmp.Compare(a.surface, b.surface), cmp.Compare(a.lang, b.lang))
				})
				for _, f := range h.forms.all {
					if !yield(tally{key: key, form: f.form, mentions: f.mentions}) {
						return
					}
				}
			}
		}
	}
}

// addParents adds the parents of the organizations found, with no mentions, so
// that parent_id always finds its row.
func (t *tallies) addParents() {
	for id := range maps.Clone(t.table) {
		o, ok := organizations.Lookup(id)
		for ok && o.Parent != "" {
			parent, found := organizations.Lookup("org:" + o.Parent)
			if !found {
				break
			}
			if !t.table[parent.Entity()] {
				t.entity(&use{kind: extractors.Org, entity: parent.Entity(), norm: parent.NormIn("en")})
			}
			o = parent
		}
	}
}

// sorted lists the counts of the entities and, behind each, those of its forms, in
// order. It ends the adding.
func (t *tallies) sorted() iter.Seq2[tally, error] {
	t.addParents()
	if t.runs.Spilled() == 0 {
		return func(yield func(tally, error) bool) {
			for all := range t.sortedHeld() {
				if !yield(all, nil) {
					return
				}
			}
		}
	}
	if err := t.spill(); err != nil {
		return func(yield func(tally, error) bool) { yield(tally{}, err) }
	}
	return t.runs.Sorted()
}

// ledger gathers the rows of the table of boilerplate.
type ledger struct {
	held   map[string]*output.Boilerplate
	bytes  int
	budget int
	runs   *runs.Sorter[output.Boilerplate]
}

var ledgerCodec = runs.Codec[output.Boilerplate]{
	Compare: func(a, b output.Boilerplate) int { return cmp.Compare(a.BoilerplateID, b.BoilerplateID) },
	Append: func(dst []byte, b output.Boilerplate) []byte {
		lang := ""
		if b.Language != nil {
			lang = *b.Language
		}
		for _, s := range []string{b.BoilerplateID, b.Site, b.Text, lang, b.Rule, b.FirstDocumentID, b.LastDocumentID} {
			dst = appendString(dst, s)
		}
		return binary.AppendUvarint(dst, uint64(b.DocumentCount))
	},
	Decode: func(src []byte) (b output.Boilerplate, err error) {
		d := decoder{src: src}
		b.BoilerplateID, b.Site, b.Text, b.Language, b.Rule = d.string(), d.string(), d.string(), output.Nullable(d.string()), d.string()
		b.FirstDocumentID, b.LastDocumentID = d.string(), d.string()
		b.DocumentCount = int64(d.uvarint())
		if d.bad {
			err = runs.ErrDamaged
		}
		return b, err
	},
	Size: func(b output.Boilerplate) int { return 200 + len(b.Text) },
	Combine: func(a, b output.Boilerplate) output.Boilerplate {
		a.DocumentCount += b.DocumentCount
		a.LastDocumentID = b.LastDocumentID
		return a
	},
}

func newLedger(dir string, budget int64) *ledger {
	return &ledger{held: make(map[string]*output.Boilerplate), budget: int(budget), runs: runs.New(ledgerCodec, dir, budget)}
}

// add counts the repeated blocks of a document.
func (l *ledger) add(document *output.Document, repeated []repeat) error {
	counted := make(map[string]bool, len(repeated))
	for _, b := range repeated {
		if counted[b.id] {
			continue
		}
		counted[b.id] = true
		row := l.held[b.id]
		if row == nil {
			row = &output.Boilerplate{BoilerplateID: b.id, Site: document.Site, Text: strings.Clone(b.text), Language: output.Nullable(b.lang), Rule: b.rule,
				FirstDocumentID: document.DocumentID}
			l.held[b.id] = row
			l.bytes += 300 + len(b.text)
		}
		row.DocumentCount++
		row.LastDocumentID = document.DocumentID
	}
	if l.bytes < l.budget {
		return nil
	}
	return l.spill()
}

func (l *ledger) spill() error {
	err := l.runs.AddRun(func(yield func(output.Boilerplate) bool) {
		for _, id := range slices.Sorted(maps.Keys(l.held)) {
			if !yield(*l.held[id]) {
				return
			}
		}
	})
	l.held, l.bytes = make(map[string]*output.Boilerplate), 0
	return err
}

// sorted lists the rows in order. It ends the adding.
func (l *ledger) sorted() iter.Seq2[output.Boilerplate, error] {
	if l.runs.Spilled() == 0 {
		return func(yield func(output.Boilerplate, error) bool) {
			for _, id := range slices.Sorted(maps.Keys(l.held)) {
				if !yield(*l.held[id], nil) {
					return
				}
			}
		}
	}
	if err := l.spill(); err != nil {
		return func(yield func(output.Boilerplate, error) bool) { yield(output.Boilerplate{}, err) }
	}
	return l.runs.Sorted()
}

func (l *ledger) close() error { return l.runs.Close() }

func (t *tallies) close() error { return t.runs.Close() }
