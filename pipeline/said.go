package pipeline

import (
	"io"
	"os"
	"regexp"
	"strings"
)

const (
	// maxLines is how much of what a native stage says is told; the log has all.
	maxLines = 20
	// maxSaid is how much of the log is looked at for that: enough for what a
	// program prints of all that it did when it crashes.
	maxSaid = 1 << 20
)

// said is what a native stage said last, and whether it crashed. What other
// programs say may hold anything and stays in the log.
func (a *attempt) said() (lines []string, crashed bool) {
	if a.step.Stage == "" {
		return nil, false
	}
	text, err := readEnd(a.folder.output, maxSaid)
	if err != nil {
		return nil, false
	}
	return linesOf(string(text))
}

// crash is how the first line begins that the runtime of Go or C++ prints when
// it ends a program; what it did follows, and is of use to who mends it only.
var crash = regexp.MustCompile(`^((fatal error|panic|runtime/cgo|SIG[A-Z]+): |terminate called |out of memory$)`)

func linesOf(text string) (lines []string, crashed bool) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		// What was written is told by us, with its level.
		if line != "" && !strings.HasPrefix(line, "wrote ") {
			lines = append(lines, line)
		}
		if crashed = crash.MatchString(line); crashed {
			break
		}
	}
	return lines[max(0, len(lines)-maxLines):], crashed
}

// readEnd reads the last bytes of a file, at most so many.
func readEnd(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-most), most))
}
