package reader

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/charmap"
)

// A pdfFont tells the text and the width of the codes in a string.
type pdfFont struct {
	wide    bool // two bytes a code
	ucs2    bool // the codes are UTF-16
	unicode map[int]string
	lens    [5]bool // lengths of codes that the map has
	simple  [256]string
	widths  map[int]float64
	missing float64 // the width of other codes, 0 unknown
}

// font returns a font of the resources. Fonts are told apart by their place in
// the file, which is what the dictionary of fonts holds.
func (d *pdfReader) font(resources pdf.Value, name string) *pdfFont {
	fonts := resources.Key("Font")
	key := name + " " + fonts.String()
	f, ok := d.fonts[key]
	if !ok {
		f = d.loadFont(fonts.Key(name))
		d.fonts[key] = f
	}
	return f
}

func (d *pdfReader) loadFont(v pdf.Value) (f *pdfFont) {
	f = &pdfFont{widths: make(map[int]float64)}
	defer func() {
		if e := recover(); e != nil {
			if p, ok := e.(*problem); ok {
				panic(p)
			}
			// The part of the font that is sound serves.
		}
	}()
	subtype := v.Key("Subtype").Name()
	f.wide = subtype == "Type0"
	enc := v.Key("Encoding")
	if f.wide {
		f.ucs2 = strings.Contains(enc.Name(), "UCS2") || strings.Contains(enc.Name(), "UTF16")
		f.wideWidths(v.Key("DescendantFonts").Index(0))
	} else {
		f.simpleEncoding(v, enc, subtype)
		scale := 1.0 / 1000
		if subtype == "Type3" {
			if m := v.Key("FontMatrix"); m.Len() == 6 {
				scale = m.Index(0).Float64()
			}
		}
		first := int(v.Key("FirstChar").Int64())
		w := v.Key("Widths")
		for i := range min(w.Len(), 256) {
			f.widths[first+i] = w.Index(i).Float64() * scale
		}
		f.missing = v.Key("FontDescriptor").Key("MissingWidth").Float64() / 1000
	}
	if u := v.Key("ToUnicode"); u.Kind() == pdf.Stream {
		b, err := d.stream(u)
		if p, ok := err.(*problem); ok && p.what == Expands {
			panic(p)
		}
		f.readToUnicode(b)
	}
	return f
}

// wideWidths reads the widths of a composite font: "c [w w w]" and "c c w".
func (f *pdfFont) wideWidths(v pdf.Value) {
	f.missing = 1
	if dw := v.Key("DW"); !dw.IsNull() {
		f.missing = dw.Float64() / 1000
	}
	w := v.Key("W")
	for i := 0; i+1 < min(w.Len(), 1<<16); {
		first := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for k := range min(list.Len(), 1<<16) {
				f.widths[first+k] = list.Index(k).Float64() / 1000
			}
			i += 2
			continue
		}
		last := int(w.Index(i + 1).Int64())
		for c := first; c <= min(last, first+1<<16); c++ {
			f.widths[c] = w.Index(i+2).Float64() / 1000
		}
		i += 3
	}
}

// simpleEncoding fills the table of a font of one byte a code.
func (f *pdfFont) simpleEncoding(v, enc pdf.Value, subtype string) {
	base := enc.Name()
	if enc.Kind() == pdf.Dict {
		base = enc.Key("BaseEncoding").Name()
	}
	for c := range 256 {
		switch {
		case base == "MacRomanEncoding":
			f.simple[c] = string(charmap.Macintosh.DecodeByte(byte(c)))
		case base == "" && subtype == "Type1" && standardEncoding[byte(c)] != 0:
			f.simple[c] = string(standardEncoding[byte(c)])
		case c >= ' ':
			f.simple[c] = string(charmap.Windows1252.DecodeByte(byte(c)))
		}
	}
	if enc.Kind() != pdf.Dict {
		return
	}
	// The library knows the names of glyphs, behind the decoder of a font.
	decoder := (&pdf.Font{V: v}).Encoder()
	code := 0
	diff := enc.Key("Differences")
	for i := range diff.Len() {
		switch e := diff.Index(i); e.Kind() {
		case pdf.Integer:
			code = int(e.Int64())
		case pdf.Name:
			if code >= 0 && code < 256 {
				f.simple[code] = glyphText(e.Name(), byte(code), decoder)
			}
			code++
		}
	}
}

