package tables

import (
	"math"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// A cell is a value made ready for its column. The level 1 says that it is not
// null; there is no other nesting in a table.
type cell struct {
	column int
	value  parquet.Value
}

func intCell(column int, n int64) cell {
	return cell{column, parquet.Int64Value(n).Level(0, 1, column)}
}

// dayCell takes days from 1970-01-01.
func dayCell(column int, day int32) cell {
	return cell{column, parquet.Int32Value(day).Level(0, 1, column)}
}

func floatCell(column int, x float64) cell {
	return cell{column, parquet.DoubleValue(x).Level(0, 1, column)}
}

func boolCell(column int, b bool) cell {
	return cell{column, parquet.BooleanValue(b).Level(0, 1, column)}
}

func nullCell(column int) cell { return cell{column, parquet.Value{}.Level(0, 0, column)} }

// textCell makes a cell of a text in the column's own type; ok is false when
// the text is none of that. Empty text is null. Booleans are T and F.
func (s *tableSchema) textCell(name, text string) (c cell, ok bool) {
	at := s.at(name)
	if text == "" {
		return nullCell(at), true
	}
	switch s.columns[at].kind {
	case kindInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if x, xerr := strconv.ParseFloat(text, 64); err != nil && xerr == nil && x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			n, err = int64(x), nil
		}
		return intCell(at, n), err == nil
	case kindFloat:
		x, err := strconv.ParseFloat(text, 64)
		return floatCell(at, x), err == nil
	case kindBool:
		return boolCell(at, text == "T"), text == "T" || text == "F"
	case kindDate:
		return cell{}, false
	}
	return cell{at, parquet.ByteArrayValue([]byte(text)).Level(0, 1, at)}, true
}

// textCells makes a cell of each text that its column can hold.
func (s *tableSchema) textCells(name string, texts []string) []cell {
	var cells []cell
	for _, text := range texts {
		if c, ok := s.textCell(name, text); ok {
			cells = append(cells, c)
		}
	}
	return cells
}
