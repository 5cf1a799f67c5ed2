package cohort

import (
	"errors"
	"fmt"
	"io"
)

// ErrCorrupt is what a file gives that breaks its own format.
var ErrCorrupt = errors.New("the file is damaged")

// corrupt is an ErrCorrupt with the rule that was broken.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

// damaged makes an end that comes too soon, and the faults of decoders, an
// ErrCorrupt.
func damaged(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return corrupt("it ends too soon")
	}
	return err
}
