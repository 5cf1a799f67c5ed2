package study

import (
	"context"
	"io"
	"time"
)

// Options say how a study's Python is run. The zero value runs it in the
// embedded interpreter, with today's date from the system's clock.
type Options struct {
	// Params are what the study finds in `params`.
	Params map[string]string
	// IndexDate replaces the study's own index date when it is not zero.
	IndexDate time.Time
	// Today is the meaning of "today" in date expressions, and of date.today()
	// in the study. When it is zero it is what the study's Python finds on the
	// system's clock; a study given as YAML has no Python, and needs it.
	Today time.Time
	// FreeClock leaves date.today() in the study to the system's clock even
	// when Today is given. Real packages, with Python, do without a clock that
	// stands still only if they must.
	FreeClock bool
	// Prints receives what the study prints; nil drops it.
	Prints io.Writer
	// Python is the path of an interpreter to use instead of the embedded one,
	// for studies that need packages of their own.
	Python string
	// CacheDir is where the embedded interpreter is unpacked, once; empty for
	// the user's cache folder.
	CacheDir string
	// Timeout ends a study that runs longer; zero means DefaultTimeout.
	Timeout time.Duration
	// Traceback adds Python's traceback to the error of a study that fails.
	Traceback bool
	// RealTables leaves out the faults of expectations: only dummy data needs
	// those, and here the study is run over real tables.
	RealTables bool
	// Promised tells of a file that is not there that it will be, as the output
	// of an action that has not run yet. Nil: none will.
	Promised func(path string) bool
	// NoSandbox lets the study's Python do all that this program may do.
	NoSandbox bool
}

// DefaultTimeout is how long a study may take to declare itself. Studies that
// read large codelists take a second or two.
const DefaultTimeout = 60 * time.Second

// Load evaluates the study definition name of the project in dir: the module
// analysis/<name>.py. Faults of the study are a [problem.List].
func Load(ctx context.Context, dir, name string, o Options) (*Definition, error) {
	recording, err := Record(ctx, dir, name, o)
	if err != nil {
		return nil, err
	}
	return recording.Define(o.IndexDate)
}
