package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tamis/extractors"
	"tamis/output"
	"tamis/pipeline/clean"
	"tamis/pipeline/reader"
)

// hashes returns the SHA-256 of every file below dir but run.json, which holds
// times.
func hashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.Name() == ".work" {
			return fs.SkipDir
		}
		if err != nil || e.IsDir() || e.Name() == "run.json" {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		sums[rel] = fmt.Sprintf("%x", sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// 1, 2 and 16 workers write the same bytes. The dump is taken several times
// over, so that it makes more chunks than there are workers in the middle case.
func TestWorkersWriteEqualBytes(t *testing.T) {
	dir := t.TempDir()
	for i := range 6 {
		if err := os.CopyFS(filepath.Join(dir, fmt.Sprintf("copy%d", i)), os.DirFS(dumpFolder)); err != nil {
			t.Fatal(err)
		}
	}
	sources, err := Sources([]string{dir}, "")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range chunks(reader.Options{}, sources) {
		n++
	}
	if n < 4 {
		t.Fatalf("%d chunks show nothing", n)
	}
	var want map[string]string
	for _, workers := range []int{1, 2, 16} {
		out, _ := runDump(t, Config{Workers: workers}, dir)
		got := hashes(t, out)
		if want == nil {
			want = got
			if len(want) < 13 {
				t.Fatalf("only %d files", len(want))
			}
			continue
		}
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%d workers: %s differs from that of 1 worker", workers, name)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d workers: %d files, 1 worker: %d", workers, len(got), len(want))
		}
	}
}

// A corpus is what the tables of a run say, beside the sources.
type corpus struct {
	inputs    []string
	out       string
	sources   map[string]Source
	documents []output.Document
	blocks    map[string][]output.Block   // by document
	mentions  map[string][]output.Mention // by document
	rejects   []output.Reject
}

func readCorpus(t *testing.T, inputs ...string) *corpus {
	c := &corpus{inputs: inputs, sources: map[string]Source{}, blocks: map[string][]output.Block{}, mentions: map[string][]output.Mention{}}
	c.out, _ = runDump(t, Config{}, inputs...)
	sources, err := Sources(inputs, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		c.sources[s.Name] = s
	}
	c.documents = readTable[output.Document](t, c.out, "documents")
	c.rejects = readTable[output.Reject](t, c.out, "rejects")
	for _, b := range readTable[output.Block](t, c.out, "blocks") {
		c.blocks[b.DocumentID] = append(c.blocks[b.DocumentID], b)
	}
	for _, m := range readTable[output.Mention](t, c.out, "mentions") {
		c.mentions[m.DocumentID] = append(c.mentions[m.DocumentID], m)
	}
	return c
}

// TestTables checks what the tables promise whatever the input: on the sample
// dump with the odd files, and on the dump beside the repository.
func TestTables(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, and of goroutines that TestWorkersWriteEqualBytes and TestPackedDump run")
	}
	t.Run("sample", func(t *testing.T) { readCorpus(t, dumpFolder, oddFolder).promises(t) })
	t.Run("shared", func(t *testing.T) {
		const shared = "../../shared/dump"
		if _, err := os.Stat(shared); err != nil {
			t.Skip("no ../shared/dump beside the repository")
		}
		readCorpus(t, shared).promises(t)
	})
}

func (c *corpus) promises(t *testing.T) {
	t.Run("every source ends once", c.everySourceEndsOnce)
	t.Run("blocks cover the text", c.blocksCoverTheText)
	t.Run("mentions say what the text says", c.mentionsSayWhatTheTextSays)
	t.Run("source bytes clean to the surface", c.sourceBytesCleanToTheSurface)
	t.Run("entities count their mentions", c.entitiesCountTheirMentions)
	t.Run("duplicates point to the first", c.duplicatesPointToTheFirst)
	t.Run("translations belong together", c.translationsBelongTogether)
}

