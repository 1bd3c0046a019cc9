package dates

import (
	"strings"

	"tamis/extractors"
)

// near reports whether tokens i-1 and i touch.
func (s *scanner) near(i int) bool {
	return i > 0 && i < len(s.tok) && s.tok[i-1].End == s.tok[i].Start
}

// same reports whether token i exists and stands on the line of token i-1.
func (s *scanner) same(i int) bool {
	return i < len(s.tok) && s.tok[i].Shape&extractors.IsLine == 0
}

// char returns the byte of a token of one byte, else 0. A hyphen that does not
// break is a hyphen.
func (s *scanner) char(i int) byte {
	if i < 0 || i >= len(s.tok) {
		return 0
	}
	switch t := &s.tok[i]; t.Len() {
	case 1:
		return s.s[t.Start]
	case 3:
		if w := s.s[t.Start:t.End]; w == "\u2010" || w == "\u2011" {
			return '-'
		}
	}
	return 0
}

// surface returns the text of token i.
func (s *scanner) surface(i int) string {
	if i < 0 || i >= len(s.tok) {
		return ""
	}
	return s.s[s.tok[i].Start:s.tok[i].End]
}

// number reads token i as a number of at most 8 ASCII digits.
func (s *scanner) number(i int) (n, width int) {
	if i < 0 || i >= len(s.tok) || s.tok[i].Shape&extractors.IsNumber == 0 || s.tok[i].Len() > 8 {
		return 0, 0
	}
	n, ok := digits(s.surface(i))
	if !ok {
		return 0, 0
	}
	return n, s.tok[i].Len()
}

// leading splits a token into the number it starts with and the rest.
func leading(w string) (n, width int, rest string) {
	for width < len(w) && width < 5 && '0' <= w[width] && w[width] <= '9' {
		n = n*10 + int(w[width]-'0')
		width++
	}
	return n, width, w[width:]
}

// dayAt reads the number of a day at token i: "5", "05", "1er", "21st",
// "premier", "vingt-sept".
func (s *scanner) dayAt(i int) (day, next int) {
	if i >= len(s.tok) {
		return 0, i
	}
	t := &s.tok[i]
	switch {
	case t.Shape&extractors.IsNumber != 0:
		if n, width := s.number(i); width > 0 && width <= 2 && 1 <= n && n <= 31 {
			return n, i + 1
		}
	case t.Shape&extractors.HasDigit != 0:
		n, width, rest := leading(s.surface(i))
		if width == 0 || width > 2 || n < 1 || n > 31 {
			return 0, i
		}
		var buf [16]byte
		if len(rest) > 8 {
			return 0, i
		}
		switch string(extractors.AppendFold(buf[:0], rest)) {
		case "er", "st", "nd", "rd", "th", "e", "eme", "re", "o", "ier":
			return n, i + 1
		}
	case s.at(i).is&(isNum|isOrd) != 0:
		return s.spelledDay(i)
	}
	return 0, i
}

// spelledDay reads a day in words: "neuf", "vingt-sept", "trente et un",
// "twenty-second", "premier".
func (s *scanner) spelledDay(i int) (day, next int) {
	w := s.at(i)
	day, next = w.number, i+1
	if w.is&isNum == 0 || day != 10 && day != 20 && day != 30 {
		if day > 31 {
			return 0, i
		}
		return day, next
	}
	j := next
	if s.char(j) == '-' || s.at(j).is&isAnd != 0 {
		j++
	}
	if w := s.at(j); s.same(j) && w.is&(isNum|isOrd) != 0 && w.number > 0 && w.number < 10 && day+w.number <= 31 && !(day == 10 && w.number < 7) {
		return day + w.number, j + 1
	}
	return day, next
}

// spelledYear reads a year in words: "deux mille vingt-quatre", "mil neuf cent
// quatre-vingt-dix", "two thousand and eighteen", "nineteen ninety-six".
func (s *scanner) spelledYear(i int) (year, next int) {
	if year, next = s.pairedYear(i); year != 0 {
		return year, next
	}
	total, part, thousand := 0, 0, false
	next = i
	for j := i; j < len(s.tok) && j < i+14 && (j == i || s.same(j)); j++ {
		w := s.at(j)
		switch {
		case w.is&isThousand != 0 && !thousand:
			total, part, thousand = 1000*max(part, 1), 0, true
		case w.is&isHundred != 0 && (thousand && part < 10 || 10 < part && part < 20):
			part = 100 * max(part, 1) // "two hundred", "dix-neuf cent"
			thousand = true
		case w.is&isNum != 0 && w.number == 20 && part%100 == 4:
			part += 76
		case w.is&isNum != 0 && (part%100 == 0 || part%10 == 0 && w.number < 20 && part%100 >= 20 || part == 10 && w.number > 6 && w.number < 10):
			part += w.number
		case j > i && (s.char(j) == '-' || w.is&isAnd != 0):
			continue
		default:
			j = len(s.tok)
			continue
		}
		next = j + 1
	}
	if year = total + part; !thousand || year < 1000 || year > 2199 {
		return 0, i
	}
	return year, next
}

