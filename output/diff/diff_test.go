package diff

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tamis/output"
	"tamis/output/results"
)

// An input is what an output of the test holds. Documents are named by their
// order unless the order says otherwise.
type input struct {
	docs     []output.Document
	blocks   []output.Block
	mentions []output.Mention
	orgs     []output.Organization
	rejects  []output.Reject
	run      string
}

func base() input {
	in := input{run: `{"tamis": "0.1.0", "schema_version": "` + output.SchemaVersion + `", "configuration": {"repeat_min": 2}}`}
	for i := range 5 {
		id := fmt.Sprint("d", i)
		in.docs = append(in.docs, output.Document{DocumentID: id, Source: "in/" + id, Text: "menu\nL'OIM à Genève", Language: new("fr")})
		in.blocks = append(in.blocks, output.Block{DocumentID: id, EndChar: 4, InBoilerplate: true}, output.Block{DocumentID: id, BlockIndex: 1, StartChar: 5, EndChar: 19})
		in.mentions = append(in.mentions, output.Mention{DocumentID: id, Type: "ORG", Surface: "OIM", StartChar: 7, EndChar: 10, EntityID: "org:iom", Norm: "IOM", Rule: "table", Confidence: 0.9},
			output.Mention{DocumentID: id, MentionIndex: 1, Type: "LOC", Surface: "Genève", StartChar: 13, EndChar: 19, EntityID: "loc:geneva", Norm: "Geneva", Rule: "name"})
	}
	in.orgs = []output.Organization{{OrganizationID: "org:iom", Name: "IOM", MentionCount: 5}}
	in.rejects = []output.Reject{{Source: "in/x", Stage: "load", Reason: "empty"}, {Source: "in/y", Stage: "load", Reason: "empty"}}
	return in
}

