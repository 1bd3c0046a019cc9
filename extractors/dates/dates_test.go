package dates

import (
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
)

func TestFind(t *testing.T) {
	for _, want := range []string{
		"Genève, le ⟦DATE|2016-07-25|25 juillet 2016⟧.",
		"le ⟦DATE|1991-12-01|1er décembre 1991⟧", // the first of a month is an ordinal
		"25 personnes 2016 tentes",               // a noun is not a month
	} {
		text, _, err := ann.Parse(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := ann.Format(text, Extractor.Find(extractors.NewText(text, "fr"))); got != want {
			t.Errorf("Find:\n got %s\nwant %s", got, want)
		}
	}
}
