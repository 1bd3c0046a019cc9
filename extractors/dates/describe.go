package dates

import (
	"fmt"

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
	approx := s.surroundings(m, d)
	if sub := s.subOf(d); sub != 0 {
		edtf := fmt.Sprintf("%04d-%02d", d.from.year, sub)
		if approx {
			edtf += "~"
		}
		m.SetAttr(AttrEDTF, edtf)
	} else if approx {
		if !d.ranged {
			m.SetAttr(AttrEDTF, m.Norm+"~")
		}
	}
	if at := s.timeOf(d); at != "" {
		m.SetAttr(AttrTime, at)
	}
	if role := s.roleOf(d); role != "" {
		m.SetAttr(AttrDateRole, role)
	}
}

// surroundings reads the words right before the date: "vers 1950", "début
// 2022", "depuis 2015", "fiscal year 2008".
func (s *scanner) surroundings(m *extractors.Mention, d *date) (approx bool) {
	for k := d.first - 1; k >= 0 && k >= d.first-4 && s.same(k+1); k-- {
		w := s.at(k)
		switch {
		case w.is&isApprox != 0 && d.from.unit != dayUnit || w.form == "vers" || w.form == "circa":
			approx = true
			m.SetAttr(AttrQualifier, "~")
		case w.is&isEarly != 0:
			m.SetAttr(AttrPart, "early")
		case w.is&isMid != 0:
			m.SetAttr(AttrPart, "mid")
		case w.is&isLate != 0:
			m.SetAttr(AttrPart, "late")
		case w.is&isAfter != 0 && w.form != "from" && !d.ranged:
			m.SetAttr(AttrOpen, "after")
		case w.is&isUntil != 0 && w.form != "by" && w.form != "through" && !d.ranged:
			m.SetAttr(AttrOpen, "before")
		case w.is&isFiscal != 0:
			m.SetAttr(AttrCalendar, "fiscal")
		case w.is&isSchool != 0:
			m.SetAttr(AttrCalendar, "school")
		case w.is&(isThe|isOf|isIn|isYearWord|isMonthWord) != 0, s.char(k) == '-' && s.near(k+1), s.char(k) == '.' && w.is == 0 && s.at(k-1).form == "c":
		default:
			return approx
		}
	}
	return approx
}

// subOf returns the EDTF code of the season, quarter or half of the year that
// stands beside a lone year, or 0: "spring 2022", "premier trimestre de 2018",
// "Q3 2019", "2019 H2".
func (s *scanner) subOf(d *date) int {
	if d.sub != 0 || d.ranged || d.from.unit != yearUnit {
		return d.sub
	}
	k := d.first - 1
	for n := 0; n < 3 && k > 0 && s.same(k+1) && (s.at(k).is&(isOf|isThe) != 0 || s.char(k) == '-' || s.char(k) == ',' || s.at(k).is&isYearWord != 0); n++ {
		k--
	}
	if k >= 0 && s.same(k+1) {
		if code := s.subCode(s.surface(k)); code != 0 {
			return code
		}
		if w := s.at(k); w.is&isSub != 0 {
			return s.subNumber(k, w)
		}
	}
	k = d.next
	if s.char(k) == '-' {
		k++
	}
	if s.same(k) {
		if code := s.subCode(s.surface(k)); code != 0 {
			return code
		}
	}
	if s.at(k).is&isThe != 0 && s.same(k) && s.same(k+2) && s.at(k+1).is&isOrd != 0 && s.at(k+2).is&isSub != 0 { // "2016 the third quarter"
		return s.subNumber(k+2, s.at(k+2))
	}
	return 0
}

// subNumber returns the code of the part of the year whose noun is token k,
// with the ordinal before it.
func (s *scanner) subNumber(k int, w *word) int {
	switch w.value {
	case 21, 22, 23, 24:
		return w.value
	}
	limit := 4
	if w.value == 40 {
		limit = 2
	}
	n, _ := s.dayAt(k - 1)
	if s.char(k-1) == '-' {
		n, _ = s.dayAt(k - 2)
	}
	if k == 0 || s.at(k-1).is&isNext != 0 && n == 0 {
		n = 0
	}
	if k > 0 && (s.at(k-1).form == "dernier" || s.at(k-1).form == "last") {
		n = limit
	}
	if n < 1 || n > limit {
		return 0
	}
	return w.value + n - 1
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
		case w.is&isEvent != 0:
			return "event"
		}
	}
	return ""
}
