package reader

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tamis/pipeline/clean"
)

// isJSON reports whether text starts like objects of JSON, in lines or in an
// array. Text in brackets and braces is common; a quoted key is not.
func isJSON(text []byte, ext string) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 {
		return false
	}
	switch ext {
	case ".jsonl", ".ndjson", ".json", ".jsonlines":
		return true
	}
	if text[0] == '[' {
		text = bytes.TrimLeft(text[1:], " \t\r\n")
	}
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	text = bytes.TrimLeft(text[1:], " \t\r\n")
	if len(text) == 0 || text[0] != '"' {
		return false
	}
	end, err := stringEnd(text)
	return err == nil && bytes.HasPrefix(bytes.TrimLeft(text[end:], " \t\r\n"), []byte(":"))
}

// jsonFile is the name of the kind of files with objects of JSON.
const jsonFile = "JSON file"

// readJSON reads objects: one a line, one after the other over several lines,
// or the elements of an array.
func readJSON(w *walk, p *part) {
	skipMark(p)
	head, _ := p.r.Peek(HeadSize)
	switch jsonForm(head) {
	case formArray:
		w.jsonValues(p, true)
	case formValues:
		w.jsonValues(p, false)
	default:
		w.jsonLines(p, 1, 0)
	}
}

// skipMark skips the byte order mark of UTF-8.
func skipMark(p *part) {
	if b, _ := p.r.Peek(3); string(b) == "\xEF\xBB\xBF" {
		p.r.Discard(3)
	}
}

// Forms of files of JSON.
const (
	formLines = iota
	formValues
	formArray
)

// jsonForm returns the form of a file by its first bytes, with or without a byte
// order mark.
func jsonForm(head []byte) int {
	start := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n")
	line, _, whole := bytes.Cut(start, []byte("\n"))
	switch {
	case len(start) > 0 && start[0] == '[':
		return formArray
	case whole && len(start) > 0 && start[0] == '{' && !balanced(line):
		return formValues
	}
	return formLines
}

// balanced reports whether a line is a JSON value, or broken beyond telling.
func balanced(line []byte) bool {
	_, err := skipValue(bytes.TrimRight(line, " \t\r\n"), 0, 0)
	return !errors.Is(err, errJSONEnd)
}

// jsonLines reads an object from each line, from the line of a number and the
// offset on. A line that is none is a reject.
func (w *walk) jsonLines(p *part, first int, offset int64) {
	m := members{w: w, p: p}
	var rec jsonRecord
	for n := first; !w.stop(); n++ {
		line, size, err := w.line(p.r)
		at := offset
		offset += size
		if size == 0 && err == io.EOF {
			return
		}
		var broken error // of the stream, not of the line
		if err != nil && err != io.EOF {
			var pr *problem
			if !errors.As(err, &pr) || pr.what != TooLarge {
				broken = err
			}
		}
		if err == nil || err == io.EOF {
			if blank(line) {
				if err == io.EOF {
					return
				}
				continue
			}
		}
		c := m.record(n)
		if c == nil {
			return
		}
		if p.gz == nil && !p.packed {
			c.known.Offset, c.known.Size = at, size
		}
		switch {
		case broken != nil:
			w.fail(c, broken)
			if !resumable(p, broken) {
				return
			}
			continue // the rest of a torn line is a broken line of its own
		case err != nil && err != io.EOF:
			w.fail(c, err)
			continue
		}
		w.jsonItem(c, bytes.TrimRight(line, " \t\r\n"), &rec)
		if err == io.EOF {
			return
		}
	}
}

// resumable reports whether a part is read on behind an error: gzip goes on at
// the next member.
func resumable(p *part, err error) bool {
	var pr *problem
	if p.gz == nil || !errors.As(err, &pr) || pr.what != Damaged {
		return false
	}
	p.gz.resume()
	return true
}

// line reads a line with its line feed, and its size. A line too large for a
// document is read over. The line is valid until the next read.
func (w *walk) line(r *bufio.Reader) (line []byte, size int64, err error) {
	line, err = r.ReadSlice('\n')
	size = int64(len(line))
	if err != bufio.ErrBufferFull {
		return line, size, err
	}
	long := append(make([]byte, 0, 4*len(line)), line...)
	for err == bufio.ErrBufferFull {
		line, err = r.ReadSlice('\n')
		size += int64(len(line))
		if size <= w.o.MaxBytes {
			long = append(long, line...)
		} else {
			long = nil
		}
	}
	if size > w.o.MaxBytes && (err == nil || err == io.EOF) {
		return nil, size, w.tooLarge()
	}
	return long, size, err
}