// pairedYear reads a year as English says it, by its halves: "nineteen
// ninety-six", "twenty twenty", "nineteen zero one", "seventeen hundred (and)
// thirty three".
func (s *scanner) pairedYear(i int) (year, next int) {
	w := s.at(i)
	if w.is&isNum == 0 || w.number < 17 || w.number > 20 || !strings.HasSuffix(w.form, "teen") && w.form != "twenty" {
		return 0, i
	}
	next = i + 1
	if s.char(next) == '-' {
		next++
	}
	if !s.same(next) {
		return 0, i
	}
	year = w.number * 100
	switch half := s.at(next); {
	case half.form == "hundred" && s.same(next):
		if next++; s.at(next).form == "and" && s.same(next) {
			next++
		}
		n, after := s.twoDigits(next)
		if n == 0 && s.at(next-1).form == "and" {
			after = next - 1
		}
		return year + n, after
	case s.surface(next) == "zero" || s.surface(next) == "oh":
		if n := s.at(next + 1); s.same(next+1) && n.is&isNum != 0 && n.number < 10 {
			return year + n.number, next + 2
		}
	default:
		if n, after := s.twoDigits(next); n >= 10 && !s.halfDay(after) { // "eighteen thirty p.m."
			return year + n, after
		}
	}
	return 0, i
}

// twoDigits reads a number up to 99 in English words: "thirty three".
func (s *scanner) twoDigits(i int) (n, next int) {
	w := s.at(i)
	if !s.same(i) || w.is&isNum == 0 {
		return 0, i
	}
	n, next = w.number, i+1
	if n < 20 {
		return n, next
	}
	j := next
	if s.char(j) == '-' {
		j++
	}
	if w := s.at(j); s.same(j) && w.is&isNum != 0 && w.number < 10 {
		return n + w.number, j + 1
	}
	return n, next
}

// monthAt reads a month's name at token i, with the full stop of an
// abbreviation.
func (s *scanner) monthAt(i int) (w *word, next int) {
	if i >= len(s.tok) || s.tok[i].Shape&extractors.IsWord == 0 {
		return &none, i
	}
	w = s.at(i)
	if w.is&isMonth == 0 {
		return &none, i
	}
	next = i + 1
	if w.is&isAbbr != 0 && s.near(next) && s.char(next) == '.' {
		next++
	}
	return w, next
}

// yearAt reads a year of four digits at token i.
func (s *scanner) yearAt(i int) (year, next int) {
	if n, width := s.number(i); width == 4 && 1000 <= n && n <= 2199 {
		return n, i + 1
	}
	return 0, i
}

// misread reads a number in which optical character recognition took digits
// for letters: "l985", "2O15", "2l". It wants a digit left.
func (s *scanner) misread(i, width int) (n int) {
	w := s.surface(i)
	if len(w) != width || s.tok[i].Shape&extractors.HasDigit == 0 || s.tok[i].Shape&extractors.IsNumber != 0 {
		return 0
	}
	for k := range len(w) {
		switch c := w[k]; {
		case '0' <= c && c <= '9':
			n = n*10 + int(c-'0')
		case c == 'l' || c == 'I':
			n = n*10 + 1
		case c == 'O' || c == 'o':
			n *= 10
		default:
			return 0
		}
	}
	return n
}

// yearAfter reads the year that completes a day and month or a month, which
// end before token i: "2016", ", 2016", "of 2016", "de 2016", "-2016". Two
// digits are a year where the same mark joins day, month and year.
func (s *scanner) yearAfter(i int, joined bool) (year, next int) {
	j := i
	if !s.same(j) {
		return 0, i
	}
	w := s.at(j)
	switch {
	case s.char(j) == ',':
		j++
	case s.near(j) && s.near(j+1) && (s.char(j) == '-' || s.char(j) == '/'):
		j++
	case w.is&isOf != 0 || s.tok[j].Len() == 2 && (s.surface(j) == "in" || s.surface(j) == "en"):
		j++
		if s.at(j).is&isYearWord != 0 {
			j++
		}
	}
	if !s.same(j) {
		return 0, i
	}
	if year, next = s.yearAt(j); year != 0 {
		if s.at(next).is&isUnit != 0 && s.same(next) && j != i {
			return 0, i // "en mars, 2000 personnes"
		}
		return year, next
	}
	if j == i || s.char(j-1) == '-' || s.char(j-1) == '/' {
		if n, width := s.number(j); joined && j > i && width == 2 && !s.near(j+1) {
			return century(n), j + 1
		}
		if n := s.misread(j, 4); 1000 <= n && n <= 2199 {
			return n, j + 1
		}
		if n, width, rest := leading(s.surface(j)); width == 4 && 1900 <= n && n <= 2100 && rest != "" && 'A' <= rest[0] && rest[0] <= 'Z' {
			return n, j + 1 // "12 May 2020Read more"
		}
	}
	if year, next := s.spelledYear(j); year != 0 && (j == i || !s.counts(next)) {
		return year, next
	}
	return 0, i
}

