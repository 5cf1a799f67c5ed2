package cohort

import (
	"errors"
	"fmt"
	"io"

	"cohortcounts/cohort/internal/hybrid"
)

// checkMemory is what a check of a file's pages may hold: a page before and
// after compression.
const checkMemory = 1 << 30

// checkPages compares what the pages of all columns tell of themselves with
// what they hold, without decoding their values. It is for a file that the
// library then reads: that takes memory for whatever a damaged page tells, and
// asks for more and more when an LZ4 block is corrupt.
func (p *parquetPart) checkPages() error {
	m := &budget{total: checkMemory}
	m.divide(1)
	pages := pageReader{allowed: &allowance{memory: m}}
	defer pages.allowed.release()
	for g := range p.groups {
		for i := range p.columns {
			column := &p.columns[i]
			if column.leaf < 0 {
				continue
			}
			if err := pages.check(p.input, &p.groups[g], column); err != nil {
				return fmt.Errorf("column %q: %w", column.name, err)
			}
		}
	}
	return nil
}

// check reads the pages of one chunk.
func (p *pageReader) check(in io.ReaderAt, group *parquetGroup, column *parquetColumn) error {
	chunk := &group.chunks[column.leaf]
	if chunk.values != group.rows {
		return corrupt("a column has another number of values than its row group has rows")
	}
	if group.rows == 0 {
		return nil
	}
	p.reset(in, chunk.offset, chunk.size)
	for row := int64(0); row < group.rows; {
		page, data, err := p.next()
		switch {
		case errors.Is(err, io.EOF):
			return corrupt("a column has fewer values than its row group has rows")
		case err != nil:
			return err
		case page.kind == dictionaryPage:
			plain, err := p.decompress(chunk.codec, data, page.plainSize)
			if err != nil {
				return err
			}
			if page.values > len(plain) { // a value has a byte at least
				return corrupt("a dictionary is too small for its entries")
			}
		case page.kind == dataPage, page.kind == dataPageV2:
			if row += int64(page.values); row > group.rows {
				return corrupt("a column has more values than its row group has rows")
			}
			levels, _, err := p.split(&page, data, chunk.codec, column.optional)
			if err != nil {
				return err
			}
			if column.optional {
				reader := hybrid.NewReader(levels, 1)
				if _, err := reader.Ones(page.values); err != nil {
					return corrupt("a page's definition levels cannot be decoded")
				}
			}
		case page.kind != indexPage:
			return corrupt("a page is of an unknown kind")
		}
	}
	return nil
}
