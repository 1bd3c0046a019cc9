package dates

import (
	"cmp"
	"fmt"
	"strings"

	"tamis/extractors"
)

// describe adds what the text around the date says of it.
func (s *scanner) describe(m *extractors.Mention, d *date) {
	if d.ambiguous {
		m.SetAttr(AttrOrder, "ambiguous")
	}
	if d.calendar != "" {
		m.SetAttr(AttrCalendar, d.calendar)
	}
	qualifier := s.surroundings(m, d)
	if side := s.onwards(d.next); side != "" && !d.ranged {
		m.SetAttr(AttrOpen, side)
	}
	edtf := d.edtf
	if edtf == "" {
		edtf = s.partOf(d)
	}
	if edtf == "" {
		edtf = s.countedIn(d)
	}
	if qualifier != "" {
		m.SetAttr(AttrQualifier, qualifier)
		if !strings.Contains(cmp.Or(edtf, m.Norm), "/") {
			edtf = cmp.Or(edtf, m.Norm) + qualifier
		}
	}
	if open := m.Attr(AttrOpen); open != "" && !strings.Contains(cmp.Or(edtf, m.Norm), "/") {
		edtf = cmp.Or(edtf, m.Norm) + "/.."
		if open == "before" {
			edtf = "../" + strings.TrimSuffix(edtf, "/..")
		}
	}
	if edtf != "" {
		m.SetAttr(AttrEDTF, edtf)
	}
	if at := s.timeOf(d); at != "" {
		m.SetAttr(AttrTime, at)
	}
	if role := s.roleOf(d); role != "" {
		m.SetAttr(AttrDateRole, role)
	}
}

// surroundings reads the words right before the date: "vers 1950", "début
// 2022", "depuis 2015", "fiscal year 2008". It returns the qualifier of EDTF:
// "~" where the text calls the date approximate, "?" where it doubts it, "%"
// where it does both.
func (s *scanner) surroundings(m *extractors.Mention, d *date) (qualifier string) {
	if s.char(d.next) == '?' && s.near(d.next) && s.char(d.next+1) == ')' { // "(1950?)"
		qualifier = "?"
	}
	for k := d.first - 1; k >= 0 && k >= d.first-4 && s.same(k+1); k-- {
		w := s.at(k)
		switch {
		case w.is&isApprox != 0 && d.from.unit != dayUnit || w.form == "vers" || w.form == "circa":
			if qualifier == "?" {
				return "%"
			}
			qualifier = "~"
		case w.is&isMaybe != 0, w.form == "etre" && s.char(k-1) == '-' && s.at(k-2).form == "peut":
			if qualifier == "~" {
				return "%"
			}
			return "?"
		case w.is&isEarly != 0:
			m.SetAttr(AttrPart, "early")
		case w.is&isMid != 0:
			m.SetAttr(AttrPart, "mid")
		case w.is&isLate != 0:
			m.SetAttr(AttrPart, "late")
		case w.is&(isAfter|isUntil) != 0 && s.same(k) && s.at(k-1).is&(isCounted|isYearWord) != 0: // "two weeks before 5 May"
			return qualifier
		case w.is&isBound != 0 && !d.ranged:
			if side := s.boundAt(k, d); side != "" {
				m.SetAttr(AttrOpen, side)
			}
		case w.is&isFiscal != 0:
			m.SetAttr(AttrCalendar, "fiscal")
		case w.is&isSchool != 0:
			m.SetAttr(AttrCalendar, "school")
		case w.is&(isThe|isOf|isIn|isYearWord|isMonthWord) != 0, w.form == "a", s.char(k) == '-' && s.near(k+1), s.char(k) == '.' && w.is == 0 && s.at(k-1).form == "c":
		default:
			return qualifier
		}
	}
	return qualifier
}

// boundAt returns the side that the word at token k, before the date, leaves
// open: "depuis", "prior to", "no later than"; "" where it does not.
func (s *scanner) boundAt(k int, d *date) string {
	switch w := s.at(k); w.form {
	case "des":
		if w := s.surface(k); w != "dès" && w != "Dès" {
			return ""
		}
	case "from":
		if s.onwards(d.next) != "after" {
			return ""
		}
	case "as":
		if s.at(k+1).form != "of" && s.at(k+1).form != "from" {
			return ""
		}
	case "ici":
		if k == 0 || s.tok[k-1].Shape&extractors.IsElided == 0 {
			return ""
		}
		return "before"
	case "than":
		later := s.surface(k-1) == "later" || s.surface(k-1) == "greater"
		if !later && s.surface(k-1) != "earlier" {
			return ""
		}
		if not := s.surface(k - 2); (not == "no" || not == "not") == later {
			return "before"
		}
	case "until", "till", "before", "avant", "jusqu", "through", "by", "prior":
		return "before"
	}
	return "after"
}

