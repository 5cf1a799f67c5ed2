// Package sandbox starts a process that can reach only what it is told to:
// a study's Python, and the jobs of the driver.
//
//	cmd, err := sandbox.Command(ctx, sandbox.Policy{
//		Readable: append(sandbox.SystemLibraries(), repository, home),
//		Memory:   2 << 30,
//	}, interpreter, "recorder.py")
//	cmd.Env = append(cmd.Env, "PYTHONHASHSEED=0") // it starts empty
//	err = cmd.Run()
//
// Linux restricts threads, and what a thread starts inherits its restrictions;
// they must be put on before the program is executed. There are two ways:
//
// A job, which may start other programs ([Guard.Run]), is started by a thread
// of this process that restricted itself and that Go uses for nothing else. This
// costs one millisecond. The guard is one process for all jobs of a caller:
//
//	caller ─┬─ restricted thread ──clone, execve──► job, leader of its group
//	        └─ pipe ──► guard: kills the jobs' groups when the pipe ends
//
// A program that may start none, such as a study's Python ([Command]), cannot be
// started so: the thread could not start it either. For it the executable
// starts itself twice, and init.go takes over before main:
//
//	caller ──starts──► supervisor ──starts──► launcher ──execve──► the program
//	  ▲                 │ same executable,     same executable,
//	  └──── pidfd ──────┘ not restricted       restricts itself
//
// So any program that imports this package can use it, a test too, without a
// word in its main. The supervisor lives as long as the program. It watches the
// caller's process by a pidfd, ends the program when that dies, and then ends in
// the way the program did. Its main thread never ends early: the death signal
// that Linux ties to a parent's thread comes with its death only.
//
// What holds on Linux, and a test for each tries to break it:
//
//   - S1: files. Readable may be read, Runnable read and executed, Writable
//     changed; nothing else can be opened, whatever path or link leads there
//     (Landlock). The devices null, zero, full, random and urandom may be.
//   - S2: sockets. Without Network, no socket of any family can be made (a
//     program with Processes may make a pair of connected ones); with it, only
//     internet ones: never a unix socket, behind which a daemon may listen.
//   - S3: processes. A program that is run alone starts none and executes
//     nothing; those of a job all stay in one process group.
//   - S4: system calls. A program alone can make only those on a list; others
//     fail with EPERM, those newer than the list with ENOSYS, for which
//     libraries have a fallback. For a job those fail that reach past it:
//     tracing, mounts, namespaces, keys, io_uring, shared memory by key. Calls
//     by another architecture's table kill.
//   - S5: limits. Address space and processor time of each process as the
//     policy says, 1,024 open files, no core dump; and the memory that all
//     processes of a job use together (looked at five times a second).
//   - S6: nothing is handed down: the environment is what the caller puts into
//     it (a job's has the guard's mark too), no file is open but standard
//     input, output and error, and of root's capabilities only those over file
//     modes are left.
//   - S7: the process and all that it started end with the caller's process,
//     also when that is killed.
//
// What it does not do: it does not hide that a file exists; without KeepModes it
// cannot keep a job from changing modes and times of files that its user owns,
// nor, before Linux 6.12, from sending signals to its user's other processes;
// before Linux 5.19 a Writable folder does not let files be moved to another
// folder. A job cannot itself run jobs, but can run programs alone. One gap is
// known in S7: when the caller and the guard are killed in the same moment,
// what a job had itself started goes on until it ends.
package sandbox
