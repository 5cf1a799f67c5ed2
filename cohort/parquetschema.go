package cohort

import (
	"fmt"

	"cohortcounts/cohort/internal/thrift"
)

// parquetColumn is a column of the schema's first level.
type parquetColumn struct {
	name     string
	typeName string
	kind     dateKind // kindInstants, kindDays, kindText32, kindNumber or kindNull
	physical int
	perDay   int64
	optional bool
	leaf     int // among all leaves of the schema, which is how chunks are ordered; -1: not one value in a row
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
		c.leaf, c.typeName = -1, "list of "+c.typeName
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
