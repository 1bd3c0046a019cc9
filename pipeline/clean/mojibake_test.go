package clean

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	uni "golang.org/x/text/encoding/unicode"
)

// frenchStrings and englishStrings are what pages hold: accents in each place
// of a word, capitals, quotation marks, dashes, symbols, names.
var frenchStrings = []string{
	"Le comité s’est réuni à Genève en été.",
	"« Où étiez-vous ? » demanda l’évêque.",
	"L’ÉTAT D’URGENCE EST DÉCLARÉ À NOËL",
	"Une œuvre du cœur : les sœurs d’Échirolles",
	"Çà et là, des maïs, des naïfs et des aïeux",
	"Déjà vu, voilà tout.",
	"Prix : 12 500 € (soit 3 % de plus qu’en août)",
	"Benoît, Zoé, Anaïs, Jérôme et François",
	"Côte d’Ivoire – Abidjan, le 1er décembre 2016",
	"Il neigeait… puis plus rien — le silence.",
	"Réf. n° 45, § 12, art. L. 512-4",
	"Bientôt la fenêtre fut fermée",
	"Le goût du théâtre, même à l’âge mûr",
	"À l’ouest, l’île aux Cygnes",
	"Décision relative à l’asile",
	"Élèves et maîtres",
	"L’aiguë, la ciguë et le capharnaüm",
	"Un cas sur “guillemets” à l’anglaise",
	"Température : 37 °C à l’ombre",
	"Qu’est-ce qu’un préjugé ?",
}

var englishStrings = []string{
	"The committee’s report wasn’t read.",
	"“Who goes there?” asked the guard.",
	"It cost £40, or €50 – no more.",
	"He waited — and waited…",
	"Beyoncé sang in the café",
	"A naïve résumé, a cliché",
	"São Paulo and Málaga signed; Zürich did not",
	"Temperatures rose by 2 °C",
	"Plain words of ASCII, and nothing else.",
	"Søren met Björk near Reykjavík",
	"The façade of the château",
	"Pursuant to § 12 of the Act",
	"© 2016 The Relief Fund",
	"Señor Núñez and Señora Peña",
	"‘Single quotes’, she said, ‘are fine.’",
	"The rôle of the élite",
	"El Niño’s aftermath",
	"• First item",
	"Half a pound – ½ lb – of flour",
	"Curaçao, Réunion and Côte d’Azur",
}

// misreadAs returns s as it stands after its UTF-8 was read in another charset.
func misreadAs(s string, cm *charmap.Charmap) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteRune(cm.DecodeByte(c))
	}
	return b.String()
}

// asBrowsers is windows-1252 with the five bytes that it does not define.
func asBrowsers(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		r := rune(c)
		if 0x80 <= c && c < 0xA0 {
			r = windows1252[c-0x80]
		}
		b.WriteRune(r)
	}
	return b.String()
}

