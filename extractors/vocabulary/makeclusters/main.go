// Command makeclusters writes extractors/vocabulary/data/clusters.bin: groups
// of words that stand in like places, from two packages of Python:
//
//   - fr_core_news_md 3.8.0 of Explosion, of which the word vectors alone are
//     read, "Explosion fastText Vectors (cbow, OSCAR Common Crawl + Wikipedia)"
//     (CC0): its 20,000 vectors of 300 numbers fall into 1,024 clusters by
//     k-means on the sphere (Dhillon and Modha, "Concept Decompositions for
//     Large Sparse Text Data Using Clustering", 2001), and these into 256 and
//     into 64 likewise; 500,000 words, the commonest first, have one each;
//   - spacy-lookups-data 1.0.5 of Explosion (MIT), which has the Brown clusters
//     of 190,000 English words (Brown et al., "Class-Based n-gram Models of
//     Natural Language", 1992): their first 10, 6 and 4 bits, as Ratinov and
//     Roth, "Design Challenges and Misconceptions in Named Entity Recognition"
//     (2009), take them.
//
// Run it as
//
//	pip download --no-deps spacy-lookups-data==1.0.5
//	go run ./extractors/vocabulary/makeclusters -french fr_core_news_md-3.8.0-py3-none-any.whl -english spacy_lookups_data-1.0.5-py2.py3-none-any.whl
//
// The French package stands at https://github.com/explosion/spacy-models. Notices
// of both stand in extractors/vocabulary/data/NOTICE.
package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/vocabulary"
)

// What the packages are known by.
const (
	frenchSum  = "8a70d090a54ef77525c3ffa6a6195b9d365f2cf369ae1cd84ede93f3d709079e"
	englishSum = "466f21f087e4144bc93800679437ec5a17be7d0888734b1ba880b3ecb0978bc6"
)

func main() {
	log.SetFlags(0)
	french := flag.String("french", "", "package fr_core_news_md 3.8.0, a .whl file")
	english := flag.String("english", "", "package spacy-lookups-data 1.0.5, a .whl file")
	frenchWords := flag.Int("french-words", 60_000, "so many of the commonest French words, of rarer ones those with a capital")
	englishWords := flag.Int("english-words", 30_000, "so many of the commonest English words, of rarer ones those with a capital")
	out := flag.String("out", "extractors/vocabulary/data/clusters.bin", "file to write")
	flag.Parse()
	fr, err := frenchClusters(*french, *frenchWords)
	if err != nil {
		log.Fatal(err)
	}
	en, err := englishClusters(*english, *englishWords)
	if err != nil {
		log.Fatal(err)
	}
	file := append(fr, en...)
	if err := os.WriteFile(*out, file, 0o666); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d bytes\n", *out, len(file))
}

// A list gathers folded words with their clusters, the commonest first: so many
// of all kinds, then those alone that are written with a capital. What is rare
// and small tells little of names.
type list struct {
	common int
	words  map[string]uint16
	seen   map[string]bool
}

func newList(common int) *list {
	return &list{common, map[string]uint16{}, map[string]bool{}}
}

// add notes the cluster of a word, unless a commoner one is folded alike.
func (l *list) add(word string, cluster uint16) {
	w := extractors.Fold(word)
	n := utf8.RuneCountInString(w)
	if n < 2 || l.seen[w] || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return
	}
	l.seen[w] = true
	first, _ := utf8.DecodeRuneInString(word)
	if len(l.seen) <= l.common || n > 2 && unicode.IsUpper(first) {
		l.words[w] = cluster
	}
}

