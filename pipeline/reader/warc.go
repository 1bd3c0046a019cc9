package reader

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"tamis/pipeline/clean"
)

// A warcReader reads the records of a WARC or ARC file. A record that is
// broken is a reject, and the next one is found by the line it starts with.
type warcReader struct {
	w      *walk
	p      *part
	m      members
	in     *pushback
	offset int64 // of what comes next, in the bytes of the part
	number int   // of the record
	others map[string]int
	places map[uint64]int64 // where records start in the file, by hashes of their names
	again  int64            // bytes of records that were read again
}

func newWARC(w *walk, p *part) *warcReader {
	return &warcReader{w: w, p: p, m: members{w: w, p: p}, in: newPushback(p.r), others: make(map[string]int)}
}

func readWARC(w *walk, p *part) {
	before := w.count
	r := newWARC(w, p)
	for !w.stop() && r.next() {
	}
	if w.count == before && !w.stop() {
		w.reject(p, Empty, "no document among the records: "+r.list())
	}
}

// list tells the types of the records that are no documents.
func (r *warcReader) list() string {
	var s []string
	for _, t := range []string{"warcinfo", "request", "metadata", "continuation", "filedesc"} {
		if n := r.others[t]; n > 0 {
			s = append(s, fmt.Sprintf("%d %s", n, t))
		}
	}
	if s == nil {
		return "none"
	}
	return strings.Join(s, ", ")
}

// start returns where the record lies that begins at offset: in the compressed
// file when it has a gzip member of its own.
func (r *warcReader) start(offset int64) int64 {
	if r.p.gz != nil {
		return r.p.gz.memberAt(offset)
	}
	if r.p.packed {
		return -1
	}
	return offset
}

// Limits of the head of a record, of which the longest lines are URIs.
const (
	maxHeadLine  = 64 << 10
	maxHeadLines = 1000
)

// next reads a record. It returns false at the end of the file.
func (r *warcReader) next() bool {
	line, err := r.blankLines()
	if err == io.EOF && line == "" {
		return false
	}
	start := r.offset - int64(len(line))
	if err != nil && err != io.EOF {
		return r.broken(start, err)
	}
	if !strings.HasPrefix(line, "WARC/") {
		return r.resync(start, fmt.Sprintf("no record starts at byte %d", start))
	}
	head, err := r.head()
	if err != nil {
		return r.broken(start, err)
	}
	length, err := strconv.ParseInt(head.get("content-length"), 10, 64)
	if err != nil || length < 0 {
		return r.resync(start, fmt.Sprintf("record at byte %d: content length %q", start, head.get("content-length")))
	}

	r.number++
	typ := strings.ToLower(head.get("warc-type"))
	c := &part{name: fmt.Sprintf("%s!/%d", r.p.name, r.number), depth: r.p.depth}
	c.known = Item{URL: strings.Trim(head.get("warc-target-uri"), "<>"), ID: strings.Trim(head.get("warc-record-id"), "<>"), Offset: r.start(start), Size: -1}
	if l, _, _ := strings.Cut(head.get("warc-identified-content-language"), ","); l != "" {
		c.known.Language = l
	}
	isDocument := typ == "response" || typ == "resource" || typ == "conversion" || typ == "revisit"
	if isDocument {
		if r.m.record(r.number) == nil {
			return false
		}
	} else {
		r.others[typ]++
	}
	body, size, err := r.body(length, isDocument && typ != "revisit")
	if !r.p.packed {
		c.known.Size = r.offset - start
	}
	cut := size < length
	ended := true // the record ends where it says
	if !cut {
		ended = r.ended()
	}
	if (cut || !ended) && body != nil {
		// The length may be wrong and cover the records that follow.
		if i := nextRecord(body); i >= 0 && r.in.back(body[i:]) {
			r.offset -= int64(len(body) - i)
			c.known.Offset, c.known.Size = -1, -1
			r.w.reject(c, Damaged, fmt.Sprintf("the length of the record, %d bytes, covers the next record", length))
			return true
		}
	}
	if isDocument && typ != "revisit" {
		r.note(head, c.known.Offset)
	}
	if isDocument {
		r.document(c, typ, head, body, size, length, cut)
	}
	switch {
	case err != nil && err != io.EOF:
		return r.broken(r.offset, err)
	case cut:
		if !isDocument {
			r.w.reject(c, Truncated, fmt.Sprintf("the file ends in a %s record, %d bytes of %d", typ, size, length))
		}
		return false
	case !ended && isDocument:
		// What the record holds may be sound; its end is not where it says.
		return r.resync(r.offset, fmt.Sprintf("no record starts at byte %d, behind record %d", r.offset, r.number))
	case !ended:
		return r.resync(r.offset, fmt.Sprintf("no record starts at byte %d, behind record %d", r.offset, r.number))
	}
	return true
}

