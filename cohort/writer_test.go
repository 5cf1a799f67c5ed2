package cohort_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"cohortcounts/cohort"
)

// everyType is a schema with each type that a feather file can have, and rows
// of it, every third value null.
func everyType(t *testing.T, rows int) arrow.Record {
	t.Helper()
	types := []arrow.DataType{
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Boolean,
		arrow.BinaryTypes.String, arrow.BinaryTypes.LargeString, arrow.BinaryTypes.Binary, arrow.BinaryTypes.LargeBinary,
		arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64, arrow.FixedWidthTypes.Time32ms, arrow.FixedWidthTypes.Time64us,
		&arrow.TimestampType{Unit: arrow.Nanosecond}, &arrow.TimestampType{Unit: arrow.Second, TimeZone: "Europe/London"},
		arrow.FixedWidthTypes.Duration_s, arrow.FixedWidthTypes.Duration_ms, arrow.Null,
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String},
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int16, ValueType: arrow.PrimitiveTypes.Int64},
	}
	var fields []arrow.Field
	for i, typ := range types {
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("c%d", i), Type: typ, Nullable: true})
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	for i, typ := range types {
		for row := range rows {
			text := fmt.Sprint(row % 100)
			switch typ.ID() {
			case arrow.BOOL:
				text = fmt.Sprint(row%2 == 0)
			case arrow.DATE32, arrow.DATE64:
				text = fmt.Sprintf("2020-02-%02d", row%28+1)
			case arrow.TIMESTAMP:
				text = fmt.Sprintf("2020-02-%02d 00:00:00", row%28+1)
			case arrow.TIME32, arrow.TIME64:
				text = fmt.Sprintf("01:02:%02d", row%60)
			case arrow.BINARY, arrow.LARGE_BINARY:
				text = "YWJj"
			case arrow.DICTIONARY:
				text = fmt.Sprint(row % 7)
			case arrow.DURATION:
				text = fmt.Sprintf("%ds", row%60)
			}
			if row%3 == 2 || typ.ID() == arrow.NULL {
				b.Field(i).AppendNull()
			} else if err := b.Field(i).AppendValueFromString(text); err != nil {
				t.Fatal(typ, err)
			}
		}
	}
	return b.NewRecord()
}

func write(t *testing.T, name string, opts cohort.WriteOptions, records ...arrow.Record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	w, err := cohort.Create(path, records[0].Schema(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	for _, rec := range records {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Arrow's own reader finds in a file what was written, of every type, with
// every compression, of slices too.
func TestFeatherRoundTrip(t *testing.T) {
	t.Parallel()
	whole := everyType(t, 1000)
	for _, compression := range []cohort.Compression{"", cohort.LZ4, cohort.ZSTD, cohort.Uncompressed} {
		parts := []arrow.Record{whole.NewSlice(0, 500), whole.NewSlice(500, 501), whole.NewSlice(501, 501), whole.NewSlice(501, 997)}
		path := write(t, "a.feather", cohort.WriteOptions{Compression: compression}, parts...)
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		r, err := ipc.NewFileReader(f)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		if r.NumRecords() != len(parts) {
			t.Fatalf("%d batches, want %d", r.NumRecords(), len(parts))
		}
		for i, want := range parts {
			got, err := r.RecordAt(i)
			if err != nil {
				t.Fatal(err)
			}
			for c := range int(want.NumCols()) {
				if !array.Equal(got.Column(c), want.Column(c)) {
					t.Errorf("%q, batch %d: column %v is %v, want %v", compression, i, want.Schema().Field(c).Type, got.Column(c), want.Column(c))
				}
			}
		}
	}
}

// A batch without rows, whose arrays have no buffers, is written as such.
func TestNoRows(t *testing.T) {
	t.Parallel()
	for _, compression := range []cohort.Compression{cohort.LZ4, cohort.ZSTD, cohort.Uncompressed} {
		f, err := os.Open(write(t, "a.feather", cohort.WriteOptions{Compression: compression}, everyType(t, 0)))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		r, err := ipc.NewFileReader(f)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = r.Close() }()
		for i := range r.NumRecords() {
			if got, err := r.RecordAt(i); err != nil || got.NumRows() != 0 {
				t.Errorf("%q: batch %d: %v, %v", compression, i, got, err)
			}
		}
	}
}

// W1: the same batches give the same bytes, whoever encodes them.
func TestEncodeInParallel(t *testing.T) {
	t.Parallel()
	whole := everyType(t, 3000)
	// Stata has none of the odder types, Parquet fewer.
	plain := []string{"c3", "c9", "c10", "c11", "c15", "c19", "c24"}
	for _, format := range cohort.Formats() {
		rec := whole
		if format == cohort.Stata || format == cohort.StataGzip || format == cohort.Parquet {
			rec = pick(whole, plain)
		}
		var parts []arrow.Record
		for i := range int64(10) {
			parts = append(parts, rec.NewSlice(300*i, 300*(i+1)))
		}
		want, err := os.ReadFile(write(t, "one."+string(format), cohort.WriteOptions{Format: format}, parts...))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "many")
		w, err := cohort.Create(path, rec.Schema(), cohort.WriteOptions{Format: format})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = w.Close() }()
		batches := make([]*cohort.Batch, len(parts))
		var group sync.WaitGroup
		for i, part := range parts {
			group.Go(func() {
				b, err := w.Encode(part)
				if err != nil {
					t.Error(err)
				}
				batches[i] = b
			})
		}
		group.Wait()
		for _, b := range batches {
			if err := w.Append(b); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, want) {
			t.Errorf("%s: encoding in parallel gives other bytes", format)
		}
	}
}

func pick(rec arrow.Record, names []string) arrow.Record {
	var fields []arrow.Field
	var columns []arrow.Array
	for i, f := range rec.Schema().Fields() {
		for _, name := range names {
			if f.Name == name {
				fields, columns = append(fields, f), append(columns, rec.Column(i))
			}
		}
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, rec.NumRows())
}

// The footer's schema has pandas' metadata and the digest of the blocks.
func TestFeatherMetadata(t *testing.T) {
	t.Parallel()
	rec := pick(everyType(t, 100), []string{"c3", "c10", "c19", "c24"})
	path := write(t, "a.feather", cohort.WriteOptions{}, rec, rec)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r, err := ipc.NewFileReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	metadata := r.Schema().Metadata()
	text, ok := metadata.GetValue("pandas")
	if !ok {
		t.Fatal("no pandas metadata")
	}
	var pandas struct {
		IndexColumns []map[string]any `json:"index_columns"`
		Columns      []struct {
			Name       string `json:"name"`
			PandasType string `json:"pandas_type"`
			NumpyType  string `json:"numpy_type"`
			Metadata   any    `json:"metadata"`
		} `json:"columns"`
	}
	if err := json.Unmarshal([]byte(text), &pandas); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(pandas), "{[map[kind:range name:<nil> start:0 step:1 stop:200]] "+
		"[{c3 int64 int64 <nil>} {c10 bool bool <nil>} {c19 datetime datetime64[ns] <nil>} {c24 categorical int8 map[num_categories:7 ordered:false]}]}"; got != want {
		t.Errorf("pandas metadata is\n%s, want\n%s", got, want)
	}
	digest, _ := metadata.GetValue(cohort.DigestKey)
	if !strings.HasPrefix(digest, "xxh3-128:") || len(digest) != 9+32 {
		t.Errorf("digest is %q", digest)
	}
	info, err := f.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("W3: permissions are %v, want 0600", info.Mode())
	}
}

