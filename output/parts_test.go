package output

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// TestParts writes tables in parts and puts them together: rows, text formats and
// their order are those of one writer.
func TestParts(t *testing.T) {
	dir := t.TempDir()
	o := Options{Formats: []string{"csv", "jsonl"}, PartBytes: 20_000}
	write := func(w *Writer, from, to int) {
		t.Helper()
		for i := from; i < to; i++ {
			if err := w.Documents.Write(fill[Document](i)); err != nil {
				t.Fatal(err)
			}
			if i%5 == 0 {
				if err := w.Rejects.Write(fill[Reject](i)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	commit := func(w *Writer) {
		t.Helper()
		if err := w.Commit(map[string][]byte{"run.json": []byte(`{"tamis": "1"}`)}); err != nil {
			t.Fatal(err)
		}
	}
	one, err := Create(filepath.Join(dir, "one"), o)
	if err != nil {
		t.Fatal(err)
	}
	write(one, 0, 9000)
	commit(one)

	several, err := Create(filepath.Join(dir, "several"), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, to := range []int{3001, 3001, 3002, 9000} { // the second one has no rows at all
		from := max(0, []int{0, 3001, 3001, 3002}[i])
		part := filepath.Join(dir, fmt.Sprint("part", i))
		w, err := CreatePart(part, o)
		if err != nil {
			t.Fatal(err)
		}
		write(w, from, to)
		parts, err := w.FinishPart()
		if err != nil || (len(parts) == 0) != (from == to) {
			t.Fatalf("%v, %v", parts, err)
		}
		if err := several.Adopt(part, parts); err != nil {
			t.Fatal(err)
		}
	}
	commit(several)
	if err := several.Adopt(dir, []Part{{Table: "nothing"}}); err == nil {
		t.Error("a table that there is not is adopted")
	}

	for _, name := range []string{"csv/documents.csv", "jsonl/documents.jsonl", "csv/rejects.csv", "csv/places.csv"} {
		a, aerr := os.ReadFile(filepath.Join(dir, "one", name))
		b, berr := os.ReadFile(filepath.Join(dir, "several", name))
		if aerr != nil || berr != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: %d bytes, %d of parts, %v, %v", name, len(a), len(b), aerr, berr)
		}
	}
	sums, err := os.ReadFile(filepath.Join(dir, "several", Sums))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	files, _ := filepath.Glob(filepath.Join(dir, "several", "documents", "*"))
	for i, file := range files {
		if want := fmt.Sprintf("documents/part-%05d.parquet", i); !strings.Contains(string(sums), "  "+want+"\n") || !strings.HasSuffix(file, filepath.FromSlash(want)) {
			t.Errorf("%s has no sum, or another name", file)
		}
		rows, err := parquet.ReadFile[Document](file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if want := fill[Document](n); r.DocumentID != want.DocumentID || r.Text != want.Text {
				t.Fatalf("row %d is %v", n, r)
			}
			n++
		}
	}
	if n != 9000 || len(files) < 4 {
		t.Errorf("%d rows in %d files", n, len(files))
	}
}
