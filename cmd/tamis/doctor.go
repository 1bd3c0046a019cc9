package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tamis/output/doctor"
	"tamis/output/results"
	"tamis/pipeline"
)

func newDoctor() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "doctor [DIR]",
		Short: "Check the set-up, and a folder of tables",
		Long: `Doctor checks that the program works here: its models, its temporary folder, its
configuration file. With DIR it also checks the tables in that folder: that all
files are there and are those that the run wrote (SHA256SUMS), that columns and
types are those of the schema, that rows are as many as run.json counted, that no
key is there twice, that every reference from table to table leads to a row, and
that offsets lie in their texts.

Exit status: 0 all is well; 1 something is wrong; 2 it could not be checked.`,
		Example: `  tamis doctor
  tamis doctor out`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("doctor checks one folder at a time")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			var f *results.Folder
			if len(args) > 0 {
				var err error
				if f, err = results.Open(args[0]); err != nil {
					return trouble(err)
				}
			}
			checks := setUp(c.Context())
			if f != nil {
				checks = append(checks, doctor.Look(f)...)
			}
			if err := writeChecks(c.OutOrStdout(), checks, format); err != nil {
				return trouble(err)
			}
			if slices.ContainsFunc(checks, func(c doctor.Check) bool { return len(c.Problems) > 0 }) {
				return statusError{status: exitFailed, err: errSilent}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	choose(cmd, "format", "text", "json")
	cmd.ValidArgsFunction = folders
	return cmd
}

func writeChecks(w io.Writer, checks []doctor.Check, format string) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(checks)
	}
	var b strings.Builder
	for _, c := range checks {
		if len(c.Problems) == 0 {
			fmt.Fprintf(&b, "ok       %-12s %s\n", c.Name, c.Note)
			continue
		}
		fmt.Fprintf(&b, "problem  %-12s %s\n", c.Name, strings.Join(c.Problems, "\n"+strings.Repeat(" ", 22)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// setUp checks that the program works here.
func setUp(ctx context.Context) []doctor.Check {
	check := func(name, note string, err error) doctor.Check {
		c := doctor.Check{Name: name, Problems: []string{}, Note: note}
		if err != nil {
			c.Problems = []string{err.Error()}
		}
		return c
	}
	checks := []doctor.Check{check("program", fmt.Sprintf("tamis %s, %s, %s/%s, %d processors", pipeline.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU()), nil)}
	f, err := os.CreateTemp("", "tamis-doctor-*")
	if err == nil {
		_, err = f.Write(make([]byte, 1<<20))
		f.Close()
		os.Remove(f.Name())
	}
	if err != nil {
		err = fmt.Errorf("%w; set TMPDIR to a folder that can be written to", err)
	}
	checks = append(checks, check("temporary", os.TempDir()+" can be written to", err))
	return append(checks, check("models", "a sentence was read as it should be", trial(ctx)))
}

// trial runs the pipeline on a sentence.
func trial(ctx context.Context) error {
	const sentence = "Le Haut-Commissariat des Nations Unies pour les réfugiés a ouvert un bureau à Genève le 4 mai 2016."
	var found []string
	_, err := pipeline.Process(ctx, pipeline.Config{Workers: 1}, []pipeline.Source{{Name: "trial.txt", Data: []byte(sentence), Size: int64(len(sentence))}}, "", nil,
		func(r *pipeline.Result) (*pipeline.Result, error) { return r, nil },
		func(r *pipeline.Result) error {
			found = append(found, r.Language)
			for _, m := range r.Mentions {
				found = append(found, string(m.Type)+" "+m.Norm)
			}
			return nil
		})
	const want = "fr, ORG UNHCR, LOC Geneva, DATE 2016-05-04"
	if got := strings.Join(found, ", "); err == nil && got != want {
		err = fmt.Errorf("a sentence was read as %q, not as %q: this program is not as it was built", got, want)
	}
	return err
}
