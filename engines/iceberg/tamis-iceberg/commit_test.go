package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/table"

	"tamis/output"
)

var namespace = table.Identifier{"tamis"}

// catalogs are the kinds of catalog, below a folder.
func catalogs(dir string) map[string]place {
	return map[string]place{
		"directory": {catalog: "directory", warehouse: filepath.Join(dir, "ware house"), name: "tamis"},
		"sqlite":    {catalog: "sqlite:" + filepath.Join(dir, "catalog é.db"), warehouse: filepath.Join(dir, "ware house"), name: "tamis"},
	}
}

// onEach runs a test with an empty catalog of each kind.
func onEach(t *testing.T, test func(*testing.T, catalog.Catalog)) {
	for _, kind := range slices.Sorted(maps.Keys(catalogs(""))) {
		t.Run(kind, func(t *testing.T) {
			cat, done, err := catalogs(t.TempDir())[kind].open()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := done(); err != nil {
					t.Error(err)
				}
			})
			test(t, cat)
		})
	}
}

// publish puts an output with these documents in the place of the one that dir
// holds. Other tables have no rows.
func publish(t *testing.T, dir string, ids ...string) *publication {
	t.Helper()
	w, err := output.Create(dir, output.Options{RowGroupRows: 1, PartBytes: 1}) // a part for each row
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for i, id := range ids {
		err := w.Documents.Write(output.Document{DocumentID: id, Text: "Genève", ByteCount: int64(i), CharCount: 6})
		if err != nil {
			t.Fatal(err)
		}
	}
	marker := fmt.Sprintf(`{"tamis":"0.0.0","schema_version":%q}`, output.SchemaVersion)
	if err := w.Commit(map[string][]byte{"run.json": []byte(marker)}); err != nil {
		t.Fatal(err)
	}
	p, err := readPublication(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func commit(t *testing.T, cat catalog.Catalog, p *publication, m mode) []change {
	t.Helper()
	var changes []change
	if err := p.commit(context.Background(), cat, namespace, m, func(c change) { changes = append(changes, c) }); err != nil {
		t.Fatal(err)
	}
	return changes
}

// documents returns the sorted identifiers in the table documents.
func documents(t *testing.T, cat catalog.Catalog, options ...table.ScanOption) string {
	t.Helper()
	_, rows, err := load(t, cat, "documents").Scan(append(options, table.WithSelectedFields("document_id"))...).ToArrowRecords(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for r, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		column := r.Column(0).(*array.String)
		for i := range column.Len() {
			ids = append(ids, column.Value(i))
		}
		r.Release()
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func load(t *testing.T, cat catalog.Catalog, name string) *table.Table {
	t.Helper()
	tbl, err := cat.LoadTable(context.Background(), table.Identifier{"tamis", name})
	if err != nil {
		t.Fatal(err)
	}
	return tbl
}

func TestRunsReplaceEachOther(t *testing.T) {
	onEach(t, func(t *testing.T, cat catalog.Catalog) {
		dir := filepath.Join(t.TempDir(), "out")
		p := publish(t, dir, "a", "b", "c")
		first := commit(t, cat, p, replace)
		if len(first) != len(output.Schema()) {
			t.Errorf("%d tables were committed, and there are %d", len(first), len(output.Schema()))
		}
		if got := documents(t, cat); got != "a b c" {
			t.Errorf("after the first run: %s", got)
		}
		for _, c := range commit(t, cat, p, replace) {
			if !c.same {
				t.Errorf("committed again, table %s changed", c.table)
			}
		}

		// The next run takes the published files away.
		second := commit(t, cat, publish(t, dir, "c", "d"), replace)
		if got := documents(t, cat); got != "c d" {
			t.Errorf("after the second run: %s", got)
		}
		if got := documents(t, cat, table.WithSnapshotID(first[0].snapshot)); got != "a b c" {
			t.Errorf("the first run by time travel: %s", got)
		}
		for _, c := range second {
			// Nothing was mentioned in either run.
			if c.same != (c.table != "documents") {
				t.Errorf("second run: %s", c)
			}
		}
		if got := load(t, cat, "documents").CurrentSnapshot().Summary.Operation; got != table.OpOverwrite {
			t.Errorf("a run replaces another by %s", got)
		}
		commit(t, cat, publish(t, dir, "a", "b", "c"), replace)
		if got := documents(t, cat); got != "a b c" {
			t.Errorf("the first run once more: %s", got)
		}
	})
}

func TestAppend(t *testing.T) {
	onEach(t, func(t *testing.T, cat catalog.Catalog) {
		a, b := publish(t, filepath.Join(t.TempDir(), "a"), "a"), publish(t, filepath.Join(t.TempDir(), "b"), "b")
		for _, step := range []struct {
			p    *publication
			m    mode
			want string
		}{
			{a, add, "a"},
			{b, add, "a b"},
			{a, add, "a b"}, // added before
			{b, add, "a b"},
			{b, replace, "b"}, // the last that was added, but not alone
			{b, add, "b"},
			{a, add, "a b"}, // what was there before does not count any more
		} {
			commit(t, cat, step.p, step.m)
			if got := documents(t, cat); got != step.want {
				t.Errorf("after %s: %q, want %q", step.m, got, step.want)
			}
		}
	})
}

// TestWiden commits to tables that an older program created with fewer columns.
func TestWiden(t *testing.T) {
	onEach(t, func(t *testing.T, cat catalog.Catalog) {
		ctx := context.Background()
		p := publish(t, filepath.Join(t.TempDir(), "out"), "a")
		s, _, err := p.schemaOf(p.tables[0])
		if err != nil {
			t.Fatal(err)
		}
		older := iceberg.NewSchema(0, slices.DeleteFunc(s.Fields(), func(f iceberg.NestedField) bool { return f.Name == "char_count" })...)
		if err := cat.CreateNamespace(ctx, namespace, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := p.tableFor(ctx, cat, table.Identifier{"tamis", "documents"}, older); err != nil {
			t.Fatal(err)
		}
		commit(t, cat, p, replace)
		_, rows, err := load(t, cat, "documents").Scan(table.WithSelectedFields("char_count")).ToArrowRecords(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for r, err := range rows {
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Column(0).(*array.Int32).Value(0); got != 6 {
				t.Errorf("the column that came later reads as %d", got)
			}
			r.Release()
		}
	})
}

// TestIntegersAreSigned looks at all tables: Iceberg has no unsigned integers.
func TestIntegersAreSigned(t *testing.T) {
	p := publish(t, filepath.Join(t.TempDir(), "out"), "a")
	integers := 0
	for i, info := range output.Schema() {
		r, err := file.OpenParquetFile(filepath.Join(p.dir, p.tables[i].parts[0].path), false)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		s, err := toIceberg(r.MetaData())
		if err != nil {
			t.Fatal(err)
		}
		for j, c := range info.Columns {
			name := info.Name + "." + c.Name
			if l, ok := r.MetaData().Schema.Column(j).LogicalType().(schema.IntLogicalType); ok && !l.IsSigned() {
				t.Errorf("%s is unsigned", name)
			}
			want := map[string]iceberg.Type{
				"string": iceberg.PrimitiveTypes.String, "double": iceberg.PrimitiveTypes.Float64, "boolean": iceberg.PrimitiveTypes.Bool,
				"date": iceberg.PrimitiveTypes.Date, "int32": iceberg.PrimitiveTypes.Int32, "int64": iceberg.PrimitiveTypes.Int64,
			}[c.Type]
			if strings.HasPrefix(c.Type, "int") {
				integers++
			}
			f := s.Field(j)
			if f.Name != c.Name || want == nil || !f.Type.Equals(want) || f.Required == c.Nullable || f.Doc != c.Description {
				t.Errorf("%s, %s, became %s", name, c.Type, f)
			}
		}
	}
	if integers == 0 {
		t.Error("no table has an integer")
	}
}

func TestOneOfTwoAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, cat catalog.Catalog) {
		ctx := context.Background()
		p := publish(t, filepath.Join(t.TempDir(), "out"), "a")
		commit(t, cat, p, replace)
		tbl, source := load(t, cat, "documents"), p.tables[0]
		folder, err := localPath(tbl.Location())
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := p.schemaOf(source)
		if err != nil {
			t.Fatal(err)
		}
		var staged []*table.Transaction
		for range 2 {
			files, err := p.place(source, filepath.Join(folder, "data"))
			if err != nil {
				t.Fatal(err)
			}
			tx, err := p.stage(ctx, tbl, source, s, files, add)
			if err != nil {
				t.Fatal(err)
			}
			staged = append(staged, tx)
		}
		if _, err := staged[0].Commit(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := staged[1].Commit(ctx); err == nil || !strings.Contains(err.Error(), "has changed") {
			t.Errorf("the second of two commits: %v", err)
		}
		if got := documents(t, cat); got != "a a" {
			t.Errorf("the table has %s", got)
		}
	})
}

func TestRefusals(t *testing.T) {
	onEach(t, func(t *testing.T, cat catalog.Catalog) {
		ctx := context.Background()
		dir := filepath.Join(t.TempDir(), "out")
		p := publish(t, dir, "a")
		refuse := func(p *publication, want string) {
			t.Helper()
			err := p.commit(ctx, cat, namespace, replace, func(change) {})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("commit: %v, want %q", err, want)
			}
		}
		publish(t, dir, "b")
		refuse(p, "is not what SHA256SUMS says")
		folder, err := localPath(load(t, cat, "documents").Location())
		if err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(filepath.Join(folder, "data")); err != nil || len(left) > 0 {
			t.Errorf("what was refused left %v, %v", left, err)
		}
		p = publish(t, dir, "a")
		p.schema = "another"
		refuse(p, "version "+output.SchemaVersion+" of the schema and these files version another")
	})
	if _, err := readPublication(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no run.json") {
		t.Errorf("a folder of other things: %v", err)
	}
	for _, p := range []place{{"directory", "s3://bucket/x", ""}, {"rest", t.TempDir(), ""}, {"sqlite:", t.TempDir(), ""}} {
		if _, _, err := p.open(); err == nil {
			t.Errorf("%v was opened", p)
		}
	}
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	publish(t, filepath.Join(dir, "out"), "a", "b")
	run := func() string {
		t.Helper()
		c := command()
		var out bytes.Buffer
		c.SetOut(&out)
		c.SetArgs([]string{"commit", "--catalog", "sqlite:" + filepath.Join(dir, "catalog.db"), "--warehouse", filepath.Join(dir, "w"), "--namespace", "a.b", filepath.Join(dir, "out")})
		if err := c.Execute(); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if got := run(); !strings.HasPrefix(got, "documents: snapshot ") || !strings.Contains(got, " (replace) of 2 rows\n") {
		t.Errorf("the first time:\n%s", got)
	}
	if got := run(); !strings.HasPrefix(got, "documents: unchanged, snapshot ") {
		t.Errorf("the second time:\n%s", got)
	}
}

func FuzzParseSums(f *testing.F) {
	sum := strings.Repeat("0", 64)
	f.Add(sum + "  documents/part-00000.parquet\n" + sum + "  views.sql\n")
	f.Add(sum + "  ../x.parquet\n")
	f.Fuzz(func(t *testing.T, sums string) {
		tables, err := parseSums([]byte(sums))
		if err != nil {
			return
		}
		for _, table := range tables {
			for _, p := range table.parts {
				if !filepath.IsLocal(p.path) || !strings.Contains(sums, p.sum+"  "+p.path) {
					t.Errorf("%q is not a file of the folder", p.path)
				}
			}
		}
	})
}
