package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tamis/extractors"
	"tamis/extractors/figures"
	"tamis/extractors/score"
)

// TestFigures measures resolutions and dates of the annotated documents
// beside the repository through all stages, where other mentions may displace
// them.
func TestFigures(t *testing.T) {
	if testing.Short() {
		t.Skip("figures are the same in a long test")
	}
	const gold = "../../shared/gold/"
	if _, err := os.Stat(gold); err != nil {
		t.Skip("no ../shared beside the repository: ", err)
	}
	var sheet figures.Sheet
	for _, c := range []struct {
		folder string
		low    float64 // norm F1
	}{{"written", 0.98}, {"seeds", 1}} {
		docs, err := score.ReadGold(gold + c.folder)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := Evaluate(context.Background(), Config{}, docs, func(d score.Gold) string { return filepath.ToSlash(filepath.Dir(d.Header["source"])) })
		if err != nil {
			t.Fatal(err)
		}
		for _, typ := range []extractors.Type{extractors.Res, extractors.Date} {
			n := s.Types[typ]
			r := n.NormRatio()
			sheet.Add(fmt.Sprintf("%s, %d documents, %s: %d wanted, %d found, norm P %.4f R %.4f F1 %.4f", c.folder, len(docs), typ, n.Gold, n.Pred, r.P, r.R, r.F1))
			if r.F1 < c.low {
				t.Errorf("%s, %s: norm F1 %.4f, want %.2f", c.folder, typ, r.F1, c.low)
			}
		}
	}
	sheet.Check(t, "../testdata/gold/resolutions-dates.txt")
}
