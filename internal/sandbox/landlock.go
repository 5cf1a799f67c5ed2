//go:build linux && (amd64 || arm64)

package sandbox

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The three calls of Landlock are made here by hand. The library go-landlock
// restricts every thread of a process and for that links C code into programs
// that are built with cgo; here one thread restricts itself and becomes another
// program.

// What may be done with a file, and with a folder and all below it. Devices,
// fifos' and sockets' making is for nobody; nor is ioctl on devices.
const (
	readFile  = unix.LANDLOCK_ACCESS_FS_READ_FILE
	runFile   = readFile | unix.LANDLOCK_ACCESS_FS_EXECUTE
	writeFile = readFile | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE

	readFolder  = readFile | unix.LANDLOCK_ACCESS_FS_READ_DIR
	runFolder   = runFile | unix.LANDLOCK_ACCESS_FS_READ_DIR
	writeFolder = writeFile | unix.LANDLOCK_ACCESS_FS_READ_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE |
		unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_SYM |
		unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_REFER
)

// Devices that hold nothing of anybody.
var (
	readDevices  = []string{"/dev/random", "/dev/urandom"}
	writeDevices = []string{"/dev/null", "/dev/zero", "/dev/full"}
)

// handled is all that a version of Landlock can restrict; what is not handled
// is allowed, what is handled is refused but for the rules.
func handled(p Policy, version int) unix.LandlockRulesetAttr {
	// The kinds of access came in this order, 13 with the first version.
	kinds := 13
	switch {
	case version >= 9:
		kinds = 17 // connecting to unix sockets
	case version >= 5:
		kinds = 16 // ioctl on devices
	case version >= 3:
		kinds = 15 // truncating
	case version >= 2:
		kinds = 14 // moving to another folder
	}
	attributes := unix.LandlockRulesetAttr{Handled_access_fs: 1<<kinds - 1}
	if version >= 4 && !p.Network {
		attributes.Handled_access_net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	if version >= 6 {
		attributes.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	return attributes
}

// landlockVersion is the version of the kernel's Landlock. The error is EOPNOTSUPP
// where it is switched off, and ENOSYS where there is none.
func landlockVersion() (int, error) {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0, fmt.Errorf("ask for Landlock: %w", errno)
	}
	return int(version), nil
}

// landlockRules makes the ruleset of a policy and gives its file descriptor.
func landlockRules(p Policy, version int) (int, error) {
	attributes := handled(p, version)
	ruleset, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attributes)), unsafe.Sizeof(attributes), 0)
	if errno != 0 {
		return -1, fmt.Errorf("make a Landlock ruleset: %w", errno)
	}
	for _, rule := range []struct {
		paths        []string
		file, folder uint64
		optional     bool
	}{
		{p.Readable, readFile, readFolder, true},
		{p.Runnable, runFile, runFolder, true},
		{p.Writable, writeFile, writeFolder, false},
		{readDevices, readFile, readFile, true},
		{writeDevices, writeFile, writeFile, true},
	} {
		for _, path := range rule.paths {
			err := allowBeneath(int(ruleset), path, rule.file&attributes.Handled_access_fs, rule.folder&attributes.Handled_access_fs)
			if err == nil || rule.optional && errors.Is(err, unix.ENOENT) {
				continue
			}
			return -1, fmt.Errorf("allow %s: %w", path, err)
		}
	}
	return int(ruleset), nil
}

// allowBeneath adds the rule for one path.
func allowBeneath(ruleset int, path string, file, folder uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	var info unix.Stat_t
	if err := unix.Fstat(fd, &info); err != nil {
		return err
	}
	attributes := unix.LandlockPathBeneathAttr{Allowed_access: file, Parent_fd: int32(fd)}
	if info.Mode&unix.S_IFMT == unix.S_IFDIR {
		attributes.Allowed_access = folder
	}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&attributes)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// landlockEnforce restricts the calling thread.
func landlockEnforce(ruleset int) error {
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(ruleset), 0, 0); errno != 0 {
		return fmt.Errorf("restrict files: %w", errno)
	}
	return nil
}
