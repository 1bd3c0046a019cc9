package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"tamis/output/diff"
	"tamis/output/results"
)

// exitDiffer is the status of diff, and exitTrouble of diff and doctor: as of
// diff(1), so that a script can tell another result from none.
const (
	exitDiffer  = 1
	exitTrouble = 2
)

func trouble(err error) error { return statusError{status: exitTrouble, err: err} }

func newDiff() *cobra.Command {
	var format, out string
	var o diff.Options
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Tell what changed between two folders of tables",
		Long: `Diff compares the tables in the folders A and B, of two runs: which documents
were added, removed or changed, in language, boilerplate or mentions; mentions
gained and lost, by type and by the rule that found them; entities; rejects. Rows
are the same in whatever order they stand; times and hosts do not count.

Exit status: 0 the tables have the same rows; 1 they differ; 2 something went
wrong.`,
		Example: `  tamis diff yesterday today
  tamis diff before after --format html --out diff.html
  tamis diff before after --format json | jq '.mentions'`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("diff needs two folders of tables")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if o.Limit < 1 {
				return usage(fmt.Errorf("--limit %d: 1 or more", o.Limit))
			}
			var sides [2]*results.Folder
			for i, dir := range args {
				var err error
				if sides[i], err = results.Open(dir); err != nil {
					return trouble(err)
				}
			}
			d, err := diff.Compare(sides[0], sides[1], o)
			if err != nil {
				return trouble(err)
			}
			err = writeFile(c.OutOrStdout(), out, func(w io.Writer) error {
				switch format {
				case "json":
					return d.WriteJSON(w)
				case "html":
					return d.WritePage(w)
				}
				return d.WriteText(w)
			})
			switch {
			case err != nil:
				return trouble(err)
			case d.Differ:
				return statusError{status: exitDiffer, err: errSilent}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json or html")
	cmd.Flags().StringVarP(&out, "out", "o", stdout, "file to write, - for standard output")
	cmd.Flags().IntVar(&o.Limit, "limit", 20, "documents, examples of each type and entities of each table that are listed")
	choose(cmd, "format", "text", "json", "html")
	cmd.ValidArgsFunction = folders
	return cmd
}
