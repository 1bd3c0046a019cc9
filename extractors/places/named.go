package places

import (
	"cmp"
	"slices"

	"tamis/extractors"
)

// Link completes mentions that something else than this package found, the
// tagger for one: those without a norm get that of the list's place of their
// name, however ambiguous, else their own name, and the country that the text
// puts behind it.
func Link(t *extractors.Text, ms []extractors.Mention) {
	g := load()
	sc := scan{Text: t, g: g, words: loadWords()}
	for i := range ms {
		m := &ms[i]
		if m.Norm != "" {
			continue
		}
		surface := t.S[m.Start:m.End]
		if v, ok := g.Lookup(surface); ok {
			p := &g.places[g.names[v].place]
			m.Norm, m.Entity = p.Norm, p.Entity
			if p.Country != "" {
				m.SetAttr(AttrCountry, p.Country)
			}
			continue
		}
		m.Norm = surface
		m.Entity = entity(surface)
		k, _ := slices.BinarySearchFunc(t.Tokens, m.End, func(tok extractors.Token, end int) int { return cmp.Compare(tok.Start, end) })
		if p := sc.liesIn(k); p != nil && p.Country != "" {
			m.SetAttr(AttrCountry, p.Country)
		}
	}
}
