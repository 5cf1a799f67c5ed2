//go:build linux && (amd64 || arm64)

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestMain makes the test binary a program to be put in a sandbox: called with
// a probe's name and its arguments it tries what the probe says and prints
// "done" or the error.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "probe" {
		if err := probes[os.Args[2]](os.Args[3:]); err != nil {
			fmt.Println(err)
			os.Exit(3)
		}
		fmt.Println("done")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// probes are what a program in a sandbox tries. They must not be refused by
// Go or the C library before the kernel has its say.
var probes = map[string]func(args []string) error{
	"read": func(a []string) error { _, err := os.ReadFile(a[0]); return err },
	"list": func(a []string) error { _, err := os.ReadDir(a[0]); return err },
	"write": func(a []string) error {
		return os.WriteFile(a[0], []byte("written"), 0o600)
	},
	"append": func(a []string) error {
		f, err := os.OpenFile(a[0], os.O_WRONLY|os.O_APPEND, 0)
		return errors.Join(err, f.Close())
	},
	"truncate":        func(a []string) error { return unix.Truncate(a[0], 0) },
	"truncate-reader": func(a []string) error { _, err := unix.Open(a[0], unix.O_RDONLY|unix.O_TRUNC, 0); return err },
	"remove":          func(a []string) error { return unix.Unlink(a[0]) },
	"rename":          func(a []string) error { return os.Rename(a[0], a[1]) },
	"mkdir":           func(a []string) error { return os.Mkdir(a[0], 0o700) },
	"symlink":         func(a []string) error { return os.Symlink("x", a[0]) },
	"link":            func(a []string) error { return os.Link(a[0], a[1]) },
	"mkfifo":          func(a []string) error { return unix.Mkfifo(a[0], 0o600) },
	"mknod":           func(a []string) error { return unix.Mknod(a[0], unix.S_IFCHR|0o600, int(unix.Mkdev(1, 3))) },
	"chmod":           func(a []string) error { return os.Chmod(a[0], 0o777) },
	"chown":           func(a []string) error { return os.Lchown(a[0], os.Getuid(), os.Getgid()) },
	"times":           func(a []string) error { return os.Chtimes(a[0], time.Unix(1, 0), time.Unix(1, 0)) },
	"xattr":           func(a []string) error { return unix.Setxattr(a[0], "user.x", []byte("y"), 0) },
	"handle":          func(a []string) error { _, _, err := unix.NameToHandleAt(unix.AT_FDCWD, a[0], 0); return err },

	"socket": func(a []string) error {
		n := numbers(a)
		_, err := unix.Socket(n[0], n[1], n[2])
		return err
	},
	"every-socket": everySocket,
	"socketpair":   func(a []string) error { _, err := unix.Socketpair(unix.AF_UNIX, numbers(a)[0], 0); return err },
	"abstract":     func(a []string) error { _, err := net.Dial("unix", a[0]); return err },
	"dial":         func(a []string) error { _, err := net.Dial("tcp", a[0]); return err },
	"io-uring":     func([]string) error { return raw(unix.SYS_IO_URING_SETUP, 1, uintptr(unsafe.Pointer(&[30]uint64{}))) },
	"fork":         func([]string) error { return fork(unix.SYS_CLONE, uintptr(unix.SIGCHLD)) },
	"fork-upper":   func([]string) error { return fork(unix.SYS_CLONE, uintptr(unix.SIGCHLD)|1<<32) },
	"clone3": func([]string) error {
		return raw(unix.SYS_CLONE3, uintptr(unsafe.Pointer(&[11]uint64{4: uint64(unix.SIGCHLD)})), 88)
	},
	"start": func(a []string) error { return exec.Command(a[0], a[1:]...).Run() },
	"exec":  func(a []string) error { return unix.Exec(a[0], a, nil) },
	"exec-self": func([]string) error {
		return unix.Exec("/proc/self/exe", []string{"x", "probe", "read", "/dev/null"}, nil)
	},
	"kill":           func(a []string) error { return unix.Kill(numbers(a)[0], 0) },
	"kill-parent":    func([]string) error { return unix.Kill(os.Getppid(), 0) },
	"own":            func(a []string) error { _, err := unix.FcntlInt(0, unix.F_SETOWN, numbers(a)[0]); return err },
	"pidfd":          func(a []string) error { _, err := unix.PidfdOpen(numbers(a)[0], 0); return err },
	"ptrace":         func([]string) error { return unix.PtraceAttach(os.Getppid()) },
	"read-memory":    func([]string) error { return raw(unix.SYS_PROCESS_VM_READV, uintptr(os.Getppid()), 0, 0, 0, 0, 0) },
	"parent-memory":  func([]string) error { _, err := os.Open(fmt.Sprintf("/proc/%d/mem", os.Getppid())); return err },
	"parent-environ": func([]string) error { _, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", os.Getppid())); return err },
	"setsid":         func([]string) error { _, err := unix.Setsid(); return err },
	"setpgid":        func([]string) error { return unix.Setpgid(0, 0) },
	"unshare":        func([]string) error { return unix.Unshare(unix.CLONE_NEWUSER) },
	"mount":          func(a []string) error { return unix.Mount("none", a[0], "tmpfs", 0, "") },
	"chroot":         func(a []string) error { return unix.Chroot(a[0]) },
	"memfd":          func([]string) error { _, err := unix.MemfdCreate("x", 0); return err },
	"shared-memory":  func([]string) error { _, err := unix.SysvShmGet(unix.IPC_PRIVATE, 4096, 0o600); return err },
	"keyring": func([]string) error {
		_, err := unix.AddKey("user", "x", []byte("y"), unix.KEY_SPEC_PROCESS_KEYRING)
		return err
	},
	"bpf": func([]string) error { return raw(unix.SYS_BPF, 0, 0, 0) },
	"large-pipe": func([]string) error {
		var p [2]int
		if err := unix.Pipe(p[:]); err != nil {
			return nil
		}
		_, err := unix.FcntlInt(uintptr(p[0]), unix.F_SETPIPE_SZ, 1<<20)
		return err
	},
	"outlive":      func([]string) error { return unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) },
	"limit-parent": func([]string) error { return unix.Prlimit(os.Getppid(), unix.RLIMIT_CORE, &unix.Rlimit{}, nil) },
	"raise-limit": func([]string) error {
		return unix.Prlimit(0, unix.RLIMIT_AS, &unix.Rlimit{Cur: unix.RLIM_INFINITY, Max: unix.RLIM_INFINITY}, nil)
	},
	"unknown-call": func([]string) error { return raw(newestCall + 40) },
	"type-into-terminal": func([]string) error {
		return raw(unix.SYS_IOCTL, 0, unix.TIOCSTI, uintptr(unsafe.Pointer(&[]byte("x")[0])))
	},

	"memory": func([]string) error {
		time.Sleep(200 * time.Millisecond) // a job's limits are set right after its start
		for range 40 {
			if _, err := unix.Mmap(-1, 0, 100<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANON); err != nil {
				return err
			}
		}
		return nil
	},
	"spin": func([]string) error {
		for n := uint64(1); n != 0; n++ { // for centuries
		}
		return nil
	},
	"sleep": func([]string) error { time.Sleep(time.Minute); return nil },
	"exit":  func(a []string) error { os.Exit(numbers(a)[0]); return nil },
	"die": func(a []string) error {
		_ = unix.Kill(os.Getpid(), syscall.Signal(numbers(a)[0]))
		time.Sleep(time.Minute)
		return nil
	},
	"state": state,
	"stay": func([]string) error {
		fmt.Println(os.Getpid())
		time.Sleep(time.Minute)
		return nil
	},
	// Tells its number and that of a program that it starts, and stays if it
	// is told to. More arguments only mark it.
	"leave-behind": func(a []string) error {
		cmd := exec.Command("/proc/self/exe", append([]string{"probe", "sleep"}, a...)...)
		if err := cmd.Start(); err != nil {
			return err
		}
		if len(a) > 0 && a[0] == "and do not listen" {
			signal.Ignore(syscall.SIGTERM)
		}
		fmt.Printf("%d\n%d\n", os.Getpid(), cmd.Process.Pid)
		if len(a) > 0 {
			time.Sleep(time.Minute)
		}
		return nil
	},
	// Fills memory of its own, in itself and in others that it starts.
	"fill": func(a []string) error {
		n := numbers(a)
		var cmd *exec.Cmd
		if n[0] > 1 {
			cmd = exec.Command("/proc/self/exe", "probe", "fill", strconv.Itoa(n[0]-1), a[1])
			if err := cmd.Start(); err != nil {
				return err
			}
		}
		if _, err := filled(n[1], unix.MAP_PRIVATE); err != nil {
			return err
		}
		time.Sleep(time.Second)
		if cmd == nil {
			return nil
		}
		return cmd.Wait()
	},
	// Forks, so that all have one memory in common.
	"share": func(a []string) error {
		n := numbers(a)
		if _, err := filled(n[1], unix.MAP_SHARED); err != nil {
			return err
		}
		for range n[0] - 1 {
			pid, _, errno := unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0, 0, 0, 0)
			if errno != 0 {
				return errno
			}
			if pid == 0 {
				// Only raw calls may be made here.
				wait := unix.Timespec{Sec: 1}
				_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&wait)), 0, 0)
				_, _, _ = unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
			}
		}
		time.Sleep(time.Second)
		return nil
	},
	"drive":     drive,
	"nested":    nested,
	"available": func([]string) error { return Available() },
}

