package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// asNobody runs f with the rights of a user who owns nothing, also where the
// tests run as root, for whom every folder can be written to.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f() // the test takes its own rights away
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocks: the thread ends with the goroutine
		if err := syscall.Setfsuid(65534); err != nil {
			t.Error(err)
			return
		}
		f()
	}()
	<-done
}

func TestNotWritable(t *testing.T) {
	root := t.TempDir()
	// t.TempDir and its parent let only their owner in.
	for dir := root; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(root, "parent", "out")
	mustPut(t, dir, "v1")
	modes := func(parent, out os.FileMode) {
		t.Helper()
		if err := errors.Join(os.Chmod(filepath.Dir(dir), parent), os.Chmod(dir, out)); err != nil {
			t.Fatal(err)
		}
		if os.Geteuid() == 0 && out&0o200 != 0 {
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
		}
	}
	defer modes(0o755, 0o755)

	modes(0o555, 0o555)
	asNobody(t, func() {
		for _, d := range []string{dir, filepath.Join(root, "parent", "new"), filepath.Join(root, "parent", "deep", "er")} {
			if err := put(d, "v2", faults{}); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "output folder "+d) {
				t.Errorf("%s: error %v, want it to name the folder and the missing permission", d, err)
			}
		}
	})
	if v := version(t, dir); v != "v1" {
		t.Errorf("tables of %q", v)
	}

	// The folder can be written to, its parent cannot.
	modes(0o555, 0o755)
	asNobody(t, func() {
		w, err := Create(dir, Options{})
		if err != nil {
			t.Error(err)
			return
		}
		if filepath.Dir(w.stage.dir) != dir {
			t.Errorf("staged in %s", w.stage.dir)
		}
		w.Abort()
	})
	if v := version(t, dir); v != "v1" {
		t.Errorf("tables of %q", v)
	}
}
