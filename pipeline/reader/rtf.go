package reader

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"tamis/pipeline/clean"
)

func readRTF(w *walk, p *part) {
	w.converted(p, "application/rtf", func(data []byte, it *Item) error {
		text := rtfText(data, it)
		if strings.TrimSpace(text) == "" {
			return &problem{NoText, "an RTF document without text"}
		}
		it.MediaType, it.Data = clean.Text, []byte(text)
		return nil
	})
}

// An rtfGroup is what a pair of braces holds in common.
type rtfGroup struct {
	skip    bool // no text of the document: fonts, pictures, fields
	title   bool
	unicode int // bytes that stand in for a \u of old readers
}

// rtfSkipped are the destinations without text of the document.
var rtfSkipped = map[string]bool{
	"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "themedata": true, "datastore": true,
	"fldinst": true, "listtable": true, "listoverridetable": true, "rsidtbl": true, "generator": true, "xmlnstbl": true, "latentstyles": true,
	"revtbl": true, "pntext": true, "listtext": true, "bkmkstart": true, "bkmkend": true, "filetbl": true, "nonshppict": true,
}

// rtfBreaks are words that stand for characters.
var rtfBreaks = map[string]string{
	"par": "\n\n", "line": "\n", "sect": "\n\n", "page": "\n\n", "tab": "\t", "cell": "\t", "row": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
	"bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}

// rtfText returns the text of an RTF document. Anything can be read as RTF: it
// has no errors, only text or none.
func rtfText(b []byte, it *Item) string {
	var out, title strings.Builder
	g := rtfGroup{unicode: 1}
	var stack []rtfGroup
	page := charmap.Windows1252
	standIns := 0 // of a \u, still to come
	put := func(s string) {
		switch {
		case g.title:
			title.WriteString(s)
		case !g.skip:
			out.WriteString(s)
		}
	}
	first := true // the first word of a group names its destination
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c == '{':
			if len(stack) < maxElements {
				stack = append(stack, g)
			}
			first, standIns = true, 0
		case c == '}':
			if n := len(stack); n > 0 {
				g, stack = stack[n-1], stack[:n-1]
			}
			standIns = 0
		case c == '\\' && i+1 < len(b):
			i++
			c = b[i]
			if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
				switch c {
				case '\'':
					if i+2 < len(b) {
						n, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8)
						i += 2
						if standIns > 0 {
							standIns--
						} else if err == nil {
							put(string(page.DecodeByte(byte(n))))
						}
					}
				case '*':
					g.skip = true
				case '~':
					put("\u00A0")
				case '_':
					put("\u2011")
				case '-':
					put("\u00AD")
				case '\n', '\r':
					put("\n\n")
				case '\\', '{', '}':
					put(string(c))
				}
				first = false
				continue
			}
			word, number, n := rtfWord(b[i:])
			i += n - 1
			switch {
			case rtfSkipped[word] && first:
				g.skip = true
			case word == "title" && first:
				g.title = true
			case word == "ansicpg":
				page = codePage(number)
			case word == "mac":
				page = charmap.Macintosh
			case word == "uc":
				g.unicode = min(max(number, 0), 8)
			case word == "u":
				put(string(rune(uint16(number))))
				standIns = g.unicode
			case word == "bin":
				i += min(max(number, 0), len(b)-i-1)
			case rtfBreaks[word] != "":
				put(rtfBreaks[word])
			}
			first = false
		case c == '\r' || c == '\n':
		default:
			if standIns > 0 {
				standIns--
				continue
			}
			end := i + 1
			for end < len(b) && b[end] != '\\' && b[end] != '{' && b[end] != '}' && b[end] != '\r' && b[end] != '\n' && b[end] < 0x80 {
				end++
			}
			if c >= 0x80 {
				put(string(page.DecodeByte(c)))
				continue
			}
			put(string(bytes.ReplaceAll(b[i:end], []byte{0}, nil)))
			i = end - 1
		}
	}
	if t := strings.TrimSpace(title.String()); it.Title == "" {
		it.Title = t
	}
	return out.String()
}

// rtfWord returns the word that b starts with, its number and its length with
// the space that ends it.
func rtfWord(b []byte) (word string, number, n int) {
	for n < len(b) && n < 32 && ('a' <= b[n] && b[n] <= 'z' || 'A' <= b[n] && b[n] <= 'Z') {
		n++
	}
	word = string(b[:n])
	start := n
	if n < len(b) && b[n] == '-' {
		n++
	}
	for n < len(b) && n-start < 11 && isDigit(b[n]) {
		n++
	}
	number, _ = strconv.Atoi(string(b[start:n]))
	if n < len(b) && b[n] == ' ' {
		n++
	}
	return word, number, n
}

// codePage returns the character set of a Windows code page.
func codePage(n int) *charmap.Charmap {
	switch n {
	case 437:
		return charmap.CodePage437
	case 850:
		return charmap.CodePage850
	case 1250:
		return charmap.Windows1250
	case 1251:
		return charmap.Windows1251
	case 1253:
		return charmap.Windows1253
	case 1254:
		return charmap.Windows1254
	case 10000:
		return charmap.Macintosh
	}
	return charmap.Windows1252
}
