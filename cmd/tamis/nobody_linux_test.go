package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// asNobody prepares a command to run without the rights of root, to whom no file
// is closed. dir is a folder of the test's, which has to be in reach.
func asNobody(t *testing.T, dir string) func(*exec.Cmd) {
	t.Helper()
	if os.Geteuid() != 0 {
		return func(*exec.Cmd) {}
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return func(cmd *exec.Cmd) {
		self, err := os.Open(cmd.Path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { self.Close() })
		// The program stands in a folder that only root may enter.
		cmd.Path, cmd.ExtraFiles = "/proc/self/fd/3", []*os.File{self}
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
}
