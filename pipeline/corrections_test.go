package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
	"tamis/extractors/dates"
	"tamis/extractors/resolutions"
	"tamis/output"
	"tamis/output/doctor"
	"tamis/output/results"
)

// Lines that can't be meant are errors, which say where and what to write.
func TestParseCorrections(t *testing.T) {
	const head = "action,type,entity_id,document_id,source,start_char,surface,new_type,new_entity_id,new_norm,note\n"
	for _, c := range []struct{ file, want string }{
		{"", "empty; the first line names the columns: action,type,entity_id,document_id,source,start_char,surface,new_type,new_entity_id,new_norm,note"},
		{"entity_id,new_norm\n", "line 1: no column is called action; the first line names the columns: action,type,entity_id,document_id,source,start_char,surface,new_type,new_entity_id,new_norm,note"},
		{"action,entity\n", `line 1: no column is called "entity"; there are action, type, entity_id, document_id, source, start_char, surface, new_type, new_entity_id, new_norm, note`},
		{"action,action\n", "line 1: two columns are called action"},
		{head + "merge,,org:a,,,,,,org:b,Caf\xe9", `line 2: not UTF-8; spreadsheets call it "CSV UTF-8"`},
		{head + "\n,,,,\n\"merge\"d,", `line 4: extraneous or missing " in quoted-field`},
		{head + "join,,org:a,,,,,,org:b,B,", `line 2: action "join": merge, rename, split, delete, retype or add`},
		{head + ",,org:a,,,,,,org:b,B,", "line 2: action is missing: merge, rename, split, delete, retype or add"},
		{head + "delete,PERSON,,,,,Foo,,,,", `line 2: type "PERSON": ORG, RES, DATE, PER or LOC`},
		{head + "delete,PER,org:a,,,,,,,,", "line 2: entity_id org:a is no PER"},
		{head + "delete,PER,,,,,,,,,", "line 2: what should delete apply to? entity_id, surface, or document_id or source"},
		{head + "delete,,org:a,,,,,,,A,", "line 2: delete takes no new_type, new_entity_id or new_norm"},
		{head + "delete,,,,,12,Foo,,,,", "line 2: start_char needs document_id or source, and surface, by which the place is known again"},
		{head + "delete,,,,a.txt,-1,Foo,,,,", `line 2: start_char "-1": a whole number is wanted, as in the table mentions`},
		{head + "delete,,,a.txt,,,Foo,,,,", `line 2: document_id "a.txt": 24 hexadecimal digits are wanted; a path goes to source`},
		{head + "delete,,,000000000000000000000000,a.txt,,Foo,,,,", "line 2: document_id and source are not of one document: that of a.txt is " + documentID("a.txt")},
		{head + "merge,,org:a,,,,,,,B,", "line 2: merge needs entity_id and new_entity_id"},
		{head + "merge,,org:a,,,,A,,org:b,B,", "line 2: merge is for all mentions of an entity; for some of them there is split"},
		{head + "merge,,org:a,,,,,,org:a,B,", "line 2: entity_id and new_entity_id are the same; another name is given by rename"},
		{head + "merge,,org:a,,,,,,per:b,B,", `line 2: new_entity_id "per:b": that of a ORG is "org:" and a name without spaces`},
		{head + "merge,,org:a,,,,,PER,org:b,B,", "line 2: merge keeps the type, ORG; another one is given by retype"},
		{head + "merge,,org:a,,,,,,org:b,,", "line 2: new_norm is missing: no list of the program has the name of org:b"},
		{head + "merge,,2016,,,,,,2016-13,,", `line 2: new_entity_id "2016-13" is no date in EDTF such as 2016-07-25 or 2016-07`},
		{head + "merge,,A/RES/1,,,,,,1325,,", `line 2: new_entity_id "1325" is no symbol such as A/RES/46/182`},
		{head + "merge,,A/RES/1,,,,,,A/RES/2,Two,", "line 2: new_norm of a RES is its new_entity_id"},
		{head + "rename,,A/RES/1,,,,,,,Two,", "line 2: rename: A/RES/1 is its own name; another one is another entity, so merge it"},
		{head + "rename,,org:a,,,,,,,,", "line 2: rename needs entity_id and new_norm"},
		{head + "rename,,org:a,,,,A,,,B,", "line 2: rename takes entity_id and new_norm alone: a name is that of all mentions"},
		{head + "split,,org:a,,,,,,org:b,B,", "line 2: split needs surface, or document_id or source: for all mentions of an entity there is merge"},
		{head + "split,,,,,,A,,,B,", "line 2: split needs new_entity_id, or type and new_norm"},
		{head + "split,ORG,,,,,A,,,,", "line 2: split needs new_entity_id or new_norm"},
		{head + "retype,,org:a,,,,,,,,", "line 2: retype needs new_type"},
		{head + "retype,,org:a,,,,,DATE,,,", `line 2: new_entity_id "" is no date in EDTF such as 2016-07-25 or 2016-07`},
		{head + "add,,,,,,A,ORG,,,", "line 2: add needs document_id or source, and surface"},
		{head + "add,,,,a.txt,,A,,,,", "line 2: add needs new_type"},
		{head + "add,,org:a,,a.txt,,A,ORG,,,", "line 2: add takes new_entity_id, not entity_id"},
		{head + "add,,,,a.txt,,...,ORG,,,", `line 2: no identifier can be made of "...": fill in new_entity_id and new_norm`},
		// What lines say together.
		{head + "merge,,org:a,,,,,,org:c,C,\ndelete,,org:a,,,,,,,,", "line 3: line 2 says something else of the same mentions"},
		{head + "merge,,org:a,,,,,,org:c,C,\nmerge,,org:b,,,,,,org:c,D,", `line 3: org:c is called "D" here and "C" in line 2`},
		{head + "merge,,org:a,,,,,,org:b,B,\nmerge,,org:b,,,,,,org:a,A,", "line 2: by way of line 2, org:a comes back to itself\n  line 3: by way of line 3, org:b comes back to itself"},
		{head + "merge,,org:a,,,,,,org:b,B,\ndelete,,org:b,,,,,,,,", "line 2: line 3 deletes org:b"},
		{head + "add,,,,a.txt,3,A,ORG,,,\nadd,,,,a.txt,3,A,PER,,,", "line 3: line 2 adds another entity at this place"},
		{"action,surface\ndelete,a,b\n", `line 2: 3 cells below 2 heads; a cell with ',' in it stands between quotation marks`},
		{"action\n" + strings.Repeat("x\n", 12), strings.TrimSuffix(func() (s string) {
			for i := range maxLineErrors {
				s += fmt.Sprintf("line %d: action \"x\": merge, rename, split, delete, retype or add\n  ", i+2)
			}
			return s + "and 2 more"
		}(), "\n  ")},
	} {
		if _, err := parseCorrections([]byte(c.file)); err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %v\nwant %s", c.file, err, c.want)
		}
	}
}

