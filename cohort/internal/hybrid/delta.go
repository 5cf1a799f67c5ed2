package hybrid

import "encoding/binary"

// Deltas reads DELTA_BINARY_PACKED integers: a first value, then blocks of
// differences, each with the smallest of them and, for each of its miniblocks,
// the bits that the rest takes.
type Deltas struct {
	data      []byte
	perBlock  uint64
	perMini   uint64
	left      uint64 // values not read yet
	value     int64  // the next one
	minimum   int64
	widths    []byte // of the block's miniblocks that are not begun
	mini      uint64 // values left in the miniblock
	miniBytes []byte
	width     uint
	bit       uint64
}

// maxMiniblocks is far above the four that writers make.
const maxMiniblocks = 1 << 10

// NewDeltas begins to read data.
func NewDeltas(data []byte) (*Deltas, error) {
	d := &Deltas{data: data}
	perBlock, ok1 := d.uvarint()
	minis, ok2 := d.uvarint()
	total, ok3 := d.uvarint()
	first, ok4 := d.uvarint()
	if !ok1 || !ok2 || !ok3 || !ok4 || minis == 0 || minis > maxMiniblocks || perBlock > 1<<30 ||
		perBlock%minis != 0 || perBlock/minis%8 != 0 || perBlock == 0 {
		return nil, ErrCorrupt
	}
	d.perBlock, d.perMini, d.left = perBlock, perBlock/minis, total
	d.value = zigzag(first)
	return d, nil
}

func (d *Deltas) uvarint() (uint64, bool) {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		return 0, false
	}
	d.data = d.data[n:]
	return v, true
}

func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// Left is how many values there are still to read.
func (d *Deltas) Left() uint64 { return d.left }

// Rest is what follows the integers, once all were read.
func (d *Deltas) Rest() []byte { return d.data }

// Next is the next integer. Those of 32 bits are the low half of it.
func (d *Deltas) Next() (int64, error) {
	if d.left == 0 {
		return 0, ErrCorrupt
	}
	value := d.value
	if d.left--; d.left == 0 {
		return value, nil
	}
	if d.mini == 0 {
		if err := d.miniblock(); err != nil {
			return 0, err
		}
	}
	d.value += d.minimum + int64(d.packed())
	d.mini--
	return value, nil
}

// miniblock begins the next miniblock, and the next block when it is the
// first of one.
func (d *Deltas) miniblock() error {
	if len(d.widths) == 0 {
		minimum, ok := d.uvarint()
		n := int(d.perBlock / d.perMini)
		if !ok || n > len(d.data) {
			return ErrCorrupt
		}
		d.minimum = zigzag(minimum)
		d.widths, d.data = d.data[:n], d.data[n:]
	}
	d.width, d.widths = uint(d.widths[0]), d.widths[1:]
	size := d.perMini / 8 * uint64(d.width)
	if d.width > 64 || size > uint64(len(d.data)) {
		return ErrCorrupt
	}
	d.miniBytes, d.data = d.data[:size], d.data[size:]
	d.mini, d.bit = d.perMini, 0
	return nil
}

// packed is the next value of the miniblock.
func (d *Deltas) packed() (v uint64) {
	for got := uint(0); got < d.width; {
		take := min(8-uint(d.bit%8), d.width-got)
		part := d.miniBytes[d.bit/8] >> (d.bit % 8) & byte(1<<take-1)
		v |= uint64(part) << got
		got += take
		d.bit += uint64(take)
	}
	return v
}
