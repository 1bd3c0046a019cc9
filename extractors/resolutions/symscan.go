package resolutions

import (
	"strings"

	"tamis/extractors"
)

// readSymbol reads the symbol around the token at i, which says "RES" or
// "DEC" and follows a stroke or full stop: "A/RES/46/182", "ACHPR/Res.424
// (LXV)", "EC-M-33/DEC.1".
func readSymbol(s string, tok extractors.Span) (number, bool) {
	x := number{body: noBody, shape: shapeSymbol}
	start := tok.Start
	for start > 0 && tok.Start-start < 32 && isSymbolByte(s[start-1]) {
		start--
	}
	for start < tok.Start && !isAlnum(s[start]) {
		start++
	}
	if start >= tok.Start-1 {
		return x, false
	}
	x.start = start
	before := s[start : tok.Start-1]
	word := s[tok.Start:tok.End]
	x.decision = word[0] == 'D' || word[0] == 'd'
	x.resolution = !x.decision
	if slash := strings.LastIndexByte(before, '/'); slash > 0 && strings.Contains(before, "://") || strings.Contains(before, "www.") || strings.HasPrefix(before, "undocs.org") {
		// An address holds the symbol at its end.
		i := strings.LastIndex(before, ".org/")
		if i < 0 {
			return x, false
		}
		before = strings.TrimPrefix(strings.TrimPrefix(before[i+5:], "en/"), "fr/")
		x.start = tok.Start - 1 - len(before)
	}
	if before == "" {
		return x, false
	}

	// The number behind: "/46/182", ".424 (LXV)", "(2018)12", ". 1124 (2217/19)".
	i := tok.End
	sep := byte(0)
	if i < len(s) && (s[i] == '/' || s[i] == '.' || s[i] == '(') {
		sep = s[i]
		if sep != '(' {
			i++
		}
	}
	switch {
	case sep == 0:
		return x, false
	case sep == '(':
		// CM/Res(2018)12
		close := strings.IndexByte(s[i:min(len(s), i+8)], ')')
		if close < 2 {
			return x, false
		}
		k := countDigits(s[i+close+1:])
		if k == 0 || countDigits(s[i+1:]) != close-1 {
			return x, false
		}
		x.text = s[i+1:i+close] + "/" + s[i+close+1:i+close+1+k]
		x.end = i + close + 1 + k
	default:
		i += spaces(s[i:])
		y, ok := readSymbolNumber(s, i)
		if !ok {
			return x, false
		}
		y.start, y.decision, y.resolution, y.shape = x.start, x.decision, x.resolution, shapeSymbol
		x = y
		x.weak = false
	}
	x, ok := x.named(before)
	if ok && x.code == "ACHPR" {
		x.readExtraordinary(s)
	}
	return x, ok
}

// readExtraordinary reads the session and year that stand behind a number of
// the African Commission: "437(EXT.OS/XXVI)2020"; of an ordinary session the
// year is left to read, "62 (XXXII) 02".
func (x *number) readExtraordinary(s string) {
	i := x.end
	session := ""
	if j := i + oneSpace(s[i:]); strings.HasPrefix(s[j:], "(EXT.") {
		close := strings.IndexByte(s[j:min(len(s), j+20)], ')')
		if close < 0 || strings.ContainsAny(s[j:j+close], "\n") {
			return
		}
		session, i = strings.ReplaceAll(s[j:j+close+1], " ", ""), j+close+1
	} else if !strings.HasSuffix(x.text, ")") {
		return
	}
	x.text += session
	x.end = i
	j := i + oneSpace(s[i:])
	if k := countDigits(s[j:]); (k == 4 && (s[j] == '1' || s[j] == '2') || k == 2) && !touchesWord(s, j+k) {
		x.text += s[j : j+k]
		x.end = j + k
	}
}

// readSymbolNumber is readNumber without the need to stand alone.
func readSymbolNumber(s string, i int) (number, bool) {
	if i >= len(s) {
		return number{}, false
	}
	if !isDigit(s[i]) {
		return readNumber(s, i)
	}
	x := number{start: i, body: noBody}
	k := countDigits(s[i:])
	if k > 5 {
		return x, false
	}
	x.n = atoi(s[i : i+k])
	x.end = i + k
	if n := stroke(s[x.end:]); n > 0 {
		m := countDigits(s[x.end+n:])
		if m == 0 || m > 4 {
			return x, false // A/RES/70/L.1
		}
		x.text = s[i:x.end] + "/" + s[x.end+n:x.end+n+m]
		x.session, x.n = x.n, atoi(s[x.end+n:x.end+n+m])
		if k == 4 {
			x.year, x.session = x.session, 0
		}
		x.end += n + m
		x.readParts(s)
		return x, !touchesWord(s, x.end)
	}
	if y, ok := readBracket(s, x); ok {
		return y, true
	}
	if touchesWord(s, x.end) {
		return x, false
	}
	x.text = s[i:x.end]
	x.shape = shapeBare
	return x, true
}

