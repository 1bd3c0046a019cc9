package reader

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"tamis/pipeline/clean"
)

// Documents of word processors become HTML, the form in which the cleaner
// knows headings, list items, tables, headers and footers.

// office tells a document of a word processor from other zip files, and how it
// is read; nil for other zip files.
func office(z *zip.Reader) (convert func(*zip.Reader, *officeReader) error, original string) {
	for _, f := range z.File {
		switch f.Name {
		case "word/document.xml":
			return readDOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
		case "ppt/presentation.xml":
			return readPPTX, "application/vnd.openxmlformats-officedocument.presentationml.presentation"
		case "xl/workbook.xml":
			return func(*zip.Reader, *officeReader) error {
				return &problem{Unsupported, "a spreadsheet (.xlsx), which is not read"}
			}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		case "mimetype":
			b := make([]byte, 100)
			r, err := f.Open()
			if err != nil {
				continue
			}
			n, _ := io.ReadFull(r, b)
			r.Close()
			switch t := strings.TrimSpace(string(b[:n])); t {
			case "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.text-template":
				return readODT, t
			case "application/vnd.oasis.opendocument.spreadsheet":
				return func(*zip.Reader, *officeReader) error {
					return &problem{Unsupported, "a spreadsheet (.ods), which is not read"}
				}, t
			}
		}
	}
	return nil, ""
}

// isBook reports whether a zip file is an EPUB, of which only the chapters are
// documents.
func isBook(z *zip.Reader) bool {
	return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "META-INF/container.xml" }) &&
		slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, ".opf") })
}

func isChapter(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".xhtml", ".html", ".htm":
		return true
	}
	return false
}

// office reads a document of a word processor.
func (w *walk) office(p *part, z *zip.Reader, original string, convert func(*zip.Reader, *officeReader) error) {
	it := p.item()
	it.Original, it.MediaType, it.Charset = original, clean.HTML, "utf-8"
	o := &officeReader{w: w, it: &it}
	err := guarded(nil, &it, func([]byte, *Item) error { return convert(z, o) })
	if o.text > 0 {
		var page bytes.Buffer
		page.WriteString("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n")
		page.Write(o.out.Bytes())
		page.Write(o.notes.Bytes())
		page.WriteString("</body></html>\n")
		it.Data = page.Bytes()
		w.emit(it)
	} else if err == nil {
		err = &problem{NoText, "a document without text; pictures are not read"}
	}
	if err != nil {
		w.fail(p, err)
	}
}

// An officeReader writes HTML from the elements of a document.
type officeReader struct {
	w          *walk
	it         *Item
	out, notes bytes.Buffer
	text       int             // bytes of text that is not blank
	styles     map[string]int  // the level of headings
	lists      map[string]bool // styles of list items
}

// member opens a file of the document.
func (o *officeReader) member(z *zip.Reader, name string) ([]byte, error) {
	for _, f := range z.File {
		if f.Name != name {
			continue
		}
		if f.Flags&1 != 0 {
			return nil, &problem{Encrypted, "the document wants a password"}
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return o.w.readUpTo(&zipData{r: r, packed: int64(f.CompressedSize64), ratio: int64(o.w.o.MaxRatio)}, int64(min(f.UncompressedSize64, 1<<30)))
	}
	return nil, nil
}

// maxElements is how deep elements may nest.
const maxElements = 2000

// elements calls start and end for each element of XML and text for what stands
// between them. start returns false to leave an element out.
func elements(b []byte, start func(*xml.StartElement) bool, end func(string), text func([]byte)) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	d.CharsetReader = words.CharsetReader
	for depth := 0; ; {
		t, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &problem{Damaged, err.Error()}
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > maxElements {
				return &problem{Damaged, fmt.Sprintf("elements nest deeper than %d", maxElements)}
			}
			if start(&t) {
				continue
			}
			for skip := 1; skip > 0; {
				t, err := d.RawToken()
				if err != nil {
					return &problem{Damaged, "an element without end"}
				}
				switch t.(type) {
				case xml.StartElement:
					skip++
				case xml.EndElement:
					skip--
				}
			}
			depth--
		case xml.EndElement:
			depth--
			end(t.Name.Local)
		case xml.CharData:
			text(t)
		}
	}
}