func (in input) folder(t *testing.T, name string) *results.Folder {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	w, err := output.Create(dir, output.Options{})
	must(t, err)
	must(t, w.Documents.Write(in.docs...))
	must(t, w.Blocks.Write(in.blocks...))
	must(t, w.Mentions.Write(in.mentions...))
	must(t, w.Organizations.Write(in.orgs...))
	must(t, w.Rejects.Write(in.rejects...))
	must(t, w.Commit(map[string][]byte{"run.json": []byte(in.run)}))
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

func compare(t *testing.T, a, b input) *Diff {
	t.Helper()
	d, err := Compare(a.folder(t, "a"), b.folder(t, "b"), Options{})
	must(t, err)
	return d
}

// Equal rows are no difference, whatever their order and whatever run.json says.
func TestSame(t *testing.T) {
	b := base()
	b.run = `{"tamis": "0.2.0", "schema_version": "` + output.SchemaVersion + `", "configuration": {"repeat_min": 3}, "seconds": 5}`
	slices.Reverse(b.docs)
	slices.Reverse(b.orgs)
	d := compare(t, base(), b)
	if d.Differ || d.A.Documents != 5 || d.B.Rejects != 2 || len(d.Settings) != 2 || d.Settings[1] != (Change{Name: "repeat_min", From: "2", To: "3"}) {
		t.Errorf("%+v", d)
	}
	var text strings.Builder
	must(t, d.WriteText(&text))
	if !strings.Contains(text.String(), "The tables have the same rows.") {
		t.Error(text.String())
	}
}

// Each kind of change is found, and is the only one found.
func TestChanges(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(b *input)
		want   string // what differs, see summary
	}{
		{"nothing", func(*input) {}, ""},
		{"a document is new", func(b *input) {
			b.docs = append(b.docs, output.Document{DocumentID: "d9", Source: "in/d9"})
			b.mentions = append(b.mentions, output.Mention{DocumentID: "d9", Type: "PER", Rule: "title", Surface: "x"})
		}, "documents mentions; +1; in/d9 added; PER title 0 1 +0 -0 ~0"},
		{"a document is gone", func(b *input) { b.docs, b.blocks, b.mentions = b.docs[1:], b.blocks[2:], b.mentions[2:] },
			"documents blocks mentions; -1; in/d0 removed; LOC name 5 4 +0 -0 ~0; ORG table 5 4 +0 -0 ~0"},
		{"a language", func(b *input) { b.docs[2].Language = nil }, "documents; ~1; in/d2 language; fr>unknown 1"},
		{"a title", func(b *input) { b.docs[2].Title = new("") }, "documents; ~1; in/d2 metadata"},
		{"a label of boilerplate", func(b *input) { b.blocks[3].InBoilerplate = true }, "blocks; ~1; in/d1 boilerplate; boilerplate 20>34 in 1"},
		{"boilerplate of equal length elsewhere", func(b *input) {
			b.blocks[2].InBoilerplate, b.blocks[3].InBoilerplate, b.blocks[3].EndChar = false, true, 9
		}, "blocks; ~1; in/d1 boilerplate; boilerplate 20>20 in 1"},
		{"a mention is gone", func(b *input) { b.mentions = slices.Delete(b.mentions, 2, 3) },
			`mentions; ~1; in/d1 mentions; ORG table 5 4 +0 -1 ~0; ORG lost OIM "ORG IOM by table" ""`},
		{"the last mention of a document is gone", func(b *input) { b.mentions = b.mentions[:8] },
			`mentions; ~1; in/d4 mentions; LOC name 5 4 +0 -1 ~0; ORG table 5 4 +0 -1 ~0; LOC lost Genève "LOC Geneva by name" ""; ORG lost OIM "ORG IOM by table" ""`},
		{"a mention is new", func(b *input) {
			b.mentions = slices.Insert(b.mentions, 2, output.Mention{DocumentID: "d0", MentionIndex: 2, Type: "PER", Rule: "title", Surface: "menu", EndChar: 4, Norm: "M"})
		}, `mentions; ~1; in/d0 mentions; PER title 0 1 +1 -0 ~0; PER gained menu "" "PER M by title"`},
		{"another norm by another rule", func(b *input) { b.mentions[2].Norm, b.mentions[2].Rule = "OIM", "tagger" },
			`mentions; ~1; in/d1 mentions; ORG table 5 4 +0 -0 ~0; ORG tagger 0 1 +0 -0 ~1; ORG changed OIM "ORG IOM by table" "ORG OIM by tagger"`},
		{"another confidence", func(b *input) { b.mentions[2].Confidence = 0.8 }, "mentions; ~1; in/d1 rule or confidence"},
		{"another text: the same mentions at other places", func(b *input) {
			b.docs[1].Text = "long menu\nL'OIM à Genève"
			b.mentions[2].StartChar, b.mentions[2].EndChar = 12, 15
			b.mentions[3].StartChar, b.mentions[3].EndChar = 18, 24
		}, "documents mentions; ~1; in/d1 text"},
		{"an organization is named more often", func(b *input) { b.orgs[0].MentionCount = 7 }, "organizations; organizations +0 -0 ~1: changed org:iom 5 7"},
		{"other organizations", func(b *input) {
			b.orgs = []output.Organization{{OrganizationID: "org:un", Name: "UN", MentionCount: 2}}
		}, "organizations; organizations +1 -1 ~0: lost org:iom 5 0, gained org:un 0 2"},
		{"a name alone", func(b *input) { b.orgs[0].NameFR = new("OIM") }, "organizations"},
		{"rejects", func(b *input) {
			b.rejects = []output.Reject{{Source: "in/y", Stage: "load", Reason: "binary"}, {Source: "in/z", Stage: "clean", Reason: "empty"}}
		}, "rejects; reject in/y load: empty>load: binary; reject in/z >clean: empty; reject in/x load: empty>"},
		{"the order of the documents", func(b *input) {
			slices.Reverse(b.docs)
			for i := range 5 {
				copy(b.mentions[2*i:], base().mentions[8-2*i:10-2*i])
				copy(b.blocks[2*i:], base().blocks[8-2*i:10-2*i])
			}
			b.mentions[1].Rule = "tagger" // so that tables differ
		}, `mentions; ~1; in/d4 rule or confidence; LOC name 5 4 +0 -0 ~0; LOC tagger 0 1 +0 -0 ~0`},
	} {
		b := base()
		c.change(&b)
		d := compare(t, base(), b)
		if got := summary(d); got != c.want || d.Differ != (c.want != "") {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		var text, page, js strings.Builder
		must(t, d.WriteText(&text))
		must(t, d.WritePage(&page))
		must(t, d.WriteJSON(&js))
		var back Diff
		must(t, json.Unmarshal([]byte(js.String()), &back))
		if summary(&back) != c.want || strings.Contains(js.String(), "null") {
			t.Errorf("%s: JSON\n%s", c.name, js.String())
		}
		for _, x := range d.List {
			if !strings.Contains(text.String(), x.Source) || !strings.Contains(page.String(), x.Source) {
				t.Errorf("%s: %s is not told", c.name, x.Source)
			}
		}
	}
}

// summary says in a line what differs, and nothing of what does not.
func summary(d *Diff) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	var tables []string
	for _, t := range d.Tables {
		if t.Differ {
			tables = append(tables, t.Name)
		}
	}
	if len(tables) > 0 {
		add("%s", strings.Join(tables, " "))
	}
	for _, n := range []struct {
		sign string
		n    int
	}{{"+", d.Added}, {"-", d.Removed}, {"~", d.Changed}} {
		if n.n > 0 {
			add("%s%d", n.sign, n.n)
		}
	}
	for _, x := range d.List {
		add("%s %s", x.Source, strings.Join(x.What, " and "))
	}
	for _, l := range d.Languages {
		add("%s>%s %d", l.From, l.To, l.Count)
	}
	if p := d.Boilerplate; p.Documents > 0 {
		add("boilerplate %d>%d in %d", p.A, p.B, p.Documents)
	}
	for _, m := range d.Mentions {
		if m.A != m.B || m.Gained+m.Lost+m.Changed > 0 {
			add("%s %s %d %d +%d -%d ~%d", m.Type, m.Rule, m.A, m.B, m.Gained, m.Lost, m.Changed)
		}
	}
	for _, x := range d.Examples {
		add("%s %s %s %q %q", x.Type, x.What, x.Surface, x.From, x.To)
	}
	for _, es := range d.Entities {
		var list []string
		for _, e := range es.List {
			list = append(list, fmt.Sprintf("%s %s %d %d", e.What, e.ID, e.A, e.B))
		}
		if len(list) > 0 {
			add("%s +%d -%d ~%d: %s", es.Table, es.Gained, es.Lost, es.Changed, strings.Join(list, ", "))
		}
	}
	for _, r := range d.Rejects {
		add("reject %s %s>%s", r.Source, r.From, r.To)
	}
	return strings.Join(parts, "; ")
}

// Lists are cut, counts are not.
func TestLimit(t *testing.T) {
	b := base()
	for i := range b.docs {
		b.docs[i].Language = new("en")
	}
	b.mentions = nil
	d, err := Compare(base().folder(t, "a"), b.folder(t, "b"), Options{Limit: 2})
	must(t, err)
	if len(d.List) != 2 || d.Changed != 5 || len(d.Examples) != 4 || d.Mentions[0].Lost != 5 {
		t.Errorf("%s", summary(d))
	}
	var text strings.Builder
	must(t, d.WriteText(&text))
	if !strings.Contains(text.String(), "and 3 more") {
		t.Error(text.String())
	}
}
