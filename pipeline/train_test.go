package pipeline

import (
	"context"
	"os"
	"testing"

	"tamis/extractors"
	"tamis/extractors/score"
	"tamis/extractors/tagger"
)

func TestCVProbe(t *testing.T) {
	if os.Getenv("CV") == "" {
		t.Skip("probe")
	}
	docs, err := score.ReadGold("../../shared/gold/written")
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{}.withDefaults()
	total := score.New()
	folds := 5
	for fold := range folds {
		if os.Getenv("CV") == "1" && fold > 0 {
			break
		}
		var train []tagger.Example
		var test []score.Gold
		for i, g := range docs {
			if i%folds == fold {
				test = append(test, g)
				continue
			}
			ex, err := example(&cfg, g, g.Text)
			if err != nil {
				t.Fatal(err)
			}
			train = append(train, ex)
		}
		m := tagger.Train(train, tagger.Options{Lexicon: lexicon})
		cfg := cfg
		cfg.tagger = m
		part, _, err := Evaluate(context.Background(), cfg, test, func(score.Gold) string { return "gold" })
		if err != nil {
			t.Fatal(err)
		}
		total.Merge(part)
	}
	total.Write(os.Stdout)
	f, _ := os.Create("/tmp/tamis/cv.tsv")
	total.WriteErrors(f)
	f.Close()
	_ = extractors.Org
}
