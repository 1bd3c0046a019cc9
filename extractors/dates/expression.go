package dates

import (
	"tamis/extractors"
)

// expression parses the longest calendar expression that starts at token i,
// adds it to s.found and returns the index after it; i where none starts.
func (s *scanner) expression(i int) int {
	if d, ok := s.numeric(i, false); ok {
		return s.add(s.extend(d))
	}
	if d, ok := s.days(i); ok {
		return s.add(d)
	}
	if d, ok := s.months(i); ok {
		return s.add(d)
	}
	if d, ok := s.point(i); ok {
		return s.add(s.nthDay(s.extend(d)))
	}
	if d, ok := s.decade(i); ok {
		return s.add(s.extend(d))
	}
	if d, ok := s.weekCode(i); ok {
		return s.add(d)
	}
	if d, ok := s.eraYear(i); ok {
		return s.add(d)
	}
	if d, ok := s.yearFirst(i); ok {
		return s.add(s.nthDay(s.extend(d)))
	}
	if d, ok := s.year(i); ok {
		return s.add(s.feastOf(s.nthDay(d)))
	}
	if d, ok := s.weekdayOnly(i); ok {
		return s.add(d)
	}
	if d, ok := s.gluedBefore(i); ok {
		return s.add(d)
	}
	return i
}

// gluedBefore parses a complete date whose day is glued to the word before it,
// as pages that lost their markup have it: "By Abdi Warsame14 Nov 2011".
func (s *scanner) gluedBefore(i int) (date, bool) {
	t := &s.tok[i]
	if t.Shape&(extractors.IsWord|extractors.HasDigit) != extractors.IsWord|extractors.HasDigit || !s.same(i+1) {
		return date{}, false
	}
	w := s.surface(i)
	k := len(w)
	for k > 0 && '0' <= w[k-1] && w[k-1] <= '9' {
		k--
	}
	day, ok := digits(w[k:])
	if !ok || k < 3 || len(w)-k > 2 || day < 1 || day > 31 {
		return date{}, false
	}
	m, j := s.monthAt(i + 1)
	if m.value == 0 {
		return date{}, false
	}
	p := point{month: m.value, day: day, unit: dayUnit}
	year, next := s.yearAfter(j, false)
	p.year = year
	return date{start: t.Start + k, first: i, next: next, from: p, rule: "day", confidence: 0.8}, year != 0 && p.valid()
}

// add keeps the date and returns the index after it.
func (s *scanner) add(d date) int {
	if d.start == 0 {
		d.start = s.tok[d.first].Start
	}
	if d.end == 0 {
		t := &s.tok[d.next-1]
		d.end = t.End
		if t.Shape&extractors.HasDigit != 0 && t.Len() > 4 && d.last().year != 0 && d.rule != "decade" && d.rule != "year" {
			if n, width, _ := leading(s.surface(d.next - 1)); width == 4 && n == d.last().year {
				d.end = t.Start + width // "2020Read"
			}
		}
	}
	if d.confidence == 0 {
		d.confidence = 1
		if d.from.unit != dayUnit {
			d.confidence = 0.95
		}
	}
	if d.from.year != 0 {
		d.source = YearText
	}
	s.found = append(s.found, d)
	return d.next
}

// weekdayAt reads the name of a weekday with what separates it from the day:
// "lundi", "Mon.,", "Tuesday, the", "samedi le".
func (s *scanner) weekdayAt(i int) (day, next int) {
	if i >= len(s.tok) || s.tok[i].Shape&extractors.IsWord == 0 {
		return 0, i
	}
	w := s.at(i)
	next = i + 1
	if w.is&isWeekday == 0 {
		if w.form != "mar" || s.char(next) != '.' {
			return 0, i
		}
		w = &word{is: isWeekday | isAbbr, value: 2} // "mar. 5 mai"
	}
	if w.is&isAbbr != 0 && s.near(next) && s.char(next) == '.' {
		next++
	}
	if s.char(next) == ',' {
		next++
	}
	if s.same(next) && (s.surface(next) == "the" || s.surface(next) == "le") {
		next++
	}
	if !s.same(next) {
		return 0, i
	}
	return w.value, next
}

