package reader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"

	"tamis/pipeline/clean"
)

// A PDF file says where glyphs stand, not what the text is. The library finds
// the objects of the file; here the instructions of each page are followed, and
// words, lines and paragraphs are told by the places of the glyphs, in the
// order in which the page draws them: that is the order of reading in nearly
// all files, also with columns.

func readPDF(w *walk, p *part) {
	w.converted(p, "application/pdf", func(data []byte, it *Item) error {
		text, lost, err := w.pdfText(data, it)
		if strings.TrimSpace(text) != "" {
			it.MediaType, it.Data = clean.Text, []byte(text)
		}
		if err == nil && len(lost) > 0 {
			err = &problem{Damaged, fmt.Sprintf("%d pages are lost: %s", len(lost), lost[0])}
		}
		return err
	})
}

// pdfText returns the text of a PDF file, and the pages that could not be
// read.
func (w *walk) pdfText(data []byte, it *Item) (text string, lost []string, err error) {
	at := &budgetReader{data: data, left: 256<<20 + 64*int64(len(data))}
	r, err := pdf.NewReader(at, int64(len(data)))
	if err != nil {
		if errors.Is(err, pdf.ErrInvalidPassword) {
			return "", nil, &problem{Encrypted, "the PDF file wants a password"}
		}
		return "", nil, &problem{Damaged, err.Error()}
	}
	info := r.Trailer().Key("Info")
	it.Title, it.Author = property(info.Key("Title").Text()), property(info.Key("Author").Text())
	if d, ok := strings.CutPrefix(info.Key("CreationDate").RawString(), "D:"); ok && len(d) >= 8 {
		it.Published = day(d[:8])
	}
	d := &pdfReader{w: w, fonts: make(map[string]*pdfFont), size: int64(len(data)), lost: &lost}
	if l := r.Trailer().Key("Root").Key("Lang"); l.Kind() == pdf.String && isLanguage(l.Text()) {
		it.Language = l.Text()
	}
	err = d.pages(r.Trailer().Key("Root").Key("Pages"), pdf.Value{}, 0)
	text = d.out.String()
	switch {
	case err != nil:
	case d.glyphs == 0 && !r.Trailer().Key("Encrypt").IsNull():
		err = &problem{Encrypted, "the PDF file is encrypted in a way that is not read"}
	case d.number == 0:
		err = &problem{Damaged, "a PDF file without pages"}
	case d.glyphs == 0 && d.images > 0:
		err = &problem{NotText, fmt.Sprintf("a scan: %d pages with pictures and no text", d.number)}
	case d.glyphs == 0 && len(lost) > 0:
		err = &problem{Damaged, lost[0]}
	case d.glyphs == 0:
		err = &problem{NoText, fmt.Sprintf("%d pages without text", d.number)}
	case d.unknown > d.glyphs*7/10:
		text = ""
		err = &problem{NotText, "the fonts of the PDF file do not tell which letters they show"}
	}
	return text, lost, err
}

// property returns a property of a document, "" for what programs write where
// nobody wrote anything.
func property(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(strings.Trim(s, "\x00"), "\uFFFD"))
	switch strings.ToLower(s) {
	case "(anonymous)", "anonymous", "untitled", "(unspecified)", "unknown", "sans titre":
		return ""
	}
	return s
}

// A budgetReader ends the work of the library on files that send it in
// circles: each object it looks at costs bytes. Bytes and not seconds, so that
// the same file ends the same way on every machine.
type budgetReader struct {
	data []byte
	left int64
}

func (b *budgetReader) ReadAt(to []byte, at int64) (int, error) {
	if at < 0 || at >= int64(len(b.data)) {
		return 0, io.EOF
	}
	n := copy(to, b.data[at:])
	if b.left -= int64(n); b.left < 0 {
		panic(&problem{Expands, "the objects of the PDF file refer to each other without end"})
	}
	if n < len(to) {
		return n, io.EOF
	}
	return n, nil
}

// Limits of a PDF file.
const (
	maxPDFPages = 100_000
	maxPDFDepth = 60 // of the tree of pages
	maxPDFForms = 10 // drawn inside each other
)

