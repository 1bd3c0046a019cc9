package pipeline

import (
	"strings"

	"tamis/extractors"
	"tamis/extractors/dates"
	"tamis/extractors/organizations"
	"tamis/extractors/people"
	"tamis/extractors/places"
	"tamis/extractors/resolutions"
)

// Extractors lists the extractors by precedence: of two mentions of one length
// at one place, the earlier one's wins.
var Extractors = []*extractors.Extractor{
	organizations.Extractor,
	resolutions.Extractor,
	dates.Extractor,
	people.Extractor,
	places.Extractor,
}

func extractStage(_ *Config, d *Document) error {
	found := make([][]extractors.Mention, len(Extractors))
	for i, e := range Extractors {
		found[i] = e.Find(&d.Text)
	}
	ms := extractors.Resolve(found...)
	linkRoles(d.Text.S, ms)
	d.Record.Mentions = make([]Mention, len(ms))
	for i, m := range ms {
		d.Record.Mentions[i] = Mention{Mention: m, Source: sourceSpan(d, m.Span)}
	}
	return nil
}

// linkRoles names the organization of a person's role: the first one that the
// role's text holds, near the person.
func linkRoles(text string, ms []extractors.Mention) {
	for i := range ms {
		role := ms[i].Attr(extractors.AttrRole)
		if role == "" {
			continue
		}
		for j := max(0, i-3); j < min(len(ms), i+4); j++ {
			if o := ms[j]; o.Type == extractors.Org && o.Confidence >= extractors.Certain && strings.Contains(role, text[o.Start:o.End]) {
				ms[i].SetAttr(extractors.AttrRoleOrg, o.Entity)
				break
			}
		}
	}
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
