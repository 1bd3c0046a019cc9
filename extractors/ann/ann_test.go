package ann

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseUndoesFormat(t *testing.T) {
	for _, s := range []string{
		"le ⟦DATE|1991-12-01|1er décembre 1991⟧.",
		"⟦ORG?|IOM|l'Organisation⟧ et ⟦RES|?/RES/12|résolution 12⟧",
		"sans marque | ni rien",
		"",
	} {
		text, marks, err := Parse(s)
		if err != nil {
			t.Fatalf("Parse(%q): %v", s, err)
		}
		if got := FormatMarks(text, marks); got != s {
			t.Errorf("FormatMarks(Parse):\n got %s\nwant %s", got, s)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ text, why string }{
		{"⟦ORG|IOM|OIM", "does not close"},
		{"OIM⟧", "does not open"},
		{"⟦ORG|OIM⟧", "not a mark"},
		{"⟦ROG|IOM|OIM⟧", "not a mark"},
		{"⟦ORG|UN|⟦ORG|IOM|OIM⟧⟧", "not a mark"}, // marks do not nest
		{"⟦ORG|UN|Nations\nUnies⟧", "does not close"},
		{"mot ⟦-⟧", "not a mark"}, // only at the head of a line
	} {
		if _, _, err := Parse(c.text); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("Parse(%q) = %v, want %q", c.text, err, c.why)
		}
	}
}

func TestParseDocument(t *testing.T) {
	d, err := ParseDocument("#id: x\n#lang: fr\n#---\n⟦-⟧⟦@en⟧Menu\n\nL'⟦ORG|IOM|OIM⟧")
	if err != nil {
		t.Fatal(err)
	}
	if d.Text != "Menu\n\nL'OIM" || d.Header["lang"] != "fr" || len(d.Lines) != 3 || !d.Lines[0].Boilerplate || d.Lines[0].Lang != "en" || d.Lines[1].Boilerplate {
		t.Errorf("ParseDocument = %+v", d)
	}
}

// TestSharedGold reads every annotated document beside the repository, if it
// is there: the notation here and that of gold.py must be one.
func TestSharedGold(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/gold/*/*.ann")
	if len(files) == 0 {
		t.Skip("no ../shared/gold beside the repository")
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseDocument(string(src)); err != nil {
			t.Errorf("%s: %v", filepath.Base(f), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("⟦ORG|IOM|OIM⟧ et ⟦-⟧")
	f.Fuzz(func(t *testing.T, s string) {
		text, marks, err := Parse(s)
		if err != nil {
			return
		}
		last := 0
		for _, m := range marks {
			if m.Start < last || m.End > len(text) {
				t.Fatalf("mark %v after %d in %d bytes", m.Span, last, len(text))
			}
			last = m.End
		}
	})
}
