package cohort

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
)

// Records reads an Arrow IPC file (feather) as record batches, for those who
// want all of its values. Close it.
type Records struct {
	path   string
	file   *os.File
	reader *ipc.FileReader
	next   int
}

// OpenRecords opens an Arrow IPC file.
func OpenRecords(path string) (r *Records, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r = &Records{path: path, file: file}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
		}
	}()
	defer r.recoverInto(&err)
	if r.reader, err = ipc.NewFileReader(file); err != nil {
		return nil, corrupt("it cannot be read as an Arrow file")
	}
	return r, nil
}

// Schema is the columns.
func (r *Records) Schema() *arrow.Schema { return r.reader.Schema() }

// Next is the next batch, valid until the next call; io.EOF comes after the
// last.
func (r *Records) Next() (rec arrow.Record, err error) {
	defer func() {
		if err != nil && !errors.Is(err, io.EOF) {
			err = fmt.Errorf("%s: %w", r.path, err)
		}
	}()
	defer r.recoverInto(&err)
	if r.next == r.reader.NumRecords() {
		return nil, io.EOF
	}
	rec, err = r.reader.Record(r.next)
	if err != nil {
		return nil, corrupt("batch %d cannot be read", r.next+1)
	}
	r.next++
	return rec, nil
}

// recoverInto makes a panic of the library, which damaged files can cause, an
// error.
func (r *Records) recoverInto(err *error) {
	if recover() != nil {
		*err = corrupt("its content cannot be decoded")
	}
}

// Close closes the file.
func (r *Records) Close() error {
	return errors.Join(r.reader.Close(), r.file.Close())
}
