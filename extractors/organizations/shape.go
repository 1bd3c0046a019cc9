package organizations

import (
	"slices"
	"strings"

	"tamis/extractors"
)

// shape sets right the ends of names that the tagger has found: two bodies that
// "et du" or "and" run together are two, a dash ends a name, a hyphen does not,
// "Inc." has its point, and a mission goes with what it is accredited to.
func (f *finder) shape(found []extractors.Mention) []extractors.Mention {
	var out []extractors.Mention
	for _, m := range found {
		if m.Norm != "" || m.Rule != taggerRule {
			out = append(out, m)
			continue
		}
		for _, piece := range f.split(m) {
			f.cutEvent(&piece)
			f.widen(&piece)
			if n := len(out); n > 0 && f.accredited(&out[n-1], &piece) {
				out[n-1].End = piece.End
				continue
			}
			out = append(out, piece)
		}
	}
	return out
}

// taggerRule is the rule of what the tagger alone has found.
const taggerRule = "tagger"

// split parts a name at a dash with space around it and where another body
// starts.
func (f *finder) split(m extractors.Mention) []extractors.Mention {
	first, end := f.tokenAt(m.Start), f.tokenAt(m.End)
	var out []extractors.Mention
	start := first
	cut := func(stop, next int) {
		piece := m
		piece.Span = extractors.Span{Start: f.Tokens[start].Start, End: f.Tokens[stop-1].End}
		out = append(out, piece)
		start = next
	}
	for i := first + 1; i+1 < end; i++ {
		if f.dash(i) {
			cut(i, i+1)
			continue
		}
		if next := f.another(start, i, end); next > 0 {
			cut(i, next)
		}
	}
	cut(end, end)
	return out
}

// dash reports whether token i is a dash or a bullet with space around it.
func (f *finder) dash(i int) bool {
	switch f.text(i) {
	case "–", "—", "-", "/", "•", "·", "|":
		return f.Tokens[i-1].End < f.Tokens[i].Start && f.Tokens[i].End < f.Tokens[i+1].Start
	}
	return false
}

// another returns the token at which a second body starts when token i, "et" or
// "and", joins it to the one that started at token start; else 0. Both must have
// a head of their own where their language has it: "Ministère de la Santé et de
// la Protection sociale" has one, "Cour des comptes et du Conseil d'État" two.
func (f *finder) another(start, i, end int) int {
	c := f.class(i)
	switch {
	case c&etFR != 0:
		next := i + 1
		for next < end && (f.class(next)&(of|articleFR|aFR) != 0 || f.fold(next) == "au" || f.fold(next) == "aux") {
			next++
		}
		if next == i+1 || next+1 >= end {
			return 0
		}
		left, _ := f.headAt(start)
		right, _ := f.headAt(next)
		if left&headFR != 0 && right&headFR != 0 && f.is(next, extractors.IsCap) {
			return next
		}
	case c&andEN != 0 && i+2 < end:
		next := i + 1
		if f.fold(next) == "the" {
			next++
		}
		if f.class(i-1)&headEN != 0 && f.class(i-1)&plural == 0 && f.is(i-1, extractors.IsCap) && (i-start > 1 || next > i+1) &&
			f.class(end-1)&headEN != 0 && f.is(next, extractors.IsCap) && f.class(next)&headEN == 0 {
			return next
		}
	}
	return 0
}

// events are what an organization holds, adopts or writes, folded: "UNGA
// High-Level Summit" is a summit of UNGA.
var events = map[string]bool{"summit": true, "sommet": true, "session": true, "resolution": true, "declaration": true, "convention": true, "charter": true,
	"charte": true, "strategy": true, "strategie": true, "agenda": true, "guidelines": true, "handbook": true, "website": true, "report": true}

// cutEvent leaves the acronym at the head of a name that goes on to an event or
// a document of the body.
func (f *finder) cutEvent(m *extractors.Mention) {
	i := f.tokenAt(m.Start)
	acronym, ok := f.acronymAt(i)
	if !ok || acronym.End >= m.End {
		return
	}
	for j := f.tokenAt(acronym.End); j < len(f.Tokens) && f.Tokens[j].Start < m.End; j++ {
		if events[f.fold(j)] {
			m.End = acronym.End
			return
		}
	}
}

// legal are the forms of companies that are written with a point.
var legal = []string{"inc", "ltd", "co", "corp", "cie", "bros"}

