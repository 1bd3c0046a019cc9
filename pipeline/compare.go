package pipeline

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"math"
	"net/url"
	"os"
	"strings"

	"tamis/extractors"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/duplicates"
	"tamis/pipeline/pairs"
	"tamis/pipeline/runs"
	"tamis/pipeline/segments"
	"tamis/pipeline/translations"
)

// What documents have in common with each other is compared by their content,
// which is known when the facts tell what is boilerplate: a pass over the records
// of its own, before they are joined with what it finds. In that pass a document
// is its position among the records. What is found waits in files, in the order of
// the records, and the join phase reads them side by side.

// compareShare is the share of the memory of a run, as a divisor, that duplicates
// take, and translations again: the former hold least when the latter hold most.
// linkShare is that of the links of documents.
const (
	compareShare = 12
	linkShare    = 64
)

// compared is what comparing found out.
type compared struct {
	notes notes
	links *runs.Sorter[link] // by position
}

func (c *compared) close() error {
	if c.links == nil {
		return c.notes.close()
	}
	return errors.Join(c.notes.close(), c.links.Close())
}

// ids is a file of the identifiers of documents, by position.
type ids struct{ *pairs.Rows }

// idBytes is the length of an identifier, see documentID.
const idBytes = 24

func newIDs(dir string) ids { return ids{pairs.NewRows(dir, idBytes)} }

func (i ids) add(position int64, id string) error {
	var row [idBytes]byte
	copy(row[:], id)
	return i.Write(position, row[:])
}

// compare finds the documents that repeat others, to the letter, nearly or in
// another language: a pass over the records for their content, which is known
// only now. Files go below scratch.
func (f *facts) compare(ctx context.Context, cfg *Config, all *records, scratch string) error {
	copies := duplicates.NewSet(scratch, cfg.Memory/compareShare)
	defer copies.Close()
	versions := translations.NewSet(scratch, cfg.Memory/compareShare)
	defer versions.Close()
	f.compared.notes.dir = scratch
	names := newIDs(scratch)
	defer names.Close()
	if err := f.mark(ctx, cfg, all, 0, copies, versions, names, f.compared.notes.add); err != nil {
		return err
	}
	found := runs.New(byEarlier, scratch, cfg.Memory/linkShare)
	defer found.Close()
	if err := copies.Decide(ctx); err != nil {
		return err
	}
	// A copy could take the place of its original.
	if err := links(copies.Verdicts(), versions.Pairs(ctx, copies.Copy), found.Add); err != nil {
		return err
	}
	f.compared.links = runs.New(byPosition, scratch, cfg.Memory/linkShare)
	return nameLinks(ctx, found.Sorted(), names, f.compared.links.Add)
}

