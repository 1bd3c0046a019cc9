package boilerplate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tamis/extractors"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// parse reads a document in the notation of the gold data: a line a block,
// "⟦-⟧" before what is boilerplate and "⟦@fr⟧" before what is in another
// language. "<nav>" before a line is its region, "# " marks a heading, "- " an
// item of a list, "[...](#)" a line that is a link.
func parse(doc string) (blocks []Block, want []bool) {
	for line := range strings.SplitSeq(strings.Trim(doc, "\n"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		line, boilerplate := strings.CutPrefix(line, "⟦-⟧")
		b := Block{Kind: extractors.Paragraph}
		if rest, ok := strings.CutPrefix(line, "⟦@"); ok {
			b.Lang, line, _ = strings.Cut(rest, "⟧")
		}
		if strings.HasPrefix(line, "<") {
			b.Region, line, _ = strings.Cut(line[1:], ">")
		}
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			b.Kind, line = extractors.Heading, rest
		}
		if strings.HasPrefix(line, "- ") {
			b.Kind = extractors.ListItem
		}
		if rest, ok := strings.CutSuffix(line, "](#)"); ok {
			b.Links, line = 1, strings.Replace(rest, "[", "", 1)
		}
		b.Text = line
		b.Key = Key(line)
		blocks = append(blocks, b)
		want = append(want, boilerplate)
	}
	return blocks, want
}

// check counts the documents as one site and compares the labels of each with
// its marks.
func check(t *testing.T, lang string, docs []string) {
	t.Helper()
	var c Counter
	for _, d := range docs {
		blocks, _ := parse(d)
		c.Add("site", blocks)
	}
	facts := must(c.Facts(2))
	for n, d := range docs {
		blocks, want := parse(d)
		for i, l := range must(facts.Label("site", lang, blocks)) {
			if l.Boilerplate != want[i] {
				t.Errorf("document %d: %q: boilerplate %v (rule %q), want %v", n, blocks[i].Text, l.Boilerplate, l.Rule, want[i])
			}
			if l.Boilerplate != (l.Rule != "") {
				t.Errorf("document %d: %q: boilerplate %v and rule %q", n, blocks[i].Text, l.Boilerplate, l.Rule)
			}
		}
	}
}

// story returns an article of its own, different for every n.
func story(n int) string {
	return fmt.Sprintf(`# Story number %[1]d of the valley
		The road to village %[1]d was closed for three days after the rain, and nobody could reach the clinic.
		On the fourth day, %[1]d people walked to the bridge and asked the council for a boat.`, n)
}

