package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"tamis/output/filelock"
)

// runFile returns a run.json of the given version.
func runFile(version string) map[string][]byte {
	return map[string][]byte{marker: []byte(`{"tamis": "` + version + `"}`)}
}

// put publishes tables that bear the version in the first, in the last and in
// run.json.
func put(dir, version string, test faults) error {
	w, err := Create(dir, Options{test: test})
	if err != nil {
		return err
	}
	w.Documents.Write(Document{DocumentID: version})
	w.Rejects.Write(Reject{Source: version})
	return w.Commit(runFile(version))
}

func mustPut(t *testing.T, dir, version string) {
	t.Helper()
	if err := put(dir, version, faults{}); err != nil {
		t.Fatal(err)
	}
}

// version reads the version of the tables back; "" if there is no such folder.
// It fails if the folder holds some tables of one version and some of another.
func version(t *testing.T, dir string) string {
	t.Helper()
	if !exists(dir) {
		return ""
	}
	for _, info := range Schema() {
		if !isTable(filepath.Join(dir, info.Name)) {
			t.Fatalf("%s lacks the table %s", dir, info.Name)
		}
	}
	documents, err := parquet.ReadFile[Document](filepath.Join(dir, "documents", "part-00000.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	rejects, err := parquet.ReadFile[Reject](filepath.Join(dir, "rejects", "part-00000.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	run, err := os.ReadFile(filepath.Join(dir, marker))
	if err != nil {
		t.Fatal(err)
	}
	v := documents[0].DocumentID
	if rejects[0].Source != v || string(run) != string(runFile(v)[marker]) {
		t.Fatalf("tables of two runs: documents %q, rejects %q, run.json %s", v, rejects[0].Source, run)
	}
	return v
}

func write(t *testing.T, path, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// names lists a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var ns []string
	for _, e := range entries {
		ns = append(ns, e.Name())
	}
	return ns
}

// ways are the ways in which tables take their place.
var ways = []struct {
	name   string
	former bool // there are former tables
	test   faults
	atomic bool // the target is whole at every moment, not only after the next start
	stride int  // of its many steps, try every n-th for a second crash
}{
	{"fresh", false, faults{}, true, 1},
	{"exchange", true, faults{}, true, 1},
	{"two renames", true, faults{noExchange: true}, false, 1},
	{"inside", true, faults{inside: true}, false, 11},
}

func TestPublish(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			root := t.TempDir()
			dir := filepath.Join(root, "out")
			if way.former {
				mustPut(t, dir, "v1")
				write(t, filepath.Join(dir, ".work", "cache"), "work")
				write(t, filepath.Join(dir, "notes.txt"), "notes")
				write(t, filepath.Join(dir, "mine", "part-00000.parquet"), "not ours")
				if err := os.Rename(filepath.Join(dir, "places"), filepath.Join(dir, "aside")); err != nil {
					t.Fatal(err) // a table under a name of the user's
				}
			}
			if err := put(dir, "v2", way.test); err != nil {
				t.Fatal(err)
			}
			if v := version(t, dir); v != "v2" {
				t.Errorf("tables of %s", v)
			}
			want := []string{"SHA256SUMS", "aliases", "blocks", "boilerplate", "citations", "croissant.json", "datapackage.json", "dates", "documents", "mentions",
				"organizations", "people", "places", "rejects", "resolutions", "roles", "run.json", "tables.md", "translations", "views.sql"}
			if way.former {
				want = append(want, ".work", "notes.txt", "mine", "aside")
				if got := read(t, filepath.Join(dir, ".work", "cache")) + read(t, filepath.Join(dir, "notes.txt")) +
					read(t, filepath.Join(dir, "mine", "part-00000.parquet")); got != "worknotesnot ours" {
					t.Errorf("kept %q", got)
				}
			}
			slices.Sort(want)
			if got := names(t, dir); !slices.Equal(got, want) {
				t.Errorf("the folder holds\n%v, want\n%v", got, want)
			}
			if got := names(t, root); !slices.Equal(got, []string{"out"}) {
				t.Errorf("left beside it: %v", got)
			}
		})
	}
}

