package cli

import (
	"errors"
	"fmt"
	"io"
	"syscall"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/internal/exit"
)

// standardOutput keeps the first fault of writing to standard output, of which
// much that prints does not tell: help that nobody can read is no success.
type standardOutput struct {
	io.Writer
	fault error
	// unread is called when whoever read standard output has ended.
	unread func()
}

// Write writes to standard output.
func (s *standardOutput) Write(data []byte) (int, error) {
	n, err := s.Writer.Write(data)
	if err != nil && s.fault == nil {
		s.fault = err
		if errors.Is(err, syscall.EPIPE) {
			s.unread()
		}
	}
	return n, err
}

// outcome is what a command ends with that ended with err: a fault of standard
// output is told once, in one form.
func (s *standardOutput) outcome(err error) error {
	switch {
	case errors.Is(s.fault, syscall.EPIPE):
		return exit.WithStatus(exit.Unread, errors.New(""))
	case s.fault != nil && (err == nil || errors.Is(err, s.fault)):
		return fmt.Errorf("standard output: cannot write: %w", atomicfile.Cause(s.fault))
	}
	return err
}
