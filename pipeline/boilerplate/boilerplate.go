// Package boilerplate tells the repeated lines of a site, its menus, mastheads
// and footers, from what its documents say.
//
// No sign is enough by itself. A menu of two pages and a quotation in two
// articles are both repeated twice; what tells them apart is that the menu is a
// run of labels at the rim of the page and the quotation a sentence among
// sentences. So every block gets a score, evidence for boilerplate above zero
// and for content below, and a document is cut into stretches of content and
// boilerplate such that the scores of what is boilerplate, less a cost for
// every cut, add up to the most. The cost of cuts is what makes a run count
// more than its lines, and it is less at the rim of the document.
//
// A block that neither other documents nor the markup nor its own words give
// away is never boilerplate, whatever stands around it.
//
// A line that may hold several, since breaks were lost, is weighed in pieces, and
// the verdict may part it.
package boilerplate

import (
	"math"
	"sync"

	"tamis/extractors"
)

// A Block is a block of a document as evidence.
type Block struct {
	Key    uint64 // of Key: equal for lines that differ in nothing that matters; 0 never counts
	Text   string
	Kind   extractors.Kind
	Region string  // of the markup: "nav", "header", "footer", "aside", "main", "article", ""
	Hint   string  // of the page's content model: "body", "outside", "comments", "related", ...
	Links  float32 // share of the letters that stand in links
	Lang   string
}

// countKey is the key under which the block is counted: what stands in menus
// says nothing about a heading of the same words in the main content.
func (b *Block) countKey() uint64 {
	if b.Key != 0 && (b.Region == "main" || b.Region == "article") {
		return mix(b.Key)
	}
	return b.Key
}

// A Label is the verdict on a block, or on a part of it.
type Label struct {
	Block       int // index of the block
	Start, End  int // of the part in the text of the block, without white space around it
	Boilerplate bool
	Repeated    bool   // other documents of the site carry the block
	Rule        string // why, "" where it is none
}

// Rules, as Label names them.
const (
	RuleHead    = "repeated-head"  // in a run of repeated lines at the head of the document
	RuleTail    = "repeated-tail"  // in such a run at its tail
	RuleRun     = "repeated-run"   // in such a run inside the document
	RuleLine    = "repeated-line"  // by itself, a label that much of the site has
	RuleMarkup  = "markup-"        // the region says so: "markup-nav", "markup-footer", ...
	RuleLinks   = "markup-links"   // in a list of links outside the main content
	RuleOutside = "markup-outside" // outside the element that holds the main content
	RuleForeign = "foreign-label"  // a label of the template, in another language than the document
	RuleRelated = "related-links"  // a list of links under a label that announces other pages
	RuleWords   = "stock-words"    // what sites say about themselves: cookies, sharing, updates
)

// markupRules holds the rules of the names that the markup and the content model
// use most, put together.
var markupRules = func() map[string]string {
	m := make(map[string]string)
	for _, name := range []string{"nav", "header", "footer", "aside", "outside", "comments", "related"} {
		m[name] = RuleMarkup + name
	}
	return m
}()

func markupRule(name string) string {
	if rule, ok := markupRules[name]; ok {
		return rule
	}
	return RuleMarkup + name
}

// Label returns the verdicts on a document of the site, in order: one on each
// block, or on each part of a block that holds both content and boilerplate.
// Nothing but white space stands between the parts of a block. lang is the
// document's language, "" if unknown. The verdicts depend on nothing but the
// facts and the arguments. An error says that the facts could not be read.
func (f *Facts) Label(site, lang string, doc []Block) ([]Label, error) {
	hash := siteHash(site)
	known, err := f.site(hash)
	if err != nil {
		return nil, err
	}
	l := labellers.Get().(*labeller)
	defer l.release()
	l.lang = lang
	l.prepare(doc, &known)
	l.signs = append(l.signs[:0], make([]sign, len(l.doc))...)
	l.count(&known)
	if group, ok := l.groupOf(hash, &known); ok {
		related, err := f.groupOf(hash, group)
		if err != nil {
			return nil, err
		}
		l.countGroup(&known, &related)
	}
	l.weigh(f.repeatMin)
	l.cut()
	l.fragments()
	l.template()
	l.related()
	return l.verdicts(doc), nil
}

// labellers keeps what one document needs for the next one.
var labellers = sync.Pool{New: func() any { return new(labeller) }}

// release gives the labeller back, without the text of the document.
func (l *labeller) release() {
	clear(l.own)
	clear(l.signs)
	l.doc, l.places = nil, nil
	labellers.Put(l)
}

// A labeller holds what is known about the units of one document.
type labeller struct {
	units
	lang     string
	signs    []sign
	switched [][2]bool

	hasMain            bool // the markup names the main content
	mainStart, mainEnd int  // first and last unit inside <main>
}

// A sign is the evidence on one unit, and what comes of it.
type sign struct {
	shape    shape
	wording  wording
	known    bool // wording is set
	score    float64
	repeated bool
	markup   string // the rule of the markup that speaks for boilerplate, "" if none does
	rule     string // of the verdict, "" for content
}

