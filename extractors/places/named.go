package places

import "tamis/extractors"

// Link completes mentions that something else than this package found, the
// tagger for one: those without a norm get that of the list's place of their
// name, however ambiguous, else their own name.
func Link(t *extractors.Text, ms []extractors.Mention) {
	g := load()
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
	}
}
