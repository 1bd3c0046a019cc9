package pipeline

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/organizations"
	"tamis/extractors/people"
	"tamis/extractors/vocabulary"
)

// Where the tagger and the rules disagree, one of them knows better: the rules
// what a country or a name of the table is, the tagger what a sentence makes of
// a word. What follows decides, case by case.

// owners leaves the country before a body out of it, "Velmisa's Communist
// Party", and that behind a ministry, "Ministry of Health of Velmisa"; it is a
// place by itself. It returns all places.
func owners(t *extractors.Text, settled map[extractors.Type][]extractors.Mention, named []extractors.Mention) []extractors.Mention {
	locs := settled[extractors.Loc]
	orgs := settled[extractors.Org]
	added := false
	k := 0
	for i := range orgs {
		for k < len(named) && named[k].Start < orgs[i].Start {
			k++
		}
		for j := k; j < len(named) && named[j].End <= orgs[i].End; j++ {
			if named[j].End != orgs[i].End || orgs[i].Rule == "table" || !plainCountry(&named[j]) {
				continue
			}
			end := ministryEnd(t.S, orgs[i].Start, named[j].Start)
			if o, stop := organizations.KnownAt(t, orgs[i].Start); o != nil && strings.HasPrefix(o.Kind, "un-") && stop == named[j].Start-1 && t.S[stop] == ' ' {
				end = stop // "FAO Velmisa"
			}
			if end > 0 {
				orgs[i].End, orgs[i].Norm, orgs[i].Entity, orgs[i].Rule = end, "", "", "tagger"
				locs = append(locs, named[j])
				added = true
			}
		}
		if end := embassyEnd(t.S, &orgs[i], named[k:]); end > 0 {
			for j := k; j < len(named) && named[j].End <= orgs[i].End; j++ {
				if named[j].Start >= end && named[j].Confidence >= extractors.Certain {
					locs = append(locs, named[j])
					added = true
				}
			}
			orgs[i].End, orgs[i].Norm, orgs[i].Entity, orgs[i].Rule = end, "", "", "tagger"
		}
		if k == len(named) || named[k].Start > orgs[i].Start || named[k].End >= orgs[i].End || orgs[i].Rule == "table" || !plainCountry(&named[k]) {
			continue
		}
		rest := t.S[named[k].End:orgs[i].End]
		for _, poss := range []string{"'s ", "’s ", "' ", "’ "} {
			if strings.HasPrefix(rest, poss) && capitalAfter(rest[len(poss)-1:]) {
				orgs[i].Start, orgs[i].Norm, orgs[i].Entity, orgs[i].Rule = named[k].End+len(poss), "", "", "tagger"
				locs = append(locs, named[k])
				added = true
				break
			}
		}
	}
	if added {
		slices.SortFunc(locs, extractors.Compare)
	}
	return locs
}

// ministryEnd returns where a ministry's name ends that starts at an offset and
// goes on with "of" and a country at another, 0 if it is none.
func ministryEnd(s string, start, country int) int {
	name := s[start:country]
	if !strings.HasPrefix(extractors.Fold(name), "minist") {
		return 0
	}
	for _, link := range []string{" of the ", " of ", " de la ", " de l'", " de l’", " du ", " des ", " de ", " d'", " d’"} {
		if n := len(name) - len(link); n > 0 && strings.EqualFold(name[n:], link) && strings.Count(name[:n], " ") >= 2 {
			return start + n
		}
	}
	return 0
}

// stateBefore takes the acronym of a country into the name of the body behind it,
// "US Lighthouse Office", and leaves it out of the places.
func stateBefore(t *extractors.Text, settled map[extractors.Type][]extractors.Mention) {
	orgs := settled[extractors.Org]
	k := 0
	settled[extractors.Loc] = slices.DeleteFunc(settled[extractors.Loc], func(loc extractors.Mention) bool {
		for k < len(orgs) && orgs[k].Start < loc.End {
			k++
		}
		if k == len(orgs) || orgs[k].Rule == "table" || orgs[k].Start != loc.End+1 || t.S[loc.End] != ' ' || !isCountry(t.S[loc.Start:loc.End]) || !headed(t.S[orgs[k].Start:orgs[k].End]) {
			return false
		}
		orgs[k].Start, orgs[k].Norm, orgs[k].Entity, orgs[k].Rule = loc.Start, "", "", "tagger"
		return true
	})
}

