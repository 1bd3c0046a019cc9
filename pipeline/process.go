package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"tamis/pipeline/boilerplate"
	"tamis/pipeline/reader"
	"tamis/pipeline/runs"
	"tamis/pipeline/segments"
)

// Progress says how far a phase is. It is called from one goroutine.
type Progress struct {
	Phase            string // "map" or "write"
	Documents, Total int    // documents done, rejects among them; in all, 0 while only the write phase knows
	// Bytes are those read of the files in the map phase, those of the
	// documents in the write phase.
	Bytes, AllBytes int64
	Rejects         int
	// Reused is how many of the documents an earlier run had mapped.
	Reused int
}

// A Summary counts what a run did.
type Summary struct {
	Files     int   `json:"files"`   // as listed
	Sources   int   `json:"sources"` // documents and rejects: what was found in the files
	Documents int   `json:"documents"`
	Rejects   int   `json:"rejects"`
	Bytes     int64 `json:"bytes"` // of the files
	// DocumentBytes counts the bytes of the documents, unpacked.
	DocumentBytes int64 `json:"document_bytes"`
	// Reused is how many of the sources an earlier run had mapped; WorkBytes is
	// the size of the folder in which such work is kept.
	Reused    int   `json:"reused"`
	WorkBytes int64 `json:"work_bytes"`
	// Stages is the time each stage took, in seconds, summed over workers;
	// Phases is wall time.
	Stages map[string]float64 `json:"stage_seconds"`
	Phases map[string]float64 `json:"phase_seconds"`
	// Corrections is what Config.Corrections did, nil without it.
	Corrections *Corrected `json:"corrections,omitempty"`
	// Tables counts the rows of each table; set by Run.
	Tables map[string]int64 `json:"tables,omitempty"`
}

// Process runs the phases over the sources: it maps each to a record, gathers
// what the whole corpus tells, compares the contents, and joins it all. The
// records are kept in a store below work, where those of earlier runs are found;
// with "" they are gone at the end. each turns a result into rows or whatever the
// caller needs, on all workers; consume gets them in the order of the sources,
// on one goroutine.
func Process[T any](ctx context.Context, cfg Config, sources []Source, work string, progress func(Progress),
	each func(*Result) (T, error), consume func(T) error) (sum *Summary, err error) {
	cfg = cfg.withDefaults()
	if err := cfg.load(); err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(Progress) {}
	}
	var store *segments.Store
	if work == "" {
		store, err = segments.OpenTemporary("")
	} else {
		store, err = segments.Open(work)
	}
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := store.Close(); err == nil {
			err = cerr
		}
	}()
	if cfg.NoCache {
		if err := store.Clear(); err != nil {
			return nil, err
		}
	}
	scratch, err := store.Scratch()
	if err != nil {
		return nil, err
	}
	sum = &Summary{Files: len(sources), Stages: map[string]float64{}, Phases: map[string]float64{}}
	start := time.Now()
	phase := func(name string) {
		sum.Phases[name] = time.Since(start).Seconds()
		start = time.Now()
	}
	ev := newEvidence(&cfg, scratch)
	defer ev.close()
	m := &mapper{cfg: &cfg, o: cfg.reading(scratch), store: store, keep: work != "", sum: sum}
	records, err := m.run(ctx, sources, ev, progress)
	if err != nil {
		return nil, err
	}
	phase("map")
	known, err := ev.facts()
	if err != nil {
		return nil, err
	}
	defer known.close()
	known.corrections = cfg.corrections
	phase("reduce")
	if err := known.compare(ctx, &cfg, records, scratch); err != nil {
		return nil, err
	}
	phase("compare")
	asides, stop, err := known.compared.asides()
	if err != nil {
		return nil, err
	}
	defer stop()
	fixes := newFixes(&cfg)
	if err := joinPhase(ctx, &cfg, records, known, asides, fixes, progress, sum, each, consume); err != nil {
		return nil, err
	}
	if fixes != nil {
		sum.Corrections = fixes.finish()
	}
	phase("write")
	if work != "" {
		// What no document of this run is made of is of no use to the next one.
		if err := store.Sweep(records.refs); err != nil {
			return nil, err
		}
		sum.WorkBytes = store.Size()
	}
	return sum, nil
}

// A mapper runs the map phase.
type mapper struct {
	cfg   *Config
	o     reader.Options
	store *segments.Store
	keep  bool // the store outlives the run
	sum   *Summary
}

