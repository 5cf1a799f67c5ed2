package study

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"cohortcounts/internal/sandbox"
)

// memoryLimit is what a study may use. Definitions with the largest published
// codelists need a tenth of it.
const memoryLimit = 2 << 30

// command is the interpreter, ready to run the recorder: in the sandbox, unless
// it is free, and with an environment of its own, so that nothing of the
// user's reaches the study. A fixed hash seed makes the order of sets the same
// in every run; warnings would be about a Python newer than the study's.
func (in interpreter) command(ctx context.Context, root string, timeout time.Duration, free bool) (*exec.Cmd, error) {
	args := []string{"-s", "-B", filepath.Join(in.recorder, "recorder.py")}
	env := []string{"PYTHONHASHSEED=0", "PYTHONUTF8=1", "PYTHONWARNINGS=ignore", "LC_ALL=C.UTF-8", "OPENBLAS_NUM_THREADS=1"}
	if in.home != "" {
		args = append([]string{"-S"}, args...)
		env = append(env, "PYTHONHOME="+in.home)
	}
	cmd, err := sandbox.Command(ctx, sandbox.Policy{
		Readable: slices.Concat([]string{root, in.recorder, in.home}, in.reads, sandbox.SystemLibraries()),
		Memory:   memoryLimit,
		CPU:      timeout,
		Off:      free,
	}, in.executable, args...)
	if err != nil {
		return nil, err
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