// embassyEnd returns where an embassy's or a consulate's name ends with its
// country, where more stands behind it than whom it is accredited to: "Embassy of
// Velmisa 11", "ambassade de Velmisa au Larga"; 0 where it does not. places holds
// those that the rules have found, from the name on.
func embassyEnd(s string, m *extractors.Mention, places []extractors.Mention) int {
	if m.Rule == "table" || !embassy(extractors.Fold(s[m.Start:m.End])) {
		return 0
	}
	for i := range places {
		p := &places[i]
		if p.End >= m.End || p.Start <= m.Start {
			return 0
		}
		if !plainCountry(p) || !strings.Contains(s[m.Start:p.Start], " ") {
			continue
		}
		rest := strings.TrimSpace(s[p.End:m.End])
		for _, more := range []string{"to ", "auprès", "près", ",", "-"} {
			if strings.HasPrefix(rest, more) {
				return 0
			}
		}
		return p.End
	}
	return 0
}

// embassy reports whether a folded name is one of an embassy or a consulate.
func embassy(name string) bool {
	for _, head := range []string{"ambassade ", "embassy of ", "consulat ", "consulate of ", "consulate general of ", "high commission of ", "haut-commissariat d"} {
		if strings.HasPrefix(name, head) {
			return true
		}
	}
	return false
}

// notCountries leaves out the bodies that are a country's name, which the tagger
// alone takes for one: named holds the places that the rules have found.
func notCountries(bodies, named []extractors.Mention) []extractors.Mention {
	k := 0
	return slices.DeleteFunc(bodies, func(m extractors.Mention) bool {
		for k < len(named) && named[k].Start < m.Start {
			k++
		}
		return (m.Rule == "tagger" || m.Rule == organizations.Unexplained) && k < len(named) && named[k].Span == m.Span && plainCountry(&named[k])
	})
}

// uncovered returns the places with those of named, which the rules have found,
// where the tagger had a body that is none or ends before: "Minister of Justice
// of Velmisa".
func uncovered(named []extractors.Mention, settled map[extractors.Type][]extractors.Mention, bodies []extractors.Mention) []extractors.Mention {
	locs := settled[extractors.Loc]
	added := false
	b, k := 0, 0
	for _, org := range settled[extractors.Org] {
		for k < len(named) && named[k].End <= org.Start {
			k++
		}
		for j := k; j < len(named) && named[j].End <= org.End; j++ {
			m := &named[j]
			for b < len(bodies) && bodies[b].End <= m.Start {
				b++
			}
			if m.Confidence >= extractors.Certain && org.Contains(m.Span) && !(b < len(bodies) && bodies[b].Overlaps(m.Span)) {
				locs = append(locs, *m)
				added = true
			}
		}
	}
	if added {
		slices.SortFunc(locs, extractors.Compare)
	}
	return locs
}

// plainCountry reports whether a rule found a country by a name that means
// nothing else: its norm is a code of two letters.
func plainCountry(m *extractors.Mention) bool {
	return m.Type == extractors.Loc && m.Rule == "name" && len(m.Norm) == 2
}

// notPlaces leaves out of what each extractor found the persons and bodies that
// are places of the list under names of several words, "Nova Scotia", "West
// Bank", where only a given name or a head noun speaks for them; a short form
// of a person's name gives way to a country that nothing else is called.
func notPlaces(found [][]extractors.Mention) {
	loc := found[slices.IndexFunc(Extractors, func(e *extractors.Extractor) bool { return e.Type == extractors.Loc })]
	for i, e := range Extractors {
		if e.Type != extractors.Per && e.Type != extractors.Org {
			continue
		}
		k := 0
		found[i] = slices.DeleteFunc(found[i], func(m extractors.Mention) bool {
			if m.Rule != people.GivenName && m.Rule != people.ShortForm && m.Rule != organizations.HeadNoun {
				return false
			}
			for k < len(loc) && loc[k].Start < m.Start {
				k++
			}
			return k < len(loc) && loc[k].Span == m.Span && loc[k].Confidence >= extractors.Certain && (m.Rule != people.ShortForm || plainCountry(&loc[k]))
		})
	}
}

