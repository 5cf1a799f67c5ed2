package extract

import (
	"fmt"
	"strings"
)

// storage is the type of a stored column, by what can be done with it.
type storage int

const (
	storedOther storage = iota
	storedText
	storedWhole
	storedFraction
	storedDecimal
	storedBool
	storedDate
	storedTime     // a timestamp without a zone
	storedZoneTime // one with a zone: its day is that of UTC, as it is stored
)

// storageOf reads the name of a type, DuckDB's or Trino's.
func storageOf(typeName string) storage {
	name := strings.ToUpper(typeName)
	switch {
	case strings.HasSuffix(name, "[]"):
		return storedOther
	case strings.HasPrefix(name, "TIMESTAMP") && (strings.HasSuffix(name, "WITH TIME ZONE") || name == "TIMESTAMPTZ"):
		return storedZoneTime
	case strings.HasPrefix(name, "TIMESTAMP"), name == "DATETIME":
		return storedTime
	}
	base, _, _ := strings.Cut(name, "(")
	switch base {
	case "VARCHAR", "CHAR", "ENUM":
		return storedText
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT":
		return storedWhole
	case "FLOAT", "REAL", "DOUBLE":
		return storedFraction
	case "DECIMAL":
		return storedDecimal
	case "BOOLEAN":
		return storedBool
	case "DATE":
		return storedDate
	}
	return storedOther
}

// reading is how a stored column is read as what it should hold.
type reading struct {
	sql string // the value; null where there is none
	bad string // the condition that a value cannot be read; empty when all can
}

// read makes the reading of a column; ok is false when its type cannot hold
// what is wanted.
func read(d dialect, wanted kind, name, typeName string) (r reading, ok bool) {
	x := quote(name)
	stored := storageOf(typeName)
	if stored == storedText && strings.HasPrefix(strings.ToUpper(typeName), "ENUM") {
		x = "CAST(" + x + " AS VARCHAR)"
	}
	switch wanted {
	case kindText:
		r, ok = readText(x, stored)
	case kindDate:
		r, ok = readDate(d, x, stored)
	case kindInt:
		r, ok = readInt(d, x, typeName, stored)
	case kindFloat:
		r, ok = readFloat(d, x, stored)
	case kindBool:
		r, ok = readBool(x, stored)
	}
	return r, ok
}

// readText takes no fraction: a long code that went through one is not the
// code any more.
func readText(x string, stored storage) (reading, bool) {
	switch stored {
	case storedText:
		return reading{sql: "nullif(" + x + ", '')"}, true
	case storedWhole:
		return reading{sql: "CAST(" + x + " AS VARCHAR)"}, true
	}
	return reading{}, false
}

func readDate(d dialect, x string, stored storage) (reading, bool) {
	switch stored {
	case storedDate:
		return reading{sql: x}, true
	case storedTime:
		return reading{sql: "CAST(" + x + " AS DATE)"}, true
	case storedZoneTime:
		return reading{sql: "CAST(" + x + " AT TIME ZONE 'UTC' AS DATE)"}, true
	case storedText:
		day := "TRY_CAST(substr(" + x + ", 1, 10) AS DATE)"
		return reading{
			sql: day,
			bad: x + " <> '' AND (NOT " + d.matches(x, "'^[0-9]{4}-[0-9]{2}-[0-9]{2}'") + " OR " + day + " IS NULL)",
		}, true
	}
	return reading{}, false
}

func readInt(d dialect, x, typeName string, stored storage) (reading, bool) {
	number := "TRY_CAST(" + x + " AS BIGINT)"
	unreadable := x + " IS NOT NULL AND " + number + " IS NULL"
	switch stored {
	case storedWhole:
		if fitsInt64(typeName) {
			return reading{sql: "CAST(" + x + " AS BIGINT)"}, true
		}
		return reading{sql: number, bad: unreadable}, true
	case storedDecimal:
		return reading{sql: number, bad: unreadable + " OR " + x + " <> floor(" + x + ")"}, true
	case storedFraction:
		return reading{
			sql: "CASE WHEN " + d.isNaN(x) + " THEN NULL ELSE " + number + " END",
			bad: "NOT " + d.isNaN(x) + " AND (" + unreadable + " OR " + x + " <> floor(" + x + "))",
		}, true
	case storedText:
		return reading{
			sql: number,
			bad: x + " <> '' AND (NOT " + d.matches(x, "'^[+-]?[0-9]+$'") + " OR " + number + " IS NULL)",
		}, true
	}
	return reading{}, false
}

// fitsInt64 tells whether all values of a type of whole numbers fit.
func fitsInt64(typeName string) bool {
	switch strings.ToUpper(typeName) {
	case "HUGEINT", "UBIGINT", "UHUGEINT":
		return false
	}
	return true
}

func readFloat(d dialect, x string, stored storage) (reading, bool) {
	number := "CAST(" + x + " AS DOUBLE)"
	bad := ""
	switch stored {
	case storedWhole, storedDecimal:
		return reading{sql: number}, true
	case storedFraction:
	case storedText:
		number = "TRY_CAST(" + x + " AS DOUBLE)"
		bad = x + " <> '' AND " + number + " IS NULL"
	default:
		return reading{}, false
	}
	return reading{sql: "CASE WHEN " + d.isNaN(number) + " THEN NULL ELSE " + number + " END", bad: bad}, true
}

func readBool(x string, stored storage) (reading, bool) {
	switch stored {
	case storedBool:
		return reading{sql: x}, true
	case storedWhole:
		return reading{sql: "(" + x + " = 1)", bad: x + " NOT IN (0, 1)"}, true
	case storedText:
		yes, no := "lower("+x+") IN ('t', 'true', '1')", "lower("+x+") IN ('f', 'false', '0')"
		return reading{
			sql: "CASE WHEN " + yes + " THEN TRUE WHEN " + no + " THEN FALSE END",
			bad: x + " <> '' AND NOT (" + yes + " OR " + no + ")",
		}, true
	}
	return reading{}, false
}

// scan is a table with the columns that are needed, read as they should be.
func scan(d dialect, t *tableNeed, source string, types map[string]string) string {
	var columns []string
	for _, c := range t.columns {
		r, _ := read(d, c.kind, c.name, types[c.name])
		if r.sql == quote(c.name) {
			columns = append(columns, r.sql)
		} else {
			columns = append(columns, fmt.Sprintf("%s AS %s", r.sql, quote(c.name)))
		}
	}
	return "(\n  SELECT " + strings.Join(columns, ",\n    ") + "\n  FROM " + source + "\n)"
}
