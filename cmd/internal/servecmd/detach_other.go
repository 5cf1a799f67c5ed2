//go:build !unix

package servecmd

import "os/exec"

// detach does nothing here: a run ends with the server's console.
func detach(*exec.Cmd) {}