// named gives the number the body that its symbol names.
func (x number) named(before string) (number, bool) {
	up := strings.ToUpper(before)
	switch {
	case up == "HRC":
		x.body = humanRights
	case up == "ASSEMBLY/AU":
		x.code = "AU"
	case up == "EX.CL":
		x.code = "AU/EX.CL"
	case up == "ACHPR", up == "CADHP":
		x.code = "ACHPR"
	case up == "CP":
		x.code = "OAS-CP"
	case up == "AG":
		x.code = "OAS-AG"
	case up == "CM":
		x.code = "CoE-CM"
	case up == "MC":
		x.code = "OSCE/MC"
	case up == "PC":
		x.code = "OSCE/PC"
	case strings.HasPrefix(up, "UNEP/EA."), strings.HasPrefix(up, "UNEA/EA."):
		x.code = "UNEA"
		x.text = strings.TrimSpace(before[len("UNEP/EA."):]) + "/" + x.text
	case strings.HasPrefix(up, "C/") && countDigits(up[2:]) == len(up)-2 && x.n >= 100:
		x.code = "IOM" // C/106/RES/1309
	case up == "SC", up == "UN/S":
		x.code = "S"
	case up == "UN/A", up == "GA":
		x.code = "A"
	case strings.HasPrefix(up, "GC(") || strings.HasPrefix(up, "GOV"):
		x.code = "IAEA"
		x.text = before + "/" + map[bool]string{true: "DEC", false: "RES"}[x.decision] + "/" + x.text
	case (strings.HasPrefix(up, "EC-") || strings.HasPrefix(up, "C-")) && x.decision:
		x.code = "OPCW"
		x.text = before + "/DEC." + x.text
	default:
		x.code = strings.Trim(before, "/.-")
		if x.code != strings.ToUpper(x.code) || len(x.code) > 20 {
			return x, false
		}
	}
	if x.body == noBody {
		x.body = codeOf(x.code)
	}
	return x, x.code != "" || x.body != noBody
}

func isSymbolByte(c byte) bool {
	return isDigit(c) || isUpper(c) || isLower(c) || c == '/' || c == '.' || c == '-' || c == '(' || c == ')' || c == ':'
}

// readCongress reads the resolutions of the Congress of the United States
// around the token "Res": "H. Res. 877", "S. Con. Res. 15", "H.J. Res. 17".
func readCongress(s string, tok extractors.Span) (number, bool) {
	x := number{shape: shapeSymbol, body: noBody, resolution: true}
	i := tok.End
	if i >= len(s) || s[i] != '.' {
		return x, false
	}
	i++
	i += oneSpace(s[i:])
	k := countDigits(s[i:])
	if k == 0 || k > 4 || touchesWord(s, i+k) {
		return x, false
	}
	x.text, x.end = s[i:i+k], i+k
	before := strings.TrimRight(s[max(0, tok.Start-12):tok.Start], " ")
	joint := ""
	for _, w := range []string{"Con.", "J."} {
		if rest, ok := strings.CutSuffix(before, w); ok {
			joint, before = w, strings.TrimRight(rest, " ")
		}
	}
	house := strings.TrimSuffix(before, ".")
	if house == before || house == "" {
		return x, false
	}
	chamber := house[len(house)-1]
	if chamber != 'H' && chamber != 'S' || len(house) > 1 && isAlnum(house[len(house)-2]) {
		return x, false
	}
	x.start = max(0, tok.Start-12) + len(house) - 1
	switch {
	case joint != "":
		x.code, x.text = "US Congress", string(chamber)+"."+joint+x.text
	case chamber == 'H':
		x.code = "US House"
	default:
		x.code = "US Senate"
	}
	return x, true
}

// readHealth reads the symbols of the World Health Organization: "WHA58.3",
// "WHA73(8)", "EB146.R10", "EB152(9)".
func readHealth(s string, i int) (number, bool) {
	x := number{start: i, shape: shapeSymbol, body: noBody}
	switch {
	case strings.HasPrefix(s[i:], "WHA"):
		x.code = "WHA"
	case strings.HasPrefix(s[i:], "EB"):
		x.code = "EB"
	default:
		return x, false
	}
	i += len(x.code)
	i += oneSpace(s[i:])
	k := countDigits(s[i:])
	if k == 0 || k > 3 || i+k+1 >= len(s) {
		return x, false
	}
	session := s[i : i+k]
	i += k
	switch s[i] {
	case '.':
		r := ""
		if s[i+1] == 'R' {
			r = "R"
		}
		i += 1 + len(r)
		m := countDigits(s[i:])
		if m == 0 || m > 3 || x.code == "EB" && r == "" {
			return x, false
		}
		x.text, x.end, x.resolution = session+"."+r+s[i:i+m], i+m, true
	case '(':
		m := countDigits(s[i+1:])
		if m == 0 || m > 3 || i+1+m >= len(s) || s[i+1+m] != ')' {
			return x, false
		}
		x.text, x.end, x.decision = session+"("+s[i+1:i+1+m]+")", i+m+2, true
	default:
		return x, false
	}
	return x, !touchesWord(s, x.end)
}

