package duplicates

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
)

const shared = "../../../shared"

func sketch(pieces ...string) *Sketch {
	var k Sketcher
	for _, p := range pieces {
		k.Add(p)
	}
	return k.Sketch()
}

// decide returns the verdicts on entries, by position, of a set that they were
// added to in the order given.
func decide(t testing.TB, budget int64, entries ...Entry) map[int64]Verdict {
	t.Helper()
	dir := t.TempDir()
	s := NewSet(dir, budget)
	for _, e := range entries {
		if err := s.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Decide(t.Context()); err != nil {
		t.Fatal(err)
	}
	verdicts := make(map[int64]Verdict)
	last := int64(-1)
	for v, err := range s.Verdicts() {
		if err != nil {
			t.Fatal(err)
		}
		if v.Position <= last || v.Of >= v.Position || v.Exact != s.Copy(v.Position) {
			t.Fatalf("after the verdict on %d comes %+v, exact: %t", last, v, s.Copy(v.Position))
		}
		last = v.Position
		verdicts[v.Position] = v
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Fatalf("%d files are left", len(left))
	}
	return verdicts
}

const plenty = 1 << 30

func TestContent(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		equal bool
	}{
		{"L’État a  versé\n1 000 €.", "l'etat a versé 1\u00a0000 €.\n", true}, // what a typesetter changes
		{"", " \n", true},
		{"Page 3 of 12", "Page 4 of 12", false}, // numbers count
		{"1 000", "1000", false},                // and whether there is a space
		{"oui.", "oui !", false},
		{"a b", "ab", false},
	} {
		if (Content(tt.a) == Content(tt.b)) != tt.equal {
			t.Errorf("Content: %q and %q equal: %t", tt.a, tt.b, !tt.equal)
		}
	}
}

func TestSketcher(t *testing.T) {
	const text = "Le Conseil a décidé hier de proroger le mandat de la Mission jusqu’au 31 mai 2024, et prie le Secrétaire général de lui faire rapport."
	want := sketch(text)
	if want == nil {
		t.Fatal("no sketch")
	}
	if got := sketch(strings.SplitAfter(text, " ")...); *got != *want {
		t.Error("it matters where lines break")
	}
	if got := sketch(strings.ToUpper(strings.ReplaceAll(text, ",", " –"))); *got != *want {
		t.Error("case or punctuation matters")
	}
	var k Sketcher
	k.Add("Tout autre chose.")
	if k.Sketch() != nil {
		t.Error("three words have a sketch")
	}
	k.Add(text)
	if got := k.Sketch(); *got != *want {
		t.Error("what was sketched before matters")
	}
	if s := want.Similarity(want); s != 1 {
		t.Errorf("a text is like itself by %g", s)
	}
	for _, long := range []string{strings.Repeat("mot ", 50_000), strings.Repeat("un deux trois cinq ", 20_000)} {
		if s := sketch(long).Similarity(sketch(long[:380])); s != 1 {
			t.Errorf("text that repeats itself: %g", s) // and ends: its few shingles fill the bins
		}
	}
	if sketch(strings.Repeat("安全理事会决定延长特派团任务期限", 2)) == nil {
		t.Error("a text without spaces has no words")
	}
}

