package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tamis/pipeline"
	"tamis/storage"
)

// A job is one run.
type job struct {
	cfg        pipeline.Config
	out        string
	maxRejects int
	quiet      bool
	logFormat  string
	unguarded  bool
	stores     *stores
}

func newRun(s *stores) *cobra.Command {
	j := job{stores: s}
	c := &cobra.Command{
		Use:   "run INPUT... --out URL",
		Short: "Turn files and objects into tables",
		Long: `Run reads every file of the inputs, what lies below a URL in the order in which
"tamis run" would read the same files from a folder, and writes the same tables. It
takes the same options; see "tamis run --help".

Tables that go to a URL are written in the work folder, uploaded under names of
their own, and become public by one conditional write of run.json, which lists
them. If another run published there in the meantime, this one fails and takes its
files back. The files of the run before are removed then.`,
		Example: `  tamis-cloud run s3://bucket/dump/ --out s3://bucket/tables/ --work work/
  tamis-cloud run gs://bucket/crawl.warc.gz notes/ --out tables
  tamis-cloud run s3://dump --out s3://tables --endpoint http://localhost:9000`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 && j.cfg.FilesFrom == "" {
				return usage(errors.New("run needs a URL, a file or a folder to read, or --files-from"))
			}
			return nil
		},
		RunE: func(c *cobra.Command, inputs []string) error { return j.run(c.Context(), inputs, c.OutOrStdout()) },
	}
	c.Flags().StringVarP(&j.out, "out", "o", "", "URL or folder for the tables")
	c.Flags().IntVar(&j.maxRejects, "max-rejects", -1, "exit with status 3 if more sources than this are rejected (default: any number may be)")
	c.Flags().Lookup("max-rejects").DefValue = "0" // else the help names -1 as well
	c.Flags().BoolVarP(&j.quiet, "quiet", "q", false, "no progress and no summary; errors only")
	c.Flags().StringVar(&j.logFormat, "log-format", "text", "what to write to standard error: text or json, an object a line")
	c.Flags().BoolVar(&j.unguarded, "unguarded", false, "publish to a store that knows no conditional writes; nothing guards against two runs at once then")
	j.cfg.InputFlags(c.Flags())
	j.cfg.Flags(c.Flags())
	j.cfg.OutputFlags(c.Flags())
	j.cfg.WorkFlags(c.Flags())
	c.Flags().Lookup("work").Usage = "folder for finished work, kept for the next run, and for tables on their way to a URL (default for a URL: a temporary folder)"
	return c
}

func (j *job) run(parent context.Context, inputs []string, stdout io.Writer) error {
	switch {
	case j.out == "":
		return usage(errors.New("--out is missing: where should the tables go?"))
	case j.logFormat != "text" && j.logFormat != "json":
		return usage(fmt.Errorf("--log-format %s: text or json", j.logFormat))
	case j.maxRejects < -1:
		return usage(fmt.Errorf("--max-rejects %d: a count can't be negative", j.maxRejects))
	}
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	var target location
	if isURL(j.out) {
		var err error
		if target, err = locate(j.out); err != nil {
			return usage(err)
		}
	}
	if err := j.listRemote(ctx, stop, inputs, target); err != nil {
		return err
	}
	p := &progress{w: os.Stderr, quiet: j.quiet, start: time.Now()}
	if j.logFormat == "json" {
		p.log = slog.New(slog.NewJSONHandler(os.Stderr, nil))
	}
	sum, err := j.write(ctx, inputs, target, p)
	switch cause := context.Cause(ctx); {
	case parent.Err() != nil:
		return fmt.Errorf("stopped; the tables in %s are as they were before", j.out)
	case err != nil && cause != nil:
		return fmt.Errorf("%w; the tables in %s are as they were before", cause, j.out)
	case err != nil:
		return classify(err)
	}
	if p.log != nil {
		p.log.Info("done", "out", j.out, "seconds", time.Since(p.start).Seconds(), "counts", sum)
	} else if !j.quiet {
		fmt.Fprintf(stdout, "%d sources = %d documents + %d rejects, %.1f MB in %.1f s\n", sum.Sources, sum.Documents, sum.Rejects, float64(sum.Bytes)/1e6, time.Since(p.start).Seconds())
		for _, name := range slices.Sorted(maps.Keys(sum.Tables)) {
			fmt.Fprintf(stdout, "  %-14s %10d rows\n", name, sum.Tables[name])
		}
		fmt.Fprintf(stdout, "Tables: %s\n", j.out)
		if sum.Reused > 0 {
			fmt.Fprintf(stdout, "%d documents were mapped by an earlier run.\n", sum.Reused)
		}
	}
	if j.maxRejects >= 0 && sum.Rejects > j.maxRejects {
		return statusError{exitRejects, fmt.Errorf("%d sources were rejected, --max-rejects allows %d", sum.Rejects, j.maxRejects)}
	}
	return nil
}

