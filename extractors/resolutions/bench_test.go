package resolutions

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tamis/extractors"
)

// benchText returns the sample dump, else the package's own hard lines.
func benchText(b *testing.B) *extractors.Text {
	b.Helper()
	files, _ := filepath.Glob("../../../shared/dump/*/*.txt")
	more, _ := filepath.Glob("../../../shared/dump/*/*/*.txt")
	files = append(files, more...)
	if len(files) == 0 {
		files = []string{"testdata/hard.ann"}
	}
	var all strings.Builder
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		all.Write(raw)
		all.WriteByte('\n')
	}
	return extractors.NewText(all.String(), "fr")
}

func BenchmarkFind(b *testing.B) {
	t := benchText(b)
	b.SetBytes(int64(len(t.S)))
	b.ReportAllocs()
	for b.Loop() {
		find(t)
	}
}

// worst holds inputs that tempt a scanner to look at the same bytes again.
var worst = map[string]string{
	"digits":      strings.Repeat("7", 1<<20),
	"numbers":     strings.Repeat("46/182 ", 1<<20/7),
	"slashes":     strings.Repeat("/", 1<<20),
	"res slashes": strings.Repeat("/RES", 1<<20/4),
	"resolution":  strings.Repeat("résolution 1 ", 1<<20/14),
	"list":        "résolutions " + strings.Repeat("1325 (2000), ", 1<<20/13),
	"brackets":    strings.Repeat("1 (", 1<<20/3),
	"capitals":    strings.Repeat("A-", 1<<20/2),
	"bodies":      strings.Repeat("Conseil de sécurité ", 1<<20/21),
	"names":       "résolutions " + strings.Repeat("46/182 Conseil ", 1<<20/15),
	"orphans":     "résolutions " + strings.Repeat("5/1, ", 1<<20/5),
	"paragraphs":  "paragraphes " + strings.Repeat("1, ", 1<<20/3) + "de la résolution 1970 (2011)",
}

// TestWorst runs each of them once: a scanner that is not linear needs hours.
func TestWorst(t *testing.T) {
	const limit = 20 * time.Second // some ten times what a busy machine takes
	start := time.Now()
	for name, s := range worst {
		tx := extractors.NewText(s, "fr")
		References(tx, find(tx))
		if took := time.Since(start); took > limit {
			t.Fatalf("%s: %v for 1 MB", name, took)
		}
		start = time.Now()
	}
}

func BenchmarkWorst(b *testing.B) {
	for name, s := range worst {
		t := extractors.NewText(s, "fr")
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(s)))
			for b.Loop() {
				find(t)
			}
		})
	}
}
