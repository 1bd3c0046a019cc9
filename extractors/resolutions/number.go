package resolutions

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"tamis/extractors"
)

// A number is what stands for one resolution in the text: "46/182",
// "217 A (III)", "1325 (2000)", "WHA58.3".
type number struct {
	start, end int
	shape      shape
	n          int    // 182, 217, 1325
	session    int    // 46; of a Roman session its value
	year       int    // printed in brackets or before the stroke
	prefix     string // "S-" or "ES-" before the session
	text       string // the number as it stands in a symbol, without the part
	part       string
	end2       int    // a second part, "B" of "31/16 A and B": where it ends
	start2     int    // and starts
	part2      string // "" where there is none
	body       int    // by the number's own form, noBody if it tells nothing
	code       string // the body's code where the bodies list has none
	decision   bool   // by the number's own form
	resolution bool
	weak       bool // no citation without its noun
}

// readNumber reads the number that starts at byte i, where a token starts.
func readNumber(s string, i int) (number, bool) {
	c := s[i]
	switch {
	case isDigit(c):
		return readDigits(s, i)
	case c == 'S' || c == 's' || c == 'E':
		return readSpecial(s, i)
	}
	return number{}, false
}

// readSpecial reads the numbers of special sessions: "S-23/3", "ES-11/1".
func readSpecial(s string, i int) (number, bool) {
	x := number{start: i, body: noBody, prefix: "S-", shape: shapeSession}
	if s[i] == 'E' {
		x.prefix = "ES-"
		x.body = generalAssembly
		i++
	}
	if i >= len(s) || s[i] != 'S' && s[i] != 's' {
		return x, false
	}
	i++
	d := dash(s[i:])
	if d == 0 {
		return x, false
	}
	i += d
	k := countDigits(s[i:])
	if k == 0 || k > 2 || i+k >= len(s) || s[i+k] != '/' {
		return x, false
	}
	x.session, _ = strconv.Atoi(s[i : i+k])
	i += k + 1
	m := countDigits(s[i:])
	if m == 0 || m > 3 || s[i] == '0' || touchesWord(s, i+m) {
		return x, false
	}
	x.n, _ = strconv.Atoi(s[i : i+m])
	x.end = i + m
	x.text = x.prefix + strconv.Itoa(x.session) + "/" + strconv.Itoa(x.n)
	x.readParts(s)
	return x, true
}

// readDigits reads a number that starts with a digit.
func readDigits(s string, i int) (number, bool) {
	x := number{start: i, body: noBody}
	k := countDigits(s[i:])
	if k > 5 || !startsAlone(s, i) {
		return x, false
	}
	x.n, _ = strconv.Atoi(s[i : i+k])
	x.end = i + k
	if n := stroke(s[x.end:]); n > 0 {
		return x.readStroke(s, x.end+n, k)
	}
	if y, ok := readUNESCO(s, x); ok {
		return y, true
	}
	zero := s[i] == '0'
	if !zero {
		if y, ok := readBracket(s, x); ok {
			return y, true
		}
	}
	if y, ok := readOther(s, x.start); ok && y.end > x.end {
		return y, true
	}
	if zero || touchesWord(s, x.end) {
		return x, false
	}
	x.shape, x.weak = shapeBare, true
	x.text = s[i:x.end]
	return x, true
}

// readStroke goes on behind "46/", k digits long.
func (x number) readStroke(s string, i, k int) (number, bool) {
	m := countDigits(s[i:])
	if m == 0 { // "8/CP.21"
		return readOther(s, x.start)
	}
	if m > 4 {
		return x, false
	}
	first, second := x.n, atoi(s[i:i+m])
	x.end = i + m
	if y, ok := readOther(s, x.start); ok && y.end > x.end+2 {
		return y, true // "2014/932/CFSP"
	}
	if s[x.start] == '0' || s[i] == '0' || k == 3 || k == 5 {
		return readOther(s, x.start) // "02/2021" has the stroke of a resolution and is a date, or a national number
	}
	if x.end < len(s) {
		switch c := s[x.end]; {
		case c == '%', c == '/':
			return x, false
		case (c == '.' || c == ',') && x.end+1 < len(s) && isDigit(s[x.end+1]):
			if c == '.' || m < 2 {
				return x, false
			}
		}
	}
	x.n = second
	switch {
	case first >= 1946 && first <= 2049:
		if m > 3 {
			x.shape, x.weak = shapeOther, true // "Decision (CFSP) 2021/1792"
			x.text = s[x.start:x.end]
			return x, !touchesWord(s, x.end)
		}
		x.shape, x.year = shapeAnnual, first
	case k <= 2 && first > 0 && m <= 3:
		x.shape, x.session = shapeSession, first
	default:
		return readOther(s, x.start)
	}
	x.text = strconv.Itoa(first) + "/" + strconv.Itoa(second)
	x.readParts(s)
	if touchesWord(s, x.end) {
		return x, false
	}
	return x, true
}

