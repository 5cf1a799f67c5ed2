// Package flatbuf reads the few flatbuffers tables that frame Arrow data.
//
// The generated accessors of other libraries trust their input and panic on a
// damaged file. Here every offset is checked against the buffer: a place that
// is outside of it reads as absent, and the reader remembers that it was
// ([Buffer.Damaged]). Nothing is copied and nothing is allocated.
package flatbuf

import "encoding/binary"

// Buffer is one flatbuffer.
type Buffer struct {
	data    []byte
	damaged bool
}

// New reads from data, which must stay as it is while the buffer is used.
func New(data []byte) *Buffer { return &Buffer{data: data} }

// Damaged tells whether any read so far met an offset or a length outside the
// buffer. What was read is then not to be trusted.
func (b *Buffer) Damaged() bool { return b.damaged }

// bytes is n bytes at pos, or nil.
func (b *Buffer) bytes(pos, n int) []byte {
	if pos < 0 || n < 0 || pos > len(b.data) || n > len(b.data)-pos {
		b.damaged = true
		return nil
	}
	return b.data[pos : pos+n]
}

func (b *Buffer) uint16(pos int) int {
	if d := b.bytes(pos, 2); d != nil {
		return int(binary.LittleEndian.Uint16(d))
	}
	return 0
}

func (b *Buffer) int32(pos int) int {
	if d := b.bytes(pos, 4); d != nil {
		return int(int32(binary.LittleEndian.Uint32(d)))
	}
	return 0
}

// offset is the place that the unsigned offset at pos leads to, or 0, where no
// table can be.
func (b *Buffer) offset(pos int) int {
	d := b.bytes(pos, 4)
	if d == nil {
		return 0
	}
	target := pos + int(binary.LittleEndian.Uint32(d))
	if target >= len(b.data) || target <= pos {
		b.damaged = true
		return 0
	}
	return target
}

// Root is the buffer's outermost table.
func (b *Buffer) Root() Table { return Table{b, b.offset(0)} }

// Table is one table. The zero Table, and one that is absent, has no fields.
type Table struct {
	buffer *Buffer
	pos    int
}

// Present tells whether the table is there.
func (t Table) Present() bool { return t.pos != 0 }

// field is the place of a field's value, or 0 when the field is absent.
func (t Table) field(index int) int {
	if t.pos == 0 {
		return 0
	}
	b := t.buffer
	vtable := t.pos - b.int32(t.pos)
	size := b.uint16(vtable)
	if size%2 != 0 || size < 4 { // others would read half of an entry
		b.damaged = true
	}
	slot := 4 + 2*index
	if b.damaged || slot+2 > size {
		return 0
	}
	if offset := b.uint16(vtable + slot); offset != 0 {
		return t.pos + offset
	}
	return 0
}

// Bool is a field that is false when absent.
func (t Table) Bool(index int) bool { return t.Uint8(index) != 0 }

// Uint8 is a field of one byte, 0 when absent.
func (t Table) Uint8(index int) uint8 {
	if pos := t.field(index); pos != 0 {
		if d := t.buffer.bytes(pos, 1); d != nil {
			return d[0]
		}
	}
	return 0
}

// Int16 is a field of two bytes, fallback when absent.
func (t Table) Int16(index int, fallback int16) int16 {
	if pos := t.field(index); pos != 0 {
		return int16(t.buffer.uint16(pos))
	}
	return fallback
}

// Int32 is a field of four bytes, fallback when absent.
func (t Table) Int32(index int, fallback int32) int32 {
	if pos := t.field(index); pos != 0 {
		return int32(t.buffer.int32(pos))
	}
	return fallback
}

// Int64 is a field of eight bytes, 0 when absent.
func (t Table) Int64(index int) int64 {
	if pos := t.field(index); pos != 0 {
		if d := t.buffer.bytes(pos, 8); d != nil {
			return int64(binary.LittleEndian.Uint64(d))
		}
	}
	return 0
}

// Table is a field that is itself a table.
func (t Table) Table(index int) Table {
	if pos := t.field(index); pos != 0 {
		return Table{t.buffer, t.buffer.offset(pos)}
	}
	return Table{}
}

// String is a field of text, empty when absent. It is a copy.
func (t Table) String(index int) string {
	pos := t.field(index)
	if pos == 0 {
		return ""
	}
	start := t.buffer.offset(pos)
	if start == 0 {
		return ""
	}
	return string(t.buffer.bytes(start+4, t.buffer.int32(start)))
}

// vector is where the elements of a field begin and how many there are, each
// of size bytes.
func (t Table) vector(index, size int) (pos, n int) {
	field := t.field(index)
	if field == 0 {
		return 0, 0
	}
	start := t.buffer.offset(field)
	if start == 0 {
		return 0, 0
	}
	n = t.buffer.int32(start)
	if n < 0 || n > len(t.buffer.data)/size || t.buffer.bytes(start+4, n*size) == nil {
		t.buffer.damaged = true
		return 0, 0
	}
	return start + 4, n
}

// Tables is a field that is a vector of tables.
func (t Table) Tables(index int) Tables {
	pos, n := t.vector(index, 4)
	return Tables{t.buffer, pos, n}
}

// Structs is a field that is a vector of structs of size bytes, one after
// another.
func (t Table) Structs(index, size int) []byte {
	pos, n := t.vector(index, size)
	if n == 0 {
		return nil
	}
	return t.buffer.bytes(pos, n*size)
}

// Tables is a vector of tables.
type Tables struct {
	buffer *Buffer
	pos    int
	n      int
}

// Len is the number of tables.
func (v Tables) Len() int { return v.n }

// At is one table, i from 0 to Len less 1.
func (v Tables) At(i int) Table { return Table{v.buffer, v.buffer.offset(v.pos + 4*i)} }
