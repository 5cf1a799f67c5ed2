package cohort

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"unsafe"
)

// arrowColumn decodes columns of record batches. Each worker has one; its
// memory is kept from column to column.
type arrowColumn struct {
	batch    arrowBatch
	validity buffer
	values   buffer
	offsets  buffer

	words    [chunkRows / 64]uint64
	days     [chunkRows]int32
	indices  [chunkRows]uint32
	lastText int64 // end of the last text of the chunk before

	dictionary []int32
	bad        badTexts // entries of the dictionary that are no dates
	keepBad    bool     // this reads a dictionary: text that is no date is kept as badDay
	place      int      // of the chunk's first value in the dictionary that is read
}

// arrowColumnSize is what the arrays of an arrowColumn take.
const arrowColumnSize = int64(unsafe.Sizeof(arrowColumn{}))

func newArrowColumn(take func(int64) error) (*arrowColumn, error) {
	c := &arrowColumn{}
	c.batch.take, c.validity.take, c.values.take, c.offsets.take = take, take, take, take
	return c, take(arrowColumnSize)
}

// errText is a value that should be a date and is not.
type errText struct {
	row    int64  // in the record batch
	value  string // its shape
	number bool   // the value is a number, which is not told
}

func (e errText) Error() string {
	if e.number {
		return fmt.Sprintf("row %d: a number is no date", e.row+1)
	}
	return fmt.Sprintf("row %d: %s", e.row+1, noDate(e.value))
}

// scan hands the rows of one column, which begins at p, to visit. A column
// that is a dictionary's indices has its values in c.dictionary.
func (c *arrowColumn) scan(in *input, f *arrowField, p place, column int, visit func(*Chunk) error) error {
	rows, nulls, err := c.batch.node(p.node)
	if err != nil {
		return err
	}
	chunk := Chunk{Column: column}
	if rows == 0 || (f.kind == kindNull && !f.isDictionary) {
		return nil
	}
	var validity pieces
	if nulls != 0 {
		offset, size, err := c.batch.extent(p.buffer)
		if err != nil {
			return err
		}
		switch {
		case size > 0:
			if validity, err = c.validity.open(in, offset, size, c.batch.codec, (rows+7)/8); err != nil {
				return err
			}
		case nulls > 0:
			return corrupt("a column has nulls and no validity")
		}
	}
	next, err := c.reader(in, f, p, rows, &chunk)
	if err != nil {
		return err
	}
	var missing int64
	for row := int64(0); row < rows; row += chunkRows {
		chunk.Rows = int(min(chunkRows, rows-row))
		chunk.Valid = nil
		if validity != nil {
			if chunk.Valid, err = c.valid(validity, chunk.Rows); err != nil {
				return err
			}
			missing += int64(chunk.Rows - countBits(chunk.Valid))
		}
		if err := next(&chunk); err != nil {
			var text errText
			if errors.As(err, &text) {
				text.row += row
				return text
			}
			return damaged(err)
		}
		if err := visit(&chunk); err != nil {
			return err
		}
	}
	// The count of nulls is told twice; that the two agree is the only check
	// of the data that the format offers.
	if nulls >= 0 && missing != nulls {
		return corrupt("a column has another number of nulls than it tells")
	}
	return nil
}

// reader is a function that reads chunk.Rows values more into the chunk.
func (c *arrowColumn) reader(in *input, f *arrowField, p place, rows int64, chunk *Chunk) (func(*Chunk) error, error) {
	open := func(b *buffer, i int, need int64) (pieces, error) {
		offset, size, err := c.batch.extent(p.buffer + i)
		if err != nil {
			return nil, err
		}
		return b.open(in, offset, size, c.batch.codec, need)
	}
	switch {
	case f.isDictionary:
		values, err := open(&c.values, 1, rows*int64(f.indexBytes))
		chunk.Dictionary = c.dictionary
		return func(chunk *Chunk) error { return c.nextIndices(values, f, chunk) }, err
	case f.kind == kindInstants:
		values, err := open(&c.values, 1, 8*rows)
		chunk.PerDay = f.perDay
		return func(chunk *Chunk) error {
			b, err := values.Next(8 * chunk.Rows)
			chunk.Instants = valuesOf[int64](b)
			return err
		}, err
	case f.kind == kindDays:
		values, err := open(&c.values, 1, 4*rows)
		return func(chunk *Chunk) error {
			b, err := values.Next(4 * chunk.Rows)
			chunk.Days = valuesOf[int32](b)
			return err
		}, err
	case f.kind == kindText32, f.kind == kindText64:
		width := int64(4)
		if f.kind == kindText64 {
			width = 8
		}
		offsets, err := open(&c.offsets, 1, width*(rows+1))
		if err != nil {
			return nil, err
		}
		if c.lastText, err = nextOffset(offsets, int(width)); err != nil {
			return nil, damaged(err)
		}
		values, err := open(&c.values, 2, c.lastText)
		if err != nil {
			return nil, err
		}
		if err := skipPieces(values, c.lastText); err != nil {
			return nil, damaged(err)
		}
		return func(chunk *Chunk) error { return c.nextText(offsets, values, int(width), chunk) }, nil
	case f.kind == kindNumber:
		values, err := open(&c.values, 1, int64(f.numberBytes)*rows)
		return func(chunk *Chunk) error { return c.nextNumbers(values, f, chunk) }, err
	case f.kind == kindTextViews:
		views, err := open(&c.values, 1, 16*rows)
		return func(chunk *Chunk) error { return c.nextViews(views, chunk) }, err
	}
	return nil, fmt.Errorf("want dates, found %s", f.typeName)
}

