package pipeline

import (
	"os"
	"syscall"
)

// peakMemory is the most memory that the process, or one that it waited for,
// had at once.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss * 1024 // Linux counts kilobytes
}
