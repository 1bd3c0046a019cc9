package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tamis/storage"
	"tamis/storage/storagetest"
)

// tamisCloud runs the program.
func tamisCloud(ctx context.Context, args ...string) (stdout string, err error) {
	var out bytes.Buffer
	c := newRoot(&stores{backoff: patient})
	c.SetArgs(args)
	c.SetOut(&out)
	c.SetErr(io.Discard)
	err = c.ExecuteContext(ctx)
	return out.String(), err
}

// dump makes a folder of pages, with a container that is larger than a piece.
func dump(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "dump")
	if err := os.CopyFS(dir, os.DirFS(filepath.FromSlash("../../testdata/dump"))); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "more.zip"))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for i := range 60 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%02d.txt", i), Method: zip.Store})
		if err == nil {
			_, err = fmt.Fprintf(w, "Le Conseil de sécurité a adopté la résolution %d le %d mai 2016 à New York.\n%s", 1300+i, i%28+1, strings.Repeat(fmt.Sprintf("Un paragraphe du document %d. ", i), 1500))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// files returns the files below a folder by name, but for run.json and what is
// hidden.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && p != "." && strings.HasPrefix(p, "."):
			return fs.SkipDir
		case e.IsDir() || p == "run.json":
			return nil
		}
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(p)))
		all[p] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// From and to each backend, tables hold the bytes of a local run: also through a
// server that fails, and a second time over the tables of the first.
func TestSameTables(t *testing.T) {
	dir := dump(t)
	local := filepath.Join(t.TempDir(), "local")
	options := []string{"--quiet", "--model", "none", "--format", "csv"}
	if _, err := tamisCloud(t.Context(), append([]string{"run", dir, "--out", local}, options...)...); err != nil {
		t.Fatal(err)
	}
	want := files(t, local)
	want["SHA256SUMS"] = sumsOfTables(want["SHA256SUMS"])
	for _, b := range backends {
		if b.name == "memory" {
			continue // another bucket for whoever opens it
		}
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			endpoint := b.start(t)
			in, out := b.url+"/some/dump/", b.url+"/tables"
			if b.name == "file" {
				in, out = "file://"+filepath.ToSlash(dir), "file://"+filepath.ToSlash(t.TempDir())+"/tables"
			} else {
				s := b.openAt(t, endpoint)
				for name, content := range files(t, dir) {
					storagetest.Put(t.Context(), t, s, "some/dump/"+name, []byte(content))
				}
			}
			work := filepath.Join(t.TempDir(), "work")
			for round := range 2 {
				if round == 1 && strings.HasPrefix(b.url, "s3:") {
					_, endpoint = faulty(t, endpoint)
				}
				args := append([]string{"run", in, "--out", out, "--endpoint", endpoint, "--work", work}, options...)
				if _, err := tamisCloud(t.Context(), args...); err != nil {
					t.Fatalf("round %d: %v", round, err)
				}
				l, err := locate(out)
				if err != nil {
					t.Fatal(err)
				}
				raw, err := l.open(t.Context(), endpoint)
				if err != nil {
					t.Fatal(err)
				}
				s := storage.Retry(raw, patient)
				c, err := storage.Inspect(t.Context(), s, l.prefix, true)
				if err != nil || len(c.Problems)+len(c.Left) > 0 {
					t.Fatalf("round %d: %+v, %v", round, c, err)
				}
				got := make(map[string]string)
				for _, f := range c.Files {
					text := string(storagetest.Get(t.Context(), t, s, folder(l.prefix)+f.Path))
					if !strings.Contains(f.Path, c.Run) {
						text = strings.ReplaceAll(text, "-"+c.Run, "") // what speaks of the files
					}
					got[strings.Replace(f.Path, "-"+c.Run, "", 1)] = text
				}
				// What speaks of the files was changed here; its sums are others.
				got["SHA256SUMS"] = sumsOfTables(got["SHA256SUMS"])
				if !maps.Equal(got, want) {
					t.Errorf("round %d: %q, want %q", round, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
					for name := range want {
						if got[name] != want[name] {
							t.Errorf("round %d: %s is not that of the local run", round, name)
						}
					}
				}
				keys := storagetest.Keys(t.Context(), t, s, folder(l.prefix))
				if len(keys) != len(c.Files)+1 {
					t.Errorf("round %d: %d files are published, and there are %q", round, len(c.Files), keys)
				}
			}
			left, err := os.ReadDir(work)
			if err != nil || slices.ContainsFunc(left, func(e fs.DirEntry) bool { return strings.Contains(e.Name(), "tables") }) {
				t.Errorf("in the work folder are %v, %v", left, err)
			}
			out1, err := tamisCloud(t.Context(), "doctor", out, "--read", "--endpoint", endpoint)
			if err != nil || !strings.Contains(out1, " files, ") {
				t.Errorf("doctor: %s, %v", out1, err)
			}
		})
	}
}

