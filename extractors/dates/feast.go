package dates

import (
	"strings"
	"time"

	"tamis/extractors"
)

// A feast is a day that has a name and, with a year, a place in the calendar:
// "New Year's Eve 2019", "Pâques 2021". Those whose day another calendar or an
// authority sets, Eid and Diwali, or each country by itself, Mother's Day, are
// left alone: their year is the date.
type feast struct {
	words []string // folded, from the last to the first, without a final s
	days  func(year int) (from, to time.Time)
}

// feasts holds the feasts by their last word.
var feasts = func() map[string][]feast {
	m := make(map[string][]feast)
	list := func(days func(int) (time.Time, time.Time), names string) {
		for name := range strings.SplitSeq(names, ",") {
			f := feast{days: days}
			for w := range strings.FieldsSeq(name) {
				f.words = append([]string{strings.TrimSuffix(w, "s")}, f.words...)
			}
			m[f.words[0]] = append(m[f.words[0]], f)
		}
	}
	on := func(month, day int) func(int) (time.Time, time.Time) {
		return func(year int) (time.Time, time.Time) {
			t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
			return t, t
		}
	}
	// nth is so many days after the nth weekday of a month, from its end where
	// nth is negative.
	nth := func(month, weekday, nth, after int) func(int) (time.Time, time.Time) {
		return func(year int) (time.Time, time.Time) {
			c := count{nth: nth, number: 1, unit: countDay, weekday: weekday}
			t, _, _ := c.days(point{year: year, month: month, unit: monthUnit})
			t = t.AddDate(0, 0, after)
			return t, t
		}
	}
	around := func(easter func(int) time.Time, from, to int) func(int) (time.Time, time.Time) {
		return func(year int) (time.Time, time.Time) {
			t := easter(year)
			return t.AddDate(0, 0, from), t.AddDate(0, 0, to)
		}
	}
	list(on(12, 25), "christmas,christmas day,noel,jour de noel")
	list(on(12, 24), "christmas eve,veille de noel,reveillon de noel")
	list(on(12, 31), "new year s eve,new years eve,saint sylvestre,reveillon du nouvel an")
	list(on(1, 1), "new year s day,new years day,jour de l an,nouvel an")
	list(on(1, 6), "epiphany,epiphanie")
	list(on(2, 14), "valentine s day,saint valentin")
	list(on(3, 17), "saint patrick s day,saint patrick,st patrick s day,st patrick,saint patricks day,st patricks day")
	list(on(4, 22), "earth day")
	list(on(7, 14), "bastille day")
	list(on(8, 15), "assumption day,assomption")
	list(on(10, 31), "halloween")
	list(on(11, 1), "toussaint,all saints day")
	list(on(11, 11), "armistice day,veterans day")
	list(nth(1, 1, 3, 0), "mlk day,martin luther king day")
	list(nth(2, 1, 3, 0), "president s day,presidents day,president day")
	list(nth(5, 1, -1, 0), "memorial day")
	list(nth(6, 7, 3, 0), "father s day,fathers day,fete des peres")
	list(nth(9, 1, 1, 0), "labor day")
	list(nth(10, 1, 2, 0), "columbus day")
	list(nth(11, 4, 4, 0), "thanksgiving,thanksgiving day,thanks giving day,thanks giving,jour de thanksgiving,jour de thanks giving")
	list(nth(11, 4, 4, 1), "black friday")
	list(nth(11, 4, 4, 4), "cyber monday")
	list(around(easter, 0, 0), "easter,easter sunday,paques,dimanche de paques")
	list(around(easter, 1, 1), "easter monday,lundi de paques")
	list(around(easter, -1, -1), "holy saturday,samedi saint")
	list(around(easter, -2, -2), "good friday,vendredi saint")
	list(around(easter, -3, -3), "maundy thursday,holy thursday,jeudi saint")
	list(around(easter, -7, -7), "palm sunday,branch sunday,dimanche des rameaux,rameaux")
	list(around(easter, -46, -46), "ash wednesday,mercredi des cendres")
	list(around(easter, -47, -47), "shrove tuesday,pancake day,pancake tuesday,mardi gras")
	list(around(easter, -46, -1), "lent,careme")
	list(around(easter, 39, 39), "ascension day,jeudi de l ascension")
	list(around(easter, 49, 49), "pentecost,whit sunday,white sunday,pentecote")
	list(around(easter, 50, 50), "whit monday,lundi de pentecote,pentecost monday")
	list(around(easter, 56, 56), "trinity sunday")
	list(around(easter, 60, 60), "corpus christi,fete dieu")
	list(around(orthodoxEaster, 0, 0), "orthodox easter,orthodox easter sunday,paques orthodoxe")
	list(around(orthodoxEaster, -2, -2), "orthodox good friday,orthodox great friday")
	list(around(orthodoxEaster, -8, -8), "lazarus saturday")
	list(around(orthodoxEaster, -48, -48), "clean monday,orthodox shrove monday")
	return m
}()

