package score

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

func parse(t *testing.T, id, s string) Gold {
	t.Helper()
	d, err := ann.ParseDocument(s)
	if err != nil {
		t.Fatal(err)
	}
	return Gold{id, d}
}

// predict turns a text in the gold notation into the prediction that says so.
func predict(t *testing.T, id, s string) *Prediction {
	t.Helper()
	d := parse(t, id, s)
	chars := func(offset int) int { return utf8.RuneCountInString(d.Text[:offset]) }
	p := &Prediction{ID: id, Lang: d.Header["lang"], Text: d.Text, Mentions: []Mention{}, Boilerplate: [][2]int{}}
	for _, m := range d.Marks {
		p.Mentions = append(p.Mentions, Mention{m.Type, chars(m.Start), chars(m.End), m.Norm})
	}
	for _, l := range d.Lines {
		if l.Boilerplate {
			p.Boilerplate = append(p.Boilerplate, [2]int{chars(l.Start), chars(l.End)})
		}
	}
	return p
}

// TestRules has one rule a case: gold, prediction, and the counts of the one
// type that they are about.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		rule, gold, pred                   string
		kind                               extractors.Type
		inGold, inPred, strict, lenient, n int
	}{
		{"equal span and norm", "l'⟦ORG|IOM|OIM⟧", "l'⟦ORG|IOM|OIM⟧", "ORG", 1, 1, 1, 1, 1},
		{"another norm is another matter", "l'⟦ORG|IOM|OIM⟧", "l'⟦ORG|OIM|OIM⟧", "ORG", 1, 1, 1, 1, 0},
		{"overlap alone is lenient", "⟦PER|Ban Ki-moon|Ban Ki-moon⟧", "Ban ⟦PER|Ban Ki-moon|Ki-moon⟧", "PER", 1, 1, 0, 1, 1},
		{"another type is nothing", "⟦PER|Ban|Ban⟧", "⟦ORG|Ban|Ban⟧", "PER", 1, 0, 0, 0, 0},
		{"spurious", "le texte", "le ⟦ORG|T|texte⟧", "ORG", 0, 1, 0, 0, 0},
		{"missed", "l'⟦ORG|IOM|OIM⟧", "l'OIM", "ORG", 1, 0, 0, 0, 0},
		{"optional, found", "⟦ORG?|IOM|l'Organisation⟧", "⟦ORG|IOM|l'Organisation⟧", "ORG", 0, 0, 0, 0, 0},
		{"optional, found in part", "⟦ORG?|IOM|l'Organisation⟧", "l'⟦ORG|X|Organisation⟧", "ORG", 0, 0, 0, 0, 0},
		{"optional, not found", "⟦ORG?|IOM|l'Organisation⟧", "l'Organisation", "ORG", 0, 0, 0, 0, 0},
		{"optional of another type excuses nothing", "⟦LOC?|CH|Suisse⟧", "⟦ORG|CH|Suisse⟧", "ORG", 0, 1, 0, 0, 0},
		{"a required one that touches an optional one", "⟦DATE|2019|2019⟧-⟦DATE?|2020|2020⟧", "⟦DATE|2019/2020|2019-2020⟧", "DATE", 1, 0, 0, 0, 0},
		{"of two that overlap, the exact one counts", "⟦ORG|A|Haut Conseil du Lac⟧", "⟦ORG|A|Haut Conseil du Lac⟧", "ORG", 1, 1, 1, 1, 1},
		{"two for one: one is spurious", "⟦PER|A B|Anne Brun⟧", "⟦PER|A|Anne⟧ ⟦PER|A B|Brun⟧", "PER", 1, 2, 0, 1, 1},
		{"one for two", "⟦PER|A|Anne⟧ ⟦PER|B|Brun⟧", "⟦PER|A|Anne Brun⟧", "PER", 2, 1, 0, 1, 1},
		{"on boilerplate nothing counts", "⟦-⟧⟦ORG|IOM|OIM⟧ accueil", "⟦ORG|X|OIM⟧ ⟦ORG|Y|accueil⟧", "ORG", 0, 0, 0, 0, 0},
		{"the year in a resolution is no date", "⟦RES|S/RES/2254(2015)|résolution 2254 (2015)⟧", "⟦RES|S/RES/2254(2015)|résolution 2254 (2015)⟧", "RES", 1, 1, 1, 1, 1},
		{"nor is it a wrong one", "⟦RES|S/RES/2254(2015)|résolution 2254 (2015)⟧", "résolution 2254 (⟦DATE|2015|2015⟧)", "DATE", 0, 0, 0, 0, 0},
		{"symbols compare without spaces and case", "⟦RES|A/RES/217(III)A|217 A (III)⟧", "⟦RES|a/res/217 (iii) a|217 A (III)⟧", "RES", 1, 1, 1, 1, 1},
		{"spaces that do not break too", "⟦RES|A/RES/1|1⟧", "⟦RES|A/\u00a0RES/1|1⟧", "RES", 1, 1, 1, 1, 1},
		{"norms compare without case", "⟦ORG|Médecins du Monde|MdM⟧", "⟦ORG|MÉDECINS du monde|MdM⟧", "ORG", 1, 1, 1, 1, 1},
		{"but not without spaces", "⟦DATE|2016-07|juillet⟧", "⟦DATE|2016 -07|juillet⟧", "DATE", 1, 1, 1, 1, 0},
		{"the prediction's text may be cleaned", "**[⟦ORG|IOM|OIM⟧](#)** l’été", "⟦ORG|IOM|OIM⟧ l'été", "ORG", 1, 1, 1, 1, 1},
		{"case, accents and quotes do not part tokens", "L’⟦ORG|E|ÉCOLE⟧", "l'⟦ORG|E|e\u0301cole⟧", "ORG", 1, 0, 0, 0, 0}, // a combining accent is no word character, as in gold.py
		{"what the raw text lacks cannot be scored", "un texte", "un texte ⟦ORG|Q|QQQ⟧", "ORG", 0, 0, 0, 0, 0},
		{"an underscore is part of a word", "⟦ORG|A_B|A_B⟧ C", "⟦ORG|A_B|A_B⟧ C", "ORG", 1, 1, 1, 1, 1},
		{"punctuation at the end parts spans", "⟦ORG|A|Acme⟧.", "⟦ORG|A|Acme.⟧", "ORG", 1, 1, 0, 1, 1},
		{"white space does not", "⟦ORG|A|Acme⟧ !", "⟦ORG|A|Acme ⟧!", "ORG", 1, 1, 1, 1, 1},
	} {
		s := New()
		s.Add(parse(t, "x", "#lang: fr\n#---\n"+c.gold), predict(t, "x", "#lang: fr\n#---\n"+c.pred))
		got := *s.Types[c.kind]
		got.Unaligned = 0
		if want := (Counts{Gold: c.inGold, Pred: c.inPred, Strict: c.strict, Lenient: c.lenient, Norm: c.n}); got != want {
			t.Errorf("%s: %+v, want %+v\n gold %s\n pred %s", c.rule, got, want, c.gold, c.pred)
		}
	}
}