// A dictionary must not change between batches; an unfinished file leaves
// nothing.
func TestWriterFaults(t *testing.T) {
	t.Parallel()
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	schema := arrow.NewSchema([]arrow.Field{{Name: "d", Type: typ, Nullable: true}}, nil)
	record := func(values ...string) arrow.Record {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for _, v := range values {
			if err := b.Field(0).AppendValueFromString(v); err != nil {
				t.Fatal(err)
			}
		}
		return b.NewRecord()
	}
	folder := t.TempDir()
	w, err := cohort.Create(filepath.Join(folder, "a.feather"), schema, cohort.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record("a", "b")); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record("b", "a")); err == nil {
		t.Error("another dictionary was taken")
	}
	if err := w.Commit(); err == nil {
		t.Error("a file with an error was committed")
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	list := arrow.NewSchema([]arrow.Field{{Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int8)}}, nil)
	for _, format := range []cohort.Format{cohort.Feather, cohort.Stata, cohort.Parquet} {
		if _, err := cohort.Create(filepath.Join(folder, "l"), list, cohort.WriteOptions{Format: format}); err == nil || !strings.Contains(err.Error(), `column "l"`) {
			t.Errorf("%s: got %v, want an error of column l", format, err)
		}
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "day", Type: &arrow.TimestampType{Unit: arrow.Nanosecond}, Nullable: true},
		{Name: "month", Type: &arrow.TimestampType{Unit: arrow.Nanosecond}, Nullable: true},
		{Name: "x", Type: arrow.PrimitiveTypes.Float64},
		{Name: "flag", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "text, quoted", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	texts := []string{"a", `say "b"`, "c,d", "e\nf", "", "g", "h", "i", "j"}
	for i, x := range []float64{0, 1.5, -3, 1e16, 0.00001, 123456789.125, math.MaxFloat64, math.Inf(-1), math.NaN()} {
		if i == 1 {
			b.Field(0).AppendNull()
			b.Field(1).AppendNull()
		} else {
			_ = b.Field(0).AppendValueFromString("2020-02-29 00:00:00")
			_ = b.Field(1).AppendValueFromString("2020-02-01 00:00:00")
		}
		b.Field(2).(*array.Float64Builder).Append(x)
		b.Field(3).(*array.BooleanBuilder).Append(i%2 == 0)
		if i == 4 {
			b.Field(4).AppendNull()
		} else {
			_ = b.Field(4).AppendValueFromString(texts[i])
		}
	}
	rec := b.NewRecord()
	want := `day,month,x,flag,"text, quoted"
2020-02-29,2020-02,0.0,1,a
,,1.5,0,"say ""b"""
2020-02-29,2020-02,-3.0,1,"c,d"
2020-02-29,2020-02,1e+16,0,"e
f"
2020-02-29,2020-02,1e-05,1,
2020-02-29,2020-02,123456789.125,0,g
2020-02-29,2020-02,1.7976931348623157e+308,1,h
2020-02-29,2020-02,-inf,0,i
2020-02-29,2020-02,,1,j
`
	layouts := map[string]string{"month": "2006-01"}
	got, _ := os.ReadFile(write(t, "a.csv", cohort.WriteOptions{Format: cohort.CSV, DateLayouts: layouts}, rec))
	if string(got) != want {
		t.Errorf("CSV is\n%s\nwant\n%s", got, want)
	}
	f, err := os.Open(write(t, "a.csv.gz", cohort.WriteOptions{Format: cohort.CSVGzip, DateLayouts: layouts}, rec.NewSlice(0, 3), rec.NewSlice(3, rec.NumRows())))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := io.ReadAll(z); string(got) != want {
		t.Errorf("unpacked CSV is\n%s", got)
	}
}

