package generatecohortcmd

import (
	"context"
	"errors"

	"cohortcounts/cohort"
)

// useDummyDataFile checks a file that a researcher made against the study and
// copies it to the output.
func useDummyDataFile(ctx context.Context, j job, path string, format cohort.Format) error {
	return errors.New("--dummy-data-file is not built in yet")
}
