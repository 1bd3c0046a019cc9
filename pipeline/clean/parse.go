package clean

import (
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parse builds the tree of a page.
//
// html.Parse follows the standard, which asks it to open formatting elements
// again in each block after one that left them open. A page of nothing but
// "<b id=1><p>" takes it for ever, and it gives up at 512 open elements. Such
// pages are rare and broken; for them a plainer tree does, built from the same
// tokens.
func parse(s string, c *clock) *html.Node {
	c.ask()
	buf := pages.Get().(*[]byte)
	defer pages.Put(buf)
	page, tame := shrink(s, *buf)
	if cap(page) < maxKept {
		*buf = page
	}
	if tame {
		if root, err := html.Parse(c.reader(page)); err == nil {
			return root
		}
	}
	return parsePlain(page, c)
}

// pages holds what pages were shrunk into, for the next ones.
var pages = sync.Pool{New: func() any { return new([]byte) }}

const maxKept = 16 << 20

// A formattingCount follows which formatting elements are open.
type formattingCount struct {
	now             [15]int
	tags, all, most int
}

// formatting numbers the elements that html.Parse opens again; 0 is any other.
func formatting(name string) int {
	if len(name) > len("strong") {
		return 0
	}
	var low [len("strong")]byte
	for i := range len(name) {
		low[i] = name[i] | 0x20
	}
	switch string(low[:len(name)]) {
	case "a":
		return 1
	case "b":
		return 2
	case "big":
		return 3
	case "code":
		return 4
	case "em":
		return 5
	case "font":
		return 6
	case "i":
		return 7
	case "nobr":
		return 8
	case "s":
		return 9
	case "small":
		return 10
	case "strike":
		return 11
	case "strong":
		return 12
	case "tt":
		return 13
	case "u":
		return 14
	}
	return 0
}

func (f *formattingCount) open(name string) {
	f.tags++
	if k := formatting(name); k > 0 {
		f.now[k]++
		f.all++
		f.most = max(f.most, f.all)
	}
}

func (f *formattingCount) close(name string) {
	f.tags++
	if k := formatting(name); k > 0 && f.now[k] > 0 {
		f.now[k]--
		f.all--
	}
}

// page counts what looks like tags on a page.
func (f *formattingCount) page(s string) {
	for i := 0; ; {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
			return
		}
		i += next + 1
		closing := i < len(s) && s[i] == '/'
		if closing {
			i++
		}
		start := i
		for i < len(s) && !endsName(s[i]) && s[i] != '<' {
			i++
		}
		if closing {
			f.close(s[start:i])
		} else {
			f.open(s[start:i])
		}
	}
}

// tame reports whether html.Parse handles the page in time that grows with its
// length: few formatting elements are open at once, for the number of tags in
// which they may have to be opened again.
func (f *formattingCount) tame() bool { return f.most < 16 || f.most*f.tags < 1<<22 }

// maxDepth bounds the tree of parsePlain: what is nested deeper stands at this
// depth.
const maxDepth = 300

// parsePlain builds a tree from tokens. It knows empty elements, paragraphs,
// list items and cells that end where the next begins, and that an end tag
// closes what is open inside; nothing is moved or opened again.
func parsePlain(page []byte, c *clock) *html.Node {
	root := &html.Node{Type: html.DocumentNode}
	stack := []*html.Node{root}
	z := html.NewTokenizer(c.reader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return root // a reader of a string ends and does not fail
		case html.TextToken:
			top := stack[len(stack)-1]
			top.AppendChild(&html.Node{Type: html.TextNode, Data: string(z.Text())})
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			for len(stack) > 1 && endsAt(stack[len(stack)-1].DataAtom, t.DataAtom) {
				stack = stack[:len(stack)-1]
			}
			n := &html.Node{Type: html.ElementNode, Data: t.Data, DataAtom: t.DataAtom, Attr: t.Attr}
			stack[len(stack)-1].AppendChild(n)
			if !void[t.DataAtom] && len(stack) < maxDepth {
				stack = append(stack, n)
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			for i := len(stack) - 1; i > 0; i-- {
				if stack[i].DataAtom == a && stack[i].Data == string(name) {
					stack = stack[:i]
					break
				}
				if !elements[a].block && elements[stack[i].DataAtom].block {
					break // an inline element does not close a block
				}
			}
		}
	}
}

// void are the elements without content.
var void = map[atom.Atom]bool{atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true,
	atom.Input: true, atom.Link: true, atom.Meta: true, atom.Param: true, atom.Source: true, atom.Track: true, atom.Wbr: true}

// endsAt reports whether an open element ends where another one begins.
func endsAt(open, next atom.Atom) bool {
	switch open {
	case atom.P:
		return elements[next].block && next != atom.Html && next != atom.Body
	case atom.Li:
		return next == atom.Li
	case atom.Dt, atom.Dd:
		return next == atom.Dt || next == atom.Dd
	case atom.Tr:
		return next == atom.Tr
	case atom.Td, atom.Th:
		return next == atom.Td || next == atom.Th || next == atom.Tr
	case atom.Option:
		return next == atom.Option
	case atom.Head:
		return next == atom.Body
	}
	return false
}

// openTags writes XHTML as HTML: "<script/>" and "<a name='x'/>" are whole
// elements there, and start tags in HTML.
func openTags(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; ; {
		end := strings.Index(s[i:], "/>")
		if end < 0 {
			break
		}
		end += i
		start := strings.LastIndexByte(s[i:end], '<') + i
		if start < i {
			i = end + 2
			continue
		}
		i = end + 2
		name := s[start+1 : end]
		if cut := strings.IndexAny(name, " \t\r\n/"); cut >= 0 {
			name = name[:cut]
		}
		if name == "" || strings.IndexByte(s[start:end], '>') >= 0 || void[atom.Lookup([]byte(strings.ToLower(name)))] {
			continue
		}
		b.WriteString(s[done:end])
		b.WriteString("></")
		b.WriteString(name)
		b.WriteString(">")
		done = end + 2
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}
