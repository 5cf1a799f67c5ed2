package countscmd

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"cohortcounts/cmd/internal/cli"
	"cohortcounts/counts"
	"cohortcounts/internal/exit"
)

const (
	// ownMemory is what the program takes while it counts besides the pages of
	// its code that are in memory at the beginning: more of these, the runtime's
	// tables, stacks (measured: 6 MiB).
	ownMemory = 8 << 20
	// unknownCode stands for the code where the system does not tell.
	unknownCode = 48 << 20
)

// limitMemory makes the runtime keep to a ceiling of resident memory, and
// tells what is left of it for counting. The collector knows of the heap only,
// so what the program's own pages take is taken off first.
func limitMemory(text string) (int64, error) {
	ceiling, err := cli.ParseSize("memory", text)
	if err != nil {
		return 0, err
	}
	own := residentCode() + ownMemory
	if needed := own + counts.MinimumMemory; ceiling < needed {
		// To the next 8 MiB: what is in memory differs a little from run to run.
		return 0, exit.Usagef("--memory: %d MiB are too few for this program; give %d MiB or more", ceiling>>20, (needed>>23+1)<<3)
	}
	debug.SetMemoryLimit(ceiling - own)
	return ceiling - own, nil
}

// residentCode is how many bytes of files, which are the program's code, are
// in memory.
func residentCode() int64 {
	text, err := os.ReadFile("/proc/self/statm") // total, resident, of that files, …, in pages
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 3 {
		return unknownCode
	}
	pages, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return unknownCode
	}
	return pages * int64(os.Getpagesize())
}
