package dates

import (
	"time"

	"tamis/extractors"
)

// A count names a part of a month or year by its place in it: "the third
// Tuesday of", "dernier jour de", "first two weeks of", "week 3 of". A day is
// a date of its own; a week or month refines the date it stands before
// (AttrEDTF), whose span and norm stay those of the month or year.
type count struct {
	first   int // token
	nth     int // from 1, or from the end: the last is -1
	number  int // how many units
	unit    int // one of the count units
	weekday int // of a countDay, 0 where any will do
}

// Units of a count, values of isCounted words.
const (
	countDay = 1 + iota
	countWeek
	countMonth
	countWeekend
)

// countBefore reads the count that leads to the month or year at token i.
func (s *scanner) countBefore(i int) (c count, ok bool) {
	k, joined := i-1, false
	if s.at(k).form == "the" {
		return c, false // "last day of the 2019 season"
	}
	for ; k > 0 && i-k < 6 && s.same(k+1); k-- {
		w := s.at(k)
		switch {
		case w.is&isOf != 0, w.form == "in", w.form == "en" && !joined:
			joined = true
			continue
		case w.is&isThe != 0, w.is&isYearWord != 0, w.is&isMonthWord != 0 && s.at(k-1).is&isOf != 0 && s.at(k+1).is&isOf != 0: // "du mois de mars"
			continue
		}
		break
	}
	if k < 1 || !joined || !s.same(k+1) || !s.same(k) {
		return c, false
	}
	c.number = 1
	w := s.at(k)
	if n, width := s.number(k); width > 0 && width <= 2 && n > 0 && s.at(k-1).is&isCounted != 0 && s.at(k-1).value == countWeek { // "week 3 of 2027"
		c.nth, c.unit, c.first = n, countWeek, k-1
		return c, true
	}
	switch {
	case w.is&isWeekday != 0 && w.is&isAbbr == 0:
		c.unit, c.weekday = countDay, w.value
	case w.is&isCounted != 0:
		c.unit = w.value
	default:
		return c, false
	}
	if k--; c.weekday == 0 && k > 0 && s.same(k+1) { // "first two weeks"
		if n, width := s.number(k); width > 0 && width <= 2 && n > 0 {
			c.number, k = n, k-1
		} else if w := s.at(k); w.is&isNum != 0 && w.is&isOrd == 0 && 0 < w.number && w.number <= 12 {
			c.number, k = w.number, k-1
		}
	}
	if k < 0 || !s.same(k+1) {
		return c, false
	}
	c.nth, c.first = s.ordinalAt(k)
	if k := c.first - 1; c.nth != 0 && c.number == 1 && c.weekday == 0 && k >= 0 && s.same(k+1) { // "trois premiers mois"
		if w := s.at(k); w.is&isNum != 0 && w.is&isOrd == 0 && 1 < w.number && w.number <= 12 && (c.nth == 1 || c.nth == -1) {
			c.number, c.first = w.number, k
		}
	}
	return c, c.nth != 0 && (c.number == 1 || c.nth == 1 || c.nth == -1)
}

// ordinalAt reads the ordinal that ends at token k: "third", "3e", "last",
// "second last", "avant-dernier".
func (s *scanner) ordinalAt(k int) (nth, first int) {
	w := s.at(k)
	switch {
	case w.is&isLast != 0:
		if s.char(k-1) == '-' && s.near(k) && s.at(k-2).form == "avant" {
			return -2, k - 2
		}
		if s.at(k-1).is&isLast == 0 && s.same(k) {
			if n, first := s.ordinalAt(k - 1); n > 0 {
				return -n, first
			}
		}
		return -1, k
	case w.is&isOrd != 0:
		return w.number, k
	case k >= 0 && s.tok[k].Shape&(extractors.HasDigit|extractors.IsNumber) == extractors.HasDigit:
		if n, _ := s.dayAt(k); n > 0 {
			return n, k
		}
	}
	return 0, k
}

