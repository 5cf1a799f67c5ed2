package study

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"cohortcounts/internal/sandbox"
)

// memoryLimit is what a study may use. Definitions with the largest published
// codelists need a tenth of it.
const memoryLimit = 2 << 30

// systemFiles are what any program on Linux needs: the C library, and time
// zones for the clock.
var (
	systemLibraries = []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64"}
	systemFiles     = []string{"/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/dev/null", "/dev/urandom"}
)

// command is the interpreter, ready to run the recorder: in the sandbox, unless
// it is free, and with an environment of its own, so that nothing of the
// user's reaches the study. A fixed hash seed makes the order of sets the same
// in every run.
func (in interpreter) command(ctx context.Context, root string, timeout time.Duration, free bool) (*exec.Cmd, error) {
	args := []string{"-s", "-B", filepath.Join(in.recorder, "recorder.py")}
	env := []string{"PYTHONHASHSEED=0", "PYTHONUTF8=1", "LC_ALL=C.UTF-8", "OPENBLAS_NUM_THREADS=1"}
	if in.home != "" {
		args = append([]string{"-S"}, args...)
		env = append(env, "PYTHONHOME="+in.home)
	}
	var cmd *exec.Cmd
	if free {
		cmd = exec.CommandContext(ctx, in.executable, args...)
	} else {
		policy := sandbox.Policy{
			Readable: append([]string{root, in.recorder}, systemFiles...),
			Runnable: append(append([]string{in.executable}, in.reads...), systemLibraries...),
			Memory:   memoryLimit,
			CPU:      timeout,
		}
		if in.home != "" {
			policy.Runnable = append(policy.Runnable, in.home)
		}
		var err error
		cmd, err = sandbox.Command(ctx, policy, in.executable, args...)
		if errors.Is(err, sandbox.ErrUnsupported) {
			return nil, fmt.Errorf("%w; --no-sandbox runs the study without", err)
		}
		if err != nil {
			return nil, err
		}
	}
	cmd.Dir, cmd.Env = root, env
	return cmd, nil
}

// findOwn finds the user's own Python, and where its packages are, by asking
// it. It is the user's: this runs outside the sandbox.
func (in *interpreter) findOwn(path string) error {
	executable, err := exec.LookPath(path)
	if err == nil {
		executable, err = filepath.Abs(executable)
	}
	if err != nil {
		return fmt.Errorf("--python %s: %w", path, err)
	}
	ask := exec.Command(executable, "-s", "-c",
		"import json, sys; print(json.dumps([sys.executable, sys.prefix, sys.base_prefix, *sys.path]))")
	ask.Dir = filepath.VolumeName(executable) + string(filepath.Separator)
	out, err := ask.Output()
	var paths []string
	if err == nil {
		err = json.Unmarshal(out, &paths)
	}
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("--python %s: does not run as Python: %w", path, err)
	}
	in.executable = paths[0]
	for _, p := range paths {
		if p == "" {
			continue
		}
		in.reads = append(in.reads, p)
		// An executable in a virtual environment is a link to the real one.
		if real, err := filepath.EvalSymlinks(p); err == nil && real != p {
			in.reads = append(in.reads, real)
		}
	}
	return nil
}
