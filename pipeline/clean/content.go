package clean

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tamis/extractors"
)

// A box is an element that stands as a block, as the model of a page's content
// sees it: a range of blocks, with what speaks for and against it.
type box struct {
	parent     int // -1 for the page
	start, end int // blocks
	atom       atom.Atom
	part       sense

	prose   int // bytes of running text inside
	mass    float64
	letters int
	linked  int
}

// A home is where a block stands: its innermost box, and what the inline
// elements say that hold most of it.
type home struct {
	box  int
	part sense
}

func (r *renderer) open(n *html.Node, parent int) int {
	r.boxes = append(r.boxes, box{parent: parent, start: len(r.blocks), atom: n.DataAtom, part: r.partOf(n)})
	return len(r.boxes) - 1
}

// proseBytes returns the length of a block that is running text, 0 for others: sentences
// that are not a link.
func proseBytes(b *Block, s string) int {
	switch b.Kind {
	case extractors.Heading, extractors.Title, extractors.Menu, extractors.Caption, extractors.TableRow:
		return 0
	}
	if len(s) < 60 || b.Links > 0.5 {
		return 0
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'»”’)] \u00a0\u202f"))
	if !strings.ContainsRune(".!?…:;。！？", last) && len(s) < 150 {
		return 0
	}
	return int(float32(len(s)) * (1 - b.Links))
}

// A model is what the page's boxes tell about its content.
type model struct {
	*renderer
	text       string
	prose      []int   // by block
	parts      []sense // by block: what the boxes around it say
	title      int     // the block that is the title, -1 if none is seen
	main       int     // the box of the main content, -1 if none is seen
	start, end int     // its blocks
}

// findTitle marks the heading that says what a title of the page says, in other
// words of the same: most words of each are in the other. Of an article, the only heading of the
// first level is one, whatever it says.
func (r *renderer) findTitle(p *Page, f *facts) {
	only, best, most := -1, -1, 0.6
	seen := 0
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if b.Kind != extractors.Heading || b.Len() > maxTitle {
			continue
		}
		if seen++; seen > maxHeadings {
			break
		}
		if r.boxes[r.homes[i].box].atom == atom.H1 {
			if only == -1 {
				only = i
			} else {
				only = -2
			}
		}
		for _, t := range f.titles {
			if s := overlap(p.Text[b.Start:b.End], t); s > most {
				best, most = i, s
			}
		}
	}
	if best < 0 && f.article {
		best = only
	}
	if best >= 0 {
		p.Blocks[best].Kind = extractors.Title
	}
}

// The heading that is the title is not long, and among the first.
const (
	maxTitle    = 400
	maxHeadings = 200
)

// overlap returns the share of words that two titles have in common, 0 for titles of less than
// three words.
func overlap(a, b string) float64 {
	words := func(s string) []string {
		return strings.FieldsFunc(extractors.Fold(s), func(c rune) bool { return !extractors.InWord(c) })
	}
	wa, wb := words(a), words(b)
	if len(wa) < 3 || len(wb) < 3 || len(wa) > 60 || len(wb) > 60 {
		return 0
	}
	both := 0
	for _, w := range wa {
		if slices.Contains(wb, w) {
			both++
		}
	}
	return float64(both) / float64(max(len(wa), len(wb)))
}

// judge sets the hints of the blocks. What stands outside the main content is
// said of an article only: a page that does not say that it is one may well be
// a list, a form or a set of boxes side by side.
func (r *renderer) judge(p *Page, f *facts) {
	article := f.article
	m := &model{renderer: r, text: p.Text, prose: make([]int, len(p.Blocks)), parts: make([]sense, len(p.Blocks)), main: -1, title: -1}
	m.measure(p.Blocks)
	m.name(p.Blocks)
	m.listed(p.Blocks, f.body)
	m.choose(p.Blocks)
	if anchor := m.anchor(); anchor >= 0 && m.parts[anchor] == bodyPart {
		article = true
	}
	article = article && m.concentrated()
	var inText []int                 // blocks of the article
	first, last := len(p.Blocks), -1 // of the element that the page calls its main content
	for i := range p.Blocks {
		if region := p.Blocks[i].Region; region == "main" || region == "article" {
			first, last = min(first, i), i
		}
	}
	for i := range p.Blocks {
		b := &p.Blocks[i]
		inside := m.start <= i && i < m.end
		switch part := m.parts[i]; {
		case !article && first <= i && i <= last && !always[part]:
		case part > bodyPart:
			b.Hint = partNames[part]
		case article && inside:
			b.Hint = "body"
			inText = append(inText, i)
		case article && b.Kind != extractors.Title:
			b.Hint = "outside"
		}
	}
	if len(inText) > 0 {
		m.setApart(p.Blocks, inText)
	}
}

