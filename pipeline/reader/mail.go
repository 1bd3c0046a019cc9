package reader

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"

	"golang.org/x/net/html/charset"

	"tamis/pipeline/clean"
)

// mailFields are fields that few files but e-mails start with.
var mailFields = []string{"return-path", "received", "from", "to", "cc", "date", "subject", "message-id", "mime-version", "delivered-to", "reply-to",
	"content-type", "x-mailer", "in-reply-to", "references", "dkim-signature", "arc-seal", "x-received", "sender", "content-transfer-encoding", "list-id", "x-original-to", "received-spf"}

// isMail reports whether text starts with the head of an e-mail: nothing but
// fields, and the ones that a message must have. Minutes of a meeting start
// with "From:" and "Date:", too, but have neither the number of a message nor
// the path it took.
func isMail(text []byte, ext string) bool {
	known, sure := 0, 0
	for n := 0; n < 100; n++ {
		line, rest, found := bytes.Cut(text, []byte("\n"))
		if !found {
			break
		}
		text = rest
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			if n == 0 {
				return false
			}
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || bytes.ContainsAny(name, " \t<>\"") {
			return false
		}
		low := strings.ToLower(string(name))
		for _, f := range mailFields {
			if low == f {
				known++
			}
		}
		switch low {
		case "message-id", "mime-version", "received", "return-path", "delivered-to":
			sure++
		}
	}
	return known >= 2 && (sure > 0 || ext == ".eml")
}

// isMbox reports whether text starts like a mailbox: a line "From ", and the
// head of an e-mail.
func isMbox(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("From ")) {
		return false
	}
	line, rest, found := bytes.Cut(text, []byte("\n"))
	return found && len(line) < 400 && isMail(rest, ".eml")
}

// readMbox reads the messages of a mailbox.
func readMbox(w *walk, p *part) {
	m := members{w: w, p: p}
	var message []byte
	var tooLarge error
	offset, start := int64(0), int64(0)
	n := 0
	end := func() bool {
		if n == 0 {
			return true
		}
		c := m.record(n)
		if c == nil {
			return false
		}
		if !p.packed {
			c.known.Offset, c.known.Size = start, offset-start
		}
		if tooLarge != nil {
			w.fail(c, tooLarge)
			return true
		}
		c.at, c.size = bytes.NewReader(message), int64(len(message))
		c.r = bufio.NewReader(bytes.NewReader(message))
		w.message(c, message)
		return true
	}
	after := true // a blank line
	for !w.stop() {
		line, size, err := w.line(p.r)
		if err != nil && err != io.EOF {
			var pr *problem
			if errors.As(err, &pr) && pr.what == TooLarge {
				tooLarge = err
				err = nil
			} else {
				end()
				n++
				if c := m.record(n); c != nil {
					w.fail(c, err)
				}
				return
			}
		}
		if after && bytes.HasPrefix(line, []byte("From ")) {
			if !end() {
				return
			}
			n++
			start = offset
			message, tooLarge = message[:0], nil
		} else {
			quoted := bytes.TrimLeft(line, ">")
			if len(quoted) < len(line) && bytes.HasPrefix(quoted, []byte("From ")) {
				line = line[1:] // so that it starts no message
			}
			if int64(len(message)+len(line)) > w.o.MaxBytes {
				tooLarge = w.tooLarge()
			} else {
				message = append(message, line...)
			}
		}
		after = len(bytes.TrimRight(line, "\r\n")) == 0
		offset += size
		if err == io.EOF {
			end()
			return
		}
	}
}

// readMail reads an e-mail: its body under the name of the file, and each
// attachment that is a document.
func readMail(w *walk, p *part) {
	data, err := w.readAll(p)
	if err != nil && len(data) == 0 {
		w.fail(p, err)
		return
	}
	w.message(p, data)
	if err != nil {
		what, detail := why(err)
		w.reject(p, what, fmt.Sprintf("%s (%d bytes are kept)", detail, len(data)))
	}
}

