// Package hybrid decodes the packed integers of Parquet pages: the hybrid of
// run lengths and bit packing (definition levels, dictionary indices) and the
// packed differences (DELTA_BINARY_PACKED).
//
// The hybrid is a row of runs, each with a header h as a varint:
//
//	h even: h/2 times the same value, in as many bytes as it needs
//	h odd:  h/2 groups of eight values, packed from the lowest bit on
package hybrid

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// ErrCorrupt is what bytes give that break the encoding or end too soon.
var ErrCorrupt = errors.New("packed integers are damaged")

// Reader reads the hybrid encoding.
type Reader struct {
	data  []byte
	width uint

	run    uint64 // values left of a run of equal values
	value  uint32 // of that run
	packed []byte // what is left of a bit-packed run
	count  uint64 // values left in it
	bit    uint   // where in packed its next value begins, less than 8
}

// NewReader reads values of width bits, 0 to 32, from data.
func NewReader(data []byte, width uint) Reader { return Reader{data: data, width: width} }

// next begins the next run.
func (r *Reader) next() error {
	head, n := binary.Uvarint(r.data)
	if n <= 0 {
		return ErrCorrupt
	}
	r.data = r.data[n:]
	if head&1 == 0 {
		size := int(r.width+7) / 8
		if size > len(r.data) {
			return ErrCorrupt
		}
		var value [4]byte
		copy(value[:], r.data[:size])
		r.run, r.value = head>>1, binary.LittleEndian.Uint32(value[:])
		r.data = r.data[size:]
		return nil
	}
	groups := head >> 1
	// Writers may cut the last group short.
	size := min(groups, uint64(len(r.data))) * uint64(r.width)
	if groups > uint64(len(r.data)) && r.width > 0 || size > uint64(len(r.data)) {
		size = uint64(len(r.data))
	}
	r.packed, r.data = r.data[:size], r.data[size:]
	r.count, r.bit = min(groups, 1<<40)*8, 0
	if r.width > 0 {
		r.count = min(r.count, size*8/uint64(r.width))
	}
	return nil
}

// Read fills values; when fewer are left the error is ErrCorrupt.
func (r *Reader) Read(values []uint32) error {
	for len(values) > 0 {
		switch {
		case r.run > 0:
			n := int(min(r.run, uint64(len(values))))
			for i := range values[:n] {
				values[i] = r.value
			}
			r.run -= uint64(n)
			values = values[n:]
		case r.count > 0:
			n := int(min(r.count, uint64(len(values))))
			r.unpack(values[:n])
			r.count -= uint64(n)
			values = values[n:]
		default:
			if len(r.data) == 0 {
				return ErrCorrupt
			}
			if err := r.next(); err != nil {
				return err
			}
		}
	}
	return nil
}

// unpack reads values of the bit-packed run.
func (r *Reader) unpack(values []uint32) {
	width, mask := r.width, uint64(1)<<r.width-1
	at, b := r.bit, r.packed
	i := 0
	// While eight bytes can be loaded at once, a value of up to 32 bits is in
	// them wherever it begins.
	if fast := (len(b) - 8) * 8; fast > 0 && width > 0 {
		n := min(len(values), (fast-int(at))/int(width))
		for ; i < n; i++ {
			values[i] = uint32(binary.LittleEndian.Uint64(b[at/8:]) >> (at % 8) & mask)
			at += width
		}
	}
	for ; i < len(values); i++ {
		var last [8]byte
		copy(last[:], b[at/8:])
		values[i] = uint32(binary.LittleEndian.Uint64(last[:]) >> (at % 8) & mask)
		at += width
	}
	r.packed, r.bit = b[at/8:], at%8
}

// Ones counts, of the first n values of one bit each, those that are set.
func (r *Reader) Ones(n int) (ones int, err error) {
	for n > 0 {
		switch {
		case r.run > 0:
			step := int(min(r.run, uint64(n)))
			if r.value&1 != 0 {
				ones += step
			}
			r.run -= uint64(step)
			n -= step
		case r.count > 0:
			step := int(min(r.count, uint64(n)))
			ones += countOnes(r.packed, step)
			// A run that is not read to its end is the last that is read.
			r.count -= uint64(step)
			r.packed = r.packed[step/8:]
			n -= step
		default:
			if len(r.data) == 0 {
				return 0, ErrCorrupt
			}
			if err := r.next(); err != nil {
				return 0, err
			}
		}
	}
	return ones, nil
}

// countOnes counts the set bits among the first n.
func countOnes(b []byte, n int) (ones int) {
	for ; n >= 64 && len(b) >= 8; n -= 64 {
		ones += bits.OnesCount64(binary.LittleEndian.Uint64(b))
		b = b[8:]
	}
	for ; n > 0 && len(b) > 0; n -= 8 {
		c := b[0]
		if n < 8 {
			c &= 1<<n - 1
		}
		ones += bits.OnesCount8(c)
		b = b[1:]
	}
	return ones
}
