package boilerplate

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"slices"

	"tamis/pipeline/runs"
)

// Facts can be found out in parts, by ranges of the hashes of sites, and kept in
// files that other processes look things up in: what is held in memory then is the
// sites that were asked for lately, whatever the number of sites. A file holds the
// lines of each site, then an index of entries of fixed size, in order of the
// sites' hashes; a place in it is guessed from the hash. The groups of a site stand
// in the part of the site.

const (
	factsMagic = "tamis facts 1\n"
	entryBytes = 8 + 8 + 4*5 + 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Seal writes the facts to a file, which must not be there.
func (f *Facts) Seal(path string) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := file.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			os.Remove(path)
		}
	}()
	hashes := make([]uint64, 0, len(f.sites))
	for h := range f.sites {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	end := int64(0)
	write := func(b []byte) error {
		n, err := file.WriteAt(b, end)
		end += int64(n)
		return err
	}
	index := make([]byte, 0, entryBytes*len(hashes))
	var lines []byte
	for _, h := range hashes {
		s, err := f.site(h)
		if err != nil {
			return err
		}
		start := end
		lines = s.appendLines(lines[:0])
		if err := write(lines); err != nil {
			return err
		}
		e := len(index)
		index = binary.LittleEndian.AppendUint64(index, h)
		index = binary.LittleEndian.AppendUint64(index, uint64(start))
		mixed := uint32(0)
		if s.mixed {
			mixed = 1
		}
		for _, v := range []uint32{uint32(s.size), uint32(len(s.keys)), uint32(s.split), mixed, crc32.Checksum(lines, castagnoli)} {
			index = binary.LittleEndian.AppendUint32(index, v)
		}
		index = binary.LittleEndian.AppendUint32(index, crc32.Checksum(index[e:], castagnoli))
	}
	tail := binary.LittleEndian.AppendUint64(nil, uint64(len(hashes)))
	if err := cmp.Or(write(index), write(append(tail, factsMagic...))); err != nil {
		return err
	}
	return file.Sync()
}

// appendLines appends the lines of a site with their counts.
func (s *siteFacts) appendLines(b []byte) []byte {
	for i, k := range s.keys {
		b = binary.LittleEndian.AppendUint64(b, k)
		b = binary.LittleEndian.AppendUint32(b, uint32(s.counts[i]))
	}
	return b
}

// decodeLines sets the lines of a site.
func (s *siteFacts) decodeLines(b []byte) {
	s.keys, s.counts = make([]uint64, s.lines), make([]int32, s.lines)
	for i := range s.keys {
		s.keys[i] = binary.LittleEndian.Uint64(b[lineBytes*i:])
		s.counts[i] = int32(binary.LittleEndian.Uint32(b[lineBytes*i+8:]))
	}
}

// ErrDamaged says that a file of facts is not as it was written.
var ErrDamaged = errors.New("facts about sites are damaged")

// A sealed file is a part of the facts.
type sealed struct {
	file  *os.File
	sites int64
	start int64 // of the index
}

// OpenFacts opens facts that were sealed, all parts in order, as runs.HashPart parts the
// evidence; budget is about the
// number of bytes of them that are held.
func OpenFacts(paths []string, repeatMin int, budget int64) (f *Facts, err error) {
	f = &Facts{sites: make(map[uint64]*siteFacts), repeatMin: repeatMin, budget: int(budget)}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		f.parts = append(f.parts, sealed{file: file})
		info, err := file.Stat()
		if err != nil {
			return nil, err
		}
		p := &f.parts[len(f.parts)-1]
		tail := make([]byte, 8+len(factsMagic))
		at := info.Size() - int64(len(tail))
		if at < 0 {
			return nil, fmt.Errorf("%w: %s", ErrDamaged, path)
		}
		if _, err := file.ReadAt(tail, at); err != nil {
			return nil, err
		}
		p.sites = int64(binary.LittleEndian.Uint64(tail))
		p.start = at - entryBytes*p.sites
		if string(tail[8:]) != factsMagic || p.sites < 0 || p.sites > math.MaxInt64/entryBytes || p.start < 0 {
			return nil, fmt.Errorf("%w: %s", ErrDamaged, path)
		}
	}
	return f, nil
}

// window is how many entries of the index are read at a time.
const window = 64

// find returns what the part knows about a site, nil if nothing.
func (p *sealed) find(hash uint64) (*siteFacts, error) {
	buf := make([]byte, window*entryBytes)
	lo, hi := int64(0), p.sites // the entry is in here, if there is one
	low, high := uint64(0), uint64(math.MaxUint64)
	for n := 0; lo < hi; n++ {
		at := lo + (hi-lo)/2
		if n%2 == 0 { // every other time in the middle, so that it ends soon whatever the hashes are
			at = lo + int64(float64(hi-lo)*(float64(hash-low)/(float64(high-low)+1)))
		}
		at = max(lo, min(at-window/2, hi-window))
		b := buf[:entryBytes*min(window, hi-at)]
		if _, err := p.file.ReadAt(b, p.start+entryBytes*at); err != nil {
			return nil, err
		}
		first, last := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[len(b)-entryBytes:])
		switch {
		case hash < first:
			hi, high = at, first
		case hash > last:
			lo, low = at+int64(len(b)/entryBytes), last
		default:
			for ; len(b) > 0; b = b[entryBytes:] {
				if binary.LittleEndian.Uint64(b) == hash {
					return p.read(b[:entryBytes])
				}
			}
			return nil, nil
		}
	}
	return nil, nil
}

// read reads the site of an entry of the index.
func (p *sealed) read(e []byte) (*siteFacts, error) {
	number := func(i int) uint32 { return binary.LittleEndian.Uint32(e[16+4*i:]) }
	s := &siteFacts{size: int32(number(0)), lines: int32(number(1)), split: int32(number(2)), mixed: number(3) == 1, start: int64(binary.LittleEndian.Uint64(e[8:]))}
	if crc32.Checksum(e[:entryBytes-4], castagnoli) != number(5) {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, p.file.Name())
	}
	b := make([]byte, lineBytes*int(s.lines))
	if _, err := p.file.ReadAt(b, s.start); err != nil {
		return nil, fmt.Errorf("reading what is known about a site: %w", err)
	}
	if crc32.Checksum(b, castagnoli) != number(4) {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, p.file.Name())
	}
	s.decodeLines(b)
	return s, nil
}

// sealedSite returns what is known about a site, or about a group of it.
func (f *Facts) sealedSite(site, hash uint64) (siteFacts, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock++
	s := f.sites[hash]
	if s == nil {
		var err error
		if s, err = f.parts[runs.PartOf(site, len(f.parts))].find(hash); err != nil {
			return siteFacts{}, err
		}
		if s == nil {
			s = &siteFacts{size: 1}
		}
		f.sites[hash] = s
		f.held += siteBytes + lineBytes*len(s.keys)
		f.forget(s)
	}
	s.used = f.clock
	return *s, nil
}

// siteBytes is about what a site takes in memory beside its lines.
const siteBytes = 160

// forget lets go of the sites that were not asked for lately, but not of keep.
func (f *Facts) forget(keep *siteFacts) {
	if f.held <= f.budget {
		return
	}
	used := make([]int64, 0, len(f.sites))
	for _, s := range f.sites {
		used = append(used, s.used)
	}
	slices.Sort(used)
	upTo := used[len(used)/2] // of the older half
	for h, s := range f.sites {
		if s != keep && s.used <= upTo {
			f.held -= siteBytes + lineBytes*len(s.keys)
			delete(f.sites, h)
		}
	}
}
