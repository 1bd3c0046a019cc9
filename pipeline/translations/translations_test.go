package translations

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
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

// version names a pair in the tables below: "document of language evidence".
func (p Pair) String() string {
	return fmt.Sprint(p.Position, " ", p.Of, " ", p.OfLanguage, " ", p.Evidence)
}

// find returns the pairs of profiles that are added to a set in the order given.
func find(t testing.TB, budget int64, without func(int64) bool, profiles ...Profile) []Pair {
	t.Helper()
	dir := t.TempDir()
	s := NewSet(dir, budget)
	for _, p := range profiles {
		if err := s.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	var out []Pair
	for p, err := range s.Pairs(t.Context(), without) {
		if err != nil {
			t.Fatal(err)
		}
		if n := len(out); p.Of >= p.Position || n > 0 && (p.Position < out[n-1].Position || p.Position == out[n-1].Position && p.Of <= out[n-1].Of) {
			t.Fatalf("%v comes after %v", p, out[max(0, n-1):])
		}
		out = append(out, p)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Fatalf("%d files are left", len(left))
	}
	return out
}

func none(int64) bool { return false }

func TestPairs(t *testing.T) {
	for _, tt := range []struct {
		name     string
		profiles []Profile
		want     []string
	}{
		{"a page names its version", []Profile{
			{Address: "x.org/a", Alternates: []string{"x.org/b", "x.org/a"}, Language: "fr", Features: features("one")},
			{Address: "x.org/b", Language: "en", Features: features("two")},
		}, []string{"1 0 fr hreflang"}},
		{"as such a site's first page is named, in the same language, or one that is not there", []Profile{
			{Address: "x.org/a", Alternates: []string{"x.org/b", "x.org/c"}, Language: "fr"},
			{Address: "x.org/b", Language: "fr"},
		}, nil},
		{"two pages have the address that is named", []Profile{
			{Address: "x.org/a", Language: "fr"},
			{Address: "x.org/a", Language: "es"},
			{Address: "x.org/b", Alternates: []string{"x.org/a"}, Language: "en"},
		}, []string{"2 0 fr hreflang"}},
		{"addresses", []Profile{
			{Address: "x.org/fr/1", Language: "fr", Features: features("one")},
			{Address: "x.org/en/1", Language: "en", Features: features("one")},
			{Address: "x.org/en/2", Language: "en", Features: features("two")},
		}, []string{"1 0 fr address+content"}},
		{"a page without a translation stands under both addresses", []Profile{
			{Address: "x.org/fr/1", Language: "fr", Features: features("one")},
			{Address: "x.org/en/1", Language: "en", Features: features("two")},
		}, nil},
		{"a symbol on two sites", []Profile{
			{Site: "x", Symbol: "S/RES/1(2020)", Language: "fr", Features: features("one")},
			{Site: "y", Symbol: "S/RES/1(2020)", Language: "en", Features: features("one")},
			{Site: "y", Symbol: "S/RES/2(2020)", Language: "en", Features: features("two")},
		}, []string{"1 0 fr symbol+content"}},
		{"content alone, in three languages; the nearest one", []Profile{
			{Site: "x", Language: "fr", Features: features("one", "two")},
			{Site: "x", Language: "en", Features: features("one")},
			{Site: "x", Language: "en", Features: features("one", "two")},
			{Site: "x", Language: "es", Features: features("one", "two")},
		}, []string{"2 0 fr content", "3 0 fr content", "3 2 en content"}},
		{"another site has the same numbers", []Profile{
			{Site: "x", Language: "fr", Features: features("one", "two")},
			{Site: "y", Language: "en", Features: features("one", "two")},
		}, nil},
		{"a form that more documents share than are taken for versions", slices.Repeat([]Profile{
			{Site: "x", Language: "fr", Features: features("one")},
			{Site: "x", Language: "en", Features: features("one")},
		}, maxCommon/2+1), nil},
		{"no language", []Profile{
			{Site: "x", Language: "", Features: features("one", "two")},
			{Site: "x", Language: "en", Features: features("one", "two")},
		}, nil},
	} {
		for i := range tt.profiles {
			tt.profiles[i].Position = int64(i)
		}
		pairs := find(t, 0, none, tt.profiles...)
		if want := oracle(tt.profiles, none); !slices.Equal(pairs, want) {
			t.Errorf("%s:\n got %v\nthe oracle says %v", tt.name, pairs, want)
		}
		var got []string
		for _, p := range pairs {
			got = append(got, p.String())
			if p.Score <= 0 || p.Score > 1 {
				t.Errorf("%s: score %g", tt.name, p.Score)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// oracle finds pairs in memory, by looking at every two documents.
func oracle(profiles []Profile, without func(int64) bool) []Pair {
	var docs []Profile
	for _, p := range profiles {
		if p.Language != "" && !without(p.Position) {
			p.Site, _ = neutral(p.Site)
			docs = append(docs, p)
		}
	}
	slices.SortFunc(docs, func(a, b Profile) int { return cmp.Compare(a.Position, b.Position) })
	form := func(p Profile) string {
		if s, marked := neutral(p.Address); marked {
			return s
		}
		return ""
	}
	type feature struct {
		site string
		x    uint32
	}
	sites, frequency := map[string]int{}, map[feature]int{}
	forms, symbols, at := map[string]int{}, map[string]int{}, map[string]int64{}
	for _, p := range docs {
		sites[p.Site]++
		forms[form(p)]++
		symbols[p.Symbol]++
		if _, ok := at[p.Address]; !ok && p.Address != "" {
			at[p.Address] = p.Position
		}
		for _, x := range p.Features {
			frequency[feature{p.Site, x}]++
		}
	}
	names := func(p, o Profile) bool {
		return slices.ContainsFunc(p.Alternates, func(a string) bool { at, ok := at[a]; return ok && at == o.Position })
	}
	weight := func(p Profile, x uint32) float64 {
		return math.Log(1 + float64(sites[p.Site])/float64(frequency[feature{p.Site, x}]))
	}
	var all []Pair
	for j, b := range docs {
		for _, a := range docs[:j] {
			if a.Language == b.Language {
				continue
			}
			var evidence []string
			rare, shared, both, total := 0, 0, 0.0, 0.0
			for _, x := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(a.Features, b.Features)))) {
				inA, inB := slices.Contains(a.Features, x), slices.Contains(b.Features, x)
				switch {
				case inA && inB:
					shared++
					both += weight(a, x) + weight(b, x)
					total += weight(a, x) + weight(b, x)
					if a.Site == b.Site && frequency[feature{a.Site, x}] <= maxCommon {
						rare++
					}
				case inA:
					total += weight(a, x)
				default:
					total += weight(b, x)
				}
			}
			share := 0.0
			if total > 0 {
				share = both / total
			}
			few := min(len(a.Features), len(b.Features)) < minFeatures
			said := 0
			if names(a, b) {
				said++
			}
			if names(b, a) {
				said++
			}
			if said > 0 {
				evidence = append(evidence, "hreflang")
			}
			doubted := !few && share < minOverlap && said == 0
			if form(a) != "" && form(a) == form(b) && forms[form(a)] <= maxGroup {
				evidence = append(evidence, "address")
			}
			if a.Symbol != "" && a.Symbol == b.Symbol && symbols[a.Symbol] <= maxGroup {
				evidence = append(evidence, "symbol")
			}
			if len(evidence) == 0 && rare < minShared/2 || doubted {
				continue
			}
			p := Pair{Position: b.Position, Of: a.Position, Language: b.Language, OfLanguage: a.Language, Shared: shared, Score: share}
			switch {
			case said > 0:
				p.Score = []float64{0.9 + 0.08*share, 0.98 + 0.02*share}[said-1]
			case len(evidence) > 0 && few:
				p.Score = 0.7
			case len(evidence) > 0:
				p.Score = 0.7 + 0.25*share
			}
			if !few && (share >= fullOverlap && shared >= minShared || len(evidence) > 0 && share >= 2*minOverlap) {
				evidence = append(evidence, "content")
			}
			if p.Evidence = strings.Join(evidence, "+"); p.Evidence != "" {
				all = append(all, p)
			}
		}
	}
	slices.SortFunc(all, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Of, y.Of), cmp.Compare(x.Position, y.Position))
	})
	type version struct {
		position int64
		language string
	}
	taken := map[version]bool{}
	var out []Pair
	for _, p := range all {
		if x, y := (version{p.Position, p.OfLanguage}), (version{p.Of, p.Language}); !taken[x] && !taken[y] {
			taken[x], taken[y] = true, true
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(x, y Pair) int { return cmp.Or(cmp.Compare(x.Position, y.Position), cmp.Compare(x.Of, y.Of)) })
	return out
}

