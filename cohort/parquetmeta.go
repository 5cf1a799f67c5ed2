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

// parquetColumn is a column of the schema's first level.
type parquetColumn struct {
	name     string
	typeName string
	kind     dateKind // kindInstants, kindDays, kindText32, kindNumber or kindNull
	physical int
	perDay   int64
	optional bool
	leaf     int // among all leaves of the schema, which is how chunks are ordered; -1: a group
}

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

// parquetElement is a SchemaElement.
type parquetElement struct {
	name       string
	physical   int // -1: a group
	repetition int // 0 required, 1 optional, 2 repeated
	children   int
	converted  int // -1: none
	logical    int // number of the LogicalType's member, 0: none
	unit       int // of a timestamp: 1 milliseconds, 2 microseconds, 3 nanoseconds
}

func readElement(r *thrift.Reader) parquetElement {
	e := parquetElement{physical: -1, converted: -1}
	r.Fields(func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == thrift.I32:
			e.physical = int(r.Int())
		case id == 3 && kind == thrift.I32:
			e.repetition = int(r.Int())
		case id == 4 && kind == thrift.Binary:
			e.name = string(r.Bytes())
		case id == 5 && kind == thrift.I32:
			e.children = int(r.Int())
		case id == 6 && kind == thrift.I32:
			e.converted = int(r.Int())
		case id == 10 && kind == thrift.Struct:
			r.Fields(func(member int, _ byte) bool {
				e.logical = member
				if member != logicalTimestamp {
					return false
				}
				r.Fields(func(id int, kind byte) bool { // TimestampType
					if id != 2 || kind != thrift.Struct {
						return false
					}
					r.Fields(func(unit int, _ byte) bool {
						e.unit = unit
						return false
					})
					return true
				})
				return true
			})
		default:
			return false
		}
		return true
	})
	return e
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

// Members of the LogicalType union, and ConvertedType's numbers, that tell of
// dates.
const (
	logicalString     = 1
	logicalDate       = 6
	logicalTimestamp  = 8
	logicalInteger    = 10
	logicalUnknown    = 11
	convertedUTF8     = 0
	convertedDate     = 6
	convertedTimeMS   = 9
	convertedTimeUS   = 10
	convertedUint8    = 11 // and the other integers behind it
	repetitionRepeat  = 2
	maxParquetNesting = 64
)

// schema keeps the columns of the first level and counts the leaves.
func (p *parquetPart) schema(elements []parquetElement) (leaves int, err error) {
	rest := elements[1:]
	// skip passes over an element and all below it.
	var skip func(depth int) error
	skip = func(depth int) error {
		if len(rest) == 0 || depth > maxParquetNesting {
			return corrupt("its schema is incomplete")
		}
		e := rest[0]
		rest = rest[1:]
		if e.children == 0 && e.physical >= 0 {
			leaves++
		}
		for range e.children {
			if err := skip(depth + 1); err != nil {
				return err
			}
		}
		return nil
	}
	for range elements[0].children {
		if len(rest) == 0 {
			return 0, corrupt("its schema is incomplete")
		}
		p.columns = append(p.columns, rest[0].column(leaves))
		if err := skip(0); err != nil {
			return 0, err
		}
	}
	return leaves, nil
}

// column is how an element holds dates.
func (e parquetElement) column(leaf int) parquetColumn {
	c := parquetColumn{name: e.name, physical: e.physical, optional: e.repetition == 1, leaf: leaf, typeName: "group"}
	if e.physical < 0 || e.children > 0 {
		c.leaf = -1
		return c
	}
	if e.physical < len(parquetTypeNames) {
		c.typeName = parquetTypeNames[e.physical]
	}
	if e.repetition == repetitionRepeat {
		c.typeName = "list of " + c.typeName
		return c
	}
	instants := func(perDay int64, unit string) {
		c.kind, c.perDay, c.typeName = kindInstants, perDay, "timestamp["+unit+"]"
	}
	switch {
	case e.logical == logicalUnknown:
		c.kind = kindNull
	case e.physical == parquetInt96:
		c.kind = kindDays
	case e.physical == parquetInt32 && (e.logical == logicalDate || e.converted == convertedDate):
		c.kind, c.typeName = kindDays, "date32"
	case e.physical == parquetInt64 && e.logical == logicalTimestamp:
		switch e.unit {
		case 1:
			instants(millisecondsPerDay, "ms")
		case 2:
			instants(microsecondsPerDay, "us")
		case 3:
			instants(nanosecondsPerDay, "ns")
		default:
			c.typeName = fmt.Sprintf("timestamp of unit %d", e.unit)
		}
	case e.physical == parquetInt64 && e.converted == convertedTimeMS:
		instants(millisecondsPerDay, "ms")
	case e.physical == parquetInt64 && e.converted == convertedTimeUS:
		instants(microsecondsPerDay, "us")
	case e.physical == parquetByteArray && (e.logical == logicalString || e.logical == 0) && (e.converted == convertedUTF8 || e.converted == -1):
		// Older writers mark text in no way.
		c.kind, c.typeName = kindText32, "string"
	}
	plain := e.logical == 0 && e.converted == -1 || e.logical == logicalInteger || e.converted >= convertedUint8
	if c.kind == kindOther && plain && e.physical >= parquetInt32 && e.physical <= parquetDouble {
		c.kind = kindNumber
	}
	return c
}

func (p *parquetPart) format() string { return formatParquet }

func (p *parquetPart) forget() {}
