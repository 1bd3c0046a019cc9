package storage

// Publication. The tables of a run appear all at once to those who follow
// run.json, or not at all.
//
// Stores replace one object at a time, and no two. So the files with rows have the
// name of their run in theirs and are written beside those of the run before;
// then run.json, which lists them, is swapped, if it still is the one that was
// there when the run began: of two runs at once, one publishes, and the other says
// so and takes back what it wrote. What describes the tables and hangs on no run by
// its name ("tables.md") follows, and the files of other runs are removed.
//
// What is removed was listed before the swap. So it belongs to the run before, to
// one that crashed, or to one that began before the swap and will lose by it; a run
// that begins later has written nothing yet.

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// manifestName is the object that says which files are the tables.
const manifestName = "run.json"

// manifestKey is the key that publication adds to run.json.
const manifestKey = "publication"

// A Manifest says which files are the tables; paths are keys below the prefix.
type Manifest struct {
	Run   string `json:"run"`
	Files []File `json:"files"`
}

// A File is an object of a publication.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

var (
	// ErrForeign says that there is something else than tables below a prefix.
	ErrForeign = errors.New("holds something else than tables of tamis (no " + manifestName + " of tamis in it); choose another place or empty this one")
	// ErrConflict says that another run published first.
	ErrConflict = errors.New("another run published there since this one began; its tables stand, and those of this run were dropped")
	// ErrUnguarded says that a store swaps without looking.
	ErrUnguarded = errors.New("the store does not heed conditions of writes, so nothing guards the tables against two runs at once")
)

// A Publication puts the tables of a run below a prefix of a store.
type Publication struct {
	// Suffix is what the run puts behind the names of files with rows, see
	// output.Options.
	Suffix string

	s         Store
	prefix    string // "" or ends in a slash
	unguarded bool
	run       string
	version   string    // of run.json when the run began
	former    *Manifest // nil if there are no tables, or they were copied there from a folder
}

// ours matches the names of objects that carry the name of a run, and of those
// that describe such objects where there need be none.
var ours = regexp.MustCompile(`^(?:(?:[a-z]+/(?:part-\d{5,}|[a-z]+)-|\.tamis-probe-)\d{8}T\d{6}Z-[0-9a-f]{8}(?:\.[a-z]+)?|(?:csv|jsonl)/datapackage\.json)$`)

// copied matches the files with rows of an output folder.
var copied = regexp.MustCompile(`^(?:[a-z]+/part-\d{5,}\.parquet|(?:csv|jsonl)/[a-z]+\.(?:csv|jsonl))$`)

// Begin starts a publication. It refuses a prefix that holds something else, and
// finds out, before the work is done, whether one may write there and whether the
// store heeds conditions; if not, that is ErrUnguarded, unless unguarded is set.
func Begin(ctx context.Context, s Store, prefix string, unguarded bool) (*Publication, error) {
	if prefix != "" && !strings.HasSuffix(prefix, "/") {
		prefix += "/"
	}
	var random [4]byte
	rand.Read(random[:])
	p := &Publication{s: s, prefix: prefix, unguarded: unguarded, run: time.Now().UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(random[:])}
	p.Suffix = "-" + p.run
	data, version, err := s.Load(ctx, prefix+manifestName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		for o, err := range s.List(ctx, prefix) {
			if err != nil {
				return nil, err
			}
			if name := o.Key[len(prefix):]; name != "" && !ours.MatchString(name) {
				return nil, fmt.Errorf("%w: %s", ErrForeign, name)
			}
		}
	case err != nil:
		return nil, err
	case !isMarker(data):
		return nil, ErrForeign
	default:
		if p.former, err = parseManifest(data); err != nil {
			return nil, err
		}
		p.version = version
	}
	if err := p.probe(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// probe writes where the tables are to go.
func (p *Publication) probe(ctx context.Context) error {
	key := p.prefix + ".tamis-probe" + p.Suffix
	swap := func(text, version string) error { return p.s.Swap(ctx, key, "text/plain", []byte(text), version) }
	defer p.s.Delete(context.WithoutCancel(ctx), key)
	if p.unguarded {
		return p.write(ctx, key, "text/plain", []byte("probe"))
	}
	if err := swap("first", ""); err != nil {
		return fmt.Errorf("a first, conditional write: %w", err)
	}
	_, version, err := p.s.Load(ctx, key)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		text, version string
		want          error
	}{
		{"there is one", "", ErrChanged},
		{"second", version, nil},
		{"there is another one", version, ErrChanged},
	} {
		err := swap(c.text, c.version)
		switch {
		case err == nil && c.want != nil:
			return ErrUnguarded
		case !errors.Is(err, c.want):
			return fmt.Errorf("a conditional write: %w", err)
		}
	}
	return nil
}

func (p *Publication) write(ctx context.Context, key, mediaType string, data []byte) error {
	return p.s.Write(ctx, key, mediaType, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(data))), nil })
}

// uploads is the number of files that are written at once.
const uploads = 4

