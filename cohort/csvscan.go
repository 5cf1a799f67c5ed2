package cohort

import (
	"bytes"
	"fmt"
)

// csvWorker is what a worker keeps from block to block.
type csvWorker struct {
	buf  []byte
	slot []int     // of each column of the file: its place among those asked for, or -1
	days [][]int32 // of each column asked for, in the file's order
	rows int       // that days can hold
}

// prepare makes room for a block, for what of the block before was left over,
// and for the days in it, each at most a quarter of the worker's share.
func (c *csvWorker) prepare(p *csvPart, columns, order []int, allowed *allowance) error {
	part := allowed.memory.share / 4
	if c.buf == nil {
		size := min(csvBlock, part)
		if err := allowed.take(2 * size); err != nil {
			return err
		}
		c.buf = make([]byte, 0, size)
	}
	if len(c.days) == len(columns) && len(c.slot) == len(p.columns) {
		return nil
	}
	rows := int(max(1, min(chunkRows, csvBlock/4/int64(len(columns)), part/4/int64(len(columns)))))
	if err := allowed.take(4*int64(rows*len(columns)) + 24*int64(len(columns)) + 8*int64(len(p.columns))); err != nil {
		return err
	}
	c.slot = append(c.slot[:0], make([]int, len(p.columns))...)
	for i := range c.slot {
		c.slot[i] = -1
	}
	for i, wanted := range order {
		c.slot[columns[wanted]] = i
	}
	c.rows = rows
	cells := make([]int32, rows*len(columns))
	c.days = make([][]int32, len(columns))
	for i := range c.days {
		c.days[i] = cells[i*rows : (i+1)*rows]
	}
	return nil
}

func (p *csvPart) scan(_ int, columns []int, w *worker) error {
	if w.csv == nil {
		w.csv = &csvWorker{}
	}
	c := w.csv
	if err := c.prepare(p, columns, w.order, &w.allowed); err != nil {
		return err
	}
	rows, err := p.block(c.buf, false, w.allowed.take)
	w.unit = rows.number
	if err != nil {
		return err
	}
	block := rows.text
	c.buf = block
	n := 0
	flush := func() error {
		w.rows += int64(n)
		for i, wanted := range w.order {
			chunk := Chunk{Column: wanted, Rows: n, Days: c.days[i][:n]}
			if err := w.visit(&chunk); err != nil {
				return err
			}
		}
		n = 0
		return nil
	}
	r := csvRow{rest: block}
	for len(r.rest) > 0 {
		// A line without anything is no row, unless rows have only one field.
		if size := blankLine(r.rest); size > 0 && len(p.columns) > 1 {
			r.rest = r.rest[size:]
			continue
		}
		before := r.rest
		if err := c.row(&r, n, p); err != nil {
			at := block[:len(block)-len(before)]
			line := rows.line + int64(bytes.Count(at, []byte{'\n'}))
			place := fmt.Sprintf("line %d", line)
			if rows.row > 0 && bytes.IndexByte(at, '"') < 0 {
				place = fmt.Sprintf("row %d (line %d)", line-1, line)
			}
			return fmt.Errorf("%s: %w", place, err)
		}
		if n++; n == c.rows {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if n > 0 {
		return flush()
	}
	return nil
}

// blankLine is the size of a line without any field, which is no row, or 0.
func blankLine(b []byte) int {
	if b[0] == '\n' {
		return 1
	}
	if len(b) > 1 && b[0] == '\r' && b[1] == '\n' {
		return 2
	}
	return 0
}

// row reads the dates of one row into place n.
func (c *csvWorker) row(r *csvRow, n int, p *csvPart) error {
	r.done = false
	i := 0
	for ; !r.done; i++ {
		text, err := r.next()
		if err != nil {
			return err
		}
		if i >= len(c.slot) || c.slot[i] < 0 {
			continue
		}
		day, ok := parseDay(text)
		if !ok {
			return fmt.Errorf("column %q: %s", p.columns[i].Name, noDate(shape(text)))
		}
		c.days[c.slot[i]][n] = day
	}
	if i != len(c.slot) {
		return fmt.Errorf("has %d fields, the header has %d", i, len(c.slot))
	}
	return nil
}
