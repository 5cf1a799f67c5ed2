package cohort

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/klauspost/compress/gzip"
)

// csvPart reads a CSV cohort: a header with the names of the columns, then a
// line for each patient; dates as ISO text, nothing where there is none. Fields
// may be quoted as RFC 4180 has it.
//
// The text is read in blocks by whichever worker comes next, and each worker
// takes apart the block that it has read. A block ends where a row ends: at a
// line end with an even number of quotes before it.
type csvPart struct {
	kind    string
	columns []Field
	size    int64 // of the source as it is stored; 0: not known

	mu     sync.Mutex
	src    io.Reader
	stored *countingReader // src before decompression
	rest   []byte          // of the block before: the beginning of a row
	ended  bool
	blocks int   // handed out
	line   int64 // that rest begins at, from 1
	row    int64 // that rest begins at, from 1; 0: not known, as rows have had several lines
}

// csvRows is a block of whole rows.
type csvRows struct {
	text   []byte
	number int   // of the block in the file
	line   int64 // that it begins at, from 1
	row    int64 // that it begins at, from 1; 0: not known
}

const (
	// csvBlock holds some thousand rows of a hundred columns: enough that a
	// column of a block is worth a visit. A worker with a small share has less.
	csvBlock = 4 << 20
	// maxCSVRow is far above ten thousand columns of dates.
	maxCSVRow = 16 << 20
)

// countingReader counts what was read of the file, for the progress.
type countingReader struct {
	io.Reader
	n atomic.Int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}

func openGzipCSV(in *input, m *budget) (part, error) {
	stored := &countingReader{Reader: in.all()}
	z, err := gzip.NewReader(stored)
	if err != nil {
		return nil, corrupt("its compression cannot be decoded")
	}
	p, err := openCSV(in, z, formatGzipCSV, m)
	if err != nil {
		return nil, err
	}
	p.stored = stored
	return p, nil
}

// openCSV reads the header of a CSV text.
func openCSV(in *input, src io.Reader, kind string, m *budget) (*csvPart, error) {
	stored := &countingReader{Reader: src}
	p := &csvPart{kind: kind, size: in.size, src: stored, stored: stored, line: 1, row: 1}
	// The row's text is garbage once its names are copied.
	before := m.descriptions
	header, err := p.block(make([]byte, 0, sniffSize), true, m.describe)
	m.descriptions = before
	if err != nil {
		return nil, err
	}
	block := header.text
	if !isText(block[:min(len(block), sniffSize)]) {
		return nil, errors.New("is not a cohort file; name one in feather, Arrow, Parquet or CSV form")
	}
	block = bytes.TrimPrefix(block, []byte("\ufeff"))
	row := csvRow{rest: block}
	for !row.done {
		name, err := row.next()
		if err != nil {
			return nil, fmt.Errorf("line 1: %w", err)
		}
		if err := m.describe(2*int64(unsafe.Sizeof(Field{})) + 64 + int64(len(name))); err != nil {
			return nil, fmt.Errorf("its list of columns %w", err)
		}
		p.columns = append(p.columns, Field{Name: string(name), Type: "text"})
	}
	p.row = 1
	return p, nil
}

func (p *csvPart) format() string { return p.kind }

func (p *csvPart) forget() {}

func (p *csvPart) fields() []Field { return p.columns }

func (p *csvPart) units([]int) int { return math.MaxInt }

func (p *csvPart) progress() float64 {
	if p.size == 0 {
		return 0
	}
	return min(1, float64(p.stored.n.Load())/float64(p.size))
}

