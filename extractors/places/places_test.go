package places

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// certain returns the mentions that count without the rest of the corpus.
func certain(s string) []extractors.Mention {
	var ms []extractors.Mention
	for _, m := range find(extractors.NewText(s, "")) {
		if m.Confidence >= extractors.Certain {
			ms = append(ms, m)
		}
	}
	return ms
}

func TestFind(t *testing.T) {
	for _, want := range []string{
		// Names that mean one thing.
		"de ⟦LOC|NE|Niger⟧ à ⟦LOC|Dakar|Dakar⟧, ⟦LOC|SN|Senegal⟧", // city and country are two
		"la ⟦LOC|NE|République du Niger⟧ et le ⟦LOC|MA|Royaume du Maroc⟧",
		"the ⟦LOC|KR|Republic of Korea⟧; the ⟦LOC|KP|Democratic People's Republic of Korea⟧",
		"la ⟦LOC|CD|République démocratique du Congo⟧ (⟦LOC|CD|RDC⟧)",
		"⟦LOC|YE|YÉMEN⟧, ⟦LOC|YE|YEMEN⟧ et ⟦LOC|YE|Yémen⟧", // capitals with and without accents
		"⟦LOC|Geneva|GENÈVE⟧",    // a heading
		"⟦LOC|CI|Côte d’Ivoire⟧", // a curly apostrophe
		"au ⟦LOC|Middle East|Moyen-Orient⟧ et dans la région d’⟦LOC|North Africa|Afrique du Nord⟧",
		"in ⟦LOC|Washington, D.C.|Washington D.C.⟧, ⟦LOC|US|USA⟧", // keeps its full stop
		"⟦LOC|SY|Syria⟧'s north", // the possessive stays outside
		"la crue du ⟦LOC|Senegal River|fleuve Sénégal⟧",
		"l'⟦LOC|Atlantic Ocean|océan Atlantique⟧",
		"Permet de vivre à ⟦LOC|Përmet|Përmet⟧. Principe", // other accents at the beginning of a sentence
		"in ⟦LOC|Sub-Saharan Africa|sub-Saharan Africa⟧, a sub of it",
		"in ⟦LOC|Al-Hasakah|al-Hasakah⟧",        // an article in lower case
		"⟦LOC|Gori|Gori⟧ and ⟦LOC|Goris|Goris⟧", // not told apart by their plurals
		"the ⟦LOC|Geneva|Geneva⟧-based NGO",
		"Syrian, syrienne, suisse, la mali", // adjectives and lower case are none

		// Datelines.
		"⟦LOC|Istanbul|Istanbul⟧ - A travers le monde",
		"⟦LOC|New York|New York⟧/⟦LOC|Geneva|Genève⟧ – Aujourd'hui",
		"⟦LOC|Tours|Tours⟧, le 3 mai",
		"⟦LOC|Nice|Nice⟧ – Le port",

		// Ambiguous names.
		"refugees in ⟦LOC|JO|Jordan⟧ and the Kingdom of ⟦LOC|TD|Chad⟧",
		"⟦LOC|GE|Georgia⟧, ⟦LOC|BO|Bolivia⟧ and ⟦LOC|TH|Thailand⟧", // a list with places
		"⟦LOC|US|US⟧ strikes, the ⟦LOC|US|US⟧ President, 500 US dollars, US$ 5 and AS FOR US THE SEA",
		"Contact US today, the US Open, les EAU usées, les ⟦LOC|AE|EAU⟧ et les ⟦LOC|AE|EAU⟧",
		"talks with the ⟦LOC|CD|DRC⟧ and a DRC team",
		"Jordan Smith met Chad Okafor and Georgia Stamatopoulou",
		"the ⟦LOC|CD|Democratic Republic of the Congo⟧ (⟦LOC|CD|DRC⟧). All of the ⟦LOC|CD|DRC⟧.", // defined
		"IOM ⟦LOC|TD|Chad⟧ said. The needs of ⟦LOC|TD|Chad⟧ are large. ⟦LOC|TD|Chad⟧ pays.",      // evidence elsewhere
		"Jordan pays.",
		"à ⟦LOC|Nancy|Nancy⟧. Hier Nancy a chanté.",
		"Il est nice de lire. Reading is good.",
		"⟦LOC|Reading|Reading⟧, ⟦LOC|GB|United Kingdom⟧",
		"la réunion de La réunion",
		"dans la région du ⟦LOC|Nord|Nord⟧, au Nord du pays. Régions de l'⟦LOC|Est|Est⟧ et du ⟦LOC|Centre|Centre⟧",
		"⟦LOC|Nord|Nord⟧ (⟦LOC|HT|Haïti⟧)",
		"US dollars, in the ⟦LOC|US|US⟧.",
		"Le Marché de Noël, Sale of goods",

		// Names of people and of other things.
		"Marseille, Paul\nLyon, Jeanne",
		"⟦LOC|Marseille|Marseille⟧, ⟦LOC|FR|France⟧",
		"M. Dakar, Mr. London, Jack London",
		"Djibril Sow Mbacké; Paris Goodwin",
		"contact@Geneva.example, #Syria, _Mali_",
		"Paris-Match, mais ⟦LOC|Dakar|Dakar⟧-⟦LOC|Bamako|Bamako⟧",
		"SAVE THE DATE, ABS",
		"Alex est à ⟦LOC|Alès|Alès⟧", // one word to the gazetteer
		"the Argentine player",
		"en ⟦LOC|AR|Argentine⟧, l'ambassade d'⟦LOC|AR|Argentine⟧",

		// One country under its official, short and common names; its people are none.
		"la ⟦LOC|CI|République de Côte d'Ivoire⟧, ⟦LOC|CI|Ivory Coast⟧",
		"⟦LOC|CD|DRC⟧, ⟦LOC|CD|RDC⟧, ⟦LOC|CF|RCA⟧, ⟦LOC|CF|CAR⟧",
		"the ⟦LOC|SY|Syrian Arab Republic⟧, the ⟦LOC|IR|Islamic Republic of Iran⟧, ⟦LOC|VE|Venezuela (Bolivarian Republic of)⟧",
		"la ⟦LOC|BO|Bolivie (État plurinational de)⟧, le ⟦LOC|GB|Royaume-Uni⟧, les ⟦LOC|US|États-Unis d'Amérique⟧",
		"la ⟦LOC|GE|Géorgie⟧, la ⟦LOC|JO|Jordanie⟧, le ⟦LOC|TD|Tchad⟧", // no person in French
		"les autorités tchadiennes, jordaniennes et géorgiennes, des Tchadiens",
		"Chadian, Jordanian and Georgian officials; Spanish and Italian navies",
		"Georgia O'Keeffe, Michael Jordan et Chad Kroeger",

		// Regions that have a country's name.
		"The state of ⟦LOC|Georgia|Georgia⟧ voted. ⟦LOC|Georgia|Georgia⟧ pays.", // once in a document
		"in ⟦LOC|Atlanta|Atlanta⟧, ⟦LOC|Georgia|Georgia⟧; in ⟦LOC|Athens|Athens⟧, ⟦LOC|Georgia|Georgia⟧",
		"⟦LOC|Alabama|Alabama⟧, ⟦LOC|Georgia|Georgia⟧ and ⟦LOC|Florida|Florida⟧",
		"⟦LOC|Tbilisi|Tbilisi⟧, ⟦LOC|GE|Georgia⟧; the ⟦LOC|GE|Republic of Georgia⟧",
		"l'État de ⟦LOC|Georgia|Géorgie⟧, en ⟦LOC|Georgia|Géorgie⟧ (⟦LOC|US|États-Unis⟧)",
		"les États de ⟦LOC|Kaduna|Kaduna⟧, ⟦LOC|Niger State|Niger⟧ et ⟦LOC|Zamfara|Zamfara⟧; au ⟦LOC|NE|Niger⟧", // each time
		"l'État du ⟦LOC|NE|Niger⟧, l'État de ⟦LOC|Niger State|Niger⟧",                                           // the article is the country's
		"la province de ⟦LOC|Luxembourg|Luxembourg⟧; le ⟦LOC|LU|Luxembourg⟧",
		"the ⟦LOC|IL|State of Israel⟧", // no region has its name

		// Regions and places of humanitarian reporting.
		"⟦LOC|N'Djamena|N’Djamena⟧, ⟦LOC|TD|Tchad⟧; ⟦LOC|Cox's Bazar|Cox’s Bazar⟧, ⟦LOC|BD|Bangladesh⟧",
		"le ⟦LOC|North Kivu|Nord-Kivu⟧ et l'⟦LOC|Ituri|Ituri⟧; la ⟦LOC|Gaza Strip|bande de Gaza⟧",
		"⟦LOC|Maiduguri|Maiduguri⟧, ⟦LOC|Borno|Borno State⟧, ⟦LOC|NG|Nigeria⟧",

		// Places that are on no list.
		"la commune de ⟦LOC|Zyxou-Koro|Zyxou-Koro⟧ et le mont ⟦LOC|Zyxo|Zyxo⟧",
		"the district of ⟦LOC|Zyxan|Zyxan⟧",
		"the ⟦LOC|Zyxan River|Zyxan River⟧ and ⟦LOC|Lake Zyxan|Lake Zyxan⟧",
		"in ⟦LOC|Zyxa Sola|Zyxa Sola⟧, ⟦LOC|TD|Chad⟧",
		"Le village de ⟦LOC|Zyxan|Zyxan⟧. ⟦LOC|Zyxan|Zyxan⟧ est vide, mais Zyxan Diallo, M. Zyxan.", // named again
		"le quartier des Artisans",
		"⟦LOC|Borno|Borno State⟧ and ⟦LOC|Smara|Smara⟧ camp", // a capital takes the noun in
	} {
		text, _, err := ann.Parse(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := ann.Format(text, certain(text)); got != want {
			t.Errorf("find:\n got %s\nwant %s", got, want)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, c := range []struct{ entity, name, french, country string }{
		{"loc:ch", "Switzerland", "Suisse", "CH"},
		{"loc:geneva", "Geneva", "Genève", "CH"},
		{"loc:n-djamena", "N'Djamena", "N'Djamena", "TD"},
		{"loc:middle-east", "Middle East", "Moyen-Orient", ""},
	} {
		p, ok := Lookup(c.entity)
		if !ok || p.Name != c.name || p.French != c.french || p.Country != c.country {
			t.Errorf("Lookup(%q) = %+v, %t", c.entity, p, ok)
		}
	}
	if p, ok := Lookup("loc:nowhere"); ok {
		t.Errorf("Lookup of nowhere = %+v", p)
	}
}

// The country of a place that is on no list is the one that the text puts it
// in, whoever found the place.
func TestCountry(t *testing.T) {
	for _, c := range []struct{ text, surface, country string }{
		{"in Zyxa Sola, Chad", "Zyxa Sola", "TD"},
		{"le village de Zyxo (Tchad)", "Zyxo", "TD"},
		{"in Zyxa Sola, Borno State", "Zyxa Sola", "NG"},
		{"in Geneva, France", "Geneva", "CH"}, // the list knows better
		{"in Paris, Texas", "Paris", "US"},    // as towns of that country are written
		{"de Genève, Québec et Paris", "Genève", "CH"},
		{"le village de Zyxo, hier", "Zyxo", ""},
		{"in Zyxa Sola,\nChad", "Zyxa Sola", ""}, // another line
	} {
		tx := extractors.NewText(c.text, "")
		at := strings.Index(c.text, c.surface)
		span := extractors.Span{Start: at, End: at + len(c.surface)}
		tagged := []extractors.Mention{{Span: span, Type: extractors.Loc}}
		Link(tx, tagged)
		for _, m := range append(certain(c.text), tagged...) {
			if got := m.Attr(AttrCountry); m.Span == span && got != c.country {
				t.Errorf("%q: %q lies in %q, want %q", c.text, c.surface, got, c.country)
			}
		}
	}
}

// Every row is whole: an identifier of its own, a known kind, a country that
// is on the list. Kosovo's XK is assigned by its users, not by ISO.
func TestData(t *testing.T) {
	g := load()
	seen := make(map[string]string)
	countries := map[string]bool{"": true, "XK": true}
	for _, p := range g.places {
		if p.Kind == "country" || p.Kind == "territory" {
			countries[p.Norm] = true
			if p.Norm != p.Country || len(p.Norm) != 2 {
				t.Errorf("country %q lies in %q", p.Norm, p.Country)
			}
		}
	}
	if len(countries) != 249+2 {
		t.Errorf("%d countries and territories, want 249", len(countries)-2)
	}
	forms := make(map[string]bool)
	for _, p := range g.places {
		if other, ok := seen[p.Entity]; ok {
			t.Errorf("%s names %q and %q", p.Entity, other, p.Norm)
		}
		seen[p.Entity] = p.Norm
		if !countries[p.Country] {
			t.Errorf("%q lies in %q, which is no country", p.Norm, p.Country)
		}
		switch p.Kind {
		case "country", "territory", "region", "area", "city", "water":
		default:
			t.Errorf("%q is a %q", p.Norm, p.Kind)
		}
	}
	for _, n := range g.names {
		forms[n.text] = true
		if n.text != strings.TrimSpace(n.text) || strings.ContainsAny(n.text, "?\t\n=+;") || n.doubt > bare {
			t.Errorf("name %q of %q", n.text, g.places[n.place].Norm)
		}
	}
	if len(forms) < 6000 {
		t.Errorf("%d names, want 6,000", len(forms))
	}
}

// The list is built on first use; a run on one small file should not wait.
func TestLoadTime(t *testing.T) {
	load()
	best := time.Hour
	for range 5 {
		start := time.Now()
		build()
		best = min(best, time.Since(start))
	}
	if best > 60*time.Millisecond {
		t.Errorf("building the gazetteer takes %v", best)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"Marseille, Paul", "à Zyxo (Tchad)", "al-", "Sainte-Marie-de-", "New York/Genève – ", "Washington D.C", "Nord (", "\xffParis\xff-", "région de\nParis", "Lake "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, m := range find(extractors.NewText(s, "")) {
			if m.Start < last || m.End <= m.Start || m.End > len(s) {
				t.Fatalf("mention %v after %d in %d bytes", m.Span, last, len(s))
			}
			if !utf8.RuneStart(s[m.Start]) || m.End < len(s) && utf8.ValidString(s) && !utf8.RuneStart(s[m.End]) {
				t.Fatalf("mention %v splits a rune of %q", m.Span, s)
			}
			if m.Norm == "" || m.Entity == "" || m.Rule == "" || m.Type != extractors.Loc || m.Confidence <= 0 || m.Confidence > 1 {
				t.Fatalf("mention %+v is not whole", m)
			}
			last = m.End
		}
	})
}

// BenchmarkFind reads the sample dump; tokens are given.
func BenchmarkFind(b *testing.B) {
	var all strings.Builder
	root := filepath.Join("..", "..", "..", "shared", "dump")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || all.Len() > 4<<20 {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		b.Skipf("no sample dump: %v", err)
	}
	benchmark(b, all.String())
}

// BenchmarkWorst reads texts on which every token is a question.
func BenchmarkWorst(b *testing.B) {
	for _, c := range []struct{ name, unit string }{
		{"places", "Jordan, "}, {"heads", "région de Zyxo "}, {"capitals", "Zyxo "}, {"doubtful", "Nord et Jordan Chad "}, {"articles", "al-"},
	} {
		b.Run(c.name, func(b *testing.B) { benchmark(b, strings.Repeat(c.unit, 1<<20/len(c.unit))) })
	}
}

func benchmark(b *testing.B, s string) {
	t := extractors.NewText(s, "")
	find(t)
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		find(t)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		build()
	}
}