// plausible leaves out what the tagger, which learned from French and English,
// makes of other languages: everything in other scripts, and in Latin script
// what neither a rule nor a list of names speaks for. What it takes for a
// person and stands in the name of something else is that where a rule has it,
// "Orlo Clark Foundation", and an acronym of a country is a place.
func plausible(t *extractors.Text, rules, tags []extractors.Mention) []extractors.Mention {
	out := make([]extractors.Mention, 0, len(tags))
	countries := acronymsOfCountries(t, rules)
	k := 0
	for _, m := range tags {
		for k < len(rules) && rules[k].End <= m.Start {
			k++
		}
		var rule *extractors.Mention
		if k < len(rules) && rules[k].Start < m.End {
			rule = &rules[k]
		}
		if n := pointEnd(t.S, m.Span); n > m.End && m.Type != extractors.Per {
			m.End = n
		}
		if !known(t.LangAt(m.Start)) && !speaksFor(t, rule, &m) {
			continue
		}
		for _, poss := range []string{" 's", " ’s"} {
			if strings.HasSuffix(t.S[m.Start:m.End], poss) {
				m.End -= len(poss) // of a text cut into words
			}
		}
		if m.Type == extractors.Per {
			if m.Start = behindLetters(t.S, m.Span); m.Start == m.End {
				continue
			}
		}
		if m.Type == extractors.Loc && rule == nil && vocabulary.Demonym(extractors.Fold(t.S[m.Start:m.End])) {
			continue // a people: "Bissau-Guinean authorities"
		}
		if m.Type == extractors.Org {
			if a, b, ok := strings.Cut(t.S[m.Start:m.End], "-"); ok && isCountry(a) && capitalAfter(" "+b) {
				two := m
				two.Type, two.Start = extractors.Loc, m.End-len(b)
				m.Type, m.End = extractors.Loc, m.Start+len(a)
				out = append(out, m)
				m = two
			}
		}
		if m.Type == extractors.Org && strings.Contains(t.S[m.Start:m.End], "&") {
			if a, b, ok := cited(t.S, m.Span); ok {
				m.Type, m.Span = extractors.Per, a
				out = append(out, m)
				m.Span = b
			}
		}
		if m.Type == extractors.Per && (rule == nil || rule.Type != extractors.Per) && abbreviated(t.S, m.Span) {
			m.Type = extractors.Org
		}
		if m.Type != extractors.Per && (rule == nil || rule.Type == extractors.Per || rule.Span != m.Span) && surnameInCapitals(t.S[m.Start:m.End]) {
			m.Type = extractors.Per
		}
		if m.Type == extractors.Org && rule != nil && rule.Type == extractors.Per && rule.Rule == "title" && rule.Start == m.Start && rule.End <= m.End && !headed(t.S[m.Start:m.End]) {
			m.Type = extractors.Per // "Amb. Velmisa"
		}
		if m.Type == extractors.Org && rule != nil {
			if start := bodyOf(t.S, m.Span, rules[k:]); start > m.Start {
				m.Start = start
			}
		}
		if m.Type == extractors.Org && (rule == nil || rule.Rule != "table" || rule.Span != m.Span) {
			if start := territory(t.S, m.Span); start > 0 {
				m.Type, m.Start = extractors.Loc, start
			}
		}
		if rule != nil && rule.Rule == people.Known && m.Type != extractors.Per && rule.Start == m.Start && rule.End <= m.End && (rule.End == m.End || t.S[rule.End:m.End] == " administration") {
			m.Type, m.End = extractors.Per, rule.End // "the Velmisa administration"
		}
		switch {
		case m.Type == extractors.Org && (isCountry(t.S[m.Start:m.End]) || countries[t.S[m.Start:m.End]] || rule != nil && rule.Span == m.Span && plainCountry(rule)):
			m.Type = extractors.Loc
		case m.Type == extractors.Org && rule != nil && rule.Type == extractors.Loc && rule.Start == m.Start && rule.End < m.End && onlyPlaces(t, rules[k:], m.Span):
			for ; k < len(rules) && rules[k].End <= m.End; k++ {
				out = append(out, extractors.Mention{Span: rules[k].Span, Type: extractors.Loc, Rule: m.Rule, Confidence: m.Confidence})
			}
			continue
		case m.Type == extractors.Org && rule != nil && rule.Type == extractors.Loc && rule.Start == m.Start && rule.End < m.End && (complement(t.S[rule.End:m.End]) || plainCountry(rule) && goesOn(t.S[rule.End:m.End])):
			m.Type, m.End = extractors.Loc, rule.End // "Somalie de précurseurs d'explosifs"
		case m.Type == extractors.Org && rule != nil && rule.Type == extractors.Loc && rule.End == m.End && rule.Start > m.Start && partOf(t.S[m.Start:rule.Start]):
			m.Type, m.Start = extractors.Loc, rule.Start // "North and Centre of Mali"
		case m.Type != extractors.Loc && rule != nil && plainCountry(rule) && rule.Start == m.Start && rule.End < m.End && governed(t.S[:m.Start]) && (fullName(t.S[rule.End:m.End]) || ruled(t.S[:m.Start]) && twoNames(t.S[rule.End:m.End])):
			out = append(out, *rule) // "envoy to Velmisa Awa Larga"
			m.Type, m.Start = extractors.Per, rule.End+1
		case m.Type == extractors.Per && rule != nil && rule.Type == extractors.Org && rule.Confidence >= extractors.Certain && rule.Start == m.Start && rule.End > m.End && capitalAfter(t.S[m.End:rule.End]):
			m = *rule
			if n := len(out); n > 0 && out[n-1].Overlaps(m.Span) {
				continue
			}
		}
		if person, ok := personBehind(t, &m); ok {
			out = append(out, m)
			m = person
		}
		out = append(out, m)
	}
	return out
}