// onwards returns the side that the words from token i on, right after a date,
// leave open, "" if none: "onwards", "or later", "et après".
func (s *scanner) onwards(i int) string {
	if !s.same(i) {
		return ""
	}
	switch s.surface(i) {
	case "onwards", "onward":
		return "after"
	case "-", "–", "—", "to", "à":
		switch s.surface(i + 1) {
		case "present", "date", "now", "aujourd'hui", "aujourd’hui":
			return "after" // "2015–present", "from 2015 to date"
		case "the":
			if s.surface(i+2) == "present" && !s.endsHere(i+2) {
				return "after"
			}
		case "ce":
			if s.surface(i+2) == "jour" {
				return "after"
			}
		}
		return ""
	}
	w, next := s.surface(i), i+2
	if s.at(i).is&isAnd == 0 && w != "or" && w != "ou" || !s.same(i+1) {
		return ""
	}
	side := ""
	switch s.surface(i + 1) {
	case "later", "after", "onwards", "beyond", "greater", "après":
		side = "after"
	case "earlier", "before", "avant":
		side = "before"
	case "plus":
		switch s.surface(i + 2) {
		case "tard":
			side = "after"
		case "tôt":
			side = "before"
		}
		next++
	}
	if s.same(next) && s.char(next) == 0 {
		return "" // "in 2015 and after the war"
	}
	return side
}

// partOf returns in EDTF the season, quarter or half of the year that stands
// beside a lone year, or the range of them, "" if none: "spring 2022", "premier
// trimestre de 2018", "Q3 2019", "2019 H2", "Q1 to Q3 2019".
func (s *scanner) partOf(d *date) string {
	if d.from.unit != yearUnit {
		return ""
	}
	if d.ranged {
		if k := d.first - 1; d.to.unit == yearUnit && d.to.year == d.from.year+1 {
			for n := 0; n < 2 && s.at(k).is&(isOf|isThe) != 0 && s.same(k+1); n++ {
				k--
			}
			if w := s.at(k); s.same(k+1) && w.is&isSub != 0 && w.value == 24 { // "winter 2019-20"
				return subEDTF(d.from.year, 24)
			}
		}
		return ""
	}
	sub, first, _ := s.subOf(d)
	if sub == 0 {
		return ""
	}
	edtf := subEDTF(d.from.year, sub)
	k := first - 1
	for s.at(k).is&isThe != 0 && s.same(k+1) {
		k--
	}
	w := s.at(k)
	if first == d.first || k < 1 || !s.same(k+1) || !s.same(k) || w.is&(isTo|isAnd) == 0 && s.char(k) != '/' {
		return edtf
	}
	from := s.subCode(s.surface(k - 1))
	if w := s.at(k - 1); from == 0 && w.is&isSub != 0 && w.value < 30 {
		from = w.value // "spring to autumn 2019"
	} else if n, _ := s.ordinalAt(k - 1); from == 0 && n > 0 && sub > 30 { // "premier au troisième trimestre"
		from = n - 1 + 33
		if sub >= 40 {
			from = n - 1 + 40
		}
	}
	if from == 0 || from >= sub || from/10 != sub/10 || w.is&isTo == 0 && from+1 != sub {
		return edtf
	}
	return subEDTF(d.from.year, from) + "/" + edtf
}

func subEDTF(year, sub int) string { return fmt.Sprintf("%04d-%02d", year, sub) }

// subOf returns the EDTF code of the part of the year that stands beside the
// year, or 0, with the first and next token of the two together.
func (s *scanner) subOf(d *date) (sub, first, next int) {
	if d.sub != 0 {
		return d.sub, d.first, d.next
	}
	k := d.first - 1
	for n := 0; n < 3 && k > 0 && s.same(k+1) && (s.at(k).is&(isOf|isThe) != 0 || s.char(k) == '-' || s.char(k) == ',' || s.at(k).is&isYearWord != 0 ||
		s.char(k) == '.' && s.near(k) && s.at(k-1).is&isSub != 0); n++ {
		k--
	}
	if k >= 0 && s.same(k+1) {
		if code := s.subCode(s.surface(k)); code != 0 {
			return code, k, d.next
		}
		if w := s.at(k); w.is&isSub != 0 {
			code, first := s.subNumber(k, w)
			return code, first, d.next
		}
	}
	k = d.next
	if s.char(k) == '-' {
		k++
	}
	if s.same(k) {
		if code := s.subCode(s.surface(k)); code != 0 {
			return code, d.first, k + 1
		}
	}
	if s.at(k).is&isThe != 0 && s.same(k) && s.same(k+2) && s.at(k+1).is&isOrd != 0 && s.at(k+2).is&isSub != 0 { // "2016 the third quarter"
		code, _ := s.subNumber(k+2, s.at(k+2))
		return code, d.first, k + 3
	}
	return 0, d.first, d.next
}

