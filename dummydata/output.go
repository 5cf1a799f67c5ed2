package dummydata

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unsafe"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// The columns of a cohort as Arrow has them:
//
//	date                 timestamp, first of its month or year if so known
//	bool, int, float     bool, int64, float64, never null
//	str                  a dictionary of its labels, in order of first appearance;
//	                     of an aggregate a dictionary of nothing, as in the original
//	patient_id           int64

// layout is how the nodes become Arrow columns.
type layout struct {
	schema       *arrow.Schema
	columns      []*node // a nil one is patient_id
	dictionaries map[*node]*dictionary
	dateLayouts  map[string]string
	dates        cohort.Dates
}

// dictionary is a label column's values, as they are written.
type dictionary struct {
	codes  []int32 // by label code: its place among the values; -1 when it does not appear
	values arrow.Array
	index  arrow.DataType
}

// newLayout looks at the labels of the whole cohort, because a dictionary's
// order and the size of its indices depend on them.
func (p *plan) newLayout(ctx context.Context) (*layout, error) {
	l := &layout{dictionaries: map[*node]*dictionary{}, dateLayouts: map[string]string{}, dates: p.opts.Format.Dates()}
	orders, err := p.appearance(ctx)
	if err != nil {
		return nil, err
	}
	l.columns = slices.Clone(p.columns)
	if p.patientIDs != nil {
		l.columns = append([]*node{nil}, l.columns...)
	} else {
		l.columns = append(l.columns, nil)
	}
	text := p.opts.Format == cohort.CSV || p.opts.Format == cohort.CSVGzip
	var fields []arrow.Field
	for _, n := range l.columns {
		if n == nil {
			fields = append(fields, arrow.Field{Name: "patient_id", Type: arrow.PrimitiveTypes.Int64, Nullable: true})
			continue
		}
		f := arrow.Field{Name: n.name, Nullable: true}
		switch n.form {
		case formFlag:
			f.Type = arrow.FixedWidthTypes.Boolean
		case formDay:
			f.Type = l.dates.Type
			switch n.variable.DateFormat {
			case study.Day:
			case study.Month:
				l.dateLayouts[n.name] = "2006-01"
			default:
				if n.variable.Function != "categorised_as" && n.kind != fixed { // those are written in full
					l.dateLayouts[n.name] = "2006"
				}
			}
		case formInt:
			f.Type = arrow.PrimitiveTypes.Int64
		case formFloat:
			f.Type = arrow.PrimitiveTypes.Float64
		case formLabel:
			d := p.newDictionary(n, orders[n], text)
			l.dictionaries[n] = d
			f.Type = &arrow.DictionaryType{IndexType: d.index, ValueType: d.values.DataType()}
		}
		fields = append(fields, f)
	}
	l.schema = arrow.NewSchema(fields, nil)
	return l, nil
}

// newDictionary lays out the labels that appear, in that order. The original's
// numbers become floats where a row is empty, but not in text.
func (p *plan) newDictionary(n *node, order []int32, text bool) *dictionary {
	d := &dictionary{codes: make([]int32, len(n.labels)), index: arrow.PrimitiveTypes.Int8}
	for i := range d.codes {
		d.codes[i] = -1
	}
	for place, code := range order {
		d.codes[code] = int32(place)
	}
	switch {
	case len(order) > 32766:
		d.index = arrow.PrimitiveTypes.Int32
	case len(order) > 126:
		d.index = arrow.PrimitiveTypes.Int16
	}
	// A column in which no label happens to appear has the type that the
	// original's has, where one does.
	code, some := n.firstPossibleLabel()
	if !some || n.writtenEmpty() {
		d.values = array.NewNull(0)
		return d
	}
	switch n.labels[code].(type) {
	case int64:
		if p.mayBeEmpty(n) && !text {
			d.values = floatLabels(n, order)
			return d
		}
		builder := array.NewInt64Builder(memory.DefaultAllocator)
		for _, code := range order {
			number, _ := n.labels[code].(int64) // all are: see tidyLabels
			builder.Append(number)
		}
		d.values = builder.NewArray()
	case float64:
		d.values = floatLabels(n, order)
	default:
		builder := array.NewStringBuilder(memory.DefaultAllocator)
		for _, code := range order {
			builder.Append(labelText(n.labels[code]))
		}
		d.values = builder.NewArray()
	}
	return d
}

func floatLabels(n *node, order []int32) arrow.Array {
	builder := array.NewFloat64Builder(memory.DefaultAllocator)
	for _, code := range order {
		builder.Append(numberOf(n.labels[code]))
	}
	return builder.NewArray()
}

// mayBeEmpty tells whether some row of a label column was emptied; a label that
// stands for no value does not count, as in the original.
func (p *plan) mayBeEmpty(n *node) bool { return n.want < p.opts.Patients }

// writtenEmpty tells whether a column is written without its values: the
// original leaves aggregates of texts empty, and a column's type follows from
// its values. Conditions that name it see them.
func (n *node) writtenEmpty() bool { return n.kind == aggregate && n.form == formLabel }

// cut is a day brought down to a date format's precision.
func (p *plan) cut(format study.DateFormat, d day) day {
	if format == study.Day {
		return d
	}
	first := p.months[min(max(d, firstDay), lastDay)-firstDay]
	if format == study.Month {
		return first
	}
	return dayOf(truncate(dateOf(first), study.Year))
}

// recorder gathers blocks into an Arrow record, in memory that it uses again.
type recorder struct {
	plan    *plan
	layout  *layout
	rows    int
	columns []columnBuffers
}

// columnBuffers are a column's values and, in filled, its validity; of a flag
// filled are the values.
type columnBuffers struct {
	filled bitmap
	longs  []int64
	floats []float64
	bytes  []int8
	shorts []int16
	ints   []int32
}

