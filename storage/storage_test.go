package storage_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tamis/pipeline"
	"tamis/storage"
	"tamis/storage/storagetest"
)

// soon asks again at once.
var soon = storage.Backoff{Tries: 5, First: time.Microsecond, Most: time.Millisecond}

// patient asks until it has an answer: of many calls at once, one may be out of
// luck for long.
var patient = storage.Backoff{Tries: 100, First: time.Microsecond, Most: time.Millisecond}

func TestMemory(t *testing.T) { storagetest.Contract(t, &storagetest.Memory{}) }

// With retries around it, a store that fails every other call and breaks off what
// it sends keeps the contract.
func TestRetry(t *testing.T) {
	m := &storagetest.Memory{
		Fail: often(2),
		Cut:  func(key string, offset int64) int { return 1<<20 - int(offset%1000) },
	}
	storagetest.Contract(t, storage.Retry(m, patient))
}

// often returns a function that fails every nth call, and a listing now and then.
func often(n int) func(method, key string) error {
	var mu sync.Mutex
	calls := make(map[string]int)
	return func(method, key string) error {
		mu.Lock()
		defer mu.Unlock()
		calls[method]++
		every := n
		if method == "list" {
			every = 2000 // a listing begins anew
		}
		if calls[method]%every == 1 {
			return storagetest.ErrPassing
		}
		return nil
	}
}

func TestRetryGivesUp(t *testing.T) {
	ctx := t.Context()
	for _, c := range []struct {
		name  string
		err   error
		calls int
	}{
		{"what may pass is tried to the end", storagetest.ErrPassing, 5},
		{"what is not there will not be", fs.ErrNotExist, 1},
		{"what is closed to us stays closed", fs.ErrPermission, 1},
	} {
		m := &storagetest.Memory{Fail: func(method, key string) error { return c.err }}
		s := storage.Retry(m, soon)
		if _, _, err := s.Open(ctx, "x", 0, -1); !errors.Is(err, c.err) || m.Calls("Open") != c.calls {
			t.Errorf("%s: Open: %v after %d calls, want %d", c.name, err, m.Calls("Open"), c.calls)
		}
		for _, err := range s.List(ctx, "x") {
			if !errors.Is(err, c.err) || m.Calls("List") != c.calls {
				t.Errorf("%s: List: %v after %d calls, want %d", c.name, err, m.Calls("List"), c.calls)
			}
		}
		if err := s.Delete(ctx, "x"); !errors.Is(err, c.err) || m.Calls("Delete") != c.calls {
			t.Errorf("%s: Delete: %v after %d calls, want %d", c.name, err, m.Calls("Delete"), c.calls)
		}
	}
	stopped, stop := context.WithCancel(ctx)
	m := &storagetest.Memory{Fail: func(method, key string) error { stop(); return storagetest.ErrPassing }}
	if err := storage.Retry(m, storage.Backoff{}).Delete(stopped, "x"); err == nil || m.Calls("Delete") != 1 {
		t.Errorf("stopped: %v after %d calls", err, m.Calls("Delete"))
	}
}

// hanging is a store whose every other call gets no answer.
type hanging struct {
	storage.Store
	calls *int
}

