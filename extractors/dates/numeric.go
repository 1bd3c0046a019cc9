package dates

import (
	"strings"

	"tamis/extractors"
)

// An order is that of day and month in numeric dates.
type order uint8

const (
	unknownOrder   order = iota
	dayMonth             // shown by the document
	monthDay             // shown by the document
	likelyDayMonth       // by language only
	likelyMonthDay       // by language only
)

// numeric parses dates in figures: 2016-07-25, 25/07/2016, 25.7.2016, 2016-07,
// 07/2016, 2010-2024, 2020/21, 25/07, and those with the month in letters. open
// says that what stands before is known to be no part of it.
func (s *scanner) numeric(i int, open bool) (date, bool) {
	weekday, j := s.weekdayAt(i)
	if weekday == 0 {
		j = i
	}
	a, aw := s.number(j)
	if aw == 0 {
		return date{}, false
	}
	if aw == 8 {
		return s.compact(i, j, a)
	}
	sep := s.char(j + 1)
	if !s.near(j + 1) {
		return s.spaced(i, j, a, aw)
	}
	if sep != '/' && sep != '-' && sep != '.' && sep != 0 || aw == 3 || aw > 4 || !open && !s.openBefore(j) && !s.isoInName(j) {
		return date{}, false
	}
	if sep == 0 { // another dash
		if s.at(j+1).is&isTo == 0 || s.tok[j+1].Shape&extractors.IsWord != 0 || s.tok[j+1].Len() == 0 {
			return date{}, false
		}
	}
	if !s.near(j + 2) {
		return s.spaced(i, j, a, aw)
	}
	if m := s.at(j + 2); m.is&isMonth != 0 && aw == 4 && s.char(j+3) == sep && s.near(j+3) && s.near(j+4) {
		day, next := s.dayAt(j + 4) // 2019-sep-1
		p := point{year: a, month: m.value, day: day, unit: dayUnit}
		return date{first: i, next: next, from: p, rule: "numeric"}, day != 0 && p.valid()
	}
	b, bw := s.number(j + 2)
	if bw == 0 {
		return s.romanMonth(i, j, sep, a, aw)
	}
	if m := s.at(j + 4); m.is&isMonth != 0 && s.char(j+3) == sep && s.near(j+3) && s.near(j+4) { // "2020/23/Sep", "23-2020-September"
		p := point{year: a, month: m.value, day: b, unit: dayUnit}
		if bw == 4 {
			p.year, p.day = b, a
		}
		return date{first: i, next: j + 5, from: p, rule: "numeric"}, (aw == 4) != (bw == 4) && 1900 <= p.year && p.year <= 2100 && p.valid()
	}
	if d, ok := s.shared(i, j, sep, a, b, aw, bw); ok {
		return d, ok
	}
	if c, cw, next, ok := s.third(j+3, sep); ok {
		d, ok := s.three(i, j, sep, [3]int{a, b, c}, [3]int{aw, bw, cw}, next)
		d.from.weekday = weekday
		return d, ok
	}
	return s.two(i, j, sep, a, b, aw, bw)
}

// romanMonth parses a date whose month is a Roman numeral: "12.ii.1998",
// "5-XII-2023".
func (s *scanner) romanMonth(i, j int, sep byte, day, width int) (date, bool) {
	w := s.surface(j + 2)
	year, next := s.yearAt(j + 4)
	if year == 0 || width > 2 || sep == 0 || len(w) > 4 || s.char(j+3) != sep || !s.near(j+3) || !s.near(j+4) || !s.closedAfter(next) {
		return date{}, false
	}
	month := roman(strings.ToUpper(w))
	if w != strings.ToUpper(w) && w != strings.ToLower(w) || month < 1 || month > 12 {
		return date{}, false
	}
	p := point{year: year, month: month, day: day, unit: dayUnit}
	return date{first: i, next: next, from: p, rule: "numeric"}, day > 0 && p.valid()
}

