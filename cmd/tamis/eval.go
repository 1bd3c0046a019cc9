package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tamis/extractors/score"
	"tamis/pipeline"
)

func newEval() *cobra.Command {
	var cfg pipeline.Config
	var out string
	var errors bool
	cmd := &cobra.Command{
		Use:   "eval GOLD...",
		Short: "Score the pipeline on annotated documents",
		Long: `Eval runs the pipeline over the raw texts of annotated documents (.ann files
and folders of them), as one dump, and prints precision, recall and F1 of each
type: strict (span and type equal), lenient (overlap), norm (overlap and norm
equal). With --out it also writes scores.txt, errors.tsv and predictions.jsonl.`,
		Args: some("annotated documents"),
		RunE: func(c *cobra.Command, places []string) error {
			docs, err := score.ReadGold(places...)
			if err != nil {
				return usage(classify(err))
			}
			s, predictions, err := pipeline.Evaluate(c.Context(), cfg, docs, func(score.Gold) string { return "gold" })
			if err != nil {
				return classify(err)
			}
			if errors {
				if err := s.WriteErrors(c.OutOrStdout()); err != nil {
					return err
				}
			}
			if out != "" {
				if err := writeEval(out, s, predictions); err != nil {
					return err
				}
			}
			return s.Write(c.OutOrStdout())
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "folder for scores, errors and predictions")
	cmd.Flags().BoolVar(&errors, "errors", false, "print every disagreement first")
	cfg.Flags(cmd.Flags())
	return cmd
}

func writeEval(dir string, s *score.Score, predictions []score.Prediction) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	write := func(name string, f func(*bufio.Writer) error) error {
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		defer file.Close()
		w := bufio.NewWriter(file)
		if err := f(w); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
		return file.Close()
	}
	if err := write("scores.txt", func(w *bufio.Writer) error { return s.Write(w) }); err != nil {
		return err
	}
	if err := write("errors.tsv", func(w *bufio.Writer) error { return s.WriteErrors(w) }); err != nil {
		return err
	}
	return write("predictions.jsonl", func(w *bufio.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for _, p := range predictions {
			if err := enc.Encode(p); err != nil {
				return err
			}
		}
		return nil
	})
}
