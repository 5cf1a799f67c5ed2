package dummydata

import (
	"context"
	"errors"
	"iter"
	"slices"

	"cohortcounts/study"
)

// A Drawing is a study's cohort for those who make something else of it than a
// cohort file. It has all that can be drawn: hidden variables too.
type Drawing struct {
	plan    *plan
	errands []errand
}

// NewDrawing plans a cohort; errors are those of [Write].
func NewDrawing(ctx context.Context, def *study.Definition, opts Options) (*Drawing, error) {
	opts.hidden = true
	p, err := newPlan(ctx, def, opts)
	if err != nil {
		return nil, err
	}
	return &Drawing{plan: p, errands: p.errands(p.nodes)}, nil
}

// Batches is the number of batches of EachBatch.
func (d *Drawing) Batches() int { return (d.plan.blocks + blocksPerBatch - 1) / blocksPerBatch }

// Patients is the number of rows of all batches.
func (d *Drawing) Patients() int { return d.plan.opts.Patients }

// Notes say where the study's expectations could not be met.
func (d *Drawing) Notes() []Note { return slices.Clone(d.plan.notes) }

// Drawn tells whether a variable is drawn from its expectations; others are
// computed from those, or cannot be drawn.
func (d *Drawing) Drawn(variable string) bool {
	n := d.plan.byName[variable]
	return n != nil && n.kind == drawn
}

// EachBatch draws the cohort in batches of cohort.BatchRows rows, each the
// blocks of one goroutine, one after the other, and calls do with each batch
// from several goroutines. A block is valid until the next. When ctx ends, so
// do the blocks.
func (d *Drawing) EachBatch(ctx context.Context, do func(number int, blocks iter.Seq[*Block]) error) error {
	return d.plan.parallel(ctx, 0, d.Batches(), func(b *block, number int) error {
		err := do(number, func(yield func(*Block) bool) {
			for n := number * blocksPerBatch; n < min((number+1)*blocksPerBatch, d.plan.blocks) && ctx.Err() == nil; n++ {
				b.start(n)
				b.draw(d.errands)
				if !yield(&Block{b}) {
					return
				}
			}
		})
		return errors.Join(err, ctx.Err())
	})
}

// A Block is some rows of a cohort.
type Block struct{ block *block }

// First is the place of the block's first row in the cohort.
func (b *Block) First() int { return b.block.first }

// Rows is the number of rows.
func (b *Block) Rows() int { return b.block.rows }

// Patient is the patient_id of a row.
func (b *Block) Patient(row int) int64 { return b.block.plan.patientID(b.block.first + row) }

// Born is a patient's day of birth, counted from 1970-01-01, which all ages
// and dates of birth of the study follow from; ok is false when it has none.
func (b *Block) Born(row int) (born int32, ok bool) {
	for _, n := range b.block.plan.nodes {
		if n.birth != nil && n.birth.from == nil {
			born, _ = n.bornAndAge(uint64(b.block.first + row))
			return born, b.block.of(n).filled.has(row)
		}
	}
	for _, n := range b.block.plan.nodes {
		if n.variable.Function == "date_of_birth" && n.form == formDay {
			return b.block.of(n).days[row], b.block.of(n).filled.has(row)
		}
	}
	return 0, false
}

// Column is a variable's values in the block. It must be one that is drawn.
func (b *Block) Column(variable string) Column {
	n := b.block.plan.byName[variable]
	return Column{block: b.block, node: n, cells: b.block.of(n)}
}

// A Column is a variable's values in a block. Which of the methods that give a
// value can be used follows from the variable's type and function.
type Column struct {
	block *block
	node  *node
	cells *cells
}

// Filled tells whether a row has a value; a flag that is filled is true.
func (c Column) Filled(row int) bool { return c.cells.filled.has(row) }

// Day is a date, counted from 1970-01-01, to the day whatever the date format.
func (c Column) Day(row int) int32 { return c.cells.days[row] }

// Int is a number.
func (c Column) Int(row int) int64 { return c.cells.ints[row] }

// Float is a number.
func (c Column) Float(row int) float64 { return c.cells.floats[row] }

// Label is one of Labels.
func (c Column) Label(row int) any { return c.node.labels[c.cells.codes[row]] }

// Code is the place of Label in Labels.
func (c Column) Code(row int) int { return int(c.cells.codes[row]) }

// Window is the days, both in, on which the variable's record may lie by the
// limits of the study; it is empty, to before from, when there is none.
func (c Column) Window(row int) (from, to int32) {
	w := c.node.static
	for _, limit := range []*bound{c.node.after, c.node.before} {
		if limit != nil && !c.block.of(limit.anchor).filled.has(row) {
			return 1, 0
		}
	}
	if c.node.after != nil {
		w.from = max(w.from, c.node.after.at(c.block.of(c.node.after.anchor).days[row]))
	}
	if c.node.before != nil {
		w.to = min(w.to, c.node.before.at(c.block.of(c.node.before.anchor).days[row]))
	}
	return w.from, w.to
}

// Labels are the labels that a variable's dummy data are drawn from; nil is
// one that stands for no value.
func (d *Drawing) Labels(variable string) []any {
	if n := d.plan.byName[variable]; n != nil && n.form == formLabel {
		return n.labels
	}
	return nil
}
