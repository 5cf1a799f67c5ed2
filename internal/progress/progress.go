// Package progress is what a running stage tells its driver: how much of its
// work is done. It is two integers and nothing else, so that no value of a
// patient can get through.
//
//	driver                                 stage
//	makes an empty file, names it in    ──►  writes 16 bytes over each other:
//	the variable COHORTCOUNTS_PROGRESS       done and total, little-endian
//	reads 16 bytes whenever it likes    ◄──
//
// A file, not a pipe: whoever may look into the job's folder can read how far
// the job is, as a web page in another process does, and nobody has to. The
// sandbox lets a stage change this file and not make another in its place.
package progress

import (
	"encoding/binary"
	"io"
	"os"
	"time"
)

// Variable is the environment variable with the path of the file to tell in.
const Variable = "COHORTCOUNTS_PROGRESS"

// interval is how much time lies between two writes; a reader wants no more.
const interval = 500 * time.Millisecond

// size of the file: two integers of 64 bits.
const size = 16

// most is above any number of rows; text would be larger.
const most = 1 << 40

// Count is how much of some work is done, in a unit that only the stage knows:
// rows, or where it cannot know their number thousandths.
type Count struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total"` // above 0; at least Done
}

// Writer tells how far the work is. It is used by one goroutine at a time. A
// nil Writer tells nobody.
type Writer struct {
	file *os.File
	now  func() time.Time
	last time.Time
}

// Open opens the file at a path that the driver made. There is no error: where
// the path is empty or cannot be written to, work goes on untold.
func Open(path string, now func() time.Time) *Writer {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return nil
	}
	return &Writer{file: f, now: now}
}

// Tell says that done of total is done. Most calls only look at the clock.
func (w *Writer) Tell(done, total int64) {
	if w == nil {
		return
	}
	now := w.now()
	if now.Sub(w.last) < interval && done < total {
		return
	}
	w.last = now
	var text [size]byte
	binary.LittleEndian.PutUint64(text[:8], uint64(done))
	binary.LittleEndian.PutUint64(text[8:], uint64(total))
	_, _ = w.file.WriteAt(text[:], 0) // a full disk is told by what is worth it
}

// Close ends the telling.
func (w *Writer) Close() {
	if w != nil {
		_ = w.file.Close() // what was not told is not missed
	}
}

// Read is what was told last. It is false where nothing was, or no sense.
func Read(path string) (Count, bool) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return Count{}, false
	}
	f, err := os.Open(path)
	if err != nil {
		return Count{}, false
	}
	defer f.Close() //nolint:errcheck // it was only read
	var text [size]byte
	if _, err := io.ReadFull(f, text[:]); err != nil {
		return Count{}, false
	}
	c := Count{int64(binary.LittleEndian.Uint64(text[:8])), int64(binary.LittleEndian.Uint64(text[8:]))}
	return c, c.Total > 0 && c.Total < most && c.Done >= 0 && c.Done <= c.Total
}
