package dummydata

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// DefaultSeed is the seed that the commands use when none is given.
const DefaultSeed = 1

// Options say what cohort to draw. With the same options and study the file
// has the same bytes, whatever Workers is.
type Options struct {
	Patients int    // rows; with a study that reads files, their number of rows counts instead
	Seed     uint64 // of all random numbers
	// Independent draws each variable by itself, as the original does.
	Independent bool
	// ApplyPopulation draws patients until so many belong to the study's
	// population as Patients says.
	ApplyPopulation bool
	Format          cohort.Format      // feather when empty
	Compression     cohort.Compression // of feather; LZ4 when empty
	Root            string             // the folder that a study's files are relative to
	Workers         int                // goroutines; when 0 as many as there are processors, at most 8
	// Progress, when set, is told from time to time how many rows are written.
	// It is called by one goroutine at a time.
	Progress func(rows, of int)

	hidden bool // draw hidden variables too, those that can be
}

// mostWorkers bounds the memory, of which each worker has some 80 MiB with a
// hundred columns; writing one file keeps no more of them busy.
const mostWorkers = 8

func (o *Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return max(1, min(runtime.GOMAXPROCS(0), mostWorkers))
}

// Write draws a cohort of the study's visible variables into the file at path.
// An error about the study is a [problem.List] with all that is wrong; the
// file is then as it was.
func Write(ctx context.Context, def *study.Definition, path string, opts Options) (Report, error) {
	if opts.Format == "" {
		opts.Format = cohort.Feather
	}
	p, err := newCohortPlan(ctx, def, opts)
	if err != nil {
		return Report{}, err
	}
	layout, err := p.newLayout(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("draw dummy data: %w", err)
	}
	w, err := cohort.Create(path, layout.schema, cohort.WriteOptions{
		Format: opts.Format, Compression: opts.Compression,
		DateLayouts: layout.dateLayouts,
	})
	if err != nil {
		return Report{}, err
	}
	defer w.Close() //nolint:errcheck // after Commit it does nothing, before it err says more
	tally := newTally(p)
	if err := p.write(ctx, w, layout, tally); err != nil {
		return Report{}, err
	}
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	if err := w.Commit(); err != nil {
		return Report{}, err
	}
	return tally.report(), nil
}

// write draws and encodes batches in parallel and appends them in order.
func (p *plan) write(ctx context.Context, w *cohort.Writer, l *layout, tally *tally) error {
	errands := p.cohortErrands(p.columns)
	recorders := sync.Pool{New: func() any { return newRecorder(p, l) }}
	turn := newTurns()
	written := 0
	batches := (p.blocks + blocksPerBatch - 1) / blocksPerBatch
	return p.parallel(ctx, 0, batches, func(b *block, number int) error {
		r := recorders.Get().(*recorder) // the pool holds nothing else
		defer recorders.Put(r)
		r.start()
		for n := number * blocksPerBatch; n < min((number+1)*blocksPerBatch, p.blocks); n++ {
			b.start(n)
			b.drawCohort(errands, p.columns)
			r.add(b)
			tally.add(b)
		}
		batch, err := w.Encode(r.record())
		if err != nil {
			turn.stop()
			return fmt.Errorf("write rows from %d on: %w", number*cohort.BatchRows, err)
		}
		if !turn.wait(number) {
			return context.Canceled // another batch's error is the one that counts
		}
		defer turn.done()
		if err := w.Append(batch); err != nil {
			turn.stop()
			return err
		}
		written += r.rows
		if p.opts.Progress != nil {
			p.opts.Progress(written, p.patients)
		}
		return nil
	})
}

// turns lets goroutines go one after the other, by number.
type turns struct {
	mutex   sync.Mutex
	changed *sync.Cond
	next    int
	stopped bool
}

func newTurns() *turns {
	t := &turns{}
	t.changed = sync.NewCond(&t.mutex)
	return t
}

// wait waits for the turn of number; it is false when all was stopped.
func (t *turns) wait(number int) bool {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	for t.next != number && !t.stopped {
		t.changed.Wait()
	}
	return !t.stopped
}

func (t *turns) done() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.next++
	t.changed.Broadcast()
}

func (t *turns) stop() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.stopped = true
	t.changed.Broadcast()
}
