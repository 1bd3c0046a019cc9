package pipeline

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"

	"tamis/extractors"
	"tamis/pipeline/clean"
)

// The records of the map phase wait on disk for the write phase in a compact
// form of our own: varints and length-prefixed strings, one field after the
// other as in the struct. It is read back by the same program only, see
// chunkKey, so it needs neither names nor numbers of fields.

// appendRecord appends the encoded record to dst.
func appendRecord(dst []byte, r *Record) []byte {
	for _, s := range r.strings() {
		dst = appendString(dst, *s)
	}
	dst = binary.AppendVarint(dst, r.ByteCount)
	dst = binary.LittleEndian.AppendUint64(dst, r.Content.Hi)
	dst = binary.LittleEndian.AppendUint64(dst, r.Content.Lo)
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(r.Confidence))
	if r.Reject == nil {
		dst = append(dst, 0)
	} else {
		dst = append(dst, 1)
		dst = appendString(dst, r.Reject.Stage)
		dst = appendString(dst, r.Reject.Reason)
		dst = appendString(dst, r.Reject.Detail)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Blocks)))
	for i := range r.Blocks {
		b := &r.Blocks[i]
		dst = appendSpan(dst, b.Span)
		dst = appendString(dst, string(b.Kind))
		dst = appendString(dst, b.Lang)
		dst = appendString(dst, b.Region)
		dst = appendString(dst, b.Hint)
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(b.Links))
		dst = appendSpan(dst, b.Source)
		dst = binary.LittleEndian.AppendUint64(dst, b.Key)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Mentions)))
	for i := range r.Mentions {
		dst = appendMention(dst, &r.Mentions[i].Mention)
		dst = appendSpan(dst, r.Mentions[i].Source)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.References)))
	for i := range r.References {
		dst = appendMention(dst, &r.References[i])
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Alternates)))
	for _, a := range r.Alternates {
		dst = appendString(dst, a)
	}
	return r.Offsets.AppendTo(dst)
}

func appendMention(dst []byte, m *extractors.Mention) []byte {
	dst = appendSpan(dst, m.Span)
	dst = appendString(dst, string(m.Type))
	dst = appendString(dst, m.Norm)
	dst = appendString(dst, m.Entity)
	dst = appendString(dst, m.Rule)
	dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(m.Confidence))
	dst = binary.AppendUvarint(dst, uint64(len(m.Attrs)))
	for _, a := range m.Attrs {
		dst = appendString(dst, a.Key)
		dst = appendString(dst, a.Value)
	}
	return dst
}

// strings lists the string fields in the order of the encoding.
func (r *Record) strings() [17]*string {
	return [...]*string{&r.DocumentID, &r.Source, &r.URL, &r.Site, &r.MediaType, &r.Charset, &r.SHA256, &r.Title, &r.Author,
		&r.SiteName, &r.DeclaredLanguage, &r.Published, &r.Modified, &r.Repairs, &r.Text, &r.Language, &r.Symbol}
}

func appendString(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendSpan(dst []byte, s extractors.Span) []byte {
	dst = binary.AppendVarint(dst, int64(s.Start))
	return binary.AppendVarint(dst, int64(s.Len()))
}

var errRecord = errors.New("record is damaged")

// decodeRecord reads the record at the head of src into r and returns the rest
// of src. The strings of r are copies.
func decodeRecord(src []byte, r *Record) (rest []byte, err error) {
	d := decoder{src: src, names: sharedNames.Get().(map[string]string)}
	defer d.release()
	for _, s := range r.strings() {
		*s = d.string()
	}
	r.ByteCount = d.varint()
	r.Content.Hi, r.Content.Lo = d.uint64(), d.uint64()
	r.Confidence = math.Float64frombits(d.uint64())
	r.Reject = nil
	if d.byte() == 1 {
		r.Reject = &Reject{Stage: d.string(), Reason: d.string(), Detail: d.string()}
	}
	r.Blocks = make([]Block, d.count())
	for i := range r.Blocks {
		b := &r.Blocks[i]
		b.Span = d.span()
		b.Kind = extractors.Kind(d.name())
		b.Lang = d.name()
		b.Region = d.name()
		b.Hint = d.name()
		b.Links = math.Float32frombits(d.uint32())
		b.Source = d.span()
		b.Key = d.uint64()
	}
	r.Mentions = make([]Mention, d.count())
	for i := range r.Mentions {
		d.mention(&r.Mentions[i].Mention)
		r.Mentions[i].Source = d.span()
	}
	r.References = nil
	if n := d.count(); n > 0 {
		r.References = make([]extractors.Mention, n)
	}
	for i := range r.References {
		d.mention(&r.References[i])
	}
	r.Alternates = nil
	for range d.count() {
		r.Alternates = append(r.Alternates, d.string())
	}
	if d.bad {
		return nil, errRecord
	}
	if r.Offsets, d.src, err = clean.DecodeOffsets(d.src); err != nil {
		return nil, fmt.Errorf("%w: %w", errRecord, err)
	}
	return d.src, nil
}

func (d *decoder) mention(m *extractors.Mention) {
	m.Span = d.span()
	m.Type = extractors.Type(d.name())
	m.Norm = d.string()
	m.Entity = d.string()
	m.Rule = d.name()
	m.Confidence = math.Float32frombits(d.uint32())
	if n := d.count(); n > 0 {
		m.Attrs = make([]extractors.Attr, n)
		for j := range m.Attrs {
			m.Attrs[j] = extractors.Attr{Key: d.name(), Value: d.string()}
		}
	}
}

// A decoder reads what the append functions wrote. After damage it is bad and
// returns zeros.
type decoder struct {
	src   []byte
	bad   bool
	names map[string]string // shared copies of short strings that recur
}

// sharedNames keeps names from record to record.
var sharedNames = sync.Pool{New: func() any { return make(map[string]string) }}

// maxNames bounds what is kept. The names are those of our own lists, a hundred
// or two.
const maxNames = 1 << 10

func (d *decoder) release() {
	if len(d.names) <= maxNames {
		sharedNames.Put(d.names)
	}
}

func (d *decoder) take(n int) []byte {
	if d.bad || n < 0 || n > len(d.src) {
		d.bad = true
		return nil
	}
	b := d.src[:n]
	d.src = d.src[n:]
	return b
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.src)
	if n <= 0 {
		d.bad = true
		return 0
	}
	d.src = d.src[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.src)
	if n <= 0 {
		d.bad = true
		return 0
	}
	d.src = d.src[n:]
	return v
}

// count reads the length of a list; every element takes a byte or more.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.src)) {
		d.bad = true
	}
	if d.bad {
		return 0
	}
	return int(n)
}

func (d *decoder) string() string { return string(d.take(d.count())) }

// name reads a string of which there are few different ones.
func (d *decoder) name() string {
	b := d.take(d.count())
	if len(b) == 0 {
		return ""
	}
	if s, ok := d.names[string(b)]; ok {
		return s
	}
	s := string(b)
	d.names[s] = s
	return s
}

func (d *decoder) span() extractors.Span {
	start := int(d.varint())
	return extractors.Span{Start: start, End: start + int(d.varint())}
}

func (d *decoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) uint32() uint32 {
	if b := d.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (d *decoder) uint64() uint64 {
	if b := d.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}