// readParts reads the letters behind a number: "38/32 C", "31/16 A et B".
func (x *number) readParts(s string) {
	start, end, ok := partAt(s, x.end)
	if !ok {
		return
	}
	x.part, x.end = s[start:end], end
	i, ok := joint(s, end)
	if !ok {
		return
	}
	if start, end, ok := partAt(s, i); ok && start == i {
		x.part2, x.start2, x.end2 = s[start:end], start, end
	}
}

// partAt finds a capital letter that stands alone behind at most one space.
func partAt(s string, i int) (start, end int, ok bool) {
	j := i + oneSpace(s[i:])
	if j >= len(s) || !isUpper(s[j]) || touchesWord(s, j+1) {
		return 0, 0, false
	}
	if j+1 < len(s) {
		switch s[j+1] {
		case '\'', '/', '.', '-', '&':
			if s[j+1] != '.' || j+2 < len(s) && s[j+2] != ' ' && s[j+2] != '\n' {
				return 0, 0, false // "L'", "A/RES", "S.A."
			}
		}
		if strings.HasPrefix(s[j+1:], "’") {
			return 0, 0, false
		}
	}
	if s[j] == 'I' && j > i && j+2 < len(s) && s[j+1] == ' ' && isLower(s[j+2]) {
		return 0, 0, false // "resolution 60/1 I think"
	}
	return j, j + 1, true
}

// joint skips " et ", " and ", ", ", " to ", " à ", "–" between two parts.
func joint(s string, i int) (int, bool) {
	j := i + oneSpace(s[i:])
	for _, w := range []string{"et", "and", "ou", "or", "à", "to", "&", ",", "–", "-"} {
		if strings.HasPrefix(s[j:], w) {
			k := j + len(w)
			return k + oneSpace(s[k:]), k < len(s) && (oneSpace(s[k:]) > 0 || w == "–" || w == "-")
		}
	}
	return 0, false
}

// readBracket reads "1325 (2000)", "217 A (III)", "3411 A and B (XXX)",
// "450 (LXVI) 2020", "217 (III) A"; x is the number before the bracket.
func readBracket(s string, x number) (number, bool) {
	i := x.end
	var parts []string
	var at [2]int
	if start, end, ok := partAt(s, i); ok {
		parts = append(parts, s[start:end])
		at[0] = end
		i = end
		if j, ok := joint(s, end); ok {
			if start, end, ok := partAt(s, j); ok {
				parts = append(parts, s[start:end])
				at[1] = start
				i = end
			}
		}
	}
	open := i + spaces(s[i:])
	if open >= len(s) || s[open] != '(' && s[open] != '[' || open-i > 8 {
		return x, false
	}
	closing := byte(')')
	if s[open] == '[' {
		closing = ']' // "2625 [XXV]"
	}
	j := open + 1 + oneSpace(s[open+1:])
	close := j
	for close < len(s) && close-j < 14 && (isAlnum(s[close]) || s[close] == '-' || s[close] == '/') {
		close++
	}
	in := plainDashes(s[j:close])
	close += oneSpace(s[close:])
	if close >= len(s) || s[close] != closing || in == "" {
		return x, false
	}
	x.end = close + 1
	digits := countDigits(in)
	switch {
	case len(in) == 4 && digits == 4 && len(parts) == 0:
		y := atoi(in)
		if y < 1900 || y > 2200 || touchesWord(s, x.end) {
			return x, false
		}
		x.shape, x.year = shapeYear, y
		x.text = strconv.Itoa(x.n) + "(" + in + ")"
		return x, true
	case isSession(in):
		x.shape = shapeRoman
		x.prefix, _, _ = strings.Cut(in, "-")
		if x.prefix == in || x.prefix != "S" && x.prefix != "ES" {
			x.prefix = ""
			x.session, _ = roman(in)
		}
		x.text = strconv.Itoa(x.n) + "(" + in + ")"
		switch {
		case len(parts) == 2:
			x.part, x.part2, x.start2, x.end2 = parts[0], parts[1], at[1], x.end
			x.end = at[0]
		case len(parts) == 1:
			x.part = parts[0]
		default:
			k := x.end + oneSpace(s[x.end:])
			if y := countDigits(s[k:]); y == 4 && !touchesWord(s, k+4) && (s[k] == '2' || s[k] == '1') && x.n >= 50 && x.n < 1000 {
				x.text += s[k : k+4] // the African Commission puts the year behind
				x.year = atoi(s[k : k+4])
				x.end = k + 4
				x.body = codeOf("ACHPR")
				return x, true
			}
			x.readParts(s)
		}
		return x, !touchesWord(s, x.end)
	case len(in) > 4 && strings.Contains(in, "/") && digits > 0: // OAS: "1124 (2217/19)"
		x.shape, x.weak = shapeOther, true
		x.text = strconv.Itoa(x.n) + "(" + in + ")"
		return x, true
	case strings.HasPrefix(in, "Cg-"), strings.HasPrefix(in, "EC-"):
		x.shape, x.weak, x.body = shapeOther, true, codeOf("WMO")
		x.text = strconv.Itoa(x.n) + "(" + in + ")"
		return x, true
	}
	return x, false
}

