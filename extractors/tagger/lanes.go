package tagger

import "encoding/binary"

// lanes holds a sum of rows for all labels at once: sixteen numbers of 16 bits
// in four words, so that a row is added in four additions. Label l stands in
// lane (l%8)/2 of word 2*(l/8) + l%2, which is how the even and the odd bytes
// of a row fall apart.
//
// A number may be negative: lanes are then a number to the base 2^16 with
// negative digits. Their sums are right as long as the digits of the last one
// are read as such, see scores, and fit: at most 255 rows.
type lanes [4]uint64

// A packed row holds the weights of the labels, each plus 128, in a byte each.
type packed [2]uint64

const (
	even = 0x00FF00FF00FF00FF
	// excess is what a packed row adds to a lane beyond the weight.
	excess = 0x0080008000800080
	zero   = 0x8000800080008000 // makes all digits positive
	bias   = 0x8080808080808080
)

func (v *lanes) add(r *packed) {
	v[0] += r[0] & even
	v[1] += r[0] >> 8 & even
	v[2] += r[1] & even
	v[3] += r[1] >> 8 & even
}

func (v *lanes) plus(o *lanes) {
	v[0] += o[0]
	v[1] += o[1]
	v[2] += o[2]
	v[3] += o[3]
}

// level takes out what so many packed rows have added beyond their weights.
func (v *lanes) level(rows int) {
	e := uint64(rows) * excess
	v[0] -= e
	v[1] -= e
	v[2] -= e
	v[3] -= e
}

// sums returns the numbers.
func (v *lanes) sums() (out [numLabels]int32) {
	for half := range 2 {
		a, b := v[2*half]+zero, v[2*half+1]+zero
		for l := 8 * half; l < min(8*half+8, numLabels); l += 2 {
			out[l] = int32(uint16(a)) - 1<<15
			if l+1 < numLabels {
				out[l+1] = int32(uint16(b)) - 1<<15
			}
			a, b = a>>16, b>>16
		}
	}
	return out
}

// scores sets emit to the numbers, times scale.
func (v *lanes) scores(emit *vec, scale float32) {
	a, b, c, d := v[0]+zero, v[1]+zero, v[2]+zero, v[3]+zero
	score := func(x uint64) float32 { return float32(int32(uint16(x))-1<<15) * scale }
	emit[0], emit[2], emit[4], emit[6] = score(a), score(a>>16), score(a>>32), score(a>>48)
	emit[1], emit[3], emit[5], emit[7] = score(b), score(b>>16), score(b>>32), score(b>>48)
	emit[8], emit[10], emit[12] = score(c), score(c>>16), score(c>>32)
	emit[9], emit[11] = score(d), score(d>>16)
}

// pack returns the rows of a model file, numLabels signed bytes each.
func pack(rows []byte) []packed {
	table := make([]packed, len(rows)/numLabels)
	for i := range table {
		r := rows[i*numLabels:][:numLabels:numLabels]
		table[i] = packed{binary.LittleEndian.Uint64(r) ^ bias, binary.LittleEndian.Uint64(r[numLabels-8:])>>(64-8*(numLabels-8)) ^ bias}
	}
	return table
}

// unpack is the inverse of pack.
func unpack(table []packed) []byte {
	rows := make([]byte, 0, len(table)*numLabels)
	for i := range table {
		rows = binary.LittleEndian.AppendUint64(rows, table[i][0]^bias)
		rows = binary.LittleEndian.AppendUint64(rows, table[i][1]^bias)
		rows = rows[:(i+1)*numLabels]
	}
	return rows
}
