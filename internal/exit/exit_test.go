package exit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestReport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		err    error
		status int
		stderr string
	}{
		{"done", nil, Done, ""},
		{"failed", errors.New("input.feather: no such file"), Failed, "input.feather: no such file\n"},
		{"usage", fmt.Errorf("flags: %w", Usagef("unknown flag %s", "--x")), Usage, "counts: flags: unknown flag --x; see 'counts --help'\n"},
		{"status", WithStatus(4, errors.New("db: gone")), 4, "db: gone\n"},
		{"interrupted", fmt.Errorf("read: %w", context.Canceled), Interrupted, "counts: interrupted; no output was changed\n"},
		{"told already", errors.New(""), Failed, ""},
		{"out of time is a failure", context.DeadlineExceeded, Failed, "context deadline exceeded\n"},
	} {
		var stderr bytes.Buffer
		if got := Report(&stderr, "counts", c.err); got != c.status {
			t.Errorf("%s: status %d, want %d", c.name, got, c.status)
		}
		if stderr.String() != c.stderr {
			t.Errorf("%s: said %q, want %q", c.name, stderr.String(), c.stderr)
		}
	}
	if UsageError(nil) != nil {
		t.Error("no error became one")
	}
}
