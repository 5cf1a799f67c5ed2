//go:build linux && (amd64 || arm64)

package sandbox

import (
	"encoding/json"
	"fmt"
	"os"
)

// The names under which the executable starts itself. They stand where a
// program's own name stands, which nobody sets by a flag; to call a program so
// by hand gives nothing that could not be had without.
const (
	supervisorName = "cohortcounts-sandbox-supervisor"
	launcherName   = "cohortcounts-sandbox-launcher"
)

// init takes over in a process that [Command] or a supervisor started. It is
// an init function, not a call from main, for two reasons: test binaries need
// no TestMain, and it runs before most other packages' initialization, which
// takes longer than the whole start.
func init() {
	var stage func(order, []string) error
	switch os.Args[0] {
	case supervisorName:
		stage = supervise
	case launcherName:
		stage = launch
	default:
		return
	}
	err := fmt.Errorf("no orders")
	if len(os.Args) >= 2 {
		var told order
		if err = json.Unmarshal([]byte(os.Args[1]), &told); err == nil {
			err = stage(told, os.Args[2:])
		}
	}
	fmt.Fprintln(os.Stderr, "start the sandbox:", err)
	os.Exit(FailedStatus) //nolint:forbidigo // this process is not the program, and has no main to return to
}
