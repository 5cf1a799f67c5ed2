package generatecohortcmd

import (
	"io"
	"os"

	"cohortcounts/dummyfile"
	"cohortcounts/internal/atomicfile"
)

// useDummyDataFile checks a file that a researcher made against the study and
// copies it, byte for byte, to the output.
func (r *request) useDummyDataFile(j job) error {
	if err := dummyfile.Check(j.definition, r.dummyDataFile, r.output.format); err != nil {
		return err
	}
	from, err := os.Open(r.dummyDataFile)
	if err != nil {
		return err
	}
	defer from.Close() //nolint:errcheck // it was only read
	// Readable by its owner only, as all cohorts are.
	return atomicfile.Write(j.path, 0o600, func(to io.Writer) error {
		_, err := io.Copy(to, from)
		return err
	})
}
