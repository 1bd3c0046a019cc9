package dates

import (
	"strings"

	"tamis/extractors"
)

// supply gives years, and months where a weekday alone stands, to the dates
// that lack them. The nearest evidence wins: a list that ends in a year, a date
// of the sentence, then of the paragraph; then the document's own date, which
// its head or its metadata state; then whatever date came before.
func (s *scanner) supply() {
	var missing bool
	for k := range s.found {
		missing = missing || s.found[k].from.year == 0
	}
	if !missing {
		return
	}
	dateline := s.dateline()
	issued, _, _, _ := Bounds(s.text.Issued)
	last := -1 // the last date with its year
	for k := range s.found {
		d := &s.found[k]
		if d.from.year == 0 {
			switch {
			case s.listed(k), s.wrappedYear(d):
				d.source = YearText
			case last >= 0 && s.sentence(s.found[last].next, d.first):
				s.inherit(d, s.found[last].last(), YearSentence)
			case last >= 0 && s.found[last].last().month != 0 && s.oneLine(s.found[last].next, d.first):
				s.inherit(d, s.found[last].last(), YearPrevious)
			case dateline >= 0:
				s.inherit(d, s.found[dateline].from, YearDateline)
			case s.later(k):
			case issued.Year() >= 1000:
				s.inherit(d, point{year: issued.Year(), month: int(issued.Month()), day: issued.Day()}, YearIssued)
			case last >= 0:
				s.inherit(d, s.found[last].last(), YearPrevious)
			}
		}
		if d.from.year != 0 && d.from.unit <= yearUnit && !d.from.bc {
			last = k
		}
	}
}

// last returns the last point of the expression.
func (d *date) last() point {
	if d.ranged {
		return d.to
	}
	return d.from
}

// headLength is how far into a document, in bytes, its own date may stand.
const headLength = 600

// dateline returns the index of the date that the document gives itself: the
// first complete one near its head; -1 if there is none.
func (s *scanner) dateline() int {
	for k := range s.found {
		d := &s.found[k]
		if d.start > max(headLength, len(s.s)/10) {
			break
		}
		if d.from.year != 0 && d.from.unit == dayUnit {
			return k
		}
	}
	return -1
}

// oneLine reports whether tokens i and j stand on one line.
func (s *scanner) oneLine(i, j int) bool {
	if j-i > 200 {
		return false
	}
	for k := i; k <= j; k++ {
		if s.tok[k].Shape&extractors.IsLine != 0 {
			return false
		}
	}
	return true
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

// wrappedYear supplies the year that stands at the head of the next line. The
// span ends with its line all the same: mentions do not cross lines.
func (s *scanner) wrappedYear(d *date) bool {
	k := d.next
	if s.char(k) == ',' && s.same(k) {
		k++
	}
	if k >= len(s.tok) || s.same(k) {
		return false
	}
	year, _ := s.yearAt(k)
	if year < 1900 || year > 2100 || !s.yearClosed(k+1) {
		return false
	}
	d.setYear(year)
	return true
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
// weekday or the sense of the sentence asks for that: "was built in December"
// in a report of January.
func (s *scanner) inherit(d *date, from point, source string) {
	if d.from.month == 0 {
		s.inheritMonth(d, from, source)
		return
	}
	d.source = source
	year := from.year
	if d.from.weekday != 0 {
		for _, y := range [...]int{year, year + 1, year - 1} {
			if weekday(y, d.from.month, d.from.day) == d.from.weekday {
				d.setYear(y)
				return
			}
		}
	}
	ahead, back := s.tense(d)
	away := d.from.month - from.month
	switch {
	case from.month == 0:
		if ahead {
			year++ // "results for 2024 will be published in May"
		}
	case ahead && away < 0:
		year++
	case back && away > 0, !ahead && away >= 6:
		year--
	}
	d.setYear(year)
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
	return weekdayOf(first(year, month).AddDate(0, 0, day-1))
}

// tense reports whether the sentence around d looks ahead or back.
func (s *scanner) tense(d *date) (ahead, back bool) {
	for k := d.first - 1; k >= 0 && k >= d.first-14; k-- {
		if c := s.char(k); (c == '.' || c == '!' || c == '?' || c == ';') && k < d.first-1 && !s.near(k+1) {
			break
		}
		w := s.at(k)
		ahead = ahead || s.future(k) || k >= d.first-2 && (w.form == "before" || w.form == "avant" || w.form == "by")
		back = back || w.is&isPast != 0 && k >= d.first-3
		if s.tok[k].Shape&extractors.IsLine != 0 {
			break
		}
	}
	for k := d.next; k < len(s.tok) && k < d.next+8 && s.same(k) && s.char(k) != '.'; k++ {
		ahead = ahead || s.future(k)
	}
	return ahead && !back, back
}

// future reports whether token k is a word of the future: "will", "prochain",
// or by its ending a French verb, "publiera", "tiendront".
func (s *scanner) future(k int) bool {
	if s.at(k).is&isFuture != 0 {
		return true
	}
	w := s.surface(k)
	return len(w) > 5 && s.tok[k].Shape&extractors.IsCap == 0 && (strings.HasSuffix(w, "era") || strings.HasSuffix(w, "ira") ||
		strings.HasSuffix(w, "dra") || strings.HasSuffix(w, "eront") || strings.HasSuffix(w, "iront") || strings.HasSuffix(w, "dront"))
}
