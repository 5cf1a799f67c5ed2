// Package dta reads Stata files, of releases 113 to 115 and 117 to 119: those
// that Stata since version 8, pandas and R's haven write.
//
// The layouts are those of Stata's manual ("File formats .dta", `help dta`).
// Up to 115 a file is a row of tables of fixed width, the values' widths told
// by the types before them; from 117 on the same tables stand between tags,
// and a map tells where each starts:
//
//	             113–115   117     118     119
//	variables    uint16    uint16  uint16  uint32
//	rows         uint32    uint32  uint64  uint64
//	a name       33        33      129     129     bytes
//	a format     12 or 49  49      57      57      bytes
//	a long text  none      (4,4)   (2,6)   (3,5)   bytes of variable and row
//
//	D1: any bytes give an error or a table, never a panic, and no length of the
//	    file is believed before it is compared with the file's size.
//	D2: a value is nil (any of Stata's missing ones), int64, float64, string or
//	    time.Time; a number with a value label is the label.
//
// It holds the whole file: it is for dummy data.
package dta
