//go:build linux && (amd64 || arm64)

package sandbox

import (
	"fmt"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// verdict is what the kernel does with a system call.
type verdict uint32

const (
	allow  = verdict(unix.SECCOMP_RET_ALLOW)
	refuse = verdict(unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM))
	absent = verdict(unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)) // as on a kernel that lacks it: libraries fall back
	kill   = verdict(unix.SECCOMP_RET_KILL_PROCESS)
)

// rule decides on one system call when all its tests hold; otherwise the rules
// after it do. The first rule that decides wins.
type rule struct {
	call    uint32
	verdict verdict
	tests   []test
}

// test holds when an argument, masked, is a value. The kernel takes most
// arguments as 32-bit numbers and ignores what a caller puts above: so a test
// compares the lower half, unless it is of a pointer.
type test struct {
	argument    uint32 // from 0
	mask, value uint32
	pointer     bool
	upper       uint32 // the upper half of a pointer
}

// is holds for an argument with this value, masked for these bits.
func is(argument, value uint32) test { return test{argument: argument, mask: ^uint32(0), value: value} }

func masked(argument, mask, value uint32) test {
	return test{argument: argument, mask: mask, value: value}
}

func pointsTo(argument uint32, address uint64) test {
	return test{argument: argument, mask: ^uint32(0), value: uint32(address), pointer: true, upper: uint32(address >> 32)}
}

// all gives each call the same verdict, whatever its arguments are.
func all(v verdict, calls ...uint32) []rule {
	rules := make([]rule, len(calls))
	for i, call := range calls {
		rules[i] = rule{call: call, verdict: v}
	}
	return rules
}

// when decides on a call for each of an argument's values.
func when(v verdict, call, argument uint32, values ...uint32) []rule {
	rules := make([]rule, len(values))
	for i, value := range values {
		rules[i] = rule{call, v, []test{is(argument, value)}}
	}
	return rules
}

// Places in the kernel's struct seccomp_data, which a filter reads in the
// machine's byte order: little-endian on both of ours.
const (
	callPlace     = 0
	machinePlace  = 4
	argumentPlace = 16 // of the first; 8 bytes each
)

// compile makes the filter's program: each rule is a block of its own that
// jumps no further than its end. What no rule decides has the last verdict.
func compile(rules []rule, last verdict) []bpf.Instruction {
	load := bpf.LoadAbsolute{Off: callPlace, Size: 4}
	program := []bpf.Instruction{
		// Calls by the 32-bit table have other numbers, on which nothing here
		// would fit.
		bpf.LoadAbsolute{Off: machinePlace, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: machine, SkipTrue: 1},
		bpf.RetConstant{Val: uint32(kill)},
		load,
		// So have those of the x32 table of amd64, which lie above.
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: otherTable, SkipTrue: 1},
		bpf.RetConstant{Val: uint32(kill)},
	}
	for _, r := range rules {
		block := r.compile()
		program = append(program, bpf.JumpIf{Cond: bpf.JumpEqual, Val: r.call, SkipFalse: uint8(len(block))})
		program = append(program, block...)
		if len(r.tests) > 0 {
			program = append(program, load) // the tests have loaded arguments in its place
		}
	}
	return append(program,
		bpf.JumpIf{Cond: bpf.JumpLessOrEqual, Val: newestCall, SkipTrue: 1},
		bpf.RetConstant{Val: uint32(absent)},
		bpf.RetConstant{Val: uint32(last)},
	)
}

// compile is the part of a rule after its call was found to be the one.
func (r rule) compile() []bpf.Instruction {
	var block []bpf.Instruction
	for _, t := range r.tests {
		place := argumentPlace + 8*t.argument
		block = append(block, bpf.LoadAbsolute{Off: place, Size: 4})
		if t.mask != ^uint32(0) {
			block = append(block, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: t.mask})
		}
		block = append(block, bpf.JumpIf{Cond: bpf.JumpEqual, Val: t.value})
		if t.pointer {
			block = append(block, bpf.LoadAbsolute{Off: place + 4, Size: 4}, bpf.JumpIf{Cond: bpf.JumpEqual, Val: t.upper})
		}
	}
	block = append(block, bpf.RetConstant{Val: uint32(r.verdict)})
	for i, instruction := range block {
		if jump, ok := instruction.(bpf.JumpIf); ok {
			jump.SkipFalse = uint8(len(block) - i - 1) // a test that fails leaves the block
			block[i] = jump
		}
	}
	return block
}

// assemble is the filter of rules as the kernel takes it; last is the verdict
// on what no rule decides.
func assemble(rules []rule, last verdict, landlock int) ([]unix.SockFilter, error) {
	if landlock < 3 {
		rules = append(truncationRules(), rules...)
	}
	assembled, err := bpf.Assemble(compile(rules, last))
	if err != nil {
		return nil, fmt.Errorf("assemble the system call filter: %w", err)
	}
	calls := make([]unix.SockFilter, len(assembled))
	for i, a := range assembled {
		calls[i] = unix.SockFilter{Code: a.Op, Jt: a.Jt, Jf: a.Jf, K: a.K}
	}
	return calls, nil
}

// enforceFilter filters the system calls of the calling thread.
func enforceFilter(calls []unix.SockFilter) error {
	program := unix.SockFprog{Len: uint16(len(calls)), Filter: &calls[0]}
	if _, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program))); errno != 0 {
		return fmt.Errorf("restrict system calls: %w", errno)
	}
	return nil
}