// point parses one day or month in words, with the weekday before it.
func (s *scanner) point(i int) (date, bool) {
	p, next := s.pointAt(i)
	if next == i {
		return date{}, false
	}
	rule := "month"
	if p.unit == dayUnit {
		rule = "day"
	}
	return date{first: i, next: next, from: p, rule: rule}, true
}

func (s *scanner) pointAt(i int) (p point, next int) {
	day, j := s.weekdayAt(i)
	if p, next = s.dayFirst(j); next > j {
		p.weekday = day
		return p, next
	}
	if p, next = s.monthFirst(j); next > j && (day == 0 || p.unit == dayUnit) {
		p.weekday = day
		return p, next
	}
	return point{}, i
}

// joint says how two points are joined.
type joint uint8

const (
	notJoined joint = iota
	byTo            // "au", "to", "-"
	byAnd           // "et", "and"
)

// joinAt reads what joins the ends of a range, with the articles after it:
// "au", "et le", "–", "jusqu'au", "through the".
func (s *scanner) joinAt(i int) (j joint, next int) {
	if !s.same(i) {
		return notJoined, i
	}
	w := s.at(i)
	switch {
	case w.is&isAnd != 0, s.char(i) == '/': // "juin/juillet 2020"
		j = byAnd
	case w.is&isTo != 0:
		j = byTo
	default:
		return notJoined, i
	}
	next = i + 1
	for n := 0; n < 2 && s.same(next); n++ {
		w := s.at(next)
		if w.is&isThe == 0 && (j != byTo || w.form != "au" && w.form != "to" && w.form != "en") {
			break
		}
		next++
	}
	if !s.same(next) {
		return notJoined, i
	}
	return j, next
}

// between reports whether "entre" or "between" stands before token i.
func (s *scanner) between(i int) bool {
	for k := i - 1; k >= 0 && k >= i-4; k-- {
		w := s.at(k)
		if w.is&isBetween != 0 {
			return true
		}
		if w.is&(isThe|isOf|isWeekday|isEarly|isMid|isLate) == 0 { // "between the end of 2007 and …"
			return false
		}
	}
	return false
}

// betweenDate reports whether the token i starts the second date after
// "between": "between 2015 June and 2018 May".
func (s *scanner) betweenDate(i int) bool {
	return i > 3 && s.at(i-1).is&isAnd != 0 && (s.between(i-3) || s.between(i-4))
}

// extend reads the other end of a range that d may start: "5 mai – 3 juin
// 2018", "mars 2015 à mai 2016", "01/07/2019 - 30/06/2024". The year that one
// end lacks is the other's.
func (s *scanner) extend(d date) date {
	if d.ranged || d.from.bc {
		return d
	}
	join, k := s.joinAt(s.pastClock(d))
	if join == notJoined {
		return d
	}
	if at, after := s.clock(k); at != "" && s.same(after) { // "to 3:32, 04/23/2016"
		if k = after; s.char(k) == ',' || s.at(k).is&isOn != 0 {
			k++
		}
	}
	between := s.between(d.first)
	var q date
	var ok bool
	if q, ok = s.numeric(k, true); !ok {
		if q, ok = s.point(k); !ok {
			if q, ok = s.decade(k); !ok {
				q, ok = s.yearMonth(k)
			}
		}
	}
	if !ok && (join == byTo || between) {
		if y, next := s.yearAt(k); y != 0 && d.from.year != 0 && d.from.unit != decadeUnit && s.at(next).is&isUnit == 0 && !s.near(next) {
			q, ok = date{next: next, from: point{year: y, unit: yearUnit}}, true
		}
	}
	if !ok || q.ranged {
		return d
	}
	from, to := d.from, q.from
	if w := s.at(d.next); from.year != 0 && (w.form == "until" || w.form == "till") {
		return d // a date that runs to another: two complete dates
	}
	if join == byAnd && !between && !adjacent(from, to) {
		return d
	}
	if to.unit == yearUnit && join == byTo && s.char(k-1) == '-' {
		return d // "mars 2015 - 2016": the dash starts something else
	}
	if from.year == 0 && to.year != 0 {
		from.year = to.year
		if to.before(from) {
			from.year-- // "Nov-Feb 2017"
		}
	}
	if to.year == 0 && from.year != 0 {
		if join == byAnd || s.tok[d.next].Shape&extractors.IsWord == 0 {
			return d // "Genève, 15 octobre 2021 – Le 4 octobre": two dates
		}
		to.year = from.year
		if to.before(from) {
			to.year++
		}
	}
	if to.before(from) && (from.year != 0 || join == byAnd) || from == to {
		return d
	}
	d.from, d.to, d.ranged = from, to, true
	d.next, d.end = q.next, q.end
	d.ambiguous = d.ambiguous || q.ambiguous
	d.rule = "range"
	return d
}

