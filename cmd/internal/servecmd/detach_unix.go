//go:build unix

package servecmd

import (
	"os/exec"
	"syscall"
)

// detach keeps a Ctrl-C that ends the server from ending the run.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
