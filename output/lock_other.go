//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package output

import "os"

func lock(string) (*os.File, error) { return nil, errNoLocks }

func unlock(f *os.File) { f.Close() }

func notHere(error) bool { return false }
