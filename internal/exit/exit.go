// Package exit decides, in one place, with which status a program ends and
// what its last words are.
package exit

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// The exit statuses of every command.
const (
	Done        = 0   // the work is done
	Failed      = 1   // the work failed or the input is bad
	Usage       = 2   // wrong flags or arguments
	Interrupted = 130 // ended by Ctrl-C, a termination signal or a closed terminal
	Unread      = 141 // whoever read standard output ended, as "head" does
)

// usageError marks an error as the caller's wrong use of flags.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// statusError carries a status of its own.
type statusError struct {
	error
	status int
}

func (e statusError) Unwrap() error { return e.error }

// UsageError marks err as wrong use of a command: it ends with [Usage].
// A nil error stays nil.
func UsageError(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// Usagef is a [UsageError] with a formatted message.
func Usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// WithStatus makes err end the program with the given status (3 to 5 are
// those of database faults, as in the original).
func WithStatus(status int, err error) error { return statusError{err, status} }

// Status is the exit status that err asks for; nil is [Done].
func Status(err error) int {
	var usage usageError
	var status statusError
	switch {
	case err == nil:
		return Done
	case errors.As(err, &usage):
		return Usage
	case errors.As(err, &status):
		return status.status
	case errors.Is(err, context.Canceled):
		return Interrupted
	}
	return Failed
}

// Report prints err to stderr, one line for each problem, and returns its
// [Status]. A nil error prints nothing. An error with an empty message prints
// nothing either: it stands for a failure that has been told already.
func Report(stderr io.Writer, program string, err error) int {
	status := Status(err)
	switch {
	case err == nil, err.Error() == "":
	case status == Interrupted:
		fmt.Fprintf(stderr, "%s: interrupted; no output was changed\n", program)
	case status == Usage:
		fmt.Fprintf(stderr, "%s: %v; see '%s --help'\n", program, err, program)
	default:
		fmt.Fprintln(stderr, err)
	}
	return status
}
