package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
)

// A file is a large object, read in pieces that are asked for one by one: no
// connection stays open while others work, since stores cut those that idle. A
// piece that goes on where one ended is twice its size, so that what is read from
// front to back takes few requests, and what is read here and there little more
// than it asks for.
type file struct {
	ctx    context.Context
	stop   context.CancelCauseFunc
	s      Store
	object Object // as listed, and once it is open, as it is

	mu     sync.Mutex
	opened bool
	pieces []piece // the last used first
}

type piece struct {
	start int64
	data  []byte
}

func (p piece) end() int64 { return p.start + int64(len(p.data)) }

const (
	firstPiece = 256 << 10
	mostPiece  = 8 << 20
	maxPieces  = 4 // held at once: columns of a table are read side by side
	nearby     = 64 << 10
)

func (f *file) Size() int64  { return f.object.Size }
func (f *file) Close() error { return nil }

// open reads the first piece: an object may be another one than was listed.
func (f *file) open() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.at(0); err != nil {
		return f.failed(err)
	}
	return nil
}

func (f *file) ReadAt(b []byte, off int64) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for n < len(b) {
		if off >= f.object.Size {
			return n, io.EOF
		}
		p, err := f.at(off)
		if err != nil {
			return n, f.failed(err)
		}
		k := copy(b[n:], p.data[off-p.start:])
		n, off = n+k, off+int64(k)
	}
	return n, nil
}

// at returns the piece in which an offset lies.
func (f *file) at(off int64) (piece, error) {
	if i := slices.IndexFunc(f.pieces, func(p piece) bool { return p.start <= off && off < p.end() }); i >= 0 {
		p := f.pieces[i]
		f.pieces = slices.Insert(slices.Delete(f.pieces, i, i+1), 0, p)
		return p, nil
	}
	size := int64(firstPiece)
	if i := slices.IndexFunc(f.pieces, func(p piece) bool { return p.end() <= off && off < p.end()+nearby }); i >= 0 {
		size = min(2*int64(len(f.pieces[i].data)), mostPiece)
		f.pieces = slices.Delete(f.pieces, i, i+1)
	}
	p := piece{off, make([]byte, min(size, f.object.Size-off))}
	r, o, err := f.s.Open(f.ctx, f.object.Key, off, int64(len(p.data)))
	if err != nil {
		return p, err
	}
	defer r.Close()
	if !f.opened {
		f.object, f.opened = o, true
		p.data = p.data[:min(int64(len(p.data)), o.Size)]
	}
	if o.Version != f.object.Version || o.Size != f.object.Size {
		return p, ErrChanged
	}
	if _, err := io.ReadFull(r, p.data); err != nil {
		return p, err
	}
	f.pieces = slices.Insert(f.pieces, 0, p)
	f.pieces = f.pieces[:min(len(f.pieces), maxPieces)]
	return p, nil
}

// failed returns what reading an object came to, for a row of "rejects": it is
// gone, closed to us or was replaced. Any other trouble is not the object's, and
// ends the run: tables without half of the documents must not take the place of
// whole ones.
func (f *file) failed(err error) error {
	reason := err
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = errors.New("no such object")
	case errors.Is(err, fs.ErrPermission):
		reason = errors.New("permission denied")
	case errors.Is(err, ErrChanged):
		reason = ErrChanged
	default:
		f.stop(fmt.Errorf("%s: %w", f.object.Key, err))
	}
	return &fs.PathError{Op: "read", Path: f.object.Key, Err: reason}
}

// held is a small object, read whole.
type held struct{ *bytes.Reader }

func (held) Close() error { return nil }
