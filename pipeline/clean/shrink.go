package clean

import (
	"bytes"
	"strings"
)

// Most of a page is nothing that its text or its labels come from: scripts,
// styles, addresses, data for scripts. Parsing it costs as much as parsing what
// counts, so it is left out before. What is left parses to the same tree but
// for the attributes and texts that nobody reads: this file follows the
// tokenizer of golang.org/x/net/html, and where a page makes that hard, the
// page stays whole.

// A shrinker writes a page without what nobody reads.
type shrinker struct {
	s     string
	out   []byte
	parts map[string]bool // whether a class or an id says anything
	count formattingCount
	block bool // the last tag was that of a block
	space bool // white space counts: preformatted text has begun
}

// shrink returns a page that parses to the same tree, as far as it is read, and
// whether html.Parse handles it in good time, see formattingCount. The result
// is in buf if it fits.
func shrink(s string, buf []byte) (page []byte, tame bool) {
	z := shrinker{s: s, out: buf[:0], parts: make(map[string]bool)}
	for i := 0; i < len(s); {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
			z.out = append(z.out, s[i:]...)
			break
		}
		if next > 0 && (z.space || !isBlank(s[i]) || skipBlank(s, i) < i+next || !z.block && !blockTag(s[i+next:])) {
			z.out = append(z.out, s[i:i+next]...)
		}
		i += next
		if i+1 == len(s) {
			z.out = append(z.out, '<')
			break
		}
		switch c := s[i+1]; {
		case isLetter(c):
			i = z.tag(i)
		case c == '/' && i+2 < len(s) && isLetter(s[i+2]):
			i = z.endTag(i)
		case strings.HasPrefix(s[i:], "<!--"):
			z.out = append(z.out, "<!---->"...)
			z.block = false
			i = commentEnd(s, i+len("<!--"))
		case c == '!' || c == '?' || c == '/':
			end := strings.IndexByte(s[i:], '>')
			if end < 0 {
				end = len(s) - i - 1
			}
			z.out = append(z.out, s[i:i+end+1]...)
			i += end + 1
		default:
			z.out = append(z.out, '<')
			i++
		}
		if i < 0 { // a script that may hold others
			z.count = formattingCount{}
			z.count.page(s)
			return append(z.out[:0], s...), z.count.tame()
		}
	}
	return z.out, z.count.tame()
}

