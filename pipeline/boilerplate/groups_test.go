package boilerplate_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tamis/extractors/ann"
	"tamis/extractors/figures"
	"tamis/extractors/score"
	"tamis/pipeline/boilerplate"
)

// words for invented menus and headings.
var invented = strings.Fields(`valley bridge shelter council path river winter school market harbour library garden museum ferry
	clinic forest village mountain island station tower castle orchard quarry lantern workshop theatre stadium pasture meadow`)

// mixedSites makes pages of many small sites, each with a menu and a footer of
// its own, and pages that belong to none, but have the headings of reports.
func mixedSites(r *rand.Rand, sites, pages, others int) (docs []score.Gold, site []string) {
	label := func() string {
		a, b := invented[r.IntN(len(invented))], invented[r.IntN(len(invented))]
		return strings.ToUpper(a[:1]) + a[1:] + []string{" and ", " of the ", " by "}[r.IntN(3)] + b
	}
	story := func(n int) (lines []string) {
		lines = append(lines, fmt.Sprintf("The story of %s number %d", label(), n))
		for range 4 + r.IntN(8) {
			if r.IntN(3) == 0 {
				lines = append(lines, []string{"Introduction", "Background", "Methods", "Results", "Discussion", "Conclusion", "Further reading", "Acknowledgements"}[r.IntN(8)])
			}
			lines = append(lines, fmt.Sprintf("The %s was closed for %d days after the %s, and nobody could reach the %s before the %s.",
				invented[r.IntN(len(invented))], r.IntN(900), invented[r.IntN(len(invented))], invented[r.IntN(len(invented))], label()))
		}
		return lines
	}
	add := func(name string, head, body, tail []string) {
		var b strings.Builder
		for k, part := range [][]string{head, body, tail} {
			for _, line := range part {
				if k != 1 {
					b.WriteString("⟦-⟧")
				}
				b.WriteString(line + "\n")
			}
		}
		docs, site = append(docs, goldOf(b.String())), append(site, name)
	}
	for s := range sites {
		var head, tail []string
		for range 2 + r.IntN(6) {
			head = append(head, label())
		}
		for range 1 + r.IntN(4) {
			tail = append(tail, label())
		}
		for n := range pages {
			add(fmt.Sprint("site ", s), head, story(1000*s+n), tail)
		}
	}
	for n := range others {
		add("others", nil, story(100_000+n), nil)
	}
	return docs, site
}

// TestMixed measures labels where pages of several sites lie in one folder:
// against the same pages with their sites known, and with their line breaks lost.
func TestMixed(t *testing.T) {
	var sheet figures.Sheet
	sheet.Add("pages of many sites in one flat folder, by characters: with their sites known, and as one folder")
	for _, n := range []struct{ sites, pages, others int }{{50, 4, 200}, {50, 10, 500}, {200, 6, 2000}, {1, 300, 0}, {0, 0, 800}} {
		docs, sites := mixedSites(rand.New(rand.NewPCG(7, 7)), n.sites, n.pages, n.others)
		for _, form := range []struct{ name, brk string }{{"lines", "\n"}, {"joined", ""}} {
			line := fmt.Sprintf("%3d sites of %3d pages, %4d other pages, %-6s", n.sites, n.pages, n.others, form.name)
			var f1 [2]float64
			for k, name := range []func(int) string{func(i int) string { return sites[i] }, func(int) string { return "folder" }} {
				var c boilerplate.Counter
				var pages []marked
				for i, d := range docs {
					m := joinLines(d, form.brk)
					c.Add(name(i), m.blocks)
					pages = append(pages, m)
				}
				facts := must(c.Facts(2))
				var count score.Chars
				for i, m := range pages {
					m.count(must(facts.Label(name(i), "en", m.blocks)), &count)
				}
				f1[k] = count.BoilerplateRatio().F1
				line += fmt.Sprintf(" | F1 %.4f, content kept %.4f", f1[k], count.KeptShare())
			}
			sheet.Add(line)
			if f1[1] < f1[0]-0.03 {
				t.Errorf("%s", line)
			}
		}
	}
	sheet.Check(t, "../../testdata/gold/boilerplate-mixed.txt")
}

// TestStrangers puts pages of one real site among documents of others: each of
// these is alone, so that what is taken from it counts as an error.
func TestStrangers(t *testing.T) {
	pages := variant(government(t), "\n")
	names, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "gold", "written", "*.ann"))
	if err != nil || len(names) == 0 {
		t.Skip("the documents of ../shared/gold/written are missing")
	}
	var strangers []marked
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		strangers = append(strangers, joinLines(score.Gold{Document: must(ann.ParseDocument(string(raw)))}, "\n"))
	}
	var sheet figures.Sheet
	sheet.Add(fmt.Sprintf("pages of one site among %d documents of others: token F1 of the pages alone and there, characters of the others kept", len(strangers)))
	for _, n := range []int{5, 20, 60, len(pages)} {
		var c boilerplate.Counter
		for i := range pages[:n] {
			c.Add("folder", pages[i].blocks)
		}
		for i := range strangers {
			c.Add("folder", strangers[i].blocks)
		}
		facts := must(c.Facts(2))
		sum := 0.0
		for i := range pages[:n] {
			sum += pages[i].f1(must(facts.Label("folder", "en", pages[i].blocks)))
		}
		var count score.Chars
		for i := range strangers {
			s := &strangers[i]
			s.count(must(facts.Label("folder", s.lang, s.blocks)), &count)
		}
		alone, among := meanF1(pages[:n], "site"), sum/float64(n)
		sheet.Add(fmt.Sprintf("%3d pages: F1 %.4f alone, %.4f among others; kept %.4f", n, alone, among, count.KeptShare()))
		if n > 5 && among < alone-0.02 {
			t.Errorf("%d pages: F1 %.4f alone, %.4f among others", n, alone, among)
		}
	}
	sheet.Check(t, "../../testdata/gold/boilerplate-strangers.txt")
}

func goldOf(marked string) score.Gold {
	return score.Gold{Document: must(ann.ParseDocument("#lang: en\n#---\n" + marked))}
}
