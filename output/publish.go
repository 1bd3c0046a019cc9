package output

// Publication. The tables of a run appear all at once or not at all.
//
// They are written in a staging folder beside the target, on the same file
// system. Commit exchanges the two folders in one step of the file system,
// moves over what the former folder held besides tables (".work", notes of the
// user), and removes it. Where the system has no such exchange, the folders are
// renamed one after the other. Where the target cannot be renamed, because its
// parent belongs to others or it is a mount point, the staging folder lies
// inside it, and Commit replaces table by table under a journal.
//
// A crash may come between any two of these steps. The names in the staging
// folder then say what was going on, and settle, which the next Create calls,
// brings it to one end or the other:
//
//	journal                 replacing table by table: go on with it
//	new, its token in target  exchanged: new holds the former tables
//	new, no token in target   not published: former tables stay or come back
//	old, no new             published: keep what is the user's, drop the rest
//
// A lock file beside the staging folder, held as long as the run lives, tells
// a crashed run from a living one.

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"tamis/output/filelock"
)

// Names of files and folders. Hidden ones are no part of the output.
const (
	marker      = "run.json"     // in the output folder; its key "tamis" says whose it is
	workFolder  = ".work"        // in the output folder: the pipeline keeps unfinished work there
	planFolder  = ".plan"        // in the output folder: the pipeline keeps the phases of shards there
	ownPrefix   = ".tamis-"      // of what publication itself puts in the output folder
	tokenFile   = ".tamis-token" // in new tables until they are settled: the staging folder's name
	probeFile   = ".tamis-probe"
	newFolder   = "new"     // in the staging folder: the tables being written
	oldFolder   = "old"     // in the staging folder: the tables that were replaced
	journalFile = "journal" // in the staging folder: which names are being replaced
)

// isMarker reports whether b is the run.json of an output of tamis.
func isMarker(b []byte) bool {
	var m struct{ Tamis any }
	return json.Unmarshal(b, &m) == nil && m.Tamis != nil
}

// A stage is the staging folder of one run.
type stage struct {
	target string
	dir    string // the staging folder; beside the target or in it
	lock   *os.File
	test   faults
}

// faults lets tests take the ways that a healthy system does not go.
type faults struct {
	step       func(name string) // called after each step of publication; a panic is a crash
	noExchange bool              // the file system cannot exchange two folders
	inside     bool              // the target's parent cannot be written to
}

func (f *faults) after(step string) {
	if f.step != nil {
		f.step(step)
	}
}

// newStage makes the staging folder of the output folder dir.
func newStage(dir string, test faults) (*stage, error) {
	target, err := resolve(dir)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(target); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("output folder %s: is a file, not a folder", target)
	}
	parent, name := filepath.Dir(target), filepath.Base(target)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return nil, fmt.Errorf("output folder %s: %w", target, err)
	}
	s := &stage{target: target, test: test}
	err = s.open(filepath.Join(parent, "."+name+ownPrefix))
	if err != nil && exists(target) && (errors.Is(err, fs.ErrPermission) || notHere(err)) {
		err = s.open(filepath.Join(target, ownPrefix))
	}
	if err != nil {
		return nil, fmt.Errorf("output folder %s: %w", target, err)
	}
	return s, nil
}

// resolve returns the folder that dir names, following a symbolic link: it is
// the folder that is replaced, not the link.
func resolve(dir string) (string, error) {
	target, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if !exists(target) {
		return target, nil
	}
	real, err := filepath.EvalSymlinks(target)
	if err != nil {
		return "", fmt.Errorf("output folder %s: %w", target, err)
	}
	return real, nil
}

// check refuses a target that is not for tamis to replace.
func check(target string) error {
	entries, err := os.ReadDir(target)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	strangers := slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		return e.Name() != workFolder && e.Name() != planFolder && !strings.HasPrefix(e.Name(), ownPrefix)
	})
	if !strangers {
		return nil
	}
	if b, err := os.ReadFile(filepath.Join(target, marker)); err == nil && isMarker(b) {
		return nil
	}
	return errors.New("holds something else than tables of tamis (no " + marker + " of tamis in it); choose another folder or empty this one")
}

// open locks the target, settles what crashed runs left, and makes the staging
// folder. prefix is the path of the folder without its last digits.
func (s *stage) open(prefix string) (err error) {
	base := filepath.Dir(prefix)
	if s.test.inside && base != s.target {
		return fs.ErrPermission
	}
	s.lock, err = filelock.Lock(prefix + "lock")
	if err != nil && !errors.Is(err, filelock.ErrNone) {
		return err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(s.dir)
			s.unlock()
		}
	}()
	if err := s.recover(prefix); err != nil {
		return err
	}
	if err := check(s.target); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp(base, filepath.Base(prefix)); err != nil {
		return err
	}
	if err := os.Mkdir(s.content(), 0o777); err != nil {
		return err
	}
	info, err := os.Stat(s.target)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	// The new folder is to be as open to others as the former one.
	if err := os.Chmod(s.content(), info.Mode()); err != nil {
		return err
	}
	// Only a rename tells whether one can rename from here to there.
	probe, dest := filepath.Join(s.dir, probeFile), filepath.Join(s.target, probeFile)
	if err := os.WriteFile(probe, nil, 0o666); err != nil {
		return err
	}
	if err := os.Rename(probe, dest); err != nil {
		return err
	}
	return os.Remove(dest)
}

