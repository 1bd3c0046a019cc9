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

	"tamis/output/results"
	"tamis/pipeline/reader"
)

// A Source is a file of the dump.
type Source struct {
	// Name stands in the tables: the path below the input that led here,
	// with slashes, headed by the input's own base name. It is the same
	// wherever the dump is mounted.
	Name string
	// Path opens the file. Data, if not nil, is the one document that the
	// source stands for; Reader, if not nil, gives the bytes of the file; Open,
	// if not nil, opens a file that is elsewhere than in the file system.
	Path   string
	Data   []byte
	Reader io.Reader
	Open   func() (reader.File, error)
	Size   int64 // bytes, 0 if unknown
	Named  bool  // asked for by its name, rather than found in a folder
	// Problem says why the source can't be read, "" if nothing is known yet.
	Problem string
	// Cut is the part of the file that is read, nil for all of it.
	Cut *Cut
}

// ErrNoInput says that the inputs hold no file at all, ErrInput that they make
// no sense together, ErrList that the list of Config.FilesFrom can't be read.
var (
	ErrNoInput = errors.New("no files found")
	ErrInput   = errors.New("given twice")
	ErrList    = errors.New("--files-from")
)

// Stdin is the input that stands for standard input.
const Stdin = "-"

// Sources lists the files of the inputs, folders walked recursively, each
// folder in sorted order, the inputs in the order given. Files and folders
// whose name starts with a dot are left out, and so is the folder skip, where
// the output goes. A folder of tables that another run wrote is a source with a
// problem. Two inputs of one base name are told apart by as much of
// their paths as it takes.
func Sources(inputs []string, skip string) ([]Source, error) { return Config{}.Sources(inputs, skip) }

// Sources is the function of this name, with the inputs that FilesFrom lists
// behind the others. A name from the list is as the list writes it: it does not
// change with the rest of the list. What is gone since the list was made is a
// source with a problem.
func (c Config) Sources(inputs []string, skip string) ([]Source, error) {
	listed, err := readList(c.FilesFrom)
	if err != nil {
		return nil, err
	}
	if skip != "" {
		if skip, err = filepath.Abs(skip); err != nil {
			return nil, err
		}
	}
	if c.FilesFrom == Stdin && slices.Contains(inputs, Stdin) {
		return nil, fmt.Errorf("%s is %w: for a list of files and for a file", Stdin, ErrInput)
	}
	var roots []string
	for _, in := range inputs {
		if in != Stdin && !c.remote(in) {
			if _, err := os.Stat(in); err != nil {
				return nil, err
			}
		}
		root, err := c.rootOf(in)
		if err != nil {
			return nil, err
		}
		roots = append(roots, root)
	}
	names := labels(roots)
	for _, in := range listed {
		root, err := c.rootOf(in)
		if err != nil {
			return nil, err
		}
		name := path.Clean(filepath.ToSlash(in))
		if c.remote(in) {
			name = strings.TrimRight(in, "/")
		}
		roots, names = append(roots, root), append(names, name)
	}
	given := append(slices.Clone(inputs), listed...)
	if err := distinct(roots, given); err != nil {
		return nil, err
	}
	var sources []Source
	for i, root := range roots {
		if root == Stdin {
			sources = append(sources, Source{Name: Stdin, Reader: os.Stdin, Named: true})
			continue
		}
		if c.remote(given[i]) {
			found, err := c.Remote(given[i])
			if i >= len(inputs) && errors.Is(err, fs.ErrNotExist) {
				found, err = []Source{{Problem: cause(err).Error()}}, nil
			}
			if err != nil {
				return nil, err
			}
			for _, s := range found {
				s.Name = strings.TrimSuffix(names[i]+"/"+s.Name, "/")
				sources = append(sources, s)
			}
			continue
		}
		root, err := filepath.EvalSymlinks(root) // WalkDir does not follow its root
		if err != nil {
			if i < len(inputs) {
				return nil, err
			}
			sources = append(sources, Source{Name: names[i], Path: roots[i], Problem: cause(err).Error()})
			continue
		}
		err = filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
			rel, relErr := filepath.Rel(root, p)
			if relErr != nil {
				return relErr
			}
			name := path.Join(names[i], filepath.ToSlash(rel))
			if err != nil {
				sources = append(sources, Source{Name: name, Path: p, Problem: cause(err).Error()})
				return nil
			}
			if p != root && (strings.HasPrefix(e.Name(), ".") || p == skip) {
				if e.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
			if e.IsDir() && results.Is(p) {
				// Read as Parquet, they would be documents a second time.
				sources = append(sources, Source{Name: name, Path: p, Problem: "tables that tamis wrote, left out"})
				return fs.SkipDir
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
				sources = append(sources, Source{Name: name, Path: p, Size: info.Size(), Named: p == root})
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(sources) == 0 {
		if c.FilesFrom != "" {
			inputs = append(slices.Clone(inputs), c.FilesFrom)
		}
		return nil, fmt.Errorf("%w in %s", ErrNoInput, strings.Join(inputs, ", "))
	}
	return sources, nil
}

// readList returns the paths that a file lists, one a line.
func readList(file string) ([]string, error) {
	if file == "" {
		return nil, nil
	}
	var list []byte
	var err error
	if file == Stdin {
		list, err = io.ReadAll(os.Stdin)
	} else {
		list, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", ErrList, file, cause(err))
	}
	var paths []string
	for line := range strings.Lines(string(list)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			paths = append(paths, line)
		}
	}
	return paths, nil
}

// remote reports whether an input is a URL that Remote lists.
func (c *Config) remote(input string) bool { return c.Remote != nil && strings.Contains(input, "://") }

func (c *Config) rootOf(input string) (string, error) {
	switch {
	case input == Stdin:
		return Stdin, nil
	case c.remote(input):
		return path.Clean(input), nil
	}
	return filepath.Abs(input)
}

// distinct returns an error if one of the roots is another one or lies in it.
func distinct(roots, inputs []string) error {
	seen := make(map[string]int, len(roots))
	for i, root := range roots {
		if _, ok := seen[root]; ok {
			return fmt.Errorf("%s is %w", inputs[i], ErrInput)
		}
		seen[root] = i
	}
	for i, root := range roots {
		for dir := root; dir != filepath.Dir(dir); {
			dir = filepath.Dir(dir)
			if j, ok := seen[dir]; ok {
				return fmt.Errorf("%s is %w: it lies in %s", inputs[i], ErrInput, inputs[j])
			}
		}
	}
	return nil
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
