package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tamis/extractors/tagger"
	"tamis/output"
	"tamis/pipeline/reader"
	"tamis/pipeline/segments"
)

// growing is a dump in a folder whose files come, change and go.
type growing struct {
	dir   string
	texts []string // contents of the sample dump, for new files
	files map[string]string
	rand  *rand.Rand
}

func newGrowing(t *testing.T) *growing {
	t.Helper()
	sources, err := Sources([]string{dumpFolder}, "")
	if err != nil {
		t.Fatal(err)
	}
	g := &growing{dir: filepath.Join(t.TempDir(), "dump"), files: map[string]string{}, rand: rand.New(rand.NewPCG(11, 12))}
	for _, s := range sources {
		b, err := os.ReadFile(s.Path)
		if err != nil {
			t.Fatal(err)
		}
		g.texts = append(g.texts, string(b))
	}
	return g
}

func (g *growing) put(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(g.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	g.files[name] = content
}

func (g *growing) any() string { return g.texts[g.rand.IntN(len(g.texts))] }

// step lets files arrive, change and go. A list of records grows at its end.
func (g *growing) step(t *testing.T, arrivals int) {
	t.Helper()
	names := slices.Sorted(maps.Keys(g.files))
	for range len(names) / 20 {
		name := names[g.rand.IntN(len(names))]
		if filepath.Ext(name) == ".jsonl" {
			continue
		}
		if g.rand.IntN(2) == 0 {
			g.put(t, name, g.any()+fmt.Sprintf("\nChanged %d times.\n", g.rand.IntN(1000)))
		} else if err := os.Remove(filepath.Join(g.dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		} else {
			delete(g.files, name)
		}
	}
	list := g.files["records.jsonl"]
	for range arrivals {
		i := g.rand.IntN(100_000)
		if i%3 == 0 {
			b, err := json.Marshal(map[string]string{"text": g.any(), "url": fmt.Sprintf("https://site%d.example/%d", i%7, i)})
			if err != nil {
				t.Fatal(err)
			}
			list += string(b) + "\n"
			continue
		}
		g.put(t, fmt.Sprintf("site%d.example/%d%s", i%5, i, []string{".txt", ".html"}[i%2]), g.any())
	}
	g.put(t, "records.jsonl", list)
}

func run(t *testing.T, cfg Config, in, out string) *Summary {
	t.Helper()
	sum, err := Run(context.Background(), cfg, []string{in}, out, nil)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// sameTables compares the tables of two folders by their bytes.
func sameTables(t *testing.T, what, got, want string) {
	t.Helper()
	if a, b := hashes(t, got), hashes(t, want); !maps.Equal(a, b) {
		for name := range b {
			if a[name] != b[name] {
				t.Errorf("%s: %s is not the same", what, name)
			}
		}
	}
}

// TestConvergence lets a dump grow in several arrivals, with files that change
// and go between them. After each, the tables are those of one run over
// everything that is there, and what was there before is not mapped again.
func TestConvergence(t *testing.T) {
	all := []int{2, 5, 10}
	if testing.Short() {
		all = all[:1]
	}
	for _, arrivals := range all {
		g := newGrowing(t)
		out := filepath.Join(t.TempDir(), "out")
		reused := 0
		for i := range arrivals {
			g.step(t, 120/arrivals)
			sum := run(t, Config{Workers: 1 + i%3}, g.dir, out)
			reused += sum.Reused
			if i == arrivals-1 || i == arrivals/2 {
				fresh := filepath.Join(t.TempDir(), "fresh")
				run(t, Config{}, g.dir, fresh)
				sameTables(t, fmt.Sprintf("%d arrivals, after %d", arrivals, i+1), out, fresh)
			}
		}
		if arrivals > 2 && reused == 0 { // of two, the second one touches every chunk
			t.Errorf("%d arrivals: each maps everything again", arrivals)
		}
		again := run(t, Config{}, g.dir, out)
		if again.Reused != again.Sources {
			t.Errorf("%d arrivals: a run on the same dump maps %d of %d documents again", arrivals, again.Sources-again.Reused, again.Sources)
		}
		if afresh := run(t, Config{NoCache: true}, g.dir, out); afresh.Reused != 0 {
			t.Errorf("%d documents are reused in spite of NoCache", afresh.Reused)
		}
	}
}

// TestOneChangedFile counts what is mapped when one of many files changes, comes
// or goes: that file.
func TestOneChangedFile(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, and of goroutines that TestWorkersWriteEqualBytes and TestPackedDump run")
	}
	g := newGrowing(t)
	for i := range 600 {
		g.put(t, fmt.Sprintf("a/%03d.txt", i), g.texts[i%len(g.texts)])
	}
	out := filepath.Join(t.TempDir(), "out")
	run(t, Config{}, g.dir, out)
	for _, change := range []func(){
		func() { g.put(t, "a/300.txt", "Other words. Le siège est à Genève.") },
		func() { g.put(t, "a/3000.txt", "A new file in the middle of the others.") },
		func() { os.Remove(filepath.Join(g.dir, "a/123.txt")) },
	} {
		change()
		sum := run(t, Config{}, g.dir, out)
		if mapped := sum.Sources - sum.Reused; mapped > 1 {
			t.Errorf("%d of %d documents are mapped again", mapped, sum.Sources)
		}
	}
}

// TestMemoryDoesNotMatter runs with as little memory as there can be, and with
// plenty.
func TestMemoryDoesNotMatter(t *testing.T) {
	if testing.Short() {
		t.Skip("many documents")
	}
	g := newGrowing(t)
	for range 4 {
		g.step(t, 60)
	}
	for i := range 30_000 { // enough lines for several runs of evidence
		g.files["records.jsonl"] += fmt.Sprintf("{\"text\": \"Line %d of one.\\nLine %d.\\nMenu\\nHome\", \"url\": \"https://s%d.example/%d\"}\n", i, i%900, i%50, i)
	}
	g.put(t, "records.jsonl", g.files["records.jsonl"])
	small, large := filepath.Join(t.TempDir(), "small"), filepath.Join(t.TempDir(), "large")
	run(t, Config{Memory: 16 << 20}, g.dir, small)
	run(t, Config{Memory: 1 << 30}, g.dir, large)
	sameTables(t, "16 MiB", small, large)
}

// TestLaterStagesAlone changes the configuration of extraction: what was
// cleaned is not cleaned again, and the tables are those of a run from scratch.
func TestLaterStagesAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, and of goroutines that TestWorkersWriteEqualBytes and TestPackedDump run")
	}
	out, fresh := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "fresh")
	run(t, Config{}, dumpFolder, out)
	rules := Config{Model: "none"}
	changed := run(t, rules, dumpFolder, out)
	if changed.Stages["clean"] != 0 || changed.Stages["extract"] == 0 {
		t.Errorf("seconds by stage: %v", changed.Stages)
	}
	run(t, rules, dumpFolder, fresh)
	sameTables(t, "without a model", out, fresh)

	model := filepath.Join(t.TempDir(), "model.crf") // the one in the program, as a file
	if err := os.WriteFile(model, tagger.Default, 0o666); err != nil {
		t.Fatal(err)
	}
	if sum := run(t, Config{Model: model}, dumpFolder, out); sum.Reused != 0 {
		t.Errorf("%d documents have the mentions of another model", sum.Reused)
	}
	if sum := run(t, Config{Model: model, RepeatMin: 3}, dumpFolder, out); sum.Reused != sum.Sources {
		t.Errorf("%d of %d documents are reused for another reduce phase", sum.Reused, sum.Sources)
	}
}

