package pairs

import (
	"context"
	"encoding/binary"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

func values[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range all {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// TestNumber orders pairs by block, later and earlier document, and finds them
// again in their numbers.
func TestNumber(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, b := range []Blocks{0, 6, 17, 31, 32} {
		for range 1000 {
			p := Pair{random.Uint32() >> random.IntN(32), random.Uint32() >> random.IntN(32)}
			o := Pair{random.Uint32() >> random.IntN(32), random.Uint32() >> random.IntN(32)}
			if got := b.Pair(b.Number(p)); got != p {
				t.Fatalf("blocks %d: %v comes back as %v", b, p, got)
			}
			place := func(p Pair) []uint64 {
				return []uint64{uint64(p.Earlier) >> b, uint64(p.Later), uint64(p.Earlier)}
			}
			if want := slices.Compare(place(p), place(o)) < 0; (b.Number(p) < b.Number(o)) != want {
				t.Fatalf("blocks %d: %v before %v: %t", b, p, o, !want)
			}
		}
	}
}

// TestJoin writes rows in order and in none, and joins pairs of them with blocks
// of several sizes. A row that was not written is zero.
func TestJoin(t *testing.T) {
	const n = 5000
	random := rand.New(rand.NewPCG(3, 4))
	row := func(i int) []byte {
		b := make([]byte, 40)
		if i%7 != 3 {
			binary.LittleEndian.PutUint64(b[11:], uint64(i)*0x9E3779B97F4A7C15)
		}
		return b
	}
	var all []Pair
	for range 3000 {
		later := 1 + random.IntN(n-1)
		all = append(all, Pair{uint32(later), uint32(random.IntN(later))})
	}
	all = append(all, Pair{n - 1, 0}, Pair{n - 1, n - 2})
	for _, shuffled := range []bool{false, true} {
		dir := t.TempDir()
		r := NewRows(dir, 40)
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		if shuffled {
			order = random.Perm(n)
		}
		for _, i := range order {
			if i%7 != 3 {
				if err := r.Write(int64(i), row(i)); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, b := range []Blocks{3, r.BlocksOf(0), r.BlocksOf(50_000), r.BlocksOf(1 << 30)} {
			var numbers []uint64
			for _, p := range all {
				numbers = append(numbers, b.Number(p))
			}
			slices.Sort(numbers)
			joined := 0
			err := Join(r, b, values(numbers), func(v uint64) uint64 { return v }, func(v uint64, later, earlier []byte) error {
				p := b.Pair(v)
				if !slices.Equal(later, row(int(p.Later))) || !slices.Equal(earlier, row(int(p.Earlier))) {
					t.Fatalf("blocks %d: %v is joined with other rows", b, p)
				}
				joined++
				return nil
			})
			if err != nil || joined != len(all) {
				t.Errorf("blocks %d: %d of %d pairs joined: %v", b, joined, len(all), err)
			}
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%d files are left", len(left))
		}
	}
}

func TestTrouble(t *testing.T) {
	r := NewRows(t.TempDir(), 8)
	defer r.Close()
	for _, position := range []int64{-1, MaxPosition + 1} {
		if err := r.Write(position, make([]byte, 8)); err == nil {
			t.Errorf("there is a row at %d", position)
		}
	}
	for i := range int64(20_000) {
		if err := r.Write(i, make([]byte, 8)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Read(nil, 0, 1); err != nil {
		t.Fatal(err)
	}
	if err := r.file.Truncate(1000); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(nil, 0, 20_000); err == nil {
		t.Error("a file that was cut off is read without an error")
	}
	nowhere := NewRows("/dev/null/nowhere", 8)
	if err := nowhere.Write(0, make([]byte, 8)); err != nil {
		t.Fatal(err)
	}
	if _, err := nowhere.Read(nil, 0, 1); err == nil {
		t.Error("rows were written to a folder that is none")
	}
}

func TestUntil(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range Until(ctx, values(make([]int, 100_000))) {
		if n++; n == 10 {
			cancel()
		}
		last = err
	}
	if n > 10_000 || last == nil {
		t.Errorf("%d entries came, and then %v", n, last)
	}
}

func TestBits(t *testing.T) {
	var b Bits
	for i := int64(0); i < 1000; i += 37 {
		b.Set(i)
	}
	for i := range int64(2000) {
		if want := i%37 == 0 && i < 1000; b.Has(i) != want {
			t.Errorf("%d is in the set: %t", i, !want)
		}
	}
}
