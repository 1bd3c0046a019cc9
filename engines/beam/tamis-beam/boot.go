package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"syscall"

	"github.com/apache/beam/sdks/v2/go/container/tools"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
)

// provision is what a runner starts a process of the environment PROCESS with,
// beside --id of Beam's own flags.
var provision = flag.String("provision_endpoint", "", "where a worker asks what it has to do (set by the runner)")

// boot becomes the worker that a runner asked for. Beam's own boot program
// unpacks a worker beside itself and starts it as a child, which outlives it
// when the runner kills the boot program; here it is this program all along.
func boot(ctx context.Context) error {
	id := strings.Trim(flag.Lookup("id").Value.String(), "'") // Prism puts it in quotes
	info, err := tools.ProvisionInfo(grpcx.WriteWorkerID(ctx, id), *provision)
	if err != nil {
		return fmt.Errorf("asking %s what to do: %w", *provision, err)
	}
	logging, control := info.GetLoggingEndpoint().GetUrl(), info.GetControlEndpoint().GetUrl()
	if logging == "" || control == "" {
		return errors.New("the runner names no endpoint to work for")
	}
	options, err := tools.ProtoToJSON(info.GetPipelineOptions())
	if err != nil {
		return err
	}
	env := append(os.Environ(), "RUNNER_CAPABILITIES="+strings.Join(info.GetRunnerCapabilities(), " "))
	if s := info.GetStatusEndpoint().GetUrl(); s != "" {
		env = append(env, "STATUS_ENDPOINT="+s)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{self, "--worker=true", "--id=" + id, "--logging_endpoint=" + logging, "--control_endpoint=" + control, "--options=" + options}
	return syscall.Exec(self, args, env)
}
