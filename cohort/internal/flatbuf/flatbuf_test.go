package flatbuf

import (
	"testing"

	flatbuffers "github.com/google/flatbuffers/go"
)

// build makes a table: field 0 a text, 1 an int64, 2 a vector of two tables
// that each have a byte, 3 a vector of structs of 4 bytes, 5 an int16.
func build() []byte {
	b := flatbuffers.NewBuilder(0)
	text := b.CreateString("name")
	var tables []flatbuffers.UOffsetT
	for i := range 2 {
		b.StartObject(1)
		b.PrependByteSlot(0, byte(i+1), 0)
		tables = append(tables, b.EndObject())
	}
	b.StartVector(4, 2, 4)
	b.PrependUOffsetT(tables[1])
	b.PrependUOffsetT(tables[0])
	vector := b.EndVector(2)
	b.StartVector(4, 3, 4)
	for range 3 {
		b.PrependUint32(7)
	}
	structs := b.EndVector(3)
	b.StartObject(6)
	b.PrependUOffsetTSlot(0, text, 0)
	b.PrependInt64Slot(1, -5, 0)
	b.PrependUOffsetTSlot(2, vector, 0)
	b.PrependUOffsetTSlot(3, structs, 0)
	b.PrependInt16Slot(5, 9, 0)
	b.Finish(b.EndObject())
	return b.FinishedBytes()
}

// read reads all that build has made.
func read(data []byte) (text string, number int64, bytes []uint8, structs int, short, missing int16, damaged bool) {
	b := New(data)
	root := b.Root()
	tables := root.Tables(2)
	for i := range min(tables.Len(), 100) {
		bytes = append(bytes, tables.At(i).Uint8(0))
	}
	return root.String(0), root.Int64(1), bytes, len(root.Structs(3, 4)) / 4, root.Int16(5, 1), root.Int16(4, 1), b.Damaged()
}

func TestTable(t *testing.T) {
	t.Parallel()
	text, number, bytes, structs, short, missing, damaged := read(build())
	if text != "name" || number != -5 || len(bytes) != 2 || bytes[0] != 1 || bytes[1] != 2 || structs != 3 || short != 9 || missing != 1 || damaged {
		t.Error(text, number, bytes, structs, short, missing, damaged)
	}
}

// Any bytes can be read, from none on.
func FuzzTable(f *testing.F) {
	f.Add(build())
	f.Add([]byte{})
	f.Add([]byte{4, 0, 0, 0, 0, 0, 0, 0x80})
	f.Fuzz(func(_ *testing.T, data []byte) { read(data) })
}
