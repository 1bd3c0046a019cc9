package clean

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decode turns the bytes of a file into valid UTF-8 and names the charset they
// were in. The evidence counts in this order: a byte order mark, UTF-8 that is
// valid throughout, UTF-8 with a few bad bytes, the charset that came with the
// file, the one that the markup declares, windows-1252; of the last three, what
// gives words that nobody writes gives way to what makes sense, see meant. A
// declaration comes late because pages are saved, converted and cut apart
// without anybody changing it.
func decode(raw []byte, markup bool, declared string, m *mapper) (s, name string, err error) {
	if len(raw) == 0 {
		return "", "", errors.New("empty")
	}
	if len(raw) > maxSize/4 {
		return "", "", fmt.Errorf("longer than %d bytes", maxSize/4)
	}
	for _, b := range byteOrderMarks {
		if bytes.HasPrefix(raw, []byte(b.mark)) {
			if b.unit == 1 {
				s = decodeUTF8(raw, len(b.mark), m)
			} else {
				s = decodeWide(raw, len(b.mark), b.unit, b.big, m)
			}
			return s, b.name, garbled(s)
		}
	}
	if nul := bytes.IndexByte(raw, 0); nul >= 0 {
		if big, ok := wideWithoutMark(raw); ok {
			return decodeWide(raw, 0, 2, big, m), map[bool]string{false: "utf-16le", true: "utf-16be"}[big], nil
		}
		// A stray NUL on a page of text does no harm; files of programs
		// are full of them.
		if bytes.Count(raw, []byte{0}) > len(raw)/1000 {
			return "", "", fmt.Errorf("not text: NUL at byte %d", nul)
		}
	}
	if err := refuse(raw); err != nil {
		return "", "", err
	}
	if utf8.Valid(raw) {
		m.copy(0, len(raw), 1)
		return string(raw), "utf-8", nil
	}
	enc, name := lookup(declared)
	if enc == nil && markup {
		enc, name = inMarkup(raw)
	}
	if mostlyUTF8(raw, enc != nil) {
		return decodeUTF8(raw, 0, m), "utf-8", nil
	}
	if enc == nil {
		enc, name = charmap.Windows1252, "windows-1252"
	}
	enc, name = meant(raw, enc, name)
	if cm, ok := enc.(*charmap.Charmap); ok {
		return decodeBytes(raw, cm, m), name, nil
	}
	return decodeOther(raw, enc, m), name, nil
}

var byteOrderMarks = []struct {
	mark string
	name string
	unit int // bytes of a code unit
	big  bool
}{
	{"\xEF\xBB\xBF", "utf-8", 1, false},
	{"\xFF\xFE\x00\x00", "utf-32le", 4, false}, // before the mark of UTF-16, which it starts with
	{"\x00\x00\xFE\xFF", "utf-32be", 4, true},
	{"\xFF\xFE", "utf-16le", 2, false},
	{"\xFE\xFF", "utf-16be", 2, true},
}

// wideWithoutMark reports whether the bytes are UTF-16 of a Latin script that
// lost its byte order mark: every other byte of the head is NUL.
func wideWithoutMark(raw []byte) (big, ok bool) {
	head := raw[:min(len(raw), 512)&^1]
	var nuls [2]int
	for i, c := range head {
		if c == 0 {
			nuls[i&1]++
		}
	}
	pairs := len(head) / 2
	switch {
	case pairs < 4:
		return false, false
	case nuls[0] == 0 && nuls[1] > pairs*7/10:
		return false, true
	case nuls[1] == 0 && nuls[0] > pairs*7/10:
		return true, true
	}
	return false, false
}

// refuse turns away files that show no NUL and are no text either, by their
// first bytes and by the control characters in their head.
func refuse(raw []byte) error {
	if bytes.HasPrefix(raw, []byte("%PDF-")) {
		return errors.New("not text: a PDF file")
	}
	head := raw[:min(len(raw), 2<<10)]
	n := 0
	for _, c := range head {
		if c < ' ' && (c < '\t' || c > '\r') && c != 0x1B || c == 0x7F {
			n++
		}
	}
	if n > 8 && n > len(head)/50 {
		return fmt.Errorf("not text: %d control characters in the first %d bytes", n, len(head))
	}
	return nil
}

