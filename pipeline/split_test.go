package pipeline

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tamis/extractors"
	"tamis/extractors/ann"
	"tamis/output"
	"tamis/pipeline/boilerplate"
)

// Labels part a block where they say, but for mentions, which stay whole: "‖"
// stands where a label ends, "-" before boilerplate.
func TestSplit(t *testing.T) {
	for _, tt := range []struct{ labels, mentions, want string }{
		{"-Our work‖The road is closed.", "Our workThe road is closed.", "-Our work‖The road is closed."},
		{"-Our work ‖The road is closed. ‖-Contact us", "Our work The road is closed. Contact us", "-Our work‖The road is closed.‖-Contact us"},
		{"-Our United ‖Nations voted.", "Our ⟦ORG|UN|United Nations⟧ voted.", "-Our‖United Nations voted."},
		{"They met the United ‖-Nations Contact", "They met the ⟦ORG|UN|United Nations⟧ Contact", "They met the United Nations‖-Contact"},
		{"-United ‖Nations", "⟦ORG|UN|United Nations⟧", "United Nations"},
		{"United ‖-Nations", "⟦ORG|UN|United Nations⟧", "United Nations"},
	} {
		text, marks, err := ann.Parse(tt.mentions)
		if err != nil {
			t.Fatal(err)
		}
		const before = "A line\n"
		r := &Record{Text: before + text + "\nB", Blocks: []Block{
			{Line: extractors.Line{Span: extractors.Span{Start: 0, End: len(before) - 1}}, Key: 1},
			{Line: extractors.Line{Span: extractors.Span{Start: len(before), End: len(before) + len(text)}}, Key: 2},
			{Line: extractors.Line{Span: extractors.Span{Start: len(before) + len(text) + 1, End: len(before) + len(text) + 2}}, Key: 3},
		}}
		for _, m := range marks {
			m.Start, m.End = m.Start+len(before), m.End+len(before)
			r.Mentions = append(r.Mentions, Mention{Mention: extractors.Mention{Span: m.Span}})
		}
		labels := []boilerplate.Label{{Block: 0, End: len(before) - 1}}
		at := 0
		for part := range strings.SplitSeq(tt.labels, "‖") {
			part, boiler := strings.CutPrefix(part, "-")
			labels = append(labels, boilerplate.Label{Block: 1, Start: at, End: at + len(strings.TrimRight(part, " ")), Boilerplate: boiler})
			at += len(part)
		}
		labels = r.split(append(labels, boilerplate.Label{Block: 2, End: 1}))
		var got []string
		for i, b := range r.Blocks {
			s := r.Text[b.Start:b.End]
			if l := labels[i]; l.Block != i || l.Start != 0 || l.End != len(s) {
				t.Errorf("%s: label %+v of block %d, %q", tt.labels, l, i, s)
			} else if l.Boilerplate {
				s = "-" + s
			}
			got = append(got, s)
		}
		if got, want := strings.Join(got, "‖"), "A line‖"+tt.want+"‖B"; got != want || len(labels) != len(r.Blocks) {
			t.Errorf("%s: %s with %d labels, want %s", tt.labels, got, len(labels), want)
		}
	}
}

// Where pages lost their line breaks, blocks are parts of lines. They still hold
// the whole text, in order, and mentions lie in one of them.
func TestFlatPages(t *testing.T) {
	for _, brk := range []string{" ", ""} {
		dir := t.TempDir()
		root, err := os.OpenRoot(dumpFolder)
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		err = fs.WalkDir(root.FS(), ".", func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(p) != ".txt" {
				return err
			}
			raw, err := root.ReadFile(p)
			lines := strings.FieldsFunc(string(raw), func(r rune) bool { return r == '\n' || r == '\r' })
			for i := range lines {
				lines[i] = strings.TrimSpace(lines[i])
			}
			writeFiles(t, dir, map[string]string{"flat/" + p: strings.Join(lines, brk)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		c := readCorpus(t, filepath.Join(dir, "flat"))
		t.Run("blocks cover the text", c.blocksCoverTheText)
		parted := 0
		for _, d := range c.documents {
			text := []rune(d.Text)
			var whole, content strings.Builder
			last := 0
			for i, b := range c.blocks[d.DocumentID] {
				start, end := int(b.StartChar), int(b.EndChar)
				whole.WriteString(string(text[last:end]))
				last = end
				if !b.InBoilerplate {
					content.WriteString(string(text[start:end]) + " ")
				}
				if i > 0 && text[start-1] != '\n' && !strings.ContainsRune(string(text[c.blocks[d.DocumentID][i-1].EndChar:start]), '\n') {
					parted++
					if prev, next := text[start-1], text[start]; unicode.IsLower(prev) && unicode.IsLower(next) {
						t.Errorf("%s: a block starts inside a word, before %q", d.Source, string(text[start:end]))
					}
					afterMention := slices.ContainsFunc(c.mentions[d.DocumentID], func(m output.Mention) bool {
						return int(m.StartChar) < start && strings.TrimSpace(string(text[m.EndChar:max(start, int(m.EndChar))])) == "" && int(m.EndChar) <= start
					})
					if unicode.IsLower(text[start]) && !afterMention {
						t.Errorf("%s: a block starts inside a sentence, before %q", d.Source, string(text[start:end]))
					}
				}
			}
			if whole.WriteString(string(text[last:])); whole.String() != d.Text {
				t.Errorf("%s: the blocks make %q of %q", d.Source, &whole, d.Text)
			}
			if rest := without(d.Text, strings.Fields(content.String())); rest != "" {
				t.Errorf("%s: content goes on with %q, which the text has not there", d.Source, rest)
			}
			for _, m := range c.mentions[d.DocumentID] {
				b := c.blocks[d.DocumentID][m.BlockIndex]
				if m.StartChar < b.StartChar || m.EndChar > b.EndChar || m.InBoilerplate != b.InBoilerplate {
					t.Errorf("%s: %q lies in no block", d.Source, m.Surface)
				}
			}
		}
		if parted < 20 {
			t.Errorf("breaks replaced by %q: only %d lines were parted", brk, parted)
		}
	}
}

// without returns what is left of the words when each was found in the text
// behind the one before.
func without(text string, words []string) string {
	for i, w := range words {
		_, rest, ok := strings.Cut(text, w)
		if !ok {
			return strings.Join(words[i:], " ")
		}
		text = rest
	}
	return ""
}
