package pipeline

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tamis/pipeline/reader"
)

func names(sources []Source) []string {
	var out []string
	for _, s := range sources {
		out = append(out, s.Name)
	}
	return out
}

// one reads a source that has one item.
func one(t *testing.T, s *Source, maxBytes int64) reader.Item {
	t.Helper()
	all := slices.Collect(s.items(reader.Options{MaxBytes: maxBytes}))
	if len(all) != 1 {
		t.Fatalf("%s: %d items", s.Name, len(all))
	}
	return all[0]
}

func TestSources(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"dump/b.txt": "b", "dump/a/z.txt": "z", "dump/a/a.txt": "a", "dump/a.txt": "a", "dump/.git/config": "x", "dump/a/.DS_Store": "x",
		"dump/out/run.json": "{}", "dump/B.txt": "B",
		"x/fr/a.txt": "1", "y/fr/a.txt": "2", "x/en/a.txt": "3",
	})
	at := func(names ...string) []string {
		for i, n := range names {
			names[i] = filepath.Join(dir, filepath.FromSlash(n))
		}
		return names
	}
	for _, c := range []struct {
		name   string
		inputs []string
		skip   string
		want   []string
	}{
		{"each folder in the order of its names, hidden ones left out, the output too", at("dump"), at("dump/out")[0],
			[]string{"dump/B.txt", "dump/a/a.txt", "dump/a/z.txt", "dump/a.txt", "dump/b.txt"}},
		{"inputs in the order given", at("dump/b.txt", "dump/a"), "", []string{"b.txt", "a/a.txt", "a/z.txt"}},
		{"equal base names are told apart", at("x/fr", "y/fr", "x/en"), "", []string{"x/fr/a.txt", "y/fr/a.txt", "en/a.txt"}},
		{"a hidden file that is named is read", at("dump/a/.DS_Store"), "", []string{".DS_Store"}},
		{"a trailing slash names nothing else", []string{at("x/en")[0] + "/"}, "", []string{"en/a.txt"}},
	} {
		sources, err := Sources(c.inputs, c.skip)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := names(sources); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}

	t.Chdir(filepath.Join(dir, "x", "en"))
	for _, in := range []string{".", "../en"} {
		sources, err := Sources([]string{in}, "")
		if got := names(sources); err != nil || !slices.Equal(got, []string{"en/a.txt"}) {
			t.Errorf("Sources(%q) = %q, %v; the name must not hang on how the folder is called", in, got, err)
		}
	}
}

// held is a file that is elsewhere than in the file system.
type held struct{ *strings.Reader }

func (held) Close() error { return nil }

// What lies at a URL is named and read like what lies in a folder.
func TestSourcesRemote(t *testing.T) {
	dir := t.TempDir()
	content := map[string]string{"a/x.html": "<p>Un texte.</p>", "b.zip": zipped(t, file{"in.txt", "two"}), "empty.txt": "", "big.txt": strings.Repeat("é ", chunkBytes)}
	writeFiles(t, dir, content)
	list := filepath.Join(dir, "list")
	if err := os.WriteFile(list, []byte("s3://other/one.txt\ns3://other/gone.txt\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	open := func(content string) func() (reader.File, error) {
		return func() (reader.File, error) { return held{strings.NewReader(content)}, nil }
	}
	cfg := Config{FilesFrom: list, Remote: func(url string) ([]Source, error) {
		switch url {
		case "s3://bucket/dump/":
			var all []Source
			for _, name := range []string{"a/x.html", "b.zip", "big.txt", "empty.txt"} {
				all = append(all, Source{Name: name, Size: int64(len(content[name])), Open: open(content[name])})
			}
			return all, nil
		case "s3://other/one.txt":
			return []Source{{Size: 3, Open: open("one"), Named: true}}, nil
		}
		return nil, &fs.PathError{Op: "open", Path: url, Err: fs.ErrNotExist}
	}}
	sources, err := cfg.Sources([]string{"s3://bucket/dump/", filepath.Join(dir, "a")}, "")
	want := []string{"dump/a/x.html", "dump/b.zip", "dump/big.txt", "dump/empty.txt", "a/x.html", "s3://other/one.txt", "s3://other/gone.txt"}
	if got := names(sources); err != nil || !slices.Equal(got, want) {
		t.Fatalf("got %q, %v\nwant %q", got, err, want)
	}
	if got := one(t, &sources[6], 0); got.Problem != reader.Unreadable {
		t.Errorf("gone.txt: %+v", got)
	}
	for i, name := range []string{"a/x.html", "b.zip", "big.txt", "empty.txt"} {
		local := Source{Name: "dump/" + name, Path: filepath.Join(dir, filepath.FromSlash(name))}
		got, want := one(t, &sources[i], 0), one(t, &local, 0)
		if got.Name != want.Name || string(got.Data) != string(want.Data) || got.Problem != want.Problem {
			t.Errorf("%s: %+v, as a local file %+v", name, got, want)
		}
	}
	if !sources[2].single() {
		t.Error("big.txt is one document")
	}
	if _, err := cfg.Sources([]string{"s3://bucket/dump/", "s3://bucket/dump"}, ""); !errors.Is(err, ErrInput) {
		t.Errorf("given twice: %v", err)
	}
	if _, err := cfg.Sources([]string{"s3://bucket/nothing"}, ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an input that is not there: %v", err)
	}
}

// The tables of another run are no documents; what lies beside them is.
func TestSourcesTables(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"dump/a.txt": "a", "dump/old/run.json": `{"tamis": "0.1.0"}`, "dump/old/documents/part-00000.parquet": "PAR1",
		"dump/other/run.json": `{"speed": 3}`})
	sources, err := Sources([]string{filepath.Join(dir, "dump")}, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := names(sources); !slices.Equal(got, []string{"dump/a.txt", "dump/old", "dump/other/run.json"}) {
		t.Fatalf("%q", got)
	}
	if it := one(t, &sources[1], 0); it.Problem != reader.Unreadable || it.Detail != "tables that tamis wrote, left out" {
		t.Errorf("%+v", it)
	}
}

