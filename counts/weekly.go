package counts

import (
	"cmp"
	"context"
	"fmt"
	"runtime"

	"cohortcounts/analysis"
	"cohortcounts/cohort"
)

// Options says how to go about counting; none of it changes the counts.
type Options struct {
	Workers int // goroutines; 0 means one for each processor, as far as Memory allows
	// Memory is how many bytes may be used at most, besides what the program
	// has before; 0 means DefaultMemory. It holds with a memory limit of the
	// runtime (debug.SetMemoryLimit) that is as low; the size of a cohort has no
	// part in what is needed.
	Memory int64
	// Verify also checks the digest that files of our own making carry.
	Verify bool
	// Progress, unless nil, is called now and then with the part of the work
	// that is done, 0 to 1, from one goroutine at a time.
	Progress func(done float64)
}

// Bounds of Options.Memory.
const (
	DefaultMemory = 96 << 20
	// MinimumMemory is what one worker needs on ordinary files.
	MinimumMemory = 8 << 20
)

// workers is how many goroutines may share the work.
func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// held is how many bytes may be held of the memory: five eighths. The rest is
// for what is no longer needed and not collected yet.
func (o Options) held() (int64, error) {
	memory := cmp.Or(o.Memory, DefaultMemory)
	if memory < MinimumMemory {
		return 0, fmt.Errorf("%d MiB of memory are too few; allow %d MiB more", memory>>20, (MinimumMemory-memory)>>20+1)
	}
	return memory / 8 * 5, nil
}

// tables is how many bytes the tables take: each worker has one and the days
// of the period, they become one, and that is released into one of twice the
// size.
func (o Options) tables(days, cells int) int64 {
	n := int64(o.workers())
	return int64(cells)*(8*n+8+16) + int64(days)*(8*n+32)
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
	var err error
	if source.Memory, err = opts.held(); err != nil {
		return nil, nil, err
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
	cells, err := tableSize(len(rows.labels), len(plan.codelists))
	if err == nil {
		err = c.Reserve("the table", opts.tables(len(rows.of), cells))
	}
	if err != nil {
		return nil, nil, err
	}
	var tallies []*tally
	scanOptions := cohort.ScanOptions{Workers: opts.workers(), Progress: opts.Progress}
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
