package output

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// exchange swaps two folders of one file system in one step.
func exchange(a, b string) error {
	err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	switch {
	case err == nil:
		return nil
	case err == unix.ENOSYS || err == unix.EINVAL || err == unix.ENOTSUP:
		return errors.ErrUnsupported // an old kernel, or a file system without it
	}
	return &os.LinkError{Op: "exchange", Old: a, New: b, Err: err}
}
