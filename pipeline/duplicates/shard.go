package duplicates

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"iter"
	"os"
	"path/filepath"

	"tamis/pipeline/pairs"
	"tamis/pipeline/runs"
)

// The steps of a Set can be done in parts by several processes. What is sorted by
// hashes is parted by ranges of these; bands are given to the parts in turn; pairs
// are parted so that the parts are of one size, whatever the blocks. The last step,
// over the pairs that are near, is one.

// NewShard returns an empty set for the documents of a shard, from a position on.
// When all are added, it is sealed in a folder; dir may be on another file system.
func NewShard(dir, folder string, budget, first int64) *Set {
	s := NewSet(dir, budget)
	s.rows, s.first, s.folder = pairs.NewRows(folder, rowBytes), first, folder
	return s
}

// Names of the files of a shard.
const (
	exactFile    = "exact"
	alikeFile    = "alike"
	sketchesFile = "sketches" // rows
	columnsFile  = "columns"
	sketchedFile = "sketched" // bits
)

// Seal writes what was added to files in the folder of the shard. It ends the adding.
func (s *Set) Seal() error {
	dir := s.folder
	c, err := s.columns(dir)
	if err != nil {
		return err
	}
	file := c.files[0].file
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	words := make([]byte, 0, 8*len(s.sketched))
	for _, w := range s.sketched {
		words = binary.LittleEndian.AppendUint64(words, w)
	}
	return cmp.Or(os.Rename(file.Name(), filepath.Join(dir, columnsFile)), os.WriteFile(filepath.Join(dir, sketchedFile), words, 0o666),
		s.rows.Seal(filepath.Join(dir, sketchesFile)), s.exact.Seal(filepath.Join(dir, exactFile)), s.alike.Seal(filepath.Join(dir, alikeFile)))
}

// A Shard is where a set was sealed, and of which documents.
type Shard struct {
	Dir          string
	First, Count int64
}

// Shards are the sets of all shards of a corpus, in order. Dir is for temporary
// files, and Budget about the number of bytes of memory that a step takes, beside a
// bit for each document.
type Shards struct {
	Dir    string
	Budget int64
	List   []Shard

	blocks pairs.Blocks // 0 but in tests
}

// size returns the size of the blocks of documents in steps that several processes
// share: 17 MB.
func (s *Shards) size() pairs.Blocks { return cmp.Or(s.blocks, 16) }

func (s *Shards) files(name string) []string {
	paths := make([]string, len(s.List))
	for i, sh := range s.List {
		paths[i] = filepath.Join(sh.Dir, name)
	}
	return paths
}

// seal sorts what fill adds and writes it as a sealed run.
func seal[T any](s *Shards, codec runs.Codec[T], path string, fill func(add func(T) error) error) error {
	sorter := runs.New(codec, s.Dir, s.Budget/4)
	defer sorter.Close()
	if err := fill(sorter.Add); err != nil {
		return err
	}
	return sorter.Seal(path)
}

// Exact writes the verdicts on the exact duplicates in a part of the hashes.
func (s *Shards) Exact(ctx context.Context, part, parts int, path string) error {
	return seal(s, runs.Triples, path, func(add func(runs.Triple) error) error {
		return exact(ctx, runs.HashPart(s.Dir, s.files(exactFile), part, parts), add)
	})
}

// Copies returns the exact duplicates, from what Exact wrote in all parts.
func (s *Shards) Copies(verdicts []string) (copies pairs.Bits, err error) {
	for v, err := range runs.Range(runs.Triples, s.Dir, verdicts, nil, nil) {
		if err != nil {
			return nil, err
		}
		copies.Set(int64(v[0]))
	}
	return copies, nil
}

// Alike writes which documents have the sketch of an earlier one, in a part of the
// sketches.
func (s *Shards) Alike(ctx context.Context, part, parts int, copies pairs.Bits, path string) error {
	return seal(s, runs.Triples, path, func(add func(runs.Triple) error) error {
		return alike(ctx, runs.HashPart(s.Dir, s.files(alikeFile), part, parts), copies, add)
	})
}

// Bands writes the candidate pairs of a part of the bands. same is what Alike wrote,
// in all parts.
func (s *Shards) Bands(ctx context.Context, part, parts int, copies pairs.Bits, same []string, path string) error {
	c := new(columns)
	var docs pairs.Bits
	for _, sh := range s.List {
		path := filepath.Join(sh.Dir, columnsFile)
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		n := info.Size() / signature
		c.files = append(c.files, columnFile{path: path, first: sh.First, rows: n, high: min(columnHeight, n)})
		c.rows += n
		if err := sketched(filepath.Join(sh.Dir, sketchedFile), sh.First, &docs); err != nil {
			return err
		}
	}
	for i, w := range copies[:min(len(copies), len(docs))] {
		docs[i] &^= w
	}
	for t, err := range runs.Range(runs.Triples, s.Dir, same, nil, nil) {
		if err != nil {
			return err
		}
		docs.Without(int64(t[1]))
	}
	b := newBander(s.Dir, s.Budget, c, docs, s.size())
	return seal(s, numbers, path, func(add func(uint64) error) error {
		slices := (parts + bands - 1) / bands // more parts than bands share the keys of each
		for i := part; i < bands*slices; i += parts {
			if err := b.pair(ctx, i%bands, i/bands, slices, add); err != nil {
				return err
			}
		}
		return nil
	})
}

// sketched adds the documents of a file of bits, from a position on.
func sketched(path string, first int64, docs *pairs.Bits) error {
	b, err := os.ReadFile(path)
	for i := int64(0); len(b) >= 8; i, b = i+1, b[8:] {
		for k, w := int64(0), binary.LittleEndian.Uint64(b); w != 0; k, w = k+1, w>>1 {
			if w&1 != 0 {
				docs.Set(first + 64*i + k)
			}
		}
	}
	return err
}

// Near writes the pairs of a part of the candidates that are near. candidates is
// what Bands wrote, in all parts.
func (s *Shards) Near(ctx context.Context, part, parts int, candidates []string, path string) error {
	var files []pairs.RowsPart
	for _, sh := range s.List {
		files = append(files, pairs.RowsPart{Path: filepath.Join(sh.Dir, sketchesFile), First: sh.First, Count: sh.Count})
	}
	rows := pairs.OpenRows(rowBytes, files)
	defer rows.Close()
	return seal(s, runs.Triples, path, func(add func(runs.Triple) error) error {
		return match(ctx, rows, s.size(), runs.Part(numbers, s.Dir, candidates, part, parts, nil), add)
	})
}

var errEnough = errors.New("nobody wants more")

// Verdicts returns a verdict on each document that repeats another one, in no order,
// from what Exact, Alike and Near wrote in all parts.
func (s *Shards) Verdicts(ctx context.Context, exact, same, matches []string) iter.Seq2[Verdict, error] {
	sorted := func(paths []string) iter.Seq2[runs.Triple, error] {
		return runs.Range(runs.Triples, s.Dir, paths, nil, nil)
	}
	return verdicts(func(yield func(runs.Triple, error) bool) {
		for t, err := range pairs.Until(ctx, sorted(exact)) {
			if !yield(t, err) || err != nil {
				return
			}
		}
		err := stars(ctx, sorted(matches), sorted(same), func(t runs.Triple) error {
			if !yield(t, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && err != errEnough {
			yield(runs.Triple{}, err)
		}
	})
}
