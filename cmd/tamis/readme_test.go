package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tamis/output"
	"tamis/output/results"
)

const readme = "../../README.md"

// TestReadme compares what README.md shows with what the program prints: the
// output of "make run", the first query, the tables of scores. UPDATE=1 rewrites
// them ("make golden").
func TestReadme(t *testing.T) {
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	had := string(b)
	out := filepath.Join(t.TempDir(), "out")
	status, stdout, stderr := tamis(t, "../..", "run", "testdata/dump", "--out", out, "--config", "none")
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	text := part{t, had}
	text.replace("./tamis run testdata/dump --out out\n", "\nThe documents of one site", shown(t, had, stdout, out))
	text.replace("ORDER BY document_count DESC, mention_count DESC LIMIT 5\"\n```\n\n```\n", "```", firstQuery(t, out))
	scores := words(t, "../../testdata/gold/scores.txt")
	var sample strings.Builder
	for _, typ := range []string{"ORG", "PER", "DATE", "RES", "LOC"} {
		r := row(t, scores, typ) // type gold pred | P R F1 | P R F1 | P R F1
		fmt.Fprintf(&sample, "| %s | %s | %s | %s | %s |\n", typ, r[4], r[5], r[6], r[14])
	}
	boilerplate := row(t, scores, "boilerplate", "characters:") // P p R r F1 f; content kept c
	fmt.Fprintf(&sample, "| boilerplate, characters | %s | %s | %s | |\n", boilerplate[3], boilerplate[5], strings.TrimSuffix(boilerplate[7], ";"))
	text.replace("| type | precision | recall | F1 | F1 of the norm |\n|---|---|---|---|---|\n", "\n", sample.String())
	kept := boilerplate[10] // 0.9987
	text.replace("strict here, for DATE and RES too. ", " % of the content", strings.TrimPrefix(kept[2:4], "0")+"."+kept[4:])

	folds := words(t, "../../testdata/gold/cross-validation.txt")
	var validation strings.Builder
	for _, group := range []struct{ key, name string }{
		{"all", "all"}, {"written", "552 of many kinds"}, {"written3", "3,954 like real pages"}, {"written2", "787 in the shapes of real pages"}, {"hard", "415 hard ones"}, {"fr", "all French"}, {"en", "all English"},
	} {
		for _, typ := range []string{"ORG", "PER", "LOC", "DATE", "RES"} {
			if typ == "DATE" && group.key != "all" {
				break
			}
			r := row(t, folds, group.key, typ) // group type gold P R F1 interval
			fmt.Fprintf(&validation, "| %s | %s | %s | %s | %s | %s |\n", group.name, typ, r[3], r[4], r[5], r[6])
		}
	}
	text.replace("| documents | type | precision | recall | F1 | 95 % of F1 |\n|---|---|---|---|---|---|\n", "\n", validation.String())

	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(readme, []byte(text.s), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	is, was := strings.Split(text.s, "\n"), strings.Split(had, "\n")
	for i, line := range was {
		if i >= len(is) || is[i] != line {
			t.Errorf("README.md, line %d is\n%s\nthe program says\n%s\n\"make golden\" rewrites it", i+1, line, is[min(i, len(is)-1)])
			break
		}
	}
}

// TestReadmeFlags finds every flag of run in the README, and what "make run"
// says as the Makefile has it.
func TestReadmeFlags(t *testing.T) {
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for name := range configurable(newRun()) {
		if !strings.Contains(text, "--"+name) {
			t.Errorf("README.md does not know run --%s", name)
		}
	}
	for _, c := range newRoot().Commands() {
		if !strings.Contains(text, "tamis "+c.Name()) {
			t.Errorf("README.md does not know tamis %s", c.Name())
		}
	}
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, target, _ := strings.Cut(string(makefile), "\nrun: ")
	target, _, _ = strings.Cut(target, "\n\n")
	said := 0
	for line := range strings.Lines(target) {
		if words, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "\t@echo \""); ok {
			said++
			words = strings.ReplaceAll(strings.TrimSuffix(words, "\""), "$(OUT)", "out")
			if !strings.Contains(text, "\n"+words+"\n") {
				t.Errorf("README.md does not show what make run says: %s", words)
			}
		}
	}
	if said == 0 {
		t.Error("no words in the target run of the Makefile")
	}
}