// Costs of a cut between content and boilerplate, and of boilerplate that
// starts or ends with the document. A run inside a document has to bring up
// two cuts, one at its rim a cut and a little.
const (
	cutCost = 1.5
	rimCost = 0.8
	never   = -1000 // the score of what can't be boilerplate
	// More where the cut may go through a sentence: a label is followed by a
	// capital often, and a sentence seldom breaks off before a label.
	softLeave = 0.5
	softEnter = 1.5
)

// Words that boilerplate has at least that ends in what may be the middle of a
// sentence, at the rim of the document and inside it. A name with its title, or
// a formula, is shorter.
const (
	rimWords   = 6
	innerWords = 20
)

// weigh scores the units.
func (l *labeller) weigh(repeatMin int) {
	l.survey()
	var last share // whose repetition is known
	repeated := 0.0
	for i := range l.doc {
		b, g := &l.doc[i], &l.signs[i]
		g.shape = shapeOf(b)
		g.wording, g.known = wordingOf(b.Text)
		d, size := int(l.shared[i].documents), int(l.shared[i].of)
		g.repeated = d > 1
		markup, rule := l.markupScore(i)
		switch {
		case b.Hint == "body" && !l.inside(i) && (isStock(b, g.shape) || interrupts(b)):
			markup, rule = 4, RuleWords
		case isStock(b, g.shape):
			if markup <= 0 {
				rule = RuleWords
			}
			markup += 4
		}
		if markup > 0 {
			g.markup = rule
		}
		switch {
		case b.Kind == extractors.Title && (d*2 < size || b.Region != "header" && b.Links < 0.8):
			g.score = never // a section of the site may have one title for all its pages, and menus may name it
		case g.shape == reference && markup <= 0:
			g.score = never // a document and its translation share it
		case b.Key != 0 && d >= max(repeatMin, 2):
			if l.shared[i] != last {
				last, repeated = l.shared[i], repetition(d, size)
			}
			g.score = repeated + shapeScore(b, g.shape)
			if w := l.words(i); w < runWords && g.score > 0 {
				g.score *= float64(w) / runWords
			}
			if b.Kind == extractors.Menu && markup >= 0 {
				g.score += 0.7
			}
			if markup <= 0 {
				g.score = min(g.score, most(g.shape, d, size))
			}
			g.score += markup
		case g.markup != "":
			g.score = markup
		default:
			g.score = never
		}
	}
}

// repetition scores that d of the n documents of a site have a line: 1 for two
// of two, 0.5 where the number is the root of that of the documents, which are
// counted ever less beyond 256, so that a menu of a hundred pages is seen on a
// site of a million.
func repetition(d, n int) float64 {
	size := float64(n)
	if size > 256 {
		size = 256 * math.Sqrt(size/256)
	}
	return 0.5 + 0.5*math.Log2(float64(d)*float64(d)/size)
}

// shapeScore scores what a repeated line looks like.
func shapeScore(b *Block, s shape) float64 {
	score := 0.0
	switch s {
	case label:
		score = 0.7
	case sentence:
		score = -1 - min(1, float64(len(b.Text))/400)
	case clause:
		score = -0.7
	case bare:
		return -0.5
	}
	switch b.Kind {
	case extractors.Title:
		score -= 2
	case extractors.Heading:
		score -= 0.7
	case extractors.TableRow, extractors.Quote, extractors.Pre:
		score--
	}
	return score
}

// most bounds the score of a line that d of n documents have and the markup
// says nothing about: labels that few share need a run, and sentences are left
// to the lines around them, since formulas of the law recur as often as menus.
func most(s shape, d, n int) float64 {
	often := d >= 8 && d*2 >= n
	switch {
	case s == label && often:
		return math.Inf(1)
	case s == label:
		return 2*cutCost - 0.8
	case often:
		return 0.2
	}
	return -0.7
}

// survey looks for the main content of a page by its markup.
func (l *labeller) survey() {
	main, all, title := 0, 0, -1
	l.mainStart, l.mainEnd = len(l.doc), 0
	for i := range l.doc {
		b := &l.doc[i]
		all += len(b.Text)
		if b.Kind == extractors.Title && title < 0 {
			title = i
		}
		switch b.Region {
		case "main":
			l.mainStart, l.mainEnd = min(l.mainStart, i), i
			main += len(b.Text)
		case "article":
			main += len(b.Text)
		}
	}
	l.hasMain = main*3 > all
	if title >= 0 {
		l.mainStart = min(l.mainStart, title) // a navigation under the title is the page's own
	}
}

