package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"tamis/output"
)

// Each index of a phase is worked on in an attempt, a folder of its own that nobody
// else writes to. When all its files are on the disk, a marker that lists them is
// put in place, with a name that only one marker can have: so what counts is one
// attempt, whole, whoever else tried it, before, at the same time or later. The
// phases behind know the files from the marker and from nowhere else.
//
//	PLAN/map/00003/attempt-1594/...   files
//	PLAN/map/00003.done               marker

// A marker says what an attempt made.
type marker struct {
	Attempt string        `json:"attempt"` // folder, below that of the phase, with slashes
	Files   []markedFile  `json:"files"`
	Counts  *Summary      `json:"counts,omitempty"` // of map
	Parts   []output.Part `json:"parts,omitempty"`  // of tables
	Fixes   *fixState     `json:"fixes,omitempty"`  // of write, with corrections
	Started time.Time     `json:"started"`
	Seconds float64       `json:"seconds"`
	Host    string        `json:"host"`
}

// A markedFile is a file of an attempt. The checksum is CRC-32C, which processors
// compute at the speed of memory: it is against damage, not against people.
type markedFile struct {
	Path   string `json:"path"` // below the attempt, with slashes
	Size   int64  `json:"size"`
	CRC32C uint32 `json:"crc32c"`
}

const (
	markerEnd     = ".done"
	attemptPrefix = "attempt-"
	scratchName   = "tmp"
)

func indexName(index int) string { return fmt.Sprintf("%05d", index) }

func (p *Plan) markerPath(phase string, index int) string {
	return filepath.Join(p.dir, phase, indexName(index)+markerEnd)
}

// marker reads the marker of an index, nil if there is none.
func (p *Plan) marker(phase string, index int) (*marker, error) {
	b, err := os.ReadFile(p.markerPath(phase, index))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var m marker
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", p.markerPath(phase, index), err)
	}
	return &m, nil
}

// path returns the path of a file of the attempt.
func (p *Plan) path(phase string, m *marker, file ...string) string {
	return filepath.Join(append([]string{p.dir, phase, filepath.FromSlash(m.Attempt)}, file...)...)
}

// whole returns an error if files of the attempt are not as the marker says: there,
// of their size and, if sums is set, with their checksums.
func (p *Plan) whole(phase string, m *marker, sums bool) error {
	for _, f := range m.Files {
		path := p.path(phase, m, filepath.FromSlash(f.Path))
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return err
		case info.Size() != f.Size:
			return fmt.Errorf("%s has %d bytes, not %d as it was written", path, info.Size(), f.Size)
		case !sums:
			continue
		}
		sum, err := checksum(path)
		if err != nil {
			return err
		}
		if sum != f.CRC32C {
			return fmt.Errorf("%s is damaged: its checksum is another one than when it was written", path)
		}
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(path string) (uint32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	h := crc32.New(castagnoli)
	_, err = io.CopyBuffer(h, struct{ io.Reader }{f}, make([]byte, 64<<10))
	return h.Sum32(), err
}

// attempt makes the files of an index by work, and its marker. If another attempt
// was faster, that one counts.
func (p *Plan) attempt(ctx context.Context, phase string, index int, work func(dir, scratch string, m *marker) error) (err error) {
	started := time.Now()
	parent := filepath.Join(p.dir, phase, indexName(index))
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(parent, attemptPrefix)
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			return
		}
		os.RemoveAll(dir)
		// An attempt that failed since another one was done before, and tidied up,
		// did not fail.
		if m, merr := p.marker(phase, index); merr == nil && m != nil && ctx.Err() == nil && p.whole(phase, m, false) == nil {
			err = nil
		}
	}()
	scratch := filepath.Join(dir, scratchName)
	if p.Scratch == "" {
		err = os.Mkdir(scratch, 0o777)
	} else if err = os.MkdirAll(p.Scratch, 0o777); err == nil {
		scratch, err = os.MkdirTemp(p.Scratch, "tamis-")
	}
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	m := &marker{Attempt: indexName(index) + "/" + filepath.Base(dir), Started: started.UTC(), Files: []markedFile{}}
	if err := work(dir, scratch, m); err != nil {
		return err
	}
	if err := os.RemoveAll(scratch); err != nil {
		return err
	}
	if m.Files, err = listFiles(dir); err != nil {
		return err
	}
	if m.Host, err = os.Hostname(); err != nil {
		m.Host = ""
	}
	m.Seconds = time.Since(started).Seconds()
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	first, err := publishMarker(dir+markerEnd, p.markerPath(phase, index), append(b, '\n'))
	if err != nil {
		return err
	}
	if !first {
		return os.RemoveAll(dir)
	}
	return syncPath(filepath.Join(p.dir, phase))
}

