// Package storage reads dumps from object stores and publishes tables to them.
//
// A Store is what it needs of one, in six methods; the drivers are in a module of
// their own, cmd/tamis-cloud, so that the program tamis links none of them.
// Retry puts retries around a store, List makes sources of what lies below a
// prefix, and Begin starts a publication.
package storage

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"
)

// A Store holds objects by key. Its errors are fs.ErrNotExist, fs.ErrPermission
// and ErrChanged; any other may be gone when the call is made again.
type Store interface {
	// List gives the objects whose keys begin with prefix, in the order of the
	// bytes of their keys. An error is the last thing that it yields.
	List(ctx context.Context, prefix string) iter.Seq2[Object, error]
	// Open reads an object from an offset on, at most length bytes, all of them
	// if length is negative. It tells which object that is, whole.
	Open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, Object, error)
	// Write stores what open gives under a key, in place of what is there. The
	// object appears whole when Write returns nil; otherwise, and while it
	// writes, all is as before.
	Write(ctx context.Context, key, mediaType string, open func() (io.ReadCloser, error)) error
	// Load returns a small object and its version, which Swap takes.
	Load(ctx context.Context, key string) (data []byte, version string, err error)
	// Swap stores a small object if the one that is there has the version, or
	// if there is none and version is ""; else it returns ErrChanged. Of two
	// that swap the same version at once, one does.
	Swap(ctx context.Context, key, mediaType string, data []byte, version string) error
	// Delete removes an object. One that is not there is no error.
	Delete(ctx context.Context, key string) error
}

// An Object is what a store says of one.
type Object struct {
	Key  string
	Size int64
	// Version is another one when the bytes are others. List may leave it "".
	Version string
}

// ErrChanged says that an object is no longer the one that was meant.
var ErrChanged = errors.New("the object was replaced in the meantime")

// A Backoff says how often a store is asked again, and after how long.
type Backoff struct {
	Tries       int           // in all; 0 means 8
	First, Most time.Duration // the waits double from First (300 ms) up to Most (20 s); each is cut by chance to down to a half
	Stall       time.Duration // without a byte or an answer, a call has failed: 5 minutes
}

func (b Backoff) withDefaults() Backoff {
	if b.Tries == 0 {
		b.Tries = 8
	}
	if b.First == 0 {
		b.First = 300 * time.Millisecond
	}
	if b.Most == 0 {
		b.Most = 20 * time.Second
	}
	if b.Stall == 0 {
		b.Stall = 5 * time.Minute
	}
	return b
}