// readUNESCO reads "41 C/Resolution 9", "40 C/67" and "206 EX/32".
func readUNESCO(s string, x number) (number, bool) {
	i := x.end + oneSpace(s[x.end:])
	var organ string
	for _, o := range []string{"C/", "EX/"} {
		if strings.HasPrefix(s[i:], o) {
			organ = o[:len(o)-1]
		}
	}
	if organ == "" {
		return x, false
	}
	i += len(organ) + 1
	i += oneSpace(s[i:])
	x.weak = true
	x.decision = organ == "EX"
	for _, w := range []string{"Résolution", "Resolution", "Décision", "Decision", "Rés.", "Res.", "Déc.", "Dec.", "RES", "DEC"} {
		if strings.HasPrefix(s[i:], w) {
			i += len(w)
			i += oneSpace(s[i:])
			x.weak = false
			x.decision = w[0] == 'D'
			x.resolution = !x.decision
			break
		}
	}
	k := countDigits(s[i:])
	if k == 0 || k > 3 || touchesWord(s, i+k) {
		return x, false
	}
	x.shape, x.body = shapeOther, codeOf("UNESCO")
	x.text = strconv.Itoa(x.n) + organ + "/" + s[i:i+k]
	x.end = i + k
	return x, true
}

// readOther reads a number of no great series: digits, capitals, strokes,
// hyphens and full stops inside, with at least one digit and one sign.
func readOther(s string, i int) (number, bool) {
	x := number{start: i, end: i, shape: shapeOther, body: noBody, weak: true}
	digits, signs := 0, 0
	j := i
loop:
	for j < len(s) && j-i < 40 {
		switch c := s[j]; {
		case isDigit(c):
			digits++
			j++
		case isUpper(c), c == 'E' || strings.HasPrefix(s[j:], "É"):
			j++
			if c >= 0x80 {
				j++
			}
		case c == '/', c == '-', c == '_', c == '.':
			if j+1 >= len(s) || !isDigit(s[j+1]) && !isUpper(s[j+1]) {
				break loop
			}
			signs++
			j++
		case strings.HasPrefix(s[j:], "‑"), strings.HasPrefix(s[j:], "–"):
			if j+3 >= len(s) || !isDigit(s[j+3]) && !isUpper(s[j+3]) {
				break loop
			}
			signs++
			j += 3
		case c == '(':
			close := strings.IndexByte(s[j:min(len(s), j+10)], ')')
			if close < 2 || !allCode(s[j+1:j+close]) {
				break loop
			}
			signs++
			j += close + 1
		default:
			break loop
		}
	}
	if digits == 0 || signs == 0 || touchesWord(s, j) {
		return x, false
	}
	x.end = j
	x.text = plainDashes(s[i:j])
	switch {
	case strings.Contains(x.text, "/CP.") || strings.Contains(x.text, "/CMA.") || strings.Contains(x.text, "/CMP."):
		x.body, x.weak = codeOf("UNFCCC"), false
		x.decision = true
	case strings.Contains(x.text, "/EB.A/"):
		x.body = codeOf("WFP")
	case strings.HasSuffix(x.text, "/CFSP"), strings.HasSuffix(x.text, "/PESC"), strings.HasSuffix(x.text, "/EU"), strings.HasSuffix(x.text, "/UE"),
		strings.HasSuffix(x.text, "/EC"), strings.HasSuffix(x.text, "/CE"), strings.HasSuffix(x.text, "/JHA"), strings.HasSuffix(x.text, "/JAI"):
		x.body = codeOf("EU")
	case strings.HasSuffix(x.text, "(RSP)"), strings.HasSuffix(x.text, "(INI)"), strings.HasSuffix(x.text, "(INL)"), strings.HasSuffix(x.text, "(RPS)"):
		x.body, x.weak, x.resolution = codeOf("EP"), false, true
	case strings.HasSuffix(x.text, "/UEMOA"):
		x.body = codeOf("WAEMU")
	}
	return x, true
}

