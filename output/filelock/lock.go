// Package filelock locks folders against a second run: by a lock on a file, held
// as long as the process lives, so that a crash leaves no lock behind.
package filelock

import "errors"

var (
	// ErrLocked says that another process has the lock.
	ErrLocked = errors.New("another run of tamis is writing to it")
	// ErrNone says that the system or the file system has no file locks.
	ErrNone = errors.New("no file locks here")
)
