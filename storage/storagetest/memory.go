// Package storagetest tests stores against what storage.Store promises, and has
// one in memory that fails when it is told to.
package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"tamis/storage"
)

// A Memory is a store in memory.
type Memory struct {
	// Fail, if not nil, is called with the method and the key before each call,
	// and its error is that of the call.
	Fail func(method, key string) error
	// Cut, if not nil, tells after how many bytes reading an object breaks off;
	// a negative number means that it does not.
	Cut func(key string, offset int64) int
	// Heedless stores swap whatever is there.
	Heedless bool

	mu      sync.Mutex
	objects map[string]object
	clock   int
	calls   map[string]int
}

type object struct {
	data    []byte
	version string
}

// ErrPassing is an error that may pass.
var ErrPassing = errors.New("503 slow down")

func (m *Memory) call(method, key string) error {
	m.mu.Lock()
	if m.calls == nil {
		m.calls, m.objects = make(map[string]int), make(map[string]object)
	}
	m.calls[method]++
	m.mu.Unlock()
	if m.Fail != nil {
		return m.Fail(method, key)
	}
	return nil
}

// Calls tells how often a method was called.
func (m *Memory) Calls(method string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls[method]
}

// Keys returns the keys of all objects, sorted.
func (m *Memory) Keys() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Sorted(maps.Keys(m.objects))
}

func (m *Memory) List(ctx context.Context, prefix string) iter.Seq2[storage.Object, error] {
	return func(yield func(storage.Object, error) bool) {
		err := m.call("List", prefix)
		for _, key := range m.Keys() {
			if !strings.HasPrefix(key, prefix) {
				continue
			}
			if err == nil {
				err = m.call("list", key)
			}
			if err != nil {
				break
			}
			m.mu.Lock()
			o := m.objects[key]
			m.mu.Unlock()
			if !yield(storage.Object{Key: key, Size: int64(len(o.data))}, nil) {
				return
			}
		}
		if err != nil {
			yield(storage.Object{}, err)
		}
	}
}

func (m *Memory) get(key string) (object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[key]
	if !ok {
		return o, fs.ErrNotExist
	}
	return o, nil
}

func (m *Memory) Open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, storage.Object, error) {
	if err := errors.Join(m.call("Open", key), ctx.Err()); err != nil {
		return nil, storage.Object{}, err
	}
	o, err := m.get(key)
	if err != nil {
		return nil, storage.Object{}, err
	}
	whole := storage.Object{Key: key, Size: int64(len(o.data)), Version: o.version}
	data := o.data[min(offset, whole.Size):]
	if length >= 0 {
		data = data[:min(length, int64(len(data)))]
	}
	r := io.Reader(bytes.NewReader(data))
	if m.Cut != nil {
		if n := m.Cut(key, offset); n >= 0 && n < len(data) {
			r = io.MultiReader(bytes.NewReader(data[:n]), broken{})
		}
	}
	return io.NopCloser(r), whole, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset by peer") }

func (m *Memory) put(key string, data []byte) {
	m.clock++
	m.objects[key] = object{data, fmt.Sprint(m.clock)}
}

func (m *Memory) Write(ctx context.Context, key, mediaType string, open func() (io.ReadCloser, error)) error {
	if err := m.call("Write", key); err != nil {
		return err
	}
	r, err := open()
	if err != nil {
		return err
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, data)
	return nil
}

func (m *Memory) Load(ctx context.Context, key string) ([]byte, string, error) {
	if err := m.call("Load", key); err != nil {
		return nil, "", err
	}
	o, err := m.get(key)
	return o.data, o.version, err
}

func (m *Memory) Swap(ctx context.Context, key, mediaType string, data []byte, version string) error {
	if err := m.call("Swap", key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if o := m.objects[key]; o.version != version && !m.Heedless {
		return storage.ErrChanged
	}
	m.put(key, data)
	if m.Fail != nil {
		return m.Fail("swapped", key) // the answer gets lost
	}
	return nil
}

func (m *Memory) Delete(ctx context.Context, key string) error {
	if err := m.call("Delete", key); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, key)
	return nil
}
