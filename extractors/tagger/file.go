package tagger

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// The model file: the magic "tamis-crf", a version byte, the byte log2 of the
// number of rows, the scale (float32, little endian: score of one unit), the
// transitions (numLabels × numLabels float32, from label by to label), for each
// bucket of four rows a byte with a bit for each that is in use, lowest first,
// then these rows: numLabels int8 each, the units of the labels' scores, and
// the check of 24 bits, little endian.
const (
	magic    = "tamis-crf"
	version  = 2
	head     = len(magic) + 2 + 4 + 4*numLabels*numLabels // bytes before the rows
	rowBytes = numLabels + 3
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
			for _, x := range r.unpack() {
				rows = append(rows, byte(x))
			}
			rows = append(rows, byte(check), byte(check>>8), byte(check>>16))
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
	m.rows = newTable(m.bits)
	used, rows := file[head:head+len(m.rows)/bucketRows], file[head+len(m.rows)/bucketRows:]
	for at := range m.rows {
		if used[at/bucketRows]>>(at%bucketRows)&1 == 0 {
			continue
		}
		if len(rows) < rowBytes {
			return nil, damaged
		}
		const last = rowBytes - 8 // where the second word of a row starts
		m.rows[at] = packed{binary.LittleEndian.Uint64(rows) ^ bias, binary.LittleEndian.Uint64(rows[last:]) ^ bias&(1<<checkShift-1)}
		if m.rows[at][1]>>checkShift == 0 {
			return nil, damaged
		}
		rows = rows[rowBytes:]
	}
	if len(rows) > 0 {
		return nil, damaged
	}
	m.arrange()
	return m, nil
}
