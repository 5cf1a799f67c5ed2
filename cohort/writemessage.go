package cohort

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	flatbuffers "github.com/google/flatbuffers/go"
)

// The flatbuffers of the Arrow format that a file needs (Schema.fbs,
// Message.fbs and File.fbs of the Arrow project), written field by field. The
// numbers of slots and of union members are those of the format's tables, in
// their order.

// metadataV5 is the version of all messages that Arrow has written since 1.0.
const metadataV5 = 4

// block is where a message lies in the file, as the footer says it.
type block struct {
	offset   int64
	metadata int32 // its flatbuffer with prefix and padding
	body     int64
}

// schemaMessage is the first message of a file.
func schemaMessage(schema *arrow.Schema) ([]byte, error) {
	b := flatbuffers.NewBuilder(4096)
	header, err := buildSchema(b, schema, nil)
	if err != nil {
		return nil, err
	}
	return finishMessage(b, messageSchema, header, 0), nil
}

// bodyLayout is the shape of a record batch: what its flatbuffer tells.
type bodyLayout struct {
	rows    int64
	nodes   [][2]int64 // per column: length and number of nulls
	buffers [][2]int64 // offset in the body, and length without padding
	size    int64
	codec   int8 // -1 when nothing is compressed
}

func batchMessage(l bodyLayout) []byte {
	b := flatbuffers.NewBuilder(1024 + 48*len(l.buffers))
	return finishMessage(b, messageBatch, buildBatch(b, l), l.size)
}

func dictionaryMessage(id int64, l bodyLayout) []byte {
	b := flatbuffers.NewBuilder(1024)
	data := buildBatch(b, l)
	b.StartObject(3)
	b.PrependInt64Slot(0, id, 0)
	b.PrependUOffsetTSlot(1, data, 0)
	return finishMessage(b, messageDictionary, b.EndObject(), l.size)
}

// finishMessage wraps a header into a message and gives its bytes, with the
// prefix and padded so that a body after it starts at a multiple of eight.
func finishMessage(b *flatbuffers.Builder, kind byte, header flatbuffers.UOffsetT, body int64) []byte {
	b.StartObject(5)
	b.PrependInt64Slot(3, body, 0)
	b.PrependUOffsetTSlot(2, header, 0)
	b.PrependByteSlot(1, kind, 0)
	b.PrependInt16Slot(0, metadataV5, 0)
	b.Finish(b.EndObject())
	table := b.FinishedBytes()
	size := (len(table) + 7) &^ 7
	message := make([]byte, 8+size)
	flatbuffers.WriteUint32(message, continuation)
	flatbuffers.WriteUint32(message[4:], uint32(size))
	copy(message[8:], table)
	return message
}

func buildBatch(b *flatbuffers.Builder, l bodyLayout) flatbuffers.UOffsetT {
	pairs := func(list [][2]int64) flatbuffers.UOffsetT {
		b.StartVector(16, len(list), 8)
		for i := len(list) - 1; i >= 0; i-- {
			b.Prep(8, 16)
			b.PrependInt64(list[i][1])
			b.PrependInt64(list[i][0])
		}
		return b.EndVector(len(list))
	}
	buffers := pairs(l.buffers)
	nodes := pairs(l.nodes)
	var compression flatbuffers.UOffsetT
	if l.codec >= 0 {
		b.StartObject(2)
		b.PrependInt8Slot(0, l.codec, 0)
		compression = b.EndObject()
	}
	b.StartObject(4)
	b.PrependUOffsetTSlot(3, compression, 0)
	b.PrependUOffsetTSlot(2, buffers, 0)
	b.PrependUOffsetTSlot(1, nodes, 0)
	b.PrependInt64Slot(0, l.rows, 0)
	return b.EndObject()
}

// footerBytes is the footer's flatbuffer.
func footerBytes(schema *arrow.Schema, metadata [][2]string, dictionaries, batches []block) ([]byte, error) {
	b := flatbuffers.NewBuilder(8192)
	blocks := func(list []block) flatbuffers.UOffsetT {
		b.StartVector(24, len(list), 8)
		for i := len(list) - 1; i >= 0; i-- {
			b.Prep(8, 24)
			b.PrependInt64(list[i].body)
			b.Pad(4)
			b.PrependInt32(list[i].metadata)
			b.PrependInt64(list[i].offset)
		}
		return b.EndVector(len(list))
	}
	recordBlocks := blocks(batches)
	dictionaryBlocks := blocks(dictionaries)
	header, err := buildSchema(b, schema, metadata)
	if err != nil {
		return nil, err
	}
	b.StartObject(5)
	b.PrependUOffsetTSlot(3, recordBlocks, 0)
	b.PrependUOffsetTSlot(2, dictionaryBlocks, 0)
	b.PrependUOffsetTSlot(1, header, 0)
	b.PrependInt16Slot(0, metadataV5, 0)
	b.Finish(b.EndObject())
	return b.FinishedBytes(), nil
}

func buildSchema(b *flatbuffers.Builder, schema *arrow.Schema, metadata [][2]string) (flatbuffers.UOffsetT, error) {
	fields := make([]flatbuffers.UOffsetT, schema.NumFields())
	id := int64(0)
	for i, f := range schema.Fields() {
		var err error
		if fields[i], err = buildField(b, f, id); err != nil {
			return 0, err
		}
		if f.Type.ID() == arrow.DICTIONARY {
			id++
		}
	}
	pairs := make([]flatbuffers.UOffsetT, len(metadata))
	for i, kv := range metadata {
		key, value := b.CreateString(kv[0]), b.CreateString(kv[1])
		b.StartObject(2)
		b.PrependUOffsetTSlot(1, value, 0)
		b.PrependUOffsetTSlot(0, key, 0)
		pairs[i] = b.EndObject()
	}
	fieldVector := b.CreateVectorOfTables(fields)
	var metadataVector flatbuffers.UOffsetT
	if len(pairs) > 0 {
		metadataVector = b.CreateVectorOfTables(pairs)
	}
	b.StartObject(4)
	b.PrependUOffsetTSlot(2, metadataVector, 0)
	b.PrependUOffsetTSlot(1, fieldVector, 0)
	return b.EndObject(), nil // little endian is the default
}

