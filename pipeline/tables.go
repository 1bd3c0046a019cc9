package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/dates"
	"tamis/extractors/organizations"
	"tamis/extractors/people"
	"tamis/extractors/places"
	"tamis/extractors/resolutions"
	"tamis/output"
	"tamis/pipeline/runs"
)

// rows is what one document puts into the tables by itself.
type rows struct {
	reject    *output.Reject
	document  output.Document
	blocks    []output.Block
	mentions  []output.Mention
	roles     []output.Role
	citations []output.Citation
	versions  []output.Translation
	// for the tables of entities
	entities []use
	silent   []use // named, and not counted: in boilerplate, or by description
	repeated []repeat
}

// use is a mention outside boilerplate, as the tables of entities count it.
type use struct {
	kind    extractors.Type
	entity  string
	norm    string
	surface string
	lang    string
	country string // of a place, where the text or the list tells
}

// repeat is a block that the site repeats.
type repeat struct{ id, text, lang, rule string }

// nameOf returns the name that a mention gives its entity: behind an acronym that
// the text defines, the long one.
func nameOf(m *Mention) string { return cmp.Or(m.Attr(extractors.AttrName), m.Norm) }

// rowsOf turns a result into rows. It is pure.
func rowsOf(r *Result) (*rows, error) {
	if r.Reject != nil {
		return &rows{reject: &output.Reject{Source: r.Source, Stage: r.Reject.Stage, Reason: r.Reject.Reason, Detail: output.Nullable(r.Reject.Detail)}}, nil
	}
	out := &rows{
		blocks:   make([]output.Block, 0, len(r.Blocks)),
		mentions: make([]output.Mention, 0, len(r.Mentions)),
		entities: make([]use, 0, len(r.Mentions)),
	}
	source := make(offsets, 0, 2*(len(r.Blocks)+len(r.Mentions)))
	chars := charCounter{s: r.Text}
	content := 0
	for i := range r.Blocks {
		b := &r.Blocks[i]
		start, end := chars.at(b.Start), chars.at(b.End)
		out.blocks = append(out.blocks, output.Block{DocumentID: r.DocumentID, BlockIndex: int32(i), Kind: string(b.Kind), StartChar: int32(start), EndChar: int32(end),
			Language: orNull(&b.Lang), Region: orNull(&b.Region)})
		row := &out.blocks[i]
		row.SourceStartByte, row.SourceEndByte = source.of(b.Source)
		if l := &r.Labels[i]; l.Boilerplate {
			text := r.Text[b.Start:b.End]
			row.InBoilerplate = true
			row.Rule = orNull(&l.Rule)
			if l.Repeated {
				id := boilerplateID(r.Site, b.Key)
				row.BoilerplateID = &id
				out.repeated = append(out.repeated, repeat{id, text, b.Lang, l.Rule})
			}
		} else {
			content += end - start
		}
	}
	all := chars.at(len(r.Text))

	yes, no := true, false
	chars = charCounter{s: r.Text}
	block := 0
	for i := range r.Mentions {
		m := &r.Mentions[i]
		for block+1 < len(r.Blocks) && r.Blocks[block+1].Start <= m.Start {
			block++
		}
		if block < len(r.Blocks) && chars.byte < r.Blocks[block].Start && r.Blocks[block].Start <= m.Start {
			chars.byte, chars.chars = r.Blocks[block].Start, int(out.blocks[block].StartChar) // counted above
		}
		inBoilerplate := block < len(r.Labels) && r.Labels[block].Boilerplate
		entity := cmp.Or(m.Entity, m.Norm)
		surface := r.Text[m.Start:m.End]
		out.mentions = append(out.mentions, output.Mention{DocumentID: r.DocumentID, MentionIndex: int32(i), BlockIndex: int32(block), Type: string(m.Type), Surface: surface,
			StartChar: int32(chars.at(m.Start)), EndChar: int32(chars.at(m.End)), EntityID: entity, Norm: m.Norm,
			Confidence: output.Confidence(m.Confidence), Rule: m.Rule, InBoilerplate: inBoilerplate})
		row := &out.mentions[i]
		row.SourceStartByte, row.SourceEndByte = source.of(m.Source)
		lang := r.Language
		if block < len(r.Blocks) {
			lang = cmp.Or(r.Blocks[block].Lang, lang)
		}
		switch m.Type {
		case extractors.Date:
			row.AmbiguousOrder = &no
			for k := range m.Attrs {
				switch a := &m.Attrs[k]; a.Key {
				case dates.AttrQualifier:
					row.Qualifier = orNull(&a.Value)
				case dates.AttrDateRole:
					row.DateRole = orNull(&a.Value)
				case dates.AttrYear:
					row.YearSource = orNull(&a.Value)
				case dates.AttrEDTF:
					row.EDTF = orNull(&a.Value)
				case dates.AttrPart:
					row.DatePart = orNull(&a.Value)
				case dates.AttrOpen:
					row.OpenSide = orNull(&a.Value)
				case dates.AttrTime:
					row.TimeOfDay = orNull(&a.Value)
				case dates.AttrOrder:
					if a.Value != "" {
						row.AmbiguousOrder = &yes
					}
				}
			}
		case extractors.Res:
			out.citations = appendCitations(out.citations, m, row)
		case extractors.Per:
			if role := m.Attr(extractors.AttrRole); role != "" {
				out.roles = append(out.roles, output.Role{PersonID: entity, DocumentID: r.DocumentID, MentionIndex: int32(i), Role: role,
					OrganizationID: output.Nullable(m.Attr(extractors.AttrRoleOrg))})
			}
		}
		if !inBoilerplate {
			out.entities = append(out.entities, use{m.Type, entity, nameOf(m), surface, lang, m.Attr(places.AttrCountry)})
		} else {
			out.silent = append(out.silent, use{kind: m.Type, entity: entity, norm: nameOf(m), country: m.Attr(places.AttrCountry)})
		}
	}
	for _, m := range r.References {
		out.silent = append(out.silent, use{kind: m.Type, entity: cmp.Or(m.Entity, m.Norm), norm: m.Norm})
	}

	out.citations = append(out.citations, references(r)...)
	slices.SortStableFunc(out.citations, func(a, b output.Citation) int { return cmp.Compare(a.StartChar, b.StartChar) })

	out.document = output.Document{DocumentID: r.DocumentID, Source: r.Source, URL: output.Nullable(r.URL), Site: r.Site, MediaType: r.MediaType,
		Charset: r.Charset, ByteCount: r.ByteCount, SHA256: r.SHA256, Title: output.Nullable(r.Title), Author: output.Nullable(r.Author),
		SiteName: output.Nullable(r.SiteName), Text: r.Text, Language: output.Nullable(r.Language), DeclaredLanguage: output.Nullable(r.DeclaredLanguage),
		PublishedDate: output.Nullable(r.Published), ModifiedDate: output.Nullable(r.Modified), Repairs: output.Nullable(r.Repairs),
		Symbol: output.Nullable(r.Symbol), DuplicateOf: output.Nullable(r.DuplicateOf), NearDuplicateOf: output.Nullable(r.NearDuplicateOf), CharCount: int32(all), ContentCharCount: int32(content)}
	if r.NearDuplicateOf != "" {
		s := output.Confidence(float32(r.Similarity))
		out.document.Similarity = &s
	}
	for _, v := range r.Versions {
		out.versions = append(out.versions, output.Translation{DocumentID: r.DocumentID, TranslationOf: v.Of, Language: v.Language, OtherLanguage: v.OfLanguage,
			Evidence: v.Evidence, SharedCount: int32(v.Shared), Confidence: output.Confidence(float32(v.Score))})
	}
	if r.Language != "" {
		c := output.Confidence(float32(r.Confidence))
		out.document.LanguageConfidence = &c
	}
	return out, nil
}