// third reads the third number of a numeric date after the separator at token
// k. A time may be glued to it, as in 2016-12-16T12:23.
func (s *scanner) third(k int, sep byte) (c, width, next int, ok bool) {
	if s.char(k) != sep || sep == 0 || !s.near(k) || !s.near(k+1) {
		return 0, 0, 0, false
	}
	if c, width = s.number(k + 1); width > 0 {
		return c, width, k + 2, true
	}
	w := s.surface(k + 1)
	c, width, rest := leading(w)
	if width == 2 && len(rest) == 3 && rest[0] == 'T' && sep == '-' {
		return c, width, k + 2, true
	}
	return 0, 0, 0, false
}

// openBefore reports whether the figures that start at token i are the start
// of something: nothing ties them to what stands before.
func (s *scanner) openBefore(i int) bool {
	if i == 0 || !s.near(i) {
		return true
	}
	t := s.tok[i-1]
	if t.Len() == 1 {
		switch s.s[t.Start] {
		case '(', '[', '"', '\'', '|', '*', '>', ',', ';', ':', '=', '~':
			return true
		}
		return false
	}
	if t.Shape&extractors.IsElided != 0 {
		return true
	}
	switch s.surface(i - 1) {
	case "«", "“", "„", "‘", "’", "•", "–", "—", "…":
		return true
	}
	return false
}

// closedAfter reports whether the figures that end before token i end there.
func (s *scanner) closedAfter(i int) bool {
	if !s.near(i) {
		return true
	}
	switch s.char(i) {
	case '/', '%', '#', '_', '@', '=':
		return false
	case '-':
		return !s.near(i+1) || s.tok[i+1].Shape&extractors.HasDigit != 0 && s.startsNumeric(i+1)
	case '.', ':', ',':
		return !s.near(i+1) || s.tok[i+1].Shape&extractors.HasDigit == 0
	}
	if s.surface(i) == "°" {
		return false
	}
	return s.tok[i].Shape&extractors.IsWord == 0
}

// startsNumeric reports whether a full numeric date starts at token i, the
// second half of "10/1/2018-10/7/2018". Where the dates have hyphens too, both
// must have a year of four digits: "10-1-2018-10-7-2018".
func (s *scanner) startsNumeric(i int) bool {
	_, aw := s.number(i)
	sep := s.char(i + 1)
	if aw == 0 || aw > 2 || s.char(i+3) != sep || !s.near(i+1) || !s.near(i+3) || !s.near(i+4) {
		return false
	}
	if sep != '-' {
		return sep == '/' || sep == '.'
	}
	before, _ := s.yearAt(i - 2)
	after, _ := s.yearAt(i + 4)
	return before != 0 && after > before-1 && s.closedAfter(i+5)
}

// three makes a date of three numbers.
func (s *scanner) three(i, j int, sep byte, n, w [3]int, next int) (date, bool) {
	d := date{first: i, next: next, rule: "numeric"}
	p := point{unit: dayUnit}
	stamp := s.tok[next-1].Shape&extractors.IsNumber == 0 // a time is glued to it
	if !stamp && !s.closedAfter(next) && !s.isoInName(j) {
		return d, false
	}
	switch {
	case w[0] == 4 && w[1] <= 2 && w[2] <= 2:
		p.year, p.month, p.day = n[0], n[1], n[2]
		if p.month > 12 && p.day <= 12 {
			p.month, p.day = p.day, p.month
		}
		if stamp {
			d.end = s.tok[next-1].Start + w[2]
		}
	case w[0] <= 2 && w[1] <= 2 && (w[2] == 4 || w[2] == 2):
		p.year = n[2]
		if w[2] == 2 {
			if !s.shortYear(i, j, sep, next, w) {
				return d, false
			}
			p.year = century(n[2])
			d.confidence = 0.8
		}
		switch {
		case n[0] > 12:
			p.day, p.month = n[0], n[1]
		case n[1] > 12:
			p.month, p.day = n[0], n[1]
		default:
			o := dayMonth
			if sep != '.' {
				o = s.numericOrder()
			}
			p.day, p.month = n[0], n[1]
			if o == monthDay || o == likelyMonthDay {
				p.day, p.month = n[1], n[0]
			}
			d.ambiguous = n[0] != n[1] && (o == likelyMonthDay || o == likelyDayMonth)
		}
	default:
		return d, false
	}
	if s.otherEra(next, p.year) {
		return d, false
	}
	if p.year < 1000 || p.year > 2199 || p.month < 1 || p.month > 12 || !p.valid() {
		return d, false
	}
	d.from = p
	return d, true
}

