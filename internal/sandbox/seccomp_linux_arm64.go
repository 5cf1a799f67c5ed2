package sandbox

import "golang.org/x/sys/unix"

const (
	machine      = unix.AUDIT_ARCH_AARCH64
	otherNumbers = 0x40000000 // no call has such a number
)

// refusedHere are calls that only this machine has.
var refusedHere = []uint32{unix.SYS_KEXEC_FILE_LOAD}
