package output

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// lock creates the file and locks it until unlock or the end of the process.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	err = windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, new(windows.Overlapped))
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return nil, fmt.Errorf("%w (%s)", errLocked, path)
	}
	return nil, errNoLocks
}

// unlock lets go of the file and removes it; Windows keeps a file that another
// run has opened by then.
func unlock(f *os.File) {
	f.Close()
	os.Remove(f.Name())
}

// notHere reports whether an error of rename means that the two paths lie in
// different volumes.
func notHere(err error) bool { return errors.Is(err, windows.ERROR_NOT_SAME_DEVICE) }
