// Package thrift reads Thrift's compact protocol, in which Parquet writes its
// footer and its page headers.
//
// Readers elsewhere make room for as many elements as a list says it has; a
// damaged file then asks for more memory than there is. Here nothing is
// allocated, a list can have no more elements than there are bytes, and after
// the first fault ([Reader.Bad]) everything reads as zero and ends.
package thrift

import "encoding/binary"

// Types of fields, as the compact protocol numbers them.
const (
	Stop   = 0
	True   = 1
	False  = 2
	Byte   = 3
	I16    = 4
	I32    = 5
	I64    = 6
	Double = 7
	Binary = 8
	List   = 9
	Set    = 10
	Map    = 11
	Struct = 12
	UUID   = 13
)

// maxDepth is how deep structures may be nested that are skipped.
const maxDepth = 32

// Reader reads from a slice of bytes.
type Reader struct {
	data []byte
	pos  int
	bad  bool
}

// NewReader reads from data, which must not change meanwhile.
func NewReader(data []byte) *Reader { return &Reader{data: data} }

// Bad tells whether the data broke the protocol.
func (r *Reader) Bad() bool { return r.bad }

// Pos is how many bytes were read.
func (r *Reader) Pos() int { return r.pos }

func (r *Reader) fail() {
	r.bad = true
	r.pos = len(r.data)
}

func (r *Reader) byte() byte {
	if r.pos >= len(r.data) {
		r.fail()
		return 0
	}
	b := r.data[r.pos]
	r.pos++
	return b
}

func (r *Reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data[r.pos:])
	if n <= 0 {
		r.fail()
		return 0
	}
	r.pos += n
	return v
}

// Int is a field of type I16, I32 or I64.
func (r *Reader) Int() int64 {
	v := r.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// Bytes is a field of type Binary. It is not a copy.
func (r *Reader) Bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.data)-r.pos) {
		r.fail()
		return nil
	}
	b := r.data[r.pos : r.pos+int(n)]
	r.pos += int(n)
	return b
}

// Fields calls read for each field of a struct. read must consume the field's
// value and return true, or return false to have it skipped. Booleans have
// their value in their type and nothing to consume.
func (r *Reader) Fields(read func(id int, kind byte) bool) {
	id := 0
	for !r.bad {
		head := r.byte()
		kind := head & 0x0F
		if kind == Stop {
			return
		}
		if delta := int(head >> 4); delta != 0 {
			id += delta
		} else {
			id = int(int16(r.Int()))
		}
		if !read(id, kind) {
			r.skip(kind, 0)
		}
	}
}

// ListHead is the beginning of a field of type List: its elements follow.
func (r *Reader) ListHead() (size int, kind byte) {
	head := r.byte()
	n := uint64(head >> 4)
	if n == 15 {
		n = r.uvarint()
	}
	if n > uint64(len(r.data)-r.pos) { // every element has a byte at least
		r.fail()
		return 0, 0
	}
	return int(n), head & 0x0F
}

// Each calls read for each element of a list of the wanted type, which read
// must consume. A list of another type is a fault.
func (r *Reader) Each(want byte, read func()) {
	n, kind := r.ListHead()
	if n > 0 && kind != want {
		r.fail()
	}
	for i := 0; i < n && !r.bad; i++ {
		read()
	}
}

// Skip passes over a value.
func (r *Reader) Skip(kind byte) { r.skip(kind, 0) }

func (r *Reader) skip(kind byte, depth int) {
	if depth > maxDepth {
		r.fail()
		return
	}
	switch kind {
	case True, False:
	case Byte:
		r.byte()
	case I16, I32, I64:
		r.uvarint()
	case Double:
		r.advance(8)
	case UUID:
		r.advance(16)
	case Binary:
		r.Bytes()
	case List, Set:
		n, kind := r.ListHead()
		for i := 0; i < n && !r.bad; i++ {
			r.skipElement(kind, depth+1)
		}
	case Map:
		n := r.uvarint()
		if n == 0 {
			return
		}
		kinds := r.byte()
		for i := uint64(0); i < n && !r.bad; i++ {
			r.skipElement(kinds>>4, depth+1)
			r.skipElement(kinds&0x0F, depth+1)
		}
	case Struct:
		r.Fields(func(_ int, kind byte) bool {
			r.skip(kind, depth+1)
			return true
		})
	default:
		r.fail()
	}
}

// skipElement is skip for what is inside a list or map, where booleans have a
// byte of their own.
func (r *Reader) skipElement(kind byte, depth int) {
	if kind == True || kind == False {
		r.byte()
		return
	}
	r.skip(kind, depth)
}

func (r *Reader) advance(n int) {
	if n > len(r.data)-r.pos {
		r.fail()
		return
	}
	r.pos += n
}
