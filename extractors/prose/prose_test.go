package prose

import (
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
)

func TestFind(t *testing.T) {
	for _, c := range []struct{ lang, text string }{
		{"en", "The chair thanked ⟦PER|-|Barack Obama⟧ and left."},
		{"fr", "La présidente a remercié Barack Obama."}, // prose knows English only
		{"en", "ȺȺȺ's"}, // prose panics on this one
		{"en", ""},
	} {
		text, _, err := ann.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		ms := Find(extractors.NewText(text, c.lang))
		for i := range ms {
			ms[i].Norm = "-"
		}
		if got := ann.Format(text, ms); got != c.text {
			t.Errorf("Find:\n got %s\nwant %s", got, c.text)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("ȺȺȺ's Barack Obama in New York")
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, m := range Find(extractors.NewText(s, "en")) {
			if m.Start < last || m.End > len(s) || m.End <= m.Start {
				t.Fatalf("mention %v after %d in %d bytes", m.Span, last, len(s))
			}
			last = m.End
		}
	})
}
