package tagger

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
)

// The model file: the magic "tamis-crf", a version byte, the byte log2 of the
// number of rows, the scale (float32, little endian: score of one unit), the
// transitions (numLabels × numLabels float32, from label by to label), for each
// bucket of four rows a byte with a bit for each that is in use, lowest first,
// then these rows: four bytes, little endian, whose lowest numLabels bits tell
// which labels have a score, and whose others are the check; then an int8 for
// each of these labels, the units of its score.
const (
	magic   = "tamis-crf"
	version = 3
	head    = len(magic) + 2 + 4 + 4*numLabels*numLabels // bytes before the rows
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
	put(m.scale)
	for x := range numLabels {
		for y := range numLabels {
			put(m.trans[x][y])
		}
	}
	var rows []byte
	for at := 0; at < len(m.rows); at += bucketRows {
		used := byte(0)
		for i := range bucketRows {
			r := &m.rows[at+i]
			check := r[1] >> checkShift
			if check == 0 {
				continue
			}
			used |= 1 << i
			weights := r.unpack()
			labels := uint32(0)
			for l, x := range weights {
				if x != 0 {
					labels |= 1 << l
				}
			}
			rows = binary.LittleEndian.AppendUint32(rows, labels|uint32(check)<<numLabels)
			for _, x := range weights {
				if x != 0 {
					rows = append(rows, byte(x))
				}
			}
		}
		b.WriteByte(used)
	}
	b.Write(rows)
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
	if m.bits < 2 || m.bits > 24 || len(file) < head+1<<m.bits/bucketRows {
		return nil, damaged
	}
	at := len(magic) + 2
	get := func() float32 {
		x := math.Float32frombits(binary.LittleEndian.Uint32(file[at:]))
		at += 4
		return x
	}
	m.scale = get()
	for x := range numLabels {
		for y := range numLabels {
			m.trans[x][y] = get()
		}
	}
	m.makeTable()
	used, rows := file[head:head+len(m.rows)/bucketRows], file[head+len(m.rows)/bucketRows:]
	for at := range m.rows {
		if used[at/bucketRows]>>(at%bucketRows)&1 == 0 {
			continue
		}
		if len(rows) < 4 {
			return nil, damaged
		}
		labels := binary.LittleEndian.Uint32(rows)
		check := uint64(labels >> numLabels)
		labels &= 1<<numLabels - 1
		rows = rows[4:]
		n := bits.OnesCount32(labels)
		if check == 0 || len(rows) < n {
			return nil, damaged
		}
		r := none
		r[1] |= check << checkShift
		for _, x := range rows[:n] {
			l := bits.TrailingZeros32(labels)
			labels &= labels - 1
			r[l/8] ^= uint64(x) << (8 * (l % 8))
		}
		m.rows[at] = r
		m.some[at/bucketRows] |= 1 << (check & 31)
		rows = rows[n:]
	}
	if len(rows) > 0 {
		return nil, damaged
	}
	m.arrange()
	return m, nil
}