// days returns the first and last day that the count names in p, a month or
// year. Weeks of a year are those of ISO 8601; weeks of a month, and weekends,
// are those that lie in it whole.
func (c *count) days(p point) (from, to time.Time, ok bool) {
	norm, _ := p.edtf()
	start, end, precision, ok := Bounds(norm)
	if !ok || precision != "month" && precision != "year" {
		return from, to, false
	}
	last := c.number - 1 // units after the first
	switch c.unit {
	case countDay:
		step := 1
		if c.weekday != 0 {
			step = 7
			start = start.AddDate(0, 0, (c.weekday-weekdayOf(start)+7)%7)
			end = end.AddDate(0, 0, -(weekdayOf(end)-c.weekday+7)%7)
		}
		if from = start.AddDate(0, 0, step*(c.nth-1)); c.nth < 0 {
			from = end.AddDate(0, 0, step*(c.nth+1)-step*last)
		}
		to = from.AddDate(0, 0, step*last)
		return from, to, !from.Before(start) && !to.After(end)
	case countWeek:
		if precision == "year" {
			start = isoWeek(p.year, 1)
			end = isoWeek(p.year+1, 1).AddDate(0, 0, -1)
		}
		from, to = spans(start, end, 1, 7, c.nth, last)
	case countWeekend:
		from, to = spans(start, end, 6, 2, c.nth, last)
	case countMonth:
		if precision != "year" {
			return from, to, false
		}
		month := c.nth
		if c.nth < 0 {
			month = 13 + c.nth - last
		}
		from = time.Date(p.year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
		to = from.AddDate(0, c.number, -1)
	}
	return from, to, !from.Before(start) && !to.After(end)
}

// spans returns the nth span of so many days, with as many weeks after it as
// last says, of those that start on the weekday and lie between start and end.
func spans(start, end time.Time, weekday, days, nth, last int) (from, to time.Time) {
	from = start.AddDate(0, 0, (weekday-weekdayOf(start)+7)%7+7*(nth-1))
	if nth < 0 {
		until := end.AddDate(0, 0, 1-days)
		from = until.AddDate(0, 0, -(weekdayOf(until)-weekday+7)%7+7*(nth+1)-7*last)
	}
	return from, from.AddDate(0, 0, days-1+7*last)
}

// isoWeek returns the Monday of a week of ISO 8601.
func isoWeek(year, week int) time.Time {
	t := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // always in the first
	return t.AddDate(0, 0, 1-weekdayOf(t)+7*(week-1))
}

// weekdayOf returns 1 for Monday to 7 for Sunday.
func weekdayOf(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// nthDay makes a day of a month or year that a count of days stands before:
// "last Sunday of March 2014".
func (s *scanner) nthDay(d date) date {
	if d.ranged || d.from.year == 0 || d.from.unit != monthUnit && d.from.unit != yearUnit {
		return d
	}
	c, ok := s.countBefore(d.first)
	if !ok || c.unit != countDay || c.number != 1 || len(s.found) > 0 && s.found[len(s.found)-1].next > c.first {
		return d
	}
	from, _, ok := c.days(d.from)
	if !ok {
		return d
	}
	d.first, d.rule, d.confidence = c.first, "count", 0.9
	d.from = point{year: from.Year(), month: int(from.Month()), day: from.Day(), weekday: c.weekday, unit: dayUnit}
	return d
}

// countedIn returns in EDTF the weeks or months that the words before the date
// count in it, or the week that they say the day is of: "first week of May
// 2024", "the week of 16 January 2023"; "" if none.
func (s *scanner) countedIn(d *date) string {
	if d.ranged || d.from.year == 0 {
		return ""
	}
	if d.from.unit == dayUnit {
		return s.weekOf(d)
	}
	c, ok := s.countBefore(d.first)
	if !ok {
		return ""
	}
	from, to, ok := c.days(d.from)
	switch {
	case !ok:
		return ""
	case c.unit == countMonth && c.number == 1:
		return from.Format("2006-01")
	case c.unit == countMonth:
		return from.Format("2006-01/") + to.Format("2006-01")
	}
	return dayRange(from, to)
}

// weekOf returns the week of a day after "week of", "semaine du".
func (s *scanner) weekOf(d *date) string {
	k := d.first - 1
	for n := 0; n < 3 && k > 0 && s.same(k+1) && s.at(k).is&(isOf|isThe|isOn) != 0; n++ {
		k--
	}
	way := "of"
	moved := k < d.first-1
	if k > 0 && s.same(k+1) {
		switch s.surface(k) {
		case "beginning", "starting", "commencing", "commençant":
			way, moved = "from", true
			k--
		case "ending":
			way, moved = "to", true
			k--
		}
	}
	if k < 0 || !moved || !s.same(k+1) || s.at(k).is&isCounted == 0 || s.at(k).value != countWeek || s.tokenHasDigit(k-1) {
		return ""
	}
	norm, _ := d.from.edtf()
	day, _, _, ok := Bounds(norm)
	switch {
	case !ok:
		return ""
	case way == "to":
		return dayRange(day.AddDate(0, 0, -6), day)
	case way == "of":
		day = day.AddDate(0, 0, 1-weekdayOf(day))
	}
	return dayRange(day, day.AddDate(0, 0, 6))
}

// dayRange writes the two days as an interval of EDTF.
func dayRange(from, to time.Time) string {
	return from.Format(time.DateOnly) + "/" + to.Format(time.DateOnly)
}

// weekCode parses a week as ISO 8601 writes it, "2019-W12", "2019W12". Level 0
// of EDTF has no weeks: the norm is the interval of its days.
func (s *scanner) weekCode(i int) (date, bool) {
	w, next := s.surface(i), i+1
	if len(w) != 4 && len(w) != 7 {
		return date{}, false
	}
	year, width, rest := leading(w)
	if rest == "" && s.char(next) == '-' && s.near(next) && s.near(next+1) {
		rest, next = s.surface(next+1), next+2
	}
	if width != 4 || len(rest) != 3 || rest[0] != 'W' || year < 1900 || year > 2100 || !s.yearOpen(i) || !s.closedAfter(next) {
		return date{}, false
	}
	week, ok := digits(rest[1:])
	from := isoWeek(year, week)
	if y, n := from.ISOWeek(); !ok || y != year || n != week {
		return date{}, false
	}
	to := from.AddDate(0, 0, 6)
	day := func(t time.Time) point {
		return point{year: t.Year(), month: int(t.Month()), day: t.Day(), unit: dayUnit}
	}
	return date{first: i, next: next, from: day(from), to: day(to), ranged: true, rule: "week"}, true
}