// TestWorkFolder keeps the work elsewhere, and knows it by its content: under
// another name of the dump nothing is taken for what it is not.
func TestWorkFolder(t *testing.T) {
	work := filepath.Join(t.TempDir(), "work")
	out := filepath.Join(t.TempDir(), "out")
	run(t, Config{Work: work}, dumpFolder, out)
	if _, err := os.Stat(filepath.Join(out, ".work")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is work in the output: %v", err)
	}
	other := filepath.Join(t.TempDir(), "other")
	if sum := run(t, Config{Work: work}, dumpFolder, other); sum.Reused != sum.Sources || sum.WorkBytes == 0 {
		t.Errorf("%d of %d documents are reused, %d bytes of work", sum.Reused, sum.Sources, sum.WorkBytes)
	}
	sameTables(t, "another output", other, out)
}

// TestKeyKnowsEverything changes one thing at a time that the reader may give:
// each makes another key.
func TestKeyKnowsEverything(t *testing.T) {
	item := reader.Item{Data: []byte("text")}
	keyOf := func(items ...reader.Item) segments.Key {
		w := mapWorker{items: items}
		for _, it := range items {
			w.sums = append(w.sums, sha256.Sum256(it.Data))
		}
		p := mapped{}
		w.setKeys(&p)
		return p.key
	}
	seen := map[segments.Key]string{keyOf(item): "the item", keyOf(item, item): "two of them", keyOf(): "none"}
	for i := range reflect.TypeFor[reader.Item]().NumField() {
		changed := item
		field := reflect.ValueOf(&changed).Elem().Field(i)
		name := reflect.TypeFor[reader.Item]().Field(i).Name
		switch {
		case name == "Offset" || name == "Size" || name == "Read":
			continue // where it stood, which no stage knows
		case name == "Unread" || name == "depth":
			continue // what is mapped was read
		case field.Kind() == reflect.String:
			field.SetString("other")
		case name == "Data":
			changed.Data = []byte("texts")
		default:
			t.Fatalf("is the field %s in the key?", name)
		}
		k := keyOf(changed)
		if other, ok := seen[k]; ok {
			t.Errorf("another %s has the key of %s", name, other)
		}
		seen[k] = name
	}
	if id := buildID(); len(id) < 20 || strings.HasPrefix(id, Version) {
		t.Errorf("the program's identity is %q", id)
	}
}

// TestDocTimeout gives documents no time: they are rejects that say so, and the
// next run, which has time, does not take them for what they are.
func TestDocTimeout(t *testing.T) {
	out, fresh := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "fresh")
	hurried := run(t, Config{DocTimeout: 1}, dumpFolder, out)
	if hurried.Documents != 0 || hurried.Rejects != hurried.Sources {
		t.Errorf("%d of %d documents are mapped in no time", hurried.Documents, hurried.Sources)
	}
	for _, r := range readTable[output.Reject](t, out, "rejects") {
		if r.Reason != TookTooLong && r.Stage != "load" {
			t.Errorf("%s: %s", r.Source, r.Reason)
		}
	}
	if sum := run(t, Config{}, dumpFolder, out); sum.Reused != 0 {
		t.Errorf("%d rejects of a run without time are kept", sum.Reused)
	}
	run(t, Config{}, dumpFolder, fresh)
	sameTables(t, "with time", out, fresh)
}
