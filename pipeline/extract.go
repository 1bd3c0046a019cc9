package pipeline

import (
	"tamis/extractors"
)

// Extractors lists the extractors by precedence: of two mentions of one length
// at one place, the earlier one's wins.
var Extractors = []*extractors.Extractor{}

func extractStage(_ *Config, d *Document) error {
	found := make([][]extractors.Mention, len(Extractors))
	for i, e := range Extractors {
		found[i] = e.Find(&d.Text)
	}
	ms := extractors.Resolve(found...)
	d.Record.Mentions = make([]Mention, len(ms))
	for i, m := range ms {
		d.Record.Mentions[i] = Mention{Mention: m, Source: sourceSpan(d, m.Span)}
	}
	return nil
}

// sourceSpan returns the place of a span of the text in the source's bytes.
func sourceSpan(d *Document, s extractors.Span) extractors.Span {
	start, ok := d.Page.Offsets.Source(s.Start)
	end, ok2 := d.Page.Offsets.Source(s.End)
	if !ok || !ok2 {
		return extractors.Span{Start: -1, End: -1}
	}
	return extractors.Span{Start: start, End: end}
}
