package dates

import (
	"tamis/extractors"
)

// supply gives years, and months where a weekday alone stands, to the dates
// that lack them.
func (s *scanner) supply() {
	dateline := s.dateline()
	issued, _, _, _ := Bounds(s.text.Issued)
	last := -1 // the last date with its year
	for k := range s.found {
		d := &s.found[k]
		if d.from.year == 0 {
			switch {
			case s.listed(k):
				d.source = YearText
			case last >= 0 && s.sentence(s.found[last].next, d.first):
				s.inherit(d, s.found[last].end2(), YearSentence)
			case s.later(k):
			case last >= 0:
				s.inherit(d, s.found[last].end2(), YearPrevious)
			case dateline >= 0:
				s.inherit(d, s.found[dateline].from, YearDateline)
			case !issued.IsZero():
				s.inherit(d, point{year: issued.Year(), month: int(issued.Month()), day: issued.Day()}, YearIssued)
			}
		}
		if d.from.year != 0 && d.from.unit <= yearUnit {
			last = k
		}
	}
}

// end2 returns the end of the expression: of a range the last point.
func (d *date) end2() point {
	if d.ranged {
		return d.to
	}
	return d.from
}

// dateline returns the index of the first complete date of the document.
func (s *scanner) dateline() int {
	for k := range s.found {
		if d := &s.found[k]; d.from.year != 0 && d.from.unit == dayUnit {
			return k
		}
	}
	return -1
}

// listed supplies the year from the next date where the two stand in a list:
// "5 mai, 8 juin et 9 juillet 2016".
func (s *scanner) listed(k int) bool {
	for l := k + 1; l < len(s.found) && l < k+8; l++ {
		d := &s.found[l]
		for i := s.found[l-1].next; i < d.first; i++ {
			if i >= s.found[l-1].next+3 || s.char(i) != ',' && s.at(i).is&(isAnd|isThe|isOf|isOn) == 0 || !s.same(i) {
				return false
			}
		}
		if d.from.year != 0 {
			if d.from.unit > monthUnit {
				return false
			}
			s.found[k].setYear(d.from.year)
			return true
		}
	}
	return false
}

// later supplies the year from a date that follows in the same sentence.
func (s *scanner) later(k int) bool {
	if k+1 < len(s.found) {
		if d := &s.found[k+1]; d.from.year != 0 && d.from.unit <= monthUnit && s.sentence(s.found[k].next, d.first) {
			s.inherit(&s.found[k], d.from, YearSentence)
			return s.found[k].from.year != 0
		}
	}
	return false
}

// setYear gives the year to both ends of the expression.
func (d *date) setYear(year int) {
	d.from.year = year
	if d.ranged {
		d.to.year = year
		if d.to.before(d.from) {
			d.to.year++
		}
	}
}

// sentence reports whether tokens i and j stand in one sentence.
func (s *scanner) sentence(i, j int) bool {
	if j-i > 60 {
		return false
	}
	for k := i; k < j; k++ {
		if s.tok[k].Shape&extractors.IsLine != 0 {
			return false
		}
		switch s.char(k) {
		case '.', '?', '!':
			if !s.near(k+1) && k+1 < len(s.tok) && s.tok[k+1].Shape&extractors.IsCap != 0 {
				return false
			}
		}
	}
	return j >= len(s.tok) || s.tok[j].Shape&extractors.IsLine == 0
}

// inherit gives d the year of another date, or the one beside it where the
// text looks ahead or back across the turn of the year.
func (s *scanner) inherit(d *date, from point, source string) {
	if d.from.month == 0 {
		s.inheritMonth(d, from, source)
		return
	}
	year := from.year
	if from.month != 0 {
		ahead, back := s.tense(d)
		switch {
		case ahead && d.from.month < from.month:
			year++
		case back && d.from.month > from.month:
			year--
		}
	}
	d.setYear(year)
	d.source = source
}

// inheritMonth finds the month of a weekday with a bare day number: the first
// after the other date in which they agree.
func (s *scanner) inheritMonth(d *date, from point, source string) {
	year, month := from.year, from.month
	if month == 0 {
		return
	}
	for range 2 {
		if d.from.day <= daysIn(year, month) && weekday(year, month, d.from.day) == d.from.weekday {
			d.from.year, d.from.month, d.source = year, month, source
			return
		}
		if month++; month > 12 {
			year, month = year+1, 1
		}
	}
}

// weekday returns 1 for Monday to 7 for Sunday.
func weekday(year, month, day int) int {
	return (int(first(year, month).AddDate(0, 0, day-1).Weekday())+6)%7 + 1
}

// tense reports whether the sentence around d looks ahead or back.
func (s *scanner) tense(d *date) (ahead, back bool) {
	for k := d.first - 1; k >= 0 && k >= d.first-12; k-- {
		if c := s.char(k); (c == '.' || c == '!' || c == '?') && k < d.first-1 && s.tok[k+1].Shape&extractors.IsCap != 0 {
			break
		}
		w := s.at(k)
		ahead = ahead || w.is&isFuture != 0
		back = back || w.is&isPast != 0 && k >= d.first-2
		if s.tok[k].Shape&extractors.IsLine != 0 {
			break
		}
	}
	for k := d.next; k < len(s.tok) && k < d.next+8 && s.same(k); k++ {
		if s.char(k) == '.' {
			break
		}
	}
	return ahead, back
}

// describe adds what the text around the date says of it.
func (s *scanner) describe(m *extractors.Mention, d *date) {
	if d.ambiguous {
		m.SetAttr(AttrOrder, "ambiguous")
	}
}
