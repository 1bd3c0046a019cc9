package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math/rand/v2"
	"time"
)

// Retry returns the store with calls made again when they fail for reasons that
// may pass: the network, a store that is overloaded. A read that breaks off goes
// on where it was, if the object is still the same.
func Retry(s Store, b Backoff) Store { return &retrying{s, b.withDefaults()} }

type retrying struct {
	s Store
	b Backoff
}

// final reports whether the same call would fail in the same way.
func final(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrChanged)
}

// again reports whether to call again after try calls, and waits for that.
func (r *retrying) again(ctx context.Context, try int, err error) bool {
	if err == nil || final(err) || ctx.Err() != nil || try >= r.b.Tries {
		return false
	}
	wait := min(r.b.First<<(try-1), r.b.Most)
	if wait <= 0 {
		wait = r.b.Most // shifted out
	}
	wait -= rand.N(wait/2 + 1)
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// do calls f until it succeeds, or there is no use.
func (r *retrying) do(ctx context.Context, f func(*watch) error) error {
	for try := 1; ; try++ {
		w := r.watch(ctx)
		err := f(w)
		w.end()
		if !r.again(ctx, try, err) {
			return err
		}
	}
}

// A watch ends a call that hangs: connections die without a word.
type watch struct {
	ctx   context.Context
	stop  context.CancelFunc
	timer *time.Timer
	after time.Duration
}

func (r *retrying) watch(ctx context.Context) *watch {
	w := &watch{after: r.b.Stall}
	w.ctx, w.stop = context.WithCancel(ctx)
	w.timer = time.AfterFunc(w.after, w.stop)
	return w
}

// lives says that something came.
func (w *watch) lives() { w.timer.Reset(w.after) }

func (w *watch) end() {
	w.timer.Stop()
	w.stop()
}

func (r *retrying) List(ctx context.Context, prefix string) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		last, any := "", false
		for try := 1; ; try++ {
			var failed error
			w := r.watch(ctx)
			for o, err := range r.s.List(w.ctx, prefix) {
				w.timer.Stop() // what the receiver does takes as long as it takes
				if err != nil {
					failed = err
					break
				}
				if any && o.Key <= last {
					w.lives()
					continue // came before the listing broke off
				}
				last, any, try = o.Key, true, 1
				if !yield(o, nil) {
					w.end()
					return
				}
				w.lives()
			}
			w.end()
			if failed == nil {
				return
			}
			if !r.again(ctx, try, failed) {
				yield(Object{}, failed)
				return
			}
		}
	}
}

func (r *retrying) Open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, Object, error) {
	b := &body{r: r, ctx: ctx, offset: offset, length: length}
	for try := 1; ; try++ {
		w := r.watch(ctx)
		rc, o, err := r.s.Open(w.ctx, key, offset, length)
		if err == nil {
			b.rc, b.o, b.w = rc, o, w
			break
		}
		w.end()
		if !r.again(ctx, try, err) {
			return nil, Object{}, err
		}
	}
	b.w.timer.Stop()
	b.end = b.o.Size
	if length >= 0 {
		b.end = min(b.end, offset+length)
	}
	return b, b.o, nil
}

// A body is an object being read.
type body struct {
	r                   *retrying
	ctx                 context.Context
	rc                  io.ReadCloser
	w                   *watch
	o                   Object
	offset, length, end int64
	try                 int // failures since bytes came last
}

func (b *body) Read(p []byte) (int, error) {
	if b.offset >= b.end {
		return 0, io.EOF
	}
	for {
		var n int
		err := io.ErrUnexpectedEOF
		if b.rc != nil {
			b.w.lives()
			n, err = b.rc.Read(p[:min(int64(len(p)), b.end-b.offset)])
			b.w.timer.Stop()
		}
		b.offset += int64(n)
		if n > 0 {
			b.try = 0
			return n, nil
		}
		if err == nil {
			return 0, nil
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF // some connections end early and say nothing
		}
		if b.try++; !b.r.again(b.ctx, b.try, err) {
			return 0, err
		}
		if err := b.reopen(); final(err) {
			return 0, err
		}
	}
}

// reopen goes on reading. If that does not work this time, rc is nil.
func (b *body) reopen() error {
	b.Close()
	w := b.r.watch(b.ctx)
	rc, o, err := b.r.s.Open(w.ctx, b.o.Key, b.offset, b.end-b.offset)
	if err != nil {
		w.end()
		return err
	}
	b.rc, b.w = rc, w
	if o.Version != b.o.Version || o.Size != b.o.Size {
		b.Close()
		return ErrChanged
	}
	return nil
}

func (b *body) Close() error {
	if b.rc == nil {
		return nil
	}
	err := b.rc.Close()
	b.w.end()
	b.rc = nil
	return err
}

func (r *retrying) Write(ctx context.Context, key, mediaType string, open func() (io.ReadCloser, error)) error {
	return r.do(ctx, func(w *watch) error {
		return r.s.Write(w.ctx, key, mediaType, func() (io.ReadCloser, error) {
			rc, err := open()
			return &watchedReader{rc, w}, err
		})
	})
}

// A watchedReader is what a store writes; that it asks for more shows that it lives.
type watchedReader struct {
	io.ReadCloser
	w *watch
}

func (r *watchedReader) Read(p []byte) (int, error) {
	r.w.lives()
	return r.ReadCloser.Read(p)
}

func (r *retrying) Load(ctx context.Context, key string) (data []byte, version string, err error) {
	err = r.do(ctx, func(w *watch) (err error) {
		data, version, err = r.s.Load(w.ctx, key)
		return err
	})
	return data, version, err
}

// Swap has to find out what became of a call whose answer was lost: what is there
// then is compared, so no two callers may swap in the same bytes.
func (r *retrying) Swap(ctx context.Context, key, mediaType string, data []byte, version string) error {
	for try := 1; ; try++ {
		w := r.watch(ctx)
		err := r.s.Swap(w.ctx, key, mediaType, data, version)
		w.end()
		if err == nil || try == 1 && errors.Is(err, fs.ErrPermission) {
			return err
		}
		there, _, lerr := r.Load(ctx, key)
		switch {
		case lerr == nil && bytes.Equal(there, data):
			return nil
		case lerr != nil && !errors.Is(lerr, fs.ErrNotExist):
			return errors.Join(err, fmt.Errorf("whether it was written can't be told: %w", lerr))
		}
		if !r.again(ctx, try, err) {
			return err
		}
	}
}

func (r *retrying) Delete(ctx context.Context, key string) error {
	return r.do(ctx, func(w *watch) error { return r.s.Delete(w.ctx, key) })
}
