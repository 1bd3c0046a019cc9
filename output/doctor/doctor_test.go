package doctor_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"tamis/output"
	"tamis/output/doctor"
	"tamis/output/results"
	"tamis/pipeline"
)

// sample returns the output of a run over the sample dump.
func sample(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	if _, err := pipeline.Run(t.Context(), pipeline.Config{}, []string{"../../testdata/dump"}, out, nil); err != nil {
		t.Fatal(err)
	}
	return out
}

func look(t *testing.T, dir string) map[string][]string {
	t.Helper()
	f, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	problems := make(map[string][]string)
	for _, c := range doctor.Look(f) {
		if len(c.Problems) > 0 {
			problems[c.Name] = c.Problems
		}
	}
	return problems
}

// Every reference of the schema leads to a row, on a run over the sample dump,
// where each of them is used.
func TestSample(t *testing.T) {
	dir := sample(t)
	if problems := look(t, dir); len(problems) > 0 {
		t.Errorf("%q", problems)
	}
	f, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	// Once more by itself, with sets of strings.
	keys := make(map[string]map[string]bool)
	schema := output.Schema()
	for _, table := range schema {
		keys[table.Name] = make(map[string]bool)
		var key []string
		for _, c := range table.Columns {
			if c.Key {
				key = append(key, c.Name)
			}
		}
		if len(key) == 0 {
			continue
		}
		if err := results.Values(f, table.Name, key, func(v [][]byte) { keys[table.Name][string(bytes.Join(v, []byte("|")))] = true }); err != nil {
			t.Fatal(err)
		}
	}
	refs := doctor.References()
	for _, table := range schema {
		for _, c := range table.Columns {
			named := slices.ContainsFunc(refs, func(r doctor.Reference) bool { return r.Table == table.Name && slices.Contains(r.Columns, c.Name) })
			if len(c.References) > 0 && !named {
				t.Errorf("no reference for %s.%s", table.Name, c.Name)
			}
		}
	}
	for _, r := range refs {
		used := 0
		err := results.Values(f, r.Table, r.Columns, func(v [][]byte) {
			if v[len(v)-1] == nil {
				return
			}
			used++
			key := string(bytes.Join(v, []byte("|")))
			if !slices.ContainsFunc(r.To, func(to string) bool { return keys[to][key] }) {
				t.Errorf("%s %q: %q is in none of %q", r.Table, r.Columns, key, r.To)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if used == 0 {
			t.Logf("the sample dump has no %s.%s", r.Table, r.Columns[len(r.Columns)-1])
		}
	}
}

// rewrite changes the rows of a table of one part.
func rewrite[T any](t *testing.T, dir, table string, change func([]T) []T) {
	t.Helper()
	rows, err := parquet.ReadFile[T](filepath.Join(dir, table, "part-00000.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, table, change(rows))
}

func write[T any](t *testing.T, dir, table string, rows []T) {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b)
	_, err := w.Write(rows)
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, table, "part-00000.parquet"), b.Bytes(), 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever is wrong is found, by the check whose business it is.
func TestTrouble(t *testing.T) {
	whole := sample(t)
	part := func(dir, table string) string { return filepath.Join(dir, table, "part-00000.parquet") }
	roles, err := parquet.ReadFile[output.Role](part(whole, "roles"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		harm   func(dir string)
		checks string // that fail, but for checksums
		says   string
	}{
		{"nothing", func(string) {}, "", ""},
		{"no table", func(dir string) { os.RemoveAll(filepath.Join(dir, "people")) }, "columns files keys", "people/part-00000.parquet is missing"},
		{"a stray file", func(dir string) {
			b, _ := os.ReadFile(part(dir, "rejects"))
			os.WriteFile(filepath.Join(dir, "rejects", "copy.parquet"), b, 0o666)
		}, "counts files", "rejects/copy.parquet is not in datapackage.json"},
		{"half a file", func(dir string) { os.Truncate(part(dir, "mentions"), 5000) }, "columns keys offsets", "damaged"},
		{"no list", func(dir string) { os.Remove(filepath.Join(dir, "datapackage.json")) }, "files", "no such file"},
		{"another list", func(dir string) { os.WriteFile(filepath.Join(dir, "datapackage.json"), []byte("{}"), 0o666) }, "files", "is not in datapackage.json"},
		{"a row less", func(dir string) { rewrite(t, dir, "roles", func(rows []output.Role) []output.Role { return rows[1:] }) }, "counts", fmt.Sprintf("roles has %d rows; run.json counted %d", len(roles)-1, len(roles))},
		{"a key twice", func(dir string) {
			rewrite(t, dir, "places", func(rows []output.Place) []output.Place { return append(rows, rows[0]) })
		}, "counts keys", "places: two rows have the key"},
		{"a block left out", func(dir string) {
			rewrite(t, dir, "blocks", func(rows []output.Block) []output.Block { return slices.Delete(rows, 2, 3) })
		}, "counts keys offsets references", "has row 3 where 2 comes next"},
		{"a person left out", func(dir string) {
			rewrite(t, dir, "people", func(rows []output.Person) []output.Person { return rows[1:] })
		}, "counts references", "mentions.entity_id: "},
		{"a copy of no document", func(dir string) {
			rewrite(t, dir, "documents", func(rows []output.Document) []output.Document { rows[3].DuplicateOf = new("nowhere"); return rows })
		}, "references", `documents.duplicate_of: 1 rows lead to no row of documents, the first is "nowhere"`},
		{"a role at no mention", func(dir string) {
			rewrite(t, dir, "roles", func(rows []output.Role) []output.Role { rows[0].MentionIndex = 9999; return rows })
		}, "references", "roles.mention_index: 1 rows"},
		{"an offset behind the end", func(dir string) {
			rewrite(t, dir, "mentions", func(rows []output.Mention) []output.Mention { rows[0].EndChar = 1e6; return rows })
		}, "offsets", "mentions: "},
		{"another type", func(dir string) {
			type role struct {
				PersonID       string  `parquet:"person_id"`
				DocumentID     string  `parquet:"document_id"`
				MentionIndex   int32   `parquet:"mention_index"`
				Role           *string `parquet:"role"`
				OrganizationID int64   `parquet:"organization_id"`
			}
			write(t, dir, "roles", make([]role, len(roles)))
		}, "columns references", "roles.organization_id is of type int64, not string"},
	} {
		dir := filepath.Join(t.TempDir(), "out")
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		c.harm(dir)
		problems := look(t, dir)
		var failed, all []string
		for name, ps := range problems {
			all = append(all, ps...)
			if name != "checksums" {
				failed = append(failed, name)
			}
		}
		slices.Sort(failed)
		if strings.Join(failed, " ") != c.checks || !strings.Contains(strings.Join(all, "\n"), c.says) {
			t.Errorf("%s: %q fail, want %q, saying %q:\n%s", c.name, failed, c.checks, c.says, strings.Join(all, "\n"))
		}
		if harmed := c.name != "nothing" && c.name != "a stray file"; (len(problems["checksums"]) > 0) != harmed {
			t.Errorf("%s: checksums: %q", c.name, problems["checksums"])
		}
	}
}

// Older outputs have no checksums, which is no problem; counts that do not add
// up are one.
func TestRunFile(t *testing.T) {
	dir := sample(t)
	if err := os.Remove(filepath.Join(dir, output.Sums)); err != nil {
		t.Fatal(err)
	}
	if problems := look(t, dir); len(problems) > 0 {
		t.Errorf("%q", problems)
	}
	var info map[string]any
	name := filepath.Join(dir, "run.json")
	b, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	if err != nil {
		t.Fatal(err)
	}
	counts := info["counts"].(map[string]any)
	counts["sources"] = 50
	delete(counts["tables"].(map[string]any), "dates")
	if b, err = json.Marshal(info); err == nil {
		err = os.WriteFile(name, b, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(look(t, dir)["counts"], "\n"); got != "run.json has no count of table dates\nrun.json: 50 sources are not 40 documents and 3 rejects" {
		t.Errorf("%s", got)
	}
}