func TestLabel(t *testing.T) {
	const quotation = `“We did not ask for a wall, we asked for a door, and for somebody to open it when we knock,” the mayor said.`
	const menu = `⟦-⟧-
		⟦-⟧Who we are
		⟦-⟧Who we areThe Valley Trust has worked with the villages of the upper valley since the flood, with the help of its members.
		⟦-⟧Our work
		⟦-⟧- Where we work
		⟦-⟧- Give
		`
	for _, tt := range []struct {
		name string
		lang string
		docs []string
	}{
		{"a menu at the head of two documents, with a sentence glued to an item", "en", []string{
			menu + story(1), menu + story(2),
		}},
		{"a footer below two documents", "en", []string{
			story(1) + "\n⟦-⟧Contact us\n⟦-⟧Press room\n⟦-⟧Legal notice",
			story(2) + "\n⟦-⟧Contact us\n⟦-⟧Press room\n⟦-⟧Legal notice",
		}},
		{"a quotation in two articles", "en", []string{
			story(1) + "\n" + quotation + "\n" + story(3),
			story(2) + "\n" + quotation + "\n" + story(4),
		}},
		{"a quotation at the end of two articles", "en", []string{
			story(1) + "\n" + quotation, story(2) + "\n" + quotation,
		}},
		{"copies of a document are no evidence", "en", []string{
			story(1), story(1), story(1), story(2),
		}},
		{"an article and its corrected version share more than a template does", "en", []string{
			story(1) + "\n" + story(3) + "\nThe bridge costs 400 francs.",
			story(1) + "\n" + story(3) + "\nThe bridge costs 4,000 francs, the council said.",
		}},
		{"counters and dates", "en", []string{
			story(1) + "\n⟦-⟧Page 1 of 12\n⟦-⟧14 comments\n⟦-⟧Updated 3 May 2023",
			story(2) + "\n⟦-⟧Page 2 of 12\n⟦-⟧3 comments\n⟦-⟧Updated 11 April 2024",
		}},
		{"one document is none to compare with", "en", []string{"Who we are\nOur work\nGive\n" + story(1)}},
		{"a menu is one by its markup", "en", []string{
			"⟦-⟧<nav>[Who we are](#)\n⟦-⟧<nav>[Our work](#)\n" + story(1) + "\n⟦-⟧<footer>Legal notice",
		}},
		{"a table of contents inside the main content is the page's own", "en", []string{
			"<main># The valley in winter\n<nav>[Before you go](#)\n<nav>[What to bring](#)\n<main>Nobody should cross the pass alone between December and March.",
		}},
		{"a heading that names an item of the menu", "en", []string{
			"⟦-⟧<nav>[Paths](#)\n⟦-⟧<nav>[Shelters](#)\n<main># Paths\n<main>The paths of the upper valley are open from June to October.",
			"⟦-⟧<nav>[Paths](#)\n⟦-⟧<nav>[Shelters](#)\n<main># Shelters\n<main>The shelters have room for twelve and are never locked.",
		}},
		{"the header of a page may hold its title", "en", []string{
			"<header># The valley in winter\n⟦-⟧<header>[Subscribe](#)\nNobody should cross the pass alone between December and March.",
		}},
		{"labels of a template in another language, and the links under one of them", "en", []string{`
			⟦-⟧⟦@fr⟧Aperçu
			The trust looks after the paths, the bridges and the shelters of the upper valley.
			⟦-⟧⟦@fr⟧La description
			It was founded by the villages after the flood, and it belongs to them.
			⟦-⟧⟦@fr⟧Liens
			- [Map of the paths](#)
			⟦@fr⟧- [Carte des sentiers](#)
			⟦-⟧⟦@fr⟧Sur le même sujet
			⟦-⟧- [Shelters](#)
			⟦-⟧- [Bridges](#)`,
		}},
		{"a foreign name, or a line whose language is mistaken, is no label", "en", []string{`
			The council spoke about its new rules at length on Monday.
			⟦@fr⟧Sanctions regime
			It then adopted them without a vote, as it had done before.
			⟦@fr⟧Maison du Peuple
			The building is open on Sundays from nine to five.`,
		}},
		{"a menu with dates, counters and the current item marked", "en", []string{
			"⟦-⟧The Valley Post | Monday, 3 May 2024\n⟦-⟧» News (12)\n⟦-⟧Letters\n⟦-⟧Weather\n" + story(1) + "\n⟦-⟧Page 3 of 12\n⟦-⟧Legal notice",
			"⟦-⟧The Valley Post | Friday, 14 June 2024\n⟦-⟧News (9)\n⟦-⟧Letters (current)\n⟦-⟧Weather\n" + story(2) + "\n⟦-⟧Page 4 of 12\n⟦-⟧Legal notice",
			"⟦-⟧The Valley Post | Sunday, 16 June 2024\n⟦-⟧News\n⟦-⟧Letters\n⟦-⟧[Weather]\n" + story(3) + "\n⟦-⟧Page 1 of 12\n⟦-⟧Legal notice",
		}},
		{"a document and its translation share their symbol and date", "en", []string{
			"⟦-⟧Valley Council\n⟦-⟧Digital library\nVC/RES/2022/7\n17 June 2022\n" + story(1),
			"⟦-⟧Valley Council\n⟦-⟧Digital library\nVC/RES/2022/7\n17 June 2022\n" + story(2),
		}},
		{"sharing, cookies, updates", "fr", []string{`
			⟦-⟧Aller au contenu principal
			⟦-⟧Ce site utilise des cookies pour mesurer son audience.
			La vallée compte onze villages et un seul médecin, qui part à la retraite.
			⟦-⟧Partager cet article
			Vous êtes ici chez vous, a dit le maire aux familles qui venaient de la vallée voisine.
			⟦-⟧Dernière mise à jour : octobre 2024`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { check(t, tt.lang, tt.docs) })
	}
}

// A resolution opens with a masthead and is made of formulas: the masthead
// goes, the formulas stay, however many documents have them.
func TestLabelFormulas(t *testing.T) {
	var docs []string
	for n := range 60 {
		docs = append(docs, fmt.Sprintf(`
			⟦-⟧United Nations
			S/RES/%[1]d (2021)
			⟦-⟧Security Council
			⟦-⟧Distr.: General
			%[2]d January 2021
			Resolution %[1]d (2021)
			Adopted by the Security Council on
			%[2]d January 2021
			The Security Council,
			Recalling its resolution %[3]d (2020) and the statements of its President,
			Acting under Chapter VII of the Charter of the United Nations,
			1.
			Decides to extend the mandate of mission %[1]d until 31 January 2022;
			(a)
			To support the authorities of district %[1]d in the protection of civilians;
			(b)
			To report on the roads of district %[1]d every ninety days;
			2.
			Decides to remain seized of the matter.`, 2500+n, 1+n%30, 2400+n))
	}
	check(t, "en", docs)
}

// On a site of a thousand pages a line on three is the pages' own, and a menu
// on all of them is not; nor is the menu of a section with forty pages.
func TestLabelLargeSite(t *testing.T) {
	var docs []string
	for n := range 1000 {
		d := "⟦-⟧The Valley Trust\n⟦-⟧Our work\n⟦-⟧Give\n"
		if n < 40 {
			d += "⟦-⟧Shelters by height\n⟦-⟧Shelters by village\n⟦-⟧Booking a shelter\n"
		}
		d += story(n)
		if n%333 == 1 {
			d += "\nOpening hours in winter\n"
		}
		docs = append(docs, d+"\n"+story(n+2000)+"\n⟦-⟧Legal notice\n⟦-⟧Press room")
	}
	check(t, "en", docs)
}

func TestRules(t *testing.T) {
	var c Counter
	one, _ := parse("Who we are\nOur work\nGive\n<nav>[Home](#)\n" + story(1) + "\nPartager cet article\nContact us\nPress room\nLegal notice")
	two, _ := parse("Who we are\nOur work\nGive\n<nav>[Home](#)\n" + story(2) + "\nPartager cet article\nContact us\nPress room\nLegal notice")
	c.Add("a", one)
	c.Add("a", two)
	c.Add("b", two)
	var got []string
	for _, l := range must(must(c.Facts(2)).Label("a", "en", one)) {
		got = append(got, fmt.Sprintf("%s/%v", l.Rule, l.Repeated))
	}
	want := []string{"repeated-head/true", "repeated-head/true", "repeated-head/true", "markup-nav/true", "/false", "/false", "/false",
		"stock-words/true", "repeated-tail/true", "repeated-tail/true", "repeated-tail/true"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("rules %q, want %q", got, want)
	}
	for i, l := range must(must(c.Facts(3)).Label("a", "en", one)) {
		if strings.HasPrefix(l.Rule, "repeated") {
			t.Errorf("block %d is %s, and three documents were asked for", i, l.Rule)
		}
	}
	for i, l := range must(must(c.Facts(2)).Label("b", "en", two)) { // what another site has says nothing
		if l.Repeated {
			t.Errorf("block %d is repeated on a site of one document", i)
		}
	}
}

// What the content model of a page says becomes a rule, and in an article
// lines that are none of its author's are told by their words.
func TestHints(t *testing.T) {
	for _, tt := range []struct{ hint, region, line, rule string }{
		{"body", "", "The road was closed for three days after the rain.", ""},
		{"comments", "main", "I was there too, and nothing of this is true.", "markup-comments"},
		{"outside", "", "Our offices are open from nine to five, in summer as in winter.", "markup-outside"},
		{"outside", "footer", "Legal notice", "markup-footer"},
		{"body", "", "Advertisement", "stock-words"},
		{"body", "", "Lire aussi : le pont qui ne fut jamais construit", "stock-words"},
		{"body", "", "(Reporting by Ada Roy in the valley)", "stock-words"},
		{"body", "", "Ada Roy contributed to this report.", "stock-words"},
		{"body", "", "Suivez la vallée sur Facebook et Instagram.", "stock-words"},
		{"body", "", "Image 2 of 5", "stock-words"},
		{"", "", "Image 2 of 5", ""},
		{"body", "", "Image of a boat", ""},
		{"body", "", "Follow the river to the second bridge, then turn left.", ""}, // nobody's account
		{"body", "", "Related questions were put to the council on Monday.", ""},
	} {
		doc := []Block{
			{Text: "The council bought a boat, and named it after the road that it replaces.", Kind: extractors.Paragraph, Hint: "body"},
			{Text: tt.line, Kind: extractors.Paragraph, Hint: tt.hint, Region: tt.region},
			{Text: "Nobody should cross the pass alone between December and March.", Kind: extractors.Paragraph, Hint: "body"},
		}
		if got := must(new(Facts).Label("", "", doc)); got[1].Rule != tt.rule || got[0].Boilerplate || got[2].Boilerplate {
			t.Errorf("%q with hint %q: rule %q, want %q", tt.line, tt.hint, got[1].Rule, tt.rule)
		}
	}
}

func TestKey(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		equal bool
	}{
		{"Où travaillons-nous", "OU TRAVAILLONS‑NOUS", true},
		{"- Espace presse", "• Espace presse", true},
		{"Espace presse", "› Espace presse", true},
		{"Page 3 of 12", "page 11 of 12", true},
		{"Last updated: 3 May 2024", "Last updated: 12 October 2023", true},
		{"Dernière mise à jour le 1er mai 2024", "Dernière mise à jour le 12 juin 2023", true},
		{"© 2023 Valley Trust", "© 2024 Valley Trust", true},
		{"Page 3/12", "Page 4/12", true},
		{"Results 11 - 20 of 345", "Results 21 - 30 of 345", true},
		{"Updated 3 hours ago", "Updated 12 hours ago", true},
		{"Vu 123 fois", "Vu 7 fois", true},
		{"News (12)", "News", true},
		{"News (12)", "News (3)", true},
		{"Resolutions (2021)", "Resolutions (2020)", false}, // years
		{"Chapter 3 (12)", "Chapter 4 (12)", false},
		{"Press room", "» Press room", true},
		{"Press room", "> Press room <", true},
		{"Press room", "**Press room**", true},
		{"Press room", "[Press room]", true},
		{"Press room", "Press room (current)", true},
		{"Espace presse", "Espace presse (page actuelle)", true},
		{"Press room", "Press room (closed)", false},
		{"The Valley Post | Monday, 3 May 2024", "The Valley Post | Tuesday, 14 June 2024", true},
		{"Lundi 3 mai 2024 – Le Courrier de la vallée", "Mardi 4 mai 2024 – Le Courrier de la vallée", true},
		{"Today is Monday, 3 May 2024", "Today is Friday, 7 May 2024", true},
		{"Vol. 12, No. 3 | May 2024", "Vol. 12, No. 4 | June 2024", true},
		{"Monday, 3 May 2024", "Tuesday, 4 May 2024", false}, // the date of the text
		{"Noon briefing of Monday 3 May 2024", "Noon briefing of Tuesday 4 May 2024", false},
		{"Geneva, Monday 3 May 2024", "Geneva, Tuesday 4 May 2024", false},
		{"Decision No. 3", "Decision No. 4", false},
		{"-", "•", false}, // a marker alone is the line
		{"Resolution 2561 (2021)", "Resolution 2562 (2021)", false},
		{"S/RES/2561 (2021)", "S/RES/2562 (2021)", false},
		{"29 January 2021", "30 January 2021", false},
		{"Annual report 2022", "Annual report 2023", false},
		{"The page of 12 March 1998 that he tore out of the book was found in the attic.", "The page of 12 March 1999 that he tore out of the book was found in the attic.", false},
		{"Security Council", "Security Council,", false},
	} {
		if got := Key(tt.a) == Key(tt.b); got != tt.equal {
			t.Errorf("Key(%q) == Key(%q) is %v", tt.a, tt.b, got)
		}
	}
}

