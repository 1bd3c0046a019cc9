package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/extractors"
)

// A line of a text file, with what tells its kind.
type line struct {
	extractors.Span // without white space around it
	kind            extractors.Kind
	indent          int
	blankBefore     bool
	words           int // of a line no longer than a heading may be
	final           rune
	marked          bool // starts with the marker of a list
	links           int  // letters that stand in links
}

// Limits of a line that may be a heading or an item of a menu. They are wide:
// the lines around it decide.
const (
	headingBytes, headingWords = 160, 20
	menuBytes, menuWords       = 60, 7
	menuLines                  = 5 // shorter runs of short lines are no menu
)

// shape splits a text file at its line feeds and tells the kind of each line
// by its shape, where no markup told it.
func shape(s string, hints []hint) []Block {
	lines := split(s, hints)
	for i := range lines {
		l := &lines[i]
		switch {
		case l.kind != "":
		case l.marked:
			l.kind = extractors.ListItem
		case isRow(s, lines, i):
			l.kind = extractors.TableRow
		}
	}
	for i := len(lines) - 1; i >= 0; i-- { // from below: a heading may stand above another
		if lines[i].kind == "" && isHeading(s, lines, i) {
			lines[i].kind = extractors.Heading
		}
	}
	markMenus(s, lines)
	blocks := make([]Block, len(lines))
	for i, l := range lines {
		if l.kind == "" {
			l.kind = extractors.Paragraph
		}
		blocks[i] = Block{Span: l.Span, Kind: l.kind}
		if l.links > 0 {
			blocks[i].Links = share(l.links, letters(s[l.Start:l.End]))
		}
	}
	return blocks
}

func split(s string, hints []hint) []line {
	lines := make([]line, 0, strings.Count(s, "\n")+1)
	blank := true
	for start := 0; start < len(s); {
		end := lineEnd(s, start)
		first := start
		for first < end && (s[first] == ' ' || s[first] == '\t') {
			first++
		}
		last := trimEnd(s, first, end)
		if first == last {
			blank = true
			start = end + 1
			continue
		}
		l := line{Span: extractors.Span{Start: first, End: last}, indent: first - start, blankBefore: blank}
		text := s[first:last]
		l.final, _ = utf8.DecodeLastRuneInString(text)
		if len(text) <= headingBytes {
			l.words = strings.Count(text, " ") + 1
		}
		l.marked = listMarker(text) > 0
		// The hints that concern the line: they are in order of their start,
		// those of a kind before those of its links.
		for len(hints) > 0 && hints[0].Start < end {
			h := hints[0]
			if h.End > end && h.kind == "" {
				h.End = end
			}
			switch {
			case h.End <= h.Start: // nothing is left of it
			case h.kind != "":
				l.kind = h.kind
			default:
				l.links += letters(s[h.Start:h.End])
			}
			hints = hints[1:]
		}
		lines = append(lines, l)
		blank = false
		start = end + 1
	}
	return lines
}

// listMarker returns the length of the marker of a list that a line starts
// with, 0 if it has none: "- ", "• ", "12. ", "(iv) ", "b) ". A marker alone
// on its line counts.
func listMarker(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	switch r {
	case '-', '*', '+', '–', '—', '•', '·', '▪', '◦', '‣', '●', '○', '■', '□', '➢', '✓', '►', '\uF0B7', '\uF0A7':
		if n == len(s) || s[n] == ' ' || s[n] == '\t' {
			return n
		}
		if r == '•' || r == '‣' || r == '●' || r == '▪' || r == '◦' {
			return n
		}
		return 0
	}
	i := 0
	open := s[0] == '('
	if open {
		i++
	}
	start := i
	for i < len(s) && i-start < 5 && ('0' <= s[i] && s[i] <= '9' || 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z') {
		i++
	}
	label := s[start:i]
	if label == "" || i == len(s) {
		return 0
	}
	number := label[0] <= '9' && strings.Trim(label, "0123456789") == "" && len(label) <= 3
	letter := len(label) == 1 && label[0] > '9'
	roman := strings.Trim(label, "ivxIVX") == ""
	switch {
	case s[i] == ')' && (number || letter || roman):
	case s[i] == '.' && !open && (number || roman && len(label) > 1):
	default:
		return 0
	}
	if i++; i < len(s) && s[i] != ' ' && s[i] != '\t' {
		return 0
	}
	return i
}

