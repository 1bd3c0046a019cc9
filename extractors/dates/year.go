package dates

import (
	"strings"

	"tamis/extractors"
)

// decade parses "1990s", "the 1970's", "les années 90", "années quatre-vingt",
// "20th century", "XXe siècle".
func (s *scanner) decade(i int) (date, bool) {
	d := date{first: i, rule: "decade"}
	t := &s.tok[i]
	if t.Shape&extractors.HasDigit != 0 {
		w := s.surface(i)
		n, width, rest := leading(w)
		switch {
		case width == 4 && n%10 == 0 && 1000 <= n && n <= 2190 && (rest == "s" || rest == "" && s.possessive(i+1)):
			d.next = i + 1
			if rest == "" {
				d.next = i + 3
			}
			d.from = point{year: n, unit: decadeUnit}
			return d, true
		case width == 4 && rest == "" && n%10 == 0 && 1900 <= n && n <= 2190 && s.surface(i+1) == "s" && s.same(i+1) && !s.near(i+1): // "1990 s"
			d.next, d.from = i+2, point{year: n, unit: decadeUnit}
			return d, true
		case width == 2 && rest == "s" && n%10 == 0 && n >= 30 && s.decadeBefore(i): // "the 90s", "the '90s"
			d.next, d.from, d.confidence = i+1, point{year: 1900 + n, unit: decadeUnit}, 0.8
			return d, true
		case width > 0 && width <= 2 && n >= 2 && n <= 21 && rest != "" && s.at(i+1).is&isCentury != 0 && s.same(i+1):
			if day, next := s.dayAt(i); day == n && next == i+1 {
				d.next, d.rule = i+2, "century"
				d.from = point{year: (n - 1) * 100, unit: centuryUnit}
				return s.withEra(d), true
			}
		}
		return d, false
	}
	w := s.at(i)
	if w.is&isTens != 0 && s.decadeBefore(i) { // "the nineties"
		d.next, d.from, d.confidence = i+1, point{year: 1900 + w.number, unit: decadeUnit}, 0.8
		return d, true
	}
	if w.is&isNum != 0 && w.number >= 17 && w.number <= 19 && strings.HasSuffix(w.form, "teen") { // "nineteen seventies"
		if n := s.at(i + 1); n.is&isTens != 0 && s.same(i+1) {
			d.next, d.from = i+2, point{year: 100*w.number + n.number, unit: decadeUnit}
			return d, true
		}
	}
	if w.form == "two" && s.at(i-1).form == "the" && s.same(i) && s.same(i+1) { // "the two thousands", "the two thousand and tens"
		n := s.at(i + 1)
		if s.surface(i+1) == "thousands" {
			d.next, d.from = i+2, point{year: 2000, unit: decadeUnit}
			return d, true
		}
		if n.form == "thousand" && s.at(i+2).form == "and" && s.surface(i+3) == "tens" && s.same(i+2) && s.same(i+3) {
			d.next, d.from = i+4, point{year: 2010, unit: decadeUnit}
			return d, true
		}
	}
	if w.is&isDecade != 0 && s.same(i+1) {
		n, width := s.number(i + 1)
		end := i + 2
		if width == 0 {
			if n, end = s.spelledYear(i + 1); n != 0 { // "années deux mille"
				width = 4
			} else if n, end = s.spelledTens(i + 1); n != 0 { // "années quatre-vingt-dix"
				width = 2
			}
		}
		switch {
		case width == 4 && n%10 == 0 && 1000 <= n && n <= 2190:
			d.from = point{year: n, unit: decadeUnit}
		case width == 2 && n%10 == 0 && n >= 20:
			d.from = point{year: 1900 + n, unit: decadeUnit}
		default:
			return d, false
		}
		d.next = end
		if join, k := s.joinAt(end); join != notJoined { // "les années 1950 et 1960"
			if n, width := s.number(k); (width == 4 || width == 2) && n%10 == 0 {
				if width == 2 {
					n += 1900
				}
				if d.from.year < n && n <= 2190 {
					d.to, d.ranged, d.next = point{year: n, unit: decadeUnit}, true, k+1
				}
			}
		}
		return d, true
	}
	if w.is&(isNum|isOrd) != 0 { // "dix-neuvième siècle"
		if n, next := s.spelledDay(i); n >= 2 && n <= 21 && s.at(next).is&isCentury != 0 && s.same(next) && s.at(next-1).is&isOrd != 0 {
			d.next, d.rule = next+1, "century"
			d.from = point{year: (n - 1) * 100, unit: centuryUnit}
			return s.withEra(d), true
		}
		return d, false
	}
	if w.is&isCentury != 0 && i > 0 && s.tok[i].Shape&extractors.IsLine == 0 {
		if n := roman(s.surface(i - 1)); n >= 2 && n <= 21 {
			d.first, d.next, d.rule = i-1, i+1, "century"
			d.from = point{year: (n - 1) * 100, unit: centuryUnit}
			return s.withEra(d), true
		}
	}
	return d, false
}

