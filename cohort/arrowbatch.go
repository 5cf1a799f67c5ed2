package cohort

import (
	"encoding/binary"
	"errors"

	"cohortcounts/cohort/internal/flatbuf"
)

// arrowBatch is the head of one record batch: where its columns' buffers lie.
// It is read into memory that the next read reuses.
type arrowBatch struct {
	meta     []byte
	message  arrowMessage
	rows     int64
	codec    compression
	nodes    []byte // structs of 16 bytes: length, nulls
	buffers  []byte // structs of 16 bytes: offset in the body, size
	variadic []byte // 8 bytes each

	take func(int64) error // is asked before memory is
}

// maxRows is more than the world has people. It keeps sums of rows, and bytes
// of a column, far from the ends of int64.
const maxRows = 1 << 40

// read reads the head of the record batch, or of the batch in a dictionary
// message, at m.
func (b *arrowBatch) read(in *input, m arrowMessage, dictionary bool) error {
	if cap(b.meta) < int(m.metaSize) {
		if err := b.take(int64(m.metaSize) - int64(cap(b.meta))); err != nil {
			return err
		}
		b.meta = make([]byte, m.metaSize)
	}
	b.meta = b.meta[:m.metaSize]
	if err := readFull(in, b.meta, m.offset); err != nil {
		return err
	}
	buffer := flatbuf.New(b.meta)
	message := buffer.Root()
	want := uint8(messageBatch)
	table := message.Table(2)
	if dictionary {
		want = messageDictionary
		table = table.Table(1)
	}
	if message.Uint8(1) != want || !table.Present() {
		return corrupt("a message is of another kind than expected")
	}
	if pairs := message.Tables(4); pairs.Len() > 0 {
		for i := range pairs.Len() {
			if pairs.At(i).String(0) == "ARROW:experimental_compression" {
				return errors.New("it is compressed in the way of Arrow 0.17; write it again with a later version")
			}
		}
	}
	b.message = m
	b.rows = table.Int64(0)
	b.nodes = table.Structs(1, 16)
	b.buffers = table.Structs(2, 16)
	b.variadic = table.Structs(4, 8)
	b.codec = uncompressed
	if c := table.Table(3); c.Present() {
		b.codec = compression(c.Uint8(0))
		if b.codec != lz4Frame && b.codec != zstdFrame {
			return corrupt("a record batch has an unknown compression")
		}
	}
	if buffer.Damaged() {
		return corrupt("a record batch points outside of its message")
	}
	if b.rows < 0 || b.rows > maxRows {
		return corrupt("a record batch tells of an impossible number of rows")
	}
	return nil
}

// place is where a column begins among the nodes and buffers of a batch.
type place struct{ node, buffer, variadic int }

// after is the place behind a column.
func (b *arrowBatch) after(p place, f *arrowField) (place, error) {
	p.node += f.nodes
	p.buffer += f.buffers
	for range f.variadic {
		if 8*p.variadic+8 > len(b.variadic) {
			return p, corrupt("a record batch lacks buffers of its columns")
		}
		n := binary.LittleEndian.Uint64(b.variadic[8*p.variadic:])
		if n > uint64(len(b.buffers)) {
			return p, corrupt("a record batch lacks buffers of its columns")
		}
		p.variadic++
		p.buffer += int(n)
	}
	return p, nil
}

// nulls is the length and the number of nulls of a node.
func (b *arrowBatch) node(i int) (length, nulls int64, err error) {
	if 16*i+16 > len(b.nodes) {
		return 0, 0, corrupt("a record batch lacks columns")
	}
	length = int64(binary.LittleEndian.Uint64(b.nodes[16*i:]))
	nulls = int64(binary.LittleEndian.Uint64(b.nodes[16*i+8:]))
	if length != b.rows || nulls > length {
		return 0, 0, corrupt("a column of a record batch has another number of rows than the batch")
	}
	return length, nulls, nil
}

// extent is where buffer i lies in the file.
func (b *arrowBatch) extent(i int) (offset, size int64, err error) {
	if 16*i+16 > len(b.buffers) {
		return 0, 0, corrupt("a record batch lacks buffers of its columns")
	}
	offset = int64(binary.LittleEndian.Uint64(b.buffers[16*i:]))
	size = int64(binary.LittleEndian.Uint64(b.buffers[16*i+8:]))
	if offset < 0 || size < 0 || offset > b.message.bodySize || size > b.message.bodySize-offset {
		return 0, 0, corrupt("a buffer lies outside of its record batch")
	}
	return b.message.body() + offset, size, nil
}