func (h hanging) hangs(ctx context.Context) error {
	if *h.calls++; *h.calls%2 == 1 {
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

func (h hanging) Open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, storage.Object, error) {
	rc, o, err := h.Store.Open(ctx, key, offset, length)
	if err == nil && length < 0 { // the first call; what breaks off is asked for by its length
		return io.NopCloser(io.MultiReader(io.LimitReader(rc, 2), readerFunc(func([]byte) (int, error) { <-ctx.Done(); return 0, ctx.Err() }))), o, nil
	}
	return rc, o, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func (h hanging) Write(ctx context.Context, key, mediaType string, open func() (io.ReadCloser, error)) error {
	if err := h.hangs(ctx); err != nil {
		return err
	}
	return h.Store.Write(ctx, key, mediaType, open)
}

func (h hanging) Swap(ctx context.Context, key, mediaType string, data []byte, version string) error {
	if err := h.hangs(ctx); err != nil {
		return err
	}
	return h.Store.Swap(ctx, key, mediaType, data, version)
}

// A call that hangs is given up and made again; one that goes on slowly is not.
func TestStall(t *testing.T) {
	ctx := t.Context()
	b := soon
	b.Stall = 50 * time.Millisecond
	calls := 0
	s := storage.Retry(hanging{&storagetest.Memory{}, &calls}, b)
	storagetest.Put(ctx, t, s, "x", []byte("0123456789"))
	if got := storagetest.Get(ctx, t, s, "x"); string(got) != "0123456789" {
		t.Errorf("x holds %q", got)
	}
	if err := s.Swap(ctx, "y", "", []byte("y"), ""); err != nil {
		t.Error(err)
	}
	if calls != 4 {
		t.Errorf("%d calls", calls)
	}
	b.Tries = 1
	left := 20
	err := storage.Retry(&storagetest.Memory{}, b).Write(ctx, "slow", "", func() (io.ReadCloser, error) {
		return io.NopCloser(readerFunc(func(p []byte) (int, error) {
			if left--; left < 0 {
				return 0, io.EOF
			}
			time.Sleep(b.Stall / 5)
			return copy(p, "slow"), nil
		})), nil
	})
	if err != nil {
		t.Errorf("a slow one: %v", err)
	}
}

// An object that is replaced while it is read is no mixture of two.
func TestReplacedWhileRead(t *testing.T) {
	ctx := t.Context()
	m := &storagetest.Memory{Cut: func(key string, offset int64) int { return 10 }}
	storagetest.Put(ctx, t, m, "x", bytes.Repeat([]byte("a"), 100))
	r, _, err := storage.Retry(m, soon).Open(ctx, "x", 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 10)
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	storagetest.Put(ctx, t, m, "x", bytes.Repeat([]byte("b"), 100))
	if rest, err := io.ReadAll(r); !errors.Is(err, storage.ErrChanged) {
		t.Errorf("%d bytes more, %v", len(rest), err)
	}
}

// A swap whose answer is lost was made all the same, once.
func TestSwapAnswerLost(t *testing.T) {
	ctx := t.Context()
	lost := 0
	m := &storagetest.Memory{Fail: func(method, key string) error {
		if method == "swapped" {
			lost++
			return storagetest.ErrPassing
		}
		return nil
	}}
	s := storage.Retry(m, soon)
	if err := s.Swap(ctx, "run.json", "", []byte("mine"), ""); err != nil || lost != 1 {
		t.Errorf("%v after %d answers", err, lost)
	}
	if err := s.Swap(ctx, "run.json", "", []byte("another's"), ""); !errors.Is(err, storage.ErrChanged) {
		t.Errorf("a second one: %v", err)
	}
}

// tree is a dump with what listings get wrong: names that sort in another way
// than keys, hidden ones, tables.
func tree(t testing.TB) map[string]string {
	page := func(text string) string { return "<html lang=fr><title>Note</title><p>" + text + "</p></html>" }
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	for i := range 40 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("pages/%02d.html", i), Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(f, page(fmt.Sprintf("La Commission européenne s'est réunie le %d mai 2016 à Genève. %s", i%28+1, noise(30_000+i))))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	g := gzip.NewWriter(&lines)
	for i := range 300 {
		fmt.Fprintf(g, `{"id": "%d", "text": "Meeting %d of the Security Council in New York on %d June 2017. %s"}`+"\n", i, i, i%28+1, noise(9000+i))
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"a/b.html": page("Le texte du 4 mai 2016."), "a-b.html": page("Un autre texte."), "a.html": page("Encore un."), "B.txt": "The United Nations met in Paris.",
		"a/.git/config": "x", ".hidden": "x", "empty.txt": "", "picture.html": "\x89PNG\r\n\x1a\n....", "all.zip": z.String(), "all.jsonl.gz": lines.String(),
		"tables/run.json": `{"tamis": "0.1.0"}`, "tables/documents/part-00000.parquet": "PAR1", "other/run.json": `{"text": "Ce n'est pas de tamis."}`,
		"été/l'île.html": page("Une île."), "big.txt": strings.Repeat("Un texte qui est long, du 5 mai 2016. ", 30_000),
	}
	for i := range 150 {
		files[fmt.Sprintf("site/%03d.html", i)] = page(fmt.Sprintf("Menu du site</p><p>Page %d, du %d juin 2017, de l'OIM.", i, i%28+1))
	}
	return files
}

// noise is text that does not compress to nothing.
func noise(n int) string {
	var b strings.Builder
	for x := uint32(n); b.Len() < n; {
		x = x*1664525 + 1013904223
		fmt.Fprintf(&b, "%x ", x>>8)
	}
	return b.String()
}

// onDisk writes the tree below a folder, whose name is the name of the input.
func onDisk(t testing.TB, files map[string]string) string {
	dir := filepath.Join(t.TempDir(), "dump")
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o777), os.WriteFile(p, []byte(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func inStore(ctx context.Context, t testing.TB, s storage.Store, prefix string, files map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		storagetest.Put(ctx, t, s, prefix+name, []byte(files[name]))
	}
}

// remote lists a store for a run.
func remote(ctx context.Context, stop context.CancelCauseFunc, s storage.Store) func(string) ([]pipeline.Source, error) {
	return func(url string) ([]pipeline.Source, error) {
		return storage.List(ctx, stop, s, strings.TrimPrefix(url, "mem://bucket/"))
	}
}

// tables returns the files of an output folder, but for run.json.
func tables(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && e.Name() == ".work" {
			return fs.SkipDir
		}
		if rel, _ := filepath.Rel(dir, p); !e.IsDir() && e.Name() != "run.json" {
			b, err := os.ReadFile(p)
			all[filepath.ToSlash(rel)] = string(b)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A run over objects writes the bytes that a run over the same files writes, also
// from a store that fails now and then.
func TestSameTables(t *testing.T) {
	if testing.Short() {
		t.Skip("the runs of other tests read from a store too")
	}
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	files := tree(t)
	local, out := filepath.Join(t.TempDir(), "local"), filepath.Join(t.TempDir(), "out")
	cfg := pipeline.Config{Model: "none"}
	if _, err := pipeline.Run(ctx, cfg, []string{onDisk(t, files)}, local, nil); err != nil {
		t.Fatal(err)
	}
	m := &storagetest.Memory{}
	inStore(ctx, t, m, "some/dump/", files)
	storagetest.Put(ctx, t, m, "some/dumpling.txt", []byte("not below some/dump/"))
	m.Fail = often(3)
	m.Cut = func(key string, offset int64) int { return 100_000 }
	cfg.Remote = remote(ctx, stop, storage.Retry(m, patient))
	large := 0
	for _, content := range files {
		if len(content) > 1<<20 {
			large++
		}
	}
	if large < 3 {
		t.Errorf("%d files are large enough to be read in pieces: a text, a zip file and a gzip file should be", large)
	}
	sum, err := pipeline.Run(ctx, cfg, []string{"mem://bucket/some/dump"}, out, nil)
	if err != nil {
		t.Fatal(err, context.Cause(ctx))
	}
	if sum.Documents < 450 {
		t.Errorf("%d documents", sum.Documents)
	}
	want, got := tables(t, local), tables(t, out)
	if !maps.Equal(got, want) {
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s is not that of the run over files", name)
			}
		}
	}
}

func TestList(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	m := &storagetest.Memory{}
	inStore(ctx, t, m, "", map[string]string{"dump/a/b": "1", "dump/a-b": "2", "dump/a.txt": "3", "dump/a/.x": "4", "dump/folder/": "", "dump/out/part": "5",
		"dump2/x": "6", "one.txt": "7", "one.txt.bak": "8"})
	for _, c := range []struct {
		prefix string
		skip   []string
		want   []string
	}{
		{"dump", nil, []string{"a/b", "a-b", "a.txt", "out/part"}},
		{"dump/", []string{"dump/out/"}, []string{"a/b", "a-b", "a.txt"}},
		{"one.txt", nil, []string{""}},
		{"", []string{"dump"}, []string{"one.txt", "one.txt.bak"}},
	} {
		sources, err := storage.List(ctx, stop, m, c.prefix, c.skip...)
		var got []string
		for _, s := range sources {
			got = append(got, s.Name)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("List(%q): %q, %v; want %q", c.prefix, got, err, c.want)
		}
	}
	for _, prefix := range []string{"none", "dum", "one.txt/"} {
		if _, err := storage.List(ctx, stop, m, prefix); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("List(%q): %v", prefix, err)
		}
	}
}

// An object that is gone when it is read is a reject; a store that stays away ends
// the run, and the tables of the run before stand.
func TestTrouble(t *testing.T) {
	files := map[string]string{"a.txt": "Le texte du 4 mai 2016.", "b.txt": "Un autre texte.", "big.txt": strings.Repeat("Un texte. ", 200_000)}
	out := filepath.Join(t.TempDir(), "out")
	run := func(fail func(method, key string) error) (*pipeline.Summary, error, error) {
		ctx, stop := context.WithCancelCause(t.Context())
		defer stop(nil)
		m := &storagetest.Memory{}
		inStore(ctx, t, m, "dump/", files)
		m.Fail = fail
		sum, err := pipeline.Run(ctx, pipeline.Config{Model: "none", Remote: remote(ctx, stop, storage.Retry(m, soon))}, []string{"mem://bucket/dump/"}, out, nil)
		return sum, err, context.Cause(ctx)
	}
	for _, gone := range []string{"dump/b.txt", "dump/big.txt"} {
		sum, err, _ := run(func(method, key string) error {
			if method == "Open" && key == gone {
				return fs.ErrNotExist
			}
			return nil
		})
		if err != nil || sum.Documents != 2 || sum.Rejects != 1 {
			t.Errorf("without %s: %+v, %v", gone, sum, err)
		}
	}
	before := tables(t, out)
	for _, away := range []string{"dump/b.txt", "dump/big.txt"} {
		_, err, cause := run(func(method, key string) error {
			if method == "Open" && key == away {
				return storagetest.ErrPassing
			}
			return nil
		})
		if err == nil || !errors.Is(cause, storagetest.ErrPassing) || !strings.Contains(cause.Error(), away) {
			t.Errorf("%s can't be read: %v, because of %v", away, err, cause)
		}
	}
	if !maps.Equal(tables(t, out), before) {
		t.Error("the tables changed")
	}
}

// Small objects are read many at once, large ones in few pieces.
func TestRequests(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	m := &storagetest.Memory{}
	big := bytes.Repeat([]byte("0123456789abcdef"), 4<<20) // 64 MiB
	storagetest.Put(ctx, t, m, "big", big)
	for i := range 100 {
		storagetest.Put(ctx, t, m, fmt.Sprintf("d/small/%03d", i), []byte("small"))
	}
	one, err := storage.List(ctx, stop, m, "big")
	if err != nil {
		t.Fatal(err)
	}
	f, err := one[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(io.NewSectionReader(f, 0, f.Size()))
	if err != nil || !bytes.Equal(got, big) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	large := m.Calls("Open")
	if large > 16 {
		t.Errorf("%d requests for 64 MiB from front to back", large)
	}
	for _, off := range []int64{60 << 20, 10, 40 << 20, 40<<20 + 100, 10} {
		b := make([]byte, 100)
		if _, err := f.ReadAt(b, off); err != nil || !bytes.Equal(b, big[off:off+100]) {
			t.Errorf("at %d: %q, %v", off, b, err)
		}
	}
	if n := m.Calls("Open") - large; n > 4 {
		t.Errorf("%d requests for five places", n)
	}
	var mu sync.Mutex
	now, most := 0, 0
	m.Fail = func(method, key string) error {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(2 * time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
		return nil
	}
	before := m.Calls("Open")
	sources, err := storage.List(ctx, stop, m, "d/")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		f, err := s.Open()
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 10)
		if n, err := f.ReadAt(b, 0); n != 5 || err != io.EOF {
			t.Errorf("%s: %q, %v", s.Name, b[:n], err)
		}
	}
	if n := m.Calls("Open") - before; n != 100 || most < 10 {
		t.Errorf("%d requests for 100 objects, %d at once", n, most)
	}
}

// written makes an output folder as a run with the suffix does.
func written(t testing.TB, suffix, text string, formats ...string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"run.json": `{"tamis": "0.1.0", "counts": {"documents": 1}}`, "tables.md": "# " + text, "SHA256SUMS": text, ".work/x.seg": "work",
		"documents/part-00000" + suffix + ".parquet": "documents " + text, "documents/part-00001" + suffix + ".parquet": "more " + text,
		"mentions/part-00000" + suffix + ".parquet": "mentions " + text}
	for _, f := range formats {
		files[f+"/documents"+suffix+"."+f], files[f+"/datapackage.json"] = text, text
	}
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o777), os.WriteFile(p, []byte(content), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// follow reads the tables as one who follows run.json.
func follow(ctx context.Context, t testing.TB, s storage.Store, prefix string) map[string]string {
	t.Helper()
	c, err := storage.Inspect(ctx, s, prefix, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Problems) > 0 {
		t.Errorf("%s: %q", c.Run, c.Problems)
	}
	all := make(map[string]string)
	for _, f := range c.Files {
		if name := strings.Replace(f.Path, "-"+c.Run, "", 1); name != f.Path { // rows
			all[name] = string(storagetest.Get(ctx, t, s, path.Join(prefix, f.Path)))
		}
	}
	return all
}

func publish(ctx context.Context, t testing.TB, s storage.Store, prefix, text string, formats ...string) {
	t.Helper()
	p, err := storage.Begin(ctx, s, prefix, false)
	if err == nil {
		_, err = p.Publish(ctx, written(t, p.Suffix, text, formats...))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestPublish(t *testing.T) {
	ctx := t.Context()
	m := &storagetest.Memory{}
	storagetest.Put(ctx, t, m, "other", []byte("x"))
	storagetest.Put(ctx, t, m, "tables2/x", []byte("x"))
	publish(ctx, t, m, "tables", "one", "csv")
	first := m.Keys()
	want := map[string]string{"documents/part-00000.parquet": "documents one", "documents/part-00001.parquet": "more one", "mentions/part-00000.parquet": "mentions one", "csv/documents.csv": "one"}
	if got := follow(ctx, t, m, "tables"); !maps.Equal(got, want) {
		t.Errorf("published are %q", got)
	}
	publish(ctx, t, m, "tables/", "two")
	want = map[string]string{"documents/part-00000.parquet": "documents two", "documents/part-00001.parquet": "more two", "mentions/part-00000.parquet": "mentions two"}
	if got := follow(ctx, t, m, "tables/"); !maps.Equal(got, want) {
		t.Errorf("published are %q", got)
	}
	var plain []string
	for _, key := range m.Keys() {
		if !strings.HasSuffix(key, ".parquet") {
			plain = append(plain, key)
		} else if slices.Contains(first, key) {
			t.Errorf("%s of the first run is left", key)
		}
	}
	if want := []string{"other", "tables/SHA256SUMS", "tables/run.json", "tables/tables.md", "tables2/x"}; !slices.Equal(plain, want) {
		t.Errorf("beside the tables: %q, want %q", plain, want)
	}
	info, _, err := m.Load(ctx, "tables/run.json")
	if err != nil || !bytes.Contains(info, []byte(`"counts": {`)) {
		t.Errorf("run.json: %s, %v", info, err)
	}
}

// What is below a prefix and is not tamis's stays, and so does its place.
func TestPublishForeign(t *testing.T) {
	ctx := t.Context()
	for _, c := range []struct {
		key, text string
		want      error
	}{
		{"t/thesis.doc", "years", storage.ErrForeign},
		{"t/run.json", `{"laps": 3}`, storage.ErrForeign},
		{"t/documents/part-00000.parquet", "somebody's", storage.ErrForeign},
		{"t/", "", nil}, // a folder, as consoles make them
		{"t/documents/part-00000-20260101T000000Z-00000000.parquet", "of a run that crashed", nil},
	} {
		m := &storagetest.Memory{}
		storagetest.Put(ctx, t, m, c.key, []byte(c.text))
		p, err := storage.Begin(ctx, m, "t", false)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.key, err)
		}
		if err != nil {
			if got := m.Keys(); !slices.Equal(got, []string{c.key}) {
				t.Errorf("%s: refused, and now there is %q", c.key, got)
			}
			continue
		}
		if _, err := p.Publish(ctx, written(t, p.Suffix, "new")); err != nil || len(follow(ctx, t, m, "t")) != 3 {
			t.Errorf("%s: %v", c.key, err)
		}
		if c.key != "t/" && slices.Contains(m.Keys(), c.key) {
			t.Errorf("%s is left", c.key)
		}
	}
	// Notes beside tables stay; a folder of tables that was copied there is replaced.
	m := &storagetest.Memory{}
	inStore(ctx, t, m, "t/", map[string]string{"run.json": `{"tamis": "0.1.0"}`, "documents/part-00000.parquet": "copied", "notes.txt": "mine", "documents/notes.txt": "mine"})
	publish(ctx, t, m, "t", "new")
	if got := m.Keys(); slices.Contains(got, "t/documents/part-00000.parquet") || !slices.Contains(got, "t/notes.txt") || !slices.Contains(got, "t/documents/notes.txt") {
		t.Errorf("over a copied folder: %q", got)
	}
}

// Of two runs at once, one publishes; the other says so and leaves nothing.
func TestPublishAtOnce(t *testing.T) {
	ctx := t.Context()
	for _, before := range []bool{false, true} {
		m := &storagetest.Memory{}
		if before {
			publish(ctx, t, m, "t", "before")
		}
		const many = 4
		errs := make([]error, many)
		var wg sync.WaitGroup
		var begun sync.WaitGroup
		begun.Add(many)
		for i := range many {
			wg.Go(func() {
				p, err := storage.Begin(ctx, m, "t", false)
				begun.Done()
				begun.Wait()
				if err == nil {
					_, err = p.Publish(ctx, written(t, p.Suffix, fmt.Sprint(i)))
				}
				errs[i] = err
			})
		}
		wg.Wait()
		winner := -1
		for i, err := range errs {
			switch {
			case err == nil && winner >= 0:
				t.Fatalf("%d and %d both published", winner, i)
			case err == nil:
				winner = i
			case !errors.Is(err, storage.ErrConflict):
				t.Errorf("%d: %v", i, err)
			}
		}
		if winner < 0 {
			t.Fatal("no one published")
		}
		if got := follow(ctx, t, m, "t"); got["documents/part-00001.parquet"] != fmt.Sprintf("more %d", winner) {
			t.Errorf("%d published, and there is %q", winner, got)
		}
		if got := m.Keys(); len(got) != 6 {
			t.Errorf("there are %q", got)
		}
	}
}

// Whatever call fails for good, one who follows run.json sees the tables of the
// one run or of the other, and the next run puts all in order.
func TestPublishInterrupted(t *testing.T) {
	ctx := t.Context()
	for after := 0; ; after++ {
		m := &storagetest.Memory{}
		publish(ctx, t, m, "t", "before", "csv")
		calls := 0
		var mu sync.Mutex
		m.Fail = func(method, key string) error {
			mu.Lock()
			defer mu.Unlock()
			if calls++; calls > after {
				return storagetest.ErrPassing // all calls from here on: a crash
			}
			return nil
		}
		p, err := storage.Begin(ctx, m, "t", false)
		if err == nil {
			_, err = p.Publish(ctx, written(t, p.Suffix, "after"))
		}
		m.Fail = nil
		c, cerr := storage.Inspect(ctx, m, "t", true)
		if cerr != nil {
			t.Fatal(cerr)
		}
		text := ""
		for _, f := range c.Files {
			if !strings.Contains(f.Path, c.Run) {
				continue
			}
			_, now, _ := strings.Cut(" "+string(storagetest.Get(ctx, t, m, "t/"+f.Path)), " ")
			now = now[strings.LastIndex(now, " ")+1:]
			if text == "" {
				text = now
			}
			if now != text {
				t.Errorf("after %d calls: %s is of %q, others of %q", after, f.Path, now, text)
			}
		}
		if err == nil && text != "after" || text == "" {
			t.Errorf("after %d calls: %q is published, and the run says %v", after, text, err)
		}
		publish(ctx, t, m, "t", "next")
		if got := m.Keys(); len(got) != 6 {
			t.Errorf("after %d calls and one more run there are %q", after, got)
		}
		if err == nil {
			if after < 20 {
				t.Errorf("a publication took %d calls", after)
			}
			return
		}
	}
}

// A store that does not heed conditions is found out before the work begins.
func TestHeedless(t *testing.T) {
	ctx := t.Context()
	m := &storagetest.Memory{Heedless: true}
	if _, err := storage.Begin(ctx, m, "t", false); !errors.Is(err, storage.ErrUnguarded) {
		t.Errorf("Begin: %v", err)
	}
	p, err := storage.Begin(ctx, m, "t", true)
	if err == nil {
		_, err = p.Publish(ctx, written(t, p.Suffix, "unguarded"))
	}
	if err != nil || m.Calls("Swap") > 2 {
		t.Errorf("unguarded: %v after %d swaps", err, m.Calls("Swap"))
	}
	if got := follow(ctx, t, m, "t"); len(got) != 3 || len(m.Keys()) != 6 {
		t.Errorf("published are %q among %q", got, m.Keys())
	}
}

// Inspect says what is missing, cut short or altered, and what was left.
func TestInspect(t *testing.T) {
	ctx := t.Context()
	m := &storagetest.Memory{}
	if _, err := storage.Inspect(ctx, m, "t", false); !errors.Is(err, storage.ErrNoTables) {
		t.Errorf("nothing there: %v", err)
	}
	publish(ctx, t, m, "t", "one")
	var rows []string
	for _, key := range m.Keys() {
		if strings.HasSuffix(key, ".parquet") {
			rows = append(rows, key)
		}
	}
	if err := m.Delete(ctx, rows[0]); err != nil {
		t.Fatal(err)
	}
	storagetest.Put(ctx, t, m, rows[1], []byte("short"))
	storagetest.Put(ctx, t, m, rows[2], []byte("MENTIONS one"))
	storagetest.Put(ctx, t, m, "t/blocks/part-00000-20260101T000000Z-00000000.parquet", nil)
	c, err := storage.Inspect(ctx, m, "t", false)
	if err != nil || len(c.Problems) != 2 || !strings.HasSuffix(c.Problems[0], ": missing") || len(c.Left) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := storage.Inspect(ctx, m, "t", true); err != nil || len(c.Problems) != 3 {
		t.Errorf("with the bytes: %+v, %v", c, err)
	}
}
