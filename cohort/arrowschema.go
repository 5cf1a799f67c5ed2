package cohort

import (
	"fmt"
	"unsafe"

	"cohortcounts/cohort/internal/flatbuf"
)

// The members of the Type union of Arrow's Schema.fbs that matter here.
const (
	arrowNull          = 1
	arrowInt           = 2
	arrowFloat         = 3
	arrowBinary        = 4
	arrowUtf8          = 5
	arrowBool          = 6
	arrowDate          = 8
	arrowTimestamp     = 10
	arrowList          = 12
	arrowStruct        = 13
	arrowUnion         = 14
	arrowFixedSizeList = 16
	arrowMap           = 17
	arrowLargeBinary   = 19
	arrowLargeUtf8     = 20
	arrowLargeList     = 21
	arrowRunEndEncoded = 22
	arrowBinaryView    = 23
	arrowUtf8View      = 24
	arrowListView      = 25
	arrowLargeListView = 26
	arrowTypes         = 27
	maxArrowNesting    = 64
	maxArrowFields     = 1 << 20
)

var arrowTypeNames = [arrowTypes]string{
	"none", "null", "int", "float", "binary", "string", "bool", "decimal", "date", "time", "timestamp", "interval",
	"list", "struct", "union", "fixed_size_binary", "fixed_size_list", "map", "duration", "large_binary",
	"large_string", "large_list", "run_end_encoded", "binary_view", "string_view", "list_view", "large_list_view",
}

// dateKind is the form in which a column holds dates.
type dateKind int

const (
	kindOther     dateKind = iota
	kindNull               // a column of nothing but nulls
	kindInstants           // int64 since 1970
	kindDays               // int32 since 1970
	kindText32             // ISO text, offsets of 32 bits
	kindText64             // ISO text, offsets of 64 bits
	kindTextViews          // ISO text, 16 bytes each
	kindNumber             // numbers: a column without any is one without dates
)

// arrowField is one column of an Arrow schema.
type arrowField struct {
	name     string
	typeName string // for messages
	kind     dateKind
	perDay   int64 // of instants

	numberBytes int // of numbers, each
	isFloat     bool

	isDictionary bool // kind is then that of the dictionary's values
	dictionary   int64
	indexBytes   int
	indexSigned  bool

	// What the column takes of a record batch.
	nodes, buffers int
	variadic       int // string views: each adds a number of buffers that the batch tells
}

// fieldSize is what a column takes: here, in the list of columns that is handed
// out, and where it is looked for by its name.
const fieldSize = int64(unsafe.Sizeof(arrowField{})+unsafe.Sizeof(Field{})) + 64

// arrowFields reads the columns of a Schema table.
func arrowFields(schema flatbuf.Table, m *budget) ([]arrowField, error) {
	if schema.Int16(0, 0) != 0 {
		return nil, fmt.Errorf("it is written for big-endian machines; write it again on another")
	}
	list := schema.Tables(1)
	if list.Len() > maxArrowFields {
		return nil, corrupt("it tells of %d columns", list.Len())
	}
	if err := m.describe(fieldSize * int64(list.Len())); err != nil {
		return nil, fmt.Errorf("its list of columns %w", err)
	}
	fields := make([]arrowField, list.Len())
	nodes, parts := 0, maxArrowFields
	schema.Tables(2) // its metadata, see visit
	for i := range fields {
		if err := fields[i].read(list.At(i)); err != nil {
			return nil, err
		}
		if parts = visit(list.At(i), parts, maxArrowNesting); parts < 0 {
			return nil, corrupt("its columns have too many parts")
		}
		if err := m.describe(int64(len(fields[i].name) + len(fields[i].typeName))); err != nil {
			return nil, fmt.Errorf("its list of columns %w", err)
		}
		// Columns may share their parts: a small schema can be a large one.
		if nodes += fields[i].nodes; nodes > maxArrowFields {
			return nil, corrupt("its columns have too many parts")
		}
	}
	return fields, nil
}

// visit looks at the lists that a Field table has, also those that its type has
// no use for: one that reaches out of the metadata damages the buffer. The
// library, which reads some files after us, takes memory for as many as they
// tell. Left are the parts that are still allowed.
func visit(field flatbuf.Table, left, depth int) int {
	field.Tables(6) // its metadata
	children := field.Tables(5)
	if depth == 0 {
		return -1
	}
	for i := 0; i < children.Len() && left >= 0; i++ {
		left = visit(children.At(i), left-1, depth-1)
	}
	return left
}

