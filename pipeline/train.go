package pipeline

import (
	"context"
	"iter"
	"runtime"

	"tamis/extractors"
	"tamis/extractors/prose"
	"tamis/extractors/score"
	"tamis/extractors/tagger"
)

// trainingSet turns annotated documents into training data, on all workers.
func trainingSet(ctx context.Context, docs []score.Gold) ([]tagger.Example, error) {
	cfg := Config{}.withDefaults()
	var out []tagger.Example
	err := ordered(ctx, cfg.Workers, each(docs), func() struct{} { return struct{}{} },
		func(_ context.Context, _ struct{}, g score.Gold) (tagger.Example, error) {
			return example(&cfg, g, g.Text)
		},
		func(ex tagger.Example) error {
			ex.Document = len(out)
			out = append(out, ex)
			return nil
		})
	return out, err
}

// each yields the elements of a slice.
func each[T any](all []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range all {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// CrossValidate trains on all documents but those of one fold and scores that
// fold, for each fold in turn: document i belongs to fold i modulo folds. It
// returns a score for each document. Boilerplate and what the corpus tells are
// left out: each document stands by itself.
//
// With second, it also returns the scores with the second opinion that prose
// has on English documents, nil for others.
func CrossValidate(ctx context.Context, docs []score.Gold, folds int, second bool) (scores, withSecond []*score.Score, err error) {
	examples, err := trainingSet(ctx, docs)
	if err != nil {
		return nil, nil, err
	}
	scores, withSecond = make([]*score.Score, len(docs)), make([]*score.Score, len(docs))
	err = ordered(ctx, runtime.GOMAXPROCS(0), numbers(folds), func() struct{} { return struct{}{} },
		func(_ context.Context, _ struct{}, fold int) (int, error) {
			var train []tagger.Example
			for i := range examples {
				if i%folds != fold {
					train = append(train, examples[i])
				}
			}
			model := tagger.Train(augment(train), tagger.Options{Lexicon: lexicon})
			scratch := tagger.NewScratch()
			for i := fold; i < len(docs); i += folds {
				t := examples[i].Text
				scores[i] = scoreOne(docs[i], t, extract(t, model, scratch, nil))
				if second && docs[i].Header["lang"] == "en" {
					withSecond[i] = scoreOne(docs[i], t, extract(t, model, scratch, prose.Find(t)))
				}
			}
			return fold, nil
		}, func(int) error { return nil })
	return scores, withSecond, err
}

// numbers yields 0 to n-1.
func numbers(n int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if !yield(i, nil) {
				return
			}
		}
	}
}

// scoreOne scores the mentions of one document.
func scoreOne(d score.Gold, t *extractors.Text, ms []extractors.Mention) *score.Score {
	p := score.Prediction{ID: d.ID, Lang: t.Lang, Text: t.S}
	chars := Chars(t.S)
	for _, m := range ms {
		if m.Confidence >= extractors.Certain {
			p.Mentions = append(p.Mentions, score.Mention{Type: m.Type, Start: chars(m.Start), End: chars(m.End), Norm: m.Norm})
		}
	}
	s := score.New()
	s.Add(d, &p)
	return s
}

// Train fits a tagger to annotated documents. The same documents in the same
// order give the same model, to the byte.
func Train(ctx context.Context, docs []score.Gold) (*tagger.Model, error) {
	examples, err := trainingSet(ctx, docs)
	if err != nil {
		return nil, err
	}
	return tagger.Train(augment(examples), tagger.Options{Lexicon: lexicon, Workers: runtime.GOMAXPROCS(0)}), nil
}
