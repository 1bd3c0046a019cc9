package clean

import "tamis/extractors"

// Offsets maps byte offsets of a text to byte offsets of the source it was
// made from. The zero value maps nothing.
type Offsets struct{}

// Source returns the source offset of the text offset, which is on a rune
// boundary; ok is false where there is no mapping.
func (o Offsets) Source(textOffset int) (sourceOffset int, ok bool) { return 0, false }

// Span returns the bytes of the source that the span of the text was made
// from; ok is false where there is no mapping. Its end is the end of the last
// character, not the start of the next: what was dropped between the two is
// outside.
func (o Offsets) Span(sp extractors.Span) (source extractors.Span, ok bool) {
	return extractors.Span{Start: -1, End: -1}, false
}
