//go:build linux && arm64

package sandbox

import "golang.org/x/sys/unix"

const (
	machine    = unix.AUDIT_ARCH_AARCH64
	otherTable = 1 << 31 // there is none: all real numbers lie below
	newestCall = unix.SYS_FILE_SETATTR
)

var (
	openCalls []uint32 // openat is all there is

	alsoAlone = []uint32{unix.SYS_FSTATAT}

	alsoModes []uint32 // the newer forms are all there is

	neverInJobs = []uint32{unix.SYS_KEXEC_FILE_LOAD}
)
