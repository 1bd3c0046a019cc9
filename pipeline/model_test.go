//go:build unix

package pipeline

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tamis/extractors/tagger"
)

// TestModelSize adds up the model and the lists that its features ask for, as
// they stand in the program.
func TestModelSize(t *testing.T) {
	size := int64(0)
	for _, pattern := range []string{"tagger/model.crf", "people/data/*.txt", "vocabulary/data/words.bin", "vocabulary/data/clusters.bin", "places/data/atlas.bin"} {
		files, err := filepath.Glob("../extractors/" + pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no such file", pattern)
		}
		for _, f := range files {
			info, err := os.Stat(f)
			if err != nil {
				t.Fatal(err)
			}
			size += info.Size()
		}
	}
	if size > 4e6 {
		t.Errorf("model and lists have %d bytes, more than 4 MB", size)
	}
	t.Logf("model and lists have %d bytes", size)
}

// TestModelLoad has the model and its lists loaded by a fresh process, of which
// each loads them once.
func TestModelLoad(t *testing.T) {
	const child = "TAMIS_TEST_LOAD"
	if os.Getenv(child) != "" {
		spent := computed(t, func() {
			if _, err := tagger.Parse(tagger.Default, lexicon); err != nil {
				t.Fatal(err)
			}
			lexicon("geneve")
		})
		fmt.Printf("loaded in %d\n", spent)
		return
	}
	if testing.Short() {
		t.Skip("a time, which means nothing under the race detector")
	}
	best := time.Hour
	for range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestModelLoad$")
		cmd.Env = append(os.Environ(), child+"=1")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		var spent time.Duration
		if _, err := fmt.Sscanf(string(out), "loaded in %d\n", &spent); err != nil {
			t.Fatalf("%v in %q", err, out)
		}
		best = min(best, spent)
	}
	if best > 50*time.Millisecond {
		t.Errorf("model and lists take %v of computing to load, more than 50 ms", best)
	}
	t.Logf("loaded in %v of computing", best)
}
