// Package lz4frame decodes LZ4 frames block by block, straight into a small
// window that stays in the processor's cache: who counts what is decoded
// touches main memory only for the compressed bytes.
//
//	input:   ....|block|block|bl......            read in pieces of 256 KiB
//	window:  [64 KiB of history | decoded, not taken yet | free]
//
// A frame may link its blocks: a match can reach 64 KiB back, into the block
// before. The window keeps that history.
package lz4frame

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrCorrupt is what a frame that breaks the format gives.
var ErrCorrupt = errors.New("corrupt LZ4 frame")

const (
	magic         = 0x184D2204
	skippable     = 0x184D2A50 // to ...5F
	historySize   = 64 << 10   // how far back a match can reach
	maxBlock      = 4 << 20    // of the format
	inputSize     = 256 << 10  // large enough to make system calls rare, small enough for the cache
	windowRoom    = 192 << 10
	storedFlag    = 1 << 31 // of a block's size: the block is stored, not compressed
	flagLinked    = 1 << 5  // unset: blocks are linked
	flagChecksums = 1 << 4  // after each block
	flagSize      = 1 << 3
	flagEnd       = 1 << 2 // a checksum of the content ends the frame
	flagDict      = 1 << 0
)

// Reader decodes the frames of one source. Its zero value is ready for Reset;
// its memory is reused from source to source.
type Reader struct {
	in     input
	window []byte
	start  int // first byte of the window that was not taken
	end    int // end of what is decoded

	inFrame   bool
	checksums bool
	endSum    bool
	linked    bool
	blockSize int
	frame     int // where the frame's data begins in the window; matches cannot reach before
}

// Reset makes the reader decode size bytes of src from offset on.
func (r *Reader) Reset(src io.ReaderAt, offset, size int64) {
	r.in.reset(src, offset, size)
	r.start, r.end, r.frame = 0, 0, 0
	r.inFrame = false
}

// Next is the next n bytes of decoded data. They are valid until the next
// call. When fewer are left the error is [io.ErrUnexpectedEOF].
func (r *Reader) Next(n int) ([]byte, error) {
	for r.end-r.start < n {
		if err := r.decode(n); err != nil {
			return nil, err
		}
	}
	taken := r.window[r.start : r.start+n : r.start+n]
	r.start += n
	return taken, nil
}

// decode decodes one block more. The window will have room for n bytes that
// are not taken.
func (r *Reader) decode(n int) error {
	if !r.inFrame {
		if err := r.header(); err != nil {
			return err
		}
	}
	head, err := r.in.next(4)
	if err != nil {
		return err
	}
	size := binary.LittleEndian.Uint32(head)
	if size == 0 {
		r.inFrame = false
		if r.endSum {
			_, err = r.in.next(4)
		}
		return err
	}
	stored := size&storedFlag != 0
	size &^= storedFlag
	if int(size) > r.blockSize {
		return fmt.Errorf("%w: a block is larger than the frame's limit", ErrCorrupt)
	}
	block, err := r.in.next(int(size))
	if err != nil {
		return err
	}
	r.room(max(n-(r.end-r.start), 0) + r.blockSize)
	free := r.window[r.end : r.end+r.blockSize]
	var written int
	if stored {
		written = copy(free, block)
	} else {
		if !r.linked {
			r.frame = r.end
		}
		written = decodeBlock(r.window, r.end+r.blockSize, max(r.frame, r.end-historySize), r.end, block)
		if written < 0 {
			return fmt.Errorf("%w: a block cannot be decoded", ErrCorrupt)
		}
	}
	r.end += written
	if r.checksums {
		_, err = r.in.next(4)
	}
	return err
}

// room makes the window hold n bytes more behind its end. What was taken is
// dropped, but for the history.
func (r *Reader) room(n int) {
	if r.end+n <= len(r.window) {
		return
	}
	// By multiples of 64, so that a caller's values stay aligned.
	drop := max(min(r.start, r.end-historySize), 0) &^ 63
	need := r.end - drop + n
	window := r.window
	if need > len(window) {
		// Room for some blocks more, so that the history is not moved for
		// each; large blocks hold enough of it.
		window = make([]byte, need+windowRoom)
	}
	copy(window, r.window[drop:r.end])
	r.window = window
	r.start -= drop
	r.end -= drop
	r.frame = max(r.frame-drop, 0)
}

func (r *Reader) header() error {
	for {
		head, err := r.in.next(4)
		if err != nil {
			return err
		}
		id := binary.LittleEndian.Uint32(head)
		if id == magic {
			break
		}
		if id&^0xF != skippable {
			return fmt.Errorf("%w: no frame begins here", ErrCorrupt)
		}
		if head, err = r.in.next(4); err != nil {
			return err
		}
		if err := r.in.skip(int64(binary.LittleEndian.Uint32(head))); err != nil {
			return err
		}
	}
	head, err := r.in.next(2)
	if err != nil {
		return err
	}
	flags, descriptor := head[0], head[1]
	if flags>>6 != 1 || flags&flagDict != 0 || flags&2 != 0 || descriptor&0x8F != 0 || descriptor>>4 < 4 {
		return fmt.Errorf("%w: unknown frame header", ErrCorrupt)
	}
	rest := 1 // the header's checksum
	if flags&flagSize != 0 {
		rest += 8
	}
	if _, err := r.in.next(rest); err != nil {
		return err
	}
	r.blockSize = 1 << (2*(descriptor>>4) + 8) // 4: 64 KiB, 5: 256 KiB, 6: 1 MiB, 7: 4 MiB
	r.linked = flags&flagLinked == 0
	r.checksums = flags&flagChecksums != 0
	r.endSum = flags&flagEnd != 0
	r.inFrame = true
	r.frame = r.end
	return nil
}