// standardEncoding is where the encoding of Type 1 fonts parts from
// windows-1252.
var standardEncoding = map[byte]rune{
	0x27: '’', 0x60: '‘', 0xA4: '⁄', 0xA9: '\'', 0xAA: '“', 0xAC: '‹', 0xAD: '›', 0xAE: 'ﬁ', 0xAF: 'ﬂ', 0xB1: '–', 0xB2: '†', 0xB3: '‡', 0xB4: '·',
	0xB7: '•', 0xB8: '‚', 0xB9: '„', 0xBA: '”', 0xBC: '…', 0xBD: '‰', 0xD0: '—', 0xE1: 'Æ', 0xE3: 'ª', 0xE8: 'Ł', 0xE9: 'Ø', 0xEA: 'Œ', 0xEB: 'º',
	0xF1: 'æ', 0xF5: 'ı', 0xF8: 'ł', 0xF9: 'ø', 0xFA: 'œ', 0xFB: 'ß',
}

// glyphText returns the text of a glyph by its name, "" if the name says
// nothing: "eacute", "uni00E9", "f_i", "one.oldstyle".
func glyphText(name string, code byte, decoder pdf.TextEncoding) string {
	name, _, _ = strings.Cut(name, ".")
	if name == "" || name == "notdef" {
		return ""
	}
	if parts := strings.Split(name, "_"); len(parts) > 1 && len(parts) < 5 {
		s := ""
		for _, p := range parts {
			if len(p) == 1 {
				s += p
			}
		}
		if len(s) == len(parts) {
			return s
		}
	}
	for _, prefix := range []string{"uni", "u"} {
		if hex, ok := strings.CutPrefix(name, prefix); ok && len(hex) >= 4 && len(hex) <= 6 {
			if n, err := strconv.ParseUint(hex, 16, 32); err == nil && utf8.ValidRune(rune(n)) {
				return string(rune(n))
			}
		}
	}
	if len(name) == 1 {
		return name
	}
	t := decoder.Decode(string([]byte{code}))
	// A name that the library does not know comes back as the code.
	if r, _ := utf8.DecodeRuneInString(t); r == rune(code) && (code >= 0x80 || code < ' ' || !asciiNames[name]) {
		if r != latinNamed(name) {
			return ""
		}
	}
	return t
}

// asciiNames are names of glyphs that stand at their place in ASCII.
var asciiNames = func() map[string]bool {
	m := make(map[string]bool)
	for _, n := range strings.Fields("space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen minus period slash " +
		"zero one two three four five six seven eight nine colon semicolon less equal greater question at bracketleft backslash bracketright asciicircum underscore grave " +
		"braceleft bar braceright asciitilde quoteright quoteleft") {
		m[n] = true
	}
	return m
}()

// latinNamed returns the letter of a name such as "eacute" whose place in a
// font is that of windows-1252.
func latinNamed(name string) rune {
	if len(name) < 2 {
		return 0
	}
	for r := rune(0xA0); r <= 0xFF; r++ {
		if latinNames[r-0xA0] == name {
			return r
		}
	}
	return 0
}

var latinNames = strings.Fields("nbspace exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine guillemotleft logicalnot sfthyphen registered macron " +
	"degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine guillemotright onequarter onehalf threequarters questiondown " +
	"Agrave Aacute Acircumflex Atilde Adieresis Aring AE Ccedilla Egrave Eacute Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis " +
	"Eth Ntilde Ograve Oacute Ocircumflex Otilde Odieresis multiply Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn germandbls " +
	"agrave aacute acircumflex atilde adieresis aring ae ccedilla egrave eacute ecircumflex edieresis igrave iacute icircumflex idieresis " +
	"eth ntilde ograve oacute ocircumflex otilde odieresis divide oslash ugrave uacute ucircumflex udieresis yacute thorn ydieresis")

// codeLen returns the length of the code that a string starts with.
func (f *pdfFont) codeLen(raw []byte) int {
	if !f.wide || len(raw) == 1 {
		return 1
	}
	if f.lens[1] && !f.lens[2] {
		return 1
	}
	return 2
}