// readRegional reads the symbols of the regional committees of the World
// Health Organization around the token "RC69": "AFR/RC69/R3".
func readRegional(s string, tok extractors.Span) (number, bool) {
	x := number{shape: shapeSymbol, body: noBody}
	for _, r := range regions {
		if !strings.HasSuffix(s[:tok.Start], r[0]+"/") || tok.Start > len(r[0])+1 && isAlnum(s[tok.Start-len(r[0])-2]) {
			continue
		}
		x.start = tok.Start - len(r[0]) - 1
		x.code = r[1]
		i := tok.End
		if i+2 >= len(s) || s[i] != '/' && s[i] != '.' || s[i+1] != 'R' && s[i+1] != 'D' {
			return x, false
		}
		x.decision, x.resolution = s[i+1] == 'D', s[i+1] == 'R'
		k := countDigits(s[i+2:])
		if k == 0 || k > 3 || touchesWord(s, i+2+k) {
			return x, false
		}
		x.end = i + 2 + k
		x.text = s[tok.Start:tok.End] + "/" + s[i+1:x.end]
		return x, true
	}
	return x, false
}

// regions pairs the prefix of a region's symbols with its code.
var regions = [][2]string{{"AFR", "WHO-AFRO"}, {"EUR", "WHO-EURO"}, {"EM", "WHO-EMRO"}, {"SEA", "WHO-SEARO"}, {"WPR", "WHO-WPRO"}, {"CD", "PAHO"}}

// readTexts reads the symbols of the texts that the European Parliament adopted:
// "P9_TA(2021)0428", "P8_TA-PROV(2019)0010", "T9-0428/2021".
func readTexts(s string, i int) (number, bool) {
	x := number{start: i, shape: shapeSymbol, body: noBody, code: "EP", resolution: true}
	if s[i] != 'P' && s[i] != 'T' {
		return x, false
	}
	term := countDigits(s[i+1:])
	if term == 0 || term > 2 || !startsAlone(s, i) {
		return x, false
	}
	j := i + 1 + term
	if s[i] == 'T' {
		if !strings.HasPrefix(s[j:], "-") || countDigits(s[j+1:]) != 4 || !strings.HasPrefix(s[j+5:], "/") || countDigits(s[j+6:]) != 4 {
			return x, false
		}
		x.end = j + 10
	} else {
		if !strings.HasPrefix(s[j:], "_TA") && !strings.HasPrefix(s[j:], " TA") {
			return x, false
		}
		j += len("_TA")
		if strings.HasPrefix(s[j:], "-PROV") {
			j += len("-PROV")
		}
		if !strings.HasPrefix(s[j:], "(") || countDigits(s[j+1:]) != 4 || !strings.HasPrefix(s[j+5:], ")") {
			return x, false
		}
		if x.end = j + 6 + countDigits(s[j+6:]); x.end != j+10 {
			return x, false
		}
	}
	x.text = strings.ReplaceAll(s[i:x.end], " ", "_")
	return x, !touchesWord(s, x.end)
}

// readRedCross reads the symbols of the International Conference of the Red
// Cross and of the Council of Delegates: "33IC/19/R1", "CD/17/R3".
func readRedCross(s string, tok extractors.Span) (number, bool) {
	x := number{start: tok.Start, shape: shapeSymbol, body: noBody, code: "RCRC", resolution: true}
	switch w := s[tok.Start:tok.End]; {
	case w == "CD":
		x.code = "RCRC-CD"
	case len(w) != 4 || w[2:] != "IC" || countDigits(w) != 2:
		return x, false
	}
	i := tok.End
	if !strings.HasPrefix(s[i:], "/") || countDigits(s[i+1:]) != 2 || !strings.HasPrefix(s[i+3:], "/R") || !startsAlone(s, tok.Start) {
		return x, false
	}
	k := countDigits(s[i+5:])
	if k == 0 || k > 2 || touchesWord(s, i+5+k) {
		return x, false
	}
	x.end = i + 5 + k
	x.text = s[tok.Start:x.end]
	return x, true
}

// readLettered reads numbers that start with letters and are citations only
// behind their noun: "A40-18", "MSC.428(98)", "CM-2022-418", "X/2".
func readLettered(s string, i int) (number, bool) {
	x, ok := readOther(s, i)
	if !ok {
		return x, false
	}
	letters := 0
	for letters < len(x.text) && isUpper(x.text[letters]) {
		letters++
	}
	rest := x.text[letters:]
	switch head := x.text[:letters]; {
	case head == "MSC" || head == "MEPC" || head == "LEG" || head == "FAL" || head == "A" && strings.HasPrefix(rest, ".") && strings.Contains(rest, "("):
		x.body = codeOf("IMO")
	case head == "A" && rest[0] != '/' && strings.IndexByte(rest, '-') == 2:
		x.body = codeOf("ICAO")
	case head == "UNEA" && strings.HasPrefix(rest, "-"):
		x.body, x.text = codeOf("UNEA"), rest[1:] // "UNEA-5/14"
	case strings.HasPrefix(rest, "/"):
		if _, ok := roman(head); !ok {
			return x, false // a document's symbol: A/71/728
		}
	case strings.Contains(x.text, "/L."), strings.Contains(x.text, "/PRST"):
		return x, false
	}
	return x, true
}
