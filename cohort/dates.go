package cohort

import (
	"math"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
)

// Dates is how a file holds dates.
type Dates struct {
	Type        *arrow.TimestampType
	perDay      int64
	first, last int64 // the days that the type can hold, from 1970-01-01
}

// Dates is how files of the format hold dates. Text shows any. The others have
// the nanoseconds of pandas, which begin in 1677 and end in 2262.
func (f Format) Dates() Dates {
	unit := arrow.Nanosecond
	if f == CSV || f == CSVGzip {
		unit = arrow.Second
	}
	perDay := int64(arrow.Second.Multiplier()) / int64(unit.Multiplier()) * 86_400
	return Dates{&arrow.TimestampType{Unit: unit}, perDay, math.MinInt64 / perDay, math.MaxInt64 / perDay}
}

// Value is a day as a value of the type: a day that it cannot hold becomes the
// nearest that it can, as in the original.
func (d Dates) Value(day int64) int64 { return min(max(day, d.first), d.last) * d.perDay }

// nanosecondsOf is a time in nanoseconds from 1970. A time on a day that they
// cannot hold is the nearest midnight that they can.
func nanosecondsOf(t time.Time) int64 {
	const last = math.MaxInt64 / nanosecondsPerDay * secondsPerDay
	if seconds := t.Unix(); seconds > last || seconds < -last {
		return min(max(seconds, -last), last) * int64(time.Second)
	}
	return t.UnixNano()
}
