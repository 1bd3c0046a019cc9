package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tamis/extractors/score"
)

// TestMain lets the test binary stand for the program: with TAMIS_MAIN set it
// is tamis.
func TestMain(m *testing.M) {
	if os.Getenv("TAMIS_MAIN") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// tamis runs the program in the folder dir.
func tamis(t *testing.T, dir string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return tamisAs(t, func(*exec.Cmd) {}, dir, args...)
}

// tamisAs runs the program as prepare says.
func tamisAs(t *testing.T, prepare func(*exec.Cmd), dir string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TAMIS_MAIN=1")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	prepare(cmd)
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// list returns the names below dir with the bytes of the files.
func list(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(p string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		b.WriteString(p + "\n")
		if info.Mode().IsRegular() {
			content, err := os.ReadFile(p)
			b.Write(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What a user gets wrong: the status, a message that says what and where, and
// nothing changed on disk.
func TestTrouble(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/a.txt": "Le texte du 4 mai 2016.", "dump/empty.txt": "", "dump/b/page.html": "<p>Un autre texte.</p>",
		"thesis/chapter1.doc": "years of work", "file": "a file", "bad/empty.txt": "", "gold/x.ann": "no header", "notes/readme.pdf": "%PDF"})
	for _, folder := range []string{"nothing", "closed"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	before := list(t, dir)
	for _, c := range []struct {
		name    string
		args    []string
		status  int
		message string // part of standard error
	}{
		{"wrong path", []string{"run", "dumps", "-o", "new"}, exitUsage, "dumps: no such file or folder"},
		{"wrong path beside a good one", []string{"run", "dump", "dumps", "-o", "new"}, exitUsage, "dumps: no such file or folder"},
		{"empty folder", []string{"run", "nothing", "-o", "new"}, exitUsage, "no files found in nothing"},
		{"given twice", []string{"run", "dump", "dump/b", "-o", "new"}, exitUsage, "dump/b is given twice"},
		{"no input", []string{"run", "-o", "new"}, exitUsage, "run needs a file or folder"},
		{"no output", []string{"run", "dump"}, exitUsage, "--out is missing"},
		{"URL", []string{"run", "s3://bucket/dump/", "-o", "new"}, exitUsage, "tamis-cloud"},
		{"output is a URL", []string{"run", "dump", "-o", "s3://bucket/tables"}, exitUsage, "tamis-cloud"},
		{"no list", []string{"run", "--files-from", "lists", "-o", "new"}, exitUsage, "--files-from lists: no such file"},
		{"unknown flag", []string{"run", "dump", "-o", "new", "--fast"}, exitUsage, "unknown flag: --fast"},
		{"flag that is no number", []string{"run", "dump", "-o", "new", "-j", "many"}, exitUsage, `"many"`},
		{"negative number", []string{"run", "dump", "-o", "new", "--workers", "-2"}, exitUsage, "negative"},
		{"unknown command", []string{"sift", "dump"}, exitUsage, `unknown command "sift"`},
		{"model that is not there", []string{"run", "dump", "-o", "new", "--model", "my.model"}, exitUsage, "my.model"},
		{"output holds something else", []string{"run", "dump", "-o", "thesis"}, exitFailed, "holds something else"},
		{"output is a file", []string{"run", "dump", "-o", "file"}, exitFailed, "is a file, not a folder"},
		{"output below a file", []string{"run", "dump", "-o", "file/out"}, exitFailed, "file"},
		{"show: wrong path", []string{"show", "a.txt"}, exitUsage, "a.txt: no such file or folder"},
		{"show: nothing that can be read", []string{"show", "bad"}, exitFailed, "empty"},
		{"show: wrong format", []string{"show", "dump", "--format", "xml"}, exitUsage, "text, html or json"},
		{"show: wrong colour", []string{"show", "dump", "--color", "blue"}, exitUsage, "auto, always or never"},
		{"schema: wrong format", []string{"schema", "--format", "xml"}, exitUsage, "text, markdown or json"},
		{"schema: no arguments", []string{"schema", "documents"}, exitUsage, "documents"},
		{"eval: wrong path", []string{"eval", "golds"}, exitUsage, "golds: no such file or folder"},
		{"eval: no gold there", []string{"eval", "dump"}, exitUsage, "no .ann files in dump"},
		{"train: wrong path", []string{"train", "golds", "-o", "new"}, exitUsage, "golds: no such file or folder"},
		{"eval: not gold", []string{"eval", "gold"}, exitUsage, "#---"},
	} {
		status, stdout, stderr := tamis(t, dir, c.args...)
		if status != c.status || !strings.Contains(stderr, c.message) || stdout != "" {
			t.Errorf("%s: tamis %s: status %d, want %d\nstandard error, which should say %q:\n%sstandard output:\n%s",
				c.name, strings.Join(c.args, " "), status, c.status, c.message, stderr, stdout)
		}
		if strings.Contains(stderr, "goroutine") || strings.Count(stderr, "\n") > 3 {
			t.Errorf("%s: not a message for people:\n%s", c.name, stderr)
		}
	}
	if after := list(t, dir); after != before {
		t.Errorf("something changed on disk:\n%s\nwas:\n%s", after, before)
	}
}

func TestOutputNotWritable(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/a.txt": "Un texte."})
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o555); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := tamisAs(t, asNobody(t, dir), dir, "run", "dump", "-o", "closed/out")
	if status != exitFailed || !strings.Contains(stderr, "closed") || !strings.Contains(stderr, "permission denied") || strings.Contains(stderr, ".tamis-") {
		t.Errorf("status %d, %s", status, stderr)
	}
}

// What was rejected and what was allowed decide between 0 and 3; the tables
// are written either way.
func TestMaxRejects(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/a.txt": "Le texte du 4 mai 2016.", "dump/e.txt": "", "dump/f.txt": ""})
	for _, c := range []struct {
		args   []string
		status int
	}{
		{nil, 0}, // any number may be rejected
		{[]string{"--max-rejects", "2"}, 0},
		{[]string{"--max-rejects", "1"}, exitRejects},
		{[]string{"--max-rejects", "0"}, exitRejects},
	} {
		out := filepath.Join(t.TempDir(), "tables")
		status, stdout, stderr := tamis(t, dir, append([]string{"run", "dump", "-o", out}, c.args...)...)
		if status != c.status || !strings.Contains(stdout, "3 sources = 1 documents + 2 rejects") {
			t.Errorf("%q: status %d, want %d\n%s%s", c.args, status, c.status, stdout, stderr)
		}
		if (status == exitRejects) != strings.Contains(stderr, "2 sources were rejected") {
			t.Errorf("%q: %s", c.args, stderr)
		}
		for _, f := range []string{"run.json", "views.sql", "datapackage.json", "rejects", "documents"} {
			if _, err := os.Stat(filepath.Join(out, f)); err != nil {
				t.Errorf("%q: %v", c.args, err)
			}
		}
	}
}

// The tables of an earlier run are replaced; the folder may lie in the dump.
func TestRunAgain(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/a.txt": "Le texte du 4 mai 2016."})
	for range 2 {
		status, stdout, stderr := tamis(t, dir, "run", "dump", "-o", "dump/tables")
		if status != 0 || !strings.Contains(stdout, "1 sources = 1 documents + 0 rejects") {
			t.Errorf("status %d\n%s%s", status, stdout, stderr)
		}
	}
	var info struct {
		Tamis  string
		Counts struct{ Sources, Documents, Rejects int }
	}
	b, err := os.ReadFile(filepath.Join(dir, "dump", "tables", "run.json"))
	if err != nil || json.Unmarshal(b, &info) != nil || info.Tamis == "" || info.Counts.Documents != 1 {
		t.Errorf("run.json: %v\n%s", err, b)
	}
}

// show --format json prints what gold.py and package score read.
func TestShowJSON(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.txt": "Genève, le 4 mai 2016 : l’OIM & l’ONU.", "b.txt": "", "c.html": "<title>T</title><p>The OIM text of 4 May 2016.</p>"})
	status, stdout, stderr := tamis(t, dir, "show", "--format", "json", "a.txt", "b.txt", "c.html")
	if status != 0 || !strings.Contains(stderr, "b.txt: rejected: empty") {
		t.Errorf("status %d, %s", status, stderr)
	}
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines:\n%s", len(lines), stdout)
	}
	for i, line := range lines {
		var p score.Prediction
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		if want := []string{"a", "c"}[i]; p.ID != want || p.Lang == "" || len(p.Mentions) == 0 || p.Boilerplate == nil {
			t.Errorf("%+v, want id %s", p, want)
		}
		text := []rune(p.Text)
		for _, m := range p.Mentions {
			if s := string(text[m.Start:m.End]); !strings.Contains(line, `"surface":"`+s+`"`) {
				t.Errorf("text[%d:%d] is %q, and no surface is", m.Start, m.End, s)
			}
		}
	}
	if !strings.Contains(stdout, "l’OIM & l’ONU") {
		t.Errorf("characters are escaped: %s", lines[0])
	}
}

// Containers are shown and listed like folders.
func TestContainers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.jsonl": `{"text": "Un texte du 4 mai 2016."}` + "\n" + `{"text": "A text of 5 May 2016."}` + "\n", "list": "a.jsonl\n"})
	for _, args := range [][]string{{"show", "a.jsonl"}, {"show", "--files-from", "list"}} {
		status, stdout, stderr := tamis(t, dir, args...)
		if status != 0 || !strings.Contains(stdout, "a.jsonl!/1\n") || !strings.Contains(stdout, "⟦DATE|2016-05-05|5 May 2016⟧") {
			t.Errorf("%q: status %d\n%s%s", args, status, stdout, stderr)
		}
	}
	status, stdout, stderr := tamis(t, dir, "run", "--files-from", "list", "-o", "out")
	if status != 0 || !strings.Contains(stdout, "2 sources of 1 files = 2 documents + 0 rejects") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
}

func TestShowText(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.txt": "Genève, le 4 mai 2016 : l’OIM."})
	_, plain, _ := tamis(t, dir, "show", "a.txt")
	if !strings.Contains(plain, "⟦DATE|2016-05-04|4 mai 2016⟧") || strings.Contains(plain, "\x1b") {
		t.Errorf("not a terminal, so marks and no colour:\n%s", plain)
	}
	_, coloured, _ := tamis(t, dir, "show", "--color", "always", "a.txt")
	if !strings.Contains(coloured, "\x1b[32m4 mai 2016\x1b[0m") {
		t.Errorf("no colour:\n%q", coloured)
	}
}

// show writes a page, and what is known of mentions.
func TestShowPage(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.txt": "Genève, le 4 mai 2016 : l’OIM.", "latin.txt": "Gen\xe8ve, le 4 mai 2016, o\xf9 l'\xe9t\xe9 commence.", "h.html": "<p>A text of <b>5 May 2016</b>.</p>"})
	status, stdout, stderr := tamis(t, dir, "show", "--format", "html", "--raw", "--out", "p.html", "a.txt", "h.html", "latin.txt")
	if status != 0 || stdout != "" || stderr != "" {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
	page, err := os.ReadFile(filepath.Join(dir, "p.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`data-norm="2016-05-04"`, "&lt;b&gt;5 May 2016&lt;/b&gt;", "où l&#39;été commence.</pre>"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("no %q in the page", want)
		}
	}
	status, stdout, _ = tamis(t, dir, "show", "--why", "a.txt")
	if status != 0 || !strings.Contains(stdout, "4 mai 2016: DATE 2016-05-04, by ") {
		t.Errorf("status %d\n%s", status, stdout)
	}
	// A page that is not whole is none.
	if status, _, _ = tamis(t, dir, "show", "--format", "html", "--out", "none.html", "--model", "a.txt", "a.txt"); status == 0 {
		t.Error("a text is no model")
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*none*")); len(names) > 0 {
		t.Errorf("left behind: %q", names)
	}
}

// report writes a page beside the tables, and says how they compare with gold.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/x.txt": "Le 4 mai 2016, un texte bien français.\n", "gold/x.ann": "#id: x\n#lang: fr\n#---\nLe ⟦DATE|2016-05-04|4 mai 2016⟧, un texte bien français.\n",
		"other/y.ann": "#id: y\n#lang: fr\n#---\nAutre.\n"})
	if status, _, stderr := tamis(t, dir, "run", "dump", "-o", "out"); status != 0 {
		t.Fatal(stderr)
	}
	for _, args := range [][]string{{"report", "out"}, {"report", "out", "--gold", "gold", "--out", "out.html"}, {"report", "out/", "--gold", "gold", "--out", "-"}} {
		status, stdout, stderr := tamis(t, dir, args...)
		page := []byte(stdout)
		if args[len(args)-1] != "-" {
			var err error
			if page, err = os.ReadFile(filepath.Join(dir, "out.html")); err != nil || stdout != "out.html\n" {
				t.Errorf("%q: %v\n%s", args, err, stdout)
			}
		}
		scored := strings.Contains(string(page), "<td data-l=\"F1\" class=\"num\">1.000</td>") && strings.Contains(string(page), "1 of 1 are in this output")
		if status != 0 || stderr != "" || !strings.HasPrefix(string(page), "<!DOCTYPE html>") || scored != (len(args) > 2) {
			t.Errorf("%q: status %d, scored %t\n%s", args, status, scored, stderr)
		}
	}
	for _, c := range []struct {
		args    []string
		message string
	}{
		{[]string{"report", "dump"}, "dump is no output of tamis"},
		{[]string{"report"}, "report needs one argument, the folder of the tables"},
		{[]string{"report", "out", "--gold", "other"}, "none of its 1 documents is in out"},
		{[]string{"report", "out", "--gold", "dump"}, "no .ann files in dump"},
		{[]string{"report", "out", "--top", "0"}, "--top 0"},
	} {
		status, stdout, stderr := tamis(t, dir, c.args...)
		if status != exitUsage || stdout != "" || !strings.Contains(stderr, c.message) {
			t.Errorf("%q: status %d\n%s%s", c.args, status, stdout, stderr)
		}
	}
}

