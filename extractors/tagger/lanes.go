package tagger

// lanes holds a sum of rows for all labels at once: sixteen numbers of 16 bits
// in four words, so that a row is added in four additions. Label l stands in
// lane (l%8)/2 of word 2*(l/8) + l%2, which is how the even and the odd bytes
// of a row fall apart.
//
// A number may be negative: lanes are then a number to the base 2^16 with
// negative digits. Their sums are right as long as the digits of the last one
// are read as such, see scores, and fit: at most 255 rows.
type lanes [4]uint64

// A packed row holds the weights of the labels, each plus 128, in a byte each,
// and a check in the bytes above them, see table.
type packed [2]uint64

const (
	even = 0x00FF00FF00FF00FF
	// excess is what a packed row adds to a lane beyond the weight.
	excess = 0x0080008000800080
	zero   = 0x8000800080008000 // makes all digits positive
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

// pack returns a row with the weights, without its check.
func pack(weights *[numLabels]int8) (r packed) {
	for l, w := range weights {
		r[l/8] |= uint64(uint8(w)^0x80) << (8 * (l % 8))
	}
	return r
}

// unpack is the inverse of pack.
func (r *packed) unpack() (weights [numLabels]int8) {
	for l := range weights {
		weights[l] = int8(uint8(r[l/8]>>(8*(l%8))) ^ 0x80)
	}
	return weights
}

// checkShift is where the check of a row stands, in the bytes that no label
// needs: above those that count, where its sums disturb none of theirs.
const checkShift = 8 * (numLabels - 8)

// none is the row of a feature that the model does not know.
var none = pack(&[numLabels]int8{})

// A table finds the row of a feature. It is cut into buckets of four rows, the
// size of a line of the processor's cache. The uppermost bits of a feature
// choose its bucket, its lowest 19 are the check that tells it from the others
// there. A row whose check is 0 is free.
type table []packed

const bucketRows = 4

// makeTable gives the model an empty table.
func (m *Model) makeTable() {
	m.rows = make(table, 1<<m.bits)
	m.some = make([]uint32, len(m.rows)/bucketRows)
	m.shift = 64 - m.bits + 2
}

// bucket returns the rows among which a feature stands.
func (t table) bucket(f uint64, bits uint) *[bucketRows]packed {
	return (*[bucketRows]packed)(t[f>>((64-bits)&63)&^(bucketRows-1):])
}

// checkBits is what the model file has room for beside a bit for each label.
const checkBits = 32 - numLabels

// checkOf returns the check of a feature, never 0.
func checkOf(f uint64) uint64 { return max(f&(1<<checkBits-1), 1) }
