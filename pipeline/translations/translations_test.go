package translations

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"
)

func TestNeutral(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"x.org/fr/a/b", "x.org/en/a/b", true},
		{"fr.x.org/a", "en.x.org/a", true},
		{"x.org/en/report-en.pdf", "x.org/fr/report-fr.pdf", true},
		{"x.org/fr-ca/a", "x.org/en-ca/a", true},
		{"x.org/a?lang=fr", "x.org/a?lang=en", true},
		{"x.org/report_e.htm", "x.org/report_f.htm", true},
		{"x.org/annex/e/3", "x.org/annex/f/3", false}, // letters of a list
		{"x.org/fr/a", "x.org/en/b", false},
		{"x.org/entry/a", "x.org/frais/a", false}, // words that begin so
	} {
		a, _ := neutral(tt.a)
		b, _ := neutral(tt.b)
		if (a == b) != tt.same {
			t.Errorf("neutral: %s is %s, %s is %s", tt.a, a, tt.b, b)
		}
	}
	if _, marked := neutral("x.org/a/b"); marked {
		t.Error("x.org/a/b has no mark of a language")
	}
}

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ url, source, want string }{
		{"https://www.X.org/fr/a.html", "", "x.org/fr/a.html"},
		{"http://x.org/fr/", "", "x.org/fr"},
		{"http://x.org/fr/index.php", "", "x.org/fr"},
		{"http://x.org/?Lang=fr", "", "x.org?lang=fr"},
		{"", "dump/fr/A.txt", "dump/fr/a.txt"},
	} {
		if got := Address(tt.url, tt.source); got != tt.want {
			t.Errorf("Address(%q, %q) = %q, want %q", tt.url, tt.source, got, tt.want)
		}
	}
}

func numbers(text string) []uint32 {
	var f Features
	f.AddNumbers(text)
	return f.Take()
}

func TestAddNumbers(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"39,910 people and 2.5 million", "39 910 personnes et 2,5 millions", true},
		{"CHF 1'250'000.50", "1 250 000,50 CHF", true},
		{"en 2019 214 entretiens", "214 interviews in 2019", true}, // a year is no group of thousands
		{"12 and 34", "12 et 35", false},
		{"5 places", "7 lieux", true}, // one digit says nothing
		{"resolutions 2349 (2017), 2417 (2018)", "résolutions 2417 (2018), 2349 (2017)", true},
	} {
		if a, b := numbers(tt.a), numbers(tt.b); slices.Equal(a, b) != tt.same {
			t.Errorf("numbers of %q and %q equal: %t", tt.a, tt.b, !tt.same)
		}
	}
}

// features returns some features that all of the names have by themselves.
func features(names ...string) []uint32 {
	var f Features
	for _, n := range names {
		for i := range 10 {
			f.Add(n, strconv.Itoa(i))
		}
	}
	return f.Take()
}

func TestPairs(t *testing.T) {
	for _, tt := range []struct {
		name     string
		profiles []Profile
		want     []string // "document of language evidence"
	}{
		{"a page names its version", []Profile{
			{ID: "a", Address: "x.org/a", Alternates: []string{"x.org/b", "x.org/a"}, Language: "fr", Features: features("one")},
			{ID: "b", Address: "x.org/b", Language: "en", Features: features("two")},
		}, []string{"b a fr hreflang"}},
		{"as such a site's first page is named, in the same language, or one that is not there", []Profile{
			{ID: "a", Address: "x.org/a", Alternates: []string{"x.org/b", "x.org/c"}, Language: "fr"},
			{ID: "b", Address: "x.org/b", Language: "fr"},
		}, nil},
		{"addresses", []Profile{
			{ID: "a", Address: "x.org/fr/1", Language: "fr", Features: features("one")},
			{ID: "b", Address: "x.org/en/1", Language: "en", Features: features("one")},
			{ID: "c", Address: "x.org/en/2", Language: "en", Features: features("two")},
		}, []string{"b a fr address+content"}},
		{"a page without a translation stands under both addresses", []Profile{
			{ID: "a", Address: "x.org/fr/1", Language: "fr", Features: features("one")},
			{ID: "b", Address: "x.org/en/1", Language: "en", Features: features("two")},
		}, nil},
		{"a symbol on two sites", []Profile{
			{ID: "a", Site: "x", Symbol: "S/RES/1(2020)", Language: "fr", Features: features("one")},
			{ID: "b", Site: "y", Symbol: "S/RES/1(2020)", Language: "en", Features: features("one")},
			{ID: "c", Site: "y", Symbol: "S/RES/2(2020)", Language: "en", Features: features("two")},
		}, []string{"b a fr symbol+content"}},
		{"content alone, in three languages; the nearest one", []Profile{
			{ID: "a", Site: "x", Language: "fr", Features: features("one", "two")},
			{ID: "old", Site: "x", Language: "en", Features: features("one")},
			{ID: "b", Site: "x", Language: "en", Features: features("one", "two")},
			{ID: "c", Site: "x", Language: "es", Features: features("one", "two")},
		}, []string{"b a fr content", "c a fr content", "c b en content"}},
		{"another site has the same numbers", []Profile{
			{ID: "a", Site: "x", Language: "fr", Features: features("one", "two")},
			{ID: "b", Site: "y", Language: "en", Features: features("one", "two")},
		}, nil},
		{"no language", []Profile{
			{ID: "a", Site: "x", Language: "", Features: features("one", "two")},
			{ID: "b", Site: "x", Language: "en", Features: features("one", "two")},
		}, nil},
	} {
		random := rand.New(rand.NewPCG(1, 2))
		var former []Pair
		for range 5 {
			parts := make([]Set, 2)
			for _, i := range random.Perm(len(tt.profiles)) {
				p := tt.profiles[i]
				p.Position = int64(i)
				parts[random.IntN(2)].Add(p)
			}
			var s Set
			s.Merge(&parts[1])
			s.Merge(&parts[0])
			pairs := s.Pairs()
			if former != nil && !reflect.DeepEqual(pairs, former) {
				t.Errorf("%s: another order, other pairs: %v, %v", tt.name, pairs, former)
			}
			former = pairs
		}
		var got []string
		for _, p := range former {
			got = append(got, p.ID+" "+p.Of+" "+p.OfLanguage+" "+p.Evidence)
			if p.Score <= 0 || p.Score > 1 {
				t.Errorf("%s: score %g", tt.name, p.Score)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

func FuzzAddNumbers(f *testing.F) {
	f.Add("39 910,5 et 2'000")
	f.Add("1\u00a0")
	f.Add("\xff1.\xff2")
	f.Fuzz(func(t *testing.T, s string) {
		if fs := numbers(s); len(fs) > maxFeatures || !slices.IsSorted(fs) {
			t.Errorf("%d features", len(fs))
		}
		neutral(s)
		Address(s, s)
	})
}