// text returns the text of a code, and whether the font tells it.
func (f *pdfFont) text(code, n int) (string, bool) {
	if t, ok := f.unicode[code|n<<24]; ok {
		return t, true
	}
	switch {
	case f.ucs2:
		return string(rune(code)), true
	case f.wide:
		return "\uFFFD", false
	}
	t := f.simple[code&0xFF]
	if t == "" {
		return "\uFFFD", false
	}
	return t, true
}

// width returns the width of a code in units of the font's size.
func (f *pdfFont) width(code int, text string) float64 {
	if w, ok := f.widths[code]; ok {
		return w
	}
	if f.missing > 0 && (f.wide || len(f.widths) > 0) {
		return f.missing
	}
	// The standard fonts come without widths.
	switch {
	case strings.Contains("iljtfI.,;:'’|! ", text):
		return 0.28
	case strings.Contains("mwMW—…", text):
		return 0.85
	case len(text) > 0 && 'A' <= text[0] && text[0] <= 'Z':
		return 0.68
	}
	return 0.53
}

// readToUnicode reads the map from codes to text.
func (f *pdfFont) readToUnicode(b []byte) {
	f.unicode = make(map[int]string)
	lex := pdfLexer{b: b}
	var args []pdfArg
	for {
		a, op, ok := lex.next()
		if !ok {
			return
		}
		if op == "" {
			if len(args) < 1<<16 {
				args = append(args, a)
			}
			continue
		}
		switch op {
		case "endcodespacerange":
			for i := 0; i+1 < len(args); i += 2 {
				if n := len(args[i].text); n > 0 && n < 5 {
					f.lens[n] = true
				}
			}
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				f.set(args[i].text, 0, args[i+1].text)
			}
		case "endbfrange":
			for i := 0; i+2 < len(args); i += 3 {
				from, to := codeOf(args[i].text), codeOf(args[i+1].text)
				for k := 0; k <= min(to-from, 1<<16); k++ {
					switch {
					case args[i+2].list != nil:
						if k < len(args[i+2].list) {
							f.set(args[i].text, k, args[i+2].list[k].text)
						}
					case len(args[i+2].text) > 0:
						t := bytes.Clone(args[i+2].text)
						last := len(t) - 1
						sum := int(t[last]) + k
						t[last] = byte(sum)
						if last > 0 {
							t[last-1] += byte(sum >> 8)
						}
						f.set(args[i].text, k, t)
					}
				}
			}
		}
		args = args[:0]
	}
}

// set maps a code, k behind the one that raw says, to text in UTF-16.
func (f *pdfFont) set(raw []byte, k int, text []byte) {
	if len(raw) == 0 || len(raw) > 3 || len(f.unicode) > 1<<17 {
		return
	}
	var units []uint16
	for i := 0; i+1 < min(len(text), 64); i += 2 {
		units = append(units, uint16(text[i])<<8|uint16(text[i+1]))
	}
	if len(text) == 1 {
		units = []uint16{uint16(text[0])}
	}
	t := string(utf16.Decode(units))
	if t == "\x00" {
		return
	}
	f.unicode[(codeOf(raw)+k)|len(raw)<<24] = t
}

func codeOf(b []byte) int {
	n := 0
	for _, c := range b[:min(len(b), 3)] {
		n = n<<8 | int(c)
	}
	return n
}

// A pdfArg is an operand: a number, a string, a name or a list.
type pdfArg struct {
	num    float64
	text   []byte
	isText bool
	list   []pdfArg
}

// maxLists is how deep lists may nest.
const maxLists = 8

// A pdfLexer cuts the instructions of a page into operands and operators.
type pdfLexer struct {
	b []byte
	i int
}

// next returns an operand, or an operator.
func (l *pdfLexer) next() (a pdfArg, op string, ok bool) { return l.token(0) }

