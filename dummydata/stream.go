package dummydata

import "hash/fnv"

// A stream gives the i-th random number of one purpose of one variable without
// the ones before it, so that any worker can draw any row. It is SplitMix64
// (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
// 2014) read at a counter instead of in sequence.
type stream uint64

// golden is SplitMix64's increment, 2^64 divided by the golden ratio.
const golden = 0x9e3779b97f4a7c15

// newStream is the stream of a purpose ("value", "select") of a variable.
func newStream(seed uint64, variable, purpose string) stream {
	h := fnv.New64a()
	h.Write([]byte(variable + "\x00" + purpose)) // a hash does not fail
	return stream(mix(h.Sum64() ^ mix(seed+golden)))
}

// at is the stream's i-th number, all 64 bits random.
func (s stream) at(i uint64) uint64 { return mix(uint64(s) + (i+1)*golden) }

// again is at(i) for a further number of the same row: try 0 is at(i) itself.
func (s stream) again(i uint64, try int) uint64 { return s.at(i | uint64(try)<<40) }

// under is the stream's i-th stream.
func (s stream) under(i uint64) stream { return stream(mix(s.at(i))) }

// tier is the stream itself for the first group of rows, others for the next.
func (s stream) tier(i int) stream {
	if i == 0 {
		return s
	}
	return s.under(uint64(i) << 40)
}

// mix is SplitMix64's output function.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit is a number in (0, 1), never an end of it.
func unit(u uint64) float64 { return float64((float64(u>>11) + 0.5) / (1 << 53)) }
