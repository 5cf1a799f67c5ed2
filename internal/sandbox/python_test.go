//go:build linux && (amd64 || arm64)

package sandbox

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// python is this machine's interpreter, with what it reads.
func python(t *testing.T) (string, []string) {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 on this machine")
	}
	out, err := exec.Command(path, "-c", `import sys; print(sys.executable, sys.prefix, sys.base_prefix, *filter(None, sys.path), sep="\n")`).Output()
	if err != nil {
		t.Fatal(err)
	}
	// The interpreter itself: python3 may be a script that looks for one.
	paths := strings.Split(strings.TrimSpace(string(out)), "\n")
	return paths[0], paths[1:]
}

// TestPythonCannotEscape tries what a hostile study would. Each script tells
// what it got; none may say "escaped".
func TestPythonCannotEscape(t *testing.T) {
	t.Parallel()
	interpreter, libraries := python(t)
	at := newPlace(t)
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(home); err != nil {
		home = at.secret // a user of services has none
	}
	for name, c := range map[string]struct{ script, want string }{
		"works": {`
import json, decimal, datetime, re, csv, os, threading, locale, zoneinfo
results = []
threads = [threading.Thread(target=lambda: results.append(open("file").read())) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
print(results, os.listdir("."), datetime.date(2020, 2, 1), os.environ.get("HOME"))`, "['content', 'content',"},
		"home":              {`import os; print("escaped", os.listdir("` + home + `"))`, "PermissionError"},
		"secret":            {`print("escaped", open("` + at.secret + `/file").read())`, "PermissionError"},
		"link":              {`print("escaped", open("link").read())`, "PermissionError"},
		"folder link":       {`import os; print("escaped", os.listdir("folder"))`, "PermissionError"},
		"write":             {`open("new", "w"); print("escaped")`, "PermissionError"},
		"write elsewhere":   {`open("/tmp/cohortcounts-escaped", "w"); print("escaped")`, "PermissionError"},
		"temporary file":    {`import tempfile; tempfile.TemporaryFile(); print("escaped")`, "No usable temporary directory"},
		"chmod":             {`import os; os.chmod("file", 0o777); print("escaped")`, "PermissionError"},
		"socket":            {`import socket; socket.socket(); print("escaped")`, "PermissionError"},
		"address":           {`import urllib.request as u; u.urlopen("http://127.0.0.1:1"); print("escaped")`, "not permitted"},
		"name":              {`import socket; socket.getaddrinfo("localhost", 80, type=socket.SOCK_RAW); print("resolved without a socket"); socket.create_connection(("localhost", 80)); print("escaped")`, "rror"},
		"fork":              {`import os; os.fork(); print("escaped")`, "PermissionError"},
		"fork bomb":         {"import os\nwhile True: os.fork(); print('escaped')", "PermissionError"},
		"system":            {`import os; print("escaped" if os.system("true") == 0 else "refused")`, "refused"},
		"spawn":             {`import subprocess; subprocess.run(["/bin/sh", "-c", "echo escaped"])`, "PermissionError"},
		"posix_spawn":       {`import os; os.posix_spawn("/bin/true", ["true"], {}); print("escaped")`, "PermissionError"},
		"multiprocessing":   {`import multiprocessing as m; p = m.get_context("fork").Process(target=print); p.start(); print("escaped")`, "PermissionError"},
		"exec":              {`import os; os.execv("/bin/sh", ["sh", "-c", "echo escaped"])`, "PermissionError"},
		"exec itself":       {`import os, sys; os.execv(sys.executable, ["python", "-c", "print('escaped')"])`, "PermissionError"},
		"ctypes system":     {`import ctypes; print("escaped" if ctypes.CDLL(None).system(b"echo escaped") == 0 else "refused")`, "refused"},
		"ctypes fork":       {`import ctypes; print("escaped" if ctypes.CDLL(None).fork() >= 0 else "refused")`, "refused"},
		"ctypes clone3":     {`import ctypes; print("escaped" if ctypes.CDLL(None).syscall(435, ctypes.create_string_buffer(88), 88) >= 0 else "refused")`, "refused"},
		"ctypes io_uring":   {`import ctypes; print("escaped" if ctypes.CDLL(None).syscall(425, 1, ctypes.create_string_buffer(240)) >= 0 else "refused")`, "refused"},
		"ctypes ptrace":     {`import ctypes, os; print("escaped" if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) >= 0 else "refused")`, "refused"},
		"environment":       {`print("escaped", open("/proc/self/environ").read())`, "PermissionError"},
		"parent":            {`import os; print("escaped", open(f"/proc/{os.getppid()}/mem", "rb").read(1))`, "PermissionError"},
		"parent's files":    {`import os; print("escaped", os.listdir(f"/proc/{os.getppid()}/fd"))`, "PermissionError"},
		"parent's folder":   {`import os; print("escaped", os.listdir(f"/proc/{os.getppid()}/cwd/"))`, "PermissionError"},
		"kill parent":       {`import os; os.kill(os.getppid(), 9); print("escaped")`, "PermissionError"},
		"parent's environ":  {`import os; print("escaped", open(f"/proc/{os.getppid()}/environ").read())`, "PermissionError"},
		"own memory":        {`open("/proc/self/mem", "r+b"); print("escaped")`, "PermissionError"},
		"own root":          {`print("escaped", open("/proc/self/root/etc/hostname").read())`, "PermissionError"},
		"shared memory":     {`open("/dev/shm/cohortcounts-escaped", "w"); print("escaped")`, "PermissionError"},
		"terminal":          {`open("/dev/tty"); print("escaped")`, "rror"},
		"memory of all":     {`open("/dev/mem", "rb"); print("escaped")`, "rror"},
		"session":           {`import os; os.setsid(); print("escaped")`, "PermissionError"},
		"program in memory": {`import os; os.execve(0, ["sh"], {}); print("escaped")`, "PermissionError"},
		"every family": {`
import errno, socket
for family in range(50):
    for kind in range(1, 6):
        try: socket.socket(family, kind); print("escaped", family, kind)
        except OSError as e: assert e.errno == errno.EPERM, (family, kind, e)
print("refused")`, "refused"},
		// Calls by their numbers, which are those of both machines: io_uring,
		// pidfd and its kin, mounts, and what came after them.
		"newer calls": {`
import ctypes
room = ctypes.create_string_buffer(4096)
for call in list(range(424, 435)) + list(range(437, 472)):
    if call in (439, 441, 449, 462): continue # faccessat2, epoll_pwait2, futex_waitv, mseal: allowed
    if ctypes.CDLL(None).syscall(call, room, 0, 0, room, 0, 0) >= 0: print("escaped by", call)
print("refused")`, "refused"},
		"calls of the library": {`
import ctypes
libc, room = ctypes.CDLL(None), ctypes.create_string_buffer(4096)
for call in ("shmget", "semget", "msgget", "unshare", "setns", "inotify_init1", "fanotify_init", "memfd_create", "process_vm_readv",
    "process_vm_writev", "name_to_handle_at", "open_by_handle_at", "mount", "umount2", "chroot", "personality", "setpgid", "setuid",
    "setgid", "sched_setaffinity", "setpriority", "mlockall", "sethostname", "splice", "vmsplice", "tee", "copy_file_range", "symlink",
    "link", "rename", "unlink", "mkdir", "rmdir", "truncate", "mkfifo", "setxattr", "pidfd_open", "quotactl", "acct", "swapon", "reboot"):
    function = getattr(libc, call, None)
    if function is not None and function(room, room, 0, room, 0, 0) >= 0: print("escaped by", call)
print("refused")`, "refused"},
		"kernel calls": {`
import ctypes, platform
numbers = {"x86_64": {"keyctl": 250, "add_key": 248, "userfaultfd": 323, "bpf": 321, "perf_event_open": 298, "mq_open": 240, "kcmp": 312, "execveat": 322},
    "aarch64": {"keyctl": 219, "add_key": 217, "userfaultfd": 282, "bpf": 280, "perf_event_open": 241, "mq_open": 180, "kcmp": 272, "execveat": 281}}
room = ctypes.create_string_buffer(4096)
for name, call in numbers[platform.machine()].items():
    if ctypes.CDLL(None).syscall(call, room, 0, 0, 0, 0) >= 0: print("escaped by", name)
print("refused")`, "refused"},
		"kill all": {`import os; os.kill(-1, 9); print("escaped")`, "PermissionError"},
		"memory":   {`x = bytearray(3 << 30); print("escaped")`, "MemoryError"},
		"memory bit by bit": {`
import mmap
x = [mmap.mmap(-1, 64 << 20) for _ in range(40)]
print("escaped")`, "Cannot allocate memory"},
		"memory by threads": {`
import threading, time
threading.stack_size(1 << 26)
for _ in range(200): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("escaped")`, "can't start new thread"},
		"memory by file": {`import os; os.memfd_create("x"); print("escaped")`, "PermissionError"},
		"more memory":    {`import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1)); print("escaped")`, "rror"},
		"for ever":       {"while True: pass", "signal: CPU time limit exceeded"},
		"for ever, deaf": {"import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", "signal: killed"},
		"crash":          {`import ctypes; ctypes.string_at(0)`, "signal: segmentation fault"},
		"abort":          {`import os; os.abort()`, "signal: aborted"},
		"exit":           {`import os; os._exit(9)`, "exit status 9"},
		"trace itself":   {`import ctypes; print("escaped" if ctypes.CDLL(None).prctl(1, 0) == 0 else "refused")`, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			cmd, err := Command(ctx, Policy{
				Readable: append(append(SystemLibraries(), libraries...), at.repository),
				Memory:   2 << 30,
				CPU:      time.Second,
			}, interpreter, "-s", "-B", "-c", c.script)
			if err != nil {
				t.Fatal(err)
			}
			cmd.Dir = at.repository
			out, err := cmd.CombinedOutput()
			got := string(out)
			if err != nil {
				got += err.Error()
			}
			// A traceback shows the script, and with it the word.
			for _, line := range strings.Split(string(out), "\n") {
				if strings.HasPrefix(line, "escaped") {
					t.Errorf("escaped: %s", got)
				}
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if _, err := os.Stat("/tmp/cohortcounts-escaped"); !errors.Is(err, os.ErrNotExist) {
		t.Error("a file was written in /tmp")
	}
}

// TestPythonJob runs what jobs do: shells, pools of processes, temporary files
// in their own folder.
func TestPythonJob(t *testing.T) {
	t.Parallel()
	interpreter, libraries := python(t)
	at := newPlace(t)
	for name, c := range map[string]struct {
		script, want string
		network      bool
	}{
		"shell":       {script: `import subprocess; print(subprocess.check_output("cat file | tr c C", shell=True, text=True))`, want: "Content"},
		"pool":        {script: `import concurrent.futures as f; print(sum(f.ProcessPoolExecutor(3).map(abs, range(-9, 0))))`, want: "45"},
		"event loop":  {script: `import asyncio; asyncio.run(asyncio.sleep(0)); print("slept")`, want: "slept"},
		"output":      {script: `import shutil; shutil.copy("file", "` + at.output + `/copy"); shutil.move("` + at.output + `/copy", "` + at.output + `/moved"); print("copied")`, want: "copied"},
		"its input":   {script: `open("file", "a")`, want: "PermissionError"},
		"home":        {script: `print(open("` + at.secret + `/file").read())`, want: "PermissionError"},
		"no network":  {script: `import socket; socket.socket()`, want: "PermissionError"},
		"network":     {script: `import socket; s = socket.create_server(("127.0.0.1", 0)); socket.create_connection(s.getsockname()); print("connected")`, want: "connected", network: true},
		"unix socket": {script: `import socket; socket.socket(socket.AF_UNIX).connect("/run/docker.sock")`, want: "PermissionError", network: true},
		"daemon":      {script: `import subprocess; subprocess.Popen(["sleep", "60"], start_new_session=True)`, want: "PermissionError"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, state := runJob(t, Job{
				Policy: Policy{
					Readable: append(append(SystemSettings(), libraries...), at.repository),
					Runnable: SystemPrograms(),
					Writable: []string{at.output, "/dev/shm"}, // Python's pools have semaphores there
					Network:  c.network,
				},
				Path: interpreter, Args: []string{"-c", c.script}, Dir: at.repository,
				Env: []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + filepath.Join(at.output)},
			})
			if !strings.Contains(out, c.want) {
				t.Errorf("got %q (%v), want %q", out, state, c.want)
			}
		})
	}
}
