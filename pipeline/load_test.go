package pipeline

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tamis/output"
	"tamis/pipeline/clean"
	"tamis/pipeline/reader"
)

// A file is a member of a container, or what stands in one.
type file struct{ name, content string }

func zipped(t testing.TB, files ...file) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.name)
		if err == nil {
			_, err = w.Write([]byte(f.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t testing.TB, files ...file) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: f.name, Size: int64(len(f.content)), Mode: 0o644})
		if err == nil {
			_, err = w.Write([]byte(f.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// response is a record of a WARC file.
func response(uri, contentType, body string) string {
	http := "HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\n\r\n" + body
	return fmt.Sprintf("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: %s\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n"+
		"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", uri, len(http), http)
}

// containers has one of most kinds, and of what can be wrong with them.
func containers(t testing.TB) map[string]string {
	page := "<!doctype html><title>Le conseil</title><link rel=canonical href=%q><p>Le conseil siège à Genève.</p>"
	return map[string]string{
		"in/a.txt":  "Un fichier seul.",
		"in/gz.bin": gzipped(t, "Un fichier comprimé."), // its bytes tell, not its name
		"in/site.zip": zipped(t, file{"fr/page.html", "<p>Une page.</p>"}, file{"twice.txt", "La première fois."}, file{"twice.txt", "La seconde fois."},
			file{"empty.txt", ""}, file{"style.css", "p { color: red }"}, file{"../up.txt", "Un nom qui monte."},
			file{"inner.tar.gz", gzipped(t, tarred(t, file{"deep.txt", "Au fond."}))}),
		"in/crawl.warc.gz": gzipped(t, response("https://www.a.example/x?id=1", "text/html; charset=koi8-r", fmt.Sprintf(page, "https://a.example/x"))) +
			gzipped(t, response("https://a.example/y", "text/html", fmt.Sprintf(page, "https://b.example/y"))) +
			gzipped(t, response("metadata://a.example/log", "text/plain", "Les notes d'un robot.")) +
			gzipped(t, response("https://a.example/cut", "text/html", strings.Repeat("<p>Une page. ", 400))[:600]) + // one that is torn
			gzipped(t, response("https://a.example/z", "text/plain; charset=iso-8859-2", "Un texte \xBE de Pologne.")),
		"in/rows.jsonl": `{"text": "Le premier texte.", "url": "https://c.example/1", "title": "Premier", "date": "2024-10-03", "author": "A. Diop", "language": "fr"}` + "\n" +
			"{\"text\": \n" + `{"body_of_it": "Sans texte."}` + "\n",
		"in/torn.zip":   zipped(t, file{"kept.txt", "Ce qui reste d'une archive."})[:60],
		"in/hollow.zip": zipped(t),
		"in/prog.py":    "print('bonjour')",
	}
}

// Every document and every reject of containers, and what their containers
// know of them.
func TestContainers(t *testing.T) {
	dir := t.TempDir()
	files := containers(t)
	writeFiles(t, dir, files)
	out, sum := runDump(t, Config{}, filepath.Join(dir, "in"))

	want := []string{
		"in/a.txt text/plain Un fichier seul.",
		"in/crawl.warc.gz!/1 text/html Le conseil siège à Genève. url=https://a.example/x title=Le conseil", // the page's own address
		"in/crawl.warc.gz!/2 text/html Le conseil siège à Genève. url=https://a.example/y title=Le conseil", // another site's is none
		"in/crawl.warc.gz!/3 text/plain Les notes d'un robot.",
		"in/crawl.warc.gz!/5 text/plain Un texte ž de Pologne. url=https://a.example/z charset=iso-8859-2",
		"in/gz.bin text/plain Un fichier comprimé.",
		"in/rows.jsonl!/1 text/plain Le premier texte. url=https://c.example/1 title=Premier published=2024-10-03 author=A. Diop declared=fr",
		"in/site.zip!/fr/page.html text/html Une page.",
		"in/site.zip!/twice.txt text/plain La première fois.",
		"in/site.zip!/twice.txt#2 text/plain La seconde fois.",
		"in/site.zip!/../up.txt text/plain Un nom qui monte.",
		"in/site.zip!/inner.tar.gz!/deep.txt text/plain Au fond.",
		"in/torn.zip!/kept.txt text/plain Ce qui reste d'une ar",
	}
	var got []string
	ids := map[string]bool{}
	for _, d := range readTable[output.Document](t, out, "documents") {
		line := d.Source + " " + d.MediaType + " " + d.Text
		charset := &d.Charset
		if d.Charset == "utf-8" {
			charset = nil
		}
		for _, f := range []struct {
			name  string
			value *string
		}{{"url", d.URL}, {"title", d.Title}, {"charset", charset}, {"published", d.PublishedDate}, {"author", d.Author}, {"declared", d.DeclaredLanguage}} {
			if f.value != nil {
				line += " " + f.name + "=" + *f.value
			}
		}
		got = append(got, line)
		ids[d.DocumentID] = true
	}
	if !slices.Equal(got, want) {
		t.Errorf("documents\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	if len(ids) != len(got) {
		t.Errorf("%d identifiers for %d documents", len(ids), len(got))
	}

	want = []string{
		"in/crawl.warc.gz!/4 damaged", "in/hollow.zip empty", "in/prog.py unsupported format", "in/rows.jsonl!/2 damaged", "in/rows.jsonl!/3 no text",
		"in/site.zip!/empty.txt empty", "in/site.zip!/style.css unsupported format", "in/torn.zip!/kept.txt truncated", "in/torn.zip damaged",
	}
	got = nil
	for _, r := range readTable[output.Reject](t, out, "rejects") {
		if r.Stage != "load" || r.Detail == nil {
			t.Errorf("%s: rejected in %s, without a detail: %t", r.Source, r.Stage, r.Detail == nil)
		}
		got = append(got, r.Source+" "+r.Reason)
	}
	if !slices.Equal(got, want) {
		t.Errorf("rejects\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}

	size := int64(0)
	for _, content := range files {
		size += int64(len(content))
	}
	if sum.Files != len(files) || sum.Sources != sum.Documents+sum.Rejects || sum.Documents != len(ids) || sum.Rejects != len(want) || sum.Bytes != size {
		t.Errorf("summary %+v; %d files of %d bytes", sum, len(files), size)
	}
}

// packedDump writes the sample dump below dir as it is, as archives and as
// lines of JSON.
func packedDump(t testing.TB, dir string) {
	t.Helper()
	var all []file
	err := fs.WalkDir(os.DirFS(dumpFolder), ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dumpFolder, p))
		all = append(all, file{p, string(b)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var lines, records strings.Builder
	for _, f := range all {
		if page, err := clean.Clean([]byte(f.content), cmp.Or(clean.MediaType(f.name, []byte(f.content)), clean.Text)); err == nil {
			fmt.Fprintf(&lines, "{\"content\": %q, \"url\": \"https://json.example/%s\"}\n", strings.ToValidUTF8(strings.ReplaceAll(page.Text, "\u00A0", " "), ""), f.name)
		}
		records.WriteString(gzipped(t, response("https://"+(&url.URL{Path: f.name}).String(), "text/html", f.content)))
	}
	writeFiles(t, dir, map[string]string{"dump.zip": zipped(t, all...), "dump.tgz": gzipped(t, tarred(t, all...)), "dump.jsonl": lines.String(), "dump.warc.gz": records.String()})
	if err := os.CopyFS(filepath.Join(dir, "dump"), os.DirFS(dumpFolder)); err != nil {
		t.Fatal(err)
	}
}

// Containers write the same bytes on 1, 2 and 16 workers, and a document says
// the same wherever it lies.
func TestPackedDump(t *testing.T) {
	dir := t.TempDir()
	packedDump(t, dir)
	var want map[string]string
	var out string
	for _, workers := range []int{1, 2, 16} {
		out, _ = runDump(t, Config{Workers: workers}, dir)
		got := hashes(t, out)
		if want == nil {
			want = got
		} else if !maps.Equal(got, want) {
			t.Errorf("the tables of %d workers differ from those of 1 worker", workers)
		}
	}
	base := path.Base(filepath.ToSlash(dir))
	texts := map[string]string{}
	for _, d := range readTable[output.Document](t, out, "documents") {
		texts[strings.TrimPrefix(d.Source, base+"/")] = d.Text + "\x00" + d.SHA256 + "\x00" + d.Charset + "\x00" + d.MediaType
	}
	compared := 0
	for name, text := range texts {
		if inFolder, ok := strings.CutPrefix(name, "dump/"); ok {
			for _, container := range []string{"dump.zip!/", "dump.tgz!/"} {
				compared++
				if texts[container+inFolder] != text {
					t.Errorf("%s%s is not what lies in the folder", container, inFolder)
				}
			}
		}
	}
	if compared != 2*40 {
		t.Errorf("%d documents compared", compared)
	}
}

// Limits reject documents and what is behind them, and never end a run.
func TestLimits(t *testing.T) {
	if testing.Short() {
		t.Skip("long under the race detector, and of goroutines that TestWorkersWriteEqualBytes and TestPackedDump run")
	}
	dir := t.TempDir()
	nested := zipped(t, file{"in.zip", zipped(t, file{"in.zip", zipped(t, file{"a.txt", "Au fond."})})})
	bomb := gzipped(t, strings.Repeat(strings.Repeat("a", 1<<20), 40))
	lines := strings.Repeat(`{"text": "Une ligne."}`+"\n", 10)
	writeFiles(t, dir, map[string]string{"in/a.txt": strings.Repeat("mot ", 300), "in/b.zip": nested, "in/c.gz": bomb, "in/d.jsonl": lines, "in/e.txt": "Le dernier."})
	out, sum := runDump(t, Config{MaxBytes: 1 << 20, MaxDepth: 2, MaxItems: 7}, filepath.Join(dir, "in"))
	var got []string
	for _, r := range readTable[output.Reject](t, out, "rejects") {
		got = append(got, r.Source+" "+r.Reason)
	}
	want := []string{"in/b.zip!/in.zip!/in.zip nested too deep", "in/c.gz too large", "in/d.jsonl too many documents"}
	if !slices.Equal(got, want) || sum.Documents != 1+7+1 {
		t.Errorf("%d documents, rejects %q, want %q", sum.Documents, got, want)
	}
	out, _ = runDump(t, Config{MaxRatio: 10}, filepath.Join(dir, "in", "c.gz"))
	if r := readTable[output.Reject](t, out, "rejects"); len(r) == 0 || r[len(r)-1].Reason != reader.Expands {
		t.Errorf("a bomb: %+v", r)
	}
}

// The names of fields that the user gives count, and no others.
func TestFields(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"a.csv": "text;corps;lien\nun résumé;Le corps du texte.;https://a.example/1\n"})
	out, _ := runDump(t, Config{Fields: reader.Fields{Text: []string{"corps"}, URL: []string{"lien"}}}, dir)
	d := readTable[output.Document](t, out, "documents")
	if len(d) != 1 || d[0].Text != "Le corps du texte." || d[0].URL == nil || *d[0].URL != "https://a.example/1" {
		t.Errorf("%+v", d)
	}
}

// A list adds inputs under the names that it gives them. What is gone is a
// reject; what makes no sense is an error.
func TestFilesFrom(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"x/fr/a.txt": "1", "y/fr/a.txt": "2", "y/fr/b.css": "3", "one/a.txt": "4",
		"list": "./x/fr/a.txt\n\ngone.txt\r\ny/fr\n", "twice": "x/fr/a.txt\nx/../x/fr/a.txt\n", "above": "one/a.txt\n", "none": "\n"})
	t.Chdir(dir)
	sources, err := Config{FilesFrom: "list"}.Sources([]string{"one"}, "")
	if want := []string{"one/a.txt", "x/fr/a.txt", "gone.txt", "y/fr/a.txt", "y/fr/b.css"}; err != nil || !slices.Equal(names(sources), want) {
		t.Fatalf("%q, %v, want %q", names(sources), err, want)
	}
	for i, problem := range []string{"", "", reader.Unreadable, "", reader.Unsupported} {
		if it := one(t, &sources[i], 1000); it.Problem != problem {
			t.Errorf("%s: problem %q, want %q", it.Name, it.Problem, problem)
		}
	}
	for _, c := range []struct {
		list   string
		inputs []string
		want   error
	}{{"twice", nil, ErrInput}, {"above", []string{"one"}, ErrInput}, {"none", nil, ErrNoInput}, {"missing", nil, ErrList}, {Stdin, []string{Stdin}, ErrInput}} {
		if c.list == Stdin {
			stdin(t, "")
		}
		if _, err := (Config{FilesFrom: c.list}).Sources(c.inputs, ""); !errors.Is(err, c.want) {
			t.Errorf("%s, %q: %v, want %v", c.list, c.inputs, err, c.want)
		}
	}
}

// stdin puts content on standard input for the length of a test.
func stdin(t *testing.T, content string) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "stdin")
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	former := os.Stdin
	os.Stdin = f
	t.Cleanup(func() { os.Stdin = former; f.Close() })
}

func TestStdin(t *testing.T) {
	stdin(t, zipped(t, file{"a.txt", "Un texte."}))
	out, sum := runDump(t, Config{}, Stdin)
	if d := readTable[output.Document](t, out, "documents"); len(d) != 1 || d[0].Source != "-!/a.txt" || sum.Bytes == 0 {
		t.Errorf("%+v, %+v", d, sum)
	}
}

// A file whose name says that nobody wrote it to be read is read when it is
// asked for by that name, or when it is a page.
func TestNamed(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"in/notes.py": "# Une note.", "in/page.php": "<!DOCTYPE html><p>Une page.</p>", "in/odd.xyz": "Un texte."})
	for input, want := range map[string]int{"in": 2, "in/notes.py": 1} {
		if _, sum := runDump(t, Config{}, filepath.Join(dir, filepath.FromSlash(input))); sum.Documents != want {
			t.Errorf("%s: %d documents, want %d", input, sum.Documents, want)
		}
	}
}

// The name of a file may be any bytes on some systems; those of the tables are
// UTF-8, and two files stay two.
func TestNameNotUTF8(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	writeFiles(t, dir, map[string]string{"a.txt": "Le HCR"})
	for name, want := range map[string]string{
		"dump/caf\xe9.txt":         `dump/caf\xE9.txt`,
		"dump/caf\xe8.txt":         `dump/caf\xE8.txt`,
		"\xff\xfe/é\ufffd\xc3.txt": `\xFF\xFE/é` + "\ufffd" + `\xC3.txt`,
		"dump/café.txt":            "dump/café.txt",
	} {
		for _, s := range []Source{{Name: name, Path: path}, {Name: name, Data: []byte("a")}, {Name: name, Reader: strings.NewReader("a")}, {Name: name, Problem: "gone"}} {
			if got := one(t, &s, 1000).Name; got != want {
				t.Errorf("%q is named %q, want %q", name, got, want)
			}
		}
	}
}
