package output

import "errors"

var (
	errLocked  = errors.New("another run of tamis is writing to it")
	errNoLocks = errors.New("no file locks here")
)
