package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/unicode/norm"

	"tamis/extractors"
)

// render writes the text of a page: what a reader sees, a block on each line.
func render(root *html.Node) (string, []Block) {
	r := renderPage(root, nil)
	return r.written(), r.blocks
}

// renderPage returns the renderer, which knows more about the blocks.
func renderPage(root *html.Node, c *clock) *renderer {
	r := &renderer{root: root, clock: c, link: -1, inPart: -1, boxes: []box{{parent: -1}}}
	r.children(root, setting{})
	r.flush()
	r.boxes[0].end = len(r.blocks)
	markLinkLists(r.blocks)
	return r
}

// written returns the text.
func (r *renderer) written() string { return strings.TrimSuffix(string(r.out), "\n") }

// A setting is what the elements around a node say about its text.
type setting struct {
	kind   extractors.Kind
	region string
	pre    bool // white space counts
	cell   bool // inside a row: blocks are no lines of their own
	box    int  // the innermost box
}

// A renderer holds the text so far. The block that is being written starts at
// start; it gets its kind and region when it ends.
type renderer struct {
	root   *html.Node
	clock  *clock
	opened map[string]bool // see revealed; nil until it is asked

	out     []byte
	blocks  []Block
	repairs Repairs
	start   int
	ctx     setting
	links   int // letters of the block that stand in links
	link    int // where the link starts that is being written, -1 outside links

	boxes  []box
	homes  []home           // of each block
	known  map[string]sense // what names say that were seen on this page
	part   sense            // what the names say of inline elements in the block
	partly int              // letters of the block in such elements
	inPart int              // where the one starts that is being written, -1 outside one

	space bool // white space since the last word
	tab   bool // a cell ended since the last word
	apart int  // what stood since the last word, see glue
	odd   bool // the block may not be in normal form C
}

// Degrees of r.apart: what to do where the next word would touch the last.
const (
	glued   = iota // "O<b>IM</b>" is one word
	sibling        // elements side by side: "Jane Doe" and "May 3" are two
	boxed          // links or boxes side by side: never one word
)

func (r *renderer) children(n *html.Node, ctx setting) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			if ctx.pre {
				r.preformatted(c.Data, ctx)
			} else {
				r.text(c.Data, ctx)
			}
		case html.ElementNode:
			r.element(c, ctx)
		case html.DocumentNode:
			r.children(c, ctx)
		}
	}
}

func (r *renderer) element(n *html.Node, ctx setting) {
	r.clock.tick()
	e := elements[n.DataAtom]
	switch {
	case e.skip:
		if e.apart {
			r.apart = boxed
		}
		return
	case n.DataAtom == atom.Br:
		if ctx.cell {
			r.space = true
		} else if ctx.pre {
			r.preformatted("\n", ctx)
		} else {
			r.flush()
		}
		return
	case n.DataAtom == atom.Wbr:
		return
	}
	role, hidden := attributes(n)
	if hidden && !r.revealed(n, role) {
		return
	}
	if !e.block {
		r.inline(n, e, ctx)
		return
	}
	outer := ctx
	ctx = inner(n, e, role, ctx)
	if !ctx.cell {
		r.flush()
		ctx.box = r.open(n, ctx.box)
	}
	switch {
	case n.DataAtom == atom.Tr && !ctx.cell && isData(n):
		if ctx.kind == "" {
			ctx.kind = extractors.TableRow
		}
		ctx.cell = true
		r.children(n, ctx)
		r.flush()
	case ctx.cell:
		if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
			r.tab = len(r.out) > r.start
		}
		r.space = true
		r.children(n, ctx)
		r.space = true
	default:
		r.children(n, ctx)
		r.flush()
	}
	if !outer.cell {
		r.boxes[ctx.box].end = len(r.blocks)
	}
}

// inline renders an element that stands among words.
func (r *renderer) inline(n *html.Node, e element, ctx setting) {
	link := n.DataAtom == atom.A && len(n.Attr) > 0
	if p := n.PrevSibling; p != nil && p.Type == html.ElementNode && !elements[p.DataAtom].block && p.DataAtom != atom.Wbr {
		switch {
		case n.DataAtom == atom.A || p.DataAtom == atom.A:
			r.apart = boxed
		case n.DataAtom != atom.Sup && n.DataAtom != atom.Sub:
			r.apart = max(r.apart, sibling)
		}
	}
	if e.apart {
		r.apart = boxed
	}
	link = link && r.link < 0
	if link {
		r.link = len(r.out)
	}
	inside := noPart
	if r.inPart < 0 && n.Parent != r.root {
		if inside = r.partOf(n); inside > bodyPart {
			r.inPart = len(r.out)
			r.part = inside
		}
	}
	r.children(n, ctx)
	if inside > bodyPart {
		r.partly += letters(r.out[r.inPart:])
		r.inPart = -1
	}
	if link {
		r.links += letters(r.out[r.link:])
		r.link = -1
	}
	if e.apart {
		r.apart = boxed
	}
}

