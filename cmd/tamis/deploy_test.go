package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The templates for engines that cannot ask for the phases name them.
func TestDeployPhases(t *testing.T) {
	want, err := os.ReadFile("../../deploy/kubernetes/phases")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/a.txt": "Un texte."})
	for _, args := range [][]string{{"plan", "dump", "--shards", "2", "--out", "out"}, {"plan", "phases", "--plan", filepath.Join("out", ".plan")}} {
		status, stdout, stderr := tamis(t, dir, args...)
		if status != 0 {
			t.Fatalf("tamis %s: status %d, %s", strings.Join(args, " "), status, stderr)
		}
		if args[1] != "phases" {
			continue
		}
		var names strings.Builder
		for line := range strings.Lines(stdout) {
			name, _, _ := strings.Cut(line, "\t")
			names.WriteString(name + "\n")
		}
		if names.String() != string(want) {
			t.Errorf("deploy/kubernetes/phases has %q, the plan %q", want, names.String())
		}
	}
}