// garbled refuses what a byte order mark announced as text and is none.
func garbled(s string) error {
	n := bytes.Count([]byte(s[:min(len(s), 8<<10)]), []byte("\uFFFD"))
	if n > 8 && n > min(len(s), 8<<10)/50 {
		return fmt.Errorf("not text: %d invalid characters after a byte order mark", n)
	}
	return nil
}

// mostlyUTF8 reports whether bytes that are not valid UTF-8 throughout were
// meant as such: cut off at the end, or with a line of another origin in it.
// Accents of windows-1252 seldom look like UTF-8 by chance ("É»" does), so
// sequences of several bytes that are valid outweigh as many bytes that are
// not; a declaration of another charset asks for more.
func mostlyUTF8(raw []byte, declared bool) bool {
	good, bad := 0, 0
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(raw[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case cutOff(raw[i:]):
			return good >= bad && good > 0 || bad == 0 && plausibleCut(raw[i:])
		default:
			bad++
		}
		i += n
	}
	if declared {
		return good > 4*bad
	}
	return good >= bad
}

// cutOff reports whether b is the first part of a UTF-8 sequence.
func cutOff(b []byte) bool { return len(b) < utf8.UTFMax && !utf8.FullRune(b) }

// plausibleCut reports whether a cut-off sequence at the end is the only trace
// of UTF-8 and yet a clear one: two bytes of it, or the first byte of an
// accent ("Ã"), of a no-break space ("Â") or of a quotation mark ("â"), with
// which hardly a text in windows-1252 ends.
func plausibleCut(b []byte) bool {
	return len(b) > 1 || b[0] == 0xC3 || b[0] == 0xC2 || b[0] == 0xE2
}

// decodeUTF8 reads UTF-8 with bad bytes, from an offset on. A line whose
// accents are all of windows-1252 is read as such; elsewhere a run of bad bytes
// is a replacement character. A sequence cut off at the very end is dropped.
func decodeUTF8(raw []byte, from int, m *mapper) string {
	if utf8.Valid(raw[from:]) {
		m.copy(from, len(raw)-from, 1)
		return string(raw[from:])
	}
	out := make([]byte, 0, len(raw)-from)
	for i := from; i < len(raw); {
		end := len(raw)
		if n := bytes.IndexByte(raw[i:], '\n'); n >= 0 {
			end = i + n + 1
		}
		line := raw[i:end]
		if utf8.Valid(line) {
			m.copy(i, len(line), 1)
			out = append(out, line...)
			i = end
			continue
		}
		latin := isLatin(line)
		replaced := false // the last byte was bad
		for i < end {
			r, n := utf8.DecodeRune(raw[i:end])
			switch {
			case r != utf8.RuneError || n > 1:
				m.copy(i, n, 1)
				out = append(out, raw[i:i+n]...)
				replaced = false
			case end == len(raw) && cutOff(raw[i:]) && (!latin || plausibleCut(raw[i:])):
				return string(out)
			case latin:
				r := charmap.Windows1252.DecodeByte(raw[i])
				m.change(i, 1, utf8.RuneLen(r))
				out = utf8.AppendRune(out, r)
			case !replaced:
				m.change(i, 1, len("\uFFFD"))
				out = append(out, "\uFFFD"...)
				replaced = true
			}
			i += n
		}
	}
	return string(out)
}

// isLatin reports whether a line with bad UTF-8 is windows-1252: it has no
// valid sequence of several bytes, and nothing but bytes that stand for
// letters and punctuation of European text.
func isLatin(line []byte) bool {
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRune(line[i:])
		if n > 1 || r == utf8.RuneError && bytes.IndexByte(latinBytes, line[i]) < 0 {
			return false
		}
		i += n
	}
	return true
}

// latinBytes are the letters and the punctuation of French, English and their
// neighbours in windows-1252.
var latinBytes = func() []byte {
	b, err := charmap.Windows1252.NewEncoder().Bytes([]byte("ÀÂÇÉÈÊËÎÏÔÙÛÜŒÄÖÑÁÍÓÚàâçéèêëîïôùûüœäöñáíóúæß’‘“”«»–—…€£§°·•\u00A0"))
	if err != nil {
		panic(err) // a constant: a test of any kind would stop here
	}
	return b
}()

