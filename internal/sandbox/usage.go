//go:build linux && (amd64 || arm64)

package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A job is looked at soon after its start, and then five times a second: that
// costs some tenths of a millisecond, and in the time between a processor can
// fill some hundred megabytes.
const (
	firstLook = 50 * time.Millisecond
	nextLook  = 200 * time.Millisecond
)

// clockTick is the unit of processor times in /proc: it is 100 a second on
// every Linux that is in use.
const clockTick = 10 * time.Millisecond

// usage watches what a process group uses, and kills it when that is too much.
type usage struct {
	group   int
	most    int64 // bytes; 0: no limit
	over    chan struct{}
	ended   chan Ended
	ticks   map[int]uint64 // processor time of each process, when last looked at
	last    time.Duration  // when that was
	looks   int64
	sum     int64 // of memory, over all looks
	outcome Ended
}

// watchUsage begins to watch.
func watchUsage(group int, most int64) *usage {
	u := &usage{group: group, most: most, over: make(chan struct{}), ended: make(chan Ended)}
	go u.watch()
	return u
}

// end ends the watching and gives what was seen.
func (u *usage) end() Ended {
	close(u.over)
	return <-u.ended
}

func (u *usage) watch() {
	timer := time.NewTimer(firstLook)
	defer timer.Stop()
	for {
		select {
		case <-u.over:
			if u.looks > 0 {
				u.outcome.MeanMemory = u.sum / u.looks
			}
			u.ended <- u.outcome
			return
		case <-timer.C:
			u.look()
			timer.Reset(nextLook)
		}
	}
}

// look adds up what the processes of the group use now.
func (u *usage) look() {
	now := monotonic()
	pids := members(u.group)
	var memory int64
	var ran uint64
	ticks := map[int]uint64{}
	for _, pid := range pids {
		bytes, t, ok := process(pid)
		if !ok {
			continue
		}
		memory += bytes
		ticks[pid] = t
		if before := u.ticks[pid]; t > before {
			ran += t - before
		}
	}
	if u.looks > 0 && now > u.last {
		cpu := float64(time.Duration(ran)*clockTick) / float64(now-u.last)
		u.outcome.PeakCPU = max(u.outcome.PeakCPU, cpu)
	}
	u.ticks, u.last = ticks, now
	u.looks++
	u.sum += memory
	u.outcome.PeakMemory = max(u.outcome.PeakMemory, memory)
	// Processes that share memory have been counted with all of it; whoever is
	// to be killed is looked at more closely.
	if u.most > 0 && memory > u.most && shares(pids) > u.most {
		u.outcome.OutOfMemory = true
		_ = killGroup(u.group, unix.SIGKILL) // it may have ended
	}
}

func monotonic() time.Duration {
	var t unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) // it never fails
	return time.Duration(t.Nano())
}

// members are the processes of a group: its leader, what that has started, and
// the orphans among them, which are children of this process.
func members(group int) []int {
	found := []int{group}
	for _, orphan := range children(os.Getpid()) {
		if theirs, err := unix.Getpgid(orphan); err == nil && theirs == group && orphan != group {
			found = append(found, orphan)
		}
	}
	for i := 0; i < len(found); i++ {
		found = append(found, children(found[i])...)
	}
	return found
}

// children are what a process has started and not awaited. Kernels without
// that list give none.
func children(pid int) []int {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return nil
	}
	var found []int
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				found = append(found, child)
			}
		}
	}
	return found
}

// process is the memory of a process, in bytes, and its processor time in
// ticks. It is not ok when the process has ended.
func process(pid int) (memory int64, ticks uint64, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, false
	}
	// The name, in brackets, may hold anything. After it the state is the third
	// field of the line, so the 14th and 15th (times) are at 11 and 12, and the
	// 24th (pages) at 21.
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 22 {
		return 0, 0, false
	}
	number := func(at int) uint64 {
		n, _ := strconv.ParseUint(string(fields[at]), 10, 64) // the kernel writes numbers
		return n
	}
	return int64(number(21)) * int64(os.Getpagesize()), number(11) + number(12), true
}

// shares is the memory of processes, each with its share of what it has in
// common with others. Where that cannot be read, its memory is taken.
func shares(pids []int) (sum int64) {
	for _, pid := range pids {
		memory, _, _ := process(pid)
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if err == nil {
			for line := range strings.Lines(string(text)) {
				if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "Pss:" {
					kilobytes, _ := strconv.ParseInt(fields[1], 10, 64) // the kernel writes numbers
					memory = kilobytes * 1024
				}
			}
		}
		sum += memory
	}
	return sum
}
