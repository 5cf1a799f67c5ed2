package cohort

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ScanOptions says how a scan goes about it.
type ScanOptions struct {
	// Workers is how many goroutines share the work, if there is memory for all;
	// 0 means one.
	Workers int
	// Progress, unless nil, is called now and then with the part of the work
	// that is done, 0 to 1. It is called from one goroutine at a time.
	Progress func(done float64)
}

// worker is what one goroutine of a scan keeps from unit to unit.
type worker struct {
	visit func(*Chunk) error
	rows  int64 // seen by this worker
	unit  int   // that it is at, in the order of the file
	order []int // the columns asked for, in the file's order

	arrow   *arrowColumn
	parquet *parquetReader
	csv     *csvWorker

	allowed allowance
}

// drop gives back what the worker holds from unit to unit.
func (w *worker) drop() {
	w.arrow, w.parquet, w.csv = nil, nil, nil
	w.allowed.used = 0
}

// ScanDates hands all values of the named columns, which hold dates, to
// visitors. Each worker has a visitor of its own, made by newVisitor before the
// work begins, and calls it from one goroutine; which worker gets which rows
// is not defined. It returns the number of rows of the cohort.
func (c *Cohort) ScanDates(ctx context.Context, columns []string, opts ScanOptions, newVisitor func() func(*Chunk) error) (int64, error) {
	workers := make([]*worker, c.memory.divide(opts.Workers))
	for i := range workers {
		workers[i] = &worker{visit: newVisitor(), allowed: allowance{memory: c.memory}}
	}
	for i := range c.parts {
		p := &c.parts[i]
		s := scan{part: p.part, workers: workers, progress: func(done float64) {
			if opts.Progress != nil {
				opts.Progress((float64(i) + done) / float64(len(c.parts)))
			}
		}}
		err := s.run(ctx, columns)
		// A file that was written to meanwhile may look damaged, or right.
		if changed := p.input.unchanged(); changed != nil {
			return 0, changed
		}
		if err != nil {
			return 0, fmt.Errorf("%s: %w", p.input.name, err)
		}
		for _, w := range workers {
			w.drop()
		}
		p.part.forget()
	}
	var rows int64
	for _, w := range workers {
		rows += w.rows
	}
	return rows, nil
}

// scan is the reading of one file by all workers.
type scan struct {
	part     part
	workers  []*worker
	progress func(done float64)

	mu      sync.Mutex
	next    int   // unit that is taken next
	none    bool  // the file has no more units
	end     int   // units from here on are not wanted: there are none, or unit end has failed
	done    int   // units that are done
	failure error // of unit end
}

func (s *scan) run(ctx context.Context, names []string) error {
	columns, order, err := resolve(s.part.fields(), names)
	if err != nil {
		return err
	}
	total := s.part.units(columns)
	s.end = total
	var wg sync.WaitGroup
	for _, w := range s.workers {
		w.order = order
		wg.Go(func() {
			for unit, ok := s.take(); ok; unit, ok = s.take() {
				w.unit = unit
				err := ctx.Err()
				if err == nil {
					err = s.unit(unit, columns, w)
				}
				s.finish(w.unit, total, err)
			}
		})
	}
	wg.Wait()
	return s.failure
}

func (s *scan) take() (unit int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unit = s.next
	s.next++
	return unit, unit < s.end && !s.none
}

// finish notes the outcome of a unit. Of several faults the one in the first
// unit is kept, so that the same input gives the same message.
func (s *scan) finish(unit, total int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done++
	if err == nil {
		done := float64(s.done) / float64(total)
		if p, ok := s.part.(interface{ progress() float64 }); ok {
			done = p.progress()
		}
		s.progress(done)
		return
	}
	if errors.Is(err, errNoUnit) {
		s.none = true
		return
	}
	if unit < s.end {
		s.end, s.failure = unit, err
	}
}

// unit does one unit. Decoders may panic on damaged files in spite of all
// checks; here that is an error.
func (s *scan) unit(unit int, columns []int, w *worker) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = corrupt("its content cannot be decoded (%v)", cause)
		}
		if w.allowed.release() {
			w.drop()
		}
	}()
	return s.part.scan(unit, columns, w)
}

// resolve finds columns by name: their places in the file, and the order in
// which those lie there.
func resolve(fields []Field, names []string) (columns, order []int, err error) {
	places := make(map[string]int, len(fields))
	twice := map[string]bool{}
	for i, f := range fields {
		if _, ok := places[f.Name]; ok {
			twice[f.Name] = true
		}
		places[f.Name] = i
	}
	columns, order = make([]int, len(names)), make([]int, len(names))
	for i, name := range names {
		at, ok := places[name]
		switch {
		case !ok:
			return nil, nil, fmt.Errorf("has no column %q", name)
		case twice[name]:
			return nil, nil, fmt.Errorf("column %q is there twice", name)
		}
		columns[i], order[i] = at, i
	}
	slices.SortFunc(order, func(a, b int) int { return columns[a] - columns[b] })
	return columns, order, nil
}
