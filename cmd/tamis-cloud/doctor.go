package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tamis/storage"
)

func newDoctor(s *stores) *cobra.Command {
	var read bool
	c := &cobra.Command{
		Use:   "doctor URL",
		Short: "Check published tables against their run.json",
		Long: `Doctor compares what lies at a URL with the run.json there: whether all files are
there and as long as they should be, with --read whether they hold the bytes that
were written. It names what runs left that were not published.`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 || !isURL(args[0]) {
				return usage(errors.New("doctor needs one argument, the URL of published tables; for a folder there is \"tamis doctor\""))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			l, err := locate(args[0])
			if err != nil {
				return usage(err)
			}
			store, err := s.at(c.Context(), l)
			if err != nil {
				return err
			}
			check, err := storage.Inspect(c.Context(), store, l.prefix, read)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			var bytes int64
			for _, f := range check.Files {
				bytes += f.Bytes
			}
			out := c.OutOrStdout()
			fmt.Fprintf(out, "run %s: %d files, %.1f MB\n", check.Run, len(check.Files), float64(bytes)/1e6)
			for _, p := range check.Problems {
				fmt.Fprintln(out, p)
			}
			if n := len(check.Left); n > 0 {
				fmt.Fprintf(out, "%d files of runs that were not published, or are at work: the next publication removes them (%s ...)\n", n, check.Left[0])
			}
			if n := len(check.Problems); n > 0 {
				return fmt.Errorf("%s: %d files are not as they were written", args[0], n)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&read, "read", false, "read all files and compare their bytes")
	return c
}
