package clean

import (
	"encoding/binary"
	"errors"
)

// AppendTo appends the encoded offsets to dst: their number, then for each part
// where it starts, as the distance to the end of the part before.
func (o Offsets) AppendTo(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(o.parts)))
	if len(o.parts) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(o.size))
	var last part
	for _, p := range o.parts {
		dst = binary.AppendUvarint(dst, uint64(p.text-last.text))
		dst = binary.AppendVarint(dst, int64(p.source-last.sourceEnd()))
		dst = binary.AppendUvarint(dst, uint64(p.length))
		dst = binary.AppendUvarint(dst, uint64(p.step))
		last = p
	}
	return dst
}

var errOffsets = errors.New("offsets are damaged")

// DecodeOffsets reads what AppendTo wrote and returns what stands behind it.
func DecodeOffsets(src []byte) (o Offsets, rest []byte, err error) {
	next := func() int32 {
		v, n := binary.Uvarint(src)
		if n <= 0 || v > maxSize {
			err = errOffsets
			return 0
		}
		src = src[n:]
		return int32(v)
	}
	count := int(next())
	if err != nil || count > len(src)/4 {
		return Offsets{}, nil, errOffsets
	}
	if count == 0 {
		return Offsets{}, src, nil
	}
	o.size = next()
	o.parts = make([]part, count)
	var last part
	for i := range o.parts {
		p := part{text: last.text + next()}
		v, n := binary.Varint(src)
		if n <= 0 {
			return Offsets{}, nil, errOffsets
		}
		src = src[n:]
		p.source = last.sourceEnd() + int32(v)
		p.length, p.step = next(), next()
		o.parts[i], last = p, p
		if err != nil {
			return Offsets{}, nil, err
		}
	}
	return o, src, nil
}