// pastClock returns the index after the date and the time of day that may stand
// between it and the word that joins it to another: "5 May 2019 2 p.m. to".
func (s *scanner) pastClock(d date) int {
	k := d.next
	if d.from.unit != dayUnit || !s.same(k) {
		return k
	}
	if w := s.surface(k); w == "," || w == "at" || w == "à" {
		k++
	}
	if at, next := s.clock(k); at != "" {
		return next
	}
	return d.next
}

// adjacent reports whether two days or months follow each other and at most
// the last has its year: "31 mai et 1er juin", "octobre et novembre 2021". Two
// complete dates are two mentions.
func adjacent(p, q point) bool {
	if p.unit != q.unit || p.year != 0 {
		return false
	}
	switch p.unit {
	case dayUnit:
		return p.month == q.month && p.day+1 == q.day || q.day == 1 && p.month%12+1 == q.month && p.day >= 28
	case monthUnit:
		return p.month%12+1 == q.month
	}
	return false
}

// days parses expressions in which a first day leaves its month to a later
// one: "5 au 8 décembre 2016", "30 and 31 May", "lundi 5 – vendredi 9 juin",
// "July 13-15, 2015", and lists: "les 21, 23 et 28 juillet 2009".
func (s *scanner) days(i int) (date, bool) {
	if m, j := s.monthAt(i); m.value != 0 {
		return s.daysAfterMonth(i, j, m)
	}
	weekday, j := s.weekdayAt(i)
	day, j := s.dayAt(j)
	if day == 0 {
		return date{}, false
	}
	if s.char(j) == ',' {
		return s.listOfDays(i)
	}
	join, k := s.joinAt(j)
	if join == notJoined {
		return date{}, false
	}
	if join == byTo && s.char(j) == '-' && s.near(j) != s.near(j+1) {
		return date{}, false
	}
	q, next := s.pointAt(k)
	if next == k || q.unit != dayUnit || !s.freeBefore(i) {
		return s.listOfDays(i)
	}
	if weekday == 0 && q.weekday != 0 && s.tok[j].Shape&extractors.IsWord == 0 {
		return date{}, false // "page 2 - lundi 6 mars 2023"
	}
	from := point{year: q.year, month: q.month, day: day, weekday: weekday, unit: dayUnit}
	if !from.before(q) || join == byAnd && q.day != day+1 && !s.between(i) {
		return s.listOfDays(i)
	}
	return date{first: i, next: next, from: from, to: q, ranged: true, rule: "range"}, true
}

// freeBefore reports whether no mark ties the number at token i to what
// stands before it: "12.5 mai", "B-5 au 8 mai".
func (s *scanner) freeBefore(i int) bool {
	if i == 0 || !s.near(i) {
		return true
	}
	switch s.char(i - 1) {
	case '(', '[', '"', '|', '*', ':', ',', ';', '\'', '>':
		return true
	}
	return s.s[s.tok[i-1].Start] >= 0x80 || s.tok[i-1].Shape&extractors.IsElided != 0
}