// A table that the schema has no longer goes away with the others.
func TestPublishDropsFormerTables(t *testing.T) {
	for _, way := range ways[1:] {
		t.Run(way.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			mustPut(t, dir, "v1")
			info := TableInfo{Name: "bygone"}
			f, err := createPart(filepath.Join(dir, "part"))
			if err != nil {
				t.Fatal(err)
			}
			pw := parquet.NewGenericWriter[Reject](f, writerOptions(&info)...)
			if err := errors.Join(pw.Close(), f.close(), os.Mkdir(filepath.Join(dir, "bygone"), 0o777),
				os.Rename(filepath.Join(dir, "part"), filepath.Join(dir, "bygone", "part-00000.parquet"))); err != nil {
				t.Fatal(err)
			}
			if err := put(dir, "v2", way.test); err != nil {
				t.Fatal(err)
			}
			if exists(filepath.Join(dir, "bygone")) {
				t.Error("the table is still there")
			}
		})
	}
}

type crash struct{}

// crashAt runs f and stops it dead after the n-th step of publication. It
// reports whether there is such a step.
func crashAt(n int, test faults, f func(faults)) (name string, crashed bool) {
	test.step = func(step string) {
		if n--; n < 0 {
			name = step
			panic(crash{})
		}
	}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(crash); !ok {
				panic(r)
			}
			crashed = true
		}
	}()
	f(test)
	return
}

// A run may crash after any step, and so may the next one while it tidies up.
func TestCrash(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			template := filepath.Join(t.TempDir(), "template")
			next := filepath.Join(t.TempDir(), "next")
			mustPut(t, next, "v2")
			was := ""
			if way.former {
				was = "v1"
				mustPut(t, filepath.Join(template, "out"), was)
				write(t, filepath.Join(template, "out", ".work", "cache"), "work")
				write(t, filepath.Join(template, "out", "notes.txt"), "notes")
			}
			copyOf := func(dir string) (root, out string) {
				root = filepath.Join(t.TempDir(), "root")
				if exists(dir) {
					if err := os.CopyFS(root, os.DirFS(dir)); err != nil {
						t.Fatal(err)
					}
				}
				return root, filepath.Join(root, "out")
			}
			whole := func(out, when string) {
				t.Helper()
				if v := version(t, out); v != was && v != "v2" {
					t.Fatalf("%s: tables of %q", when, v)
				}
			}
			crashes := 0
			for first := 0; ; first++ {
				wreck, out := copyOf(template)
				var lock *os.File
				step, crashed := crashAt(first, way.test, func(test faults) {
					s, err := newStage(out, test)
					if err != nil {
						t.Fatal(err)
					}
					lock = s.lock
					if err := errors.Join(os.CopyFS(s.content(), os.DirFS(next)), s.publish()); err != nil {
						t.Fatal(err)
					}
				})
				if !crashed {
					break
				}
				lock.Close() // as the system does
				crashes++
				if way.atomic {
					whole(out, "after the crash at "+step)
				}
				for second := 0; ; second += way.stride {
					root, out := copyOf(wreck)
					// The next run starts, and crashes while it tidies up.
					tidy := &stage{target: out, lock: os.Stdin} // its lock is of no matter here
					where, again := crashAt(second, way.test, func(test faults) {
						tidy.test = test
						if err := tidy.recover(filepath.Join(root, ".out"+ownPrefix)); err != nil {
							t.Fatal(err)
						}
					})
					if again {
						crashes++
					}
					when := fmt.Sprintf("after the crashes at %q and %q", step, where)
					if way.atomic {
						whole(out, when)
					}
					// The one after that has all its way.
					w, err := Create(out, Options{test: way.test})
					if err != nil {
						t.Fatalf("%s: %v", when, err)
					}
					w.Abort()
					whole(out, "tidied up "+when)
					if way.former {
						if got := read(t, filepath.Join(out, ".work", "cache")) + read(t, filepath.Join(out, "notes.txt")); got != "worknotes" {
							t.Fatalf("%s: kept %q", when, got)
						}
					}
					for _, d := range []string{root, out} {
						if exists(d) && slices.ContainsFunc(names(t, d), func(n string) bool { return strings.Contains(n, ".tamis-") }) {
							t.Fatalf("%s: left in %s: %v", when, filepath.Base(d), names(t, d))
						}
					}
					if !again {
						break
					}
				}
			}
			if crashes < 8 {
				t.Errorf("only %d crashes were tried", crashes)
			}
		})
	}
}