func newRecorder(p *plan, l *layout) *recorder {
	return &recorder{plan: p, layout: l, columns: make([]columnBuffers, len(l.columns))}
}

// start begins a new record.
func (r *recorder) start() { r.rows = 0 }

// add appends a block's rows.
func (r *recorder) add(b *block) {
	for i, n := range r.layout.columns {
		r.addColumn(b, n, &r.columns[i])
	}
	r.rows += b.rows
}

// tail makes s long enough for the rows after the first, and gives those.
func tail[S ~[]T, T any](s *S, first, rows int) S {
	if need := first + rows; cap(*s) < need {
		longer := make(S, need, max(need, min(2*need, cohort.BatchRows)))
		copy(longer, *s)
		*s = longer
	}
	*s = (*s)[:first+rows]
	return (*s)[first:]
}

func (r *recorder) addColumn(b *block, n *node, buffers *columnBuffers) {
	if n == nil {
		out := tail(&buffers.longs, r.rows, b.rows)
		for row := range out {
			out[row] = r.plan.patientID(b.firstOut + row)
		}
		return
	}
	c := b.of(n)
	switch {
	case n.writtenEmpty():
		have := words(r.rows)
		clear(tail(&buffers.filled, have, words(r.rows+b.rows)-have))
		clear(tail(&buffers.bytes, r.rows, b.rows))
		return
	case r.rows%64 == 0:
		copy(tail(&buffers.filled, r.rows/64, len(c.filled)), c.filled)
	default:
		have := words(r.rows)
		clear(tail(&buffers.filled, have, words(r.rows+b.rows)-have))
		putBits(buffers.filled, r.rows, c.filled, b.rows)
	}
	switch n.form {
	case formInt:
		copy(tail(&buffers.longs, r.rows, b.rows), c.ints)
	case formFloat:
		copy(tail(&buffers.floats, r.rows, b.rows), c.floats)
	case formDay:
		r.addDays(tail(&buffers.longs, r.rows, b.rows), n, c)
	case formLabel:
		d := r.layout.dictionaries[n]
		switch d.index.ID() {
		case arrow.INT8:
			placeLabels(tail(&buffers.bytes, r.rows, b.rows), c, d.codes)
		case arrow.INT16:
			placeLabels(tail(&buffers.shorts, r.rows, b.rows), c, d.codes)
		default:
			placeLabels(tail(&buffers.ints, r.rows, b.rows), c, d.codes)
		}
	}
}

// addDays makes days into timestamps of the variable's precision.
func (r *recorder) addDays(out []int64, n *node, c *cells) {
	clear(out)
	format := n.variable.DateFormat
	if format == study.Day || n.inFull() {
		c.filled.each(func(row int) { out[row] = r.layout.dates.Value(int64(c.days[row])) })
		return
	}
	c.filled.each(func(row int) { out[row] = r.layout.dates.Value(int64(r.plan.cut(format, c.days[row]))) })
}

// inFull tells whether a date is written as it is, not cut: the dates that are
// categories or fixed.
func (n *node) inFull() bool {
	return n.variable.Function == "categorised_as" || n.kind == fixed
}

// record is the blocks added since the last start; it is valid until the next.
func (r *recorder) record() arrow.Record {
	arrays := make([]arrow.Array, len(r.layout.columns))
	for i, n := range r.layout.columns {
		arrays[i] = r.array(n, &r.columns[i], r.layout.schema.Field(i).Type)
	}
	return array.NewRecord(r.layout.schema, arrays, int64(r.rows))
}

func (r *recorder) array(n *node, buffers *columnBuffers, t arrow.DataType) arrow.Array {
	switch {
	case n == nil || n.form == formInt:
		return makeArray(t, r.rows, nil, bytesOf(buffers.longs))
	case n.form == formFlag:
		return makeArray(t, r.rows, nil, bytesOf(buffers.filled))
	case n.form == formFloat:
		return makeArray(t, r.rows, nil, bytesOf(buffers.floats))
	case n.form == formDay:
		return makeArray(t, r.rows, buffers.filled, bytesOf(buffers.longs))
	}
	d := r.layout.dictionaries[n]
	var indices []byte
	switch d.index.ID() {
	case arrow.INT8:
		indices = bytesOf(buffers.bytes)
	case arrow.INT16:
		indices = bytesOf(buffers.shorts)
	default:
		indices = bytesOf(buffers.ints)
	}
	return array.NewDictionaryArray(t, makeArray(d.index, r.rows, buffers.filled, indices), d.values)
}

func placeLabels[T int8 | int16 | int32](out []T, c *cells, places []int32) {
	clear(out)
	c.filled.each(func(row int) { out[row] = T(places[c.codes[row]]) })
}

// makeArray wraps memory as an Arrow array. Nulls are the rows not in filled;
// a nil one has none.
func makeArray(t arrow.DataType, rows int, filled bitmap, values []byte) arrow.Array {
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(values)}
	nulls := 0
	if filled != nil {
		if nulls = rows - filled.count(); nulls > 0 {
			buffers[0] = memory.NewBufferBytes(bytesOf(filled))
		}
	}
	data := array.NewData(t, rows, buffers, nil, nulls, 0)
	defer data.Release()
	return array.MakeFromData(data)
}

// bytesOf is a slice's memory; Arrow's is little endian, and so are the
// machines that this is built for.
func bytesOf[S ~[]T, T any](s S) []byte {
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), len(s)*int(unsafe.Sizeof(s[0])))
}

func (p *plan) patientID(row int) int64 {
	if p.patientIDs != nil {
		return p.patientIDs[row]
	}
	return int64(p.ids.at(uint64(row)))
}

func parseISO(text string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return t, fmt.Errorf("%q is not a date", text)
	}
	return t, nil
}