// counts reports whether a number in words that ends before token i counts
// what follows: "in March, two thousand soldiers".
func (s *scanner) counts(i int) bool { return s.counted(i) || s.plural(i) }

// century completes a year of two digits: 39 is 2039, 40 is 1940.
func century(n int) int {
	if n < 40 {
		return 2000 + n
	}
	return 1900 + n
}

// dayFirst reads "5 mai 2016", "5th of May, 2016", "5-Mai-2016", "5 mai".
func (s *scanner) dayFirst(i int) (p point, next int) {
	day, j := s.dayAt(i)
	if c := s.char(i - 1); day != 0 && s.near(i) && (c == '.' || c == ',' || c == '/') && s.near(i-1) && s.tokenHasDigit(i-2) {
		if n, _ := s.dayAt(i - 2); c != '/' || n+1 != day { // "12/13 mai"
			return p, i // "6,107.31 August 2019"
		}
	}
	if day == 0 {
		if day = s.misread(i, 2); day < 1 || day > 31 {
			return s.glued(i)
		}
		j = i + 1
	}
	if !s.same(j) {
		return p, i
	}
	joined := false
	switch c := s.char(j); {
	case (c == '-' || c == '/') && s.near(j) && s.near(j+1):
		j++
		joined = true
	case c == '.' && s.near(j):
		j++ // "16. Nov. 2016"
	default:
		if s.at(j).is&isDay != 0 {
			j++
		}
		if s.at(j).is&isOf != 0 {
			j++
			if s.at(j).is&isMonthWord != 0 && s.at(j+1).is&isOf != 0 {
				j += 2
			}
		}
	}
	if !s.same(j) {
		return p, i
	}
	m, k := s.monthAt(j)
	if m.value == 0 {
		return p, i
	}
	p = point{month: m.value, day: day, unit: dayUnit}
	p.year, next = s.yearAfter(k, joined)
	if p.year == 0 {
		switch {
		case joined, m.is&isForeign != 0:
			return point{}, i // "stade du 4-Août"
		case m.is&isAbbr != 0 && s.char(k-1) != '.' && s.tok[j].Shape&extractors.IsCap == 0:
			return point{}, i
		case m.form == "may" && english(m) && s.tok[j].Shape&extractors.IsCap == 0:
			return point{}, i // "on 5 may apply"
		}
		if m.is&isAbbr != 0 && m.is&isName != 0 && s.char(k-1) != '.' && s.tok[i].Shape&extractors.IsNumber == 0 {
			return point{}, i
		}
		if next = k; s.char(k-1) == '.' {
			next-- // it may be the sentence's
		}
	}
	return p, next
}

// glued reads a day and month without a space: "14april 2015", "Feb13".
func (s *scanner) glued(i int) (p point, next int) {
	if i >= len(s.tok) || s.tok[i].Shape&extractors.HasDigit == 0 || s.tok[i].Shape&extractors.IsWord == 0 || s.tok[i].Len() > 12 {
		return p, i
	}
	w := s.surface(i)
	day, width, name := leading(w)
	if width == 0 {
		k := len(w)
		for k > 0 && '0' <= w[k-1] && w[k-1] <= '9' {
			k--
		}
		name = w[:k]
		day, _, _ = leading(w[k:])
	}
	m := months[extractors.Fold(name)]
	if m == 0 || day < 1 || day > 31 {
		return p, i
	}
	p = point{month: m, day: day, unit: dayUnit}
	if p.year, next = s.yearAfter(i+1, false); p.year == 0 {
		return point{}, i // "Mar3" alone is a code
	}
	return p, next
}

// months holds the months of the lexicon by their form, for tokens that hold
// more than the month.
var months = func() map[string]int {
	m := make(map[string]int)
	for _, w := range words.words {
		if w.is&isMonth != 0 && w.is&isForeign == 0 {
			m[w.form] = w.value
		}
	}
	return m
}()

