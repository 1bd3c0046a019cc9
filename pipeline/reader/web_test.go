package reader

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tamis/pipeline/clean"
)

const webFolder = "../../../shared/data/web"

// TestWeb reads every file of the collected web archives. Each gives documents
// or says why it gives none, and what a document is called, the cleaner reads.
func TestWeb(t *testing.T) {
	files, _ := filepath.Glob(webFolder + "/*/*")
	if len(files) == 0 {
		t.Skip("no ../shared/data/web beside the repository")
	}
	for _, file := range files {
		documents, problems := 0, map[string]int{}
		names := map[string]bool{}
		for it := range Read(filepath.Base(file), file, Options{}) {
			if it.Problem != "" {
				problems[it.Problem]++
				if it.Data != nil {
					t.Errorf("%s: %s, and yet it has data", it.Name, it.Problem)
				}
				if testing.Verbose() {
					t.Logf("    %s: %s: %s %s", it.Name, it.Problem, it.Detail, it.URL)
				}
				continue
			}
			documents++
			if names[it.Name] {
				t.Errorf("%s: two documents of this name", it.Name)
			}
			names[it.Name] = true
			if _, err := clean.Clean(it.Data, it.MediaType); err != nil {
				t.Logf("    %s: %s: %v", it.Name, it.MediaType, err)
			}
		}
		if documents+len(problems) == 0 {
			t.Errorf("%s: neither documents nor rejects", file)
		}
		var list []string
		for p, n := range problems {
			list = append(list, fmt.Sprintf("%d %s", n, p))
		}
		slices.Sort(list)
		info, _ := os.Stat(file)
		t.Logf("%-40s %9d bytes %4d documents  rejects: %s", filepath.Base(file), info.Size(), documents, strings.Join(list, ", "))
	}
}
