package places

import (
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// TestCLDR holds the list of countries against the names that CLDR gives them
// in both languages, and its codes against ISO 3166-1.
func TestCLDR(t *testing.T) {
	g := load()
	codes := 0
	for _, p := range g.places {
		if p.Kind != "country" && p.Kind != "territory" {
			continue
		}
		region, err := language.ParseRegion(p.Norm)
		if err != nil || !region.IsCountry() || region.Canonicalize() != region {
			t.Errorf("%q (%s) is no code of ISO 3166-1: %v", p.Norm, p.Name, err)
			continue
		}
		codes++
		for _, name := range []string{display.English.Regions().Name(region), display.French.Regions().Name(region)} {
			v, ok := g.Lookup(name)
			if !ok || g.places[g.names[v].place].Norm != p.Norm {
				t.Errorf("%s: %q is not on the list", p.Norm, name)
			}
		}
	}
	if codes != 249 {
		t.Errorf("%d codes, want 249", codes)
	}
}
