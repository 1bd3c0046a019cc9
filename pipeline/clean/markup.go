package clean

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"tamis/extractors"
)

// A hint is a range of a text about which its markup said something before it
// was taken away: the text of a link (Kind ""), or a line of some kind.
type hint struct {
	extractors.Span
	kind extractors.Kind
}

// unmark finds the leftovers of Markdown and HTML in a text and the edits
// that render them. Scraped text is half converted: links and escapes stand in
// files that call themselves plain text, "*" is a footnote as often as
// emphasis. So every rule asks for both ends of a mark on one line, and for
// neighbours that only a mark has; what is in doubt stays.
func unmark(s string, markdown bool, c *clock) ([]edit, []hint) {
	u := unmarker{s: s, markdown: markdown}
	for start := 0; start < len(s); {
		c.tick()
		end := lineEnd(s, start)
		u.line(start, end)
		start = end + 1
	}
	return u.edits, u.hints
}

type unmarker struct {
	s        string
	markdown bool
	edits    []edit
	hints    []hint
	fence    string // closes the block of code we are in
	brackets []int  // edits reserved for the "[" that are open on the line
}

// markers are the bytes that start something unmark knows.
var markers = func() (t [256]bool) {
	for _, c := range []byte("\\*_[]<&|`#>") {
		t[c] = true
	}
	return t
}()

func (u *unmarker) line(start, end int) {
	s := u.s
	at := start
	for at < end && !markers[s[at]] {
		at++
	}
	if at == end {
		if u.fence != "" {
			u.hint(start, end, extractors.Pre)
		}
		return
	}
	first := start
	for first < end && (s[first] == ' ' || s[first] == '\t') {
		first++
	}
	line := s[first:trimEnd(s, first, end)]
	if u.fence != "" {
		if strings.HasPrefix(line, u.fence) && strings.Trim(line, "`") == "" {
			u.fence = ""
			u.edit(first, end, "")
			return
		}
		u.hint(start, end, extractors.Pre)
		return
	}
	if at == first {
		switch {
		case strings.HasPrefix(line, "```") && !strings.Contains(line[3:], "`") && strings.Contains(s[end:min(len(s), end+1<<15)], "\n```"):
			u.fence = "```"
			u.edit(first, end, "")
			return
		case line[0] == '#':
			n := len(line) - len(strings.TrimLeft(line, "#"))
			if n <= 6 && n < len(line) && line[n] == ' ' {
				u.hint(first, end, extractors.Heading)
				u.edit(first, first+n+1, "")
				inner := strings.TrimRight(line, "#")
				at = first + n + 1
				if len(inner) < len(line) && strings.HasSuffix(inner, " ") && len(inner) > n+1 {
					u.inline(start, at, first+len(inner))
					u.edit(first+len(inner), end, "")
					return
				}
			}
		case line[0] == '>' && u.markdown:
			n := 1
			for n < len(line) && (line[n] == '>' || line[n] == ' ') {
				n++
			}
			u.hint(first, end, extractors.Quote)
			u.edit(first, first+n, "")
			at = first + n
		case line[0] == '|' && len(line) > 2 && line[len(line)-1] == '|':
			u.row(start, first, first+len(line))
			return
		}
	}
	u.inline(start, at, end)
}

// row renders a line of a table, "| a | b |": its cells come apart at tabs.
// The rule below a table's head goes.
func (u *unmarker) row(start, first, end int) {
	s := u.s
	if strings.Trim(s[first:end], "|-: \t") == "" && strings.Contains(s[first:end], "--") {
		u.edit(first, end, "")
		return
	}
	u.hint(first, end, extractors.TableRow)
	for at := first; at < end; {
		next := at + 1
		for next < end && (s[next] != '|' || s[next-1] == '\\') {
			next++
		}
		cell, cellEnd := at+1, trimEnd(s, at+1, next)
		for cell < cellEnd && (s[cell] == ' ' || s[cell] == '\t') {
			cell++
		}
		switch {
		case at == first, at == end-1:
			u.edit(at, cell, "")
		default:
			u.edit(at, cell, "\t")
		}
		u.inline(start, cell, cellEnd)
		if cellEnd < next {
			u.edit(max(cell, cellEnd), next, "")
		}
		at = next
	}
}

func (u *unmarker) edit(start, end int, text string) {
	if start < end {
		u.edits = append(u.edits, edit{extractors.Span{Start: start, End: end}, text})
	}
}

func (u *unmarker) hint(start, end int, kind extractors.Kind) {
	u.hints = append(u.hints, hint{extractors.Span{Start: start, End: end}, kind})
}