// diff ends with 0 on equal tables, 1 on others, 2 on trouble.
func TestDiff(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a/x.txt": "Le 4 mai 2016, un texte bien français.\n", "b/a/x.txt": "Le 5 mai 2016, un texte bien français.\n"})
	for _, args := range [][]string{{"run", "a", "-o", "one"}, {"run", "a", "-o", "two", "-j", "1"}, {"run", "b/a", "-o", "three"}} {
		if status, _, stderr := tamis(t, dir, args...); status != 0 {
			t.Fatal(stderr)
		}
	}
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"one", "two"}, 0, "The tables have the same rows."},
		{[]string{"one", "three"}, 1, "a/x.txt text, metadata, mentions"},
		{[]string{"one", "three", "--format", "json"}, 1, `"documents_changed": 1`},
		{[]string{"one", "three", "--format", "html"}, 1, "<!DOCTYPE html>"},
		{[]string{"one", "a"}, 2, "a is no output of tamis"},
		{[]string{"one"}, 2, "diff needs two folders"},
		{[]string{"one", "two", "--format", "xml"}, 2, "--format xml"},
		{[]string{"one", "two", "--out", "no/where.txt"}, 2, "no"},
	} {
		status, stdout, stderr := tamis(t, dir, append([]string{"diff"}, c.args...)...)
		if status != c.status || !strings.Contains(stdout+stderr, c.says) || (status == 2) != (stderr != "") {
			t.Errorf("diff %q: status %d, want %d\n%s%s", c.args, status, c.status, stdout, stderr)
		}
	}
}

