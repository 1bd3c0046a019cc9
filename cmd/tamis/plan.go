package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tamis/pipeline"
)

// exitMissing is the exit status of "plan status" while something is missing.
const exitMissing = 3

func newPlan() *cobra.Command {
	var cfg pipeline.Config
	var out, dir string
	var shards int
	cmd := &cobra.Command{
		Use:   "plan INPUT... --shards N --out DIR",
		Short: "Freeze a plan for a run in shards, on several machines",
		Long: `Plan cuts the inputs into N shards of about the same size and writes down what each
reads, with the hashes of all files, and the configuration. What "tamis run" would do
is then done in phases by "tamis shard", by any number of processes, on all machines
that share the file system, under whatever starts them; "tamis commit" publishes the
tables in DIR. They are those of "tamis run" up to the number of part files.

Files are read once, for their hashes. A file of JSON Lines that is longer than a
shard is cut into ranges of bytes; another container into ranges of its documents,
and a shard reads over those before its own. To make the same plan again does
nothing.`,
		Example: `  tamis plan dump/ --shards 8 --out tables
  tamis plan crawl/*.warc.gz --shards 200 --out /data/tables --plan /scratch/plan`,
		Args: inputs(&cfg),
		RunE: func(c *cobra.Command, inputs []string) error {
			if out == "" {
				return usage(fmt.Errorf("--out is missing: where should the tables go?"))
			}
			if shards < 1 {
				return usage(fmt.Errorf("--shards is missing: how many?"))
			}
			if slices.Contains(inputs, pipeline.Stdin) {
				return usage(fmt.Errorf("standard input can't be planned: nobody else can read it"))
			}
			p, err := pipeline.MakePlan(cfg, inputs, out, dir, shards)
			if err != nil {
				return classify(err)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s files, %.1f MB, in %s shards\nPlan: %s\n", count(p.Files), float64(p.Bytes)/1e6, count(len(p.Shards)), p.Dir())
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "folder for the tables (made if missing)")
	cmd.Flags().IntVar(&shards, "shards", 0, "number of shards")
	cmd.Flags().StringVar(&dir, "plan", "", "folder for the plan and the work on it (default: .plan in the output folder)")
	cfg.InputFlags(cmd.Flags())
	cfg.Flags(cmd.Flags())
	cfg.OutputFlags(cmd.Flags())
	cmd.AddCommand(newPlanPhases(), newPlanStatus())
	return cmd
}

// planFlag defines the flag that names a plan that there is.
func planFlag(fs *pflag.FlagSet, dir *string) {
	fs.StringVar(dir, "plan", "", "folder of the plan")
}

func openPlan(dir string) (*pipeline.Plan, error) {
	if dir == "" {
		return nil, usage(fmt.Errorf("--plan is missing: which plan?"))
	}
	return pipeline.OpenPlan(dir)
}

func newPlanPhases() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "phases --plan P",
		Short: "List the phases of a plan",
		Long: `Phases prints a line for each phase in the order in which they have to be done: its
name, a tab, and the number of its indices.`,
		Example: "  tamis plan phases --plan tables/.plan",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := openPlan(dir)
			if err != nil {
				return err
			}
			for _, f := range p.Phases() {
				fmt.Fprintf(c.OutOrStdout(), "%s\t%d\n", f.Name, f.Shards)
			}
			return nil
		},
	}
	planFlag(cmd.Flags(), &dir)
	return cmd
}

func newPlanStatus() *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:   "status --plan P",
		Short: "Tell what of a plan is done and what is missing",
		Long: `Status tells for each phase what is done, what is missing, and what is damaged:
done once, and files are gone since or have another size. The exit status is 0 when
all is done, and 3 when something is missing.`,
		Example: `  tamis plan status --plan tables/.plan
  tamis plan status --plan tables/.plan --format json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usage(fmt.Errorf("--format %s: text or json", format))
			}
			p, err := openPlan(dir)
			if err != nil {
				return err
			}
			all, err := p.Status()
			if err != nil {
				return err
			}
			if format == "json" {
				e := json.NewEncoder(c.OutOrStdout())
				e.SetIndent("", "  ")
				if err := e.Encode(all); err != nil {
					return err
				}
			} else {
				printStatus(c.OutOrStdout(), all)
			}
			for _, s := range all {
				if s.Done < s.Shards {
					return statusError{status: exitMissing, err: errSilent}
				}
			}
			return nil
		},
	}
	planFlag(cmd.Flags(), &dir)
	cmd.Flags().StringVar(&format, "format", "text", "what to print: text or json")
	return cmd
}

func printStatus(w io.Writer, all []pipeline.PhaseStatus) {
	for _, s := range all {
		fmt.Fprintf(w, "%-8s %6s of %6s done", s.Name, count(s.Done), count(s.Shards))
		if s.Seconds > 0 {
			fmt.Fprintf(w, ", %.1f s of work", s.Seconds)
		}
		for _, l := range []struct {
			what    string
			indices []int
		}{{"missing", s.Missing}, {"damaged", s.Damaged}} {
			if len(l.indices) > 0 {
				fmt.Fprintf(w, "; %s: %s", l.what, ranges(l.indices))
			}
		}
		fmt.Fprintln(w)
	}
}

// ranges writes ascending numbers as lists of jobs have them: 0-3,7.
func ranges(ns []int) string {
	var parts []string
	for i := 0; i < len(ns); {
		j := i
		for j+1 < len(ns) && ns[j+1] == ns[j]+1 {
			j++
		}
		part := strconv.Itoa(ns[i])
		if j > i {
			part += "-" + strconv.Itoa(ns[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// arrays are the variables by which the engines tell a task of an array its index
// and, where they do, how many tasks there are.
var arrays = []struct{ index, count string }{
	{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT"},
	{"JOB_COMPLETION_INDEX", ""},
	{"AWS_BATCH_JOB_ARRAY_INDEX", ""},
	{"CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT"},
}

// task returns the index of a task and the number of tasks, 0 if unknown: those of
// the flags, else those of the environment.
func task(flags *pflag.FlagSet, index, tasks int) (int, int, error) {
	if flags.Changed("index") {
		if tasks == 0 || index < tasks && index >= 0 {
			return index, tasks, nil
		}
		return 0, 0, fmt.Errorf("--index %d: of %d tasks, the last one has the index %d", index, tasks, tasks-1)
	}
	for _, a := range arrays {
		s := os.Getenv(a.index)
		if s == "" {
			continue
		}
		index, err := strconv.Atoi(s)
		if err != nil {
			return 0, 0, fmt.Errorf("%s=%s: a number is wanted", a.index, s)
		}
		if n := os.Getenv(a.count); a.count != "" && n != "" && !flags.Changed("count") {
			if tasks, err = strconv.Atoi(n); err != nil {
				return 0, 0, fmt.Errorf("%s=%s: a number is wanted", a.count, n)
			}
		}
		if tasks > 0 && index >= tasks {
			return 0, 0, fmt.Errorf("%s=%s: of %d tasks, the last one has the index %d", a.index, s, tasks, tasks-1)
		}
		return index, tasks, nil
	}
	return 0, 0, errors.New("--index is missing: which one, from 0?")
}

func newShard() *cobra.Command {
	var dir, scratch string
	var cfg pipeline.Config
	var index, tasks int
	var quiet bool
	cmd := &cobra.Command{
		Use:   "shard PHASE --plan P",
		Short: "Do a part of a phase of a plan",
		Long: `Shard does an index of a phase, or nothing if that is done. "tamis plan phases"
