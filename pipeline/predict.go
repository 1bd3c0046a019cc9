package pipeline

import (
	"context"
	"path"
	"strings"

	"tamis/extractors/score"
)

// Predict returns a result in the form that the scorers read, offsets in code
// points. The id is the source's base name without its extension.
func Predict(r *Result) score.Prediction {
	p := score.Prediction{ID: strings.TrimSuffix(path.Base(r.Source), path.Ext(r.Source)), Lang: r.Language, Text: r.Text,
		Mentions: []score.Mention{}, Boilerplate: [][2]int{}}
	chars := charCounter{s: r.Text}
	for i := range r.Mentions {
		m := &r.Mentions[i]
		p.Mentions = append(p.Mentions, score.Mention{Type: m.Type, Start: chars.at(m.Start), End: chars.at(m.End), Norm: m.Norm})
	}
	chars = charCounter{s: r.Text}
	for i := range r.Labels {
		if r.Labels[i].Boilerplate {
			b := &r.Blocks[i]
			p.Boilerplate = append(p.Boilerplate, [2]int{chars.at(b.Start), chars.at(b.End)})
		}
	}
	return p
}

// Evaluate runs the pipeline over the raw texts of annotated documents, as one
// dump, and scores what it finds. site gives the folder that a document counts
// as a part of.
func Evaluate(ctx context.Context, cfg Config, docs []score.Gold, site func(score.Gold) string) (*score.Score, []score.Prediction, error) {
	sources := make([]Source, len(docs))
	for i, d := range docs {
		sources[i] = Source{Name: path.Join(site(d), d.ID+".txt"), Data: []byte(d.Text), Size: int64(len(d.Text))}
	}
	s := score.New()
	var all []score.Prediction
	_, err := Process(ctx, cfg, sources, "", nil,
		func(r *Result) (*score.Prediction, error) {
			if r.Reject != nil {
				return nil, nil
			}
			p := Predict(r)
			return &p, nil
		},
		func(p *score.Prediction) error {
			d := docs[s.Documents]
			s.Add(d, p)
			if p != nil {
				all = append(all, *p)
			}
			return nil
		})
	return s, all, err
}

// Chars returns a function that turns byte offsets of the text into code
// points; it is fast when they are asked for in order.
func Chars(text string) func(offset int) int {
	c := charCounter{s: text}
	return c.at
}