// withEra adds to a century what counts it from the birth of Christ, and the
// century before it that shares its noun: "19th and 20th centuries".
func (s *scanner) withEra(d date) date {
	k := d.first - 1
	for k > 0 && s.at(k).is&isThe != 0 && s.same(k+1) {
		k--
	}
	if w := s.at(k); k > 0 && s.same(k+1) && s.same(k) && w.is&(isAnd|isTo) != 0 && s.at(d.next-1).form != "siecle" && s.at(d.next-1).form != "century" {
		n := roman(s.surface(k - 1))
		if n == 0 {
			n, _ = s.ordinalAt(k - 1)
		}
		if n--; n > 0 && n*100 < d.from.year && (w.is&isAnd == 0 || n*100+100 == d.from.year) {
			d.first, d.to, d.ranged = k-1, d.from, true
			d.from.year = n * 100
		}
	}
	if bc, next := s.eraAt(d.next); next > d.next {
		d.from.bc, d.next = bc, next
	}
	return d
}

// spelledTens reads a number of tens in French words: "trente",
// "soixante-dix", "quatre-vingts".
func (s *scanner) spelledTens(i int) (n, next int) {
	w := s.at(i)
	if !s.same(i) || w.is&isNum == 0 {
		return 0, i
	}
	n, next = w.number, i+1
	if n == 4 && s.char(next) == '-' && s.at(next+1).number == 20 {
		n, next = 80, next+2
	}
	if (n == 60 || n == 80) && s.char(next) == '-' && s.at(next+1).form == "dix" {
		n, next = n+10, next+2
	}
	if n < 20 || n%10 != 0 {
		return 0, i
	}
	return n, next
}

// decadeBefore reports whether the words before token i say that a number of
// tens is a decade: "the", "early", "mid-", an apostrophe for the century. Ages
// have "his" or "her".
func (s *scanner) decadeBefore(i int) bool {
	if i == 0 || !s.same(i) {
		return false
	}
	if q := s.surface(i - 1); (q == "'" || q == "’" || q == "‘" || q == "-") && s.near(i) {
		return i > 1 && (s.at(i-2).is&(isThe|isEarly|isMid|isLate|isIn) != 0)
	}
	w := s.at(i - 1)
	if w.is&(isEarly|isMid|isLate) != 0 {
		w = s.at(i - 2)
	}
	return w.form == "the"
}

// possessive reports whether "'s" is glued before token i: "1970's".
func (s *scanner) possessive(i int) bool {
	q := s.surface(i)
	return s.near(i) && (q == "'" || q == "’") && s.near(i+1) && s.surface(i+1) == "s"
}

// roman reads "XX", "XXe", "XIXème".
func roman(w string) int {
	n, last := 0, 0
	k := len(w)
	for k > 0 && w[k-1] != 'X' && w[k-1] != 'V' && w[k-1] != 'I' {
		k--
	}
	switch w[k:] {
	case "", "e", "è", "ème", "eme", "ᵉ":
	default:
		return 0
	}
	for k--; k >= 0; k-- {
		v := 0
		switch w[k] {
		case 'I':
			v = 1
		case 'V':
			v = 5
		case 'X':
			v = 10
		default:
			return 0
		}
		if v < last {
			n -= v
		} else {
			n += v
			last = v
		}
	}
	return n
}

