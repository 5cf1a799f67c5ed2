package cohort

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// Texts reads a cohort in CSV or Parquet form row by row, with every cell as
// the text that a CSV file has for it: dates as 2020-03-15, 1 and 0 for bools,
// nothing for null. It is for those who want all of a cohort's values once; to
// count dates, [Cohort.ScanDates] is many times faster. Close it.
type Texts struct {
	path   string
	names  []string
	file   *os.File
	row    func() ([]string, error)
	closed func() error
}

// OpenTexts opens a CSV, CSV.gz or Parquet file, which it tells by its content.
func OpenTexts(path string) (t *Texts, err error) {
	// What the formats' own readers refuse never gets to the libraries.
	checked, err := Files(path).Open()
	if err != nil {
		return nil, err
	}
	if err := checked.Close(); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t = &Texts{path: path, file: file, closed: func() error { return nil }}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
		}
	}()
	defer t.recoverInto(&err)
	head := make([]byte, 4)
	if _, err := io.ReadFull(file, head); err != nil {
		return nil, corrupt("it has fewer than 4 bytes")
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch {
	case string(head) == "PAR1":
		return t, t.openParquet()
	case isGzip(head):
		unpacked, err := gzip.NewReader(bufio.NewReaderSize(file, 1<<18))
		if err != nil {
			return nil, corrupt("it cannot be read as gzip")
		}
		return t, t.openCSV(unpacked)
	}
	return t, t.openCSV(bufio.NewReaderSize(file, 1<<18))
}

// Names are the columns.
func (t *Texts) Names() []string { return t.names }

// Next is the next row, valid until the next call; io.EOF comes after the last.
func (t *Texts) Next() (row []string, err error) {
	defer func() {
		if err != nil && !errors.Is(err, io.EOF) {
			err = fmt.Errorf("%s: %w", t.path, err)
		}
	}()
	defer t.recoverInto(&err)
	return t.row()
}

// recoverInto makes an error of a panic of a library that trusts its input.
func (t *Texts) recoverInto(err *error) {
	if p := recover(); p != nil {
		*err = corrupt("it cannot be read")
	}
}

// Close closes the file.
func (t *Texts) Close() error { return errors.Join(t.closed(), t.file.Close()) }

func (t *Texts) openCSV(in io.Reader) error {
	reader := csv.NewReader(in)
	header, err := reader.Read()
	if err != nil {
		return fmt.Errorf("read the line of names: %w", err)
	}
	t.names = header
	reader.ReuseRecord = true
	t.row = reader.Read
	return nil
}

func (t *Texts) openParquet() error {
	info, err := t.file.Stat()
	if err != nil {
		return err
	}
	file, err := parquet.OpenFile(t.file, info.Size())
	if err != nil {
		return corrupt("it cannot be read as a Parquet file")
	}
	var kinds []parquet.Type
	for _, f := range file.Schema().Fields() {
		if !f.Leaf() || f.Repeated() {
			return fmt.Errorf("column %q holds more than one value in a row", f.Name())
		}
		t.names = append(t.names, f.Name())
		kinds = append(kinds, f.Type())
	}
	rows := parquet.NewReader(file)
	t.closed = rows.Close
	buffer := make([]parquet.Row, 256)
	at, have := 0, 0
	texts := make([]string, len(kinds))
	t.row = func() ([]string, error) {
		for at == have {
			n, err := rows.ReadRows(buffer)
			if n == 0 && err != nil {
				return nil, err
			}
			at, have = 0, n
		}
		clear(texts)
		for _, v := range buffer[at] {
			texts[v.Column()] = parquetText(v, kinds[v.Column()])
		}
		at++
		return texts, nil
	}
	return nil
}

// parquetText is a value as a CSV file has it.
func parquetText(v parquet.Value, t parquet.Type) string {
	if v.IsNull() {
		return ""
	}
	if logical := t.LogicalType(); logical != nil {
		switch logical := logical.Value.(type) {
		case *format.DateType:
			return time.Unix(int64(v.Int32())*secondsPerDay, 0).UTC().Format(time.DateOnly)
		case *format.TimestampType:
			at := time.UnixMilli(v.Int64())
			switch logical.Unit.Value.(type) {
			case *format.MicroSeconds:
				at = time.UnixMicro(v.Int64())
			case *format.NanoSeconds:
				at = time.Unix(0, v.Int64())
			}
			return at.UTC().Format(time.DateOnly)
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		if v.Boolean() {
			return "1"
		}
		return "0"
	case parquet.Int32:
		return strconv.Itoa(int(v.Int32()))
	case parquet.Int64:
		return strconv.FormatInt(v.Int64(), 10)
	case parquet.Float:
		return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32)
	case parquet.Double:
		return strconv.FormatFloat(v.Double(), 'g', -1, 64)
	}
	return string(v.ByteArray())
}
