// Package lz4frame decodes LZ4 frames block by block, straight into a small
// window that stays in the processor's cache: who counts what is decoded
// touches main memory only for the compressed bytes.
//
//	input:   ....|block|block|bl......            read in pieces of 256 KiB
//	window:  [64 KiB of history | decoded, not taken yet | free]
//
// A frame may link its blocks: a match can reach 64 KiB back, into the block
// before. The window keeps that history. Checksums that a frame carries, of its
// header, blocks and content, are compared.
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
	// Take, unless nil, is asked before n bytes more are allocated. Its error is
	// returned by Next.
	Take func(n int64) error

	in     input
	window []byte
	start  int   // first byte of the window that was not taken
	end    int   // end of what is decoded
	left   int64 // bytes that the frames still have to give

	inFrame   bool
	checksums bool
	endSum    bool
	content   checksum // of what the frame gave, if it has an endSum
	linked    bool
	blockSize int
	frame     int // where the frame's data begins in the window; matches cannot reach before
}

// Reset makes the reader decode size bytes of src from offset on, which become
// plain bytes: frames that give more are corrupt.
func (r *Reader) Reset(src io.ReaderAt, offset, size, plain int64) {
	r.in.reset(src, offset, size)
	r.start, r.end, r.frame = 0, 0, 0
	r.left = plain
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
	head, err := r.in.next(4, r.Take)
	if err != nil {
		return err
	}
	size := binary.LittleEndian.Uint32(head)
	if size == 0 {
		return r.endFrame()
	}
	stored := size&storedFlag != 0
	size &^= storedFlag
	if int(size) > r.blockSize {
		return fmt.Errorf("%w: a block is larger than the frame's limit", ErrCorrupt)
	}
	block, err := r.block(int(size))
	if err != nil {
		return err
	}
	most := int(min(int64(r.blockSize), r.left))
	if stored && int(size) > most {
		return fmt.Errorf("%w: it gives more than it should", ErrCorrupt)
	}
	if err := r.room(max(n-(r.end-r.start), 0) + most); err != nil {
		return err
	}
	var written int
	if stored {
		written = copy(r.window[r.end:r.end+most], block)
	} else {
		if !r.linked {
			r.frame = r.end
		}
		written = decodeBlock(r.window, r.end+most, max(r.frame, r.end-historySize), r.end, block)
		if written < 0 {
			return fmt.Errorf("%w: a block cannot be decoded", ErrCorrupt)
		}
	}
	if r.endSum {
		r.content.write(r.window[r.end : r.end+written])
	}
	r.end += written
	r.left -= int64(written)
	if r.left == 0 { // nobody will ask for more: the end is looked at now
		return r.endMark()
	}
	return nil
}

// block is the bytes of a block, which agree with their checksum if they have
// one.
func (r *Reader) block(size int) ([]byte, error) {
	if !r.checksums {
		return r.in.next(size, r.Take)
	}
	block, err := r.in.next(size+4, r.Take)
	if err != nil {
		return nil, err
	}
	block, sum := block[:size], block[size:]
	if checksumOf(block) != binary.LittleEndian.Uint32(sum) {
		return nil, fmt.Errorf("%w: a block does not agree with its checksum", ErrCorrupt)
	}
	return block, nil
}

// endMark reads the four zero bytes that end a frame's blocks.
func (r *Reader) endMark() error {
	head, err := r.in.next(4, r.Take)
	if err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(head) != 0 {
		return fmt.Errorf("%w: it gives more than it should", ErrCorrupt)
	}
	return r.endFrame()
}

// endFrame reads what follows the blocks.
func (r *Reader) endFrame() error {
	r.inFrame = false
	if !r.endSum {
		return nil
	}
	sum, err := r.in.next(4, r.Take)
	if err == nil && r.content.sum() != binary.LittleEndian.Uint32(sum) {
		return fmt.Errorf("%w: it does not agree with its checksum", ErrCorrupt)
	}
	return err
}

// room makes the window hold n bytes more behind its end. What was taken is
// dropped, but for the history.
func (r *Reader) room(n int) error {
	if r.end+n <= len(r.window) {
		return nil
	}
	// By multiples of 64, so that a caller's values stay aligned.
	drop := max(min(r.start, r.end-historySize), 0) &^ 63
	need := r.end - drop + n
	window := r.window
	if need > len(window) {
		// Room for some blocks more, so that the history is not moved for
		// each; large blocks hold enough of it.
		if r.Take != nil {
			if err := r.Take(int64(need + windowRoom - len(window))); err != nil {
				return err
			}
		}
		window = make([]byte, need+windowRoom)
	}
	copy(window, r.window[drop:r.end])
	r.window = window
	r.start -= drop
	r.end -= drop
	r.frame = max(r.frame-drop, 0)
	return nil
}

func (r *Reader) header() error {
	for {
		head, err := r.in.next(4, r.Take)
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
		if head, err = r.in.next(4, r.Take); err != nil {
			return err
		}
		if err := r.in.skip(int64(binary.LittleEndian.Uint32(head))); err != nil {
			return err
		}
	}
	head, err := r.in.next(2, r.Take)
	if err != nil {
		return err
	}
	flags, descriptor := head[0], head[1]
	if flags>>6 != 1 || flags&flagDict != 0 || flags&2 != 0 || descriptor&0x8F != 0 || descriptor>>4 < 4 {
		return fmt.Errorf("%w: unknown frame header", ErrCorrupt)
	}
	covered := append(make([]byte, 0, 10), flags, descriptor)
	rest := 1 // the header's checksum: the second byte of that of the header
	if flags&flagSize != 0 {
		rest += 8
	}
	tail, err := r.in.next(rest, r.Take)
	if err != nil {
		return err
	}
	if byte(checksumOf(append(covered, tail[:rest-1]...))>>8) != tail[rest-1] {
		return fmt.Errorf("%w: its header does not agree with its checksum", ErrCorrupt)
	}
	r.blockSize = 1 << (2*(descriptor>>4) + 8) // 4: 64 KiB, 5: 256 KiB, 6: 1 MiB, 7: 4 MiB
	r.linked = flags&flagLinked == 0
	r.checksums = flags&flagChecksums != 0
	r.endSum = flags&flagEnd != 0
	r.content.reset()
	r.inFrame = true
	r.frame = r.end
	return nil
}
