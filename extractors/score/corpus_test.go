package score

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/dates"
	"tamis/extractors/resolutions"
)

// TestCorpus checks what a machine can check of the annotated documents that
// the tagger is trained on.
func TestCorpus(t *testing.T) {
	docs, err := ReadGold("../../corpus")
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) < 952 {
		t.Errorf("%d documents", len(docs))
	}
	french := 0
	lineOf := map[string]string{} // long lines, and the document that has them
	for _, d := range docs {
		if d.Header["id"] != d.ID {
			t.Errorf("%s: its id is %q", d.ID, d.Header["id"])
		}
		switch d.Header["lang"] {
		case "fr":
			french++
		case "en":
		default:
			t.Errorf("%s: lang %q", d.ID, d.Header["lang"])
		}
		if d.Header["genre"] == "" {
			t.Errorf("%s has no genre", d.ID)
		}
		if n := len(strings.Fields(d.Text)); n < 30 || n > 420 {
			t.Errorf("%s has %d words", d.ID, n)
		}
		for line := range strings.Lines(d.Text) {
			line = strings.TrimSpace(line)
			if len(line) < 60 {
				continue
			}
			if other := lineOf[line]; other != "" && other != d.ID {
				t.Errorf("%s and %s share the line %q", other, d.ID, line)
			}
			lineOf[line] = d.ID
		}
		for _, m := range d.Marks {
			checkMark(t, d, m.Type, d.Text[m.Start:m.End], m.Norm, m.Optional)
		}
	}
	if french*2 < len(docs) {
		t.Errorf("%d of %d documents are French, less than half", french, len(docs))
	}
}

// edge matches what no name begins or ends with.
var edge = regexp.MustCompile(`^[\s,;:.)\]»”–—]|[\s,;:(\[«“–—]$`)

// article matches the articles that stay outside the names of organizations.
var article = regexp.MustCompile(`^(?:l['’]|d['’]|les |des |du )`)

func checkMark(t *testing.T, d Gold, typ extractors.Type, surface, norm string, optional bool) {
	t.Helper()
	if edge.MatchString(surface) && d.Header["genre"] != "mojibake" {
		t.Errorf("%s: %s %q begins or ends with what belongs outside", d.ID, typ, surface)
	}
	switch typ {
	case extractors.Org:
		if article.MatchString(surface) && !optional {
			t.Errorf("%s: ORG %q begins with an article", d.ID, surface)
		}
	case extractors.Res:
		if _, ok := resolutions.Parse(norm); !ok && !strings.HasPrefix(norm, "?/") && !optional {
			t.Errorf("%s: RES norm %q of %q is no symbol", d.ID, norm, surface)
		}
	case extractors.Date:
		if _, _, _, ok := dates.Bounds(norm); !ok && !strings.Contains(norm, "X") && !optional {
			t.Errorf("%s: DATE norm %q of %q is no date", d.ID, norm, surface)
		}
	}
}

// TestSeedsAreNotTrainedOn compares the long lines of the documents that are
// kept for measuring with the corpus.
func TestSeedsAreNotTrainedOn(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/gold/seeds/*.ann")
	if len(files) == 0 {
		t.Skip("no ../shared/gold/seeds beside the repository")
	}
	docs, err := ReadGold("../../corpus")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, d := range docs {
		all.WriteString(d.Text)
	}
	corpus := all.String()
	for _, f := range files {
		seeds, err := ReadGold(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(seeds[0].Text) {
			if line = strings.TrimSpace(line); len(line) >= 60 && strings.Contains(corpus, line) {
				t.Errorf("%s: the line %.80q stands in the corpus", filepath.Base(f), line)
			}
		}
	}
}
