package output

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

var bothTexts = Options{Formats: []string{"csv", "jsonl", "parquet", "csv"}}

// nasty holds what text formats have to quote.
var nasty = []string{"", "a,b", `"quoted"`, "two\nlines", "cr\r\nlf", " space ", "\x00\x1b\u007f", "\u2028\u0085", "<script>&amp;</script>", `\N`, "null", "😀 œ’"}

// sameRows writes rows in all formats and compares what each holds.
func sameRows[T any](t *testing.T, table func(*Writer) *Table[T]) {
	t.Helper()
	info := tableOf(reflect.TypeFor[T]())
	rows := make([]T, 2*len(nasty))
	for i := range rows {
		rows[i] = fill[T](i)
		v := reflect.ValueOf(&rows[i]).Elem()
		for j := range v.NumField() {
			switch f := v.Field(j); f.Type() {
			case reflect.TypeFor[string]():
				f.SetString(nasty[(i+j)%len(nasty)])
			case reflect.TypeFor[*string]():
				if !f.IsNil() {
					f.Elem().SetString(nasty[(i+j)%len(nasty)])
				}
			}
		}
	}
	dir := filepath.Join(t.TempDir(), "out")
	w, err := Create(dir, bothTexts)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(table(w).Write(rows...), w.Commit(runFile("v1"))); err != nil {
		t.Fatal(err)
	}
	want, err := parquet.ReadFile[T](filepath.Join(dir, info.Name, "part-00000.parquet"))
	if err != nil || !reflect.DeepEqual(want, rows) {
		t.Fatalf("%s: parquet: %v", info.Name, err)
	}

	d := json.NewDecoder(strings.NewReader(read(t, filepath.Join(dir, "jsonl", info.Name+".jsonl"))))
	d.UseNumber()
	for i := range want {
		var got map[string]any
		if err := d.Decode(&got); err != nil || len(got) != len(info.Columns) {
			t.Fatalf("%s, object %d of %d keys: %v", info.Name, i, len(got), err)
		}
		for j, c := range info.Columns {
			cell, null := cellOf(want[i], j)
			if value, ok := got[c.Name]; !ok || (value == nil) != null || !null && fmt.Sprint(value) != cell {
				t.Errorf("%s.%s, object %d: %q, want %q", info.Name, c.Name, i, value, cell)
			}
		}
	}
	if d.More() {
		t.Errorf("%s: more objects than rows", info.Name)
	}

	// encoding/csv reads \r\n in quotation marks as \n, and knows no null.
	text := strings.ReplaceAll(read(t, filepath.Join(dir, "csv", info.Name+".csv")), "\r", "␍")
	got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(got) != len(want)+1 {
		t.Fatalf("%s: CSV of %d lines: %v", info.Name, len(got), err)
	}
	for j, c := range info.Columns {
		if got[0][j] != c.Name {
			t.Errorf("%s: header %v", info.Name, got[0])
		}
		for i := range want {
			value, _ := cellOf(want[i], j)
			if cell := strings.ReplaceAll(got[i+1][j], "␍", "\r"); cell != value {
				t.Errorf("%s.%s, line %d: %q, want %q", info.Name, c.Name, i, cell, value)
			}
		}
	}
}

// cellOf returns the value of a column as text, and whether it is null.
func cellOf(row any, column int) (cell string, null bool) {
	v := reflect.ValueOf(row).Field(column)
	if v.Kind() != reflect.Pointer {
		return fmt.Sprint(v.Interface()), false
	}
	if v.IsNil() {
		return "", true
	}
	return fmt.Sprint(v.Elem().Interface()), false
}

func TestSameRows(t *testing.T) {
	sameRows(t, func(w *Writer) *Table[Document] { return w.Documents })
	sameRows(t, func(w *Writer) *Table[Block] { return w.Blocks })
	sameRows(t, func(w *Writer) *Table[Mention] { return w.Mentions })
	sameRows(t, func(w *Writer) *Table[Date] { return w.Dates })
	sameRows(t, func(w *Writer) *Table[Citation] { return w.Citations })
	sameRows(t, func(w *Writer) *Table[Translation] { return w.Translations })
	sameRows(t, func(w *Writer) *Table[Reject] { return w.Rejects })
}

// With a suffix, the files with rows have other names, and what speaks of them
// knows.
func TestSuffix(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	w, err := Create(dir, Options{Formats: []string{"csv"}, Suffix: "-20161231T235959Z-1f"})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Documents.Write(fill[Document](0)), w.Commit(runFile("v1"))); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{
		Sums:                   "  documents/part-00000-20161231T235959Z-1f.parquet\n",
		"datapackage.json":     `"documents/part-00000-20161231T235959Z-1f.parquet"`,
		"csv/datapackage.json": `"documents-20161231T235959Z-1f.csv"`,
	} {
		if got := read(t, filepath.Join(dir, filepath.FromSlash(file))); !strings.Contains(got, text) {
			t.Errorf("%s lacks %s:\n%s", file, text, got)
		}
	}
	for _, file := range []string{"documents/part-00000-20161231T235959Z-1f.parquet", "csv/documents-20161231T235959Z-1f.csv"} {
		if !exists(filepath.Join(dir, filepath.FromSlash(file))) {
			t.Errorf("no %s", file)
		}
	}
	if !isOurs(filepath.Join(dir, "documents")) {
		t.Error("the next run does not know the table for one of ours")
	}
}