// pages returns documents of a few sites, many with versions in other languages
// that share most of their features and tell of each other in some ways.
func pages(random *rand.Rand, n, sites int) []Profile {
	languages := []string{"fr", "en", "es", "zh", ""}
	var all []Profile
	for len(all) < n {
		site := strconv.Itoa(random.IntN(sites)) + ".org"
		page := strconv.Itoa(random.IntN(n))
		var own []uint32
		for range random.IntN(20) * random.IntN(3) {
			own = append(own, random.Uint32())
		}
		for range random.IntN(8) { // many have these
			own = append(own, uint32(random.IntN(40)))
		}
		symbol := ""
		if random.IntN(10) == 0 {
			symbol = "A/RES/" + strconv.Itoa(random.IntN(n/10+1))
		}
		for range 1 + random.IntN(4)*random.IntN(2) {
			l := languages[random.IntN(len(languages))]
			p := Profile{Site: site, Language: l, Address: site + "/" + l + "/" + page, Symbol: symbol}
			if random.IntN(3) == 0 {
				p.Address = site + "/" + page + "-" + strconv.Itoa(random.IntN(3))
			}
			for _, other := range languages[:random.IntN(3)] {
				p.Alternates = append(p.Alternates, site+"/"+other+"/"+page)
			}
			for _, x := range own {
				if random.IntN(6) > 0 {
					p.Features = append(p.Features, x)
				}
			}
			slices.Sort(p.Features)
			p.Features = slices.Compact(p.Features)
			all = append(all, p)
		}
	}
	position := int64(0)
	for _, i := range random.Perm(len(all)) {
		all[i].Position = position
		position += 1 + int64(random.IntN(2))
	}
	return all
}

