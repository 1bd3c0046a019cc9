package results

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tamis/output"
)

const runFile = `{"tamis": "0.1.0", "schema_version": "` + output.SchemaVersion + `", "counts": {"documents": 3}, "later": {"key": 1}, "configuration": {"max_bytes": 268435456}}`

// noise returns n bytes of text that hardly compresses, so that a part fills up.
func noise(seed, n int) string {
	r := rand.New(rand.NewPCG(uint64(seed), 0))
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(r.IntN(26))
	}
	return string(b)
}

// folder writes an output of n documents, in parts of few rows.
func folder(t *testing.T, dir string, n int) []output.Document {
	t.Helper()
	w, err := output.Create(dir, output.Options{RowGroupRows: 100, PartBytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	docs := make([]output.Document, n)
	for i := range docs {
		docs[i] = output.Document{DocumentID: fmt.Sprint("d", i), Source: "été/" + fmt.Sprint(i), Text: noise(i, 4000)}
		if i%2 == 0 {
			docs[i].Language = new("fr")
			docs[i].LanguageConfidence = new(0.5)
		}
	}
	if err := w.Documents.Write(docs...); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(map[string][]byte{"run.json": []byte(runFile)}); err != nil {
		t.Fatal(err)
	}
	return docs
}

func collect[T any](t *testing.T, f *Folder, table string) (rows []T) {
	t.Helper()
	for row, err := range Rows[T](f, table) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// Rows come back as they were written, from all parts, in order.
func TestRows(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out [1]*") // a pattern by its name
	want := folder(t, dir, 1000)
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(f.Parts("documents")); n < 5 {
		t.Errorf("%d parts", n)
	}
	if got := collect[output.Document](t, f, "documents"); !reflect.DeepEqual(got, want) {
		t.Errorf("%d rows, not those that were written", len(got))
	}
	if got := collect[output.Reject](t, f, "rejects"); len(got) != 0 {
		t.Errorf("rejects: %v", got)
	}
	if f.Run.Counts.Documents != 3 || f.Run.Tamis != "0.1.0" || fmt.Sprint(f.Run.Configuration["max_bytes"]) != "268435456" {
		t.Errorf("run.json: %+v", f.Run)
	}
	// Some columns; one that the files lack is null.
	type some struct {
		Language *string `parquet:"language,dict"`
		Source   string  `parquet:"source"`
		Later    *string `parquet:"later"`
	}
	for i, row := range collect[some](t, f, "documents") {
		if row.Source != want[i].Source || !reflect.DeepEqual(row.Language, want[i].Language) || row.Later != nil {
			t.Fatalf("row %d: %+v", i, row)
		}
	}
	for range Rows[some](f, "documents") {
		break // leaving early leaves nothing open: the folder can be removed on every system
	}
}

func TestOpenTrouble(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"none/x": "", "other/run.json": `{"version": 1}`, "broken/run.json": "{", "list/run.json": "[]",
		"old/run.json": `{"tamis": "0.0.1", "schema_version": "0"}`, "file": ""} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		dir  string
		is   error
		says string
	}{
		{"nowhere", nil, "no such folder"},
		{"none", ErrNone, "it has no run.json"},
		{"other", ErrNone, "of another program"},
		{"broken", ErrNone, "run.json: unexpected EOF"},
		{"list", ErrNone, "run.json"},
		{"file", ErrNone, "it is a file"},
		{"old", ErrVersion, `"0"; this program knows "` + output.SchemaVersion + `"`},
	} {
		_, err := Open(filepath.Join(dir, c.dir))
		if err == nil || !strings.Contains(err.Error(), c.says) || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v", c.dir, err)
		}
		if Is(filepath.Join(dir, c.dir)) != (c.dir == "old") {
			t.Errorf("Is(%s)", c.dir)
		}
	}
}

// A damaged or missing file is an error that names it, whatever the damage.
func TestDamage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	folder(t, dir, 100)
	part := filepath.Join(dir, "documents", "part-00000.parquet")
	whole, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at += len(whole)/100 + 1 {
		b := append([]byte(nil), whole...)
		for i := at; i < min(at+20, len(b)); i++ {
			b[i] ^= 0x55
		}
		read(t, part, b) // must not panic; damage in a value cannot be told
	}
	for _, b := range [][]byte{nil, whole[:len(whole)/2], whole[:len(whole)-1], []byte("PAR1PAR1")} {
		if err := read(t, part, b); err == nil || !strings.Contains(err.Error(), "part-00000.parquet: damaged") {
			t.Errorf("%d bytes of %d: %v", len(b), len(whole), err)
		}
	}
	if err := os.RemoveAll(filepath.Dir(part)); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range Rows[output.Document](f, "documents") {
		if err == nil || !strings.Contains(err.Error(), "table documents is missing") {
			t.Errorf("%v", err)
		}
	}
}

// Rows that are missing are no smaller table.
func TestLostPart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	folder(t, dir, 1000)
	for _, c := range []struct {
		counted int64
		says    string
	}{{1000, ""}, {1001, "table documents has 1000 rows, and the run wrote 1001"}} {
		f, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		f.Run.Counts.Tables = map[string]int64{"documents": c.counted}
		var last error
		for _, err := range Rows[output.Document](f, "documents") {
			last = err
		}
		if (c.says == "") != (last == nil) || last != nil && !strings.Contains(last.Error(), c.says) {
			t.Errorf("%d counted: %v", c.counted, last)
		}
	}
}

func read(t *testing.T, part string, b []byte) error {
	t.Helper()
	if err := os.WriteFile(part, b, 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := Open(filepath.Dir(filepath.Dir(part)))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range Rows[output.Document](f, "documents") {
		if err != nil {
			return err
		}
	}
	return nil
}
