package runcmd

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"cohortcounts/pipeline"
)

// refresh is how often the progress line is written anew.
const refresh = 200 * time.Millisecond

// progress is the last line of a terminal: how many jobs are over, which run
// for how long, and how far they are. Its zero value shows nothing.
type progress struct {
	out   io.Writer // nil: not a terminal
	now   func() time.Time
	mutex sync.Mutex
	total int
	over  int
	since map[string]time.Time // of running jobs: when they started
	live  func(action string) (pipeline.Live, bool)
	stop  chan struct{}
}

// isTerminal tells whether a writer is a terminal.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// start begins to show the line.
func (p *progress) start(total int) {
	if p.out == nil || total == 0 {
		return
	}
	p.total, p.since, p.stop = total, map[string]time.Time{}, make(chan struct{})
	go func() {
		tick := time.NewTicker(refresh)
		defer tick.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-tick.C:
				p.mutex.Lock()
				p.draw()
				p.mutex.Unlock()
			}
		}
	}()
}

// end takes the line away for good.
func (p *progress) end() {
	if p.stop == nil {
		return
	}
	close(p.stop)
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.clear()
	p.out = nil
}

func (p *progress) clear() { fmt.Fprint(p.out, "\r\x1b[K") }

func (p *progress) draw() {
	if p.out == nil {
		return
	}
	var running []string
	for name, since := range p.since {
		text := fmt.Sprintf("%s %d s", name, int(p.now().Sub(since).Seconds()))
		if live, ok := p.live(name); ok {
			text += fmt.Sprintf(" (%d %%)", 100*live.Done/live.Total)
		}
		running = append(running, text)
	}
	slices.Sort(running)
	p.clear()
	fmt.Fprintf(p.out, "%d of %d actions done; running: %s", p.over, p.total, strings.Join(running, ", "))
}

// print runs write with the line out of its way.
func (p *progress) print(write func()) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.stop == nil || p.out == nil {
		write()
		return
	}
	p.clear()
	write()
	p.draw()
}
