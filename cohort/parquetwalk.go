package cohort

import (
	"errors"
	"fmt"
	"io"

	"cohortcounts/cohort/internal/hybrid"
)

// chunk is the place of a column's values in the row group, which must tell of
// the column what the schema does.
func (g *parquetGroup) chunk(column *parquetColumn) (*parquetChunk, error) {
	chunk := &g.chunks[column.leaf]
	switch {
	case chunk.physical != column.physical:
		return nil, corrupt("a row group has another type of column than the schema")
	case chunk.values != g.rows:
		return nil, corrupt("a column has another number of values than its row group has rows")
	}
	return chunk, nil
}

// pageValues are the values of a data page, decompressed: valid until the next
// page is read.
type pageValues struct {
	row      int64  // of the row group, that is the page's first
	levels   []byte // which rows have a value, of an optional column
	present  int    // rows that have one
	encoding int    // of data
	data     []byte
}

// walk reads the pages of one chunk: it hands over the dictionary's entries,
// and the values of each data page. What the pages tell of themselves is
// compared with what they hold; the values are not decoded.
func (p *pageReader) walk(in io.ReaderAt, chunk *parquetChunk, optional bool,
	dictionary func(page *parquetPage, plain []byte) error, data func(pageValues) error,
) error {
	p.reset(in, chunk.offset, chunk.size)
	for row := int64(0); row < chunk.values; {
		page, stored, err := p.next()
		switch {
		case errors.Is(err, io.EOF):
			return corrupt("a column has fewer values than its row group has rows")
		case err != nil:
			return err
		case page.kind == dictionaryPage:
			plain, err := p.decompress(chunk.codec, stored, page.plainSize)
			if err != nil {
				return err
			}
			if page.values > len(plain) { // a value has a byte at least
				return corrupt("a dictionary is too small for its entries")
			}
			if err := dictionary(&page, plain); err != nil {
				return err
			}
		case page.kind == dataPage, page.kind == dataPageV2:
			if int64(page.values) > chunk.values-row {
				return corrupt("a column has more values than its row group has rows")
			}
			content, err := p.content(&page, stored, chunk.codec, optional)
			if err != nil {
				return err
			}
			content.row = row
			if err := data(content); err != nil {
				return err
			}
			row += int64(page.values)
		case page.kind != indexPage:
			return corrupt("a page is of an unknown kind")
		}
	}
	return nil
}

// content is what a data page holds.
func (p *pageReader) content(page *parquetPage, stored []byte, codec int, optional bool) (c pageValues, err error) {
	c = pageValues{present: page.values, encoding: page.encoding}
	if c.levels, c.data, err = p.split(page, stored, codec, optional); err != nil {
		return c, err
	}
	if optional {
		reader := hybrid.NewReader(c.levels, 1)
		if c.present, err = reader.Ones(page.values); err != nil {
			return c, corrupt("a page's definition levels cannot be decoded")
		}
	}
	if page.nulls >= 0 && page.values-c.present != page.nulls {
		return c, corrupt("a page has another number of missing values than it tells")
	}
	return c, nil
}

// checkMemory is what a check of a file's pages may hold: a page before and
// after compression.
const checkMemory = 1 << 30

// checkPages walks over the pages of all columns. It is for a file that the
// library then reads: that takes memory for whatever a damaged page tells, and
// asks for more and more when an LZ4 block is corrupt.
func (p *parquetPart) checkPages() error {
	m := &budget{total: checkMemory}
	m.divide(1)
	pages := pageReader{decompressor: decompressor{allowed: &allowance{memory: m}}}
	defer pages.allowed.release()
	for g := range p.groups {
		for i := range p.columns {
			column := &p.columns[i]
			if column.leaf < 0 {
				continue
			}
			chunk, err := p.groups[g].chunk(column)
			if err == nil {
				err = pages.walk(p.input, chunk, column.optional,
					func(*parquetPage, []byte) error { return nil }, func(pageValues) error { return nil })
			}
			if err != nil {
				return fmt.Errorf("column %q: %w", column.name, err)
			}
		}
	}
	return nil
}
