package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/log"
)

// tamis is the program that works on a plan. A plan is bound to the program that
// made it, and this one is another, so shards are done by that very file. It
// also keeps their memory out of Beam's worker.
type tamis struct {
	Program string
	Plan    string
	Memory  string // of one shard; "" for the program's default
	Threads int    // of one shard; 0 for the program's default
	AtOnce  int    // shards of one worker; 0 for the number of its cores
}

// seats are taken by the shards that this worker is doing. Runners hand out as
// many as they have threads, and Prism all there are; memory is for a few.
var seats struct {
	once sync.Once
	free chan struct{}
}

// takeSeat waits for a seat; the function that it returns leaves it.
func (t tamis) takeSeat(ctx context.Context) (leave func(), err error) {
	seats.once.Do(func() { seats.free = make(chan struct{}, cmp.Or(t.AtOnce, runtime.NumCPU())) })
	select {
	case seats.free <- struct{}{}:
		return func() { <-seats.free }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A phase is a step of the plan. Its shards can be done in any order and at
// the same time.
type phase struct {
	Name   string
	Shards int
}

// phases asks for the phases of the plan, in their order.
func (t tamis) phases(ctx context.Context) ([]phase, error) {
	out, err := t.run(ctx, "plan", "phases", "--plan", t.Plan)
	if err != nil {
		return nil, err
	}
	return parsePhases(string(out))
}

func parsePhases(s string) ([]phase, error) {
	var phases []phase
	for line := range strings.Lines(s) {
		name, count, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		n, err := strconv.Atoi(count)
		if err != nil || n < 0 || name == "" {
			return nil, fmt.Errorf("%q is not a phase and the number of its shards", line)
		}
		phases = append(phases, phase{name, n})
	}
	if len(phases) == 0 {
		return nil, fmt.Errorf("the plan has no phases")
	}
	return phases, nil
}

// shard does a shard of a phase, unless it is done. The number of shards goes with
// it, since tamis would look for one in the environment.
func (t tamis) shard(ctx context.Context, f phase, index int) error {
	args := []string{"shard", f.Name, "--plan", t.Plan, "--index", strconv.Itoa(index), "--count", strconv.Itoa(f.Shards)}
	if t.Memory != "" {
		args = append(args, "--memory", t.Memory)
	}
	if t.Threads > 0 {
		args = append(args, "--workers", strconv.Itoa(t.Threads))
	}
	leave, err := t.takeSeat(ctx)
	if err != nil {
		return err
	}
	defer leave()
	_, err = t.run(ctx, args...)
	return err
}

// commit publishes the tables.
func (t tamis) commit(ctx context.Context) error {
	_, err := t.run(ctx, "commit", "--plan", t.Plan)
	return err
}

// run runs the program and returns its output. What it says goes to Beam's log
// and, when it fails, into the error.
func (t tamis) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, t.Program, args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	// The child is bound to the thread that starts it, see endWithParent.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	endWithParent(cmd)
	err := cmd.Run()
	if text := strings.TrimSpace(said.String()); text != "" {
		log.Infof(ctx, "tamis %s: %s", strings.Join(args, " "), text)
	}
	if err != nil {
		return nil, fmt.Errorf("tamis %s: %w: %s", strings.Join(args, " "), err, tail(said.String(), 2000))
	}
	return out.Bytes(), nil
}

// tail returns the end of s.
func tail(s string, n int) string {
	s = strings.TrimSpace(s)
	if len(s) > n {
		s = "…" + strings.ToValidUTF8(s[len(s)-n:], "")
	}
	return s
}
