package pipeline

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"tamis/extractors"
	"tamis/extractors/ann"
	"tamis/output"
)

// TestGolden runs each archive of testdata/golden as one dump. An archive's
// files below in/ are the dump, those below want/ what the tables say of it:
// for each document its text in the gold notation under a header, the rejects,
// and the tables that the archive's comment asks for in a line "tables: A B".
// A line "input: FOLDER" of the comment runs a folder beside the archive
// instead of in/, for files whose bytes an archive can't show. A file
// corrections.csv corrects the run; what of it does nothing is wanted as
// want/unmatched.tsv.
//
// UPDATE=1 rewrites want/ ("make golden").
func TestGolden(t *testing.T) {
	const folder = "../testdata/golden"
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) == 0 {
		t.Fatal("no archives")
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".txtar")
		if !ok {
			t.Errorf("%s is no archive", e.Name())
			continue
		}
		t.Run(name, func(t *testing.T) { golden(t, filepath.Join(folder, e.Name())) })
	}
}

func golden(t *testing.T, archive string) {
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	comment := map[string]string{}
	for line := range strings.Lines(string(a.Comment)) {
		if key, value, ok := strings.Cut(line, ": "); ok {
			comment[key] = strings.TrimSpace(value)
		}
	}
	input := filepath.Join(filepath.Dir(archive), filepath.FromSlash(comment["input"]))
	in, want := map[string]string{}, map[string]string{}
	cfg := Config{Workers: 1}
	for _, f := range a.Files {
		switch {
		case f.Name == "corrections.csv" && cfg.Corrections == "":
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{f.Name: string(f.Data)})
			cfg.Corrections = filepath.Join(dir, f.Name)
		case strings.HasPrefix(f.Name, "in/") && in[f.Name] == "":
			in[f.Name] = string(f.Data)
		case strings.HasPrefix(f.Name, "want/") && want[f.Name] == "":
			want[f.Name] = string(f.Data)
		default:
			t.Fatalf("%s: twice, empty, or neither below in/ nor below want/", f.Name)
		}
	}
	if comment["input"] == "" {
		dir := t.TempDir()
		writeFiles(t, dir, in)
		input = filepath.Join(dir, "in")
	}
	out, sum := runDump(t, cfg, input)
	got := describe(t, out)
	if sum.Corrections != nil {
		var b strings.Builder
		for _, u := range sum.Corrections.Unmatched {
			fmt.Fprintf(&b, "%d\t%s\t%s\n", u.Line, u.Source, u.Reason)
		}
		got["want/unmatched.tsv"] = b.String()
	}
	for table := range strings.FieldsSeq(comment["tables"]) {
		got["want/tables/"+table+".tsv"] = tableDump(t, out, table)
	}

	if os.Getenv("UPDATE") != "" {
		a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
		for _, name := range slices.Sorted(maps.Keys(got)) {
			a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		if err := os.WriteFile(archive, txtar.Format(a), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		w, ok := want[name]
		switch {
		case !ok:
			t.Errorf("%s: no want names it; it is\n%s", name, got[name])
		case w != got[name]:
			t.Errorf("%s:\n%s", name, diff(w, got[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[name]; !ok {
			t.Errorf("%s: the run produces no such thing", name)
		}
	}
}

// describe puts what the tables below out say of each document in the gold
// notation: name of the want, content.
func describe(t *testing.T, out string) map[string]string {
	got := map[string]string{}
	documents := readTable[output.Document](t, out, "documents")
	blocks := readTable[output.Block](t, out, "blocks")
	mentions := readTable[output.Mention](t, out, "mentions")
	source := map[string]string{}
	for i := range documents {
		d := &documents[i]
		source[d.DocumentID] = d.Source
		n := slices.IndexFunc(blocks, func(b output.Block) bool { return b.DocumentID != d.DocumentID })
		m := slices.IndexFunc(mentions, func(m output.Mention) bool { return m.DocumentID != d.DocumentID })
		var own []output.Block
		var found []output.Mention
		own, blocks = cut(blocks, n)
		found, mentions = cut(mentions, m)
		var b strings.Builder
		for _, h := range []struct {
			key   string
			value *string
		}{{"lang", d.Language}, {"declared", d.DeclaredLanguage}, {"title", d.Title}, {"author", d.Author}, {"url", d.URL}, {"site", &d.Site}, {"site_name", d.SiteName},
			{"published", d.PublishedDate}, {"media_type", &d.MediaType}, {"charset", &d.Charset}, {"duplicate_of", sourceOf(source, d.DuplicateOf)},
			{"near_duplicate_of", sourceOf(source, d.NearDuplicateOf)}} {
			if h.value != nil {
				fmt.Fprintf(&b, "#%s: %s\n", h.key, *h.value)
			}
		}
		b.WriteString("#---\n")
		b.WriteString(annotate(t, d, own, found))
		_, name, _ := strings.Cut(d.Source, "/") // without the input's own name
		got["want/"+name+".ann"] = shorten(b.String())
		parsed, err := ann.ParseDocument(b.String())
		if err != nil {
			t.Errorf("%s: not in the gold notation: %v", d.Source, err)
		} else if strings.TrimSuffix(parsed.Text, "\n") != strings.TrimSuffix(d.Text, "\n") {
			t.Errorf("%s: without its marks the want is not the text", d.Source)
		}
	}
	if len(blocks)+len(mentions) > 0 {
		t.Errorf("%d blocks and %d mentions belong to no document, or stand out of order", len(blocks), len(mentions))
	}
	if rejects := readTable[output.Reject](t, out, "rejects"); len(rejects) > 0 {
		got["want/rejects.tsv"] = dumpRows(rejects)
	}
	return got
}

// cut cuts rows before index i; all of them if i is -1.
func cut[T any](rows []T, i int) (before, after []T) {
	if i < 0 {
		i = len(rows)
	}
	return rows[:i], rows[i:]
}

func sourceOf(source map[string]string, id *string) *string {
	if id == nil {
		return nil
	}
	s := source[*id]
	return &s
}

// annotate writes a document's text with its marks. The offsets of the tables
// are code points.
func annotate(t *testing.T, d *output.Document, blocks []output.Block, mentions []output.Mention) string {
	var at []int // byte of each code point
	for i := range d.Text {
		at = append(at, i)
	}
	at = append(at, len(d.Text))
	heads := map[int]string{} // byte offset of a line's head, marks of the line
	for _, b := range blocks {
		line := strings.LastIndexByte(d.Text[:at[b.StartChar]], '\n') + 1
		if _, taken := heads[line]; taken {
			t.Errorf("%s: two blocks on one line at %d", d.Source, b.StartChar)
		}
		mark := ""
		if b.InBoilerplate {
			mark = "⟦-⟧"
		}
		if b.Language != nil && (d.Language == nil || *b.Language != *d.Language) {
			mark += "⟦@" + *b.Language + "⟧"
		}
		heads[line] = mark
	}
	var out strings.Builder
	start := 0
	for line := range strings.Lines(d.Text) {
		end := start + len(line)
		var own []extractors.Mention
		for len(mentions) > 0 && at[mentions[0].EndChar] <= end {
			m := mentions[0]
			mentions = mentions[1:]
			own = append(own, extractors.Mention{Span: extractors.Span{Start: at[m.StartChar] - start, End: at[m.EndChar] - start},
				Type: extractors.Type(m.Type), Norm: m.Norm})
		}
		out.WriteString(heads[start])
		out.WriteString(ann.Format(line, own))
		start = end
	}
	if len(mentions) > 0 {
		t.Errorf("%s: %d mentions cross a line, the first is %q", d.Source, len(mentions), mentions[0].Surface)
	}
	s := out.String()
	if !strings.HasSuffix(s, "\n") {
		s += "\n" // as an archive has it
	}
	return s
}

// shorten cuts what is too long for the eye out of lines, so that an archive
// holds a word of 200 KB as its head, its length and its tail.
func shorten(text string) string {
	const most, keep = 2000, 40
	var b strings.Builder
	for line := range strings.Lines(text) {
		if n := utf8.RuneCountInString(line); n > most {
			r := []rune(line)
			line = fmt.Sprintf("%s ... %d code points ... %s", string(r[:keep]), n-2*keep, string(r[n-keep:]))
		}
		b.WriteString(line)
	}
	return b.String()
}

// diff shows the lines in which two texts differ, aligned at their heads and
// tails.
func diff(want, got string) string {
	w, g := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	n := 0
	for n < min(len(w), len(g)) && w[n] == g[n] {
		n++
	}
	for len(w) > n && len(g) > n && w[len(w)-1] == g[len(g)-1] {
		w, g = w[:len(w)-1], g[:len(g)-1]
	}
	return fmt.Sprintf("line %d\nwant %s\n got %s", n+1, strings.Join(w[n:], "     "), strings.Join(g[n:], "     "))
}