// listRemote tells the pipeline how to list URLs. In inputs, it changes them to
// what gives documents their names: URLs lose their options, files become paths.
func (j *job) listRemote(ctx context.Context, stop context.CancelCauseFunc, inputs []string, target location) error {
	given := make(map[string]location)
	for i, in := range inputs {
		if !isURL(in) {
			continue
		}
		l, err := locate(in)
		if err != nil {
			return usage(err)
		}
		if path, ok := strings.CutPrefix(l.bucket, "file://"); ok {
			inputs[i] = filepath.FromSlash(path)
			continue
		}
		inputs[i] = l.bucket + "/" + l.prefix
		given[inputs[i]] = l
	}
	j.cfg.Remote = func(url string) ([]pipeline.Source, error) {
		l, ok := given[url]
		if !ok { // from --files-from
			var err error
			if l, err = locate(url); err != nil {
				return nil, err
			}
		}
		s, err := j.stores.at(ctx, l)
		if err != nil {
			return nil, err
		}
		var skip []string
		if out := folder(target.prefix); l.bucket == target.bucket && out != folder(l.prefix) && strings.HasPrefix(out, folder(l.prefix)) {
			skip = []string{out}
		}
		sources, err := storage.List(ctx, stop, s, l.prefix, skip...)
		if errors.Is(err, fs.ErrNotExist) {
			err = &fs.PathError{Op: "stat", Path: url, Err: fs.ErrNotExist}
		}
		return sources, err
	}
	return nil
}

// folder returns the prefix of the keys below a prefix.
func folder(prefix string) string {
	if prefix == "" || strings.HasSuffix(prefix, "/") {
		return prefix
	}
	return prefix + "/"
}

// write makes the tables and puts them where they go.
func (j *job) write(ctx context.Context, inputs []string, target location, p *progress) (sum *pipeline.Summary, err error) {
	if target.bucket == "" {
		return pipeline.Run(ctx, j.cfg, inputs, j.out, p.show)
	}
	s, err := j.stores.at(ctx, target)
	if err != nil {
		return nil, err
	}
	publication, err := storage.Begin(ctx, s, target.prefix, j.unguarded)
	if err != nil {
		if errors.Is(err, storage.ErrUnguarded) {
			err = fmt.Errorf("%w; --unguarded publishes all the same", err)
		}
		return nil, fmt.Errorf("%s: %w", j.out, err)
	}
	if j.cfg.Work == "" {
		if j.cfg.Work, err = os.MkdirTemp("", "tamis-cloud-"); err != nil {
			return nil, err
		}
		defer os.RemoveAll(j.cfg.Work)
	}
	j.cfg.PartSuffix = publication.Suffix
	staged := filepath.Join(j.cfg.Work, "tables")
	defer func() { err = cmp.Or(err, os.RemoveAll(staged)) }()
	if sum, err = pipeline.Run(ctx, j.cfg, inputs, staged, p.show); err != nil {
		return nil, err
	}
	p.say("uploading")
	m, err := publication.Publish(ctx, staged)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", j.out, err)
	}
	p.say("published", "run", m.Run, "files", len(m.Files))
	return sum, nil
}

// classify says of an error that the command line is at fault, where it is.
func classify(err error) error {
	var pe *fs.PathError
	switch {
	case errors.Is(err, pipeline.ErrNoInput), errors.Is(err, pipeline.ErrInput), errors.Is(err, pipeline.ErrList), errors.Is(err, pipeline.ErrModel),
		errors.Is(err, pipeline.ErrCorrections):
		return usage(err)
	case errors.As(err, &pe) && strings.HasSuffix(pe.Op, "stat") && errors.Is(err, fs.ErrNotExist):
		return usage(fmt.Errorf("%s: there is nothing", pe.Path))
	}
	return err
}

// progress says every ten seconds how far a run is.
type progress struct {
	w     io.Writer
	log   *slog.Logger // for JSON, nil for people
	quiet bool
	start time.Time
	last  time.Time
}

func (p *progress) show(s pipeline.Progress) {
	now := time.Now()
	if now.Sub(cmp.Or(p.last, p.start)) < 10*time.Second {
		return
	}
	p.last = now
	p.say("progress", "phase", s.Phase, "documents", s.Documents, "bytes", s.Bytes, "total_bytes", s.AllBytes, "rejects", s.Rejects, "reused", s.Reused)
}

// say writes a message with names and values.
func (p *progress) say(message string, values ...any) {
	switch {
	case p.quiet:
	case p.log != nil:
		p.log.Info(message, values...)
	default:
		for i := 0; i < len(values); i += 2 {
			message += fmt.Sprintf(" %v=%v", values[i], values[i+1])
		}
		fmt.Fprintln(p.w, message)
	}
}
