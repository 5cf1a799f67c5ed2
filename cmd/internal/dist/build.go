package dist

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
		folder, err := t.staticLibraries(ctx)
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder) //nolint:errcheck // what is left over harms nobody
		// The linker's own mark of the build depends on folders. libgcc stays
		// shared: its static form asks for a newer C library.
		flags += fmt.Sprintf(` "-extldflags=-L%s -shared-libgcc -Wl,--build-id=none"`, folder)
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=" + flags, "-o", out + string(filepath.Separator)}
	for _, name := range Programs {
		args = append(args, "./cmd/"+name)
	}
	_, err := run(ctx, dir, t.environment(), "go", args...)
	return err
}

// staticLibraries makes a folder in which the linker finds the C++ library as
// an archive only, and so links it in: an older system's would lack symbols.
func (t Target) staticLibraries(ctx context.Context) (folder string, err error) {
	const name = "libstdc++.a"
	path, err := run(ctx, "", nil, t.Compiler+"g++", "-print-file-name="+name)
	if err != nil {
		return "", err
	}
	path = strings.TrimSpace(path)
	if !filepath.IsAbs(path) {
		return "", fmt.Errorf("%sg++ has no %s; install the one of its version", t.Compiler, name)
	}
	if folder, err = os.MkdirTemp("", "cohortcounts-link-"); err != nil {
		return "", err
	}
	return folder, os.Symlink(path, filepath.Join(folder, name))
}