// territory returns where the name of a region or town starts in a span that
// has what it is before it, where somebody governs or lives in it: "wali de la |
// région de Velmisa"; 0 where it acts, as a body does.
func territory(s string, span extractors.Span) int {
	kind, name, ok := strings.Cut(s[span.Start:span.End], " ")
	if !ok {
		return 0
	}
	switch extractors.Fold(kind) {
	case "ville":
		if words := strings.Fields(extractors.Fold(s[max(0, span.Start-20):span.Start])); len(words) < 2 || words[len(words)-1] != "la" || !governed(" "+words[len(words)-2]+" ") && words[len(words)-2] != "sur" && words[len(words)-2] != "vers" && words[len(words)-2] != "dans" {
			return 0
		}
		return townOf(s, span)
	case "region", "prefecture", "province", "district", "departement", "cercle", "wilaya", "gouvernorat", "arrondissement", "canton", "sous-prefecture":
	default:
		return 0
	}
	start := span.End - len(name)
	for _, link := range []string{"de la ", "de l'", "de l’", "de ", "du ", "des ", "d'", "d’"} {
		if strings.HasPrefix(name, link) {
			start += len(link)
			break
		}
	}
	first, _, _ := strings.Cut(s[start:span.End], " ")
	if !capitalAfter(" "+first) || strings.Contains(s[start:span.End], " et ") || vocabulary.Of(extractors.Fold(first))&(vocabulary.NounFR|vocabulary.AdjectiveFR) != 0 {
		return 0 // "dans le Département de la Santé"
	}
	words := strings.Fields(extractors.Fold(s[max(0, span.Start-40):span.Start]))
	for n := len(words); n > 0 && (words[n-1] == "de" || words[n-1] == "la" || words[n-1] == "du" || words[n-1] == "le" || words[n-1] == "l'"); n-- {
		words = words[:n-1]
	}
	if len(words) == 0 {
		return 0
	}
	switch words[len(words)-1] {
	case "gouverneur", "gouverneure", "wali", "prefet", "prefete", "sous-prefet", "chef-lieu", "habitants", "populations", "population", "jeunes", "villages", "localites", "communes", "dans":
		return start
	}
	return 0
}

// townOf returns where the name of the town starts in a span that has "ville de"
// before it; 0 where that is something else.
func townOf(s string, span extractors.Span) int {
	_, name, _ := strings.Cut(s[span.Start:span.End], " ")
	for _, link := range []string{"de ", "d'", "d’", "du "} {
		if rest, ok := strings.CutPrefix(name, link); ok && capitalAfter(" "+rest) {
			return span.End - len(rest)
		}
	}
	return 0
}

// cited returns the two authors of a work in a span, as brackets cite it: "(Velmisa
// & Larga, 2003)".
func cited(s string, span extractors.Span) (a, b extractors.Span, ok bool) {
	x, y, _ := strings.Cut(s[span.Start:span.End], " & ")
	rest := strings.TrimLeft(s[span.End:], ", ")
	if before := strings.TrimRight(s[:span.Start], " "); !strings.HasSuffix(before, "(") && !strings.HasSuffix(before, ";") {
		return a, b, false
	}
	if len(rest) == len(s)-span.End || len(rest) < 5 || rest[:2] != "19" && rest[:2] != "20" || strings.TrimLeft(rest[:4], "0123456789") != "" || '0' <= rest[4] && rest[4] <= '9' {
		return a, b, false
	}
	for _, name := range []string{x, y} {
		if !capitalAfter(" "+name) || strings.ContainsAny(name, " &") || strings.ToUpper(name) == name {
			return a, b, false
		}
	}
	return extractors.Span{Start: span.Start, End: span.Start + len(x)}, extractors.Span{Start: span.End - len(y), End: span.End}, true
}