func TestRefuse(t *testing.T) {
	for _, c := range []struct {
		name, file, data, want string
	}{
		{"holds something else", "out/thesis.txt", "", "holds something else"},
		{"holds another program's run.json", "out/run.json", `{"name": "x"}`, "holds something else"},
		{"holds a broken run.json", "out/run.json", `{"tamis"`, "holds something else"},
		{"is a file", "out", "", "is a file"},
		{"lies in a file", "../out", "", "not a directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "root")
			path := filepath.Join(root, c.file)
			dir := filepath.Join(root, "out")
			if c.file == "../out" {
				path, dir = filepath.Join(root, "x"), filepath.Join(root, "x", "out")
			}
			write(t, path, c.data)
			before := names(t, root)
			err := put(dir, "v1", faults{})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) {
				t.Errorf("error %v, want it to name the folder and say %q", err, c.want)
			}
			if got := read(t, path); got != c.data {
				t.Errorf("the file holds %q", got)
			}
			if got := names(t, root); !slices.Equal(got, before) {
				t.Errorf("left behind: %v", got)
			}
		})
	}
}

func TestAccept(t *testing.T) {
	root := t.TempDir()
	empty := filepath.Join(root, "empty")
	working := filepath.Join(root, "working")
	if err := errors.Join(os.Mkdir(empty, 0o777), os.Chmod(empty, 0o770)); err != nil { // whatever the umask
		t.Fatal(err)
	}
	write(t, filepath.Join(working, ".work", "cache"), "work") // a run that was to be resumed
	mustPut(t, filepath.Join(root, "target"), "v1")
	link := filepath.Join(root, "link")
	if err := os.Symlink("target", link); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{empty, working, link, filepath.Join(root, "deep", "er"), filepath.Join(root, "été [1]*?")} {
		mustPut(t, dir, "v1")
		mustPut(t, dir, "v2")
		if v := version(t, dir); v != "v2" {
			t.Errorf("%s: tables of %q", dir, v)
		}
	}
	if read(t, filepath.Join(working, ".work", "cache")) != "work" {
		t.Error(".work is lost")
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", info, err)
	}
	if info, err := os.Stat(empty); err != nil || info.Mode().Perm() != 0o770 {
		t.Errorf("the folder's mode is not that of the former one: %v %v", info, err)
	}
}

func TestLock(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "out")
	mustPut(t, dir, "v1")
	w, err := Create(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := put(dir, "v2", faults{}); !errors.Is(err, filelock.ErrLocked) {
		t.Errorf("beside a living run: %v", err)
	}
	w.Abort()
	if err := put(dir, "v2", faults{}); err != nil {
		t.Errorf("after it: %v", err)
	}
}

// What a dead run left goes, and nothing else that looks like it.
func TestStagingOfTheDead(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "out")
	write(t, filepath.Join(root, ".out.tamis-123", "new", "documents", "part-00000.parquet"), "half")
	write(t, filepath.Join(root, ".out.tamis-1.tamis-2", "new", "x"), "the staging of out.tamis-1")
	write(t, filepath.Join(root, ".out.tamis-old", "x"), "something else")
	mustPut(t, dir, "v1")
	if got, want := names(t, root), []string{".out.tamis-1.tamis-2", ".out.tamis-old", "out"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAbort(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "out")
	mustPut(t, dir, "v1")
	w, err := Create(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Documents.Write(Document{DocumentID: "v2"}); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	w.Abort()
	if err := w.Documents.Write(Document{}); err == nil {
		t.Error("written after Abort")
	}
	if v := version(t, dir); v != "v1" {
		t.Errorf("tables of %q", v)
	}
	if got := names(t, root); !slices.Equal(got, []string{"out"}) {
		t.Errorf("left behind: %v", got)
	}
}

// Commit refuses a set of files that the next run would not know again.
func TestCommitFiles(t *testing.T) {
	for name, files := range map[string]map[string][]byte{
		"no run.json":     nil,
		"not of tamis":    {marker: []byte(`{}`)},
		"a path":          {marker: runFile("v2")[marker], "../x": nil},
		"a hidden file":   {marker: runFile("v2")[marker], ".work": nil},
		"a table's name":  {marker: runFile("v2")[marker], "documents": nil},
		"an empty string": {marker: runFile("v2")[marker], "": nil},
	} {
		root := t.TempDir()
		dir := filepath.Join(root, "out")
		mustPut(t, dir, "v1")
		w, err := Create(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(files); err == nil {
			t.Errorf("%s: no error", name)
		}
		if v := version(t, dir); v != "v1" || len(names(t, root)) != 1 {
			t.Errorf("%s: tables of %q, in the parent %v", name, v, names(t, root))
		}
	}
}
