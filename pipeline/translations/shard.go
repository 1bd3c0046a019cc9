package translations

import (
	"bufio"
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

// The steps of a Set can be done in parts by several processes: keys and features
// by ranges of the hashes of keys and of sites, so that the documents of a site are
// one part's; candidates so that the parts are of one size; rows by ranges of
// positions. The last step, over the candidates that some evidence speaks for, is
// one.

// Names of the files of a shard.
const (
	keysFile     = "keys"
	featuresFile = "features"
)

// Seal writes what was added to files in a folder. It ends the adding.
func (s *Set) Seal(dir string) error {
	return cmp.Or(s.keys.Seal(filepath.Join(dir, keysFile)), s.features.Seal(filepath.Join(dir, featuresFile)))
}

// Shards are the sets of all shards of a corpus, by the folders where they were
// sealed. Dir is for temporary files, and Budget about the number of bytes of
// memory that a step takes, beside some bits for each document. Without takes
// documents out.
type Shards struct {
	Dir     string
	Budget  int64
	List    []string
	Without func(position int64) bool

	blocks pairs.Blocks // 0 but in tests
}

// size returns the size of the blocks of documents in steps that several processes
// share: 8.5 MB.
func (s *Shards) size() pairs.Blocks { return cmp.Or(s.blocks, 14) }

// part lists a part of the entries of all shards.
func (s *Shards) part(name string, part, parts int) iter.Seq2[runs.Triple, error] {
	paths := make([]string, len(s.List))
	for i, dir := range s.List {
		paths[i] = filepath.Join(dir, name)
	}
	return runs.HashPart(s.Dir, paths, part, parts)
}

// seal sorts what fill adds and writes it as a sealed run.
func (s *Shards) seal(codec runs.Codec[runs.Triple], path string, fill func(add func(runs.Triple) error) error) error {
	sorter := runs.New(codec, s.Dir, s.Budget/2)
	defer sorter.Close()
	if err := fill(sorter.Add); err != nil {
		return err
	}
	return sorter.Seal(path)
}

// Candidates writes the candidates of a part of the keys and of the sites, and to a
// file of its own how many documents have the features of these sites.
func (s *Shards) Candidates(ctx context.Context, part, parts int, path, groups string) error {
	f, err := os.OpenFile(groups, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	err = s.seal(candidates, path, func(add func(runs.Triple) error) error {
		c := candidacy{ctx: ctx, without: s.Without, blocks: s.size(), found: add}
		if err := c.byKeys(s.part(keysFile, part, parts)); err != nil {
			return err
		}
		var buf []byte
		return c.byFeatures(s.part(featuresFile, part, parts), func(n uint64) error {
			buf = binary.AppendUvarint(buf[:0], n)
			_, err := w.Write(buf)
			return err
		})
	})
	return errors.Join(err, w.Flush(), f.Sync(), f.Close())
}

// Gather writes the candidates of a part that go on, with all their evidence. found
// is what Candidates wrote, in all parts.
func (s *Shards) Gather(ctx context.Context, part, parts int, found []string, path string) error {
	return runs.Seal(path, candidates, enough(ctx, runs.Part(candidates, s.Dir, found, part, parts, nil)))
}

// Count writes how many documents have the features of those that are in a
// candidate, in a part of the sites. good is what Gather wrote, in all parts, groups
// what Candidates wrote of this one.
func (s *Shards) Count(ctx context.Context, part, parts int, good []string, groups, path string) error {
	var involved pairs.Bits
	for _, g := range good { // no order is needed
		for c, err := range pairs.Until(ctx, runs.Range(candidates, s.Dir, []string{g}, nil, nil)) {
			if err != nil {
				return err
			}
			involve(&involved, s.size(), c)
		}
	}
	f, err := os.Open(groups)
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	return s.seal(runs.Triples, path, func(add func(runs.Triple) error) error {
		c := candidacy{ctx: ctx, without: s.Without}
		return c.count(s.part(featuresFile, part, parts), func() (uint64, error) { return binary.ReadUvarint(r) }, involved, add)
	})
}

// Rows writes the rows of the documents between two positions, the second one left
// out. counted is what Count wrote, in all parts.
func (s *Shards) Rows(ctx context.Context, first, end int64, counted []string, path string) error {
	rows := pairs.NewRows(filepath.Dir(path), rowBytes) // to be renamed
	defer rows.Close()
	from, upTo := runs.Triple{uint64(first) << 16}, runs.Triple{uint64(end) << 16}
	err := writeRows(ctx, runs.Range(runs.Triples, s.Dir, counted, &from, &upTo), func(position int64, row []byte) error {
		return rows.Write(position-first, row)
	})
	if err != nil {
		return err
	}
	return rows.Seal(path)
}

// Score writes the candidates of a part that some evidence speaks for, by their
// score. good is what Gather wrote of the part, rows are those of all documents.
func (s *Shards) Score(ctx context.Context, good string, rows []pairs.RowsPart, path string) error {
	r := pairs.OpenRows(rowBytes, rows)
	defer r.Close()
	return s.seal(runs.Triples, path, func(add func(runs.Triple) error) error {
		return score(r, s.size(), pairs.Until(ctx, runs.Range(candidates, s.Dir, []string{good}, nil, nil)), add)
	})
}

// Pairs returns the pairs of documents, in no order. scored is what Score wrote, in
// all parts.
func (s *Shards) Pairs(ctx context.Context, scored []string) iter.Seq2[Pair, error] {
	return func(yield func(Pair, error) bool) {
		err := choose(ctx, runs.Range(runs.Triples, s.Dir, scored, nil, nil), func(t runs.Triple) error {
			if !yield(pairOf(t), nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && err != errEnough {
			yield(Pair{}, err)
		}
	}
}

var errEnough = errors.New("nobody wants more")