// A pdfReader follows the pages of a file and writes their text.
type pdfReader struct {
	w      *walk
	size   int64
	fonts  map[string]*pdfFont
	number int // of the page
	nodes  int
	out    bytes.Buffer
	lost   *[]string
	drawn  int64 // bytes of instructions

	glyphs, unknown, images int

	line  pdfLine
	lines []pdfPlaced // of the page
}

// pages walks over the tree of pages.
func (d *pdfReader) pages(node, resources pdf.Value, depth int) error {
	if d.nodes++; d.nodes > maxPDFPages || depth > maxPDFDepth {
		return &problem{TooMany, "pages of a PDF file, or levels of them"}
	}
	if r := node.Key("Resources"); r.Kind() == pdf.Dict {
		resources = r
	}
	kids := node.Key("Kids")
	if kids.Kind() == pdf.Array {
		for i := range kids.Len() {
			if err := d.pages(kids.Index(i), resources, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if node.Kind() != pdf.Dict {
		return nil
	}
	d.number++
	if err := d.page(node, resources); err != nil {
		var p *problem
		if errors.As(err, &p) && p.what != Damaged {
			return err
		}
		*d.lost = append(*d.lost, fmt.Sprintf("page %d: %v", d.number, err))
	}
	d.endLine()
	d.writePage()
	d.line = pdfLine{}
	if int64(d.out.Len()) > d.w.o.MaxBytes {
		return d.w.tooLarge()
	}
	return nil
}

// page follows one page. A broken one costs no other.
func (d *pdfReader) page(node, resources pdf.Value) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = recovered(e)
		}
	}()
	contents := node.Key("Contents")
	var b []byte
	if contents.Kind() == pdf.Array {
		for i := range contents.Len() {
			s, err := d.stream(contents.Index(i))
			b = append(append(b, s...), '\n')
			if err != nil {
				return err
			}
		}
	} else if b, err = d.stream(contents); err != nil && len(b) == 0 {
		return err
	}
	d.draw(b, resources, identityMatrix, 0)
	return err
}

// stream returns the bytes of a stream. All streams of a file together may
// hold Options.MaxRatio times its size.
func (d *pdfReader) stream(v pdf.Value) ([]byte, error) {
	if v.Kind() != pdf.Stream {
		return nil, nil
	}
	r := v.Reader()
	defer r.Close()
	limit := expansionFrom + d.size*int64(d.w.o.MaxRatio) - d.drawn
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	d.drawn += int64(len(b))
	if int64(len(b)) > limit {
		return nil, &problem{Expands, fmt.Sprintf("more than %d times its size", d.w.o.MaxRatio)}
	}
	if err != nil {
		err = &problem{Damaged, err.Error()}
	}
	return b, err
}

// A matrix is the first two columns of a transformation.
type matrix [6]float64

var identityMatrix = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// A pdfState is what the instructions of a page set.
type pdfState struct {
	ctm                            matrix
	font                           *pdfFont
	size, chars, words, lead, rise float64
	scale                          float64
}