// titleCase gives a name in capitals the case that names have.
func titleCase(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if strings.ToUpper(s) != s {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		if w != "of" && w != "de" && w != "du" && w != "the" && w != "et" && w != "and" {
			_, n := utf8.DecodeRuneInString(w)
			words[i] = strings.ToUpper(w[:n]) + w[n:]
		}
	}
	return strings.Join(words, " ")
}

func allCode(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) && !isUpper(s[i]) && s[i] != '-' && s[i] != '/' {
			return false
		}
	}
	return s != ""
}

func plainDashes(s string) string {
	if !strings.Contains(s, "\xe2") {
		return s
	}
	return dashes.Replace(s)
}

var dashes = strings.NewReplacer("‑", "-", "‐", "-", "–", "-", "−", "-")

func codeOf(code string) int {
	for i := range bodies {
		if bodies[i].code == code {
			return i
		}
	}
	return noBody
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// startsAlone reports whether a number may start at i: no letter, digit or
// stroke touches it from the left, nor a sign that makes it part of another
// number.
func startsAlone(s string, i int) bool {
	if i == 0 {
		return true
	}
	switch c := s[i-1]; {
	case c == '/' || c == '+' || c == '$' || c == '@' || c == '_' || c == '=':
		return false
	case c == '.' || c == ',' || c == '-' || c == ':':
		return i < 2 || !isAlnum(s[i-2]) || c == ',' || c == '.' && !isDigit(s[i-2])
	case c < utf8.RuneSelf:
		return !isAlnum(c)
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	switch r {
	case '€', '£', '−', '‑', '‐', '×':
		return false
	}
	return !extractors.InWord(r)
}

// touchesWord reports whether a letter or digit stands at i.
func touchesWord(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if s[i] < utf8.RuneSelf {
		return isDigit(s[i]) || isUpper(s[i]) || isLower(s[i])
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return extractors.InWord(r)
}

// stroke returns the length of the stroke at the head of s, with the line end
// that may break a symbol behind it.
func stroke(s string) int {
	n := 0
	switch {
	case strings.HasPrefix(s, "/"):
		n = 1
	case strings.HasPrefix(s, "∕"), strings.HasPrefix(s, "⁄"):
		n = 3
	default:
		return 0
	}
	if n+1 < len(s) && s[n] == '\n' && isDigit(s[n+1]) {
		n++
	}
	return n
}

// dash returns the length of the hyphen or dash at the head of s.
func dash(s string) int {
	switch {
	case strings.HasPrefix(s, "-"):
		return 1
	case strings.HasPrefix(s, "‐"), strings.HasPrefix(s, "‑"), strings.HasPrefix(s, "–"), strings.HasPrefix(s, "−"):
		return 3
	}
	return 0
}

// oneSpace returns the length of the space at the head of s; no-break and
// narrow spaces count, a line end does not.
func oneSpace(s string) int {
	switch {
	case s == "":
		return 0
	case s[0] == ' ' || s[0] == '\t':
		return 1
	case strings.HasPrefix(s, "\u00a0"):
		return 2
	case s[0] == 0xE2 && (strings.HasPrefix(s, "\u202f") || strings.HasPrefix(s, "\u2009") || strings.HasPrefix(s, "\u2007") || strings.HasPrefix(s, "\u200b")):
		return 3
	}
	return 0
}

// spaces returns the length of the white space at the head of s, one line end
// included.
func spaces(s string) int {
	n, lines := 0, 0
	for n < len(s) {
		k := oneSpace(s[n:])
		if k == 0 {
			if s[n] != '\n' && s[n] != '\r' || lines > 0 && s[n] == '\n' {
				break
			}
			if s[n] == '\n' {
				lines++
			}
			k = 1
		}
		n += k
	}
	return n
}