// mapped is what a worker makes of a part of a chunk.
type mapped struct {
	key     segments.Key
	anchors []segments.Key
	reused  int              // documents that an earlier run mapped
	ref     segments.Ref     // if found
	found   bool             // an earlier run made the records
	encoded segments.Encoded // if not
	counts  segments.Counts

	blocks      []runs.Triple
	definitions []definition
}

// A mapWorker is what a goroutine of the map phase keeps from chunk to chunk.
type mapWorker struct {
	d       Document
	items   []reader.Item
	sums    [][sha256.Size]byte
	keys    []segments.Key // of the items
	records []byte
	buf     []boilerplate.Block
	reader  *segments.Reader
	earlier map[segments.Key]earlier
	times   []time.Duration
}

// run maps the sources and lists the chunks of records.
func (m *mapper) run(ctx context.Context, sources []Source, ev *evidence, progress func(Progress)) (*records, error) {
	total := Progress{Phase: "map"}
	for i := range sources {
		total.AllBytes += sources[i].Size
	}
	type result struct {
		parts []mapped
		read  int64
		times []time.Duration
	}
	times := make([]time.Duration, len(Stages)+1)
	all := &records{store: m.store}
	err := ordered(ctx, m.cfg.Workers, chunks(m.o, sources), func() *mapWorker { return &mapWorker{reader: m.store.NewReader()} },
		func(ctx context.Context, w *mapWorker, c chunk) (out result, err error) {
			w.times = make([]time.Duration, len(Stages)+1)
			w.times[0] = c.load
			for it := range c.items(m.o, &w.times[0]) {
				if err := ctx.Err(); err != nil {
					return out, err
				}
				w.items = append(w.items, it)
				w.sums = append(w.sums, sha256.Sum256(it.Data))
				if ends("", len(w.items), w.size()) { // a file that turned out to be a container
					if err := m.flush(w, &out.parts); err != nil {
						return out, err
					}
				}
			}
			err = m.flush(w, &out.parts)
			out.read, out.times = c.read, w.times
			return out, err
		},
		func(r result) error {
			total.Bytes += r.read
			for i, t := range r.times {
				times[i] += t
			}
			for _, p := range r.parts {
				ref := p.ref
				total.Reused += p.reused
				if !p.found {
					var err error
					if ref, err = m.store.Append(p.key, p.anchors, m.cfg.later, p.counts, p.encoded); err != nil {
						return err
					}
				}
				all.add(ref)
				if err := ev.add(p.blocks, p.definitions); err != nil {
					return err
				}
				total.Documents += int(p.counts.Documents)
				total.Rejects += int(p.counts.Rejects)
				m.sum.DocumentBytes += p.counts.Bytes
			}
			progress(total)
			return nil
		})
	sum := m.sum
	sum.Sources, sum.Documents, sum.Rejects, sum.Bytes, sum.Reused = total.Documents, total.Documents-total.Rejects, total.Rejects, total.Bytes, total.Reused
	sum.Stages["load"] = times[0].Seconds()
	for i, s := range Stages {
		sum.Stages[s.Name] = times[i+1].Seconds()
	}
	if err != nil {
		return nil, err
	}
	return all, m.store.Finish()
}

func (w *mapWorker) size() (n int64) {
	for i := range w.items {
		n += int64(len(w.items[i].Data))
	}
	return n
}

// An earlier is a record of an earlier run.
type earlier struct {
	record []byte
	later  uint64 // what its later stages depended on
}

// anchorEach is the mean number of documents between two anchors of a chunk.
const anchorEach = 8