// Characters of tokens count, white space does not; what the prediction's text
// lacks was taken for boilerplate.
func TestBoilerplate(t *testing.T) {
	const gold = "#lang: fr\n#---\n⟦-⟧Accueil Contact\nLe texte\n⟦-⟧Fin\n"
	for _, c := range []struct {
		pred      string
		hit, kept int
	}{
		{"⟦-⟧Accueil Contact\nLe texte\n⟦-⟧Fin\n", 17, 7},
		{"Accueil Contact\nLe texte\nFin\n", 0, 7},
		{"⟦-⟧Accueil Contact\n⟦-⟧Le texte\n⟦-⟧Fin\n", 17, 0},
		{"Le texte\n", 17, 7},
		{"Accueil\nLe\n", 10, 2},
		{"", 17, 0},
	} {
		s := New()
		s.Add(parse(t, "x", gold), predict(t, "x", "#---\n"+c.pred))
		if want := (Chars{Boilerplate: 17, Hit: c.hit, Content: 7, Kept: c.kept}); s.Chars != want {
			t.Errorf("%q: %+v, want %+v", c.pred, s.Chars, want)
		}
	}
}

func TestMergeAddsUp(t *testing.T) {
	docs, preds := fixture(t)
	all, merged := New(), New()
	for _, d := range docs {
		all.Add(d, preds[d.ID])
		one := New()
		one.Add(d, preds[d.ID])
		merged.Merge(one)
	}
	var a, m bytes.Buffer
	all.Write(&a)
	all.WriteErrors(&a)
	merged.Write(&m)
	merged.WriteErrors(&m)
	if a.String() != m.String() || all.Missing != 1 {
		t.Errorf("all at once:\n%s\nmerged:\n%s", &a, &m)
	}
}

// fixture reads testdata: annotated documents, the predictions of a program
// that errs in many ways, and nothing on one document.
func fixture(t *testing.T) ([]Gold, map[string]*Prediction) {
	t.Helper()
	docs, err := ReadGold("testdata/gold")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/predictions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	preds := map[string]*Prediction{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		p := new(Prediction)
		if err := json.Unmarshal(lines.Bytes(), p); err != nil {
			t.Fatal(err)
		}
		preds[p.ID] = p
	}
	return docs, preds
}

// A table is what "gold.py score --json" prints.
type table map[string]json.RawMessage

