package storage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"tamis/pipeline"
	"tamis/pipeline/reader"
)

// List returns the objects below a prefix as sources, named after their keys
// below it, or the one object that has the prefix for its key. What is listed, and
// in which order, is what a run over the same tree of files would list: each
// folder in the order of its names, without hidden names and the tables of
// tamis. Objects whose keys begin with one of skip are left out too.
//
// The sources read under ctx. Trouble that is not an object's own ends the run by
// stop, see file.
func List(ctx context.Context, stop context.CancelCauseFunc, s Store, prefix string, skip ...string) ([]pipeline.Source, error) {
	folder := prefix
	if folder != "" && !strings.HasSuffix(folder, "/") {
		folder += "/"
	}
	var objects []Object
	var outputs []string // folders of tables
	empty := true
	for o, err := range s.List(ctx, folder) {
		if err != nil {
			return nil, err
		}
		empty = false
		name := o.Key[len(folder):]
		hidden := strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
		if hidden || strings.HasSuffix(o.Key, "/") || slices.ContainsFunc(skip, func(p string) bool { return strings.HasPrefix(o.Key, p) }) {
			continue
		}
		if path.Base(name) == manifestName {
			ours, err := isOutput(ctx, s, o.Key)
			if err != nil {
				return nil, err
			}
			if ours {
				outputs = append(outputs, strings.TrimSuffix(o.Key, manifestName))
			}
		}
		objects = append(objects, o)
	}
	if empty && folder != prefix {
		for o, err := range s.List(ctx, prefix) {
			if err != nil {
				return nil, err
			}
			if o.Key == prefix {
				r := &objectReader{ctx: ctx, stop: stop, s: s, objects: []Object{o}}
				return []pipeline.Source{{Size: o.Size, Open: func() (reader.File, error) { return r.open(0) }, Named: true}}, nil
			}
			break // the key itself comes first
		}
	}
	if empty {
		return nil, &fs.PathError{Op: "list", Path: prefix, Err: fs.ErrNotExist}
	}
	slices.SortFunc(objects, func(a, b Object) int { return inWalk(a.Key, b.Key) })
	slices.SortFunc(outputs, func(a, b string) int { return cmp.Compare(len(a), len(b)) }) // the outermost is met first
	var sources []pipeline.Source
	r := &objectReader{ctx: ctx, stop: stop, s: s}
	left := "" // the folder of tables that was listed as one source
	for _, o := range objects {
		if left != "" && strings.HasPrefix(o.Key, left) {
			continue
		}
		if i := slices.IndexFunc(outputs, func(p string) bool { return strings.HasPrefix(o.Key, p) }); i >= 0 {
			left = outputs[i]
			sources = append(sources, pipeline.Source{Name: strings.TrimSuffix(left[len(folder):], "/"), Problem: "tables that tamis wrote, left out"})
			continue
		}
		i := len(r.objects)
		r.objects = append(r.objects, o)
		sources = append(sources, pipeline.Source{Name: o.Key[len(folder):], Size: o.Size, Open: func() (reader.File, error) { return r.open(i) }})
	}
	return sources, nil
}

// isOutput reports whether an object called run.json is that of tables.
func isOutput(ctx context.Context, s Store, key string) (bool, error) {
	data, _, err := s.Load(ctx, key)
	if err != nil {
		if final(err) {
			err = nil // reading it says why
		}
		return false, err
	}
	return isMarker(data), nil
}

// isMarker reports whether b is the run.json of an output of tamis.
func isMarker(b []byte) bool {
	var m struct{ Tamis string }
	return json.Unmarshal(b, &m) == nil && m.Tamis != ""
}

// inWalk compares keys by their order in a walk of folders: name by name, where
// the bytes of keys would put "a-b" before "a/b".
func inWalk(a, b string) int {
	for {
		nameA, restA, moreA := strings.Cut(a, "/")
		nameB, restB, moreB := strings.Cut(b, "/")
		if c := cmp.Compare(nameA, nameB); c != 0 {
			return c
		}
		if !moreA || !moreB {
			return cmp.Compare(len(a), len(b))
		}
		a, b = restA, restB
	}
}

// An objectReader opens the objects of a list. Small ones are read before they are
// asked for, many at once: to wait for each would take longer than to read it.
type objectReader struct {
	ctx     context.Context
	stop    context.CancelCauseFunc
	s       Store
	objects []Object

	mu      sync.Mutex
	next    int            // the first that no one looked at
	ahead   map[int]*small // read and not asked for yet
	waiting int64          // their bytes
}

const (
	smallBytes   = 1 << 20 // no more is a small object
	aheadObjects = 64      // read ahead of the one that is asked for
	aheadBytes   = 32 << 20
)

// small is an object being read whole.
type small struct {
	done chan struct{}
	data []byte
	err  error
}

// errGrew says that an object is no small one any more.
var errGrew = errors.New("grew")

// open opens an object of the list.
func (r *objectReader) open(i int) (reader.File, error) {
	f := &file{ctx: r.ctx, stop: r.stop, s: r.s, object: r.objects[i]}
	if p := r.readAhead(i); p != nil {
		<-p.done
		if p.err == nil {
			return held{bytes.NewReader(p.data)}, nil
		}
		if p.err != errGrew {
			return nil, f.failed(p.err)
		}
	}
	return f, f.open()
}

// readAhead returns the object if it is a small one, and has those behind it read.
func (r *objectReader) readAhead(i int) *small {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ahead == nil {
		r.ahead = make(map[int]*small)
	}
	for ; r.next < len(r.objects) && (r.next <= i || r.next <= i+aheadObjects && r.waiting < aheadBytes); r.next++ {
		o := r.objects[r.next]
		if o.Size > smallBytes {
			continue
		}
		p := &small{done: make(chan struct{})}
		r.ahead[r.next] = p
		r.waiting += o.Size
		go func() {
			defer close(p.done)
			p.data, p.err = r.whole(o)
		}()
	}
	p := r.ahead[i]
	if p != nil {
		delete(r.ahead, i)
		r.waiting -= r.objects[i].Size
	}
	return p
}

// whole reads a small object.
func (r *objectReader) whole(o Object) ([]byte, error) {
	rc, o, err := r.s.Open(r.ctx, o.Key, 0, -1)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	if o.Size > smallBytes {
		return nil, errGrew
	}
	data := make([]byte, o.Size)
	_, err = io.ReadFull(rc, data)
	return data, err
}
