package pipeline

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// doShard does what a child process of the test is asked for.
func doShard(job string) error {
	var phase string
	var index, workers int
	var memory int64
	dir, rest, _ := strings.Cut(job, "|")
	if _, err := fmt.Sscan(rest, &phase, &index, &workers, &memory); err != nil {
		return err
	}
	p, err := OpenPlan(dir)
	if err != nil {
		return err
	}
	p.Workers, p.Memory = workers, memory
	return p.Do(context.Background(), phase, index)
}

// TestShardKills does the indices of each phase in any order, often twice at once,
// with other memory each time, and kills the processes at random moments, until all
// is done: the rows are those of a run, and each index has one marker and the files
// of one attempt.
func TestShardKills(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes for some seconds")
	}
	g := newGrowing(t)
	g.step(t, 120)
	longContainers(t, g)
	cfg := Config{Model: "none"}
	dir := t.TempDir()
	single := filepath.Join(dir, "single")
	run(t, cfg, g.dir, single)
	random := rand.New(rand.NewPCG(uint64(*crashes), 2))
	out := filepath.Join(dir, "out")
	p, err := MakePlan(cfg, []string{g.dir}, out, filepath.Join(dir, "plan"), 3)
	if err != nil {
		t.Fatal(err)
	}
	child := func(phase string, index int) *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		memory := []int64{1 << 20, 64 << 20, 1 << 30}[random.IntN(3)]
		cmd.Env = append(os.Environ(), fmt.Sprintf("TAMIS_TEST_SHARD=%s|%s %d %d %d", p.Dir(), phase, index, 1+random.IntN(3), memory))
		return cmd
	}
	killed, doubled := 0, 0
	for _, f := range p.Phases() {
		for round := 0; ; round++ {
			done, err := p.done(f)
			if err != nil {
				t.Fatal(err)
			}
			var todo []int
			for i := range done {
				if !done[i] || round == 0 && random.IntN(4) == 0 { // some that are done
					todo = append(todo, i)
				}
			}
			if len(todo) == 0 {
				break
			}
			random.Shuffle(len(todo), func(i, j int) { todo[i], todo[j] = todo[j], todo[i] })
			for _, i := range todo[:min(len(todo), 2)] {
				var all []*exec.Cmd
				for range 1 + random.IntN(2) {
					cmd := child(f.Name, i)
					var says bytes.Buffer
					cmd.Stderr = &says
					if err := cmd.Start(); err != nil {
						t.Fatal(err)
					}
					all = append(all, cmd)
					if round < 1+*crashes/3 && random.IntN(4) > 0 {
						// Some indices take ten times as long as others.
						wait := time.Duration(random.Int64N(int64(160*time.Millisecond))) >> random.IntN(5)
						timer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
						defer timer.Stop()
					}
				}
				if len(all) > 1 {
					doubled++
				}
				for _, cmd := range all {
					if err := cmd.Wait(); err != nil {
						if cmd.ProcessState.ExitCode() > 0 {
							t.Errorf("%s %d: %v: %s", f.Name, i, err, cmd.Stderr)
						}
						killed++
					}
				}
			}
		}
	}
	t.Logf("%d processes killed, %d indices done by two at once", killed, doubled)
	if killed == 0 || doubled == 0 {
		t.Errorf("%d processes killed, %d indices done by two at once", killed, doubled)
	}

	// What is damaged later is told, and done again.
	m, err := p.marker("write", 1)
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	if err := os.Truncate(p.path("write", m, tallyFile), 10); err != nil {
		t.Fatal(err)
	}
	if st, err := p.Status(); err != nil || len(st[len(st)-2].Damaged) != 1 {
		t.Errorf("%+v, %v", st, err)
	}
	if _, err := p.Commit(t.Context()); err == nil || !strings.Contains(err.Error(), tallyFile) {
		t.Errorf("commit of what is damaged: %v", err)
	}
	if b, err := child("write", 1).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	if _, err := p.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	sameRows(t, "killed", out, single)
	for _, f := range p.Phases() {
		for i := range f.Shards {
			entries, err := os.ReadDir(filepath.Join(p.Dir(), f.Name, indexName(i)))
			if err != nil || len(entries) != 1 {
				t.Errorf("%s %d: %d attempts are left, %v", f.Name, i, len(entries), err)
			}
		}
	}
}
