package cohort

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
)

// A Stata file of release 118 is a row of tagged sections ("File formats .dta"
// of Stata's manual, `help dta_118`): header, map of the sections' places,
// types, names, sort order, formats, labels, characteristics, data, long texts
// and value labels. Numbers are little endian. Text is UTF-8.

const (
	stataMaxText = 2045 // bytes of a fixed text
	stataMaxLong = 2147483620
	stataMinLong = -2147483647
	// stataMissing is the "." of a double.
	stataMissing = 0x7fe0000000000000
	stataNoFlag  = 101 // the "." of a byte
	// stataNoInteger stands for "." in the spool.
	stataNoInteger = -1 << 63
	stataTail      = "</data><strls></strls><value_labels></value_labels></stata_dta>"
)

// stataKind is a column's kind in the spool: how its values are kept until
// their range is known.
type stataKind int

const (
	stataFlag    stataKind = iota // one byte
	stataInteger                  // eight bytes; a long in the file, or a double
	stataFloat                    // eight bytes
	stataDate                     // eight bytes, days since 1960-01-01
	stataText                     // its length in two bytes, and the text
)

// stataSpan is what is known of the values of a column.
type stataSpan struct {
	width int  // of text: the longest in bytes
	large bool // of integers: some do not fit a long
	unfit bool // some number has no form in Stata
}

// stataColumn is a column of the file.
type stataColumn struct {
	name   string
	kind   stataKind
	span   stataSpan
	code   uint16 // the type in the file
	format string
}

func stataKindOf(t arrow.DataType) (stataKind, error) {
	switch t := t.(type) {
	case *arrow.BooleanType:
		return stataFlag, nil
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type:
		return stataInteger, nil
	case *arrow.Float32Type, *arrow.Float64Type:
		return stataFloat, nil
	case *arrow.TimestampType, *arrow.Date32Type, *arrow.Date64Type:
		return stataDate, nil
	case *arrow.StringType, *arrow.LargeStringType, *arrow.NullType:
		return stataText, nil
	case *arrow.DictionaryType:
		return stataKindOf(t.ValueType)
	}
	return 0, fmt.Errorf("values of type %s cannot be written to Stata", t)
}

// narrow chooses the file's type, when all values have been seen. The formats
// are those that pandas gives.
func (c *stataColumn) narrow() {
	switch {
	case c.kind == stataFlag:
		c.code, c.format = 65530, "%8.0g"
	case c.kind == stataInteger && !c.span.large:
		c.code, c.format = 65528, "%12.0g"
	case c.kind == stataText:
		c.span.width = max(c.span.width, 1)
		c.code, c.format = uint16(c.span.width), fmt.Sprintf("%%%ds", c.span.width)
	case c.kind == stataDate:
		c.kind = stataFloat
		c.code, c.format = 65526, "%td"
	default:
		c.code, c.format = 65526, "%10.0g"
	}
}

func (c *stataColumn) size() int {
	switch c.code {
	case 65530:
		return 1
	case 65528:
		return 4
	case 65526:
		return 8
	}
	return int(c.code)
}

// stataHead is all of the file before the first row. The time stamp and the
// label are left empty, which the format allows, so that equal rows give equal
// files.
func stataHead(columns []stataColumn, rows uint64) []byte {
	k, width := len(columns), 0
	for i := range columns {
		width += columns[i].size()
	}
	var b bytes.Buffer
	var places []uint64
	number := func(v any) { binary.Write(&b, binary.LittleEndian, v) } //nolint:errcheck // a buffer does not fail
	open := func(tag string) {
		places = append(places, uint64(b.Len()))
		b.WriteString("<" + tag + ">")
	}
	shut := func(tag string) { b.WriteString("</" + tag + ">") }
	text := func(s string, size int) {
		b.WriteString(s)
		b.Write(make([]byte, size-len(s)))
	}
	open("stata_dta")
	b.WriteString("<header><release>118</release><byteorder>LSF</byteorder><K>")
	number(uint16(k))
	b.WriteString("</K><N>")
	number(rows)
	b.WriteString("</N><label>\x00\x00</label><timestamp>\x00</timestamp></header>")
	open("map")
	at := b.Len()
	b.Write(make([]byte, 14*8))
	shut("map")
	open("variable_types")
	for i := range columns {
		number(columns[i].code)
	}
	shut("variable_types")
	open("varnames")
	for i := range columns {
		text(columns[i].name, 129)
	}
	shut("varnames")
	open("sortlist")
	b.Write(make([]byte, 2*(k+1)))
	shut("sortlist")
	open("formats")
	for i := range columns {
		text(columns[i].format, 57)
	}
	shut("formats")
	open("value_label_names")
	b.Write(make([]byte, 129*k))
	shut("value_label_names")
	open("variable_labels")
	b.Write(make([]byte, 321*k))
	shut("variable_labels")
	open("characteristics")
	shut("characteristics")
	open("data")
	end := uint64(b.Len()) + rows*uint64(width)
	for _, tag := range []string{"<strls>", "<value_labels>", "</stata_dta>"} {
		places = append(places, end+uint64(strings.Index(stataTail, tag)))
	}
	places = append(places, end+uint64(len(stataTail)))
	head := b.Bytes()
	for i, place := range places {
		binary.LittleEndian.PutUint64(head[at+8*i:], place)
	}
	return head
}

// stataReserved are words that Stata does not take as names.
var stataReserved = map[string]bool{
	"aggregate": true, "array": true, "boolean": true, "break": true, "byte": true, "case": true, "catch": true, "class": true,
	"colvector": true, "complex": true, "const": true, "continue": true, "default": true, "delegate": true, "delete": true,
	"do": true, "double": true, "else": true, "eltypedef": true, "end": true, "enum": true, "explicit": true, "export": true,
	"external": true, "float": true, "for": true, "friend": true, "function": true, "global": true, "goto": true, "if": true,
	"in": true, "inline": true, "int": true, "local": true, "long": true, "using": true, "with": true,
	"_all": true, "_b": true, "_coef": true, "_cons": true, "_n": true, "_N": true, "_pi": true, "_rc": true, "_skip": true,
}

// stataNames makes the columns' names into ones that Stata takes, by pandas'
// rules: other signs become "_", a first digit or a reserved word gets one
// before it, and the rest is cut at 32 characters. A name that was changed and
// is there already gets a number before it; the numbers go on from column to
// column.
func stataNames(schema *arrow.Schema) []string {
	names := make([]string, schema.NumFields())
	for i, f := range schema.Fields() {
		names[i] = f.Name
	}
	number := 0
	for i, original := range names {
		name := strings.Map(func(r rune) rune {
			if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return '_'
		}, original)
		if stataReserved[name] || name == "" || name[0] >= '0' && name[0] <= '9' {
			name = "_" + name
		}
		name = firstCharacters(name, 32)
		for name != original && slices.Contains(names, name) {
			name = firstCharacters(fmt.Sprintf("_%d%s", number, name), 32)
			number++
		}
		names[i] = name
	}
	return names
}

func firstCharacters(s string, n int) string {
	for utf8.RuneCountInString(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