// corpus makes documents of a few sites from few lines, so that they share
// many, with copies among them.
func corpus(r *rand.Rand) (sites []string, docs [][]Block) {
	for range 2 + r.IntN(60) {
		if len(docs) > 0 && r.IntN(4) == 0 {
			i := r.IntN(len(docs))
			sites, docs = append(sites, sites[i]), append(docs, docs[i])
			continue
		}
		var d []Block
		for range r.IntN(12) {
			line := fmt.Sprintf("Line %c", 'A'+rune(r.IntN(26)))
			d = append(d, Block{Key: Key(line), Text: line, Kind: extractors.Paragraph})
		}
		sites, docs = append(sites, string('a'+rune(r.IntN(2)))), append(docs, d)
	}
	return sites, docs
}

// The facts do not depend on the order of the documents, nor on how much of the
// evidence, and of the facts, is held in memory.
func TestOrderAndBudget(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 40 {
		sites, docs := corpus(r)
		if round == 0 { // more than the least that is held
			for i := range 40_000 {
				line := fmt.Sprint("Line ", i/2)
				sites = append(sites, fmt.Sprint("site ", i%7/2))
				docs = append(docs, []Block{{Key: Key(line), Text: line}, {Key: Key(fmt.Sprint(i)), Text: "n"}})
			}
			for i := range 6_000 { // groups, of six and more
				var d []Block
				for k := range 5 {
					line := fmt.Sprintf("Item %d of menu %d", k, i%1000%(k+500))
					d = append(d, Block{Key: Key(line), Text: line, Kind: extractors.Paragraph})
				}
				own := fmt.Sprintf("Village %d has a bridge of its own, and a boat.", i)
				sites, docs = append(sites, "mix"), append(docs, append(d, Block{Key: Key(own), Text: own, Kind: extractors.Paragraph}))
			}
		}
		var whole Counter
		parts := NewCounter(t.TempDir(), 1)
		for i := range docs {
			whole.Add(sites[i], docs[i])
		}
		for _, i := range r.Perm(len(docs)) {
			parts.Add(sites[i], docs[i])
			parts.Add(sites[i], docs[i])
		}
		want, got := must(whole.Facts(2)), must(parts.Facts(2))
		if spilled := parts.sorter.Spilled() > 0; spilled != (round == 0) {
			t.Errorf("round %d: spilled is %v", round, spilled)
		}
		grouped := 0
		for i := range docs {
			a, b := must(want.Label(sites[i], "en", docs[i])), must(got.Label(sites[i], "en", docs[i]))
			if sites[i] == "mix" && a[0].Boilerplate {
				grouped++
			}
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("round %d: labels %v, with everything in memory %v", round, b, a)
			}
			known, from := must(want.site(siteHash(sites[i]))), must(got.site(siteHash(sites[i])))
			if known.size != from.size || !slices.Equal(known.keys, from.keys) || !slices.Equal(known.counts, from.counts) {
				t.Fatalf("round %d: site %s is known otherwise", round, sites[i])
			}
		}
		if round == 0 && grouped < 5_000 {
			t.Errorf("menus of %d documents are found, of 6000", grouped)
		}
		if err := cmp.Or(got.Close(), parts.Close(), want.Close(), whole.Close()); err != nil {
			t.Error(err)
		}
	}
}