// draw follows the instructions of a page or a form. Text that is drawn
// invisibly counts: it is the text layer of a scan.
func (d *pdfReader) draw(b []byte, resources pdf.Value, ctm matrix, depth int) {
	s := pdfState{ctm: ctm, scale: 1}
	var saved []pdfState
	text, start := identityMatrix, identityMatrix
	lex := pdfLexer{b: b}
	var args []pdfArg
	num := func(i int) float64 {
		if i < len(args) {
			return args[i].num
		}
		return 0
	}
	m := func() matrix { return matrix{num(0), num(1), num(2), num(3), num(4), num(5)} }
	newLine := func(x, y float64) {
		start = matrix{1, 0, 0, 1, x, y}.times(start)
		text = start
	}
	show := func(raw []byte) { d.show(raw, &s, &text) }
	for {
		a, op, ok := lex.next()
		if !ok {
			return
		}
		if op == "" {
			if len(args) < 64 {
				args = append(args, a)
			}
			continue
		}
		switch op {
		case "q":
			if len(saved) < 256 {
				saved = append(saved, s)
			}
		case "Q":
			if n := len(saved); n > 0 {
				s, saved = saved[n-1], saved[:n-1]
			}
		case "cm":
			s.ctm = m().times(s.ctm)
		case "BT":
			text, start = identityMatrix, identityMatrix
		case "Tf":
			if len(args) > 1 {
				s.font, s.size = d.font(resources, string(args[0].text)), num(1)
			}
		case "Tc":
			s.chars = num(0)
		case "Tw":
			s.words = num(0)
		case "TL":
			s.lead = num(0)
		case "Tz":
			s.scale = num(0) / 100
		case "Ts":
			s.rise = num(0)
		case "Td":
			newLine(num(0), num(1))
		case "TD":
			s.lead = -num(1)
			newLine(num(0), num(1))
		case "Tm":
			text = m()
			start = text
		case "T*":
			newLine(0, -s.lead)
		case "Tj":
			if len(args) > 0 {
				show(args[0].text)
			}
		case "'":
			newLine(0, -s.lead)
			if len(args) > 0 {
				show(args[0].text)
			}
		case "\"":
			s.words, s.chars = num(0), num(1)
			newLine(0, -s.lead)
			if len(args) > 2 {
				show(args[2].text)
			}
		case "TJ":
			if len(args) > 0 {
				for _, e := range args[0].list {
					if e.isText {
						show(e.text)
					} else {
						text = matrix{1, 0, 0, 1, -e.num / 1000 * s.size * s.scale, 0}.times(text)
					}
				}
			}
		case "BI":
			d.images++
			lex.skipImage()
		case "Do":
			if len(args) == 0 {
				break
			}
			x := resources.Key("XObject").Key(string(args[0].text))
			switch x.Key("Subtype").Name() {
			case "Image":
				d.images++
			case "Form":
				if depth >= maxPDFForms {
					break
				}
				form, err := d.stream(x)
				if err != nil {
					panic(err)
				}
				inner := resources
				if r := x.Key("Resources"); r.Kind() == pdf.Dict {
					inner = r
				}
				fm := identityMatrix
				if v := x.Key("Matrix"); v.Len() == 6 {
					for i := range fm {
						fm[i] = v.Index(i).Float64()
					}
				}
				d.draw(form, inner, fm.times(s.ctm), depth+1)
			}
		}
		args = args[:0]
	}
}

// show adds a string to the text.
func (d *pdfReader) show(raw []byte, s *pdfState, text *matrix) {
	f := s.font
	if f == nil {
		f = &pdfFont{}
	}
	for len(raw) > 0 {
		n := f.codeLen(raw)
		code := 0
		for _, c := range raw[:n] {
			code = code<<8 | int(c)
		}
		t, known := f.text(code, n)
		if d.glyphs++; !known {
			d.unknown++
		}
		width := f.width(code, t)*s.size + s.chars
		if n == 1 && raw[0] == ' ' {
			width += s.words
		}
		trm := matrix{s.size * s.scale, 0, 0, s.size, 0, s.rise}.times(*text).times(s.ctm)
		*text = matrix{1, 0, 0, 1, width * s.scale, 0}.times(*text)
		end := matrix{1, 0, 0, 1, 0, s.rise}.times(*text).times(s.ctm)
		d.glyph(t, trm, end[4], end[5])
		raw = raw[n:]
	}
}

// A pdfLine is the line that is being written, in a frame whose x runs along
// it.
type pdfLine struct {
	text   []byte
	dx, dy float64 // the direction of writing
	end    float64 // along the direction
	base   float64 // across it
	size   float64
	space  bool // a space glyph came last

	last   string // glyph, and where it stands
	lastAt float64
}

