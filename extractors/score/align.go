package score

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A token is a run of word characters or one other character that is no white
// space, with its place in code points.
type token struct {
	fold       string
	start, end int
}

var (
	folder = cases.Fold()
	quotes = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`)
)

// fold returns a token's form for alignment: case, accents' encoding and
// quotes do not count.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if ascii {
		return strings.ToLower(s)
	}
	return quotes.Replace(folder.String(norm.NFKC.String(s)))
}

// wordRune reports what \w matches in Python: letters, digits and numerals of
// all scripts, and the underscore; combining marks are none.
func wordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
}

func tokenize(text string) []token {
	var out []token
	start, from := -1, 0 // code point and byte where the open word starts
	n := 0
	flush := func(end, to int) {
		if start >= 0 {
			out = append(out, token{fold(text[from:to]), start, end})
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case wordRune(r):
			if start < 0 {
				start, from = n, i
			}
		default:
			flush(n, i)
			if !pythonSpace(r) {
				out = append(out, token{fold(string(r)), n, n + 1})
			}
		}
		n++
	}
	flush(n, len(text))
	return out
}

// pythonSpace reports what \s matches in Python: U+001C to U+001F are white
// space there.
func pythonSpace(r rune) bool { return unicode.IsSpace(r) || 0x1C <= r && r <= 0x1F }

// aligned maps the index of each token of a that has its match in b to that
// match. It is difflib.SequenceMatcher.get_matching_blocks of Python with
// autojunk off, so that both scorers align alike: the longest matching block,
// the earliest in a of those, the earliest in b of those, then the same to its
// left and right.
func aligned(a, b []token) map[int]int {
	where := make(map[string][]int)
	for j, t := range b {
		where[t.fold] = append(where[t.fold], j)
	}
	mapping := make(map[int]int)
	type region struct{ alo, ahi, blo, bhi int }
	queue := []region{{0, len(a), 0, len(b)}}
	for len(queue) > 0 {
		r := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		besti, bestj, size := r.alo, r.blo, 0
		lengths := map[int]int{}
		for i := r.alo; i < r.ahi; i++ {
			next := map[int]int{}
			for _, j := range where[a[i].fold] {
				if j < r.blo {
					continue
				}
				if j >= r.bhi {
					break
				}
				k := lengths[j-1] + 1
				next[j] = k
				if k > size {
					besti, bestj, size = i-k+1, j-k+1, k
				}
			}
			lengths = next
		}
		if size == 0 {
			continue
		}
		for k := range size {
			mapping[besti+k] = bestj + k
		}
		if r.alo < besti && r.blo < bestj {
			queue = append(queue, region{r.alo, besti, r.blo, bestj})
		}
		if besti+size < r.ahi && bestj+size < r.bhi {
			queue = append(queue, region{besti + size, r.ahi, bestj + size, r.bhi})
		}
	}
	return mapping
}
