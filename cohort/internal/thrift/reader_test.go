package thrift

import (
	"testing"
)

// A struct as the compact protocol writes it: field 1, an int of -3; field 2,
// a list of two texts; field 3, true; field 20, a struct to skip; the end.
var sample = []byte{
	0x15, 5,
	0x19, 0x28, 1, 'a', 2, 'b', 'c',
	0x11,
	0x0c, 40, 0x15, 2, 0,
	0,
}

func TestFields(t *testing.T) {
	t.Parallel()
	r := NewReader(sample)
	var number int64
	var texts []string
	var flag bool
	r.Fields(func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == I32:
			number = r.Int()
		case id == 2 && kind == List:
			r.Each(Binary, func() { texts = append(texts, string(r.Bytes())) })
		case id == 3:
			flag = kind == True
			return false
		default:
			return false
		}
		return true
	})
	if number != -3 || len(texts) != 2 || texts[0] != "a" || texts[1] != "bc" || !flag || r.Bad() || r.Pos() != len(sample) {
		t.Error(number, texts, flag, r.Bad(), r.Pos())
	}
}

// What is cut short is bad, and reading it ends.
func TestCut(t *testing.T) {
	t.Parallel()
	for n := range sample {
		r := NewReader(sample[:n])
		r.Skip(Struct)
		if !r.Bad() {
			t.Errorf("%d bytes are not bad", n)
		}
	}
}

// Any bytes end.
func FuzzSkip(f *testing.F) {
	f.Add(sample)
	f.Add([]byte{0x19, 0xf8, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add([]byte{0x1b, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x11})
	f.Fuzz(func(t *testing.T, data []byte) {
		r := NewReader(data)
		r.Skip(Struct)
		if r.Pos() > len(data) {
			t.Error("read past the end")
		}
	})
}