func TestDoctor(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/x.txt": "Le 4 mai 2016, un texte bien français.\n"})
	if status, _, stderr := tamis(t, dir, "run", "dump", "-o", "out"); status != 0 {
		t.Fatal(stderr)
	}
	if err := os.CopyFS(filepath.Join(dir, "harmed"), os.DirFS(filepath.Join(dir, "out"))); err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"harmed/tables.md": "# Mine\n"})
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{nil, 0, "ok       models "},
		{[]string{"out"}, 0, "ok       references "},
		{[]string{"out", "--format", "json"}, 0, `"name": "checksums"`},
		{[]string{"harmed"}, 1, "problem  checksums    tables.md was changed after the run"},
		{[]string{"dump"}, 2, "dump is no output of tamis"},
		{[]string{"nowhere"}, 2, "nowhere: no such folder"},
		{[]string{"out", "harmed"}, 2, "one folder at a time"},
		{[]string{"out", "--format", "xml"}, 2, "--format xml"},
	} {
		status, stdout, stderr := tamis(t, dir, append([]string{"doctor"}, c.args...)...)
		if status != c.status || !strings.Contains(stdout+stderr, c.says) || (status == 2) != (stderr != "") {
			t.Errorf("doctor %q: status %d, want %d\n%s%s", c.args, status, c.status, stdout, stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "tamis run dump/ --out tables/"}, // no arguments: how to begin
		{[]string{"--help"}, "Exit status"},
		{[]string{"run", "--help"}, "--max-rejects"},
		{[]string{"show", "--help"}, "--format"},
		{[]string{"eval", "--help"}, "precision"},
		{[]string{"--version"}, "tamis version"},
		{[]string{"schema"}, "organization_id"},
		{[]string{"schema", "--format", "markdown"}, "| organization_id (key) |"},
		{[]string{"schema", "--format", "json"}, `"organization_id"`},
	} {
		status, stdout, stderr := tamis(t, t.TempDir(), c.args...)
		if status != 0 || stderr != "" || !strings.Contains(stdout, c.want) {
			t.Errorf("tamis %s: status %d, want %q in\n%s%s", strings.Join(c.args, " "), status, c.want, stdout, stderr)
		}
	}
}

