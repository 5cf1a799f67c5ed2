//go:build linux && (amd64 || arm64)

package sandbox

import "golang.org/x/sys/unix"

// truncationRules refuse what Landlock does not see before its third version
// (Linux 6.2): that a file which may only be read, or not even that, is
// emptied.
func truncationRules() []rule {
	readAndTruncate := func(argument uint32) []test {
		return []test{masked(argument, unix.O_ACCMODE|unix.O_TRUNC, unix.O_RDONLY|unix.O_TRUNC)}
	}
	rules := []rule{
		{unix.SYS_OPENAT, refuse, readAndTruncate(2)},
		{unix.SYS_OPENAT2, absent, nil}, // its flags are out of a filter's sight
		{unix.SYS_TRUNCATE, refuse, nil},
	}
	for _, call := range openCalls {
		rules = append(rules, rule{call, refuse, readAndTruncate(1)})
	}
	return rules
}
