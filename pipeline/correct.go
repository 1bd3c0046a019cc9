package pipeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/dates"
	"tamis/extractors/resolutions"
)

// follow returns what becomes of a mention: the lines that apply to it, and what
// it is by the last of them. Only lines up to the mask most are looked at.
func (c *corrections) follow(s selector, most mask) (is identity, lines []int, gone bool) {
	path := []identity{{s.typ, s.entity}}
	apply := func(i int) bool {
		if slices.Contains(lines, i) {
			return false
		}
		lines = append(lines, i)
		if gone = c.lines[i].action == deletion; !gone {
			path = append(path, c.lines[i].target(path[len(path)-1], s.surface))
		}
		return true
	}
	chain := func() {
		for !gone {
			i, ok := c.by[selector{entity: path[len(path)-1].entity}]
			if !ok || !apply(i) {
				return
			}
		}
	}
	chain()
	for _, m := range c.masks {
		if m > most {
			break
		}
		if m == byEntity {
			continue // the chain
		}
		for k := len(path) - 1; k >= 0; k-- {
			s.typ, s.entity = path[k].typ, path[k].entity
			if i, ok := c.by[s.only(m)]; ok && apply(i) {
				chain()
				break
			}
		}
	}
	return path[len(path)-1], lines, gone
}

// A fix is what corrections do to one record.
type fix struct {
	c     *corrections
	r     *Record
	used  []int
	wrong []trouble
	// touched holds the entities that a mention had before.
	touched map[string]bool
	// added holds the line of each mention that was added, by its start.
	added            map[int]int
	changed, deleted int64
}

// A trouble says why a line does not apply.
type trouble struct {
	line   int
	reason string
}

// fixing returns what is to be done to a record.
func (c *corrections) fixing(r *Record) *fix {
	f := &fix{c: c, r: r, touched: make(map[string]bool), added: make(map[int]int)}
	if r.Reject != nil {
		for _, i := range c.ofDocument[r.DocumentID] {
			f.wrong = append(f.wrong, trouble{i, "the document was rejected: " + r.Reject.Reason})
		}
	}
	return f
}

func (f *fix) use(line int) {
	if !slices.Contains(f.used, line) {
		f.used = append(f.used, line)
	}
}

// add puts the mentions that lines add into the record. It comes before the
// blocks are made finer, which leaves mentions whole.
func (f *fix) add() {
	text := f.r.Text
	for _, i := range f.c.adding[f.r.DocumentID] {
		l := &f.c.lines[i]
		reason := fmt.Sprintf("the text has no %q", l.surface)
		if l.start > 0 {
			at, ok := byteAt(text, l.start-1)
			n := 0
			if ok {
				n = alike(text[at:], l.surface)
			}
			if reason = f.moved(l); n > 0 {
				reason = f.place(i, extractors.Span{Start: at, End: at + n})
			}
		} else {
			for at := range text {
				sp := extractors.Span{Start: at, End: at + alike(text[at:], l.surface)}
				if sp.Len() == 0 || !extractors.StandsAlone(text, sp) {
					continue
				}
				if reason = f.place(i, sp); reason == "" {
					f.use(i)
				}
			}
		}
		switch {
		case reason == "":
			f.use(i)
		case !slices.Contains(f.used, i):
			f.wrong = append(f.wrong, trouble{i, reason})
		}
	}
}

// moved says that what a line picks by its place does not stand there.
func (f *fix) moved(l *correction) string {
	at, ok := byteAt(f.r.Text, l.start-1)
	if !ok {
		return fmt.Sprintf("the text ends before %d", l.start-1)
	}
	end, n := at, 0
	for n < utf8.RuneCountInString(l.surface) && end < len(f.r.Text) {
		_, size := utf8.DecodeRuneInString(f.r.Text[end:])
		end += size
		n++
	}
	return fmt.Sprintf("at %d the text has %q, not %q", l.start-1, f.r.Text[at:end], l.surface)
}

// byteAt returns the offset of a code point; ok is false behind the end.
func byteAt(text string, chars int) (offset int, ok bool) {
	for offset := range text {
		if chars == 0 {
			return offset, true
		}
		chars--
	}
	return 0, false
}