// publishMarker writes a marker aside and gives it its name, unless that is taken:
// then it reports false.
func publishMarker(aside, path string, b []byte) (first bool, err error) {
	f, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return false, err
	}
	defer os.Remove(aside)
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return false, err
	}
	switch err = os.Link(aside, path); {
	case err == nil:
		return true, nil
	case errors.Is(err, fs.ErrExist):
		return false, nil
	}
	// Without links: renaming leaves exactly one marker, too, that of the last one.
	// Its files and those of the others are equal in what counts, and all stay.
	if rerr := os.Rename(aside, path); rerr != nil {
		return false, errors.Join(err, rerr)
	}
	return true, nil
}

// listFiles lists the files below a folder with their sizes and checksums, which
// are on the disk then.
func listFiles(dir string) ([]markedFile, error) {
	files := []markedFile{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			err = syncPath(path)
		}
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		sum, err := checksum(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files = append(files, markedFile{filepath.ToSlash(rel), info.Size(), sum})
		return err
	})
	return files, err
}

// syncPath waits until a file, or the names in a folder, are on the disk.
func syncPath(path string) error {
	if runtime.GOOS == "windows" {
		return nil // has no such call for what is open for reading
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// done reports which indices of a phase have a marker.
func (p *Plan) done(f Phase) ([]bool, error) {
	done := make([]bool, f.Shards)
	entries, err := os.ReadDir(filepath.Join(p.dir, f.Name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		var index int
		if name, ok := strings.CutSuffix(e.Name(), markerEnd); ok {
			if _, err := fmt.Sscanf(name, "%d", &index); err == nil && index < len(done) && index >= 0 && name == indexName(index) {
				done[index] = true
			}
		}
	}
	return done, nil
}

// markers reads those of a phase, all of which have to be there.
func (p *Plan) markers(phase string) ([]*marker, error) {
	f := p.phase(phase)
	all := make([]*marker, f.Shards)
	for index := range all {
		m, err := p.marker(phase, index)
		if err != nil {
			return nil, err
		}
		if m == nil {
			return nil, missing(f, []int{index})
		}
		all[index] = m
	}
	return all, nil
}

// ErrMissing says that an earlier phase is not complete.
var ErrMissing = errors.New("not done yet")

func missing(f Phase, indices []int) error {
	var list strings.Builder
	for n, i := range indices {
		if n == 20 {
			fmt.Fprintf(&list, " and %d more", len(indices)-n)
			break
		}
		if n > 0 {
			list.WriteByte(',')
		}
		fmt.Fprintf(&list, " %d", i)
	}
	return fmt.Errorf("phase %s is %w: of its %d indices, these are missing:%s", f.Name, ErrMissing, f.Shards, list.String())
}

// redo takes a marker away whose files are not whole any more, so that the index is
// done again.
func (p *Plan) redo(phase string, index int, m *marker) error {
	b, err := json.Marshal(m)
	if err != nil {
		return err
	}
	now, err := p.marker(phase, index)
	if err != nil || now == nil {
		return err
	}
	if again, err := json.Marshal(now); err != nil || !bytes.Equal(again, b) {
		return err // somebody else has done it
	}
	return cmp.Or(os.Remove(p.markerPath(phase, index)), os.RemoveAll(p.path(phase, m)))
}

// tidy removes the attempts that do not count: killed ones leave their files. One
// that somebody is still at fails, and finds that another one is done.
func (p *Plan) tidy() error {
	for _, f := range p.Phases() {
		for index := range f.Shards {
			m, err := p.marker(f.Name, index)
			if err != nil {
				return err
			}
			if m == nil {
				continue
			}
			parent := filepath.Join(p.dir, f.Name, indexName(index))
			entries, err := os.ReadDir(parent)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if e.Name() == filepath.Base(p.path(f.Name, m)) {
					continue
				}
				if err := os.RemoveAll(filepath.Join(parent, e.Name())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
