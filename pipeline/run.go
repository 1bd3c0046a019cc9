package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"tamis/output"
	"tamis/pipeline/segments"
)

// Version names the state of the program: what it makes of a document may
// change with it. It stands in run.json.
const Version = "0.1.0"

// Run is the main job: it turns the inputs, files and folders, into the tables
// below the folder out. The tables appear all at once when everything is done;
// an error leaves the former ones as they were.
func Run(ctx context.Context, cfg Config, inputs []string, out string, progress func(Progress)) (*Summary, error) {
	started := time.Now()
	defer tune(&cfg)()
	if err := cfg.loadCorrections(); err != nil {
		return nil, err
	}
	sources, err := cfg.Sources(inputs, out)
	if err != nil {
		return nil, err
	}
	w, err := output.Create(out, output.Options{PartBytes: cfg.PartBytes, Formats: cfg.Formats, Suffix: cfg.PartSuffix})
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	t := newTables(w, w.Scratch(), cfg.withDefaults().Memory/tablesShare)
	t.names = cfg.corrections
	defer t.close()
	lanes := t.lanes()
	defer lanes.close()
	sum, err := Process(ctx, cfg, sources, cfg.WorkFolder(out), progress, rowsOf, lanes.add)
	if err != nil {
		return nil, err
	}
	if err := lanes.close(); err != nil {
		return nil, err
	}
	if err := t.finish(); err != nil {
		return nil, err
	}
	err = ordered(ctx, cfg.withDefaults().Workers, w.Finishing(), func() struct{} { return struct{}{} },
		func(_ context.Context, _ struct{}, finish func() error) (struct{}, error) {
			return struct{}{}, finish()
		},
		func(struct{}) error { return nil })
	if err != nil {
		return nil, err
	}
	sum.Tables = w.Counts()
	if err := sum.check(); err != nil {
		return nil, err
	}
	info, err := runInfo(cfg, inputs, started, sum)
	if err != nil {
		return nil, err
	}
	return sum, w.Commit(map[string][]byte{"run.json": info})
}

// check compares what is in the tables with what was found.
func (sum *Summary) check() error {
	if d, r := sum.Tables["documents"], sum.Tables["rejects"]; d != int64(sum.Documents) || r != int64(sum.Rejects) {
		return fmt.Errorf("%d documents and %d rejects in the tables, %d and %d were found", d, r, sum.Documents, sum.Rejects)
	}
	return nil
}

// Clean removes the work that runs into the output folder kept, and returns its
// size in bytes.
func (c *Config) Clean(out string) (freed int64, err error) {
	return segments.Remove(c.WorkFolder(out))
}

// WorkFolder returns the folder in which finished work is kept.
func (c *Config) WorkFolder(out string) string {
	return cmp.Or(c.Work, filepath.Join(out, ".work"))
}

// tablesShare is the share of the memory, as a divisor, for what the tables
// count over documents.
const tablesShare = 5

// leastMemory is about what the program, its lists and its models take, in bytes;
// with less, collecting garbage would be all that it does.
const leastMemory = 512 << 20

// gcPercent is the growth of the heap, in percent, at which a run collects
// garbage, unless GOGC says otherwise.
const gcPercent = 200

// tuned is what the garbage collector was set to before the first of those who work
// in this process now.
var tuned struct {
	sync.Mutex
	users   int
	percent int
	limit   int64
}

// tune sets the garbage collector for the memory of the configuration, unless the
// environment does. It returns what undoes that when the last one is done.
func tune(cfg *Config) (undo func()) {
	percent, limit := os.Getenv("GOGC") == "", os.Getenv("GOMEMLIMIT") == ""
	tuned.Lock()
	defer tuned.Unlock()
	if tuned.users++; tuned.users == 1 {
		// lingua's models are 140 MB of small objects that every collection walks
		// through: half as many collections are worth half as much memory again.
		if percent {
			tuned.percent = debug.SetGCPercent(gcPercent)
		}
		// The rest is for pages of files, stacks, and what the collector is late with.
		if limit {
			tuned.limit = debug.SetMemoryLimit(max(cfg.withDefaults().Memory*3/4, leastMemory))
		}
	}
	return func() {
		tuned.Lock()
		defer tuned.Unlock()
		if tuned.users--; tuned.users > 0 {
			return
		}
		if percent {
			debug.SetGCPercent(tuned.percent)
		}
		if limit {
			debug.SetMemoryLimit(tuned.limit)
		}
	}
}

// runInfo returns run.json: what was run on what, with which configuration, how
// long it took and what came out. All that changes from run to run stands here
// and in no table.
func runInfo(cfg Config, inputs []string, started time.Time, sum *Summary) ([]byte, error) {
	versions := map[string]string{"go": runtime.Version()}
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, d := range b.Deps {
			versions[d.Path] = d.Version
		}
	}
	var names []string
	for _, in := range inputs {
		names = append(names, filepath.ToSlash(in))
	}
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	b, err := json.MarshalIndent(struct {
		Tamis         string            `json:"tamis"`
		SchemaVersion string            `json:"schema_version"`
		Inputs        []string          `json:"inputs"`
		Configuration Config            `json:"configuration"`
		Counts        *Summary          `json:"counts"`
		Started       time.Time         `json:"started"`
		Seconds       float64           `json:"seconds"`
		Host          string            `json:"host"`
		Processors    int               `json:"processors"`
		Versions      map[string]string `json:"versions"`
	}{Version, output.SchemaVersion, names, cfg.withDefaults(), sum, started.UTC(), time.Since(started).Seconds(), host, runtime.NumCPU(), versions}, "", "  ")
	return append(b, '\n'), err
}
