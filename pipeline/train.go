package pipeline

import (
	"context"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"

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
		ex.Copy = true
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
	return tagger.Example{Text: &t, Hints: extractors.Resolve(findRules(&t)...), Gold: ex.Gold, Document: ex.Document, Copy: true}, true
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
