package pipeline

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"tamis/pipeline/boilerplate"
	"tamis/pipeline/reader"
)

// Progress says how far a phase is. It is called from one goroutine.
type Progress struct {
	Phase            string // "map" or "write"
	Documents, Total int    // documents done, rejects among them; in all, 0 while only the write phase knows
	// Bytes are those read of the files in the map phase, those of the
	// documents in the write phase.
	Bytes, AllBytes int64
	Rejects         int
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
	// Stages is the time each stage took, in seconds, summed over workers;
	// Phases is wall time.
	Stages map[string]float64 `json:"stage_seconds"`
	Phases map[string]float64 `json:"phase_seconds"`
	// Tables counts the rows of each table; set by Run.
	Tables map[string]int64 `json:"tables,omitempty"`
}

// Process runs the phases over the sources: it maps each to a record, kept in a
// temporary file below work ("" for the system's folder), gathers what the
// whole corpus tells, compares the contents, and joins it all. each turns a result into rows or
// whatever the caller needs, on all workers; consume gets them in the order of
// the sources, on one goroutine.
func Process[T any](ctx context.Context, cfg Config, sources []Source, work string, progress func(Progress),
	each func(*Result) (T, error), consume func(T) error) (*Summary, error) {
	cfg = cfg.withDefaults()
	if err := cfg.load(); err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(Progress) {}
	}
	sum := &Summary{Files: len(sources), Stages: map[string]float64{}, Phases: map[string]float64{}}
	spool, err := newSpool(work)
	if err != nil {
		return nil, err
	}
	defer spool.close()

	start := time.Now()
	phase := func(name string) {
		sum.Phases[name] = time.Since(start).Seconds()
		start = time.Now()
	}
	ev, err := mapPhase(ctx, &cfg, cfg.reading(work), sources, spool, progress, sum)
	if err != nil {
		return nil, err
	}
	phase("map")
	known := ev.facts(&cfg)
	phase("reduce")
	if err := known.compare(ctx, &cfg, spool); err != nil {
		return nil, err
	}
	phase("compare")
	err = joinPhase(ctx, &cfg, spool, known, progress, sum, each, consume)
	phase("write")
	return sum, err
}

// mapped is what the map phase makes of a chunk.
type mapped struct {
	records  []byte // encoded
	evidence *evidence
	times    []time.Duration
	count    Progress
	bytes    int64 // of the documents
}

func mapPhase(ctx context.Context, cfg *Config, o reader.Options, sources []Source, spool *spool, progress func(Progress), sum *Summary) (*evidence, error) {
	total := Progress{Phase: "map"}
	for i := range sources {
		total.AllBytes += sources[i].Size
	}
	ev := newEvidence()
	times := make([]time.Duration, len(Stages)+1)
	err := ordered(ctx, cfg.Workers, chunks(o, sources), func() *Document { return new(Document) },
		func(ctx context.Context, d *Document, c chunk) (mapped, error) {
			out := mapped{evidence: newEvidence(), times: make([]time.Duration, len(Stages)+1)}
			out.times[0], out.count.Bytes = c.load, c.read
			var buf []boilerplate.Block
			for _, t := range c.tasks {
				last := time.Now()
				for it := range t.items(o) {
					if err := ctx.Err(); err != nil {
						return out, err
					}
					out.times[0] += time.Since(last)
					mapItem(cfg, &it, d, out.times)
					out.records = appendRecord(out.records, &d.Record)
					out.evidence.add(&d.Record, &buf)
					out.bytes += d.Record.ByteCount
					out.count.Documents++
					if d.Record.Reject != nil {
						out.count.Rejects++
					}
					last = time.Now()
				}
				out.times[0] += time.Since(last)
			}
			return out, nil
		},
		func(m mapped) error {
			ev.merge(m.evidence)
			for i, t := range m.times {
				times[i] += t
			}
			total.Documents += m.count.Documents
			total.Bytes += m.count.Bytes
			total.Rejects += m.count.Rejects
			sum.DocumentBytes += m.bytes
			progress(total)
			return spool.append(m.records)
		})
	sum.Sources, sum.Documents, sum.Rejects, sum.Bytes = total.Documents, total.Documents-total.Rejects, total.Rejects, total.Bytes
	sum.Stages["load"] = times[0].Seconds()
	for i, s := range Stages {
		sum.Stages[s.Name] = times[i+1].Seconds()
	}
	return ev, err
}

func joinPhase[T any](ctx context.Context, cfg *Config, spool *spool, known *facts, progress func(Progress), sum *Summary,
	each func(*Result) (T, error), consume func(T) error) error {
	total := Progress{Phase: "write", Total: sum.Sources, AllBytes: sum.DocumentBytes, Rejects: sum.Rejects}
	return scan(ctx, cfg, spool, func() *[]boilerplate.Block { return new([]boilerplate.Block) },
		func(buf *[]boilerplate.Block, r *Record) (T, error) { return each(known.join(r, buf)) },
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

// scan applies f to the records of the spool on all workers. consume gets the
// values of some records, with the bytes of their sources, in the order of the
// sources.
func scan[V, S any](ctx context.Context, cfg *Config, spool *spool, newState func() *S, f func(*S, *Record) (V, error),
	consume func(values []V, bytes int64) error) error {
	type worker struct {
		mem   []byte
		state *S
	}
	type scanned struct {
		values []V
		bytes  int64
	}
	return ordered(ctx, cfg.Workers, spool.frames(), func() *worker { return &worker{state: newState()} },
		func(_ context.Context, w *worker, part frame) (out scanned, err error) {
			src, err := spool.read(part, &w.mem)
			if err != nil {
				return out, err
			}
			for len(src) > 0 {
				r := new(Record)
				if src, err = decodeRecord(src, r); err != nil {
					return out, err
				}
				v, err := f(w.state, r)
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

// A spool is the temporary file in which encoded records wait for the write
// phase, a frame for each chunk.
type spool struct {
	file *os.File
	w    *bufio.Writer
	all  []frame
	end  int64
}

// A frame is a byte range of the spool.
type frame struct{ start, size int64 }

func newSpool(work string) (*spool, error) {
	f, err := os.CreateTemp(work, "records-*")
	if err != nil {
		return nil, err
	}
	return &spool{file: f, w: bufio.NewWriterSize(f, 1<<18)}, nil
}

func (s *spool) append(records []byte) error {
	if _, err := s.w.Write(records); err != nil {
		return err
	}
	s.all = append(s.all, frame{s.end, int64(len(records))})
	s.end += int64(len(records))
	return nil
}

// frames ends the writing and lists what was written.
func (s *spool) frames() iter.Seq2[frame, error] {
	err := s.w.Flush()
	return func(yield func(frame, error) bool) {
		if err != nil {
			yield(frame{}, err)
			return
		}
		for _, f := range s.all {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// read returns the bytes of a frame, in mem.
func (s *spool) read(f frame, mem *[]byte) ([]byte, error) {
	if int64(cap(*mem)) < f.size {
		*mem = make([]byte, f.size)
	}
	b := (*mem)[:f.size]
	_, err := io.ReadFull(io.NewSectionReader(s.file, f.start, f.size), b)
	return b, err
}

func (s *spool) close() {
	s.file.Close()
	os.Remove(s.file.Name())
}