// nested puts a program into a sandbox within the sandbox, as a job does that
// evaluates a study.
func nested(args []string) error {
	p := Policy{CPU: 10 * time.Second}
	p.Readable = SystemLibraries()
	cmd, err := Command(context.Background(), p, os.Args[0], append([]string{"probe"}, args...)...)
	if err != nil {
		return err
	}
	out, err := cmd.CombinedOutput()
	return fmt.Errorf("inside: %s (%w)", strings.TrimSpace(string(out)), err)
}

// state tells what the process has been handed.
func state([]string) error {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	var open []string
	for _, e := range entries {
		to, err := os.Readlink(filepath.Join("/proc/self/fd", e.Name()))
		if err == nil && !strings.HasPrefix(to, "anon_inode:[event") && !strings.HasSuffix(to, "/fd") {
			open = append(open, e.Name()+"="+to)
		}
	}
	fmt.Println("files", open)
	fmt.Println("environment", os.Environ())
	status, err := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "Cap") || strings.HasPrefix(line, "NoNewPrivs") {
			fmt.Println(strings.Join(strings.Fields(line), " "))
		}
	}
	return err
}

// everySocket fails unless every family and kind is refused.
func everySocket([]string) error {
	for family := range 64 {
		for kind := range 8 {
			for _, flags := range []int{0, unix.SOCK_CLOEXEC} {
				if _, err := unix.Socket(family, kind|flags, 0); !errors.Is(err, unix.EPERM) {
					return fmt.Errorf("socket(%d, %d): %w", family, kind|flags, err)
				}
				if _, err := unix.Socketpair(family, kind|flags, 0); !errors.Is(err, unix.EPERM) {
					return fmt.Errorf("socketpair(%d, %d): %w", family, kind|flags, err)
				}
			}
		}
	}
	return unix.EPERM
}

// filled are so many mebibytes, each page of which is in use.
func filled(mebibytes, flags int) ([]byte, error) {
	memory, err := unix.Mmap(-1, 0, mebibytes<<20, unix.PROT_READ|unix.PROT_WRITE, flags|unix.MAP_ANON)
	for i := 0; i < len(memory); i += 4096 {
		memory[i] = 1
	}
	return memory, err
}

func raw(call uintptr, args ...uintptr) error {
	var a [6]uintptr
	copy(a[:], args)
	if _, _, errno := unix.RawSyscall6(call, a[0], a[1], a[2], a[3], a[4], a[5]); errno != 0 {
		return errno
	}
	return nil
}

func fork(call, flags uintptr) error {
	pid, _, errno := unix.RawSyscall6(call, flags, 0, 0, 0, 0, 0)
	if errno != 0 {
		return errno
	}
	if pid == 0 {
		_, _, _ = unix.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
	}
	return nil
}

func numbers(args []string) []int {
	n := make([]int, len(args))
	for i, a := range args {
		n[i], _ = strconv.Atoi(a)
	}
	return n
}
