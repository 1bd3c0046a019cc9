package pipeline

import (
	"slices"
	"testing"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/extractors/people"
	"tamis/extractors/tagger"
)

// TestPlausible has what the tagger may say about a text, and what of it the
// rules leave: the wanted list has surface and type.
func TestPlausible(t *testing.T) {
	for _, c := range []struct {
		why, lang, text, surface string
		typ                      extractors.Type
		want                     string
	}{
		{"another script", "ru", "Полина Поризкова рассказала", "Полина Поризкова рассказала", extractors.Per, ""},
		{"words of another language", "ms", "di Sejarah Pecahnya Islam", "Sejarah Pecahnya Islam", extractors.Per, ""},
		{"a name with a known given name", "es", "con Maria López Herrer ayer", "Maria López Herrer", extractors.Per, "PER"},
		{"a name with a head noun", "es", "la Union Velmisa", "Union Velmisa", extractors.Org, "ORG"},
		{"a sentence", "es", "Union de los pueblos que viven en la parte alta del valle grande", "Union de los pueblos que viven en la parte alta del valle grande", extractors.Org, ""},
		{"a country's acronym", "en", "trade with the US rose", "US", extractors.Org, "LOC"},
		{"a list run together", "ms", "Maria Bekam Buku Iman Caleg Partai", "Maria Bekam Buku Iman Caleg Partai", extractors.Per, ""},
		{"two countries", "en", "the US-China talks", "US-China", extractors.Org, "LOCLOC"},
		{"French", "fr", "avec Sejarah Pecahnya hier", "Sejarah Pecahnya", extractors.Per, "PER"},
	} {
		x := extractors.NewText(c.text, c.lang)
		start := 0
		for c.text[start:start+len(c.surface)] != c.surface {
			start++
		}
		tag := extractors.Mention{Span: extractors.Span{Start: start, End: start + len(c.surface)}, Type: c.typ, Rule: "tagger", Confidence: 0.8}
		got := ""
		for _, m := range plausible(x, nil, []extractors.Mention{tag}) {
			got += string(m.Type)
		}
		if got != c.want {
			t.Errorf("%s: %q is %q, not %q", c.why, c.surface, got, c.want)
		}
	}

	// A person in the name of a body is that body where a rule has it.
	x := extractors.NewText("Velm Clark Foundation", "en")
	body := extractors.Mention{Span: extractors.Span{End: 21}, Type: extractors.Org, Norm: "Velm Clark Foundation", Rule: organizations.HeadNoun, Confidence: 0.7}
	person := extractors.Mention{Span: extractors.Span{End: 10}, Type: extractors.Per, Rule: "tagger", Confidence: 0.9}
	if got := plausible(x, []extractors.Mention{body}, []extractors.Mention{person}); len(got) != 1 || got[0].Norm != body.Norm {
		t.Errorf("a person in the name of a body: %v", got)
	}
}

// A surname alone is that of a fuller name elsewhere, but not where a line in
// another language has the word.
func TestShortForms(t *testing.T) {
	x := extractors.NewText("Mme Maria Velmisa part.\nEscopete en Velmisa ye un municipio\nPuis Velmisa revient.", "fr")
	x.Lines[1].Lang = "es"
	var got []string
	for _, m := range extract(x, defaultModel(), tagger.NewScratch(), nil) {
		if m.Type == extractors.Per {
			got = append(got, x.S[m.Start:m.End])
		}
	}
	if want := []string{"Maria Velmisa", "Velmisa"}; !slices.Equal(got, want) {
		t.Errorf("persons %q, not %q", got, want)
	}
}

// A place of the list under a name of several words is no person, though it
// begins with a given name, and no bank.
func TestNotPlaces(t *testing.T) {
	for _, text := range []string{"The plan covers Nova Scotia too.", "The plan covers the West Bank too."} {
		for _, m := range extractors.Resolve(findRules(extractors.NewText(text, "en"))...) {
			if m.Rule == people.GivenName || m.Rule == organizations.HeadNoun {
				t.Errorf("%s: %q is %s by %s", text, text[m.Start:m.End], m.Type, m.Rule)
			}
		}
	}
}
