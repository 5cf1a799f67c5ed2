package measures

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// population is the name that stands for every patient: as a number 1, as a
// group all of them.
const population = "population"

// Result is the measures of one cohort.
type Result struct {
	path    string
	columns []cohort.ValueColumn // that are read
	facts   map[string]*facts    // by column
	rows    int64                // patients
	tallies []*tally             // by measure
}

// facts are what is known of a column when it has been read.
type facts struct {
	kind    cohort.ValueKind
	missing bool // some value is
	limits  [2]int64
}

// tally is one measure in the making.
type tally struct {
	measure study.Measure
	numbers []string // the columns that are added, without repetition
	sums    []*sums  // of each; none where each patient has a row
	groups  *groups  // nil: one group of all, or a row for each patient
	grouped []string // columns of groups
	hold    []suppression
	beyond  map[[2]int64]bool // limits of columns that some sum does not keep
}

// eachPatient tells whether a measure has a row for each patient.
func eachPatient(m study.Measure) bool { return len(m.GroupBy) == 0 }

// allInOne tells whether all patients are one group.
func allInOne(m study.Measure) bool { return slices.Equal(m.GroupBy, []string{population}) }

// Columns are what the measures need of a cohort. As in the original, a column
// that is added in one measure is a number in all.
func Columns(wanted []study.Measure) []cohort.ValueColumn {
	var columns []cohort.ValueColumn
	add := func(name string, number bool) {
		known := slices.ContainsFunc(columns, func(c cohort.ValueColumn) bool { return c.Name == name })
		if name != population && !known {
			columns = append(columns, cohort.ValueColumn{Name: name, Number: number})
		}
	}
	for _, m := range wanted {
		add(m.Numerator, true)
		add(m.Denominator, true)
	}
	for _, m := range wanted {
		for _, name := range m.GroupBy {
			add(name, false)
		}
	}
	return columns
}

// Calculate works out measures of the cohort at path. All columns that cannot
// be used are told in one error.
func Calculate(ctx context.Context, path string, wanted []study.Measure) (*Result, error) {
	r := &Result{path: path, columns: Columns(wanted), facts: map[string]*facts{}}
	for _, c := range r.columns {
		r.facts[c.Name] = &facts{}
	}
	shared := map[string]*levels{}
	for _, m := range wanted {
		r.tallies = append(r.tallies, newTally(m, shared))
	}
	err := r.scan(ctx, func(rows batch) error {
		codes := map[string][]int32{}
		for name, l := range shared {
			var err error
			if codes[name], err = l.encode(rows.column(name)); err != nil {
				return fmt.Errorf("%s: column %q %w", path, name, err)
			}
		}
		for _, c := range r.columns {
			r.facts[c.Name].note(rows.column(c.Name))
		}
		return r.add(rows, codes)
	})
	if err != nil {
		return nil, err
	}
	for _, t := range r.tallies {
		if err := r.check(t); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func newTally(m study.Measure, shared map[string]*levels) *tally {
	t := &tally{measure: m}
	add := func(name string) {
		if !slices.Contains(t.numbers, name) {
			t.numbers = append(t.numbers, name)
		}
	}
	add(m.Numerator)
	add(m.Denominator)
	if allInOne(m) {
		add(population)
	}
	for range t.numbers {
		t.sums = append(t.sums, &sums{})
	}
	t.hold = make([]suppression, len(t.numbers))
	if eachPatient(m) || allInOne(m) {
		return t
	}
	var columns []*levels
	for _, name := range m.GroupBy {
		if shared[name] == nil {
			shared[name] = newLevels()
		}
		columns = append(columns, shared[name])
	}
	t.grouped, t.groups = m.GroupBy, newGroups(columns)
	return t
}

// note takes some rows of a column into account.
func (f *facts) note(v *cohort.Values) {
	if v.Kind != cohort.Nothing {
		f.kind, f.limits = v.Kind, v.Limits
	}
	f.missing = f.missing || slices.Contains(v.Missing, true) || v.Kind == cohort.Nothing && v.Rows > 0
}

// batch is some rows of the cohort.
type batch struct {
	rows    int
	columns []cohort.ValueColumn
	values  []cohort.Values
	ones    cohort.Values
}

// column is a column by its name; of the population 1 for every patient.
func (b *batch) column(name string) *cohort.Values {
	if name == population {
		return &b.ones
	}
	return &b.values[slices.IndexFunc(b.columns, func(c cohort.ValueColumn) bool { return c.Name == name })]
}

// scan reads the cohort batch by batch.
func (r *Result) scan(ctx context.Context, visit func(batch) error) (err error) {
	// Where only the population is asked for, rows are still to be counted.
	columns := r.columns
	if len(columns) == 0 {
		columns = []cohort.ValueColumn{{Name: "patient_id"}}
	}
	reader, err := cohort.OpenValues(r.path, columns)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	r.rows = 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		values, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		b := batch{rows: values[0].Rows, columns: columns, values: values}
		b.ones = cohort.Values{Kind: cohort.Integers, Rows: b.rows, Integers: slices.Repeat([]int64{1}, b.rows)}
		if err := visit(b); err != nil {
			return err
		}
		r.rows += int64(b.rows)
	}
}

// add adds some rows to every measure.
func (r *Result) add(rows batch, codes map[string][]int32) error {
	var faults []error
	together := make([]int32, rows.rows) // all in group 0
	for _, t := range r.tallies {
		of := together
		switch {
		case eachPatient(t.measure):
			of = nil
		case t.groups != nil:
			levels := make([][]int32, len(t.grouped))
			for i, name := range t.grouped {
				levels[i] = codes[name]
			}
			of = t.groups.of(levels)
		}
		for i, name := range t.numbers {
			err := t.sums[i].add(of, rows.column(name))
			if err == nil && of == nil {
				err = t.observe(i, rows.column(name))
			}
			if err != nil {
				faults = append(faults, fmt.Errorf("%s: column %q, which measure %q counts, %w", r.path, name, t.measure.ID, err))
			}
		}
	}
	return errors.Join(faults...)
}

// observe takes the numbers of single patients into account.
func (t *tally) observe(i int, v *cohort.Values) error {
	for row := range v.Rows {
		x, err := numberAt(v, row)
		if err != nil {
			return err
		}
		t.hold[i].observe(x)
	}
	return nil
}

// check refuses a measure of a column that holds no number at all.
func (r *Result) check(t *tally) error {
	for _, name := range t.numbers {
		if name != population && r.rows > 0 && r.facts[name].kind == cohort.Nothing {
			return fmt.Errorf("%s: column %q, which measure %q counts, holds no number", r.path, name, t.measure.ID)
		}
	}
	return nil
}
