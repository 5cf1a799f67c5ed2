//go:build linux && (amd64 || arm64)

package sandbox

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// guard is the process of a [Guard]. It reads numbers of process groups, 32
// bits each, negative for one that is over. When there are no more to read, the
// caller's process has gone, and what it ran is killed.
func guard(mark string) error {
	closeInherited()
	groups := map[int]bool{}
	for {
		var order [4]byte
		if _, err := io.ReadFull(os.Stdin, order[:]); err != nil {
			break
		}
		if group := int(int32(binary.LittleEndian.Uint32(order[:]))); group > 0 {
			groups[group] = true
		} else {
			delete(groups, -group)
		}
	}
	for group := range groups {
		_ = unix.Kill(-group, unix.SIGKILL) // it may have ended
	}
	// What was started in the caller's last moment was not told. It carries the
	// mark; and what it starts meanwhile does too.
	// Some rounds only: a process that the kernel does not let go is no reason
	// to stay for ever.
	const rounds, pause = 200, 5 * time.Millisecond
	for round := 0; round < rounds && killMarked([]byte("\x00"+markVariable+"="+mark+"\x00")); round++ {
		time.Sleep(pause)
	}
	return errors.New("its caller has gone")
}

// killMarked kills the processes whose environment holds a mark, and tells
// whether there were any.
func killMarked(mark []byte) (any bool) {
	proc, err := os.Open("/proc")
	if err != nil {
		return false
	}
	defer proc.Close() //nolint:errcheck // it was only read
	names, err := proc.Readdirnames(-1)
	if err != nil {
		return false
	}
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err != nil || !bytes.Contains(append([]byte{0}, environment...), mark) {
			continue // one that has ended has none
		}
		any = true
		if group, err := unix.Getpgid(pid); err == nil && group == pid {
			_ = unix.Kill(-group, unix.SIGKILL)
		}
		_ = unix.Kill(pid, unix.SIGKILL)
	}
	return any
}
