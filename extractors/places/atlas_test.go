package places

import (
	"slices"
	"strings"
	"testing"

	"tamis/extractors"
)

// The atlas holds what its file says: names that no table has, in countries
// that are on the list.
func TestAtlas(t *testing.T) {
	a, g := loadAtlas(), load()
	countries := map[string]bool{"": true, "XK": true}
	for _, p := range g.places {
		if p.Kind == "country" || p.Kind == "territory" {
			countries[p.Country] = true
		}
	}
	if len(a.names) < 50_000 {
		t.Errorf("%d names, want 50,000", len(a.names))
	}
	for i, l := range a.names {
		if v, ok := a.Lookup(l.Name); !ok || v != i {
			t.Errorf("%q is not found", l.Name)
		}
		if v, ok := g.Lookup(l.Name); ok {
			t.Errorf("%q is %q of the tables", l.Name, g.names[v].text)
		}
		if !countries[l.Country] {
			t.Errorf("%q lies in %q, which is no country", l.Name, l.Country)
		}
	}
}

// A name of the atlas is a place by itself where it is sure, and where the text
// says so; else it is a hint.
func TestCharted(t *testing.T) {
	for _, c := range []struct {
		text, surface, country string
		confidence             float32
	}{
		{"Palapye est calme.", "Palapye", "BW", charted},
		{"PALAPYE EST CALME", "PALAPYE", "BW", hint}, // a heading may hold a person too
		{"à Viikki", "Viikki", "FI", charted},
		{"Elmira est calme.", "Elmira", "", hint}, // a family name, and a town of two countries
		{"Bougival est calme.", "Bougival", "FR", hint},
		{"Elmira, Ontario", "Elmira", "CA", context},
		{"Bougival, Ontario", "Bougival", "CA", hint},
		{"le village de Palapye", "Palapye", "BW", trigger},
		{"Gaborone, Palapye et Maun", "Palapye", "BW", charted},
		{"Palapye-Nord est calme.", "", "", 0},
		{"Mme Palapye", "", "", 0},
		{"Jean Palapye", "", "", 0},
		{"Palapye Modise", "", "", 0},
		{"une palapye", "", "", 0},
		{"@Palapye, Palapye_1", "", "", 0},
	} {
		found := false
		for _, m := range find(extractors.NewText(c.text, "")) {
			if surface := c.text[m.Start:m.End]; surface == c.surface {
				found = true
				if m.Confidence != c.confidence || m.Attr(AttrCountry) != c.country {
					t.Errorf("%q: %q in %q with %.2f, want %q with %.2f", c.text, surface, m.Attr(AttrCountry), m.Confidence, c.country, c.confidence)
				}
			} else if c.surface == "" {
				t.Errorf("%q: found %q", c.text, surface)
			}
		}
		if !found && c.surface != "" {
			t.Errorf("%q: %q is not found", c.text, c.surface)
		}
	}
}

// What the tagger found gets the name and country of the atlas.
func TestLinkCharted(t *testing.T) {
	tx := extractors.NewText("PALAPYE; Lindsay, Chad", "")
	ms := []extractors.Mention{{Span: extractors.Span{Start: 0, End: 7}, Type: extractors.Loc}, {Span: extractors.Span{Start: 9, End: 16}, Type: extractors.Loc}}
	Link(tx, ms)
	if m := ms[0]; m.Norm != "Palapye" || m.Entity != "loc:palapye" || m.Attr(AttrCountry) != "BW" {
		t.Errorf("linked as %+v", m)
	}
	if m := ms[1]; m.Norm != "Lindsay" || m.Attr(AttrCountry) != "TD" {
		t.Errorf("the text's country is left out: %+v", m)
	}
}

// FuzzPack packs names and has them back.
func FuzzPack(f *testing.F) {
	f.Add("Aa|Aab|Aab|B c", "CH", true)
	f.Add("Sant Julià|Sant Julià de Lòria|Santa", "AD", false)
	f.Add(strings.Repeat("a", 40)+"|"+strings.Repeat("a", 41), "", false)
	f.Fuzz(func(t *testing.T, all, country string, sure bool) {
		if strings.Contains(country, "\n") {
			return
		}
		var names []Listed
		for n := range strings.SplitSeq(all, "|") {
			if len(extractors.Tokenize(nil, n)) > 0 && !strings.Contains(n, "\n") {
				names = append(names, Listed{n, country, sure || len(names)%2 == 0})
			}
		}
		got := newAtlas(string(Pack(names))).names
		for _, n := range names {
			if !slices.Contains(got, n) {
				t.Errorf("%+v is lost in %+v", n, got)
			}
		}
		if len(got) != len(names) {
			t.Errorf("%d names, want %d", len(got), len(names))
		}
	})
}

func BenchmarkLoadAtlas(b *testing.B) {
	for b.Loop() {
		newAtlas(atlasFile)
	}
}
