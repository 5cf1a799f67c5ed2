package counts

import (
	"context"
	"fmt"
	"runtime"

	"cohortcounts/analysis"
	"cohortcounts/cohort"
)

// Options says how to go about counting; none of it changes the counts.
type Options struct {
	Workers int // goroutines; 0 means one for each processor, as far as Memory allows
	// Memory is how many bytes may be used at most; 0 means DefaultMemory.
	// The size of a cohort has no part in what is needed.
	Memory int64
	// Verify also checks the digest that files of our own making carry.
	Verify bool
	// Progress, unless nil, is called now and then with the part of the work
	// that is done, 0 to 1, from one goroutine at a time.
	Progress func(done float64)
}

// Bounds of Options.Memory.
const (
	DefaultMemory = 128 << 20
	// MinimumMemory is what two workers need on the most ordinary of files.
	MinimumMemory = 48 << 20
	// baseMemory is the program itself, and tables of the largest size.
	baseMemory = 32 << 20
	// workerMemory is what a worker needs for the most demanding of ordinary
	// files, CSV: a block of text and the days in it.
	workerMemory = 8 << 20
)

// workers is how many goroutines share the work.
func (o Options) workers() int {
	n := o.Workers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return max(1, min(n, int((o.memory()-baseMemory)/workerMemory)))
}

func (o Options) memory() int64 {
	if o.Memory == 0 {
		return DefaultMemory
	}
	return o.Memory
}

// Summary tells what went into a table of counts. It is as sensitive as raw
// counts are.
type Summary struct {
	Rows      int64 // patients
	Columns   int   // columns of dates that were read
	Codelists []CodelistSummary
}

// CodelistSummary is the part of one codelist in a [Summary].
type CodelistSummary struct {
	Name    string
	Columns int   // of the cohort; 0: it has none and counts as zero
	Inside  int64 // events in the period
	Outside int64 // events outside of it, which are not in the table
}

// Inside is how many events are in the table.
func (s *Summary) Inside() (n int64) {
	for _, c := range s.Codelists {
		n += c.Inside
	}
	return n
}

// Outside is how many events are not in the table.
func (s *Summary) Outside() (n int64) {
	for _, c := range s.Codelists {
		n += c.Outside
	}
	return n
}

// Weekly counts the events of a cohort, per interval of the spec's period
// (weeks unless it says otherwise) and codelist.
func Weekly(ctx context.Context, source cohort.Source, spec *analysis.Spec, opts Options) (*Raw, *Summary, error) {
	if err := spec.Period.Check(); err != nil {
		return nil, nil, err
	}
	if opts.Memory != 0 && opts.Memory < MinimumMemory {
		return nil, nil, fmt.Errorf("%d MiB of memory are too few; give %d MiB or more", opts.Memory>>20, MinimumMemory>>20)
	}
	c, err := source.Open()
	if err != nil {
		return nil, nil, err
	}
	defer c.Close() //nolint:errcheck // files that were only read
	plan, err := choose(parts(c), spec)
	if err != nil {
		return nil, nil, err
	}
	if opts.Verify {
		if err := c.Verify(ctx); err != nil {
			return nil, nil, err
		}
	}
	rows := newRows(spec.Period)
	if err := checkSize(len(rows.labels), len(plan.codelists)); err != nil {
		return nil, nil, err
	}
	var tallies []*tally
	scanOptions := cohort.ScanOptions{Workers: opts.workers(), Memory: opts.memory(), Progress: opts.Progress}
	total, err := c.ScanDates(ctx, plan.columns, scanOptions, func() func(*cohort.Chunk) error {
		t := newTally(plan, rows)
		tallies = append(tallies, t)
		return t.add
	})
	if err != nil {
		return nil, nil, err
	}
	raw := NewRaw(rows.labels, plan.codelists)
	summary := plan.summary()
	summary.Rows = total
	for _, t := range tallies {
		t.fold()
		raw.add(t.cells)
		for i, n := range t.outside {
			summary.Codelists[i].Outside += n
		}
	}
	for week := range raw.weeks {
		for i := range raw.codelists {
			summary.Codelists[i].Inside += raw.Count(week, i)
		}
	}
	return raw, summary, nil
}

func (p *plan) summary() *Summary {
	s := &Summary{Columns: len(p.columns), Codelists: make([]CodelistSummary, len(p.codelists))}
	for i, name := range p.codelists {
		s.Codelists[i].Name = name
	}
	for _, i := range p.codelist {
		s.Codelists[i].Columns++
	}
	return s
}