// abbreviated reports whether the initials of three or more words of a span follow
// it in brackets, "Velmisa Larga Kambra (VLK)": hardly a person has that.
func abbreviated(s string, span extractors.Span) bool {
	words := strings.Fields(s[span.Start:span.End])
	rest, ok := strings.CutPrefix(s[span.End:], " (")
	if !ok || len(words) < 3 || len(rest) <= len(words) || rest[len(words)] != ')' {
		return false
	}
	if c := people.Classify(extractors.Fold(words[0])); c.Given || c.RareGiven || people.Classify(extractors.Fold(words[1])).Given {
		return false // "Awa Larga Velmisa (ALV)"
	}
	for i, w := range words {
		if w[0] != rest[i] || w[0] < 'A' || w[0] > 'Z' {
			return false
		}
	}
	return true
}

// surnameInCapitals reports whether s is a given name of the lists and a surname
// in capitals, "Awa VELMISA".
func surnameInCapitals(s string) bool {
	given, surname, ok := strings.Cut(s, " ")
	r, n := utf8.DecodeRuneInString(given)
	return ok && len(surname) > 3 && !strings.ContainsAny(surname, " .&/0123456789") && strings.ToUpper(surname) == surname && n < len(given) && unicode.IsUpper(r) &&
		strings.ToLower(given[n:]) == given[n:] && people.Classify(extractors.Fold(given)).Given && organizations.Classify(extractors.Fold(surname)) == (organizations.WordClass{})
}

// headed reports whether a word of s heads names of bodies.
func headed(s string) bool {
	for w := range strings.FieldsSeq(s) {
		if organizations.Classify(extractors.Fold(w)).Head {
			return true
		}
	}
	return false
}

// bodyOf returns where the body of a post in small letters starts that the tagger
// took for one, "médiateur de la crise de la Velmisa": the last of the rules that
// ends the span; 0 where there is none.
func bodyOf(s string, span extractors.Span, rules []extractors.Mention) int {
	first, _, _ := strings.Cut(s[span.Start:span.End], " ")
	if strings.ToLower(first) != first || !people.Classify(extractors.Fold(first)).Role && extractors.Fold(first) != "mediateur" {
		return 0
	}
	for i := range rules {
		if m := &rules[i]; m.Start >= span.End {
			break
		} else if m.End == span.End && m.Type == extractors.Org && m.Confidence >= extractors.Certain {
			return m.Start
		}
	}
	return 0
}

// behindLetters returns where a person's name begins that starts within letters
// with points, "président de la B.|A.D., Awa Velmisa": behind them. It is the end
// of the span where nothing else is in it.
func behindLetters(s string, span extractors.Span) int {
	if span.Start < 2 || s[span.Start-1] != '.' || s[span.Start-2] < 'A' || s[span.Start-2] > 'Z' {
		return span.Start
	}
	i := span.Start
	for i+1 < span.End && 'A' <= s[i] && s[i] <= 'Z' && s[i+1] == '.' {
		i += 2
	}
	for i < span.End && strings.IndexByte("., ", s[i]) >= 0 {
		i++
	}
	return i
}

// acronymsOfCountries returns the acronyms by which the text defines a country,
// "Velmisa Republic (VR)"; nil if there is none.
func acronymsOfCountries(t *extractors.Text, rules []extractors.Mention) map[string]bool {
	var out map[string]bool
	for i := 1; i < len(rules); i++ {
		name, m := &rules[i-1], &rules[i]
		if m.Type != extractors.Loc || name.Type != extractors.Loc || len(m.Norm) != 2 || m.Norm != name.Norm || m.Start-name.End != 2 || t.S[m.Start-1] != '(' {
			continue
		}
		if s := t.S[m.Start:m.End]; strings.ToUpper(s) == s {
			if out == nil {
				out = make(map[string]bool)
			}
			out[s] = true
		}
	}
	return out
}

