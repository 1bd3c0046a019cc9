//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package output

import (
	"errors"

	"golang.org/x/sys/unix"
)

// notHere reports whether an error of rename means that the two paths lie in
// different mounts, or that one is itself a mount point.
func notHere(err error) bool {
	return errors.Is(err, unix.EXDEV) || errors.Is(err, unix.EBUSY) || errors.Is(err, unix.EROFS)
}
