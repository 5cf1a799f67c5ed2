package sandbox

import "golang.org/x/sys/unix"

const (
	machine      = unix.AUDIT_ARCH_X86_64
	otherNumbers = 0x40000000 // calls of the x32 kind start here
)

// refusedHere are older calls that only this machine has.
var refusedHere = []uint32{
	unix.SYS_FORK, unix.SYS_VFORK, unix.SYS_CHMOD, unix.SYS_CHOWN, unix.SYS_LCHOWN, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_FUTIMESAT,
	unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_MODIFY_LDT, unix.SYS_KEXEC_FILE_LOAD,
}