// TestEncodings reads French and English strings in twelve encodings with the
// right declaration, with none, and with each wrong one of a list. A string
// that an encoding can't hold is left out there.
func TestEncodings(t *testing.T) {
	bytesOf := func(e encoding.Encoding) func(string) (string, bool) {
		return func(s string) (string, bool) {
			out, err := e.NewEncoder().String(s)
			return out, err == nil
		}
	}
	made := func(f func(string) string) func(string) (string, bool) {
		return func(s string) (string, bool) { return f(s), true }
	}
	all := append(append([]string{}, frenchStrings...), englishStrings...)
	if len(all) != 40 {
		t.Fatalf("%d strings", len(all))
	}
	wrong := []string{"utf-8", "iso-8859-1", "windows-1252", "iso-8859-15", "macintosh", "ibm850", "windows-1251", "iso-8859-2", "shift_jis", "gbk", "no-such-charset"}
	type rate struct{ right, all int }
	var total [3]rate // declared rightly, not, wrongly
	var report strings.Builder
	for _, e := range []struct {
		name, declared string
		encode         func(string) (string, bool)
		least          [3]float64 // of each: the right charset can't be seen where another one makes words as good
	}{
		{"UTF-8", "utf-8", made(func(s string) string { return s }), [3]float64{1, 1, 1}},
		{"UTF-8 with a mark", "utf-8", made(func(s string) string { return "\uFEFF" + s }), [3]float64{1, 1, 1}},
		{"UTF-16LE with a mark", "utf-16", bytesOf(uni.UTF16(uni.LittleEndian, uni.UseBOM)), [3]float64{1, 1, 1}},
		{"UTF-16BE without", "utf-16be", bytesOf(uni.UTF16(uni.BigEndian, uni.IgnoreBOM)), [3]float64{1, 1, 1}},
		{"windows-1252", "windows-1252", bytesOf(charmap.Windows1252), [3]float64{1, 1, 0.85}},
		{"ISO 8859-1", "iso-8859-1", bytesOf(charmap.ISO8859_1), [3]float64{1, 1, 0.85}},
		{"ISO 8859-15", "iso-8859-15", bytesOf(charmap.ISO8859_15), [3]float64{1, 1, 0.85}},
		{"MacRoman", "macintosh", bytesOf(charmap.Macintosh), [3]float64{1, 1, 0.85}},
		{"CP850", "cp850", bytesOf(charmap.CodePage850), [3]float64{1, 1, 0.85}},
		{"UTF-8 read as windows-1252", "utf-8", made(asBrowsers), [3]float64{1, 1, 1}},
		{"UTF-8 read as ISO 8859-1", "utf-8", made(func(s string) string { return misreadAs(s, charmap.ISO8859_1) }), [3]float64{1, 1, 1}},
		{"UTF-8 read so twice", "utf-8", made(func(s string) string { return asBrowsers(asBrowsers(s)) }), [3]float64{1, 1, 1}},
	} {
		var rates [3]rate
		for _, s := range all {
			raw, ok := e.encode(s)
			if !ok {
				continue
			}
			want, _, _ := cleanChars(s)
			try := func(kind int, declared string) {
				rates[kind].all++
				p, err := CleanAs([]byte(raw), Text, declared)
				if err == nil && p.Text == want {
					rates[kind].right++
					return
				}
				if kind < 2 {
					t.Errorf("%s declared %q: %s: got %+v, %v", e.name, declared, s, p, err)
				}
			}
			try(0, e.declared)
			try(1, "")
			for _, d := range wrong {
				if d != e.declared {
					try(2, d)
				}
			}
		}
		fmt.Fprintf(&report, "%-28s", e.name)
		for k, r := range rates {
			total[k].right += r.right
			total[k].all += r.all
			fmt.Fprintf(&report, " %5d of %4d", r.right, r.all)
			if float64(r.right) < e.least[k]*float64(r.all) {
				t.Errorf("%s: %d of %d, want %.1f%%", e.name, r.right, r.all, 100*e.least[k])
			}
		}
		report.WriteByte('\n')
	}
	t.Logf("decoded as they were meant, with the right declaration, with none, with wrong ones:\n%sin all %v", report.String(), total)
}