// personBehind cuts a body that the tagger ran together with the person behind it,
// and returns the person: where a name or acronym of the table ends, "UNICEF Awa
// Larga Velmisa", and behind whom somebody presides, "président du Sénat Awa Velmisa".
func personBehind(t *extractors.Text, m *extractors.Mention) (person extractors.Mention, ok bool) {
	if m.Type != extractors.Org || strings.Count(t.S[m.Start:m.End], " ") < 2 {
		return person, false
	}
	if acronym, rest, _ := strings.Cut(t.S[m.Start:m.End], " "); len(acronym) > 1 && len(acronym) < 7 && organizations.IsParty(acronym) && fullName(" "+rest) && strings.ToUpper(rest) != rest {
		person = *m
		person.Type, person.Start = extractors.Per, m.End-len(rest)
		m.End = m.Start + len(acronym) // "la VLQ Awa de Velmisa", who is of that party
		return person, true
	}
	if acronym, rest, ok := strings.Cut(t.S[m.Start:m.End], " de "); ok && len(acronym) > 1 && strings.ToUpper(acronym) == acronym && !strings.Contains(acronym, " ") && fullName(" "+rest) {
		person = *m
		person.Type, person.Start = extractors.Per, m.End-len(rest)
		m.End = m.Start + len(acronym) // "MRC de Awa Velmisa", whose party it is
		return person, true
	}
	o, end := organizations.KnownAt(t, m.Start)
	first, _, _ := strings.Cut(t.S[m.Start:m.End], " ")
	short := presided(extractors.Fold(first)) && end <= m.Start+len(first) && president(t.S[:m.Start])
	if short {
		end = m.Start + len(first)
	}
	if end == 0 || end >= m.End {
		return person, false
	}
	for _, link := range []string{" de ", " d'", " d’", " of "} {
		if rest, ok := strings.CutPrefix(t.S[end:m.End], link); ok && o != nil && fullName(" "+rest) {
			person = *m
			person.Type, person.Start = extractors.Per, m.End-len(rest)
			m.End = end // "Autorité velmisienne d'Awa Larga"
			return person, true
		}
	}
	if !capitalAfter(t.S[end:m.End]) {
		return person, false
	}
	words := strings.Fields(t.S[end:m.End])
	if c := people.Classify(extractors.Fold(words[0])); len(words) < 2 || len(words) > 4 || !c.Given && !(short && (c.RareGiven || c.Surname)) {
		return person, false
	}
	for _, w := range words {
		f := extractors.Fold(w)
		if r, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(r) || organizations.Classify(f).Head || vocabulary.Of(f)&(vocabulary.CommonEN|vocabulary.Person) == vocabulary.CommonEN {
			return person, false
		}
	}
	person = *m
	person.Type, person.Start = extractors.Per, end+1
	m.End = end
	return person, true
}

// president reports whether s ends with whom a body is presided by: "président du".
func president(s string) bool {
	words := strings.Fields(extractors.Fold(s[max(0, len(s)-30):]))
	for n := len(words); n > 0 && (words[n-1] == "de" || words[n-1] == "la" || words[n-1] == "du" || words[n-1] == "l'" || words[n-1] == "of" || words[n-1] == "the"); n-- {
		words = words[:n-1]
	}
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1] {
	case "president", "presidente", "vice-president", "vice-presidente", "speaker", "chef":
		return true
	}
	return false
}

// presided reports whether a folded word is a body that the name of its president
// may follow: "le président du Conseil Awa Velmisa".
func presided(w string) bool {
	switch w {
	case "senat", "parlement", "conseil", "assemblee", "chambre", "gouvernement", "senate", "parliament":
		return true
	}
	return false
}

// pointEnd returns the end of a span with the last point of an abbreviation by
// letters that the span has all the others of, "U.S" with a point behind it.
func pointEnd(s string, span extractors.Span) int {
	n := span.Len()
	if n < 3 || span.End >= len(s) || s[span.End] != '.' || s[span.End-2] != '.' || s[span.End-1] < 'A' || s[span.End-1] > 'Z' {
		return span.End
	}
	return span.End + 1
}

// onlyPlaces reports whether three places or more that the rules found follow
// each other in the span with nothing or commas between, a menu of countries,
// "Guinée Guinea Mali", or hyphens join two countries, "Guinée-Mali".
func onlyPlaces(t *extractors.Text, rules []extractors.Mention, span extractors.Span) bool {
	end, n := span.Start, 0
	for ; n < len(rules) && rules[n].Start < span.End; n++ {
		m := &rules[n]
		if m.Type != extractors.Loc || m.Confidence < extractors.Certain || strings.Trim(t.S[end:m.Start], " \t\n\u00a0,;/|-–") != "" {
			return false
		}
		end = m.End
	}
	return end == span.End && (n >= 3 || n == 2 && plainCountry(&rules[0]) && plainCountry(&rules[1]) && strings.ContainsAny(t.S[rules[0].End:rules[1].Start], "-–"))
}

