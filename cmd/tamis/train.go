package main

import (
	"bytes"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"tamis/extractors/score"
	"tamis/pipeline"
)

func newTrain() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "train GOLD... --out FILE",
		Short: "Train the tagger on annotated documents",
		Long: `Train fits the tagger of organizations, people and places to annotated
documents (.ann files and folders of them) and writes a model file, to be used
with --model. The same documents give the same file, to the byte.`,
		Example: `  tamis train corpus/ my-documents/ --out my.crf
  tamis run dump/ --out tables/ --model my.crf`,
		Args: some("annotated documents"),
		RunE: func(c *cobra.Command, places []string) error {
			if out == "" {
				return usage(fmt.Errorf("--out is missing: where should the model go?"))
			}
			docs, err := score.ReadGold(places...)
			if err != nil {
				return usage(classify(err))
			}
			start := time.Now()
			model, err := pipeline.Train(c.Context(), docs)
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if _, err := model.WriteTo(&b); err != nil {
				return err
			}
			if err := os.WriteFile(out, b.Bytes(), 0o666); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s: %d bytes, trained on %d documents in %.0f s\n", out, b.Len(), len(docs), time.Since(start).Seconds())
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "model file to write")
	return cmd
}
