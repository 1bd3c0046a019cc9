package extractors

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestFoldByRune compares Fold, which goes by tables and eight bytes at a time,
// with the fold of each rune by itself.
func TestFoldByRune(t *testing.T) {
	var in, want strings.Builder
	for r := rune(0); r < 0x30000; r++ {
		in.WriteRune(r)
		switch c, n := utf8.DecodeRuneInString(string(r)); {
		case c == utf8.RuneError && n == 3: // a surrogate, written as U+FFFD
			want.WriteString(foldSlow(utf8.RuneError))
		case r < utf8.RuneSelf:
			want.WriteRune(unicode.ToLower(r))
		case !unicode.Is(unicode.Mn, r):
			want.WriteString(foldSlow(r))
		}
		if r%7 == 0 { // ASCII in all positions
			in.WriteString("@AZ[`az{0")
			want.WriteString("@az[`az{0")
		}
		if r%1000 == 0 {
			in.WriteByte(0xFF)
			want.WriteByte(0xFF)
		}
	}
	if Fold(in.String()) != want.String() {
		t.Error("Fold is not the fold of each rune")
	}
}
