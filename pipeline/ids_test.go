package pipeline

import (
	"context"
	"slices"
	"testing"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/extractors/score"
)

// TestSeedIdentities checks that an organization of the seed documents is
// linked to the body that its annotator meant: the names of the body under the
// id of the mention, official, alternative or short, have the annotated norm
// among them. A mention that is not found is linked wrongly.
func TestSeedIdentities(t *testing.T) {
	docs, err := score.ReadGold("../../shared/gold/seeds")
	if err != nil {
		t.Skip("no ../shared beside the repository: ", err)
	}
	sources := make([]Source, len(docs))
	for i, d := range docs {
		sources[i] = Source{Name: d.ID + ".txt", Data: []byte(d.Text), Size: int64(len(d.Text))}
	}
	type pair struct{ entity, norm string }
	var pairs []pair
	named := map[string][]string{} // by entity outside the table: its forms in the documents
	i := 0
	_, err = Process(context.Background(), Config{}, sources, "", nil,
		func(r *Result) (*Result, error) { return r, nil },
		func(r *Result) error {
			d := docs[i]
			i++
			for _, m := range r.Mentions {
				if m.Type == extractors.Org {
					named[m.Entity] = append(named[m.Entity], r.Text[m.Start:m.End], m.Norm)
				}
			}
			for _, g := range d.Marks {
				if g.Type != extractors.Org || g.Optional {
					continue
				}
				p := pair{norm: g.Norm}
				for _, m := range r.Mentions {
					if m.Type == extractors.Org && m.Source.Overlaps(g.Span) {
						p.entity = m.Entity
					}
				}
				pairs = append(pairs, p)
			}
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	right := func(p pair) bool {
		names := named[p.entity]
		if o, ok := organizations.Lookup(p.entity); ok {
			names = slices.Concat([]string{o.Norm, o.NameEN, o.NameFR}, o.AcronymsEN, o.AcronymsFR, o.Variants)
		}
		return slices.ContainsFunc(names, func(name string) bool { return extractors.Slug(name) == extractors.Slug(p.norm) })
	}
	n, swapped := 0, 0
	for i, p := range pairs {
		if right(p) {
			n++
		} else {
			t.Logf("%q is linked to %q", p.norm, p.entity)
		}
		// The check tells bodies apart: linked to the body of another
		// mention, nearly all would be wrong.
		if other := pairs[(i+len(pairs)/2)%len(pairs)]; other.norm != p.norm && right(pair{other.entity, p.norm}) {
			swapped++
		}
	}
	if len(pairs) < 100 || n < len(pairs)*95/100 {
		t.Errorf("%d of %d organizations have the right id, want 95%%", n, len(pairs))
	}
	if swapped > len(pairs)/20 {
		t.Errorf("%d of %d organizations pass for another", swapped, len(pairs))
	}
	t.Logf("%d of %d organizations have the right id; %d pass for another", n, len(pairs), swapped)
}
