package pipeline

import (
	"fmt"
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/tagger"
	"tamis/output"
)

// TestCitations has one row for each paragraph that a text points to, and one
// for each reference by description, which the counts leave out.
func TestCitations(t *testing.T) {
	dump := t.TempDir()
	writeFiles(t, dump, map[string]string{"a.txt": "Le Conseil rappelle les paragraphes 15 et 16 de la résolution 1970 (2011), le paragraphe 9 a) " +
		"de la résolution 2259 (2014), la résolution 1325 et ladite résolution.\n"})
	out, _ := runDump(t, Config{Workers: 1}, dump)
	surface := map[int32]string{}
	for _, m := range readTable[output.Mention](t, out, "mentions") {
		surface[m.MentionIndex] = m.Surface
	}
	var got []string
	for _, c := range readTable[output.Citation](t, out, "citations") {
		paragraph, mention := "-", "-"
		if c.Paragraph != nil {
			paragraph = fmt.Sprint(*c.Paragraph)
		}
		if c.MentionIndex != nil {
			mention = surface[*c.MentionIndex]
		}
		got = append(got, strings.Join([]string{mention, c.Form, c.ResolutionID, paragraph, value(c.BodyEvidence), value(c.Sanity), value(c.Suggestion)}, " "))
	}
	want := `résolution 1970 (2011) number S/RES/1970(2011) 15 numbering ok -
résolution 1970 (2011) number S/RES/1970(2011) 16 numbering ok -
résolution 2259 (2014) number S/RES/2259(2014) 9 before year S/RES/2259(2015)
résolution 1325 number S/RES/1325(2000) - before supplied -
- previous S/RES/1325(2000) - - - -`
	if got := strings.Join(got, "\n"); got != want {
		t.Errorf("citations:\n%s\nwant\n%s", got, want)
	}
	for _, r := range readTable[output.Resolution](t, out, "resolutions") {
		if r.MentionCount != 1 {
			t.Errorf("%s is mentioned %d times, want once: ladite résolution does not count", r.ResolutionID, r.MentionCount)
		}
	}
}

func value(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

// TestPlaceCountry has the country of a place on no list, which the text names.
func TestPlaceCountry(t *testing.T) {
	dump := t.TempDir()
	writeFiles(t, dump, map[string]string{
		"a.txt": "The convoy arrived in Zyxa Sola on Monday.\n",
		"b.txt": "The convoy arrived in Zyxa Sola, Chad, on Monday, and went on to Geneva.\n",
	})
	out, _ := runDump(t, Config{Workers: 1}, dump)
	country := map[string]string{}
	for _, p := range readTable[output.Place](t, out, "places") {
		country[p.PlaceID] = value(p.CountryCode)
	}
	for place, want := range map[string]string{"loc:zyxa-sola": "TD", "loc:td": "TD", "loc:geneva": "CH"} {
		if country[place] != want {
			t.Errorf("%s lies in %q, want %q", place, country[place], want)
		}
	}
}

// TestPlaceInName has no place inside the name of an organization, and the
// same place beside it.
func TestPlaceInName(t *testing.T) {
	text := extractors.NewText("La Croix-Rouge du Mali et la Banque centrale de Tunisie se sont réunies à Bamako, Mali.", "fr")
	var orgs, places []extractors.Span
	for _, m := range extract(text, defaultModel(), tagger.NewScratch(), nil) {
		switch m.Type {
		case extractors.Org:
			orgs = append(orgs, m.Span)
		case extractors.Loc:
			places = append(places, m.Span)
		}
	}
	for _, p := range places {
		if overlapsAny(orgs, p) {
			t.Errorf("%q lies in the name of an organization", text.S[p.Start:p.End])
		}
	}
	if len(orgs) == 0 || len(places) != 2 {
		t.Errorf("%d organizations and %d places, want some and 2", len(orgs), len(places))
	}
}
