package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// A Bar shows on a terminal how far a stage is. It is used by one goroutine at
// a time.
type Bar struct {
	out   io.Writer // nil: nothing is shown
	doing string
	begun time.Time
	last  time.Time
	shown bool
}

const (
	barWidth = 40
	// barDelay keeps the bar away from work that is over at once.
	barDelay    = 500 * time.Millisecond
	barInterval = 100 * time.Millisecond
)

// NewBar is a bar for what a stage is doing ("counting"). Where stderr is no
// terminal, or quiet is set, nothing is shown.
func NewBar(stderr io.Writer, doing string, quiet bool) *Bar {
	b := &Bar{doing: doing, begun: time.Now()}
	if f, ok := stderr.(*os.File); ok && !quiet && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		b.out = stderr
	}
	return b
}

// Show tells that done of total is done.
func (b *Bar) Show(done, total int64) {
	now := time.Now()
	if b.out == nil || total <= 0 || now.Sub(b.begun) < barDelay || now.Sub(b.last) < barInterval {
		return
	}
	b.last, b.shown = now, true
	full := int(barWidth * done / total)
	fmt.Fprintf(b.out, "\r%s [%s%s] %3d%%", b.doing, strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), 100*done/total)
}

// End takes the bar off the screen.
func (b *Bar) End() {
	if b.shown {
		fmt.Fprint(b.out, "\r\033[K")
		b.shown = false
	}
}
