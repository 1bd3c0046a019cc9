package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestParsePhases(t *testing.T) {
	for s, want := range map[string]string{
		"map\t4\nwrite\t12\n": "[{map 4} {write 12}] <nil>",
		"map\t0":              "[{map 0}] <nil>",
		"":                    "[] the plan has no phases",
		"map 4\n":             `[] "map 4\n" is not a phase and the number of its shards`,
		"map\t-1\n":           `[] "map\t-1\n" is not a phase and the number of its shards`,
		"\t4\n":               `[] "\t4\n" is not a phase and the number of its shards`,
	} {
		phases, err := parsePhases(s)
		if got := fmt.Sprint(phases, err); got != want {
			t.Errorf("parsePhases(%q):\n got %s\nwant %s", s, got, want)
		}
	}
}

// TestBarriers runs a fake plan, whose shards fail when the phase before is not
// complete, on Prism in this process.
func TestBarriers(t *testing.T) {
	dir := fakeJob(t)
	if err := run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "committed")); err != nil {
		t.Error(err)
	}
	var want []string
	for _, f := range fakePhases {
		for i := range f.Shards {
			want = append(want, f.Name+"-"+strconv.Itoa(i))
		}
	}
	got := started(t, dir)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("shards\n got %v\nwant %v", got, want)
	}
}

// TestFailure has a shard fail: Prism does not repeat it, the job says why, and
// the same command does what is missing.
func TestFailure(t *testing.T) {
	dir := fakeJob(t)
	trouble := filepath.Join(dir, "fail-merge-1")
	if err := os.WriteFile(trouble, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	err := run(context.Background())
	if err == nil || !strings.Contains(err.Error(), "no room left for merge-1") {
		t.Errorf("the error of the job is %v", err)
	}
	for _, name := range []string{"committed", "total-0"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is there after a shard has failed", name)
		}
	}
	if err := os.Remove(trouble); err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "committed")); err != nil {
		t.Error(err)
	}
	if n := len(slices.DeleteFunc(started(t, dir), func(s string) bool { return s != "map-0" })); n != 1 {
		t.Errorf("a shard that was done was begun %d times", n)
	}
}

func TestRefusals(t *testing.T) {
	*plan = ""
	if err := run(context.Background()); err == nil || err.Error() != "--plan is missing" {
		t.Errorf("without a plan: %v", err)
	}
	fakeJob(t)
	*program = filepath.Join(t.TempDir(), "tamis")
	if err := run(context.Background()); err == nil {
		t.Error("ran without tamis")
	}
}

// A sample is a plan of real documents and the tables that "tamis run" makes of
// them.
type sample struct {
	tamis, plan   string
	tables, wants string
}

// newSample plans copies of the sample dump in 8 shards.
func newSample(t *testing.T, copies int) sample {
	t.Helper()
	dir := t.TempDir()
	s := sample{os.Getenv("TAMIS"), filepath.Join(dir, "plan"), filepath.Join(dir, "tables"), filepath.Join(dir, "wants")}
	if s.tamis == "" {
		s.tamis = filepath.Join(dir, "tamis")
		command(t, "../../..", "go", "build", "-o", s.tamis, "./cmd/tamis")
	}
	dump := filepath.Join(dir, "dump")
	for i := range copies {
		if err := os.CopyFS(filepath.Join(dump, fmt.Sprint("copy", i)), os.DirFS("../../../testdata/dump")); err != nil {
			t.Fatal(err)
		}
	}
	command(t, dir, s.tamis, "run", dump, "--out", s.wants, "-q")
	command(t, dir, s.tamis, "plan", dump, "--shards", "8", "--out", s.tables, "--plan", s.plan)
	return s
}

// check compares the tables, whose rows may stand in other parts.
func (s sample) check(t *testing.T) {
	t.Helper()
	out := command(t, ".", s.tamis, "diff", s.wants, s.tables)
	if !strings.Contains(out, "The tables have the same rows.") {
		t.Errorf("tamis diff:\n%s", out)
	}
}

// command runs a program to its end and returns its output.
func command(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// buildProgram builds a program of this module's dependencies, or its own.
func buildProgram(t *testing.T, pkg string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "program")
	command(t, ".", "go", "build", "-o", file, pkg)
	return file
}

