package pipeline

import (
	"context"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"

	"tamis/extractors"
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
		func(ex tagger.Example) error { out = append(out, ex); return nil })
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
func CrossValidate(ctx context.Context, docs []score.Gold, folds int) ([]*score.Score, error) {
	var all []int
	for fold := range folds {
		all = append(all, fold)
	}
	return crossValidate(ctx, docs, folds, all)
}

// crossValidate is CrossValidate for some of the folds; the scores of the
// documents of the others stay nil.
func crossValidate(ctx context.Context, docs []score.Gold, folds int, some []int) ([]*score.Score, error) {
	examples, err := trainingSet(ctx, docs)
	if err != nil {
		return nil, err
	}
	scores := make([]*score.Score, len(docs))
	err = ordered(ctx, runtime.GOMAXPROCS(0), each(some), func() struct{} { return struct{}{} },
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
				p := score.Prediction{ID: docs[i].ID, Lang: t.Lang, Text: t.S}
				chars := Chars(t.S)
				for _, m := range extract(t, model, scratch, nil) {
					if m.Confidence >= extractors.Certain {
						p.Mentions = append(p.Mentions, score.Mention{Type: m.Type, Start: chars(m.Start), End: chars(m.End), Norm: m.Norm})
					}
				}
				scores[i] = score.New()
				scores[i].Add(docs[i], &p)
			}
			return fold, nil
		}, func(int) error { return nil })
	return scores, err
}

// augment adds to the examples what a corpus of this size is short of.
//
//   - A copy of each with a third of what lists know of organizations and
//     people taken away, so that the tagger learns to do without them, as it
//     must on pages that name what no list holds.
//   - Every eighth in capitals.
func augment(examples []tagger.Example) []tagger.Example {
	rng := rand.New(rand.NewPCG(7, 11))
	out := slices.Clone(examples)
	for i, ex := range examples {
		if i%8 == 3 {
			if loud, ok := capitals(ex); ok {
				out = append(out, loud)
			}
		}
		gone := map[string]bool{}
		var hints []extractors.Mention
		for _, h := range ex.Hints {
			key := ex.Text.S[h.Start:h.End]
			if _, known := gone[key]; !known {
				gone[key] = rng.IntN(3) == 0
			}
			if h.Type == extractors.Date || h.Type == extractors.Res || h.Type == extractors.Loc || !gone[key] {
				hints = append(hints, h)
			}
		}
		ex.Hints = hints
		out = append(out, ex)
	}
	return out
}

// capitals returns the example in upper case; ok is false where a letter's
// capital is longer or shorter, so that the marks would move.
func capitals(ex tagger.Example) (loud tagger.Example, ok bool) {
	up := strings.ToUpper(ex.Text.S)
	if len(up) != len(ex.Text.S) {
		return loud, false
	}
	t := *ex.Text
	t.S, t.Tokens = up, extractors.Tokenize(nil, up)
	return tagger.Example{Text: &t, Hints: extractors.Resolve(findRules(&t)...), Gold: ex.Gold}, true
}

// Train fits a tagger to annotated documents. The same documents in the same
// order give the same model, to the byte.
func Train(ctx context.Context, docs []score.Gold) (*tagger.Model, error) {
	examples, err := trainingSet(ctx, docs)
	if err != nil {
		return nil, err
	}
	return tagger.Train(augment(examples), tagger.Options{Lexicon: lexicon}), nil
}
