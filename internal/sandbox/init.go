//go:build linux && (amd64 || arm64)

package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// The names under which the executable starts itself. They stand where a
// program's own name stands, which nobody sets by a flag; to call a program so
// by hand gives nothing that could not be had without.
const (
	supervisorName = "cohortcounts-sandbox-supervisor"
	launcherName   = "cohortcounts-sandbox-launcher"
	guardName      = "cohortcounts-sandbox-guard"
)

// init takes over in a process that [Command] or a supervisor started. It is
// an init function, not a call from main, for two reasons: test binaries need
// no TestMain, and it runs before most other packages' initialization, which
// takes longer than the whole start.
func init() {
	var err error
	switch os.Args[0] {
	case supervisorName:
		err = obey(supervise)
	case launcherName:
		err = obey(launch)
	case guardName:
		err = guard(os.Args[len(os.Args)-1])
	default:
		return
	}
	fmt.Fprintln(os.Stderr, "start the sandbox:", err)
	os.Exit(FailedStatus) //nolint:forbidigo // this process is not the program, and has no main to return to
}

// obey does what the first argument orders, for the program that the others
// are of.
func obey(stage func(order, []string) error) error {
	if len(os.Args) < 2 {
		return errors.New("no orders")
	}
	var told order
	if err := json.Unmarshal([]byte(os.Args[1]), &told); err != nil {
		return err
	}
	return stage(told, os.Args[2:])
}
