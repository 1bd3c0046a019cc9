// Package clean turns the bytes of a document into clean text with blocks:
// decoding, line ends, characters, leftovers of markup, and the parts that
// HTML or the shape of the lines tell.
//
// The text is set here once. What later stages find out stands beside it, and
// Offsets leads back to the bytes of the source.
package clean

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"strings"

	"tamis/extractors"
)

// A Page is a document as clean text with its blocks.
type Page struct {
	// Text is UTF-8 in normal form C without control characters; its lines
	// end in a line feed alone and carry no trailing space. Blank lines of
	// text formats stay.
	Text string
	// Blocks are lines of Text: in order, not blank, not overlapping. A
	// block ends before its line feed.
	Blocks []Block

	// What metadata says; "" where it says nothing. Published and Modified are
	// EDTF (2024-10-03, 2024-10, 2024). Lang is a declaration only.
	Title, URL, Lang, Published, Modified, Author, SiteName string
	// Alternates are the versions in other languages that the page names, as
	// it does; its own may be among them.
	Alternates []Alternate

	Charset string  // as decoded: "utf-8", "windows-1252", ...
	Repairs Repairs // what was put right on the way
	Offsets Offsets // from Text to the source file
}

// An Alternate is a version of a page in a language, a tag such as "fr" or "fr-CH".
type Alternate struct {
	Lang, URL string
}

// A Block is a line of a Page's text with its part in the document.
type Block struct {
	extractors.Span // in Text
	Kind            extractors.Kind
	// Region is where the markup puts the block: "main", "article", "nav",
	// "header", "footer", "aside", "" unknown.
	Region string
	// Hint is what the model of the page's content says about the block: "body"
	// inside the main content, "outside" of it, or what the names of the
	// elements around it say: "comments", "related", "share", ...; "" unknown.
	Hint   string
	Links  float32         // share of the block's letters that stand in links, 0 to 1
	Source extractors.Span // byte range in the source file; {-1, -1} if unknown
}

// Media types that Clean reads.
const (
	Text     = "text/plain"
	Markdown = "text/markdown"
	HTML     = "text/html"
	XHTML    = "application/xhtml+xml"
	XML      = "application/xml"
)

// Clean reads a document of the given media type. An error names the reason
// why the bytes are no document: "empty", "not text: NUL at byte 12".
func Clean(raw []byte, mediaType string) (*Page, error) {
	return CleanAs(raw, mediaType, "")
}

// CleanAs is Clean for bytes that came with the name of a charset, from an
// HTTP header, say; "" is none. It counts for more than what the markup
// declares and for less than what the bytes are.
func CleanAs(raw []byte, mediaType, charset string) (*Page, error) {
	return (*clock)(nil).clean(raw, mediaType, charset)
}

func (c *clock) clean(raw []byte, mediaType, charset string) (*Page, error) {
	switch mediaType {
	case Text, Markdown:
		return cleanText(raw, mediaType == Markdown, charset, c)
	case HTML, XHTML:
		return cleanHTML(raw, mediaType == XHTML, charset, c)
	case XML:
		return cleanXML(raw, charset, c)
	}
	return nil, fmt.Errorf("media type %q is not supported", mediaType)
}

// cleanText cleans a text file in steps, each with its map to the step before.
func cleanText(raw []byte, markdown bool, declared string, c *clock) (*Page, error) {
	var m mapper
	s, charset, err := decode(raw, false, declared, &m)
	if err != nil {
		return nil, err
	}
	if s == "" {
		return nil, errors.New("empty: no bytes but the mark of their order")
	}
	offsets := m.offsets()
	var repairs Repairs
	for _, repair := range []struct {
		find  func(string) ([]edit, int)
		count *int
	}{{mojibake, &repairs.Mojibake}, {rejoin, &repairs.Hyphenation}} {
		c.ask()
		var edits []edit
		if edits, *repair.count = repair.find(s); len(edits) > 0 {
			var o Offsets
			s, o = apply(s, edits)
			offsets = o.through(offsets)
		}
	}
	s, o, odd := cleanChars(s)
	offsets = o.through(offsets)

	c.ask()
	edits, hints := unmark(s, markdown, c)
	rendered := identity(0, len(s))
	if len(edits) > 0 {
		s, rendered = apply(s, edits)
		s, o, _ = cleanChars(s)
		rendered = o.through(rendered)
		odd = true // a reference, or what a mark held apart
	}
	c.ask()
	s, o = trimLines(s)
	rendered = o.through(rendered)
	if odd {
		s, o, repairs.NFC = compose(s)
		rendered = o.through(rendered)
	}
	for i, h := range hints {
		hints[i].Span = extractors.Span{Start: rendered.forward(h.Start), End: rendered.forward(h.End)}
	}
	p := &Page{Text: s, Charset: charset, Offsets: rendered.through(offsets), Repairs: repairs}
	c.ask()
	p.Blocks = shape(s, hints)
	if len(p.Blocks) == 0 {
		return nil, errors.New("empty: white space only")
	}
	for i := range p.Blocks {
		p.Blocks[i].Source, _ = p.Offsets.Span(p.Blocks[i].Span)
	}
	return p, nil
}

