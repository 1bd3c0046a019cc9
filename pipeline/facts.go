package pipeline

import (
	"cmp"
	"encoding/binary"
	"errors"
	"iter"
	"slices"
	"strings"
	"unicode"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/runs"
)

// evidence is what the reduce phase gathers over the records of a corpus, in
// the order of the sources.
type evidence struct {
	cfg    *Config
	blocks *boilerplate.Counter
	// definitions counts the documents that say what an acronym stands for.
	definitions *runs.Sorter[defined]
}

// meaning is what an acronym stands for.
type meaning struct{ norm, entity string }

// definition is an acronym that a document explains.
type definition struct {
	acronym string
	meaning
}

const attrDefines = extractors.AttrDefines

// Shares of the memory of a run, as divisors: for evidence while it is gathered
// and for what is known from it, and for definitions.
const (
	evidenceShare   = 16
	definitionShare = 64
)

func newEvidence(cfg *Config, scratch string) *evidence {
	return &evidence{cfg: cfg, blocks: boilerplate.NewCounter(scratch, cfg.Memory/evidenceShare), definitions: runs.New(definitions, scratch, cfg.Memory/definitionShare)}
}

// add adds the evidence of some records.
func (e *evidence) add(blocks []runs.Triple, definitions []definition) error {
	e.blocks.AddEvidence(blocks)
	for _, d := range definitions {
		if err := e.definitions.Add(defined{d, 1}); err != nil {
			return err
		}
	}
	return nil
}

func (e *evidence) close() error { return errors.Join(e.blocks.Close(), e.definitions.Close()) }

// facts is what only the whole corpus can tell.
type facts struct {
	blocks   *boilerplate.Facts
	acronyms map[string]meaning // as most documents define it
	// compared is what the documents have in common with each other. What counts
	// is content, so this is found last, see compare.
	compared compared
	// corrections, nil if there are none, count for more than what was found.
	corrections *corrections
}

// facts returns what the evidence says, which can be closed then.
func (e *evidence) facts() (*facts, error) {
	blocks, err := e.blocks.Facts(e.cfg.RepeatMin)
	if err != nil {
		return nil, err
	}
	f := &facts{blocks: blocks, acronyms: make(map[string]meaning)}
	err = meanings(e.definitions.Sorted(), func(d definition) error {
		f.acronyms[d.acronym] = d.meaning
		return nil
	})
	return f, errors.Join(err, e.close())
}

// meanings calls f with what each acronym stands for, as most documents define it.
// The definitions come in order.
func meanings(sorted iter.Seq2[defined, error], f func(definition) error) error {
	var best defined
	for d, err := range sorted {
		if err != nil {
			return err
		}
		if best.documents > 0 && best.acronym != d.acronym {
			if err := f(best.definition); err != nil {
				return err
			}
			best = defined{}
		}
		if d.documents > best.documents { // of equals the first one in order
			best = d
		}
	}
	if best.documents == 0 {
		return nil
	}
	return f(best.definition)
}

// defined is a definition with the number of documents that have it.
type defined struct {
	definition
	documents int64
}

// definitions is the codec of definitions, by acronym.
var definitions = runs.Codec[defined]{
	Compare: func(a, b defined) int {
		return cmp.Or(cmp.Compare(a.acronym, b.acronym), cmp.Compare(a.norm, b.norm), cmp.Compare(a.entity, b.entity))
	},
	Append: func(dst []byte, d defined) []byte {
		for _, s := range []string{d.acronym, d.norm, d.entity} {
			dst = appendString(dst, s)
		}
		return binary.AppendVarint(dst, d.documents)
	},
	Decode: func(src []byte) (defined, error) {
		d := decoder{src: src}
		out := defined{definition{d.string(), meaning{d.string(), d.string()}}, d.varint()}
		if d.bad {
			return out, runs.ErrDamaged
		}
		return out, nil
	},
	Size:    func(d defined) int { return 80 + len(d.acronym) + len(d.norm) + len(d.entity) },
	Combine: func(a, b defined) defined { a.documents += b.documents; return a },
}

func (f *facts) close() error { return errors.Join(f.blocks.Close(), f.compared.close()) }

// A Result is a record joined with what the corpus knows about it.
type Result struct {
	*Record
	// Labels says for each block whether it is boilerplate.
	Labels []boilerplate.Label
	// DuplicateOf is the identifier of the first document with the same text, ""
	// if it is this one, NearDuplicateOf that of the original whose content is
	// nearly the same. One that is an exact duplicate is not a near one beside.
	DuplicateOf, NearDuplicateOf string
	Similarity                   float64 // with NearDuplicateOf
	// Versions are the documents before this one that say the same in other
	// languages.
	Versions []Translation

	fix *fix // what corrections did, nil if there are none
}

