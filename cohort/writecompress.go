package cohort

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// bufferCodec compresses the buffers of record batches.
type bufferCodec interface {
	// append compresses src behind dst. width is the size of its values in
	// bytes, 0 when they have different ones.
	append(dst, src []byte, width int) ([]byte, error)
	// id is the codec's number in the format (CompressionType).
	id() int8
}

func newBufferCodec(c Compression) (bufferCodec, error) {
	switch c {
	case LZ4, "":
		return new(lz4Codec), nil
	case ZSTD:
		enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(zstdWindow))
		if err != nil {
			return nil, err
		}
		return zstdCodec{enc}, nil
	case Uncompressed:
		return nil, nil //nolint:nilnil // no codec
	}
	return nil, fmt.Errorf("unknown compression %q; use one of lz4, zstd, none", c)
}

// zstdWindow is how far back a match may reach: each reader has to hold as much.
// Columns of dates repeat themselves at once: more makes them no smaller.
const zstdWindow = 512 << 10

// lz4Codec writes LZ4 frames of independent blocks of 64 KiB: a reader can
// decode each straight into its place, and both ends stay in a core's cache.
// LZ4 looks back 64 KiB at most, so larger blocks would hardly be smaller.
type lz4Codec struct{ states sync.Pool }

// lz4State is what compressing a block needs besides the block.
type lz4State struct {
	library lz4.Compressor
	words   wordTable
}

const lz4Block = 64 << 10

// lz4FrameStart is the frame's magic number, its flags (version 1, independent
// blocks, no checksums), the block size (64 KiB) and the header's checksum.
var lz4FrameStart = [7]byte{0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82}

func (*lz4Codec) id() int8 { return 0 }

func (c *lz4Codec) append(dst, src []byte, width int) ([]byte, error) {
	state, ok := c.states.Get().(*lz4State)
	if !ok {
		state = new(lz4State)
	}
	defer c.states.Put(state)
	dst = append(dst, lz4FrameStart[:]...)
	for len(src) > 0 {
		plain := src[:min(len(src), lz4Block)]
		src = src[len(plain):]
		at := len(dst)
		dst = grow(dst, 4+lz4.CompressBlockBound(len(plain)))
		size, err := state.block(dst[at+4:], plain, width)
		if err != nil {
			return dst, err
		}
		header := uint32(size)
		if size == 0 || size >= len(plain) {
			size = copy(dst[at+4:], plain)
			header = uint32(size) | 1<<31 // the block is stored as it is
		}
		binary.LittleEndian.PutUint32(dst[at:], header)
		dst = dst[:at+4+size]
	}
	return append(dst, 0, 0, 0, 0), nil
}

// block compresses one block into dst, which is large enough; 0 says that it
// could not be made smaller.
func (s *lz4State) block(dst, plain []byte, width int) (int, error) {
	if width == 8 {
		return compressWords(dst, plain, &s.words), nil
	}
	return s.library.CompressBlock(plain, dst)
}

type zstdCodec struct{ encoder *zstd.Encoder }

func (zstdCodec) id() int8 { return 1 }

func (c zstdCodec) append(dst, src []byte, _ int) ([]byte, error) {
	return c.encoder.EncodeAll(src, dst), nil
}

// grow lengthens b by n bytes of any content.
func grow(b []byte, n int) []byte {
	if need := len(b) + n; need > cap(b) {
		larger := make([]byte, len(b), need+need/4)
		copy(larger, b)
		b = larger
	}
	return b[:len(b)+n]
}
