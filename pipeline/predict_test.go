package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
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
	if testing.Short() {
		t.Skip("figures are the same in a long test")
	}
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
			out, err := exec.Command(python, script, "score", gold, filepath.Join(dir, "predictions.jsonl"), "--json").Output()
			if err != nil {
				t.Fatal(err)
			}
			var want, got map[string]any
			if err := json.Unmarshal(out, &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(likeGoldPy(t, s), &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("tamis eval says\n%v\ngold.py says\n%v", got, want)
			}
		})
	}
}

// likeGoldPy returns the scores as gold.py --json prints them, four digits behind
// the point.
func likeGoldPy(t *testing.T, s *score.Score) []byte {
	t.Helper()
	round := func(x float64) float64 {
		x, err := strconv.ParseFloat(strconv.FormatFloat(x, 'f', 4, 64), 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	ratio := func(r score.Ratio) map[string]float64 {
		return map[string]float64{"p": round(r.P), "r": round(r.R), "f1": round(r.F1)}
	}
	all := map[string]any{
		"boilerplate":   ratio(s.Chars.BoilerplateRatio()),
		"content_kept":  round(s.Chars.KeptShare()),
		"lang_accuracy": round(float64(s.LangRight) / float64(s.Documents)),
		"documents":     map[string]int{"gold": s.Documents, "missing": s.Missing},
	}
	for _, kind := range []extractors.Type{extractors.Org, extractors.Per, extractors.Date, extractors.Res, extractors.Loc} {
		c := s.Types[kind]
		all[string(kind)] = map[string]any{"gold": c.Gold, "pred": c.Pred, "unaligned": c.Unaligned,
			"strict": ratio(c.StrictRatio()), "lenient": ratio(c.LenientRatio()), "norm": ratio(c.NormRatio())}
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return b
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