// year decides whether a number of four digits that belongs to no longer
// expression is a year. What ties it to other figures or makes it a reference
// or a count speaks against; a preposition, brackets, the head of a line, a
// list of years speak for.
func (s *scanner) year(i int) (date, bool) {
	t := &s.tok[i]
	d := date{first: i, next: i + 1, rule: "year", from: point{unit: yearUnit}}
	if t.Shape&extractors.IsNumber == 0 {
		return s.yearCode(i)
	}
	y, next := s.yearAt(i)
	if next == i || y < 1200 || !s.yearOpen(i) || !s.yearClosed(i+1) {
		return d, false
	}
	d.from.year = y
	d.confidence = s.yearEvidence(i, y)
	if d.confidence < extractors.Certain {
		return d, false
	}
	if r, ok := s.partRange(i, y); ok {
		r.confidence = d.confidence
		return r, true
	}
	if w := s.at(i + 1); (w.form == "until" || w.form == "till") && s.at(i-1).is&isBound == 0 {
		return d, true // "ran it in 1955 until 1987": two dates, but "from 2014 till 2018"
	}
	if join, k := s.joinAt(i + 1); join == byTo || join == byAnd && s.between(i) {
		if z, next := s.yearAt(k); z > y && z-y <= 150 && s.yearClosed(next) && s.at(next).is&isUnit == 0 {
			d.to, d.ranged, d.next, d.rule = point{year: z, unit: yearUnit}, true, next, "years"
			return d, true
		}
		if s.at(k).is&(isEarly|isMid|isLate) != 0 && s.at(k+1).is&isOf != 0 { // "from 2007 to the end of 2008"
			if z, next := s.yearAt(k + 2); z > y && z-y <= 150 && s.yearClosed(next) {
				d.to, d.ranged, d.next, d.rule = point{year: z, unit: yearUnit}, true, next, "years"
				return d, true
			}
		}
		if q, next := s.pointAt(k); join == byTo || s.between(i) {
			if next > k && q.year > y {
				d.to, d.ranged, d.next, d.rule = q, true, next, "range"
				return d, true
			}
		}
	}
	return d, true
}

// eraAt reads what counts years from the birth of Christ: "BC", "B.C.E.", "av.
// J.-C.", "avant notre ère", "A.D.", "apr. J.-C.".
func (s *scanner) eraAt(i int) (bc bool, next int) {
	if !s.same(i) {
		return false, i
	}
	switch s.surface(i) {
	case "BC", "BCE":
		return true, i + 1
	case "AD":
		return false, i + 1
	case "B", "A":
		second := s.surface(i + 2)
		if s.char(i+1) != '.' || !s.near(i+1) || !s.near(i+2) || second != "C" && second != "D" {
			return false, i
		}
		bc, next = second == "C", i+3
		if bc != (s.surface(i) == "B") {
			return false, i
		}
		if s.char(next) == '.' && s.near(next) && s.surface(next+1) == "E" && s.near(next+1) {
			next += 2
		}
		if s.char(next) == '.' && s.near(next) {
			next++
		}
		return bc, next
	case "av", "avant", "ap", "apr", "après":
		bc, next = s.surface(i)[:2] == "av", i+1
		if s.char(next) == '.' {
			next++
		}
		if w := s.surface(next); s.same(next) && (w == "notre" || w == "Jésus") {
			next++
			if s.char(next) == '-' {
				next++
			}
			if w := s.surface(next); s.same(next) && (w == "ère" || w == "Christ") {
				return bc, next + 1
			}
			return false, i
		}
		if s.surface(next) != "J" || !s.same(next) {
			return false, i
		}
		for next++; s.same(next) && (s.char(next) == '.' || s.char(next) == '-'); next++ {
		}
		if s.surface(next) != "C" || !s.same(next) {
			return false, i
		}
		if next++; s.char(next) == '.' && s.near(next) {
			next++
		}
		return bc, next
	}
	return false, i
}

