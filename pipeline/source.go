package pipeline

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A Source is a file of the dump.
type Source struct {
	// Name stands in the tables: the path below the input that led here,
	// with slashes, headed by the input's own base name. It is the same
	// wherever the dump is mounted.
	Name string
	// Path opens the file; Data, if not nil, stands for its bytes.
	Path string
	Data []byte
	Size int64 // bytes
	// Problem says why the source can't be read, "" if nothing is known yet.
	Problem string
}

// ErrNoInput says that the inputs hold no file at all, ErrInput that they make
// no sense together.
var (
	ErrNoInput = errors.New("no files found")
	ErrInput   = errors.New("given twice")
)

// Sources lists the files of the inputs, folders walked recursively, each
// folder in sorted order, the inputs in the order given. Files and folders
// whose name starts with a dot are left out, and so is the folder skip, where
// the output goes. Two inputs of one base name are told apart by as much of
// their paths as it takes.
func Sources(inputs []string, skip string) ([]Source, error) {
	if skip != "" {
		var err error
		if skip, err = filepath.Abs(skip); err != nil {
			return nil, err
		}
	}
	roots := make([]string, len(inputs))
	for i, in := range inputs {
		if _, err := os.Stat(in); err != nil {
			return nil, err
		}
		abs, err := filepath.Abs(in)
		if err != nil {
			return nil, err
		}
		for _, other := range roots[:i] {
			if abs == other || inside(abs, other) || inside(other, abs) {
				return nil, fmt.Errorf("%s is %w: it lies in another input or holds it", in, ErrInput)
			}
		}
		roots[i] = abs
	}
	labels := labels(roots)
	var sources []Source
	for i, root := range roots {
		root, err := filepath.EvalSymlinks(root) // WalkDir does not follow its root
		if err != nil {
			return nil, err
		}
		err = filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
			rel, relErr := filepath.Rel(root, p)
			if relErr != nil {
				return relErr
			}
			name := path.Join(labels[i], filepath.ToSlash(rel))
			if err != nil {
				sources = append(sources, Source{Name: name, Path: p, Problem: err.Error()})
				return nil
			}
			if p != root && (strings.HasPrefix(e.Name(), ".") || p == skip) {
				if e.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			info, err := os.Stat(p) // follows links
			switch {
			case err != nil:
				sources = append(sources, Source{Name: name, Path: p, Problem: cause(err).Error()})
			case e.IsDir():
			case info.IsDir():
				if p != root {
					sources = append(sources, Source{Name: name, Path: p, Problem: "symbolic link to a folder"})
				}
			case !info.Mode().IsRegular():
				sources = append(sources, Source{Name: name, Path: p, Problem: "not a regular file"})
			default:
				sources = append(sources, Source{Name: name, Path: p, Size: info.Size()})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("%w in %s", ErrNoInput, strings.Join(inputs, ", "))
	}
	return sources, nil
}

func inside(p, folder string) bool {
	return strings.HasPrefix(p, strings.TrimSuffix(folder, string(filepath.Separator))+string(filepath.Separator))
}

// labels returns for each path the shortest tail, of one element or more,
// that no other path shares.
func labels(paths []string) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		parts := strings.Split(strings.Trim(filepath.ToSlash(p), "/"), "/")
		for n := 1; n <= len(parts); n++ {
			out[i] = path.Join(parts[len(parts)-n:]...)
			shared := slices.IndexFunc(paths, func(o string) bool {
				return o != p && strings.HasSuffix(filepath.ToSlash(o), "/"+out[i])
			})
			if shared < 0 {
				break
			}
		}
	}
	return out
}

// cause returns what an error of package os says beside the path, which stands
// in the source's name already.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// read returns the bytes of the source, or the reason why not.
func (s *Source) read(maxBytes int64) ([]byte, *Reject) {
	reject := func(reason, detail string) ([]byte, *Reject) {
		return nil, &Reject{Stage: "load", Reason: reason, Detail: detail}
	}
	switch {
	case s.Problem != "":
		return reject("unreadable", s.Problem)
	case s.Size > maxBytes:
		return reject("too large", fmt.Sprintf("%d bytes, the limit is %d", s.Size, maxBytes))
	}
	if s.Data != nil {
		return s.Data, nil
	}
	f, err := os.Open(s.Path)
	if err != nil {
		return reject("unreadable", cause(err).Error())
	}
	defer f.Close()
	raw := make([]byte, 0, s.Size+1)
	for {
		n, err := f.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		switch {
		case int64(len(raw)) > maxBytes:
			return reject("too large", fmt.Sprintf("more than %d bytes", maxBytes))
		case errors.Is(err, io.EOF):
			return raw, nil
		case err != nil:
			return reject("unreadable", cause(err).Error())
		}
		if len(raw) == cap(raw) { // the file has grown since it was listed
			raw = append(raw, 0)[:len(raw)]
		}
	}
}
