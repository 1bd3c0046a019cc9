package vocabulary

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"sync"
)

// Clusters are groups of words that stand in like places, at three grains, of
// French words and of English ones. A number is 0 for a word that is in none.
//
// "Traoré" and "Ouédraogo" share one, though no page of ours has both: what a
// tagger learns of the one it knows of the other.
type Clusters struct {
	FR, EN Grains
}

// Grains are the numbers, from 1, of the clusters of a word: some 1,000 fine
// ones, 250 of middle size, 60 coarse ones.
type Grains struct {
	Fine, Middle, Coarse uint16
}

// ClustersOf returns the clusters of a folded word.
func ClustersOf(folded string) Clusters {
	t := clusters()
	return Clusters{FR: t[0].of(folded), EN: t[1].of(folded)}
}

// clusterFile holds the French clusters as makeclusters wrote them, then the
// English ones. Each has the number of fine clusters, for each of them the
// middle and the coarse cluster that it is part of, the number of entries of
// each of 1<<bucketBits buckets in a byte, and the entries, three bytes: the
// lowest 14 bits are a check, the others the fine cluster. All numbers are
// little endian, of two bytes where nothing else is said. A word's bucket and
// check are the uppermost bits of its hash: no word is stored, so one in some
// 3,000 unknown words passes for one that is known.
//
//go:embed data/clusters.bin
var clusterFile string

const clusterCheckBits = 14

// A clusterList is one language of the file with the first entry of each bucket.
type clusterList struct {
	grains  []Grains
	entries string
	starts  [1<<bucketBits + 1]int32
}

var clusters = sync.OnceValue(func() (lists [2]*clusterList) {
	file := clusterFile
	for i := range lists {
		var err error
		if lists[i], file, err = parseClusters(file); err != nil {
			panic(err) // the file is part of the program, and a test reads it
		}
	}
	return lists
})

var errClusters = errors.New("clusters are cut short")

// parseClusters reads one language and returns the rest of the file.
func parseClusters(file string) (l *clusterList, rest string, err error) {
	take := func(n int) (part string) {
		if len(file) < n {
			err = errClusters
			return ""
		}
		part, file = file[:n], file[n:]
		return part
	}
	number := func(s string) uint16 { return uint16(s[0]) | uint16(s[1])<<8 }
	head := take(2)
	if err != nil {
		return nil, "", err
	}
	parts := take(4 * int(number(head)))
	counts := take(1 << bucketBits)
	if err != nil {
		return nil, "", err
	}
	l = &clusterList{}
	for i := range len(parts) / 4 {
		l.grains = append(l.grains, Grains{uint16(i) + 1, number(parts[4*i:]) + 1, number(parts[4*i+2:]) + 1})
	}
	for i := range counts {
		l.starts[i+1] = l.starts[i] + int32(counts[i])
	}
	l.entries = take(3 * int(l.starts[1<<bucketBits]))
	return l, file, err
}

func (l *clusterList) of(folded string) Grains {
	bucket, check := clusterPlace(folded)
	for i := l.starts[bucket]; i < l.starts[bucket+1]; i++ {
		e := l.entries[3*i:][:3]
		x := uint32(e[0]) | uint32(e[1])<<8 | uint32(e[2])<<16
		if x&(1<<clusterCheckBits-1) != check {
			continue
		}
		if fine := int(x >> clusterCheckBits); fine < len(l.grains) {
			return l.grains[fine]
		}
	}
	return Grains{}
}

// clusterPlace returns where a word belongs.
func clusterPlace(folded string) (bucket int, check uint32) {
	h := hash(folded)
	return int(h >> (64 - bucketBits)), uint32(h >> (64 - bucketBits - clusterCheckBits) & (1<<clusterCheckBits - 1))
}

// PackClusters returns one language of the file: words has the fine cluster of
// each word, parts the middle and the coarse cluster of each fine one.
func PackClusters(words map[string]uint16, parts [][2]uint16) []byte {
	file := binary.LittleEndian.AppendUint16(nil, uint16(len(parts)))
	for _, p := range parts {
		file = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(file, p[0]), p[1])
	}
	buckets := make([][]uint32, 1<<bucketBits)
	for _, w := range slices.Sorted(maps.Keys(words)) {
		b, check := clusterPlace(w)
		if !slices.ContainsFunc(buckets[b], func(x uint32) bool { return x&(1<<clusterCheckBits-1) == check }) {
			buckets[b] = append(buckets[b], check|uint32(words[w])<<clusterCheckBits)
		}
	}
	var entries []byte
	for _, bucket := range buckets {
		if len(bucket) > 255 {
			panic("vocabulary: a bucket overflows") // 255 where five are usual
		}
		file = append(file, byte(len(bucket)))
		for _, x := range bucket {
			entries = append(entries, byte(x), byte(x>>8), byte(x>>16))
		}
	}
	return append(file, entries...)
}
