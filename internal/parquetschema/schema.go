// Package parquetschema makes Parquet schemas whose columns keep their order:
// the library's own group sorts them by name.
package parquetschema

import (
	"reflect"

	"github.com/parquet-go/parquet-go"
)

// Column is one column of a schema.
type Column struct {
	Name string
	Node parquet.Node
}

// New is a schema of flat columns in the given order, for rows that are written
// as values of columns.
func New(name string, columns []Column) *parquet.Schema {
	g := group{}
	for _, c := range columns {
		g.fields = append(g.fields, field{c.Node, c.Name})
	}
	return parquet.NewSchema(name, g)
}

type group struct {
	parquet.Group
	fields []parquet.Field
}

func (g group) Fields() []parquet.Field { return g.fields }

// GoType is not asked for: rows are written as values of columns.
func (g group) GoType() reflect.Type { return reflect.TypeFor[map[string]any]() }

type field struct {
	parquet.Node
	name string
}

func (f field) Name() string { return f.name }

func (f field) Value(base reflect.Value) reflect.Value {
	return base.MapIndex(reflect.ValueOf(f.name))
}
