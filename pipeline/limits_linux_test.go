package pipeline

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// mountSmall mounts a file system of its own on a folder, of so many bytes.
func mountSmall(dir string, size int) error {
	return unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", size))
}

func remountReadOnly(dir string) error {
	return unix.Mount("tmpfs", dir, "tmpfs", unix.MS_REMOUNT|unix.MS_RDONLY, "")
}

func unmount(dir string) error { return unix.Unmount(dir, unix.MNT_DETACH) }

// limitFiles limits the size of each file that this process writes.
func limitFiles(n uint64) error {
	return unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: n, Max: n})
}

func freeBytes(dir string) (uint64, error) {
	var st unix.Statfs_t
	err := unix.Statfs(dir, &st)
	return st.Bavail * uint64(st.Bsize), err
}