// decodeWide reads UTF-16 (unit 2) or UTF-32 (unit 4) from an offset on.
// Lone surrogates and a cut-off end become replacement characters.
func decodeWide(raw []byte, from, unit int, big bool, m *mapper) string {
	out := make([]byte, 0, len(raw)/unit+len(raw)/8)
	read := func(i int) rune {
		var r rune
		for k := range unit {
			if big {
				r = r<<8 | rune(raw[i+k])
			} else {
				r |= rune(raw[i+k]) << (8 * k)
			}
		}
		return r
	}
	for i := from; i+unit <= len(raw); {
		r, n := read(i), unit
		if unit == 2 && utf16.IsSurrogate(r) {
			low := rune(0)
			if i+4 <= len(raw) {
				low = read(i + 2)
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				n = 4
			}
		}
		if uint32(r) < utf8.RuneSelf {
			out = append(out, byte(r))
			m.copy(i, 1, unit)
		} else {
			before := len(out)
			out = utf8.AppendRune(out, r) // an invalid one as U+FFFD
			m.change(i, n, len(out)-before)
		}
		i += n
	}
	return string(out)
}

// decodeBytes reads a charset of one byte a character.
func decodeBytes(raw []byte, cm *charmap.Charmap, m *mapper) string {
	out := make([]byte, 0, len(raw)+len(raw)/8)
	for i := 0; i < len(raw); {
		start := i
		for i < len(raw) && raw[i] < utf8.RuneSelf {
			i++
		}
		m.copy(start, i-start, 1)
		out = append(out, raw[start:i]...)
		if i < len(raw) {
			r := cm.DecodeByte(raw[i])
			m.change(i, 1, utf8.RuneLen(r))
			out = utf8.AppendRune(out, r)
			i++
		}
	}
	return string(out)
}

// decodeOther reads any other charset character by character: it gets one
// byte, then two, and so on until it takes them.
func decodeOther(raw []byte, enc encoding.Encoding, m *mapper) string {
	d := enc.NewDecoder()
	out := make([]byte, 0, len(raw)+len(raw)/2)
	var buf [16]byte
	for i := 0; i < len(raw); {
		taken := 0
		for n := 1; n <= 8 && i+n <= len(raw) && taken == 0; n++ {
			var written int
			written, taken, _ = d.Transform(buf[:], raw[i:i+n], i+n == len(raw))
			out = append(out, buf[:written]...)
			m.change(i, taken, written)
		}
		i += max(taken, 1)
	}
	return string(out)
}

// lookup returns the charset of a name; nil if there is none, or if it is UTF-8
// or UTF-16, which the bytes that are asked about are not.
func lookup(label string) (encoding.Encoding, string) {
	if cm := dosPages[strings.ToLower(strings.TrimSpace(label))]; cm != nil {
		return cm, dos
	}
	enc, err := htmlindex.Get(label)
	if err != nil {
		return nil, ""
	}
	name, _ := htmlindex.Name(enc)
	switch name {
	case "", "utf-8", "utf-16le", "utf-16be", "replacement", "x-user-defined":
		return nil, ""
	}
	return enc, name
}

// inMarkup returns the charset that the head of the markup names, in a <meta>
// or in the XML declaration, see lookup.
func inMarkup(raw []byte) (encoding.Encoding, string) {
	head := bytes.ToLower(raw[:min(len(raw), 4<<10)])
	for at := 0; ; {
		i := bytes.IndexByte(head[at:], '<')
		if i < 0 {
			return nil, ""
		}
		at += i + 1
		tag := head[at:]
		if end := bytes.IndexByte(tag, '>'); end >= 0 {
			tag = tag[:end]
		}
		var label []byte
		switch {
		case bytes.HasPrefix(tag, []byte("?xml")):
			label = value(tag, "encoding")
		case bytes.HasPrefix(tag, []byte("meta")):
			label = value(tag, "charset")
		}
		if len(label) == 0 {
			continue
		}
		return lookup(string(label))
	}
}

// value returns what follows "key=" in a tag: charset="latin1",
// content="text/html; charset=latin1".
func value(tag []byte, key string) []byte {
	i := bytes.Index(tag, []byte(key))
	if i < 0 {
		return nil
	}
	rest := bytes.TrimLeft(tag[i+len(key):], " \t\r\n")
	if len(rest) == 0 || rest[0] != '=' {
		return nil
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n\"'")
	if end := bytes.IndexAny(rest, " \t\r\n\"';>?/"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}
