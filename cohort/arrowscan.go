package cohort

import (
	"errors"
	"fmt"
)

// A scan cuts a file into units that workers take in turns: a stripe of the
// wanted columns in one record batch. Files of few large batches are cut into
// more stripes, so that there is work for all.
const wantedUnits = 64

func (p *arrowPart) fields() []Field {
	fields := make([]Field, len(p.columns))
	for i, f := range p.columns {
		fields[i] = Field{Name: f.name, Type: f.typeName}
	}
	return fields
}

func (p *arrowPart) units(columns []int) int { return len(p.batches) * p.stripes(columns) }

func (p *arrowPart) stripes(columns []int) int {
	if len(p.batches) == 0 {
		return 1
	}
	return max(1, min(len(columns), wantedUnits/len(p.batches)))
}

func (p *arrowPart) scan(unit int, columns []int, w *worker) error {
	stripes := p.stripes(columns)
	batch, stripe := unit/stripes, unit%stripes
	c, err := w.arrowColumn()
	if err != nil {
		return err
	}
	if err := c.batch.read(p.input, p.batches[batch], false); err != nil {
		return fmt.Errorf("record batch %d: %w", batch+1, err)
	}
	if stripe == 0 {
		w.rows += c.batch.rows
	}
	from, to := stripe*len(columns)/stripes, (stripe+1)*len(columns)/stripes
	// Columns are asked for in any order; places are found in the file's.
	at, field := place{}, 0
	for _, wanted := range w.order[from:to] {
		for ; field < columns[wanted]; field++ {
			if at, err = c.batch.after(at, &p.columns[field]); err != nil {
				return fmt.Errorf("record batch %d: %w", batch+1, err)
			}
		}
		if err := p.column(c, at, field, wanted, batch, w); err != nil {
			return fmt.Errorf("column %q: %w", p.columns[field].name, err)
		}
		if !w.allowed.release() {
			continue
		}
		// The buffers that took the extra are dropped, and with them the batch.
		w.arrow = nil
		if c, err = w.arrowColumn(); err != nil {
			return err
		}
		if err := c.batch.read(p.input, p.batches[batch], false); err != nil {
			return fmt.Errorf("record batch %d: %w", batch+1, err)
		}
	}
	return nil
}

// arrowColumn is the worker's decoder.
func (w *worker) arrowColumn() (c *arrowColumn, err error) {
	if w.arrow == nil {
		w.arrow, err = newArrowColumn(w.allowed.take)
	}
	return w.arrow, err
}

// column decodes one column of the batch that c has read.
func (p *arrowPart) column(c *arrowColumn, at place, field, wanted, batch int, w *worker) error {
	f := &p.columns[field]
	if f.kind == kindOther {
		return fmt.Errorf("want dates, found %s", f.typeName)
	}
	c.dictionary, c.bad = nil, nil
	if f.isDictionary {
		d, err := p.dictionaries.get(p.input, f, batch, &w.allowed)
		if err != nil {
			return fmt.Errorf("its dictionary: %w", err)
		}
		c.dictionary, c.bad = d.days, d.bad
	}
	err := c.scan(p.input, f, at, wanted, w.visit)
	var text errText
	if errors.As(err, &text) {
		head := arrowBatch{take: w.allowed.take}
		for _, before := range p.batches[:batch] {
			if head.read(p.input, before, false) == nil {
				text.row += head.rows
			}
		}
		return text
	}
	return err
}