// compare reports where a score says something else than gold.py.
func compare(t *testing.T, s *Score, reference []byte) {
	t.Helper()
	var want table
	if err := json.Unmarshal(reference, &want); err != nil {
		t.Fatalf("%v in %s", err, reference)
	}
	near := func(what string, got, want float64) { // gold.py rounds to four digits
		if math.Abs(got-want) > 0.5001e-4 {
			t.Errorf("%s is %.6f, gold.py says %.4f", what, got, want)
		}
	}
	type prf struct{ P, R, F1 float64 }
	ratios := func(what string, got Ratio, want prf) {
		near(what+" precision", got.P, want.P)
		near(what+" recall", got.R, want.R)
		near(what+" F1", got.F1, want.F1)
	}
	read := func(key string, to any) {
		if err := json.Unmarshal(want[key], to); err != nil {
			t.Fatalf("%s: %v in %s", key, err, reference)
		}
	}
	for _, kind := range extractors.Types {
		var k struct {
			Gold, Pred, Unaligned int
			Strict, Lenient, Norm prf
		}
		read(string(kind), &k)
		c := s.Types[kind]
		if c.Gold != k.Gold || c.Pred != k.Pred || c.Unaligned != k.Unaligned {
			t.Errorf("%s: %d in gold, %d predicted, %d unaligned; gold.py says %d, %d, %d", kind, c.Gold, c.Pred, c.Unaligned, k.Gold, k.Pred, k.Unaligned)
		}
		ratios(string(kind)+" strict", c.StrictRatio(), k.Strict)
		ratios(string(kind)+" lenient", c.LenientRatio(), k.Lenient)
		ratios(string(kind)+" norm", c.NormRatio(), k.Norm)
	}
	var boilerplate prf
	var kept, lang float64
	var documents struct{ Gold, Missing int }
	read("boilerplate", &boilerplate)
	read("content_kept", &kept)
	read("lang_accuracy", &lang)
	read("documents", &documents)
	ratios("boilerplate", s.Chars.BoilerplateRatio(), boilerplate)
	near("content kept", s.Chars.KeptShare(), kept)
	near("language", share(s.LangRight, s.Documents), lang)
	if s.Documents != documents.Gold || s.Missing != documents.Missing {
		t.Errorf("%d documents, %d missing; gold.py says %+v", s.Documents, s.Missing, documents)
	}
}

// goldPy runs gold.py on gold and predictions; the test is skipped where there
// is none.
func goldPy(t *testing.T, gold, predictions string) []byte {
	t.Helper()
	script, err := filepath.Abs("../../../shared/gold/gold.py")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Skip("no ../shared/gold/gold.py beside the repository")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 to run ../shared/gold/gold.py with")
	}
	b, err := exec.Command(python, script, "score", "--json", gold, predictions).Output()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What gold.py said of the fixture is kept, so that the check needs no Python;
// UPDATE=1 asks gold.py anew.
func TestFixtureScoresAsGoldPy(t *testing.T) {
	docs, preds := fixture(t)
	s := New()
	for _, d := range docs {
		s.Add(d, preds[d.ID])
	}
	const kept = "testdata/gold.json"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(kept, goldPy(t, "testdata/gold", "testdata/predictions.jsonl"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, s, b)
	for _, kind := range extractors.Types {
		if c := s.Types[kind]; c.Gold == 0 || c.Pred == 0 || c.Strict == c.Gold {
			t.Errorf("%s: %+v shows too little", kind, *c)
		}
	}
}

func TestGoldPySaysWhatWasKept(t *testing.T) {
	kept, err := os.ReadFile("testdata/gold.json")
	if err != nil {
		t.Fatal(err)
	}
	if now := goldPy(t, "testdata/gold", "testdata/predictions.jsonl"); !bytes.Equal(now, kept) {
		t.Errorf("gold.py says now\n%s\ntestdata/gold.json has\n%s", now, kept)
	}
}

// Tokens as Python's \w+|[^\w\s] has them.
func TestTokenize(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"L’État d'Haïti", "l|'|état|d|'|haïti"},
		{"A_b-c 12½", "a_b|-|c|121⁄2"}, // ½ is numeric, so it belongs to the word, and NFKC opens it
		{"e\u0301t", "e|\u0301|t"},     // a combining accent is no word character
		{"x\u001cy\u00a0z\u200bq", "x|y|z|\u200b|q"},
		{"“ﬁn” ＯＩＭ Straße", `"|fin|"|oim|strasse`},
		{"", ""},
	} {
		var got []string
		for _, tok := range tokenize(c.text) {
			got = append(got, tok.fold)
			if n := tok.end - tok.start; n <= 0 || tok.end > utf8.RuneCountInString(c.text) {
				t.Errorf("%q: token %+v", c.text, tok)
			}
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("tokenize(%q) = %s, want %s", c.text, s, c.want)
		}
	}
}

// TestAligned has the pairs of indices that Python's difflib gives.
func TestAligned(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"a b c", "a b c", "0-0 1-1 2-2"},
		{"a x b", "a b", "0-0 2-1"},
		{"a b a b", "a b", "0-0 1-1"},               // of equal blocks the earliest
		{"b c", "a b c d b c", "0-1 1-2"},           // in the gold text too
		{"x a b c y", "a b z a b c", "1-3 2-4 3-5"}, // the longest block first
		{"a b", "b a", "0-1"},                       // crossing ones can't both stand
		{"", "a", ""},
	} {
		m := aligned(tokenize(c.a), tokenize(c.b))
		var got []string
		for i := range len(c.a) {
			if j, ok := m[i]; ok {
				got = append(got, fmt.Sprintf("%d-%d", i, j))
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("aligned(%q, %q) = %s, want %s", c.a, c.b, s, c.want)
		}
	}
}
