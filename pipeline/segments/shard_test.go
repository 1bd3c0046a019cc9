package segments

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestShard writes the store of a shard and reads it as another process would.
func TestShard(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "records")
	s, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := fill(t, s, 0, 23)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // reading leaves everything as it is
		s, refs, err := OpenShard(dir)
		if err != nil || !reflect.DeepEqual(refs, want) {
			t.Fatalf("%d chunks, %v", len(refs), err)
		}
		r := s.NewReader()
		for i, ref := range refs {
			if got, err := r.Read(ref); err != nil || !bytes.Equal(got, records(i)) {
				t.Errorf("chunk %d reads %.20q, %v", i, got, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "00000001"+extension)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := OpenShard(dir); !errors.Is(err, ErrDamaged) {
		t.Errorf("a segment is missing: %v", err)
	}
	if _, err := Create(dir); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second store in the folder: %v", err)
	}
}