// appendCitations appends a row for each paragraph that a mention of a
// resolution points to, or one for the resolution as a whole.
func appendCitations(dst []output.Citation, m *Mention, row *output.Mention) []output.Citation {
	index := row.MentionIndex
	c := output.Citation{DocumentID: row.DocumentID, MentionIndex: &index, Form: "number", StartChar: row.StartChar, EndChar: row.EndChar,
		ResolutionID: row.EntityID, Confidence: row.Confidence, BodyEvidence: output.Nullable(m.Attr(resolutions.AttrBody)),
		Sanity: output.Nullable(m.Attr(resolutions.AttrSanity)), Suggestion: output.Nullable(m.Attr(resolutions.AttrSuggestion))}
	before := len(dst)
	for p := range strings.SplitSeq(m.Attr(resolutions.AttrParagraphs), ",") {
		p, _, _ = strings.Cut(p, "(") // "9(a)"
		if n, err := strconv.ParseInt(p, 10, 32); err == nil {
			paragraph := int32(n)
			c.Paragraph = &paragraph
			dst = append(dst, c)
		}
	}
	if len(dst) == before {
		dst = append(dst, c)
	}
	return dst
}

// references returns a row for each reference by description.
func references(r *Result) []output.Citation {
	var out []output.Citation
	chars := charCounter{s: r.Text}
	for i := range r.References {
		m := &r.References[i]
		out = append(out, output.Citation{DocumentID: r.DocumentID, Form: m.Attr(resolutions.AttrReference), StartChar: int32(chars.at(m.Start)),
			EndChar: int32(chars.at(m.End)), ResolutionID: cmp.Or(m.Entity, m.Norm), Confidence: output.Confidence(m.Confidence)})
	}
	return out
}