lists the phases; one can begin when all indices of the one before are done. What
is not finished does not count; what is done several times, also at once, counts
once. Memory and workers may be others each time.

Index and number of tasks are those of the flags, else of the environment: of Slurm,
of indexed jobs of Kubernetes, of AWS Batch and of Cloud Run. With N tasks, task i
does the indices i, i+N, i+2N and so on, so that an array of one size serves all
phases; a task that has none left is done at once.`,
		Example: `  tamis shard map --plan tables/.plan --index 3
  tamis shard merge --plan tables/.plan --index 0 --count 4 --memory 2GiB
  seq 0 7 | xargs -P 4 -I {} tamis shard map --plan tables/.plan --index {}`,
		Args: one("the name of a phase"),
		RunE: func(c *cobra.Command, args []string) error {
			i, n, err := task(c.Flags(), index, tasks)
			if err != nil {
				return usage(err)
			}
			p, err := openPlan(dir)
			if err != nil {
				return err
			}
			p.Workers, p.Memory, p.Scratch = cfg.Workers, cfg.Memory, scratch
			progress := newProgress(os.Stderr, "text", quiet)
			p.Progress = progress.show
			return doShards(c.Context(), p, args[0], i, n, func(i, of int, took time.Duration) {
				progress.done()
				if !quiet {
					fmt.Fprintf(os.Stderr, "%s %d of %d: %.1f s\n", args[0], i, of, took.Seconds())
				}
			})
		},
	}
	planFlag(cmd.Flags(), &dir)
	cmd.Flags().IntVar(&index, "index", 0, "index of the task, from 0 (default: that of the environment)")
	cmd.Flags().IntVar(&tasks, "count", 0, "number of tasks that share the phase (default: that of the environment, else one for each index)")
	cmd.Flags().StringVar(&scratch, "scratch", "", "folder for temporary files (default: one in the plan)")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress and no summary; errors only")
	cfg.WorkersFlag(cmd.Flags())
	cfg.MemoryFlag(cmd.Flags())
	return cmd
}

// doShards does the indices of a task. An index that fails does not hold up the
// others.
func doShards(ctx context.Context, p *pipeline.Plan, phase string, index, tasks int, done func(index, of int, took time.Duration)) error {
	for _, f := range p.Phases() {
		if f.Name != phase {
			continue
		}
		var failed []error
		for i := index; i < f.Shards; i += tasks {
			start := time.Now()
			err := p.Do(ctx, phase, i)
			if errors.Is(err, pipeline.ErrMissing) || ctx.Err() != nil {
				return err
			}
			if err != nil {
				failed = append(failed, fmt.Errorf("%s %d: %w", phase, i, err))
			} else {
				done(i, f.Shards, time.Since(start))
			}
			if tasks == 0 {
				break
			}
		}
		return errors.Join(failed...)
	}
	return usage(fmt.Errorf("%s is no phase; tamis plan phases lists them", phase))
}

func newCommit() *cobra.Command {
	var dir string
	var quiet bool
	cmd := &cobra.Command{
		Use:   "commit --plan P",
		Short: "Publish the tables of a plan whose phases are done",
		Long: `Commit makes sure that all phases are done and their files whole, puts the tables
together and publishes them in the output folder of the plan, all at once. It moves
nothing: files of tables are linked, or copied to another file system. The plan and
the work on it can be removed then.`,
		Example: "  tamis commit --plan tables/.plan",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := openPlan(dir)
			if err != nil {
				return err
			}
			start := time.Now()
			sum, err := p.Commit(c.Context())
			if err != nil {
				return classify(err)
			}
			if !quiet {
				printSummary(c.OutOrStdout(), sum, p.Out, time.Since(start), "Work on the plan: %.1f MB, in "+strings.ReplaceAll(p.Dir(), "%", "%%")+".")
			}
			return nil
		},
	}
	planFlag(cmd.Flags(), &dir)
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress and no summary; errors only")
	return cmd
}
