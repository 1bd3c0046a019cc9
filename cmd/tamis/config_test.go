package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What stands in the file is in force, the command's table before the rest, the
// command line before both; and config says so.
func TestConfig(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"tamis.toml":     "workers = 1\nrepeat-min = 3\n[run]\nout = 'from file'\nrepeat-min = 4\nmax-rejects = 0\ntext-field = ['body', 'a,b']\n[show]\nformat = \"json\"\n",
		"other/my.toml":  "[run]\nout = 'elsewhere'\n",
		"a.txt":          "Le 4 mai 2016, un texte bien français.",
		"x.jsonl":        `{"a,b": "Le 5 mai 2016, un texte bien français."}` + "\n",
		"empty/none.txt": "",
	})
	status, stdout, stderr := tamis(t, dir, "config", "run")
	for _, want := range []string{
		"[run]\n",
		"workers = 1                              # tamis.toml\n",
		"repeat-min = 4                           # tamis.toml [run]\n",
		"out = 'from file'                        # tamis.toml [run]\n",
		"text-field = ['body', 'a,b']             # tamis.toml [run]\n",
		"#max-depth = 4                           # default\n",
	} {
		if status != 0 || stderr != "" || !strings.Contains(stdout, want) {
			t.Errorf("status %d, no %q in\n%s%s", status, want, stdout, stderr)
		}
	}
	// What config prints is a configuration file with the same values.
	_, all, _ := tamis(t, dir, "config")
	write(t, dir, map[string]string{"printed.toml": all})
	if status, again, stderr := tamis(t, dir, "config", "--config", "printed.toml"); status != 0 || values(again) != values(all) {
		t.Errorf("status %d, %s\n%s\nwas\n%s", status, stderr, again, all)
	}

	if status, stdout, stderr := tamis(t, dir, "run", "a.txt", "x.jsonl"); status != 0 || !strings.Contains(stdout, "2 documents") || !strings.Contains(stdout, "Tables: from file\n") {
		t.Errorf("run: status %d\n%s%s", status, stdout, stderr)
	}
	if status, stdout, stderr := tamis(t, dir, "run", "a.txt", "empty", "--config", "other/my.toml", "--out", "flag"); status != 0 || !strings.Contains(stdout, "Tables: flag\n") {
		t.Errorf("run: status %d\n%s%s", status, stdout, stderr)
	}
	if status, _, stderr := tamis(t, dir, "run", "a.txt", "empty"); status != exitRejects {
		t.Errorf("run: status %d\n%s", status, stderr)
	}
	if status, _, stderr := tamis(t, dir, "run", "a.txt", "--config", "none"); status != exitUsage || !strings.Contains(stderr, "--out is missing") {
		t.Errorf("run: status %d\n%s", status, stderr)
	}
	if status, stdout, stderr := tamis(t, dir, "show", "a.txt"); status != 0 || !strings.HasPrefix(stdout, `{"id":"a"`) {
		t.Errorf("show: status %d\n%s%s", status, stdout, stderr)
	}
	if status, stdout, stderr := tamis(t, dir, "show", "a.txt", "--format", "text"); status != 0 || !strings.HasPrefix(stdout, "a.txt\n") {
		t.Errorf("show: status %d\n%s%s", status, stdout, stderr)
	}
}

// values returns the lines of a configuration file that set something.
func values(file string) string {
	var lines []string
	for line := range strings.Lines(file) {
		if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "\n")
}

// A file that can't be meant is refused, with the place and what to do.
func TestConfigTrouble(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.txt": "Un texte."})
	for _, c := range []struct{ file, says string }{
		{"workers = ", "tamis.toml, line 1: "},
		{"\n\nx y", "tamis.toml, line 3: "},
		{"worker = 3", "no command has a flag --worker; did you mean workers?"},
		{"max_bytes = 3", "no command has a flag --max_bytes; did you mean max-bytes?"},
		{"[runs]\nworkers = 3", "[runs] is no command of tamis; did you mean run?"},
		{"[run]\nnonsense = true", "run has no flag --nonsense"},
		{"out = 'x'", "out is not the same in "},
		{"workers = 'many'", "tamis.toml: workers = many: a whole number is wanted"},
		{"workers = [1, 2]", "one value is wanted, not a list"},
		{"workers = -2", "--workers -2: a count can't be negative"},
		{"prose = 'perhaps'", "true or false is wanted"},
		{"text-field = [1]", "a list of strings is wanted"},
		{"[show]\nformat = 'xml'", "--format xml: text, html or json"},
		{"[show]\nhelp = true", "show has no flag --help"},
	} {
		write(t, dir, map[string]string{"tamis.toml": c.file})
		status, stdout, stderr := tamis(t, dir, "show", "a.txt")
		if status != exitUsage || stdout != "" || !strings.Contains(stderr, c.says) {
			t.Errorf("%q: status %d, want %q in\n%s%s", c.file, status, c.says, stdout, stderr)
		}
	}
	if status, _, stderr := tamis(t, dir, "show", "a.txt", "--config", "my.toml"); status != exitUsage || !strings.Contains(stderr, "--config my.toml: no such file") {
		t.Errorf("a file that is named and is not there: status %d, %s", status, stderr)
	}
}