// namesakes makes persons of what the tagger takes for a body or a place where it
// is a lone word, no rule or list has it, and the text gives it as a part of a
// person's name elsewhere: "Mme Maria Velmisa … Velmisa revient".
func namesakes(t *extractors.Text, rules, tags []extractors.Mention) []extractors.Mention {
	var parts map[string]bool // of full names, folded
	add := func(m *extractors.Mention) {
		s := t.S[m.Start:m.End]
		if m.Type != extractors.Per || !strings.ContainsAny(s, " \u00a0") || m.Confidence < sureName {
			return
		}
		if parts == nil {
			parts = make(map[string]bool)
		}
		for w := range strings.FieldsSeq(s) {
			if len(w) > 3 {
				parts[extractors.Fold(w)] = true
			}
		}
	}
	for i := range tags {
		add(&tags[i])
	}
	if parts == nil {
		return tags
	}
	k := 0
	for i := range tags {
		m := &tags[i]
		for k < len(rules) && rules[k].End <= m.Start {
			k++
		}
		if m.Type != extractors.Org && m.Type != extractors.Loc || k < len(rules) && rules[k].Start < m.End && rules[k].Type != extractors.Per && rules[k].Confidence >= extractors.Certain {
			continue
		}
		if s := t.S[m.Start:m.End]; !strings.ContainsAny(s, " \u00a0-") && parts[extractors.Fold(s)] {
			m.Type = extractors.Per
		}
	}
	return tags
}

// sureName is the confidence from which a full name explains a part of it.
const sureName = 0.8

// complement reports whether s goes on with "de" and nouns in small letters.
func complement(s string) bool {
	return (strings.HasPrefix(s, " de ") || strings.HasPrefix(s, " d’") || strings.HasPrefix(s, " d'")) && !strings.ContainsFunc(s, unicode.IsUpper)
}