func TestSourcesRefuses(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"a/b/c.txt": "c", "only/.hidden": "x"})
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o777); err != nil {
		t.Fatal(err)
	}
	a := filepath.Join(dir, "a")
	for _, c := range []struct {
		name   string
		inputs []string
		want   error
	}{
		{"missing", []string{filepath.Join(dir, "missing")}, fs.ErrNotExist},
		{"empty folder", []string{empty}, ErrNoInput},
		{"hidden files only", []string{filepath.Join(dir, "only")}, ErrNoInput},
		{"given twice", []string{a, a + "/"}, ErrInput},
		{"inside another", []string{a, filepath.Join(a, "b", "c.txt")}, ErrInput},
		{"around another", []string{filepath.Join(a, "b"), a}, ErrInput},
	} {
		if s, err := Sources(c.inputs, ""); !errors.Is(err, c.want) {
			t.Errorf("%s: %q, %v; want %v", c.name, names(s), err, c.want)
		}
	}
}

// A link to a file is that file; what can't be read is a source with a
// problem, so that it ends in rejects.
func TestSourcesOddFiles(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"in/a.txt": "a", "elsewhere/b.txt": "b", "in/closed.txt": "c"})
	links := map[string]string{"in/link.txt": "../elsewhere/b.txt", "in/loop": ".", "in/broken.txt": "nowhere", "entry": "in"}
	for name, target := range links {
		if err := os.Symlink(target, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Fatal(err)
		}
	}
	for _, input := range []string{"in", "entry"} { // an input may be a link
		sources, err := Sources([]string{filepath.Join(dir, input)}, "")
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"a.txt", "broken.txt", "closed.txt", "link.txt", "loop"}
		for i := range want {
			want[i] = input + "/" + want[i]
		}
		if got := names(sources); !slices.Equal(got, want) {
			t.Fatalf("%q, want %q", got, want)
		}
		for i, problem := range []string{"", "no such file", "", "", "symbolic link to a folder"} {
			if got := sources[i].Problem; (got == "") != (problem == "") || !strings.Contains(got, problem) {
				t.Errorf("%s: problem %q, want %q", sources[i].Name, got, problem)
			}
			it := one(t, &sources[i], 1000)
			if (it.Problem != "") != (problem != "") || it.Problem == "" && len(it.Data) != 1 {
				t.Errorf("%s: read %+v", sources[i].Name, it)
			}
		}
	}

	// A file that goes between listing and reading, or is closed to us.
	gone := Source{Name: "gone.txt", Path: filepath.Join(dir, "gone.txt")}
	if it := one(t, &gone, 1000); it.Problem != reader.Unreadable || strings.Contains(it.Detail, dir) {
		t.Errorf("a file that is gone: %+v; the detail must not name the machine's folders", it)
	}
	closed := filepath.Join(dir, "in", "closed.txt")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	asNobody(t, dir)
	s := Source{Name: "closed.txt", Path: closed, Size: 1}
	if it := one(t, &s, 1000); it.Problem != reader.Unreadable || !strings.Contains(it.Detail, "permission denied") {
		t.Errorf("a file without permission: %+v", it)
	}
}

// A folder that can't be listed is one reject, not the end of the run.
func TestSourcesClosedFolder(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"a.txt": "a", "closed/b.txt": "b"})
	closed := filepath.Join(dir, "closed")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(closed, 0o777) })
	asNobody(t, dir)
	sources, err := Sources([]string{dir}, "")
	if err != nil || len(sources) != 2 || sources[1].Problem == "" {
		t.Errorf("%+v, %v", sources, err)
	}
}
