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
	// codeMargin is what of the program's own code and tables comes into memory
	// while it counts, besides what is there at the beginning (measured: 3 MiB).
	codeMargin = 5 << 20
	// unknownResident stands for the program where the system does not tell
	// how much of it is in memory.
	unknownResident = 56 << 20
)

// limitMemory makes the runtime keep to a ceiling of resident memory, and
// tells what is left of it for counting. The collector knows of the heap only,
// so what the program's own pages take is taken off first.
func limitMemory(text string) (int64, error) {
	ceiling, err := cli.ParseSize("memory", text)
	if err != nil {
		return 0, err
	}
	all, files := resident()
	left := ceiling - all - codeMargin
	if left < counts.MinimumMemory {
		// To the next 8 MiB: what is in memory differs a little from run to run.
		needed := (all + codeMargin + counts.MinimumMemory + 8<<20) &^ (8<<20 - 1)
		return 0, exit.Usagef("--memory: %d MiB are too few for this program; give %d MiB or more", ceiling>>20, needed>>20)
	}
	debug.SetMemoryLimit(ceiling - files - codeMargin)
	return left, nil
}

// resident is how much of the program is in memory, and how much of that are
// pages of files: its code.
func resident() (all, files int64) {
	text, err := os.ReadFile("/proc/self/statm") // total, resident, of that files, …, in pages
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 3 {
		return unknownResident, unknownResident
	}
	page := int64(os.Getpagesize())
	pages, errPages := strconv.ParseInt(fields[1], 10, 64)
	shared, errShared := strconv.ParseInt(fields[2], 10, 64)
	if errPages != nil || errShared != nil {
		return unknownResident, unknownResident
	}
	return pages * page, shared * page
}