// attr returns the value of an attribute by its local name.
func attr(t *xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// readDOCX reads Office Open XML: the headers, the body, footnotes, the
// footers.
func readDOCX(z *zip.Reader, o *officeReader) error {
	o.core(z, "docProps/core.xml")
	if b, err := o.member(z, "word/styles.xml"); err == nil && b != nil {
		o.docxStyles(b)
	}
	body, err := o.member(z, "word/document.xml")
	if err != nil && len(body) == 0 {
		return err
	}
	around := func(prefix, tag string) {
		seen := map[string]bool{}
		for _, f := range z.File {
			if strings.HasPrefix(f.Name, "word/"+prefix) && strings.HasSuffix(f.Name, ".xml") {
				at := o.out.Len()
				if b, err := o.member(z, f.Name); err == nil {
					o.wordML(b, &o.out, "w")
				}
				// First, odd and even pages often have the same.
				text := string(o.out.Bytes()[at:])
				o.out.Truncate(at)
				if !seen[text] && text != "" {
					fmt.Fprintf(&o.out, "<%s>%s</%s>\n", tag, text, tag)
				}
				seen[text] = true
			}
		}
	}
	around("header", "header")
	if e := o.wordML(body, &o.out, "w"); err == nil {
		err = e
	}
	for _, name := range []string{"word/footnotes.xml", "word/endnotes.xml"} {
		if b, e := o.member(z, name); e == nil {
			o.wordML(b, &o.out, "w")
		}
	}
	around("footer", "footer")
	return err
}

// readPPTX reads the slides of a presentation.
func readPPTX(z *zip.Reader, o *officeReader) error {
	o.core(z, "docProps/core.xml")
	var first error
	for i := 1; ; i++ {
		b, err := o.member(z, fmt.Sprintf("ppt/slides/slide%d.xml", i))
		if err == nil && b == nil {
			return first
		}
		if err == nil {
			o.out.WriteString("<section>\n")
			err = o.wordML(b, &o.out, "a")
			o.out.WriteString("</section>\n")
		}
		first = cmpErr(first, err)
	}
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// docxStyles finds the styles of headings and list items: programs call a style as the
// user's language has it, but its name is "heading 1" everywhere.
func (o *officeReader) docxStyles(b []byte) {
	o.styles, o.lists = make(map[string]int), make(map[string]bool)
	id := ""
	elements(b, func(t *xml.StartElement) bool {
		switch t.Name.Local {
		case "style":
			id = attr(t, "styleId")
		case "name":
			name := strings.ToLower(attr(t, "val"))
			if name == "title" {
				o.styles[id] = 1
			} else if n, ok := strings.CutPrefix(name, "heading "); ok {
				if n, err := strconv.Atoi(n); err == nil {
					o.styles[id] = min(max(n, 1), 6)
				}
			}
		case "numPr":
			o.lists[id] = true
		case "outlineLvl":
			if n, err := strconv.Atoi(attr(t, "val")); err == nil && n >= 0 && n < 9 && o.styles[id] == 0 {
				o.styles[id] = min(n+1, 6)
			}
		}
		return true
	}, func(string) {}, func([]byte) {})
}

// A paragraph is one being read.
type paragraph struct {
	text    bytes.Buffer
	heading int
	item    bool
}

// wordML writes the blocks of WordprocessingML, or of DrawingML, whose
// elements bear the same names.
func (o *officeReader) wordML(b []byte, out *bytes.Buffer, space string) error {
	var open []*paragraph // text boxes stand inside paragraphs
	inText := false
	return elements(b, func(t *xml.StartElement) bool {
		if t.Name.Space != space && t.Name.Local != "Fallback" {
			return true
		}
		var p *paragraph
		if len(open) > 0 {
			p = open[len(open)-1]
		}
		switch t.Name.Local {
		case "Fallback", "instrText", "delText", "sectPr", "rPr":
			return false // what the Choice before it says again, and what is no text
		case "p":
			open = append(open, &paragraph{})
		case "tbl":
			out.WriteString("<table>\n")
		case "tr":
			out.WriteString("<tr>")
		case "tc":
			out.WriteString("<td>")
		case "t":
			inText = true
		}
		if p == nil {
			return true
		}
		switch t.Name.Local {
		case "pStyle":
			p.heading = o.styles[attr(t, "val")]
			p.item = p.item || o.lists[attr(t, "val")]
		case "outlineLvl":
			if n, err := strconv.Atoi(attr(t, "val")); err == nil && n >= 0 && n < 6 {
				p.heading = n + 1
			}
		case "numPr":
			p.item = true
		case "tab", "ptab":
			p.text.WriteByte('\t')
		case "br", "cr":
			p.text.WriteString("<br>")
		case "noBreakHyphen":
			p.text.WriteString("\u2011")
		case "softHyphen":
			p.text.WriteString("\u00AD")
		}
		return true
	}, func(name string) {
		switch name {
		case "t":
			inText = false
		case "p":
			if len(open) > 0 {
				p := open[len(open)-1]
				open = open[:len(open)-1]
				o.block(out, p)
			}
		case "tc":
			out.WriteString("</td>")
		case "tr":
			out.WriteString("</tr>\n")
		case "tbl":
			out.WriteString("</table>\n")
		}
	}, func(s []byte) {
		if inText && len(open) > 0 {
			xml.EscapeText(&open[len(open)-1].text, s)
			o.count(s)
		}
	})
}

func (o *officeReader) count(s []byte) {
	if !blank(s) {
		o.text += len(s)
	}
}

// block writes a paragraph.
func (o *officeReader) block(out *bytes.Buffer, p *paragraph) {
	text := bytes.TrimSpace(p.text.Bytes())
	if len(text) == 0 {
		return
	}
	switch {
	case p.heading > 0:
		fmt.Fprintf(out, "<h%d>%s</h%d>\n", p.heading, text, p.heading)
	case p.item:
		fmt.Fprintf(out, "<ul><li>%s</li></ul>\n", text)
	default:
		fmt.Fprintf(out, "<p>%s</p>\n", text)
	}
}

// core reads the properties of a document. Its dates are those of the file, and
// often of the template: no day of publication.
func (o *officeReader) core(z *zip.Reader, name string) {
	b, err := o.member(z, name)
	if err != nil {
		return
	}
	element := ""
	values := map[string]string{}
	elements(b, func(t *xml.StartElement) bool {
		element = t.Name.Local
		return true
	}, func(string) { element = "" }, func(s []byte) {
		if element != "" && len(values[element]) < 1000 {
			values[element] += string(s[:min(len(s), 1000)])
		}
	})
	set := func(to *string, v string) {
		if v = property(v); *to == "" {
			*to = v
		}
	}
	set(&o.it.Title, values["title"])
	set(&o.it.Author, values["creator"])
	set(&o.it.Author, values["initial-creator"])
	if l := strings.TrimSpace(values["language"]); isLanguage(l) {
		set(&o.it.Language, l)
	}
}

// readODT reads OpenDocument text.
func readODT(z *zip.Reader, o *officeReader) error {
	o.core(z, "meta.xml")
	if b, err := o.member(z, "META-INF/manifest.xml"); err == nil && bytes.Contains(b, []byte("encryption-data")) {
		return &problem{Encrypted, "the document wants a password"}
	}
	b, err := o.member(z, "content.xml")
	if err != nil && len(b) == 0 {
		return err
	}
	if b == nil {
		return &problem{Damaged, "no content.xml"}
	}
	if e := o.odfBody(b); err == nil {
		err = e
	}
	return err
}

func (o *officeReader) odfBody(b []byte) error {
	var open []*paragraph
	items, notes := 0, 0
	out := &o.out
	return elements(b, func(t *xml.StartElement) bool {
		var p *paragraph
		if len(open) > 0 {
			p = open[len(open)-1]
		}
		switch t.Name.Space + ":" + t.Name.Local {
		case "text:tracked-changes", "office:annotation", "office:font-face-decls", "office:automatic-styles", "text:sequence-decls",
			"text:index-title-template", "svg:title", "svg:desc", "office:scripts", "text:note-citation":
			return false
		case "text:p":
			open = append(open, &paragraph{item: items > 0})
		case "text:h":
			n, err := strconv.Atoi(attr(t, "outline-level"))
			if err != nil {
				n = 1
			}
			open = append(open, &paragraph{heading: min(max(n, 1), 6)})
		case "text:list-item", "text:list-header":
			items++
		case "text:note-body":
			notes++
		case "table:table":
			out.WriteString("<table>\n")
		case "table:table-row":
			out.WriteString("<tr>")
		case "table:table-cell":
			out.WriteString("<td>")
		case "text:s":
			if p != nil {
				p.text.WriteByte(' ')
			}
		case "text:tab":
			if p != nil {
				p.text.WriteByte('\t')
			}
		case "text:line-break":
			if p != nil {
				p.text.WriteString("<br>")
			}
		}
		return true
	}, func(name string) {
		switch name {
		case "p", "h":
			if len(open) > 0 {
				p := open[len(open)-1]
				open = open[:len(open)-1]
				if notes > 0 {
					o.block(&o.notes, p) // behind the text
				} else {
					o.block(out, p)
				}
			}
		case "list-item", "list-header":
			items = max(items-1, 0)
		case "note-body":
			notes = max(notes-1, 0)
		case "table-cell":
			out.WriteString("</td>")
		case "table-row":
			out.WriteString("</tr>\n")
		case "table":
			out.WriteString("</table>\n")
		}
	}, func(s []byte) {
		if len(open) > 0 {
			xml.EscapeText(&open[len(open)-1].text, s)
			o.count(s)
		}
	})
}
