package pipeline

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/dates"
	"tamis/extractors/organizations"
	"tamis/extractors/people"
	"tamis/extractors/places"
	"tamis/extractors/prose"
	"tamis/extractors/resolutions"
	"tamis/extractors/tagger"
	"tamis/extractors/vocabulary"
)

// Extractors lists the extractors by precedence: of two mentions of one length
// at one place, the earlier one's wins.
var Extractors = []*extractors.Extractor{
	organizations.Extractor,
	resolutions.Extractor,
	dates.Extractor,
	people.Extractor,
	places.Extractor,
}

func extractStage(cfg *Config, d *Document) error {
	if d.scratch == nil {
		d.scratch = tagger.NewScratch()
	}
	var second []extractors.Mention
	if cfg.Prose {
		second = prose.Find(&d.Text)
	}
	ms := extract(&d.Text, cfg.tagger, d.scratch, second)
	var cited []extractors.Mention
	for _, m := range ms {
		if m.Type == extractors.Res {
			cited = append(cited, m)
		}
	}
	d.Record.References = resolutions.References(&d.Text, cited)
	d.Record.Symbol = resolutions.Own(&d.Text, cited)
	d.Record.Mentions = make([]Mention, len(ms))
	for i, m := range ms {
		d.Record.Mentions[i] = Mention{Mention: m, Source: sourceSpan(d, m.Span)}
	}
	return nil
}

// extract finds the mentions of a text. Rules and lists come first; what they
// say is evidence for the tagger, which settles the spans of organizations,
// people and places; then each package names what the tagger found. second is
// another's opinion on people and places: it adds what nobody else has seen.
func extract(t *extractors.Text, model *tagger.Model, scratch *tagger.Scratch, second []extractors.Mention) []extractors.Mention {
	found := findRules(t)
	rules := extractors.Resolve(found...)
	if model == nil {
		linkRoles(t.S, rules)
		return rules
	}
	settled := map[extractors.Type][]extractors.Mention{}
	taken := settle(t, settled, rules, preferTable(t, rules, namesakes(t, rules, plausible(t, rules, model.Tag(t, rules, scratch)))))
	for _, m := range rules {
		if keepRule(t, &m) && !overlapsAny(taken, m.Span) {
			if m.Rule == people.Known {
				m.Norm, m.Entity = "", "" // the text may have the full name
			}
			settled[m.Type] = append(settled[m.Type], m)
		}
	}
	for _, m := range second {
		if !overlapsAny(taken, m.Span) {
			settled[m.Type] = append(settled[m.Type], m)
		}
	}
	for _, ms := range settled {
		slices.SortFunc(ms, extractors.Compare)
	}
	named := found[slices.IndexFunc(Extractors, func(e *extractors.Extractor) bool { return e.Type == extractors.Loc })]
	settled[extractors.Loc] = owners(t, settled, named)
	stateBefore(t, settled)
	bodies := notCountries(organizations.Link(t, settled[extractors.Org]), named)
	settled[extractors.Loc] = uncovered(named, settled, bodies)
	places.Link(t, settled[extractors.Loc])
	persons := people.Link(t, settled[extractors.Per])
	persons = slices.DeleteFunc(persons, func(m extractors.Mention) bool {
		return m.Rule == people.ShortForm && (!known(t.LangAt(m.Start)) || namesOther(rules, &m))
	})
	ms := extractors.Resolve(bodies, settled[extractors.Res], settled[extractors.Date],
		persons, settled[extractors.Loc])
	linkRoles(t.S, ms)
	return ms
}

// settle sorts the tagger's names by type; one that a rule found alike keeps
// what the rule knows of it. It returns all their spans, in order.
func settle(t *extractors.Text, settled map[extractors.Type][]extractors.Mention, rules, tags []extractors.Mention) []extractors.Span {
	taken := make([]extractors.Span, 0, len(tags))
	k := 0
	for _, m := range tags {
		for k < len(rules) && rules[k].Start < m.Start {
			k++
		}
		if k < len(rules) && rules[k].Span == m.Span && rules[k].Confidence >= extractors.Certain && (rules[k].Type == m.Type || surePlace(t, &rules[k])) {
			confidence := max(m.Confidence, rules[k].Confidence)
			m = rules[k]
			m.Confidence = confidence
			if m.Rule == people.ShortForm || m.Rule == people.Known {
				m.Norm, m.Entity = "", "" // of a full name that the tagger may see otherwise
			}
		}
		settled[m.Type] = append(settled[m.Type], m)
		taken = append(taken, m.Span)
	}
	return taken
}

// keepRule reports whether a rule's mention stands although the tagger did not
// find it. A person does so in a language alone that the tagger has not learned:
// in French and English four in five of those that it leaves are none, "Loan
// Officer", "Président Adjoint". A place does by the acronym of a country alone.
func keepRule(t *extractors.Text, m *extractors.Mention) bool {
	switch m.Type {
	case extractors.Org:
		return m.Confidence < extractors.Certain || longName(t, m) || m.Rule == "table" && (caseless(t.S[m.Start:]) || nothingElse(t.S[m.Start:m.End], m.Entity))
	case extractors.Per:
		return m.Confidence >= 0.85 && (!known(t.LangAt(m.Start)) || m.Rule == people.Known)
	case extractors.Loc:
		s := t.S[m.Start:m.End]
		return m.Confidence >= 0.85 && (isCountry(s) || s == "EAU" || s == "DRC") && known(t.LangAt(m.Start))
	}
	return true
}

// nothingElse reports whether a name of the table is one word that is no other in
// any dictionary, "Hamas", and that of no company, which a text may have for what
// it sells or where it is shared.
func nothingElse(s, entity string) bool {
	o, ok := organizations.Lookup(entity)
	return ok && o.Kind != "company" && !strings.ContainsAny(s, " -\u00a0") && len(s) > 4 && vocabulary.Of(extractors.Fold(s))&^vocabulary.Proper == 0
}

// caseless reports whether s starts in a script without capitals, where the
// tagger does not look.
func caseless(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r) && !unicode.IsUpper(r) && !unicode.IsLower(r)
}

// overlapsAny reports whether one of the spans, which stand in order, overlaps s.
func overlapsAny(spans []extractors.Span, s extractors.Span) bool {
	i, _ := slices.BinarySearchFunc(spans, s.Start, func(o extractors.Span, start int) int { return cmp.Compare(o.End, start+1) })
	return i < len(spans) && spans[i].Start < s.End
}

// linkRoles names the organization of a person's role: the first one that the
// role's text holds, near the person.
func linkRoles(text string, ms []extractors.Mention) {
	for i := range ms {
		role := ms[i].Attr(extractors.AttrRole)
		if role == "" {
			continue
		}
		for j := max(0, i-roleWindow); j < min(len(ms), i+roleWindow+1); j++ {
			if inRole(text, role, &ms[j]) {
				ms[i].SetAttr(extractors.AttrRoleOrg, ms[j].Entity)
				break
			}
		}
	}
}

// roleWindow is the number of mentions before and behind a person among which the
// organization of a role is looked for.
const roleWindow = 3

// inRole reports whether a mention is of an organization that a role's text holds.
func inRole(text, role string, m *extractors.Mention) bool {
	return m.Type == extractors.Org && m.Confidence >= extractors.Certain && strings.Contains(role, text[m.Start:m.End])
}

// sourceSpan returns the place of a span of the text in the source's bytes.
func sourceSpan(d *Document, s extractors.Span) extractors.Span {
	source, _ := d.Record.Offsets.Span(s)
	return source
}
