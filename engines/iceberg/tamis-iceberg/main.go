// Command tamis-iceberg adds the tables that tamis published to the tables of
// an Apache Iceberg catalog.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := command().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "tamis-iceberg:", err)
		os.Exit(1)
	}
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "tamis-iceberg",
		Short:         "The tables of tamis in an Apache Iceberg catalog",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(commitCommand())
	return root
}

func commitCommand() *cobra.Command {
	var where place
	var namespace string
	var adds bool
	c := &cobra.Command{
		Use:   "commit --catalog CATALOG --warehouse DIR TABLES_DIR",
		Short: "Add what a run published to the tables of a catalog, as one snapshot of each",
		Long: `Add what a run published to the tables of a catalog, as one snapshot of each.

The tables of a run are whole, so a snapshot replaces the one before: the
current state of a table is the last run, and earlier runs are read by time
travel. With --append the rows are added to those that are there, for runs over
dumps that do not overlap. What the catalog already holds is not added again, so
a command that was stopped is repeated as it was.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := readPublication(args[0])
			if err != nil {
				return err
			}
			cat, done, err := where.open()
			if err != nil {
				return err
			}
			defer done()
			m := replace
			if adds {
				m = add
			}
			return p.commit(cmd.Context(), cat, strings.Split(namespace, "."), m, func(c change) {
				fmt.Fprintln(cmd.OutOrStdout(), c)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&where.catalog, "catalog", "directory", `the catalog: "directory", which is the warehouse itself, or "sqlite:FILE"`)
	f.StringVar(&where.warehouse, "warehouse", "", "folder for the files of the tables")
	f.StringVar(&where.name, "name", "tamis", "name of the catalog among those that share an SQL database")
	f.StringVar(&namespace, "namespace", "tamis", `namespace of the tables, "a.b" for b in a`)
	f.BoolVar(&adds, "append", false, "add rows to those that are there instead of replacing them")
	if err := c.MarkFlagRequired("warehouse"); err != nil {
		panic(err) // a flag of that name is defined above
	}
	return c
}