// partRange parses a range of parts of years: "from 2017 Q1 to 2018 Q1", "Q1
// 2017 - Q3 2018", "printemps 2018 au printemps 2019". The year y stands at
// token i, with a part beside it.
func (s *scanner) partRange(i, y int) (date, bool) {
	d := date{first: i, next: i + 1, from: point{year: y, unit: yearUnit}, rule: "years"}
	from, first, after := s.subOf(&d)
	if from == 0 {
		return d, false
	}
	join, k := s.joinAt(after)
	if join != byTo && (join != byAnd || !s.between(first)) {
		return d, false
	}
	to, k := s.subAt(k)
	for to != 0 && s.same(k) && s.at(k).is&(isOf|isThe) != 0 {
		k++
	}
	z, next := s.yearAt(k)
	if z < y || !s.yearClosed(next) || !s.same(k) {
		return d, false
	}
	if to == 0 {
		q := date{first: k, next: next, from: point{year: z, unit: yearUnit}}
		if to, _, next = s.subOf(&q); to == 0 || next == k+1 {
			return d, false
		}
	}
	d.next, d.edtf = next, subEDTF(y, from)+"/"+subEDTF(z, to)
	if z > y {
		d.to, d.ranged = point{year: z, unit: yearUnit}, true
	}
	return d, z > y || from < to
}

// subAt reads a part of a year at token k: "Q3", "troisième trimestre",
// "spring".
func (s *scanner) subAt(k int) (sub, next int) {
	if !s.same(k) {
		return 0, k
	}
	if code := s.subCode(s.surface(k)); code != 0 {
		return code, k + 1
	}
	n := k
	if s.at(k).is&(isOrd|isLast) != 0 || s.tokenHasDigit(k) {
		n++
	}
	if w := s.at(n); s.same(n) && w.is&isSub != 0 {
		if code, first := s.subNumber(n, w); first == k && code != 0 {
			return code, n + 1
		}
	}
	return 0, k
}

// subNumber returns the code of the part of the year whose noun is token k,
// with the ordinal before it, and the first token of the two.
func (s *scanner) subNumber(k int, w *word) (code, first int) {
	switch w.value {
	case 21, 22, 23, 24:
		return w.value, k
	}
	limit := 4
	if w.value == 40 {
		limit = 2
	}
	if k == 0 || !s.same(k) {
		return 0, k
	}
	first = k - 1
	if s.char(first) == '-' {
		first--
	}
	n, _ := s.dayAt(max(first, 0))
	if s.at(first).is&isNext != 0 && n == 0 {
		if s.at(first).form != "dernier" && s.at(first).form != "last" {
			return 0, k
		}
		n = limit
	}
	if n < 1 || n > limit {
		return 0, k
	}
	return w.value + n - 1, first
}

