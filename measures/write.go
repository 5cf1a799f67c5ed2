package measures

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"strconv"

	"cohortcounts/cohort"
)

// Notes say where small numbers of measure i were suppressed.
type Notes struct {
	Suppressed []string // columns
	Further    []string // columns in which larger numbers had to be withheld too
}

// WriteCSV writes the table of measure i. The cohort is read again for a
// measure without groups.
func (r *Result) WriteCSV(ctx context.Context, w io.Writer, i int) (Notes, error) {
	t := r.tallies[i]
	if !eachPatient(t.measure) { // whose numbers were observed as they were read
		t.hold = make([]suppression, len(t.numbers))
	}
	t.beyond = map[[2]int64]bool{}
	out := &tableWriter{to: bufio.NewWriter(w), numbers: make([]number, len(t.numbers))}
	header := append(append([]string{}, t.grouped...), t.numbers...)
	out.line(append(header, "value"))
	var err error
	switch {
	case eachPatient(t.measure):
		err = r.writePatients(ctx, t, out)
	case t.groups != nil:
		err = r.writeGroups(t, out)
	case r.rows > 0:
		r.writeAll(t, out)
	}
	return t.notes(), errors.Join(err, out.to.Flush())
}

// number says how the numbers of a column are written.
type number struct{ whole, flag bool }

// numberOf is how a column's numbers are written. Once some are suppressed all
// are floats.
func (r *Result) numberOf(t *tally, i int) number {
	name := t.numbers[i]
	if name == population {
		return number{whole: !t.suppresses(i)}
	}
	f := r.facts[name]
	switch {
	case f.kind == cohort.Flags && eachPatient(t.measure):
		return number{flag: true}
	case f.kind == cohort.Flags, f.kind == cohort.Integers && !f.missing && !t.beyond[f.limits]:
		return number{whole: !t.suppresses(i)}
	}
	return number{}
}

// suppresses tells whether numbers of column i are withheld.
func (t *tally) suppresses(i int) bool {
	counted := t.numbers[i] == t.measure.Numerator || t.numbers[i] == t.measure.Denominator
	return counted && t.measure.SmallNumberSuppression && t.hold[i].small
}

func (t *tally) notes() (n Notes) {
	for i, name := range t.numbers {
		if t.suppresses(i) {
			n.Suppressed = append(n.Suppressed, name)
			if t.hold[i].further() {
				n.Further = append(n.Further, name)
			}
		}
	}
	return n
}

// tableWriter writes lines; its buffer keeps the first error.
type tableWriter struct {
	to      *bufio.Writer
	numbers []number
	buffer  []byte
	cells   []string
}

func (w *tableWriter) line(cells []string) {
	w.buffer = appendRow(w.buffer[:0], cells, "\n")
	w.to.Write(w.buffer) //nolint:errcheck // Flush tells
}

// row writes a line of labels, numbers and the value.
func (w *tableWriter) row(t *tally, labels []string, x []float64) {
	w.cells = append(w.cells[:0], labels...)
	numerator, denominator := x[0], x[0]
	if t.measure.Denominator != t.measure.Numerator {
		denominator = x[1]
	}
	for i, n := range x {
		w.cells = append(w.cells, w.numbers[i].format(n))
	}
	w.line(append(w.cells, formatFloat(numerator/denominator)))
}

func (n number) format(x float64) string {
	switch {
	case math.IsNaN(x):
		return ""
	case n.flag:
		return formatFlag(x != 0)
	case n.whole:
		return strconv.FormatInt(int64(x), 10)
	}
	return formatFloat(x)
}

// observe takes the sums of a group into account. Where a sum does not fit the
// file's type of whole numbers, pandas has floats for all columns of that type.
func (r *Result) observe(t *tally, group int32) {
	for i, s := range t.sums {
		sum := s.of(group)
		t.hold[i].observe(sum)
		f := r.facts[t.numbers[i]]
		if f == nil || f.kind != cohort.Integers || f.missing {
			continue
		}
		if sum < float64(f.limits[0]) || sum > float64(f.limits[1]) {
			t.beyond[f.limits] = true
		}
	}
}

func (r *Result) writeGroups(t *tally, out *tableWriter) error {
	if r.rows == 0 {
		return nil // not even the rows of declared categories, as in the original
	}
	x := make([]float64, len(t.numbers))
	err := t.groups.rows(func(_ []int32, group int32) error {
		r.observe(t, group)
		return nil
	})
	if err != nil {
		return err
	}
	labels := make([][]string, len(t.grouped))
	for i, column := range t.groups.columns {
		labels[i] = column.labels()
	}
	r.describe(t, out)
	cells := make([]string, len(labels))
	return t.groups.rows(func(row []int32, group int32) error {
		for i, level := range row {
			cells[i] = labels[i][level]
		}
		for i, s := range t.sums {
			x[i] = t.withhold(i, s.of(group))
		}
		out.row(t, cells, x)
		return nil
	})
}

// writeAll writes the one row of all patients.
func (r *Result) writeAll(t *tally, out *tableWriter) {
	x := make([]float64, len(t.numbers))
	r.observe(t, 0)
	for i, s := range t.sums {
		x[i] = t.withhold(i, s.of(0))
	}
	r.describe(t, out)
	out.row(t, nil, x)
}

func (r *Result) writePatients(ctx context.Context, t *tally, out *tableWriter) error {
	r.describe(t, out)
	x := make([]float64, len(t.numbers))
	return r.scan(ctx, func(rows batch) error {
		for row := range rows.rows {
			for i, name := range t.numbers {
				n, err := numberAt(rows.column(name), row)
				if err != nil {
					return err
				}
				x[i] = t.withhold(i, n)
			}
			out.row(t, nil, x)
		}
		return nil
	})
}

// withhold is a number under the measure's rule.
func (t *tally) withhold(i int, x float64) float64 {
	if !t.suppresses(i) {
		return x
	}
	return t.hold[i].apply(x)
}

func (r *Result) describe(t *tally, out *tableWriter) {
	for i := range t.numbers {
		out.numbers[i] = r.numberOf(t, i)
	}
}

// numberAt is the number of one patient; NaN where it is missing.
func numberAt(v *cohort.Values, row int) (float64, error) {
	switch {
	case v.Kind == cohort.Nothing, v.Missing != nil && v.Missing[row]:
		return math.NaN(), nil
	case v.Kind == cohort.Floats:
		return v.Floats[row], nil
	case v.Integers[row] > mostExact, v.Integers[row] < -mostExact:
		return 0, errTooLarge
	}
	return float64(v.Integers[row]), nil
}