// eraYear parses a year that the text counts from the birth of Christ, however
// small: "44 BC", "en 622 apr. J.-C.", "A.D. 800".
func (s *scanner) eraYear(i int) (date, bool) {
	y, width := s.number(i)
	if width == 0 || width > 4 || y == 0 || !s.yearOpen(i) {
		return date{}, false
	}
	d := date{first: i, next: i + 1, rule: "era", from: point{year: y, unit: yearUnit}, confidence: 0.9}
	if bc, next := s.eraAt(i + 1); next == i+2 && s.same(next) && s.tok[next].Shape&extractors.IsCap != 0 {
		return d, false // "12 BC Ferries"
	} else if next > i+1 && (bc || width > 2) {
		d.from.bc, d.next = bc, next
		return d, true
	}
	if _, width := s.number(i + 2); width > 0 && s.at(i+1).is&isTo != 0 { // "669–627 BC"
		k := i + 2
		z, _ := s.number(k)
		if bc, next := s.eraAt(k + 1); width <= 4 && 0 < z && z < y && bc {
			d.from.bc, d.next = true, next
			d.to, d.ranged = point{year: z, unit: yearUnit, bc: true}, true
			return d, true
		}
	}
	if w := s.at(i - 1); width >= 3 && (w.form == "an" || w.form == "year") && i > 1 && s.same(i) && s.same(i-1) && s.at(i-2).is&isThe != 0 && !s.counts(i+1) && s.yearClosed(i+1) {
		return d, y < 1200 // "l'an 800", "the year 476"
	}
	k := i - 1 // "AD 800", "A.D. 800"
	if s.char(k) == '.' && s.char(k-2) == '.' {
		k -= 3
	}
	if s.surface(k) == "AD" || s.surface(k) == "A" {
		if bc, next := s.eraAt(k); next == i && !bc && s.same(i) {
			d.first = k
			return d, true
		}
	}
	return d, false
}

// yearCode reads years with letters on them: "FY2013", "2018Q4", "2003b",
// "l985".
func (s *scanner) yearCode(i int) (date, bool) {
	d := date{first: i, next: i + 1, rule: "year", from: point{unit: yearUnit}, confidence: 0.7}
	w := s.surface(i)
	if len(w) > 6 || s.tok[i].Shape&extractors.HasDigit == 0 || !s.yearOpen(i) || !s.yearClosed(i+1) {
		return d, false
	}
	if len(w) == 6 && w[1] == 'Y' && (w[0] == 'F' || w[0] == 'C' || w[0] == 'S' || w[0] == 'A') {
		y, ok := digits(w[2:])
		d.from.year = y
		d.calendar = map[byte]string{'F': "fiscal", 'S': "school", 'A': "school"}[w[0]]
		return d, ok && 1900 <= y && y <= 2100
	}
	if len(w) == 4 && w[:2] == "FY" { // "FY20"
		y, ok := digits(w[2:])
		d.from.year, d.calendar = century(y), "fiscal"
		return d, ok
	}
	if y, width, rest := leading(w); width == 4 && len(rest) == 2 && 1900 <= y && y <= 2100 {
		if sub := s.subCode(rest); sub != 0 {
			d.from.year, d.sub = y, sub
			return d, true
		}
	}
	if y, width, rest := leading(w); width == 4 && len(rest) == 1 && 'a' <= rest[0] && rest[0] <= 'f' && (s.char(i-1) == '(' || s.char(i-1) == ',') && 1700 <= y && y <= 2100 {
		d.from.year = y // "Zimmermann (2003b)"
		d.end = s.tok[i].Start + 4
		return d, true
	}
	if len(w) == 4 && i > 0 && (s.char(i-1) == '(' && s.char(i+1) == ')' || s.at(i-1).form == "en" || s.at(i-1).form == "in") {
		if y := s.misread(i, 4); 1500 <= y && y <= 2100 {
			d.from.year = y
			return d, true
		}
	}
	return d, false
}

// subCode reads "Q3", "H1", "S2", in French "T3", and returns its EDTF code, or
// 0.
func (s *scanner) subCode(w string) int {
	if w == "1H" || w == "2H" || len(w) == 2 && w[1] == 'Q' { // "3Q 2019"
		w = w[1:] + w[:1]
	}
	if len(w) != 2 || w[1] < '1' || w[1] > '4' {
		return 0
	}
	n := int(w[1] - '1')
	switch w[0] {
	case 'Q', 'q':
		return 33 + n
	case 'T':
		if s.text.Lang == "fr" {
			return 33 + n
		}
	case 'H', 'S':
		if n < 2 {
			return 40 + n
		}
	}
	return 0
}

