package clean

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tamis/extractors"
)

// XML of documents is rendered like a page: its elements become those of HTML
// that mean the same, and what no vocabulary names is told by where it stands.
// An element among words is part of its line, any other is a block.

// cleanXML reads a document in XML: Akoma Ntoso, TEI, DocBook, JATS, a feed, or
// a vocabulary of somebody's own.
func cleanXML(raw []byte, declared string, c *clock) (*Page, error) {
	s, charset, err := decode(raw, true, declared, nil)
	if err != nil {
		return nil, err
	}
	p := &Page{Charset: charset}
	root := parseXML(openTags(s), c)
	var f xmlFacts
	f.gather(root)
	f.fill(p)
	r := renderPage(renderable(root, c), c)
	p.Text, p.Blocks, p.Repairs = r.written(), r.blocks, r.repairs
	if len(p.Blocks) == 0 {
		return nil, errors.New("empty: no text in the document")
	}
	markTitle(p)
	return p, nil
}

// parseXML builds the tree of a document. Names are in lower case and without
// the prefix of their namespace. Like parsePlain it knows no errors: an end tag
// closes what is open inside, or nothing.
func parseXML(s string, c *clock) *html.Node {
	root := &html.Node{Type: html.DocumentNode}
	at, depth := root, 0
	z := html.NewTokenizer(c.reader([]byte(s)))
	z.AllowCDATA(true)
	for {
		switch t := z.Next(); t {
		case html.ErrorToken:
			return root
		case html.TextToken:
			if text := string(z.Text()); text != "" {
				at.AppendChild(&html.Node{Type: html.TextNode, Data: text})
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			n := &html.Node{Type: html.ElementNode, Data: localName(string(name))}
			for more && len(n.Attr) < 100 {
				var key, value []byte
				key, value, more = z.TagAttr()
				n.Attr = append(n.Attr, html.Attribute{Key: string(key), Val: string(value)})
			}
			at.AppendChild(n)
			if t == html.StartTagToken && depth < maxDepth {
				at = n
				depth++
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			local := localName(string(name))
			for n, up := at, 1; n != root; n, up = n.Parent, up+1 {
				if n.Data == local {
					at, depth = n.Parent, depth-up
					break
				}
			}
		}
	}
}

func localName(name string) string {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// xmlElements maps elements of the common vocabularies to those of HTML; 0
// leaves the element out. A feed's <link> is an address, not text.
var xmlElements = map[string]atom.Atom{
	"p": atom.P, "para": atom.P, "simpara": atom.P, "ab": atom.P, "l": atom.P, "formula": atom.P, "longtitle": atom.P,
	"heading": atom.H2, "subheading": atom.H3, "crossheading": atom.H3, "title": atom.H2, "head": atom.H2, "article-title": atom.H1, "subtitle": atom.H2, "bridgehead": atom.H2,
	"h1": atom.H1, "h2": atom.H2, "h3": atom.H3, "h4": atom.H4, "h5": atom.H5, "h6": atom.H6,
	"item": atom.Li, "li": atom.Li, "listitem": atom.Li, "list-item": atom.Li, "point": atom.Li, "indent": atom.Li, "alinea": atom.P,
	"table": atom.Table, "informaltable": atom.Table, "tr": atom.Tr, "row": atom.Tr, "td": atom.Td, "cell": atom.Td, "entry": atom.Td, "th": atom.Th,
	"caption": atom.Caption, "figdesc": atom.Caption,
	"blockquote": atom.Blockquote, "quotedstructure": atom.Blockquote, "disp-quote": atom.Blockquote, "quote": atom.Blockquote,
	"pre": atom.Pre, "programlisting": atom.Pre, "screen": atom.Pre, "preformat": atom.Pre,
	"br": atom.Br, "eol": atom.Br, "lb": atom.Br,
	"a": atom.A, "ref": atom.A, "rref": atom.A, "mref": atom.A, "xref": atom.A, "ext-link": atom.A, "ulink": atom.A, "uri": atom.A, "ptr": atom.A,
	"meta": 0, "script": 0, "style": 0, "teiheader": 0, "link": 0, "guid": 0, "id": 0, "generator": 0, "docs": 0, "ttl": 0, "journal-meta": 0,
	"article-id": 0, "permissions": 0, "processing-meta": 0, "lastbuilddate": 0, "object-id": 0, "graphic": 0, "noteref": 0, "comments": 0, "enclosure": 0,
}

// inText are elements that stand among words also where they stand alone.
var inText = map[string]bool{
	"b": true, "i": true, "u": true, "em": true, "strong": true, "sup": true, "sub": true, "span": true, "inline": true, "hi": true, "emph": true,
	"emphasis": true, "italic": true, "bold": true, "sc": true, "ins": true, "del": true, "term": true, "def": true, "abbr": true, "date": true,
	"person": true, "persname": true, "organization": true, "orgname": true, "placename": true, "location": true, "quotedtext": true, "doctitle": true,
	"docnumber": true, "doctype": true, "docdate": true, "docproponent": true, "shorttitle": true, "role": true, "signature": true, "num": true,
	"label": true, "pb": true, "foreign": true, "name": true, "choice": true, "supplied": true, "remark": true, "embeddedtext": true, "font": true,
	"surname": true, "given-names": true, "forename": true, "tt": true, "code": true, "small": true,
}

// renderable copies the tree with elements that render knows.
func renderable(root *html.Node, clock *clock) *html.Node {
	out := &html.Node{Type: html.DocumentNode}
	copyXML(root, out, false, "", clock)
	return out
}

// shortNumber is how long the number of an item may be that stands on the line
// of its text: "(a)", "12bis." "Article 12" is a line of its own.
const shortNumber = 8

// copyXML copies what n holds to to. inline says that words stand around it;
// number is what the first line starts with.
func copyXML(n, to *html.Node, inline bool, number string, clock *clock) {
	clock.tick()
	mixed := inline || holdsWords(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			if markup(c.Data) && !inline && onlyText(n) {
				copyMarkup(c.Data, to, clock)
				continue
			}
			to.AppendChild(&html.Node{Type: html.TextNode, Data: c.Data})
			continue
		}
		if c.Type != html.ElementNode {
			continue
		}
		if (c.Data == "num" || c.Data == "label") && !mixed {
			if t := strings.TrimSpace(content(c, 100)); len(t) <= shortNumber {
				number = t
				continue
			}
		}
		a, known := xmlElements[c.Data]
		if known && a == 0 {
			continue
		}
		switch {
		case a == atom.Li && child(c, "title"):
			a = atom.Div // of a feed
		case a == atom.P && child(c, "doctitle"):
			a = atom.H1
		}
		if !known {
			switch {
			case mixed || inText[c.Data] && to.DataAtom == atom.P:
				a = atom.Span
			case inText[c.Data] && (c.Data == "num" || c.Data == "label"):
				a = atom.H3
			case holdsWords(c) && !(onlyText(c) && markup(content(c, 4<<10))):
				a = atom.P
			default:
				a = atom.Div
			}
		}
		if mixed && elements[a].block && a != atom.Br {
			// A list inside a paragraph is a block all the same.
			if !xmlBlock(a) {
				a = atom.Span
			}
		}
		e := &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
		if a == atom.A {
			for _, at := range c.Attr {
				if localName(at.Key) == "href" || at.Key == "target" || at.Key == "url" {
					e.Attr = []html.Attribute{{Key: "href", Val: at.Val}}
				}
			}
		}
		to.AppendChild(e)
		inside := mixed && !elements[a].block || a == atom.P || a == atom.A || a == atom.Span || elements[a].kind == extractors.Heading
		if number != "" && (a != atom.Div || holdsWords(c)) {
			e.AppendChild(&html.Node{Type: html.TextNode, Data: number + " "})
			number = ""
		}
		copyXML(c, e, inside, number, clock)
		number = ""
	}
	if number != "" {
		to.AppendChild(&html.Node{Type: html.TextNode, Data: number})
	}
}

// xmlBlock reports whether an element is a block wherever it stands.
func xmlBlock(a atom.Atom) bool {
	switch a {
	case atom.Li, atom.Table, atom.Tr, atom.Td, atom.Th, atom.Blockquote, atom.Pre, atom.P:
		return true
	}
	return false
}

// holdsWords reports whether words stand directly in an element.
func holdsWords(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return true
		}
	}
	return false
}