// A corpus in which every document stands twice has the same facts.
func TestCopies(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		sites, docs := corpus(r)
		var once, twice Counter
		for i := range docs {
			once.Add(sites[i], docs[i])
			twice.Add(sites[i], docs[i])
			twice.Add(sites[i], docs[i])
		}
		if want, got := must(once.Facts(2)), must(twice.Facts(2)); !reflect.DeepEqual(got, want) {
			t.Fatalf("facts of the copies %v, of the documents %v", got, want)
		}
	}
}

func FuzzLabel(f *testing.F) {
	f.Add("Home\nAbout\n"+story(1), "Home\nAbout\n"+story(2))
	f.Add("⟦@fr⟧Aperçu\n<nav>[Home](#)", "<main># Title\n<aside>x")
	f.Add("", "\xff\n-\n(a)\nPage 3 of 12")
	f.Add("Our workGive\nPress roomThe road.The boat "+strings.Repeat("Valley of Upper Rivers. The boat ", 40), "Our workGive "+strings.Repeat("Valley of Upper Rivers. The boat ", 39))
	f.Fuzz(func(t *testing.T, a, b string) {
		var c Counter
		one, _ := parse(a)
		two, _ := parse(b)
		c.Add("s", one)
		c.Add("s", two)
		facts := must(c.Facts(2))
		other := make(map[uint64]bool)
		for i := range two {
			other[two[i].Key] = true
		}
		labels := must(facts.Label("s", "en", one))
		marked := strings.ContainsAny(a, "<[⟦")
		size := 0
		for i := range one {
			size += len(one[i].Text)
		}
		block, at := -1, 0 // behind the label before
		for _, l := range append(labels, Label{Block: len(one)}) {
			for ; block < l.Block; block++ {
				if block >= 0 && at < len(one[block].Text) {
					t.Errorf("%q: no label behind byte %d", one[block].Text, at)
				}
				at = 0
			}
			if l.Block == len(one) {
				break
			}
			text := one[l.Block].Text
			if l.Start < at || strings.TrimFunc(text[at:l.Start], func(r rune) bool { return classOf(r) == space }) != "" {
				t.Fatalf("%q: part %d to %d behind byte %d", text, l.Start, l.End, at)
			}
			at = l.End
			if l.Boilerplate != (l.Rule != "") {
				t.Errorf("%q: boilerplate %v by rule %q", text, l.Boilerplate, l.Rule)
			}
			if appendPieces(nil, &one[l.Block], size) != nil {
				continue
			}
			if l.Repeated && (!l.Boilerplate || !other[one[l.Block].Key]) {
				t.Errorf("%q: repeated, and the other document does not have it", text)
			}
			if _, known := wordingOf(text); l.Boilerplate && !l.Repeated && !marked && !isStock(&one[l.Block], shapeOf(&one[l.Block])) && !known {
				t.Errorf("%q: boilerplate by rule %q, and nothing gave it away", text, l.Rule)
			}
		}
		if again := must(facts.Label("s", "en", one)); !reflect.DeepEqual(again, labels) {
			t.Errorf("the same blocks got the labels %v, then %v", labels, again)
		}
	})
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"Page 3 of 12", "- Où travaillons-nous", "© 2023", "\xff3 views", "—", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if folded := extractors.Fold(s); extractors.Fold(folded) == folded && Key(folded) != Key(s) {
			t.Errorf("Key tells %q from %q", s, folded)
		}
	})
}

