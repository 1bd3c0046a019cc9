package runs

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
)

// A Triple is an entry of three numbers, ordered by the first, then the second,
// then the third.
type Triple [3]uint64

// Compare orders triples.
func (t Triple) Compare(o Triple) int {
	for i := range t {
		if t[i] != o[i] {
			return cmp.Compare(t[i], o[i])
		}
	}
	return 0
}

// Triples is the codec of triples; those that are equal become one.
var Triples = Codec[Triple]{
	Compare: Triple.Compare,
	Append: func(dst []byte, t Triple) []byte {
		for _, v := range t {
			dst = binary.BigEndian.AppendUint64(dst, v)
		}
		return dst
	},
	Decode: func(src []byte) (t Triple, err error) {
		if len(src) != 24 {
			return t, ErrDamaged
		}
		for i := range t {
			t[i] = binary.BigEndian.Uint64(src[8*i:])
		}
		return t, nil
	},
	Size:    func(Triple) int { return 24 },
	Sort:    sortTriples,
	Combine: func(a, _ Triple) Triple { return a },
}

// sortTriples sorts by the eight bits below the first one in which the triples
// differ, and each part in the same way (American flag sort, McIlroy, Bostic and
// McIlroy 1993).
func sortTriples(a []Triple) {
	for len(a) > 48 {
		var differ Triple
		for _, t := range a[1:] {
			for i := range t {
				differ[i] |= t[i] ^ a[0][i]
			}
		}
		word := 0
		for word < 2 && differ[word] == 0 {
			word++
		}
		if differ[word] == 0 {
			return
		}
		shift := max(bits.Len64(differ[word])-8, 0)
		var end [256]int
		for i := range a {
			end[uint8(a[i][word]>>shift)]++
		}
		var start [256]int
		sum := 0
		for d, n := range end {
			start[d] = sum
			sum += n
			end[d] = sum
		}
		next := start
		for d := range next {
			for next[d] < end[d] {
				t := a[next[d]]
				for to := uint8(t[word] >> shift); int(to) != d; to = uint8(t[word] >> shift) {
					t, a[next[to]] = a[next[to]], t
					next[to]++
				}
				a[next[d]] = t
				next[d]++
			}
		}
		largest := 0
		for d := range end {
			if end[d]-start[d] > end[largest]-start[largest] {
				largest = d
			}
		}
		for d := range end {
			if d != largest {
				sortTriples(a[start[d]:end[d]])
			}
		}
		a = a[start[largest]:end[largest]] // no recursion, so the stack stays low
	}
	slices.SortFunc(a, Triple.Compare)
}
