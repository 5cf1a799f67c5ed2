package dummydata

import "math/bits"

// A permutation of the numbers below size, without a table: a Feistel network
// over the smallest power of four that holds them, walked until it falls below
// size (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002).
type permutation struct {
	size uint64
	half int // bits of each half
	keys [4]stream
}

func newPermutation(s stream, size uint64) permutation {
	p := permutation{size: size, half: max(1, (bits.Len64(size-1)+1)/2)}
	for i := range p.keys {
		p.keys[i] = s.under(uint64(i))
	}
	return p
}

// at is what stands at place i, below size.
func (p *permutation) at(i uint64) uint64 {
	mask := uint64(1)<<p.half - 1
	for {
		left, right := i>>p.half, i&mask
		for _, key := range p.keys {
			left, right = right, left^key.at(right)&mask
		}
		if i = left<<p.half | right; i < p.size {
			return i
		}
	}
}
