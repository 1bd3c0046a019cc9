package pipeline

import (
	"time"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/extractors/people"
	"tamis/extractors/score"
	"tamis/extractors/tagger"
	"tamis/extractors/vocabulary"
)

// lexicon tells the tagger which lists of the other extractors know a word, and
// its clusters.
func lexicon(folded string) (flags uint32, clusters tagger.Clusters) {
	o, p := organizations.Classify(folded), people.Classify(folded)
	for _, f := range []struct {
		is   bool
		flag uint32
	}{{o.Head, tagger.FlagHead}, {o.Small, tagger.FlagSmall}, {o.Adjective, tagger.FlagAdjective}, {p.Given, tagger.FlagGiven}, {p.RareGiven, tagger.FlagRareGiven}, {p.Surname, tagger.FlagSurname}, {p.Title, tagger.FlagTitle},
		{p.Role, tagger.FlagRole}, {p.Saying, tagger.FlagSaying}, {p.Particle, tagger.FlagSmall}, {p.Never, tagger.FlagCommon},
		{p.Title && len(folded) <= 4, tagger.FlagAbbreviation}} {
		if f.is {
			flags |= f.flag
		}
	}
	c := vocabulary.ClustersOf(folded)
	return flags | uint32(vocabulary.Of(folded))<<tagger.VocabularyShift,
		tagger.Clusters{c.FR.Fine, c.FR.Middle, c.FR.Coarse, c.EN.Fine, c.EN.Middle, c.EN.Coarse}
}

// findRules runs the extractors and returns what each found.
func findRules(t *extractors.Text) [][]extractors.Mention {
	found := make([][]extractors.Mention, len(Extractors))
	for i, e := range Extractors {
		found[i] = e.Find(t)
	}
	notPlaces(found)
	return found
}

// example turns an annotated document into training data: the text as the
// pipeline cleans it, with the marks moved along.
func example(cfg *Config, g score.Gold, raw string) (tagger.Example, error) {
	d := &Document{Raw: []byte(raw), deadline: time.Now().Add(defaultDocTimeout)}
	d.Record.Source = g.ID + ".txt"
	for _, s := range Stages[:2] {
		if err := s.Run(cfg, d); err != nil {
			return tagger.Example{}, err
		}
	}
	if d.Text.Lang == "" {
		d.Text.Lang = g.Header["lang"]
	}
	ex := tagger.Example{Text: &d.Text, Hints: extractors.Resolve(findRules(&d.Text)...)}
	// Tokens know where they stood in the raw text; marks cover the tokens
	// that stood inside them.
	j := 0
	for _, m := range g.Marks {
		span := extractors.Span{Start: -1}
		for ; j < len(d.Text.Tokens); j++ {
			tok := d.Text.Tokens[j]
			at, ok := d.Record.Offsets.Source(tok.Start)
			if !ok || at >= m.End {
				break
			}
			if at < m.Start {
				continue
			}
			if span.Start < 0 {
				span.Start = tok.Start
			}
			span.End = tok.End
		}
		if span.Start >= 0 {
			ex.Gold = append(ex.Gold, tagger.Mark{Span: span, Type: m.Type, Optional: m.Optional})
		}
	}
	return ex, nil
}