// emphasis holds what a run of "*" or "_" that may open emphasis stands at, by
// its kind: *, **, ***, __.
type emphasis [4]struct{ start, edit int }

// inline renders what stands in a range of a line that starts at lineStart.
func (u *unmarker) inline(lineStart, at, end int) {
	s := u.s
	var open emphasis
	for k := range open {
		open[k].start = -1
	}
	u.brackets = u.brackets[:0]
	first := len(u.edits)
	begun := at // where the line begins that a tag began last
	for at < end {
		c := s[at]
		if !markers[c] {
			at++
			continue
		}
		switch c {
		case '\\':
			if at+1 < end && (strings.IndexByte("()[]{}*_#+-.!~|<>&$`", s[at+1]) >= 0 || u.markdown && s[at+1] == '\\') {
				u.edit(at, at+1, "")
				at++ // the character counts as itself
			}
			at++
		case '*', '_':
			n := 1
			for at+n < end && s[at+n] == c {
				n++
			}
			u.emphasis(lineStart, at, n, end, &open)
			at += n
		case '[':
			start := at
			if at > lineStart && s[at-1] == '!' && (at < lineStart+2 || s[at-2] != '\\') {
				start-- // an image
			}
			u.brackets = append(u.brackets, len(u.edits))
			// A place for the edit; it stays empty if no link comes of it.
			u.edits = append(u.edits, edit{Span: extractors.Span{Start: start, End: start}})
			at++
		case ']':
			if len(u.brackets) == 0 {
				at++
				continue
			}
			i := u.brackets[len(u.brackets)-1]
			u.brackets = u.brackets[:len(u.brackets)-1]
			close := at
			at++
			if n := target(s[at:end], u.markdown); n > 0 {
				e := &u.edits[i]
				image := s[e.Start] == '!'
				e.End = e.Start + 1
				if image {
					e.End++
				}
				if !image {
					u.hint(e.End, close, "")
				}
				at += n
				u.edit(close, at, "")
			}
		case '<':
			n, text := tag(s[at:end])
			if n == 0 {
				at++
				continue
			}
			switch text {
			case "<": // <https://...>: the brackets go
				u.edit(at, at+1, "")
				u.edit(at+n-1, at+n, "")
			case "":
				u.edit(at, at+n, "")
			default: // lines and cells come apart once
				if blank(s[begun:at]) || text == "\n" && blank(s[at+n:end]) {
					text = ""
				}
				u.edit(at, at+n, text)
				begun = at + n
			}
			at += n
		case '&':
			n, text := entity(s[at:end])
			if n > 0 {
				u.edit(at, at+n, text)
			}
			at += max(n, 1)
		default:
			at++
		}
	}
	u.edits = append(u.edits[:first], slices.DeleteFunc(u.edits[first:], func(e edit) bool { return e.Len() == 0 })...)
}

// emphasis looks at a run of n "*" or "_": it closes emphasis that is open on
// the line, or may open some.
func (u *unmarker) emphasis(lineStart, at, n, end int, open *emphasis) {
	s := u.s
	kind := n - 1
	if s[at] == '_' {
		if n != 2 {
			return
		}
		kind = 3
	}
	if kind > 3 || kind == 3 && s[at] == '*' {
		return
	}
	before, _ := utf8.DecodeLastRuneInString(s[lineStart:at])
	after, _ := utf8.DecodeRuneInString(s[at+n : end])
	if at == lineStart {
		before = ' '
	}
	if at+n == end {
		after = ' '
	}
	// Two stars part words too; the others stand at their rim. Digits take
	// neither: "2**3", "p. 4*".
	loose := kind == 1 || kind == 2
	opens := !unicode.IsSpace(after) && !unicode.IsDigit(before) &&
		(!extractors.InWord(before) || loose && extractors.InWord(after)) && (loose || unicode.IsLetter(after) || strings.ContainsRune("«“\"'‘([\\*", after))
	closes := !unicode.IsSpace(before) && !unicode.IsDigit(after) && (!extractors.InWord(after) || loose)
	o := &open[kind]
	switch {
	case o.start >= 0 && closes && at > o.start+n:
		u.edits[o.edit].End = o.start + n
		u.edit(at, at+n, "")
		o.start = -1
	case opens:
		o.start, o.edit = at, len(u.edits)
		u.edits = append(u.edits, edit{Span: extractors.Span{Start: at, End: at}})
	}
}

