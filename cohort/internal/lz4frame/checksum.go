package lz4frame

import (
	"encoding/binary"
	"math/bits"
)

// checksum is XXH32 with seed 0, the one checksum of LZ4 frames (xxHash
// specification, section "XXH32 Algorithm"). Its zero value is not ready: see
// reset. The libraries at hand have the longer hashes of the family only.
type checksum struct {
	lanes [4]uint32
	rest  [16]byte // what does not fill a stripe yet
	kept  int      // bytes in rest
	total uint64
}

const (
	prime1 uint32 = 0x9E3779B1
	prime2 uint32 = 0x85EBCA77
	prime3 uint32 = 0xC2B2AE3D
	prime4 uint32 = 0x27D4EB2F
	prime5 uint32 = 0x165667B1
)

func (c *checksum) reset() {
	p1, p2 := prime1, prime2 // variables, as the sums wrap around
	*c = checksum{lanes: [4]uint32{p1 + p2, p2, 0, -p1}}
}

func (c *checksum) write(b []byte) {
	c.total += uint64(len(b))
	if c.kept > 0 {
		n := copy(c.rest[c.kept:], b)
		c.kept += n
		b = b[n:]
		if c.kept < len(c.rest) {
			return
		}
		c.stripes(c.rest[:])
		c.kept = 0
	}
	whole := len(b) &^ 15
	c.stripes(b[:whole])
	c.kept = copy(c.rest[:], b[whole:])
}

// stripes takes in a multiple of 16 bytes.
func (c *checksum) stripes(b []byte) {
	l0, l1, l2, l3 := c.lanes[0], c.lanes[1], c.lanes[2], c.lanes[3]
	for ; len(b) >= 16; b = b[16:] {
		l0 = bits.RotateLeft32(l0+binary.LittleEndian.Uint32(b)*prime2, 13) * prime1
		l1 = bits.RotateLeft32(l1+binary.LittleEndian.Uint32(b[4:])*prime2, 13) * prime1
		l2 = bits.RotateLeft32(l2+binary.LittleEndian.Uint32(b[8:])*prime2, 13) * prime1
		l3 = bits.RotateLeft32(l3+binary.LittleEndian.Uint32(b[12:])*prime2, 13) * prime1
	}
	c.lanes = [4]uint32{l0, l1, l2, l3}
}

func (c *checksum) sum() uint32 {
	h := c.lanes[2] + prime5
	if c.total >= 16 {
		h = bits.RotateLeft32(c.lanes[0], 1) + bits.RotateLeft32(c.lanes[1], 7) +
			bits.RotateLeft32(c.lanes[2], 12) + bits.RotateLeft32(c.lanes[3], 18)
	}
	h += uint32(c.total)
	rest := c.rest[:c.kept]
	for ; len(rest) >= 4; rest = rest[4:] {
		h = bits.RotateLeft32(h+binary.LittleEndian.Uint32(rest)*prime3, 17) * prime4
	}
	for _, b := range rest {
		h = bits.RotateLeft32(h+uint32(b)*prime5, 11) * prime1
	}
	h = (h ^ h>>15) * prime2
	h = (h ^ h>>13) * prime3
	return h ^ h>>16
}

// checksumOf is the checksum of some bytes.
func checksumOf(b []byte) uint32 {
	var c checksum
	c.reset()
	c.write(b)
	return c.sum()
}
