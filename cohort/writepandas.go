package cohort

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
)

// pandasMetadata is the JSON under the key "pandas" by which pandas knows the
// types that its frame had (the form is that of the pandas developers' guide,
// "Storing pandas DataFrame objects in Apache Parquet format"). It is written
// as the original tool's feather files have it.
func pandasMetadata(schema *arrow.Schema, dictionaries []arrow.Array, rows int64) (string, error) {
	type column struct {
		Name       *string `json:"name"`
		FieldName  *string `json:"field_name"`
		PandasType string  `json:"pandas_type"`
		NumpyType  string  `json:"numpy_type"`
		Metadata   any     `json:"metadata"`
	}
	type index struct {
		Kind  string  `json:"kind"`
		Name  *string `json:"name"`
		Start int64   `json:"start"`
		Stop  int64   `json:"stop"`
		Step  int64   `json:"step"`
	}
	type categorical struct {
		Categories int  `json:"num_categories"`
		Ordered    bool `json:"ordered"`
	}
	type library struct {
		Library string `json:"library"`
		Version string `json:"version"`
	}
	columns := []column{}
	id := 0
	for _, f := range schema.Fields() {
		c := column{Name: &f.Name, FieldName: &f.Name}
		c.PandasType, c.NumpyType = pandasTypes(f.Type)
		switch t := f.Type.(type) {
		case *arrow.DictionaryType:
			n := 0
			if id < len(dictionaries) {
				n = dictionaries[id].Len()
			}
			c.Metadata = categorical{n, t.Ordered}
			id++
		case *arrow.TimestampType:
			if t.TimeZone != "" {
				c.Metadata = map[string]string{"timezone": t.TimeZone}
			}
		}
		columns = append(columns, c)
	}
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		IndexColumns  []index  `json:"index_columns"`
		ColumnIndexes []column `json:"column_indexes"`
		Columns       []column `json:"columns"`
		Creator       library  `json:"creator"`
		PandasVersion string   `json:"pandas_version"`
	}{
		IndexColumns:  []index{{Kind: "range", Stop: rows, Step: 1}},
		ColumnIndexes: []column{{PandasType: "unicode", NumpyType: "object", Metadata: map[string]string{"encoding": "UTF-8"}}},
		Columns:       columns,
		// The creator's version is left out: it would change the bytes of
		// equal cohorts from build to build.
		Creator:       library{Library: "cohortcounts", Version: "1"},
		PandasVersion: pandasVersion,
	})
	return string(bytes.TrimSuffix(text.Bytes(), []byte("\n"))), err
}

// pandasVersion is the version whose form of metadata we write: the one of
// the original tool's files.
const pandasVersion = "1.5.3"

// pandasTypes are the names that pandas and numpy have for a column's type.
func pandasTypes(t arrow.DataType) (pandas, numpy string) {
	switch t := t.(type) {
	case *arrow.DictionaryType:
		return "categorical", t.IndexType.Name()
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return "datetimetz", "datetime64[ns]"
		}
		return "datetime", fmt.Sprintf("datetime64[%s]", t.Unit)
	case *arrow.BooleanType:
		return "bool", "bool"
	case *arrow.Date32Type, *arrow.Date64Type:
		return "date", "object"
	case *arrow.StringType, *arrow.LargeStringType:
		return "unicode", "object"
	case *arrow.BinaryType, *arrow.LargeBinaryType:
		return "bytes", "object"
	case *arrow.Decimal128Type:
		return "decimal", "object"
	case *arrow.NullType:
		return "empty", "object"
	}
	name := t.Name() // "int64", "uint8", "float64"
	return name, name
}
