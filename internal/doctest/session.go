package doctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// mark starts a line between the output of two commands; no program prints it.
const mark = "\x01"

// Result is what a command of a page did.
type Result struct {
	Step
	Got    []string // both streams, by line
	Status int      // its exit status
}

// Run runs the page's session in a folder with an environment, and returns a
// result for each of its commands. An error means that the session itself did
// not come to its end, such as when a command ended the shell; the results up to
// there are returned too.
func (p Page) Run(ctx context.Context, dir string, env []string) ([]Result, error) {
	cmd := exec.CommandContext(ctx, "bash", "--noprofile", "--norc", "-c", p.script())
	cmd.Dir, cmd.Env = dir, env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	results, ended := p.results(out.String())
	switch {
	case ctx.Err() != nil:
		return results, ctx.Err()
	case !ended && err == nil:
		err = errors.New("exit status 0")
	}
	if !ended {
		return results, fmt.Errorf("the session ended early: %w: ... %s", err, tail(out.String()))
	}
	return results, nil
}

// script is the session as one script: before each command it prints a mark
// with the command's number and the exit status of the one before.
func (p Page) script() string {
	var b strings.Builder
	if p.First != "" {
		fmt.Fprintf(&b, "%s >/dev/null || exit\n", p.First)
	}
	for i, step := range p.Steps {
		if step.Path != "" {
			end := "end-of-" + filepath.Base(step.Path)
			fmt.Fprintf(&b, "doctest_status=$?\nmkdir -p %q\ncat >%q <<'%s'\n%s%s\n(exit $doctest_status)\n",
				filepath.Dir(step.Path), step.Path, end, step.Text, end)
			continue
		}
		fmt.Fprintf(&b, "doctest_status=$?; printf '\\n%%b%d %%d\\n' '\\001' $doctest_status; (exit $doctest_status)\n", i)
		fmt.Fprintf(&b, "%s\n", step.Command)
	}
	fmt.Fprintf(&b, "printf '\\n%%b%d %%d\\n' '\\001' $?\n", len(p.Steps))
	return b.String()
}

// results takes the output of the script apart. It reports whether the last
// mark is there.
func (p Page) results(out string) (results []Result, ended bool) {
	parts := strings.Split(out, "\n"+mark)
	for i, part := range parts[1:] {
		head, text, _ := strings.Cut(part, "\n")
		number, status, _ := strings.Cut(head, " ")
		step, err := strconv.Atoi(number)
		code, err2 := strconv.Atoi(status)
		if err != nil || err2 != nil || step > len(p.Steps) {
			return results, false
		}
		if i > 0 {
			results[i-1].Status = code
		}
		if step == len(p.Steps) {
			return results, true
		}
		result := Result{Step: p.Steps[step]}
		if text = strings.TrimSuffix(text, "\n"); text != "" {
			result.Got = strings.Split(text, "\n")
		}
		results = append(results, result)
	}
	return results, false
}

// tail is the end of a long text.
func tail(text string) string { return text[max(0, len(text)-500):] }