// Nothing is dropped in silence: each file of the folders is a document or a
// reject, and nothing else is.
func (c *corpus) everySourceEndsOnce(t *testing.T) {
	files := map[string]int{}
	for _, folder := range c.inputs {
		err := filepath.WalkDir(folder, func(p string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				rel, _ := filepath.Rel(filepath.Dir(folder), p)
				files[filepath.ToSlash(rel)]++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 60 {
		t.Fatalf("only %d files", len(files))
	}
	for _, d := range c.documents {
		files[d.Source]--
		if d.Text == "" || d.SHA256 == "" || d.DocumentID != documentID(d.Source) {
			t.Errorf("%s: document without text, hash or its own identifier", d.Source)
		}
	}
	for _, r := range c.rejects {
		files[r.Source]--
		if r.Stage == "" || r.Reason == "" {
			t.Errorf("%s: rejected without stage or reason", r.Source)
		}
	}
	for name, n := range files {
		if n != 0 {
			t.Errorf("%s ends %d times in documents and rejects", name, 1-n)
		}
	}
	if c.inputs[0] != dumpFolder {
		return
	}
	for _, w := range []string{"about/logo.txt", "fr/carte-du-lac.html", "presse/vide.txt"} { // as its README says
		if !slices.ContainsFunc(c.rejects, func(r output.Reject) bool { return strings.HasSuffix(r.Source, w) }) {
			t.Errorf("%s is not rejected", w)
		}
	}
}

// Blocks stand in order, on their own lines, and leave out white space only.
func (c *corpus) blocksCoverTheText(t *testing.T) {
	for _, d := range c.documents {
		text := []rune(d.Text)
		if int(d.CharCount) != len(text) {
			t.Errorf("%s: char_count %d, %d code points", d.Source, d.CharCount, len(text))
		}
		last, content := 0, 0
		for i, b := range c.blocks[d.DocumentID] {
			start, end := int(b.StartChar), int(b.EndChar)
			if int(b.BlockIndex) != i || start < last || end <= start || end > len(text) {
				t.Fatalf("%s: block %d is [%d, %d) after %d", d.Source, b.BlockIndex, start, end, last)
			}
			if s := string(text[last:start]); strings.TrimSpace(s) != "" {
				t.Errorf("%s: no block holds %q", d.Source, s)
			}
			if s := string(text[start:end]); strings.TrimSpace(s) != s && b.Kind != string(extractors.Pre) {
				t.Errorf("%s: white space around block %q", d.Source, s)
			}
			if !b.InBoilerplate {
				content += end - start
			} else if b.Rule == nil {
				t.Errorf("%s: block %d is boilerplate by no rule", d.Source, i)
			}
			last = end
		}
		if s := string(text[last:]); strings.TrimSpace(s) != "" {
			t.Errorf("%s: no block holds the tail %q", d.Source, s)
		}
		if int(d.ContentCharCount) != content {
			t.Errorf("%s: content_char_count %d, content blocks have %d", d.Source, d.ContentCharCount, content)
		}
		if strings.ContainsFunc(d.Text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("%s: control characters in the text", d.Source)
		}
	}
}

// text[start:end] is the surface, in code points; mentions stand in order, do
// not overlap, and lie in the block that they name.
func (c *corpus) mentionsSayWhatTheTextSays(t *testing.T) {
	n := 0
	for _, d := range c.documents {
		text := []rune(d.Text)
		blocks := c.blocks[d.DocumentID]
		last := 0
		for i, m := range c.mentions[d.DocumentID] {
			start, end := int(m.StartChar), int(m.EndChar)
			if int(m.MentionIndex) != i || start < last || end <= start || end > len(text) {
				t.Fatalf("%s: mention %d %q is [%d, %d) after %d", d.Source, m.MentionIndex, m.Surface, start, end, last)
			}
			if got := string(text[start:end]); got != m.Surface {
				t.Errorf("%s: text[%d:%d] is %q, the surface %q", d.Source, start, end, got, m.Surface)
			}
			b := blocks[m.BlockIndex]
			if start < int(b.StartChar) || end > int(b.EndChar) || m.InBoilerplate != b.InBoilerplate {
				t.Errorf("%s: %q [%d, %d) does not lie in block %d [%d, %d), or its boilerplate differs", d.Source, m.Surface, start, end, b.BlockIndex, b.StartChar, b.EndChar)
			}
			if m.Norm == "" || m.EntityID == "" || m.Rule == "" || m.Confidence < extractors.Certain || m.Confidence > 1 {
				t.Errorf("%s: %q has norm %q, entity %q, rule %q, confidence %g", d.Source, m.Surface, m.Norm, m.EntityID, m.Rule, m.Confidence)
			}
			last = end
			n++
		}
	}
	if n < 800 {
		t.Errorf("only %d mentions", n)
	}
}

// The bytes that a mention points to, read as a text of their own, are its
// surface. What an HTML page has between two words is no text, so pages have
// no such bytes at all.
func (c *corpus) sourceBytesCleanToTheSurface(t *testing.T) {
	n := 0
	for _, d := range c.documents {
		raw, err := os.ReadFile(c.sources[d.Source].Path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range c.mentions[d.DocumentID] {
			switch {
			case d.MediaType == clean.HTML || d.MediaType == clean.XHTML:
				if m.SourceStartByte != nil || m.SourceEndByte != nil {
					t.Errorf("%s: %q has bytes in a page", d.Source, m.Surface)
				}
				continue
			case m.SourceStartByte == nil || m.SourceEndByte == nil:
				t.Errorf("%s: %q has no bytes", d.Source, m.Surface)
				continue
			case d.Charset != "utf-8":
				continue // a part of such a file does not tell its charset
			}
			part := raw[*m.SourceStartByte:*m.SourceEndByte]
			p, err := clean.Clean(part, d.MediaType)
			if err != nil {
				t.Errorf("%s: bytes [%d, %d): %v", d.Source, *m.SourceStartByte, *m.SourceEndByte, err)
				continue
			}
			got, want := p.Text, m.Surface
			if d.MediaType == clean.Markdown {
				// "Ethiopia's **Refugees" opens a mark that closes after the part.
				got, want = unmarked.Replace(got), unmarked.Replace(want)
			}
			if got != want {
				t.Errorf("%s: bytes [%d, %d) are %q, the surface is %q", d.Source, *m.SourceStartByte, *m.SourceEndByte, part, m.Surface)
			}
			n++
		}
	}
	if n < 500 {
		t.Errorf("only %d mentions with bytes", n)
	}
}

var unmarked = strings.NewReplacer("*", "", "[", "", "](#)", "")

// An entity's counts are those of its mentions outside boilerplate, and each
// such mention has its entity.
func (c *corpus) entitiesCountTheirMentions(t *testing.T) {
	type count struct{ mentions, documents int64 }
	want := map[string]count{}
	named := map[string]bool{} // also in boilerplate, by description and in roles
	for _, c := range readTable[output.Citation](t, c.out, "citations") {
		named["RES "+c.ResolutionID] = true
	}
	for _, r := range readTable[output.Role](t, c.out, "roles") {
		named["PER "+r.PersonID] = true
		if r.OrganizationID != nil {
			named["ORG "+*r.OrganizationID] = true
		}
	}
	for _, ms := range c.mentions {
		seen := map[string]bool{}
		for _, m := range ms {
			key := m.Type + " " + m.EntityID
			named[key] = true
			if m.InBoilerplate {
				continue
			}
			n := want[key]
			n.mentions++
			if !seen[key] {
				seen[key] = true
				n.documents++
			}
			want[key] = n
		}
	}
	got := map[string]count{}
	rows := map[string]bool{}
	add := func(kind extractors.Type, id string, mentions, documents int64) {
		key := string(kind) + " " + id
		rows[key] = true
		if mentions > 0 {
			got[key] = count{mentions, documents}
		} else if kind != extractors.Org && !named[key] { // the parents of organizations need no mention
			t.Errorf("%s is nowhere mentioned", key)
		}
	}
	defer func() {
		for key := range named {
			if !rows[key] {
				t.Errorf("%s is mentioned and has no row", key)
			}
		}
	}()
	for _, e := range readTable[output.Organization](t, c.out, "organizations") {
		add(extractors.Org, e.OrganizationID, e.MentionCount, e.DocumentCount)
	}
	for _, e := range readTable[output.Person](t, c.out, "people") {
		add(extractors.Per, e.PersonID, e.MentionCount, e.DocumentCount)
	}
	for _, e := range readTable[output.Resolution](t, c.out, "resolutions") {
		add(extractors.Res, e.ResolutionID, e.MentionCount, e.DocumentCount)
	}
	for _, e := range readTable[output.Date](t, c.out, "dates") {
		add(extractors.Date, e.DateID, e.MentionCount, e.DocumentCount)
	}
	for _, e := range readTable[output.Place](t, c.out, "places") {
		add(extractors.Loc, e.PlaceID, e.MentionCount, e.DocumentCount)
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] != want[key] {
			t.Errorf("%s: the table counts %v, the mentions are %v", key, got[key], want[key])
		}
		delete(got, key)
	}
	for key := range got {
		t.Errorf("%s stands in its table and has no mention", key)
	}
	var aliases int64
	for _, a := range readTable[output.Alias](t, c.out, "aliases") {
		aliases += a.MentionCount
	}
	var mentions int64
	for _, n := range want {
		mentions += n.mentions
	}
	if aliases != mentions {
		t.Errorf("aliases count %d mentions of %d", aliases, mentions)
	}
}

func (c *corpus) duplicatesPointToTheFirst(t *testing.T) {
	name := map[string]string{}
	for _, d := range c.documents {
		name[d.DocumentID] = d.Source
		if d.DuplicateOf != nil && name[*d.DuplicateOf] == "" || d.NearDuplicateOf != nil && name[*d.NearDuplicateOf] == "" {
			t.Errorf("%s: duplicate of what does not come before it", d.Source)
		}
		if d.DuplicateOf != nil && d.NearDuplicateOf != nil || (d.NearDuplicateOf != nil) != (d.Similarity != nil) {
			t.Errorf("%s: duplicate_of, near_duplicate_of and similarity don't go together", d.Source)
		}
	}
	const first, second = "imprimer/ps-communique-plan-hiver-imprimer.txt", "presse/ps-communique-plan-hiver.txt"
	for _, d := range c.documents {
		switch {
		case strings.HasSuffix(d.Source, first) && d.DuplicateOf != nil:
			t.Errorf("%s comes first and is a duplicate of %s", d.Source, name[*d.DuplicateOf])
		case strings.HasSuffix(d.Source, second) && (d.DuplicateOf == nil || !strings.HasSuffix(name[*d.DuplicateOf], first)):
			t.Errorf("%s is not the duplicate of %s", d.Source, first)
		case strings.HasSuffix(d.Source, "minister-visit.html"): // comes later: "-" sorts before "."
			if d.NearDuplicateOf == nil || !strings.HasSuffix(name[*d.NearDuplicateOf], "minister-visit-updated.html") || *d.Similarity < 0.8 || *d.Similarity == 1 {
				t.Errorf("%s is not the near duplicate of its update", d.Source)
			}
		case d.NearDuplicateOf != nil && strings.HasPrefix(d.Source, "dump/"):
			t.Errorf("%s is a near duplicate of %s", d.Source, name[*d.NearDuplicateOf])
		}
	}
}

// The README of the sample lists its pairs; nothing else there is a translation.
// In the dump beside the repository, the names of the Council's resolutions tell
// which are versions of one.
func (c *corpus) translationsBelongTogether(t *testing.T) {
	want := map[string]string{ // pair, evidence
		"borders-report-2024.html rapport-frontieres-2024.html":     "hreflang",
		"release-rescue-at-sea.html communique-secours-en-mer.html": "hreflang",
		"scientific-board.html conseil-scientifique.html":           "hreflang",
		"comla-res-2022-7-en.txt comla-res-2022-7-fr.txt":           "address+symbol",
	}
	source, language := map[string]string{}, map[string]string{}
	numbers := map[string]map[string]bool{} // of resolutions, languages
	for _, d := range c.documents {
		source[d.DocumentID] = d.Source
		if d.Language != nil {
			language[d.DocumentID] = *d.Language
		}
		if n := councilNumber(d.Source); n != "" && d.Language != nil {
			if numbers[n] == nil {
				numbers[n] = map[string]bool{}
			}
			numbers[n][*d.Language] = true
		}
	}
	found := 0
	for _, p := range readTable[output.Translation](t, c.out, "translations") {
		if p.Language != language[p.DocumentID] || p.OtherLanguage != language[p.TranslationOf] || p.Language == p.OtherLanguage ||
			p.Confidence <= 0 || p.Confidence > 1 {
			t.Errorf("%+v", p)
		}
		if n := councilNumber(source[p.DocumentID]); n != "" {
			if found++; n != councilNumber(source[p.TranslationOf]) {
				t.Errorf("%s and %s are no versions of one (%s)", source[p.TranslationOf], source[p.DocumentID], p.Evidence)
			}
			continue
		}
		pair := path.Base(source[p.TranslationOf]) + " " + path.Base(source[p.DocumentID])
		if evidence, ok := want[pair]; !ok || !strings.HasPrefix(p.Evidence, evidence) || p.Language != "fr" {
			t.Errorf("%s: %+v", pair, p)
		}
		delete(want, pair)
	}
	if len(numbers) > 0 {
		both := 0
		for _, languages := range numbers {
			if len(languages) > 1 {
				both++
			}
		}
		t.Logf("%d of %d resolutions in two languages are paired", found, both)
		if found*100 < both*98 {
			t.Errorf("%d of %d resolutions in two languages are paired", found, both)
		}
		return
	}
	for pair := range want {
		t.Errorf("%s is not found", pair)
	}
}

// councilNumber returns the number of a resolution of the Security Council from
// a name as "S_RES_2561_2021_2102226E.txt" or "SC_2561_2021_E.txt".
func councilNumber(source string) string {
	name := path.Base(source)
	if rest, ok := strings.CutPrefix(strings.TrimPrefix(name, "S_RES_"), "SC_"); ok || rest != name {
		n, _, _ := strings.Cut(rest, "_")
		return n
	}
	return ""
}

// withStages puts other stages in place for the length of a test.
func withStages(t *testing.T, stages []Stage) {
	former := Stages
	Stages = stages
	t.Cleanup(func() { Stages = former })
}

// A stage's panic or error rejects one document, under the stage's name.
func TestStageTrouble(t *testing.T) {
	withStages(t, append(slices.Clone(Stages), Stage{"trouble", "", func(_ *Config, d *Document) error {
		switch path.Base(d.Record.Source) {
		case "panics.txt":
			_ = d.Raw[len(d.Raw)]
		case "fails.txt":
			return errors.New("too sad: line 3")
		}
		return nil
	}}))
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"a.txt": "Le premier texte.", "fails.txt": "Le second.", "panics.txt": "Le troisième.", "z.txt": "Le dernier."})
	out, sum := runDump(t, Config{}, dir)
	if sum.Documents != 2 || sum.Rejects != 2 || sum.Sources != 4 || sum.Files != 4 {
		t.Errorf("summary %+v", sum)
	}
	var got []string
	for _, r := range readTable[output.Reject](t, out, "rejects") {
		got = append(got, path.Base(r.Source)+" "+r.Stage+" "+r.Reason)
	}
	if want := []string{"fails.txt trouble too sad", "panics.txt trouble panic"}; !slices.Equal(got, want) {
		t.Errorf("rejects %q, want %q", got, want)
	}
	for _, d := range readTable[output.Document](t, out, "documents") {
		if name := path.Base(d.Source); name != "a.txt" && name != "z.txt" {
			t.Errorf("%s is a document", name)
		}
	}
}

// A run that is stopped leaves the former tables and nothing else, whenever it
// is stopped.
func TestCancelLeavesFormerTables(t *testing.T) {
	parent := t.TempDir()
	out := filepath.Join(parent, "out")
	if _, err := Run(context.Background(), Config{}, []string{dumpFolder + "/www.harbourlight.example"}, out, nil); err != nil {
		t.Fatal(err)
	}
	before := hashes(t, out)
	for _, phase := range []string{"map", "write"} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := Run(ctx, Config{}, []string{dumpFolder}, out, func(p Progress) {
			if p.Phase == phase {
				cancel()
			}
		})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped in %s: error %v", phase, err)
		}
		if !maps.Equal(hashes(t, out), before) {
			t.Errorf("stopped in %s: the tables are not the former ones", phase)
		}
		entries, err := os.ReadDir(parent)
		if err != nil || len(entries) != 1 {
			t.Errorf("stopped in %s: %v beside the tables, %v", phase, entries, err)
		}
	}
}

