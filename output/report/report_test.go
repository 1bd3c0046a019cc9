package report

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tamis/output"
	"tamis/output/results"
)

// evil would run if any of the places where it stands were not escaped.
const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`

const runFile = `{"tamis": "0.1.0", "schema_version": "` + output.SchemaVersion + `", "inputs": ["<script>alert(1)</script>"], "started": "2026-11-22T09:00:00Z",
	"seconds": 61, "configuration": {"<b>": "<script>alert(1)</script>"},
	"counts": {"files": 12, "sources": 12, "documents": 10, "rejects": 2, "bytes": 1500000, "stage_seconds": {"extract": 2.5}, "phase_seconds": {"map": 3},
	"tables": {"documents": 10}}}`

// folder writes an output in which every text that comes from outside is evil.
func folder(t *testing.T) *results.Folder {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	w, err := output.Create(dir, output.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		d := output.Document{DocumentID: fmt.Sprint("d", i), Source: fmt.Sprint(evil, i), URL: new("javascript:alert(3)"), Site: evil, MediaType: evil,
			Title: new(evil), Text: "Avant\n" + evil + " été\nAprès", Language: new("fr"), PublishedDate: new(fmt.Sprintf("2016-%02d-01", i+1)),
			CharCount: 100, ContentCharCount: 60}
		if i == 1 {
			d.DuplicateOf = new("d0")
		}
		if i == 2 {
			d.NearDuplicateOf, d.Language, d.PublishedDate = new("d0"), nil, new("2016")
		}
		must(t, w.Documents.Write(d))
		must(t, w.Mentions.Write(output.Mention{DocumentID: d.DocumentID, Type: "ORG", EntityID: "org:" + evil, StartChar: 6, EndChar: 6 + int32(len(evil)), Rule: evil},
			output.Mention{DocumentID: d.DocumentID, MentionIndex: 1, Type: "PER", EntityID: "per:x", InBoilerplate: true, Rule: "title"}))
	}
	must(t, w.Organizations.Write(output.Organization{OrganizationID: "org:" + evil, Name: evil, NameFR: new(evil + "fr"), WikidataID: new(evil), MentionCount: 10, DocumentCount: 10}))
	must(t, w.People.Write(output.Person{PersonID: "per:x", Name: "only in boilerplate"}))
	must(t, w.Resolutions.Write(output.Resolution{ResolutionID: evil, Kind: evil, URLEN: new("javascript:alert(4)"), MentionCount: 1, DocumentCount: 1}))
	must(t, w.Places.Write(output.Place{PlaceID: "loc:x", Name: evil, CountryCode: new(evil), MentionCount: 1, DocumentCount: 1}))
	must(t, w.Rejects.Write(output.Reject{Source: evil, Stage: evil, Reason: evil, Detail: new(evil)}, output.Reject{Source: "b", Stage: "load", Reason: "empty"}))
	must(t, w.Commit(map[string][]byte{"run.json": []byte(runFile)}))
	f, err := results.Open(dir)
	must(t, err)
	return f
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever the documents say, the page has the one script that is ours, no
// attribute that runs, no address that is not of the web, and nothing to load.
func TestEscaping(t *testing.T) {
	var b bytes.Buffer
	must(t, Write(&b, folder(t), Options{Accuracy: &Accuracy{Gold: evil, Documents: 1, Found: 1, Scores: []Score{{Type: evil}}}}))
	if strings.Contains(b.String(), "ZgotmplZ") {
		t.Error("the template refused a value; it should not have been given")
	}
	root, err := html.Parse(bytes.NewReader(b.Bytes()))
	must(t, err)
	scripts, evils := 0, 0
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode && strings.Contains(n.Data, evil) {
			evils++
		}
		if n.Type == html.ElementNode {
			switch n.Data {
			case "script":
				scripts++
			case "img", "iframe", "object", "embed", "form", "base", "audio", "video":
				t.Errorf("<%s> in the page", n.Data)
			}
			for _, a := range n.Attr {
				external := strings.Contains(a.Val, "//") && a.Key != "title" && a.Key != "aria-label"
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "src":
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				case n.Data == "a" && a.Key == "href" && strings.HasPrefix(a.Val, "https://www.wikidata.org/"):
				case n.Data == "link" && a.Val == "data:,", n.Data == "link" && a.Key == "rel":
				case a.Key == "href" && !strings.HasPrefix(a.Val, "#"), external:
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(root)
	if scripts != 1 {
		t.Errorf("%d scripts", scripts)
	}
	if evils < 25 {
		t.Errorf("the texts stand in %d places only", evils)
	}
}

// Every link within the page leads somewhere, and no name is given twice.
func TestLinks(t *testing.T) {
	var b bytes.Buffer
	must(t, Write(&b, folder(t), Options{}))
	ids := make(map[string]bool)
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(b.String(), -1) {
		if ids[m[1]] {
			t.Errorf("two elements are named %s", m[1])
		}
		ids[m[1]] = true
	}
	links := regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(b.String(), -1)
	for _, m := range links {
		if !ids[m[1]] {
			t.Errorf("#%s leads nowhere", m[1])
		}
	}
	if len(links) < 15 {
		t.Errorf("%d links", len(links))
	}
}

// What the page counts is what the tables hold.
func TestCounts(t *testing.T) {
	d, err := gather(folder(t), Options{})
	must(t, err)
	check := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	check("documents", d.Documents, 10)
	check("rejects", d.RejectCount, 2)
	check("reasons", len(d.Rejects), 2)
	check("mentions", d.Mentions, 20)
	check("languages", d.Languages, []tally{{"fr", 9, 900, 0.9, 1}, {"unknown", 1, 100, 0.1, 1. / 9}})
	check("characters and boilerplate", []int64{d.Chars, d.Boilerplate}, []int64{1000, 400})
	check("site", *d.Sites[0], site{evil, 10, 1000, 400})
	check("copies", []int64{d.Exact, d.Near, d.Originals[0].Copies()}, []int64{1, 1, 2})
	check("the original is named", d.Originals[0].Source, evil+"0")
	check("months", []any{d.Months.Unit, len(d.Months.List), d.YearOnly, d.Undated}, []any{"month", 10, 1, 0})
	check("entities", []int64{d.Entities[0].All, d.Entities[1].All, d.Entities[2].All, d.Entities[3].All}, []int64{1, 1, 1, 1})
	check("those in boilerplate alone are not shown", len(d.Entities[1].Rows), 0)
	check("types", []int64{d.Types[0].Content, d.Types[1].Boilerplate}, []int64{10, 10})
	examples := d.Entities[0].Rows[0].Examples
	check("examples", len(examples), exampleCount)
	check("an example", []string{examples[0].Before, examples[0].Surface, examples[0].After}, []string{"", evil, " été"})
}

// The first entities are kept, whatever the order in which they come.
func TestTop(t *testing.T) {
	es := &entities{}
	for _, n := range []int64{3, 9, 1, 7, 9, 0, 8} {
		es.add(3, entity{ID: fmt.Sprint("e", n), Mentions: n, Documents: n})
	}
	var got []int64
	for _, e := range es.Rows {
		got = append(got, e.Documents)
	}
	if fmt.Sprint(got) != "[9 9 8]" || es.All != 7 || es.Most != 9 {
		t.Errorf("%v of %d, the first with %d", got, es.All, es.Most)
	}
}

func TestMonthOf(t *testing.T) {
	for _, c := range []struct {
		date  string
		month int
		year  bool
	}{
		{"2016-07-25", 2016*12 + 6, true},
		{"2016-07", 2016*12 + 6, true},
		{"2016-12-05/2017-01-08", 2016*12 + 11, true}, // where it begins
		{"2016", -1, true},
		{"2016-21", -1, true}, // spring
		{"2016-00", -1, true},
		{"199X", -1, false},
		{"", -1, false},
		{"été 2016", -1, false},
	} {
		if month, year := monthOf(c.date); month != c.month || year != c.year {
			t.Errorf("monthOf(%q) = %d, %t", c.date, month, year)
		}
	}
}

// However long the time, the columns are few, in order, as many documents as
// came in, and within the plot.
func TestColumns(t *testing.T) {
	for _, c := range []struct {
		first, last string
		unit        string
		columns     int
		name        string
	}{
		{"2016-07", "2016-07", "month", 1, "2016-07"},
		{"2015-12", "2016-01", "month", 2, "2015-12"},
		{"2006-01", "2015-12", "month", 120, "2006-01"},
		{"2006-01", "2016-01", "year", 11, "2006"},
		{"1850-01", "2016-01", "decade", 17, "1850s"},
		{"0000-01", "9999-12", "century", 100, "0000s"},
	} {
		first, _ := monthOf(c.first)
		last, _ := monthOf(c.last)
		plot := newColumns(map[int]int64{first: 3, last: 7})
		var sum int64
		for _, col := range plot.List {
			sum += col.Count
			if col.X < 0 || col.X+plot.Width > 100.001 || col.Y < 0 || col.Up < 0 || col.Y+col.Up > 100.001 {
				t.Errorf("%s: %+v", c.first, col)
			}
		}
		want := int64(10)
		if first == last {
			want = 7
		}
		if plot.Unit != c.unit || len(plot.List) != c.columns || plot.List[0].Name != c.name || sum != want || len(plot.Labels) > 7 || len(plot.Lines) > 5 {
			t.Errorf("%s to %s: %s, %d columns from %s, %d documents, labels %v, lines %v", c.first, c.last, plot.Unit, len(plot.List), plot.List[0].Name, sum, plot.Labels, plot.Lines)
		}
	}
	if newColumns(nil) != nil {
		t.Error("a plot of nothing")
	}
}

// An excerpt is of the mention's line, cut between words.
func TestCut(t *testing.T) {
	long := strings.Repeat("mot ", 60)
	text := []rune("première\n" + long + "ici" + strings.Repeat(" fin", 60) + "\ndernière")
	at := len([]rune("première\n" + long))
	x := excerpt{start: at, end: at + 3}
	x.cut(text)
	if !strings.HasPrefix(x.Before, "… mot") || x.Surface != "ici" || !strings.HasSuffix(x.After, " fin …") || len(x.Before) > 120 || len(x.After) > 160 {
		t.Errorf("%q %q %q", x.Before, x.Surface, x.After)
	}
	for _, span := range [][2]int{{-5, 2}, {3, 1}, {5000, 6000}} { // of damaged tables
		x := excerpt{start: span[0], end: span[1]}
		x.cut(text)
	}
}
