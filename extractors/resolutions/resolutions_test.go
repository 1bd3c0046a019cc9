package resolutions

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tamis/extractors"
	"tamis/extractors/ann"
)

func TestHard(t *testing.T) {
	src, err := os.ReadFile("testdata/hard.ann")
	if err != nil {
		t.Fatal(err)
	}
	lines, negatives := 0, 0
	for want := range strings.Lines(string(src)) {
		want = strings.TrimSuffix(want, "\n")
		if want == "" || strings.HasPrefix(want, "# ") {
			continue
		}
		lines++
		if !strings.Contains(want, "⟦") {
			negatives++
		}
		text, _, err := ann.Parse(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := ann.Format(text, find(extractors.NewText(text, ""))); got != want {
			t.Errorf("find:\n got %s\nwant %s", got, want)
		}
	}
	if lines < 300 || negatives*2 < lines {
		t.Errorf("%d lines, %d without a citation: want 300 or more, half of them negative", lines, negatives)
	}
}

func TestFindLines(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		// a symbol and a citation broken by a line end
		{"see A/RES/\n46/182.", "A/RES/46/182"},
		{"la résolution\n2254 (2015) du Conseil", "S/RES/2254(2015)"},
		{"la résolution 2254\n(2015) du Conseil", "S/RES/2254(2015)"},
		{"General Assembly resolution 46/\n182 asks", "A/RES/46/182"},
		{"S/RES/1325\n(2000)", "S/RES/1325(2000)"},
		{"la résolution n°\n1289 du Conseil de l'OIM", "IOM/RES/1289"},
		// the issuer gives the body, paragraph numbers are no members
		{"Human Rights Council\n\nRecalling its resolutions 5/1 and 48/13,\n1.\nDecides", "A/HRC/RES/5/1 A/HRC/RES/48/13"},
		{"Security Council\nRecalling its resolution 1325,\n7.\nDecides", "S/RES/1325(2000)"},
		// the head of a decision without a noun
		{"Conseil économique et social\n2019/212. Calendrier des conférences", "E/DEC/2019/212"},
	} {
		var got []string
		for _, m := range find(extractors.NewText(c.text, "")) {
			got = append(got, m.Norm)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("find(%q) = %s, want %s", c.text, got, c.want)
		}
	}
}

func TestAttrs(t *testing.T) {
	for _, c := range []struct{ text, body, paragraphs, sanity, suggestion string }{
		{"aux paragraphes 15 et 16 de la résolution 1970 (2011)", BodyNumbering, "15,16", SanityOK, ""},
		{"paragraphs 5 to 8 of its resolution 1970 (2011)", BodyNumbering, "5,6,7,8", SanityOK, ""},
		{"paragraphs 9 (a) and 11 of resolution 1970 (2011)", BodyNumbering, "9(a),11", SanityOK, ""},
		{"in OP4 of its resolution 716 (1991)", BodyNumbering, "4", SanityOK, ""},
		{"resolution 2254 (2015), para. 4", BodyNumbering, "4", SanityOK, ""},
		{"résolution 2254 (2015), par. 4 et 5", BodyNumbering, "4,5", SanityOK, ""},
		{"paragraph 22 of General Assembly resolution 75/233", BodyBefore, "22", SanityOK, ""},
		{"resolution 2161 (2015)", BodyNumbering, "", SanityYear, "S/RES/2161(2014)"},
		{"Security Council resolution 1325", BodyBefore, "", SanitySupplied, ""},
		{"S/RES/1325 (2000)", BodySymbol, "", SanityOK, ""},
		{"résolution 46/182 de l'Assemblée générale", BodyAfter, "", SanityOK, ""},
		{"A/RES/2625 (XV)", BodySymbol, "", SanityNumber, "A/RES/2625(XXV)"},
		{"Human Rights Council\n\nRecalling its resolution 5/1", BodyIssuer, "", SanityOK, ""},
		{"décision n° 12/2013", BodyUnknown, "", SanityUnknown, ""},
	} {
		ms := find(extractors.NewText(c.text, ""))
		if len(ms) != 1 {
			t.Errorf("find(%q): %d mentions, want one", c.text, len(ms))
			continue
		}
		m := &ms[0]
		got := []string{m.Attr(AttrBody), m.Attr(AttrParagraphs), m.Attr(AttrSanity), m.Attr(AttrSuggestion)}
		if want := []string{c.body, c.paragraphs, c.sanity, c.suggestion}; !slices.Equal(got, want) {
			t.Errorf("find(%q): attributes %q, want %q", c.text, got, want)
		}
		if (m.Entity == "") != (c.body == BodyUnknown) {
			t.Errorf("find(%q): entity %q", c.text, m.Entity)
		}
	}
}