// shortYear reports whether a date with a year of two digits may be one:
// 31/10/74, 31-10-74; with full stops, which versions and sections have too,
// only after a preposition or alone on its line.
func (s *scanner) shortYear(i, j int, sep byte, next int, w [3]int) bool {
	if s.at(j-1).is&isRef != 0 {
		return false
	}
	if sep == '/' || sep == '-' || i != j {
		return true
	}
	prev := s.at(i - 1)
	if prev.is&isOn != 0 && i > 0 && s.tok[i].Shape&extractors.IsLine == 0 {
		return true
	}
	return s.lineOnly(i, next) && w[0] == 2
}

// lineOnly reports whether tokens [i, next) are all of their line, but for a
// time of day.
func (s *scanner) lineOnly(i, next int) bool {
	if i > 0 && s.tok[i].Shape&extractors.IsLine == 0 {
		return false
	}
	return next >= len(s.tok) || s.tok[next].Shape&extractors.IsLine != 0
}

// two makes a date of two numbers.
func (s *scanner) two(i, j int, sep byte, a, b, aw, bw int) (date, bool) {
	next := j + 3
	d := date{first: i, next: next, rule: "numeric"}
	if y, after := s.yearAt(next + 1); y != 0 && aw <= 2 && bw <= 2 && (sep == '/' || sep == '-') && s.char(next) == ',' && s.near(next) && s.same(next+1) { // "08/12,2015"
		return s.three(i, j, sep, [3]int{a, b, y}, [3]int{aw, bw, 4}, after)
	}
	if !s.closedAfter(next) || s.refBefore(j) {
		return d, false
	}
	if m, _ := s.monthAt(next); m.value != 0 && s.same(next) && aw <= 2 && bw <= 2 {
		return d, false // "le 12/13 mai"
	}
	year := func(y int) bool { return 1000 <= y && y <= 2199 }
	preposition := i > 0 && s.tok[i].Shape&extractors.IsLine == 0 && s.at(i-1).is&(isIn|isOn) != 0
	switch {
	case aw == 4 && bw == 4 && sep != '.':
		if !year(a) || !year(b) || a >= b || b-a > 150 || a < 1500 || sep == '/' && b != a+1 || s.at(next).is&isUnit != 0 && s.same(next) && b < 1900 {
			return d, false
		}
		d.from, d.to, d.ranged = point{year: a, unit: yearUnit}, point{year: b, unit: yearUnit}, true
		d.rule = "years"
		d.confidence = 0.9
		return d, true
	case aw == 4 && bw <= 2 && year(a):
		if bw == 2 && b == (a+1)%100 && sep != '.' {
			d.from, d.to, d.ranged = point{year: a, unit: yearUnit}, point{year: a + 1, unit: yearUnit}, true
			d.ambiguous = b <= 12
			d.rule, d.confidence = "years", 0.8
			return d, sep == '-' || sep == 0 || a > 1900
		}
		if bw == 2 && b > 12 && b > a%100 && b-a%100 <= 60 && sep != '.' && sep != '/' && 1700 <= a && (a < 2000 || preposition || s.char(i-1) == '(') { // "1939-45"
			d.from, d.to, d.ranged = point{year: a, unit: yearUnit}, point{year: a - a%100 + b, unit: yearUnit}, true
			d.rule, d.confidence = "years", 0.8
			return d, true
		}
		if b < 1 || b > 12 || sep == 0 || (sep != '-' || bw != 2) && !preposition && !s.endsHere(next) || sep != '-' && s.citation(i) {
			return d, false
		}
		d.from, d.confidence = point{year: a, month: b, unit: monthUnit}, 0.8
		return d, true
	case bw == 4 && aw <= 2 && year(b) && a >= 1 && a <= 12 && (sep == '/' || sep == '-'):
		if aw != 2 && !preposition && s.citation(i) {
			return d, false
		}
		d.from, d.confidence = point{year: b, month: a, unit: monthUnit}, 0.8
		return d, true
	case aw <= 2 && bw <= 2 && (sep == '/' || i != j && sep == '.'):
		// A day and month alone: fractions and scores have the shape too.
		on := s.surface(i - 1)
		if i == j && on != "le" && on != "on" && on != "Le" && on != "du" && on != "au" || i > 0 && s.tok[i].Shape&extractors.IsLine != 0 && i == j {
			return d, false
		}
		p := point{day: a, month: b, unit: dayUnit}
		if o := s.numericOrder(); a <= 12 && (b > 12 || o == monthDay || o == likelyMonthDay) {
			p.day, p.month = b, a
		}
		if p.day < 1 || p.month < 1 || p.month > 12 || !p.valid() {
			return d, false
		}
		d.ambiguous = a <= 12 && b <= 12 && a != b && (s.order == likelyDayMonth || s.order == likelyMonthDay)
		d.from = p
		return d, true
	}
	return d, false
}

