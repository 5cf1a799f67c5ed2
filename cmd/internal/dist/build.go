package dist

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

// Programs are the programs of every archive.
var Programs = []string{"cohortcounts", "generate_cohort", "counts", "freq_plots"}

// environment sets all that bytes depend on, whatever this machine's settings.
func (t Target) environment() []string {
	env := []string{
		"GOOS=" + t.OS, "GOARCH=" + t.Arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=", "GOEXPERIMENT=", "GOWORK=off", "CGO_ENABLED=0",
	}
	if t.DuckDB {
		env = append(env, "CGO_ENABLED=1", "CC="+t.Compiler+"gcc", "CXX="+t.Compiler+"g++",
			"CGO_CFLAGS=-O2", "CGO_CXXFLAGS=-O2", "CGO_CPPFLAGS=", "CGO_LDFLAGS=")
	}
	return env
}

// missing names the C compiler that a target needs and this machine lacks, or
// nothing.
func (t Target) missing() string {
	if !t.DuckDB {
		return ""
	}
	if _, err := exec.LookPath(t.Compiler + "g++"); err != nil {
		return t.Compiler + "g++"
	}
	return ""
}

// build builds the programs of the module in a folder into another one.
func (t Target) build(ctx context.Context, dir, out string, c Commit) error {
	// No symbols: they are a third of the size, and Go's tracebacks need none.
	flags := fmt.Sprintf("-s -w -buildid= -X cohortcounts/cmd/internal/cli.release=%s", c.Version)
	if t.DuckDB {
		// The linker's own mark of the build depends on folders. The C++ library
		// stays shared: linked in, it asks for a newer C library than itself.
		flags += ` "-extldflags=-Wl,--build-id=none"`
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=" + flags, "-o", out + string(filepath.Separator)}
	for _, name := range Programs {
		args = append(args, "./cmd/"+name)
	}
	_, err := run(ctx, dir, t.environment(), "go", args...)
	return err
}
