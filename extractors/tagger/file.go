package tagger

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
)

// The model file: the magic "tamis-crf", a version byte, the byte log2 of the
// number of rows, what the scores of the first pass count for in the second
// (float32, little endian), for each of the two passes the scale (float32: score
// of one unit) and the transitions (numLabels × numLabels float32, from label by
// to label). What follows is compressed (RFC 1951, Huffman codes alone), like
// beside like: for each bucket of four rows a byte with a bit for each that is in
// use, lowest first; of these rows the lowest bytes of all, then the second, the
// third and the fourth, of a number whose lowest numLabels bits tell which labels
// have a score, and whose others are the check; then for each row an int8 for
// each of these labels, the units of its score.
const (
	magic   = "tamis-crf"
	version = 4
	head    = len(magic) + 2 + 4 + 2*4*(1+numLabels*numLabels) // bytes before what is compressed
	maxBits = 20                                               // more rows than any training fills
	planes  = 4                                                // bytes of the number of a row
)

// Default is the model file in the program, trained on the annotated documents
// of the project by "make train".
//
//go:embed model.crf
var Default []byte

// WriteTo writes the model file.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	b.WriteString(magic)
	b.WriteByte(version)
	b.WriteByte(byte(m.bits))
	put := func(x float32) { b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(x))) }
	put(m.carry)
	for _, p := range []*pass{&m.one, &m.two} {
		put(p.scale)
		for x := range numLabels {
			for y := range numLabels {
				put(p.trans[x][y])
			}
		}
	}
	used := make([]byte, len(m.rows)/bucketRows)
	var numbers [planes][]byte
	var units []byte
	for at := range m.rows {
		r := &m.rows[at]
		check := r[1] >> checkShift
		if check == 0 {
			continue
		}
		used[at/bucketRows] |= 1 << (at % bucketRows)
		number := uint32(check) << numLabels
		for l, x := range r.unpack() {
			if x != 0 {
				number |= 1 << l
				units = append(units, byte(x))
			}
		}
		for i := range numbers {
			numbers[i] = append(numbers[i], byte(number>>(8*i)))
		}
	}
	z, err := flate.NewWriter(&b, flate.HuffmanOnly)
	if err != nil {
		return 0, err
	}
	for _, part := range [][]byte{used, numbers[0], numbers[1], numbers[2], numbers[3], units} {
		if _, err := z.Write(part); err != nil {
			return 0, err
		}
		if err := z.Flush(); err != nil { // what follows has codes of its own
			return 0, err
		}
	}
	if err := z.Close(); err != nil {
		return 0, err
	}
	n, err := w.Write(b.Bytes())
	return int64(n), err
}

// Parse reads a model file.
func Parse(file []byte, lex Lexicon) (*Model, error) {
	if len(file) < head || string(file[:len(magic)]) != magic {
		return nil, errors.New("not a tagger model")
	}
	if v := file[len(magic)]; v != version {
		return nil, fmt.Errorf("tagger model of version %d, not %d", v, version)
	}
	m := &Model{bits: uint(file[len(magic)+1]), lex: lex}
	damaged := fmt.Errorf("tagger model of %d bytes is cut short or damaged", len(file))
	if m.bits < 2 || m.bits > maxBits {
		return nil, damaged
	}
	at := len(magic) + 2
	get := func() float32 {
		x := math.Float32frombits(binary.LittleEndian.Uint32(file[at:]))
		at += 4
		return x
	}
	m.carry = get()
	for _, p := range []*pass{&m.one, &m.two} {
		p.scale = get()
		for x := range numLabels {
			for y := range numLabels {
				p.trans[x][y] = get()
			}
		}
		p.arrange()
	}
	m.makeTable()
	rest := bytes.NewReader(file[head:])
	body, err := io.ReadAll(io.LimitReader(flate.NewReader(rest), int64(len(m.rows))*(1+planes+numLabels)))
	buckets := len(m.rows) / bucketRows
	if err != nil || rest.Len() > 0 || len(body) < buckets {
		return nil, damaged
	}
	used, body := body[:buckets], body[buckets:]
	n := 0
	for _, x := range used {
		n += bits.OnesCount8(x & (1<<bucketRows - 1))
	}
	if len(body) < planes*n {
		return nil, damaged
	}
	numbers, units := body[:planes*n], body[planes*n:]
	i := 0
	for at := range m.rows {
		if used[at/bucketRows]>>(at%bucketRows)&1 == 0 {
			continue
		}
		number := uint32(numbers[i]) | uint32(numbers[n+i])<<8 | uint32(numbers[2*n+i])<<16 | uint32(numbers[3*n+i])<<24
		i++
		check, labels := uint64(number>>numLabels), number&(1<<numLabels-1)
		count := bits.OnesCount32(labels)
		if check == 0 || len(units) < count {
			return nil, damaged
		}
		r := none
		r[1] |= check << checkShift
		for _, x := range units[:count] {
			l := bits.TrailingZeros32(labels)
			labels &= labels - 1
			r[l/8] ^= uint64(x) << (8 * (l % 8))
		}
		m.rows[at] = r
		m.some[at/bucketRows] |= 1 << (check & 31)
		units = units[count:]
	}
	if len(units) > 0 {
		return nil, damaged
	}
	return m, nil
}
