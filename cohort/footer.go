package cohort

import (
	"encoding/binary"
	"fmt"
)

// maxMetadata is how many bytes of a file may tell of its columns: enough for
// some hundred thousand.
const maxMetadata = 32 << 20

// readFooter reads the footer of a file that ends with it, its size and a
// magic. What it tells the places of lies between start and limit. Its bytes
// are taken from m, to be given back by the caller.
func readFooter(in *input, start int64, magic string, m *budget) (footer []byte, limit int64, err error) {
	end := make([]byte, 4+len(magic))
	behind := in.size - int64(len(end))
	if behind < start {
		return nil, 0, corrupt("it ends too soon")
	}
	if err := readFull(in, end, behind); err != nil {
		return nil, 0, err
	}
	if string(end[4:]) != magic {
		return nil, 0, corrupt("its end is missing")
	}
	size := int64(binary.LittleEndian.Uint32(end))
	limit = behind - size
	if size == 0 || limit < start || size > maxMetadata {
		return nil, 0, corrupt("its footer has an impossible size")
	}
	if err := m.describe(size); err != nil {
		return nil, 0, fmt.Errorf("its footer %w", err)
	}
	footer = make([]byte, size)
	return footer, limit, readFull(in, footer, limit)
}