// endsHere reports whether a line, a sentence or a bracket ends before token i.
func (s *scanner) endsHere(i int) bool {
	if !s.same(i) {
		return true
	}
	switch s.char(i) {
	case '.', '!', '?':
		return !s.near(i + 1)
	case ')', ']', '|':
		return true
	}
	return false
}

// citation reports whether the words before token i speak of texts that are
// numbered by the year: "résolutions 2004/10 et 2004/11".
func (s *scanner) citation(i int) bool {
	for k := i - 1; k >= 0 && k >= i-12; k-- {
		if s.at(k).is&isRef != 0 || s.tok[k].Shape&extractors.IsUpper != 0 && s.char(k+1) == '/' {
			return true
		}
		if s.tok[k].Shape&extractors.IsLine != 0 {
			break
		}
	}
	return false
}

// isoInName reports whether a full ISO date starts at token i inside a name:
// "report-2002-10-09.xlsx".
func (s *scanner) isoInName(i int) bool {
	if c := s.char(i - 1); c != '-' && c != '_' || s.near(i-1) && s.tokenHasDigit(i-2) && s.tok[i-2].Len() < 3 {
		return false
	}
	_, aw := s.number(i)
	_, bw := s.number(i + 2)
	_, cw := s.number(i + 4)
	return aw == 4 && bw == 2 && cw == 2 && s.char(i+1) == '-' && s.char(i+3) == '-' &&
		!(s.char(i+5) == '-' && s.near(i+5) && s.near(i+6) && s.tokenHasDigit(i+6))
}

// shared parses ranges whose first day leaves its year to the last:
// "10/1-11/2/2017".
func (s *scanner) shared(i, j int, sep byte, a, b, aw, bw int) (date, bool) {
	if sep != '/' || aw > 2 || bw > 2 || s.char(j+3) != '-' || !s.near(j+3) || !s.near(j+4) {
		return date{}, false
	}
	x, xw := s.number(j + 4)
	y, yw := s.number(j + 6)
	z, zw, next, ok := s.third(j+7, sep)
	if y, after := s.yearAt(j + 8); !ok && y != 0 && s.char(j+7) == ',' && s.near(j+7) && s.same(j+8) { // "5/1-5/7, 2020"
		z, zw, next, ok = y, 4, after, true
	}
	if !ok || s.char(j+5) != sep || !s.near(j+5) || !s.near(j+6) {
		return date{}, false
	}
	q, ok := s.three(j+4, j+4, sep, [3]int{x, y, z}, [3]int{xw, yw, zw}, next)
	if !ok {
		return date{}, false
	}
	p := point{year: q.from.year, day: a, month: b, unit: dayUnit}
	if x == q.from.month && x != q.from.day || b > 12 || a <= 12 && s.numericOrder() == monthDay {
		p.day, p.month = b, a
	}
	if p.month < 1 || p.month > 12 || !p.valid() || !p.before(q.from) {
		return date{}, false
	}
	return date{first: i, next: q.next, end: q.end, from: p, to: q.from, ranged: true, rule: "range", ambiguous: q.ambiguous}, true
}