// revealed reports whether a reader can open a hidden element in its place:
// the panel of a tab, a part of the text folded under its heading.
func (r *renderer) revealed(n *html.Node, role string) bool {
	switch role {
	case "tabpanel", "region":
		return true
	case "dialog", "alertdialog", "alert", "status", "tooltip", "search":
		return false
	}
	id := attribute(n, "id")
	if id == "" || n.DataAtom == atom.Dialog || n.DataAtom == atom.Form {
		return false
	}
	if r.opened == nil {
		r.opened = make(map[string]bool)
		for d := r.root; d != nil; d = following(d, r.root) {
			if d.Type == html.ElementNode && attribute(d, "aria-expanded") != "" {
				r.opened[attribute(d, "aria-controls")] = true
			}
		}
	}
	return r.opened[id]
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// attributes returns what an element's attributes say: its role, and that a
// reader does not see it.
func attributes(n *html.Node) (role string, hidden bool) {
	open := false
	for _, a := range n.Attr {
		switch a.Key {
		case "role":
			role = a.Val
		case "hidden":
			hidden = hidden || a.Val != "until-found"
		case "open":
			open = true
		case "style":
			hidden = hidden || invisible(a.Val)
		}
	}
	return role, hidden || n.DataAtom == atom.Dialog && !open
}

// invisible reports whether a style says display:none or visibility:hidden.
func invisible(style string) bool {
	for style != "" {
		var rule string
		rule, style, _ = strings.Cut(style, ";")
		name, value, _ := strings.Cut(rule, ":")
		value, _, _ = strings.Cut(value, "!")
		value = strings.TrimSpace(value)
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, "display") && strings.EqualFold(value, "none"),
			strings.EqualFold(name, "visibility") && strings.EqualFold(value, "hidden"):
			return true
		}
	}
	return false
}

// regions by the roles of ARIA.
var regions = map[string]string{
	"main": "main", "article": "article", "navigation": "nav", "menu": "nav", "menubar": "nav",
	"banner": "header", "contentinfo": "footer", "complementary": "aside",
}

// inner returns the setting inside a block element.
func inner(n *html.Node, e element, role string, ctx setting) setting {
	region := e.region
	if named, ok := regions[role]; ok {
		region = named
	}
	switch {
	case region == "":
	case region == "header" && (ctx.region == "main" || ctx.region == "article"):
		// The header of an article holds its title.
	case region == "article" && ctx.region != "" && ctx.region != "main":
		// A teaser in a sidebar is no article.
	default:
		ctx.region = region
	}
	switch {
	case ctx.region == "nav" && e.kind != extractors.Heading:
		ctx.kind = extractors.Menu
	case e.kind != "" && (ctx.kind != extractors.Quote || e.kind != extractors.ListItem):
		ctx.kind = e.kind
	}
	if e.kind == extractors.Pre {
		ctx.pre = true
	}
	return ctx
}

// cellBytes is how long the text of a cell of data may be.
const cellBytes = 500

// isData reports whether a row of a table holds data: two cells or more, all
// of them short. Pages are laid out in tables, too: their cells hold whole
// blocks of text.
func isData(tr *html.Node) bool {
	cells := 0
	for cell := tr.FirstChild; cell != nil; cell = cell.NextSibling {
		blocks, size := 0, 0
		if cell.Type == html.ElementNode {
			cells++
		}
		for n := cell.FirstChild; n != nil; n = following(n, cell) {
			if n.Type == html.TextNode {
				if size += len(strings.TrimSpace(n.Data)); size > cellBytes {
					return false
				}
			}
			if n.Type != html.ElementNode {
				continue
			}
			e := elements[n.DataAtom]
			if !e.block {
				continue
			}
			blocks++
			if blocks > 2 || e.kind != "" || n.DataAtom == atom.Table || n.DataAtom == atom.Form || n.DataAtom == atom.Section {
				return false
			}
		}
	}
	return cells > 1
}

// following returns the node after n in the order of the document, nil after
// the last one inside root.
func following(n, root *html.Node) *html.Node {
	if n.FirstChild != nil {
		return n.FirstChild
	}
	for ; n != root; n = n.Parent {
		if n.NextSibling != nil {
			return n.NextSibling
		}
	}
	return nil
}

// repaired returns a text node without mojibake.
func (r *renderer) repaired(s string) string {
	edits, n := mojibake(s)
	if n > 0 {
		r.repairs.Mojibake += n
		s, _ = apply(s, edits)
	}
	return s
}

// text adds a text node to the block: white space collapses, and comes before
// the next word only.
func (r *renderer) text(s string, ctx setting) {
	s = r.repaired(s)
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && plain[s[i]] && s[i] > ' ' {
			i++
		}
		if i > start {
			r.word(s[start:i], ctx)
			continue
		}
		if c := s[i]; c <= ' ' && (c == ' ' || '\t' <= c && c <= '\r') {
			r.space = true
			i++
			continue
		}
		c, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch clean := cleanRune(c); clean {
		case "":
		case " ", "\n":
			r.space = true
		case stays:
			r.odd = r.odd || c >= 0x300
			r.word(s[i-n:i], ctx)
		default:
			r.word(clean, ctx)
		}
	}
}