// block reads whole rows into buf, which grows when not even one fits, and
// tells where they are. With one set it reads one row
// only. take is asked before buf grows. At the end the error is errNoUnit.
func (p *csvPart) block(buf []byte, one bool, take func(int64) error) (b csvRows, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b.number = p.blocks
	p.blocks++
	if more := len(p.rest) - cap(buf); more > 0 { // behind a long row
		if err := take(2 * int64(more)); err != nil {
			return b, fmt.Errorf("line %d: the row %w", p.line, err)
		}
	}
	buf = append(buf[:0], p.rest...)
	for {
		for !p.ended && len(buf) < cap(buf) {
			n, err := p.src.Read(buf[len(buf):cap(buf)])
			buf = buf[:len(buf)+n]
			if errors.Is(err, io.EOF) {
				p.ended = true
			} else if err != nil {
				if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
					return b, corrupt("its compression cannot be decoded")
				}
				return b, fmt.Errorf("cannot read: %w", err)
			}
		}
		if len(buf) == 0 {
			return b, errNoUnit
		}
		end := len(buf)
		if one {
			end = firstRow(buf)
		} else if !p.ended {
			end = lastRow(buf)
		}
		if end == 0 && p.ended {
			end = len(buf)
		}
		if end > 0 {
			p.rest = append(p.rest[:0], buf[end:]...)
			b.text, b.line, b.row = buf[:end], p.line, p.row
			p.advance(b.text)
			return b, nil
		}
		if len(buf) >= maxCSVRow {
			return b, fmt.Errorf("line %d: the row is longer than 16 MiB; look for a quote that is not closed", p.line)
		}
		// As much again for what is behind the row, which the next block gets.
		if err := take(2 * int64(2*cap(buf))); err != nil {
			return b, fmt.Errorf("line %d: the row %w", p.line, err)
		}
		buf = append(make([]byte, 0, 2*cap(buf)), buf...)
	}
}

// advance moves line and row behind a block.
func (p *csvPart) advance(block []byte) {
	lines := int64(bytes.Count(block, []byte{'\n'}))
	p.line += lines
	switch {
	case p.row == 0:
	case bytes.IndexByte(block, '"') >= 0 || bytes.Contains(block, []byte("\n\n")) || bytes.Contains(block, []byte("\n\r\n")):
		p.row = 0
	default:
		p.row += lines
	}
}

// firstRow is where the first row of a text ends, behind its line end, or 0.
func firstRow(b []byte) int {
	quoted := false
	for i, c := range b {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n' && !quoted:
			return i + 1
		}
	}
	return 0
}

// lastRow is where the last whole row of a text ends, behind its line end, or
// 0.
func lastRow(b []byte) int {
	quote := []byte{'"'}
	before := bytes.Count(b, quote)
	for end := len(b); ; {
		newline := bytes.LastIndexByte(b[:end], '\n')
		if newline < 0 {
			return 0
		}
		if before > 0 {
			before -= bytes.Count(b[newline:end], quote)
		}
		if before%2 == 0 {
			return newline + 1
		}
		end = newline
	}
}

// csvRow takes one row apart.
type csvRow struct {
	rest []byte // from the next field on
	done bool   // the row has ended; rest begins with the next
	text []byte // of a field with doubled quotes
}

var errQuote = errors.New("a quote stands where none may be")

// next is the next field, valid until the next call. It sets done with the
// last one.
func (r *csvRow) next() ([]byte, error) {
	b := r.rest
	if len(b) > 0 && b[0] == '"' {
		return r.quoted()
	}
	for i, c := range b {
		switch c {
		case ',':
			r.rest = b[i+1:]
			return b[:i], nil
		case '\n':
			r.rest, r.done = b[i+1:], true
			return bytes.TrimSuffix(b[:i], []byte{'\r'}), nil
		case '"':
			return nil, errQuote
		}
	}
	r.rest, r.done = nil, true
	return bytes.TrimSuffix(b, []byte{'\r'}), nil
}

func (r *csvRow) quoted() ([]byte, error) {
	b := r.rest[1:]
	r.text = r.text[:0]
	for {
		i := bytes.IndexByte(b, '"')
		if i < 0 {
			return nil, errors.New("a quote is not closed")
		}
		r.text = append(r.text, b[:i]...)
		b = b[i+1:]
		if len(b) == 0 || b[0] != '"' {
			break
		}
		r.text = append(r.text, '"')
		b = b[1:]
	}
	switch {
	case len(b) == 0 || len(b) == 1 && b[0] == '\r':
		r.rest, r.done = nil, true
	case b[0] == ',':
		r.rest = b[1:]
	case b[0] == '\n':
		r.rest, r.done = b[1:], true
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		r.rest, r.done = b[2:], true
	default:
		return nil, errQuote
	}
	return r.text, nil
}
