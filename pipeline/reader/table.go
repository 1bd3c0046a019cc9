package reader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"unicode/utf8"
)

// isTable reports whether text is a table with a line for each record, and
// what stands between its fields. A name tells, and so does a first line that
// names a text column beside others.
func isTable(text []byte, ext string, whole bool) (sep byte, ok bool) {
	line, _, found := bytes.Cut(text, []byte("\n"))
	if !found && !whole {
		return 0, false
	}
	line = bytes.TrimRight(line, "\r")
	named := ext == ".csv" || ext == ".tsv" || ext == ".tab"
	if !named && (len(line) > 1000 || !found) {
		return 0, false
	}
	sep, most := ',', 0
	for _, c := range []byte{'\t', ';', ',', '|'} {
		if n := bytes.Count(line, []byte{c}); n > most {
			sep, most = c, n
		}
	}
	if named {
		return sep, true
	}
	if most == 0 {
		return 0, false
	}
	text1, other := false, 0
	for _, name := range splitFields(line, sep) {
		name = strings.ToLower(name)
		switch {
		case name == "text" || name == "content" || name == "html" || name == "body" || name == "raw_content" || name == "texte" || name == "contenu":
			text1 = true
		case name == "" || strings.ContainsAny(name, " .") || len(name) > 30:
			return 0, false // a sentence with commas, which have a space behind them
		case slices.Contains(defaultFields.URL, name) || slices.Contains(defaultFields.ID, name) || slices.Contains(defaultFields.Title, name) ||
			slices.Contains(defaultFields.Date, name) || slices.Contains(defaultFields.Language, name):
			other++
		}
	}
	return sep, text1 && other > 0
}

// readTable reads CSV and its relatives: the first record names the columns,
// each other record is a document.
func readTable(w *walk, p *part, sep byte) {
	if b, _ := p.r.Peek(3); string(b) == "\xEF\xBB\xBF" {
		p.r.Discard(3)
	}
	t := tableReader{w: w, p: p, sep: sep}
	head, _, err := t.record()
	if err != nil && err != io.EOF {
		w.fail(p, err)
		return
	}
	columns := make(map[string]int)
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, ok := columns[name]; !ok {
			columns[name] = i
		}
	}
	fields := &w.o.Fields
	text, isHTML := pick(columns, fields)
	if text < 0 {
		if len(head) == 1 && len(columns) == 1 { // one column needs no name
			w.reject(p, NoText, "a table of one column, "+cleanName(head[0]))
			return
		}
		w.reject(p, NoText, "none of the columns is named like text: "+cleanName(strings.Join(head[:min(len(head), 20)], ", ")))
		return
	}
	m := members{w: w, p: p}
	for err != io.EOF && !w.stop() {
		var f []string
		line := t.lines + 1
		f, _, err = t.record()
		if err == io.EOF && len(f) == 0 {
			return
		}
		if err == nil && len(f) == 1 && strings.TrimSpace(f[0]) == "" {
			continue // a blank line
		}
		c := m.record(line)
		if c == nil {
			return
		}
		if err != nil && err != io.EOF {
			w.fail(c, err)
			var pr *problem
			if resumable(p, err) || errors.As(err, &pr) && pr.what == TooLarge || errors.Is(err, errQuote) {
				err = nil
				continue
			}
			return
		}
		if len(f) != len(head) {
			if text >= len(f) || len(f) > len(head) {
				w.reject(c, Damaged, fmt.Sprintf("%d fields, the first line has %d", len(f), len(head)))
				continue
			}
		}
		get := func(name string) string {
			if i, ok := columns[name]; ok && i < len(f) {
				return asUTF8(f[i])
			}
			return ""
		}
		w.row(c, f[text], isHTML, get)
	}
}

// pick returns the column of the text, -1 if there is none.
func pick(columns map[string]int, f *Fields) (column int, isHTML bool) {
	for _, name := range f.Text {
		if i, ok := columns[name]; ok {
			return i, false
		}
	}
	for _, name := range f.HTML {
		if i, ok := columns[name]; ok {
			return i, true
		}
	}
	return -1, false
}

// row emits the document of a row of a table.
func (w *walk) row(p *part, text string, isHTML bool, get func(string) string) {
	it := p.item()
	w.o.Fields.fill(&it, get)
	if strings.TrimSpace(text) == "" {
		it.Problem, it.Detail = NoText, "the column is blank"
		w.emit(it)
		return
	}
	it.Data, it.MediaType = []byte(text), textType(text)
	if isHTML {
		it.MediaType = "text/html"
	}
	w.emit(it)
}