// place puts the mention of a line at a span, in place of what overlaps it, or
// says why not. A line without a place of its own leaves longer names whole.
func (f *fix) place(line int, sp extractors.Span) (reason string) {
	l, r := &f.c.lines[line], f.r
	surface := r.Text[sp.Start:sp.End]
	b, _ := slices.BinarySearchFunc(r.Blocks, sp.Start, func(b Block, at int) int { return cmp.Compare(b.End, at+1) })
	if b == len(r.Blocks) || !r.Blocks[b].Contains(sp) {
		return fmt.Sprintf("%q is not within one block", surface)
	}
	from, _ := slices.BinarySearchFunc(r.Mentions, sp.Start, func(m Mention, at int) int { return cmp.Compare(m.End, at+1) })
	to := from
	for ; to < len(r.Mentions) && r.Mentions[to].Start < sp.End; to++ {
		m := &r.Mentions[to]
		if other, ok := f.added[m.Start]; ok {
			return fmt.Sprintf("%q overlaps what line %d adds", surface, f.c.lines[other].line)
		}
		if l.start == 0 && m.Confidence >= extractors.Certain && !sp.Contains(m.Span) {
			return fmt.Sprintf("%q stands only in longer names, such as %q", surface, r.Text[m.Start:m.End])
		}
	}
	for _, m := range r.Mentions[from:to] {
		f.touched[cmp.Or(m.Entity, m.Norm)] = true
		if m.Confidence >= extractors.Certain && m.Span != sp {
			f.deleted++
		}
	}
	norm, ok := f.c.name(l.to, cmp.Or(r.Blocks[b].Lang, r.Language))
	if !ok {
		norm = surface
	}
	m := Mention{Mention: extractors.Mention{Span: sp, Type: l.to.typ, Norm: norm, Entity: l.to.entity, Rule: corrective + string(addition), Confidence: 1}}
	m.Source, _ = r.Offsets.Span(sp)
	r.Mentions = slices.Replace(r.Mentions, from, to, m)
	f.added[sp.Start] = line
	return ""
}

// apply applies the other lines to the record.
func (f *fix) apply() {
	c, r := f.c, f.r
	lines := c.ofDocument[r.DocumentID]
	most := bySurface | byEntity | byType
	if lines != nil {
		most |= byDocument | byStart
	}
	chars := charCounter{s: r.Text}
	kept := r.Mentions[:0]
	for _, m := range r.Mentions {
		was := identity{m.Type, cmp.Or(m.Entity, m.Norm)}
		s := selector{typ: m.Type, entity: was.entity, document: r.DocumentID, surface: plain(r.Text[m.Start:m.End])}
		limit := most
		if lines != nil {
			s.start = chars.at(m.Start) + 1
		}
		_, added := f.added[m.Start]
		if added {
			limit = byEntity
		}
		is, applied, gone := c.follow(s, limit)
		for _, i := range applied {
			f.use(i)
		}
		if len(applied) > 0 {
			f.touched[was.entity] = true
		}
		if gone {
			f.deleted++
			continue
		}
		f.become(&m, is, applied, added)
		kept = append(kept, m)
	}
	clear(r.Mentions[len(kept):])
	r.Mentions = kept
	references := r.References[:0]
	for _, m := range r.References {
		if f.refer(&m) {
			references = append(references, m)
		}
	}
	r.References = references
	if r.Symbol != "" {
		if is, _, gone := c.follow(selector{typ: extractors.Res, entity: r.Symbol}, byEntity); !gone && is.typ == extractors.Res {
			r.Symbol = is.entity
		}
	}
	f.relink()
	for _, i := range lines {
		l := &c.lines[i]
		if l.action == addition || slices.Contains(f.used, i) {
			continue
		}
		reason := "the document has no such mention"
		if l.start > 0 {
			if at, ok := byteAt(r.Text, l.start-1); !ok || alike(r.Text[at:], l.surface) == 0 {
				reason = f.moved(l)
			} else {
				reason = fmt.Sprintf("%q at %d is no such mention", l.surface, l.start-1)
			}
		}
		f.wrong = append(f.wrong, trouble{i, reason})
	}
}

// become makes of a mention what lines say that it is.
func (f *fix) become(m *Mention, is identity, lines []int, added bool) {
	var actions []string
	if added {
		actions = append(actions, string(addition))
	}
	for _, i := range lines {
		l := &f.c.lines[i]
		if a := string(l.action); !slices.Contains(actions, a) {
			actions = append(actions, a)
		}
		if l.start > 0 {
			m.Confidence = 1 // somebody has looked at it
		}
	}
	if was := (identity{m.Type, cmp.Or(m.Entity, m.Norm)}); is != was {
		keepAttrs(m, is.typ)
		if norm, ok := f.c.name(is, f.r.Language); ok {
			m.Norm = norm
		} else if name := keptName(was, f.r.Text[m.Start:m.End]); is.typ != was.typ && name != "" {
			m.Norm = name
		}
		m.Type, m.Entity = is.typ, is.entity
	}
	if i, ok := f.c.names[is.entity]; ok {
		if f.c.lines[i].action == rename {
			f.use(i)
		}
		if m.Norm != f.c.lines[i].norm {
			m.Norm = f.c.lines[i].norm
			actions = append(actions, string(rename))
		}
	}
	if len(actions) > 0 {
		m.Rule = corrective + strings.Join(actions, "+")
		if !added {
			f.changed++
		}
	}
}

