//go:build linux && (amd64 || arm64)

package sandbox

import "golang.org/x/sys/unix"

// What reaches past a process and what it started. Most need capabilities that
// are gone; the kernel's own check comes late, and faults were found in the
// way to it.
var (
	otherProcessCalls = []uint32{
		unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PROCESS_MADVISE, unix.SYS_PROCESS_MRELEASE,
		unix.SYS_PIDFD_GETFD, unix.SYS_KCMP, unix.SYS_MOVE_PAGES, unix.SYS_MIGRATE_PAGES, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD,
		unix.SYS_BPF, unix.SYS_SETSID, unix.SYS_VHANGUP,
	}
	// Shared memory, semaphores and queues that have a key or a name outlive
	// the process, and other processes can open them.
	sharedCalls = []uint32{
		unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SEMGET, unix.SYS_SEMOP, unix.SYS_SEMTIMEDOP, unix.SYS_SEMCTL, unix.SYS_MSGGET,
		unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MSGCTL, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
		unix.SYS_KEYCTL,
	}
	namespaceCalls = []uint32{
		unix.SYS_UNSHARE, unix.SYS_SETNS, unix.SYS_CHROOT, unix.SYS_PIVOT_ROOT, unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_MOVE_MOUNT,
		unix.SYS_MOUNT_SETATTR, unix.SYS_OPEN_TREE, unix.SYS_OPEN_TREE_ATTR, unix.SYS_FSOPEN, unix.SYS_FSCONFIG, unix.SYS_FSMOUNT,
		unix.SYS_FSPICK, unix.SYS_NAME_TO_HANDLE_AT, unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_FANOTIFY_INIT, unix.SYS_FANOTIFY_MARK,
	}
	machineCalls = []uint32{
		unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE, unix.SYS_KEXEC_LOAD, unix.SYS_REBOOT, unix.SYS_SWAPON, unix.SYS_SWAPOFF,
		unix.SYS_ACCT, unix.SYS_QUOTACTL, unix.SYS_QUOTACTL_FD, unix.SYS_SYSLOG, unix.SYS_SETHOSTNAME, unix.SYS_SETDOMAINNAME,
		unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME, unix.SYS_ADJTIMEX,
	}
	// What changes a file beside its content.
	modeCalls = []uint32{
		unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT, unix.SYS_UTIMENSAT, unix.SYS_SETXATTR,
		unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_SETXATTRAT, unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR,
		unix.SYS_REMOVEXATTRAT, unix.SYS_FILE_SETATTR,
	}
	// io_uring makes system calls that no filter sees.
	unseenCalls = []uint32{unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER}
)

// setGroupRules let a job's process, between its start and its program, make a
// group of its own, and nobody after it: a job must not leave its group. The
// kernel does not look at the upper half of the group's number, so a pass of
// which the job knows nothing stands there. Who tries one that is wrong is
// killed, so that not all can be tried.
func setGroupRules(pass uint64) []rule {
	anyLower := func(upper uint32) test { return test{argument: 1, pointer: true, upper: upper} }
	return []rule{
		{unix.SYS_SETPGID, allow, []test{is(0, 0), pointsTo(1, pass)}},
		{unix.SYS_SETPGID, refuse, []test{anyLower(0)}},
		{unix.SYS_SETPGID, refuse, []test{anyLower(^uint32(0))}}, // a negative number
		{unix.SYS_SETPGID, kill, nil},
	}
}

// jobRules refuse what a program with processes of its own may not do; all
// others are allowed. What it starts has the same rules.
func jobRules(p Policy) []rule {
	var rules []rule
	for _, calls := range [][]uint32{otherProcessCalls, sharedCalls, namespaceCalls, machineCalls, unseenCalls, neverInJobs} {
		rules = append(rules, all(refuse, calls...)...)
	}
	// A program of ours starts a study's Python in a sandbox of its own: what
	// this takes (see launch) must stay allowed.
	for bit := uint32(1); bit != 0; bit <<= 1 {
		if namespaces&bit != 0 {
			rules = append(rules, rule{unix.SYS_CLONE, refuse, []test{masked(0, bit, bit)}})
		}
	}
	rules = append(
		rules,
		rule{unix.SYS_CLONE3, absent, nil},
		// Limits of its own only: a limit of zero ends another process.
		rule{unix.SYS_PRLIMIT64, allow, []test{is(0, 0)}},
		rule{unix.SYS_PRLIMIT64, refuse, nil},
	)
	if p.KeepModes {
		rules = append(rules, all(refuse, modeCalls...)...)
		rules = append(rules, all(refuse, alsoModes...)...)
		rules = append(rules, when(refuse, unix.SYS_IOCTL, 1, unix.FS_IOC_SETFLAGS, setExtendedFlags)...)
	}
	// They type into the user's terminal.
	rules = append(rules, when(refuse, unix.SYS_IOCTL, 1, unix.TIOCSTI, unix.TIOCLINUX)...)
	return append(rules, socketRules(p.Network)...)
}

// socketRules allow internet sockets, and asking which addresses the machine
// has, when the network is allowed, and pairs of connected sockets always:
// only streams, since a datagram of a pair can be sent to another.
func socketRules(network bool) []rule {
	const kind = 0xf // SOCK_TYPE_MASK: above are flags
	rules := []rule{
		{unix.SYS_SOCKETPAIR, allow, []test{is(0, unix.AF_UNIX), masked(1, kind, unix.SOCK_STREAM)}},
		{unix.SYS_SOCKETPAIR, allow, []test{is(0, unix.AF_UNIX), masked(1, kind, unix.SOCK_SEQPACKET)}},
		{unix.SYS_SOCKETPAIR, refuse, nil},
	}
	if network {
		// Streams and datagrams, and by protocol only what these mean.
		for _, family := range []uint32{unix.AF_INET, unix.AF_INET6} {
			for _, t := range []uint32{unix.SOCK_STREAM, unix.SOCK_DGRAM} {
				rules = append(rules, rule{unix.SYS_SOCKET, allow, []test{is(0, family), masked(1, kind, t)}})
			}
		}
		rules = append(rules, rule{unix.SYS_SOCKET, allow, []test{is(0, unix.AF_NETLINK), is(2, unix.NETLINK_ROUTE)}})
	}
	return append(rules, rule{unix.SYS_SOCKET, refuse, nil})
}
