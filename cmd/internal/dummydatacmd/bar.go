package dummydatacmd

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// bar tells on a terminal how far the work is.
type bar struct {
	out  io.Writer // nil: nothing is told
	last time.Time
	told bool
}

func newBar(stderr io.Writer, quiet bool) *bar {
	b := &bar{}
	file, ok := stderr.(*os.File)
	if quiet || !ok {
		return b
	}
	if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		b.out = stderr
	}
	return b
}

func (b *bar) show(done, of int) {
	if b.out == nil || time.Since(b.last) < 100*time.Millisecond {
		return
	}
	b.last, b.told = time.Now(), true
	fmt.Fprintf(b.out, "\r%d of %d patients (%d %%)", done, of, 100*done/max(of, 1))
}

// end takes away what was told.
func (b *bar) end() {
	if b.told {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}

func writeJSON(w io.Writer, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}
