//go:build !linux

package pipeline

import (
	"errors"
	"os"
	"testing"
)

func asNobody(t *testing.T, _ string) {
	if os.Geteuid() == 0 {
		t.Skip("root may read and write everywhere")
	}
}

var errNotHere = errors.New("not on this system")

func mountSmall(string, int) error { return errNotHere }

func remountReadOnly(string) error { return errNotHere }

func unmount(string) error { return errNotHere }

func limitFiles(uint64) error { return errNotHere }

func freeBytes(string) (uint64, error) { return 0, errNotHere }