// document opens what a record holds.
func (r *warcReader) document(c *part, typ string, head header, body []byte, size, length int64, cut bool) {
	w := r.w
	switch {
	case typ == "revisit":
		r.revisit(c, head)
		return
	case size > 0 && body == nil:
		w.reject(c, TooLarge, fmt.Sprintf("%d bytes, the limit is %d", length, w.o.MaxBytes))
		return
	case head.get("warc-segment-number") != "" && head.get("warc-segment-number") != "1":
		w.reject(c, Unsupported, "a later segment of a record")
		return
	}
	isHTTP := strings.HasPrefix(head.get("warc-target-uri"), "http") || strings.HasPrefix(head.get("warc-target-uri"), "<http")
	if strings.HasPrefix(head.get("content-type"), "application/http") || typ == "response" && isHTTP && bytes.HasPrefix(body, []byte("HTTP/")) {
		w.httpResponse(c, body)
	} else if typ == "response" && isHTTP && len(body) == 0 && !cut {
		w.reject(c, Empty, "a response without a head")
	} else if typ == "response" && !isHTTP && !strings.HasPrefix(c.known.URL, "ftp") && len(body) > 0 && c.known.URL != "" && textual(head.get("content-type"), c.known.URL) == "" {
		w.reject(c, NotText, head.get("content-type")+" of "+c.known.URL)
	} else {
		w.payload(c, head.get("content-type"), body)
	}
	if cut {
		w.reject(c, Truncated, fmt.Sprintf("the file ends in the record, %d bytes of %d", size, length))
	}
}

// A revisit is a record of a page that was fetched again and had not changed:
// its text is that of an earlier record. Where the file can be read in any
// order, that record is read once more; all that is kept of each is where it
// starts.

// names returns what a record can be referred to by, the surest first.
func names(id, uri, date, digest string) []string {
	id = strings.Trim(id, "<> ")
	uri = strings.Trim(uri, "<> ")
	var s []string
	if id != "" {
		s = append(s, "id "+id)
	}
	if uri != "" && date != "" {
		s = append(s, "at "+date+" "+uri)
	}
	if digest != "" {
		s = append(s, "digest "+strings.ToLower(digest))
	}
	return s
}

func (h header) names() []string {
	return names(h.get("warc-record-id"), h.get("warc-target-uri"), h.get("warc-date"), h.get("warc-payload-digest"))
}

// maxPlaces bounds the names that are kept of the records of a file, about
// three of each.
const maxPlaces = 1 << 21

// note keeps where a record starts. Of two under one name the first counts.
func (r *warcReader) note(head header, offset int64) {
	if at, _ := r.back(); at == nil || offset < 0 || len(r.places) > maxPlaces {
		return
	}
	if r.places == nil {
		r.places = make(map[uint64]int64)
	}
	for _, name := range head.names() {
		if h := hash(name); r.places[h] == 0 {
			r.places[h] = offset + 1
		}
	}
}

// back returns the file for reading it again, nil if it is a stream. What is
// read so does not count as read of the source.
func (r *warcReader) back() (io.ReaderAt, int64) {
	at, size := r.p.at, r.p.size
	if r.p.gz != nil {
		at, size = r.p.file, r.p.fileSize
	} else if r.p.packed {
		return nil, 0
	}
	if c, ok := at.(*countAt); ok {
		at = c.r
	}
	return at, size
}