func (f *arrowField) read(table flatbuf.Table) error {
	f.name = table.String(0)
	if err := f.layout(table, 0); err != nil {
		return err
	}
	f.kind, f.perDay, f.typeName = arrowKind(table)
	if f.kind == kindNumber {
		f.number(table)
	}
	encoding := table.Table(4)
	if !encoding.Present() {
		return nil
	}
	f.isDictionary = true
	f.dictionary = encoding.Int64(0)
	f.indexBytes, f.indexSigned = 4, true
	if index := encoding.Table(1); index.Present() {
		f.indexBytes = int(index.Int32(0, 0)) / 8
		f.indexSigned = index.Bool(1)
	}
	switch f.indexBytes {
	case 1, 2, 4, 8:
	default:
		return corrupt("column %q has dictionary indices of %d bytes", f.name, f.indexBytes)
	}
	f.typeName = "dictionary of " + f.typeName
	return nil
}

// number is how large numbers are. pandas makes a column of nothing but missing
// values one of floats, all NaN, when it comes from a CSV.
func (f *arrowField) number(table flatbuf.Table) {
	details := table.Table(3)
	if f.isFloat = table.Uint8(2) == arrowFloat; f.isFloat {
		f.numberBytes = 2 << (details.Int16(0, 0) & 3)
	} else {
		f.numberBytes = int(details.Int32(0, 0)) / 8
	}
	switch f.numberBytes {
	case 1, 2, 4, 8:
	default:
		f.kind = kindOther
	}
}

// layout counts the nodes and buffers that a field and its children have in a
// record batch (Arrow columnar format, "Recordbatch message").
func (f *arrowField) layout(table flatbuf.Table, depth int) error {
	if depth > maxArrowNesting {
		return corrupt("columns are nested more than %d deep", maxArrowNesting)
	}
	f.nodes++
	if f.nodes > maxArrowFields {
		return corrupt("a column has too many parts")
	}
	if table.Table(4).Present() { // dictionary indices, whatever the type is
		f.buffers += 2
		return nil
	}
	kind := table.Uint8(2)
	switch kind {
	case arrowNull, arrowRunEndEncoded:
	case arrowStruct, arrowFixedSizeList:
		f.buffers++
	case arrowUnion:
		f.buffers++
		if table.Table(3).Int16(0, 0) == 1 { // dense: offsets too
			f.buffers++
		}
	case arrowUtf8, arrowLargeUtf8, arrowBinary, arrowLargeBinary, arrowListView, arrowLargeListView:
		f.buffers += 3
	case arrowUtf8View, arrowBinaryView:
		f.buffers += 2
		f.variadic++
	default:
		if kind == 0 || kind >= arrowTypes {
			return fmt.Errorf("column %q has an Arrow type (%d) that is not known", table.String(0), kind)
		}
		f.buffers += 2
	}
	children := table.Tables(5)
	for i := range children.Len() {
		if err := f.layout(children.At(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// arrowKind is how a field holds dates, and its type as a message names it.
func arrowKind(table flatbuf.Table) (kind dateKind, perDay int64, name string) {
	id, details := table.Uint8(2), table.Table(3)
	name = "unknown"
	if int(id) < len(arrowTypeNames) {
		name = arrowTypeNames[id]
	}
	switch id {
	case arrowNull:
		return kindNull, 0, name
	case arrowInt:
		sign := "u"
		if details.Bool(1) {
			sign = ""
		}
		return kindNumber, 0, fmt.Sprintf("%sint%d", sign, details.Int32(0, 0))
	case arrowFloat:
		return kindNumber, 0, fmt.Sprintf("float%d", 16<<(details.Int16(0, 0)&3))
	case arrowDate:
		if details.Int16(0, 1) == 0 {
			return kindDays, 0, "date32"
		}
		return kindInstants, millisecondsPerDay, "date64"
	case arrowTimestamp:
		units := []struct {
			name   string
			perDay int64
		}{{"s", secondsPerDay}, {"ms", millisecondsPerDay}, {"us", microsecondsPerDay}, {"ns", nanosecondsPerDay}}
		unit := details.Int16(0, 0)
		if unit < 0 || int(unit) >= len(units) {
			return kindOther, 0, name
		}
		return kindInstants, units[unit].perDay, "timestamp[" + units[unit].name + "]"
	case arrowUtf8:
		return kindText32, 0, name
	case arrowLargeUtf8:
		return kindText64, 0, name
	case arrowUtf8View:
		return kindTextViews, 0, name
	}
	return kindOther, 0, name
}