// otherCalendar holds, folded, what makes the name of a feast that of another:
// "Chinese New Year's Day", "Coptic Christmas".
var otherCalendar = map[string]bool{"chinese": true, "lunar": true, "islamic": true, "muslim": true, "jewish": true, "hindu": true, "sikh": true,
	"persian": true, "parsi": true, "tamil": true, "khmer": true, "lao": true, "thai": true, "burmese": true, "nepali": true, "ethiopian": true,
	"coptic": true, "julian": true, "orthodox": true, "armenian": true, "russian": true, "serbian": true, "canadian": true}

// easter returns Easter Sunday of the Gregorian calendar (Meeus, Jones and
// Butcher).
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	n := h + l - 7*((a+11*h+22*l)/451) + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// orthodoxEaster returns Easter Sunday of the Julian calendar, as a Gregorian
// day.
func orthodoxEaster(year int) time.Time {
	d := (19*(year%19) + 15) % 30
	e := (2*(year%4) + 4*(year%7) - d + 34) % 7
	n := d + e + 114
	behind := year/100 - year/400 - 2
	return time.Date(year, time.Month(n/31), n%31+1+behind, 0, 0, 0, 0, time.UTC)
}

// feastOf makes the day of a feast of a lone year that its name stands before.
func (s *scanner) feastOf(d date) date {
	if d.ranged || d.from.unit != yearUnit || d.sub != 0 || d.from.year < 1600 {
		return d
	}
	k := d.first - 1
	if k >= 0 && s.same(k+1) && (s.at(k).is&isOf != 0 || s.char(k) == ',') {
		k--
	}
	if k < 0 || !s.same(k+1) || s.at(k).is&isFeast == 0 {
		return d
	}
	var best feast
	first := 0
	for _, f := range feasts[s.feastWord(k)] {
		if at := s.feastFrom(k, f.words); at >= 0 && len(f.words) > len(best.words) {
			best, first = f, at
		}
	}
	if first > 0 && s.same(first) && otherCalendar[extractors.Fold(s.surface(first-1))] {
		return d
	}
	if best.words == nil || len(s.found) > 0 && s.found[len(s.found)-1].next > first {
		return d
	}
	from, to := best.days(d.from.year)
	d.first, d.rule = first, "feast"
	d.from = point{year: d.from.year, month: int(from.Month()), day: from.Day(), unit: dayUnit}
	if to.After(from) {
		d.to, d.ranged = point{year: to.Year(), month: int(to.Month()), day: to.Day(), unit: dayUnit}, true
	}
	return d
}

// feastFrom returns the first token of the words, given from the last to the
// first, that end at token k; -1 if others do.
func (s *scanner) feastFrom(k int, words []string) int {
	for n, w := range words {
		for n > 0 && k >= 0 && s.same(k+1) {
			if c := s.char(k); c != '-' && c != '.' && c != '\'' && s.surface(k) != "’" {
				break
			}
			k--
		}
		if k < 0 || n > 0 && !s.same(k+1) || s.feastWord(k) != w {
			return -1
		}
		if n < len(words)-1 {
			k--
		}
	}
	return k
}

// feastWord returns token k as the names of feasts are compared: folded,
// without a final s. The possessive is the empty word.
func (s *scanner) feastWord(k int) string {
	if s.tok[k].Len() > 16 {
		return ""
	}
	w := strings.TrimRight(extractors.Fold(s.surface(k)), "'")
	return strings.TrimSuffix(strings.TrimLeft(w, "'"), "s")
}