// BenchmarkLabel labels the pages of a site, BenchmarkAdd counts them.
func BenchmarkLabel(b *testing.B) {
	docs, size := benchSite()
	var c Counter
	for _, d := range docs {
		c.Add("s", d)
	}
	facts := must(c.Facts(2))
	b.SetBytes(size)
	for b.Loop() {
		for _, d := range docs {
			must(facts.Label("s", "en", d))
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	docs, size := benchSite()
	b.SetBytes(size)
	for b.Loop() {
		var c Counter
		for _, d := range docs {
			c.Add("s", d)
		}
	}
}

func BenchmarkKey(b *testing.B) {
	docs, size := benchSite()
	b.SetBytes(size)
	for b.Loop() {
		for _, d := range docs {
			for i := range d {
				d[i].Key = Key(d[i].Text)
			}
		}
	}
}

func benchSite() (docs [][]Block, size int64) {
	for n := range 500 {
		doc := "Who we are\nOur work\n- Where we work\n- Give\n"
		for k := range 10 {
			doc += story(1000*k+n) + "\n"
		}
		blocks, _ := parse(doc + "Contact us\nPage 3 of 12\nLegal notice")
		for i := range blocks {
			size += int64(len(blocks[i].Text))
		}
		docs = append(docs, blocks)
	}
	return docs, size
}

// count finds every key, and no other.
func TestCount(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 400 {
		var s siteFacts
		for i := range n / 2 * r.IntN(20) {
			key := r.Uint64()
			if i%7 == 0 {
				key &= 1<<63 | 1<<40 - 1 // not spread at all
			}
			s.keys = append(s.keys, key)
		}
		slices.Sort(s.keys)
		s.keys = slices.Compact(s.keys)
		for i := range s.keys {
			s.counts = append(s.counts, int32(i+2))
		}
		split, _ := slices.BinarySearch(s.keys, templateBit)
		s.split = int32(split)
		for i, key := range s.keys {
			if got := s.count(key); got != i+2 {
				t.Fatalf("%d keys: key %d is found as %d", len(s.keys), i, got-2)
			}
			if _, ok := slices.BinarySearch(s.keys, key+1); !ok && s.count(key+1) != 1 {
				t.Fatalf("%d keys: one behind key %d is found", len(s.keys), i)
			}
		}
	}
}
