package translations

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tamis/pipeline/pairs"
)

// TestShards finds pairs in shards and parts, with small blocks and little memory:
// those of a set of all documents.
func TestShards(t *testing.T) {
	profiles := pages(rand.New(rand.NewPCG(25, 26)), 3000, 40)
	slices.SortFunc(profiles, func(a, b Profile) int { return cmp.Compare(a.Position, b.Position) })
	without := func(position int64) bool { return position%11 == 3 }
	want := find(t, 1<<30, without, profiles...)
	end := profiles[len(profiles)-1].Position + 1
	for _, n := range []struct{ shards, parts int }{{1, 1}, {3, 2}, {5, 9}} {
		dir := t.TempDir()
		s := Shards{Dir: dir, Budget: 1 << 16, Without: without, blocks: 7}
		for i := range n.shards {
			at := filepath.Join(dir, fmt.Sprint("shard", i))
			if err := os.Mkdir(at, 0o777); err != nil {
				t.Fatal(err)
			}
			set := NewSet(at, 0)
			for _, p := range profiles[i*len(profiles)/n.shards : (i+1)*len(profiles)/n.shards] {
				if err := set.Add(p); err != nil {
					t.Fatal(err)
				}
			}
			if err := cmp.Or(set.Seal(at), set.Close()); err != nil {
				t.Fatal(err)
			}
			s.List = append(s.List, at)
		}
		path := func(step string, part int) string { return filepath.Join(dir, fmt.Sprint(step, part)) }
		each := func(step string, do func(part int, path string) error) (paths []string) {
			t.Helper()
			for part := range n.parts {
				if err := do(part, path(step, part)); err != nil {
					t.Fatal(err)
				}
				paths = append(paths, path(step, part))
			}
			return paths
		}
		ctx := t.Context()
		found := each("found", func(part int, p string) error { return s.Candidates(ctx, part, n.parts, p, path("groups", part)) })
		good := each("good", func(part int, p string) error { return s.Gather(ctx, part, n.parts, found, p) })
		counted := each("counted", func(part int, p string) error {
			return s.Count(ctx, part, n.parts, good, path("groups", part), p)
		})
		var rows []pairs.RowsPart
		each("rows", func(part int, p string) error {
			first, end := end*int64(part)/int64(n.parts), end*int64(part+1)/int64(n.parts)
			rows = append(rows, pairs.RowsPart{Path: p, First: first, Count: end - first})
			return s.Rows(ctx, first, end, counted, p)
		})
		scored := each("scored", func(part int, p string) error { return s.Score(ctx, good[part], rows, p) })
		var got []Pair
		for p, err := range s.Pairs(ctx, scored) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, p)
		}
		slices.SortFunc(got, func(a, b Pair) int { return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Of, b.Of)) })
		if !slices.Equal(got, want) || len(got) < 100 {
			t.Errorf("%d shards, %d parts: %d pairs, want %d", n.shards, n.parts, len(got), len(want))
		}
		for range s.Pairs(ctx, scored) {
			break // nobody has to listen to the end
		}
	}
}
