package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"tamis/output"
	"tamis/output/results"
)

// allRows lists the rows of every table of an output, in order.
func allRows(t *testing.T, dir string) map[string][]any {
	t.Helper()
	all := make(map[string][]any)
	rowsOfTable[output.Document](t, dir, "documents", all)
	rowsOfTable[output.Block](t, dir, "blocks", all)
	rowsOfTable[output.Boilerplate](t, dir, "boilerplate", all)
	rowsOfTable[output.Mention](t, dir, "mentions", all)
	rowsOfTable[output.Organization](t, dir, "organizations", all)
	rowsOfTable[output.Person](t, dir, "people", all)
	rowsOfTable[output.Role](t, dir, "roles", all)
	rowsOfTable[output.Resolution](t, dir, "resolutions", all)
	rowsOfTable[output.Date](t, dir, "dates", all)
	rowsOfTable[output.Place](t, dir, "places", all)
	rowsOfTable[output.Alias](t, dir, "aliases", all)
	rowsOfTable[output.Citation](t, dir, "citations", all)
	rowsOfTable[output.Translation](t, dir, "translations", all)
	rowsOfTable[output.Reject](t, dir, "rejects", all)
	return all
}

func rowsOfTable[T any](t *testing.T, dir, name string, all map[string][]any) {
	t.Helper()
	f, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	all[name] = []any{}
	for r, err := range results.Rows[T](f, name) {
		if err != nil {
			t.Fatal(err)
		}
		all[name] = append(all[name], r)
	}
}

// sameRows compares the rows of two outputs, all tables, in order.
func sameRows(t *testing.T, what, got, want string) {
	t.Helper()
	a, b := allRows(t, got), allRows(t, want)
	if len(b) != len(output.Schema()) {
		t.Fatalf("%d of %d tables are compared", len(b), len(output.Schema()))
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if len(a[name]) != len(b[name]) {
			t.Errorf("%s: table %s has %d rows, not %d", what, name, len(a[name]), len(b[name]))
			continue
		}
		for i := range b[name] {
			if !reflect.DeepEqual(a[name][i], b[name][i]) {
				t.Errorf("%s: table %s, row %d is\n%+v\nnot\n%+v", what, name, i, deref(a[name][i]), deref(b[name][i]))
				break
			}
		}
	}
}

// deref shows a row with what its pointers point to.
func deref(row any) string {
	v := reflect.ValueOf(row)
	s := ""
	for i := range v.NumField() {
		f := reflect.Indirect(v.Field(i))
		if f.IsValid() {
			s += fmt.Sprintf("%s: %.80v ", v.Type().Field(i).Name, f)
		}
	}
	return s
}

// doAll does all phases of a plan, two indices at a time and the last ones first.
func doAll(t *testing.T, p *Plan) {
	t.Helper()
	for _, f := range p.Phases() {
		var wg sync.WaitGroup
		for half := range 2 {
			wg.Go(func() {
				for i := f.Shards - 1 - half; i >= 0; i -= 2 {
					if err := p.Do(t.Context(), f.Name, i); err != nil {
						t.Errorf("%s %d: %v", f.Name, i, err)
					}
				}
			})
		}
		wg.Wait()
	}
}

// longContainers adds to a dump what shards have to cut: long lists in several forms.
func longContainers(t *testing.T, g *growing) {
	t.Helper()
	members := make([]file, 60)
	list := ""
	for i := range members {
		members[i] = file{fmt.Sprintf("site%d.example/%d.html", i%3, i), g.any()}
		list += fmt.Sprintf("{\"text\": %q, \"url\": \"https://site%d.example/list/%d\"}\n", g.any()+fmt.Sprint(" Number ", i), i%4, i)
	}
	g.put(t, "archive.zip", zipped(t, members...))
	g.put(t, "list.jsonl.gz", gzipped(t, list))
	g.put(t, "empty.txt", "")
	g.put(t, "broken.zip", "PK\x03\x04 and no more")
}

// linked makes sure that there is something to find between documents.
func linked(t *testing.T, dir string) {
	t.Helper()
	all := allRows(t, dir)
	exact, near := 0, 0
	for _, r := range all["documents"] {
		d := r.(output.Document)
		if d.DuplicateOf != nil {
			exact++
		}
		if d.NearDuplicateOf != nil {
			near++
		}
	}
	if n := len(all["translations"]); exact == 0 || near == 0 || n == 0 || len(all["boilerplate"]) == 0 {
		t.Errorf("%d exact duplicates, %d near ones, %d versions, %d repeated lines", exact, near, n, len(all["boilerplate"]))
	}
}

