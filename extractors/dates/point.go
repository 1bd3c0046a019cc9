package dates

import (
	"strings"
	"time"
)

// A unit is the precision of a point.
type unit uint8

const (
	noUnit unit = iota
	dayUnit
	monthUnit
	yearUnit
	decadeUnit
	centuryUnit
)

// A point is one end of an expression: a day, a month, a year, and so on. Its
// parts are 0 where the text leaves them out.
type point struct {
	year, month, day int
	weekday          int // 1 is Monday; 0 where the text names none
	unit             unit
	bc               bool // before Christ; a year or century only
}

// A date is an expression as found in the text.
type date struct {
	start, end int // bytes
	first      int // index of the first token
	next       int // index after the last token
	from, to   point
	ranged     bool // to holds
	rule       string
	source     string // how the year was supplied
	sub        int    // EDTF code of a season, quarter or half of the year that is glued to it, 0 if none
	edtf       string // the finer form, where the expression itself has it (AttrEDTF)
	ambiguous  bool   // day and month could be the other way round
	confidence float32
	calendar   string
}

// edtf returns the point in EDTF.
func (p point) edtf() (string, bool) {
	var buf [11]byte
	b := buf[:0]
	if p.bc {
		if p.unit == yearUnit {
			p.year-- // the year before 1 is 0
		}
		if p.year > 0 || p.unit == centuryUnit {
			b = append(b, '-')
		}
		if p.unit == yearUnit {
			return string(appendDigits(b, p.year, 4)), true
		}
	}
	switch p.unit {
	case decadeUnit:
		return string(appendDigits(b, p.year/10, 3)) + "X", true
	case centuryUnit:
		return string(appendDigits(b, p.year/100, 2)) + "XX", true
	}
	if p.year == 0 {
		b = append(b, "XXXX"...)
	} else {
		b = appendDigits(b, p.year, 4)
	}
	if p.unit == yearUnit {
		return string(b), p.year != 0
	}
	if p.month == 0 {
		return "", false // a day without a month, which nothing supplied
	}
	b = appendDigits(append(b, '-'), p.month, 2)
	if p.unit == dayUnit {
		b = appendDigits(append(b, '-'), p.day, 2)
	}
	return string(b), p.valid()
}

func appendDigits(b []byte, n, width int) []byte {
	div := 1
	for range width - 1 {
		div *= 10
	}
	for ; div > 0; div /= 10 {
		b = append(b, byte('0'+n/div%10))
	}
	return b
}

// valid reports whether the calendar has the day. Without a year, 29 February
// is one.
func (p point) valid() bool {
	if p.unit != dayUnit || p.month == 0 {
		return true
	}
	year := p.year
	if year == 0 {
		year = 2000
	}
	return p.day >= 1 && p.day <= daysIn(year, p.month)
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// before reports whether p lies before q, both with their years or without.
func (p point) before(q point) bool {
	if p.year != q.year {
		return p.year < q.year
	}
	if p.month != q.month {
		return p.month < q.month
	}
	return p.day < q.day
}

// norm returns the normal form of the whole expression.
func (d *date) norm() (string, bool) {
	from, ok := d.from.edtf()
	if !ok || !d.ranged {
		return from, ok
	}
	to, ok := d.to.edtf()
	return from + "/" + to, ok
}

// Bounds returns the first and last day of an EDTF expression as this package
// writes them, in UTC, and its precision: "day", "month", "season", "quarter",
// "half", "year", "decade", "century" or, for "A/B", "range", or "open" where an
// end is "..", for which the zero time stands. Qualifiers ("~") do not move the
// bounds. Where the year is open ("XXXX-12-05") or the
// expression is none of ours, ok is false.
//
// Seasons are the northern ones by whole months: spring is March to May,
// winter December of the year named to February of the next.
func Bounds(edtf string) (start, end time.Time, precision string, ok bool) {
	for i := range len(edtf) {
		if edtf[i] != '/' {
			continue
		}
		var from, to string
		if edtf[:i] == ".." || edtf[i+1:] == ".." {
			start, _, from, _ = Bounds(edtf[:i])
			_, end, to, _ = Bounds(edtf[i+1:])
			if from == to || from == "range" || to == "range" || from == "open" || to == "open" {
				return time.Time{}, time.Time{}, "", false
			}
			return start, end, "open", true
		}
		start, _, from, ok = Bounds(edtf[:i])
		if !ok || from == "range" {
			return time.Time{}, time.Time{}, "", false
		}
		_, end, to, ok = Bounds(edtf[i+1:])
		if !ok || to == "range" || end.Before(start) {
			return time.Time{}, time.Time{}, "", false
		}
		return start, end, "range", true
	}
	if n := len(edtf); n > 0 && (edtf[n-1] == '~' || edtf[n-1] == '?' || edtf[n-1] == '%') {
		edtf = edtf[:n-1]
	}
	if rest, before := strings.CutPrefix(edtf, "-"); before && len(rest) == 4 { // before Christ
		y, ok := digits(rest)
		if century, found := strings.CutSuffix(rest, "XX"); found {
			y, ok = digits(century)
			return first(-100*y-99, 1), first(-100*y+1, 1).AddDate(0, 0, -1), "century", ok
		}
		return first(-y, 1), first(1-y, 1).AddDate(0, 0, -1), "year", ok && y > 0
	}
	var y, m, d int
	switch len(edtf) {
	case 4:
		switch {
		case edtf[2:] == "XX":
			if y, ok = digits(edtf[:2]); ok {
				return first(y*100, 1), first(y*100+100, 1).AddDate(0, 0, -1), "century", true
			}
		case edtf[3] == 'X':
			if y, ok = digits(edtf[:3]); ok {
				return first(y*10, 1), first(y*10+10, 1).AddDate(0, 0, -1), "decade", true
			}
		default:
			if y, ok = digits(edtf); ok {
				return first(y, 1), first(y+1, 1).AddDate(0, 0, -1), "year", true
			}
		}
	case 7:
		y, ok = digits(edtf[:4])
		if m, ok2 := digits(edtf[5:]); ok && ok2 && edtf[4] == '-' {
			for _, p := range []struct {
				low, high, month, months int
				name                     string
			}{{1, 12, 1, 1, "month"}, {21, 24, 3, 3, "season"}, {33, 36, 1, 3, "quarter"}, {40, 41, 1, 6, "half"}} {
				if p.low <= m && m <= p.high {
					start = first(y, p.month+(m-p.low)*p.months)
					return start, start.AddDate(0, p.months, -1), p.name, true
				}
			}
		}
	case 10:
		var ok2, ok3 bool
		y, ok = digits(edtf[:4])
		m, ok2 = digits(edtf[5:7])
		d, ok3 = digits(edtf[8:])
		if ok && ok2 && ok3 && edtf[4] == '-' && edtf[7] == '-' && 1 <= m && m <= 12 && 1 <= d && d <= daysIn(y, m) {
			start = time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
			return start, start, "day", true
		}
	}
	return time.Time{}, time.Time{}, "", false
}

func first(year, month int) time.Time {
	return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
}

// digits reads a number that is digits only.
func digits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || '9' < s[i] {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, len(s) > 0
}
