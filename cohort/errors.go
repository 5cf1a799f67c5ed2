package cohort

import (
	"errors"
	"fmt"
	"io"
	"strings"
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

// named puts the name of the file before an error that does not begin with it.
func named(path string, err error) error {
	if err == nil || strings.HasPrefix(err.Error(), path+":") {
		return err
	}
	return fmt.Errorf("%s: %w", path, err)
}
