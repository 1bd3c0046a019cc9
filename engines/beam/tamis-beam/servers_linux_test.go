package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Runners in processes of their own, whose workers are found in /proc.

// TestTablesOnPrismServer has Prism in a process of its own, which starts the
// workers in others. When a worker is killed, Prism mostly gives the job up, and
// sometimes waits for ever; the same command on another server ends it.
func TestTablesOnPrismServer(t *testing.T) {
	prism, tool := buildProgram(t, "github.com/apache/beam/sdks/v2/go/cmd/prism"), buildProgram(t, ".")
	s := newSample(t, 5)
	job := func() (server *os.Process, args []string) {
		port := freePort(t)
		server = serve(t, port, prism, "--job_port", strconv.Itoa(port), "--serve_http=false")
		return server, []string{"--plan", s.plan, "--tamis", s.tamis, "--workers", "1", "--runner", "universal", "--endpoint", address(port), "--environment_type", "PROCESS"}
	}
	server, args := job()
	if err := killDuring(t, server, s, 20*time.Second, tool, args); err == nil {
		t.Error("the job ended well although its worker was killed; then the README is wrong")
	}
	_, args = job()
	command(t, ".", tool, args...)
	s.check(t)
}

// TestTablesOnFlink has Flink's embedded cluster behind Beam's job server. A
// worker is killed in the first phase, and Flink starts another one.
func TestTablesOnFlink(t *testing.T) {
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
	err := killDuring(t, server, s, 5*time.Minute, buildProgram(t, "."), []string{"--plan", s.plan, "--tamis", s.tamis, "--workers", "1",
		"--runner", "flink", "--endpoint", address(port), "--environment_type", "PROCESS", "--parallelism", "2"})
	if err != nil {
		t.Fatalf("the job whose worker was killed: %v", err)
	}
	s.check(t)
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
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its workers end with it
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
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

// killDuring runs the tool and kills the worker when the first shard is done. It
// returns the tool's error; a tool that does not end in time is killed too.
func killDuring(t *testing.T, server *os.Process, s sample, patience time.Duration, tool string, args []string) error {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(tool, args...)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for start := time.Now(); ; {
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
		if time.Since(start) > 5*time.Minute {
			_ = cmd.Process.Kill()
			<-ended
			t.Fatalf("no shard was done in five minutes:\n%s", said.String())
		}
	}
	worker, err := childOf(server.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(worker, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case err = <-ended:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		err = <-ended
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, tail(said.String(), 5000))
	}
	return nil
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