// Spreadsheets write commas, semicolons or tabs, a mark before the first byte,
// columns in any order and empty lines; an export of the mentions is corrections
// once it has a column action.
func TestCorrectionsOfSpreadsheets(t *testing.T) {
	want, err := parseCorrections([]byte("action,entity_id,source,surface,new_entity_id,new_norm\nsplit,org:a,a.txt,l'AB,org:b,B; C\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"action;entity_id;source;surface;new_entity_id;new_norm\r\nsplit;org:a;a.txt;l'AB;org:b;\"B; C\"\r\n",
		"\uFEFFaction\tentity_id\tsource\tsurface\tnew_entity_id\tnew_norm\nsplit\torg:a\ta.txt\tl'AB\torg:b\tB; C",
		"Surface,new_norm,note,Action,New_Entity_ID,SOURCE,Entity_ID,,\nl’AB,B; C,\"for, ever\",Split , org:b,a.txt,org:a,,\n,,,,,,,,\n",
		"action,new_entity_id,new_norm,source,mention_index,block_index,type,surface,end_char,entity_id,norm,confidence,rule,in_boilerplate\n" +
			"split,org:b,B; C,a.txt,0,0,ORG,l'AB,12,org:a,A,0.9,table,false\n",
	} {
		got, err := parseCorrections([]byte(file))
		if err != nil {
			t.Errorf("%q: %v", file, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\n got %+v\nwant %+v", file, got, want)
		}
	}
}

// The example in the manual can be read.
func TestCorrectionsManual(t *testing.T) {
	manual, err := os.ReadFile("../docs/corrections.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(manual), "```csv\n")
	example, _, ok := strings.Cut(example, "```")
	c, err := parseCorrections([]byte(example))
	if !ok || err != nil || len(c.lines) != strings.Count(example, "\n")-1 {
		t.Errorf("%+v, %v", c, err)
	}
}

// marked returns the record of a text in the ⟦…⟧ notation, in two blocks where it
// has two lines.
func marked(t testing.TB, source, s string) *Record {
	text, marks, err := ann.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	r := &Record{DocumentID: documentID(source), Source: source, Text: text, Language: "en"}
	start := 0
	for line := range strings.SplitSeq(text, "\n") {
		r.Blocks = append(r.Blocks, Block{Line: extractors.Line{Span: extractors.Span{Start: start, End: start + len(line)}}})
		start += len(line) + 1
	}
	for _, m := range marks {
		m.Entity, m.Confidence, m.Rule = prefixes[m.Type]+extractors.Slug(m.Norm), 0.9, "found"
		if prefixes[m.Type] == "" {
			m.Entity = m.Norm
		}
		r.Mentions = append(r.Mentions, Mention{Mention: m.Mention, Source: extractors.Span{Start: -1, End: -1}})
	}
	return r
}

// fixed applies corrections to a record and returns what did nothing.
func fixed(c *corrections, r *Record) (*fix, []Unmatched) {
	f := c.fixing(r)
	f.add()
	f.apply()
	all := newFixes(&Config{corrections: c})
	all.gather(f)
	return f, all.finish().Unmatched
}

func TestCorrectionsApply(t *testing.T) {
	const head = "action,type,entity_id,source,start_char,surface,new_type,new_entity_id,new_norm\n"
	for _, c := range []struct{ why, lines, in, want, unmatched string }{
		{"a merge has the name that is given, also where the entity was before",
			"merge,,org:ab,,,,,org:acme,ACME", "⟦ORG|AB|AB⟧, ⟦ORG|Acme|Acme⟧", "⟦ORG|ACME|AB⟧, ⟦ORG|ACME|Acme⟧", ""},
		{"or that of the list", "merge,,org:ab,,,,,org:iom,", "⟦ORG|AB|AB⟧", "⟦ORG|IOM|AB⟧", ""},
		{"a merge goes on with the next one", "merge,,org:b,,,,,org:c,C\nmerge,,org:a,,,,,org:b,B", "⟦ORG|A|A⟧", "⟦ORG|C|A⟧", ""},
		{"a name is that of all mentions", "rename,,per:jo,,,,,,Jo March", "⟦PER|Jo|Jo⟧ and ⟦PER|jo|jo⟧", "⟦PER|Jo March|Jo⟧ and ⟦PER|Jo March|jo⟧", ""},
		{"a split by surface", "split,,loc:paris,,,Paris (Texas),,loc:paris-tx,Paris TX", "⟦LOC|Paris|Paris⟧, ⟦LOC|Paris|Paris (Texas)⟧",
			"⟦LOC|Paris|Paris⟧, ⟦LOC|Paris TX|Paris (Texas)⟧", ""},
		{"a split by document alone", "split,,per:jo,in/a.txt,,,,,Jo Bhaer", "⟦PER|Jo|Jo⟧ ⟦PER|Amy|Amy⟧", "⟦PER|Jo Bhaer|Jo⟧ ⟦PER|Amy|Amy⟧", ""},
		{"a split is of one type", "split,PER,,,,Paris,,,Paris H.", "⟦LOC|Paris|Paris⟧ ⟦PER|Paris|Paris⟧", "⟦LOC|Paris|Paris⟧ ⟦PER|Paris H.|Paris⟧", ""},
		{"offsets count code points, surfaces look alike", "delete,,,in/a.txt,8,l'É T,,,", "éé⟦ORG|E|l’É T⟧ ⟦ORG|E|l’É\u00a0T⟧", "éé⟦ORG|E|l’É T⟧ l’É\u00a0T", ""},
		{"an offset that has moved deletes nothing", "delete,,,in/a.txt,0,Acme,,,", "At ⟦ORG|Acme|Acme⟧.", "At ⟦ORG|Acme|Acme⟧.", `at 0 the text has "At A", not "Acme"`},
		{"nor does one behind the end", "delete,,,in/a.txt,90,Acme,,,", "⟦ORG|Acme|Acme⟧", "⟦ORG|Acme|Acme⟧", `the text ends before 90`},
		{"the particular goes before the general", "delete,,org:acme,,,,,,\nsplit,,org:acme,in/a.txt,0,Acme,,org:b,B", "⟦ORG|Acme|Acme⟧ ⟦ORG|Acme|Acme⟧", "⟦ORG|B|Acme⟧ Acme", ""},
		{"in any order, and knows what the general made", "delete,,org:c,in/a.txt,0,AB,,,\nmerge,,org:ab,,,,,org:c,C", "⟦ORG|AB|AB⟧ ⟦ORG|AB|AB⟧", "AB ⟦ORG|C|AB⟧", ""},
		{"as well as what was before", "delete,,org:ab,in/a.txt,0,AB,,,\nmerge,,org:ab,,,,,org:c,C", "⟦ORG|AB|AB⟧ ⟦ORG|AB|AB⟧", "AB ⟦ORG|C|AB⟧", ""},
		{"another type keeps the name", "retype,,org:jo,,,,PER,,", "⟦ORG|Jo|Jo⟧", "⟦PER|Jo|Jo⟧", ""},
		{"that of a place is not its code, which means another thing", "retype,,loc:au,,,,ORG,,", "⟦LOC|AU|Australie⟧", "⟦ORG|Australia|Australie⟧", ""},
		{"nor that of a date its norm", "retype,,2016-05,,,,ORG,,", "⟦DATE|2016-05|Mai 2016⟧", "⟦ORG|Mai 2016|Mai 2016⟧", ""},
		{"or gets one of the kind", "retype,ORG,,,,May 1968,DATE,1968-05,", "⟦ORG|May 1968|May 1968⟧", "⟦DATE|1968-05|May 1968⟧", ""},
		{"added where it stands alone", "add,,,in/a.txt,,Acme,ORG,,", "Acme, Acmeco, Acme", "⟦ORG|Acme|Acme⟧, Acmeco, ⟦ORG|Acme|Acme⟧", ""},
		{"not in a longer name", "add,,,in/a.txt,,Acme,ORG,,", "⟦ORG|Acme Bank|Acme Bank⟧", "⟦ORG|Acme Bank|Acme Bank⟧", `"Acme" stands only in longer names, such as "Acme Bank"`},
		{"unless there is said where", "add,,,in/a.txt,0,Acme,ORG,,", "⟦ORG|Acme Bank|Acme Bank⟧", "⟦ORG|Acme|Acme⟧ Bank", ""},
		{"and in place of shorter ones", "add,,,in/a.txt,,Acme Bank of Rome,ORG,,", "⟦ORG|Acme Bank|Acme Bank⟧ of ⟦LOC|Rome|Rome⟧", "⟦ORG|Acme Bank of Rome|Acme Bank of Rome⟧", ""},
		{"two additions can't share a place", "add,,,in/a.txt,0,A B,ORG,,\nadd,,,in/a.txt,2,B C,ORG,,", "A B C", "⟦ORG|A B|A B⟧ C", `"B C" overlaps what line 2 adds`},
		{"nor can one lie in two blocks", "add,,,in/a.txt,0,A B,ORG,,", "A\nB", "A\nB", "\"A\\nB\" is not within one block"},
		{"what was added is merged too", "add,,,in/a.txt,0,A,ORG,,\nmerge,,org:a,,,,,org:iom,", "A", "⟦ORG|IOM|A⟧", ""},
		{"but not deleted by what is said of others", "add,,,in/a.txt,0,A,ORG,,\ndelete,,,,,A,,,", "A ⟦ORG|A|A⟧", "⟦ORG|A|A⟧ A", ""},
		{"a resolution has its symbol for a name", "merge,,A/RES/1,,,,,A/RES/2,", "⟦RES|A/RES/1|it⟧", "⟦RES|A/RES/2|it⟧", ""},
		{"what is said twice is said", "delete,,org:a,,,,,,\ndelete,,org:a,,,,,,", "⟦ORG|A|A⟧", "A", ""},
		{"nothing there", "delete,,org:b,,,,,,\ndelete,,org:b,,,B,,,\ndelete,,,in/b.txt,,B,,,\ndelete,PER,,,,A,,,\nadd,,,in/a.txt,,C,ORG,,\nrename,,org:d,,,,,,D", "⟦ORG|A|A⟧", "⟦ORG|A|A⟧",
			"nothing mentions org:b\nno mention of org:b is \"B\"\nno document in/b.txt is in the input\nno PER is \"A\"\nthe text has no \"C\"\nnothing mentions org:d"},
	} {
		lines, err := parseCorrections([]byte(head + c.lines))
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		r := marked(t, "in/a.txt", c.in)
		_, unmatched := fixed(lines, r)
		var reasons []string
		for _, u := range unmatched {
			reasons = append(reasons, u.Reason)
		}
		var ms []extractors.Mention
		for _, m := range r.Mentions {
			ms = append(ms, m.Mention)
			if before, _, _ := ann.Parse(c.in); before == r.Text && m.Rule != "found" && !strings.HasPrefix(m.Rule, corrective) {
				t.Errorf("%s: rule %q", c.why, m.Rule)
			}
		}
		if got := ann.Format(r.Text, ms); got != c.want || strings.Join(reasons, "\n") != c.unmatched {
			t.Errorf("%s:\n got %s\nwant %s\nunmatched: %s\n     want: %s", c.why, got, c.want, strings.Join(reasons, "\n"), c.unmatched)
		}
	}
}

// What an entity's mentions say beside it goes with them, or goes.
func TestCorrectionsKeepAttributes(t *testing.T) {
	lines, err := parseCorrections([]byte("action,entity_id,surface,new_type,new_entity_id,new_norm\n" +
		"merge,org:a,,,org:b,B\ndelete,org:c,,,,\nmerge,2016,,,2017,\nmerge,A/RES/1,,,A/RES/2,\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := marked(t, "a.txt", "⟦PER|Jo|Jo⟧, head of ⟦ORG|A|A⟧, ⟦PER|Amy|Amy⟧, head of ⟦ORG|C|C⟧, ⟦DATE|2016|in 2016⟧, ⟦RES|A/RES/1|1⟧")
	r.Symbol = "A/RES/1"
	r.References = []extractors.Mention{{Type: extractors.Res, Norm: "A/RES/1"}}
	set := func(i int, attrs ...string) {
		for k := 0; k < len(attrs); k += 2 {
			r.Mentions[i].SetAttr(attrs[k], attrs[k+1])
		}
	}
	set(0, extractors.AttrRole, "head of A", extractors.AttrRoleOrg, "org:a")
	set(2, extractors.AttrRole, "head of C", extractors.AttrRoleOrg, "org:c")
	set(4, dates.AttrEDTF, "2016-21", dates.AttrDateRole, "adopted")
	set(5, resolutions.AttrParagraphs, "3", resolutions.AttrSanity, "ok")
	fixed(lines, r)
	var got []string
	for _, m := range r.Mentions {
		got = append(got, fmt.Sprintf("%s %s %v", m.Entity, m.Rule, m.Attrs))
	}
	want := []string{"per:jo found [{role head of A} {role_organization org:b}]", "org:b correction: merge []", "per:amy found [{role head of C}]",
		"2017 correction: merge [{" + dates.AttrDateRole + " adopted}]", "A/RES/2 correction: merge [{paragraphs 3}]"}
	if !slices.Equal(got, want) {
		t.Errorf("mentions:\n got %q\nwant %q", got, want)
	}
	if r.Symbol != "A/RES/2" || r.References[0].Norm != "A/RES/2" {
		t.Errorf("symbol %s, reference to %s", r.Symbol, r.References[0].Norm)
	}
}

// TestCorrectedTables corrects many mentions of the sample in all ways. The tables
// keep what they promise, whatever the lines say, on any number of workers, and
// nothing is mapped again.
func TestCorrectedTables(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, and of goroutines that TestWorkersWriteEqualBytes and TestPackedDump run")
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	run(t, Config{}, dumpFolder, out)
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	line := func(cells ...string) {
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	line("action", "entity_id", "document_id", "start_char", "surface", "new_type", "new_entity_id", "new_norm")
	random := rand.New(rand.NewPCG(7, 8))
	merged := map[string]bool{}
	added := 0
	for i, m := range readTable[output.Mention](t, out, "mentions") {
		at := fmt.Sprint(m.StartChar)
		typ := extractors.Type(m.Type)
		other := cmp.Or(prefixes[typ]+fmt.Sprintf("other-%d", i%40), "")
		name := fmt.Sprintf("Other %d", i%40)
		switch {
		case prefixes[typ] == "":
			other, name = map[extractors.Type]string{extractors.Date: "1999-12", extractors.Res: "A/RES/9/99"}[typ], ""
		case typ == extractors.Loc:
			name += " (place)"
		}
		switch random.IntN(12) {
		case 0:
			line("delete", m.EntityID, m.DocumentID, at, m.Surface, "", "", "")
		case 1:
			line("split", m.EntityID, m.DocumentID, at, m.Surface, "", other, name)
		case 2:
			line("retype", "", m.DocumentID, at, m.Surface, []string{"ORG", "PER", "LOC"}[i%3], "", "")
		case 3:
			if !merged[m.EntityID] && m.EntityID != other {
				line("merge", m.EntityID, "", "", "", "", other, name)
				merged[m.EntityID] = true
			}
		case 4: // one word of it
			if first, _, ok := strings.Cut(m.Surface, " "); ok {
				line("add", "", m.DocumentID, at, first, "ORG", "", "")
				added++
			}
		}
	}
	line("delete", "org:nobody", "", "", "", "", "", "")
	w.Flush()
	cfg := Config{Corrections: filepath.Join(dir, "corrections.csv")}
	if err := os.WriteFile(cfg.Corrections, file.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	sum := run(t, cfg, dumpFolder, out)
	if sum.Reused != sum.Sources {
		t.Errorf("%d of %d documents are mapped again for corrections", sum.Sources-sum.Reused, sum.Sources)
	}
	got := sum.Corrections
	if n := len(got.Unmatched); n == 0 || got.Unmatched[n-1].Reason != "nothing mentions org:nobody" || n > 5 {
		t.Errorf("unmatched: %+v", got.Unmatched)
	}
	if got.Changed < 100 || got.Deleted < 50 || added < 20 || got.Added < int64(added)*9/10 {
		t.Errorf("%d changed, %d deleted, %d added of %d", got.Changed, got.Deleted, got.Added, added)
	}

	c := &corpus{inputs: []string{dumpFolder}, out: out, blocks: map[string][]output.Block{}, mentions: map[string][]output.Mention{}}
	c.documents = readTable[output.Document](t, out, "documents")
	for _, b := range readTable[output.Block](t, out, "blocks") {
		c.blocks[b.DocumentID] = append(c.blocks[b.DocumentID], b)
	}
	rules := map[string]int{}
	for _, m := range readTable[output.Mention](t, out, "mentions") {
		c.mentions[m.DocumentID] = append(c.mentions[m.DocumentID], m)
		if rule, ok := strings.CutPrefix(m.Rule, corrective); ok {
			rules[rule]++
		}
		if typeOf(m.EntityID) != extractors.Type(m.Type) {
			t.Errorf("%s is a %s", m.EntityID, m.Type)
		}
	}
	total := 0
	for _, n := range rules {
		total += n
	}
	if int64(total) != got.Changed+got.Added || rules["split"] == 0 || rules["retype"] == 0 || rules["merge"] == 0 || rules["add"] == 0 {
		t.Errorf("rules %v, counted %d changed and %d added", rules, got.Changed, got.Added)
	}
	t.Run("blocks", c.blocksCoverTheText)
	t.Run("mentions", c.mentionsSayWhatTheTextSays)
	t.Run("entities", c.entitiesCountTheirMentions)
	folder, err := results.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range doctor.Look(folder) {
		for _, p := range check.Problems {
			t.Errorf("doctor: %s: %s", check.Name, p)
		}
	}
	var info struct {
		Counts struct{ Corrections *Corrected }
	}
	b, err := os.ReadFile(filepath.Join(out, "run.json"))
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	if err != nil || !reflect.DeepEqual(info.Counts.Corrections, got) {
		t.Errorf("run.json: %+v, %v", info.Counts.Corrections, err)
	}

	cfg.Workers = 1
	fresh := filepath.Join(dir, "fresh")
	run(t, cfg, dumpFolder, fresh)
	sameTables(t, "one worker, nothing mapped before", out, fresh)

	plain := filepath.Join(dir, "plain")
	run(t, Config{}, dumpFolder, plain)
	run(t, Config{}, dumpFolder, out)
	sameTables(t, "without corrections again", out, plain)
}

// A file that can't be used stops the run before it reads anything.
func TestCorrectionsError(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"bad.csv": "action\ndelete\n"})
	for name, want := range map[string]string{
		"bad.csv":  "line 2: what should delete apply to? entity_id, surface, or document_id or source",
		"none.csv": "no such file or directory",
	} {
		file := filepath.Join(dir, name)
		_, err := Run(context.Background(), Config{Corrections: file}, []string{dumpFolder}, filepath.Join(dir, "out"), nil)
		if !errors.Is(err, ErrCorrections) || err.Error() != "--corrections "+file+": "+want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); !errors.Is(err, os.ErrNotExist) {
		t.Error("there is an output all the same")
	}
}

// FuzzCorrections reads any file. What it says is applied to a record, whose
// mentions stay in order, apart and within a block, of entities of their type.
func FuzzCorrections(f *testing.F) {
	const head = "action,type,entity_id,source,start_char,surface,new_type,new_entity_id,new_norm\n"
	for _, lines := range []string{
		"merge,,org:acme,,,,,org:iom,", "add,,,a,,Rome,LOC,,\nadd,,,a,3,é Bank,PER,,", "retype,,org:acme,,,,PER,,\nretype,,per:acme,,,,ORG,,",
		"split,,,a,0,Acme,,2016,\ndelete,,loc:rome,,,,,,", "rename,,org:acme,,,,,,\"A\nB\"", "delete,,,a,,,,,",
	} {
		f.Add([]byte(head + lines))
		f.Add([]byte("\uFEFF" + strings.ReplaceAll(head+lines, ",", ";")))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := parseCorrections(file)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		r := marked(t, "a", "⟦ORG|Acme|Acme⟧ é Bank, ⟦LOC|Rome|Rome⟧\nin ⟦DATE|2016|2016⟧, ⟦RES|A/RES/1|1⟧ of ⟦PER|Jo|Jo⟧ at Rome, head of ⟦ORG|IOM|IOM⟧")
		r.Mentions[4].SetAttr(extractors.AttrRole, "head of IOM")
		r.Mentions[4].SetAttr(extractors.AttrRoleOrg, "org:iom")
		fixed, unmatched := fixed(c, r)
		if len(fixed.used)+len(unmatched) != len(c.lines) {
			t.Errorf("%d lines: %d used, %d not", len(c.lines), len(fixed.used), len(unmatched))
		}
		last := 0
		orgs := map[string]bool{}
		for _, m := range r.Mentions {
			if m.Start < last || m.End <= m.Start || !slices.ContainsFunc(r.Blocks, func(b Block) bool { return b.Contains(m.Span) }) {
				t.Fatalf("mention [%d, %d) after %d", m.Start, m.End, last)
			}
			last = m.End
			if m.Norm == "" || typeOf(m.Entity) != m.Type {
				t.Errorf("%s %q has the norm %q", m.Type, m.Entity, m.Norm)
			}
			orgs[m.Entity] = true
		}
		for _, m := range r.Mentions {
			if org := m.Attr(extractors.AttrRoleOrg); org != "" && !orgs[org] {
				t.Errorf("a role in %s, which nothing mentions", org)
			}
		}
	})
}
