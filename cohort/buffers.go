package cohort

import (
	"encoding/binary"
	"errors"
	"io"
	"unsafe"

	"github.com/klauspost/compress/zstd"

	"cohortcounts/cohort/internal/lz4frame"
)

// compression is how a record batch holds its buffers.
type compression int8

const (
	uncompressed compression = -1
	lz4Frame     compression = 0 // the numbers of Arrow's CompressionType
	zstdFrame    compression = 1
)

// pieces gives the decoded bytes of one buffer, a piece at a time.
type pieces interface {
	// Next is the next n bytes, valid until the next call. When fewer are
	// left the error is io.ErrUnexpectedEOF.
	Next(n int) ([]byte, error)
}

// buffer decodes one buffer of a record batch after another. Its memory is
// kept for the next, and depends on the compression's window, not on the size
// of the buffer. The zero value is ready to use.
type buffer struct {
	lz4  lz4frame.Reader
	zstd zstdPieces
	raw  rawPieces
	none rawPieces

	take func(int64) error // is asked before memory is
}

// maxLZ4Ratio is the most that LZ4 can make of a byte.
const maxLZ4Ratio = 255

// grown is memory for n bytes at least: words if there are enough of them,
// otherwise new ones, for which take is asked.
func grown(words []uint64, n int, take func(int64) error) ([]uint64, error) {
	if 8*len(words) >= n {
		return words, nil
	}
	n = max(n, 8*chunkRows)
	if err := take(int64(n - 8*len(words))); err != nil {
		return nil, err
	}
	return make([]uint64, (n+7)/8), nil
}

// open is the decoded content of the size bytes at offset, of which need will
// be asked for at least.
func (b *buffer) open(src io.ReaderAt, offset, size int64, codec compression, need int64) (pieces, error) {
	if need == 0 && size == 0 {
		b.none.reset(src, 0, 0)
		return &b.none, nil
	}
	b.raw.take = b.take
	if codec == uncompressed {
		if size < need {
			return nil, corrupt("a buffer is too small for its rows")
		}
		b.raw.reset(src, offset, size)
		return &b.raw, nil
	}
	// A compressed buffer begins with its size before compression; -1 tells
	// that it was left as it was.
	var prefix [8]byte
	if size < int64(len(prefix)) {
		return nil, corrupt("a compressed buffer is too small")
	}
	if err := readFull(src, prefix[:], offset); err != nil {
		return nil, err
	}
	plain := int64(binary.LittleEndian.Uint64(prefix[:]))
	offset, size = offset+8, size-8
	if plain == -1 {
		plain, codec = size, uncompressed
	}
	if plain < need || (codec == lz4Frame && plain > (size+1)*maxLZ4Ratio) {
		return nil, corrupt("a buffer is too small for its rows")
	}
	switch codec {
	case lz4Frame:
		b.lz4.Take = b.take
		b.lz4.Reset(src, offset, size, plain)
		return &b.lz4, nil
	case zstdFrame:
		b.zstd.take = b.take
		return &b.zstd, b.zstd.reset(src, offset, size)
	}
	b.raw.reset(src, offset, size)
	return &b.raw, nil
}

// rawPieces reads what is not compressed.
type rawPieces struct {
	src    io.ReaderAt
	offset int64
	left   int64
	buf    []uint64 // aligned, as the values in it will be read as such
	take   func(int64) error
}

func (p *rawPieces) reset(src io.ReaderAt, offset, size int64) {
	p.src, p.offset, p.left = src, offset, size
}

func (p *rawPieces) Next(n int) ([]byte, error) {
	if int64(n) > p.left {
		return nil, io.ErrUnexpectedEOF
	}
	var err error
	if p.buf, err = grown(p.buf, n, p.take); err != nil {
		return nil, err
	}
	b := bytesOf(p.buf)[:n]
	if err := readFull(p.src, b, p.offset); err != nil {
		return nil, err
	}
	p.offset += int64(n)
	p.left -= int64(n)
	return b, nil
}

// zstdPieces decodes ZSTD frames.
type zstdPieces struct {
	decoder *zstd.Decoder
	window  uint64 // how far back a frame may reach that the decoder takes
	buf     []uint64
	take    func(int64) error
}

const (
	// leastZstdWindow is that of the decoder that is made first: what the
	// faster levels ask for.
	leastZstdWindow = 512 << 10
	// maxZstdWindow is the largest that the zstd program makes (--long=31). Level
	// 19 asks for 8 MiB.
	maxZstdWindow = 2 << 30
	// zstdTables is what a decoder has besides its window.
	zstdTables = 512 << 10
)

func (p *zstdPieces) reset(src io.ReaderAt, offset, size int64) error {
	var head [zstd.HeaderMaxSize]byte
	start := head[:min(size, zstd.HeaderMaxSize)]
	if err := readFull(src, start, offset); err != nil {
		return err
	}
	var frame zstd.Header
	if err := frame.Decode(start); err != nil {
		return corrupt("%v", err)
	}
	window := frame.WindowSize
	if frame.SingleSegment {
		window = frame.FrameContentSize
	}
	section := io.NewSectionReader(src, offset, size)
	if p.decoder != nil && window <= p.window {
		return p.decoder.Reset(section)
	}
	window = max(window, leastZstdWindow)
	if window > maxZstdWindow {
		return corrupt("a frame reaches farther back than any may")
	}
	// A decoder has the window, and as much again to slide it in.
	more := 2 * int64(window-p.window)
	if p.decoder == nil {
		more += zstdTables
	} else {
		p.decoder.Close()
	}
	if err := p.take(more); err != nil {
		return err
	}
	var err error
	p.window = window
	p.decoder, err = zstd.NewReader(section, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(window))
	return err
}

func (p *zstdPieces) Next(n int) ([]byte, error) {
	var err error
	if p.buf, err = grown(p.buf, n, p.take); err != nil {
		return nil, err
	}
	b := bytesOf(p.buf)[:n]
	_, err = io.ReadFull(p.decoder, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		err = corrupt("%v", err)
	}
	return b, err
}

// bytesOf is the memory of words as bytes. Files and machines are both
// little-endian.
func bytesOf(words []uint64) []byte {
	if len(words) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), 8*len(words))
}

// valuesOf is bytes that hold little-endian values of type T, seen as those:
// nothing is copied, and a part of a value at the end is left out. The bytes
// are aligned, as buffers of this package are.
func valuesOf[T int32 | int64 | uint64](b []byte) []T {
	var one T
	n := len(b) / int(unsafe.Sizeof(one))
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), n)
}
