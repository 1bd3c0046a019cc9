package main

import (
	"os/exec"
	"syscall"
)

// endWithParent has the kernel kill the child when the worker is killed, so that
// no shard goes on for a worker that Beam has given up.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