// glyph places a glyph: on the line, or on a new one.
func (d *pdfReader) glyph(t string, m matrix, endX, endY float64) {
	size := math.Hypot(m[2], m[3])
	if size == 0 || math.IsNaN(size) || math.IsInf(size, 0) {
		return
	}
	dx, dy := m[0], m[1]
	if n := math.Hypot(dx, dy); n > 0 {
		dx, dy = dx/n, dy/n
	} else {
		dx, dy = 1, 0
	}
	x, y := m[4]*dx+m[5]*dy, m[5]*dx-m[4]*dy
	end := endX*dx + endY*dy
	l := &d.line
	blankGlyph := strings.TrimSpace(t) == ""
	sameLine := len(l.text) > 0 && math.Abs(l.dx-dx)+math.Abs(l.dy-dy) < 0.02 &&
		math.Abs(y-l.base) < 0.6*max(size, l.size)*raised(size, l.size) && x > l.end-0.6*max(size, l.size) && x < l.end+40*size
	if len(l.text) > 0 && !sameLine && math.Abs(y-l.base) < 0.1*size && t == l.last && math.Abs(x-l.lastAt) < 0.2*size {
		return
	}
	// Bold letters are sometimes drawn twice, a hair apart.
	if sameLine && t == l.last && math.Abs(x-l.lastAt) < 0.15*size && !blankGlyph {
		return
	}
	if !sameLine {
		if blankGlyph {
			return
		}
		d.endLine()
		l.dx, l.dy, l.base, l.size = dx, dy, y, size
		l.space = false
	} else if blankGlyph {
		l.space = true
		l.end = end
		return
	} else {
		gap := x - l.end
		switch {
		case gap > 2*size:
			l.text = append(l.text, '\t')
		case l.space || gap > 0.18*size:
			l.text = append(l.text, ' ')
		}
		l.space = false
	}
	l.text = append(l.text, t...)
	l.end, l.last, l.lastAt = max(end, x), t, x
	if size > l.size {
		l.base, l.size = y, size // behind a raised digit
	}
}

// raised widens the height of a line for glyphs much smaller than it: notes
// and units.
func raised(a, b float64) float64 {
	if min(a, b) < 0.8*max(a, b) {
		return 1
	}
	return 0.6
}

// endLine ends the line.
func (d *pdfReader) endLine() {
	l := &d.line
	var text strings.Builder
	for _, c := range string(bytes.TrimSpace(l.text)) {
		switch {
		case c == '\u00AD':
			text.WriteByte('-') // a hyphen that is drawn ends a line
		case c >= ' ' && unicode.IsGraphic(c) || c == '\t' || c == utf8.RuneError:
			text.WriteRune(c)
		case unicode.IsSpace(c):
			text.WriteByte(' ')
		}
	}
	if text.Len() > 0 {
		d.lines = append(d.lines, pdfPlaced{text.String(), l.base, l.size})
	}
	l.text = l.text[:0]
}

// A pdfPlaced is a line with its place across the direction of writing.
type pdfPlaced struct {
	text       string
	base, size float64
}

// writePage writes the lines of a page, a blank line between paragraphs: where
// the step to the next line is longer than most, where it goes up to another
// column, and where the size of the letters changes.
func (d *pdfReader) writePage() {
	var steps []float64
	for i := 1; i < len(d.lines); i++ {
		a, b := d.lines[i-1], d.lines[i]
		if step := a.base - b.base; step > 0.5*b.size && step < 4*b.size && math.Abs(a.size-b.size) < 0.1*b.size {
			steps = append(steps, step/b.size)
		}
	}
	usual := 1.2
	if len(steps) > 0 {
		slices.Sort(steps)
		usual = max(steps[len(steps)/2], 0.9)
		if len(steps) < 4 {
			usual = max(min(usual, 1.4), 0.9)
		}
	}
	for i, l := range d.lines {
		if i > 0 {
			a := d.lines[i-1]
			step, size := a.base-l.base, max(a.size, l.size)
			if step < -0.5*size || step > 1.3*usual*size || math.Abs(a.size-l.size) > 0.2*size {
				d.out.WriteByte('\n')
			}
		}
		d.out.WriteString(l.text)
		d.out.WriteByte('\n')
	}
	d.lines = d.lines[:0]
	if d.out.Len() > 0 {
		d.out.WriteByte('\n')
	}
}
