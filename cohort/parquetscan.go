package cohort

import (
	"errors"
	"fmt"
	"unsafe"

	"cohortcounts/cohort/internal/hybrid"
)

// Encodings of values.
const (
	encodingPlain           = 0
	encodingPlainDictionary = 2
	encodingRLE             = 3
	encodingBitPacked       = 4 // of levels
	encodingDeltaBinary     = 5
	encodingDeltaLength     = 6
	encodingDeltaBytes      = 7
	encodingRLEDictionary   = 8
	encodingByteStreamSplit = 9
)

func (p *parquetPart) fields() []Field {
	fields := make([]Field, len(p.columns))
	for i, c := range p.columns {
		fields[i] = Field{Name: c.name, Type: c.typeName}
	}
	return fields
}

func (p *parquetPart) stripes(columns []int) int {
	return max(1, min(len(columns), wantedUnits/max(1, len(p.groups))))
}

func (p *parquetPart) units(columns []int) int { return len(p.groups) * p.stripes(columns) }

func (p *parquetPart) scan(unit int, columns []int, w *worker) error {
	stripes := p.stripes(columns)
	group, stripe := unit/stripes, unit%stripes
	if stripe == 0 {
		w.rows += p.groups[group].rows
	}
	from, to := stripe*len(columns)/stripes, (stripe+1)*len(columns)/stripes
	for _, wanted := range w.order[from:to] {
		column := &p.columns[columns[wanted]]
		if w.parquet == nil {
			if err := w.allowed.take(parquetReaderSize); err != nil {
				return err
			}
			w.parquet = &parquetReader{pages: pageReader{decompressor: decompressor{allowed: &w.allowed}}}
		}
		if err := w.parquet.scan(p, group, column, wanted, w.visit); err != nil {
			var text errText
			if errors.As(err, &text) {
				for _, before := range p.groups[:group] {
					text.row += before.rows
				}
				err = text
			}
			return fmt.Errorf("column %q: %w", column.name, err)
		}
		if w.allowed.release() {
			w.drop()
		}
	}
	return nil
}

// parquetReaderSize is what the arrays of a parquetReader take.
const parquetReaderSize = int64(unsafe.Sizeof(parquetReader{}))

// parquetReader decodes the chunks of columns. Each worker has one; its memory
// is kept.
type parquetReader struct {
	pages      pageReader
	dictionary []int32
	bad        badTexts // entries of the dictionary that are no dates

	indices  [parquetRows]uint32
	days     [parquetRows]int32
	instants [parquetRows]int64
}

// parquetRows is how many values are handed over at a time: 8 KiB of indices,
// which stay in the first-level cache.
const parquetRows = 2048

// scan hands the dates of one chunk to visit. Missing values are left out: a
// page does not hold them.
func (r *parquetReader) scan(p *parquetPart, group int, column *parquetColumn, wanted int, visit func(*Chunk) error) error {
	if column.kind == kindOther || column.leaf < 0 {
		return fmt.Errorf("want dates, found %s", column.typeName)
	}
	chunk, err := p.groups[group].chunk(column)
	if err != nil || column.kind == kindNull {
		return err
	}
	// The dictionary of the chunk before may still be in use by the visitor,
	// which knows dictionaries by their place.
	r.dictionary, r.bad = nil, nil
	return r.pages.walk(p.input, chunk, column.optional,
		func(page *parquetPage, plain []byte) error { return r.readDictionary(page, plain, column) },
		func(page pageValues) error {
			err := r.data(page, column, Chunk{Column: wanted}, visit)
			var text errText
			if errors.As(err, &text) {
				if column.optional {
					text.row = rowOf(page.levels, text.row)
				}
				text.row += page.row
				return text
			}
			return err
		})
}