// revisit opens the record that a revisit refers to under the name of the
// revisit.
func (r *warcReader) revisit(c *part, head header) {
	to, date := head.get("warc-refers-to-target-uri"), head.get("warc-refers-to-date")
	said := strings.TrimSpace("the same as " + to + " " + date)
	at, size := r.back()
	switch {
	case at == nil:
		r.w.reject(c, Revisit, said+"; a stream is not read again")
		return
	case r.again > expansionFrom && r.again/int64(r.w.o.MaxRatio) > r.w.in:
		r.w.reject(c, Expands, fmt.Sprintf("%s; the records that are referred to have %d bytes, of %d in the file", said, r.again, r.w.in))
		return
	}
	for _, name := range names(head.get("warc-refers-to"), to, date, head.get("warc-payload-digest")) {
		start := r.places[hash(name)] - 1
		if start < 0 {
			continue
		}
		section := io.Reader(io.NewSectionReader(at, start, size-start))
		if r.p.gz != nil {
			z, err := gzip.NewReader(section)
			if err != nil {
				continue
			}
			section = z
		}
		again := newWARC(r.w, &part{name: r.p.name, r: bufio.NewReaderSize(section, bufferSize)})
		found := again.found(c, name)
		r.again += again.offset
		if found {
			return
		}
	}
	r.w.reject(c, Revisit, said+", which is not in the file")
}

// found reads the record that starts here, if it bears the name, as that of c.
func (r *warcReader) found(c *part, name string) bool {
	line, err := r.line()
	if err != nil || !strings.HasPrefix(line, "WARC/") {
		return false
	}
	head, err := r.head()
	if err != nil || !slices.Contains(head.names(), name) {
		return false
	}
	length, err := strconv.ParseInt(head.get("content-length"), 10, 64)
	if err != nil || length < 0 {
		return false
	}
	body, size, _ := r.body(length, true)
	r.document(c, strings.ToLower(head.get("warc-type")), head, body, size, length, size < length)
	return true
}

// blankLines returns the first line that is not blank.
func (r *warcReader) blankLines() (string, error) {
	for {
		line, err := r.line()
		if err != nil || strings.Trim(line, "\r\n") != "" {
			return line, err
		}
	}
}

// line reads a line of the head of a record, with its end.
func (r *warcReader) line() (string, error) {
	line, err := r.in.br.ReadSlice('\n')
	r.offset += int64(len(line))
	if err == bufio.ErrBufferFull {
		return "", &problem{Damaged, fmt.Sprintf("a line of more than %d bytes in the head of a record", maxHeadLine)}
	}
	return string(line), err
}

// head reads the fields of the record's head.
func (r *warcReader) head() (header, error) {
	var h header
	for range maxHeadLines {
		line, err := r.line()
		if err == io.EOF {
			return h, &problem{Truncated, "the file ends in the head of a record"}
		}
		if err != nil {
			return h, err
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return h, nil
		}
		h.add(line)
	}
	return h, &problem{Damaged, fmt.Sprintf("more than %d fields in the head of a record", maxHeadLines)}
}

// body reads the block of a record. It is nil if nobody wants it or if it is
// too large; size says how much there was.
func (r *warcReader) body(length int64, want bool) (b []byte, size int64, err error) {
	// The head of an HTTP response does not count.
	if want && length <= r.w.o.MaxBytes+maxHeadLine {
		b = make([]byte, 0, min(length, 1<<20))
		for int64(len(b)) < length {
			if len(b) == cap(b) {
				b = append(b, 0)[:len(b)]
			}
			n, err := r.in.br.Read(b[len(b):min(int64(cap(b)), length)])
			b = b[:len(b)+n]
			r.offset += int64(n)
			if err != nil {
				return b, int64(len(b)), err
			}
		}
		return b, length, nil
	}
	size, err = io.CopyN(io.Discard, r.in.br, length)
	r.offset += size
	return nil, size, err
}

// ended reports whether the next line that is not blank starts a record, or
// the file ends.
func (r *warcReader) ended() bool {
	for {
		b, err := r.in.br.Peek(1)
		if err != nil {
			return true // the end, or damage that the next record tells
		}
		if b[0] != '\r' && b[0] != '\n' {
			break
		}
		r.in.br.Discard(1)
		r.offset++
	}
	b, _ := r.in.br.Peek(5)
	return string(b) == "WARC/"
}

// broken rejects the record at start for an error of the stream.
func (r *warcReader) broken(start int64, err error) bool {
	var pr *problem
	goesOn := resumable(r.p, err) || errors.As(err, &pr) && pr.what == Damaged && r.p.gz == nil && !r.p.packed
	what, detail := why(err)
	if !goesOn {
		r.number++
		c := &part{name: fmt.Sprintf("%s!/%d", r.p.name, r.number), depth: r.p.depth}
		r.w.reject(c, what, detail)
		return false
	}
	return r.resync(start, detail)
}

