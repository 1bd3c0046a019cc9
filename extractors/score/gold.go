package score

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// ReadGold reads the .ann files below the places, files or folders, in sorted
// order. A place that is a .conll file is read by ReadCoNLL.
func ReadGold(places ...string) ([]Gold, error) {
	var docs []Gold
	for _, place := range places {
		if filepath.Ext(place) == ".conll" {
			more, err := ReadCoNLL(place)
			if err != nil {
				return nil, err
			}
			docs = append(docs, more...)
			continue
		}
		err := filepath.WalkDir(place, func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(p) != ".ann" {
				return err
			}
			src, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			d, err := ann.ParseDocument(string(src))
			if err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
			docs = append(docs, Gold{strings.TrimSuffix(filepath.Base(p), ".ann"), d})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(docs) == 0 {
		return nil, fmt.Errorf("no .ann files in %s", strings.Join(places, ", "))
	}
	return docs, nil
}

// Write prints the table of scores, in the form of gold.py.
func (s *Score) Write(w io.Writer) error {
	fmt.Fprintf(w, "%-5s %5s %5s | %-20s | %-20s | %s\n", "type", "gold", "pred", "strict P/R/F1", "lenient P/R/F1", "norm P/R/F1")
	cell := func(r Ratio) string { return fmt.Sprintf("%-20s", fmt.Sprintf("%.3f %.3f %.3f", r.P, r.R, r.F1)) }
	for _, t := range []extractors.Type{extractors.Org, extractors.Per, extractors.Date, extractors.Res, extractors.Loc} {
		c := s.Types[t]
		fmt.Fprintf(w, "%-5s %5d %5d | %s | %s | %s\n", t, c.Gold, c.Pred, cell(c.StrictRatio()), cell(c.LenientRatio()),
			strings.TrimRight(cell(c.NormRatio()), " "))
	}
	b := s.Chars.BoilerplateRatio()
	fmt.Fprintf(w, "boilerplate characters: P %.3f R %.3f F1 %.3f; content kept %.4f\n", b.P, b.R, b.F1, s.Chars.KeptShare())
	_, err := fmt.Fprintf(w, "document language right: %.3f; documents missing: %d/%d\n", share(s.LangRight, s.Documents), s.Missing, s.Documents)
	return err
}

// WriteErrors prints one line for each disagreement, tab separated: document,
// type, what, text, norm, what was found instead.
func (s *Score) WriteErrors(w io.Writer) error {
	for _, e := range s.Errors {
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", e.ID, e.Type, e.What, e.Text, e.Norm, strings.Join(e.Got, " | ")); err != nil {
			return err
		}
	}
	return nil
}