// flush turns the items at hand into records, or finds those that an earlier run
// made of them: in the chunk of the same documents, else in chunks that share
// some.
func (m *mapper) flush(w *mapWorker, out *[]mapped) error {
	if len(w.items) == 0 {
		return nil
	}
	p := mapped{}
	w.records = w.records[:0]
	clear(w.earlier)
	if m.keep {
		w.setKeys(&p)
		if ref, ok := m.store.Find(p.key); ok {
			p.ref, p.found = ref, ref.Later == m.cfg.later
			if err := w.look(ref); err != nil {
				return err
			}
		} else {
			for i := range w.keys {
				if _, ok := w.earlier[w.keys[i]]; ok {
					continue
				}
				if ref, ok := m.store.Near(w.keys[i]); ok {
					if err := w.look(ref); err != nil {
						return err
					}
				}
			}
		}
	}
	late := false
	for i := range w.items {
		r := &w.d.Record
		before, ok := earlier{}, false
		if m.keep {
			before, ok = w.earlier[w.keys[i]]
		}
		if ok {
			r = new(Record)
			if _, err := decodeRecord(before.record, r); err != nil {
				return err
			}
			if before.later == m.cfg.later {
				p.reused++
			} else {
				w.d.mapAgain(m.cfg, r, w.times)
				r = &w.d.Record
			}
		} else {
			w.d.mapHashed(m.cfg, &w.items[i], w.sums[i], w.times)
		}
		late = late || r.Reject != nil && r.Reject.Reason == TookTooLong
		if !p.found {
			w.records = w.appendRecord(w.records, i, r)
		}
		p.counts.Documents++
		p.counts.Bytes += r.ByteCount
		if r.Reject != nil {
			p.counts.Rejects++
			continue
		}
		w.buf = r.evidence(w.buf[:0])
		p.blocks = boilerplate.AppendEvidence(p.blocks, r.Site, w.buf)
		p.definitions = appendDefinitions(p.definitions, r)
	}
	if late { // the next run may have more time
		p.key, p.anchors = segments.Key{}, nil
	}
	if !p.found {
		p.encoded = segments.Encode(w.records)
	}
	clear(w.items)
	w.items, w.sums = w.items[:0], w.sums[:0]
	*out = append(*out, p)
	return nil
}

// appendRecord appends the record of item i, behind the item's key and the
// record's length.
func (w *mapWorker) appendRecord(dst []byte, i int, r *Record) []byte {
	var k segments.Key
	if len(w.keys) > i {
		k = w.keys[i]
	}
	dst = append(dst, k[:]...)
	start := len(dst)
	dst = appendRecord(append(dst, 0, 0, 0, 0), r)
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start-4))
	return dst
}

// cutRecord returns the first of some records, with its key, and the rest.
func cutRecord(src []byte) (k segments.Key, record, rest []byte, err error) {
	const head = len(k) + 4
	if len(src) < head {
		return k, nil, nil, errRecord
	}
	n := int(binary.LittleEndian.Uint32(src[len(k):]))
	if len(src)-head < n {
		return k, nil, nil, errRecord
	}
	copy(k[:], src)
	return k, src[head : head+n], src[head+n:], nil
}

// look makes the records of a chunk known to the worker.
func (w *mapWorker) look(ref segments.Ref) error {
	b, err := w.reader.Read(ref)
	if err != nil {
		return err
	}
	b = append([]byte(nil), b...) // the reader has one buffer, and several chunks may be looked at
	for len(b) > 0 {
		var e earlier
		var k segments.Key
		if k, e.record, b, err = cutRecord(b); err != nil {
			return err
		}
		e.later = ref.Later
		if w.earlier == nil {
			w.earlier = make(map[segments.Key]earlier)
		}
		w.earlier[k] = e
	}
	return nil
}

// setKeys sets the keys of the items at hand and that of the chunk. The record of
// an item depends on the program, on all that the reader gave, and on the
// configuration of the later stages, which stands beside the key.
func (w *mapWorker) setKeys(p *mapped) {
	w.keys = w.keys[:0]
	whole := sha256.New()
	var b []byte
	for i := range w.items {
		it := &w.items[i]
		b = appendString(b[:0], buildID())
		for _, s := range []string{it.Name, it.MediaType, it.Original, it.Charset, it.URL, it.ID, it.Title, it.Language, it.Author,
			it.Published, it.Problem, it.Detail} {
			b = appendString(b, s)
		}
		b = binary.AppendVarint(b, int64(len(it.Data)))
		b = append(b, w.sums[i][:]...)
		sum := sha256.Sum256(b)
		k := segments.Key(sum[:])
		w.keys = append(w.keys, k)
		whole.Write(k[:])
		if i == 0 || i == len(w.items)-1 || k[0]%anchorEach == 0 {
			p.anchors = append(p.anchors, k)
		}
	}
	copy(p.key[:], whole.Sum(nil))
}

