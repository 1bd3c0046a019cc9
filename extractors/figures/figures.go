// Package figures keeps what tests measure on ../shared in text files of the
// repository, so that review sees a figure move.
package figures

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A Sheet collects the lines of one file.
type Sheet struct{ b strings.Builder }

// Add appends a line.
func (s *Sheet) Add(line string) { s.b.WriteString(line + "\n") }

// Check compares the sheet with the file and writes it instead if UPDATE is
// set.
func (s *Sheet) Check(t *testing.T, file string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(s.b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != s.b.String() {
		t.Errorf("%s has\n%s\nmeasured is\n%s\nUPDATE=1 rewrites it", file, want, s.b.String())
	}
}