// word adds characters without white space.
func (r *renderer) word(s string, ctx setting) {
	switch {
	case len(r.out) == r.start:
		r.ctx = ctx
	case r.tab:
		r.out = append(r.out, '\t')
	case r.space, r.apart != glued && r.parts(s):
		r.out = append(r.out, ' ')
	}
	r.space, r.tab, r.apart = false, false, glued
	r.out = append(r.out, s...)
}

// parts reports whether a space belongs between what stands at the end of the
// text and s, which comes from another element.
func (r *renderer) parts(s string) bool {
	before, _ := utf8.DecodeLastRune(r.out)
	after, _ := utf8.DecodeRuneInString(s)
	if r.apart == boxed {
		return (extractors.InWord(before) || strings.ContainsRune(".,;:!?)»”…", before)) && extractors.InWord(after)
	}
	// "Doe" "May", "12" "May", "May" "3", "end." "Next"
	switch {
	case unicode.IsUpper(after):
		return unicode.IsLower(before) || unicode.IsDigit(before) || strings.ContainsRune(".;:!?)»”…", before)
	case unicode.IsDigit(after):
		return unicode.IsLower(before)
	}
	return false
}

// preformatted adds text whose line breaks count. Every line is a block.
func (r *renderer) preformatted(s string, ctx setting) {
	s = r.repaired(s)
	for {
		line, rest, more := strings.Cut(s, "\n")
		for _, c := range line {
			switch clean := cleanRune(c); {
			case clean == "\n":
				r.flush()
			case clean == stays || clean != "":
				if len(r.out) == r.start {
					r.ctx = ctx
				}
				if clean == stays {
					r.odd = r.odd || c >= 0x300
					r.out = utf8.AppendRune(r.out, c)
				} else {
					r.out = append(r.out, clean...)
				}
			}
		}
		if !more {
			return
		}
		r.flush()
		s = rest
	}
}

// flush ends the block.
func (r *renderer) flush() {
	r.space, r.tab, r.apart = false, false, glued
	end := len(r.out)
	for end > r.start && (r.out[end-1] == ' ' || r.out[end-1] == '\t') {
		end--
	}
	r.out = r.out[:end]
	if end == r.start {
		if r.link >= 0 {
			r.link = end
		}
		if r.inPart >= 0 {
			r.inPart = end
		}
		r.links, r.partly, r.odd = 0, 0, false
		return
	}
	if r.link >= 0 {
		r.links += letters(r.out[r.link:])
	}
	if r.odd {
		if block := r.out[r.start:]; !norm.NFC.IsNormal(block) {
			clean, _, _ := cleanChars(string(block))
			r.out = append(r.out[:r.start], norm.NFC.String(clean)...)
			r.repairs.NFC++
			end = len(r.out)
		}
	}
	if r.inPart >= 0 {
		r.partly += letters(r.out[r.inPart:])
	}
	b := Block{Span: extractors.Span{Start: r.start, End: end}, Kind: r.ctx.kind, Region: r.ctx.region, Source: unknown}
	if b.Kind == "" {
		b.Kind = extractors.Paragraph
	}
	if r.links > 0 {
		b.Links = share(r.links, letters(r.out[r.start:end]))
	}
	r.blocks = append(r.blocks, b)
	home := home{r.ctx.box, noPart}
	if r.partly > 0 && share(r.partly, letters(r.out[r.start:end])) > 0.8 {
		home.part = r.part
	}
	r.homes = append(r.homes, home)
	r.out = append(r.out, '\n')
	r.start = len(r.out)
	if r.link >= 0 {
		r.link = r.start
	}
	if r.inPart >= 0 {
		r.inPart = r.start
	}
	r.links, r.partly, r.odd = 0, 0, false
}

// unknown is the Source of a block of HTML.
var unknown = extractors.Span{Start: -1, End: -1}

// markLinkLists marks runs of short blocks outside the main content that are
// nothing but links: menus without <nav>.
func markLinkLists(blocks []Block) {
	item := func(b Block) bool {
		return b.Links > 0.9 && b.Len() <= 2*menuBytes && b.Region != "main" && b.Region != "article" &&
			(b.Kind == extractors.ListItem || b.Kind == extractors.Paragraph || b.Kind == extractors.TableRow || b.Kind == extractors.Menu)
	}
	for i := 0; i < len(blocks); {
		j := i
		for j < len(blocks) && item(blocks[j]) {
			j++
		}
		if j-i >= menuLines {
			for k := i; k < j; k++ {
				blocks[k].Kind = extractors.Menu
			}
		}
		i = max(j, i+1)
	}
}