// tag writes the start tag at i, and of an element of raw text its content. It
// returns what comes behind, -1 if that is hard to tell.
func (z *shrinker) tag(i int) int {
	s := z.s
	at := i + 1
	for at < len(s) && !endsName(s[at]) {
		at++
	}
	name := s[i+1 : at]
	low := lowName(name)
	z.block = blocks(low)
	z.space = z.space || low == "pre" || low == "listing"
	z.count.open(name)
	begun := len(z.out)
	z.out = append(z.out, s[i:at]...)
	whole := wholeTag(low)
	some := false // an attribute is left out
	quoted := true
	lastEnd := -1 // of the last value that has no quotes
	id := ""      // the attribute, left out
	hidden := false
	for {
		at = skipBlank(s, at)
		if at >= len(s) {
			z.out = z.out[:begun]
			return len(s) // a tag that never ends is none
		}
		if s[at] == '>' {
			break
		}
		key := at
		for at < len(s) && !(s[at] == '=' && at > key || s[at] != '=' && endsName(s[at])) {
			at++
		}
		keyEnd := at
		at = skipBlank(s, at)
		value, valueEnd, quote := at, at, byte(0)
		switch {
		case at >= len(s):
		case s[at] == '/':
			at++
		case s[at] == '=':
			at = skipBlank(s, at+1)
			value, valueEnd = at, at
			if at < len(s) && (s[at] == '"' || s[at] == '\'') {
				quote = s[at]
				n := strings.IndexByte(s[at+1:], quote)
				if n < 0 {
					at = len(s)
					break
				}
				value, valueEnd = at+1, at+1+n
				at = valueEnd + 1
			} else {
				for at < len(s) && s[at] != '>' && !isBlank(s[at]) {
					at++
				}
				valueEnd = at
				lastEnd = at
			}
		}
		if at >= len(s) {
			z.out = z.out[:begun]
			return len(s)
		}
		if keyEnd == key {
			continue
		}
		if !whole && !z.reads(s[key:keyEnd], s[value:valueEnd]) {
			some = true
			if keyEnd-key == 2 && strings.EqualFold(s[key:keyEnd], "id") {
				if id = s[value:valueEnd]; quote != 0 {
					id = s[value-1 : valueEnd+1]
				}
			}
			continue
		}
		hidden = hidden || keyEnd-key == 6 || keyEnd-key == 5 // hidden, style; a class does no harm
		z.out = append(z.out, ' ')
		z.out = append(z.out, s[key:keyEnd]...)
		quoted = true
		switch {
		case quote != 0:
			z.out = append(z.out, '=', quote)
			z.out = append(z.out, s[value:valueEnd]...)
			z.out = append(z.out, quote)
		case valueEnd > value:
			z.out = append(z.out, '=')
			z.out = append(z.out, s[value:valueEnd]...)
			quoted = false
		}
	}
	if hidden && id != "" { // a button may name it, which opens what is hidden
		z.out = append(z.out, " id="...)
		z.out = append(z.out, id...)
		quoted = id[0] == '"' || id[0] == '\''
	}
	if some && len(name) == 1 && name[0]|0x20 == 'a' {
		z.out = append(z.out, " href"...) // a link, whatever it leads to
		quoted = true
	}
	if s[at-1] == '/' && lastEnd != at {
		if !quoted {
			z.out = append(z.out, ' ')
		}
		z.out = append(z.out, '/')
	}
	z.out = append(z.out, '>')
	at++
	if raw, read := rawTag(low); raw {
		return z.raw(at, low, read, z.out[begun:])
	}
	return at
}

// raw writes the content of an element whose content is no markup, if it is
// read, and returns where its end tag is.
func (z *shrinker) raw(at int, name string, read bool, tag []byte) int {
	if name == "plaintext" {
		z.out = append(z.out, z.s[at:]...)
		return len(z.s)
	}
	end := at
	for {
		n := strings.Index(z.s[end:], "</")
		if n < 0 {
			end = len(z.s)
			break
		}
		end += n
		rest := z.s[end+2:]
		if len(rest) > len(name) && strings.EqualFold(rest[:len(name)], name) && (isBlank(rest[len(name)]) || rest[len(name)] == '/' || rest[len(name)] == '>') {
			break
		}
		end += 2
	}
	content := z.s[at:end]
	if name == "script" {
		if i := strings.Index(content, "<!--"); i >= 0 && strings.Contains(strings.ToLower(content[i:]), "<script") {
			return -1
		}
		read = bytes.Contains(tag, []byte("json"))
	}
	if read {
		z.out = append(z.out, content...)
	}
	return end
}

// endTag writes the end tag at i without attributes.
func (z *shrinker) endTag(i int) int {
	s := z.s
	at := i + 2
	for at < len(s) && !endsName(s[at]) {
		at++
	}
	z.count.close(s[i+2 : at])
	z.block = blocks(lowName(s[i+2 : at]))
	name := s[i:at]
	for at < len(s) && s[at] != '>' {
		if c := s[at]; (c == '"' || c == '\'') && s[at-1] == '=' {
			return -1 // attributes of an end tag: nobody writes them
		}
		at++
	}
	if at < len(s) {
		z.out = append(z.out, name...)
		z.out = append(z.out, '>')
	}
	return min(at+1, len(s))
}

// commentEnd returns where the comment ends that begins before i.
func commentEnd(s string, i int) int {
	if strings.HasPrefix(s[i:], ">") {
		return i + 1
	}
	if strings.HasPrefix(s[i:], "->") {
		return i + 2
	}
	for at := i; ; {
		n := strings.IndexByte(s[at:], '>')
		if n < 0 {
			return len(s)
		}
		at += n
		if before := s[i:at]; strings.HasSuffix(before, "--") || strings.HasSuffix(before, "--!") {
			return at + 1
		}
		at++
	}
}

