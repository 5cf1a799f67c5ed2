package study

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"cohortcounts/internal/problem"
)

// Record runs the module name of the project in dir and keeps what it
// declares. The study's code runs once, here; no meaning is read yet. A study
// may also be given as YAML, analysis/<name>.yaml.
func Record(ctx context.Context, dir, name string, o Options) (*Recording, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return nil, err
	}
	if strings.ContainsAny(name, `./\`) { // a module of another name to Python
		return nil, NoStudyError{problem.Problem{What: fmt.Sprintf("there is no study definition %q", name), Remedy: nameStudy}}
	}
	r := &Recording{name: name, root: root, file: filepath.ToSlash(filepath.Join("analysis", name+".py")), options: o}
	if path := yamlFile(root, name); path != "" {
		r.file = filepath.ToSlash(filepath.Join("analysis", name+".yaml"))
		return r, r.readYAML(path)
	}
	in, err := findInterpreter(o)
	if err != nil {
		return nil, err
	}
	if !utf8.ValidString(root) {
		return nil, problem.Problem{File: strings.ToValidUTF8(root, "\uFFFD"), What: "this path is not UTF-8 text", Remedy: "rename the folder"}
	}
	request := map[string]any{"root": root, "module": name, "params": o.Params}
	if !o.Today.IsZero() && !o.FreeClock {
		request["today"] = o.Today.Format(time.DateOnly)
	}
	data, err := r.run(ctx, in, root, request)
	if err != nil {
		return nil, err
	}
	failed, err := r.decode(data)
	if failed != nil {
		return nil, r.explain(failed)
	}
	return r, err
}

// run starts the interpreter on the recorder and gives its answer.
func (r *Recording) run(ctx context.Context, in interpreter, root string, request map[string]any) ([]byte, error) {
	timeout := r.options.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	question, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	cmd, err := in.command(limited, root, timeout, r.options.NoSandbox)
	if err != nil {
		return nil, err
	}
	var answer bytes.Buffer
	prints := &tail{to: r.options.Prints}
	cmd.Stdin = bytes.NewReader(question)
	cmd.Stdout = &answer
	cmd.Stderr = prints
	// A study cannot hold us up by leaving the pipes open.
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, problem.Problem{
			File: r.file, What: fmt.Sprintf("was not evaluated within %v", timeout),
			Remedy: "make it shorter or give more time",
		}
	case answer.Len() > 0 && err == nil:
		return answer.Bytes(), nil
	}
	what := "ended Python before it was evaluated"
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		what += " (" + ended.String() + ")"
	} else if err != nil {
		return nil, fmt.Errorf("run the study's Python: %w", err)
	}
	return nil, problem.Problem{File: r.file, What: what, Remedy: prints.last()}
}

// tail passes on what is written, and keeps the end of it.
type tail struct {
	to   io.Writer
	kept []byte
}

func (t *tail) Write(p []byte) (int, error) {
	const enough = 2000
	t.kept = append(t.kept, p...)
	if len(t.kept) > enough {
		t.kept = t.kept[len(t.kept)-enough:]
	}
	if t.to == nil {
		return len(p), nil
	}
	return t.to.Write(p)
}

// last is the last line that was written.
func (t *tail) last() string {
	lines := strings.Split(strings.TrimSpace(string(t.kept)), "\n")
	return lines[len(lines)-1]
}
