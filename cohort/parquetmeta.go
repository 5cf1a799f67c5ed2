package cohort

import (
	"fmt"
	"unsafe"

	"cohortcounts/cohort/internal/thrift"
)

// A Parquet file ends with a footer that tells its columns and where the pages
// of each lie:
//
//	PAR1 | pages of column 1 | pages of column 2 | … | footer | its size | PAR1
//
// The pages of a column in one row group are a chunk. See the Parquet format's
// parquet.thrift for the numbers of fields and enumerations below.
const parquetMagic = "PAR1"

// Physical types.
const (
	parquetInt32     = 1
	parquetInt64     = 2
	parquetInt96     = 3
	parquetFloat     = 4
	parquetDouble    = 5
	parquetByteArray = 6
)

var parquetTypeNames = []string{"boolean", "int32", "int64", "int96", "float", "double", "byte_array", "fixed_len_byte_array"}

// parquetChunk is where the pages of one column in one row group lie.
type parquetChunk struct {
	offset, size int64
	values       int64
	codec        int
	physical     int
}

// parquetGroup is one row group.
type parquetGroup struct {
	rows   int64
	chunks []parquetChunk
}

// parquetPart is one Parquet file.
type parquetPart struct {
	input   *input
	columns []parquetColumn
	groups  []parquetGroup
}

func openParquet(in *input, m *budget) (*parquetPart, error) {
	data, limit, err := readFooter(in, int64(len(parquetMagic)), parquetMagic, m)
	if err != nil {
		return nil, err
	}
	defer m.describe(-int64(len(data))) //nolint:errcheck // giving back cannot fail
	part := &parquetPart{input: in}
	return part, part.footer(data, limit, m)
}

// What the entries of a footer take, each. Lists grow by doubling, so that for
// a moment there are two.
const (
	elementSize = 2*int64(unsafe.Sizeof(parquetElement{})+unsafe.Sizeof(parquetColumn{})+unsafe.Sizeof(Field{})) + 64
	groupSize   = 2 * int64(unsafe.Sizeof(parquetGroup{}))
	chunkSize   = 2 * int64(unsafe.Sizeof(parquetChunk{}))
)

// footer reads FileMetaData. Pages lie before limit.
func (p *parquetPart) footer(data []byte, limit int64, m *budget) error {
	r := thrift.NewReader(data)
	var elements []parquetElement
	// An entry of one byte becomes one of many: each is asked for.
	var scarce error
	describe := func(n int64) bool {
		if scarce == nil {
			scarce = m.describe(n)
		}
		return scarce == nil
	}
	r.Fields(func(id int, kind byte) bool {
		switch {
		case id == 2 && kind == thrift.List:
			r.Each(thrift.Struct, func() {
				if e := readElement(r); describe(elementSize + 2*int64(len(e.name))) {
					elements = append(elements, e)
				}
			})
		case id == 4 && kind == thrift.List:
			r.Each(thrift.Struct, func() {
				if g := readGroup(r, func() bool { return describe(chunkSize) }); describe(groupSize) {
					p.groups = append(p.groups, g)
				}
			})
		default:
			return false
		}
		return true
	})
	if scarce != nil {
		return fmt.Errorf("its footer %w", scarce)
	}
	if r.Bad() || len(elements) == 0 {
		return corrupt("its footer cannot be decoded")
	}
	leaves, err := p.schema(elements)
	if err != nil {
		return err
	}
	for _, g := range p.groups {
		if len(g.chunks) != leaves {
			return corrupt("a row group has another number of columns than the schema")
		}
		if g.rows < 0 || g.rows > maxRows {
			return corrupt("a row group tells of an impossible number of rows")
		}
		for _, c := range g.chunks {
			if c.values == 0 {
				continue // is not read; where it would lie, Arrow's C++ library does not know either
			}
			if c.offset < int64(len(parquetMagic)) || c.size < 0 || c.offset > limit || c.size > limit-c.offset {
				return corrupt("its footer points outside of the file")
			}
		}
	}
	return nil
}

func readGroup(r *thrift.Reader, more func() bool) (g parquetGroup) {
	r.Fields(func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == thrift.List:
			r.Each(thrift.Struct, func() {
				if c := readChunk(r); more() {
					g.chunks = append(g.chunks, c)
				}
			})
		case id == 3 && kind == thrift.I64:
			g.rows = r.Int()
		default:
			return false
		}
		return true
	})
	return g
}

func readChunk(r *thrift.Reader) parquetChunk {
	c := parquetChunk{offset: -1, physical: -1}
	var data, dictionary int64
	r.Fields(func(id int, kind byte) bool {
		if id == 1 { // the chunk is in another file
			c.physical = -2
		}
		if id != 3 || kind != thrift.Struct {
			return false
		}
		r.Fields(func(id int, kind byte) bool { // ColumnMetaData
			switch {
			case id == 1 && kind == thrift.I32:
				c.physical = int(r.Int())
			case id == 4 && kind == thrift.I32:
				c.codec = int(r.Int())
			case id == 5 && kind == thrift.I64:
				c.values = r.Int()
			case id == 7 && kind == thrift.I64:
				c.size = r.Int()
			case id == 9 && kind == thrift.I64:
				data = r.Int()
			case id == 11 && kind == thrift.I64:
				dictionary = r.Int()
			default:
				return false
			}
			return true
		})
		return true
	})
	c.offset = data
	if dictionary > 0 && dictionary < data { // some writers give 0 where there is none
		c.offset = dictionary
	}
	return c
}

func (p *parquetPart) format() string { return formatParquet }

func (p *parquetPart) forget() {}
