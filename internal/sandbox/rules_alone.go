//go:build linux && (amd64 || arm64)

package sandbox

import "golang.org/x/sys/unix"

// What a program that starts no other one and changes no file needs. The
// lists were made from the calls of CPython 3.11 and 3.14 and of numpy and
// pandas, and of what their C library may use instead.
var (
	memoryCalls = []uint32{
		unix.SYS_BRK, unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MREMAP, unix.SYS_MADVISE, unix.SYS_MINCORE,
		unix.SYS_MEMBARRIER, unix.SYS_MSYNC, unix.SYS_MSEAL, unix.SYS_PKEY_ALLOC, unix.SYS_PKEY_FREE, unix.SYS_PKEY_MPROTECT,
		unix.SYS_GET_MEMPOLICY,
	}
	// Landlock decides what may be opened; what changes a file's mode, times,
	// owner or attributes, which it does not see, is not here.
	fileCalls = []uint32{
		unix.SYS_OPENAT, unix.SYS_CLOSE, unix.SYS_CLOSE_RANGE, unix.SYS_READ, unix.SYS_PREAD64, unix.SYS_READV, unix.SYS_PREADV,
		unix.SYS_PREADV2, unix.SYS_WRITE, unix.SYS_PWRITE64, unix.SYS_WRITEV, unix.SYS_PWRITEV, unix.SYS_PWRITEV2, unix.SYS_LSEEK,
		unix.SYS_FSTAT, unix.SYS_STATX, unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2, unix.SYS_READLINKAT, unix.SYS_GETDENTS64,
		unix.SYS_STATFS, unix.SYS_FSTATFS, unix.SYS_GETCWD, unix.SYS_CHDIR, unix.SYS_FCHDIR, unix.SYS_UMASK, unix.SYS_FADVISE64,
		unix.SYS_READAHEAD, unix.SYS_FLOCK, unix.SYS_DUP, unix.SYS_DUP3, unix.SYS_PIPE2, unix.SYS_EVENTFD2, unix.SYS_EPOLL_CREATE1,
		unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_PWAIT2, unix.SYS_PPOLL, unix.SYS_PSELECT6,
	}
	threadCalls = []uint32{
		unix.SYS_FUTEX, unix.SYS_FUTEX_WAITV, unix.SYS_SET_ROBUST_LIST, unix.SYS_GET_ROBUST_LIST, unix.SYS_SET_TID_ADDRESS,
		unix.SYS_RSEQ, unix.SYS_GETTID, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY, unix.SYS_SCHED_GETPARAM,
		unix.SYS_SCHED_GETSCHEDULER, unix.SYS_SCHED_GET_PRIORITY_MAX, unix.SYS_SCHED_GET_PRIORITY_MIN, unix.SYS_GETCPU,
		unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	}
	signalCalls = []uint32{
		unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN, unix.SYS_RT_SIGPENDING, unix.SYS_RT_SIGSUSPEND,
		unix.SYS_RT_SIGTIMEDWAIT, unix.SYS_SIGALTSTACK, unix.SYS_SIGNALFD4, unix.SYS_RESTART_SYSCALL,
	}
	timeCalls = []uint32{
		unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_CLOCK_NANOSLEEP, unix.SYS_NANOSLEEP, unix.SYS_GETTIMEOFDAY, unix.SYS_TIMES,
		unix.SYS_SETITIMER, unix.SYS_GETITIMER, unix.SYS_TIMERFD_CREATE, unix.SYS_TIMERFD_SETTIME, unix.SYS_TIMERFD_GETTIME,
	}
	identityCalls = []uint32{
		unix.SYS_GETPID, unix.SYS_GETPPID, unix.SYS_GETPGID, unix.SYS_GETSID, unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID,
		unix.SYS_GETRESUID, unix.SYS_GETRESGID, unix.SYS_GETGROUPS, unix.SYS_CAPGET, unix.SYS_GETPRIORITY, unix.SYS_GETRLIMIT, unix.SYS_GETRUSAGE,
		unix.SYS_UNAME, unix.SYS_SYSINFO, unix.SYS_GETRANDOM,
	}
)

// namespaces are the flags of clone that make a namespace.
const namespaces = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWUSER | unix.CLONE_NEWPID |
	unix.CLONE_NEWNET

// Requests of ioctl that the package unix does not name.
const (
	setNonBlocking   = 0x5421     // FIONBIO
	clearCloseOnExec = 0x5450     // FIONCLEX
	setCloseOnExec   = 0x5451     // FIOCLEX
	setExtendedFlags = 0x401c5820 // FS_IOC_FSSETXATTR
)

// aloneRules allow a process to compute, to read, and to write to what it has
// open; all others are refused. It is the process pid, and may execute only
// the path at an address of its own memory.
func aloneRules(pid int, path uint64) []rule {
	rules := all(allow, memoryCalls...)
	for _, calls := range [][]uint32{fileCalls, threadCalls, signalCalls, timeCalls, identityCalls, alsoAlone} {
		rules = append(rules, all(allow, calls...)...)
	}
	self := uint32(pid)
	rules = append(
		rules,
		// Once: after it, the address means nothing, and Landlock would allow
		// nothing but the program itself.
		rule{unix.SYS_EXECVE, allow, []test{pointsTo(0, path)}},
		// A thread, but no process. clone3 hides its flags from a filter.
		rule{unix.SYS_CLONE, allow, []test{masked(0, unix.CLONE_THREAD|namespaces, unix.CLONE_THREAD)}},
		rule{unix.SYS_CLONE3, absent, nil},
		// Landlock sees the flags of all; a filter sees not those of openat2.
		rule{unix.SYS_OPENAT2, absent, nil},
		// Signals to itself, as abort and timers send.
		rule{unix.SYS_KILL, allow, []test{is(0, self)}},
		rule{unix.SYS_TGKILL, allow, []test{is(0, self)}},
		// Limits can be read, of this process.
		rule{unix.SYS_PRLIMIT64, allow, []test{is(0, 0), pointsTo(2, 0)}},
	)
	// Not F_SETOWN and F_SETSIG, by which the kernel sends any signal to any
	// process, nor F_SETPIPE_SZ, which makes memory that no limit counts.
	rules = append(rules, when(allow, unix.SYS_FCNTL, 1, unix.F_DUPFD, unix.F_DUPFD_CLOEXEC, unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_SETFL,
		unix.F_GETLK, unix.F_SETLK, unix.F_SETLKW, unix.F_OFD_GETLK, unix.F_OFD_SETLK, unix.F_OFD_SETLKW, unix.F_GETPIPE_SZ)...)
	// Is it a terminal, how wide is it, how much is there to read. Not
	// TIOCSTI, which types into the user's shell.
	rules = append(rules, when(allow, unix.SYS_IOCTL, 1, unix.TCGETS, unix.TCGETS2, unix.TIOCGWINSZ, unix.TIOCINQ, setNonBlocking, setCloseOnExec, clearCloseOnExec)...)
	// Names of threads and of memory. Not PR_SET_PDEATHSIG, which would let
	// it outlive its parent.
	return append(rules, when(allow, unix.SYS_PRCTL, 0, unix.PR_SET_NAME, unix.PR_GET_NAME, unix.PR_SET_VMA, unix.PR_GET_DUMPABLE, unix.PR_CAPBSET_READ,
		unix.PR_GET_NO_NEW_PRIVS, unix.PR_GET_SECCOMP)...)
}