// target returns the length of the target of a link at the head of s, "(#)",
// "(https://example.org 'Title')"; 0 if there is none. A remark in round
// brackets after one in square brackets is no target: it has spaces, or
// nothing of an address.
func target(s string, markdown bool) int {
	if len(s) < 2 || s[0] != '(' {
		return 0
	}
	depth, address := 0, markdown
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				if address || i == 1 {
					return i + 1
				}
				return 0
			}
		case ':', '/', '#', '.', '?', '@', '%':
			address = true
		case ']':
			if i+1 < len(s) && s[i+1] == '(' {
				return 0 // the next link
			}
		case ' ':
			// a title in quotes, or nothing of ours
			rest := s[i+1:]
			if !address || len(rest) < 3 || rest[0] != '"' && rest[0] != '\'' {
				return 0
			}
			if end := strings.IndexByte(rest[1:], rest[0]); end >= 0 && strings.HasPrefix(rest[end+2:], ")") {
				return i + 1 + end + 3
			}
			return 0
		}
	}
	return 0
}

// entity returns the length of a character reference at the head of s and the
// clean text that it stands for; 0 if there is none. References that were
// escaped once more ("&amp;eacute;") count as one.
func entity(s string) (n int, text string) {
	head := s[:min(len(s), 40)]
	semicolon := strings.IndexByte(head, ';')
	if semicolon < 2 {
		return 0, ""
	}
	if head[:semicolon] == "&amp" {
		if n, text := entity("&" + head[semicolon+1:]); n > 0 {
			return semicolon + n, text
		}
	}
	name := head[1:semicolon]
	for i := 0; i < len(name); i++ {
		if c := name[i] | 0x20; (c < 'a' || 'z' < c) && (name[i] < '0' || '9' < name[i]) && (i > 0 || name[i] != '#') {
			return 0, ""
		}
	}
	text = html.UnescapeString(head[:semicolon+1])
	if strings.HasSuffix(text, ";") && text != ";" || text == "\uFFFD" {
		return 0, "" // no such name, or one that ends before its end ("&notit;")
	}
	return semicolon + 1, cleanString(text)
}

// cleanString cleans a short text character by character; line feeds become
// spaces.
func cleanString(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch c := cleanRune(r); {
		case r == '\n' || c == "\n":
			b.WriteByte(' ')
		case c == stays:
			b.WriteRune(r)
		default:
			b.WriteString(c)
		}
	}
	return b.String()
}

// tag returns the length of an HTML tag or comment at the head of s, and what
// stands for it: a line feed for elements that are blocks, a tab between
// cells. For a web address in angle brackets it returns "<"; 0 if there is
// neither. A name that HTML knows is asked for, so that "a <b et c> d" and
// "<nom>" stay.
func tag(s string) (n int, text string) {
	if strings.HasPrefix(s, "<!--") {
		if end := strings.Index(s[:min(len(s), 4<<10)], "-->"); end >= 0 {
			return end + 3, ""
		}
		return 0, ""
	}
	i := 1
	if i < len(s) && s[i] == '/' {
		i++
	}
	start := i
	for i < len(s) && ('a' <= s[i]|0x20 && s[i]|0x20 <= 'z' || i > start && '0' <= s[i] && s[i] <= '9') {
		i++
	}
	if i == start || i == len(s) || i-start > 12 {
		return 0, ""
	}
	// The end of the tag: no second "<" before it, or this is a comparison.
	end := i
	for end < len(s) && s[end] != '>' && s[end] != '<' {
		end++
	}
	if end == len(s) || s[end] != '>' {
		return 0, ""
	}
	if strings.HasPrefix(s[i:end], "://") && !strings.ContainsAny(s[i:end], " \t\"") {
		return end + 1, "<"
	}
	name := atom.Lookup([]byte(strings.ToLower(s[start:i])))
	c, known := elements[name]
	if !known {
		return 0, ""
	}
	switch rest := s[i:end]; {
	case rest == "" || rest == "/" || rest == " /":
	case rest[0] != ' ' && rest[0] != '\t', !strings.Contains(rest, "="), s[1] == '/':
		return 0, ""
	}
	switch {
	case name == atom.Td || name == atom.Th:
		if s[1] == '/' {
			return end + 1, ""
		}
		return end + 1, "\t"
	case c.block || name == atom.Br:
		return end + 1, "\n"
	}
	return end + 1, ""
}

// lineEnd returns the offset of the line feed at or after an offset, or of the
// end of the text.
func lineEnd(s string, start int) int {
	if i := strings.IndexByte(s[start:], '\n'); i >= 0 {
		return start + i
	}
	return len(s)
}

// trimEnd returns the end of s[start:end] without trailing spaces and tabs.
func trimEnd(s string, start, end int) int {
	for end > start && (s[end-1] == ' ' || s[end-1] == '\t') {
		end--
	}
	return end
}

// blank reports whether s is nothing but spaces and tabs.
func blank(s string) bool { return strings.TrimLeft(s, " \t") == "" }
