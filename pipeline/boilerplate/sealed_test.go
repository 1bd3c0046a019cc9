package boilerplate

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"tamis/pipeline/runs"
)

// TestSealedFacts finds facts out in parts, and looks them up in their files with
// as little memory as there can be: labels are those of facts found in one go.
func TestSealedFacts(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	var sites []string
	var docs [][]Block
	for range 40 {
		s, d := corpus(r)
		sites, docs = append(sites, s...), append(docs, d...)
	}
	for i := range 2_000 { // sites of two pages, to look for in a long index
		line := fmt.Sprint("Line ", i/2)
		sites, docs = append(sites, fmt.Sprint("site ", i/2)), append(docs, []Block{{Key: Key(line), Text: line}})
	}
	for i := range 120 { // groups, whose facts lie in the part of their site
		var d []Block
		for k := range 5 {
			line := fmt.Sprintf("Item %d of menu %d", k, i%12)
			d = append(d, Block{Key: Key(line), Text: line})
		}
		own := fmt.Sprintf("Village %d has a bridge of its own, and a boat.", i)
		sites, docs = append(sites, "mix"), append(docs, append(d, Block{Key: Key(own), Text: own}))
	}
	var whole Counter
	for i := range docs {
		whole.Add(sites[i], docs[i])
	}
	want := must(whole.Facts(2))
	dir := t.TempDir()
	evidence := filepath.Join(dir, "evidence")
	if err := whole.Seal(evidence); err != nil {
		t.Fatal(err)
	}
	for _, parts := range []int{1, 2, 7} {
		var paths []string
		for part := range parts {
			f := must(FactsOf(func() iter.Seq2[runs.Triple, error] {
				return runs.HashPart(dir, []string{evidence}, part, parts)
			}, 2, dir, 1<<10))
			path := filepath.Join(dir, fmt.Sprint("facts-", parts, "-", part))
			if err := f.Seal(path); err != nil {
				t.Fatal(err)
			}
			f.Close()
			paths = append(paths, path)
		}
		got := must(OpenFacts(paths, 2, 1))
		repeated := 0
		for i := range docs {
			a, b := must(want.Label(sites[i], "en", docs[i])), must(got.Label(sites[i], "en", docs[i]))
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("%d parts: labels of document %d %v, found in one go %v", parts, i, b, a)
			}
			if len(b) > 0 && b[0].Repeated {
				repeated++
			}
		}
		if nobody := must(got.site(siteHash("nobody"))); nobody.size != 1 || repeated < 1000 {
			t.Errorf("%d parts: a site that is not there is known, or %d documents repeat a line", parts, repeated)
		}
		if len(got.sites) > 2 {
			t.Errorf("%d sites are held", len(got.sites))
		}
		got.Close()
	}
	b, err := os.ReadFile(filepath.Join(dir, "facts-1-0"))
	if err != nil {
		t.Fatal(err)
	}
	b[5] ^= 1
	damaged := filepath.Join(dir, "damaged")
	if err := os.WriteFile(damaged, b, 0o666); err != nil {
		t.Fatal(err)
	}
	f := must(OpenFacts([]string{damaged}, 2, 1<<20))
	failed := 0
	for i := range docs {
		if _, err := f.Label(sites[i], "en", docs[i]); err != nil {
			failed++
		}
	}
	f.Close()
	if failed == 0 {
		t.Error("nobody says that the facts are damaged")
	}
}
