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
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

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
			var s Set
			s.Add(Entry{Position: 0, ID: "a", Content: Hash{Lo: 1}, Sketch: sketch(strings.Join(x.words, " "))})
			s.Add(Entry{Position: 1, ID: "b", Content: Hash{Lo: 2}, Sketch: sketch(strings.Join(edit(random, x.words, part, word), " "))})
			for _, c := range []string{x.collection, "all"} {
				total[c]++
				if v := s.Verdicts()["b"]; v.NearDuplicateOf == "a" {
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
	var s Set
	byName := map[string]text{}
	add := func(position int, name, symbol string, x text) {
		byName[name] = x
		joined := strings.Join(x.words, " ")
		s.Add(Entry{Position: int64(position), ID: name, Content: Content(joined), Symbol: symbol, Sketch: sketch(joined)})
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
	verdicts := s.Verdicts()
	for _, name := range slices.Sorted(maps.Keys(verdicts)) {
		v := verdicts[name]
		if v.NearDuplicateOf == "" {
			continue
		}
		x, y := byName[name], byName[v.NearDuplicateOf]
		exact := jaccard(x.words, y.words)
		if math.Abs(exact-v.Similarity) > 0.12 {
			t.Errorf("%s and %s: similarity %.2f, counted %.2f", name, v.NearDuplicateOf, v.Similarity, exact)
		}
		c := counts[x.collection]
		source, edited := strings.CutSuffix(name, " edited")
		switch {
		case edited && (source == v.NearDuplicateOf || verdicts[source].NearDuplicateOf == v.NearDuplicateOf || verdicts[source].DuplicateOf == v.NearDuplicateOf):
			c.edits++ // points to its source, or where that points
		case x.collection == "government" && y.collection == "government" && exact >= related:
			c.states++
		default:
			c.wrong++
			t.Logf("%s and %s: similarity %.2f, counted %.2f", name, v.NearDuplicateOf, v.Similarity, exact)
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
	entry := func(position int64, id, symbol string, words []string) Entry {
		text := strings.Join(words, " ")
		return Entry{Position: position, ID: id, Content: Content(text), Symbol: symbol, Sketch: sketch(text)}
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
	}
	want := map[string]Verdict{
		"second":         {NearDuplicateOf: "base"},
		"copy":           {DuplicateOf: "base"},
		"copy of second": {DuplicateOf: "second"},
		"act":            {DuplicateOf: "second"},
		"late":           {NearDuplicateOf: "base"}, // renewal is as near, and shares less
		"third":          {NearDuplicateOf: "base"},
	}
	var all Set
	for _, e := range entries {
		all.Add(e)
	}
	got := all.Verdicts()
	for id, v := range got {
		if near := v.NearDuplicateOf != ""; near != (v.Similarity >= Threshold) || v.Similarity > 1 {
			t.Errorf("%s: similarity %g", id, v.Similarity)
		}
	}
	for id := range want {
		v := got[id]
		v.Similarity = 0
		if v != want[id] {
			t.Errorf("%s: %+v, want %+v", id, v, want[id])
		}
	}
	for id, v := range got {
		if _, ok := want[id]; !ok {
			t.Errorf("%s: %+v, want none", id, v)
		}
	}
	// Whatever order the parts come in, and the documents in a part.
	for range 20 {
		parts := make([]Set, 3)
		for _, i := range random.Perm(len(entries)) {
			parts[random.IntN(len(parts))].Add(entries[i])
		}
		var merged Set
		for _, i := range random.Perm(len(parts)) {
			merged.Merge(&parts[i])
		}
		if again := merged.Verdicts(); !reflect.DeepEqual(again, got) {
			t.Fatalf("merged in another order: %v, want %v", again, got)
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
	var s Set
	years := map[string][]string{}
	for i := range 40 {
		id := strconv.Itoa(2000 + i)
		text := strings.Join(words, " ")
		years[id] = words
		s.Add(Entry{Position: int64(i), ID: id, Content: Content(text), Sketch: sketch(text)})
		words = edit(random, words, 0.03, word)
	}
	verdicts := s.Verdicts()
	originals := len(years) - len(verdicts)
	if originals < 4 || originals > 20 {
		t.Errorf("%d originals among %d years", originals, len(years))
	}
	for id, v := range verdicts {
		if _, ok := verdicts[v.NearDuplicateOf]; ok {
			t.Errorf("%s is near to %s, which is no original", id, v.NearDuplicateOf)
		}
		if j := jaccard(years[id], years[v.NearDuplicateOf]); j < Threshold-0.12 {
			t.Errorf("%s and %s share %.2f", id, v.NearDuplicateOf, j)
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

// Synthetic corpora of DUPLICATES documents (100000, say): Zipf words as in real
// text, phrases that many share, one near duplicate for nine others, made by
// edits of 10% of words. Time, memory and recall, of the verdicts alone.
func TestScale(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("DUPLICATES"))
	if err != nil {
		n = 2000
	}
	random := rand.New(rand.NewPCG(9, 10))
	zipf := rand.NewZipf(random, 1.1, 4, 200_000)
	word := func() string { return "w" + strconv.FormatUint(zipf.Uint64(), 36) }
	phrases := make([][]string, 200)
	for i := range phrases {
		for range 12 {
			phrases[i] = append(phrases[i], word())
		}
	}
	var s Set
	var former []string // an earlier document, whose near duplicate comes
	want := map[string]string{}
	bytes := 0
	var sketching time.Duration
	var k Sketcher
	for i := range n {
		var words []string
		id := strconv.Itoa(i)
		if i%10 == 9 {
			words = edit(random, former, 0.1, word)
			want[id] = strconv.Itoa(i - 5)
		} else {
			for size := 60 + random.IntN(400); len(words) < size; {
				if random.IntN(15) == 0 {
					words = append(words, phrases[random.IntN(len(phrases))]...)
				} else {
					words = append(words, word())
				}
			}
		}
		if i%10 == 4 {
			former = words
		}
		text := strings.Join(words, " ")
		bytes += len(text)
		start := time.Now()
		k.Add(text)
		e := Entry{Position: int64(i), ID: id, Content: Content(text), Sketch: k.Sketch()}
		sketching += time.Since(start)
		s.Add(e)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	verdicts := s.Verdicts()
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	found, wrong := 0, 0
	for id, v := range verdicts {
		if want[id] == v.NearDuplicateOf {
			found++
		} else {
			wrong++
		}
	}
	t.Logf("%d documents, %.1f MB: sketches %v (%.0f MB/s), verdicts %v; %d MB kept, %d MB allocated for the verdicts; %d of %d found, %d wrong",
		n, float64(bytes)/1e6, sketching.Round(time.Millisecond), float64(bytes)/1e6/sketching.Seconds(), took.Round(time.Millisecond),
		before.HeapAlloc>>20, (after.TotalAlloc-before.TotalAlloc)>>20, found, len(want), wrong)
	if found*100 < len(want)*99 || wrong*100 > len(want) {
		t.Errorf("%d of %d found, %d wrong", found, len(want), wrong)
	}
}