// serve starts a server that ends with the test, and waits until it listens.
func serve(t *testing.T, port int, name string, args ...string) *os.Process {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, tail(said.String(), 10000))
		}
	})
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		c, err := net.Dial("tcp", address(port))
		if err == nil {
			_ = c.Close()
			return cmd.Process
		}
		if time.Since(start) > 60*time.Second {
			t.Fatal(err)
		}
	}
}

func address(port int) string { return fmt.Sprintf("localhost:%d", port) }

// freePort returns a port that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestTablesOnPrism(t *testing.T) {
	s := newSample(t, 1)
	*program, *plan = s.tamis, s.plan
	if err := run(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.check(t)
}

// TestTablesOnPrismServer has Prism in a process of its own, which starts the
// workers in others. When a worker is killed, Prism gives the job up; the same
// command ends it.
func TestTablesOnPrismServer(t *testing.T) {
	needProcesses(t)
	port := freePort(t)
	server := serve(t, port, buildProgram(t, "github.com/apache/beam/sdks/v2/go/cmd/prism"), "--job_port", strconv.Itoa(port), "--serve_http=false")
	s := newSample(t, 5)
	job := []string{"--plan", s.plan, "--tamis", s.tamis, "--workers", "1", "--runner", "universal", "--endpoint", address(port), "--environment_type", "PROCESS"}
	tool := buildProgram(t, ".")
	killed, err := killDuring(t, server, s, tool, job)
	if err == nil || !strings.Contains(err.Error(), "worker disconnected") {
		t.Errorf("the job whose worker %d was killed: %v", killed, err)
	}
	command(t, ".", tool, job...)
	s.check(t)
}

// TestTablesOnFlink has Flink's embedded cluster behind Beam's job server. A
// worker is killed in the first phase, and Flink starts another one.
func TestTablesOnFlink(t *testing.T) {
	needProcesses(t)
	jars := os.Getenv("FLINK_JARS")
	if jars == "" {
		t.Skip("FLINK_JARS does not name the folder with Flink's jars: see make test-beam")
	}
	port := freePort(t)
	args := []string{"-Xmx1g"}
	for _, p := range []string{"lang", "nio", "time", "util"} {
		args = append(args, "--add-opens=java.base/java."+p+"=ALL-UNNAMED")
	}
	server := serve(t, port, "java", append(args, "-cp", filepath.Join(jars, "*"), "org.apache.beam.runners.flink.FlinkJobServerDriver",
		"--job-host=localhost", "--job-port="+strconv.Itoa(port), "--artifact-port=0", "--expansion-port=0", "--artifacts-dir="+t.TempDir(),
		"--flink-master=[local]", "--flink-conf-dir=../flink/conf")...)
	s := newSample(t, 30)
	killed, err := killDuring(t, server, s, buildProgram(t, "."), []string{"--plan", s.plan, "--tamis", s.tamis, "--workers", "1",
		"--runner", "flink", "--endpoint", address(port), "--environment_type", "PROCESS", "--parallelism", "2"})
	if err != nil {
		t.Fatalf("the job whose worker %d was killed: %v", killed, err)
	}
	s.check(t)
}

func needProcesses(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("workers are found in /proc, which is Linux's")
	}
}

// killDuring runs the tool and kills the worker when the first shard is done. It
// returns the worker and the tool's error.
func killDuring(t *testing.T, server *os.Process, s sample, tool string, args []string) (worker int, err error) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(tool, args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			t.Fatalf("the job ended before its worker was killed: %v\n%s", err, said.String())
		case <-time.After(10 * time.Millisecond):
		}
		done, err := filepath.Glob(filepath.Join(s.plan, "map", "*.done"))
		if err != nil {
			t.Fatal(err)
		}
		if len(done) > 0 {
			break
		}
	}
	if worker, err = childOf(server.Pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(worker, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		return worker, fmt.Errorf("%w\n%s", err, tail(said.String(), 5000))
	}
	return worker, nil
}

// childOf returns the process that a server started.
func childOf(parent int) (int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, name := range stats {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent …; the name may hold anything.
		fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			return strconv.Atoi(filepath.Base(filepath.Dir(name)))
		}
	}
	return 0, fmt.Errorf("process %d has started none", parent)
}