// setApart tells in an article what its author did not write: pages that it
// points to, teasers, and what the template puts above the text. list holds the
// blocks of the article. The caption of a figure belongs to it, unless names
// call it one: what templates call captions are credits of photographs as
// often, and with them the news pages of the content set score .004 less.
func (m *model) setApart(blocks []Block, list []int) {
	prose, all := 0, 0
	first, last := -1, -1 // running text, in list
	for k, i := range list {
		all += blocks[i].Len()
		if m.prose[i] == 0 {
			continue
		}
		prose += m.prose[i]
		if first < 0 {
			first = k
		}
		last = k
	}
	m.teasers(blocks, list)
	running := prose*10 > all*6
	linked := linkLists(blocks, list, last)
	for _, i := range list[:max(first, 0)] {
		if blocks[i].Kind == extractors.ListItem {
			first = 0 // the text opens with a list
		}
	}
	for k, i := range list {
		b := &blocks[i]
		s := m.text[b.Start:b.End]
		switch {
		case b.Hint != "body":
		case b.Kind == extractors.Paragraph && running && b.Links >= 0.85 && b.Len() >= 25 && strings.Count(s, " ") >= 3 && m.nextToText(list, k):
			b.Hint = partNames[relatedPart]
		case running && linked[k]:
			b.Hint = partNames[relatedPart]
			if above := k - 1; above >= 0 && m.prose[list[above]] == 0 && blocks[list[above]].Len() <= 60 && blocks[list[above]].Kind != extractors.ListItem {
				blocks[list[above]].Hint = partNames[relatedPart]
			}
		case k < first && b.Kind == extractors.Paragraph && b.Len() <= 40:
			b.Hint = partNames[datePart]
		}
	}
}

// teasers finds three texts or more that break off, each with a link or a
// heading before the next, and no whole text between them.
func (m *model) teasers(blocks []Block, list []int) {
	n, linked, start := 0, false, 0
	for k := 0; k <= len(list); k++ {
		if k < len(list) {
			b := &blocks[list[k]]
			if m.prose[list[k]] == 0 {
				linked = linked || b.Links >= 0.85 || b.Kind == extractors.Heading
				continue
			}
			if truncated(m.text[b.Start:b.End]) && (n == 0 || linked) {
				if n++; n == 1 {
					start = k
				}
				linked = false
				continue
			}
		}
		if n >= 3 {
			for start > 0 && m.prose[list[start-1]] == 0 {
				start-- // the heading of the first teaser, or of all
			}
			for _, i := range list[start:k] {
				blocks[i].Hint = partNames[relatedPart]
			}
		}
		n, linked = 0, false
	}
}

// nextToText reports whether running text stands above or below a block.
func (m *model) nextToText(list []int, k int) bool {
	return k > 0 && m.prose[list[k-1]] > 0 || k+1 < len(list) && m.prose[list[k+1]] > 0
}

// linkLists returns which of the blocks stand in lists of links to other pages: each
// item is one, or each has one and the text, which ends with last, is over.
func linkLists(blocks []Block, list []int, last int) []bool {
	in := make([]bool, len(list))
	for from := 0; from < len(list); {
		least, to := float32(1), from
		for to < len(list) && blocks[list[to]].Kind == extractors.ListItem {
			least = min(least, blocks[list[to]].Links)
			to++
		}
		if to-from > 1 && (least >= 0.85 || least >= 0.3 && from > last) {
			for k := from; k < to; k++ {
				in[k] = true
			}
		}
		from = max(to, from+1)
	}
	return in
}

// truncated reports whether a text breaks off, as that of teasers does.
func truncated(s string) bool {
	s = strings.TrimRight(s, " ]")
	return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...")
}

// always are the parts that are no content on any page.
var always = [...]bool{toolsPart: false, commentsPart: true, adPart: true, newsletterPart: true, consentPart: true, hiddenPart: true}

// concentrated reports whether the main content holds two thirds of the running
// text that nothing speaks against. Where it does not, the page is no article, whatever
// it says of itself: systems say it of lists, too.
func (m *model) concentrated() bool {
	if m.main < 0 {
		return false
	}
	in, out := 0, 0
	for i, n := range m.prose {
		switch {
		case m.parts[i] > bodyPart:
		case m.start <= i && i < m.end:
			in += n
		default:
			out += n
		}
	}
	return in > 2*out
}

// measure adds up what stands in each box.
func (m *model) measure(blocks []Block) {
	for i := range blocks {
		b := &blocks[i]
		if m.title < 0 && b.Kind == extractors.Title {
			m.title = i
		}
		m.prose[i] = proseBytes(b, m.text[b.Start:b.End])
		h := &m.boxes[m.homes[i].box]
		h.prose += m.prose[i]
		h.letters += b.Len()
		h.linked += int(b.Links * float32(b.Len()))
	}
	for i := len(m.boxes) - 1; i > 0; i-- {
		b := &m.boxes[i]
		p := &m.boxes[b.parent]
		p.prose += b.prose
		p.letters += b.letters
		p.linked += b.linked
	}
}

