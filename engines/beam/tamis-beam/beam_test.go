package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestParsePhases(t *testing.T) {
	for s, want := range map[string]string{
		"map\t4\nwrite\t12\n": "[{map 4} {write 12}] <nil>",
		"map\t0":              "[{map 0}] <nil>",
		"":                    "[] the plan has no phases",
		"map 4\n":             `[] "map 4\n" is not a phase and the number of its shards`,
		"map\t-1\n":           `[] "map\t-1\n" is not a phase and the number of its shards`,
		"\t4\n":               `[] "\t4\n" is not a phase and the number of its shards`,
	} {
		phases, err := parsePhases(s)
		if got := fmt.Sprint(phases, err); got != want {
			t.Errorf("parsePhases(%q):\n got %s\nwant %s", s, got, want)
		}
	}
}

// TestBarriers runs a fake plan, whose shards fail when the phase before is not
// complete, on Prism in this process.
func TestBarriers(t *testing.T) {
	dir := fakeJob(t)
	if err := run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "committed")); err != nil {
		t.Error(err)
	}
	var want []string
	for _, f := range fakePhases {
		for i := range f.Shards {
			want = append(want, f.Name+"-"+strconv.Itoa(i))
		}
	}
	got := started(t, dir)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("shards\n got %v\nwant %v", got, want)
	}
}

// TestFailure has a shard fail: Prism does not repeat it, the job says why, and
// the same command does what is missing.
func TestFailure(t *testing.T) {
	dir := fakeJob(t)
	trouble := filepath.Join(dir, "fail-merge-1")
	if err := os.WriteFile(trouble, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	err := run(context.Background())
	if err == nil || !strings.Contains(err.Error(), "no room left for merge-1") {
		t.Errorf("the error of the job is %v", err)
	}
	for _, name := range []string{"committed", "total-0"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is there after a shard has failed", name)
		}
	}
	if err := os.Remove(trouble); err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "committed")); err != nil {
		t.Error(err)
	}
	if n := len(slices.DeleteFunc(started(t, dir), func(s string) bool { return s != "map-0" })); n != 1 {
		t.Errorf("a shard that was done was begun %d times", n)
	}
}

func TestRefusals(t *testing.T) {
	*plan = ""
	if err := run(context.Background()); err == nil || err.Error() != "--plan is missing" {
		t.Errorf("without a plan: %v", err)
	}
	fakeJob(t)
	*program = filepath.Join(t.TempDir(), "tamis")
	if err := run(context.Background()); err == nil {
		t.Error("ran without tamis")
	}
}

// A sample is a plan of real documents and the tables that "tamis run" makes of
// them.
type sample struct {
	tamis, plan   string
	tables, wants string
}

// newSample plans copies of the sample dump in 8 shards.
func newSample(t *testing.T, copies int) sample {
	t.Helper()
	dir := t.TempDir()
	s := sample{os.Getenv("TAMIS"), filepath.Join(dir, "plan"), filepath.Join(dir, "tables"), filepath.Join(dir, "wants")}
	if s.tamis == "" {
		s.tamis = filepath.Join(dir, "tamis")
		command(t, "../../..", "go", "build", "-o", s.tamis, "./cmd/tamis")
	}
	dump := filepath.Join(dir, "dump")
	for i := range copies {
		if err := os.CopyFS(filepath.Join(dump, fmt.Sprint("copy", i)), os.DirFS("../../../testdata/dump")); err != nil {
			t.Fatal(err)
		}
	}
	command(t, dir, s.tamis, "run", dump, "--out", s.wants, "-q")
	command(t, dir, s.tamis, "plan", dump, "--shards", "8", "--out", s.tables, "--plan", s.plan)
	return s
}

// check compares the tables, whose rows may stand in other parts.
func (s sample) check(t *testing.T) {
	t.Helper()
	out := command(t, ".", s.tamis, "diff", s.wants, s.tables)
	if !strings.Contains(out, "The tables have the same rows.") {
		t.Errorf("tamis diff:\n%s", out)
	}
}

// command runs a program to its end and returns its output.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestTablesOnPrism(t *testing.T) {
	s := newSample(t, 1)
	*program, *plan = s.tamis, s.plan
	if err := run(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.check(t)
}
