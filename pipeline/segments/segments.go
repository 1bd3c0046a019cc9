// Package segments keeps what the map phase made of a dump, in a folder, so that a
// run that was killed goes on where it was, and a later run maps what is new
// alone.
//
// What is kept comes in chunks: the records of some documents that follow each
// other in the dump. A chunk has a key that says what it was made of, see Key;
// to find the key is to know that the same input would give the same records.
// Chunks are written to segments, files of a few seconds of work. A segment
// counts when it is finished: when a footer lists its chunks, with checksums,
// everything is on the disk, and the file has its final name. What a crash left
// unfinished is removed.
package segments

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/s2"

	"tamis/output/filelock"
)

// A Key says what the records of a chunk were made of: a hash of the names and
// the bytes of its documents and of all that reading and cleaning them depends
// on.
type Key [16]byte

// Counts is what a run needs to know of a chunk without reading it.
type Counts struct {
	Documents int64 // rejects among them
	Rejects   int64
	Bytes     int64 // of the documents
}

// maxAnchors is the number of documents by which a chunk is found where its key is
// not.
const maxAnchors = 8

// A Ref is a chunk that the store holds.
type Ref struct {
	Key Key
	// Anchors are keys of some of its documents: the first, the last and some
	// between, by which a chunk is found that has one document more or less.
	Anchors []Key
	// Later is what the later stages of the chunk depend on, their
	// configuration: records of the same key and another one can serve where
	// these stages begin.
	Later uint64
	Counts

	segment int32
	size    int32 // compressed
	start   int64
	raw     int64
	sum     uint32 // CRC-32C of the compressed bytes
}