// mark tells content from boilerplate in the records, the first of which has a
// position, and adds the contents to what compares them. note gets what is to be
// kept of each record, in order, and names its identifier, from the first one on.
func (f *facts) mark(ctx context.Context, cfg *Config, all *records, position int64, copies *duplicates.Set, versions *translations.Set,
	names ids, note func([]byte) error) error {
	first := position
	return scan(ctx, cfg, all, nil, func() *comparer { return new(comparer) },
		func(c *comparer, r *Record, _ *aside) (content, error) { return c.content(f, r) },
		func(contents []content, _ int64) error {
			for _, c := range contents {
				c.entry.Position, c.profile.Position = position, position
				err := cmp.Or(names.add(position-first, c.id), note(c.note))
				position++
				if !c.reject {
					err = cmp.Or(err, copies.Add(c.entry), versions.Add(c.profile))
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
}

// links calls add with the links between documents, in no order.
func links(verdicts iter.Seq2[duplicates.Verdict, error], versions iter.Seq2[translations.Pair, error], add func(link) error) error {
	for v, err := range verdicts {
		l := link{kind: nearDuplicate, position: v.Position, of: v.Of, score: v.Similarity}
		if v.Exact {
			l.kind = exactDuplicate
		}
		if err := cmp.Or(err, add(l)); err != nil {
			return err
		}
	}
	for p, err := range versions {
		err = cmp.Or(err, add(link{kind: translation, position: p.Position, of: p.Of, score: p.Score, shared: p.Shared,
			language: p.Language, ofLanguage: p.OfLanguage, evidence: p.Evidence}))
		if err != nil {
			return err
		}
	}
	return nil
}

// nameLinks calls add with links that bear the identifiers of the earlier
// documents. They come in the order of these.
func nameLinks(ctx context.Context, found iter.Seq2[link, error], names ids, add func(link) error) error {
	const read = 4096 // identifiers at a time
	var window []byte
	start, end := int64(0), int64(0)
	for l, err := range pairs.Until(ctx, found) {
		if err != nil {
			return err
		}
		if l.of < start || l.of >= end {
			if window, err = names.Read(window, l.of, read); err != nil {
				return err
			}
			start, end = l.of, l.of+int64(len(window)/idBytes)
			if start == end {
				return errNotes
			}
		}
		l.id = string(window[(l.of-start)*idBytes:][:idBytes])
		if err := add(l); err != nil {
			return err
		}
	}
	return nil
}

// A link says what a document has to do with an earlier one.
type link struct {
	kind         linkKind
	position, of int64
	id           string  // of the earlier document, once it is known
	score        float64 // similarity of near duplicates, confidence of translations
	// Of translations:
	shared                         int
	language, ofLanguage, evidence string
}

type linkKind uint8

const (
	exactDuplicate linkKind = iota
	nearDuplicate
	translation
)

// Codecs of links in the order of the earlier document, and in that of the later one.
var (
	byEarlier  = linksBy(func(l link) int64 { return l.of })
	byPosition = linksBy(func(l link) int64 { return l.position })
)

// linksBy is the codec of links in the order of a position, and by the other one
// where that is the same.
func linksBy(position func(link) int64) runs.Codec[link] {
	return runs.Codec[link]{
		Compare: func(a, b link) int {
			return cmp.Or(cmp.Compare(position(a), position(b)), cmp.Compare(a.kind, b.kind), cmp.Compare(a.position, b.position), cmp.Compare(a.of, b.of))
		},
		Append: func(dst []byte, l link) []byte {
			dst = append(dst, byte(l.kind))
			dst = binary.AppendVarint(dst, l.position)
			dst = binary.AppendVarint(dst, l.of)
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(l.score))
			dst = binary.AppendVarint(dst, int64(l.shared))
			for _, s := range []string{l.id, l.language, l.ofLanguage, l.evidence} {
				dst = appendString(dst, s)
			}
			return dst
		},
		Decode: func(src []byte) (link, error) {
			d := decoder{src: src}
			l := link{kind: linkKind(d.byte()), position: d.varint(), of: d.varint(), score: math.Float64frombits(d.uint64()), shared: int(d.varint()),
				id: d.string(), language: d.string(), ofLanguage: d.string(), evidence: d.string()}
			if d.bad {
				return l, runs.ErrDamaged
			}
			return l, nil
		},
		Size: func(l link) int { return 128 + len(l.id) + len(l.evidence) },
	}
}

// asides returns what goes with the records, see asidesOf.
func (c *compared) asides() (next func(segments.Ref) (*aside, error), stop func(), err error) {
	r, err := c.notes.reader()
	if err != nil {
		return nil, nil, err
	}
	next, stop = asidesOf(r, c.links.Sorted(), 0)
	return next, stop, nil
}

// asidesOf returns what goes with the records of the next chunk: their notes and
// links, which come from the record of a position on. It has to be called with the
// chunks in their order, and with stop in the end.
func asidesOf(r noteSource, links iter.Seq2[link, error], position int64) (next func(segments.Ref) (*aside, error), stop func()) {
	nextLink, stop := iter.Pull2(links)
	l, err, more := nextLink()
	return func(ref segments.Ref) (*aside, error) {
		a := &aside{position: position}
		var nerr error
		for range ref.Documents {
			if a.notes, nerr = r.append(a.notes); nerr != nil {
				return nil, nerr
			}
			position++
		}
		for ; more && err == nil && l.position < position; l, err, more = nextLink() {
			a.links = append(a.links, l)
		}
		return a, err
	}, stop
}

// An aside is what comparing found out about the records of a chunk.
type aside struct {
	position int64 // of the next record
	notes    []byte
	links    []link
}

// next returns the note and the links of the next record.
func (a *aside) next() (note []byte, links []link, err error) {
	size, n := binary.Uvarint(a.notes)
	if n <= 0 || size > uint64(len(a.notes)-n) {
		return nil, nil, errNotes
	}
	note, a.notes = a.notes[n:n+int(size)], a.notes[n+int(size):]
	for len(a.links) > len(links) && a.links[len(links)].position == a.position {
		links = a.links[:len(links)+1]
	}
	a.links = a.links[len(links):]
	a.position++
	return note, links, nil
}

// notes is a file of notes on records, in their order, each behind its length: the
// identifier and the labels.
type notes struct {
	dir  string
	file *os.File
	w    *bufio.Writer
	end  int64
}

var errNotes = errors.New("notes on records are damaged")

func (n *notes) add(note []byte) (err error) {
	if n.file == nil {
		if n.file, err = os.CreateTemp(n.dir, "notes-*"); err != nil {
			return err
		}
		n.w = bufio.NewWriterSize(n.file, 256<<10)
	}
	var head [binary.MaxVarintLen64]byte
	size := binary.PutUvarint(head[:], uint64(len(note)))
	n.end += int64(size + len(note))
	if _, err := n.w.Write(head[:size]); err != nil {
		return err
	}
	_, err = n.w.Write(note)
	return err
}

// reader reads the notes from the first one on. It ends the adding.
func (n *notes) reader() (*noteReader, error) {
	if n.file == nil {
		return &noteReader{bufio.NewReader(strings.NewReader(""))}, nil
	}
	if err := n.w.Flush(); err != nil {
		return nil, err
	}
	return &noteReader{bufio.NewReaderSize(io.NewSectionReader(n.file, 0, n.end), 256<<10)}, nil
}

func (n *notes) close() error {
	if n.file == nil {
		return nil
	}
	err := errors.Join(n.file.Close(), os.Remove(n.file.Name()))
	n.file = nil
	return err
}

// A noteSource gives notes in the order of the records.
type noteSource interface {
	// append appends the next note, behind its length, to dst.
	append(dst []byte) ([]byte, error)
}

type noteReader struct{ r *bufio.Reader }

func (r *noteReader) append(dst []byte) ([]byte, error) {
	size, err := binary.ReadUvarint(r.r)
	if err != nil || size > math.MaxInt32 {
		return dst, cmp.Or(err, errNotes)
	}
	dst = binary.AppendUvarint(dst, size)
	start := len(dst)
	for len(dst)-start < int(size) { // a buffer at a time, whatever the length says
		part := min(int(size)-(len(dst)-start), 64<<10)
		dst = append(dst, make([]byte, part)...)
		if _, err := io.ReadFull(r.r, dst[len(dst)-part:]); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// appendNote appends the note on a record to dst. Labels are as the boilerplate
// step gives them.
func appendNote(dst []byte, id string, doc []boilerplate.Block, labels []boilerplate.Label) []byte {
	dst = appendString(dst, id)
	dst = binary.AppendUvarint(dst, uint64(len(labels)))
	for i := range labels {
		l := &labels[i]
		flags := byte(0)
		if l.Boilerplate {
			flags |= labelBoilerplate
		}
		if l.Repeated {
			flags |= labelRepeated
		}
		if l.Rule != "" {
			flags |= labelRule
		}
		if i > 0 && l.Rule == labels[i-1].Rule {
			flags |= labelSameRule
		}
		if i >= len(doc) || l.Block != i || l.Start != 0 || l.End != len(doc[i].Text) {
			flags |= labelPart
		}
		dst = append(dst, flags)
		if flags&labelPart != 0 {
			for _, n := range []int{l.Block, l.Start, l.End} {
				dst = binary.AppendVarint(dst, int64(n))
			}
		}
		if flags&(labelRule|labelSameRule) == labelRule {
			dst = appendString(dst, l.Rule)
		}
	}
	return dst
}

// What is said of a label in its first byte.
const (
	labelBoilerplate = 1 << iota
	labelRepeated
	labelRule
	labelSameRule // as the label before
	labelPart     // of a block, or of another one than that of its number
)

// labels reads the labels of a record from its note.
func (r *Record) labels(note []byte, rules map[string]string) ([]boilerplate.Label, error) {
	d := decoder{src: note, names: rules}
	id := d.take(d.count())
	labels := make([]boilerplate.Label, d.count())
	for i := range labels {
		l := &labels[i]
		flags := d.byte()
		l.Boilerplate, l.Repeated = flags&labelBoilerplate != 0, flags&labelRepeated != 0
		switch {
		case flags&labelPart != 0:
			l.Block, l.Start, l.End = int(d.varint()), int(d.varint()), int(d.varint())
		case i < len(r.Blocks):
			l.Block, l.End = i, r.Blocks[i].Len()
		default:
			d.bad = true
		}
		switch {
		case flags&labelRule == 0:
		case flags&labelSameRule != 0 && i > 0:
			l.Rule = labels[i-1].Rule
		default:
			l.Rule = d.name()
		}
	}
	if d.bad || string(id) != r.DocumentID {
		return nil, errNotes
	}
	return labels, nil
}

// A comparer makes of a record what it is compared with others by. Its results
// are pure functions of the record and the facts.
type comparer struct {
	buf      []boilerplate.Block
	sketcher duplicates.Sketcher
	features translations.Features
}

// content is what is compared of a document, and the note on it.
type content struct {
	id      string
	reject  bool
	note    []byte
	entry   duplicates.Entry
	profile translations.Profile
}

func (c *comparer) content(f *facts, r *Record) (content, error) {
	if r.Reject != nil {
		return content{id: r.DocumentID, reject: true, note: appendNote(nil, r.DocumentID, nil, nil)}, nil
	}
	labels, err := f.label(r, &c.buf)
	if err != nil {
		return content{}, err
	}
	note := appendNote(nil, r.DocumentID, c.buf, labels)
	if labels = r.finer(labels); len(labels) != len(c.buf) {
		c.buf = r.evidence(c.buf[:0])
	}
	for i, l := range labels {
		if !l.Boilerplate {
			c.sketcher.Add(c.buf[i].Text)
			c.features.AddNumbers(c.buf[i].Text)
		}
	}
	block := 0
	for i := range r.Mentions {
		m := &r.Mentions[i]
		for block+1 < len(r.Blocks) && r.Blocks[block+1].Start <= m.Start {
			block++
		}
		if m.Confidence >= extractors.Certain && block < len(labels) && !labels[block].Boilerplate {
			c.features.Add(string(m.Type), cmp.Or(m.Entity, m.Norm))
		}
	}
	return content{
		id:    r.DocumentID,
		note:  note,
		entry: duplicates.Entry{Content: r.Content, Symbol: r.Symbol, Sketch: c.sketcher.Sketch()},
		profile: translations.Profile{Site: r.Site, Address: translations.Address(r.address(), r.Source), Alternates: r.versions(),
			Language: r.Language, Symbol: r.Symbol, Features: c.features.Take()},
	}, nil
}

// address returns the address of the document, "" if only its source is known. A
// folder that is named like a host holds the host's pages.
func (r *Record) address() string {
	if i := strings.Index(strings.ToLower(r.Source), r.Site+"/"); r.URL == "" && i >= 0 && isHost(r.Site) {
		return "https://" + r.Source[i:]
	}
	return r.URL
}

// versions returns the addresses of the versions that the document names.
func (r *Record) versions() []string {
	base, err := url.Parse(r.address())
	if err != nil {
		return nil
	}
	var all []string
	for _, a := range r.Alternates {
		if u, err := base.Parse(a); err == nil && u.Host != "" {
			all = append(all, translations.Address(u.String(), ""))
		}
	}
	return all
}