// markupScore scores what the markup says about a block, repeated or not, and
// names the rule that holds if the score is above zero.
func (l *labeller) markupScore(i int) (float64, string) {
	b, s, hasMain := &l.doc[i], l.signs[i].shape, l.hasMain
	linked := b.Links >= 0.8
	switch b.Hint {
	case "":
	case "body":
		return -1.5, ""
	default:
		rule := b.Hint
		switch b.Region {
		case "nav", "header", "footer", "aside":
			if rule == "outside" {
				rule = b.Region
			}
		}
		return 5, markupRule(rule)
	}
	title := b.Kind == extractors.Title || b.Kind == extractors.Heading
	if inside := l.mainStart <= i && i < l.mainEnd; inside && (b.Region == "nav" || b.Region == "aside" && !linked) {
		return -1.5, "" // a table of contents, footnotes
	}
	switch b.Region {
	case "nav":
		return 3.5, markupRule(b.Region)
	case "footer":
		return 3, markupRule(b.Region)
	case "header":
		if title && !linked || s == sentence {
			return 0, ""
		}
		if linked {
			return 3.2, markupRule(b.Region)
		}
		return 2, markupRule(b.Region)
	case "aside":
		switch {
		case linked || b.Kind == extractors.Menu:
			return 3, markupRule(b.Region)
		case s == sentence:
			return 0, ""
		}
		return 1.6, markupRule(b.Region)
	case "main", "article":
		return -1.5, ""
	}
	switch {
	case b.Kind == extractors.Menu && linked:
		return 3, RuleLinks
	case hasMain && b.Kind == extractors.Title:
		return 0, ""
	case hasMain:
		return 1.6, RuleOutside
	}
	return 0, ""
}

// cut finds the stretches of boilerplate: the best of all ways to cut the
// document, by the costs above.
func (l *labeller) cut() {
	n := len(l.doc)
	if n == 0 {
		return
	}
	// The best sum up to a unit that ends in content or in boilerplate, and
	// whether the unit before it was the other.
	content, boiler := 0.0, -rimCost+l.signs[0].score
	l.switched = append(l.switched[:0], make([][2]bool, n)...)
	for i := 1; i < n; i++ {
		c, b, leave, enter := content, boiler, cutCost, cutCost
		if l.soft(i) {
			leave, enter = leave+softLeave, enter+softEnter
		}
		if boiler-leave > content {
			c, l.switched[i][0] = boiler-leave, true
		}
		if content-enter > boiler {
			b, l.switched[i][1] = content-enter, true
		}
		content, boiler = c, b+l.signs[i].score
	}
	in := boiler-rimCost > content
	for end := n; end > 0; {
		start := end - 1
		k := 0
		if in {
			k = 1
		}
		for start > 0 && !l.switched[start][k] {
			start--
		}
		if in {
			l.mark(start, end)
		}
		end, in = start, !in
	}
}

// mark labels a stretch of boilerplate.
func (l *labeller) mark(start, end int) {
	repeated := 0
	for _, g := range l.signs[start:end] {
		if g.repeated {
			repeated++
		}
	}
	rule := RuleRun
	switch {
	case start == 0:
		rule = RuleHead
	case end == len(l.doc):
		rule = RuleTail
	case repeated == 1:
		rule = RuleLine
	}
	for i := start; i < end; i++ {
		g := &l.signs[i]
		g.rule = rule
		if g.markup != "" && (!g.repeated || g.markup != RuleOutside) {
			g.rule = g.markup
		}
	}
}

// template labels what is short, apart, and in another language than the
// document: the labels of a template that was not translated. Short lines are
// easily taken for another language, so labels that templates are known to use
// speak for themselves, and where two of them stand the others follow.
func (l *labeller) template() {
	if l.lang == "" {
		return
	}
	short := func(i int) bool {
		b := &l.doc[i]
		return l.signs[i].shape == label && len(b.Text) <= 60 && b.Region != "article" && (!l.soft(i) && !l.soft(i+1) || l.words(i) > 2) && !l.glued(i) &&
			(b.Kind == extractors.Heading || b.Kind == extractors.Paragraph || b.Kind == extractors.Menu)
	}
	lang, known := "", 0 // of the template
	for i := range l.signs {
		if w := l.signs[i].wording; w.lang != "" && w.lang != l.lang && (w.lang == lang || lang == "") && short(i) && l.signs[i].rule == "" {
			lang = w.lang
			known++
		}
	}
	if lang == "" {
		return
	}
	foreign := func(i int) bool {
		return i >= 0 && i < len(l.doc) && short(i) && (l.signs[i].wording.lang == lang || known > 1 && l.doc[i].Lang == lang)
	}
	for i := range l.doc {
		common := l.signs[i].known && l.signs[i].wording.lang == "" && short(i)
		if common || foreign(i) && !foreign(i-1) && !foreign(i+1) {
			l.set(i, RuleForeign)
		}
	}
}

// set labels a unit that is not labelled yet.
func (l *labeller) set(i int, rule string) {
	if l.signs[i].rule == "" {
		l.signs[i].rule = rule
	}
}

// related labels lists of links to other pages.
func (l *labeller) related() {
	for i := range l.doc {
		if !l.signs[i].wording.others {
			continue
		}
		j := i + 1
		for j < len(l.doc) && l.doc[j].Links >= 0.8 {
			l.set(j, RuleRelated)
			j++
		}
		if j > i+1 {
			l.set(i, RuleRelated)
		}
	}
}
