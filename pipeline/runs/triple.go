package runs

import (
	"cmp"
	"encoding/binary"
)

// A Triple is an entry of three numbers, ordered by the first, then the second,
// then the third.
type Triple [3]uint64

// Compare orders triples.
func (t Triple) Compare(o Triple) int {
	return cmp.Or(cmp.Compare(t[0], o[0]), cmp.Compare(t[1], o[1]), cmp.Compare(t[2], o[2]))
}

// Triples is the codec of triples; those that are equal become one.
var Triples = Codec[Triple]{
	Compare: func(a, b Triple) int {
		for i := range a {
			if a[i] != b[i] {
				if a[i] < b[i] {
					return -1
				}
				return 1
			}
		}
		return 0
	},
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
	Combine: func(a, _ Triple) Triple { return a },
}
