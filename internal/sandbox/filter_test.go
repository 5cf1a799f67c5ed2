//go:build linux && (amd64 || arm64)

package sandbox

import (
	"encoding/binary"
	"testing"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// ask gives a filter's verdict on a call. The emulated machine reads words
// big-endian, so each half of an argument is laid out so, in the order of
// ours: lower half first.
func ask(t *testing.T, vm *bpf.VM, arch, call uint32, args ...uint64) verdict {
	t.Helper()
	data := binary.BigEndian.AppendUint32(nil, call)
	data = binary.BigEndian.AppendUint32(data, arch)
	data = append(data, make([]byte, 8)...) // the instruction's address
	for i := range 6 {
		var a uint64
		if i < len(args) {
			a = args[i]
		}
		data = binary.BigEndian.AppendUint32(data, uint32(a))
		data = binary.BigEndian.AppendUint32(data, uint32(a>>32))
	}
	got, err := vm.Run(data)
	if err != nil {
		t.Fatal(err)
	}
	return verdict(uint32(got))
}

func machineOf(t *testing.T, rules []rule, last verdict) *bpf.VM {
	t.Helper()
	vm, err := bpf.NewVM(compile(rules, last))
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

func TestAloneFilter(t *testing.T) {
	t.Parallel()
	const pid, path = 4321, 0x7fff_0000_c000
	vm := machineOf(t, aloneRules(pid, path), refuse)
	const upper = 1 << 32
	const thread = unix.CLONE_VM | unix.CLONE_THREAD | unix.CLONE_SIGHAND
	for _, c := range []struct {
		name string
		call uint32
		args []uint64
		want verdict
	}{
		{"read", unix.SYS_READ, nil, allow},
		{"last of the list", unix.SYS_GETRANDOM, nil, allow},
		{"fork", unix.SYS_CLONE, []uint64{uint64(unix.SIGCHLD)}, refuse},
		{"vfork", unix.SYS_CLONE, []uint64{unix.CLONE_VM | unix.CLONE_VFORK}, refuse},
		{"thread", unix.SYS_CLONE, []uint64{thread}, allow},
		{"thread in a new network", unix.SYS_CLONE, []uint64{thread | unix.CLONE_NEWNET}, refuse},
		{"thread flag above", unix.SYS_CLONE, []uint64{unix.CLONE_THREAD << 32}, refuse},
		{"clone3", unix.SYS_CLONE3, nil, absent},
		{"execve of the program", unix.SYS_EXECVE, []uint64{path}, allow},
		{"execve of another", unix.SYS_EXECVE, []uint64{path + 1}, refuse},
		{"execve, other upper half", unix.SYS_EXECVE, []uint64{path + upper}, refuse},
		{"execve, lower half only", unix.SYS_EXECVE, []uint64{path & 0xffffffff}, refuse},
		{"execveat", unix.SYS_EXECVEAT, nil, refuse},
		{"kill self", unix.SYS_KILL, []uint64{pid, 6}, allow},
		{"kill another", unix.SYS_KILL, []uint64{pid + 1, 6}, refuse},
		{"kill all", unix.SYS_KILL, []uint64{^uint64(0), 6}, refuse},
		{"kill group", unix.SYS_KILL, []uint64{0, 6}, refuse},
		{"tkill", unix.SYS_TKILL, []uint64{pid}, refuse},
		{"read limits", unix.SYS_PRLIMIT64, []uint64{0, 9, 0, path}, allow},
		{"set limits", unix.SYS_PRLIMIT64, []uint64{0, 9, path}, refuse},
		{"set limits, upper half of a pointer", unix.SYS_PRLIMIT64, []uint64{0, 9, upper}, refuse},
		{"duplicate", unix.SYS_FCNTL, []uint64{3, unix.F_DUPFD_CLOEXEC}, allow},
		{"set owner", unix.SYS_FCNTL, []uint64{3, unix.F_SETOWN}, refuse},
		{"set owner, disguised", unix.SYS_FCNTL, []uint64{3, unix.F_SETOWN | upper}, refuse},
		{"is a terminal", unix.SYS_IOCTL, []uint64{0, unix.TCGETS}, allow},
		{"type into it", unix.SYS_IOCTL, []uint64{0, unix.TIOCSTI}, refuse},
		{"socket", unix.SYS_SOCKET, nil, refuse},
		{"outlive", unix.SYS_PRCTL, []uint64{unix.PR_SET_PDEATHSIG}, refuse},
		{"newest", newestCall, nil, refuse},
		{"newer", newestCall + 1, nil, absent},
	} {
		if got := ask(t, vm, machine, c.call, c.args...); got != c.want {
			t.Errorf("%s: got %#x, want %#x", c.name, got, c.want)
		}
	}
}

// TestSetGroupFilter: with the pass, and only with it, a group can be made.
func TestSetGroupFilter(t *testing.T) {
	t.Parallel()
	const pass = 0x1234_5678 << 32
	vm := machineOf(t, append(setGroupRules(pass), jobRules(Policy{})...), allow)
	for _, c := range []struct {
		name string
		args []uint64
		want verdict
	}{
		{"with the pass", []uint64{0, pass}, allow},
		{"for another process", []uint64{5, pass}, kill},
		{"another group with the pass", []uint64{0, pass | 5}, kill},
		{"without", []uint64{0, 0}, refuse},
		{"as the leader", []uint64{5, 5}, refuse},
		{"a negative group", []uint64{0, ^uint64(0)}, refuse},
		{"a guess", []uint64{0, pass + 1<<32}, kill},
	} {
		if got := ask(t, vm, machine, unix.SYS_SETPGID, c.args...); got != c.want {
			t.Errorf("%s: got %#x, want %#x", c.name, got, c.want)
		}
	}
}

// TestOtherTables: calls whose numbers mean something else kill.
func TestOtherTables(t *testing.T) {
	t.Parallel()
	for _, vm := range []*bpf.VM{machineOf(t, aloneRules(1, 1), refuse), machineOf(t, jobRules(Policy{Network: true}), allow)} {
		for _, arch := range []uint32{unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_ARM, 0} {
			if got := ask(t, vm, arch, unix.SYS_READ); got != kill {
				t.Errorf("architecture %#x: got %#x", arch, got)
			}
		}
		for _, call := range []uint32{otherTable, otherTable + 1, ^uint32(0)} {
			if got := ask(t, vm, machine, call); got != kill {
				t.Errorf("call %#x: got %#x", call, got)
			}
		}
	}
}

// TestTruncationOnOldKernels: before Linux 6.2, Landlock does not see it.
func TestTruncationOnOldKernels(t *testing.T) {
	t.Parallel()
	vm := machineOf(t, append(truncationRules(), jobRules(Policy{})...), allow)
	for _, c := range []struct {
		name string
		call uint32
		args []uint64
		want verdict
	}{
		{"read", unix.SYS_OPENAT, []uint64{0, 0, unix.O_RDONLY}, allow},
		{"write anew", unix.SYS_OPENAT, []uint64{0, 0, unix.O_WRONLY | unix.O_TRUNC | unix.O_CREAT}, allow},
		{"read and truncate", unix.SYS_OPENAT, []uint64{0, 0, unix.O_RDONLY | unix.O_TRUNC | unix.O_CLOEXEC}, refuse},
		{"truncate", unix.SYS_TRUNCATE, nil, refuse},
		{"truncate what is open", unix.SYS_FTRUNCATE, nil, allow},
		{"openat2", unix.SYS_OPENAT2, nil, absent},
	} {
		if got := ask(t, vm, machine, c.call, c.args...); got != c.want {
			t.Errorf("%s: got %#x, want %#x", c.name, got, c.want)
		}
	}
	for _, call := range openCalls {
		if got := ask(t, vm, machine, call, 0, unix.O_TRUNC); got != refuse {
			t.Errorf("open: got %#x", got)
		}
	}
}

// TestCompile compares the program with the rules read one by one.
func TestCompile(t *testing.T) {
	t.Parallel()
	rules := append(append(truncationRules(), setGroupRules(1<<32)...), append(jobRules(Policy{Network: true}), aloneRules(7, 0x1_0000_0002)...)...)
	vm := machineOf(t, rules, refuse)
	arguments := []uint64{0, 1, 2, 3, 7, 16, unix.CLONE_THREAD, unix.CLONE_NEWPID, unix.O_TRUNC, 0x1_0000_0002, ^uint64(0)}
	for call := range uint32(newestCall + 3) {
		for _, a := range arguments {
			for _, b := range arguments {
				args := [6]uint64{a, b, a, b, a, b}
				if got, want := ask(t, vm, machine, call, args[:]...), read(rules, call, args); got != want {
					t.Fatalf("call %d (%#x, %#x): the program says %#x, the rules %#x", call, a, b, got, want)
				}
			}
		}
	}
}

// read is what rules mean.
func read(rules []rule, call uint32, args [6]uint64) verdict {
rules:
	for _, r := range rules {
		if r.call != call {
			continue
		}
		for _, t := range r.tests {
			a := args[t.argument]
			if uint32(a)&t.mask != t.value || t.pointer && uint32(a>>32) != t.upper {
				continue rules
			}
		}
		return r.verdict
	}
	if call > newestCall {
		return absent
	}
	return refuse
}
