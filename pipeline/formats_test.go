package pipeline

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/spf13/pflag"

	"tamis/output"
	"tamis/output/results"
)

// The flag takes lists and may be given several times; a format that there is
// not is refused.
func TestFormatsFlag(t *testing.T) {
	var cfg Config
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	cfg.OutputFlags(fs)
	if err := fs.Parse([]string{"--format", "csv,parquet", "--format", "jsonl", "--part-size", "4KiB"}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"csv", "parquet", "jsonl"}; !reflect.DeepEqual(cfg.Formats, want) || cfg.PartBytes != 4096 {
		t.Errorf("formats %v, parts of %d bytes", cfg.Formats, cfg.PartBytes)
	}
	if err := fs.Parse([]string{"--format", "csv,xls"}); err == nil {
		t.Error("xls is taken")
	}
}

// Of the sample dump, JSON Lines hold the mentions that Parquet holds, in small
// parts as in one.
func TestRunFormats(t *testing.T) {
	whole, _ := runDump(t, Config{}, dumpFolder)
	out, sum := runDump(t, Config{Formats: []string{"jsonl"}, PartBytes: 4096}, dumpFolder)
	parquet, text := mentionsOf(t, whole), open(t, filepath.Join(out, "jsonl", "mentions.jsonl"))
	if parts := mentionsOf(t, out); !reflect.DeepEqual(parts, parquet) {
		t.Errorf("%d mentions in parts, %d in one file", len(parts), len(parquet))
	}
	if files, _ := filepath.Glob(filepath.Join(out, "mentions", "*.parquet")); len(files) < 2 {
		t.Errorf("mentions are in %v", files)
	}
	n := 0
	for ; text.Scan(); n++ {
		var got struct {
			DocumentID   string `json:"document_id"`
			MentionIndex int32  `json:"mention_index"`
			Surface      string `json:"surface"`
			Norm         string `json:"norm"`
		}
		if err := json.Unmarshal(text.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if m := parquet[n]; got.DocumentID != m.DocumentID || got.MentionIndex != m.MentionIndex || got.Surface != m.Surface || got.Norm != m.Norm {
			t.Fatalf("line %d: %+v, want %+v", n, got, m)
		}
	}
	if n != len(parquet) || int64(n) != sum.Tables["mentions"] {
		t.Errorf("%d lines, %d rows, %d counted", n, len(parquet), sum.Tables["mentions"])
	}
}

func mentionsOf(t *testing.T, dir string) (ms []output.Mention) {
	t.Helper()
	f, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for m, err := range results.Rows[output.Mention](f, "mentions") {
		if err != nil {
			t.Fatal(err)
		}
		ms = append(ms, m)
	}
	return ms
}

func open(t *testing.T, path string) *bufio.Scanner {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return bufio.NewScanner(f)
}
