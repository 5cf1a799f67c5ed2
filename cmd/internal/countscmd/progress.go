package countscmd

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// progressBar draws how far the work is, on a terminal only.
type progressBar struct {
	w     io.Writer // nil: nothing is drawn
	begun time.Time
	last  time.Time
	drawn bool
}

func newProgressBar(stderr io.Writer, quiet bool) *progressBar {
	b := &progressBar{begun: time.Now()}
	if f, ok := stderr.(*os.File); ok && !quiet && isTerminal(f) {
		b.w = stderr
	}
	return b
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

const (
	barWidth = 40
	// barDelay keeps the bar away from work that is over at once.
	barDelay    = 500 * time.Millisecond
	barInterval = 100 * time.Millisecond
)

// show is called with the part of the work that is done.
func (b *progressBar) show(done float64) {
	now := time.Now()
	if b.w == nil || now.Sub(b.begun) < barDelay || now.Sub(b.last) < barInterval {
		return
	}
	b.last, b.drawn = now, true
	full := int(done * barWidth)
	fmt.Fprintf(b.w, "\rcounting [%s%s] %3.0f%%", strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), 100*done)
}

// end takes the bar off the screen.
func (b *progressBar) end() {
	if b.drawn {
		fmt.Fprint(b.w, "\r\033[K")
	}
}