// isRow reports whether the line is a row of a table: cells apart at tabs, or
// at bars as many as on the line before or after it.
func isRow(s string, lines []line, i int) bool {
	text := s[lines[i].Start:lines[i].End]
	if strings.Count(text, "\t") >= 2 {
		return true
	}
	if strings.IndexByte(text, '|') < 0 {
		return false
	}
	bars := strings.Count(text, " | ")
	if bars == 0 {
		return false
	}
	alike := func(j int) bool {
		return j >= 0 && j < len(lines) && strings.Count(s[lines[j].Start:lines[j].End], " | ") == bars
	}
	return alike(i-1) || alike(i+1)
}

// isHeading reports whether a line is short, has no final punctuation, starts
// a new thought, and stands above something longer.
func isHeading(s string, lines []line, i int) bool {
	l := lines[i]
	if l.Len() > headingBytes || l.words > headingWords || ends(l.final) && (l.final != '?' || l.words > 8) {
		return false
	}
	text := s[l.Start:l.End]
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, "«“\"' "))
	if !unicode.IsUpper(first) && !unicode.IsDigit(first) || !strings.ContainsFunc(text, unicode.IsLetter) || strings.ContainsAny(text, "@\t") {
		return false
	}
	// The rest of a wrapped paragraph is no heading.
	if i > 0 && !l.blankBefore && !ends(lines[i-1].final) && lines[i-1].kind == "" && lines[i-1].Len() > menuBytes {
		return false
	}
	if i+1 == len(lines) {
		return false
	}
	next := lines[i+1]
	if next.kind == extractors.ListItem {
		return next.blankBefore || ends(next.final) || next.Len() > menuBytes
	}
	if next.kind == extractors.Heading && next.blankBefore && l.blankBefore {
		return true
	}
	return next.Len() > l.Len() && (ends(next.final) || next.Len() > headingBytes/2)
}

// ends reports whether a line that ends in r ends a sentence or introduces
// what follows.
func ends(r rune) bool { return strings.ContainsRune(".,;:!?…", r) }

// markMenus finds the menus at the head and the foot of a document: runs of
// short lines without final punctuation, of which some say what only menus do,
// the same twice, or nothing but a marker. A long line stays in the run if the
// line before is glued to its head ("Notre travailEn tant que"). Lines between
// the last item that is marked or said twice and the text are titles.
func markMenus(s string, lines []line) {
	item := func(i int) bool {
		l := lines[i]
		if l.kind != "" && l.kind != extractors.ListItem && l.kind != extractors.Heading {
			return false
		}
		text := s[l.Start:l.End]
		bytes, words := menuBytes, menuWords
		if l.marked {
			bytes, words = 2*bytes, 2*words
		}
		if l.Len() > bytes && i > 0 {
			before := s[lines[i-1].Start:lines[i-1].End]
			r, _ := utf8.DecodeRuneInString(strings.TrimPrefix(text, before))
			return strings.HasPrefix(text, before) && unicode.IsUpper(r)
		}
		return l.Len() <= bytes && l.words <= words && !ends(l.final) && !strings.ContainsAny(text, "@\t")
	}
	unfolds := func(i int) bool { return lines[i].marked || repeats(s, lines, i) }
	mark := func(from, to int) {
		menu := false
		for i := from; i < to; i++ {
			menu = menu || repeats(s, lines, i) || lines[i].marked && lines[i].Len() <= len("•")
		}
		for i := from; i < to && menu && to-from >= menuLines; i++ {
			lines[i].kind = extractors.Menu
		}
	}
	head := 0
	for head < len(lines) && item(head) {
		head++
	}
	if head == len(lines) {
		return // nothing but short lines: a list, not a page
	}
	for head > 0 && !unfolds(head-1) {
		head-- // titles above the text
	}
	mark(0, head)
	foot := len(lines)
	for foot > head && item(foot-1) {
		foot--
	}
	for foot < len(lines) && (!unfolds(foot) || foot > 0 && lines[foot-1].kind == extractors.ListItem) {
		foot++ // the end of the text: signatures, the items of its last list
	}
	mark(foot, len(lines))
}

// repeats reports whether the line says the same as one of its neighbours, as
// the entries of menus do that unfold.
func repeats(s string, lines []line, i int) bool {
	text := s[lines[i].Start:lines[i].End]
	return i > 0 && s[lines[i-1].Start:lines[i-1].End] == text ||
		i+1 < len(lines) && strings.HasPrefix(s[lines[i+1].Start:lines[i+1].End], text)
}

// letters counts the letters and digits of a text, nearly: bytes that are not
// white space, punctuation of ASCII or the rest of a character.
func letters[T string | []byte](s T) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c >= 0xC0 {
			n++
		}
	}
	return n
}

// share returns n, which is not 0, as a share of all, 1 at most.
func share(n, all int) float32 {
	if n >= all {
		return 1
	}
	return float32(n) / float32(all)
}