// yearOpen reports whether nothing glued to the number at token i makes it part
// of a code, an amount or a longer number.
func (s *scanner) yearOpen(i int) bool {
	if i == 0 || !s.near(i) {
		if i > 0 && s.tok[i-1].Shape&extractors.IsNumber != 0 && s.tok[i].Shape&extractors.IsLine == 0 && s.tok[i-1].Len() <= 3 {
			// "1 2016", part of a longer number, unless the one before is a day or a footnote of a list
			return false
		}
		if i > 1 && s.tok[i].Shape&extractors.IsLine == 0 {
			switch s.surface(i - 1) {
			case "$", "€", "£", "°", "№", "#", "+", "×", "x":
				return false
			}
		}
		return true
	}
	switch c := s.char(i - 1); c {
	case '(', '[', '"', '\'', '|', '*', '>', ';', '=', '~':
		return true
	case ':':
		return !s.near(i-1) || !s.tokenHasDigit(i-2)
	case '/', '-', '.', ',', '_', '#', '$', '@', '+', '&', '%', '<':
		if c == '-' && s.near(i-1) {
			w := s.at(i - 2)
			return w.is&(isMid|isLate|isEarly|isWeekday) != 0 || s.surface(i-2) == "post" || s.surface(i-2) == "pre" || s.surface(i-2) == "après" || s.surface(i-2) == "avant" || w.is&isSub != 0
		}
		return c == ',' && i > 1 && s.tok[i-2].Shape&extractors.HasDigit == 0
	}
	switch s.surface(i - 1) {
	case "«", "“", "„", "‘", "’", "•", "–", "—", "…", "©":
		return true
	}
	return s.tok[i-1].Shape&extractors.IsElided != 0
}

// yearClosed reports whether nothing glued after the number makes it part of a
// code, an amount or a longer number.
func (s *scanner) yearClosed(i int) bool {
	if i >= len(s.tok) {
		return true
	}
	if !s.near(i) {
		if s.tok[i].Shape&extractors.IsNumber != 0 && s.same(i) && s.tok[i].Len() == 3 {
			return false // "2015 000"
		}
		switch s.char(i) {
		case '$', '%':
			return !s.same(i)
		}
		switch s.surface(i) {
		case "€", "£", "°":
			return !s.same(i)
		}
		return true
	}
	digit := i+1 < len(s.tok) && s.near(i+1) && s.tok[i+1].Shape&(extractors.HasDigit|extractors.IsWord) != 0
	switch s.char(i) {
	case '.', ',', ':', '\'':
		return !(digit && s.tok[i+1].Shape&extractors.HasDigit != 0)
	case '/', '_', '#', '%', '$', '@', '+', '=':
		return false
	case '-':
		return !digit || s.subCode(s.surface(i+1)) != 0
	}
	switch s.surface(i) {
	case "°", "€", "£":
		return false
	}
	return s.tok[i].Shape&(extractors.IsWord|extractors.IsNumber) == 0 || s.tok[i].Shape&extractors.IsPoss != 0
}

