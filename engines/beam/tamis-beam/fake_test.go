package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// fakePhases are those of every fake plan.
var fakePhases = []phase{{"map", 5}, {"empty", 0}, {"merge", 2}, {"total", 3}}

// TestMain runs the tests, or the fake program where a test's pipeline calls
// this binary in the place of tamis.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.Contains([]string{"plan", "shard", "commit"}, os.Args[1]) {
		if err := fake(os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, "fake tamis:", err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	beam.Init()
	os.Exit(m.Run())
}

// fake does what tamis promises of a plan, in files of its folder: PHASE-INDEX
// when a shard is done, "committed", "started" with a line for each shard that is
// begun. A shard fails where there is a file "fail-PHASE-INDEX".
func fake(args []string) error {
	command, flags := args[0], flag.NewFlagSet("fake", flag.ContinueOnError)
	name := ""
	if args = args[1:]; command != "commit" {
		name, args = args[0], args[1:]
	}
	plan, index, count := flags.String("plan", "", ""), flags.Int("index", 0, ""), flags.Int("count", 0, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	complete := func(f phase) bool {
		for i := range f.Shards {
			if _, err := os.Stat(filepath.Join(*plan, f.Name+"-"+strconv.Itoa(i))); err != nil {
				return false
			}
		}
		return true
	}
	switch {
	case command == "plan" && name == "phases":
		for _, f := range fakePhases {
			fmt.Printf("%s\t%d\n", f.Name, f.Shards)
		}
		return nil
	case command == "commit":
		if !complete(fakePhases[len(fakePhases)-1]) {
			return errors.New("the last phase is not complete")
		}
		return os.WriteFile(filepath.Join(*plan, "committed"), nil, 0o666)
	case command != "shard":
		return fmt.Errorf("no such command: %s", command)
	}
	at := slices.IndexFunc(fakePhases, func(f phase) bool { return f.Name == name })
	if at < 0 || *count != fakePhases[at].Shards || *index < 0 || *index >= *count {
		return fmt.Errorf("no such shard: %s %d of %d", name, *index, *count)
	}
	for _, f := range fakePhases[:at] {
		if !complete(f) {
			return fmt.Errorf("%s %d came before phase %s was complete", name, *index, f.Name)
		}
	}
	shard := name + "-" + strconv.Itoa(*index)
	if _, err := os.Stat(filepath.Join(*plan, shard)); err == nil {
		return nil
	}
	log, err := os.OpenFile(filepath.Join(*plan, "started"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	if _, err := log.WriteString(shard + "\n"); err != nil {
		return err
	}
	if err := log.Close(); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(*plan, "fail-"+shard)); err == nil {
		return errors.New("no room left for " + shard)
	}
	return os.WriteFile(filepath.Join(*plan, shard), nil, 0o666)
}

// fakeJob sets the flags for a new fake plan and returns its folder.
func fakeJob(t *testing.T) (dir string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	*program, *plan = self, t.TempDir()
	return *plan
}

// started returns the shards of a fake plan in the order in which they were
// begun.
func started(t *testing.T, dir string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "started"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(b))
}