// spaced parses numeric dates with spaces in them: "02 04 2009", "2016 10 16",
// "11 / 2016", "2016 - 11", "08/12,2015".
func (s *scanner) spaced(i, j, a, aw int) (date, bool) {
	d := date{first: i, rule: "numeric", confidence: 0.7}
	if !s.same(j+1) || !s.same(j+2) || !s.openBefore(j) || s.refBefore(j) || s.same(j) && s.tokenHasDigit(j-1) {
		return d, false
	}
	if c := s.char(j + 1); c == '/' || c == '-' {
		b, bw := s.number(j + 2)
		d.next = j + 3
		if aw == 4 && bw == 2 && b == (a+1)%100 && 1900 <= a && a <= 2100 && s.closedAfter(j+3) { // "saison 2008 - 09"
			d.from, d.to, d.ranged, d.rule = point{year: a, unit: yearUnit}, point{year: a + 1, unit: yearUnit}, true, "years"
			return d, true
		}
		if !s.endsHere(j + 3) {
			return d, false
		}
		switch {
		case aw == 4 && bw == 2:
			d.from = point{year: a, month: b, unit: monthUnit}
		case aw == 2 && bw == 4:
			d.from = point{year: b, month: a, unit: monthUnit}
		}
		return d, 1 <= d.from.month && d.from.month <= 12 && 1900 <= d.from.year && d.from.year <= 2100
	}
	if s.char(j+1) == '.' {
		return s.dotted(i, j)
	}
	b, bw := s.number(j + 1)
	c, cw := s.number(j + 2)
	d.next = j + 3
	if bw < 1 || bw > 2 || s.near(j+2) || !s.closedAfter(j+3) || s.same(j+3) && (s.at(j+3).is&isUnit != 0 || s.tokenHasDigit(j+3) && j+3 < len(s.tok)) {
		return d, false
	}
	p := point{unit: dayUnit}
	switch {
	case aw == 4 && bw == 2 && cw == 2:
		p.year, p.month, p.day = a, b, c
	case aw <= 2 && cw == 4:
		p.day, p.month, p.year = a, b, c
		if o := s.numericOrder(); b > 12 || a <= 12 && (o == monthDay || o == likelyMonthDay) {
			p.day, p.month = b, a
		}
		d.ambiguous = a <= 12 && b <= 12 && a != b && s.order >= likelyDayMonth
	}
	d.from = p
	return d, p.year >= 1900 && p.year <= 2100 && 1 <= p.month && p.month <= 12 && p.valid()
}

// dotted parses a day, month and year with full stops and spaces that start
// their line and are all of it but for a time: "26. 10.21".
func (s *scanner) dotted(i, j int) (date, bool) {
	a, aw := s.number(j)
	b, bw := s.number(j + 2)
	c, cw := s.number(j + 4)
	next := j + 5
	if s.char(j+3) != '.' || aw != 2 || bw != 2 || cw != 2 && cw != 4 || i > 0 && s.tok[i].Shape&extractors.IsLine == 0 {
		return date{}, false
	}
	if s.same(next) && next < len(s.tok) && s.tok[next].Shape&extractors.IsNumber == 0 || s.near(next) {
		return date{}, false
	}
	if cw == 2 {
		c = century(c)
	}
	p := point{year: c, month: b, day: a, unit: dayUnit}
	return date{first: i, next: next, from: p, rule: "numeric", confidence: 0.7}, b >= 1 && b <= 12 && c >= 1900 && c <= 2100 && p.valid()
}