// keepAttrs leaves a mention the attributes that say something of the place and
// not of the entity that it had.
func keepAttrs(m *Mention, typ extractors.Type) {
	var kept []string
	if m.Type == typ {
		switch typ {
		case extractors.Per:
			kept = []string{extractors.AttrRole, extractors.AttrRoleOrg}
		case extractors.Date:
			kept = []string{dates.AttrDateRole, dates.AttrTime, dates.AttrQualifier, dates.AttrOpen}
		case extractors.Res:
			kept = []string{resolutions.AttrParagraphs}
		}
	}
	m.Attrs = slices.DeleteFunc(m.Attrs, func(a extractors.Attr) bool { return !slices.Contains(kept, a.Key) })
}

// refer applies lines to a reference by description, which goes with the entity.
// It reports whether the reference stays one.
func (f *fix) refer(m *extractors.Mention) bool {
	is, lines, gone := f.c.follow(selector{typ: m.Type, entity: cmp.Or(m.Entity, m.Norm), document: f.r.DocumentID}, byDocument|byEntity|byType)
	for _, i := range lines {
		f.use(i)
	}
	if gone || is.typ != extractors.Res {
		return false
	}
	if len(lines) > 0 {
		m.Entity, m.Norm = is.entity, is.entity
	}
	return true
}

// relink names the organizations of roles anew where mentions were touched.
func (f *fix) relink() {
	ms, window := f.r.Mentions, roleWindow+len(f.added)
	for i := range ms {
		m := &ms[i]
		role, org := m.Attr(extractors.AttrRole), m.Attr(extractors.AttrRoleOrg)
		if role == "" || org == "" && len(f.added) == 0 || org != "" && !f.touched[org] {
			continue
		}
		near := ms[max(0, i-window):min(len(ms), i+window+1)]
		if j := slices.IndexFunc(near, func(o Mention) bool { return inRole(f.r.Text, role, &o.Mention) }); j >= 0 {
			m.SetAttr(extractors.AttrRoleOrg, near[j].Entity)
		} else {
			m.Attrs = slices.DeleteFunc(m.Attrs, func(a extractors.Attr) bool { return a.Key == extractors.AttrRoleOrg })
		}
	}
}

// Corrected is what corrections did to a run.
type Corrected struct {
	File  string `json:"file"`
	Lines int    `json:"lines"` // that say something
	// Changed and Added count the mentions whose rule says so, Deleted those that
	// went, in boilerplate too.
	Changed int64 `json:"changed"`
	Added   int64 `json:"added"`
	Deleted int64 `json:"deleted"`
	// Unmatched are the lines that nothing in the corpus matches any more.
	Unmatched []Unmatched `json:"unmatched"`
}

// An Unmatched is a line of corrections that did nothing.
type Unmatched struct {
	Line   int    `json:"line"`
	Source string `json:"source,omitempty"` // of its document, if that was there
	Reason string `json:"reason"`
}

// fixes gathers what was done, in the order of the sources.
type fixes struct {
	c       *corrections
	used    []bool
	trouble map[int]Unmatched // by line, the last one
	sum     Corrected
}

func newFixes(cfg *Config) *fixes {
	if cfg.corrections == nil {
		return nil
	}
	return &fixes{c: cfg.corrections, used: make([]bool, len(cfg.corrections.lines)), trouble: make(map[int]Unmatched),
		sum: Corrected{File: cfg.Corrections, Lines: len(cfg.corrections.lines), Unmatched: []Unmatched{}}}
}

func (a *fixes) gather(f *fix) {
	for _, i := range f.used {
		a.used[i] = true
	}
	for _, w := range f.wrong {
		a.trouble[w.line] = Unmatched{a.c.lines[w.line].line, f.r.Source, w.reason}
	}
	a.sum.Changed += f.changed
	a.sum.Added += int64(len(f.added))
	a.sum.Deleted += f.deleted
}

// finish returns what was done, with the lines that did nothing.
func (a *fixes) finish() *Corrected {
	for i := range a.c.lines {
		if a.used[i] {
			continue
		}
		l := &a.c.lines[i]
		u, ok := a.trouble[i]
		switch {
		case ok:
		case l.document != "":
			u = Unmatched{Line: l.line, Reason: fmt.Sprintf("no document %s is in the input", l.document)}
		case l.entity != "" && l.surface != "":
			u = Unmatched{Line: l.line, Reason: fmt.Sprintf("no mention of %s is %q", l.entity, l.surface)}
		case l.entity != "":
			u = Unmatched{Line: l.line, Reason: "nothing mentions " + l.entity}
		default:
			u = Unmatched{Line: l.line, Reason: fmt.Sprintf("no %s is %q", cmp.Or(string(l.typ), "mention"), l.surface)}
		}
		a.sum.Unmatched = append(a.sum.Unmatched, u)
	}
	slices.SortFunc(a.sum.Unmatched, func(x, y Unmatched) int { return cmp.Compare(x.Line, y.Line) })
	return &a.sum
}