func TestParse(t *testing.T) {
	for _, want := range []Resolution{
		{"A/RES/46/182", "A", "182", "46", 1991, "", KindResolution},
		{"A/RES/38/32C", "A", "32", "38", 1983, "C", KindResolution},
		{"A/RES/217(III)A", "A", "217", "III", 1948, "A", KindResolution},
		{"A/RES/3201(S-VI)", "A", "3201", "S-VI", 0, "", KindResolution},
		{"A/RES/ES-11/1", "A", "1", "ES-11", 0, "", KindResolution},
		{"A/DEC/55/488", "A", "488", "55", 2000, "", KindDecision},
		{"S/RES/1325(2000)", "S", "1325", "", 2000, "", KindResolution},
		{"E/RES/2004/50", "E", "50", "", 2004, "", KindResolution},
		{"A/HRC/RES/32/14", "A/HRC", "14", "32", 2016, "", KindResolution},
		{"WHA/RES/58.3", "WHA", "3", "58", 2005, "", KindResolution},
		{"WHA/DEC/73(8)", "WHA", "8", "73", 2020, "", KindDecision},
		{"ACHPR/RES/450(LXVI)2020", "ACHPR", "450", "LXVI", 2020, "", KindResolution},
		{"IOM/RES/1309", "IOM", "1309", "", 0, "", KindResolution},
		{"IAEA/RES/GC(67)/RES/10", "IAEA", "GC(67)/RES/10", "", 0, "", KindResolution},
		{"?/DEC/2/1", "?", "1", "2", 0, "", KindDecision},
	} {
		if got, ok := Parse(want.Symbol); !ok || got != want {
			t.Errorf("Parse(%q)\n = %+v, %t\nwant %+v", want.Symbol, got, ok, want)
		}
	}
	for _, bad := range []string{"", "A/71/728", "/RES/1", "A/RES/"} {
		if r, ok := Parse(bad); ok {
			t.Errorf("Parse(%q) = %+v", bad, r)
		}
	}
}

func TestURLs(t *testing.T) {
	for _, c := range []struct{ symbol, en string }{
		{"S/RES/2254(2015)", "https://undocs.org/en/S/RES/2254(2015)"},
		{"A/RES/217(III)A", "https://undocs.org/en/A/RES/217(III)"}, // one document for all parts
		{"A/RES/57/270B", "https://undocs.org/en/A/RES/57/270B"},
		{"UNEA/RES/5/14", "https://undocs.org/en/UNEP/EA.5/Res.14"},
		{"IOM/RES/1309", ""},
		{"S/RES/99999", ""}, // no year, no document
		{"?/RES/5/1", ""},
	} {
		en, fr := URLs(c.symbol)
		if en != c.en || strings.Replace(en, "/en/", "/fr/", 1) != fr {
			t.Errorf("URLs(%q) = %q, %q", c.symbol, en, fr)
		}
	}
}

// TestCouncilYears checks the table against the list of all resolutions.
func TestCouncilYears(t *testing.T) {
	raw, err := os.ReadFile(filepath.FromSlash("../../../shared/data/un/resolutions.csv"))
	if err != nil {
		t.Skip("no ../shared: ", err)
	}
	n := 0
	for line := range strings.Lines(string(raw)) {
		f := strings.Split(line, ",")
		_, after, ok := strings.Cut(f[1], "(")
		if !ok {
			continue
		}
		n++
		if got := councilYear(atoi(f[0])); itoa(got) != strings.TrimSuffix(after, ")") {
			t.Errorf("councilYear(%s) = %d, want %s", f[0], got, after)
		}
	}
	if n < 2000 {
		t.Errorf("only %d resolutions in the list", n)
	}
}

func TestReferences(t *testing.T) {
	for _, want := range []string{
		"S/RES/2561 (2021)\nDécide que ⟦RES|S/RES/2561(2021)|la présente résolution⟧ prend effet",
		"rappelant la résolution 1325 (2000), et conformément à ⟦RES|S/RES/1325(2000)|ladite résolution⟧",
		"Resolution 1540 (2004) binds all. The Committee set up by ⟦RES|S/RES/1540(2004)|that resolution⟧ reports.",
		"par la résolution 70/1 et la décision 55/488, cette décision",
		"la présente résolution, dans une page qui n'en est pas une",
	} {
		text, _, err := ann.Parse(want)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(want, "cette décision") {
			want = strings.Replace(want, "cette décision", "⟦RES|A/DEC/55/488|cette décision⟧", 1)
		}
		tx := extractors.NewText(text, "")
		if got := ann.Format(text, References(tx, find(tx))); got != want {
			t.Errorf("References:\n got %s\nwant %s", got, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	src, err := os.ReadFile("testdata/hard.ann")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(src)) {
		if text, _, err := ann.Parse(line); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		tx := extractors.NewText(s, "")
		last := 0
		ms := find(tx)
		for _, m := range ms {
			if m.Start < last || m.End <= m.Start || m.End > len(s) {
				t.Fatalf("mention %v after %d in %d bytes", m.Span, last, len(s))
			}
			if utf8.ValidString(s) && (!utf8.RuneStart(s[m.Start]) || m.End < len(s) && !utf8.RuneStart(s[m.End])) {
				t.Fatalf("mention %v not on rune boundaries", m.Span)
			}
			if _, ok := Parse(m.Norm); !ok {
				t.Fatalf("Parse(%q) of %q", m.Norm, s[m.Start:m.End])
			}
			last = m.End
		}
		References(tx, ms)
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"A/RES/217(III)A", "S/RES/1325(2000)", "A/DEC/55/488", "?/RES/(", "WHA/DEC/73(8)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, ok := Parse(s); ok && (r.Body == "" || r.Number == "" || r.Symbol != s) {
			t.Fatalf("Parse(%q) = %+v", s, r)
		}
		URLs(s)
	})
}
