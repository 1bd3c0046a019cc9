package language

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
)

func TestGold(t *testing.T) {
	for _, set := range []struct {
		dir             string
		document, lines float64 // accuracy to reach
	}{
		{"../../testdata/gold/sample", 1, 0.9},
		{"../../../shared/gold/written", 0.99, 0.9},
		{"../../../shared/gold/unsc/en", 1, 0.9},
		{"../../../shared/gold/unsc/fr", 1, 0.9},
		{"../../../shared/gold/seeds", 1, 0.9},
	} {
		t.Run(filepath.Base(set.dir), func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(set.dir, "*.ann"))
			if err != nil {
				t.Fatal(err)
			}
			if len(files) == 0 {
				t.Skipf("%s: not there", set.dir)
			}
			var docs, docsRight, lines, linesRight, marked, markedRight, false_ int
			for _, file := range files {
				raw, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				d, err := ann.ParseDocument(string(raw))
				if err != nil {
					t.Fatal(err)
				}
				text := extractors.NewText(d.Text, "")
				lang, _ := Detect(text.S, text.Lines, "")
				docs++
				if lang == d.Header["lang"] {
					docsRight++
				} else {
					t.Logf("%s: %s, want %s", d.Header["id"], lang, d.Header["lang"])
				}
				for _, l := range text.Lines {
					i := slices.IndexFunc(d.Lines, func(m ann.LineMark) bool { return m.Start == l.Start })
					want := d.Lines[i].Lang
					if want == "xx" {
						continue
					}
					if want != "" {
						marked++
						if want == l.Lang {
							markedRight++
						}
					} else {
						want = d.Header["lang"]
						if want != l.Lang {
							false_++
						}
					}
					lines++
					if want == l.Lang {
						linesRight++
					} else if lang == d.Header["lang"] {
						t.Logf("%s: %s, want %s: %.100q", d.Header["id"], l.Lang, want, text.S[l.Start:l.End])
					}
				}
			}
			t.Logf("documents %d of %d, lines %d of %d (%.4f), marked %d of %d, false %d", docsRight, docs, linesRight, lines, float64(linesRight)/float64(lines), markedRight, marked, false_)
		})
	}
}
