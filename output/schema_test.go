package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// The schema as Parquet has it. A change here is a change for everybody who
// reads the tables: rewrite the file with UPDATE=1 and read the diff.
func TestSchemaGolden(t *testing.T) {
	var b strings.Builder
	for _, info := range Schema() {
		b.WriteString(parquet.NewSchema(info.Name, parquet.SchemaOf(reflect.New(info.row).Interface())).String())
		b.WriteByte('\n')
	}
	golden(t, filepath.Join("testdata", "schema.txt"), b.String())
}

// docs/tables.md is what `make docs` writes.
func TestDocsNotStale(t *testing.T) {
	var b bytes.Buffer
	if err := WriteSchema(&b, "markdown"); err != nil {
		t.Fatal(err)
	}
	golden(t, filepath.Join("..", "docs", "tables.md"), b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(got), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is stale: UPDATE=1 go test ./output rewrites it", path)
	}
}

func TestSchema(t *testing.T) {
	columns := make(map[string]bool)
	for _, info := range Schema() {
		for _, c := range info.Columns {
			columns[info.Name+"."+c.Name] = true
		}
	}
	for _, info := range Schema() {
		if !strings.HasSuffix(info.Description, ".") {
			t.Errorf("%s lacks a description", info.Name)
		}
		for _, c := range info.Columns {
			name := info.Name + "." + c.Name
			if !strings.HasSuffix(c.Description, ".") {
				t.Errorf("%s lacks a description", name)
			}
			if strings.ToLower(c.Name) != c.Name || slices.Contains(reserved, c.Name) {
				t.Errorf("%s is no good name in SQL", name)
			}
			for _, r := range c.References {
				if !columns[r] {
					t.Errorf("%s refers to %s, which there is not", name, r)
				}
			}
			if c.Key && c.Nullable {
				t.Errorf("%s is a key and may be null", name)
			}
			if !slices.Contains([]string{"string", "int32", "int64", "double", "boolean", "date"}, c.Type) {
				t.Errorf("%s has the type %s", name, c.Type)
			}
		}
	}
}

// reserved holds the words that DuckDB, PostgreSQL or Spark do not take as the
// name of a column without quotes.
var reserved = strings.Fields(`all analyse analyze and anti any array as asc asymmetric authorization between binary both case cast
	check collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema
	current_time current_timestamp current_user default deferrable desc describe distinct do else end escape except false fetch
	filter for foreign freeze from full glob grant group having ilike in initially inner intersect into is isnull join lambda
	lateral leading left like limit localtime localtimestamp map minus natural not notnull null offset on only or order outer
	overlaps pivot placing positional primary qualify references returning right select semi session_user show similar some
	struct summarize symmetric table tablesample then time to trailing true try_cast union unique unknown unpivot user using
	variadic verbose when where window with`)

func TestWriteSchema(t *testing.T) {
	for _, format := range []string{"text", "markdown", "json"} {
		var b bytes.Buffer
		if err := WriteSchema(&b, format); err != nil {
			t.Fatal(err)
		}
		for _, info := range Schema() {
			for _, c := range info.Columns {
				if !strings.Contains(b.String(), c.Name) {
					t.Errorf("%s lacks %s.%s", format, info.Name, c.Name)
				}
			}
		}
	}
	if err := WriteSchema(nil, "xml"); err == nil {
		t.Error("xml is no format")
	}
}

// Every table of the schema has a writer, in the same order, and the files say
// what they hold.
func TestMetadata(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	mustPut(t, dir, "v1")
	for _, info := range Schema() {
		_, files := parts(t, dir, info.Name)
		if len(files) != 1 {
			t.Fatalf("%s: %d files", info.Name, len(files))
		}
		var columns []ColumnInfo
		text, _ := files[0].Lookup("tamis.columns")
		if err := json.Unmarshal([]byte(text), &columns); err != nil || len(columns) != len(info.Columns) {
			t.Errorf("%s: columns in the metadata: %v %s", info.Name, err, text)
		}
		if v, _ := files[0].Lookup("tamis.description"); v != info.Description {
			t.Errorf("%s: description %q", info.Name, v)
		}
	}
}

func TestDataPackage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	mustPut(t, dir, "v1")
	var pkg struct {
		Resources []struct {
			Name, Path string
			Schema     struct {
				PrimaryKey  []string
				ForeignKeys []struct {
					Fields    []string
					Reference struct {
						Resource string
						Fields   []string
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, "datapackage.json"))), &pkg); err != nil {
		t.Fatal(err)
	}
	keys := make(map[string][]string)
	for _, r := range pkg.Resources {
		keys[r.Name] = r.Schema.PrimaryKey
		if !exists(filepath.Join(dir, filepath.FromSlash(r.Path))) {
			t.Errorf("%s: no file %s", r.Name, r.Path)
		}
	}
	for _, r := range pkg.Resources {
		for _, k := range r.Schema.ForeignKeys {
			to := k.Reference.Resource
			if to == "" {
				to = r.Name
			}
			if !slices.Equal(k.Reference.Fields, keys[to]) || len(k.Fields) != len(keys[to]) {
				t.Errorf("%s: %v does not name the key %v of %s", r.Name, k, keys[to], to)
			}
		}
	}
}
