package runs

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// item is an entry with a key that several may share.
type item struct {
	key   string
	value int
}

var items = Codec[item]{
	Compare: func(a, b item) int { return cmp.Compare(a.key, b.key) },
	Append: func(dst []byte, e item) []byte {
		dst = binary.AppendVarint(dst, int64(e.value))
		return append(dst, e.key...)
	},
	Decode: func(src []byte) (item, error) {
		v, n := binary.Varint(src)
		return item{string(src[n:]), int(v)}, nil
	},
	Size: func(e item) int { return len(e.key) + 32 },
}

func sorted[T any](t *testing.T, s *Sorter[T]) []T {
	t.Helper()
	var out []T
	for e, err := range s.Sorted() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// TestBudgetDoesNotMatter sorts the same entries held, in a few runs, and in
// more runs than are merged at once.
func TestBudgetDoesNotMatter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var in []item
	for i := range 40_000 {
		in = append(in, item{fmt.Sprint("key ", random.IntN(5000)), i})
	}
	in = append(in, item{string(make([]byte, 3*readBytes)), -1}) // longer than a buffer
	want := slices.Clone(in)
	slices.SortStableFunc(want, items.Compare)
	keys := make(map[string]bool)
	for _, e := range in {
		keys[e.key] = true
	}
	sum := items
	sum.Combine = func(a, b item) item { return item{a.key, a.value + b.value} }
	var combined []item
	for _, budget := range []int{1 << 30, 1 << 19, 1 << 13} {
		dir := t.TempDir()
		s := New(items, dir, 0)
		s.budget, s.fan = budget, 8
		c := New(sum, dir, 0)
		c.budget, c.fan = budget, 8
		for _, e := range in {
			if err := cmp.Or(s.Add(e), c.Add(e)); err != nil {
				t.Fatal(err)
			}
		}
		if spilled := s.Spilled() > 0; spilled != (budget < 1<<30) {
			t.Errorf("budget %d: spilled is %v", budget, spilled)
		}
		for range 2 { // the entries can be read again
			if got := sorted(t, s); !slices.Equal(got, want) {
				t.Errorf("budget %d: not sorted as slices does it, or not stable", budget)
			}
		}
		got := sorted(t, c)
		if combined == nil {
			combined = got
		}
		if !slices.Equal(got, combined) || len(got) != len(keys) {
			t.Errorf("budget %d: %d combined entries of %d keys, or not those with all held", budget, len(got), len(keys))
		}
		if err := cmp.Or(s.Close(), c.Close()); err != nil {
			t.Fatal(err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("budget %d: %d files are left", budget, len(left))
		}
	}
}

// TestTriples sorts triples that share their first numbers, and some that are
// equal.
func TestTriples(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, bits := range []int{0, 3, 17, 64} {
		var in []Triple
		for range 5000 {
			var e Triple
			for i := range e {
				e[i] = random.Uint64() >> (64 - bits)
			}
			e[random.IntN(3)] = 7
			in = append(in, e)
		}
		want := slices.Clone(in)
		slices.SortFunc(want, Triple.Compare)
		sortTriples(in)
		if !slices.Equal(in, want) {
			t.Errorf("numbers of %d bits are not sorted", bits)
		}
	}
}

// TestAddRun adds sorted entries between others.
func TestAddRun(t *testing.T) {
	s := New(items, t.TempDir(), 0)
	defer s.Close()
	for _, k := range []string{"b", "d"} {
		if err := s.Add(item{k, 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.AddRun(slices.Values([]item{{"a", 2}, {"b", 2}})); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(item{"b", 3}); err != nil {
		t.Fatal(err)
	}
	if got, want := sorted(t, s), []item{{"a", 2}, {"b", 1}, {"b", 2}, {"b", 3}, {"d", 1}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestDamage(t *testing.T) {
	s := New(Triples, t.TempDir(), 0)
	defer s.Close()
	for i := range uint64(100_000) {
		if err := s.Add(Triple{i * 0x9E3779B97F4A7C15, i, 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.file.Truncate(s.end - 7); err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range s.Sorted() {
		last = err
	}
	if last == nil {
		t.Error("a run that was cut off is read without an error")
	}
}

func TestNoSpace(t *testing.T) {
	s := New(Triples, "/dev/null/nowhere", 0)
	var err error
	for i := uint64(0); i < 100_000 && err == nil; i++ {
		err = s.Add(Triple{i})
	}
	if err == nil {
		t.Error("runs were written to a folder that is none")
	}
}

func BenchmarkTriples(b *testing.B) {
	for _, budget := range []int64{1 << 30, 4 << 20} {
		b.Run(fmt.Sprintf("%dMiB", budget>>20), func(b *testing.B) {
			const n = 1_000_000
			b.SetBytes(24 * n)
			for b.Loop() {
				s := New(Triples, b.TempDir(), budget)
				x := uint64(1)
				for range n {
					x = x*6364136223846793005 + 1442695040888963407
					if err := s.Add(Triple{x >> 52, x >> 30 & 0xFFFF, x >> 20 & 0xF}); err != nil {
						b.Fatal(err)
					}
				}
				count := 0
				for _, err := range s.Sorted() {
					if err != nil {
						b.Fatal(err)
					}
					count++
				}
				s.Close()
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds()/1e6, "Mentries/s")
		})
	}
}
