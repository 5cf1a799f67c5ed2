package cohort

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"

	"cohortcounts/cohort/internal/thrift"
)

// Types of pages.
const (
	dataPage       = 0
	indexPage      = 1
	dictionaryPage = 2
	dataPageV2     = 3
)

// maxPageHeader is how far a page header may reach: it may hold the least and
// the greatest value as text.
const maxPageHeader = 64 << 10

// parquetPage is one page.
type parquetPage struct {
	kind        int
	size        int // as it is stored
	plainSize   int
	crc         uint32
	hasCRC      bool
	values      int // with missing ones
	nulls       int // of a V2 page; -1: not told
	encoding    int
	levels      int // bytes of definition levels, of a V2 page
	repetitions int // bytes of repetition levels, of a V2 page
	levelCoding int
	compressed  bool
}

// pageReader reads the pages of one chunk after another. Its memory is kept.
type pageReader struct {
	src    io.ReaderAt
	offset int64
	left   int64
	buf    []byte // what was read ahead
	start  int

	decompressor
}

// readAhead is how much is read at once.
const readAhead = 256 << 10

func (p *pageReader) reset(src io.ReaderAt, offset, size int64) {
	p.src, p.offset, p.left = src, offset, size
	p.buf, p.start = p.buf[:0], 0
}

// peek is the next n bytes, or all that is left when there are fewer.
func (p *pageReader) peek(n int) ([]byte, error) {
	have := len(p.buf) - p.start
	if have >= n || p.left == 0 {
		return p.buf[p.start:min(p.start+n, len(p.buf))], nil
	}
	size := max(n, readAhead)
	buf := p.buf[:cap(p.buf)]
	if len(buf) < size {
		if err := p.allowed.take(int64(size - len(buf))); err != nil {
			return nil, fmt.Errorf("a page %w", err)
		}
		buf = make([]byte, size)
	}
	copy(buf, p.buf[p.start:])
	more := int(min(int64(len(buf)-have), p.left))
	if err := readFull(p.src, buf[have:have+more], p.offset); err != nil {
		return nil, err
	}
	p.offset += int64(more)
	p.left -= int64(more)
	p.buf, p.start = buf[:have+more], 0
	return p.buf[:min(n, len(p.buf))], nil
}

// next is the next page and its bytes as they are stored, valid until the next
// call. At the end the error is io.EOF.
func (p *pageReader) next() (page parquetPage, data []byte, err error) {
	head, err := p.peek(maxPageHeader)
	if err != nil {
		return page, nil, err
	}
	if len(head) == 0 {
		return page, nil, io.EOF
	}
	r := thrift.NewReader(head)
	page = readPageHeader(r)
	if r.Bad() {
		return page, nil, corrupt("a page header cannot be decoded")
	}
	if page.size < 0 || page.plainSize < 0 || page.values < 0 || page.levels < 0 || page.repetitions < 0 ||
		page.levels+page.repetitions > min(page.size, page.plainSize) {
		return page, nil, corrupt("a page tells of an impossible size")
	}
	p.start += r.Pos()
	if data, err = p.peek(page.size); err != nil {
		return page, nil, err
	}
	if len(data) < page.size {
		return page, nil, corrupt("it ends too soon")
	}
	p.start += page.size
	if page.hasCRC && crc32.ChecksumIEEE(data) != page.crc {
		return page, nil, corrupt("a page does not agree with its checksum")
	}
	return page, data, nil
}

func readPageHeader(r *thrift.Reader) parquetPage {
	p := parquetPage{nulls: -1, compressed: true}
	r.Fields(func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == thrift.I32:
			p.kind = int(r.Int())
		case id == 2 && kind == thrift.I32:
			p.plainSize = int(r.Int())
		case id == 3 && kind == thrift.I32:
			p.size = int(r.Int())
		case id == 4 && kind == thrift.I32:
			p.crc, p.hasCRC = uint32(r.Int()), true
		case (id == 5 || id == 7) && kind == thrift.Struct: // data page, dictionary page
			r.Fields(func(id int, kind byte) bool {
				switch {
				case id == 1 && kind == thrift.I32:
					p.values = int(r.Int())
				case id == 2 && kind == thrift.I32:
					p.encoding = int(r.Int())
				case id == 3 && kind == thrift.I32:
					p.levelCoding = int(r.Int())
				default:
					return false
				}
				return true
			})
		case id == 8 && kind == thrift.Struct:
			p.headerV2(r)
		default:
			return false
		}
		return true
	})
	return p
}

func (p *parquetPage) headerV2(r *thrift.Reader) {
	r.Fields(func(id int, kind byte) bool {
		if id == 7 {
			p.compressed = kind == thrift.True
			return false
		}
		if kind != thrift.I32 {
			return false
		}
		switch id {
		case 1:
			p.values = int(r.Int())
		case 2:
			p.nulls = int(r.Int())
		case 4:
			p.encoding = int(r.Int())
		case 5:
			p.levels = int(r.Int())
		case 6:
			p.repetitions = int(r.Int())
		default:
			return false
		}
		return true
	})
}

// split finds the definition levels and the values of a data page.
func (p *pageReader) split(page *parquetPage, data []byte, codec int, optional bool) (levels, values []byte, err error) {
	if page.kind == dataPageV2 {
		if page.repetitions != 0 {
			return nil, nil, corrupt("a page of a flat column has repetition levels")
		}
		levels, data = data[:page.levels], data[page.levels:]
		if !page.compressed {
			codec = codecNone
		}
		values, err = p.decompress(codec, data, page.plainSize-page.levels)
		return levels, values, err
	}
	if values, err = p.decompress(codec, data, page.plainSize); err != nil || !optional {
		return nil, values, err
	}
	if page.levelCoding == encodingBitPacked {
		size := (page.values + 7) / 8
		if size > len(values) {
			return nil, nil, corrupt("a page is too small")
		}
		return hybridOf(values[:size]), values[size:], nil
	}
	if page.levelCoding != encodingRLE {
		return nil, nil, corrupt("its definition levels have an unknown encoding")
	}
	if len(values) < 4 {
		return nil, nil, corrupt("a page is too small")
	}
	n := int64(binary.LittleEndian.Uint32(values))
	if n > int64(len(values)-4) {
		return nil, nil, corrupt("a page is too small")
	}
	return values[4 : 4+n], values[4+n:], nil
}

// hybridOf is levels of one bit in the encoding of today. Before 2013 they
// were packed from the highest bit of a byte on; the hybrid's runs of packed
// values are from the lowest.
func hybridOf(packed []byte) []byte {
	levels := binary.AppendUvarint(make([]byte, 0, len(packed)+binary.MaxVarintLen64), uint64(len(packed))<<1|1)
	for _, b := range packed {
		levels = append(levels, bits.Reverse8(b))
	}
	return levels
}