func cleanHTML(raw []byte, xhtml bool, declared string, c *clock) (*Page, error) {
	s, charset, err := decode(raw, true, declared, nil)
	if err != nil {
		return nil, err
	}
	if xhtml {
		s = openTags(s)
	}
	root := parse(s, c)
	p := &Page{Charset: charset}
	r := renderPage(root, c)
	if len(r.blocks) == 0 {
		return nil, errors.New("empty: no text on the page")
	}
	p.Text, p.Blocks, p.Repairs = r.written(), r.blocks, r.repairs
	f := metadata(root, p, c)
	if !markTitle(p) {
		r.findTitle(p, f)
	}
	p.Title = withoutSite(p)
	c.ask()
	r.judge(p, f)
	return p, nil
}

// markTitle marks the heading that repeats the page's title. A title often
// ends in the site's name, which the heading lacks. It reports whether there is one.
func markTitle(p *Page) bool {
	if p.Title == "" {
		return false
	}
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if b.Kind == extractors.Heading && strings.HasPrefix(p.Title, p.Text[b.Start:b.End]) {
			b.Kind = extractors.Title
			return true
		}
	}
	return false
}

// withoutSite returns the title of a page without the name of its site, which
// many write behind it: where the rest is what the heading says, or the end is
// what the page says its site's name is.
func withoutSite(p *Page) string {
	for _, mark := range []string{" | ", " - ", " – ", " — ", " · ", " » "} {
		i := strings.LastIndex(p.Title, mark)
		if i <= 0 {
			continue
		}
		if p.SiteName != "" && strings.EqualFold(p.Title[i+len(mark):], p.SiteName) {
			return p.Title[:i]
		}
		for j := range p.Blocks {
			b := &p.Blocks[j]
			if b.Kind == extractors.Title && b.Len() <= i && strings.HasPrefix(p.Title, p.Text[b.Start:b.End]+mark) {
				return p.Text[b.Start:b.End]
			}
		}
	}
	return p.Title
}

// MediaType tells the media type of a file by its name, checked against the
// first bytes of its content; "" if Clean does not read it. A page saved under
// the name of a text file is HTML, a text without a tag is none, whatever its
// name.
func MediaType(name string, head []byte) string {
	ext := strings.ToLower(path.Ext(strings.ReplaceAll(name, "\\", "/")))
	// Enough for ASCII in UTF-16, and for byte order marks.
	text := strings.ReplaceAll(string(head[:min(len(head), 4<<10)]), "\x00", "")
	for _, b := range byteOrderMarks {
		text = strings.TrimPrefix(text, strings.ReplaceAll(b.mark, "\x00", ""))
	}
	sniffed := sniff(text)
	switch ext {
	case ".xhtml", ".xht":
		return XHTML
	case ".html", ".htm", ".shtml":
		if sniffed == XHTML {
			return XHTML
		}
		if strings.TrimSpace(text) != "" && !strings.Contains(text, "<") && len(head) < 4<<10 {
			return Text
		}
		return HTML
	case ".md", ".markdown":
		return cmp.Or(sniffed, Markdown)
	case ".txt", ".text", "":
		return cmp.Or(sniffed, declaredXML(text), Text)
	case ".xml", ".akn", ".rss", ".atom", ".tei":
		if sniffed == "" && strings.HasPrefix(strings.TrimSpace(text), "<") {
			return XML
		}
	}
	return cmp.Or(sniffed, declaredXML(text))
}

// declaredXML returns XML if the text says that it is XML.
func declaredXML(text string) string {
	if hasPrefixFold(strings.TrimSpace(text), "<?xml") {
		return XML
	}
	return ""
}

// sniff returns the media type of what starts like a page, "" for other text.
func sniff(s string) string {
	xml := false
	for {
		s = strings.TrimLeft(s, " \t\r\n\f")
		switch {
		case hasPrefixFold(s, "<?xml"):
			xml = true
		case strings.HasPrefix(s, "<!--"):
			_, rest, found := strings.Cut(s, "-->")
			if !found {
				return ""
			}
			s = rest
			continue
		case hasPrefixFold(s, "<!doctype html"), hasPrefixFold(s, "<!doctype") && xml:
			if !xml {
				return HTML
			}
		case hasPrefixFold(s, "<html"):
			if xml {
				return XHTML
			}
			return HTML
		default:
			return ""
		}
		_, rest, found := strings.Cut(s, ">")
		if !found {
			return ""
		}
		s = rest
	}
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