// files returns the files of a package that end in the names.
func files(whl, sum string, names ...string) ([][]byte, error) {
	b, err := os.ReadFile(whl)
	if err != nil {
		return nil, err
	}
	if fmt.Sprintf("%x", sha256.Sum256(b)) != sum {
		return nil, fmt.Errorf("%s: another file than that of checksum %s", whl, sum)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(names))
	for i, name := range names {
		k := slices.IndexFunc(z.File, func(f *zip.File) bool { return path.Base(f.Name) == name })
		if k < 0 {
			return nil, fmt.Errorf("%s has no %s", whl, name)
		}
		f, err := z.File[k].Open()
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if out[i], err = io.ReadAll(f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func frenchClusters(whl string, common int) ([]byte, error) {
	parts, err := files(whl, frenchSum, "vectors", "key2row", "strings.json")
	if err != nil {
		return nil, err
	}
	vectors, err := readVectors(parts[0])
	if err != nil {
		return nil, err
	}
	keys, err := readKeys(parts[1])
	if err != nil {
		return nil, err
	}
	var known []string
	if err := json.Unmarshal(parts[2], &known); err != nil {
		return nil, err
	}
	byKey := make(map[uint64]string, len(known))
	for _, w := range known {
		byKey[murmur([]byte(w), 1)] = w
	}
	fine, centres := cluster(vectors, 1024)
	middle, _ := cluster(centres, 256)
	coarse, _ := cluster(centres, 64)
	l := newList(common)
	for _, k := range keys {
		if w, ok := byKey[k.key]; ok && k.row < len(fine) {
			l.add(w, fine[k.row])
		}
	}
	groups := make([][2]uint16, len(centres))
	for i := range groups {
		groups[i] = [2]uint16{middle[i], coarse[i]}
	}
	fmt.Printf("French: %d words\n", len(l.words))
	return vocabulary.PackClusters(l.words, groups), nil
}

// A vector has the length 1.
type vector []float32

// readVectors reads an array of NumPy, moves its middle to 0 and stretches its
// rows to the length 1.
func readVectors(npy []byte) ([]vector, error) {
	var rows, width int
	if len(npy) < 10 || string(npy[:6]) != "\x93NUMPY" {
		return nil, errors.New("vectors: no array of NumPy")
	}
	end := 10 + int(binary.LittleEndian.Uint16(npy[8:]))
	if end > len(npy) {
		return nil, errors.New("vectors: cut short")
	}
	if _, err := fmt.Sscanf(string(npy[10:end]), "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d)", &rows, &width); err != nil {
		return nil, fmt.Errorf("vectors: %w", err)
	}
	if len(npy) != end+4*rows*width {
		return nil, errors.New("vectors: cut short")
	}
	all := make([]vector, rows)
	mean := make([]float64, width)
	for i := range all {
		all[i] = make(vector, width)
		for j := range all[i] {
			all[i][j] = math.Float32frombits(binary.LittleEndian.Uint32(npy[end+4*(i*width+j):]))
		}
		all[i].normalize()
		for j, x := range all[i] {
			mean[j] += float64(x) / float64(rows)
		}
	}
	for i := range all {
		for j := range all[i] {
			all[i][j] -= float32(mean[j])
		}
		all[i].normalize()
	}
	return all, nil
}

func (v vector) normalize() {
	sum := 0.0
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return
	}
	for j := range v {
		v[j] = float32(float64(v[j]) / math.Sqrt(sum))
	}
}

// cluster parts the vectors into n clusters. It returns the cluster of each and
// the centres.
func cluster(vectors []vector, n int) (of []uint16, centres []vector) {
	const rounds = 20
	rng := rand.New(rand.NewPCG(20, 26))
	for _, i := range rng.Perm(len(vectors))[:n] {
		centres = append(centres, slices.Clone(vectors[i]))
	}
	of = make([]uint16, len(vectors))
	for range rounds {
		var wg sync.WaitGroup
		workers := runtime.GOMAXPROCS(0)
		for w := range workers {
			wg.Go(func() {
				for i := w; i < len(vectors); i += workers {
					of[i] = nearest(vectors[i], centres)
				}
			})
		}
		wg.Wait()
		sums := make([]vector, n)
		for i, v := range vectors {
			c := of[i]
			if sums[c] == nil {
				sums[c] = make(vector, len(v))
			}
			for j, x := range v {
				sums[c][j] += x
			}
		}
		for c, sum := range sums {
			if sum != nil {
				sum.normalize()
				centres[c] = sum
			}
		}
	}
	return of, centres
}

func nearest(v vector, centres []vector) uint16 {
	best, at := float32(-2), 0
	for c, centre := range centres {
		var a, b, d, e float32
		for j := 0; j+4 <= len(v); j += 4 {
			x, y := v[j:j+4:j+4], centre[j:j+4:j+4]
			a += x[0] * y[0]
			b += x[1] * y[1]
			d += x[2] * y[2]
			e += x[3] * y[3]
		}
		if s := a + b + d + e; s > best {
			best, at = s, c
		}
	}
	return uint16(at)
}

// A row tells which vector has a word, by its hash.
type row struct {
	key uint64
	row int
}

// readKeys reads a map from hashes to rows in MessagePack, in its order, which
// is that of the words' frequency.
func readKeys(b []byte) (all []row, err error) {
	if len(b) < 5 || b[0] != 0xDF {
		return nil, errors.New("key2row: no map of MessagePack")
	}
	count := binary.BigEndian.Uint32(b[1:])
	b = b[5:]
	number := func() (x uint64) {
		if len(b) == 0 {
			err = errors.New("key2row: cut short")
			return 0
		}
		n := 0
		switch c := b[0]; {
		case c < 0x80:
			x, b = uint64(c), b[1:]
			return x
		case c >= 0xCC && c <= 0xCF:
			n = 1 << (c - 0xCC)
		default:
			err = fmt.Errorf("key2row: byte %#x where a number is due", c)
			return 0
		}
		if len(b) < 1+n {
			err = errors.New("key2row: cut short")
			return 0
		}
		for _, c := range b[1 : 1+n] {
			x = x<<8 | uint64(c)
		}
		b = b[1+n:]
		return x
	}
	for range count {
		k := row{key: number()}
		k.row = int(number())
		if err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, nil
}

// murmur is MurmurHash64A of Austin Appleby, by which the packages know words.
func murmur(b []byte, seed uint64) uint64 {
	const m = 0xc6a4a7935bd1e995
	h := seed ^ uint64(len(b))*m
	for ; len(b) >= 8; b = b[8:] {
		k := binary.LittleEndian.Uint64(b) * m
		k ^= k >> 47
		h = (h ^ k*m) * m
	}
	if len(b) > 0 {
		var rest [8]byte
		copy(rest[:], b)
		h = (h ^ binary.LittleEndian.Uint64(rest[:])) * m
	}
	h = (h ^ h>>47) * m
	return h ^ h>>47
}

func englishClusters(whl string, common int) ([]byte, error) {
	parts, err := files(whl, englishSum, "en_lexeme_cluster.json.gz")
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(parts[0]))
	if err != nil {
		return nil, err
	}
	type entry struct {
		word string
		path uint64
	}
	var all []entry
	// The words stand in the order of their frequency.
	d := json.NewDecoder(z)
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	for d.More() {
		word, err := d.Token()
		if err != nil {
			return nil, err
		}
		var e entry
		if err := d.Decode(&e.path); err != nil {
			return nil, err
		}
		if e.word = word.(string); e.path != 0 {
			all = append(all, e)
		}
	}
	// A cluster is the way to it from the root of a tree, its first bit lowest.
	grain := func(path uint64, length int) uint64 { return path & (1<<length - 1) }
	numbers := func(length int) map[uint64]uint16 {
		seen := map[uint64]bool{}
		for _, e := range all {
			seen[grain(e.path, length)] = true
		}
		out := map[uint64]uint16{}
		for i, p := range slices.SortedFunc(maps.Keys(seen), func(a, b uint64) int {
			return cmp.Compare(bits.Reverse64(a), bits.Reverse64(b))
		}) {
			out[p] = uint16(i)
		}
		return out
	}
	fine, middle, coarse := numbers(10), numbers(6), numbers(4)
	groups := make([][2]uint16, len(fine))
	for p, i := range fine {
		groups[i] = [2]uint16{middle[grain(p, 6)], coarse[grain(p, 4)]}
	}
	l := newList(common)
	for _, e := range all {
		l.add(e.word, fine[grain(e.path, 10)])
	}
	fmt.Printf("English: %d words, %d, %d and %d clusters\n", len(l.words), len(fine), len(middle), len(coarse))
	return vocabulary.PackClusters(l.words, groups), nil
}
