package reader

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// benchmark reads data and counts the bytes of documents.
func benchmark(b *testing.B, name string, data []byte, size int64) {
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		got := int64(0)
		for it := range ReadFrom(name, bytes.NewReader(data), Options{}) {
			if it.Problem != "" {
				b.Fatal(it.Name, it.Problem, it.Detail)
			}
			got += int64(len(it.Data))
		}
		if got == 0 {
			b.Fatal("no documents")
		}
	}
}

// pages are texts that compress as pages do, about 5 to 1.
func pages(n int) []string {
	out := make([]string, n)
	seed := uint32(1)
	words := strings.Fields("la le les des États membres résolution du Conseil sur aide droits international rapport session et pour dans a été adoptée par migration personnes pays")
	for i := range out {
		var s strings.Builder
		for s.Len() < 20_000 {
			s.WriteString("<p class=\"texte\">")
			for range 40 {
				seed = seed*1664525 + 1013904223
				s.WriteString(words[(seed>>16)%uint32(len(words))])
				s.WriteByte(' ')
			}
			s.WriteString("</p>\n")
		}
		out[i] = s.String()
	}
	return out
}

func BenchmarkWARC(b *testing.B) {
	var plain, gz bytes.Buffer
	for _, p := range pages(200) {
		r := response("Content-Type: text/html\r\n", p)
		plain.WriteString(r)
		gz.Write(gzipped(b, r))
	}
	b.Run("plain", func(b *testing.B) { benchmark(b, "x.warc", plain.Bytes(), int64(plain.Len())) })
	b.Run("gz", func(b *testing.B) { benchmark(b, "x.warc.gz", gz.Bytes(), int64(plain.Len())) })
}

func BenchmarkJSONL(b *testing.B) {
	var lines bytes.Buffer
	for i, p := range pages(200) {
		fmt.Fprintf(&lines, "{\"id\":%d,\"url\":\"https://a.b/%d\",\"metadata\":{\"language\":\"fr\"},\"text\":%q}\n", i, i, p)
	}
	b.Run("plain", func(b *testing.B) { benchmark(b, "x.jsonl", lines.Bytes(), int64(lines.Len())) })
	gz := gzipped(b, lines.String())
	b.Run("gz", func(b *testing.B) { benchmark(b, "x.jsonl.gz", gz, int64(lines.Len())) })
}

func BenchmarkZip(b *testing.B) {
	var pairs []string
	size := 0
	for i, p := range pages(200) {
		pairs = append(pairs, fmt.Sprintf("%d.html", i), p)
		size += len(p)
	}
	benchmark(b, "x.zip", zipped(b, pairs...), int64(size))
}

func BenchmarkCSV(b *testing.B) {
	var rows bytes.Buffer
	rows.WriteString("id,text\n")
	for i, p := range pages(200) {
		fmt.Fprintf(&rows, "%d,\"%s\"\n", i, strings.ReplaceAll(p, "\"", "\"\""))
	}
	benchmark(b, "x.csv", rows.Bytes(), int64(rows.Len()))
}
