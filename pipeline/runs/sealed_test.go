package runs

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func all[T any](t *testing.T, entries iter.Seq2[T, error]) (out []T) {
	t.Helper()
	for e, err := range entries {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// TestSealed seals parts of some entries, as shards do, and reads them back as one
// run and in ranges: together these are the whole, in order and stable.
func TestSealed(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	dir := t.TempDir()
	var in []item
	var paths []string
	const parts = 300 // more than are open at once
	for part := range parts {
		s := New(items, dir, 0)
		for i := range 200 {
			e := item{fmt.Sprint("key ", random.IntN(900)), 1000*part + i}
			if part == 7 { // a run of many blocks
				e.key += string(bytes.Repeat([]byte{'.'}, 1+random.IntN(4000)))
			}
			in = append(in, e)
			if err := s.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		path := filepath.Join(dir, fmt.Sprint("sealed-", part))
		if err := cmp.Or(s.Seal(path), s.Close()); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	slices.SortStableFunc(in, items.Compare)
	if got := all(t, Range(items, dir, paths, nil, nil)); !slices.Equal(got, in) {
		t.Error("the whole is not as it was sorted")
	}
	// Keys that begin alike are not parted.
	cut := func(e item) item {
		e.key, _, _ = strings.Cut(e.key, ".")
		return e
	}
	var got []item
	for i := range 7 {
		part := all(t, Part(items, dir, paths, i, 7, cut))
		if len(part) < len(in)/30 || len(part) > len(in)/3 {
			t.Errorf("part %d has %d of %d entries", i, len(part), len(in))
		}
		if len(got) > 0 && len(part) > 0 && cut(got[len(got)-1]).key == cut(part[0]).key {
			t.Errorf("part %d begins within %s", i, part[0].key)
		}
		got = append(got, part...)
	}
	if !slices.Equal(got, in) {
		t.Error("the parts are not the whole")
	}
	if err := Seal(filepath.Join(dir, "x"), items, func(yield func(item, error) bool) {
		_ = yield(item{"b", 0}, nil) && yield(item{"a", 0}, nil)
	}); !errors.Is(err, ErrOrder) {
		t.Errorf("entries out of order: %v", err)
	}
}

// TestHashPart parts triples by their hashes.
func TestHashPart(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	dir := t.TempDir()
	s := New(Triples, dir, 0)
	for _, n := range []uint64{0, 1, 1 << 63, 1<<63 - 1, 1<<64 - 1} {
		s.Add(Triple{n, 1, 2})
	}
	for range 3000 {
		s.Add(Triple{random.Uint64(), random.Uint64(), 0})
	}
	want := sorted(t, s)
	path := filepath.Join(dir, "run")
	if err := s.Seal(path); err != nil {
		t.Fatal(err)
	}
	for _, parts := range []int{1, 2, 3, 64} {
		var got []Triple
		for part := range parts {
			for _, e := range all(t, HashPart(dir, []string{path}, part, parts)) {
				if PartOf(e[0], parts) != part {
					t.Fatalf("%x is in part %d of %d", e[0], part, parts)
				}
				got = append(got, e)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d parts are not the whole", parts)
		}
	}
}

// TestSealedIndex writes more blocks than the index has entries.
func TestSealedIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	w, err := Create(path, numbers)
	if err != nil {
		t.Fatal(err)
	}
	const n = 40_000
	for i := range n {
		if i%4 == 0 { // blocks of a few entries, so that there are many
			if err := w.flush(); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Add(uint64(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Count() != n || len(w.index) > indexLength || w.gap < 8 {
		t.Errorf("%d entries, %d in the index, %d blocks between them", w.Count(), len(w.index), w.gap)
	}
	for _, r := range [][2]uint64{{0, n}, {1, 2}, {3, 5}, {17_777, 30_001}, {n - 1, n + 5}, {n, n + 1}, {9, 9}} {
		got := all(t, Range(numbers, "", []string{path}, &r[0], &r[1]))
		if want := max(0, int(min(r[1], n))-int(r[0])); len(got) != want || want > 0 && (got[0] != r[0] || got[want-1] != min(r[1], n)-1) {
			t.Errorf("from %d to %d: %d entries", r[0], r[1], len(got))
		}
	}
}

// TestSealedDamage changes a byte of a sealed run at a time: reading says so, or
// what was changed is of no importance.
func TestSealedDamage(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run")
	var in []item
	s := New(items, dir, 0)
	for i := range 60 {
		in = append(in, item{fmt.Sprintf("key %03d", i), i})
		s.Add(in[i])
	}
	if err := s.Seal(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for at := range len(whole) {
		b := bytes.Clone(whole)
		if at%2 == 0 {
			b[at] ^= 0x21
		} else {
			b = b[:at]
		}
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		var got []item
		var failed error
		for e, err := range Range(items, dir, []string{path}, nil, nil) {
			if failed = err; err == nil {
				got = append(got, e)
			}
		}
		switch {
		case errors.Is(failed, ErrDamaged):
			told++
		case failed != nil || !slices.Equal(got, in):
			t.Errorf("byte %d: %d entries, %v", at, len(got), failed)
		}
	}
	if told < len(whole)*9/10 {
		t.Errorf("%d of %d changes are told", told, len(whole))
	}
}

var numbers = Codec[uint64]{
	Compare: cmp.Compare[uint64],
	Append:  func(dst []byte, n uint64) []byte { return fmt.Append(dst, n) },
	Decode: func(src []byte) (n uint64, err error) {
		_, err = fmt.Sscan(string(src), &n)
		return n, err
	},
	Size: func(uint64) int { return 8 },
}