// governed reports whether a preposition ends s: "envoy to", "ambassadeur au".
func governed(s string) bool {
	for _, w := range []string{" to ", " of ", " in ", " for ", " au ", " aux ", " en ", " du ", " de la ", " de ", " à "} {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}

// fullName reports whether s is a space and a person's name that begins with a
// given name of the lists.
func fullName(s string) bool {
	words := strings.Fields(s)
	return capitalAfter(s) && len(words) > 1 && len(words) < 5 && people.Classify(extractors.Fold(words[0])).Given &&
		!slices.ContainsFunc(words, func(w string) bool { return organizations.Classify(extractors.Fold(w)).Head })
}

// ruled reports whether s ends with the post of somebody who has to do with the
// country that is behind it: "President of", "ambassadeur du".
func ruled(s string) bool {
	words := strings.Fields(s[max(0, len(s)-40):])
	for i := len(words) - 1; i >= 0 && i >= len(words)-3; i-- {
		switch extractors.Fold(words[i]) {
		case "president", "presidente", "minister", "ministre", "premier", "premiere", "ambassador", "ambassadeur", "ambassadrice", "king", "queen", "roi", "reine", "envoy", "envoye", "envoyee":
			return true
		}
	}
	return false
}

// twoNames reports whether s is a space and two or three words with capitals, none
// of which heads the name of a body.
func twoNames(s string) bool {
	words := strings.Fields(s)
	return capitalAfter(s) && (len(words) == 2 || len(words) == 3) && !slices.ContainsFunc(words, func(w string) bool {
		r, _ := utf8.DecodeRuneInString(w)
		return !unicode.IsUpper(r) || organizations.Classify(extractors.Fold(w)).Head
	})
}

// goesOn reports whether a sentence goes on with s behind a place.
func goesOn(s string) bool {
	for _, w := range []string{" avec ", " dans ", " des ", " pour ", " sur "} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// partOf reports whether s, before a place, says what part of it.
func partOf(s string) bool {
	for w := range strings.FieldsSeq(strings.ToLower(s)) {
		switch w {
		case "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "centre", "center", "of", "and", "the", "regions", "region":
		default:
			return false
		}
	}
	return true
}

// capitalAfter reports whether a capitalised word opens s after its space.
func capitalAfter(s string) bool {
	if len(s) < 2 || s[0] != ' ' {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[1:])
	return unicode.IsUpper(r)
}

// known reports whether the tagger may be believed in a language: it has
// learned it, or nothing tells which one it is.
func known(lang string) bool { return lang == "fr" || lang == "en" || lang == "" }

// speaksFor reports whether what the tagger found in a language that it does
// not know is a name all the same: a rule found the like there, or it looks like
// one and a list has a word of it.
func speaksFor(t *extractors.Text, rule, m *extractors.Mention) bool {
	s := t.S[m.Start:m.End]
	for _, r := range s {
		if unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) {
			return false
		}
	}
	if rule != nil && rule.Type == m.Type && rule.Rule != people.ShortForm {
		return true
	}
	words := strings.Fields(s)
	if len(words) > 8 || m.Type == extractors.Per && len(words) > 5 {
		return false
	}
	known := false
	for i, w := range words {
		w = strings.Trim(extractors.Fold(w), ".,'()")
		switch m.Type {
		case extractors.Per:
			c := people.Classify(w)
			known = known || len(words) > 1 && i == 0 && (c.Given || c.RareGiven)
			if r, _ := utf8.DecodeRuneInString(words[i]); unicode.IsLower(r) && !c.Particle {
				return false
			}
		case extractors.Org:
			known = known || organizations.Classify(w).Head || strings.ToUpper(words[i]) == words[i] && len(words[i]) > 2 && len(words) == 1
		}
	}
	return known
}

// isCountry reports whether s is a country's acronym that names no body in any
// text: "US", "U.K.".
func isCountry(s string) bool {
	switch s {
	case "US", "U.S.", "U.S", "USA", "U.S.A.", "UK", "U.K.", "U.K", "UAE", "U.A.E.":
		return true
	}
	return false
}

// namesOther reports whether the rules take the span of the mention for a body
// of the table or for a country: a surname that is also one of these needs more
// than a fuller name elsewhere.
func namesOther(rules []extractors.Mention, m *extractors.Mention) bool {
	k, _ := slices.BinarySearchFunc(rules, m.Start, func(r extractors.Mention, start int) int { return cmp.Compare(r.Start, start) })
	return k < len(rules) && rules[k].Span == m.Span && (rules[k].Type == extractors.Org && rules[k].Rule == "table" || plainCountry(&rules[k])) && rules[k].Confidence >= extractors.Certain
}

// preferTable replaces what the tagger cut out of a long name of the table, or of
// a place, by that name, and what it ran together of two bodies of the table by
// the two.
func preferTable(t *extractors.Text, rules, tags []extractors.Mention) []extractors.Mention {
	out := make([]extractors.Mention, 0, len(tags)+len(tags)/8)
	k := 0
	for _, m := range tags {
		if caseless(t.S[m.Start:]) {
			continue // there is nothing to go by
		}
		if m.Type == extractors.Org {
			m.End = columnEnd(t.S, m.Span)
		}
		for k < len(rules) && rules[k].End <= m.Start {
			k++
		}
		var inside []extractors.Mention
		for j := k; j < len(rules) && rules[j].End <= m.End; j++ {
			if longName(t, &rules[j]) && m.Contains(rules[j].Span) {
				inside = append(inside, rules[j])
			}
		}
		if len(inside) > 1 {
			out = append(out, inside...)
			continue
		}
		if k < len(rules) && (longName(t, &rules[k]) || m.Span != rules[k].Span && longPlace(t, &rules[k], m.Type)) && rules[k].Contains(m.Span) {
			m = rules[k]
			if n := len(out); n > 0 && out[n-1].Span == m.Span {
				continue
			}
		}
		out = append(out, m)
	}
	return out
}

// columnEnd returns where the first column of a span ends: a tab or three
// spaces part what no name joins, "Conseil de sécurité      Distr. générale".
func columnEnd(s string, sp extractors.Span) int {
	for _, gap := range []string{"\t", "   "} {
		if i := strings.Index(s[sp.Start:sp.End], gap); i > 0 {
			sp.End = sp.Start + len(strings.TrimRight(s[sp.Start:sp.Start+i], " "))
		}
	}
	return sp.End
}

// longName reports whether a rule found a name of the table of three words or
// more, which means nothing else, or one of which the text says what it is.
func longName(t *extractors.Text, m *extractors.Mention) bool {
	return m.Type == extractors.Org && (m.Rule == organizations.Quoted || m.Rule == organizations.Introduced) || m.Type == extractors.Org && m.Rule == "table" && strings.Count(t.S[m.Start:m.End], " ") >= 2
}

// longPlace reports whether a rule found a place by a name of several words that
// means nothing else, of which the tagger made a body, "sub-Saharan Africa", or a
// country's, of which it made two.
func longPlace(t *extractors.Text, m *extractors.Mention, as extractors.Type) bool {
	return (as == extractors.Org || as == extractors.Loc && plainCountry(m)) && m.Type == extractors.Loc && m.Rule == "name" && m.Confidence >= 0.95 &&
		strings.Contains(t.S[m.Start:m.End], " ") && !strings.Contains(t.S[m.Start:m.End], ",")
}

// surePlace reports whether a rule found a place whose name of several words
// means nothing else, "Washington D.C.", or one that stands between "in" and
// its country.
func surePlace(t *extractors.Text, m *extractors.Mention) bool {
	if m.Type != extractors.Loc || !strings.Contains(t.S[m.Start:m.End], " ") {
		return false
	}
	before := t.S[max(0, m.Start-6):m.Start]
	return m.Confidence >= 0.95 || m.Rule == "before-country" && (strings.HasSuffix(before, " in ") || strings.HasSuffix(before, " à ") || strings.HasSuffix(before, " near "))
}