// refBefore reports whether the word before token i makes the figures a
// reference: "n° 12/2016", "p. 2003-2011", "ISSN 1998-2003".
func (s *scanner) refBefore(i int) bool {
	if i == 0 || s.tok[i].Shape&extractors.IsLine != 0 {
		return false
	}
	k := i - 1
	for n := 0; n < 6 && k > 0 && s.same(k) && s.tok[k].Shape&extractors.IsNumber != 0; n++ {
		k-- // "tel. 2020 1998"
	}
	if n := s.at(k).is; n&(isAnd|isTo) != 0 && k > 0 && s.same(k) && s.tok[k-1].Shape&extractors.IsNumber != 0 && s.tok[k-1].Len() == 4 && s.same(k-1) && s.at(k-2).is&isRef != 0 {
		return true // "articles 2015 et 2016"
	}
	for k >= 0 && (s.char(k) == '.' || s.char(k) == ':' || s.char(k) == '(' || s.surface(k) == "°") {
		k--
	}
	return k >= 0 && (s.at(k).is&isRef != 0 || s.at(k).form == "#")
}

// compact makes a date of eight figures, 20161016, alone on its line or after
// a preposition.
func (s *scanner) compact(i, j, n int) (date, bool) {
	p := point{year: n / 10000, month: n / 100 % 100, day: n % 100, unit: dayUnit}
	if p.year < 1900 || p.year > 2100 || p.month < 1 || p.month > 12 || !p.valid() || !s.closedAfter(j+1) || !s.openBefore(j) {
		return date{}, false
	}
	if w := s.surface(i - 1); !s.lineOnly(i, j+1) && w != "on" && w != "le" && w != "du" && w != "au" && w != "since" {
		return date{}, false
	}
	return date{first: i, next: j + 1, from: p, rule: "numeric", confidence: 0.8}, true
}

// numericOrder decides the order of day and month for the document, once: a
// numeric date that can be read one way only shows it, then English dates in
// words, then the spelling and the language.
func (s *scanner) numericOrder() order {
	if s.order != unknownOrder {
		return s.order
	}
	first, second, words, british := 0, 0, 0, false
	for i := 0; i+2 < len(s.tok); i++ {
		t := &s.tok[i]
		if t.Shape&extractors.IsNumber != 0 && t.Len() <= 2 {
			a, _ := s.number(i)
			if c := s.char(i + 1); (c == '/' || c == '-') && s.char(i+3) == c && s.near(i+1) && s.near(i+2) && s.near(i+3) {
				b, bw := s.number(i + 2)
				if _, cw := s.number(i + 4); bw > 0 && bw <= 2 && (cw == 4 || cw == 2) {
					switch {
					case a > 12 && a <= 31 && b >= 1 && b <= 12:
						first++
					case b > 12 && b <= 31 && a >= 1 && a <= 12:
						second++
					}
				}
			} else if m := s.at(i + 1); a >= 1 && a <= 31 && english(m) && s.tok[i+1].Shape&extractors.IsCap != 0 {
				words++ // 5 May
			}
		} else if t.Shape&extractors.IsCap != 0 && english(s.at(i)) && s.char(i+2) == ',' {
			if d, _ := s.number(i + 1); d >= 1 && d <= 31 {
				words-- // May 5, 2016
			}
		} else if t.Shape&extractors.IsWord != 0 && s.at(i).is&isBritish != 0 {
			british = true
		}
	}
	switch {
	case first > second:
		s.order = dayMonth
	case second > first:
		s.order = monthDay
	case s.text.Lang != "en":
		s.order = likelyDayMonth
	case words > 0, words == 0 && british:
		s.order = likelyDayMonth
	default:
		s.order = likelyMonthDay
	}
	return s.order
}