// words decodes the words of a head that are not ASCII.
var words = mime.WordDecoder{CharsetReader: func(label string, r io.Reader) (io.Reader, error) {
	return charset.NewReaderLabel(label, r)
}}

func decodeWords(s string) string {
	if d, err := words.DecodeHeader(s); err == nil {
		s = d
	}
	return strings.Join(strings.Fields(asUTF8(s)), " ")
}

// message reads an e-mail. Its body is a document, and what hangs on it is
// opened like the members of an archive.
func (w *walk) message(p *part, data []byte) {
	msg, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		w.reject(p, Damaged, "head of the e-mail: "+cleanName(err.Error()))
		return
	}
	h := textproto.MIMEHeader(msg.Header)
	p.known.Title = decodeWords(h.Get("Subject"))
	p.known.Author = decodeWords(h.Get("From"))
	p.known.ID = strings.Trim(h.Get("Message-Id"), "<> ")
	if t, err := mail.ParseDate(h.Get("Date")); err == nil {
		p.known.Published = t.Format("2006-01-02")
	}
	if l, _, _ := strings.Cut(h.Get("Content-Language"), ","); isLanguage(l) {
		p.known.Language = l
	}
	g := mailReader{w: w, p: p, m: members{w: w, p: p}}
	body := g.part(h, msg.Body, 0)
	if w.done {
		return
	}
	if body.data == nil {
		problem, detail := Empty, "an e-mail without text"
		if g.encrypted {
			problem, detail = Encrypted, "the e-mail is encrypted"
		} else if g.err != nil {
			problem, detail = why(g.err)
		}
		w.reject(p, problem, detail)
	} else {
		it := p.item()
		it.Data, it.MediaType, it.Charset, it.Original = body.data, body.mediaType, body.charset, "message/rfc822"
		w.emit(it)
		if g.err != nil {
			w.fail(p, g.err)
		}
	}
	for _, a := range g.attachments {
		c := g.m.next(a.name)
		if c == nil {
			return
		}
		c.known.Charset = a.charset
		c.depth++
		c.at, c.size = bytes.NewReader(a.data), int64(len(a.data))
		if a.mediaType == clean.HTML || a.mediaType == clean.Text {
			c.known.MediaType = ""
		}
		w.open(c)
	}
}

// A mailReader gathers the parts of an e-mail.
type mailReader struct {
	w           *walk
	p           *part
	m           members
	attachments []mailPart
	encrypted   bool
	err         error // the first
	parts       int
}

type mailPart struct {
	name, mediaType, charset string
	data                     []byte
}

// Limits of the parts of an e-mail.
const (
	maxMailParts = 1000
	maxMailDepth = 20
)

// part returns the body that a part stands for, and keeps attachments.
func (g *mailReader) part(h textproto.MIMEHeader, r io.Reader, depth int) mailPart {
	if g.parts++; g.parts > maxMailParts || depth > maxMailDepth {
		g.fail(&problem{TooMany, fmt.Sprintf("more than %d parts in an e-mail, or %d in each other", maxMailParts, maxMailDepth)})
		return mailPart{}
	}
	mediaType, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil && mediaType == "" {
		mediaType = clean.Text
	}
	if strings.HasPrefix(mediaType, "multipart/") && params["boundary"] != "" {
		g.encrypted = g.encrypted || mediaType == "multipart/encrypted"
		return g.multipart(mediaType, params["boundary"], r, depth)
	}
	body := mailPart{mediaType: mediaType, charset: strings.ToLower(params["charset"])}
	disposition, dparams, _ := mime.ParseMediaType(h.Get("Content-Disposition"))
	if body.name = decodeWords(dparams["filename"]); body.name == "" {
		body.name = decodeWords(params["name"])
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, &base64Only{r: r})
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	body.data, err = io.ReadAll(r) // no longer than the message
	if err != nil {
		g.fail(&problem{Damaged, "part of an e-mail: " + err.Error()})
	}
	if len(body.data) == 0 {
		body.data = nil
		return mailPart{}
	}
	switch {
	case mediaType == "message/rfc822":
		if body.name == "" {
			body.name = "message.eml"
		}
	case mediaType == "application/pkcs7-mime" || mediaType == "application/x-pkcs7-mime":
		g.encrypted = true
		return mailPart{}
	case disposition != "attachment" && (mediaType == clean.Text || mediaType == clean.HTML) && (body.name == "" || disposition == "inline"):
		if params["format"] == "flowed" {
			body.data = unflow(body.data, params["delsp"] == "yes")
		}
		return body
	}
	if body.name == "" {
		body.name = "attachment"
		if ext, _ := mime.ExtensionsByType(mediaType); len(ext) > 0 {
			body.name += ext[0]
		}
	}
	g.attachments = append(g.attachments, body)
	return mailPart{}
}

