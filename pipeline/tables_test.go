package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"tamis/output"
)

// The sample data of the repository, seen from this package.
const (
	dumpFolder = "../testdata/dump"
	oddFolder  = "../testdata/odd"
)

// runDump runs the pipeline over the inputs into a folder of the test.
func runDump(t testing.TB, cfg Config, inputs ...string) (out string, sum *Summary) {
	t.Helper()
	out = filepath.Join(t.TempDir(), "out")
	sum, err := Run(context.Background(), cfg, inputs, out, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out, sum
}

// writeFiles writes the files below dir: path with slashes, content.
func writeFiles(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// readTable reads all rows of a table below the output folder out.
func readTable[T any](t testing.TB, out, table string) []T {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(out, table, "*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) == 0 {
		t.Fatalf("table %s has no file", table)
	}
	var rows []T
	for _, p := range parts {
		part, err := parquet.ReadFile[T](p)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, part...)
	}
	return rows
}

// A tableDump prints a table for the eye: one line a row, columns parted by
// tabs, null as nothing.
func tableDump(t testing.TB, out, table string) string {
	switch table {
	case "documents":
		return dumpRows(readTable[output.Document](t, out, table))
	case "blocks":
		return dumpRows(readTable[output.Block](t, out, table))
	case "boilerplate":
		return dumpRows(readTable[output.Boilerplate](t, out, table))
	case "mentions":
		return dumpRows(readTable[output.Mention](t, out, table))
	case "organizations":
		return dumpRows(readTable[output.Organization](t, out, table))
	case "people":
		return dumpRows(readTable[output.Person](t, out, table))
	case "roles":
		return dumpRows(readTable[output.Role](t, out, table))
	case "resolutions":
		return dumpRows(readTable[output.Resolution](t, out, table))
	case "citations":
		return dumpRows(readTable[output.Citation](t, out, table))
	case "dates":
		return dumpRows(readTable[output.Date](t, out, table))
	case "places":
		return dumpRows(readTable[output.Place](t, out, table))
	case "aliases":
		return dumpRows(readTable[output.Alias](t, out, table))
	case "translations":
		return dumpRows(readTable[output.Translation](t, out, table))
	case "rejects":
		return dumpRows(readTable[output.Reject](t, out, table))
	}
	t.Fatalf("no table %q", table)
	return ""
}

func dumpRows[T any](rows []T) string {
	var b strings.Builder
	kind := reflect.TypeFor[T]()
	for i := range kind.NumField() {
		name, _, _ := strings.Cut(kind.Field(i).Tag.Get("parquet"), ",")
		fmt.Fprintf(&b, "%s%s", tab(i), name)
	}
	b.WriteByte('\n')
	for _, row := range rows {
		v := reflect.ValueOf(row)
		for i := range v.NumField() {
			b.WriteString(tab(i))
			f := v.Field(i)
			if f.Kind() == reflect.Pointer {
				if f.IsNil() {
					continue
				}
				f = f.Elem()
			}
			fmt.Fprint(&b, f.Interface())
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func tab(i int) string {
	if i == 0 {
		return ""
	}
	return "\t"
}
