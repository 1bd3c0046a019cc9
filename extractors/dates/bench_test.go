package dates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tamis/extractors"
)

// dump returns the texts of ../shared/dump, or where it is missing those of
// testdata, at most limit bytes.
func dump(tb testing.TB, limit int) []*extractors.Text {
	tb.Helper()
	var ts []*extractors.Text
	var files []string
	for _, depth := range []string{"*", "*/*", "*/*/*"} {
		more, _ := filepath.Glob("../../../shared/dump/" + depth + ".txt")
		files = append(files, more...)
	}
	if len(files) == 0 {
		files, _ = filepath.Glob("testdata/*.txt")
	}
	size := 0
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil || size+len(src) > limit {
			continue
		}
		size += len(src)
		ts = append(ts, extractors.NewText(string(src), "en"))
	}
	if size == 0 {
		tb.Fatal("no text")
	}
	return ts
}

func BenchmarkFind(b *testing.B) {
	ts := dump(b, 4<<20)
	size := 0
	for _, t := range ts {
		size += len(t.S)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range ts {
			Find(t)
		}
	}
}

// worst are texts of one thing over and over, on which a scanner that looks
// back or ahead without bounds would take the square of their length.
var worst = map[string]string{
	"digits":   "7",
	"numbers":  "2016 ",
	"days":     "5 ",
	"slashes":  "/",
	"fraction": "1/",
	"dashes":   "1-",
	"dots":     "12.",
	"months":   "janvier ",
	"may":      "May ",
	"list":     "5, ",
	"lists":    "5 et ",
	"dates":    "5 mai ",
	"mille":    "mille ",
	"lundi":    "lundi 5 ",
	"years":    "en 2015, ",
	"numeric":  "01/02/2016 ",
	"range":    "10/1-",
	"brackets": "(((",
	"decade":   "années ",
	"last":     "last ",
	"counts":   "last week of 2015 ",
	"feasts":   "lundi de Noël 2021 ",
	"eras":     "44-",
	"parts":    "Q1 to ",
}

func BenchmarkWorst(b *testing.B) {
	for name, unit := range worst {
		b.Run(name, func(b *testing.B) {
			t := extractors.NewText(strings.Repeat(unit, 1<<20/len(unit)), "fr")
			b.SetBytes(int64(len(t.S)))
			for b.Loop() {
				Find(t)
			}
		})
	}
}

// TestLinear wants a megabyte of each worst text done in a time that only a
// linear scan keeps to, with much to spare on a busy machine.
func TestLinear(t *testing.T) {
	for name, unit := range worst {
		text := extractors.NewText(strings.Repeat(unit, 1<<20/len(unit)), "fr")
		start := time.Now()
		Find(text)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: %v for %d bytes", name, d, len(text.S))
		}
	}
}