// resync goes on at the next line that starts a record. What lies before it is
// one reject, for the given reason.
func (r *warcReader) resync(start int64, detail string) bool {
	r.number++
	if r.m.record(r.number) == nil {
		return false
	}
	c := &part{name: fmt.Sprintf("%s!/%d", r.p.name, r.number), depth: r.p.depth}
	c.known.Offset, c.known.Size = r.start(start), -1
	what := Damaged
	lineStart := true
	for {
		b, _ := r.in.br.Peek(5)
		if lineStart && string(b) == "WARC/" {
			r.w.reject(c, what, detail)
			return true
		}
		line, err := r.in.br.ReadSlice('\n')
		r.offset += int64(len(line))
		lineStart = err == nil
		if err == nil || err == bufio.ErrBufferFull {
			continue
		}
		if err != io.EOF {
			if resumable(r.p, err) {
				lineStart = true
				continue
			}
			what, detail = why(err)
		}
		r.w.reject(c, what, detail)
		return false
	}
}

// nextRecord returns where in a block a record starts, -1 if none does.
func nextRecord(b []byte) int {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("WARC/1."))
		if i < 0 {
			return -1
		}
		at += i
		// A record that was torn ends anywhere in a line.
		if rest := b[at:min(len(b), at+200)]; bytes.Contains(rest, []byte("\nWARC-")) || bytes.Contains(rest, []byte("\nContent-Length")) {
			return at
		}
		at++
	}
}

// A pushback is a buffered reader that takes back what was read too far.
type pushback struct {
	br      *bufio.Reader
	r       io.Reader
	pending []byte
	budget  int64
}

// newPushback wraps a part's reader, whose buffer serves as long as nothing is
// taken back.
func newPushback(r *bufio.Reader) *pushback {
	return &pushback{br: r, r: r, budget: 64 << 20}
}

func (p *pushback) Read(b []byte) (int, error) {
	if len(p.pending) > 0 {
		n := copy(b, p.pending)
		p.pending = p.pending[n:]
		return n, nil
	}
	return p.r.Read(b)
}

// back takes bytes back. It refuses when that has happened too often: a file
// in which every length is wrong would be read over and over.
func (p *pushback) back(b []byte) bool {
	if p.budget -= int64(len(b)); p.budget < 0 {
		return false
	}
	if p.br == p.r {
		p.br = bufio.NewReaderSize(p, bufferSize)
		p.pending = bytes.Clone(b)
		return true
	}
	ahead, _ := p.br.Peek(p.br.Buffered())
	p.pending = append(append(bytes.Clone(b), ahead...), p.pending...)
	p.br.Reset(p)
	return true
}

// A header is the fields of a WARC record or of an HTTP response.
type header []struct{ name, value string }

// add adds a line. One that starts with white space goes on with the last.
func (h *header) add(line string) {
	if line == "" {
		return
	}
	if (line[0] == ' ' || line[0] == '\t') && len(*h) > 0 {
		last := &(*h)[len(*h)-1]
		last.value += " " + strings.TrimSpace(line)
		return
	}
	name, value, _ := strings.Cut(line, ":")
	*h = append(*h, struct{ name, value string }{strings.ToLower(strings.TrimSpace(name)), strings.ToValidUTF8(strings.TrimSpace(value), "\uFFFD")})
}

// get returns the value of a field by its name in lower case.
func (h header) get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// httpResponse opens the body of an HTTP response.
func (w *walk) httpResponse(p *part, b []byte) {
	line, rest := cutLine(b)
	version, status, _ := strings.Cut(strings.TrimSpace(string(line[:min(len(line), 1000)])), " ")
	code, reason, _ := strings.Cut(strings.TrimSpace(status), " ")
	if !strings.HasPrefix(version, "HTTP/") || len(code) != 3 {
		w.reject(p, Damaged, "no status line of HTTP")
		return
	}
	var h header
	for {
		if len(rest) == 0 {
			if code == "200" {
				w.reject(p, Empty, "a response without a body")
				return
			}
			break
		}
		line, rest = cutLine(rest)
		if len(line) == 0 {
			break
		}
		if len(h) < maxHeadLines {
			h.add(string(line[:min(len(line), maxHeadLine)]))
		}
	}
	if code != "200" && code != "203" {
		detail := code
		if reason != "" {
			detail += " " + cleanName(reason)
		}
		if to := h.get("location"); to != "" {
			detail += ", to " + cleanName(to)
		}
		w.reject(p, "HTTP status", detail)
		return
	}
	if strings.Contains(strings.ToLower(h.get("transfer-encoding")), "chunked") {
		rest = unchunk(rest)
	}
	body, err := w.decoded(rest, h.get("content-encoding"))
	if err != nil && len(body) == 0 {
		w.fail(p, err)
		return
	}
	if p.known.Language == "" {
		if l := h.get("content-language"); isLanguage(l) {
			p.known.Language = l
		}
	}
	w.payload(p, h.get("content-type"), body)
	if err != nil {
		what, detail := why(err)
		w.reject(p, what, fmt.Sprintf("%s (%d bytes are kept)", detail, len(body)))
	}
}

func cutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}

// unchunk joins the chunks of a body. A body that is none, although its head
// says so, stays as it is, and behind a broken chunk the rest does.
func unchunk(b []byte) []byte {
	var out []byte
	for rest, any := b, false; ; any = true {
		line, after := cutLine(rest)
		digits, _, _ := bytes.Cut(line, []byte(";"))
		n, err := strconv.ParseInt(string(bytes.TrimSpace(digits[:min(len(digits), 20)])), 16, 64)
		switch {
		case err != nil || n < 0:
			return append(out, rest...)
		case n == 0:
			return out
		case n > int64(len(after)):
			if !any {
				return b // no chunk at all
			}
			return append(out, after...)
		}
		out = append(out, after[:n]...)
		rest = bytes.TrimPrefix(bytes.TrimPrefix(after[n:], []byte("\r")), []byte("\n"))
		if len(rest) == 0 {
			return out
		}
	}
}

// payload opens the body of a response or a resource by its media type.
func (w *walk) payload(p *part, contentType string, body []byte) {
	mediaType, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		mediaType, _, _ = strings.Cut(contentType, ";")
		mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	}
	p.known.Charset = strings.ToLower(strings.Trim(params["charset"], "'\" "))
	if len(body) == 0 || blank(body) {
		w.reject(p, Empty, "a body without text")
		return
	}
	p.hint = urlName(p.known.URL)
	p.at, p.size = bytes.NewReader(body), int64(len(body))
	p.r = bufio.NewReaderSize(bytes.NewReader(body), 16)
	as, ok := webTypes[mediaType]
	switch {
	case ok && as != "":
		// Servers call everything text/html and text/plain, also PDF files
		// and archives. Their first bytes tell.
		_, magic := byMagic(body)
		_, strange := foreign(body)
		if !magic && !strange {
			p.plain = true
			sniffed := clean.MediaType("", body[:min(len(body), HeadSize)])
			if as == clean.Text && (sniffed == clean.HTML || sniffed == clean.XHTML) {
				as = sniffed
			}
			if (as == clean.HTML || as == clean.XHTML) && sniffed == clean.XHTML {
				as = sniffed
			}
			it := p.item()
			it.Data, it.MediaType = body, as
			w.emit(it)
			return
		}
	case !ok && textual(mediaType, p.known.URL) == "":
		if mediaType == "" {
			mediaType = "no media type"
		}
		w.reject(p, NotText, mediaType)
		return
	}
	p.r = nil
	w.open(p)
}

// webTypes are the media types of the web that can hold a document, with the
// type under which it is read; "" looks at the bytes.
var webTypes = map[string]string{
	"text/html": clean.HTML, "application/xhtml+xml": clean.XHTML, "text/plain": clean.Text, "text/markdown": clean.Markdown,
	"text/xml": "", "application/xml": "", "application/pdf": "", "application/x-pdf": "", "application/rtf": "", "text/rtf": "",
	"message/rfc822": "", "application/rss+xml": "", "application/atom+xml": "", "application/akn+xml": "",
	"application/zip": "", "application/gzip": "", "application/x-gzip": "", "application/x-tar": "", "text/csv": "", "text/tab-separated-values": "",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "",
	"application/vnd.oasis.opendocument.text":                                 "", "application/epub+zip": "",
}

