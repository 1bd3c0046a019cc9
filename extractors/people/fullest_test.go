package people

import (
	"strings"
	"testing"

	"tamis/extractors"
)

// Names that something else has found, each with the full form that the text has.
func TestLinkNamesTheFullestForm(t *testing.T) {
	for _, c := range []struct {
		text  string
		names [][2]string // as found, and the norm
	}{
		{"Staffan de Mistura spoke. de Mistura left.", [][2]string{{"Staffan de Mistura", "Staffan de Mistura"}, {"de Mistura", "Staffan de Mistura"}}},
		{"Ramanujachari Lakshmi Ammal sang; R. L. Ammal bowed.", [][2]string{{"Ramanujachari Lakshmi Ammal", "Ramanujachari Lakshmi Ammal"}, {"R. L. Ammal", "Ramanujachari Lakshmi Ammal"}}},
		{"AZARENKO, Mykola came. Mykola Azarenko sat.", [][2]string{{"AZARENKO, Mykola", "Mykola Azarenko"}, {"Mykola Azarenko", "Mykola Azarenko"}}},
		{"Candia Obitre-Gama wrote to Obitre and Candia.", [][2]string{{"Candia Obitre-Gama", "Candia Obitre-Gama"}, {"Obitre", "Candia Obitre-Gama"}, {"Candia", "Candia Obitre-Gama"}}},
		// Of two of a name, the one named last.
		{"Anna Orlova met. Boris Orlova sat. Orlova rose.", [][2]string{{"Anna Orlova", "Anna Orlova"}, {"Boris Orlova", "Boris Orlova"}, {"Orlova", "Boris Orlova"}}},
		// Other people.
		{"Paul Tesko, Marc Lunvik. Paul Lunvik.", [][2]string{{"Paul Tesko", "Paul Tesko"}, {"Marc Lunvik", "Marc Lunvik"}, {"Paul Lunvik", "Paul Lunvik"}}},
		{"Marta Lund saw P. Lund.", [][2]string{{"Marta Lund", "Marta Lund"}, {"P. Lund", "P. Lund"}}},
	} {
		text := extractors.NewText(c.text, "en")
		var found []extractors.Mention
		at := 0
		for _, n := range c.names {
			start := at + strings.Index(c.text[at:], n[0])
			at = start + len(n[0])
			found = append(found, extractors.Mention{Span: extractors.Span{Start: start, End: at}, Type: extractors.Per, Rule: "tagger", Confidence: 0.9})
		}
		got := Link(text, found)
		if len(got) != len(c.names) {
			t.Errorf("%s: %d names, want %d: %+v", c.text, len(got), len(c.names), got)
			continue
		}
		for i, n := range c.names {
			if got[i].Norm != n[1] {
				t.Errorf("%s: %q is %q, want %q", c.text, n[0], got[i].Norm, n[1])
			}
		}
	}
	text := extractors.NewText("Azarenko, Mykola", "en")
	if got := Link(text, []extractors.Mention{{Span: extractors.Span{Start: 0, End: 16}, Type: extractors.Per, Rule: "tagger", Confidence: 0.9}}); len(got) != 1 || got[0].Entity != "per:mykola-azarenko" {
		t.Errorf("%+v", got)
	}
}