// TestReadmeCorrections runs the example of corrections on the sample: each line
// finds something.
func TestReadmeCorrections(t *testing.T) {
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(b), "```csv\n")
	example, _, ok := strings.Cut(example, "```")
	dir := t.TempDir()
	write(t, dir, map[string]string{"fixes.csv": example})
	fixes := filepath.Join(dir, "fixes.csv")
	status, stdout, stderr := tamis(t, "../..", "run", "testdata/dump", "--out", filepath.Join(dir, "out"), "--corrections", fixes, "--config", "none")
	if !ok || status != 0 || stderr != "" || !strings.Contains(stdout, "\nCorrections of "+fixes+": ") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
}

// A part is a text of which parts are replaced.
type part struct {
	t *testing.T
	s string
}

// replace puts content between the first place of head and the next one of tail.
// A table ends with the line feed of a line that is empty.
func (p *part) replace(head, tail, content string) {
	p.t.Helper()
	before, rest, ok := strings.Cut(p.s, head)
	if !ok {
		p.t.Fatalf("README.md has no %q", head)
	}
	if tail == "\n" {
		rest = "\n" + rest
		tail = "\n\n"
		content = strings.TrimSuffix(content, "\n")
	}
	i := strings.Index(rest, tail)
	if i < 0 {
		p.t.Fatalf("README.md has no %q behind %q", tail, head)
	}
	p.s = before + head + content + rest[i:]
}

// shown returns what a run printed and left, as the README shows it: its time is
// that of the README.
func shown(t *testing.T, readme, stdout, out string) string {
	seconds := regexp.MustCompile(`MB in [0-9.]+ s\n`)
	s := strings.ReplaceAll(stdout, "Tables: "+out+"\n", "Tables: out\n")
	s = seconds.ReplaceAllString(s, seconds.FindString(readme)) + "\n"
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			s += e.Name() + "\n"
		}
	}
	return s
}

// firstQuery draws the result of the README's first query as DuckDB does.
func firstQuery(t *testing.T, out string) string {
	f, err := results.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	var all []output.Organization
	for o, err := range results.Rows[output.Organization](f, "organizations") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	slices.SortStableFunc(all, func(a, b output.Organization) int {
		if a.DocumentCount != b.DocumentCount {
			return int(b.DocumentCount - a.DocumentCount)
		}
		return int(b.MentionCount - a.MentionCount)
	})
	rows := [][]string{{"name", "name_fr", "mention_count", "document_count"}, {"varchar", "varchar", "int64", "int64"}}
	for _, o := range all[:5] {
		french := "NULL"
		if o.NameFR != nil {
			french = *o.NameFR
		}
		rows = append(rows, []string{o.Name, french, fmt.Sprint(o.MentionCount), fmt.Sprint(o.DocumentCount)})
	}
	width := make([]int, 4)
	for _, r := range rows {
		for i, cell := range r {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	rule := func(left, middle, right string) string {
		var parts []string
		for _, w := range width {
			parts = append(parts, strings.Repeat("─", w+2))
		}
		return left + strings.Join(parts, middle) + right + "\n"
	}
	s := rule("┌", "┬", "┐")
	for k, r := range rows {
		if k == 2 {
			s += rule("├", "┼", "┤")
		}
		for i, cell := range r {
			free := width[i] - utf8.RuneCountInString(cell)
			left := 0
			switch {
			case k < 2:
				left = free / 2
			case i >= 2:
				left = free
			}
			s += "│ " + strings.Repeat(" ", left) + cell + strings.Repeat(" ", free-left) + " "
		}
		s += "│\n"
	}
	return s + rule("└", "┴", "┘")
}

// words returns the words of the lines of a file.
func words(t *testing.T, file string) (lines [][]string) {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		lines = append(lines, strings.Fields(line))
	}
	return lines
}

// row returns the line that begins with the words.
func row(t *testing.T, lines [][]string, begin ...string) []string {
	t.Helper()
	for _, l := range lines {
		if len(l) >= 7 && slices.Equal(l[:len(begin)], begin) {
			return l
		}
	}
	t.Fatalf("no line %q", begin)
	return nil
}
