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

// decompressor has the decoders of pages. Its memory is kept.
type decompressor struct {
	allowed *allowance

	plain      []byte
	zstd       *zstd.Decoder
	gzip       *gzip.Reader
	brotli     *brotli.Reader
	brotliSize int64 // that was taken for its window
}

// decompress is the bytes of a page before compression: exactly size of them,
// or an error, so that a page cannot grow without bound.
func (d *decompressor) decompress(codec int, data []byte, size int) ([]byte, error) {
	if codec == codecNone {
		if len(data) != size {
			return nil, corrupt("a page tells of an impossible size")
		}
		return data, nil
	}
	if size == 0 {
		return nil, nil
	}
	if cap(d.plain) < size {
		room := max(size, leastPlain)
		if err := d.allowed.take(int64(room - cap(d.plain))); err != nil {
			return nil, fmt.Errorf("a page %w", err)
		}
		d.plain = make([]byte, room)
	}
	if err := d.prepare(codec, size); err != nil {
		return nil, err
	}
	plain := d.plain[:size]
	n, err := d.fill(codec, plain, data)
	if err != nil {
		return nil, corrupt("a page cannot be decompressed")
	}
	if n != size {
		return nil, corrupt("a page has another size than it tells")
	}
	return plain, nil
}

// prepare makes the decoder of a codec ready for a page of so many bytes.
func (d *decompressor) prepare(codec, size int) (err error) {
	switch codec {
	case codecSnappy, codecLZ4Raw:
	case codecZstd:
		if d.zstd == nil {
			if err := d.allowed.take(zstdTables); err != nil {
				return err
			}
			d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true))
		}
	case codecGzip:
		if d.gzip == nil {
			d.gzip = new(gzip.Reader)
		}
	case codecBrotli:
		if room := brotliRoom(size); room > d.brotliSize {
			if err := d.allowed.take(room - d.brotliSize); err != nil {
				return fmt.Errorf("a page %w", err)
			}
			d.brotliSize = room
		}
		if d.brotli == nil {
			d.brotli = brotli.NewReader(nil)
		}
	default:
		return fmt.Errorf("it is compressed with codec %d, which cannot be read; write it again with snappy, gzip, brotli, zstd or lz4_raw", codec)
	}
	return err
}

// fill decompresses a page and tells how many bytes it has.
func (d *decompressor) fill(codec int, plain, data []byte) (n int, err error) {
	switch codec {
	case codecSnappy:
		if n, err = snappy.DecodedLen(data); err == nil && n == len(plain) {
			_, err = snappy.Decode(plain, data)
		}
	case codecLZ4Raw:
		n, err = lz4.UncompressBlock(data, plain)
	case codecZstd:
		var out []byte
		out, err = d.zstd.DecodeAll(data, plain[:0:len(plain)])
		n = len(out)
	case codecGzip:
		if err = d.gzip.Reset(bytes.NewReader(data)); err == nil {
			n, err = readWhole(d.gzip, plain)
		}
	case codecBrotli:
		if err = d.brotli.Reset(bytes.NewReader(data)); err == nil {
			n, err = readWhole(d.brotli, plain)
		}
	}
	return n, err
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