// sumsOfTables returns the lines of SHA256SUMS that are of files with rows.
func sumsOfTables(sums string) string {
	var b strings.Builder
	for line := range strings.Lines(sums) {
		if strings.HasSuffix(line, ".parquet\n") || strings.HasSuffix(line, ".csv\n") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Of two publications at once, on each backend, one is public and the other gone.
func TestTwoAtOnce(t *testing.T) {
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			s := storage.Retry(b.openAt(t, b.start(t)), patient)
			for round := range 2 {
				var begun, done sync.WaitGroup
				begun.Add(2)
				errs := make([]error, 2)
				for i := range errs {
					done.Go(func() {
						p, err := storage.Begin(ctx, s, "tables", false)
						begun.Done()
						begun.Wait()
						if err == nil {
							_, err = p.Publish(ctx, written(t, p.Suffix, fmt.Sprintf("round %d, writer %d", round, i)))
						}
						errs[i] = err
					})
				}
				done.Wait()
				winner := slices.Index(errs, nil)
				if winner < 0 || !errors.Is(errs[1-winner], storage.ErrConflict) {
					t.Fatalf("round %d: %v", round, errs)
				}
				c, err := storage.Inspect(ctx, s, "tables", true)
				if err != nil || len(c.Problems) > 0 || len(c.Left) > 0 || len(c.Files) != 1 {
					t.Fatalf("round %d: %+v, %v", round, c, err)
				}
				if got := string(storagetest.Get(ctx, t, s, "tables/"+c.Files[0].Path)); got != fmt.Sprintf("round %d, writer %d", round, winner) {
					t.Errorf("round %d: writer %d is public, with %q", round, winner, got)
				}
			}
		})
	}
}

// written makes an output folder of one file.
func written(t *testing.T, suffix, text string) string {
	dir := t.TempDir()
	err := errors.Join(os.Mkdir(filepath.Join(dir, "documents"), 0o777),
		os.WriteFile(filepath.Join(dir, "documents", "part-00000"+suffix+".parquet"), []byte(text), 0o666),
		os.WriteFile(filepath.Join(dir, "run.json"), []byte(`{"tamis": "test"}`), 0o666))
	if err != nil {
		t.Error(err)
	}
	return dir
}

// What a user gets wrong: the message, the status, and nothing done.
func TestTrouble(t *testing.T) {
	endpoint := inProcess(t)
	dir := dump(t)
	b := backend{url: "s3://bucket"}
	s := b.openAt(t, endpoint)
	storagetest.Put(t.Context(), t, s, "thesis/chapter1.doc", []byte("years of work"))
	for _, c := range []struct {
		args    []string
		status  int
		message string
	}{
		{[]string{"run", "s3://bucket/none/", "-o", "out"}, exitUsage, "s3://bucket/none/: there is nothing"},
		{[]string{"run", "s3://elsewhere/dump/", "-o", "out"}, exitFailed, "s3://elsewhere can't be listed"},
		{[]string{"run", dir, "-o", "s3://bucket/thesis"}, exitFailed, "holds something else than tables"},
		{[]string{"run", dir, "-o", "ftp://bucket/tables"}, exitUsage, "URLs that can be read"},
		{[]string{"run", dir}, exitUsage, "--out is missing"},
		{[]string{"run", "-o", "s3://bucket/tables"}, exitUsage, "needs a URL"},
		{[]string{"run", dir, "-o", "s3://bucket/tables", "--endpoint", "localhost"}, exitUsage, "the address of a service"},
		{[]string{"doctor", "s3://bucket/none"}, exitFailed, "no tables that tamis published"},
		{[]string{"doctor", "tables"}, exitUsage, "tamis doctor"},
	} {
		args := c.args
		if !slices.Contains(args, "--endpoint") {
			args = append(args, "--endpoint", endpoint)
		}
		t.Chdir(t.TempDir())
		_, err := tamisCloud(t.Context(), args...)
		status := statusError{status: exitFailed}
		errors.As(err, &status)
		if err == nil || status.status != c.status || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%q: status %d, %v; want status %d, %q", c.args, status.status, err, c.status, c.message)
		}
		if left, _ := os.ReadDir("."); len(left) > 0 {
			t.Errorf("%q leaves %v", c.args, left)
		}
	}
	if got := storagetest.Keys(t.Context(), t, s, ""); !slices.Equal(got, []string{"thesis/chapter1.doc"}) {
		t.Errorf("in the bucket are %q", got)
	}
}

// A run that is stopped leaves nothing public, and no temporary folder.
func TestStopped(t *testing.T) {
	endpoint := inProcess(t)
	dir := dump(t)
	t.Setenv("TMPDIR", t.TempDir())
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := tamisCloud(ctx, "run", dir, "--out", "s3://bucket/tables", "--endpoint", endpoint, "--model", "none"); err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("%v", err)
	}
	if got := storagetest.Keys(t.Context(), t, backend{url: "s3://bucket"}.openAt(t, endpoint), ""); got != nil {
		t.Errorf("in the bucket are %q", got)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

// Both programs are made of the same versions of what turns documents into
// tables: else their tables might differ.
func TestSameModules(t *testing.T) {
	modules := func(dir string) map[string]string {
		c := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{if .Replace}}{{.Replace.Version}}{{else}}{{.Version}}{{end}}{{end}}", "tamis/pipeline")
		c.Dir = dir
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		all := make(map[string]string)
		for line := range strings.Lines(string(out)) {
			if path, version, _ := strings.Cut(strings.TrimSpace(line), " "); path != "tamis" {
				all[path] = version
			}
		}
		return all
	}
	here, there := modules("."), modules(filepath.FromSlash("../.."))
	if !maps.Equal(here, there) || len(here) < 10 {
		for path, version := range there {
			if here[path] != version {
				t.Errorf("%s is %s here and %s in tamis", path, here[path], version)
			}
		}
	}
}

// The core links none of the drivers.
func TestCoreIsLight(t *testing.T) {
	c := exec.Command("go", "list", "-deps", "./cmd/tamis")
	c.Dir = filepath.FromSlash("../..")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		for _, heavy := range []string{"gocloud.dev", "aws-sdk", "azure-sdk", "cloud.google.com", "google.golang.org/grpc", "tamis/storage"} {
			if strings.Contains(line, heavy) {
				t.Errorf("tamis links %s", line)
			}
		}
	}
}
