package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tamis/output"
	"tamis/pipeline"
)

func newSchema() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the tables and their columns",
		Long: `Schema prints the data dictionary: every table with its columns, their types,
what they hold and to which rows of other tables they lead.`,
		Example: `  tamis schema
  tamis schema --format markdown > tables.md`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return output.WriteSchema(c.OutOrStdout(), format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	choose(cmd, "format", "text", "markdown", "json")
	return cmd
}

// classify gives an error its exit status: what the user named and is not
// there is wrong usage.
func classify(err error) error {
	var pe *fs.PathError
	switch {
	case errors.Is(err, pipeline.ErrNoInput), errors.Is(err, pipeline.ErrInput), errors.Is(err, pipeline.ErrList), errors.Is(err, pipeline.ErrModel),
		errors.Is(err, pipeline.ErrCorrections):
		return usage(err)
	case errors.As(err, &pe) && strings.HasSuffix(pe.Op, "stat") && errors.Is(err, fs.ErrNotExist):
		return usage(fmt.Errorf("%s: no such file or folder", pe.Path))
	case errors.As(err, &pe) && strings.Contains(filepath.Base(pe.Path), ".tamis-"):
		// A file of the program's own, that the user knows nothing of.
		return fmt.Errorf("%s: no file can be made in this folder: %w; choose another one with --out", filepath.Dir(pe.Path), pe.Err)
	}
	return err
}
