package segments

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tamis/output/filelock"
)

func key(i int) (k Key) {
	binary.BigEndian.PutUint64(k[:], uint64(i))
	return k
}

func records(i int) []byte { return bytes.Repeat(fmt.Appendf(nil, "record %d ", i), 1+i%50) }

// fill appends chunks from a number up to another one, with a segment for every
// five.
func fill(t *testing.T, s *Store, from, to int) (refs []Ref) {
	t.Helper()
	for i := from; i < to; i++ {
		r, err := s.Append(key(i), []Key{key(1000 + i), key(2000 + i)}, 7, Counts{Documents: 3, Rejects: 1, Bytes: int64(i)}, Encode(records(i)))
		if err != nil {
			t.Fatal(err)
		}
		refs = append(refs, r)
		if i%5 == 4 {
			if err := s.Finish(); err != nil {
				t.Fatal(err)
			}
		}
	}
	return refs
}

// check compares what the store has with what it should have.
func check(t *testing.T, s *Store, from, to int) {
	t.Helper()
	reader := s.NewReader()
	for i := from; i < to; i++ {
		r, ok := s.Find(key(i))
		if !ok {
			t.Errorf("chunk %d is missing", i)
			continue
		}
		if near, ok := s.Near(key(2000 + i)); !ok || near.Key != r.Key {
			t.Errorf("chunk %d is not found by its anchor", i)
		}
		if want := (Counts{3, 1, int64(i)}); r.Counts != want || r.Later != 7 {
			t.Errorf("chunk %d: %v", i, r)
		}
		if got, err := reader.Read(r); err != nil || !bytes.Equal(got, records(i)) {
			t.Errorf("chunk %d reads %.20q, %v", i, got, err)
		}
	}
}

func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStoreKeepsFinishedSegments(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, 0, 403) // the last three stand in a segment that is not finished
	if _, ok := s.Find(key(402)); ok {
		t.Error("a chunk of an unfinished segment is found")
	}
	if _, err := Open(dir); !errors.Is(err, filelock.ErrLocked) {
		t.Errorf("a second run opens the folder: %v", err)
	}
	crash(s)

	s = open(t, dir)
	check(t, s, 0, 400)
	if _, ok := s.Find(key(402)); ok {
		t.Error("a chunk of an unfinished segment is found after a crash")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*"+part)); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	fill(t, s, 400, 403)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	check(t, s, 0, 403)
}

// crash lets go of a store as the end of the process would.
func crash(s *Store) {
	if s.current != nil {
		s.current.f.Close()
		s.current = nil
	}
	filelock.Unlock(s.lock)
	s.lock = nil
}

func TestLaterChunkOfAKeyCounts(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, 0, 5)
	if _, err := s.Append(key(2), nil, 8, Counts{}, Encode([]byte("again"))); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = open(t, dir)
	if r, _ := s.Find(key(2)); r.Later != 8 {
		t.Errorf("found is the earlier chunk: %v", r)
	}
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	refs := fill(t, s, 0, 200)
	before := s.Size()
	kept := refs[:100:100]
	for i := 100; i < 200; i += 5 {
		kept = append(kept, refs[i]) // a fifth of a segment
	}
	if err := s.Sweep(kept); err != nil {
		t.Fatal(err)
	}
	check(t, s, 0, 100)
	for i := 100; i < 200; i++ {
		if _, ok := s.Find(key(i)); ok != (i%5 == 0) {
			t.Errorf("chunk %d: found is %v", i, ok)
		}
	}
	if s.Size() > before*7/10 {
		t.Errorf("%d of %d bytes are left", s.Size(), before)
	}
	s.Close()
	s = open(t, dir)
	check(t, s, 0, 100)
	s.Close()
	if freed, err := Remove(dir); err != nil || freed == 0 || s.dir != dir {
		t.Errorf("Remove: %d, %v", freed, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is left: %v", err)
	}
}

// TestDamagedSegments changes a byte of a segment at a time: it is left out, or
// its chunks say that they are damaged, but never give other records.
func TestDamagedSegments(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, 0, 5)
	s.Close()
	path := filepath.Join(dir, "00000000"+extension)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for at := 0; at <= len(whole); at++ {
		b := bytes.Clone(whole[:min(at, len(whole))])
		if at%2 == 0 && at < len(whole) { // cut off, or changed
			b = bytes.Clone(whole)
			b[at] ^= 0x40
		}
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir)
		if err != nil {
			t.Fatalf("byte %d: %v", at, err)
		}
		reader := s.NewReader()
		for i := range 5 {
			r, ok := s.Find(key(i))
			if !ok {
				continue
			}
			got, err := reader.Read(r)
			if err != nil {
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("byte %d: %v", at, err)
				}
				told++
			} else if !bytes.Equal(got, records(i)) {
				t.Errorf("byte %d: chunk %d reads %q", at, i, got)
			}
		}
		s.Close()
	}
	if told == 0 {
		t.Error("no damage of a chunk was told")
	}
}

func TestTemporary(t *testing.T) {
	parent := t.TempDir()
	s, err := OpenTemporary(parent)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s, 0, 8)
	if err := s.Finish(); err != nil {
		t.Fatal(err)
	}
	check(t, s, 0, 8)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(parent); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
}
