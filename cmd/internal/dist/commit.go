package dist

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// Commit is what a build is made from.
type Commit struct {
	Hash    string
	Time    time.Time // of the commit: everything in an archive has this date
	Version string    // the tag without its v, else 0.0.0-TIME-HASH
}

// ReadCommit asks git for the commit that is checked out in a folder. A tree
// with changes has a version that says so.
func ReadCommit(ctx context.Context, dir string) (Commit, error) {
	git := func(args ...string) (string, error) {
		out, err := run(ctx, dir, nil, "git", args...)
		return strings.TrimSpace(out), err
	}
	var c Commit
	text, err := git("log", "-1", "--format=%H %ct")
	if err != nil {
		return c, err
	}
	hash, seconds, _ := strings.Cut(text, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || len(hash) < 12 {
		return c, fmt.Errorf("git log: unexpected answer %q", text)
	}
	c.Hash, c.Time = hash, time.Unix(unix, 0).UTC()
	c.Version = fmt.Sprintf("0.0.0-%s-%s", c.Time.Format("20060102150405"), hash[:12])
	if tag, err := git("describe", "--tags", "--exact-match", "--match", "v[0-9]*"); err == nil {
		c.Version = strings.TrimPrefix(tag, "v")
	}
	changes, err := git("status", "--porcelain")
	if changes != "" {
		c.Version += "-changed"
	}
	return c, err
}

// run runs a program and returns what it printed; the error holds its messages.
func run(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok { //nolint:errorlint // Output returns it as it is
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, exit.Stderr)
	}
	return string(out), err
}
