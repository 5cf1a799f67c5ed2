package cohort

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Source names the files of a cohort.
type Source struct {
	Paths []string
}

// Files is the cohort in the given files, one after another.
func Files(paths ...string) Source { return Source{Paths: paths} }

// Field is one column of a cohort.
type Field struct {
	Name string
	Type string // as the file's format calls it, for messages
}

// Cohort is a cohort that is open for reading. Close it.
type Cohort struct {
	parts []openPart
}

type openPart struct {
	input *input
	part  part
}

// part reads one file of some format.
type part interface {
	// fields are the file's columns.
	fields() []Field
	// units is into how many pieces of work the reading of these columns
	// falls.
	units(columns []int) int
	// scan does one of them.
	scan(unit int, columns []int, w *worker) error
}

// worker is what one goroutine of a scan keeps from unit to unit.
type worker struct {
	visit func(*Chunk) error
	rows  int64 // seen by this worker
	order []int // the columns asked for, in the file's order

	arrow   *arrowColumn
	parquet *parquetReader
}

// Open opens a cohort and reads which columns it has.
func (s Source) Open() (*Cohort, error) {
	if len(s.Paths) == 0 {
		return nil, errors.New("no cohort is named")
	}
	c := &Cohort{}
	for _, path := range s.Paths {
		in, err := openInput(path)
		if err != nil {
			return nil, errors.Join(err, c.Close())
		}
		c.parts = append(c.parts, openPart{input: in})
		p, err := openPartOf(in)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", in.name, err), c.Close())
		}
		c.parts[len(c.parts)-1].part = p
	}
	return c, nil
}

// openPartOf finds the format from the content.
func openPartOf(in *input) (part, error) {
	if in.size == 0 {
		return nil, errors.New("is empty; name a cohort file")
	}
	head := make([]byte, min(in.size, 8))
	if err := readFull(in, head, 0); err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte(arrowMagic)):
		return openArrowFile(in)
	case bytes.HasPrefix(head, []byte("FEA1")):
		return nil, errors.New("is a feather file of version 1; write it again as version 2")
	case bytes.HasPrefix(head, []byte(parquetMagic)):
		return openParquet(in)
	case bytes.HasPrefix(head, []byte("PARE")):
		return nil, errors.New("is an encrypted Parquet file; decrypt it first")
	case isArrowStream(in):
		return openArrowStream(in, 0)
	}
	return nil, errors.New("is not a cohort file (feather or Arrow)")
}

// Close closes the files.
func (c *Cohort) Close() error {
	var errs []error
	for _, p := range c.parts {
		errs = append(errs, p.input.Close())
	}
	return errors.Join(errs...)
}

// Parts is how many files the cohort has, one or more.
func (c *Cohort) Parts() int { return len(c.parts) }

// Part is the columns of one file.
func (c *Cohort) Part(i int) []Field { return c.parts[i].part.fields() }

// PartName is what the user calls one file.
func (c *Cohort) PartName(i int) string { return c.parts[i].input.name }

// ScanOptions says how a scan goes about it.
type ScanOptions struct {
	Workers int // goroutines; 0 means one
}

// ScanDates hands all values of the named columns, which hold dates, to
// visitors. Each worker has a visitor of its own, made by newVisitor before the
// work begins, and calls it from one goroutine; which worker gets which rows
// is not defined. It returns the number of rows of the cohort.
func (c *Cohort) ScanDates(ctx context.Context, columns []string, opts ScanOptions, newVisitor func() func(*Chunk) error) (int64, error) {
	workers := make([]*worker, max(1, opts.Workers))
	for i := range workers {
		workers[i] = &worker{visit: newVisitor()}
	}
	for _, p := range c.parts {
		if err := p.scan(ctx, columns, workers); err != nil {
			return 0, fmt.Errorf("%s: %w", p.input.name, err)
		}
		if err := p.input.unchanged(); err != nil {
			return 0, err
		}
	}
	var rows int64
	for _, w := range workers {
		rows += w.rows
	}
	return rows, nil
}

// scan reads one file with all workers. Of several faults the one in the
// first unit is told, so that the same input gives the same message.
func (p *openPart) scan(ctx context.Context, names []string, workers []*worker) error {
	columns, order, err := resolve(p.part.fields(), names)
	if err != nil {
		return err
	}
	units := p.part.units(columns)
	var (
		mu      sync.Mutex
		next    int
		failed  = units
		failure error
		wg      sync.WaitGroup
	)
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		unit := next
		next++
		return unit, unit < failed
	}
	for _, w := range workers {
		w.order = order
		wg.Go(func() {
			for unit, ok := take(); ok; unit, ok = take() {
				err := ctx.Err()
				if err == nil {
					err = p.unit(unit, columns, w)
				}
				if err != nil {
					mu.Lock()
					if unit < failed {
						failed, failure = unit, err
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return failure
}

// unit does one unit. The libraries that decode formats may panic on damaged
// files; here that is an error.
func (p *openPart) unit(unit int, columns []int, w *worker) (err error) {
	defer func() {
		if recover() != nil {
			err = corrupt("its content cannot be decoded")
		}
	}()
	return p.part.scan(unit, columns, w)
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
