package dta

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

var errShort = errors.New("it ends too soon")

// reader takes bytes off a file. After the first fault it gives zeros.
type reader struct {
	left  []byte
	order binary.ByteOrder
	err   error
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.left) {
		if r.err == nil {
			r.err = errShort
		}
		return nil
	}
	taken := r.left[:n]
	r.left = r.left[n:]
	return taken
}

// number is an unsigned number of so many bytes.
func (r *reader) number(size int) uint64 {
	b := r.take(size)
	switch {
	case b == nil:
		return 0
	case size == 1:
		return uint64(b[0])
	case size == 2:
		return uint64(r.order.Uint16(b))
	case size == 4:
		return uint64(r.order.Uint32(b))
	}
	return r.order.Uint64(b)
}

// tag takes a tag that must come.
func (r *reader) tag(name string) {
	if got := r.take(len(name)); r.err == nil && string(got) != name {
		r.err = fmt.Errorf("has no %s where it must be", name)
	}
}

func upTo0(b []byte) string {
	if end := bytes.IndexByte(b, 0); end >= 0 {
		b = b[:end]
	}
	return string(b)
}

// texts takes n texts of a fixed size.
func (r *reader) texts(n, size int) []string {
	all := r.take(n * size)
	if all == nil {
		return make([]string, n)
	}
	out := make([]string, n)
	for i := range out {
		out[i] = upTo0(all[i*size : (i+1)*size])
	}
	return out
}

// oldTypes are the one-byte types of releases 113 to 115 above the texts.
var oldTypes = map[uint64]struct {
	kind  kind
	width int
}{251: {int8Kind, 1}, 252: {int16Kind, 2}, 253: {int32Kind, 4}, 254: {float32Kind, 4}, 255: {float64Kind, 8}}

// readOld reads a file of release 113, 114 or 115.
func (r *reader) readOld() (*Table, error) {
	release, order, kind := r.number(1), r.number(1), r.number(1)
	if r.err != nil || release < 113 || release > 115 || order < 1 || order > 2 || kind != 1 {
		return nil, ErrNotStata
	}
	if order == 1 {
		r.order = binary.BigEndian
	}
	r.take(1)
	k, rows := int(r.number(2)), r.number(4)
	r.take(81 + 18) // label and time
	t := &Table{order: r.order, layout: layout{name: 33}}
	if r.err != nil || k > len(r.left) {
		return nil, errShort
	}
	formatSize := 49
	if release == 113 {
		formatSize = 12
	}
	for range k {
		code := r.number(1)
		c := Column{kind: text, width: int(code)}
		if known, ok := oldTypes[code]; ok {
			c.kind, c.width = known.kind, known.width
		} else if code == 0 || code > 244 {
			return nil, fmt.Errorf("has a variable of the unknown type %d", code)
		}
		t.Columns = append(t.Columns, c)
	}
	names := r.texts(k, 33)
	r.take(2 * (k + 1)) // sort order
	formats, labels := r.texts(k, formatSize), r.texts(k, 33)
	r.take(81 * k) // labels of variables
	for r.err == nil {
		kind, size := r.number(1), r.number(4)
		if kind == 0 && size == 0 {
			break
		}
		r.take(int(size))
	}
	if r.err != nil {
		return nil, r.err
	}
	t.name(names, formats, labels)
	if err := t.place(r.left, rows); err != nil {
		return nil, err
	}
	r.take(len(t.data))
	t.labels = map[string]map[int32]string{}
	for len(r.left) > 0 && r.err == nil {
		r.labelSet(t)
	}
	return t, r.err
}

func (t *Table) name(names, formats, labels []string) {
	for i := range t.Columns {
		t.Columns[i].Name, t.Columns[i].Format, t.Columns[i].labels = names[i], formats[i], labels[i]
	}
}

// labelSet reads one set of value labels.
func (r *reader) labelSet(t *Table) {
	size := r.number(4)
	name := upTo0(r.take(t.layout.name))
	r.take(3)
	table := reader{left: r.take(int(size)), order: r.order, err: r.err}
	n, length := table.number(4), table.number(4)
	if n > uint64(len(table.left)/8) || length > uint64(len(table.left)) {
		r.err = errors.Join(r.err, errShort)
		return
	}
	offsets, values := table.take(4*int(n)), table.take(4*int(n))
	texts := table.take(int(length))
	if table.err != nil {
		r.err = table.err
		return
	}
	set := make(map[int32]string, n)
	for i := range int(n) {
		at := r.order.Uint32(offsets[4*i:])
		if uint64(at) >= uint64(len(texts)) {
			r.err = errors.New("has a value label outside of its table")
			return
		}
		set[int32(r.order.Uint32(values[4*i:]))] = upTo0(texts[at:])
	}
	t.labels[name] = set
}
