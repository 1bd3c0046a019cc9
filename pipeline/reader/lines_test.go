package reader

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// TestReadLines reads a file of JSON Lines in parts, cut at any line feed: the items
// are those of the whole.
func TestReadLines(t *testing.T) {
	content := []byte("\xEF\xBB\xBF{\"text\": \"one\"}\n\n{\"text\": \"two\", \"url\": \"https://a.example/\"}\nbroken\n  \n{\"text\": \"\"}\n" +
		fmt.Sprintf("{\"text\": \"%s\"}\n", bytes.Repeat([]byte("long "), 30_000)) + "{\"text\": \"last\"}")
	path := filepath.Join(t.TempDir(), "list.jsonl")
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	items := func(seq func(func(Item) bool)) (all []Item) {
		for it := range seq {
			it.Read = 0
			it.Offset, it.Size = 0, 0
			all = append(all, it)
		}
		return all
	}
	o := Options{MaxBytes: 100_000}
	want := items(Read("list.jsonl", path, o))
	if len(want) != 6 || want[4].Problem != TooLarge {
		t.Fatalf("%d items", len(want))
	}
	line := 1
	for i, c := range content {
		if c != '\n' {
			continue
		}
		line++
		got := slices.Concat(items(ReadLines("list.jsonl", path, 0, int64(i+1), 1, o)),
			items(ReadLines("list.jsonl", path, int64(i+1), int64(len(content)), line, o)))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("cut at byte %d: %d items, want %d", i, len(got), len(want))
		}
	}
	for _, f := range []struct {
		name, head string
		want       bool
	}{
		{"a.jsonl", "{\"text\": \"x\"}\n", true},
		{"a.jsonl", "\xEF\xBB\xBF{\"text\": \"x\"}\n", true},
		{"a.json", "{\n\"text\": \"x\"}\n", false}, // over several lines
		{"a.json", "[{\"text\": \"x\"}]\n", false},
		{"a.txt", "Some words.\n", false},
	} {
		if got := JSONLines(f.name, []byte(f.head), Options{}); got != f.want {
			t.Errorf("%s, %q: JSON Lines is %v", f.name, f.head, got)
		}
	}
}
