package diff

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"iter"
	"maps"
	"slices"
	"strings"

	"tamis/output"
	"tamis/output/results"
)

// rowHash returns a hash of a row's columns, nulls told from empty values.
func rowHash(seed maphash.Seed, row *output.Document) uint64 {
	var b strings.Builder
	for _, s := range []*string{&row.DocumentID, &row.Source, row.URL, &row.Site, &row.MediaType, &row.Charset, &row.SHA256, row.Title, row.Author, row.SiteName,
		row.Symbol, row.DeclaredLanguage, row.PublishedDate, row.DuplicateOf, row.NearDuplicateOf} {
		if s == nil {
			b.WriteByte('-')
		} else {
			fmt.Fprintf(&b, "%q", *s)
		}
	}
	if row.Similarity != nil {
		fmt.Fprint(&b, *row.Similarity)
	}
	fmt.Fprint(&b, row.ByteCount)
	return maphash.String(seed, b.String())
}

func (c *comparison) entities() error {
	type organization struct {
		ID       string `parquet:"organization_id"`
		Name     string `parquet:"name"`
		Mentions int64  `parquet:"mention_count"`
	}
	type person struct {
		ID       string `parquet:"person_id"`
		Name     string `parquet:"name"`
		Mentions int64  `parquet:"mention_count"`
	}
	type place struct {
		ID       string `parquet:"place_id"`
		Name     string `parquet:"name"`
		Mentions int64  `parquet:"mention_count"`
	}
	type resolution struct {
		ID       string `parquet:"resolution_id"`
		Mentions int64  `parquet:"mention_count"`
	}
	type date struct {
		ID       string `parquet:"date_id"`
		Mentions int64  `parquet:"mention_count"`
	}
	for _, f := range []func() error{
		func() error {
			return entities(c, "organizations", func(r organization) Entity { return Entity{ID: r.ID, Name: r.Name, B: r.Mentions} })
		},
		func() error {
			return entities(c, "people", func(r person) Entity { return Entity{ID: r.ID, Name: r.Name, B: r.Mentions} })
		},
		func() error {
			return entities(c, "places", func(r place) Entity { return Entity{ID: r.ID, Name: r.Name, B: r.Mentions} })
		},
		func() error {
			return entities(c, "resolutions", func(r resolution) Entity { return Entity{ID: r.ID, Name: r.ID, B: r.Mentions} })
		},
		func() error {
			return entities(c, "dates", func(r date) Entity { return Entity{ID: r.ID, Name: r.ID, B: r.Mentions} })
		},
	} {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// entities compares a table of entities; of returns a row's entity, its
// mentions in B.
func entities[T any](c *comparison, table string, of func(T) Entity) error {
	byID := make(map[string]*Entity)
	for row, err := range results.Rows[T](c.a, table) {
		if err != nil {
			return err
		}
		e := of(row)
		e.A, e.B, e.What = e.B, 0, "lost"
		byID[e.ID] = &e
	}
	es := Entities{Table: table, List: []Entity{}}
	for row, err := range results.Rows[T](c.b, table) {
		if err != nil {
			return err
		}
		e := of(row)
		was := byID[e.ID]
		switch {
		case was == nil:
			e.What = "gained"
			byID[e.ID] = &e
		case was.A == e.B:
			delete(byID, e.ID)
		default:
			was.B, was.What = e.B, "changed"
		}
	}
	for _, e := range byID {
		switch e.What {
		case "gained":
			es.Gained++
		case "lost":
			es.Lost++
		default:
			es.Changed++
		}
	}
	list := slices.SortedFunc(maps.Values(byID), func(x, y *Entity) int {
		return cmp.Or(cmp.Compare(y.turned(), x.turned()), cmp.Compare(x.ID, y.ID))
	})
	for _, e := range list[:min(c.limit, len(list))] {
		es.List = append(es.List, *e)
	}
	c.d.Entities = append(c.d.Entities, es)
	return nil
}

// turned is by how much the number of mentions changed.
func (e *Entity) turned() int64 { return max(e.A-e.B, e.B-e.A) }

func (c *comparison) rejects() error {
	reason := func(r output.Reject) string { return r.Stage + ": " + r.Reason }
	was := make(map[string][]string)
	for r, err := range results.Rows[output.Reject](c.a, "rejects") {
		if err != nil {
			return err
		}
		c.d.A.Rejects++
		was[r.Source] = append(was[r.Source], reason(r))
	}
	add := func(r Reject) {
		if len(c.d.Rejects) < c.limit {
			c.d.Rejects = append(c.d.Rejects, r)
		}
	}
	for r, err := range results.Rows[output.Reject](c.b, "rejects") {
		if err != nil {
			return err
		}
		c.d.B.Rejects++
		list, to := was[r.Source], reason(r)
		switch i := slices.Index(list, to); {
		case i >= 0:
			was[r.Source] = slices.Delete(list, i, i+1)
		case len(list) > 0:
			add(Reject{r.Source, list[0], to})
			was[r.Source] = list[1:]
		default:
			add(Reject{r.Source, "", to})
		}
	}
	for _, source := range slices.Sorted(maps.Keys(was)) {
		for _, from := range was[source] {
			add(Reject{source, from, ""})
		}
	}
	return nil
}

// settings compares versions and configurations.
func settings(a, b *results.Run) []Change {
	changes := []Change{}
	add := func(name string, from, to any) {
		if x, y := say(from), say(to); x != y {
			changes = append(changes, Change{Name: name, From: x, To: y})
		}
	}
	add("tamis", a.Tamis, b.Tamis)
	add("inputs", strings.Join(a.Inputs, ", "), strings.Join(b.Inputs, ", "))
	for _, key := range keys(a.Configuration, b.Configuration) {
		add(key, a.Configuration[key], b.Configuration[key])
	}
	for _, key := range keys(a.Versions, b.Versions) {
		add(key, a.Versions[key], b.Versions[key])
	}
	return changes
}

func say(v any) string {
	if v == nil || v == "" {
		return "none"
	}
	return fmt.Sprint(v)
}

func keys[V any](a, b map[string]V) []string {
	all := maps.Clone(a)
	if all == nil {
		all = make(map[string]V)
	}
	maps.Copy(all, b)
	return slices.Sorted(iter.Seq[string](maps.Keys(all)))
}
