package cohort

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// Compression codecs.
const (
	codecNone   = 0
	codecSnappy = 1
	codecGzip   = 2
	codecBrotli = 4
	codecZstd   = 6
	codecLZ4Raw = 7
)

// decompress is the bytes of a page before compression: exactly size of them,
// or an error, so that a page cannot grow without bound.
func (p *pageReader) decompress(codec int, data []byte, size int) ([]byte, error) {
	if codec == codecNone {
		if len(data) != size {
			return nil, corrupt("a page tells of an impossible size")
		}
		return data, nil
	}
	if size == 0 {
		return nil, nil
	}
	if cap(p.plain) < size {
		room := max(size, leastPlain)
		if err := p.allowed.take(int64(room - cap(p.plain))); err != nil {
			return nil, fmt.Errorf("a page %w", err)
		}
		p.plain = make([]byte, room)
	}
	plain := p.plain[:size]
	var n int
	var err error
	switch codec {
	case codecSnappy:
		if n, err = snappy.DecodedLen(data); err == nil && n == size {
			_, err = snappy.Decode(plain, data)
		}
	case codecLZ4Raw:
		n, err = lz4.UncompressBlock(data, plain)
	case codecZstd:
		if p.zstd == nil {
			if err := p.allowed.take(zstdTables); err != nil {
				return nil, err
			}
			if p.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true)); err != nil {
				return nil, err
			}
		}
		var out []byte
		out, err = p.zstd.DecodeAll(data, plain[:0:size])
		n = len(out)
	case codecGzip:
		if p.gzip == nil {
			p.gzip = new(gzip.Reader)
		}
		if err = p.gzip.Reset(bytes.NewReader(data)); err == nil {
			n, err = readWhole(p.gzip, plain)
		}
	case codecBrotli:
		if room := brotliRoom(size); room > p.brotliSize {
			if err := p.allowed.take(room - p.brotliSize); err != nil {
				return nil, fmt.Errorf("a page %w", err)
			}
			p.brotliSize = room
		}
		if p.brotli == nil {
			p.brotli = brotli.NewReader(nil)
		}
		if err = p.brotli.Reset(bytes.NewReader(data)); err == nil {
			n, err = readWhole(p.brotli, plain)
		}
	default:
		return nil, fmt.Errorf("it is compressed with codec %d, which cannot be read; write it again with snappy, gzip, brotli, zstd or lz4_raw", codec)
	}
	if err != nil {
		return nil, corrupt("a page cannot be decompressed")
	}
	if n != size {
		return nil, corrupt("a page has another size than it tells")
	}
	return plain, nil
}

// readWhole fills a page from a stream, which must end with it: at the end its
// checksum is compared.
func readWhole(r io.Reader, plain []byte) (int, error) {
	n, err := io.ReadFull(r, plain)
	if err != nil {
		return n, err
	}
	var more [1]byte
	if _, err := io.ReadFull(r, more[:]); !errors.Is(err, io.EOF) {
		return n, errors.Join(err, errors.New("it goes on behind its end"))
	}
	return n, nil
}

// leastPlain is what pages are decompressed into: what writers make of them at
// most, unless asked for other sizes.
const leastPlain = 1 << 20

// brotliRoom is what the decoder takes at most for a page that is size bytes:
// a window, which is a power of two and no larger than the page needs or than
// 16 MiB, and tables.
func brotliRoom(size int) int64 {
	window := int64(1 << 16)
	for window < int64(size) && window < 16<<20 {
		window *= 2
	}
	return 2*window + 512<<10
}