// A Stata file has its sections where its map says, and values in their form.
func TestStata(t *testing.T) {
	t.Parallel()
	rec := pick(everyType(t, 4), []string{"c3", "c9", "c10", "c11", "c15", "c24"})
	data, err := os.ReadFile(write(t, "a.dta", cohort.WriteOptions{Format: cohort.Stata}, rec.NewSlice(0, 2), rec.NewSlice(2, 4)))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("<map>")) + 5
	tags := []string{
		"<stata_dta>", "<map>", "<variable_types>", "<varnames>", "<sortlist>", "<formats>", "<value_label_names>",
		"<variable_labels>", "<characteristics>", "<data>", "<strls>", "<value_labels>", "</stata_dta>",
	}
	place := func(i int) uint64 { return binary.LittleEndian.Uint64(data[at+8*i:]) }
	for i, tag := range tags {
		if !bytes.HasPrefix(data[place(i):], []byte(tag)) {
			t.Errorf("%s is not where the map says", tag)
		}
	}
	if place(13) != uint64(len(data)) {
		t.Errorf("the map ends at %d, the file at %d", place(13), len(data))
	}
	// long 4, double 8, byte 1, str1 1, double 8, str1 1.
	types := data[place(2)+uint64(len("<variable_types>")):]
	for i, want := range []uint16{65528, 65526, 65530, 1, 65526, 1} {
		if got := binary.LittleEndian.Uint16(types[2*i:]); got != want {
			t.Errorf("type of column %d is %d, want %d", i, got, want)
		}
	}
	rows := data[place(9)+uint64(len("<data>")):]
	second, third := rows[23:46], rows[46:69]
	if got := int32(binary.LittleEndian.Uint32(second)); got != 1 {
		t.Errorf("long of row 2 is %d, want 1", got)
	}
	if got := math.Float64frombits(binary.LittleEndian.Uint64(second[14:])); got != 18294+3653 {
		t.Errorf("date of row 2 is %v, want that of 2020-02-02", got)
	}
	if second[12] != 0 || second[13] != '1' || second[22] != '1' {
		t.Errorf("flag and texts of row 2 are %v", second)
	}
	if binary.LittleEndian.Uint32(third) != 2147483621 || binary.LittleEndian.Uint64(third[4:]) != 0x7fe0000000000000 || third[12] != 101 || third[13] != 0 {
		t.Errorf("missing values of row 3 are %v", third)
	}
}

func TestStataFaultsAndWideNumbers(t *testing.T) {
	t.Parallel()
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	record := func(n int64) arrow.Record {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		b.Field(0).(*array.Int64Builder).Append(n)
		return b.NewRecord()
	}
	data, _ := os.ReadFile(write(t, "a.dta", cohort.WriteOptions{Format: cohort.Stata}, record(7), record(1<<40)))
	rows := data[bytes.Index(data, []byte("<data>"))+6:]
	for i, want := range []float64{7, 1 << 40} {
		if got := math.Float64frombits(binary.LittleEndian.Uint64(rows[8*i:])); got != want {
			t.Errorf("row %d is %v, want %v", i, got, want)
		}
	}
	folder := t.TempDir()
	w, err := cohort.Create(filepath.Join(folder, "b.dta"), schema, cohort.WriteOptions{Format: cohort.Stata})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record(1<<53 + 1)); err == nil || strings.Contains(err.Error(), "90071") {
		t.Errorf("got %v, want an error without the value", err)
	}
	_ = w.Close()
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
