package extractors

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// slow is Resolve as its promise reads: all against all, the best first.
func slow(found ...[]Mention) (kept []Mention) {
	type ranked struct {
		Mention
		list int
	}
	var all []ranked
	for r, ms := range found {
		for _, m := range ms {
			all = append(all, ranked{m, r})
		}
	}
	better := func(a, b ranked) bool {
		switch ca, cb := a.Confidence < Certain, b.Confidence < Certain; {
		case ca != cb:
			return cb
		case a.Len() != b.Len():
			return a.Len() > b.Len()
		case a.list != b.list:
			return a.list < b.list
		}
		return a.Start < b.Start
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		switch {
		case better(a, b):
			return -1
		case better(b, a):
			return 1
		}
		return 0
	})
	for _, m := range all {
		if !slices.ContainsFunc(kept, func(k Mention) bool { return k.Overlaps(m.Span) }) {
			kept = append(kept, m.Mention)
		}
	}
	slices.SortFunc(kept, Compare)
	return kept
}

func TestResolve(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for n := range 3000 {
		found := make([][]Mention, rng.IntN(5))
		for r := range found {
			at := 0
			for range rng.IntN(12) {
				m := Mention{Span: Span{Start: at + rng.IntN(6)}, Type: Types[r], Confidence: float32(1+rng.IntN(9)) / 10}
				m.End = m.Start + 1 + rng.IntN(8)
				at = m.End
				if n%3 == 0 { // lists that overlap themselves, and in any order
					at = rng.IntN(40)
				}
				found[r] = append(found[r], m)
			}
		}
		want := slow(found...)
		if got := Resolve(found...); !reflect.DeepEqual(got, want) {
			t.Fatalf("Resolve(%v)\n got %v\nwant %v", found, got, want)
		}
	}
}

func TestGazetteerNames(t *testing.T) {
	var g Gazetteer
	if _, ok := g.Lookup("Nations"); ok {
		t.Error("an empty gazetteer knows a name")
	}
	names := []string{"Réseau des Nations Unies sur les migrations", "Nations Unies", "Inter-Agency Group", "Banque de l'Est", "Du Bois", "Le Temps"}
	for i, name := range names {
		if before := g.Add(name, i); before != -1 {
			t.Errorf("Add(%q) = %d", name, before)
		}
	}
	if before := g.Add("nations-unie", 99); before != 1 {
		t.Errorf("Add of a name that is there returns %d", before)
	}
	g.Add("", 5)
	g.Add("…", 6)
	for text, want := range map[string]int{
		"réseau des nations unies sur la migration": 0, // plural slip, case
		"Réseau de Nations Unies sur migrations":    0, // articles do not count
		"NATIONS UNIES":            1,
		"INTER AGENCY GROUP":       2, // hyphens do not count
		"Banque de l’Est":          3,
		"banque d'Est":             3,
		"De Bois":                  4,  // "du" is "de" at the head too
		"Temps":                    -1, // an article at the head counts
		"le temps":                 5,
		"Nations":                  -1, // the head of a name
		"Nations\nUnies":           -1, // names do not cross lines
		"Nations Unies unies":      -1, // Lookup wants all of it
		"Réseau des Nations Unies": -1,
		"Réseau":                   -1,
		"":                         -1,
	} {
		v, ok := g.Lookup(text)
		if !ok {
			v = -1
		}
		if v != want {
			t.Errorf("Lookup(%q) = %d, not %d", text, v, want)
		}
	}
	tokens := Tokenize(nil, "le Réseau des Nations Unies sur la route")
	if v, end, ok := g.Longest(tokens, 3); v != 1 || end != 5 || !ok {
		t.Errorf("Longest = %d, %d, %v", v, end, ok)
	}
	if _, _, ok := g.Longest(tokens, 1); ok {
		t.Error("Longest finds half a name")
	}
}

func TestWords(t *testing.T) {
	var w Words
	const a, b, c = 1, 2, 4
	if w.Of("de") != 0 {
		t.Error("an empty list knows a word")
	}
	w.Add("service de ecole", a)
	w.Add("services l croix-rouge", b)
	w.Add("service", c)
	for text, want := range map[string]uint32{
		"Service":  a | c,
		"SERVICES": b, // Token.Hash is that of the singular
		"École":    a,
		"écoles":   0, // a plural is another word
		"l’État":   b, // the apostrophe does not count
		"route":    0,
		"\xff":     0,
		"’":        0,
	} {
		if got := w.Classes(text, &Tokenize(nil, text)[0]); got != want {
			t.Errorf("Classes of %q: %d, not %d", text, got, want)
		}
	}
	if w.Of("croix-rouge") != b || w.Of("croix") != 0 {
		t.Error("Of does not know the words of several tokens")
	}
	for i := range 500 { // past several sizes of the table
		w.Add("mot"+string(rune('a'+i%26))+string(rune('a'+i/26)), c)
	}
	if w.Of("motzs") != c && w.Of("motza") != c || w.Of("service") != a|c {
		t.Error("words are lost when the list grows")
	}
}

func TestLineAt(t *testing.T) {
	text := NewText("\nun\n\ndeux\ntrois", "fr")
	for offset := range len(text.S) + 2 {
		want := -1
		for i, l := range text.Lines {
			if l.Start <= offset {
				want = i
			}
		}
		if got := text.LineAt(offset); got != want {
			t.Errorf("LineAt(%d) = %d, want %d", offset, got, want)
		}
	}
	if got := (&Text{}).LineAt(0); got != -1 {
		t.Errorf("LineAt in no lines = %d", got)
	}
}
