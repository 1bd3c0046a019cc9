package extractors

import (
	"strings"
	"testing"
)

func surfaces(s string) string {
	var out []string
	for _, t := range Tokenize(nil, s) {
		out = append(out, s[t.Start:t.End])
	}
	return strings.Join(out, "|")
}

func TestTokenize(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"l'OIM, d’OCHA", "l'|OIM|,|d’|OCHA"},           // elision with either apostrophe
		{"aujourd'hui l’État", "aujourd|'|hui|l’|État"}, // an apostrophe that elides nothing
		{"IOM's", "IOM|'s"},                             // the English possessive
		{"Haut-Commissariat", "Haut|-|Commissariat"},    // hyphens part
		{"والمنظمة الدولية", "و|المنظمة|الدولية"},       // the Arabic "and" before an article
		{"n° 12/3", "n|°|12|/|3"},
		{"Cafe\u0301 a\u00a0b", "Cafe\u0301|a|b"}, // an accent of its own stays in its word
		{"\xff\xfeab", "\xff|\xfe|ab"},
		{"", ""},
	} {
		if got := surfaces(c.text); got != c.want {
			t.Errorf("Tokenize(%q):\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestGazetteer(t *testing.T) {
	var g Gazetteer
	for i, name := range []string{"Réseau des Nations Unies sur les migrations", "Nations Unies", "Inter-Agency Standing Committee", "OIM"} {
		if before := g.Add(name, i); before != -1 {
			t.Fatalf("Add(%q) = %d", name, before)
		}
	}
	for _, c := range []struct {
		text string
		want int
		name string
	}{
		{"Réseau des Nations Unies sur la migration !", 0, "Réseau des Nations Unies sur la migration"}, // article and plural slip
		{"RESEAU DES NATIONS UNIES SUR LES MIGRATIONS", 0, "RESEAU DES NATIONS UNIES SUR LES MIGRATIONS"},
		{"Réseau du", -1, ""},
		{"NATIONS UNIES sur", 1, "NATIONS UNIES"},
		{"Inter Agency Standing Committee", 2, "Inter Agency Standing Committee"},
		{"Nations\nUnies", -1, ""}, // names do not cross lines
		{"OIM", 3, "OIM"},
	} {
		tokens := Tokenize(nil, c.text)
		v, end, ok := g.Longest(tokens, 0)
		switch {
		case !ok && c.want != -1, ok && v != c.want:
			t.Errorf("Longest(%q) = %d, %t; want %d", c.text, v, ok, c.want)
		case ok && c.text[:tokens[end-1].End] != c.name:
			t.Errorf("Longest(%q) spans %q, want %q", c.text, c.text[:tokens[end-1].End], c.name)
		}
	}
}

func FuzzTokenize(f *testing.F) {
	f.Add("l'OIM d’OCHA IOM's \u0301 \xff ’’'s")
	f.Add("Les ŒUVRES, les os, CHOEURS ass aßx états ﬁxes e\u0301s")
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, tok := range Tokenize(nil, s) {
			if tok.Start < last || tok.End <= tok.Start || tok.End > len(s) {
				t.Fatalf("token %v after %d in %d bytes", tok, last, len(s))
			}
			last = tok.End
			if tok.Shape&IsPoss == 0 {
				word := s[tok.Start:tok.End]
				if tok.Shape&IsElided != 0 {
					word = strings.TrimSuffix(strings.TrimSuffix(word, "'"), "’")
				}
				if want := hashFolded(word); tok.Hash != want {
					t.Fatalf("%q: hash %x of %q, want %x", s, tok.Hash, word, want)
				}
			}
		}
	})
}