// asUTF8 reads a field of metadata as UTF-8, or else as windows-1252.
func asUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out, _ := charmap.Windows1252.NewDecoder().String(s)
	return out
}

// A tableReader cuts a stream into records.
type tableReader struct {
	w     *walk
	p     *part
	sep   byte
	lines int    // lines read
	buf   []byte // of the record
	again []byte // lines to be read once more
	// runaways counts quotes that nothing closed. A file with many has them
	// as text.
	runaways int
}

var errQuote = &problem{Damaged, "a quotation mark that nothing closes"}

// maxRunaways is how often the lines behind an open quote are read again.
const maxRunaways = 8

// line reads a line, first of those to be read again.
func (t *tableReader) line() ([]byte, error) {
	if len(t.again) > 0 {
		t.lines++
		i := bytes.IndexByte(t.again, '\n') + 1
		if i == 0 {
			i = len(t.again)
		}
		line := t.again[:i]
		t.again = t.again[i:]
		return line, nil
	}
	line, size, err := t.w.line(t.p.r)
	if size > 0 {
		t.lines++
	}
	return line, err
}

// record reads a record: a line, and as many more as an open quote asks for.
func (t *tableReader) record() ([]string, int64, error) {
	t.buf = t.buf[:0]
	first := 0
	var state quoteState
	for {
		line, err := t.line()
		if err != nil && err != io.EOF {
			return nil, 0, err
		}
		if first == 0 {
			first = len(line)
		}
		t.buf = append(t.buf, line...)
		if t.runaways < maxRunaways {
			state.scan(line, t.sep)
		}
		tooLarge := int64(len(t.buf)) > t.w.o.MaxBytes
		if state.open && (tooLarge || err == io.EOF) {
			// Only the first line is lost, unless it is the whole file.
			t.runaways++
			t.lines -= bytes.Count(t.buf[first:], []byte("\n"))
			if n := len(t.buf); n > first && t.buf[n-1] != '\n' {
				t.lines--
			}
			t.again = append(bytes.Clone(t.buf[first:]), t.again...)
			return nil, 0, errQuote
		}
		if tooLarge {
			return nil, 0, t.w.tooLarge()
		}
		if err == io.EOF && len(t.buf) == 0 {
			return nil, 0, io.EOF
		}
		if !state.open {
			b := bytes.TrimSuffix(bytes.TrimSuffix(t.buf, []byte("\n")), []byte("\r"))
			if t.runaways >= maxRunaways {
				return strings.Split(string(b), string(t.sep)), int64(len(t.buf)), nil
			}
			return splitFields(b, t.sep), int64(len(t.buf)), nil
		}
	}
}

// A quoteState follows the quotes of a record over its lines.
type quoteState struct {
	open  bool // inside quotes
	inner bool // inside a field that began without a quote
}

func (q *quoteState) scan(line []byte, sep byte) {
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case q.open:
			if c != '"' {
				n := bytes.IndexByte(line[i:], '"')
				if n < 0 {
					return
				}
				i += n - 1
				continue
			}
			if i+1 < len(line) && line[i+1] == '"' {
				i++ // a quote in quotes
			} else if i+1 >= len(line) || line[i+1] == sep || line[i+1] == '\r' || line[i+1] == '\n' {
				q.open, q.inner = false, true
			}
		case c == sep || c == '\n':
			q.inner = false
		case c == '"' && !q.inner:
			q.open = true
		default:
			q.inner = true
		}
	}
	if !q.open {
		q.inner = false
	}
}

// splitFields splits a whole record.
func splitFields(b []byte, sep byte) []string {
	var fields []string
	for {
		if len(b) == 0 || b[0] != '"' {
			i := bytes.IndexByte(b, sep)
			if i < 0 {
				return append(fields, string(b))
			}
			fields = append(fields, string(b[:i]))
			b = b[i+1:]
			continue
		}
		var f []byte
		i := 1
		for i < len(b) {
			n := bytes.IndexByte(b[i:], '"')
			if n < 0 {
				f = append(f, b[i:]...)
				i = len(b)
				break
			}
			f = append(f, b[i:i+n]...)
			i += n + 1
			if i >= len(b) || b[i] == sep {
				break
			}
			f = append(f, '"') // doubled, or left alone among letters
			if b[i] == '"' {
				i++
			}
		}
		fields = append(fields, string(f))
		if i >= len(b) {
			return fields
		}
		b = b[i+1:]
	}
}
