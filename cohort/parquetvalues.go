package cohort

import (
	"encoding/binary"
	"fmt"

	"cohortcounts/cohort/internal/hybrid"
)

// valueReader decodes values that are not indices.
type valueReader struct {
	column   *parquetColumn
	encoding int
	data     []byte
	badText  string // the shape of the first text that is no date

	deltas   *hybrid.Deltas // integers, or lengths of texts
	prefixes *hybrid.Deltas // of DELTA_BYTE_ARRAY
	last     []byte         // the text before
	planes   int            // values in all, of BYTE_STREAM_SPLIT
	at       int            // values read
}

// begin prepares for n values.
func (v *valueReader) begin(n int) (err error) {
	text := v.column.kind == kindText32
	width := map[int]int{parquetInt32: 4, parquetInt64: 8, parquetInt96: 12, parquetFloat: 4, parquetDouble: 8}[v.column.physical]
	switch {
	case v.encoding == encodingPlain:
		if !text && len(v.data) < width*n {
			err = hybrid.ErrCorrupt
		}
	case v.encoding == encodingByteStreamSplit && (width == 4 || width == 8):
		v.planes = len(v.data) / width
		if v.planes < n {
			err = hybrid.ErrCorrupt
		}
	case v.encoding == encodingDeltaBinary && (width == 4 || width == 8), v.encoding == encodingDeltaLength && text:
		v.deltas, err = hybrid.NewDeltas(v.data)
	case v.encoding == encodingDeltaBytes && text:
		if v.prefixes, err = hybrid.NewDeltas(v.data); err != nil {
			break
		}
		if err = skipDeltas(v.prefixes, n); err != nil {
			break
		}
		v.deltas, err = hybrid.NewDeltas(v.prefixes.Rest())
		v.prefixes, _ = hybrid.NewDeltas(v.data)
	default:
		return fmt.Errorf("its values have encoding %d, which cannot be read", v.encoding)
	}
	if err == nil && text && v.deltas != nil {
		// The texts follow their lengths.
		lengths := *v.deltas
		if err = skipDeltas(&lengths, n); err == nil {
			v.data = lengths.Rest()
		}
	}
	if err != nil {
		return corrupt("a page's values cannot be decoded")
	}
	return nil
}

// skipDeltas reads all integers, which must be n.
func skipDeltas(d *hybrid.Deltas, n int) error {
	if d.Left() != uint64(n) {
		return hybrid.ErrCorrupt
	}
	for range n {
		if _, err := d.Next(); err != nil {
			return err
		}
	}
	return nil
}

// instants reads values of 64 bits.
func (v *valueReader) instants(to []int64) error {
	switch v.encoding {
	case encodingPlain:
		for i := range to {
			to[i] = int64(binary.LittleEndian.Uint64(v.data[8*i:]))
		}
		v.data = v.data[8*len(to):]
	case encodingByteStreamSplit:
		for i := range to {
			to[i] = int64(v.split(8))
		}
	default:
		for i := range to {
			value, err := v.deltas.Next()
			if err != nil {
				return corrupt("a page's values cannot be decoded")
			}
			to[i] = value
		}
	}
	return nil
}

// split gathers the bytes of the next value from their planes.
func (v *valueReader) split(width int) (value uint64) {
	for b := range width {
		value |= uint64(v.data[b*v.planes+v.at]) << (8 * b)
	}
	v.at++
	return value
}

// julianOf1970 is the Julian day number of 1970-01-01, from which INT96 counts.
const julianOf1970 = 2440588

// days reads values that are days, instants of INT96, or text. bad is the
// place of the first text that is no date, or -1.
func (v *valueReader) days(to []int32) (bad int, err error) {
	bad = -1
	switch {
	case v.column.kind == kindText32:
		for i := range to {
			text, err := v.text()
			if err != nil {
				return bad, err
			}
			day, ok := parseDay(text)
			if !ok {
				day = badDay
				if bad < 0 {
					bad, v.badText = i, shape(text)
				}
			}
			to[i] = day
		}
	case v.column.kind == kindNumber:
		return v.numbers(to)
	case v.column.physical == parquetInt96:
		if v.encoding != encodingPlain {
			return bad, corrupt("a page's values cannot be decoded")
		}
		for i := range to {
			nanoseconds := int64(binary.LittleEndian.Uint64(v.data[12*i:]))
			julian := int64(int32(binary.LittleEndian.Uint32(v.data[12*i+8:])))
			to[i] = int32(max(min(julian-julianOf1970+int64(dayOf(nanoseconds, nanosecondsPerDay)), 1<<31-1), int64(badDay)+1))
		}
		v.data = v.data[12*len(to):]
	case v.encoding == encodingPlain:
		for i := range to {
			to[i] = int32(binary.LittleEndian.Uint32(v.data[4*i:]))
		}
		v.data = v.data[4*len(to):]
	case v.encoding == encodingByteStreamSplit:
		for i := range to {
			to[i] = int32(v.split(4))
		}
	default:
		for i := range to {
			value, err := v.deltas.Next()
			if err != nil {
				return bad, corrupt("a page's values cannot be decoded")
			}
			to[i] = int32(value)
		}
	}
	return bad, nil
}

// numbers reads floats, which must all be NaN; bad is as that of days.
func (v *valueReader) numbers(to []int32) (bad int, err error) {
	width := 4
	if v.column.physical == parquetDouble {
		width = 8
	}
	bad = -1
	for i := range to {
		var value [8]byte
		switch v.encoding {
		case encodingPlain:
			copy(value[:width], v.data)
			v.data = v.data[width:]
		case encodingByteStreamSplit:
			binary.LittleEndian.PutUint64(value[:], v.split(width))
		default:
			return bad, corrupt("a page's values cannot be decoded")
		}
		to[i] = NoDay
		if !isNaN(value[:width]) {
			to[i] = badDay
			if bad < 0 {
				bad = i
			}
		}
	}
	return bad, nil
}

// text is the next text, valid until the next call.
func (v *valueReader) text() ([]byte, error) {
	var length, prefix int64
	var err error
	if v.deltas == nil {
		if len(v.data) < 4 {
			return nil, corrupt("a page's values cannot be decoded")
		}
		length = int64(binary.LittleEndian.Uint32(v.data))
		v.data = v.data[4:]
	} else {
		if length, err = v.deltas.Next(); err == nil && v.prefixes != nil {
			prefix, err = v.prefixes.Next()
		}
	}
	if err != nil || length < 0 || length > int64(len(v.data)) || prefix < 0 || prefix > int64(len(v.last)) {
		return nil, corrupt("a page's values cannot be decoded")
	}
	text := v.data[:length]
	v.data = v.data[length:]
	if v.prefixes == nil {
		return text, nil
	}
	v.last = append(v.last[:prefix], text...)
	return v.last, nil
}