// listOfDays parses the first day of a list whose last has the month: "21, 23
// and 28 July 2009", "5 and 8 May". It stands alone: each day is a mention.
func (s *scanner) listOfDays(i int) (date, bool) {
	weekday, j := s.weekdayAt(i)
	day, j := s.dayAt(j)
	if i == 0 || s.at(i-1).is&(isOn|isOf) == 0 && (len(s.found) == 0 || s.found[len(s.found)-1].rule != "list" || s.found[len(s.found)-1].next < i-3) {
		return date{}, false
	}
	for k, n := j, 0; n < 12; n++ {
		if s.char(k) != ',' && s.at(k).is&isAnd == 0 || !s.same(k) {
			return date{}, false
		}
		k++
		for s.at(k).is&(isThe|isAnd) != 0 {
			k++
		}
		if !s.same(k) {
			return date{}, false
		}
		if q, next := s.pointAt(k); next > k {
			if q.unit != dayUnit || q.day <= day {
				return date{}, false
			}
			return date{first: i, next: j, from: point{year: q.year, month: q.month, day: day, weekday: weekday, unit: dayUnit}, rule: "list"}, true
		}
		d, l := s.dayAt(k)
		if d <= day {
			return date{}, false
		}
		k = l
	}
	return date{}, false
}

// daysAfterMonth parses "July 13-15, 2015", "August 27th to 29th" and
// "novembre 19-20".
func (s *scanner) daysAfterMonth(i, j int, m *word) (date, bool) {
	day, k := s.dayAt(j)
	if day == 0 || !s.same(j) {
		return date{}, false
	}
	join, l := s.joinAt(k)
	if join == notJoined {
		return date{}, false
	}
	last, next := s.dayAt(l)
	if last <= day || join == byAnd && last != day+1 && !s.between(i) {
		return date{}, false
	}
	if w, _ := s.monthAt(next); w.value != 0 && s.same(next) {
		return date{}, false // "May 5 to 8 June" is read elsewhere
	}
	p := point{month: m.value, day: day, unit: dayUnit}
	year, after := s.yearAfter(next, false)
	if year != 0 {
		next = after
	} else if s.tok[i].Shape&extractors.IsCap == 0 || !english(m) || s.near(next) && (s.char(next) == '.' || s.char(next) == ':') || s.at(next).is&isUnit != 0 {
		return date{}, false
	}
	p.year = year
	q := p
	q.day = last
	return date{first: i, next: next, from: p, to: q, ranged: true, rule: "range"}, true
}

// months parses ranges of months that share a year: "June-August 2022",
// "juillet et août 2020", "juin à septembre".
func (s *scanner) months(i int) (date, bool) {
	m, j := s.monthAt(i)
	if m.value == 0 || m.is&isForeign != 0 {
		return date{}, false
	}
	join, k := s.joinAt(j)
	if join == notJoined {
		return date{}, false
	}
	w, next := s.monthAt(k)
	if w.value == 0 {
		return date{}, false
	}
	p, q := point{month: m.value, unit: monthUnit}, point{month: w.value, unit: monthUnit}
	if join == byAnd && !adjacent(p, q) && !s.between(i) {
		return date{}, false
	}
	if y, after := s.yearAfter(next, false); y != 0 {
		p.year, q.year, next = y, y, after
		if q.month < p.month {
			p.year--
		}
	} else if y, day, after := s.dayOfRange(next, join); day != 0 {
		p.year, q, next = y, point{year: y, month: w.value, day: day, unit: dayUnit}, after
		if q.month < p.month {
			p.year--
		}
		if !q.valid() {
			return date{}, false
		}
	} else if d, _ := s.dayAt(next); d != 0 && s.same(next) || (m.is|w.is)&isAbbr != 0 || !s.monthAlone(i, m) {
		return date{}, false
	}
	if p == q {
		return date{}, false
	}
	return date{first: i, next: next, from: p, to: q, ranged: true, rule: "range"}, true
}

// dayOfRange reads the day and year of the second end of a range of months that
// is a day: "Nov-Feb 5th, 2017". Months that are joined otherwise than by a
// hyphen are read as two dates.
func (s *scanner) dayOfRange(i int, join joint) (year, day, next int) {
	day, j := s.dayAt(i)
	if day == 0 || join != byTo || !s.same(i) {
		return 0, 0, i
	}
	if year, next = s.yearAfter(j, false); year == 0 {
		return 0, 0, i
	}
	return year, day, next
}

