package pipeline

import (
	"context"
	"fmt"
	"os"
	"testing"

	"tamis/extractors"
	"tamis/extractors/figures"
	"tamis/extractors/score"
)

// TestForeign measures people, organizations and places on corpora that others
// annotated, by guidelines of their own, and that nothing here was made of:
// they tell whether what helps on the project's own documents helps elsewhere.
func TestForeign(t *testing.T) {
	if testing.Short() {
		t.Skip("figures are the same in a long test")
	}
	const folder = "../../shared/data/ner/"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no ../shared beside the repository: ", err)
	}
	var sheet figures.Sheet
	for _, name := range []string{"unga.en.train", "wikineural.fr.val", "wikineural.en.val"} {
		docs, err := score.ReadGold(folder + name + ".conll")
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := Evaluate(context.Background(), Config{}, docs, func(score.Gold) string { return name })
		if err != nil {
			t.Fatal(err)
		}
		if s.Missing > 0 {
			t.Errorf("%s: %d documents are missing", name, s.Missing)
		}
		for _, typ := range []extractors.Type{extractors.Org, extractors.Per, extractors.Loc} {
			n := s.Types[typ]
			r, l := n.StrictRatio(), n.LenientRatio()
			sheet.Add(fmt.Sprintf("%s, %s: %d wanted, %d found, strict P %.3f R %.3f F1 %.3f, lenient F1 %.3f", name, typ, n.Gold, n.Pred, r.P, r.R, r.F1, l.F1))
		}
	}
	sheet.Check(t, "../testdata/gold/foreign.txt")
}