// Encoded is a chunk as it is written.
type Encoded struct {
	data []byte
	raw  int64
	sum  uint32
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Encode compresses the records of a chunk. It is the part of the work that
// needs no order.
func Encode(records []byte) Encoded {
	data := s2.Encode(nil, records)
	return Encoded{data, int64(len(records)), crc32.Checksum(data, castagnoli)}
}

// A Store is a folder of segments. Append, Finish and Sweep are for one
// goroutine, Find and Read for any number.
type Store struct {
	dir string
	// own says that the folder goes with the run.
	own bool
	// shard says that nothing in it counts before the end, see Create.
	shard bool
	lock  *os.File

	mu    sync.Mutex
	index map[Key]*Ref
	near  map[Key]*Ref // by anchors
	files map[int32]*file
	clock int64

	next    int32
	current *writing
	scratch string
}

// file is a finished segment, or the one being written.
type file struct {
	path string
	size int64
	f    *os.File // nil if it is not open
	used int64    // when it was, on the store's clock
	busy int
}

// writing is the segment being written.
type writing struct {
	number  int32
	f       *os.File
	w       *bufio.Writer
	end     int64
	refs    []Ref
	started time.Time
}

const (
	magic     = "tamis segment 1\n"
	extension = ".seg"
	part      = ".part"
	lockName  = "lock"

	// A segment is finished when it has so many bytes, or some bytes and a few
	// seconds have passed: that is what a crash costs.
	fullBytes = 64 << 20
	someBytes = 256 << 10
	seconds   = 2 * time.Second

	maxOpen = 64
)

// ErrDamaged says that a segment is not as it was written.
var ErrDamaged = errors.New("a segment is damaged")

// Open opens the store in a folder, which is made if it is missing. What an
// unfinished run left is removed, and so is a segment that is damaged.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	s := &Store{dir: dir, index: make(map[Key]*Ref), near: make(map[Key]*Ref), files: make(map[int32]*file)}
	var err error
	if s.lock, err = filelock.Lock(filepath.Join(dir, lockName)); err != nil && !errors.Is(err, filelock.ErrNone) {
		return nil, fmt.Errorf("work folder %s: %w", dir, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.Close()
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		path := filepath.Join(dir, name)
		var number int32
		switch {
		case strings.HasSuffix(name, part), strings.HasPrefix(name, Temporary):
			err = os.RemoveAll(path)
		case strings.HasSuffix(name, extension):
			if _, serr := fmt.Sscanf(name, "%d"+extension, &number); serr != nil {
				continue
			}
			s.next = max(s.next, number+1)
			err = s.load(number, path)
			if errors.Is(err, ErrDamaged) {
				err = os.Remove(path)
			}
		}
		if err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Temporary is what the names of files and folders begin with that are of no use
// to a later run.
const Temporary = "tmp-"

// OpenTemporary makes a store that is gone when it is closed, in a folder of its
// own below dir, "" for the system's folder for such files.
func OpenTemporary(dir string) (*Store, error) {
	dir, err := os.MkdirTemp(dir, Temporary+"tamis-")
	if err != nil {
		return nil, err
	}
	return &Store{dir: dir, own: true, index: make(map[Key]*Ref), near: make(map[Key]*Ref), files: make(map[int32]*file)}, nil
}

// Scratch returns a folder for temporary files. It goes with Close, and with Open
// after a crash.
func (s *Store) Scratch() (string, error) {
	if s.scratch == "" {
		dir, err := os.MkdirTemp(s.dir, Temporary)
		if err != nil {
			return "", err
		}
		s.scratch = dir
	}
	return s.scratch, nil
}

// load makes the chunks of a segment known.
func (s *Store) load(number int32, path string) error {
	refs, err := s.read(number, path)
	if err == nil {
		s.enter(refs)
	}
	return err
}

// read reads the footer of a segment.
func (s *Store) read(number int32, path string) ([]Ref, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	damaged := func(what string) error { return fmt.Errorf("%w: %s: %s", ErrDamaged, path, what) }
	tail := int64(12 + len(magic))
	if info.Size() < tail {
		return nil, damaged("too short")
	}
	b := make([]byte, tail)
	if _, err := f.ReadAt(b, info.Size()-tail); err != nil {
		return nil, err
	}
	size, sum := int64(binary.LittleEndian.Uint64(b)), binary.LittleEndian.Uint32(b[8:])
	if string(b[12:]) != magic || size < 0 || size > info.Size()-tail {
		return nil, damaged("no footer")
	}
	footer := make([]byte, size)
	start := info.Size() - tail - size
	if _, err := f.ReadAt(footer, start); err != nil {
		return nil, err
	}
	if crc32.Checksum(footer, castagnoli) != sum {
		return nil, damaged("footer")
	}
	var refs []Ref
	for at := int64(0); len(footer) > 0; {
		r, rest, ok := decodeRef(footer)
		r.segment = number
		if !ok || r.start != at || r.size < 0 || at+int64(r.size) > start {
			return nil, damaged("footer")
		}
		at += int64(r.size)
		refs, footer = append(refs, r), rest
	}
	s.files[number] = &file{path: path, size: info.Size()}
	return refs, nil
}

const refBytes = 16 + 8*7 + 4 + 1 // and 16 for each anchor

func appendRef(dst []byte, r *Ref) []byte {
	dst = append(dst, r.Key[:]...)
	for _, v := range []int64{int64(r.Later), r.start, int64(r.size), r.raw, r.Documents, r.Rejects, r.Bytes} {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
	}
	dst = binary.LittleEndian.AppendUint32(dst, r.sum)
	dst = append(dst, byte(len(r.Anchors)))
	for _, a := range r.Anchors {
		dst = append(dst, a[:]...)
	}
	return dst
}

func decodeRef(b []byte) (r Ref, rest []byte, ok bool) {
	if len(b) < refBytes {
		return r, nil, false
	}
	copy(r.Key[:], b)
	v := func(i int) int64 { return int64(binary.LittleEndian.Uint64(b[16+8*i:])) }
	r.Later, r.start, r.size, r.raw = uint64(v(0)), v(1), int32(v(2)), v(3)
	r.Documents, r.Rejects, r.Bytes = v(4), v(5), v(6)
	r.sum = binary.LittleEndian.Uint32(b[16+8*7:])
	n := int(b[refBytes-1])
	if b = b[refBytes:]; n > maxAnchors || len(b) < 16*n {
		return r, nil, false
	}
	r.Anchors = make([]Key, n)
	for i := range r.Anchors {
		copy(r.Anchors[i][:], b[16*i:])
	}
	return r, b[16*n:], true
}

// enter makes the chunks of a segment known.
func (s *Store) enter(refs []Ref) {
	for i := range refs {
		r := &refs[i]
		s.index[r.Key] = r
		for _, a := range r.Anchors {
			s.near[a] = r
		}
	}
}

// Near returns a chunk with a document of this key, if it is an anchor of one.
func (s *Store) Near(document Key) (Ref, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.near[document]; r != nil {
		return *r, true
	}
	return Ref{}, false
}

// Find returns the chunk of a key, if the store has it.
func (s *Store) Find(k Key) (Ref, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.index[k]; r != nil {
		return *r, true
	}
	return Ref{}, false
}

// Append writes a chunk to the segment at hand. It takes the place of another
// one of the same key. Of the anchors the last ones count if there are too many.
func (s *Store) Append(k Key, anchors []Key, later uint64, n Counts, e Encoded) (Ref, error) {
	w, err := s.writer()
	if err != nil {
		return Ref{}, err
	}
	if len(e.data) > 1<<31-1 {
		return Ref{}, fmt.Errorf("a chunk of %d bytes is too large for a segment", len(e.data))
	}
	anchors = slices.Clone(anchors[max(0, len(anchors)-maxAnchors):])
	r := Ref{Key: k, Anchors: anchors, Later: later, Counts: n, segment: w.number, start: w.end, size: int32(len(e.data)), raw: e.raw, sum: e.sum}
	if _, err := w.w.Write(e.data); err != nil {
		return Ref{}, err
	}
	w.end += int64(len(e.data))
	w.refs = append(w.refs, r)
	if w.end >= fullBytes || !s.own && !s.shard && w.end >= someBytes && time.Since(w.started) >= seconds {
		return r, s.Finish()
	}
	return r, nil
}

func (s *Store) writer() (*writing, error) {
	if s.current != nil {
		return s.current, nil
	}
	number := s.next
	path := filepath.Join(s.dir, fmt.Sprintf("%08d%s", number, extension))
	f, err := os.Create(path + part)
	if err != nil {
		return nil, err
	}
	s.next++
	s.current = &writing{number: number, f: f, w: bufio.NewWriterSize(f, 256<<10), started: time.Now()}
	return s.current, nil
}

// Finish makes the chunks of the segment at hand count: they can be read and
// found, and survive a crash.
func (s *Store) Finish() error {
	w := s.current
	if w == nil {
		return nil
	}
	var footer []byte
	for i := range w.refs {
		footer = appendRef(footer, &w.refs[i])
	}
	tail := binary.LittleEndian.AppendUint64(footer, uint64(len(footer)))
	tail = binary.LittleEndian.AppendUint32(tail, crc32.Checksum(footer, castagnoli))
	tail = append(tail, magic...)
	_, err := w.w.Write(tail)
	if err == nil {
		err = w.w.Flush()
	}
	if err == nil && !s.own {
		err = w.f.Sync()
	}
	if cerr := w.f.Close(); err == nil {
		err = cerr
	}
	path := strings.TrimSuffix(w.f.Name(), part)
	if err == nil {
		err = os.Rename(w.f.Name(), path)
	}
	s.current = nil
	if err != nil {
		os.Remove(w.f.Name())
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[w.number] = &file{path: path, size: w.end + int64(len(tail))}
	s.enter(w.refs)
	return nil
}

// A Reader reads chunks into memory that it keeps.
type Reader struct {
	s          *Store
	packed, to []byte
}

// NewReader returns a reader, for one goroutine.
func (s *Store) NewReader() *Reader { return &Reader{s: s} }

// Read returns the records of a chunk of a finished segment. They are good until
// the next call.
func (r *Reader) Read(ref Ref) ([]byte, error) {
	r.packed = slices.Grow(r.packed[:0], int(ref.size))[:ref.size]
	if err := r.s.readAt(ref, r.packed); err != nil {
		return nil, err
	}
	if crc32.Checksum(r.packed, castagnoli) != ref.sum {
		return nil, fmt.Errorf("%w: %s, at byte %d", ErrDamaged, r.s.path(ref.segment), ref.start)
	}
	if int64(cap(r.to)) < ref.raw {
		r.to = make([]byte, ref.raw)
	}
	out, err := s2.Decode(r.to[:cap(r.to)], r.packed)
	if err != nil {
		return nil, fmt.Errorf("%w: %s, at byte %d: %w", ErrDamaged, r.s.path(ref.segment), ref.start, err)
	}
	return out, nil
}

func (s *Store) path(number int32) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[number].path
}

func (s *Store) readAt(ref Ref, b []byte) error {
	f, err := s.open(ref.segment)
	if err != nil {
		return err
	}
	defer s.release(ref.segment)
	_, err = f.ReadAt(b, ref.start)
	if err == io.EOF {
		err = fmt.Errorf("%w: %s is too short", ErrDamaged, f.Name())
	}
	return err
}

// open returns the open file of a segment, until release.
func (s *Store) open(number int32) (*os.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seg := s.files[number]
	if seg == nil {
		return nil, fmt.Errorf("segment %d is not finished", number)
	}
	if seg.f == nil {
		s.closeOldest()
		var err error
		if seg.f, err = os.Open(seg.path); err != nil {
			return nil, err
		}
	}
	s.clock++
	seg.used = s.clock
	seg.busy++
	return seg.f, nil
}

// closeOldest closes the file that was not used for the longest time, if too
// many are open.
func (s *Store) closeOldest() {
	open := 0
	var oldest *file
	for _, seg := range s.files {
		if seg.f == nil {
			continue
		}
		open++
		if seg.busy == 0 && (oldest == nil || seg.used < oldest.used) {
			oldest = seg
		}
	}
	if open >= maxOpen && oldest != nil {
		oldest.f.Close()
		oldest.f = nil
	}
}

func (s *Store) release(number int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[number].busy--
}

// Sweep keeps the chunks of refs and frees the room of all others: a segment of
// which nothing is kept is removed, one of which less than half is kept is
// written anew. refs are no longer good then.
func (s *Store) Sweep(refs []Ref) error {
	if err := s.Finish(); err != nil {
		return err
	}
	kept := make(map[int32]int64)
	for _, r := range refs {
		kept[r.segment] += int64(r.size)
	}
	reader := s.NewReader()
	thin := make(map[int32]bool)
	for number, seg := range s.files {
		thin[number] = 2*kept[number] < seg.size
	}
	for _, r := range refs {
		if !thin[r.segment] {
			continue
		}
		records, err := reader.Read(r)
		if err != nil {
			return err
		}
		if _, err := s.Append(r.Key, r.Anchors, r.Later, r.Counts, Encode(records)); err != nil {
			return err
		}
	}
	if err := s.Finish(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, number := range slices.Sorted(maps.Keys(thin)) {
		if !thin[number] {
			continue
		}
		if f := s.files[number].f; f != nil {
			f.Close()
		}
		if err := os.Remove(s.files[number].path); err != nil {
			return err
		}
		delete(s.files, number)
	}
	for _, index := range []map[Key]*Ref{s.index, s.near} {
		maps.DeleteFunc(index, func(_ Key, r *Ref) bool { return s.files[r.segment] == nil })
	}
	return nil
}

// Clear removes all segments.
func (s *Store) Clear() error { return s.Sweep(nil) }

// Size returns the number of bytes of the finished segments.
func (s *Store) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := int64(0)
	for _, seg := range s.files {
		size += seg.size
	}
	return size
}

// Close lets go of the folder; a segment at hand is finished first. A temporary
// store is removed.
func (s *Store) Close() error {
	var err error
	if s.own {
		if s.current != nil {
			s.current.f.Close()
			s.current = nil
		}
	} else {
		err = s.Finish()
	}
	if s.scratch != "" {
		err = cmp.Or(err, os.RemoveAll(s.scratch))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, seg := range s.files {
		if seg.f != nil {
			err = cmp.Or(err, seg.f.Close())
			seg.f = nil
		}
	}
	if s.own {
		return cmp.Or(err, os.RemoveAll(s.dir))
	}
	if s.lock != nil {
		filelock.Unlock(s.lock)
		s.lock = nil
	}
	return err
}

// Remove removes the store in a folder and returns the bytes it had. What the
// folder holds beside is left alone, and so is the folder then.
func Remove(dir string) (freed int64, err error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	s, err := Open(dir)
	if err != nil {
		return 0, err
	}
	freed = s.Size()
	if err := cmp.Or(s.Clear(), s.Close()); err != nil {
		return 0, err
	}
	if rest, err := os.ReadDir(dir); err != nil || len(rest) > 0 {
		return freed, err
	}
	return freed, os.Remove(dir)
}
