package places

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
	"tamis/extractors/figures"
)

// TestFigures keeps the level that the annotated documents have reached: strict
// spans, places inside organizations and people left out, as Resolve does.
func TestFigures(t *testing.T) {
	var sheet figures.Sheet
	for _, c := range []struct {
		pattern           string
		precision, recall float64
	}{
		{"seeds/*.ann", 0.99, 0.99},
		{"written/*.ann", 0.985, 0.93},
	} {
		files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "gold", c.pattern))
		if err != nil || len(files) == 0 {
			t.Skipf("no annotated documents at ../shared/gold/%s: %v", c.pattern, err)
		}
		var right, found, wanted int
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d, err := ann.ParseDocument(string(src))
			if err != nil {
				t.Fatal(err)
			}
			r, f, w := compare(d)
			right, found, wanted = right+r, found+f, wanted+w
		}
		precision, recall := float64(right)/float64(found), float64(right)/float64(wanted)
		sheet.Add(fmt.Sprintf("%s, the list and rules alone: precision %.4f, recall %.4f of %d", strings.TrimSuffix(c.pattern, "/*.ann"), precision, recall, wanted))
		if precision < c.precision || recall < c.recall {
			t.Errorf("%s: precision %.3f, recall %.3f; want %.3f and %.3f", c.pattern, precision, recall, c.precision, c.recall)
		}
	}
	g := load()
	kinds, coded := map[string]int{}, 0
	for _, p := range g.places {
		kinds[p.Kind]++
		if p.Country != "" {
			coded++
		}
	}
	forms := map[string]bool{}
	for _, n := range g.names {
		forms[n.text] = true
	}
	sheet.Add(fmt.Sprintf("the list: %d names of %d places, %d with a country code; %d countries and territories, %d regions, %d cities, %d areas and waters",
		len(forms), len(g.places), coded, kinds["country"]+kinds["territory"], kinds["region"], kinds["city"], kinds["area"]+kinds["water"]))
	sures := 0
	for _, l := range loadAtlas().names {
		if l.Sure {
			sures++
		}
	}
	sheet.Add(fmt.Sprintf("the atlas: %d more names, %d of them sure", len(loadAtlas().names), sures))
	sheet.Check(t, "../../testdata/gold/places.txt")
}

func compare(d *ann.Document) (right, found, wanted int) {
	gold := make(map[extractors.Span]bool)
	for _, m := range d.Marks {
		if m.Type == extractors.Loc && !m.Optional {
			gold[m.Span] = true
		}
	}
next:
	for _, m := range certain(d.Text) {
		for _, k := range d.Marks {
			if k.Overlaps(m.Span) && (k.Type == extractors.Org || k.Type == extractors.Per || k.Type == extractors.Loc && k.Optional) {
				continue next
			}
		}
		found++
		if gold[m.Span] {
			right++
		}
	}
	return right, found, len(gold)
}
