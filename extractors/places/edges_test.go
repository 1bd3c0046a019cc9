package places

import (
	"strings"
	"testing"

	"tamis/extractors"
)

// TestEdges has places as a tagger found them, and what they are after Link.
func TestEdges(t *testing.T) {
	for _, c := range []struct{ lang, text, found, want string }{
		{"en", "in The Gambia today", "The Gambia", "Gambia"},
		{"fr", "avec La Russie", "La Russie", "Russie"},
		{"fr", "à La Rochelle", "La Rochelle", "La Rochelle"},
		{"en", "across Northern Uganda and", "Uganda", "Northern Uganda"},
		{"en", "across northern Uganda and", "Uganda", "Uganda"},
		{"en", "said Northern, Uganda", "Uganda", "Uganda"},
		{"fr", "au ruisseau le Roglais", "Roglais", "ruisseau le Roglais"},
		{"fr", "le lac de la Velmisa", "Velmisa", "lac de la Velmisa"},
		{"fr", "le Mont Velmisa", "Velmisa", "Mont Velmisa"},
		{"fr", "dans la vallée de Velmisa", "Velmisa", "Velmisa"},
		{"fr", "la Vallée de Velmisa", "Velmisa", "Vallée de Velmisa"},
		{"fr", "le maire de Velmisa", "Velmisa", "Velmisa"},
	} {
		start := strings.Index(c.text, c.found)
		ms := []extractors.Mention{{Span: extractors.Span{Start: start, End: start + len(c.found)}, Type: extractors.Loc, Rule: "tagger", Confidence: 0.9}}
		Link(extractors.NewText(c.text, c.lang), ms)
		if got := c.text[ms[0].Start:ms[0].End]; got != c.want || ms[0].Norm == "" {
			t.Errorf("%s: %q (%s), not %q", c.text, got, ms[0].Norm, c.want)
		}
	}
}