// A line is put right when it is certain that it is wrong, and left alone
// where a writer may have meant it.
func TestMojibake(t *testing.T) {
	for _, c := range []struct{ why, raw, want, repairs string }{
		{"one accent", "Les rÃ©fugiÃ©s", "Les réfugiés", "mojibake:1"},
		{"twice", "Les rÃƒÂ©fugiÃƒÂ©s", "Les réfugiés", "mojibake:1"},
		{"by line: the others stay", "L’été\nlâ€™Ã©tÃ©\nété", "L’été\nl’été\nété", "mojibake:1"},
		{"no-break spaces", "VoilÃ\u00A0 tout, Ã\u00A0 Paris", "Voilà tout, à Paris", "mojibake:1"},
		{"no-break spaces that became plain ones", "VoilÃ  le rÃ©sumÃ©, Ã Paris, trÃ¨s loinÂ !", "Voilà le résumé, à Paris, très loin !", "mojibake:1"},
		{"a quotation mark without its last byte", "â€œRead itâ€, he said", "“Read it”, he said", "mojibake:1"},
		{"a mark of the order of bytes inside a text", "un\nï»¿deux", "un\ndeux", "mojibake:1"},
		{"controls for punctuation", "l\u0092été \u0096 \u0093fini\u0094", "l’été – “fini”", "mojibake:1"},
		{"capitals", "LIBERTÃ‰Â\u00A0!", "LIBERTÉ !", "mojibake:1"},
		{"symbols and other letters", "37 Â°C, 12 â‚¬, ÄŒapek, ðŸ˜€", "37 °C, 12 €, Čapek, 😀", "mojibake:1"},

		{"capitals before punctuation", "« LIBERTÉ» et « ÉGALITÉ… », GÊ™", "« LIBERTÉ» et « ÉGALITÉ… », GÊ™", ""},
		{"a line that speaks of it", "é devient Ã© quand on lit mal", "é devient Ã© quand on lit mal", ""},
		{"Portuguese and Vietnamese capitals", "IRMÃ» e NÃO, AMANHÃ”", "IRMÃ» e NÃO, AMANHÃ”", ""},
		{"a circumflex before a no-break space", "RÂ\u00A0: non", "RÂ : non", ""},
		{"Swedish", "Å “och” Ä–Ö", "Å “och” Ä–Ö", ""},
		{"the hyphen of old newspapers", "GRÂ¬\nCE et BÂ¬\nLE", "GRÂ¬\nCE et BÂ¬\nLE", ""},
		{"in normal form", "e\u0301te\u0301", "été", "nfc:2"},
	} {
		p, err := Clean([]byte(c.raw), Text)
		if err != nil || p.Text != c.want || p.Repairs.String() != c.repairs {
			t.Errorf("%s:\n got %q (%s), %v\nwant %q (%s)", c.why, p.Text, p.Repairs, err, c.want, c.repairs)
			continue
		}
		check(t, []byte(c.raw), p)
		if strings.Contains(c.raw, "\n") {
			continue
		}
		p, err = Clean([]byte("<meta charset=utf-8><p>"+c.raw), HTML)
		if err != nil || p.Text != c.want {
			t.Errorf("%s, as HTML:\n got %q, %v\nwant %q", c.why, p.Text, err, c.want)
		}
	}
	p, err := Clean([]byte("<meta charset=utf-8><title>RÃ©fugiÃ©s</title><p>L&Atilde;&copy;gende</p><p>été"), HTML)
	if err != nil || p.Title != "Réfugiés" || p.Text != "Légende\nété" || p.Repairs.Mojibake != 1 {
		t.Errorf("in a title, and from references: %+v, %v", p, err)
	}
}

// The Declaration of Human Rights in more than five hundred languages, small
// and in capitals, has no line that is taken for mojibake. Some have controls
// for apostrophes, which are.
func TestMojibakeOfLanguages(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/data/lid/udhr.tsv")
	if err != nil {
		t.Skip("no ../shared/data/lid beside the repository")
	}
	n := 0
	for line := range strings.Lines(string(raw)) {
		for _, s := range []string{line, strings.ToUpper(line)} {
			n++
			edits, _ := mojibake(s)
			for _, e := range edits {
				if r, size := utf8.DecodeRuneInString(s[e.Start:]); size != e.Len() || r >= 0xA0 {
					t.Errorf("%q becomes %q in %q", s[e.Start:e.End], e.text, s)
				}
			}
		}
	}
	if n < 10_000 {
		t.Errorf("%d lines", n)
	}
}

// Without a declaration, texts in any language of windows-1252 are read as such,
// and so are those of charsets that nobody guesses, Polish or Russian.
func TestGuessesOfLanguages(t *testing.T) {
	raw, err := os.ReadFile("../../../shared/data/lid/udhr.tsv")
	if err != nil {
		t.Skip("no ../shared/data/lid beside the repository")
	}
	texts := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		lang, text, _ := strings.Cut(line, "\t")
		texts[lang] += text
	}
	n := 0
	for lang, text := range texts {
		for _, e := range []encoding.Encoding{charmap.Windows1252, charmap.ISO8859_2, charmap.Windows1251} {
			b, err := e.NewEncoder().String(text)
			if err != nil || b == text {
				continue
			}
			n++
			if p, err := Clean([]byte(b), Text); err != nil || p.Charset != "windows-1252" {
				t.Errorf("%s in %v is read as %s, %v", lang, e, p.Charset, err)
			}
		}
	}
	if n < 150 {
		t.Errorf("%d texts", n)
	}
}
