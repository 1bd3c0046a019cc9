package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tamis/extractors/tagger"
	"tamis/output"
	"tamis/pipeline/boilerplate"
)

// benchSources reads the documents that the benchmarks run on: the dump beside
// the repository, else the sample dump.
func benchSources(b *testing.B) (sources []Source, inputs []string) {
	b.Helper()
	inputs = []string{dumpFolder}
	if shared := "../../shared/dump"; exists(shared) {
		inputs = []string{shared}
	}
	sources, err := Sources(inputs, "")
	if err != nil {
		b.Fatal(err)
	}
	var size int64
	for i := range sources {
		if sources[i].Data, err = os.ReadFile(sources[i].Path); err != nil {
			b.Fatal(err)
		}
		size += sources[i].Size
	}
	b.SetBytes(size)
	return sources, inputs
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// mapAll runs all stages up to the one at index last on every source and calls
// then with each document that got there.
func mapAll(b *testing.B, cfg *Config, sources []Source, last int, then func(*Document)) {
	b.Helper()
	for i := range sources {
		d := &Document{Raw: sources[i].Data, scratch: tagger.NewScratch(), deadline: time.Now().Add(defaultDocTimeout)}
		d.Record.Source, d.Record.DocumentID = sources[i].Name, documentID(sources[i].Name)
		ok := true
		for _, s := range Stages[:last] {
			ok = ok && runStage(s, cfg, d) == nil
		}
		if ok {
			then(d)
		}
	}
}

func benchConfig(b *testing.B) *Config {
	b.Helper()
	cfg := Config{Workers: 1}.withDefaults()
	if err := cfg.load(); err != nil {
		b.Fatal(err)
	}
	return &cfg
}

// BenchmarkStage has the stages of the map phase, each on documents that the
// ones before it have prepared.
func BenchmarkStage(b *testing.B) {
	for n, s := range Stages {
		b.Run(s.Name, func(b *testing.B) {
			sources, _ := benchSources(b)
			cfg := benchConfig(b)
			var docs []*Document
			mapAll(b, cfg, sources, n, func(d *Document) { docs = append(docs, d) })
			run := func() {
				for _, d := range docs {
					again := *d
					again.Text.Lines = append(again.Text.Lines[:0:0], d.Text.Lines...) // the stage may write on them
					again.Text.Tokens = d.Text.Tokens[:len(d.Text.Tokens):len(d.Text.Tokens)]
					if err := runStage(s, cfg, &again); err != nil && n > 0 {
						b.Fatal(err)
					}
				}
			}
			run() // what a process loads once is not the stage's speed
			for b.Loop() {
				run()
			}
		})
	}
}

// BenchmarkExtractor has what the extract stage is made of: the rules of each
// type, then the tagger with all rules' findings as evidence.
func BenchmarkExtractor(b *testing.B) {
	for _, e := range Extractors {
		b.Run(e.Name, func(b *testing.B) {
			sources, _ := benchSources(b)
			var docs []*Document
			mapAll(b, benchConfig(b), sources, 2, func(d *Document) { docs = append(docs, d) })
			for b.Loop() {
				for _, d := range docs {
					e.Find(&d.Text)
				}
			}
		})
	}
}

// gather adds the evidence of a record.
func gather(ev *evidence, r *Record, buf *[]boilerplate.Block) {
	if r.Reject == nil {
		*buf = r.evidence((*buf)[:0])
		ev.add(boilerplate.AppendEvidence(nil, r.Site, *buf), appendDefinitions(nil, r))
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// BenchmarkReduce has the reduce phase: the evidence of all records, the facts,
// and the records joined with them.
func BenchmarkReduce(b *testing.B) {
	sources, _ := benchSources(b)
	cfg := benchConfig(b)
	var records []byte
	mapAll(b, cfg, sources, len(Stages), func(d *Document) { records = appendRecord(records, &d.Record) })
	for b.Loop() {
		var buf []boilerplate.Block
		ev := newEvidence(cfg, b.TempDir())
		var all []*Record
		for src := records; len(src) > 0; {
			r := new(Record)
			var err error
			if src, err = decodeRecord(src, r); err != nil {
				b.Fatal(err)
			}
			gather(ev, r, &buf)
			all = append(all, r)
		}
		known := must(ev.facts())
		for _, r := range all {
			known.join(r, must(known.label(r, &buf)), nil)
		}
	}
}

// BenchmarkWrite has the write phase: results to rows, rows to Parquet files.
func BenchmarkWrite(b *testing.B) {
	sources, _ := benchSources(b)
	cfg := benchConfig(b)
	var buf []boilerplate.Block
	ev := newEvidence(cfg, b.TempDir())
	var all []*Record
	mapAll(b, cfg, sources, len(Stages), func(d *Document) {
		r := d.Record
		gather(ev, &r, &buf)
		all = append(all, &r)
	})
	known := must(ev.facts())
	var results []*Result
	for _, r := range all {
		results = append(results, known.join(r, must(known.label(r, &buf)), nil))
	}
	out := filepath.Join(b.TempDir(), "out")
	for b.Loop() {
		w, err := output.Create(out, output.Options{})
		if err != nil {
			b.Fatal(err)
		}
		t := newTables(w, b.TempDir(), 1<<27)
		for _, r := range results {
			rows, err := rowsOf(r)
			if err == nil {
				err = t.add(rows)
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		if err := t.finish(); err != nil {
			b.Fatal(err)
		}
		if err := w.Commit(map[string][]byte{"run.json": []byte(`{"tamis": "bench"}`)}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRun is the main job from files to tables with one worker.
func BenchmarkRun(b *testing.B) {
	_, inputs := benchSources(b)
	out := filepath.Join(b.TempDir(), "out")
	// The first run loads models and lists, once a process; it is not counted.
	if _, err := Run(context.Background(), Config{Workers: 1}, inputs, out, nil); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Run(context.Background(), Config{Workers: 1}, inputs, out, nil); err != nil {
			b.Fatal(err)
		}
	}
}
