package dta

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// layout is what differs between the releases with tags, in bytes.
type layout struct {
	k, n         int // the numbers of variables and rows
	label        int // the length of the file's label
	name, format int // a name and a format, with the 0 that ends them
	sort         int // a place in the sort order
	variable     int // of the reference to a long text: its variable
	row          int // of a long text: its row
}

var layouts = map[string]layout{
	"117": {k: 2, n: 4, label: 1, name: 33, format: 49, sort: 2, variable: 4, row: 4},
	"118": {k: 2, n: 8, label: 2, name: 129, format: 57, sort: 2, variable: 2, row: 8},
	"119": {k: 4, n: 8, label: 2, name: 129, format: 57, sort: 4, variable: 3, row: 8},
}

// readTagged reads a file of release 117, 118 or 119.
func (r *reader) readTagged(file []byte) (*Table, error) {
	r.tag("<stata_dta><header><release>")
	release := r.take(3)
	l, ok := layouts[string(release)]
	if !ok {
		return nil, ErrNotStata
	}
	r.tag("</release><byteorder>")
	if string(r.take(3)) == "MSF" {
		r.order = binary.BigEndian
	}
	r.tag("</byteorder><K>")
	k64 := r.number(l.k)
	r.tag("</K><N>")
	rows := r.number(l.n)
	r.tag("</N><label>")
	r.take(int(r.number(l.label)))
	r.tag("</label><timestamp>")
	r.take(int(r.number(1)))
	r.tag("</timestamp></header><map>")
	places := make([]uint64, 14)
	for i := range places {
		places[i] = r.number(8)
	}
	if r.err != nil {
		return nil, r.err
	}
	if k64 > uint64(len(file)) {
		return nil, errShort
	}
	k := int(k64)
	t := &Table{order: r.order, layout: l, labels: map[string]map[int32]string{}}
	// section goes to a section and takes its tag.
	section := func(place int, tag string) {
		if places[place] > uint64(len(file)) {
			r.err = errors.Join(r.err, errShort)
			return
		}
		r.left = file[places[place]:]
		r.tag(tag)
	}
	section(2, "<variable_types>")
	for range k {
		code := r.number(2)
		if r.err != nil {
			return nil, r.err
		}
		c, err := taggedColumn(code)
		if err != nil {
			return nil, err
		}
		t.Columns = append(t.Columns, c)
	}
	section(3, "<varnames>")
	names := r.texts(k, l.name)
	section(5, "<formats>")
	formats := r.texts(k, l.format)
	section(6, "<value_label_names>")
	labels := r.texts(k, l.name)
	section(9, "<data>")
	if r.err != nil {
		return nil, r.err
	}
	t.name(names, formats, labels)
	if err := t.place(r.left, rows); err != nil {
		return nil, err
	}
	section(10, "<strls>")
	r.longTexts(t)
	section(11, "<value_labels>")
	for r.err == nil && len(r.left) >= 5 && string(r.left[:5]) == "<lbl>" {
		r.tag("<lbl>")
		r.labelSet(t)
		r.tag("</lbl>")
	}
	if r.err == nil {
		r.tag("</value_labels>")
	}
	return t, r.err
}

func taggedColumn(code uint64) (Column, error) {
	switch {
	case code >= 1 && code <= 2045:
		return Column{kind: text, width: int(code)}, nil
	case code == 32768:
		return Column{kind: longText, width: 8}, nil
	case code == 65526:
		return Column{kind: float64Kind, width: 8}, nil
	case code == 65527:
		return Column{kind: float32Kind, width: 4}, nil
	case code == 65528:
		return Column{kind: int32Kind, width: 4}, nil
	case code == 65529:
		return Column{kind: int16Kind, width: 2}, nil
	case code == 65530:
		return Column{kind: int8Kind, width: 1}, nil
	}
	return Column{}, fmt.Errorf("has a variable of the unknown type %d", code)
}

// longTexts reads the long texts. A cell refers to one by its variable and row
// in eight bytes; here they are kept by those bytes.
func (r *reader) longTexts(t *Table) {
	t.long = map[[8]byte]string{}
	for r.err == nil && len(r.left) >= 3 && string(r.left[:3]) == "GSO" {
		r.tag("GSO")
		variable, row := r.take(4), r.take(t.layout.row)
		r.take(1) // with or without a 0 at its end
		content := upTo0(r.take(int(r.number(4))))
		if r.err != nil {
			return
		}
		t.long[t.reference(variable, row)] = content
	}
	r.tag("</strls>")
}

// reference is what a cell holds that refers to a long text.
func (t *Table) reference(variable, row []byte) (key [8]byte) {
	if t.layout.variable == 4 {
		copy(key[:], variable)
		copy(key[4:], row)
		return key
	}
	v, rest := t.layout.variable, 8-t.layout.variable
	if t.order == binary.BigEndian { // the last bytes of a number are its low ones
		copy(key[:], variable[4-v:])
		copy(key[v:], row[8-rest:])
		return key
	}
	copy(key[:], variable[:v])
	copy(key[v:], row[:rest])
	return key
}
