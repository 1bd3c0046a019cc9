package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const marker = "run.json"

func isMarker(b []byte) bool {
	var m struct{ Tamis json.RawMessage }
	return json.Unmarshal(b, &m) == nil && len(m.Tamis) > 0
}

type stage struct{ target, dir string }

func newStage(dir string, o Options) (*stage, error) {
	dir = filepath.Clean(dir)
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return nil, err
	}
	s, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".tamis-")
	return &stage{dir, s}, err
}
func (s *stage) content() string { return s.dir }
func (s *stage) remove()         { os.RemoveAll(s.dir) }
func (s *stage) writeFile(name string, data []byte) error {
	return os.WriteFile(filepath.Join(s.dir, name), data, 0o666)
}
func (s *stage) publish() error {
	if b, err := os.ReadFile(filepath.Join(s.target, marker)); err == nil && isMarker(b) {
		os.RemoveAll(s.target)
	} else if !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s holds something else", s.target)
	}
	return os.Rename(s.dir, s.target)
}
func syncDir(string) error { return nil }
