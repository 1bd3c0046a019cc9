package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"tamis/extractors"
	"tamis/extractors/score"
	"tamis/output"
	"tamis/output/report"
	"tamis/output/results"
)

func newReport() *cobra.Command {
	var out, gold string
	var o report.Options
	cmd := &cobra.Command{
		Use:   "report DIR [--out FILE]",
		Short: "Write a page about finished tables",
		Long: `Report writes one HTML page about the tables in DIR: what came in and what was
rejected, languages, documents by month, the organizations, people, resolutions
and places that most documents name, with examples, the boilerplate of each site,
copies, and where the time went. The page is one file that loads nothing.

With --gold it also says how the tables compare with annotated documents (.ann
files), as far as these were in the input; they go by the name of the source
without its ending.`,
		Example: `  tamis report out
  tamis report out --out report.html --gold testdata/gold/sample`,
		Args: one("the folder of the tables"),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := results.Open(args[0])
			if err != nil {
				return usage(err)
			}
			if o.Top < 1 {
				return usage(fmt.Errorf("--top %d: 1 or more", o.Top))
			}
			if gold != "" {
				if o.Accuracy, err = compare(f, gold); err != nil {
					return err
				}
			}
			if out == "" {
				out = filepath.Clean(args[0]) + ".html"
			}
			if err := writeFile(c.OutOrStdout(), out, func(w io.Writer) error { return report.Write(w, f, o) }); err != nil {
				return err
			}
			if out != stdout {
				fmt.Fprintf(c.OutOrStdout(), "%s\n", out)
			}
			return nil
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "page to write, - for standard output (default: DIR.html)")
	cmd.Flags().StringVar(&gold, "gold", "", "folder of annotated documents to compare with")
	cmd.Flags().IntVar(&o.Top, "top", 50, "entities of each type, and sites, that the page shows")
	cmd.ValidArgsFunction = folders
	return cmd
}

// stdout is the name of a file that stands for standard output.
const stdout = "-"

// writeFile writes a file whole or not at all; the name "-" is standard output.
func writeFile(std io.Writer, name string, write func(io.Writer) error) (err error) {
	if name == stdout {
		return write(std)
	}
	f, err := os.Create(filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".new"))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// compare scores the documents of the output against annotated ones of the same
// name. A name that two documents of the output have tells neither.
func compare(f *results.Folder, gold string) (*report.Accuracy, error) {
	docs, err := score.ReadGold(gold)
	if err != nil {
		return nil, usage(classify(err))
	}
	byName := make(map[string]*score.Prediction)
	for _, d := range docs {
		byName[d.ID] = nil
	}
	names := make(map[string]string) // by document
	twice := make(map[string]bool)
	for d, err := range results.Rows[output.Document](f, "documents") {
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(path.Base(d.Source), path.Ext(d.Source))
		p, known := byName[name]
		if !known {
			continue
		}
		if p != nil {
			twice[name] = true
			continue
		}
		lang := ""
		if d.Language != nil {
			lang = *d.Language
		}
		byName[name] = &score.Prediction{ID: name, Lang: lang, Text: d.Text}
		names[d.DocumentID] = name
	}
	for m, err := range results.Rows[output.Mention](f, "mentions") {
		if err != nil {
			return nil, err
		}
		if p := byName[names[m.DocumentID]]; p != nil {
			p.Mentions = append(p.Mentions, score.Mention{Type: extractors.Type(m.Type), Start: int(m.StartChar), End: int(m.EndChar), Norm: m.Norm})
		}
	}
	for b, err := range results.Rows[output.Block](f, "blocks") {
		if err != nil {
			return nil, err
		}
		if p := byName[names[b.DocumentID]]; p != nil && b.InBoilerplate {
			p.Boilerplate = append(p.Boilerplate, [2]int{int(b.StartChar), int(b.EndChar)})
		}
	}
	s := score.New()
	for _, d := range docs {
		if p := byName[d.ID]; p != nil && !twice[d.ID] {
			s.Add(d, p)
		}
	}
	if s.Documents == 0 {
		return nil, usage(fmt.Errorf("--gold %s: none of its %d documents is in %s; \"tamis eval %[1]s\" runs and scores them", gold, len(docs), f.Dir))
	}
	triple := func(r score.Ratio) [3]float64 { return [3]float64{r.P, r.R, r.F1} }
	a := &report.Accuracy{Gold: gold, Documents: len(docs), Found: s.Documents, Twice: len(twice),
		Boilerplate: triple(s.Chars.BoilerplateRatio()), Kept: s.Chars.KeptShare(), Languages: s.LangRight}
	for _, t := range extractors.Types {
		c := s.Types[t]
		a.Scores = append(a.Scores, report.Score{Type: string(t), Gold: c.Gold, Found: c.Pred, Strict: triple(c.StrictRatio()), Norm: c.NormRatio().F1})
	}
	return a, nil
}