// A Translation is a document that says the same as a later one in another language.
type Translation struct {
	Of                   string // its identifier
	Language, OfLanguage string // of the later one, and its own
	Evidence             string
	Score                float64
	Shared               int
}

// join applies the facts to a record: candidates among its mentions become
// mentions or go, blocks get their labels, which label returned, and the document
// its links. What corrections say of it comes last. The record is changed.
func (f *facts) join(r *Record, labels []boilerplate.Label, links []link) *Result {
	res := &Result{Record: r}
	if f.corrections != nil {
		res.fix = f.corrections.fixing(r)
	}
	if r.Reject != nil {
		return res
	}
	if res.fix != nil {
		res.fix.add()
	}
	res.Labels = r.finer(labels)
	for _, l := range links {
		switch l.kind {
		case exactDuplicate:
			res.DuplicateOf = l.id
		case nearDuplicate:
			res.NearDuplicateOf, res.Similarity = l.id, l.score
		case translation:
			res.Versions = append(res.Versions, Translation{l.id, l.language, l.ofLanguage, l.evidence, l.score, l.shared})
		}
	}
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
			if _, listed := organizations.Lookup(known.entity); !listed && r.Language == "en" {
				m.Norm = r.Text[m.Start:m.End] // as where it is defined
			}
		}
	}
	for i := range r.Mentions {
		if m := &r.Mentions[i]; m.Attr(extractors.AttrRoleOrg) != "" {
			if entity, ok := explained[m.Attr(extractors.AttrRoleOrg)]; ok {
				m.SetAttr(extractors.AttrRoleOrg, entity)
			}
		}
	}
	if res.fix != nil {
		res.fix.apply()
	}
	return res
}

// label tells a record's boilerplate from its content: labels for its blocks or
// parts of them. buf holds the blocks as the boilerplate step sees them.
func (f *facts) label(r *Record, buf *[]boilerplate.Block) ([]boilerplate.Label, error) {
	*buf = r.evidence((*buf)[:0])
	return f.blocks.Label(r.Site, r.Language, *buf)
}

// finer makes the record's blocks as fine as the labels, and returns a label for
// each. It changes the labels.
func (r *Record) finer(labels []boilerplate.Label) []boilerplate.Label {
	if len(labels) == len(r.Blocks) {
		return labels
	}
	return r.split(labels)
}

// split parts the blocks as the labels say, and returns a label for each. Where an
// edge goes through a mention, it is moved out of it, in favour of the content.
func (r *Record) split(labels []boilerplate.Label) []boilerplate.Label {
	blocks := make([]Block, 0, len(labels))
	out := labels[:0]
	next := 0 // mention
	for i, l := range labels {
		b := r.Blocks[l.Block]
		b.Start, b.End = b.Start+l.Start, b.Start+l.End
		if l.Start > 0 {
			for next < len(r.Mentions) && r.Mentions[next].End <= b.Start {
				next++
			}
			if next < len(r.Mentions) && r.Mentions[next].Start < b.Start {
				m, before := r.Mentions[next].Span, &blocks[len(blocks)-1]
				edge := m.Start
				if l.Boilerplate {
					edge = m.End
				}
				switch {
				case edge >= b.End: // nothing is left of this part
					before.End = b.End
					continue
				case edge <= before.Start: // nor of the one before
					b.Start = before.Start
					blocks, out = blocks[:len(blocks)-1], out[:len(out)-1]
				default:
					b.Start, before.End = edge, edge
				}
			}
		}
		blocks, out = append(blocks, b), append(out, labels[i])
	}
	for i := range blocks {
		b := &blocks[i]
		if b.Span != r.Blocks[out[i].Block].Span {
			b.Start, b.End = trimmed(r.Text, b.Span)
			b.Key = boilerplate.Key(r.Text[b.Start:b.End])
			b.Source, _ = r.Offsets.Span(b.Span)
		}
		out[i].Block, out[i].Start, out[i].End = i, 0, b.Len()
	}
	r.Blocks = blocks
	return out
}

// trimmed returns the span without the white space at its ends.
func trimmed(text string, sp extractors.Span) (start, end int) {
	s := text[sp.Start:sp.End]
	end = sp.Start + len(strings.TrimRightFunc(s, unicode.IsSpace))
	return sp.End - len(strings.TrimLeftFunc(s, unicode.IsSpace)), end
}

func (f *facts) known(acronym string) bool {
	_, ok := f.acronyms[acronym]
	return ok
}
