package pipeline

import (
	"bytes"
	"os/exec"
	"strings"
)

// commit is the state of a project's git checkout.
type commit struct {
	branch, hash, remote string
	dirty                *bool // nil: unknown
}

// inspectGit asks git. Where the project is no checkout, or git is not there,
// nothing is known, which is no error.
func inspectGit(dir string) commit {
	git := func(args ...string) (string, bool) {
		cmd := exec.Command("git", append([]string{"-C", dir, "--no-optional-locks"}, args...)...)
		var out bytes.Buffer
		cmd.Stdout = &out
		err := cmd.Run()
		return strings.TrimSpace(out.String()), err == nil
	}
	var c commit
	hash, ok := git("rev-parse", "HEAD")
	if !ok {
		return c
	}
	c.hash = hash
	c.branch, _ = git("branch", "--show-current")
	c.remote, _ = git("config", "--get", "remote.origin.url")
	if changes, ok := git("status", "--porcelain", "--", "."); ok {
		dirty := changes != ""
		c.dirty = &dirty
	}
	return c
}
