package dates

import (
	"os"
	"strings"
	"testing"

	"tamis/extractors"
	"tamis/extractors/ann"
)

// TestHard reads testdata/hard.txt line by line. All required marks must be
// found with their norm and nothing else but what is optional.
func TestHard(t *testing.T) {
	src, err := os.ReadFile("testdata/hard.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines, negatives := 0, 0
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		lang, want, ok := strings.Cut(line, "\t")
		text, marks, err := ann.Parse(want)
		if err != nil || !ok {
			t.Fatalf("%s: %v", line, err)
		}
		lines++
		if !strings.Contains(want, "⟦DATE|") {
			negatives++
		}
		optional := func(m extractors.Mention) bool {
			for _, o := range marks {
				if o.Optional && o.Overlaps(m.Span) {
					return true
				}
			}
			return false
		}
		var got []extractors.Mention
		for _, m := range Find(extractors.NewText(text, lang)) {
			if m.Confidence >= extractors.Certain && !optional(m) {
				got = append(got, m)
			}
		}
		var required []extractors.Mention
		for _, m := range marks {
			if !m.Optional {
				required = append(required, m.Mention)
			}
		}
		if got, want := ann.Format(text, got), ann.Format(text, required); got != want {
			t.Errorf("%s\n got %s\nwant %s", lang, got, want)
		}
	}
	if lines < 300 || negatives*2 < lines {
		t.Errorf("%d lines, %d without a date: want 300 or more, half of them negative", lines, negatives)
	}
	t.Logf("%d lines, %d without a date", lines, negatives)
}