// textual returns how a media type that is not in webTypes is read: one that
// says nothing, when the name of the file says more.
func textual(mediaType, uri string) string {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	if _, ok := webTypes[mediaType]; ok {
		return mediaType
	}
	switch mediaType {
	case "", "application/octet-stream", "binary/octet-stream", "application/x-download", "application/force-download", "application/download", "unknown/unknown", "application/unknown", "text":
		switch strings.ToLower(path.Ext(urlName(uri))) {
		case ".pdf", ".docx", ".odt", ".rtf", ".eml", ".txt", ".html", ".htm", ".xml", ".zip", ".gz", ".md", ".csv", ".xhtml":
			return "application/octet-stream"
		case "":
			if mediaType == "" {
				return "application/octet-stream"
			}
		}
	}
	return ""
}

// urlName returns the name of the file that a URL ends in.
func urlName(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		s, _, _ = strings.Cut(s, "?")
		return path.Base(s)
	}
	if strings.HasSuffix(u.Path, "/") || u.Path == "" {
		return ""
	}
	return path.Base(u.Path)
}

// readARC reads the format before WARC: a line for each record, then its
// bytes.
func readARC(w *walk, p *part) {
	before := w.count
	r := newWARC(w, p)
	for !w.stop() && r.nextARC() {
	}
	if w.count == before && !w.stop() {
		w.reject(p, Empty, "no document among the records: "+r.list())
	}
}

// nextARC reads "URL IP date type length", with more fields before the length
// in the second version, and the block.
func (r *warcReader) nextARC() bool {
	line, err := r.blankLines()
	if line == "" && err == io.EOF {
		return false
	}
	start := r.offset - int64(len(line))
	if err != nil && err != io.EOF {
		return r.brokenARC(start, err)
	}
	f := strings.Fields(line)
	length := int64(-1)
	if len(f) >= 5 {
		length, err = strconv.ParseInt(f[len(f)-1], 10, 64)
	}
	if len(f) < 5 || err != nil || length < 0 {
		return r.brokenARC(start, &problem{Damaged, fmt.Sprintf("no record starts at byte %d", start)})
	}
	r.number++
	c := &part{name: fmt.Sprintf("%s!/%d", r.p.name, r.number), depth: r.p.depth}
	// A URL may hold spaces: the fields are counted from the end, where the
	// date has 14 digits.
	date := len(f) - 3
	for date > 2 && (len(f[date]) != 14 || strings.Trim(f[date], "0123456789") != "") {
		date--
	}
	c.known = Item{URL: strings.Join(f[:max(date-1, 1)], " "), Offset: r.start(start), Size: -1}
	isDocument := !strings.HasPrefix(line, "filedesc:")
	if !isDocument {
		r.others["filedesc"]++
	} else if r.m.record(r.number) == nil {
		return false
	}
	body, size, err := r.body(length, isDocument)
	if !r.p.packed {
		c.known.Size = r.offset - start
	}
	if isDocument {
		switch {
		case size > 0 && body == nil:
			r.w.reject(c, TooLarge, fmt.Sprintf("%d bytes, the limit is %d", length, r.w.o.MaxBytes))
		case bytes.HasPrefix(body, []byte("HTTP/")):
			r.w.httpResponse(c, body)
		case textual(f[date+1], c.known.URL) == "":
			r.w.reject(c, NotText, f[date+1])
		default:
			r.w.payload(c, f[date+1], body)
		}
		if size < length {
			r.w.reject(c, Truncated, fmt.Sprintf("the file ends in the record, %d bytes of %d", size, length))
		}
	}
	if err != nil && err != io.EOF {
		return r.brokenARC(r.offset, err)
	}
	return size == length
}

// brokenARC goes on at the next line that has the shape of a record's first:
// a URL at its start and a length at its end.
func (r *warcReader) brokenARC(start int64, err error) bool {
	what, detail := why(err)
	r.number++
	c := &part{name: fmt.Sprintf("%s!/%d", r.p.name, r.number), depth: r.p.depth}
	c.known.Offset, c.known.Size = r.start(start), -1
	r.w.reject(c, what, detail)
	if what != Damaged || r.p.packed && !resumable(r.p, err) {
		return false
	}
	for !r.w.stop() {
		line, err := r.in.br.ReadSlice('\n')
		if err != nil && err != bufio.ErrBufferFull && !resumable(r.p, err) {
			return false
		}
		f := bytes.Fields(line[:min(len(line), maxHeadLine)])
		if len(f) >= 5 && bytes.Contains(f[0], []byte("://")) && len(bytes.Trim(f[len(f)-1], "0123456789")) == 0 && len(f) < 20 {
			return r.in.back(bytes.Clone(line))
		}
		r.offset += int64(len(line))
	}
	return false
}
