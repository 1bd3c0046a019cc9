package resolutions

import "strconv"

// What the numbering of the great series tells by itself. The numbers are
// facts; a number that no table knows is never refused, only left unconfirmed.

// councilFirst holds the number of the first Security Council resolution of
// each year from 1946 on. The last of a year is one less than the next entry.
var councilFirst = [...]int{
	1946 - councilEpoch: 1, 16, 38, 67, // 1946-1949
	79, 90, 97, 99, 104, 106, 111, 122, 127, 132, // 1950-1959
	133, 161, 171, 178, 186, 200, 220, 233, 245, 263, // 1960-1969
	276, 292, 308, 325, 345, 367, 385, 403, 423, 444, // 1970-1979
	462, 485, 500, 529, 546, 560, 581, 594, 607, 627, // 1980-1989
	647, 684, 726, 800, 893, 970, 1036, 1093, 1147, 1220, // 1990-1999
	1285, 1335, 1387, 1455, 1522, 1581, 1652, 1739, 1795, 1860, // 2000-2009
	1908, 1967, 2033, 2086, 2133, 2196, 2260, 2337, 2398, 2452, // 2010-2019
	2504, 2561, 2618, 2672, 2722, 2768, // 2020-2025
}

const (
	councilEpoch = 1946
	// councilLast is the newest number that the table is sure of. Above it
	// the year is what the text says.
	councilLast = 2803
)

// councilYear returns the year in which the Security Council adopted its
// resolution n, 0 where the table does not know.
func councilYear(n int) int {
	if n < 1 || n > councilLast {
		return 0
	}
	lo, hi := 0, len(councilFirst) // the last entry not above n
	for hi-lo > 1 {
		if m := (lo + hi) / 2; councilFirst[m] <= n {
			lo = m
		} else {
			hi = m
		}
	}
	return councilEpoch + lo
}

// assemblyFirst holds about where the numbers of each General Assembly session
// in Roman numerals begin; special sessions fell in between, so edges are good
// to assemblySlack.
var assemblyFirst = [...]int{
	1: 1, 2: 104, 3: 189, 4: 289, 5: 372, 6: 503, 7: 610, 8: 711, 9: 808, 10: 914,
	11: 1009, 12: 1135, 13: 1236, 14: 1348, 15: 1475, 16: 1625, 17: 1744, 18: 1872, 19: 1993, 20: 2005,
	21: 2134, 22: 2254, 23: 2374, 24: 2489, 25: 2609, 26: 2752, 27: 2907, 28: 3050, 29: 3203, 30: 3363,
	31: 3542,
}

const assemblySlack = 30

// assemblySession reports whether resolution n may be of the Roman session s
// of the General Assembly.
func assemblySession(n, s int) bool {
	return 1 <= s && s <= 30 && assemblyFirst[s]-assemblySlack <= n && n < assemblyFirst[s+1]+assemblySlack
}

// assemblyRoman returns the session to which number n most likely belongs.
func assemblyRoman(n int) int {
	for s := 30; s >= 1; s-- {
		if n >= assemblyFirst[s] && n < assemblyFirst[31] {
			return s
		}
	}
	return 0
}

// Sessions beyond these have not been held; a little room is left for the
// years to come.
const (
	assemblyLastSession = 90 // opens in 2035
	rightsLastSession   = 75
)

// sessionYear returns the year in which the session of the body opened: the
// General Assembly's session n in 1945+n; the Human Rights Council meets three
// times a year since 2006.
func sessionYear(body, session string) int {
	n, err := strconv.Atoi(session)
	if err != nil {
		var ok bool
		if n, ok = roman(session); !ok {
			return 0
		}
	}
	switch {
	case body == "A" && n <= assemblyLastSession:
		return 1945 + n
	case body == "A/HRC" && n <= rightsLastSession:
		return 2006 + (n-1)/3
	case body == "WHA" && n <= 100:
		return 1947 + n
	}
	return 0
}

func itoa(n int) string { return strconv.Itoa(n) }