// Publish publishes the output folder dir, which was written with the suffix. An
// error that comes before the tables are public takes back what was written.
func (p *Publication) Publish(ctx context.Context, dir string) (*Manifest, error) {
	m := &Manifest{Run: p.run}
	var rows, others []string
	err := filepath.WalkDir(dir, func(file string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(e.Name(), ".") && file != dir {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if e.IsDir() {
			return nil
		}
		rel, err := filepath.Rel(dir, file)
		if name := filepath.ToSlash(rel); strings.Contains(name, p.Suffix+".") {
			rows = append(rows, name)
		} else if name != manifestName {
			others = append(others, name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	keep := context.WithoutCancel(ctx)
	drop := func(err error) (*Manifest, error) {
		for _, name := range rows {
			if derr := p.s.Delete(keep, p.prefix+name); derr != nil {
				err = errors.Join(err, fmt.Errorf("%s is left: %w", p.prefix+name, derr))
			}
		}
		return nil, err
	}
	if m.Files, err = p.upload(ctx, dir, rows); err != nil {
		return drop(err)
	}
	for _, name := range others {
		f, err := sumFile(filepath.Join(dir, filepath.FromSlash(name)), name)
		if err != nil {
			return drop(err)
		}
		m.Files = append(m.Files, f)
	}
	slices.SortFunc(m.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	there := make(map[string]bool)
	for o, err := range p.s.List(ctx, p.prefix) {
		if err != nil {
			return drop(err)
		}
		there[o.Key[len(p.prefix):]] = true
	}
	info, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err == nil {
		info, err = withManifest(info, m)
	}
	if err != nil {
		return drop(err)
	}
	if p.unguarded {
		err = p.write(ctx, p.prefix+manifestName, "application/json", info)
	} else {
		err = p.s.Swap(ctx, p.prefix+manifestName, "application/json", info, p.version)
	}
	if errors.Is(err, ErrChanged) {
		return drop(ErrConflict)
	}
	if err != nil {
		if now, _, lerr := p.s.Load(keep, p.prefix+manifestName); lerr == nil && string(now) != string(info) || errors.Is(lerr, fs.ErrNotExist) {
			return drop(err)
		}
		return nil, fmt.Errorf("whether the tables are public can't be told: %w", err)
	}
	if err := p.tidy(keep, dir, m, others, there); err != nil {
		return m, fmt.Errorf("the new tables are public; tidying up: %w", err)
	}
	return m, nil
}

// upload writes files, several at once.
func (p *Publication) upload(ctx context.Context, dir string, names []string) ([]File, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	files := make([]File, len(names))
	var wg sync.WaitGroup
	slots := make(chan struct{}, uploads)
	for i, name := range names {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			var err error
			if files[i], err = p.uploadFile(ctx, dir, name); err != nil {
				stop(fmt.Errorf("%s: %w", name, err))
			}
		})
	}
	wg.Wait()
	return files, context.Cause(ctx)
}

func (p *Publication) uploadFile(ctx context.Context, dir, name string) (File, error) {
	f := File{Path: name}
	var sum hash.Hash
	err := p.s.Write(ctx, p.prefix+name, mediaType(name), func() (io.ReadCloser, error) {
		r, err := os.Open(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		info, err := r.Stat()
		if err != nil {
			r.Close()
			return nil, err
		}
		f.Bytes, sum = info.Size(), sha256.New()
		return struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r, sum), r}, nil
	})
	if err == nil {
		f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	}
	return f, err
}

// tidy writes what describes the tables, and removes the files of other runs.
func (p *Publication) tidy(ctx context.Context, dir string, m *Manifest, others []string, there map[string]bool) error {
	if _, err := p.upload(ctx, dir, others); err != nil {
		return err
	}
	remove := make(map[string]bool)
	for name := range there {
		remove[name] = ours.MatchString(name) || p.former == nil && copied.MatchString(name)
	}
	if p.former != nil {
		for _, f := range p.former.Files {
			remove[f.Path] = true
		}
	}
	for _, f := range m.Files {
		remove[f.Path] = false
	}
	for _, name := range slices.Sorted(maps.Keys(remove)) {
		if remove[name] {
			if err := p.s.Delete(ctx, p.prefix+name); err != nil {
				return err
			}
		}
	}
	return nil
}

// mediaType returns that of a file, by its name.
func mediaType(name string) string {
	known := map[string]string{".parquet": "application/vnd.apache.parquet", ".json": "application/json", ".jsonl": "application/jsonl", ".csv": "text/csv",
		".md": "text/markdown; charset=utf-8", ".sql": "application/sql"}[path.Ext(name)]
	return cmp.Or(known, "text/plain; charset=utf-8")
}

func sumFile(file, name string) (File, error) {
	r, err := os.Open(file)
	if err != nil {
		return File{}, err
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.Copy(h, r)
	return File{name, n, hex.EncodeToString(h.Sum(nil))}, err
}

// withManifest adds the manifest to the run.json of an output.
func withManifest(info []byte, m *Manifest) ([]byte, error) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(info, &keys); err != nil {
		return nil, fmt.Errorf("%s: %w", manifestName, err)
	}
	var err error
	if keys[manifestKey], err = json.Marshal(m); err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(keys, "", "  ")
	return append(b, '\n'), err
}

// parseManifest returns the manifest in a run.json, nil if it has none.
func parseManifest(info []byte) (*Manifest, error) {
	var keys struct {
		Publication *Manifest `json:"publication"`
	}
	if err := json.Unmarshal(info, &keys); err != nil {
		return nil, fmt.Errorf("%s: %w", manifestName, err)
	}
	return keys.Publication, nil
}
