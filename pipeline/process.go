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
	phase("reduce")
	if err := known.compare(ctx, &cfg, records, scratch); err != nil {
		return nil, err
	}
	phase("compare")
	if err := joinPhase(ctx, &cfg, records, known, progress, sum, each, consume); err != nil {
		return nil, err
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
	records []byte
	buf     []boilerplate.Block
	reader  *segments.Reader
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
				if p.found {
					total.Reused += int(p.counts.Documents)
				} else {
					var err error
					if ref, err = m.store.Append(p.key, m.cfg.later, p.counts, p.encoded); err != nil {
						return err
					}
				}
				all.add(ref)
				ev.add(p.blocks, p.definitions)
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

// flush turns the items at hand into records, or finds those that an earlier run
// made of them.
func (m *mapper) flush(w *mapWorker, out *[]mapped) error {
	if len(w.items) == 0 {
		return nil
	}
	p := mapped{}
	w.records = w.records[:0]
	var earlier []byte
	if m.keep {
		p.key = w.key()
		if ref, ok := m.store.Find(p.key); ok {
			b, err := w.reader.Read(ref)
			if err != nil {
				return err
			}
			if ref.Later == m.cfg.later {
				p.ref, p.found = ref, true
			}
			earlier = b
		}
	}
	for i := range w.items {
		r := &w.d.Record
		switch {
		case earlier == nil:
			w.d.mapHashed(m.cfg, &w.items[i], w.sums[i], w.times)
		default:
			r = new(Record)
			var err error
			if earlier, err = decodeRecord(earlier, r); err != nil {
				return err
			}
			if !p.found {
				w.d.mapAgain(m.cfg, r, w.times)
				r = &w.d.Record
			}
		}
		if !p.found {
			w.records = appendRecord(w.records, r)
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
	if !p.found {
		p.encoded = segments.Encode(w.records)
	}
	clear(w.items)
	w.items, w.sums = w.items[:0], w.sums[:0]
	*out = append(*out, p)
	return nil
}

// key returns what the records of the items at hand depend on, beside the
// configuration of the later stages: the program, and all that the reader gave.
func (w *mapWorker) key() (k segments.Key) {
	h := sha256.New()
	var b []byte
	b = appendString(b, buildID())
	for i := range w.items {
		it := &w.items[i]
		for _, s := range []string{it.Name, it.MediaType, it.Original, it.Charset, it.URL, it.ID, it.Title, it.Language, it.Author,
			it.Published, it.Problem, it.Detail} {
			b = appendString(b, s)
		}
		b = binary.AppendVarint(b, int64(len(it.Data)))
		b = append(b, w.sums[i][:]...)
		h.Write(b)
		b = b[:0]
	}
	copy(k[:], h.Sum(nil))
	return k
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

func joinPhase[T any](ctx context.Context, cfg *Config, records *records, known *facts, progress func(Progress), sum *Summary,
	each func(*Result) (T, error), consume func(T) error) error {
	total := Progress{Phase: "write", Total: sum.Sources, AllBytes: sum.DocumentBytes, Rejects: sum.Rejects}
	asides, stop, err := known.compared.asides()
	if err != nil {
		return err
	}
	defer stop()
	return scan(ctx, cfg, records, asides, func() *map[string]string { return &map[string]string{} },
		func(rules *map[string]string, r *Record, a *aside) (v T, err error) {
			note, links, err := a.next()
			if err != nil {
				return v, err
			}
			labels, err := r.labels(note, *rules)
			if err != nil {
				return v, err
			}
			return each(known.join(r, labels, links))
		},
		func(values []T, bytes int64) error {
			for _, v := range values {
				if err := consume(v); err != nil {
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
				r := new(Record)
				if src, err = decodeRecord(src, r); err != nil {
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
			dst = append(dst, definition{strings.Clone(acronym), meaning{norm, m.Entity}})
		}
	}
	return dst
}
