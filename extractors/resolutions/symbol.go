package resolutions

import (
	"strconv"
	"strings"
)

// Kinds of a Resolution.
const (
	KindResolution = "resolution"
	KindDecision   = "decision"
)

// A Resolution is what a symbol says of itself.
type Resolution struct {
	Symbol  string // "A/RES/217(III)A"
	Body    string // "A", "S", "A/HRC", "WHA", "?"
	Number  string // within the session or year: "217", "182", "3"; as printed where the series has no form of its own
	Session string // "III", "46", "ES-11", "58"; "" where the series has no sessions
	Year    int    // printed in the symbol, else the year the session opened; 0 unknown
	Part    string // the letter of a resolution in parts, "A"
	Kind    string // KindResolution or KindDecision
}

// Parse reads a symbol in the form of Mention.Norm. It succeeds for every
// norm that the extractor gives.
func Parse(symbol string) (Resolution, bool) {
	r := Resolution{Symbol: symbol, Kind: KindResolution}
	const mark = len("/RES/")
	i := strings.Index(symbol, "/RES/")
	if d := strings.Index(symbol, "/DEC/"); d > 0 && (i <= 0 || d < i) {
		i, r.Kind = d, KindDecision
	}
	if i <= 0 || i+mark >= len(symbol) {
		return Resolution{}, false
	}
	r.Body = symbol[:i]
	r.parseNumber(symbol[i+mark:])
	return r, true
}

// parseNumber takes "46/182", "38/32C", "ES-11/1", "217(III)A", "1325(2000)",
// "2004/50", "58.3", "73(8)" and "450(LXVI)2020" apart; any other number stays
// as printed.
func (r *Resolution) parseNumber(s string) {
	n := countDigits(s)
	rest := s[n:]
	switch {
	case n > 0 && rest == "":
		r.Number = s
	case n > 0 && rest[0] == '(':
		in, after, ok := strings.Cut(rest[1:], ")")
		y, _ := strconv.Atoi(in)
		switch {
		case !ok || in == "":
			r.Number = s
		case y > 1900 && (after == "" || isPart(after)):
			r.Number, r.Year, r.Part = s[:n], y, after
		case y > 0 && after == "": // WHA73(8) counts within the session
			r.Session, r.Number = s[:n], in
			r.Year = sessionYear(r.Body, r.Session)
		case isSession(in):
			r.Number, r.Session = s[:n], in
			if y, err := strconv.Atoi(after); err == nil {
				r.Year = y
			} else {
				r.Part = after
				r.Year = sessionYear(r.Body, in)
			}
		default:
			r.Number = s
		}
	case strings.Contains(s, "/") || r.Body == "WHA" || r.Body == "EB":
		sep := strings.IndexAny(s, "/.")
		if sep <= 0 {
			r.Number = s
			return
		}
		head, tail := s[:sep], s[sep+1:]
		head0 := strings.TrimPrefix(strings.TrimPrefix(head, "E"), "S-")
		k := countDigits(tail)
		letter := tail[k:]
		if head0 == "" || countDigits(head0) != len(head0) || k == 0 || letter != "" && !isPart(letter) {
			r.Number = s
			return
		}
		r.Number, r.Part = tail[:k], letter
		if y, _ := strconv.Atoi(head); y > 1900 {
			r.Year = y
		} else {
			r.Session = head
			r.Year = sessionYear(r.Body, head)
		}
	default:
		r.Number = s
	}
}

// URLs returns the addresses of the official document in English and French,
// "" where the United Nations' document system does not hold the series.
func URLs(symbol string) (en, fr string) {
	r, ok := Parse(symbol)
	if !ok {
		return "", ""
	}
	doc := symbol
	switch r.Body {
	case "A", "S", "E", "T", "A/HRC", "E/CN.4":
		if r.Part != "" && strings.HasSuffix(symbol, ")"+r.Part) {
			doc = strings.TrimSuffix(symbol, r.Part) // "217(III)" is one document with all its parts
		}
		if r.Body == "S" && (r.Year == 0 || r.Kind == KindDecision) {
			return "", ""
		}
	case "UNEA":
		if r.Session == "" {
			return "", ""
		}
		doc = "UNEP/EA." + r.Session + "/Res." + r.Number
	default:
		return "", ""
	}
	doc = strings.ReplaceAll(doc, " ", "")
	return "https://undocs.org/en/" + doc, "https://undocs.org/fr/" + doc
}

func isPart(s string) bool { return len(s) == 1 && 'A' <= s[0] && s[0] <= 'Z' }

// isSession reports whether s is the session in brackets behind a number:
// "III", "S-VI", "ES-IV", "XLVIII-O/18".
func isSession(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "E"), "S-")
	s, _, _ = strings.Cut(s, "-")
	_, ok := roman(s)
	return ok
}

func countDigits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isAlnum(c byte) bool { return isDigit(c) || isUpper(c) || isLower(c) || c >= 0x80 }

// roman reads a Roman numeral in capitals, up to 399. Only the usual spelling
// counts: "IIX" is none.
func roman(s string) (int, bool) {
	if s == "" || len(s) > 12 {
		return 0, false
	}
	n, i := 0, 0
	for _, d := range romanDigits {
		for k := 0; i+len(d.s) <= len(s) && s[i:i+len(d.s)] == d.s; k++ {
			if k == d.max {
				return 0, false
			}
			n += d.n
			i += len(d.s)
		}
	}
	return n, i == len(s) && canonicalRoman(n) == s
}

var romanDigits = []struct {
	s      string
	n, max int
}{{"C", 100, 3}, {"XC", 90, 1}, {"L", 50, 1}, {"XL", 40, 1}, {"X", 10, 3}, {"IX", 9, 1}, {"V", 5, 1}, {"IV", 4, 1}, {"I", 1, 3}}

func canonicalRoman(n int) string {
	var b strings.Builder
	for _, d := range romanDigits {
		for n >= d.n {
			b.WriteString(d.s)
			n -= d.n
		}
	}
	return b.String()
}