// orNull returns s, or nil for "": the rows share the strings of the record.
func orNull(s *string) *string {
	if *s == "" {
		return nil
	}
	return s
}

// offsets holds the places in the source that the rows of a document point to;
// its capacity is for all of them.
type offsets []int64

// of returns the ends of a span, nil where the source has no such place.
func (o *offsets) of(s extractors.Span) (start, end *int64) {
	if s.Start < 0 {
		return nil, nil
	}
	*o = append(*o, int64(s.Start), int64(s.End))
	n := len(*o)
	return &(*o)[n-2], &(*o)[n-1]
}

func boilerplateID(site string, key uint64) string {
	sum := sha256.Sum256([]byte(site + "\x00" + strconv.FormatUint(key, 16)))
	return "bp:" + hex.EncodeToString(sum[:8])
}

// A charCounter turns byte offsets, asked for in order, into code points.
type charCounter struct {
	s           string
	byte, chars int
}

func (c *charCounter) at(offset int) int {
	if offset < c.byte {
		c.byte, c.chars = 0, 0
	}
	c.chars += utf8.RuneCountInString(c.s[c.byte:offset])
	c.byte = offset
	return c.chars
}

// tables gathers rows in the order of the sources and writes them; what counts
// over documents is written at the end.
type tables struct {
	w        *output.Writer
	entities *tallies
	repeated *ledger
	names    *corrections // nil if there are none
}

// newTables returns tables that hold about memory bytes of counts; what is more
// waits in files below dir.
func newTables(w *output.Writer, dir string, memory int64) *tables {
	return &tables{w: w, entities: newTallies(dir, memory/2), repeated: newLedger(dir, memory/2)}
}

func (t *tables) add(r *rows) error {
	for _, part := range t.parts() {
		if err := part(r); err != nil {
			return err
		}
	}
	return nil
}

// parts are what add does with the rows of a document: none touches what another
// one does, and each takes the documents in order. Together they are as quick as
// the slowest, the mentions.
func (t *tables) parts() []func(*rows) error {
	return []func(*rows) error{
		func(r *rows) error {
			if r.reject != nil {
				return t.w.Rejects.Write(*r.reject)
			}
			return cmp.Or(t.w.Documents.Write(r.document), t.w.Roles.Write(r.roles...), t.w.Translations.Write(r.versions...))
		},
		func(r *rows) error { return t.w.Mentions.Write(r.mentions...) },
		func(r *rows) error {
			return cmp.Or(t.w.Blocks.Write(r.blocks...), t.w.Citations.Write(r.citations...), t.repeated.add(&r.document, r.repeated))
		},
		func(r *rows) error { return t.entities.add(r.document.DocumentID, r.entities, r.silent) },
	}
}

// rowLanes adds rows to tables, each part on a lane of its own.
type rowLanes []*lane[*rows]

// rowsWaiting is the number of documents that may wait on a lane.
const rowsWaiting = 4

func (t *tables) lanes() (all rowLanes) {
	for _, part := range t.parts() {
		all = append(all, newLane(rowsWaiting, part))
	}
	return all
}

func (l rowLanes) add(r *rows) error {
	for _, part := range l {
		if err := part.put(r); err != nil {
			return err
		}
	}
	return nil
}

// close waits for what was added. It may be called again.
func (l rowLanes) close() error {
	var errs []error
	for _, part := range l {
		errs = append(errs, part.close())
	}
	return cmp.Or(errs...)
}

// finish writes the tables whose rows count over documents.
func (t *tables) finish() error {
	if err := t.writeRepeated(t.repeated.sorted()); err != nil {
		return err
	}
	return t.writeEntities(t.entities.sorted())
}

// seal writes the counts as sorted runs.
func (t *tables) seal(entities, repeated string) error {
	return cmp.Or(runs.Seal(entities, tallyCodec, t.entities.sorted()), runs.Seal(repeated, ledgerCodec, t.repeated.sorted()))
}