// monthFirst reads "May 5, 2016", "May 5th", "mai 2016", "mai".
func (s *scanner) monthFirst(i int) (p point, next int) {
	m, j := s.monthAt(i)
	if m.value == 0 {
		return p, i
	}
	p = point{month: m.value, unit: monthUnit}
	if p.year, next = s.yearAfter(j, false); p.year != 0 {
		if n, width := s.number(next + 1); s.char(next) == '-' && s.near(next) && s.near(next+1) && width == 2 && s.char(j) == '-' && 1 <= n && n <= 31 {
			p.day, p.unit = n, dayUnit // "September-2020-23"
			return p, next + 2
		}
		return p, next
	}
	k := j
	joined := s.char(k) == '-' && s.near(k) && s.near(k+1)
	if joined || s.at(k).is&isThe != 0 {
		k++
	}
	if s.same(k) {
		if day, l := s.dayAt(k); day != 0 {
			q := point{month: m.value, day: day, unit: dayUnit}
			if q.year, next = s.yearAfter(l, joined); q.year != 0 {
				return q, next
			}
			if at, after := s.clock(l); at != "" { // "Wed Aug 05 12:00:00 2015"
				if q.year, next = s.yearAt(after); q.year != 0 && s.same(after) {
					return q, next
				}
			}
			if !joined && s.dayAlone(i, k, l, m) {
				return q, l
			}
		}
	}
	if m.is&(isAbbr|isForeign) != 0 || !s.monthAlone(i, m) {
		return point{}, i
	}
	return p, j
}

// dayAlone reports whether tokens [k, l) after the month at i are its day,
// though no year follows: "May 5" and "March 3rd", not "En mars 15 camions",
// "March 15 people", "mai 5.2", "May 10:30".
func (s *scanner) dayAlone(i, k, l int, m *word) bool {
	if s.tok[i].Shape&extractors.IsCap == 0 && (m.form == "may" || m.form == "march") {
		return false
	}
	if s.near(l) {
		switch c := s.char(l); c {
		case '.', ',', ':', '/', '%':
			if s.tok[l].End < len(s.s) && '0' <= s.s[s.tok[l].End] && s.s[s.tok[l].End] <= '9' {
				return false
			}
		}
	}
	if s.tok[k].Shape&extractors.IsNumber == 0 && s.tok[k].Shape&extractors.HasDigit != 0 {
		return true // "March 3rd"
	}
	if s.at(l).is&isUnit != 0 && s.same(l) || !english(m) {
		return false
	}
	return s.tok[k].Shape&extractors.IsNumber != 0
}

// english reports whether the month is spelled as in English.
func english(m *word) bool { return m.is&isEnglish != 0 }

// monthAlone reports whether the month at token i stands for a month of the
// calendar though neither day nor year is near: a preposition says so.
func (s *scanner) monthAlone(i int, m *word) bool {
	t := &s.tok[i]
	capital := t.Shape&extractors.IsCap != 0
	if english(m) && !capital {
		return false
	}
	if s.at(i+1).is&isNext != 0 && s.same(i+1) {
		return false // "mars dernier"
	}
	w := s.at(i - 1)
	if i == 0 || t.Shape&extractors.IsLine != 0 {
		return s.wrapped(i) && m.form != "mars" && m.form != "march"
	}
	if s.char(i-1) == '-' && s.near(i) {
		return s.at(i-2).is&isMid != 0
	}
	switch {
	case w.is&isNext != 0:
		return false
	case w.is&isMonthWord != 0, w.is&isOf != 0 && s.at(i-2).is&isMonthWord != 0:
		return true
	case w.is&(isIn|isEarly|isMid|isLate|isAfter|isUntil) == 0:
		return w.form == "chaque" || w.form == "every" || w.form == "each"
	case w.is&isLoose == 0:
		return true
	case m.is&isName != 0 && m.form != "june" && m.form != "juin":
		// "the end of May", "première semaine de mars"; not "of May and Jan"
		b := s.at(i - 2)
		return b.is&(isEarly|isMid|isLate|isMonthWord|isDay|isOrd|isWeekday) != 0 || s.surface(i-2) == "week" || s.surface(i-2) == "semaine"
	}
	return w.form != "au" && w.form != "des" && w.form != "dans"
}

// wrapped reports whether the line of token i goes on from the line before,
// which ended in a word that a date follows: "depuis⏎novembre".
func (s *scanner) wrapped(i int) bool {
	return i > 0 && s.tok[i].Shape&extractors.IsLine != 0 && s.at(i-1).is&(isAfter|isUntil) != 0 && s.tok[i-1].Shape&extractors.IsCap == 0
}
