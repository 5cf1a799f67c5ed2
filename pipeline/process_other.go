//go:build !linux

package pipeline

import (
	"os"
	"syscall"
)

func processAttributes() *syscall.SysProcAttr { return nil }

func keepParentThread() (release func()) { return func() {} }

func terminateGroup(p *os.Process) error { return p.Kill() }

func killGroup(*os.Process) {}

func peakMemory(*os.ProcessState) int64 { return 0 }

func signalStatus(syscall.WaitStatus) int { return 137 }
