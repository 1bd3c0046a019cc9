package people

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

func TestFind(t *testing.T) {
	for lang, wants := range map[string][]string{"fr": {
		// A title speaks for a name of any length and stays outside.
		"Mme ⟦PER|Aïssatou Diallo|Aïssatou Diallo⟧ préside.",
		"avec M. ⟦PER|Velkro|Velkro⟧, rien ne change",
		"le Dr ⟦PER|Lindgrün|Lindgrün⟧ opère",
		"Me ⟦PER|Karvo|Karvo⟧ plaide",
		// A role before the name, or after it.
		"le ministre ⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧ répond",
		"⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧, directeur des pêches, répond",
		"⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧ (porte-parole) répond",
		// A given name of the list.
		"Hier, ⟦PER|Marie Velmisa|Marie Velmisa⟧ a chanté.",
		"avec ⟦PER|Jean-Pierre Velmisa|Jean-Pierre Velmisa⟧ et d'autres", // hyphenated
		"⟦PER|Antoine de Velmisa|Antoine de Velmisa⟧ signe",              // a particle
		"⟦PER|Marie VELMISA|Marie VELMISA⟧ signe",                        // the surname in capitals
		// Other evidence.
		"Contact : ⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧",        // a label
		"explique ⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧",         // a verb of saying
		"⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧, 34 ans, pêcheur", // an age
		"M. ⟦PER|J. Velmisa|J. Velmisa⟧ vient",                 // an initial
		// Short forms have the norm of the fullest.
		"Mme ⟦PER|Marie Velmisa|Marie Velmisa⟧ part. Mme ⟦PER|Marie Velmisa|Velmisa⟧ revient.",
		"⟦PER|Marie Velmisa|Marie Velmisa⟧ part, puis ⟦PER|Marie Velmisa|Velmisa⟧ revient.",
		// What looks alike.
		"Le Ndrako Velmisa est un navire.", // capitals without evidence
		"le ministre a répondu",
		"Mme la ministre",
		"le président Lundi",  // a weekday
		"Grande Rue de Velmi", // a street
		"",
	}, "en": {
		"Mr. ⟦PER|Velmisa|Velmisa⟧ left", // the point of the title
		"Ms ⟦PER|Ada Velmisa|Ada Velmisa⟧ left",
		"said ⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧.",
		"⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧, Director of Fisheries, left",
		"Ambassador ⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧ left",
		"⟦PER|John Velmisa|John Velmisa⟧'s boat",                          // the possessive stays outside
		"⟦PER|John F. Velmisa|John F. Velmisa⟧ won",                       // an initial inside
		"⟦PER|John Velmisa|John Velmisa⟧ and ⟦PER|Mary Orlok|Mary Orlok⟧", // two names
		"⟦PER|John van der Velmi|John van der Velmi⟧ won",
		"⟦PER|John Velmisa|John Velmisa⟧ won. ⟦PER|John Velmisa|Velmisa⟧ left.",
		"By ⟦PER|Ndrako Velmisa|Ndrako Velmisa⟧", // a by-line
		"Ndrako Velmisa Towers",                  // capitals without evidence
		"the minister left",
		"United Nations Plaza",
		"",
	}} {
		for _, want := range wants {
			text, _, err := ann.Parse(want)
			if err != nil {
				t.Fatal(err)
			}
			var ms []extractors.Mention
			for _, m := range find(extractors.NewText(text, lang)) {
				if m.Confidence >= extractors.Certain {
					ms = append(ms, m)
				}
			}
			if got := ann.Format(text, ms); got != want {
				t.Errorf("find, %s:\n got %s\nwant %s", lang, got, want)
			}
		}
	}
}

// The name of a post, or a style, is nobody's behind a title or a post either.
func TestNobody(t *testing.T) {
	for text, lang := range map[string]string{
		"the Deputy Chinese Ambassador, Me Velmisa, said":  "en",
		"Son Altesse Royale le Prince a reçu":              "fr",
		"the Shadow Minister, Mr. Velmisa, said":           "en",
		"M. le Ministre, Son Excellence Monsieur l'a reçu": "fr",
	} {
		for _, m := range find(extractors.NewText(text, lang)) {
			if s := text[m.Start:m.End]; s != "Velmisa" {
				t.Errorf("%s: %q", text, s)
			}
		}
	}
}

