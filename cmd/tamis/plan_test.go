package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tamis/pipeline"
)

// TestPlan makes a plan and does it with the command alone, as an array of tasks of
// each engine would: the tables are those of a run.
func TestPlan(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"dump/a.example/1.txt":    "Home\nMenu\nThe African Union met in Geneva on 3 May 2016.\n",
		"dump/a.example/2.txt":    "Home\nMenu\nL'Union africaine (UA) siège à Addis-Abeba.\n",
		"dump/a.example/3.txt":    "Home\nMenu\nUA says nothing.\n",
		"dump/b.example/rec.json": strings.Repeat("{\"text\": \"Home\\nOne of many.\"}\n", 40),
		"dump/c.bin":              "\x00\x01\x02",
	})
	run := func(want int, env []string, args ...string) (stdout, stderr string) {
		t.Helper()
		status, stdout, stderr := tamisAs(t, func(c *exec.Cmd) { c.Env = append(c.Env, env...) }, dir, args...)
		if status != want {
			t.Fatalf("%v, %v: status %d, want %d\n%s%s", env, args, status, want, stdout, stderr)
		}
		return stdout, stderr
	}
	run(0, nil, "run", "dump", "--out", "single", "--model", "none", "-q")
	if out, _ := run(0, nil, "plan", "dump", "--shards", "3", "--out", "tables", "--model", "none"); !strings.Contains(out, "5 files") || !strings.Contains(out, "3 shards") {
		t.Errorf("plan says %s", out)
	}
	const plan = "--plan=tables/.plan"
	phases, _ := run(0, nil, "plan", "phases", plan)
	status, _ := run(exitMissing, nil, "plan", "status", plan)
	if !strings.Contains(status, "map           0 of      3 done; missing: 0-2\n") {
		t.Errorf("status:\n%s", status)
	}
	if _, says := run(exitFailed, nil, "commit", plan); !strings.Contains(says, "not done yet") {
		t.Errorf("commit too early: %s", says)
	}
	arrays := []func(task string) []string{
		func(task string) []string { return []string{"SLURM_ARRAY_TASK_ID=" + task, "SLURM_ARRAY_TASK_COUNT=2"} },
		func(task string) []string { return []string{"JOB_COMPLETION_INDEX=" + task} },
		func(task string) []string { return []string{"AWS_BATCH_JOB_ARRAY_INDEX=" + task} },
		func(task string) []string { return []string{"CLOUD_RUN_TASK_INDEX=" + task, "CLOUD_RUN_TASK_COUNT=2"} },
	}
	for i, line := range strings.Split(strings.TrimSpace(phases), "\n") {
		phase, _, _ := strings.Cut(line, "\t")
		for _, task := range []string{"1", "0", "1"} { // one of them twice
			run(0, arrays[i%len(arrays)](task), "shard", phase, plan, "--count", "2", "--memory", "16MiB")
		}
	}
	status, _ = run(0, nil, "plan", "status", plan, "--format", "json")
	var all []pipeline.PhaseStatus
	if err := json.Unmarshal([]byte(status), &all); err != nil || len(all) == 0 || all[0].Done != 3 {
		t.Errorf("status: %v\n%s", err, status)
	}
	if out, _ := run(0, nil, "commit", plan); !strings.Contains(out, "documents ") || !strings.Contains(out, "Tables: ") {
		t.Errorf("commit says %s", out)
	}
	if out, _ := run(0, nil, "diff", "single", "tables"); strings.Contains(out, "changed") {
		t.Errorf("the tables are not those of a run:\n%s", out)
	}
	if out, _ := run(0, nil, "doctor", "tables"); !strings.Contains(out, "ok") {
		t.Errorf("doctor: %s", out)
	}
	// The plan outlives the publication.
	if _, err := os.Stat(filepath.Join(dir, "tables", ".plan", "plan.json")); err != nil {
		t.Error(err)
	}
	run(0, nil, "plan", "status", plan)

	for _, c := range []struct {
		args string
		want string
	}{
		{"plan dump --out x", "--shards is missing"},
		{"plan dump --shards 2", "--out is missing"},
		{"plan - --shards 2 --out x", "standard input"},
		{"shard map --index 0", "--plan is missing"},
		{"shard map " + plan, "--index is missing"},
		{"shard map --index 5 --count 2 " + plan, "the last one has the index 1"},
		{"shard reduce --index 0 " + plan, "reduce is no phase"},
		{"plan status --format xml " + plan, "text or json"},
	} {
		if _, says := run(exitUsage, nil, strings.Fields(c.args)...); !strings.Contains(says, c.want) {
			t.Errorf("%s: %s", c.args, says)
		}
	}
	run(exitFailed, nil, "plan", "status", "--plan", "nowhere")
}

func TestRanges(t *testing.T) {
	for want, ns := range map[string][]int{"": nil, "4": {4}, "0-3,7": {0, 1, 2, 3, 7}, "1,3,5-6": {1, 3, 5, 6}} {
		if got := ranges(ns); got != want {
			t.Errorf("%v: %q, want %q", ns, got, want)
		}
	}
}