// buildField describes one column. Dictionaries are numbered in the order of
// their columns. Field metadata is not kept, as the original writes none.
func buildField(b *flatbuffers.Builder, f arrow.Field, dictionaryID int64) (flatbuffers.UOffsetT, error) {
	name := b.CreateString(f.Name)
	children := b.CreateVectorOfTables(nil)
	valueType := f.Type
	var dictionary flatbuffers.UOffsetT
	if d, ok := f.Type.(*arrow.DictionaryType); ok {
		valueType = d.ValueType
		_, index, err := buildType(b, d.IndexType)
		if err != nil {
			return 0, fmt.Errorf("column %q: %w", f.Name, err)
		}
		b.StartObject(4)
		b.PrependInt64Slot(0, dictionaryID, 0)
		b.PrependUOffsetTSlot(1, index, 0)
		b.PrependBoolSlot(2, d.Ordered, false)
		dictionary = b.EndObject()
	}
	kind, table, err := buildType(b, valueType)
	if err != nil {
		return 0, fmt.Errorf("column %q: %w", f.Name, err)
	}
	b.StartObject(7)
	b.PrependUOffsetTSlot(5, children, 0)
	b.PrependUOffsetTSlot(4, dictionary, 0)
	b.PrependUOffsetTSlot(3, table, 0)
	b.PrependByteSlot(2, kind, 0)
	b.PrependBoolSlot(1, f.Nullable, false)
	b.PrependUOffsetTSlot(0, name, 0)
	return b.EndObject(), nil
}

// buildType gives the member of the Type union and its table. Cohorts are
// flat: lists and structures are refused.
func buildType(b *flatbuffers.Builder, t arrow.DataType) (kind byte, table flatbuffers.UOffsetT, err error) {
	empty := func(kind byte) (byte, flatbuffers.UOffsetT, error) {
		b.StartObject(0)
		return kind, b.EndObject(), nil
	}
	integer := func(bits int32, signed bool) (byte, flatbuffers.UOffsetT, error) {
		b.StartObject(2)
		b.PrependInt32Slot(0, bits, 0)
		b.PrependBoolSlot(1, signed, false)
		return 2, b.EndObject(), nil
	}
	// one is a table whose only field is a number: a unit or a precision.
	one := func(kind byte, value, absent int16) (byte, flatbuffers.UOffsetT, error) {
		b.StartObject(1)
		b.PrependInt16Slot(0, value, absent)
		return kind, b.EndObject(), nil
	}
	const millisecond = 1 // what units are when a file does not say
	switch t := t.(type) {
	case *arrow.NullType:
		return empty(1)
	case *arrow.Int8Type:
		return integer(8, true)
	case *arrow.Int16Type:
		return integer(16, true)
	case *arrow.Int32Type:
		return integer(32, true)
	case *arrow.Int64Type:
		return integer(64, true)
	case *arrow.Uint8Type:
		return integer(8, false)
	case *arrow.Uint16Type:
		return integer(16, false)
	case *arrow.Uint32Type:
		return integer(32, false)
	case *arrow.Uint64Type:
		return integer(64, false)
	case *arrow.Float32Type:
		return one(3, 1, 0)
	case *arrow.Float64Type:
		return one(3, 2, 0)
	case *arrow.BinaryType:
		return empty(4)
	case *arrow.StringType:
		return empty(5)
	case *arrow.BooleanType:
		return empty(6)
	case *arrow.Decimal128Type:
		b.StartObject(3)
		b.PrependInt32Slot(2, 128, 128)
		b.PrependInt32Slot(1, t.Scale, 0)
		b.PrependInt32Slot(0, t.Precision, 0)
		return 7, b.EndObject(), nil
	case *arrow.Date32Type:
		return one(8, 0, millisecond)
	case *arrow.Date64Type:
		return one(8, millisecond, millisecond)
	case *arrow.Time32Type:
		b.StartObject(2)
		b.PrependInt32Slot(1, 32, 32)
		b.PrependInt16Slot(0, int16(t.Unit), millisecond)
		return 9, b.EndObject(), nil
	case *arrow.Time64Type:
		b.StartObject(2)
		b.PrependInt32Slot(1, 64, 32)
		b.PrependInt16Slot(0, int16(t.Unit), millisecond)
		return 9, b.EndObject(), nil
	case *arrow.TimestampType:
		var zone flatbuffers.UOffsetT
		if t.TimeZone != "" {
			zone = b.CreateString(t.TimeZone)
		}
		b.StartObject(2)
		b.PrependUOffsetTSlot(1, zone, 0)
		b.PrependInt16Slot(0, int16(t.Unit), 0)
		return 10, b.EndObject(), nil
	case *arrow.DurationType:
		return one(18, int16(t.Unit), millisecond)
	case *arrow.LargeBinaryType:
		return empty(19)
	case *arrow.LargeStringType:
		return empty(20)
	}
	return 0, 0, fmt.Errorf("values of type %s cannot be written to feather", t)
}