// items reads the documents of a chunk, and adds up the time that takes.
func (c chunk) items(o reader.Options, took *time.Duration) iter.Seq[reader.Item] {
	return func(yield func(reader.Item) bool) {
		for _, t := range c.tasks {
			last := time.Now()
			for it := range t.items(o) {
				*took += time.Since(last)
				if !yield(it) {
					return
				}
				last = time.Now()
			}
			*took += time.Since(last)
		}
	}
}

// joinPhase joins the records with what is known, and with their asides. fixes, nil
// without corrections, gathers what these did.
func joinPhase[T any](ctx context.Context, cfg *Config, records *records, known *facts, asides func(segments.Ref) (*aside, error), fixes *fixes,
	progress func(Progress), sum *Summary, each func(*Result) (T, error), consume func(T) error) error {
	total := Progress{Phase: "write", Total: sum.Sources, AllBytes: sum.DocumentBytes, Rejects: sum.Rejects}
	type joined struct {
		value T
		fix   *fix
	}
	return scan(ctx, cfg, records, asides, func() *map[string]string { return &map[string]string{} },
		func(rules *map[string]string, r *Record, a *aside) (v joined, err error) {
			note, links, err := a.next()
			if err != nil {
				return v, err
			}
			labels, err := r.labels(note, *rules)
			if err != nil {
				return v, err
			}
			res := known.join(r, labels, links)
			v.fix = res.fix
			v.value, err = each(res)
			return v, err
		},
		func(values []joined, bytes int64) error {
			for _, v := range values {
				if v.fix != nil {
					fixes.gather(v.fix)
				}
				if err := consume(v.value); err != nil {
					return err
				}
			}
			total.Documents += len(values)
			total.Bytes += bytes
			progress(total)
			return nil
		})
}

// records are those of a corpus, in the order of the sources, in the store.
type records struct {
	store *segments.Store
	refs  []segments.Ref
}

func (r *records) add(ref segments.Ref) { r.refs = append(r.refs, ref) }

// A chunkOf is a chunk of records and what goes with them, nil if nothing does.
type chunkOf struct {
	segments.Ref
	aside *aside
}

// all lists the chunks. aside, if not nil, returns what goes with each.
func (r *records) all(aside func(segments.Ref) (*aside, error)) iter.Seq2[chunkOf, error] {
	return func(yield func(chunkOf, error) bool) {
		for _, ref := range r.refs {
			c := chunkOf{Ref: ref}
			var err error
			if aside != nil {
				c.aside, err = aside(ref)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// scan applies f to the records on all workers, with what goes with their chunk.
// consume gets the values of some records, with the bytes of their sources, in the
// order of the sources.
func scan[V, S any](ctx context.Context, cfg *Config, all *records, asides func(segments.Ref) (*aside, error), newState func() *S,
	f func(*S, *Record, *aside) (V, error), consume func(values []V, bytes int64) error) error {
	type worker struct {
		reader *segments.Reader
		state  *S
	}
	type scanned struct {
		values []V
		bytes  int64
	}
	return ordered(ctx, cfg.Workers, all.all(asides), func() *worker { return &worker{all.store.NewReader(), newState()} },
		func(_ context.Context, w *worker, c chunkOf) (out scanned, err error) {
			src, err := w.reader.Read(c.Ref)
			if err != nil {
				return out, err
			}
			for len(src) > 0 {
				var record []byte
				if _, record, src, err = cutRecord(src); err != nil {
					return out, err
				}
				r := new(Record)
				if _, err = decodeRecord(record, r); err != nil {
					return out, err
				}
				v, err := f(w.state, r, c.aside)
				if err != nil {
					return out, fmt.Errorf("%s: %w", r.Source, err)
				}
				out.values = append(out.values, v)
				out.bytes += r.ByteCount
			}
			return out, nil
		},
		func(s scanned) error { return consume(s.values, s.bytes) })
}

// appendDefinitions appends what a record defines, each acronym once.
func appendDefinitions(dst []definition, r *Record) []definition {
	start := len(dst)
	for i := range r.Mentions {
		m := &r.Mentions[i]
		norm := m.Attr(attrDefines)
		if norm == "" {
			continue
		}
		acronym := r.Text[m.Start:m.End]
		if !slices.ContainsFunc(dst[start:], func(d definition) bool { return d.acronym == acronym }) {
			dst = append(dst, definition{strings.Clone(acronym), meaning{strings.Clone(norm), strings.Clone(m.Entity)}}) // no part of the text
		}
	}
	return dst
}
