package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/score"
)

// Annotated documents beside the repository.
const sharedGold = "../../shared/gold"

// The figures of Evaluate are those of gold.py on the same predictions: on the
// seeds, and on every tenth of the written documents.
func TestEvaluateScoresAsGoldPy(t *testing.T) {
	script := filepath.Join(sharedGold, "gold.py")
	if _, err := os.Stat(script); err != nil {
		t.Skip("no ../shared/gold/gold.py beside the repository")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to run ../shared/gold/gold.py with")
	}
	for _, set := range []struct {
		folder string
		step   int
	}{{"seeds", 1}, {"written", 10}} {
		t.Run(set.folder, func(t *testing.T) {
			all, err := score.ReadGold(filepath.Join(sharedGold, set.folder))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			gold := filepath.Join(dir, "gold")
			if err := os.Mkdir(gold, 0o777); err != nil {
				t.Fatal(err)
			}
			var docs []score.Gold
			for i := 0; i < len(all); i += set.step {
				docs = append(docs, all[i])
				b, err := os.ReadFile(filepath.Join(sharedGold, set.folder, all[i].ID+".ann"))
				if err != nil {
					t.Fatal(err)
				}
				writeFiles(t, gold, map[string]string{all[i].ID + ".ann": string(b)})
			}
			s, predictions, err := Evaluate(context.Background(), Config{}, docs, func(score.Gold) string { return "gold" })
			if err != nil {
				t.Fatal(err)
			}
			var lines bytes.Buffer
			for _, p := range predictions {
				if err := json.NewEncoder(&lines).Encode(p); err != nil {
					t.Fatal(err)
				}
			}
			writeFiles(t, dir, map[string]string{"predictions.jsonl": lines.String()})
			cmd := exec.Command(python, script, "score", gold, filepath.Join(dir, "predictions.jsonl"))
			want, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := s.Write(&got); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(trimLines(got.Bytes()), trimLines(want)) {
				t.Errorf("tamis eval says\n%s\ngold.py says\n%s", &got, want)
			}
		})
	}
}

// trimLines cuts white space at the end of lines, where gold.py pads a column.
func trimLines(b []byte) []byte {
	var out []byte
	for line := range bytes.Lines(b) {
		out = append(append(out, bytes.TrimRight(line, " \n")...), '\n')
	}
	return out
}

// Chars counts code points, whether or not the offsets come in order.
func TestChars(t *testing.T) {
	const text = "l’été 🙂 à"
	at := Chars(text)
	for _, offset := range []int{len(text), 0, len("l’"), len("l’été 🙂"), len("l")} {
		if got, want := at(offset), len([]rune(text[:offset])); got != want {
			t.Errorf("code point at byte %d is %d, want %d", offset, got, want)
		}
	}
}

// Without its marks, an annotated document of the sample is its file in the
// sample dump, byte for byte; every text file of the dump that is a document
// of its own has one.
func TestSampleGoldFitsDump(t *testing.T) {
	docs, err := score.ReadGold("../testdata/gold/sample")
	if err != nil {
		t.Fatal(err)
	}
	annotated := map[string]bool{}
	types := map[extractors.Type]int{}
	for _, d := range docs {
		raw, err := os.ReadFile(filepath.Join(dumpFolder, filepath.FromSlash(d.Header["source"])))
		if err != nil {
			t.Errorf("%s: %v", d.ID, err)
			continue
		}
		if d.Text != string(raw) {
			t.Errorf("%s is not %s: they part at byte %d", d.ID, d.Header["source"], commonPrefix(d.Text, string(raw)))
		}
		if d.Header["lang"] != "fr" && d.Header["lang"] != "en" {
			t.Errorf("%s: language %q", d.ID, d.Header["lang"])
		}
		annotated[filepath.Base(d.Header["source"])] = true
		for _, m := range d.Marks {
			types[m.Type]++
		}
	}
	for _, kind := range extractors.Types {
		if types[kind] == 0 {
			t.Errorf("no %s is marked", kind)
		}
	}
	sources, err := Sources([]string{dumpFolder}, "")
	if err != nil {
		t.Fatal(err)
	}
	without := map[string]bool{"vide.txt": true, "logo.txt": true, "ps-communique-plan-hiver-imprimer.txt": true} // two rejects, one duplicate
	for _, s := range sources {
		if name := filepath.Base(s.Path); strings.HasSuffix(name, ".txt") && annotated[name] == without[name] {
			t.Errorf("%s: annotated %t", s.Name, annotated[name])
		}
	}
}

func commonPrefix(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// The scores of the sample stand in testdata/gold/scores.txt, so that a review
// sees them move; UPDATE=1 rewrites them.
func TestSampleScores(t *testing.T) {
	docs, err := score.ReadGold("../testdata/gold/sample")
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := Evaluate(context.Background(), Config{}, docs, func(d score.Gold) string { return filepath.ToSlash(filepath.Dir(d.Header["source"])) })
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	fmt.Fprintf(&got, "testdata/gold/sample, %d documents in one run\n\n", len(docs))
	if err := s.Write(&got); err != nil {
		t.Fatal(err)
	}
	const file = "../testdata/gold/scores.txt"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the scores are now\n%s\n%s has\n%s", &got, file, want)
	}
}
