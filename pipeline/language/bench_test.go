package language

import (
	"os"
	"path/filepath"
	"testing"

	"tamis/extractors"
	"tamis/pipeline/language/lid"
)

// dump returns the scraped pages below ../shared/dump when they are there,
// else those of the sample dump.
func dump(b *testing.B) (texts []*extractors.Text, size int64) {
	b.Helper()
	for _, patterns := range [][]string{
		{"../../../shared/dump/iom/*.txt", "../../../shared/dump/unsc/*/*.txt"},
		{"../../testdata/dump/*/*/*.txt"},
	} {
		for _, p := range patterns {
			files, err := filepath.Glob(p)
			if err != nil {
				b.Fatal(err)
			}
			for _, file := range files {
				raw, err := os.ReadFile(file)
				if err != nil {
					b.Fatal(err)
				}
				texts = append(texts, extractors.NewText(string(raw), ""))
				size += int64(len(raw))
			}
		}
		if len(texts) > 0 {
			return texts, size
		}
	}
	b.Fatal("no dump")
	return nil, 0
}

func BenchmarkDetect(b *testing.B) {
	texts, size := dump(b)
	for _, t := range texts {
		Detect(t.S, t.Lines, "") // loads the models that lingua needs
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range texts {
			Detect(t.S, t.Lines, "")
		}
	}
}

func BenchmarkFast(b *testing.B) {
	texts, size := dump(b)
	b.SetBytes(size)
	b.ReportAllocs()
	var s lid.Scores
	for b.Loop() {
		for _, t := range texts {
			for _, l := range t.Lines {
				s.Classify(t.S[l.Start:l.End])
			}
		}
	}
}