// recover settles the staging folders that crashed runs left, here and inside
// the target. We hold the lock, so no living run has one.
func (s *stage) recover(prefix string) error {
	for _, prefix := range slices.Compact([]string{prefix, filepath.Join(s.target, ownPrefix)}) {
		entries, err := os.ReadDir(filepath.Dir(prefix))
		if err != nil {
			continue // what cannot be listed is not surely dead
		}
		for _, e := range entries {
			digits, found := strings.CutPrefix(e.Name(), filepath.Base(prefix))
			if !found || !e.IsDir() || digits == "" || strings.Trim(digits, "0123456789") != "" {
				continue
			}
			left := &stage{target: s.target, dir: filepath.Join(filepath.Dir(prefix), e.Name()), test: s.test}
			if s.lock == nil && !exists(left.path(journalFile)) && !exists(left.path(oldFolder)) {
				continue // without locks, a run that has not begun to publish may be alive
			}
			if err := left.settle(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

// content returns the folder in which the new tables are written.
func (s *stage) content() string { return s.path(newFolder) }

// writeFile writes a file below the output folder, in a folder that is there.
func (s *stage) writeFile(name string, data []byte) error {
	if slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool { return part == "" || strings.HasPrefix(part, ".") }) {
		return fmt.Errorf("output: %q is no name for a file of the output folder", name)
	}
	return writeSynced(filepath.Join(s.content(), filepath.FromSlash(name)), data)
}

// publish puts the new tables in the target's place.
func (s *stage) publish() error {
	if err := syncDir(s.content()); err != nil {
		return err
	}
	s.test.after("written")
	if err := s.replace(); err != nil {
		return fmt.Errorf("output folder %s: %w", s.target, err)
	}
	if err := s.settle(); err != nil {
		return fmt.Errorf("output folder %s: the new tables are in place; tidying up: %w", s.target, err)
	}
	s.unlock()
	return nil
}

// replace exchanges the target for the new tables, in the best way that the
// system offers. After an error the target is as it was.
func (s *stage) replace() error {
	if filepath.Dir(s.dir) == s.target {
		return s.replaceInside()
	}
	if err := writeSynced(filepath.Join(s.content(), tokenFile), []byte(filepath.Base(s.dir))); err != nil {
		return err
	}
	if err := syncDir(s.content()); err != nil {
		return err
	}
	s.test.after("token")
	if !exists(s.target) {
		if err := os.Rename(s.content(), s.target); err != nil {
			return err
		}
		s.test.after("renamed")
		return nil
	}
	err := errors.ErrUnsupported
	if !s.test.noExchange {
		err = exchange(s.content(), s.target)
	}
	switch {
	case err == nil:
		s.test.after("exchanged")
		return nil
	case errors.Is(err, errors.ErrUnsupported):
		return s.replaceInTwo()
	case errors.Is(err, fs.ErrPermission) || notHere(err):
		if err := os.Remove(filepath.Join(s.content(), tokenFile)); err != nil {
			return err
		}
		return s.replaceInside()
	}
	return err
}

// replaceInTwo renames the target away and the new tables to its place.
func (s *stage) replaceInTwo() error {
	if err := os.Rename(s.target, s.path(oldFolder)); err != nil {
		return err
	}
	s.test.after("away")
	if err := os.Rename(s.content(), s.target); err != nil {
		return err // settle brings the former tables back
	}
	s.test.after("in place")
	return nil
}

// A journal says what becomes of the names in the target.
type journal struct {
	Install []string // come from the new folder; what has the name goes to the old one
	Drop    []string // go to the old folder: tables that there are no longer
}

// replaceInside writes the journal and follows it. If that does not go, it
// undoes what it did.
func (s *stage) replaceInside() error {
	var j journal
	entries, err := os.ReadDir(s.content())
	if err != nil {
		return err
	}
	for _, e := range entries {
		j.Install = append(j.Install, e.Name())
	}
	former, err := os.ReadDir(s.target)
	if err != nil {
		return err
	}
	for _, e := range former {
		if !slices.Contains(j.Install, e.Name()) && isOurs(filepath.Join(s.target, e.Name())) {
			j.Drop = append(j.Drop, e.Name())
		}
	}
	text, err := json.Marshal(j)
	if err != nil {
		return err
	}
	if err := os.Mkdir(s.path(oldFolder), 0o777); err != nil {
		return err
	}
	if err := writeSynced(s.path("journal.part"), text); err != nil {
		return err
	}
	if err := os.Rename(s.path("journal.part"), s.path(journalFile)); err != nil {
		return err
	}
	if err := syncDir(s.dir); err != nil {
		return err
	}
	s.test.after("journal")
	if err := s.follow(j); err != nil {
		return errors.Join(err, s.undo(j))
	}
	return nil
}

// places returns where a name stands before, during and after replacement.
func (s *stage) places(name string) (old, current, next string) {
	return filepath.Join(s.path(oldFolder), name), filepath.Join(s.target, name), filepath.Join(s.content(), name)
}

// follow does what the journal says and is not done yet.
func (s *stage) follow(j journal) error {
	for _, name := range j.Install {
		old, current, next := s.places(name)
		if !exists(next) {
			continue
		}
		if exists(current) {
			if err := os.Rename(current, old); err != nil {
				return err
			}
			s.test.after("old " + name)
		}
		if err := os.Rename(next, current); err != nil {
			return err
		}
		s.test.after("new " + name)
	}
	for _, name := range j.Drop {
		old, current, _ := s.places(name)
		if exists(old) || !exists(current) {
			continue
		}
		if err := os.Rename(current, old); err != nil {
			return err
		}
		s.test.after("drop " + name)
	}
	if err := syncDir(s.target); err != nil {
		return err
	}
	// Without the new folder, what is left counts as published.
	if err := os.RemoveAll(s.content()); err != nil {
		return err
	}
	s.test.after("followed")
	return os.Remove(s.path(journalFile))
}

// undo takes back what follow did, so that a target that cannot be replaced as
// a whole stays as it was.
func (s *stage) undo(j journal) error {
	for _, name := range j.Install {
		old, current, next := s.places(name)
		if exists(current) && !exists(next) {
			if err := os.Rename(current, next); err != nil {
				return err
			}
		}
		if exists(old) {
			if err := os.Rename(old, current); err != nil {
				return err
			}
		}
	}
	for _, name := range j.Drop {
		if old, current, _ := s.places(name); exists(old) {
			if err := os.Rename(old, current); err != nil {
				return err
			}
		}
	}
	return os.Remove(s.path(journalFile))
}

// settle brings the staging folder to an end, whatever point the publication
// came to, and removes it. What each state means is told at the head of this
// file.
func (s *stage) settle() error {
	if b, err := os.ReadFile(s.path(journalFile)); err == nil {
		var j journal
		if err := json.Unmarshal(b, &j); err != nil {
			return fmt.Errorf("%s: %w", s.path(journalFile), err)
		}
		if err := s.follow(j); err != nil {
			return err
		}
	}
	token := filepath.Join(s.target, tokenFile)
	b, err := os.ReadFile(token)
	published := err == nil && string(b) == filepath.Base(s.dir)
	if exists(s.content()) {
		if !published {
			return s.giveUp()
		}
		if err := os.Rename(s.content(), s.path(oldFolder)); err != nil {
			return err
		}
		s.test.after("set aside")
	}
	if err := moveMissing(s.path(oldFolder), s.target, func(path string) bool { return !isOurs(path) }); err != nil {
		return err
	}
	s.test.after("kept")
	if published {
		if err := os.Remove(token); err != nil {
			return err
		}
		s.test.after("token removed")
	}
	return s.clear()
}

// giveUp ends a publication that did not take place.
func (s *stage) giveUp() error {
	old := s.path(oldFolder)
	switch {
	case !exists(old):
	case !exists(s.target):
		if err := os.Rename(old, s.target); err != nil {
			return err
		}
	default: // someone made the folder anew in the meantime
		if err := moveMissing(old, s.target, func(string) bool { return true }); err != nil {
			return err
		}
	}
	return s.clear()
}

// clear removes the staging folder.
func (s *stage) clear() error {
	if err := os.RemoveAll(s.dir); err != nil {
		return err
	}
	for _, dir := range []string{s.target, filepath.Dir(s.target)} {
		if err := syncDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// remove drops the staging folder of a run that ends without publishing.
func (s *stage) remove() {
	s.settle() // an error leaves it for the next run
	s.unlock()
}

func (s *stage) unlock() {
	if s.lock != nil {
		filelock.Unlock(s.lock)
		s.lock = nil
	}
}

// moveMissing moves those entries of one folder to another which that does not
// have and which are wanted. A missing folder has none.
func moveMissing(from, to string, wanted func(path string) bool) error {
	entries, err := os.ReadDir(from)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		src, dst := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		if strings.HasPrefix(e.Name(), ownPrefix) || exists(dst) || !wanted(src) {
			continue
		}
		if err := os.Rename(src, dst); err != nil {
			return err
		}
	}
	return nil
}

// isOurs reports whether path is a folder that a Writer made and another run may
// drop.
func isOurs(path string) bool { return isTable(path) || isText(path) }

// isTable reports whether path is a table's folder as a Writer made it: part
// files and nothing else, the first of which bears the folder's name. A copy
// that someone made under another name is not for us to remove.
func isTable(path string) bool {
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) == 0 || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !partName.MatchString(e.Name()) }) {
		return false
	}
	f, err := os.Open(filepath.Join(path, entries[0].Name()))
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false
	}
	p, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return false
	}
	name, _ := p.Lookup(metaTable)
	return name == filepath.Base(path)
}

var partName = regexp.MustCompile(`^part-\d{5,}(-[0-9A-Za-z-]+)?\.parquet$`)

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// writeSynced writes a file and waits until it is on the disk.
func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// syncDir waits until the names in a folder are on the disk.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // has no such call
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