// name takes over what the names of boxes say about the blocks inside, where
// it can be so: most of the page's running text is no sidebar, whatever the
// name says, and a date or a byline is no paragraph.
func (m *model) name(blocks []Block) {
	all := m.boxes[0].prose
	anchor := m.anchor()
	for i := 1; i < len(m.boxes); i++ {
		b := &m.boxes[i]
		up := m.boxes[b.parent].part
		switch b.part {
		case noPart:
		case bodyPart:
			if up == commentsPart || up == relatedPart || up == sidebarPart {
				b.part = up
			}
		case commentsPart:
			if b.prose*10 > all*9 {
				b.part = noPart
			}
		case datePart, captionPart, tagsPart, crumbsPart, toolsPart, sharePart, authorPart, hiddenPart, loginPart:
			if b.prose*5 > all {
				b.part = noPart
			}
		default:
			if b.prose*5 > all*4 || b.prose*5 > all*2 && b.start <= anchor && anchor < b.end {
				b.part = noPart
			}
		}
		if b.part == noPart || b.part == bodyPart && up > bodyPart {
			b.part = up
		}
	}
	for i := range blocks {
		m.parts[i] = m.boxes[m.homes[i].box].part
		if m.parts[i] <= bodyPart && m.homes[i].part > bodyPart && m.prose[i] == 0 {
			m.parts[i] = m.homes[i].part
		}
	}
}

// listed takes over from JSON-LD which running text is the article's. Many
// pages have but the start of it there, so what is missing says nothing.
func (m *model) listed(blocks []Block, body string) {
	if len(body) < minListed {
		return
	}
	whole := lettersOf(body, len(body))
	for i := range blocks {
		if m.prose[i] > 0 && strings.Contains(whole, lettersOf(m.text[blocks[i].Start:blocks[i].End], 100)) {
			m.parts[i] = bodyPart
		}
	}
}

// minListed is the length of the shortest articleBody that counts.
const minListed = 300

// lettersOf returns the letters and digits of a text that fit in so many
// bytes, in lower case: enough to find it in a copy with other white space, marks and tags.
func lettersOf(s string, most int) string {
	out := make([]byte, 0, min(most, len(s)))
	tag := false
	for i := 0; i < len(s) && len(out) < most; i++ {
		switch c := s[i]; {
		case c == '<':
			tag = true
		case c == '>':
			tag = false
		case tag:
		case 'A' <= c && c <= 'Z':
			out = append(out, c|0x20)
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c >= 0xC0 && c != 0xC2 && c != 0xE2:
			out = append(out, c)
		}
	}
	return string(out)
}

// anchor returns the first block of running text below the title.
func (m *model) anchor() int {
	for i := max(m.title, 0); i < len(m.prose); i++ {
		if m.prose[i] >= 100 {
			return i
		}
	}
	return -1
}

// choose finds the box of the main content: where most of the running text
// stands close together, near the title.
func (m *model) choose(blocks []Block) {
	decay := [...]float64{1, 1, 0.6, 0.35, 0.15, 0.05}
	near := 5
	for i := range blocks {
		if m.prose[i] == 0 || m.parts[i] > bodyPart {
			continue
		}
		weight := float64(m.prose[i])
		switch {
		case i < m.title:
			weight *= 0.3
		case m.title >= 0 && near > 0:
			weight *= 1.5
			near--
		}
		if m.parts[i] == bodyPart {
			weight *= 1.5
		}
		switch blocks[i].Region {
		case "nav", "footer", "header", "aside":
			weight *= 0.3
		}
		box := m.homes[i].box
		for d := 0; d < len(decay) && box >= 0; d++ {
			m.boxes[box].mass += decay[d] * weight
			box = m.boxes[box].parent
		}
	}
	for i := range m.boxes {
		if m.boxes[i].mass > 0 && (m.main < 0 || m.boxes[i].mass > m.boxes[m.main].mass) {
			m.main = i
		}
	}
	if m.main < 0 {
		return
	}
	m.start, m.end = m.boxes[m.main].start, m.boxes[m.main].end
	// Running text and the rest up to each block, below the title, that nothing speaks against.
	prose, other := make([]int, len(blocks)+1), make([]int, len(blocks)+1)
	for i := range blocks {
		prose[i+1], other[i+1] = prose[i], other[i]
		switch {
		case m.parts[i] > bodyPart || i <= m.title:
		case m.prose[i] > 0:
			prose[i+1] += m.prose[i]
		case blocks[i].Links < 0.3 && (blocks[i].Kind == extractors.ListItem || blocks[i].Kind == extractors.TableRow || blocks[i].Kind == extractors.Quote):
			prose[i+1] += blocks[i].Len() // lists and tables of the article
		case blocks[i].Links < 0.3 && blocks[i].Kind == extractors.Heading:
		default:
			other[i+1] += blocks[i].Len()
		}
	}
	added := func(sum []int, b *box) int { return sum[b.end] - sum[b.start] - (sum[m.end] - sum[m.start]) }
	for up := m.boxes[m.main].parent; up > 0 && m.boxes[up].atom != atom.Body; up = m.boxes[up].parent {
		b := &m.boxes[up]
		if text := added(prose, b); text > 100 && text > 2*added(other, b) {
			m.main, m.start, m.end = up, b.start, b.end
		}
	}
}
