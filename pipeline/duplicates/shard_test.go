package duplicates

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestShards decides on documents in shards and parts, with small blocks and little
// memory: what a set says of them all.
func TestShards(t *testing.T) {
	entries := families(rand.New(rand.NewPCG(23, 24)), 4000, 4)
	for i := range entries {
		entries[i].Position = int64(i)
	}
	want := decide(t, plenty, entries...)
	for _, n := range []struct{ shards, parts int }{{1, 1}, {3, 2}, {8, 5}} {
		dir := t.TempDir()
		s := Shards{Dir: dir, Budget: 1 << 16, blocks: 8}
		for i := range n.shards {
			first, end := int64(i*len(entries)/n.shards), int64((i+1)*len(entries)/n.shards)
			if i == 1 { // one that has no documents
				s.List = append(s.List, sealShard(t, dir, nil, first, 0))
			}
			s.List = append(s.List, sealShard(t, dir, entries[first:end], first, end-first))
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
		exact := each("exact", func(part int, path string) error { return s.Exact(t.Context(), part, n.parts, path) })
		copies, err := s.Copies(exact)
		if err != nil {
			t.Fatal(err)
		}
		same := each("same", func(part int, path string) error { return s.Alike(t.Context(), part, n.parts, copies, path) })
		candidates := each("bands", func(part int, path string) error { return s.Bands(t.Context(), part, n.parts, copies, same, path) })
		near := each("near", func(part int, path string) error { return s.Near(t.Context(), part, n.parts, candidates, path) })
		got := make(map[int64]Verdict)
		for v, err := range s.Verdicts(t.Context(), exact, same, near) {
			if err != nil {
				t.Fatal(err)
			}
			got[v.Position] = v
		}
		if !maps.Equal(got, want) {
			t.Errorf("%d shards, %d parts: %d verdicts, want %d", n.shards, n.parts, len(got), len(want))
		}
		for range s.Verdicts(t.Context(), exact, same, near) {
			break // nobody has to listen to the end
		}
	}
}

// TestSlices pairs documents by slices of the keys of a band: those of all keys.
func TestSlices(t *testing.T) {
	s := NewSet(t.TempDir(), plenty)
	defer s.Close()
	for _, e := range families(rand.New(rand.NewPCG(27, 28)), 3000, 20) {
		if err := s.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	c, err := s.columns(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer c.remove()
	for band := range 3 {
		found := func(slices int) map[uint64]int {
			pairs := make(map[uint64]int)
			for slice := range slices {
				b := newBander(t.TempDir(), plenty, c, s.sketched, 8)
				before := len(pairs)
				err := b.pair(t.Context(), band, slice, slices, func(number uint64) error {
					pairs[number]++
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if len(pairs) == before {
					t.Errorf("slice %d of %d has no pairs", slice, slices)
				}
			}
			return pairs
		}
		if whole, parts := found(1), found(3); !maps.Equal(whole, parts) || len(whole) < 500 {
			t.Errorf("band %d: %d pairs in slices, %d in one go", band, len(parts), len(whole))
		}
	}
}

// sealShard seals some entries in a folder below dir.
func sealShard(t *testing.T, dir string, entries []Entry, first, count int64) Shard {
	t.Helper()
	at, err := os.MkdirTemp(dir, "shard-")
	if err != nil {
		t.Fatal(err)
	}
	s := NewShard(dir, at, 0, first)
	for _, e := range entries {
		if err := s.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Seal(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return Shard{Dir: at, First: first, Count: count}
}