// child reports whether an element of a name stands directly in n.
func child(n *html.Node, name string) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Data == name {
			return true
		}
	}
	return false
}

func onlyText(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode {
			return false
		}
	}
	return true
}

// markup reports whether a text is HTML, as in the items of feeds.
func markup(s string) bool {
	low := strings.ToLower(s[:min(len(s), 4<<10)])
	for _, tag := range []string{"</p>", "<br", "</a>", "<p>", "</div>", "</li>", "</strong>", "</em>", "<img "} {
		if strings.Contains(low, tag) {
			return true
		}
	}
	return false
}

// copyMarkup adds HTML that stands in a text.
func copyMarkup(s string, to *html.Node, clock *clock) {
	body := parse(s, clock)
	for n := body; n != nil; n = following(n, body) {
		if n.DataAtom == atom.Body {
			body = n
			break
		}
	}
	box := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
	for c := body.FirstChild; c != nil; {
		next := c.NextSibling
		body.RemoveChild(c)
		box.AppendChild(c)
		c = next
	}
	to.AppendChild(box)
}

// content returns the text in an element, up to about limit bytes.
func content(n *html.Node, limit int) string {
	var b strings.Builder
	for c := n; c != nil && b.Len() < limit; c = following(c, n) {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// xmlFacts are what the elements for metadata say, the best of each kind first.
type xmlFacts struct {
	title, docTitle, published, modified, lang, author, url string
}

// gather reads the elements of the tree.
func (f *xmlFacts) gather(root *html.Node) {
	set := func(to *string, v string) {
		if *to == "" {
			*to = strings.TrimSpace(v)
		}
	}
	titles := 0
	for n := root; n != nil; n = following(n, root) {
		if n.Type != html.ElementNode {
			continue
		}
		set(&f.lang, attribute(n, "xml:lang"))
		switch n.Data {
		case "title", "article-title":
			// The first title, when nothing of the body came before.
			if titles++; titles == 1 && !within(n, "body", "item", "entry") {
				set(&f.title, content(n, 400))
			}
		case "doctitle":
			set(&f.docTitle, content(n, 400))
		case "frbrdate":
			if n.Parent != nil && (n.Parent.Data == "frbrwork" || n.Parent.Data == "frbrexpression") {
				set(&f.published, edtf(attribute(n, "date")))
			}
		case "frbrlanguage":
			set(&f.lang, attribute(n, "language"))
		case "frbrauthor":
			set(&f.author, strings.TrimPrefix(attribute(n, "as"), "#"))
		case "docdate":
			set(&f.published, edtf(attribute(n, "date")))
		case "publicationdate", "pubdate", "issued", "published", "date":
			if !within(n, "body", "item", "entry", "p") {
				set(&f.published, xmlDate(n))
			}
		case "updated", "modified", "datemodified":
			if !within(n, "body", "item", "entry", "p") {
				set(&f.modified, xmlDate(n))
			}
		case "pub-date":
			set(&f.published, xmlDate(n))
		case "language":
			if n.FirstChild != nil && n.FirstChild.NextSibling == nil {
				if t := content(n, 20); len(t) <= 8 {
					set(&f.lang, t)
				}
			}
		case "creator":
			set(&f.author, name(content(n, 200)))
		case "link":
			if !within(n, "item", "entry", "body") {
				set(&f.url, address(content(n, 400)))
			}
		}
	}
}

// within reports whether n lies in an element of one of the names.
func within(n *html.Node, names ...string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		for _, name := range names {
			if p.Data == name {
				return true
			}
		}
	}
	return false
}

// xmlDate returns the date that an element holds: as text, as an attribute, or
// as day, month and year.
func xmlDate(n *html.Node) string {
	for _, key := range []string{"date", "when", "iso-8601-date"} {
		if d := edtf(attribute(n, key)); d != "" {
			return d
		}
	}
	part := map[string]int{}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			part[c.Data], _ = strconv.Atoi(content(c, 10))
		}
	}
	switch y, m, d := part["year"], part["month"], part["day"]; {
	case y > 0 && m > 0 && d > 0:
		return edtf(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
	case y > 0 && m > 0:
		return edtf(fmt.Sprintf("%04d-%02d", y, m))
	case y > 0:
		return edtf(fmt.Sprintf("%04d", y))
	}
	text := content(n, 60)
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return edtf(text)
}

// threeLetters are the codes of Akoma Ntoso for the languages of this program.
var threeLetters = map[string]string{"fra": "fr", "fre": "fr", "eng": "en"}

func (f *xmlFacts) fill(p *Page) {
	p.Title = f.docTitle
	if p.Title == "" {
		p.Title = f.title
	}
	p.Published, p.Modified, p.Author, p.URL = f.published, f.modified, f.author, f.url
	p.Lang = strings.ToLower(f.lang)
	if two, ok := threeLetters[p.Lang]; ok {
		p.Lang = two
	}
}