// reads reports whether anybody reads an attribute.
func (z *shrinker) reads(key, value string) bool {
	switch len(key) {
	case 2:
		if !strings.EqualFold(key, "id") {
			return false
		}
		return z.says(value)
	case 4:
		// color, face and size of a font end a drawing.
		return strings.EqualFold(key, "role") || strings.EqualFold(key, "open") || strings.EqualFold(key, "type") || strings.EqualFold(key, "face") || strings.EqualFold(key, "size")
	case 5:
		switch key[0] | 0x20 {
		case 'c':
			return strings.EqualFold(key, "class") && z.says(value) || strings.EqualFold(key, "color")
		case 's':
			return strings.EqualFold(key, "style") && hides(value)
		}
		return false
	case 6:
		return strings.EqualFold(key, "hidden")
	case 7:
		return strings.EqualFold(key, "content") || strings.EqualFold(key, "pubdate")
	case 8:
		return strings.EqualFold(key, "itemprop") || strings.EqualFold(key, "datetime") || strings.EqualFold(key, "encoding")
	case 9:
		return strings.EqualFold(key, "itemscope")
	case 13:
		return strings.EqualFold(key, "aria-expanded") || strings.EqualFold(key, "aria-controls")
	}
	return false
}

// hides reports whether a style may hide its element.
func hides(style string) bool {
	return strings.IndexByte(style, '&') >= 0 || strings.Contains(style, "none") || strings.Contains(style, "hidden") ||
		strings.Contains(strings.ToLower(style), "none") || strings.Contains(strings.ToLower(style), "hidden")
}

// says reports whether the names of an element tell its part on the page.
func (z *shrinker) says(names string) bool {
	if names == "" {
		return false
	}
	said, ok := z.parts[names]
	if !ok {
		said = strings.IndexByte(names, '&') >= 0 || partOfNames(names) != noPart
		z.parts[names] = said
	}
	return said
}

// wholeTag reports whether all attributes of an element count.
func wholeTag(name string) bool {
	switch name {
	case "html", "meta", "link", "base", "script":
		return true
	}
	return false
}

// rawTag reports whether the content of an element is no markup, and whether
// it is read.
func rawTag(name string) (raw, read bool) {
	switch name {
	case "script", "title", "noframes", "xmp", "plaintext":
		return true, true
	case "style", "textarea", "noscript", "iframe", "noembed":
		return true, false
	}
	return false, false
}

// blocks reports whether an element starts and ends a line, so that white space
// beside its tags is nothing. It names those that are frequent.
func blocks(name string) bool {
	switch name {
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "div", "table", "tbody", "thead", "tr", "td", "th", "section", "article", "header",
		"footer", "aside", "main", "nav", "form", "figure", "head", "body", "html", "blockquote", "figcaption", "address", "fieldset":
		return true
	}
	return false
}

// blockTag reports whether s starts with a tag of a block.
func blockTag(s string) bool {
	start := 1
	if len(s) > 1 && s[1] == '/' {
		start++
	}
	end := start
	for end < len(s) && end-start < 11 && !endsName(s[end]) {
		end++
	}
	return blocks(lowName(s[start:end]))
}

// lowName returns the name of an element in lower case; nothing for one that
// is longer than those that are asked for.
func lowName(name string) string {
	if len(name) > len("blockquote") {
		return ""
	}
	for i := range len(name) {
		if c := name[i]; 'A' <= c && c <= 'Z' {
			return strings.ToLower(name)
		}
	}
	return name
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' }

func endsName(c byte) bool { return isBlank(c) || c == '/' || c == '>' }

func skipBlank(s string, i int) int {
	for i < len(s) && isBlank(s[i]) {
		i++
	}
	return i
}