// yearFirst parses "deux mille vingt-deux, le vingt-sept janvier", "2016, Nov"
// and "2016 June".
func (s *scanner) yearFirst(i int) (date, bool) {
	year, j := s.spelledYear(i)
	if year == 0 {
		return s.yearMonth(i)
	}
	k := j
	for n := 0; n < 3 && s.same(k) && (s.char(k) == ',' || s.at(k).is&(isAnd|isThe) != 0); n++ {
		k++
	}
	if s.same(k) {
		if p, next := s.pointAt(k); next > k && p.year == 0 {
			p.year = year
			return date{first: i, next: next, from: p, rule: "words"}, true
		}
	}
	d := date{first: i, next: j, from: point{year: year, unit: yearUnit}, rule: "words"}
	if s.counts(j) || s.refBefore(i) {
		return date{}, false
	}
	if join, k := s.joinAt(j); join == byTo || join == byAnd && s.between(i) {
		if z, next := s.spelledYear(k); z > year && !s.counts(next) && i > 0 && s.at(i-1).is&(isIn|isBetween) != 0 {
			d.to, d.ranged, d.next = point{year: z, unit: yearUnit}, true, next
			return d, true
		}
	}
	paired, _ := s.pairedYear(i)
	before := s.at(i - 1)
	switch {
	case before.is&isYearWord != 0, before.form == "en", before.form == "in":
	case s.lineOnly(i, j):
	case paired != 0 && year%100 != 0 && before.is&(isIn|isThe) != 0 && s.same(i): // "of nineteen ninety-six"
	case before.is&isOf != 0 && i > 1 && s.same(i) && s.same(i-1) && s.at(i-2).is&(isSub|isCounted|isMonth) != 0: // "the spring of two thousand"
	default:
		return date{}, false
	}
	return d, true
}

// yearMonth parses a year before its month. "En 2016, juin fut" and "in 2016
// May became" have the shape too, so months that are names are left alone and
// nothing but the end of a phrase may follow a comma.
func (s *scanner) yearMonth(i int) (date, bool) {
	year, j := s.yearAt(i)
	if year == 0 || !s.yearOpen(i) || !s.same(j) || s.refBefore(i) {
		return date{}, false
	}
	comma := s.char(j) == ','
	if comma {
		j++
	}
	m, next := s.monthAt(j)
	if !s.same(j) || m.value == 0 || m.is&isForeign != 0 || m.is&isName != 0 && !s.between(i) && !s.betweenDate(i) && !(english(m) && m.is&isAbbr == 0 && m.form != "may" && m.form != "march") {
		return date{}, false
	}
	if day, after := s.dayAt(next); day != 0 && s.same(next) {
		p := point{year: year, month: m.value, day: day, unit: dayUnit}
		if y, _ := s.yearAfter(after, false); comma || y != 0 || !p.valid() || s.at(i-1).is&isIn != 0 || !s.endsHere(after) {
			return date{}, false // "in 2016 June 5 was", "2016 June 5, 2017"
		}
		return date{first: i, next: after, from: p, rule: "day", confidence: 0.7}, true
	}
	if y, _ := s.yearAfter(next, false); y != 0 || comma && !s.endsHere(next) {
		return date{}, false
	}
	if s.char(next-1) == '.' {
		next--
	}
	return date{first: i, next: next, from: point{year: year, month: m.value, unit: monthUnit}, rule: "month", confidence: 0.7}, true
}

// weekdayOnly parses a weekday with a bare number, "LUNDI 13": its month comes
// from the date before, with which the weekday must agree.
func (s *scanner) weekdayOnly(i int) (date, bool) {
	w := s.at(i)
	if w.is&isWeekday == 0 || w.is&isAbbr != 0 || s.tok[i].Shape&extractors.IsWord == 0 || !s.same(i+1) || len(s.found) == 0 {
		return date{}, false
	}
	weekday, j := s.weekdayAt(i)
	day, next := s.dayAt(j)
	if day == 0 || s.tok[j].Shape&extractors.HasDigit == 0 {
		return date{}, false
	}
	if s.same(next) {
		switch c := s.char(next); {
		case s.near(next) && (c == ':' || c == '.' && s.near(next+1) || c == '/' || c == '-'):
			return date{}, false
		}
		switch w := s.surface(next); w {
		case "h", "heures", "am", "pm", "a", "p", "-", "o":
			return date{}, false
		}
	}
	return date{first: i, next: next, from: point{day: day, weekday: weekday, unit: dayUnit}, rule: "weekday"}, true
}
