package clean

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"tamis/extractors"
)

// Offsets maps byte offsets of a text to byte offsets of the source it was
// made from. The zero value maps nothing.
//
// The map is a list of parts that cover the text without gaps. Most parts are
// copies, in which offsets run alike on both sides; the others are single
// characters that were changed ("&eacute;" to "é"). Source bytes that no part
// covers were dropped.
type Offsets struct {
	parts []part
	size  int32 // of the text
}

type part struct {
	text, source int32 // where the part starts in either
	length       int32 // bytes of the source
	// step is the number of source bytes for a byte of text, 2 for ASCII
	// from UTF-16; 0 if the part is one character that was changed, with
	// no offsets inside.
	step int32
}

func (p part) sourceEnd() int32 { return p.source + p.length }

// maxSize is the longest document that Offsets can map.
const maxSize = 1<<31 - 1

// Source returns the source offset of the text offset, which is on a rune
// boundary; ok is false where there is no mapping.
func (o Offsets) Source(textOffset int) (sourceOffset int, ok bool) {
	if len(o.parts) == 0 || textOffset < 0 || textOffset > int(o.size) {
		return 0, false
	}
	p := o.parts[o.find(int32(textOffset))]
	if textOffset == int(o.size) {
		return int(p.sourceEnd()), true
	}
	return int(p.source + (int32(textOffset)-p.text)*p.step), true
}

// Span returns the bytes of the source that the span of the text was made
// from; ok is false where there is no mapping. Its end is the end of the last
// character, not the start of the next: what was dropped between the two is
// outside.
func (o Offsets) Span(sp extractors.Span) (source extractors.Span, ok bool) {
	start, ok := o.Source(sp.Start)
	if !ok || sp.End < sp.Start || sp.End > int(o.size) {
		return extractors.Span{Start: -1, End: -1}, false
	}
	if sp.End == sp.Start {
		return extractors.Span{Start: start, End: start}, true
	}
	p := o.parts[o.find(int32(sp.End)-1)]
	end := p.sourceEnd()
	if p.step > 0 {
		end = p.source + (int32(sp.End)-p.text)*p.step
	}
	return extractors.Span{Start: start, End: int(end)}, true
}

// find returns the index of the part that holds the text offset.
func (o Offsets) find(text int32) int {
	i, found := slices.BinarySearchFunc(o.parts, text, func(p part, t int32) int { return cmp.Compare(p.text, t) })
	if !found {
		i--
	}
	return i
}

// forward returns the text offset at which the source offset stands, or the
// next one if the source byte was dropped.
func (o Offsets) forward(source int) int {
	i, found := slices.BinarySearchFunc(o.parts, int32(source), func(p part, s int32) int { return cmp.Compare(p.source, s) })
	if !found {
		i--
	}
	switch {
	case i < 0:
		return 0
	case int32(source) >= o.parts[i].sourceEnd():
		if i+1 < len(o.parts) {
			return int(o.parts[i+1].text)
		}
		return int(o.size)
	case o.parts[i].step == 0:
		return int(o.parts[i].text)
	}
	return int(o.parts[i].text + (int32(source)-o.parts[i].source)/o.parts[i].step)
}

// through returns the map from the text of o by way of its source, which is
// the text of earlier, to the source of earlier. Copies in o have step 1.
func (o Offsets) through(earlier Offsets) Offsets {
	var m mapper
	m.parts = make([]part, 0, max(len(o.parts), len(earlier.parts)))
	j := 0
	for i, p := range o.parts {
		for j+1 < len(earlier.parts) && earlier.parts[j+1].text <= p.source {
			j++
		}
		if p.step == 0 {
			sp, _ := earlier.Span(extractors.Span{Start: int(p.source), End: int(p.sourceEnd())})
			m.change(sp.Start, sp.Len(), int(o.textEnd(i)-p.text))
			continue
		}
		for at, k := p.source, j; at < p.sourceEnd(); k++ {
			e := earlier.parts[k]
			end := min(p.sourceEnd(), earlier.textEnd(k))
			if e.step == 0 {
				m.change(int(e.source), int(e.length), int(end-at))
			} else {
				m.copy(int(e.source+(at-e.text)*e.step), int(end-at), int(e.step))
			}
			at = end
		}
	}
	return m.offsets()
}

// textEnd returns where part i ends, which is where the next one starts.
func (o Offsets) textEnd(i int) int32 {
	if i+1 < len(o.parts) {
		return o.parts[i+1].text
	}
	return o.size
}

// A mapper notes the parts of a text as it is written, in order. A nil mapper
// notes nothing.
type mapper struct {
	parts []part
	text  int32
}

// copy notes n bytes of text that were copied from the source.
func (m *mapper) copy(source, n, step int) {
	if m == nil || n == 0 {
		return
	}
	length := int32(n * step)
	if last := len(m.parts) - 1; last >= 0 && m.parts[last].step == int32(step) && m.parts[last].sourceEnd() == int32(source) {
		m.parts[last].length += length
	} else {
		m.parts = append(m.parts, part{m.text, int32(source), length, int32(step)})
	}
	m.text += int32(n)
}

// change notes n bytes of text made from length bytes of the source.
func (m *mapper) change(source, length, n int) {
	if m == nil || n == 0 {
		return
	}
	m.parts = append(m.parts, part{m.text, int32(source), int32(length), 0})
	m.text += int32(n)
}

func (m *mapper) offsets() Offsets { return Offsets{m.parts, m.text} }

// identity is the map of a text that is its source from a byte offset on.
func identity(from, n int) Offsets {
	var m mapper
	m.copy(from, n, 1)
	return m.offsets()
}

// An edit replaces a range of a text.
type edit struct {
	extractors.Span
	text string
}

// apply makes the edits, which are in order and do not overlap.
func apply(s string, edits []edit) (string, Offsets) {
	w := rewriter{s: s}
	for _, e := range edits {
		w.replace(e.Start, e.End, e.text)
	}
	return w.result()
}

// A rewriter makes edits one after the other, in order.
type rewriter struct {
	s    string
	out  []byte
	m    mapper
	done int // bytes of s
	n    int // edits
}

// replace puts text in the place of s[start:end].
func (w *rewriter) replace(start, end int, text string) {
	if w.out == nil {
		w.out = make([]byte, 0, len(w.s)+len(text))
	}
	w.out = append(w.out, w.s[w.done:start]...)
	w.m.copy(w.done, start-w.done, 1)
	w.out = append(w.out, text...)
	for i, n := 0, 0; i < len(text); i += n { // a part for each character
		_, n = utf8.DecodeRuneInString(text[i:])
		w.m.change(start, end-start, n)
	}
	w.done = end
	w.n++
}

// result returns the text with the edits made.
func (w *rewriter) result() (string, Offsets) {
	if w.n == 0 {
		return w.s, identity(0, len(w.s))
	}
	w.out = append(w.out, w.s[w.done:]...)
	w.m.copy(w.done, len(w.s)-w.done, 1)
	return string(w.out), w.m.offsets()
}
