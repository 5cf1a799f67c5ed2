package cohort

import (
	"errors"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// Records reads an Arrow IPC file (feather) as record batches, for those who
// want all of its values. Close it.
type Records struct {
	file   *checkedFile
	reader *ipc.FileReader
	next   int
}

// OpenRecords opens an Arrow IPC file.
func OpenRecords(path string) (*Records, error) {
	file, err := openChecked(path)
	if err != nil {
		return nil, err
	}
	r, err := newRecords(file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

// newRecords reads an open file, which the Records close.
func newRecords(file *checkedFile) (r *Records, err error) {
	r = &Records{file: file}
	defer func() { err = named(file.name, err) }()
	defer r.recoverInto(&err)
	allocator := boundedAllocator{memory.DefaultAllocator, leastBound + mostRatio*file.size}
	if r.reader, err = ipc.NewFileReader(file.file, ipc.WithAllocator(allocator)); err != nil {
		return nil, corrupt("it cannot be read as an Arrow file")
	}
	return r, nil
}

// boundedAllocator refuses, by a panic that becomes an error, a buffer that a
// file of its size cannot have: the library asks for whatever a damaged file
// tells, and Go ends a program that memory cannot be had for.
type boundedAllocator struct {
	memory.Allocator
	most int64
}

// A column that is empty throughout packs to next to nothing (ZSTD); one of 24
// million patients is 192 MB.
const (
	leastBound = 512 << 20
	mostRatio  = 1000
)

func (b boundedAllocator) check(size int) {
	if int64(size) > b.most {
		panic("a buffer is larger than the file can hold")
	}
}

// Allocate is memory of the given size, in bytes.
func (b boundedAllocator) Allocate(size int) []byte {
	b.check(size)
	return b.Allocator.Allocate(size)
}

// Reallocate is the content of old in memory of another size.
func (b boundedAllocator) Reallocate(size int, old []byte) []byte {
	b.check(size)
	return b.Allocator.Reallocate(size, old)
}

// Schema is the columns.
func (r *Records) Schema() *arrow.Schema { return r.reader.Schema() }

// Next is the next batch, valid until the next call; io.EOF comes after the
// last.
func (r *Records) Next() (rec arrow.Record, err error) {
	defer func() {
		if !errors.Is(err, io.EOF) {
			err = named(r.file.name, err)
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
