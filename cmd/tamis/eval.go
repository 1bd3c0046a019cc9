package main

import (
	"bufio"
	"encoding/json"
	"fmt"
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
	var folds int
	cmd := &cobra.Command{
		Use:   "eval GOLD...",
		Short: "Score the pipeline on annotated documents",
		Long: `Eval runs the pipeline over the raw texts of annotated documents (.ann files
and folders of them), as one dump, and prints precision, recall and F1 of each
type: strict (span and type equal), lenient (overlap), norm (overlap and norm
equal). With --out it also writes scores.txt, errors.tsv and predictions.jsonl.
A file of another corpus in CoNLL form, one token and its BIO tag a line (.conll),
does for GOLD too: PER, ORG and LOC count, and what its guidelines call a name.

With --cross-validate N it trains N taggers instead, each on all documents but
one part in N, scores that part, and prints F1 with its 95% bootstrap interval
by type, language, set and genre. Each document stands by itself then. With
--prose, English documents are scored once more with that second opinion.`,
		Example: `  tamis eval testdata/gold/sample
  tamis eval --cross-validate 5 corpus
  tamis eval wikineural.fr.val.conll`,
		Args: some("annotated documents"),
		RunE: func(c *cobra.Command, places []string) error {
			docs, err := score.ReadGold(places...)
			if err != nil {
				return usage(classify(err))
			}
			if folds != 0 {
				return crossValidate(c, docs, folds, cfg.Prose, errors)
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
	cmd.Flags().IntVar(&folds, "cross-validate", 0, "train and score in this many folds (5 is usual)")
	cfg.Flags(cmd.Flags())
	return cmd
}

func crossValidate(c *cobra.Command, docs []score.Gold, folds int, prose, errors bool) error {
	if folds < 2 || folds > len(docs) {
		return usage(fmt.Errorf("--cross-validate %d: from 2 to the number of documents, %d", folds, len(docs)))
	}
	scores, withProse, err := pipeline.CrossValidate(c.Context(), docs, folds, prose)
	if err != nil {
		return err
	}
	if errors {
		for _, s := range scores {
			if err := s.WriteErrors(c.OutOrStdout()); err != nil {
				return err
			}
		}
	}
	groups := []score.Group{{Name: "all", Scores: scores}}
	groups = append(groups, score.ByHeader(docs, scores, "lang")...)
	if prose {
		var english []*score.Score
		for _, s := range withProse {
			if s != nil {
				english = append(english, s)
			}
		}
		groups = append(groups, score.Group{Name: "en --prose", Scores: english})
	}
	groups = append(groups, score.ByHeader(docs, scores, "source")...)
	for _, g := range score.ByHeader(docs, scores, "genre") {
		if len(g.Scores) >= minGenre {
			groups = append(groups, g)
		}
	}
	return score.WriteReport(c.OutOrStdout(), groups)
}

// minGenre is the number of documents from which a genre gets its own lines.
const minGenre = 10

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
