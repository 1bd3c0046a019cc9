package storagetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"tamis/storage"
)

// Contract tests what storage.Store promises, on an empty store.
func Contract(t *testing.T, s storage.Store) {
	ctx := t.Context()
	t.Run("listing", func(t *testing.T) { listing(ctx, t, s) })
	t.Run("ranges", func(t *testing.T) { ranges(ctx, t, s) })
	t.Run("names", func(t *testing.T) { keys(ctx, t, s) })
	t.Run("missing", func(t *testing.T) { missing(ctx, t, s) })
	t.Run("streaming", func(t *testing.T) { streaming(ctx, t, s) })
	t.Run("aborted", func(t *testing.T) { aborted(ctx, t, s) })
	t.Run("swap", func(t *testing.T) { swap(ctx, t, s) })
	t.Run("race", func(t *testing.T) { race(ctx, t, s) })
}

// Put writes an object.
func Put(ctx context.Context, t testing.TB, s storage.Store, key string, data []byte) {
	t.Helper()
	err := s.Write(ctx, key, "application/octet-stream", func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
	if err != nil {
		t.Fatalf("Write(%s): %v", key, err)
	}
}

// Get reads a whole object.
func Get(ctx context.Context, t testing.TB, s storage.Store, key string) []byte {
	t.Helper()
	data, err := get(ctx, s, key, 0, -1)
	if err != nil {
		t.Fatalf("reading %s: %v", key, err)
	}
	return data
}

func get(ctx context.Context, s storage.Store, key string, offset, length int64) ([]byte, error) {
	r, _, err := s.Open(ctx, key, offset, length)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// Keys lists the keys with a prefix, as the store gives them.
func Keys(ctx context.Context, t testing.TB, s storage.Store, prefix string) []string {
	t.Helper()
	var all []string
	for o, err := range s.List(ctx, prefix) {
		if err != nil {
			t.Fatalf("List(%s): %v", prefix, err)
		}
		all = append(all, o.Key)
	}
	return all
}

// Keys come in the order of their bytes, over more than one page, with sizes,
// and a prefix need not end where a name does.
func listing(ctx context.Context, t *testing.T, s storage.Store) {
	want := []string{"l/a-b.txt", "l/a.txt", "l/a/1", "l/a/2/3", "l/a0", "l/B", "l/é", "l/z z"}
	for i := range 1100 {
		want = append(want, fmt.Sprintf("l/many/%04d", i))
	}
	slices.Sort(want)
	var wg sync.WaitGroup
	mixed := slices.Clone(want)
	rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	for part := range slices.Chunk(mixed, 100) {
		wg.Go(func() {
			for _, key := range part {
				Put(ctx, t, s, key, []byte(key))
			}
		})
	}
	wg.Wait()
	Put(ctx, t, s, "l2", nil)
	if got := Keys(ctx, t, s, "l/"); !slices.Equal(got, want) {
		t.Errorf("%d keys, want %d in the order of their bytes: %.300q", len(got), len(want), got)
	}
	if got := Keys(ctx, t, s, "l/a"); !slices.Equal(got, []string{"l/a-b.txt", "l/a.txt", "l/a/1", "l/a/2/3", "l/a0"}) {
		t.Errorf("with the prefix l/a: %q", got)
	}
	if got := Keys(ctx, t, s, "nothing/"); got != nil {
		t.Errorf("with a prefix that no key has: %q", got)
	}
	for o, err := range s.List(ctx, "l/") {
		if err != nil || o.Size != int64(len(o.Key)) {
			t.Fatalf("%s has %d bytes, listed are %d; %v", o.Key, len(o.Key), o.Size, err)
		}
	}
}

func ranges(ctx context.Context, t *testing.T, s storage.Store) {
	data := noise(3<<20 + 17)
	Put(ctx, t, s, "r/data", data)
	Put(ctx, t, s, "r/empty", nil)
	size := int64(len(data))
	for _, c := range []struct{ offset, length int64 }{{0, -1}, {0, 1}, {0, size}, {5, 100}, {size - 1, 1}, {size - 1, 50}, {1 << 20, 1 << 20}, {7, -1}, {size - 3, -1}} {
		end := size
		if c.length >= 0 {
			end = min(size, c.offset+c.length)
		}
		r, o, err := s.Open(ctx, "r/data", c.offset, c.length)
		if err != nil {
			t.Errorf("Open at %d, %d bytes: %v", c.offset, c.length, err)
			continue
		}
		got, err := io.ReadAll(r)
		r.Close()
		if err != nil || !bytes.Equal(got, data[c.offset:end]) {
			t.Errorf("at %d, %d bytes: %d bytes that are not those; %v", c.offset, c.length, len(got), err)
		}
		if o.Key != "r/data" || o.Size != size || o.Version == "" {
			t.Errorf("at %d: the object is %+v, of %d bytes", c.offset, o, size)
		}
	}
	if got := Get(ctx, t, s, "r/empty"); len(got) != 0 {
		t.Errorf("an empty object has %d bytes", len(got))
	}
	version := func() string {
		r, o, err := s.Open(ctx, "r/data", 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		return o.Version
	}
	before := version()
	data[0]++
	Put(ctx, t, s, "r/data", data)
	if after := version(); after == before {
		t.Errorf("other bytes, the same version %q", after)
	}
}

// Names that have to be quoted somewhere on the way.
func keys(ctx context.Context, t *testing.T, s storage.Store) {
	for _, key := range []string{"n/été à la mer.html", "n/a+b&c=d.txt", "n/50%25 ?#.txt", "n/(x) [y] {z}.txt", "n/index.html?id=1&l=fr", "n/deep/" + string(bytes.Repeat([]byte("d/"), 20)) + "f"} {
		Put(ctx, t, s, key, []byte(key))
		if got := Get(ctx, t, s, key); string(got) != key {
			t.Errorf("%s holds %q", key, got)
		}
		if got := Keys(ctx, t, s, key); !slices.Contains(got, key) {
			t.Errorf("%s is listed as %q", key, got)
		}
	}
}

func missing(ctx context.Context, t *testing.T, s storage.Store) {
	if _, err := get(ctx, s, "m/none", 0, -1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open: %v", err)
	}
	if _, _, err := s.Load(ctx, "m/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load: %v", err)
	}
	if err := s.Delete(ctx, "m/none"); err != nil {
		t.Errorf("Delete: %v", err)
	}
	Put(ctx, t, s, "m/one", []byte("1"))
	if err := s.Delete(ctx, "m/one"); err != nil {
		t.Errorf("Delete: %v", err)
	}
	if got := Keys(ctx, t, s, "m/"); got != nil {
		t.Errorf("after Delete: %q", got)
	}
}

// A writer that is fed slowly holds no more than some parts in memory, and what
// it writes appears at the end only, in place of what was there.
func streaming(ctx context.Context, t *testing.T, s storage.Store) {
	const size = 23<<20 + 5
	Put(ctx, t, s, "s/big", []byte("before"))
	src := &source{left: size, rand: rand.NewChaCha8([32]byte{1}), sum: sha256.New()}
	src.at = func(left int64) {
		if left > 0 && left < size/2 {
			src.at = nil
			if got := Get(ctx, t, s, "s/big"); string(got) != "before" {
				t.Errorf("half written, it shows %d bytes", len(got))
			}
		}
	}
	err := s.Write(ctx, "s/big", "application/octet-stream", func() (io.ReadCloser, error) { return io.NopCloser(src), nil })
	if err != nil {
		t.Fatal(err)
	}
	got := Get(ctx, t, s, "s/big")
	if sum := sha256.Sum256(got); len(got) != size || !bytes.Equal(sum[:], src.sum.Sum(nil)) {
		t.Errorf("%d bytes come back of %d, or others", len(got), size)
	}
}

// A write that breaks off, for the reader's or the caller's reasons, leaves no
// object, and what was there as it was.
func aborted(ctx context.Context, t *testing.T, s storage.Store) {
	broken := errors.New("disk on fire")
	for _, c := range []struct {
		name string
		stop func(stop context.CancelFunc) error
	}{
		{"the reader fails", func(context.CancelFunc) error { return broken }},
		{"the caller gives up", func(stop context.CancelFunc) error { stop(); return nil }},
	} {
		for _, size := range []int64{100, 12 << 20} {
			Put(ctx, t, s, "a/old", []byte("old"))
			for _, key := range []string{"a/new", "a/old"} {
				ctx, stop := context.WithCancel(ctx)
				src := &source{left: size, rand: rand.NewChaCha8([32]byte{2}), sum: sha256.New()}
				src.fail = func(left int64) error {
					if left > size/2 {
						return nil
					}
					return c.stop(stop)
				}
				if err := s.Write(ctx, key, "application/octet-stream", func() (io.ReadCloser, error) { return io.NopCloser(src), nil }); err == nil {
					t.Errorf("%s, %d bytes: no error", c.name, size)
				}
				stop()
			}
			if got := Keys(ctx, t, s, "a/"); !slices.Equal(got, []string{"a/old"}) {
				t.Errorf("%s, %d bytes: it leaves %q", c.name, size, got)
			}
			if got := Get(ctx, t, s, "a/old"); string(got) != "old" {
				t.Errorf("%s, %d bytes: the object that was there has %d bytes now", c.name, size, len(got))
			}
		}
	}
}

func swap(ctx context.Context, t *testing.T, s storage.Store) {
	load := func(want string) string {
		t.Helper()
		data, version, err := s.Load(ctx, "w/run.json")
		if err != nil || string(data) != want || version == "" {
			t.Fatalf("Load gives %q, version %q, %v; want %q", data, version, err, want)
		}
		return version
	}
	swap := func(text, version string, want error) {
		t.Helper()
		if err := s.Swap(ctx, "w/run.json", "application/json", []byte(text), version); !errors.Is(err, want) {
			t.Errorf("Swap to %s: %v, want %v", text, err, want)
		}
	}
	swap("0", "", nil)
	zero := load("0")
	swap("1", "", storage.ErrChanged)
	load("0")
	swap("1", zero, nil)
	one := load("1")
	swap("2", zero, storage.ErrChanged)
	load("1")
	swap("2", one, nil)
	two := load("2")
	if err := s.Delete(ctx, "w/run.json"); err != nil {
		t.Fatal(err)
	}
	swap("3", two, storage.ErrChanged)
	if got := Keys(ctx, t, s, "w/"); got != nil {
		t.Errorf("where there was none, a swap with a version leaves %q", got)
	}
}

// Of those that swap the same version at once, exactly one does.
func race(ctx context.Context, t *testing.T, s storage.Store) {
	version := ""
	for round := range 5 {
		const many = 6
		errs := make([]error, many)
		var wg sync.WaitGroup
		for i := range many {
			wg.Go(func() {
				errs[i] = s.Swap(ctx, "c/run.json", "application/json", fmt.Appendf(nil, "round %d, writer %d", round, i), version)
			})
		}
		wg.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err == nil && winner >= 0:
				t.Fatalf("round %d: writers %d and %d both won", round, winner, i)
			case err == nil:
				winner = i
			case !errors.Is(err, storage.ErrChanged):
				t.Errorf("round %d, writer %d: %v", round, i, err)
			}
		}
		data, next, err := s.Load(ctx, "c/run.json")
		if winner < 0 || err != nil || string(data) != fmt.Sprintf("round %d, writer %d", round, winner) {
			t.Fatalf("round %d: writer %d won, and there is %q; %v", round, winner, data, err)
		}
		version = next
	}
}

func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{3}).Read(b)
	return b
}

// source gives random bytes.
type source struct {
	left int64
	rand *rand.ChaCha8
	sum  hash.Hash
	at   func(left int64)
	fail func(left int64) error
}

func (s *source) Read(b []byte) (int, error) {
	if s.at != nil {
		s.at(s.left)
	}
	if s.fail != nil {
		if err := s.fail(s.left); err != nil {
			return 0, err
		}
	}
	if s.left == 0 {
		return 0, io.EOF
	}
	n, _ := s.rand.Read(b[:min(int64(len(b)), s.left)])
	s.left -= int64(n)
	s.sum.Write(b[:n])
	return n, nil
}
