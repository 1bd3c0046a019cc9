package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// ErrNoTables says that there are no tables below a prefix.
var ErrNoTables = errors.New("no tables that tamis published")

// A Check is what is wrong with published tables, and what lies beside them.
type Check struct {
	Manifest
	// Problems names files that are missing, or are not as they were written.
	Problems []string
	// Left are files of runs that were not published: of one that crashed, or
	// is at work now.
	Left []string
}

// Inspect compares what lies below a prefix with its run.json: whether the files
// are there and as long as they should be, and if read is set, their bytes.
func Inspect(ctx context.Context, s Store, prefix string, read bool) (*Check, error) {
	if prefix != "" && !strings.HasSuffix(prefix, "/") {
		prefix += "/"
	}
	data, _, err := s.Load(ctx, prefix+manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: there is no %s", ErrNoTables, manifestName)
	}
	if err != nil {
		return nil, err
	}
	m, err := parseManifest(data)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, fmt.Errorf("%w: %s does not list files", ErrNoTables, manifestName)
	}
	c := &Check{Manifest: *m}
	sizes := make(map[string]int64)
	listed := make(map[string]bool)
	for _, f := range m.Files {
		listed[f.Path] = true
	}
	for o, err := range s.List(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		name := o.Key[len(prefix):]
		sizes[name] = o.Size
		if !listed[name] && ours.MatchString(name) {
			c.Left = append(c.Left, name)
		}
	}
	for _, f := range m.Files {
		size, ok := sizes[f.Path]
		switch {
		case !ok:
			c.Problems = append(c.Problems, f.Path+": missing")
		case size != f.Bytes:
			c.Problems = append(c.Problems, fmt.Sprintf("%s: %d bytes, and %d were written", f.Path, size, f.Bytes))
		case read:
			sum, err := sumObject(ctx, s, prefix+f.Path)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", f.Path, err)
			}
			if sum != f.SHA256 {
				c.Problems = append(c.Problems, f.Path+": its bytes are others than were written")
			}
		}
	}
	return c, nil
}

func sumObject(ctx context.Context, s Store, key string) (string, error) {
	r, _, err := s.Open(ctx, key, 0, -1)
	if err != nil {
		return "", err
	}
	defer r.Close()
	h := sha256.New()
	_, err = io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), err
}
