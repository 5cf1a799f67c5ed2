package sandbox

import (
	"os"
	"time"
)

// Job is a program that may start others, to be run by a [Guard].
type Job struct {
	Policy Policy
	Path   string // of the program
	Args   []string
	Dir    string   // it runs there
	Env    []string // all that it gets
	Stdout *os.File // nil: nowhere; its standard input is empty
	Stderr *os.File
	// Grace is how long it has to end after it was asked to, before it is
	// killed; zero kills at once.
	Grace time.Duration
	// Memory is how many bytes the program and all that it started may use
	// together, before they are killed; zero does not limit.
	Memory int64
}

// Ended is how a job ended, and what it took.
type Ended struct {
	State       *os.ProcessState
	CPU         time.Duration // of all its processes that have been waited for
	PeakCPU     float64       // processors used at once, as far as was seen
	PeakMemory  int64         // bytes in use at once, of all its processes; 0 when unknown
	MeanMemory  int64         // the same on average; 0 for what was over before it was looked at
	OutOfMemory bool          // it was killed because it used more than Job.Memory
}