// TestShards cuts the sample and a dump with long containers into shards: the rows
// are those of a run, in the same order, however many shards there are.
func TestShards(t *testing.T) {
	g := newGrowing(t)
	for range 2 {
		g.step(t, 70)
	}
	longContainers(t, g)
	few := t.TempDir()
	writeFiles(t, few, map[string]string{"a.txt": "The African Union met in Geneva on 3 May 2016.", "b.bin": "\x00\x01"})
	fixes := filepath.Join(few, ".fixes.csv")
	writeFiles(t, few, map[string]string{".fixes.csv": `action,entity_id,new_entity_id,new_norm,note
merge,org:observatory-on-migration-and-borders,org:observatoire-des-migrations-et-des-frontieres,Observatoire des migrations et des frontières,
rename,org:harbour-light-network,,Harbour Light,
rename,org:nobody-ever,,Nobody,nothing mentions it
`})
	for _, c := range []struct {
		name   string
		in     string
		cfg    Config
		shards []int
	}{
		{"sample", dumpFolder, Config{}, []int{1, 3, 8}},
		{"corrections", dumpFolder, Config{Corrections: fixes}, []int{3}},
		{"fewer files than shards", few, Config{Model: "none"}, []int{4}},
		{"containers", g.dir, Config{Formats: []string{"csv"}, Model: "none"}, []int{12}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.cfg.Model != "none" {
				t.Skip("loads the model")
			}
			t.Parallel()
			dir := t.TempDir()
			single := filepath.Join(dir, "single")
			whole := run(t, c.cfg, c.in, single)
			if testing.Short() {
				c.shards = []int{3}
			}
			if c.in != few {
				linked(t, single)
			}
			for _, n := range c.shards {
				out := filepath.Join(dir, fmt.Sprint("shards", n))
				p, err := MakePlan(c.cfg, []string{c.in}, out, "", n)
				if err != nil {
					t.Fatal(err)
				}
				if again, err := MakePlan(c.cfg, []string{c.in}, out, "", n); err != nil || !reflect.DeepEqual(again, p) {
					t.Errorf("the same plan again: %v", err)
				}
				if _, err := MakePlan(c.cfg, []string{c.in}, out, "", n+1); !errors.Is(err, ErrPlan) {
					t.Errorf("another plan in its place: %v", err)
				}
				// Temporary files may lie on another file system.
				if p.Scratch, err = os.MkdirTemp("/dev/shm", "tamis-test-"); err != nil {
					p.Scratch = t.TempDir()
				}
				defer os.RemoveAll(p.Scratch)
				lines, items := 0, 0
				for i := range p.Shards {
					sources, err := p.sources(t.Context(), i, 1)
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range sources {
						switch {
						case s.Cut != nil && s.Cut.Line > 0:
							lines++
						case s.Cut != nil:
							items++
						}
					}
				}
				if c.in == g.dir && n > 10 && (lines < 2 || items < 2) {
					t.Errorf("%d shards: %d pieces of lines, %d of items", n, lines, items)
				}
				doAll(t, p)
				sum, err := p.Commit(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				what := fmt.Sprint(n, " shards")
				if left, err := os.ReadDir(p.Scratch); err != nil || len(left) > 0 {
					t.Errorf("%s: temporary files are left: %v, %v", what, left, err)
				}
				if !reflect.DeepEqual(sum.Corrections, whole.Corrections) || c.cfg.Corrections != "" && (sum.Corrections.Changed == 0 || len(sum.Corrections.Unmatched) != 1) {
					t.Errorf("%s: corrections did %+v, in a run %+v", what, sum.Corrections, whole.Corrections)
				}
				if sum.Sources != whole.Sources || sum.Rejects != whole.Rejects || sum.Bytes != whole.Bytes || sum.DocumentBytes != whole.DocumentBytes {
					t.Errorf("%s: %+v, a run counts %+v", what, sum, whole)
				}
				sameRows(t, what, out, single)
				if len(c.cfg.Formats) > 0 {
					a, aerr := os.ReadFile(filepath.Join(out, "csv", "documents.csv"))
					b, berr := os.ReadFile(filepath.Join(single, "csv", "documents.csv"))
					if aerr != nil || berr != nil || string(a) != string(b) {
						t.Errorf("%s: documents.csv has %d bytes, not %d, %v, %v", what, len(a), len(b), aerr, berr)
					}
				}
				if again, err := p.Commit(t.Context()); err != nil || !reflect.DeepEqual(again.Tables, sum.Tables) {
					t.Errorf("%s: a second commit: %v", what, err)
				}
			}
		})
	}
}

// TestShardsNeedTheirPhases asks for work before its time, and for work that there
// is not.
func TestShardsNeedTheirPhases(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	p, err := MakePlan(Config{Model: "none"}, []string{dumpFolder}, out, "", 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Do(t.Context(), "merge", 0); !errors.Is(err, ErrMissing) {
		t.Errorf("merge without map: %v", err)
	}
	if _, err := p.Commit(t.Context()); !errors.Is(err, ErrMissing) {
		t.Errorf("commit of nothing: %v", err)
	}
	if err := p.Do(t.Context(), "map", 3); err != nil {
		t.Errorf("an index behind the last one: %v", err)
	}
	if err := p.Do(t.Context(), "reduce", 0); !errors.Is(err, ErrPlan) {
		t.Errorf("a phase that there is not: %v", err)
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Do(stopped, "map", 0); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	changed := t.TempDir()
	writeFiles(t, changed, map[string]string{"a.txt": "Some words."})
	q, err := MakePlan(Config{Model: "none"}, []string{changed}, filepath.Join(changed, "out"), "", 1)
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, changed, map[string]string{"a.txt": "Other words"})
	if err := q.Do(t.Context(), "map", 0); !errors.Is(err, ErrPlan) {
		t.Errorf("a file that changed since: %v", err)
	}
	q.Build = "another"
	if err := q.Do(t.Context(), "map", 0); !errors.Is(err, ErrPlan) || !strings.Contains(err.Error(), "another build") {
		t.Errorf("another program: %v", err)
	}
	if _, err := MakePlan(Config{}, []string{Stdin}, out, "", 1); !errors.Is(err, ErrPlan) {
		t.Errorf("standard input: %v", err)
	}
	st, err := p.Status()
	if err != nil || st[0].Done != 0 || !slices.Equal(st[0].Missing, []int{0, 1, 2}) {
		t.Errorf("%+v, %v", st, err)
	}
}