// yearEvidence weighs what stands around the number y at token i.
func (s *scanner) yearEvidence(i, y int) float32 {
	line := i == 0 || s.tok[i].Shape&extractors.IsLine != 0
	if n, width := s.number(i - 1); !line && width == 4 && (n < 1500 || n > 2100) {
		return 0 // "0800 2016"
	}
	after := &none
	if s.same(i + 1) {
		after = s.at(i + 1)
	}
	if after.is&isUnit != 0 || s.crossed(i) || s.phone(i) {
		return 0
	}
	if s.refBefore(i) || s.symbolBefore(i) || s.resolution(i) || s.amount(i, y) || s.hijri(i, y) || s.otherEra(i+1, y) {
		return 0
	}
	plausible := 1900 <= y && y <= 2100
	if line {
		if !plausible || y%100 == 0 && s.plural(i+1) {
			return 0
		}
		return 0.8
	}
	before := s.at(i - 1)
	switch {
	case before.is&isNext != 0 && y < 1900:
		return 0
	case before.is&isIn != 0 || s.tok[i-1].Shape&extractors.IsElided != 0:
		strong := before.form == "en" || before.form == "in" || before.form == "since" || before.form == "depuis"
		if plausible && !s.counted(i+1) || (strong || y >= 1700) && y >= 1200 && !s.plural(i+1) {
			return 0.95
		}
		return 0
	case y < 1500:
		return 0
	case s.char(i-1) == '.' && s.near(i-1) && (s.at(i-2).form == "c" || s.at(i-2).form == "ca") && !s.near(i): // "c. 1850"
		return 0.8
	case s.char(i-1) == '(' || s.char(i-1) == '[':
		// After a name: "Fellow (2020)"; after a number it is a resolution's.
		if s.tokenHasDigit(i-2) || i > 1 && s.romanToken(i-2) {
			return 0
		}
		if s.near(i-1) && s.near(i+1) && s.near(i+2) && s.tokenHasDigit(i+2) {
			return 0 // "P9_TA(2021)0428"
		}
		if s.near(i-1) && s.char(i+1) == ')' && s.tok[i-2].Shape&extractors.IsUpper != 0 && s.same(i+2) && s.tokenHasDigit(min(i+2, len(s.tok)-1)) {
			return 0 // "COM(2019) 640 final"
		}
		if _, k := s.joinAt(i + 1); plausible || y >= 1500 && (s.char(i+1) == ')' || s.char(i+1) == ',' || k > i+1 && s.char(i+3) == ')') {
			return 0.9
		}
		return 0
	case plausible:
		if n, width := s.number(i + 1); n > 0 && s.same(i+1) && (width < 4 || width == 4 && (n < 1500 || n > 2200)) {
			return 0 // "decision, 1999 2 EA 212", "call 2015 5550 1998"
		}
		if before.is&isThe == 0 && s.tok[i-1].Shape&extractors.IsWord != 0 && s.tok[i-1].Shape&extractors.IsCap == 0 && s.plural(i+1) {
			return 0 // "abrite 2050 tanneurs"
		}
		return 0.7
	case y >= 1500 && (before.is&isAnd != 0 || s.char(i-1) == ',' || s.char(i-1) == '|') && len(s.found) > 0 && s.found[len(s.found)-1].next >= i-2 && s.found[len(s.found)-1].from.unit == yearUnit:
		return 0.8 // "1789, 1848 et 1871"
	}
	return 0
}

// hijri reports whether the year y at token i is one of the Islamic calendar
// by the word before it: "15 Ramadan 1440", "Hijri year 1442". Such years have
// no fixed place in ours, and none is invented.
func (s *scanner) hijri(i, y int) bool {
	if y < 1200 || y > 1600 {
		return false
	}
	for k := i - 1; k >= 0 && k >= i-2 && s.same(k+1); k-- {
		if w := s.at(k); w.is&isHijri != 0 {
			return true
		} else if w.is&isYearWord == 0 && s.char(k) != ',' {
			return false
		}
	}
	return false
}

// otherEra reports whether what follows the year y, from token i on, says that
// another calendar counts it: "1445 AH", "1440 de l'hégire", "2012 E.C.".
func (s *scanner) otherEra(i, y int) bool {
	if !s.same(i) {
		return false
	}
	islamic := y >= 1200 && y <= 1600
	switch w := s.surface(i); {
	case islamic && (w == "AH" || w == "H" || w == "A" && s.char(i+1) == '.' && s.surface(i+2) == "H"):
		return true
	case (w == "E" && s.char(i+1) == '.' && s.surface(i+2) == "C" || w == "EC") && s.near(i+2) == (w == "E"):
		return true
	}
	for k := i; islamic && k < i+3 && s.same(k); k++ {
		if w := s.at(k); w.is&isHijri != 0 {
			return true
		} else if w.is&(isOf|isThe) == 0 && s.char(k) != '(' {
			return false
		}
	}
	return false
}

// phone reports whether the number at token i is a group of a telephone
// number: "Tel. (1) 2012 1998".
func (s *scanner) phone(i int) bool {
	for k := i - 1; k >= 0 && k >= i-12 && s.same(k+1); k-- {
		switch {
		case s.at(k).is&isPhone != 0:
			return true
		case s.tok[k].Shape&extractors.IsNumber == 0 && (s.tok[k].Len() > 1 || s.tok[k].Shape&extractors.IsWord != 0 || s.char(k) == ','):
			return false
		}
	}
	return false
}