// Every flag has a short help that begins in lower case and does not end in a
// full stop, an argument that is named the same everywhere, and stands in the man
// page; every command has an example.
func TestCommandsAlike(t *testing.T) {
	root := newRoot()
	var man strings.Builder
	if err := writeMan(&man, root); err != nil {
		t.Fatal(err)
	}
	types := make(map[string]string)
	for _, c := range root.Commands() {
		if c.Example == "" && c.Flags().HasFlags() {
			t.Errorf("%s has no example", c.Name())
		}
		for line := range strings.Lines(c.Example) {
			if !strings.Contains(line, "tamis ") {
				t.Errorf("%s: example %q", c.Name(), line)
			}
		}
		for name, f := range configurable(c) {
			if f.Usage == "" || strings.HasSuffix(f.Usage, ".") || strings.ToLower(f.Usage[:1]) != f.Usage[:1] && !strings.HasPrefix(f.Usage, "JSON") {
				t.Errorf("%s --%s: help %q", c.Name(), name, f.Usage)
			}
			// A flag of one meaning is one flag everywhere.
			if was := types[f.Usage]; was != "" && was != name+f.Value.Type()+f.Shorthand {
				t.Errorf("%s --%s is %s elsewhere", c.Name(), name, was)
			}
			types[f.Usage] = name + f.Value.Type() + f.Shorthand
			if !strings.Contains(man.String(), roff("--"+name)) {
				t.Errorf("--%s is not in the man page", name)
			}
		}
	}
	for line := range strings.Lines(man.String()) {
		if strings.HasPrefix(line, "'") {
			t.Errorf("roff would take %q for a request", line)
		}
	}
	if groff, err := exec.LookPath("groff"); err == nil {
		cmd := exec.Command(groff, "-man", "-Tutf8", "-ww")
		cmd.Stdin = strings.NewReader(man.String())
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "User Commands") || strings.Contains(string(out), "troff:") {
			t.Errorf("groff: %v\n%s", err, out)
		}
	}
}

// The shell completes commands, flags and the words that a flag takes.
func TestCompletion(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"do"}, "doctor\t"},
		{[]string{"show", "--format", ""}, "html\n"},
		{[]string{"show", "--wh"}, "--why\t"},
		{[]string{"report", ""}, ":16\n"}, // folders alone
	} {
		status, stdout, _ := tamis(t, dir, append([]string{cobra.ShellCompRequestCmd}, c.args...)...)
		if status != 0 || !strings.Contains(stdout, c.want) {
			t.Errorf("%q: status %d, %q", c.args, status, stdout)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if status, stdout, _ := tamis(t, dir, "completion", shell); status != 0 || !strings.Contains(stdout, "tamis") {
			t.Errorf("%s: status %d", shell, status)
		}
	}
}

// --quiet says nothing, --verbose also what was rejected.
func TestQuietVerbose(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"dump/a.txt": "Un texte bien français.", "dump/b.txt": ""})
	status, stdout, stderr := tamis(t, dir, "run", "dump", "-o", "out", "--quiet")
	if status != 0 || stdout+stderr != "" {
		t.Errorf("quiet: status %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr = tamis(t, dir, "run", "dump", "-o", "out", "-v")
	if status != 0 || !strings.Contains(stdout, "1 rejects") || !strings.Contains(stderr, "rejected dump/b.txt: empty: no bytes\n") || !strings.Contains(stderr, "extract (stage") {
		t.Errorf("verbose: status %d\n%s%s", status, stdout, stderr)
	}
	if status, _, stderr := tamis(t, dir, "run", "dump", "-o", "out", "--quiet", "--max-rejects", "0"); status != exitRejects || !strings.Contains(stderr, "1 sources were rejected") {
		t.Errorf("errors are not to be silenced: status %d\n%s", status, stderr)
	}
}

// What has been seen to confuse: each with a message that says what to do.
func TestMessages(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"a.txt": "Un texte bien français."})
	if status, _, stderr := tamis(t, dir, "run", "a.txt", "-o", "out"); status != 0 {
		t.Fatal(stderr)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"run", "", "-o", "new"}, "an INPUT is empty: is a variable of your script not set?"},
		{[]string{"run", "out", "-o", "new"}, "out holds tables that tamis wrote, no documents"},
		{[]string{"show", "out"}, "out holds tables that tamis wrote, no documents"},
		{[]string{"run", "a.txt", "-o", "new", "--max-depth", "-1"}, "--max-depth -1: a count can't be negative"},
		{[]string{"run", "a.txt", "-o", "new", "--max-rejects", "-3"}, "--max-rejects -3: a count can't be negative"},
		{[]string{"run", "a.txt"}, "See 'tamis run --help'."},
		{[]string{"--nonsense"}, "See 'tamis --help'."},
	} {
		status, stdout, stderr := tamis(t, dir, c.args...)
		if status != exitUsage || stdout != "" || !strings.Contains(stderr, c.says) {
			t.Errorf("%q: status %d, want %q in\n%s%s", c.args, status, c.says, stdout, stderr)
		}
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*new*")); len(names) > 0 {
		t.Errorf("left behind: %q", names)
	}
}
