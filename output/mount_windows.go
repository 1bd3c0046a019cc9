package output

import (
	"errors"

	"golang.org/x/sys/windows"
)

// notHere reports whether an error of rename means that the two paths lie in
// different volumes.
func notHere(err error) bool { return errors.Is(err, windows.ERROR_NOT_SAME_DEVICE) }
