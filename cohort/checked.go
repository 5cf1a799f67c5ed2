package cohort

import (
	"errors"
	"fmt"
)

// checkedFile is a file for a library that trusts what it reads: our own
// reader of its format found nothing wrong with it (R4). Close it.
type checkedFile struct {
	*input
	format string // as [Cohort.PartFormat] has it
	fields []Field
}

// openChecked opens the file at path.
func openChecked(path string) (*checkedFile, error) {
	in, err := openInput(path)
	if err != nil {
		return nil, err
	}
	part, err := openPartOf(in, &budget{total: DefaultMemory})
	if pages, ok := part.(*parquetPart); ok && err == nil {
		err = pages.checkPages()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), in.Close())
	}
	return &checkedFile{input: in, format: part.format(), fields: part.fields()}, nil
}
