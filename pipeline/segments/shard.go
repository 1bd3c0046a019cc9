package segments

import (
	"fmt"
	"os"
	"path/filepath"
)

// Create makes a store in a new folder for the records of a shard. What is in it
// counts when all of it is finished, so no segment ends early; nobody else writes
// to the folder, so there is no lock.
func Create(dir string) (*Store, error) {
	if err := os.Mkdir(dir, 0o777); err != nil {
		return nil, err
	}
	return &Store{dir: dir, shard: true, index: make(map[Key]*Ref), near: make(map[Key]*Ref), files: make(map[int32]*file)}, nil
}

// OpenShard opens the store that Create made, for reading, and lists its chunks in
// the order in which they were appended.
func OpenShard(dir string) (*Store, []Ref, error) {
	entries, err := os.ReadDir(dir) // sorted
	if err != nil {
		return nil, nil, err
	}
	s := &Store{dir: dir, shard: true, files: make(map[int32]*file)}
	var all []Ref
	for i, e := range entries {
		if e.Name() != fmt.Sprintf("%08d%s", i, extension) {
			return nil, nil, fmt.Errorf("%w: segment %d of %s is missing", ErrDamaged, i, dir)
		}
		refs, err := s.read(int32(i), filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, nil, err
		}
		all = append(all, refs...)
	}
	return s, all, nil
}
