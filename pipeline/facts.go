package pipeline

import (
	"cmp"
	"slices"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/duplicates"
	"tamis/pipeline/translations"
)

// evidence is what the reduce phase gathers over the records of a corpus. That
// of parts of a corpus is merged in the order of the parts.
type evidence struct {
	blocks      boilerplate.Counter
	definitions map[string]map[meaning]int32 // acronym, what it stands for, in how many documents
}

// meaning is what an acronym stands for.
type meaning struct{ norm, entity string }

func newEvidence() *evidence {
	return &evidence{definitions: make(map[string]map[meaning]int32)}
}

// add counts one record.
func (e *evidence) add(r *Record, buf *[]boilerplate.Block) {
	if r.Reject != nil {
		return
	}
	*buf = r.evidence((*buf)[:0])
	e.blocks.Add(r.Site, *buf)
	seen := make(map[string]bool)
	for i := range r.Mentions {
		m := &r.Mentions[i]
		if m.Attr(extractors.AttrDefines) == "" {
			continue
		}
		if acronym := r.Text[m.Start:m.End]; !seen[acronym] {
			seen[acronym] = true
			e.define(acronym, meaning{m.Attr(extractors.AttrDefines), m.Entity}, 1)
		}
	}
}

func (e *evidence) define(acronym string, m meaning, n int32) {
	if e.definitions[acronym] == nil {
		e.definitions[acronym] = make(map[meaning]int32)
	}
	e.definitions[acronym][m] += n
}

// merge adds the evidence of the part of the corpus that follows.
func (e *evidence) merge(o *evidence) {
	e.blocks.Merge(&o.blocks)
	for acronym, ms := range o.definitions {
		for m, n := range ms {
			e.define(acronym, m, n)
		}
	}
}

// facts is what only the whole corpus can tell.
type facts struct {
	blocks   *boilerplate.Facts
	acronyms map[string]meaning // as most documents define it
	// copies holds the documents that repeat another one, by identifier. What
	// counts as repeated is content, so this is found last, see compare.
	copies map[string]duplicates.Verdict
	// versions holds the translations, by the document that comes later.
	versions map[string][]translations.Pair
}

func (e *evidence) facts(cfg *Config) *facts {
	f := &facts{blocks: e.blocks.Facts(cfg.RepeatMin), acronyms: make(map[string]meaning)}
	for acronym, ms := range e.definitions {
		var all []meaning
		for m := range ms {
			all = append(all, m)
		}
		f.acronyms[acronym] = slices.MinFunc(all, func(a, b meaning) int {
			return cmp.Or(cmp.Compare(ms[b], ms[a]), cmp.Compare(a.norm, b.norm), cmp.Compare(a.entity, b.entity))
		})
	}
	return f
}

// A Result is a record joined with what the corpus knows about it.
type Result struct {
	*Record
	// Labels says for each block whether it is boilerplate.
	Labels []boilerplate.Label
	// Verdict says which document this one repeats.
	duplicates.Verdict
	// Versions are the documents before this one that say the same in other
	// languages.
	Versions []translations.Pair
}

// join applies the facts to a record: candidates among its mentions become
// mentions or go, blocks get their labels. The record is changed.
func (f *facts) join(r *Record, buf *[]boilerplate.Block) *Result {
	res := &Result{Record: r}
	if r.Reject != nil {
		return res
	}
	res.Labels = f.label(r, buf)
	res.Verdict, res.Versions = f.copies[r.DocumentID], f.versions[r.DocumentID]
	r.Mentions = slices.DeleteFunc(r.Mentions, func(m Mention) bool {
		return m.Confidence < extractors.Certain && (m.Type != extractors.Org || !f.known(r.Text[m.Start:m.End]))
	})
	explained := make(map[string]string) // the entity of a bare acronym to that of the name behind it
	for i := range r.Mentions {
		m := &r.Mentions[i]
		if m.Confidence >= extractors.Certain && m.Rule != organizations.Unexplained {
			continue
		}
		if known, ok := f.acronyms[r.Text[m.Start:m.End]]; ok {
			explained[m.Entity] = known.entity
			m.Norm, m.Entity, m.Rule, m.Confidence = known.norm, known.entity, "corpus-definition", max(m.Confidence, 0.8)
		}
	}
	for i := range r.Mentions {
		if m := &r.Mentions[i]; m.Attr(extractors.AttrRoleOrg) != "" {
			if entity, ok := explained[m.Attr(extractors.AttrRoleOrg)]; ok {
				m.SetAttr(extractors.AttrRoleOrg, entity)
			}
		}
	}
	return res
}

// label tells a record's boilerplate from its content.
func (f *facts) label(r *Record, buf *[]boilerplate.Block) []boilerplate.Label {
	*buf = r.evidence((*buf)[:0])
	return f.blocks.Label(r.Site, r.Language, *buf)
}

func (f *facts) known(acronym string) bool {
	_, ok := f.acronyms[acronym]
	return ok
}