func (r *parquetReader) readDictionary(page *parquetPage, plain []byte, column *parquetColumn) error {
	if page.encoding != encodingPlain && page.encoding != encodingPlainDictionary {
		return corrupt("a dictionary has an unknown encoding")
	}
	if err := r.pages.allowed.dictionary(int64(page.values)); err != nil {
		return fmt.Errorf("its dictionary: %w", err)
	}
	r.dictionary = make([]int32, 0, page.values)
	decoder := valueReader{column: column, encoding: encodingPlain, data: plain}
	if err := decoder.begin(page.values); err != nil {
		return err
	}
	for left := page.values; left > 0; {
		n := min(left, parquetRows)
		if column.kind == kindInstants {
			if err := decoder.instants(r.instants[:n]); err != nil {
				return err
			}
			for _, v := range r.instants[:n] {
				r.dictionary = append(r.dictionary, dayOf(v, column.perDay))
			}
		} else {
			bad, err := decoder.days(r.days[:n])
			if err != nil {
				return err
			}
			if bad >= 0 {
				r.bad.add(len(r.dictionary)+bad, []byte(decoder.badText))
			}
			r.dictionary = append(r.dictionary, r.days[:n]...)
		}
		left -= n
	}
	return nil
}

// data hands over the values of one data page. The row of an errText is the
// place among the values that are there.
func (r *parquetReader) data(page pageValues, column *parquetColumn, chunk Chunk, visit func(*Chunk) error) error {
	switch {
	case page.present == 0:
		return nil
	case column.kind == kindNumber && column.physical < parquetFloat:
		return errText{number: true}
	case page.encoding == encodingRLEDictionary || page.encoding == encodingPlainDictionary:
		return r.dictionaryPage(page.data, page.present, chunk, column.kind == kindNumber, visit)
	}
	decoder := valueReader{column: column, encoding: page.encoding, data: page.data}
	if err := decoder.begin(page.present); err != nil {
		return err
	}
	return r.plainPage(&decoder, page.present, chunk, visit)
}

// rowOf is the row in a page of the value that is n-th among those present.
func rowOf(levels []byte, n int64) (row int64) {
	reader := hybrid.NewReader(levels, 1)
	var level [1]uint32
	for reader.Read(level[:]) == nil {
		if level[0] != 0 {
			if n == 0 {
				break
			}
			n--
		}
		row++
	}
	return row
}

func (r *parquetReader) dictionaryPage(values []byte, present int, chunk Chunk, numbers bool, visit func(*Chunk) error) error {
	if len(values) == 0 || values[0] > 32 || len(r.dictionary) == 0 {
		return corrupt("a page's dictionary indices cannot be decoded")
	}
	reader := hybrid.NewReader(values[1:], uint(values[0]))
	chunk.Dictionary = r.dictionary
	size := uint32(len(r.dictionary))
	for done := 0; done < present; done += chunk.Rows {
		chunk.Rows = min(parquetRows, present-done)
		chunk.Indices = r.indices[:chunk.Rows]
		if reader.Read(chunk.Indices) != nil {
			return corrupt("a page's dictionary indices cannot be decoded")
		}
		var largest uint32
		for _, index := range chunk.Indices {
			largest = max(largest, index)
		}
		if largest >= size {
			return corrupt("an index is outside of its dictionary")
		}
		if len(r.bad) > 0 {
			for i, index := range chunk.Indices {
				if r.dictionary[index] == badDay {
					return errText{row: int64(done + i), value: r.bad.text(index), number: numbers}
				}
			}
		}
		if err := visit(&chunk); err != nil {
			return err
		}
	}
	return nil
}

func (r *parquetReader) plainPage(decoder *valueReader, present int, chunk Chunk, visit func(*Chunk) error) error {
	for done := 0; done < present; done += chunk.Rows {
		chunk.Rows = min(parquetRows, present-done)
		if decoder.column.kind == kindInstants {
			chunk.Instants, chunk.PerDay = r.instants[:chunk.Rows], decoder.column.perDay
			if err := decoder.instants(chunk.Instants); err != nil {
				return err
			}
		} else {
			chunk.Days = r.days[:chunk.Rows]
			bad, err := decoder.days(chunk.Days)
			if err != nil {
				return err
			}
			if bad >= 0 {
				return errText{row: int64(done + bad), value: decoder.badText, number: decoder.column.kind == kindNumber}
			}
		}
		if err := visit(&chunk); err != nil {
			return err
		}
	}
	return nil
}