func (g *mailReader) fail(err error) {
	if g.err == nil {
		g.err = err
	}
}

// multipart joins parts: of alternatives the plain text, unless it is blank,
// of others all, one after the other.
func (g *mailReader) multipart(mediaType, boundary string, r io.Reader, depth int) mailPart {
	var body mailPart
	mr := multipart.NewReader(r, boundary)
	for {
		sub, err := mr.NextRawPart()
		if err != nil {
			// A message that lacks the last boundary is whole all the same.
			if err != io.EOF && !strings.HasSuffix(err.Error(), "EOF") {
				g.fail(&problem{Damaged, "parts of an e-mail: " + err.Error()})
			}
			return body
		}
		b := g.part(sub.Header, sub, depth+1)
		if g.parts > maxMailParts {
			return body
		}
		switch {
		case b.data == nil || blank(b.data):
		case body.data == nil:
			body = b
		case mediaType == "multipart/alternative":
			if body.mediaType != clean.Text && b.mediaType == clean.Text {
				body = b
			}
		case body.mediaType == b.mediaType && body.charset == b.charset:
			body.data = append(append(body.data, '\n'), b.data...)
		default:
			b.name = fmt.Sprintf("part%d.txt", g.parts)
			if b.mediaType == clean.HTML {
				b.name = fmt.Sprintf("part%d.html", g.parts)
			}
			g.attachments = append(g.attachments, b)
		}
	}
}

// base64Only drops what is not of base64, which mailers put in, and ends at
// the first padding.
type base64Only struct {
	r    io.Reader
	end  bool
	n    int
	tail int
}

func (f *base64Only) Read(b []byte) (int, error) {
	if f.end {
		if f.tail > 0 && len(b) > 0 {
			f.tail--
			b[0] = '='
			return 1, nil
		}
		return 0, io.EOF
	}
	n, err := f.r.Read(b)
	k := 0
	for _, c := range b[:n] {
		switch {
		case c == '=':
			f.end = true
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', isDigit(c), c == '+', c == '/':
			b[k] = c
			k++
			f.n++
		}
		if f.end {
			break
		}
	}
	if err == io.EOF {
		f.end = true
	}
	if f.end {
		f.tail = (4 - f.n%4) % 4
		err = nil
	}
	return k, err
}

// unflow joins the lines of flowed text (RFC 3676): one that ends in a space
// goes on in the next.
func unflow(b []byte, deleteSpace bool) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		var line []byte
		line, b, _ = bytes.Cut(b, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		line = bytes.TrimPrefix(line, []byte(" ")) // stuffed
		if len(line) > 0 && line[len(line)-1] == ' ' && string(line) != "-- " && line[0] != '>' {
			if deleteSpace {
				line = line[:len(line)-1]
			}
			out = append(out, line...)
			continue
		}
		out = append(append(out, line...), '\n')
	}
	return out
}
