// Package pythontext writes values as Python does, so that files and messages
// are those of the programs that this one stands in for.
package pythontext

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// AppendFloat appends a number as repr() has it: the fewest digits that tell
// it from its neighbours, always with a point or an exponent, and an exponent
// from 1e16 on and below 1e-4.
func AppendFloat(dst []byte, x float64) []byte {
	size := math.Abs(x)
	switch {
	case math.IsNaN(x):
		return append(dst, "nan"...)
	case math.IsInf(x, 1):
		return append(dst, "inf"...)
	case math.IsInf(x, -1):
		return append(dst, "-inf"...)
	case size >= 1e16 || size < 1e-4 && x != 0:
		return strconv.AppendFloat(dst, x, 'e', -1, 64)
	}
	at := len(dst)
	dst = strconv.AppendFloat(dst, x, 'f', -1, 64)
	if bytes.IndexByte(dst[at:], '.') < 0 {
		dst = append(dst, '.', '0')
	}
	return dst
}

// Float is a number as AppendFloat writes it.
func Float(x float64) string { return string(AppendFloat(nil, x)) }

// AppendCell appends a cell of a CSV file, in quotes only where it holds what
// would be read otherwise.
func AppendCell(dst []byte, text string) []byte {
	if !strings.ContainsAny(text, ",\"\r\n") {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(text, `"`, `""`)...)
	return append(dst, '"')
}