// widen takes in what is glued to the end of a name, and whose office it is.
func (f *finder) widen(m *extractors.Mention) {
	if i := f.tokenAt(m.Start); i >= 2 && f.is(i-1, extractors.IsPoss) && f.is(i-2, extractors.IsCap) && f.class(i)&headEN != 0 && f.fold(i) == "office" {
		m.Start = f.Tokens[i-2].Start // "Director's Office"
	}
	i := f.tokenAt(m.End)
	last := i - 1
	if last < 0 || i >= len(f.Tokens) || f.Tokens[i].Start != m.End {
		return
	}
	switch {
	case f.byteAt(i) == '-' && f.is(i+1, extractors.IsWord) && f.Tokens[i+1].Start == f.Tokens[i].End && f.is(i+1, extractors.IsCap) &&
		!f.is(i+1, extractors.IsUpper) && !f.is(last, extractors.IsUpper):
		m.End = f.Tokens[i+1].End
	case f.byteAt(i) == '.' && slices.Contains(legal, f.fold(last)) && f.Tokens[last].Start > m.Start:
		m.End = f.Tokens[i].End
	}
}

// accredited reports whether "auprès de" joins a mission to the organization
// after it: it is one name.
func (f *finder) accredited(mission, to *extractors.Mention) bool {
	i, end := f.tokenAt(mission.End), f.tokenAt(to.Start)
	if mission.Rule != taggerRule || end-i < 2 || end-i > 4 || f.fold(i) != "aupres" {
		return false
	}
	for k := i + 1; k < end; k++ {
		if f.class(k)&(of|articleFR) == 0 {
			return false
		}
	}
	head := f.fold(f.tokenAt(mission.Start))
	return head == "mission" || head == "delegation" || head == "representation"
}

// inSymbol reports whether the span is the head of a document's symbol:
// "CRC/C/TUN/CO/4-6", "ICTR-98-41".
func (f *finder) inSymbol(span extractors.Span) bool {
	rest := f.S[span.End:]
	if rest == "" || rest[0] != '/' && rest[0] != '-' {
		return false
	}
	word, _, _ := strings.Cut(rest[:min(len(rest), 24)], " ")
	n := strings.IndexFunc(word, func(r rune) bool {
		return !(r == '/' || r == '-' || r == '.' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z')
	})
	if n >= 0 {
		word = word[:n]
	}
	return len(word) > 2 && (word[0] == '/' || word[1] >= '0' && word[1] <= '9') && strings.ContainsAny(word, "0123456789")
}

// aPost reports whether an unknown name is that of a post: "Sous-Secrétaire
// général pour la coordination", or begins with what the stop-list has and goes
// on in small letters.
func (f *finder) aPost(span extractors.Span) bool {
	i := f.tokenAt(span.Start)
	first := f.fold(i)
	if f.hyphenated(i) {
		first += "-" + f.fold(i+2)
	}
	if posts[first] && f.tokenAt(span.End) > i+1 {
		return true
	}
	_, end, ok := stops().names.Longest(f.Tokens, i)
	if !ok {
		return false
	}
	for ; end < len(f.Tokens) && f.Tokens[end].Start < span.End; end++ {
		if f.is(end, extractors.IsCap) {
			return false
		}
	}
	return true
}

// posts open the titles of officials in French, folded.
var posts = map[string]bool{"secretaire": true, "sous-secretaire": true, "directeur": true, "directrice": true, "coordonnateur": true, "coordonnatrice": true,
	"coordinateur": true, "coordinatrice": true, "representant": true, "representante": true, "haut-representant": true, "conseiller": true, "conseillere": true,
	"rapporteur": true, "rapporteuse": true, "ambassadeur": true, "ambassadrice": true, "gouverneur": true, "gouverneure": true, "ministre": true,
	"vice-president": true, "vice-presidente": true, "envoye": true, "envoyee": true}

// manyBodies reports whether a span is the plural of an acronym, "COPAs": a
// class of bodies.
func (f *finder) manyBodies(span extractors.Span) bool {
	s := f.surface(span)
	n := len(s) - 1
	return n >= 2 && s[n] == 's' && strings.ToUpper(s[:n]) == s[:n] && strings.ToLower(s[:n]) != s[:n] && !strings.ContainsAny(s, " .'’")
}
