//go:build linux && amd64

package sandbox

import "golang.org/x/sys/unix"

const (
	machine    = unix.AUDIT_ARCH_X86_64
	otherTable = 0x40000000 // the numbers of the x32 table start here
	newestCall = unix.SYS_FILE_SETATTR
)

var (
	openCalls = []uint32{unix.SYS_OPEN}

	// alsoAlone are older forms of calls that are allowed, which this machine
	// has and newer ones have not.
	alsoAlone = []uint32{
		unix.SYS_OPEN, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_NEWFSTATAT, unix.SYS_ACCESS, unix.SYS_READLINK, unix.SYS_GETDENTS, unix.SYS_DUP2,
		unix.SYS_PIPE, unix.SYS_POLL, unix.SYS_SELECT, unix.SYS_EPOLL_CREATE, unix.SYS_EPOLL_WAIT, unix.SYS_EVENTFD, unix.SYS_TIME,
		unix.SYS_ALARM, unix.SYS_PAUSE, unix.SYS_GETPGRP, unix.SYS_ARCH_PRCTL,
	}

	// alsoModes are older forms of calls that change a file's mode, owner or
	// times.
	alsoModes = []uint32{unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_FUTIMESAT}

	// neverInJobs are calls that only this machine has.
	neverInJobs = []uint32{unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_MODIFY_LDT, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_USELIB, unix.SYS_USTAT, unix.SYS_SYSFS}
)