// What something else has found is cut to the name; what is a post is none.
func TestTrim(t *testing.T) {
	for _, c := range []struct{ lang, text, want string }{
		{"en", "Awa Velmisa OBE", "Awa Velmisa"},
		{"en", "Awa Velmisa, PhD", "Awa Velmisa"},
		{"en", "AWA VELMISA ESQ", "AWA VELMISA"},
		{"en", "AWA MBA", "AWA MBA"}, // a name, since all is in capitals
		{"fr", "Ada Velmisa aan Ndrako Larga", "Ada Velmisa|Ndrako Larga"},
		{"en", "A.M. Velmisa", "A.M. Velmisa"},
		{"en", "Ndrako Awa Velmisa Mentor", "Ndrako Awa Velmisa"},
		{"en", "Velmisa Reaffirms Larga", "Velmisa"},
		{"fr", "Velmisa Unveils Larga", "Velmisa Unveils Larga"},
		{"en", "Shadow Minister", ""},
		{"en", "Chinese Ambassador", ""},
		{"en", "Grace Bishop", "Grace Bishop"},
		{"fr", "Altesse Royale", ""},
		{"fr", "VELMISA (Awa)", "VELMISA (Awa)"},
	} {
		found := []extractors.Mention{{Span: extractors.Span{End: len(c.text)}, Type: extractors.Per, Rule: "tagger", Confidence: 0.9}}
		var got []string
		for _, m := range Link(extractors.NewText(c.text, c.lang), found) {
			got = append(got, c.text[m.Start:m.End])
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: %q, not %q", c.text, s, c.want)
		}
	}
}

func TestRole(t *testing.T) {
	for text, want := range map[string]string{
		"Ada Velmisa, directrice des pêches de Larga, répond": "directrice des pêches de Larga", // to the end of the apposition
		"le ministre Ndrako Velmisa répond":                   "ministre",
		"Ada Velmisa, the Deputy Director, left":              "Deputy Director", // without its article
		"Ada Velmisa, très fatiguée, répond":                  "",
	} {
		got := ""
		for _, m := range find(extractors.NewText(text, "")) {
			got += m.Attr(extractors.AttrRole)
		}
		if got != want {
			t.Errorf("%s: role %q, not %q", text, got, want)
		}
	}
}

func TestSplit(t *testing.T) {
	for full, want := range map[string][2]string{
		"Marie VELMISA":       {"Marie", "VELMISA"}, // capitals tell
		"VELMISA Marie":       {"Marie", "VELMISA"}, // in either order
		"Marie de La Velmisa": {"Marie", "de La Velmisa"},
		"John F. Velmisa":     {"John F.", "Velmisa"},
		"Velmisa":             {"", ""},
		"Ndrako Velmisa":      {"", ""}, // nothing tells
	} {
		if given, family := Split(full); [2]string{given, family} != want {
			t.Errorf("Split(%q) = %q, %q", full, given, family)
		}
	}
}

// The lists are folded, sorted out and without doubles: Classify asks them for
// folded words.
func TestLists(t *testing.T) {
	for name, list := range map[string]string{"given.txt": GivenNames, "given_rare.txt": rareNames, "surnames.txt": surnames} {
		seen := map[string]bool{}
		for line := range strings.Lines(list) {
			w := strings.TrimSuffix(line, "\n")
			if w == "" || w != extractors.Fold(w) || seen[w] {
				t.Fatalf("%s: %q is empty, not folded or there twice", name, w)
			}
			seen[w] = true
		}
	}
	s := newSieve(surnames)
	for line := range strings.Lines(surnames) {
		if !s.has(strings.TrimSuffix(line, "\n")) {
			t.Fatalf("the sieve lost %q", line)
		}
	}
	if c := Classify("marie"); !c.Given || c.Title {
		t.Errorf("Classify(marie) = %+v", c)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"M. Ban, Jean-Jean-", "J.-P. de la", "Contact : Ada Velmisa (chef", "Ada’Ada’", "\xffMr. É"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := extractors.NewText(s, "fr")
		ms := find(text)
		for _, list := range [][]extractors.Mention{ms, Link(text, ms)} {
			end := 0
			for _, m := range list {
				if m.Start < end || m.End <= m.Start || m.End > len(s) || m.Norm == "" {
					t.Fatalf("%q: %+v", s, m)
				}
				if utf8.ValidString(s) && !utf8.ValidString(s[m.Start:m.End]) {
					t.Fatalf("%q: %+v cuts a rune", s, m)
				}
				end = m.End
			}
		}
	})
}

// BenchmarkLoad has what the first text waits for.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		newWords()
		newSieve(rareNames)
		newSieve(surnames)
	}
}