// eval prints the scores and writes them beside what they rest on.
func TestEval(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"gold/x.ann": "#id: x\n#lang: fr\n#---\nLe ⟦DATE|2016-05-04|4 mai 2016⟧, un texte bien français, puis le ⟦DATE|2017|5 mai 2016⟧.\n"})
	status, stdout, stderr := tamis(t, dir, "eval", "gold", "--out", "scores")
	if status != 0 || !strings.Contains(stdout, "DATE      2     2 | 1.000 1.000 1.000    | 1.000 1.000 1.000    | 0.500 0.500 0.500") {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
	for name, want := range map[string]string{"scores.txt": stdout, "errors.tsv": "x\tDATE\tdiffers\t5 mai 2016\t2017\t5 mai 2016 = 2016-05-05\n"} {
		if b, err := os.ReadFile(filepath.Join(dir, "scores", name)); err != nil || string(b) != want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, b, want)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "scores", "predictions.jsonl"))
	if err != nil || strings.Count(string(b), "\n") != 1 || !strings.HasPrefix(string(b), `{"id":"x"`) {
		t.Errorf("predictions.jsonl: %v\n%s", err, b)
	}
}

// Corrections are applied by run and by show; lines that match nothing are
// warnings, those that can't be read are wrong usage.
func TestCorrections(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/a.txt": "Le texte du 4 mai 2016 de Terre Ferme.", "tamis.toml": "[run]\ncorrections = \"fixes.csv\"\n",
		"fixes.csv": "action,source,start_char,surface,new_type\nadd,dump/a.txt,,Terre Ferme,ORG\ndelete,dump/a.txt,1,Terre,\ndelete,dump/b.txt,,x,\n",
		"bad.csv":   "action,source\ndelete\n"})
	const first = "fixes.csv, line 3 does nothing: dump/a.txt: at 1 the text has \"e tex\", not \"Terre\"\n"
	const second = "fixes.csv, line 4 does nothing: no document dump/b.txt is in the input\n"
	status, stdout, stderr := tamis(t, dir, "run", "dump", "-o", "out")
	if status != 0 || !strings.Contains(stdout, "Corrections of fixes.csv: 0 mentions changed, 1 added, 0 deleted.") || stderr != "tamis: "+first+"tamis: "+second {
		t.Errorf("run: status %d\n%s%s", status, stdout, stderr)
	}
	if status, stdout, stderr = tamis(t, dir, "run", "dump", "-o", "out", "-q"); status != 0 || stdout+stderr != "" {
		t.Errorf("run -q: status %d\n%s%s", status, stdout, stderr)
	}
	_, _, stderr = tamis(t, dir, "run", "dump", "-o", "out", "--log-format", "json")
	var warning struct {
		Level, Msg, File, Source, Reason string
		Line                             int
	}
	line := ""
	for l := range strings.Lines(stderr) {
		if line == "" && strings.Contains(l, `"WARN"`) {
			line = l
		}
	}
	if err := json.Unmarshal([]byte(line), &warning); err != nil || warning.Line != 3 || warning.File != "fixes.csv" || warning.Source != "dump/a.txt" ||
		!strings.HasPrefix(warning.Reason, "at 1 ") {
		t.Errorf("log: %s", line)
	}
	status, stdout, stderr = tamis(t, dir, "show", "dump", "--corrections", "fixes.csv", "--why")
	if status != 0 || !strings.Contains(stdout, "⟦ORG|Terre Ferme|Terre Ferme⟧") || !strings.Contains(stdout, "correction: add") || stderr != "tamis: "+first {
		t.Errorf("show: status %d\n%s%s", status, stdout, stderr)
	}
	write(t, dir, map[string]string{"many.csv": "action,entity_id\n" + strings.Repeat("delete,org:a\n", 3) + func() (s string) {
		for i := range maxWarnings + 1 {
			s += fmt.Sprintf("delete,org:b%d\n", i)
		}
		return s
	}()})
	_, _, stderr = tamis(t, dir, "run", "dump", "-o", "out", "--corrections", "many.csv")
	if strings.Count(stderr, "\n") != maxWarnings+1 || !strings.HasSuffix(stderr, "\ntamis: many.csv, and 2 more lines do nothing; run.json lists them\n") {
		t.Errorf("many warnings:\n%s", stderr)
	}
	status, _, stderr = tamis(t, dir, "run", "dump", "-o", "out", "--corrections", "bad.csv")
	if status != exitUsage || !strings.HasPrefix(stderr, "tamis: --corrections bad.csv: line 2: what should delete apply to?") {
		t.Errorf("a bad line: status %d, %s", status, stderr)
	}
	_, _, stderr = tamis(t, dir, "run", "dump", "-o", "out", "--corrections", "bad.csv", "--log-format", "json")
	var failed struct {
		Level, Error string
		Status       int
	}
	if err := json.Unmarshal([]byte(stderr), &failed); err != nil || failed.Level != "ERROR" || failed.Status != exitUsage || !strings.HasPrefix(failed.Error, "--corrections bad.csv: line 2") {
		t.Errorf("a bad line, as JSON: %v, %s", err, stderr)
	}
}
