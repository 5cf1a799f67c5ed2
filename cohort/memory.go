package cohort

import (
	"fmt"
	"sync"
)

// DefaultMemory is Source.Memory when that is 0.
const DefaultMemory = 64 << 20

// budget is what the reading of a cohort may hold at a time. Before anything
// whose size follows from the file is allocated, it is taken from here; what
// does not fit is an error, never an allocation.
//
//	| descriptions, at most half | kept dictionaries, 1/8 | shares of the workers | extra |
//
// What the descriptions leave of their half goes to the others. A worker holds buffers
// from unit to unit within its share. One that needs more, for a Parquet page
// or a row of CSV of unusual size, takes the extra too: one worker at a time,
// the others wait for it.
type budget struct {
	total        int64
	descriptions int64 // taken, for the footers and columns of all files
	dictionaries int64 // for those kept, of each file
	share        int64 // of each worker
	extra        int64

	busy sync.Mutex // held by the worker that has the extra
}

// errMemory is memory that is not allowed; more is how much is missing.
type errMemory struct{ more int64 }

// scarce is how many bytes more have to be allowed for one byte more of the
// extra, or of descriptions: see share.
const scarce = 4

func (e errMemory) Error() string {
	return fmt.Sprintf("needs more memory than it may use; allow some %d MiB more", e.more*scarce>>20+1)
}

// describe takes n bytes for the description of a file, for as long as the
// cohort is open. A negative n gives them back.
func (m *budget) describe(n int64) error {
	if m.descriptions+n > m.total/2 {
		return errMemory{m.descriptions + n - m.total/2}
	}
	m.descriptions += n
	return nil
}

// Bounds of a worker's share. With less than the least for each there are fewer
// workers: it is what ordinary files need. The most holds what writers make of
// their own accord, LZ4 blocks of 4 MiB among it; the rest is better off with
// the extra.
const (
	leastShare = 3 << 20
	mostShare  = 10 << 20
)

// Reserve takes n bytes of Source.Memory for what, which the caller will hold
// while it reads the cohort.
func (c *Cohort) Reserve(what string, n int64) error {
	m := c.memory
	if over := m.descriptions - (m.total-n)/2; over > 0 {
		return fmt.Errorf("%s %w", what, errMemory{over})
	}
	m.total -= n
	return nil
}

// divide shares what is left among at most the given number of workers, and
// tells among how many.
func (m *budget) divide(workers int) int {
	m.dictionaries = m.total / 8
	left := m.total - m.descriptions - m.dictionaries
	workers = max(1, min(workers, int(left/2/leastShare)))
	m.share = min(left/2/int64(workers), mostShare)
	m.extra = left - m.share*int64(workers)
	return workers
}

// allowance is what one worker may hold.
type allowance struct {
	memory *budget
	used   int64
	extra  bool // memory.busy is held

	entries int64 // of the largest dictionary so far
}

// take is asked before n bytes are allocated.
func (a *allowance) take(n int64) error {
	if !a.extra && a.used+n > a.memory.share {
		a.memory.busy.Lock()
		a.extra = true
	}
	if a.extra { // which may be read while it is held
		if over := a.used + n - a.memory.share - a.memory.extra; over > 0 {
			return errMemory{over}
		}
	}
	a.used += n
	return nil
}

// give tells that n bytes are no longer held.
func (a *allowance) give(n int64) { a.used -= n }

// keep takes n bytes of the extra until the scan ends, and leaves half of it.
func (a *allowance) keep(n int64) error {
	m := a.memory
	if !a.extra {
		m.busy.Lock()
		defer m.busy.Unlock()
	}
	if over := n - m.extra/2; over > 0 {
		return errMemory{over * 2}
	}
	m.extra -= n
	return nil
}

// dictionary keeps what a dictionary of so many entries needs: its days here,
// and as much at the visitor, who works something out for each entry. The
// memory of one is used for the next.
func (a *allowance) dictionary(entries int64) error {
	if entries <= a.entries {
		return nil
	}
	err := a.keep(2 * entrySize * (entries - a.entries))
	if err == nil {
		a.entries = entries
	}
	return err
}

// release gives up the extra, if the worker has it, and tells whether it had:
// its buffers have to be dropped then.
func (a *allowance) release() bool {
	if !a.extra {
		return false
	}
	a.used, a.extra = 0, false
	a.memory.busy.Unlock()
	return true
}
