// Command tamis sifts dumps of scraped documents, French and English, into
// normalized Parquet tables.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"tamis/pipeline"
)

// Exit statuses.
const (
	exitFailed  = 1 // the run failed and left no half-written tables
	exitUsage   = 2 // wrong usage
	exitRejects = 3 // done, but more sources were rejected than allowed
)

// A statusError carries the exit status of the command.
type statusError struct {
	status int
	err    error
	usage  bool // the command line is at fault; its help says how it should be
}

func (e statusError) Error() string { return e.err.Error() }
func (e statusError) Unwrap() error { return e.err }

func usage(err error) error {
	if err == nil {
		return nil
	}
	return statusError{exitUsage, err, true}
}

// errSilent ends the program with a status and without a message: what there is
// to say has been said.
var errSilent = errors.New("said before")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := newRoot().ExecuteContextC(ctx)
	if err == nil {
		return
	}
	s := statusError{status: exitFailed}
	errors.As(err, &s)
	switch {
	case errors.Is(err, errSilent):
		os.Exit(s.status)
	case errors.Is(err, context.Canceled) && c.Name() == "run":
		err = errors.New("stopped; the tables are as they were before")
	case errors.Is(err, context.Canceled):
		err = errors.New("stopped")
	}
	if f := c.Flags().Lookup("log-format"); f != nil && f.Value.String() == "json" {
		slog.New(slog.NewJSONHandler(os.Stderr, nil)).Error("failed", "error", err.Error(), "status", s.status)
		os.Exit(s.status)
	}
	fmt.Fprintf(os.Stderr, "tamis: %v\n", err)
	if s.usage {
		fmt.Fprintf(os.Stderr, "See '%s --help'.\n", c.CommandPath())
	}
	os.Exit(s.status)
}

// inputs refuses a command line that names nothing to read.
func inputs(cfg *pipeline.Config) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 && cfg.FilesFrom == "" {
			return fmt.Errorf("%s needs a file or folder to read, or --files-from", c.Name())
		}
		return checkInputs(c, args)
	}
}

// some refuses a command line without arguments; what says what they are.
func some(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s needs %s", c.Name(), what)
		}
		return nil
	}
}

// one refuses a command line with other than one argument; what says what it is.
func one(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s needs one argument, %s", c.Name(), what)
		}
		return nil
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "tamis",
		Short: "Sift dumps of scraped documents into Parquet tables",
		Long: `tamis sifts dumps of scraped documents, French and English, into normalized
Parquet tables: clean text, language, organizations, resolutions, dates, people
and places, with the repeated boilerplate of each site set apart.

  tamis run dump/ --out tables/      the main job
  tamis show page.html               one document, with what was found
  tamis schema                       what the tables hold
  tamis plan dump/ --shards 8 ...    the main job, in parts for several machines

Exit status: 0 done; 1 failed, nothing half-written was left; 2 wrong usage;
3 done, but more sources were rejected than --max-rejects allows, or of a plan
something is missing.`,
		Version:       pipeline.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(newRun(), newShow(), newEval(), newTrain(), newSchema(), newReport(), newDiff(), newDoctor(), newConfig(), newMan(), newClean(),
		newPlan(), newShard(), newCommit())
	addConfigFlag(root)
	all := append(root.Commands(), root)
	for _, c := range root.Commands() {
		all = append(all, c.Commands()...)
	}
	for _, c := range all {
		check := c.Args
		c.Args = func(c *cobra.Command, args []string) error {
			if _, err := configure(c); err != nil {
				return usage(err)
			}
			if err := checkFlags(c); err != nil {
				return usage(err)
			}
			return usage(check(c, args))
		}
	}
	return root
}
