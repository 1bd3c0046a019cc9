package pipeline

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

var crashes = flag.Int("crashes", 10, "runs that TestCrash kills")

// TestMain runs the job of a child process where a test asks for one: processes
// can be killed, goroutines can't.
func TestMain(m *testing.M) {
	if job := os.Getenv("TAMIS_TEST_RUN"); job != "" {
		in, out, _ := strings.Cut(job, "|")
		if limit := os.Getenv("TAMIS_TEST_LIMIT"); limit != "" {
			var n uint64
			fmt.Sscan(limit, &n)
			limitFiles(n)
		}
		if _, err := Run(context.Background(), Config{}, []string{in}, out, nil); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if job := os.Getenv("TAMIS_TEST_SHARD"); job != "" {
		if err := doShard(job); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child returns the command of a process that runs the pipeline.
func child(in, out string, env ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "TAMIS_TEST_RUN="+in+"|"+out), env...)
	return cmd
}

// TestCrash kills runs at random moments. After each, the tables are the former
// ones or the new ones, whole; and going on gives the bytes of a run that nobody
// disturbed.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for some seconds")
	}
	g := newGrowing(t)
	g.step(t, 150)
	former := filepath.Join(t.TempDir(), "former")
	run(t, Config{}, g.dir, former)
	old := hashes(t, former)
	for range 3 {
		g.step(t, 100)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	start := time.Now()
	if b, err := child(g.dir, fresh).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	whole := time.Since(start)
	want := hashes(t, fresh)

	random := rand.New(rand.NewPCG(uint64(*crashes), 1))
	var out string
	killed, old2new := 0, 0
	for i := range *crashes {
		if out == "" { // the last run came to its end: from the former state again
			out = filepath.Join(t.TempDir(), "out")
			if err := os.CopyFS(out, os.DirFS(former)); err != nil {
				t.Fatal(err)
			}
		}
		cmd := child(g.dir, out)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wait := time.Duration(random.Int64N(int64(whole) * 11 / 10))
		timer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
		err := cmd.Wait()
		timer.Stop()
		if err != nil {
			killed++
		}
		switch got := hashes(t, out); {
		case maps.Equal(got, want):
			old2new++
		case !maps.Equal(got, old):
			t.Errorf("crash %d, after %v: the tables are neither the former ones nor the new ones", i+1, wait)
		}
		if i%3 == 2 || err == nil || i == *crashes-1 { // else the next one goes on and is killed, too
			if b, err := child(g.dir, out).CombinedOutput(); err != nil {
				t.Errorf("crash %d, after %v: going on: %v: %s", i+1, wait, err, b)
			}
			if !maps.Equal(hashes(t, out), want) {
				t.Errorf("crash %d, after %v: going on gives other tables", i+1, wait)
			}
			left, err := os.ReadDir(filepath.Dir(out))
			if err != nil || len(left) != 1 {
				t.Errorf("crash %d: %v is left beside the tables, %v", i+1, left, err)
			}
			out = ""
		}
	}
	t.Logf("%d runs killed within %v, %d of them had published", killed, whole, old2new)
	if killed == 0 {
		t.Error("no run was killed")
	}
}

// TestNoSpace lets runs meet a full disk, at several sizes: the former tables stay
// as they are, the run says what happened, and with room again it goes on.
func TestNoSpace(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes for some seconds")
	}
	if runtime.GOOS == "windows" {
		t.Skip("no limit on the size of files here")
	}
	g := newGrowing(t)
	g.step(t, 40)
	dir, limit := fullDisk(t)
	out := filepath.Join(dir, "out")
	run(t, Config{}, g.dir, out)
	old := hashes(t, out)
	for range 4 {
		g.step(t, 100)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	run(t, Config{}, g.dir, fresh)
	failed := 0
	for _, kilobytes := range []uint64{1, 20, 60, 150, 300} {
		env, release := limit(kilobytes << 10)
		b, err := child(g.dir, out, env...).CombinedOutput()
		release()
		if err == nil {
			continue // it fits
		}
		failed++
		if s := string(b); !strings.Contains(s, "no space left") && !strings.Contains(s, "file too large") {
			t.Errorf("%d kB: %s", kilobytes, s)
		}
		if !maps.Equal(hashes(t, out), old) {
			t.Fatalf("%d kB: the former tables changed", kilobytes)
		}
	}
	if failed < 2 {
		t.Errorf("%d runs met a full disk", failed)
	}
	run(t, Config{}, g.dir, out)
	sameTables(t, "with room again", out, fresh)
}

// fullDisk returns a folder and a function that leaves so much room in it: a file
// system of its own with a file that fills it, where mounting is allowed, else a
// limit on the size of each file.
func fullDisk(t *testing.T) (dir string, limit func(room uint64) (env []string, release func())) {
	dir = t.TempDir()
	const size = 64 << 20
	if err := mountSmall(dir, size); err != nil {
		t.Logf("no file system for the test (%v): files have a limit instead", err)
		return dir, func(room uint64) ([]string, func()) {
			return []string{fmt.Sprint("TAMIS_TEST_LIMIT=", room)}, func() {}
		}
	}
	t.Cleanup(func() { unmount(dir) })
	return dir, func(room uint64) ([]string, func()) {
		free, err := freeBytes(dir)
		if err != nil {
			t.Fatal(err)
		}
		fill := filepath.Join(dir, "fill")
		if err := os.WriteFile(fill, make([]byte, free-min(free, room)), 0o666); err != nil {
			t.Fatal(err)
		}
		return nil, func() { os.Remove(fill) }
	}
}

// TestReadOnlyOutput runs into a folder that nobody can write to.
func TestReadOnlyOutput(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	if err := mountSmall(dir, 32<<20); err != nil {
		if os.Getuid() == 0 {
			t.Skipf("root may write everywhere, and mounting is not allowed: %v", err)
		}
		run(t, Config{}, dumpFolder, out)
		os.Chmod(dir, 0o555)
		os.Chmod(out, 0o555)
		t.Cleanup(func() { os.Chmod(dir, 0o777); os.Chmod(out, 0o777) })
	} else {
		t.Cleanup(func() { unmount(dir) })
		run(t, Config{}, dumpFolder, out)
		if err := remountReadOnly(dir); err != nil {
			t.Fatal(err)
		}
	}
	before := hashes(t, out)
	_, err := Run(context.Background(), Config{RepeatMin: 3}, []string{dumpFolder}, out, nil)
	if err == nil || !errors.Is(err, os.ErrPermission) && !errors.Is(err, syscall.EROFS) {
		t.Errorf("error %v", err)
	}
	if !maps.Equal(hashes(t, out), before) {
		t.Error("the tables changed")
	}
	// The work can be kept elsewhere, but tables need a place.
	if _, err := Run(context.Background(), Config{Work: t.TempDir()}, []string{dumpFolder}, out, nil); err == nil {
		t.Error("a run wrote tables to a folder that nobody can write to")
	}
}