// crossed reports whether the number at token i is a side of a picture or of a
// sheet: "1920 x 1080", "2048 × 2048".
func (s *scanner) crossed(i int) bool {
	switch s.surface(i + 1) {
	case "x", "X", "×":
		_, width := s.number(i + 2)
		return width > 0
	}
	return false
}

// counted reports whether token i is what a number before it counts.
func (s *scanner) counted(i int) bool {
	return s.same(i) && s.at(i).is&isUnit != 0
}

// plural reports whether token i may be a plural in lower case, which a number
// before it would count. Verbs of the third person end alike, so this is for
// numbers that are seldom years.
func (s *scanner) plural(i int) bool {
	if !s.same(i) || s.near(i) {
		return false
	}
	w := s.surface(i)
	return s.tok[i].Shape&(extractors.IsWord|extractors.IsCap) == extractors.IsWord && len(w) > 3 && (w[len(w)-1] == 's' || w[len(w)-1] == 'x')
}

func (s *scanner) tokenHasDigit(i int) bool {
	return i >= 0 && s.tok[i].Shape&extractors.HasDigit != 0
}

func (s *scanner) romanToken(i int) bool {
	return s.tok[i].Shape&extractors.IsUpper != 0 && roman(s.surface(i)) > 0
}

// resolution reports whether the number at token i is one of a resolution: a
// year or session in brackets follows, "2035 (2012)", "3411 (XXX)".
func (s *scanner) resolution(i int) bool {
	if s.char(i+1) != '(' || s.char(i+3) != ')' || !s.same(i+1) {
		return false
	}
	_, width := s.number(i + 2)
	return width == 4 || s.romanToken(i+2)
}

// amount reports whether words around the number at token i count with it:
// "plus de 2000", "more than 1950", "2000 à 3000 habitants".
func (s *scanner) amount(i, y int) bool {
	if join, k := s.joinAt(i + 1); join != notJoined {
		for k < len(s.tok) && s.tok[k].Shape&extractors.IsNumber != 0 && s.same(k) {
			k++
			if s.counted(k) {
				return true
			}
		}
	}
	for k := i - 1; k >= i-4 && s.same(k+1); k-- {
		if s.at(k).is&isYearWord != 0 {
			return false // "any year later than 2012"
		}
	}
	if i == 0 || s.tok[i].Shape&extractors.IsLine != 0 {
		return false
	}
	before := s.at(i - 1)
	switch {
	case before.is&isMore != 0:
		w := s.surface(i - 2)
		return w != "later" && w != "earlier"
	case before.form == "de" || before.form == "of" || before.form == "to" || before.form == "a":
		return s.at(i-2).is&isMore != 0 || s.surface(i-2) == "plus" || s.surface(i-2) == "up"
	case before.form == "over" || before.is&isApprox != 0 && before.form != "vers" && before.form != "circa":
		return y%50 == 0 && s.plural(i+1)
	}
	return false
}

// symbolBefore reports whether the number at token i goes with a code: "B
// 1967", "IT 1904", "BFR 2011 B 451", "[1999] 2 EA 212".
func (s *scanner) symbolBefore(i int) bool {
	if i == 0 {
		return false
	}
	if t := s.tok[i-1]; t.Shape&(extractors.IsWord|extractors.IsCap) == extractors.IsWord|extractors.IsCap && t.Shape&extractors.IsElided == 0 && t.Shape&extractors.IsLine == 0 {
		if t.Len() == 1 || t.Len() == 2 && t.Shape&extractors.IsUpper != 0 && s.at(i-1).is == 0 {
			return true
		}
	}
	if s.char(i-1) == '[' && s.char(i+1) == ']' && s.tokenHasDigit(i+2) {
		return true
	}
	return s.same(i+2) && s.same(i+1) && i+2 < len(s.tok) && s.tok[i+1].Shape&extractors.IsCap != 0 && s.tok[i+1].Len() == 1 && s.tok[i+2].Shape&extractors.IsNumber != 0
}
