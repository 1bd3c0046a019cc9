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
// transitions (numLabels × numLabels float32, from label by to label), then the
// rows: numLabels int8 each.
const (
	magic   = "tamis-crf"
	version = 1
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
	b.Write(unpack(m.rows))
	n, err := w.Write(b.Bytes())
	return int64(n), err
}

// Parse reads a model file.
func Parse(file []byte, lex Lexicon) (*Model, error) {
	const head = len(magic) + 2 + 4 + 4*numLabels*numLabels
	if len(file) < head || string(file[:len(magic)]) != magic {
		return nil, errors.New("not a tagger model")
	}
	if v := file[len(magic)]; v != version {
		return nil, fmt.Errorf("tagger model of version %d, not %d", v, version)
	}
	m := &Model{bits: uint(file[len(magic)+1]), lex: lex}
	if m.bits < 1 || m.bits > 24 || len(file) != head+numLabels<<m.bits {
		return nil, fmt.Errorf("tagger model of %d bytes is cut short or damaged", len(file))
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
	m.rows = pack(file[head:])
	m.arrange()
	return m, nil
}
