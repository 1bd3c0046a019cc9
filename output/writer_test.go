package output

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// fill sets every column of a row to a value of its own; the nullable ones are
// null where n is odd.
func fill[T any](n int) T {
	var row T
	v := reflect.ValueOf(&row).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() == reflect.Pointer {
			if n%2 == 1 {
				continue
			}
			f.Set(reflect.New(f.Type().Elem()))
			f = f.Elem()
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString(fmt.Sprintf("été 😀 %d.%d", i, n))
		case reflect.Bool:
			f.SetBool(n%3 == 0)
		case reflect.Float64:
			f.SetFloat(float64(n) / 8)
		default:
			f.SetInt(int64(n*100 + i - 50)) // some below zero
		}
	}
	return row
}

// roundTrip writes rows to a table, reads them back and compares.
func roundTrip[T any](t *testing.T, table func(*Writer) *Table[T]) {
	t.Helper()
	name := tableOf(reflect.TypeFor[T]()).Name
	for _, n := range []int{0, 1, 5000} {
		dir := filepath.Join(t.TempDir(), "out")
		w, err := Create(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := make([]T, n)
		for i := range want {
			want[i] = fill[T](i)
		}
		if err := table(w).Write(want...); err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(runFile("v1")); err != nil {
			t.Fatal(err)
		}
		got, err := parquet.ReadFile[T](filepath.Join(dir, name, "part-00000.parquet"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(got) != n || n > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d rows do not come back as they were written", name, n)
		}
		if c := w.Counts(); c[name] != int64(n) || len(c) != len(Schema()) {
			t.Errorf("%s: counts %v", name, c)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	roundTrip(t, func(w *Writer) *Table[Document] { return w.Documents })
	roundTrip(t, func(w *Writer) *Table[Block] { return w.Blocks })
	roundTrip(t, func(w *Writer) *Table[Boilerplate] { return w.Boilerplate })
	roundTrip(t, func(w *Writer) *Table[Mention] { return w.Mentions })
	roundTrip(t, func(w *Writer) *Table[Organization] { return w.Organizations })
	roundTrip(t, func(w *Writer) *Table[Person] { return w.People })
	roundTrip(t, func(w *Writer) *Table[Role] { return w.Roles })
	roundTrip(t, func(w *Writer) *Table[Resolution] { return w.Resolutions })
	roundTrip(t, func(w *Writer) *Table[Date] { return w.Dates })
	roundTrip(t, func(w *Writer) *Table[Place] { return w.Places })
	roundTrip(t, func(w *Writer) *Table[Alias] { return w.Aliases })
	roundTrip(t, func(w *Writer) *Table[Citation] { return w.Citations })
	roundTrip(t, func(w *Writer) *Table[Translation] { return w.Translations })
	roundTrip(t, func(w *Writer) *Table[Reject] { return w.Rejects })
}

// parts returns the parts of a table, read and opened.
func parts(t *testing.T, dir, table string) (data [][]byte, files []*parquet.File) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, table, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		data, files = append(data, b), append(files, f)
	}
	return data, files
}

// writeMentions writes the mentions in calls of the given numbers of rows, over
// and over.
func writeMentions(t testing.TB, o Options, rows []Mention, calls ...int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	w, err := Create(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; len(rows) > 0; i++ {
		n := min(calls[i%len(calls)], len(rows))
		if err := w.Mentions.Write(rows[:n]...); err != nil {
			t.Fatal(err)
		}
		rows = rows[n:]
	}
	if err := w.Commit(runFile("v1")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestEqualBytes(t *testing.T) {
	rows := make([]Mention, 20_000)
	for i := range rows {
		rows[i] = fill[Mention](i)
		if i%700 == 0 {
			rows[i].Surface = noise(i, 100_000) // more than a batch of others
		}
	}
	o := Options{RowGroupRows: 6000, RowGroupBytes: 1 << 20, PartBytes: 300 << 10}
	var want [][]byte
	for _, calls := range [][]int{{len(rows)}, {1}, {7, 0, 1000}, {batchRows}, {batchRows + 1}} {
		got, _ := parts(t, writeMentions(t, o, rows, calls...), "mentions")
		if want == nil {
			want = got
		}
		if len(got) < 2 || !reflect.DeepEqual(got, want) {
			t.Errorf("calls of %v: %d parts, other bytes", calls, len(got))
		}
	}
}

func TestRowGroups(t *testing.T) {
	const n = 300_000
	rows := make([]Mention, n)
	for i := range rows {
		rows[i] = Mention{DocumentID: fmt.Sprint("doc", i/50), MentionIndex: int32(i % 50), Norm: fmt.Sprint("norm", i*7919%n), EntityID: "org:x"}
	}
	dir := writeMentions(t, Options{}, rows, n)
	_, files := parts(t, dir, "mentions")
	if len(files) != 1 {
		t.Fatalf("%d parts", len(files))
	}
	values := map[string]func(Mention) string{
		"document_id": func(m Mention) string { return m.DocumentID },
		"entity_id":   func(m Mention) string { return m.EntityID },
		"norm":        func(m Mention) string { return m.Norm },
	}
	var sizes []int64
	start := 0
	for _, g := range files[0].RowGroups() {
		end := start + int(g.NumRows())
		for name, value := range values {
			column, _ := files[0].Schema().Lookup(name)
			filter := g.ColumnChunks()[column.ColumnIndex].BloomFilter()
			if filter == nil {
				t.Fatalf("%s has no Bloom filter", name)
			}
			// A filter that lacks a value would hide rows from queries.
			for i := start; i < end; i += 97 {
				if ok, err := filter.Check(parquet.ValueOf(value(rows[i]))); err != nil || !ok {
					t.Fatalf("%s, row %d: the filter lacks its value (%v)", name, i, err)
				}
			}
			if ok, _ := filter.Check(parquet.ValueOf("of no row")); ok {
				t.Errorf("%s: the filter has a value that is in no row", name)
			}
		}
		sizes = append(sizes, g.NumRows())
		start = end
	}
	if want := []int64{122_880, 122_880, 54_240}; !reflect.DeepEqual(sizes, want) {
		t.Errorf("row groups of %v, want %v", sizes, want)
	}
}

// noise returns n bytes of text that hardly compresses.
func noise(seed, n int) string {
	r := rand.New(rand.NewPCG(uint64(seed), 0))
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(r.IntN(26))
	}
	return string(b)
}

// A text stands in its file once, compressed, and not as a bound in a header or
// the footer.
func TestLongText(t *testing.T) {
	text := noise(1, 1<<20)
	dir := filepath.Join(t.TempDir(), "out")
	w, err := Create(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Documents.Write(Document{DocumentID: "a", Text: text}); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(runFile("v1")); err != nil {
		t.Fatal(err)
	}
	data, _ := parts(t, dir, "documents")
	if len(data) != 1 || len(data[0]) > len(text)*5/4 {
		t.Errorf("%d parts, the first of %d bytes, for a text of %d", len(data), len(data[0]), len(text))
	}
}

// Each part says by itself which columns it has.
func TestPartsNameColumns(t *testing.T) {
	rows := make([]Mention, 3*batchRows)
	for i := range rows {
		rows[i] = fill[Mention](i)
	}
	_, files := parts(t, writeMentions(t, Options{PartBytes: 1}, rows, 100), "mentions")
	if len(files) != 3 {
		t.Fatalf("%d parts", len(files))
	}
	for i, f := range files {
		for j, c := range f.Metadata().RowGroups[0].Columns {
			if got, want := strings.Join(c.MetaData.PathInSchema, "."), tableOf(reflect.TypeFor[Mention]()).Columns[j].Name; got != want {
				t.Errorf("part %d, column %d is named %q, want %q", i, j, got, want)
			}
		}
		if v, _ := f.Lookup(metaTable); v != "mentions" {
			t.Errorf("part %d is of the table %q", i, v)
		}
	}
}

// Long texts end a row group long before its rows would.
func TestRowGroupBytes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	w, err := Create(dir, Options{RowGroupBytes: 1 << 20, PartBytes: 1}) // so that each row group ends a part
	if err != nil {
		t.Fatal(err)
	}
	for i := range 64 {
		if err := w.Documents.Write(Document{DocumentID: fmt.Sprint(i), Text: noise(i, 64<<10)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(runFile("v1")); err != nil {
		t.Fatal(err)
	}
	_, files := parts(t, dir, "documents")
	var rows []int64
	for _, f := range files {
		rows = append(rows, f.NumRows())
	}
	if want := []int64{16, 16, 16, 16}; !reflect.DeepEqual(rows, want) {
		t.Errorf("parts of %v rows, want %v", rows, want)
	}
}

func TestNotUTF8(t *testing.T) {
	for name, row := range map[string]Document{
		"text":  {Text: "caf\xe9"},
		"title": {Title: new("\xed\xa0\x80")}, // a lone surrogate
	} {
		w, err := Create(filepath.Join(t.TempDir(), "out"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = w.Documents.Write(Document{DocumentID: "fine"}, row)
		if err == nil || !strings.Contains(err.Error(), "table documents, row 1, column "+name) {
			t.Errorf("%s: error %v", name, err)
		}
		if err := w.Commit(runFile("v1")); err == nil {
			t.Errorf("%s: committed", name)
		}
	}
}

func TestDay(t *testing.T) {
	for _, want := range []string{"1970-01-01", "1969-12-31", "1945-10-24", "2016-02-29", "0800-12-25", "9999-12-31"} {
		at, err := time.Parse(time.DateOnly, want)
		if err != nil {
			t.Fatal(err)
		}
		late := at.Add(23 * time.Hour).In(time.FixedZone("", 0))
		if got := DayOf(late).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	// A day is that of the time's own zone.
	if got := DayOf(time.Date(2020, 1, 1, 0, 30, 0, 0, time.FixedZone("", 3600))).String(); got != "2020-01-01" {
		t.Error(got)
	}
}

func TestConfidence(t *testing.T) {
	if got := Confidence(0.9); got != 0.9 {
		t.Error(got)
	}
}

func BenchmarkWriteMentions(b *testing.B) {
	const n = 200_000
	rows := make([]Mention, n)
	for i := range rows {
		rows[i] = Mention{DocumentID: fmt.Sprintf("%016x", i/40), MentionIndex: int32(i % 40), BlockIndex: int32(i % 40 / 3), Type: "ORG",
			Surface: fmt.Sprint("Organisation ", i%5000), StartChar: int32(i % 40 * 90), EndChar: int32(i%40*90 + 20),
			SourceStartByte: new(int64(i % 40 * 95)), SourceEndByte: new(int64(i%40*95 + 21)), EntityID: fmt.Sprint("org:", i%3000),
			Norm: fmt.Sprint("ORG", i%3000), Confidence: 0.9, Rule: "table"}
	}
	for b.Loop() {
		dir := writeMentions(b, Options{}, rows, 1000)
		if info, err := os.Stat(filepath.Join(dir, "mentions", "part-00000.parquet")); err == nil {
			b.ReportMetric(float64(info.Size())/n, "bytes/row")
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkWriteDocuments(b *testing.B) {
	const n = 2000
	text := "0123456789abcdefghijklmnopqrstuvwxyz" + strings.Repeat("L’Organisation internationale pour les migrations a publié 25 rapports en 2016. ", 100)
	b.SetBytes(int64(n * len(text)))
	for b.Loop() {
		w, err := Create(filepath.Join(b.TempDir(), "out"), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for i := range n {
			w.Documents.Write(Document{DocumentID: fmt.Sprintf("%016x", i), Text: text[i%30:]})
		}
		if err := w.Commit(runFile("v1")); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