// jsonValues reads objects that may take several lines. Behind one that is
// broken there is no place to go on.
func (w *walk) jsonValues(p *part, array bool) {
	m := members{w: w, p: p}
	s := valueScanner{r: p.r, max: w.o.MaxBytes}
	var rec jsonRecord
	if array {
		s.space()
		p.r.Discard(1)
	}
	for n := 1; !w.stop(); n++ {
		c, err := s.space()
		if array && (c == ',' || c == ']') && err == nil {
			p.r.Discard(1)
			s.offset++
			if c == ',' {
				n--
				continue
			}
			if c, err = s.space(); err == io.EOF {
				return
			}
			m := m.record(n)
			if m != nil {
				w.reject(m, Damaged, fmt.Sprintf("%q behind the end of the array", c))
			}
			return
		}
		if err == io.EOF && !array {
			return
		}
		k := m.record(n)
		if k == nil {
			return
		}
		if err == nil {
			k.known.Offset = s.offset
			var value []byte
			if value, err = s.value(); err == nil {
				k.known.Size = s.offset - k.known.Offset
				if p.packed {
					k.known.Offset, k.known.Size = 0, 0
				}
				w.jsonItem(k, value, &rec)
				continue
			}
		}
		if err == io.EOF {
			err = &problem{Truncated, "the file ends inside the array or an object"}
		}
		k.known = Item{}
		w.fail(k, err)
		var pr *problem
		if errors.As(err, &pr) && pr.what == TooLarge && s.depth == 0 {
			continue
		}
		return
	}
}

// A valueScanner cuts JSON values out of a stream. It follows strings and
// brackets; whether a value is sound inside is for the parser.
type valueScanner struct {
	r      *bufio.Reader
	max    int64
	offset int64
	depth  int
	buf    []byte
}

// space skips white space and returns the byte behind it, which stays.
func (s *valueScanner) space() (byte, error) {
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			s.r.UnreadByte()
			return c, nil
		}
		s.offset++
	}
}

// value reads the value that starts here. One that is too large is read over.
func (s *valueScanner) value() ([]byte, error) {
	s.buf = s.buf[:0]
	size := int64(0)
	s.depth = 0
	quoted := false
	for {
		c, err := s.r.ReadByte()
		if err != nil {
			return nil, err
		}
		if s.depth == 0 && size > 0 && !quoted && (c == ',' || c == ']' || c == '}' || c <= ' ') {
			s.r.UnreadByte() // behind a number or a word
			return s.end(size)
		}
		size++
		s.offset++
		if size <= s.max {
			s.buf = append(s.buf, c)
		}
		switch {
		case quoted && c == '\\':
			if c, err = s.r.ReadByte(); err != nil {
				return nil, err
			}
			size++
			s.offset++
			if size <= s.max {
				s.buf = append(s.buf, c)
			}
			continue
		case c == '"':
			quoted = !quoted
		case quoted:
			continue
		case c == '{' || c == '[':
			s.depth++
			continue
		case c == '}' || c == ']':
			s.depth--
		default:
			continue
		}
		if s.depth <= 0 && !quoted {
			return s.end(size)
		}
	}
}

func (s *valueScanner) end(size int64) ([]byte, error) {
	if size > s.max {
		return nil, &problem{TooLarge, fmt.Sprintf("more than %d bytes", s.max)}
	}
	return s.buf, nil
}

// jsonItem emits the document of an object.
func (w *walk) jsonItem(p *part, value []byte, rec *jsonRecord) {
	if err := rec.parse(value); err != nil {
		w.reject(p, Damaged, err.Error())
		return
	}
	it := p.item()
	f := &w.o.Fields
	f.fill(&it, rec.scalar)
	text, mediaType := "", clean.Text
	for _, name := range f.Text {
		if text = rec.text(name); strings.TrimSpace(text) != "" {
			if name == "markdown" {
				mediaType = clean.Markdown
			} else {
				mediaType = textType(text)
			}
			break
		}
	}
	if strings.TrimSpace(text) == "" {
		for _, name := range f.HTML {
			if text = rec.text(name); strings.TrimSpace(text) != "" {
				mediaType = clean.HTML
				break
			}
		}
	}
	if strings.TrimSpace(text) == "" {
		it.Problem, it.Detail = NoText, "none of the fields for text: "+rec.names()
		w.emit(it)
		return
	}
	it.Data, it.MediaType, it.Charset = []byte(text), mediaType, "utf-8"
	w.emit(it)
}

