package cohort

import (
	"encoding/binary"
	"fmt"
	"io"
	"sync"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/bitutil"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// bodyAlignment is where buffers may start in a body. The format asks for 8
// and recommends 64, a cache line and the widest register.
const bodyAlignment = 64

// featherEncoder writes an Arrow IPC file (the layout is drawn in
// arrowfile.go). It makes its own messages instead of using Arrow's writer, so
// that batches can be compressed in parallel, and because only what is known
// at the end (the number of rows, the digest) completes the schema's metadata:
// the footer holds it, the schema message at the start has the columns alone.
type featherEncoder struct {
	w      io.Writer
	schema *arrow.Schema
	codec  bufferCodec // nil: not compressed

	offset       int64
	rows         int64
	digest       digest
	dictionaries heldDictionaries
	blocks       [2][]block // of dictionaries, of record batches
	// bodies is memory of batches that are written, for the next ones. A
	// sync.Pool would be emptied with every collection.
	bodies struct {
		sync.Mutex
		free [][]byte
	}
}

func newFeatherEncoder(w io.Writer, schema *arrow.Schema, compression Compression) (*featherEncoder, error) {
	codec, err := newBufferCodec(compression)
	if err != nil {
		return nil, err
	}
	if _, err := schemaMessage(schema); err != nil {
		return nil, err
	}
	return &featherEncoder{w: w, schema: schema, codec: codec}, nil
}

func (e *featherEncoder) begin() error {
	if err := e.write([]byte(arrowMagic + "\x00\x00")); err != nil {
		return err
	}
	message, err := schemaMessage(e.schema)
	if err != nil {
		return err
	}
	e.digest.add(blockDigest(message))
	return e.write(message)
}

func (e *featherEncoder) encode(rec arrow.Record) (*Batch, error) {
	body := bodyWriter{codec: e.codec, bytes: e.body()}
	batch := &Batch{rows: int(rec.NumRows())}
	for i, column := range rec.Columns() {
		if d, ok := column.(*array.Dictionary); ok {
			batch.dictionaries.hold(d)
			column = d.Indices()
		}
		if err := body.column(column); err != nil {
			return nil, fmt.Errorf("column %q: %w", rec.ColumnName(i), err)
		}
	}
	layout := body.layout(rec.NumRows())
	message := batchMessage(layout)
	batch.metadata = len(message)
	batch.parts = [][]byte{message, body.bytes}
	batch.digest = blockDigest(batch.parts...)
	return batch, nil
}

func (e *featherEncoder) append(b *Batch) error {
	if e.dictionaries == nil {
		if err := e.writeDictionaries(b.dictionaries); err != nil {
			return err
		}
	} else {
		defer b.dictionaries.release()
	}
	for i, d := range b.dictionaries {
		if known := e.dictionaries[i]; known != d && !array.Equal(known, d) {
			return fmt.Errorf("the values of dictionary %d changed between two batches", i)
		}
	}
	e.rows += int64(b.rows)
	err := e.message(1, b.digest, b.parts[0], b.parts[1])
	e.bodies.Lock()
	defer e.bodies.Unlock()
	e.bodies.free = append(e.bodies.free, b.parts[1][:0])
	return err
}

// body is memory for a batch's body.
func (e *featherEncoder) body() []byte {
	e.bodies.Lock()
	defer e.bodies.Unlock()
	last := len(e.bodies.free) - 1
	if last < 0 {
		return nil
	}
	body := e.bodies.free[last]
	e.bodies.free = e.bodies.free[:last]
	return body
}

func (e *featherEncoder) writeDictionaries(dictionaries heldDictionaries) error {
	e.dictionaries = dictionaries
	for id, d := range dictionaries {
		body := bodyWriter{codec: e.codec}
		if err := body.column(d); err != nil {
			return fmt.Errorf("dictionary %d: %w", id, err)
		}
		message := dictionaryMessage(int64(id), body.layout(int64(d.Len())))
		if err := e.message(0, blockDigest(message, body.bytes), message, body.bytes); err != nil {
			return err
		}
	}
	return nil
}

// message writes a message and notes where it lies.
func (e *featherEncoder) message(kind int, digest [16]byte, metadata, body []byte) error {
	e.blocks[kind] = append(e.blocks[kind], block{e.offset, int32(len(metadata)), int64(len(body))})
	e.digest.add(digest)
	if err := e.write(metadata); err != nil {
		return err
	}
	return e.write(body)
}

func (e *featherEncoder) close() error {
	e.dictionaries.release()
	return nil
}

func (e *featherEncoder) end() error {
	pandas, err := pandasMetadata(e.schema, e.dictionaries, e.rows)
	if err != nil {
		return err
	}
	metadata := [][2]string{{"pandas", pandas}, {DigestKey, e.digest.String()}}
	footer, err := footerBytes(e.schema, metadata, e.blocks[0], e.blocks[1])
	if err != nil {
		return err
	}
	var tail []byte
	tail = binary.LittleEndian.AppendUint64(tail, continuation) // an end: a message of length 0
	tail = append(tail, footer...)
	tail = binary.LittleEndian.AppendUint32(tail, uint32(len(footer)))
	return e.write(append(tail, arrowMagic...))
}

func (e *featherEncoder) write(b []byte) error {
	n, err := e.w.Write(b)
	e.offset += int64(n)
	return err
}

// bodyWriter lays the buffers of columns one after the other.
type bodyWriter struct {
	codec   bufferCodec
	bytes   []byte
	nodes   [][2]int64
	buffers [][2]int64
	scratch []byte
}

func (w *bodyWriter) layout(rows int64) bodyLayout {
	l := bodyLayout{rows: rows, nodes: w.nodes, buffers: w.buffers, size: int64(len(w.bytes)), codec: -1}
	if w.codec != nil {
		l.codec = w.codec.id()
	}
	return l
}

// column adds a column's buffers, as its type has them: validity, then
// offsets where values have different lengths, then values.
func (w *bodyWriter) column(a arrow.Array) error {
	data, length, offset := a.Data(), a.Len(), a.Data().Offset()
	w.nodes = append(w.nodes, [2]int64{int64(length), int64(a.NullN())})
	if a.DataType().ID() == arrow.NULL {
		return nil
	}
	var validity []byte
	if a.NullN() > 0 {
		validity = w.bits(contents(data.Buffers()[0]), offset, length)
	}
	if err := w.buffer(validity, 0); err != nil {
		return err
	}
	switch a := a.(type) {
	case *array.Boolean:
		return w.buffer(w.bits(contents(data.Buffers()[1]), offset, length), 0)
	case *array.String:
		return w.variable(arrow.Int32Traits.CastToBytes(rebase(a.ValueOffsets())), a.ValueBytes())
	case *array.Binary:
		return w.variable(arrow.Int32Traits.CastToBytes(rebase(a.ValueOffsets())), a.ValueBytes())
	case *array.LargeString:
		return w.variable(arrow.Int64Traits.CastToBytes(rebase(a.ValueOffsets())), a.ValueBytes())
	case *array.LargeBinary:
		return w.variable(arrow.Int64Traits.CastToBytes(rebase(a.ValueOffsets())), a.ValueBytes())
	}
	fixed, ok := a.DataType().(arrow.FixedWidthDataType)
	if !ok {
		return fmt.Errorf("values of type %s cannot be written to feather", a.DataType())
	}
	width := fixed.BitWidth() / 8
	return w.buffer(contents(data.Buffers()[1])[offset*width:(offset+length)*width], width)
}

// contents are those of a buffer, which an array without rows may not have.
func contents(b *memory.Buffer) []byte {
	if b == nil {
		return nil
	}
	return b.Bytes()
}

func (w *bodyWriter) variable(offsets, values []byte) error {
	if err := w.buffer(offsets, 0); err != nil {
		return err
	}
	return w.buffer(values, 0)
}

// rebase makes offsets start at zero, as those of a slice of an array do not.
func rebase[T int32 | int64](offsets []T) []T {
	if len(offsets) == 0 || offsets[0] == 0 {
		return offsets
	}
	moved := make([]T, len(offsets))
	for i, o := range offsets {
		moved[i] = o - offsets[0]
	}
	return moved
}

// bits gives length bits from offset on, starting at a byte's first bit. The
// bits behind the last are zero, so that equal rows give equal bytes.
func (w *bodyWriter) bits(b []byte, offset, length int) []byte {
	size := int(bitutil.BytesForBits(int64(length)))
	w.scratch = grow(w.scratch[:0], size)
	if size > 0 {
		w.scratch[size-1] = 0
		bitutil.CopyBitmap(b, offset, length, w.scratch, 0)
	}
	return w.scratch
}

// buffer adds one buffer of values of the given width. A compressed one starts
// with its plain length. The format also knows -1 there, for one that is stored
// as it is because it would not become smaller; readers older than Arrow 12,
// which many images hold, refuse it, so every buffer is compressed.
func (w *bodyWriter) buffer(b []byte, width int) error {
	at := len(w.bytes)
	switch {
	case len(b) == 0:
	case w.codec == nil:
		w.bytes = append(w.bytes, b...)
	default:
		w.bytes = binary.LittleEndian.AppendUint64(w.bytes, uint64(len(b)))
		var err error
		if w.bytes, err = w.codec.append(w.bytes, b, width); err != nil {
			return err
		}
	}
	w.buffers = append(w.buffers, [2]int64{int64(at), int64(len(w.bytes) - at)})
	w.bytes = append(w.bytes, make([]byte, -len(w.bytes)&(bodyAlignment-1))...)
	return nil
}