// What exceeds the limit is rejected unread, by the size that the folder tells
// or by the bytes that come.
func TestTooLarge(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"big.txt": strings.Repeat("mot ", 300), "small.txt": "Un mot."})
	out, _ := runDump(t, Config{MaxBytes: 1000}, dir)
	rejects := readTable[output.Reject](t, out, "rejects")
	if len(rejects) != 1 || path.Base(rejects[0].Source) != "big.txt" || rejects[0].Stage != "load" || rejects[0].Reason != "too large" {
		t.Errorf("rejects %+v", rejects)
	}
	grown := Source{Name: "big.txt", Path: filepath.Join(dir, "big.txt"), Size: 10} // listed when it was small
	if it := one(t, &grown, 1000); it.Problem != reader.TooLarge {
		t.Errorf("a file that has grown beyond the limit: %+v", it)
	}
	if it := one(t, &grown, 1200); it.Problem != "" || !bytes.Equal(it.Data, []byte(strings.Repeat("mot ", 300))) {
		t.Errorf("a file that has grown to the limit: %+v", it)
	}
}

// TestRepairs finds in the tables what was put right on the way.
func TestRepairs(t *testing.T) {
	dir := t.TempDir()
	text := "La rÃ©union du comitÃ© de prÃ©paration s'est tenue Ã  GenÃ¨ve.\nUne deuxième ligne, sans défaut.\n"
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := Run(context.Background(), Config{}, []string{dir}, out, nil); err != nil {
		t.Fatal(err)
	}
	d := readTable[output.Document](t, out, "documents")[0]
	if d.Repairs == nil || !strings.Contains(*d.Repairs, "mojibake:1") || !strings.Contains(d.Text, "La réunion du comité de préparation s'est tenue à Genève.") {
		t.Errorf("repairs %v of %q", value(d.Repairs), d.Text)
	}
}
