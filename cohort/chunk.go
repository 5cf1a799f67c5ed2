package cohort

// Chunk is a run of consecutive rows of one column of dates, in the form that
// the file has them in: whoever counts decides how far to decode. It and all
// that it holds is valid until the visitor returns.
//
// Exactly one of Instants, Days and Indices is set, and all three may be empty
// when Rows have no date at all.
type Chunk struct {
	Column int // which of the columns asked for
	Rows   int // values in this chunk

	// Valid has a bit for each value, the first in the lowest bit of the
	// first word: set when there is a date. Bits past Rows are not set. Nil:
	// every value is there.
	Valid []uint64

	// Instants are times since 1970-01-01 UTC, PerDay of them a day.
	Instants []int64
	PerDay   int64

	// Days are days since 1970-01-01, or NoDay.
	Days []int32

	// Indices are places in Dictionary, which holds days since 1970-01-01,
	// or NoDay. All indices are inside, also those of values that Valid
	// leaves out. A dictionary is the same slice for as long as it holds.
	Indices    []uint32
	Dictionary []int32
}

// NoDay stands for a missing date among days.
const NoDay int32 = -1 << 31

// Units of a day in which files hold instants.
const (
	secondsPerDay      = 86_400
	millisecondsPerDay = secondsPerDay * 1_000
	microsecondsPerDay = secondsPerDay * 1_000_000
	nanosecondsPerDay  = secondsPerDay * 1_000_000_000
)

// chunkRows is how many rows are handed over at a time: 64 KiB of instants,
// which stay in the second-level cache between being decoded and being
// counted. A multiple of 64, so that chunks begin at a word of the validity.
const chunkRows = 8192
