// Command tamis-beam works off a plan of tamis on Apache Beam: Prism, Flink or
// another runner. Beam places the shards, repeats those that fail and waits
// between phases; the program tamis, which all workers reach, does the work.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"
)

var (
	plan    = flag.String("plan", "", "folder that \"tamis plan\" wrote, at the same path on every worker (required)")
	program = flag.String("tamis", "tamis", "the program tamis that made the plan, at the same path on every worker")
	memory  = flag.String("memory", "", "memory of one shard, as tamis reads it")
	threads = flag.Int("workers", 0, "goroutines of one shard, 0 for as many as the machine has cores")
	atOnce  = flag.Int("at_once", 0, "shards that one worker does at the same time, 0 for as many as the machine has cores")
)

func main() {
	flag.Parse()
	beam.Init() // a worker does not come back from this
	var err error
	if *provision != "" {
		err = boot(context.Background())
	} else {
		err = run(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tamis-beam:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if *plan == "" {
		return errors.New("--plan is missing")
	}
	t, err := settle(*program, *plan)
	if err != nil {
		return err
	}
	t.Memory, t.Threads, t.AtOnce = *memory, *threads, *atOnce
	phases, err := t.phases(ctx)
	if err != nil {
		return err
	}
	if err := setWorker(); err != nil {
		return err
	}
	p, s := beam.NewPipelineWithRoot()
	build(s, t, phases)
	return beamx.Run(ctx, p)
}

// setWorker sets what Beam's flags leave open: that workers run this program.
func setWorker() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	worker := self // Beam would compile the sources anew, which are not everywhere
	if strings.EqualFold(*jobopts.EnvironmentType, "process") && *jobopts.EnvironmentConfig == "" {
		worker = os.DevNull // nobody fetches what Beam wants to hand out
		config, err := json.Marshal(map[string]string{"command": self})
		if err != nil {
			return err
		}
		*jobopts.EnvironmentConfig = string(config)
	}
	*jobopts.WorkerBinary = cmp.Or(*jobopts.WorkerBinary, worker)
	return nil
}

// settle makes both paths absolute: workers start elsewhere.
func settle(program, plan string) (tamis, error) {
	found, err := exec.LookPath(program)
	if err != nil {
		return tamis{}, err
	}
	if found, err = filepath.Abs(found); err != nil {
		return tamis{}, err
	}
	if plan, err = filepath.Abs(plan); err != nil {
		return tamis{}, err
	}
	return tamis{Program: found, Plan: plan}, nil
}
