//go:build linux && (amd64 || arm64)

package sandbox

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// openFiles is the usual limit of open files. Go has raised the limit for
// itself, and other programs (those that use select) cannot bear that.
const openFiles = 1024

// limit sets the limits of this process (S5).
func limit(p Policy) error { return limitProcess(0, p) }

// limitProcess sets the limits of a process and of what it starts from now on;
// 0 is this one. A limit that is lower already stays.
func limitProcess(pid int, p Policy) error {
	seconds := uint64((p.CPU + time.Second - 1) / time.Second)
	for _, l := range []struct {
		name     string
		resource int
		set      bool
		soft     uint64
		hard     uint64
	}{
		{"core dumps", unix.RLIMIT_CORE, true, 0, 0},
		{"open files", unix.RLIMIT_NOFILE, true, openFiles, unix.RLIM_INFINITY},
		// A second between the signal that can be caught and the end.
		{"processor time", unix.RLIMIT_CPU, seconds > 0, seconds, seconds + 1},
		{"memory", unix.RLIMIT_AS, p.Memory > 0, p.Memory, p.Memory},
	} {
		if !l.set {
			continue
		}
		var now unix.Rlimit
		if err := unix.Prlimit(pid, l.resource, nil, &now); err != nil {
			return fmt.Errorf("read the limit of %s: %w", l.name, err)
		}
		hard := min(now.Max, l.hard)
		if err := unix.Prlimit(pid, l.resource, &unix.Rlimit{Cur: min(hard, l.soft), Max: hard}, nil); err != nil {
			return fmt.Errorf("limit %s: %w", l.name, err)
		}
	}
	return nil
}