// textType tells HTML in a field that may hold either.
func textType(text string) string {
	head := strings.TrimLeft(text[:min(len(text), 1<<10)], " \t\r\n")
	if !strings.HasPrefix(head, "<") {
		return clean.Text
	}
	if t := clean.MediaType("", []byte(head)); t == clean.HTML || t == clean.XHTML {
		return clean.HTML
	}
	low := strings.ToLower(head)
	for _, tag := range []string{"<p>", "<p ", "<div", "<body", "<article", "<h1", "<table", "<main", "<section", "<span"} {
		if strings.HasPrefix(low, tag) {
			return clean.HTML
		}
	}
	return clean.Text
}

// A jsonRecord is an object in parts: the values of its fields and of the
// objects in them, as they stand in the source.
type jsonRecord struct {
	fields []jsonField
	low    []byte
}

type jsonField struct {
	name  string // "metadata.url", in lower case
	value []byte
}

// maxFields is how many fields of an object are looked at.
const maxFields = 1 << 12

var (
	errJSONEnd    = errors.New("the object ends too early")
	errJSONObject = errors.New("not an object")
)

func (r *jsonRecord) parse(b []byte) error {
	r.fields = r.fields[:0]
	if len(b) == 0 || b[0] != '{' {
		if _, err := skipValue(b, 0, 0); err != nil {
			return err
		}
		return errJSONObject
	}
	end, err := r.object(b, 0, "", 0)
	if err != nil {
		return err
	}
	if rest := bytes.TrimLeft(b[end:], " \t\r\n"); len(rest) > 0 {
		return fmt.Errorf("more than one value: byte %d", len(b)-len(rest))
	}
	return nil
}

// object reads the object that starts at i.
func (r *jsonRecord) object(b []byte, i int, prefix string, depth int) (int, error) {
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1, nil
	}
	for {
		if i >= len(b) {
			return i, errJSONEnd
		}
		if b[i] != '"' {
			return i, fmt.Errorf("%q at byte %d, want the name of a field", b[i], i)
		}
		n, err := stringEnd(b[i:])
		if err != nil {
			return i, err
		}
		key := b[i : i+n]
		i = skipSpace(b, i+n)
		if i >= len(b) {
			return i, errJSONEnd
		}
		if b[i] != ':' {
			return i, fmt.Errorf("%q at byte %d, want a colon", b[i], i)
		}
		i = skipSpace(b, i+1)
		start := i
		if i < len(b) && b[i] == '{' && depth < 2 && len(r.fields) < maxFields {
			name := r.name(prefix, key) + "."
			i, err = r.object(b, i, name, depth+1)
		} else {
			i, err = skipValue(b, i, depth)
			if err == nil && len(r.fields) < maxFields {
				r.fields = append(r.fields, jsonField{r.name(prefix, key), b[start:i]})
			}
		}
		if err != nil {
			return i, err
		}
		i = skipSpace(b, i)
		if i >= len(b) {
			return i, errJSONEnd
		}
		switch b[i] {
		case '}':
			return i + 1, nil
		case ',':
			i = skipSpace(b, i+1)
		default:
			return i, fmt.Errorf("%q at byte %d, want a comma", b[i], i)
		}
	}
}

func (r *jsonRecord) name(prefix string, key []byte) string {
	r.low = append(r.low[:0], prefix...)
	for _, c := range key[1 : len(key)-1] {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		r.low = append(r.low, c)
	}
	return string(r.low)
}

func (r *jsonRecord) get(name string) []byte {
	for i := range r.fields {
		if r.fields[i].name == name {
			return r.fields[i].value
		}
	}
	return nil
}

// scalar returns a string or a number, and of a list its parts.
func (r *jsonRecord) scalar(name string) string {
	v := r.get(name)
	switch {
	case len(v) == 0 || v[0] == 'n' || v[0] == 't' || v[0] == 'f' || v[0] == '{':
		return ""
	case v[0] == '"' || v[0] == '[':
		return joined(v, "; ")
	}
	return string(v)
}

// text returns a string, or the lines of a list of strings.
func (r *jsonRecord) text(name string) string {
	if v := r.get(name); len(v) > 0 && (v[0] == '"' || v[0] == '[') {
		return joined(v, "\n")
	}
	return ""
}