// jaccard is what Similarity estimates, from the shingles themselves.
func jaccard(a, b []string) float64 {
	set := func(words []string) map[[3]string]bool {
		m := map[[3]string]bool{}
		for i := 2; i < len(words); i++ {
			m[[3]string(words[i-2:])] = true
		}
		return m
	}
	x, y := set(a), set(b)
	both := 0
	for s := range x {
		if y[s] {
			both++
		}
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

// The estimate has no bias, and the error that the comment states, for short
// texts and long ones.
func TestSimilarityIsUnbiased(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, words := range []int{25, 100, 400, 2000} {
		for _, part := range []float64{0, 0.05, 0.2, 0.5} {
			var sum, squares float64
			const n = 60
			for range n {
				a := make([]string, words)
				for i := range a {
					a[i] = strconv.Itoa(random.IntN(1e9))
				}
				b := edit(random, a, part, func() string { return strconv.Itoa(random.IntN(1e9)) })
				d := sketch(strings.Join(a, " ")).Similarity(sketch(strings.Join(b, " "))) - jaccard(a, b)
				sum, squares = sum+d, squares+d*d
			}
			if bias, err := sum/n, math.Sqrt(squares/n); math.Abs(bias) > 0.013 || err > 0.035 {
				t.Errorf("%d words, %g edited: bias %.4f, error %.4f", words, part, bias, err)
			}
		}
	}
}

// edit replaces, drops and adds words at random places, as many as are the part
// of all.
func edit(random *rand.Rand, words []string, part float64, word func() string) []string {
	out := slices.Clone(words)
	n := int(math.Round(part * float64(len(words))))
	for i, at := range random.Perm(len(words))[:n] {
		switch i % 4 {
		case 0:
			out[at] = ""
		case 1:
			out[at] += " " + word()
		default:
			out[at] = word()
		}
	}
	return strings.Fields(strings.Join(out, " "))
}

// A text is a real one, with the collection that it is from: texts of one
// collection share forms and phrases.
type text struct {
	collection, name string
	words            []string
}

// texts reads the real texts that are at hand.
func texts(t testing.TB) []text {
	var all []text
	add := func(collection, name, s string) {
		folded := strings.FieldsFunc(extractors.Fold(s), func(r rune) bool { return !extractors.InWord(r) })
		if len(folded) >= MinWords {
			all = append(all, text{collection, name, folded})
		}
	}
	files := func(collection, pattern string, read func(string) string) {
		paths, err := filepath.Glob(filepath.Join(shared, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		if len(paths) == 0 {
			t.Skipf("no ../shared folder with %s", pattern)
		}
		for _, p := range paths {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			add(collection, filepath.Base(p), read(string(b)))
		}
	}
	plain := func(s string) string { return s }
	files("written", "gold/written/*.ann", func(s string) string {
		doc, err := ann.ParseDocument(s)
		if err != nil {
			t.Fatal(err)
		}
		return doc.Text
	})
	files("council-en", "dump/unsc/en/*", plain)
	files("council-fr", "dump/unsc/fr/*", plain)
	files("iom", "dump/iom/*", plain)
	b, err := os.ReadFile(filepath.Join(shared, "data", "content", "government", "gold.jsonl"))
	if err != nil {
		t.Skip("no ../shared folder with the pages of a government")
	}
	for line := range bytes.Lines(b) {
		var page struct{ Path, Gold string }
		if err := json.Unmarshal(line, &page); err != nil {
			t.Fatal(err)
		}
		add("government", page.Path, page.Gold)
	}
	return all
}

// Pairs made by edits of real texts: which ones are found near. Measured on the
// whole way, bands included, each pair a set of its own.
func TestEditedPairs(t *testing.T) {
	all := texts(t)
	random := rand.New(rand.NewPCG(3, 4))
	var vocabulary []string
	for _, x := range all {
		vocabulary = append(vocabulary, x.words...)
	}
	word := func() string { return vocabulary[random.IntN(len(vocabulary))] }
	want := map[float64]float64{0.01: 1, 0.05: 0.998, 0.1: 0.99}
	for _, part := range []float64{0.01, 0.05, 0.1, 0.2, 0.4} {
		found, total := map[string]int{}, map[string]int{}
		var sum float64
		for _, x := range all {
			v := decide(t, plenty,
				Entry{Position: 0, Content: Hash{Lo: 1}, Sketch: sketch(strings.Join(x.words, " "))},
				Entry{Position: 1, Content: Hash{Lo: 2}, Sketch: sketch(strings.Join(edit(random, x.words, part, word), " "))})[1]
			for _, c := range []string{x.collection, "all"} {
				total[c]++
				if v.Similarity > 0 {
					found[c]++
					sum += v.Similarity / 2
				}
			}
		}
		var line strings.Builder
		for _, c := range slices.Sorted(maps.Keys(total)) {
			fmt.Fprintf(&line, "  %s %.4f", c, float64(found[c])/float64(total[c]))
		}
		t.Logf("%2.0f%% of words edited, found:%s; mean similarity %.2f", 100*part, line.String(), sum/float64(max(1, found["all"])))
		if r := float64(found["all"]) / float64(total["all"]); r < want[part] {
			t.Errorf("%g edited: recall %.4f, want %g", part, r, want[part])
		}
	}
}

// related is the similarity, counted, from which two pages of the government's
// site are taken for states of one: between 0.2 and 0.3 there are hardly any.
const related = 0.3

// All real texts in one set, and after them each once more with 10% of its
// words edited. Who is called near to whom? Wrong is what points to an original
// of which it is no state: the texts of our own have no states, resolutions have
// their symbols, and of the government's pages the shingles themselves tell.
func TestPrecision(t *testing.T) {
	all := texts(t)
	random := rand.New(rand.NewPCG(11, 12))
	docs := make([]text, 2*len(all)) // by position
	var entries []Entry
	add := func(position int, name, symbol string, x text) {
		x.name = name
		docs[position] = x
		joined := strings.Join(x.words, " ")
		entries = append(entries, Entry{Position: int64(position), Content: Content(joined), Symbol: symbol, Sketch: sketch(joined)})
	}
	for i, x := range all {
		symbol := ""
		if strings.HasPrefix(x.collection, "council") {
			symbol = number(x.name)
		}
		name := x.collection + "/" + x.name
		add(i, name, symbol, x)
		x.words = edit(random, x.words, 0.1, func() string { return strconv.Itoa(random.IntN(1e9)) })
		add(len(all)+i, name+" edited", symbol, x)
	}
	type count struct{ states, edits, wrong int }
	counts := map[string]count{}
	verdicts := decide(t, plenty, entries...)
	for _, position := range slices.Sorted(maps.Keys(verdicts)) {
		v := verdicts[position]
		if v.Exact {
			continue
		}
		x, y := docs[position], docs[v.Of]
		exact := jaccard(x.words, y.words)
		if math.Abs(exact-v.Similarity) > 0.12 {
			t.Errorf("%s and %s: similarity %.2f, counted %.2f", x.name, y.name, v.Similarity, exact)
		}
		c := counts[x.collection]
		source, edited := position-int64(len(all)), position >= int64(len(all))
		shared, repeats := verdicts[source]
		switch {
		case edited && (source == v.Of || repeats && shared.Of == v.Of):
			c.edits++ // points to its source, or where that points
		case x.collection == "government" && y.collection == "government" && exact >= related:
			c.states++
		default:
			c.wrong++
			t.Logf("%s and %s: similarity %.2f, counted %.2f", x.name, y.name, v.Similarity, exact)
		}
		counts[x.collection] = c
	}
	called, wrong := 0, 0
	for _, collection := range slices.Sorted(maps.Keys(counts)) {
		c := counts[collection]
		called += c.states + c.edits + c.wrong
		wrong += c.wrong
		t.Logf("%s: %d edited texts found, %d states of pages, %d wrong", collection, c.edits, c.states, c.wrong)
	}
	if wrong*100 > called {
		t.Errorf("%d of %d documents called near are not", wrong, called)
	}
}

// number returns the number of the resolution of a file named
// "S_RES_2561_2021_2102226E.txt" or "SC_2561_2021_E.txt".
func number(name string) string {
	for part := range strings.SplitSeq(name, "_") {
		if _, err := strconv.Atoi(part); err == nil {
			return part
		}
	}
	return ""
}

func TestVerdicts(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	word := func() string { return strconv.Itoa(random.IntN(1e9)) }
	var base []string
	for range 400 {
		base = append(base, word())
	}
	second := edit(random, base, 0.06, word)  // near to base
	third := edit(random, second, 0.02, word) // nearer to second than to base
	other := make([]string, 300)
	for i := range other {
		other[i] = word()
	}
	names := []string{}
	entry := func(position int64, name, symbol string, words []string) Entry {
		text := strings.Join(words, " ")
		names = append(names, name)
		return Entry{Position: position, Content: Content(text), Symbol: symbol, Sketch: sketch(text)}
	}
	entries := []Entry{
		entry(0, "base", "S/RES/1(2020)", base),
		entry(1, "other", "", other),
		entry(2, "second", "", second),
		entry(3, "copy", "", base),
		entry(4, "copy of second", "", second),
		entry(5, "act", "S/RES/2(2021)", second), // shadowed by its text: exact duplicates are the same text
		entry(6, "renewal", "S/RES/3(2022)", edit(random, base, 0.01, word)),
		entry(7, "late", "", edit(random, base, 0.02, word)),
		entry(8, "third", "", third),
		entry(9, "short", "", base[:10]),
		entry(10, "short again", "", base[:11]),
		entry(11, "base of another site", "", append(base[:400:400], "…")), // has the sketch of base
		entry(12, "second of another site", "", append(second[:len(second):len(second)], "…")),
	}
	want := map[string]string{
		"second":                 "near base",
		"copy":                   "is base",
		"copy of second":         "is second",
		"act":                    "is second",
		"late":                   "near base", // renewal is as near, and shares less
		"third":                  "near base",
		"base of another site":   "near base",
		"second of another site": "near base",
	}
	got := decide(t, plenty, entries...)
	for i, name := range names {
		v, ok := got[int64(i)]
		if !v.Exact && ok && (v.Similarity < Threshold || v.Similarity > 1) {
			t.Errorf("%s: similarity %g", name, v.Similarity)
		}
		verdict := ""
		switch {
		case v.Exact:
			verdict = "is " + names[v.Of]
		case ok:
			verdict = "near " + names[v.Of]
		}
		if verdict != want[name] {
			t.Errorf("%s: %q, want %q", name, verdict, want[name])
		}
	}
	if got[11].Similarity != 1 || got[12].Similarity != got[2].Similarity {
		t.Errorf("with the sketch of another document: %+v, %+v", got[11], got[12])
	}
	for range 20 {
		random.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
		if again := decide(t, 0, entries...); !maps.Equal(again, got) {
			t.Fatalf("added in another order: %v, want %v", again, got)
		}
	}
}

// No drift: of a text that changes a little from year to year, each year's is
// near to its original by itself.
func TestNoDrift(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	word := func() string { return strconv.Itoa(random.IntN(1e9)) }
	words := make([]string, 500)
	for i := range words {
		words[i] = word()
	}
	var entries []Entry
	var years [][]string
	for i := range 40 {
		text := strings.Join(words, " ")
		years = append(years, words)
		entries = append(entries, Entry{Position: int64(i), Content: Content(text), Sketch: sketch(text)})
		words = edit(random, words, 0.03, word)
	}
	verdicts := decide(t, plenty, entries...)
	originals := len(years) - len(verdicts)
	if originals < 4 || originals > 20 {
		t.Errorf("%d originals among %d years", originals, len(years))
	}
	for year, v := range verdicts {
		if _, ok := verdicts[v.Of]; ok {
			t.Errorf("year %d is near to %d, which is no original", year, v.Of)
		}
		if j := jaccard(years[year], years[v.Of]); j < Threshold-0.12 {
			t.Errorf("years %d and %d share %.2f", year, v.Of, j)
		}
	}
}

func BenchmarkSketcher(b *testing.B) {
	var long strings.Builder
	for _, x := range texts(b)[:200] {
		long.WriteString(strings.Join(x.words, " ") + "\n")
	}
	b.SetBytes(int64(long.Len()))
	var k Sketcher
	for b.Loop() {
		k.Add(long.String())
		k.Sketch()
	}
}

func BenchmarkContent(b *testing.B) {
	var long strings.Builder
	for _, x := range texts(b)[:200] {
		long.WriteString(strings.Join(x.words, " ") + "\n")
	}
	b.SetBytes(int64(long.Len()))
	for b.Loop() {
		Content(long.String())
	}
}

func FuzzSketcher(f *testing.F) {
	f.Add("L’Organisation a décidé, le 3 mai 2024, de se réunir.", 10)
	f.Add(strings.Repeat("a ", 30), 3)
	f.Add("\xff\xfe e\u0301 安全理事会", 4)
	f.Fuzz(func(t *testing.T, s string, at int) {
		a := sketch(s)
		if at > 0 && at < len(s) && s[at] == ' ' {
			if b := sketch(s[:at], s[at:]); (a == nil) != (b == nil) || a != nil && *a != *b {
				t.Error("it matters where lines break")
			}
		}
		if a != nil && a.Similarity(a) != 1 {
			t.Error("not like itself")
		}
		if c := Content(s); c != Content(" "+s+"\n") {
			t.Error("white space around the text counts")
		}
	})
}

// What singleSpaces leaves are the fields with one space between.
func TestSingleSpaces(t *testing.T) {
	for _, s := range []string{"", " ", "a", " a ", "a b", "a  b\n", "\t\n a\u0085b\u00a0 \u00a0c\u2003d\u3000", "é à", "a\xffb \xff", " \xe2\x80", "x\x01 \x01", "ab cd ef\r\n\r\ngh"} {
		want := strings.Join(strings.Fields(s), " ")
		if got := string(singleSpaces([]byte(s))); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
