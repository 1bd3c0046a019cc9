package pipeline

import (
	"cmp"
	"context"
	"net/url"
	"strings"

	"tamis/extractors"
	"tamis/pipeline/boilerplate"
	"tamis/pipeline/duplicates"
	"tamis/pipeline/translations"
)

// What documents have in common with each other is compared by their content,
// which is known when the facts tell what is boilerplate: a pass over the records
// of its own, before they are joined with what it finds.

// compare finds the documents that repeat others, to the letter, nearly or in
// another language: a pass over the records for their content, which is known
// only now.
func (f *facts) compare(ctx context.Context, cfg *Config, all *records) error {
	var copies duplicates.Set
	var profiles []translations.Profile
	position := int64(0)
	err := scan(ctx, cfg, all, func() *comparer { return new(comparer) },
		func(c *comparer, r *Record) (out content, err error) {
			if r.Reject == nil {
				out, err = c.content(f, r)
			}
			return out, err
		},
		func(contents []content, _ int64) error {
			for _, c := range contents {
				if c.entry.Position, c.profile.Position = position, position; c.entry.ID != "" {
					copies.Add(c.entry)
					profiles = append(profiles, c.profile)
				}
				position++
			}
			return nil
		})
	if err != nil {
		return err
	}
	f.copies = copies.Verdicts()
	var versions translations.Set
	for _, p := range profiles {
		if f.copies[p.ID].DuplicateOf == "" { // else a copy could take the place of its original
			versions.Add(p)
		}
	}
	f.versions = make(map[string][]translations.Pair)
	for _, p := range versions.Pairs() {
		f.versions[p.ID] = append(f.versions[p.ID], p)
	}
	return nil
}

// A comparer makes of a record what it is compared with others by. Its results
// are pure functions of the record and the facts.
type comparer struct {
	buf      []boilerplate.Block
	sketcher duplicates.Sketcher
	features translations.Features
}

// content is what is compared of a document.
type content struct {
	entry   duplicates.Entry
	profile translations.Profile
}

func (c *comparer) content(f *facts, r *Record) (content, error) {
	labels, err := f.label(r, &c.buf)
	if err != nil {
		return content{}, err
	}
	for i, l := range labels {
		if !l.Boilerplate {
			c.sketcher.Add(c.buf[i].Text)
			c.features.AddNumbers(c.buf[i].Text)
		}
	}
	block := 0
	for i := range r.Mentions {
		m := &r.Mentions[i]
		for block+1 < len(r.Blocks) && r.Blocks[block+1].Start <= m.Start {
			block++
		}
		if m.Confidence >= extractors.Certain && block < len(labels) && !labels[block].Boilerplate {
			c.features.Add(string(m.Type), cmp.Or(m.Entity, m.Norm))
		}
	}
	return content{
		duplicates.Entry{ID: r.DocumentID, Content: r.Content, Symbol: r.Symbol, Sketch: c.sketcher.Sketch()},
		translations.Profile{ID: r.DocumentID, Site: r.Site, Address: translations.Address(r.address(), r.Source), Alternates: r.versions(),
			Language: r.Language, Symbol: r.Symbol, Features: c.features.Take()},
	}, nil
}

// address returns the address of the document, "" if only its source is known. A
// folder that is named like a host holds the host's pages.
func (r *Record) address() string {
	if i := strings.Index(strings.ToLower(r.Source), r.Site+"/"); r.URL == "" && i >= 0 && isHost(r.Site) {
		return "https://" + r.Source[i:]
	}
	return r.URL
}

// versions returns the addresses of the versions that the document names.
func (r *Record) versions() []string {
	base, err := url.Parse(r.address())
	if err != nil {
		return nil
	}
	var all []string
	for _, a := range r.Alternates {
		if u, err := base.Parse(a); err == nil && u.Host != "" {
			all = append(all, translations.Address(u.String(), ""))
		}
	}
	return all
}