// joined returns the string, or the strings of the list, in a sound value.
func joined(v []byte, sep string) string {
	if v[0] == '"' {
		return unquote(v)
	}
	var parts []string
	for i := skipSpace(v, 1); i < len(v) && v[i] != ']'; {
		end, err := skipValue(v, i, 0)
		if err != nil {
			break
		}
		if v[i] == '"' {
			parts = append(parts, unquote(v[i:end]))
		}
		if i = skipSpace(v, end); i < len(v) && v[i] == ',' {
			i = skipSpace(v, i+1)
		}
	}
	return strings.Join(parts, sep)
}

// names lists the fields of the record.
func (r *jsonRecord) names() string {
	var names []string
	for _, f := range r.fields[:min(len(r.fields), 20)] {
		names = append(names, cleanName(f.name))
	}
	return strings.Join(names, ", ")
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// stringEnd returns the length of the string that b starts with.
func stringEnd(b []byte) (int, error) {
	for i := 1; ; {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return 0, errJSONEnd
		}
		i += n
		slashes := 0
		for b[i-1-slashes] == '\\' {
			slashes++ // the opening quote ends the loop
		}
		i++
		if slashes%2 == 0 {
			return i, nil
		}
	}
}

// maxNesting is how deep values of JSON may nest.
const maxNesting = 1000

// skipValue returns the end of the value that starts at i.
func skipValue(b []byte, i, depth int) (int, error) {
	if i >= len(b) {
		return i, errJSONEnd
	}
	switch c := b[i]; {
	case c == '"':
		n, err := stringEnd(b[i:])
		return i + n, err
	case c == '{' || c == '[':
		if depth > maxNesting {
			return i, fmt.Errorf("values nest deeper than %d", maxNesting)
		}
		end := c + 2 // '}' and ']'
		i = skipSpace(b, i+1)
		if i < len(b) && b[i] == end {
			return i + 1, nil
		}
		for {
			var err error
			if c == '{' {
				if i >= len(b) {
					return i, errJSONEnd
				}
				if b[i] != '"' {
					return i, fmt.Errorf("%q at byte %d, want the name of a field", b[i], i)
				}
				n, err := stringEnd(b[i:])
				if err != nil {
					return i, err
				}
				if i = skipSpace(b, i+n); i >= len(b) {
					return i, errJSONEnd
				}
				if b[i] != ':' {
					return i, fmt.Errorf("%q at byte %d, want a colon", b[i], i)
				}
				i = skipSpace(b, i+1)
			}
			if i, err = skipValue(b, i, depth+1); err != nil {
				return i, err
			}
			if i = skipSpace(b, i); i >= len(b) {
				return i, errJSONEnd
			}
			switch b[i] {
			case end:
				return i + 1, nil
			case ',':
				i = skipSpace(b, i+1)
			default:
				return i, fmt.Errorf("%q at byte %d, want a comma", b[i], i)
			}
		}
	case c == '-' || isDigit(c) || c == 'N' || c == 'I': // Python writes NaN and Infinity
		for i < len(b) && strings.IndexByte("+-.eENaInfity0123456789", b[i]) >= 0 {
			i++
		}
		return i, nil
	default:
		for _, word := range []string{"true", "false", "null"} {
			if bytes.HasPrefix(b[i:], []byte(word)) {
				return i + len(word), nil
			}
			if strings.HasPrefix(word, string(b[i:])) {
				return i, errJSONEnd
			}
		}
		return i, fmt.Errorf("%q at byte %d, want a value", c, i)
	}
}

// unquote returns what a string says, as UTF-8. A lone surrogate is U+FFFD, an
// escape that JSON does not know stays as it is.
func unquote(b []byte) string {
	b = b[1 : len(b)-1]
	if bytes.IndexByte(b, '\\') < 0 {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		n := bytes.IndexByte(b[i:], '\\')
		if n < 0 || i+n+1 >= len(b) {
			out = append(out, b[i:]...)
			break
		}
		out = append(out, b[i:i+n]...)
		i += n
		if j := strings.IndexByte(`"\/bfnrt`, b[i+1]); j >= 0 {
			out = append(out, "\"\\/\b\f\n\r\t"[j])
			i += 2
			continue
		}
		r, ok := escaped(b[i:])
		if !ok {
			out = append(out, b[i])
			i++
			continue
		}
		i += 6
		if utf16.IsSurrogate(r) {
			low, _ := escaped(b[i:])
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 6
			}
		}
		out = utf8.AppendRune(out, r)
	}
	if !utf8.Valid(out) {
		out = bytes.ToValidUTF8(out, []byte("\uFFFD"))
	}
	return string(out)
}

// escaped returns the code unit of a \u escape.
func escaped(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	return rune(n), err == nil
}