// Null and the empty string differ, and dates, numbers and booleans look as
// readers expect them.
func TestTextLines(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	w, err := Create(dir, bothTexts)
	if err != nil {
		t.Fatal(err)
	}
	day := Day(17007)
	if err := errors.Join(
		w.Dates.Write(Date{DateID: "2016-07-25", StartDate: &day, EndDate: &day, Precision: "day", MentionCount: 3},
			Date{DateID: "XXXX-07-25"}),
		w.Translations.Write(Translation{Confidence: 0.00001}),
		w.Commit(runFile("v1"))); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"csv/dates.csv": "date_id,start_date,end_date,precision,mention_count,document_count\n" +
			"2016-07-25,2016-07-25,2016-07-25,day,3,0\nXXXX-07-25,,,\"\",0,0\n",
		"jsonl/dates.jsonl": `{"date_id":"2016-07-25","start_date":"2016-07-25","end_date":"2016-07-25","precision":"day","mention_count":3,"document_count":0}` +
			"\n" + `{"date_id":"XXXX-07-25","start_date":null,"end_date":null,"precision":"","mention_count":0,"document_count":0}` + "\n",
		"csv/translations.csv": "document_id,translation_of,language,other_language,evidence,shared_count,confidence\n" +
			`"","","","","",0,0.00001` + "\n",
		"csv/rejects.csv":     "source,stage,reason,detail\n", // no rows: the columns all the same
		"jsonl/rejects.jsonl": "",
	} {
		if got := read(t, filepath.Join(dir, filepath.FromSlash(name))); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
}

// What a text format wrote is summed and described, and goes away with the next
// run that does not ask for it; a folder of the user's does not.
func TestTextFolders(t *testing.T) {
	for _, way := range ways[1:] {
		t.Run(way.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			mustPut(t, dir, "v0")
			o := bothTexts
			o.test = way.test
			for range 2 { // a second run replaces the first one's
				w, err := Create(dir, o)
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(w.Documents.Write(Document{DocumentID: "v1"}), w.Commit(runFile("v1"))); err != nil {
					t.Fatal(err)
				}
			}
			sums := read(t, filepath.Join(dir, Sums))
			for _, f := range []string{"csv", "jsonl"} {
				var want []string
				for _, info := range Schema() {
					want = append(want, info.Name+"."+f)
				}
				want = append(want, "datapackage.json")
				slices.Sort(want)
				if got := names(t, filepath.Join(dir, f)); !slices.Equal(got, want) {
					t.Errorf("%s holds %v", f, got)
				}
				for _, name := range want {
					b, err := os.ReadFile(filepath.Join(dir, f, name))
					if err != nil {
						t.Fatal(err)
					}
					if line := fmt.Sprintf("%x  %s/%s\n", sha256.Sum256(b), f, name); !strings.Contains(sums, line) {
						t.Errorf("%s lacks %s", Sums, line)
					}
				}
			}
			if err := put(dir, "v2", way.test); err != nil {
				t.Fatal(err)
			}
			if exists(filepath.Join(dir, "csv")) || exists(filepath.Join(dir, "jsonl")) {
				t.Error("text of a former run is still there")
			}
			write(t, filepath.Join(dir, "csv", "documents.csv"), "mine")
			if err := put(dir, "v3", way.test); err != nil {
				t.Fatal(err)
			}
			if got := read(t, filepath.Join(dir, "csv", "documents.csv")); got != "mine" {
				t.Errorf("the user's file says %q", got)
			}
			if _, err := Create(dir, o); err == nil || !strings.Contains(err.Error(), "csv in it is not the folder") {
				t.Errorf("the user's folder would be replaced: %v", err)
			}
			if got := names(t, filepath.Dir(dir)); !slices.Equal(got, []string{"out"}) {
				t.Errorf("left beside it: %v", got)
			}
		})
	}
}

func TestCheckFormats(t *testing.T) {
	if err := CheckFormats(Formats); err != nil {
		t.Error(err)
	}
	if err := CheckFormats([]string{"csv", "xls"}); err == nil || !strings.Contains(err.Error(), `"xls"`) {
		t.Errorf("error %v", err)
	}
}

// Croissant names every column of the schema, below the files that hold it.
func TestCroissant(t *testing.T) {
	b, err := croissant()
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range Schema() {
		for _, c := range info.Columns {
			if n := bytes.Count(b, []byte(`"@id": "`+info.Name+"/"+c.Name+`"`)); n < 1 {
				t.Errorf("no field %s/%s", info.Name, c.Name)
			}
		}
		if !bytes.Contains(b, []byte(`"includes": "`+info.Name+`/*.parquet"`)) {
			t.Errorf("no files of %s", info.Name)
		}
	}
}
