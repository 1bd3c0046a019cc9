package places

import (
	"cmp"
	"slices"

	"tamis/extractors"
)

// Link completes mentions that something else than this package found, the
// tagger for one: those without a norm get that of the list's place of their
// name, however ambiguous, else their own name, and the country that the text
// puts behind it. Edges are set right, see edges.
func Link(t *extractors.Text, ms []extractors.Mention) {
	g := load()
	sc := scan{Text: t, g: g, atlas: loadAtlas(), words: loadWords()}
	from := 0
	for i := range ms {
		m := &ms[i]
		if m.Start >= from {
			sc.edges(m, from)
		}
		from = m.End
		if m.Norm != "" {
			continue
		}
		surface := t.S[m.Start:m.End]
		token := func(offset int) int {
			k, _ := slices.BinarySearchFunc(t.Tokens, offset, func(tok extractors.Token, at int) int { return cmp.Compare(tok.Start, at) })
			return k
		}
		if v, ok := g.Lookup(surface); ok {
			p := &g.places[g.names[v].place]
			m.Norm, m.Entity = p.Norm, p.Entity
			if q := sc.namesake(token(m.Start), token(m.End), p); q != nil {
				m.Entity = entity(p.Norm + " " + q.Norm)
				m.SetAttr(AttrCountry, q.Country)
			} else if p.Country != "" {
				m.SetAttr(AttrCountry, p.Country)
			}
			continue
		}
		m.Norm = surface
		if v, ok := sc.atlas.Lookup(surface); ok {
			l := &sc.atlas.names[v]
			m.Norm = l.Name
			if l.Country != "" {
				m.SetAttr(AttrCountry, l.Country)
			}
		}
		m.Entity = entity(m.Norm)
		if p := sc.liesIn(token(m.End)); p != nil && p.Country != "" {
			m.SetAttr(AttrCountry, p.Country)
		}
	}
}
