package people

import (
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// TestThings has names of persons that stand in the names of things, headlines
// that run on behind a name, and words that are titles only in their form.
func TestThings(t *testing.T) {
	for lang, wants := range map[string][]string{"en": {
		"won the Marie Velmisa Award",                                 // a prize
		"at Marie Velmisa Airport",                                    // a place
		"by Marie Velmisa Productions",                                // a company
		"Marie Velmisa Cup",                                           // one that reads as a surname
		"Hurricane Marie Velmisa",                                     // a storm
		"⟦PER|Marie Velmisa|Marie Velmisa⟧'s Award",                   // hers
		"⟦PER|Marie Velmisa|Marie Velmisa⟧ Wrote the Song",            // a verb in capitals
		"⟦PER|Marie Velmisa|Marie Velmisa⟧ Signs Deal Today",          // a common word before another capital
		"⟦PER|Steve Jobs|Steve Jobs⟧ left",                            // a surname that is a common word
		"Vital Signs",                                                 // two common words
		"the PR Portal",                                               // an acronym
		"Major Groups",                                                // an adjective
		"10 major Velmisan airports",                                  // a title has its capital
		"MR ⟦PER|VELMISA|VELMISA⟧ LEFT",                               // capitals throughout
		"⟦PER|Marie Velmisa|Marie Velmisa⟧ left in her SUV. Velm SUV", // an acronym is no surname
	}, "fr": {
		"rue Marie Velmisa",   // a street
		"prix Marie Velmisa",  // a prize
		"lycée Marie Velmisa", // a school
		"le général ⟦PER|Velmisa|Velmisa⟧ part",
	}} {
		for _, want := range wants {
			text, _, err := ann.Parse(want)
			if err != nil {
				t.Fatal(err)
			}
			if got := ann.Format(text, find(extractors.NewText(text, lang))); got != want {
				t.Errorf("find, %s:\n got %s\nwant %s", lang, got, want)
			}
		}
	}
}
