package cohort

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"cohortcounts/internal/atomicfile"
)

// BatchRows is how many rows a record batch should hold, the last one apart.
// It is what the original writes: a batch of one column of dates is then 512
// KiB, which fits a core's cache.
const BatchRows = 65_536

// WriteOptions say how a cohort is stored. The zero value is feather with LZ4.
type WriteOptions struct {
	Format      Format      // Feather when empty
	Compression Compression // of feather; LZ4 when empty
	// DateLayouts are, for CSV, the layouts of date columns that are not
	// written in full, by column name: "2006" or "2006-01".
	DateLayouts map[string]string
	// Mode are the file's permissions; 0600 when zero: a cohort holds patients.
	Mode fs.FileMode
}

// encoder makes one format's bytes. Its methods but encode are called by one
// goroutine at a time, in this order: begin, append…, end.
type encoder interface {
	// encode turns rows into bytes; many goroutines may call it at once.
	encode(rec arrow.Record) (*Batch, error)
	begin() error
	append(b *Batch) error
	end() error
	// close gives back what the encoder holds; it may come at any time.
	close() error
}

// Batch is an encoded record batch, ready for [Writer.Append].
type Batch struct {
	rows int
	// parts are written one after the other.
	parts [][]byte
	// of feather
	metadata     int // length of the first part, the message's metadata
	digest       [16]byte
	dictionaries heldDictionaries // of Parquet too
	// of Parquet
	rowGroup *rowGroupBuffer
	// of Stata
	stata []stataSpan
}

// heldDictionaries are a record's dictionaries, in the order of its columns,
// which is that of their ids. Each has a reference of its own, so that the
// record may be released.
type heldDictionaries []arrow.Array

// hold adds a column's dictionary.
func (h *heldDictionaries) hold(column *array.Dictionary) {
	column.Dictionary().Retain()
	*h = append(*h, column.Dictionary())
}

func (h *heldDictionaries) release() {
	for _, d := range *h {
		d.Release()
	}
	*h = nil
}

// Writer writes one cohort file. It must be ended by Commit or Close.
type Writer struct {
	path    string // as the user named it
	file    *atomicfile.File
	encoder encoder
	schema  *arrow.Schema
	begun   bool
	failed  error
}

// Create starts a cohort at path. Its columns are those of schema, in order;
// a dictionary column's values are those of the first record, and all records
// must have the same. An existing file stays until [Writer.Commit].
func Create(path string, schema *arrow.Schema, opts WriteOptions) (*Writer, error) {
	if opts.Format == "" {
		opts.Format = Feather
	}
	if opts.Mode == 0 {
		opts.Mode = 0o600
	}
	file, err := atomicfile.Create(path, opts.Mode)
	if err != nil {
		return nil, err
	}
	enc, err := newEncoder(file, filepath.Dir(file.Name()), schema, opts)
	if err != nil {
		file.Close() //nolint:errcheck // nothing was written; err says more
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &Writer{path: path, file: file, encoder: enc, schema: schema}, nil
}

func newEncoder(w io.Writer, folder string, schema *arrow.Schema, opts WriteOptions) (encoder, error) {
	switch opts.Format {
	case Feather:
		return newFeatherEncoder(w, schema, opts.Compression)
	case CSV, CSVGzip:
		return newCSVEncoder(w, schema, opts), nil
	case Stata, StataGzip:
		return newStataEncoder(w, folder, schema, opts)
	case Parquet:
		return newParquetEncoder(w, schema)
	}
	return nil, fmt.Errorf("format %q cannot be written; use one of %s", opts.Format, FormatNames())
}

// Encode turns a record into bytes. Many goroutines may call it at once; rec may
// be released when it returns.
func (w *Writer) Encode(rec arrow.Record) (*Batch, error) {
	if !rec.Schema().Equal(w.schema) {
		return nil, fmt.Errorf("cohort: a record's columns are not those the file was created with")
	}
	return w.encoder.encode(rec)
}

// Append writes encoded records; the order of the calls is the order of the
// rows. After an error the file can only be closed.
func (w *Writer) Append(b *Batch) error {
	if w.failed == nil {
		w.failed = w.file.Fault(w.append(b))
	}
	return w.failed
}

func (w *Writer) append(b *Batch) error {
	if err := w.begin(); err != nil {
		return err
	}
	return w.encoder.append(b)
}

func (w *Writer) begin() error {
	if w.begun {
		return nil
	}
	w.begun = true
	return w.encoder.begin()
}

// Write is Encode and Append.
func (w *Writer) Write(rec arrow.Record) error {
	b, err := w.Encode(rec)
	if err != nil {
		w.failed = err
		return err
	}
	return w.Append(b)
}

// Commit ends the file and puts it in its place.
func (w *Writer) Commit() error {
	if w.failed != nil {
		return w.failed
	}
	if err := w.begin(); err != nil {
		return w.file.Fault(err)
	}
	if err := w.encoder.end(); err != nil {
		w.failed = w.file.Fault(err)
		return w.failed
	}
	return w.file.Commit()
}

// Close abandons the file, unless it was committed.
func (w *Writer) Close() error { return errors.Join(w.encoder.close(), w.file.Close()) }