// clock reads a time of day at token i: "14:40", "14h40", "18 h 30", "4 pm",
// "4.30 p.m.", "19 heures", "noon". It returns it as "15:04" with the index
// after it.
func (s *scanner) clock(i int) (at string, next int) {
	if !s.same(i) || i >= len(s.tok) {
		return "", i
	}
	switch s.at(i).form {
	case "noon", "midi":
		return "12:00", i + 1
	case "midnight", "minuit":
		return "00:00", i + 1
	}
	w := s.surface(i)
	hour, width, rest := leading(w)
	if width == 0 || width > 2 || hour > 24 {
		return "", i
	}
	minute, next := -1, i+1
	switch {
	case rest == "" && (s.char(next) == ':' || s.char(next) == '.') && s.near(next) && s.near(next+1):
		n, width, tail := leading(s.surface(next + 1))
		if width != 2 || n > 59 {
			return "", i
		}
		minute, rest = n, tail
		colon := s.char(next) == ':'
		next += 2
		for colon && (s.char(next) == ':' || s.char(next) == '.') && s.near(next) && s.near(next+1) && s.tokenHasDigit(next+1) {
			next += 2 // seconds
		}
		if !colon && rest == "" && !s.halfDay(next) {
			return "", i
		}
	case rest == "h" || rest == "H":
		minute, rest = 0, ""
		if n, width := s.number(next); width == 2 && n < 60 && s.same(next) {
			minute = n
			next++
		}
	case len(rest) == 3 && (rest[0] == 'h' || rest[0] == 'H'):
		n, ok := digits(rest[1:])
		if !ok || n > 59 {
			return "", i
		}
		minute, rest = n, ""
	case rest == "" && s.same(next) && (s.surface(next) == "h" || s.surface(next) == "heures" || s.surface(next) == "heure"):
		minute = 0
		next++
		if n, width := s.number(next); width == 2 && n < 60 && s.same(next) {
			minute = n
			next++
		}
	}
	switch {
	case rest == "am" || rest == "pm" || rest == "AM" || rest == "PM":
	case rest != "":
		return "", i
	case s.halfDay(next):
		rest = s.surface(next)
		next++
		if s.char(next) == '.' && len(rest) == 1 {
			next += 2
			if s.char(next) == '.' {
				next++
			}
		}
	case minute < 0:
		return "", i
	}
	if rest != "" {
		if hour > 12 {
			return "", i
		}
		hour %= 12
		if rest[0] == 'p' || rest[0] == 'P' {
			hour += 12
		}
	}
	return fmt.Sprintf("%02d:%02d", hour%24, max(minute, 0)), min(next, len(s.tok))
}

// halfDay reports whether "am" or "p.m." stands at token i.
func (s *scanner) halfDay(i int) bool {
	if !s.same(i) {
		return false
	}
	switch w := s.surface(i); w {
	case "am", "pm", "AM", "PM":
		return true
	case "a", "p":
		return s.char(i+1) == '.' && (s.surface(i+2) == "m" || s.surface(i+2) == "M")
	}
	return false
}

// timeOf returns the time of day that stands beside a day.
func (s *scanner) timeOf(d *date) string {
	if d.from.unit != dayUnit || d.ranged {
		return ""
	}
	if t := s.tok[d.next-1]; d.end != 0 && d.end < t.End { // 2016-12-16T12:23
		if hour, ok := digits(s.s[d.end+1 : t.End]); ok && hour < 24 && s.char(d.next) == ':' {
			if minute, width := s.number(d.next + 1); width == 2 && minute < 60 {
				return fmt.Sprintf("%02d:%02d", hour, minute)
			}
		}
		return ""
	}
	k := d.next
	for n := 0; n < 3 && s.same(k); n++ {
		if at, _ := s.clock(k); at != "" {
			return at
		}
		switch w := s.surface(k); w {
		case ",", "at", "à", "@", "-", "–", "—", "from", "de", "dès", "vers", "(", "|":
			k++
			continue
		}
		break
	}
	// "at 10 a.m. on 5 May", "à 18 heures le 5 mai"
	for k := max(0, d.first-9); k < d.first-1; k++ {
		if at, next := s.clock(k); at != "" && next <= d.first && s.oneLine(k, d.first-1) {
			for next < d.first && (s.at(next).is&(isOn|isThe) != 0 || s.char(next) == ',') {
				next++
			}
			if next == d.first {
				if k > 0 && s.at(k-1).is&(isTo|isAnd) != 0 { // "from 9 to 11 a.m. on"
					for j := max(0, k-6); j < k-1; j++ {
						if from, next := s.clock(j); from != "" && next == k-1 && s.oneLine(j, k) {
							return from
						}
					}
				}
				return at
			}
		}
	}
	return ""
}

// roleReach is how many tokens before a date may say what happened on it.
const roleReach = 8

// roleOf returns what the words before the date in its sentence say that
// happened then. The nearest says it.
func (s *scanner) roleOf(d *date) string {
	for k := d.first - 1; k >= 0 && k >= d.first-roleReach && s.same(k+1); k-- {
		if c := s.char(k); c == '.' && !s.near(k+1) && k < d.first-1 || c == ';' {
			return ""
		}
		switch w := s.at(k); {
		case w.is&isForce != 0:
			return "in_force"
		case w.is&isAdopted != 0:
			return "adopted"
		case w.is&isPublished != 0:
			return "published"
		case w.is&isSigned != 0:
			return "signed"
		case w.is&isDeadline != 0:
			return "deadline"
		case w.is&isEvent != 0, w.is&isPlace != 0 && s.at(k-1).is&isTake != 0: // "takes place", "aura lieu"
			return "event"
		}
	}
	return ""
}
