package cohort

import (
	"encoding/binary"
)

// wordTable remembers where a word of a block was seen last, by its hash; 0 is
// nowhere, others are one more than the word's number.
type wordTable [1 << wordTableBits]uint16

const wordTableBits = 12 // of some hundred distinct dates few meet; larger tables leave the first-level cache

// compressWords writes the LZ4 block of a run of eight-byte values, at most 64
// KiB of them, into dst, which must have lz4.CompressBlockBound of their size,
// and gives its length. It looks for repeated values only, at the places where
// values start, instead of for repeated bytes anywhere as the library does: a
// column of dates takes a third of the time and a tenth more space.
//
// A block is a row of sequences (the LZ4 block format): a token with two
// lengths, literal bytes, and a match, which copies bytes from offset bytes
// before. The last 5 bytes must be literals, and the last match must start 12
// bytes before the end; so the last two values are left alone.
func compressWords(dst, src []byte, table *wordTable) int {
	clear(table[:])
	out := 0
	literals := 0 // the first byte that is not written yet
	for at := 0; at < len(src)-16; {
		w := binary.LittleEndian.Uint64(src[at:])
		slot := &table[w*0x9e3779b97f4a7c15>>(64-wordTableBits)]
		seen := 8 * (int(*slot) - 1)
		*slot = uint16(at/8 + 1)
		if seen < 0 || binary.LittleEndian.Uint64(src[seen:]) != w {
			at += 8
			continue
		}
		end := at + 8
		for end < len(src)-8 && binary.LittleEndian.Uint64(src[end-at+seen:]) == binary.LittleEndian.Uint64(src[end:]) {
			end += 8
		}
		offset, length := at-seen, end-at
		if literals == at && length < shortestMatch+15 {
			// A value or two seen before: most of what a column of dates is.
			to := dst[out : out+3]
			to[0], to[1], to[2] = byte(length-shortestMatch), byte(offset), byte(offset>>8)
			out += 3
		} else {
			out = putLiterals(dst, out, src[literals:at], min(length-shortestMatch, 15))
			dst[out], dst[out+1] = byte(offset), byte(offset>>8)
			out = putLength(dst, out+2, length-shortestMatch)
		}
		at, literals = end, end
	}
	return putLiterals(dst, out, src[literals:], 0)
}

// shortestMatch is where the length of a match is counted from.
const shortestMatch = 4

// putLiterals writes, from out on, a token whose lower half is that of a
// match, and literals; it gives the place behind them.
func putLiterals(dst []byte, out int, literals []byte, match int) int {
	dst[out] = byte(min(len(literals), 15)<<4 | match)
	out = putLength(dst, out+1, len(literals))
	return out + copy(dst[out:], literals)
}

// putLength writes what of a length is over the token's 15.
func putLength(dst []byte, out, length int) int {
	if length < 15 {
		return out
	}
	for length -= 15; length >= 255; length -= 255 {
		dst[out] = 255
		out++
	}
	dst[out] = byte(length)
	return out + 1
}
