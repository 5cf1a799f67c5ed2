package sandbox

import (
	"errors"
	"os"
)

// ended drops the error of ending what has ended.
func ended(err error) error {
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}