func (l *pdfLexer) token(depth int) (a pdfArg, op string, ok bool) {
	for l.i < len(l.b) {
		c := l.b[l.i]
		switch {
		case c <= ' ':
			l.i++
		case c == '%':
			n := bytes.IndexAny(l.b[l.i:], "\r\n")
			if n < 0 {
				n = len(l.b) - l.i
			}
			l.i += n
		case c == '(':
			return pdfArg{text: l.literal(), isText: true}, "", true
		case c == '<' && l.i+1 < len(l.b) && l.b[l.i+1] == '<', c == '>' && l.i+1 < len(l.b) && l.b[l.i+1] == '>':
			l.i += 2 // the entries of a dictionary become operands
		case c == '<':
			return pdfArg{text: l.hex(), isText: true}, "", true
		case c == '/':
			l.i++
			return pdfArg{text: pdfName(l.word())}, "", true
		case c == '[' && depth < maxLists:
			l.i++
			a.list = []pdfArg{}
			for {
				if l.i >= len(l.b) {
					return a, "", true
				}
				e, op, ok := l.token(depth + 1)
				if !ok || op == "]" {
					return a, "", true
				}
				if op == "" && len(a.list) < 1<<16 {
					a.list = append(a.list, e)
				}
			}
		case c == '[', c == ']', c == '{', c == '}', c == ')', c == '>':
			l.i++
			return a, string(c), true
		default:
			w := l.word()
			if len(w) == 0 {
				l.i++
				continue
			}
			if c == '-' || c == '+' || c == '.' || isDigit(c) {
				return pdfArg{num: pdfNumber(w)}, "", true
			}
			return a, string(w), true
		}
	}
	return a, "", false
}

// word returns the bytes up to white space or a mark.
func (l *pdfLexer) word() []byte {
	start := l.i
	for l.i < len(l.b) && l.b[l.i] > ' ' && strings.IndexByte("()<>[]{}/%", l.b[l.i]) < 0 {
		l.i++
	}
	return l.b[start:l.i]
}

// pdfNumber reads a number; what is none is 0.
func pdfNumber(w []byte) float64 {
	sign, n, frac := 1.0, 0.0, 0.0
	for i, c := range w {
		switch {
		case c == '-' && i == 0:
			sign = -1
		case c == '.':
			frac = 1
		case isDigit(c):
			n = n*10 + float64(c-'0')
			frac *= 10
		}
	}
	if frac > 1 {
		n /= frac
	}
	return sign * n
}

func pdfName(w []byte) []byte {
	if bytes.IndexByte(w, '#') < 0 {
		return w
	}
	var out []byte
	for i := 0; i < len(w); i++ {
		if w[i] == '#' && i+2 < len(w) {
			if n, err := strconv.ParseUint(string(w[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
		}
		out = append(out, w[i])
	}
	return out
}

// literal reads a string in parentheses.
func (l *pdfLexer) literal() []byte {
	var out []byte
	depth := 0
	for ; l.i < len(l.b); l.i++ {
		c := l.b[l.i]
		switch c {
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				l.i++
				return out
			}
		case '\\':
			l.i++
			if l.i >= len(l.b) {
				return out
			}
			c = l.b[l.i]
			if j := strings.IndexByte("nrtbf", c); j >= 0 {
				out = append(out, "\n\r\t\b\f"[j])
				continue
			}
			switch {
			case c == '\r':
				if l.i+1 < len(l.b) && l.b[l.i+1] == '\n' {
					l.i++
				}
				continue
			case c == '\n':
				continue
			case '0' <= c && c <= '7':
				n := 0
				k := 0
				for k < 3 && l.i < len(l.b) && '0' <= l.b[l.i] && l.b[l.i] <= '7' {
					n = n*8 + int(l.b[l.i]-'0')
					l.i++
					k++
				}
				l.i--
				out = append(out, byte(n))
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// hex reads a string of hexadecimal digits.
func (l *pdfLexer) hex() []byte {
	var out []byte
	n, half := 0, false
	for l.i++; l.i < len(l.b); l.i++ {
		c := l.b[l.i]
		v := 0
		switch {
		case c == '>':
			l.i++
			if half {
				out = append(out, byte(n<<4))
			}
			return out
		case isDigit(c):
			v = int(c - '0')
		case 'a' <= c && c <= 'f':
			v = int(c-'a') + 10
		case 'A' <= c && c <= 'F':
			v = int(c-'A') + 10
		default:
			continue
		}
		if half {
			out = append(out, byte(n<<4|v))
		}
		n, half = v, !half
	}
	return out
}

// skipImage goes behind an image inside the instructions.
func (l *pdfLexer) skipImage() {
	for {
		n := bytes.Index(l.b[l.i:], []byte("EI"))
		if n < 0 {
			l.i = len(l.b)
			return
		}
		l.i += n + 2
		before := l.i < 3 || l.b[l.i-3] <= ' '
		after := l.i >= len(l.b) || l.b[l.i] <= ' '
		if before && after {
			return
		}
	}
}