// TestOracle compares a set with the oracle, with all in memory and with as little
// of it as there can be, and with the documents added in any order.
func TestOracle(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, tt := range []struct{ documents, sites int }{{0, 1}, {5, 1}, {300, 1}, {300, 40}, {800, 5}} {
		profiles := pages(random, tt.documents, tt.sites)
		without := func(position int64) bool { return position%11 == 3 }
		want := oracle(profiles, without)
		if tt.documents > 100 && len(want) < tt.documents/10 {
			t.Fatalf("%d pairs of %d documents", len(want), tt.documents)
		}
		for _, budget := range []int64{0, 1 << 30} {
			if got := find(t, budget, without, profiles...); !slices.Equal(got, want) {
				t.Errorf("%d documents, budget %d: not what the oracle says", tt.documents, budget)
			}
			random.Shuffle(len(profiles), func(i, j int) { profiles[i], profiles[j] = profiles[j], profiles[i] })
		}
	}
}

// TestBudgetDoesNotMatter finds the pairs of more documents than a small budget
// holds.
func TestBudgetDoesNotMatter(t *testing.T) {
	profiles := pages(rand.New(rand.NewPCG(5, 6)), 30_000, 500)
	small, large := find(t, 0, none, profiles...), find(t, 1<<30, none, profiles...)
	if !slices.Equal(small, large) || len(small) < 1000 {
		t.Errorf("%d pairs with a small budget, %d with a large one", len(small), len(large))
	}
}

func FuzzPairs(f *testing.F) {
	f.Add(uint64(1), uint8(10), uint8(1))
	f.Add(uint64(2), uint8(200), uint8(7))
	f.Fuzz(func(t *testing.T, seed uint64, n, sites uint8) {
		profiles := pages(rand.New(rand.NewPCG(seed, 1)), int(n), 1+int(sites))
		without := func(position int64) bool { return position%5 == 1 }
		if got, want := find(t, int64(sites)<<12, without, profiles...), oracle(profiles, without); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// BenchmarkPairs times the pairs of a synthetic corpus of DOCUMENTS documents,
// 100,000 without it, with about the budget of a run of 1 GiB. Memory is what the
// process has of the system in the end. 1,000,000 documents took 11 s of a processor
// and 183 MiB, 100,000 took 1 s and 141 MiB.
func BenchmarkPairs(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("DOCUMENTS"))
	if err != nil {
		n = 100_000
	}
	dir := b.TempDir()
	var took time.Duration
	found := 0
	for b.Loop() {
		s := NewSet(dir, 128<<20)
		random := rand.New(rand.NewPCG(7, 8))
		for first := int64(0); first < int64(n); { // a part of a hundred sites at a time, as in a dump
			for i, p := range pages(random, 10_000, 100) {
				p.Site = strconv.FormatInt(first, 36) + p.Site
				p.Position = first
				if first++; i == 9_999 {
					break
				}
				start := time.Now()
				if err := s.Add(p); err != nil {
					b.Fatal(err)
				}
				took += time.Since(start)
			}
		}
		start := time.Now()
		for _, err := range s.Pairs(b.Context(), none) {
			if err != nil {
				b.Fatal(err)
			}
			found++
		}
		took += time.Since(start)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(n*b.N)/took.Seconds(), "documents/s")
	b.ReportMetric(took.Seconds()/float64(b.N), "s")
	b.ReportMetric(float64(found)/float64(b.N), "pairs")
	b.ReportMetric(float64(m.Sys)/(1<<20), "MiB")
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
