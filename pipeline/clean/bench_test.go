package clean

import (
	"os"
	"path/filepath"
	"testing"
)

// corpus returns the contents of the files that match the first pattern which
// matches any, below ../shared when it is there, else in testdata.
func corpus(b *testing.B, patterns ...string) (files [][]byte, size int64) {
	for _, p := range patterns {
		names, err := filepath.Glob(filepath.Join("..", "..", p))
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			if len(raw) == 0 {
				continue
			}
			files = append(files, raw)
			size += int64(len(raw))
		}
		if len(files) > 0 {
			return files, size
		}
	}
	b.Fatalf("no file matches %q", patterns)
	return nil, 0
}

func benchmark(b *testing.B, mediaType string, patterns ...string) {
	files, size := corpus(b, patterns...)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, raw := range files {
			if _, err := Clean(raw, mediaType); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	benchmark(b, HTML, "../shared/data/content/*/html/*.html", "testdata/dump/*/*/*.html", "testdata/dump/*/*.html")
}

func BenchmarkHTMLParseAlone(b *testing.B) {
	files, size := corpus(b, "../shared/data/content/*/html/*.html", "testdata/dump/*/*/*.html", "testdata/dump/*/*.html")
	b.SetBytes(size)
	for b.Loop() {
		for _, raw := range files {
			parse(string(raw), nil)
		}
	}
}

func BenchmarkText(b *testing.B) {
	b.Run("french", func(b *testing.B) {
		benchmark(b, Text, "../shared/dump/unsc/fr/*.txt", "testdata/dump/docs.comla.example/*.txt")
	})
	b.Run("english", func(b *testing.B) {
		benchmark(b, Text, "../shared/dump/unsc/en/*.txt", "testdata/dump/docs.comla.example/*.txt")
	})
	b.Run("scraped", func(b *testing.B) {
		benchmark(b, Text, "../shared/dump/iom/*.txt", "testdata/dump/www.harbourlight.example/*.txt")
	})
}