// writeRepeated writes the table of boilerplate.
func (t *tables) writeRepeated(sorted iter.Seq2[output.Boilerplate, error]) error {
	for b, err := range sorted {
		if err == nil {
			err = t.w.Boilerplate.Write(b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// writeEntities writes the tables of entities and of their forms, side by side.
func (t *tables) writeEntities(sorted iter.Seq2[tally, error]) (err error) {
	entities, forms := newTallyLane(t.writeEntity), newTallyLane(t.writeForm)
	defer func() { err = cmp.Or(err, entities.close(), forms.close()) }()
	for e, err := range sorted {
		if err == nil {
			to := forms
			if e.surface == "" {
				to = entities
			}
			err = to.put(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A tallyLane is a lane for tallies, which are many and small: they go in batches.
type tallyLane struct {
	*lane[[]tally]
	batch []tally
}

const tallyBatch = 256

func newTallyLane(f func(tally) error) *tallyLane {
	return &tallyLane{lane: newLane(1, func(batch []tally) error {
		for i := range batch {
			if err := f(batch[i]); err != nil {
				return err
			}
		}
		return nil
	})}
}

func (l *tallyLane) put(t tally) error {
	if l.batch = append(l.batch, t); len(l.batch) < tallyBatch {
		return nil
	}
	batch := l.batch
	l.batch = make([]tally, 0, tallyBatch)
	return l.lane.put(batch)
}

// close writes what waits and returns the first error.
func (l *tallyLane) close() error {
	return cmp.Or(l.lane.put(l.batch), l.lane.close())
}

func (t *tables) close() error { return cmp.Or(t.entities.close(), t.repeated.close()) }

func (t *tables) writeForm(f tally) error {
	return t.w.Aliases.Write(output.Alias{EntityID: f.key.id, Surface: f.surface, Language: output.Nullable(f.lang), MentionCount: f.mentions})
}

func (t *tables) writeEntity(e tally) error {
	id := e.key.id
	switch e.key.kind {
	case extractors.Org:
		row := output.Organization{OrganizationID: id, Name: e.name, MentionCount: e.mentions, DocumentCount: e.documents}
		if o, ok := organizations.Lookup(id); ok {
			row.Name = cmp.Or(t.names.given(id), o.NormIn("en"))
			row.NameEN, row.NameFR = output.Nullable(o.NameEN), output.Nullable(o.NameFR)
			row.AcronymEN, row.AcronymFR = first(o.AcronymsEN), first(o.AcronymsFR)
			row.Kind, row.WikidataID = output.Nullable(o.Kind), output.Nullable(o.Wikidata)
			if o.Parent != "" {
				row.ParentID = output.Nullable("org:" + o.Parent)
			}
		}
		return t.w.Organizations.Write(row)
	case extractors.Per:
		givenName, family := people.Split(e.name)
		return t.w.People.Write(output.Person{PersonID: id, Name: e.name, GivenName: output.Nullable(givenName), FamilyName: output.Nullable(family),
			MentionCount: e.mentions, DocumentCount: e.documents})
	case extractors.Res:
		row := output.Resolution{ResolutionID: id, MentionCount: e.mentions, DocumentCount: e.documents}
		if p, ok := resolutions.Parse(id); ok {
			row.Kind, row.Body, row.Number = p.Kind, output.Nullable(p.Body), p.Number
			row.Session, row.Part, row.Year = output.Nullable(p.Session), output.Nullable(p.Part), output.Nullable(int32(p.Year))
		}
		en, fr := resolutions.URLs(id)
		row.URLEN, row.URLFR = output.Nullable(en), output.Nullable(fr)
		return t.w.Resolutions.Write(row)
	case extractors.Date:
		row := output.Date{DateID: id, MentionCount: e.mentions, DocumentCount: e.documents}
		start, end, precision, ok := dates.Bounds(id)
		row.Precision = precision
		if ok {
			row.StartDate, row.EndDate = output.DayOf(start), output.DayOf(end)
		}
		return t.w.Dates.Write(row)
	default:
		row := output.Place{PlaceID: id, Name: e.name, CountryCode: output.Nullable(e.country), MentionCount: e.mentions, DocumentCount: e.documents}
		if p, ok := places.Lookup(id); ok {
			row.Name, row.CountryCode = cmp.Or(t.names.given(id), p.Name), output.Nullable(p.Country)
		}
		return t.w.Places.Write(row)
	}
}

// first returns the first form of a list cell without its mark of ambiguity.
func first(forms []string) *string {
	if len(forms) == 0 {
		return nil
	}
	s := strings.TrimSuffix(forms[0], "?")
	return &s
}
