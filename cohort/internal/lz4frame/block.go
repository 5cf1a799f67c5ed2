package lz4frame

import (
	"encoding/binary"
	"unsafe"

	"github.com/pierrec/lz4/v4"
)

const (
	// quickIn is how far a sequence that is copied by words may read, from its
	// token on: that, 16 bytes of literals or 14 and what follows them.
	quickIn = 1 + 16 + 3
	// quickOut is how far it may write: 14 literals and a match of up to
	// 4 + 15 + 254 bytes, and what is too much of a word.
	quickOut = 14 + 273 + 16
)

// repeated makes a word of the first bytes of another, by their number: those
// that go into a word without rest.
var repeated = [9]struct{ mask, times uint64 }{
	1: {1<<8 - 1, 0x0101010101010101},
	2: {1<<16 - 1, 0x0001000100010001},
	4: {1<<32 - 1, 0x0000000100000001},
	8: {1<<64 - 1, 1},
}

// decodeBlock decodes one LZ4 block into window[at:limit] and returns how many
// bytes it gave, or -1 when the block is corrupt or gives more. Matches may
// reach back to window[from].
//
// A block is a row of sequences (LZ4 block format description, lz4 project):
//
//	token | more literal length | literals | offset (2) | more match length
//
// The high four bits of the token are the number of literals, the low ones
// the length of the match less four; 15 says that more follows. The last
// sequence ends behind its literals.
//
// This is our own for one reason: linked blocks, which is what Arrow's C++
// library writes. Decoders that take the data before the block as a separate
// dictionary copy what comes from it by a slow path, and in a column of dates
// half of the matches do. Here it lies before the block in the same window,
// and there is one path. Blocks that are not linked go to the library's
// assembly, which is faster by a tenth.
func decodeBlock(window []byte, limit, from, at int, block []byte) int {
	if len(block) == 0 || limit > len(window) || at > limit || from > at || from < 0 {
		return -1
	}
	if from == at {
		n, err := lz4.UncompressBlock(block, window[at:limit])
		if err != nil {
			return -1
		}
		return n
	}
	in, out := unsafe.Pointer(unsafe.SliceData(block)), unsafe.Pointer(unsafe.SliceData(window))
	// Nearly all sequences have up to 14 literals and a match of up to 64
	// bytes. Away from both ends these are copied by whole words, of which some
	// bytes are too many; decoding goes on over them.
	safeIn, safeOut := len(block)-quickIn, limit-quickOut
	si, di := 0, at
	for {
	quick:
		for si < safeIn && di < safeOut {
			token := int(*(*byte)(unsafe.Add(in, si)))
			literals, match := token>>4, token&15
			if literals == 15 {
				break
			}
			*(*[16]byte)(unsafe.Add(out, di)) = *(*[16]byte)(unsafe.Add(in, si+1))
			next := si + 1 + literals
			end := di + literals
			offset := int(*(*uint16)(unsafe.Add(in, next)))
			next += 2
			if match == 15 {
				more := int(*(*byte)(unsafe.Add(in, next)))
				if more == 255 {
					break
				}
				match += more
				next++
			}
			match += 4
			source := end - offset
			if source < from {
				break
			}
			to := unsafe.Add(out, end)
			switch {
			case offset >= 16:
				of := unsafe.Add(out, source)
				*(*[16]byte)(to) = *(*[16]byte)(of)
				*(*[16]byte)(unsafe.Add(to, 16)) = *(*[16]byte)(unsafe.Add(of, 16))
				for i := 32; i < match; i += 16 {
					*(*[16]byte)(unsafe.Add(to, i)) = *(*[16]byte)(unsafe.Add(of, i))
				}
			case offset <= 8 && repeated[offset].times != 0:
				// A few bytes again and again: what missing dates leave.
				word := (*(*uint64)(unsafe.Add(out, source)) & repeated[offset].mask) * repeated[offset].times
				*(*uint64)(to) = word
				*(*uint64)(unsafe.Add(to, 8)) = word
				*(*uint64)(unsafe.Add(to, 16)) = word
				*(*uint64)(unsafe.Add(to, 24)) = word
				for i := 32; i < match; i += 8 {
					*(*uint64)(unsafe.Add(to, i)) = word
				}
			case offset > 8:
				of := unsafe.Add(out, source)
				for i := 0; i < match; i += 8 {
					*(*uint64)(unsafe.Add(to, i)) = *(*uint64)(unsafe.Add(of, i))
				}
			default:
				break quick
			}
			si, di = next, end+match
		}
		var ok, last bool
		si, di, last, ok = decodeSequence(window[:limit], from, di, block, si)
		if !ok {
			return -1
		}
		if last {
			return di - at
		}
	}
}

// decodeSequence decodes any sequence, byte by byte where it must.
func decodeSequence(window []byte, from, di int, block []byte, si int) (nextIn, nextOut int, last, ok bool) {
	if si >= len(block) {
		return 0, 0, false, false
	}
	token := int(block[si])
	si++
	literals, si, ok := length(token>>4, block, si)
	if !ok || literals > len(block)-si || literals > len(window)-di {
		return 0, 0, false, false
	}
	copy(window[di:], block[si:si+literals])
	si += literals
	di += literals
	if si == len(block) {
		return si, di, true, true
	}
	if len(block)-si < 2 {
		return 0, 0, false, false
	}
	offset := int(binary.LittleEndian.Uint16(block[si:]))
	match, si, ok := length(token&15, block, si+2)
	match += 4
	if !ok || offset == 0 || offset > di-from || match > len(window)-di {
		return 0, 0, false, false
	}
	// A match may overlap what it makes: then it repeats its first offset
	// bytes, of which each copy makes twice as many.
	source := di - offset
	for end := di + match; di < end; {
		di += copy(window[di:end], window[source:di])
	}
	return si, di, false, true
}

// length is a length of a token with what follows of it.
func length(n int, block []byte, si int) (length, next int, ok bool) {
	if n < 15 {
		return n, si, true
	}
	for si < len(block) {
		b := block[si]
		si++
		n += int(b)
		if b != 255 {
			return n, si, true
		}
	}
	return 0, 0, false
}
