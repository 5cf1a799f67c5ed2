//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"cohortcounts/internal/exit"
)

// broken is a standard output that cannot be written to.
type broken struct{ fault error }

func (b broken) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: b.fault}
}

// command is one that does something, and tells whether it was cancelled.
func command(do func(out io.Writer) error) (cmd *cobra.Command, ended *error) {
	ended = new(error)
	return &cobra.Command{Use: "counts", RunE: func(cmd *cobra.Command, _ []string) error {
		err := do(cmd.OutOrStdout())
		*ended = cmd.Context().Err()
		return err
	}}, ended
}

// What is not printed is told once, however the command takes it.
func TestStandardOutput(t *testing.T) {
	t.Parallel()
	ignored := func(out io.Writer) error { fmt.Fprintln(out, "done"); return nil }
	told := func(out io.Writer) error {
		if _, err := io.WriteString(out, "done"); err != nil {
			return fmt.Errorf("report: %w", err)
		}
		return nil
	}
	other := func(out io.Writer) error { fmt.Fprintln(out, "half"); return errors.New("flu.csv: is damaged") }
	const full = "standard output: cannot write: no space left on device\n"
	for _, c := range []struct {
		name   string
		do     func(io.Writer) error
		args   []string
		fault  error
		status int
		stderr string
		ended  bool
	}{
		{"ignored", ignored, nil, syscall.ENOSPC, exit.Failed, full, false},
		{"told", told, nil, syscall.ENOSPC, exit.Failed, full, false},
		{"help", ignored, []string{"--help"}, syscall.ENOSPC, exit.Failed, full, false},
		{"version", ignored, []string{"--version"}, syscall.ENOSPC, exit.Failed, full, false},
		{"another fault", other, nil, syscall.ENOSPC, exit.Failed, "flu.csv: is damaged\n", false},
		{"nobody reads", ignored, nil, syscall.EPIPE, exit.Unread, "", true},
		{"nobody reads, told", told, nil, syscall.EPIPE, exit.Unread, "", true},
	} {
		var stderr bytes.Buffer
		cmd, ended := command(c.do)
		if got := Run(t.Context(), cmd, c.args, broken{c.fault}, &stderr); got != c.status || stderr.String() != c.stderr {
			t.Errorf("%s: status %d, said %q; want %d, %q", c.name, got, stderr.String(), c.status, c.stderr)
		}
		if c.args == nil && (*ended != nil) != c.ended {
			t.Errorf("%s: cancelled: %v", c.name, *ended)
		}
	}
}

// Numbers that are none are told in the form of the other faults.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"--round-to=NaN":                  `counts: --round-to: want a whole number, found "NaN"`,
		"--round-to=99999999999999999999": "counts: --round-to: 99999999999999999999 is too large",
		"--seed=-1":                       `counts: --seed: want a whole number from 0, found "-1"`,
	} {
		cmd := &cobra.Command{Use: "counts", Run: func(*cobra.Command, []string) {}}
		cmd.Flags().Int64("round-to", 0, "")
		cmd.Flags().Uint64("seed", 0, "")
		var stderr bytes.Buffer
		if got := Run(t.Context(), cmd, []string{arg}, io.Discard, &stderr); got != exit.Usage || stderr.String() != want+"; see 'counts --help'\n" {
			t.Errorf("%s: status %d, said %q; want %q", arg, got, stderr.String(), want)
		}
	}
	for _, size := range []string{"NaN", "inf", "0", "-1", "1e30GiB", ""} {
		if got, err := ParseSize("memory", size); exit.Status(err) != exit.Usage {
			t.Errorf("%q is %d, %v", size, got, err)
		}
	}
}

// Each signal that ends a command lets it take away what is not finished.
func TestSignals(t *testing.T) { //nolint:paralleltest // signals are the whole process's
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		var stderr bytes.Buffer
		cmd := &cobra.Command{Use: "counts", RunE: func(cmd *cobra.Command, _ []string) error {
			if err := syscall.Kill(os.Getpid(), signal); err != nil {
				return err
			}
			select {
			case <-cmd.Context().Done():
				return cmd.Context().Err()
			case <-time.After(10 * time.Second):
				return errors.New("nobody heard it")
			}
		}}
		if got := Run(context.Background(), cmd, nil, io.Discard, &stderr); got != exit.Interrupted {
			t.Errorf("%v: status %d, said %q", signal, got, stderr.String())
		}
	}
}
