package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"tamis/pipeline"
)

func newClean() *cobra.Command {
	var work string
	cmd := &cobra.Command{
		Use:   "clean DIR",
		Short: "Free the room of the work that runs keep",
		Long: `Clean removes the work that runs with --out DIR kept for the next run. The tables
stay as they are; the next run maps every document again.`,
		Example: "  tamis clean out\n  tamis clean --work /scratch/tamis",
		Args: func(c *cobra.Command, args []string) error {
			if (len(args) == 1) == (work != "") {
				return fmt.Errorf("clean needs the output folder of a run, or --work")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			cfg := pipeline.Config{Work: work}
			out := ""
			if len(args) > 0 {
				out = args[0]
			}
			freed, err := cfg.Clean(out)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%.1f MB freed\n", float64(freed)/1e6)
			return nil
		},
	}
	cmd.Flags().StringVar(&work, "work", "", "folder that was given to run with --work")
	return cmd
}