// valid reads the validity of n values. Bits past the end are cleared.
func (c *arrowColumn) valid(validity pieces, n int) ([]uint64, error) {
	b, err := validity.Next((n + 7) / 8)
	if err != nil {
		return nil, damaged(err)
	}
	words := c.words[:(n+63)/64]
	words[len(words)-1] = 0
	copy(bytesOf(words), b)
	if n%64 != 0 {
		words[len(words)-1] &= 1<<(n%64) - 1
	}
	return words, nil
}

func countBits(words []uint64) (n int) {
	for _, w := range words {
		n += bits.OnesCount64(w)
	}
	return n
}

// isValid tells whether value i is there.
func isValid(valid []uint64, i int) bool {
	return valid == nil || valid[i/64]>>(i%64)&1 != 0
}

// nextIndices widens dictionary indices and checks that they are inside. The
// index of a missing value may be anything; it becomes 0.
func (c *arrowColumn) nextIndices(values pieces, f *arrowField, chunk *Chunk) error {
	b, err := values.Next(f.indexBytes * chunk.Rows)
	if err != nil {
		return err
	}
	indices := c.indices[:chunk.Rows]
	widen(indices, b, f.indexBytes)
	size := uint32(len(c.dictionary))
	for i, index := range indices {
		if index >= size {
			if isValid(chunk.Valid, i) {
				return corrupt("an index is outside of its dictionary")
			}
			indices[i] = 0
		}
	}
	chunk.Indices = indices
	if size == 0 { // all values are missing: there is nothing to point at
		chunk.Indices, chunk.Days = nil, c.noDays(chunk.Rows)
	}
	if len(c.bad) > 0 {
		for i, index := range indices {
			if size > 0 && c.dictionary[index] == badDay && isValid(chunk.Valid, i) {
				return errText{row: int64(i), value: c.bad.text(index)}
			}
		}
	}
	return nil
}

func (c *arrowColumn) noDays(n int) []int32 {
	for i := range n {
		c.days[i] = NoDay
	}
	return c.days[:n]
}

// widen reads little-endian integers of the given size. Those that do not fit
// (negative ones among them) become the largest number, which is in no
// dictionary.
func widen(to []uint32, b []byte, size int) {
	switch size {
	case 1:
		for i := range to {
			to[i] = uint32(b[i])
		}
	case 2:
		for i := range to {
			to[i] = uint32(binary.LittleEndian.Uint16(b[2*i:]))
		}
	case 4:
		for i := range to {
			to[i] = binary.LittleEndian.Uint32(b[4*i:])
		}
	case 8:
		for i := range to {
			to[i] = uint32(min(binary.LittleEndian.Uint64(b[8*i:]), 1<<32-1))
		}
	}
}

// maxChunkText is the most text that a chunk of dates may have: 128 bytes a
// date, which is four times the longest.
const maxChunkText = 1 << 20

// nextNumbers reads numbers, which must all be missing.
func (c *arrowColumn) nextNumbers(values pieces, f *arrowField, chunk *Chunk) error {
	b, err := values.Next(f.numberBytes * chunk.Rows)
	if err != nil {
		return err
	}
	for i := range chunk.Rows {
		missing := f.isFloat && isNaN(b[i*f.numberBytes:(i+1)*f.numberBytes])
		if !missing && isValid(chunk.Valid, i) {
			return errText{row: int64(i), number: true}
		}
	}
	chunk.Days = c.noDays(chunk.Rows)
	return nil
}

// isNaN tells whether a float of 2, 4 or 8 bytes is not a number.
func isNaN(b []byte) bool {
	switch len(b) {
	case 8:
		return math.IsNaN(math.Float64frombits(binary.LittleEndian.Uint64(b)))
	case 4:
		return math.IsNaN(float64(math.Float32frombits(binary.LittleEndian.Uint32(b))))
	}
	return binary.LittleEndian.Uint16(b)&0x7FFF > 0x7C00
}
