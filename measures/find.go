package measures

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cohortcounts/internal/atomicfile"
)

// Cohort is the cohort file of one index date.
type Cohort struct {
	Path string
	Date string // as in the file's name: YYYY-MM-DD
}

// datedFile is what the name of a cohort file with an index date looks like.
// The original has these formats but Parquet.
var datedFile = regexp.MustCompile(`^input(.*)_(\d{4}-\d{2}-\d{2})\.(csv|csv\.gz|feather|dta|dta\.gz|parquet)$`)

// Find gives the cohort files of a study in a folder, by date. The suffix is
// what its name has after "study_definition". Other names between the suffix
// and the date are taken, as the original does, only where no file of the
// study's own name is there: left tells how many were not taken.
func Find(dir, suffix string) (found []Cohort, left int, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, fmt.Errorf("%s: there is no such folder; make the cohorts first with generate_cohort --index-date-range", dir)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%s: cannot read: %w", dir, atomicfile.Cause(err))
	}
	var own, others []Cohort
	for _, entry := range entries {
		match := datedFile.FindStringSubmatch(entry.Name())
		if match == nil || !strings.HasPrefix(match[1], suffix) {
			continue
		}
		c := Cohort{Path: filepath.Join(dir, entry.Name()), Date: match[2]}
		if match[1] == suffix {
			own = append(own, c)
		} else {
			others = append(others, c)
		}
	}
	if own == nil {
		own, others = others, nil
	}
	return own, len(others), check(dir, suffix, own)
}

// check sorts the files and tells what makes them no series.
func check(dir, suffix string, files []Cohort) error {
	if len(files) == 0 {
		return fmt.Errorf("%s: has no cohort file input%s_YYYY-MM-DD.*; make them first with generate_cohort --index-date-range", dir, suffix)
	}
	slices.SortFunc(files, func(a, b Cohort) int {
		return strings.Compare(a.Date+"/"+a.Path, b.Date+"/"+b.Path)
	})
	var faults []error
	for i, f := range files {
		if !isDate(f.Date) {
			faults = append(faults, fmt.Errorf("%s: %s is no date; rename or remove the file", f.Path, f.Date))
		}
		if i > 0 && files[i-1].Date == f.Date {
			faults = append(faults, fmt.Errorf("%s: is of the same date as %s; remove one of them", f.Path, files[i-1].Path))
		}
	}
	return errors.Join(faults...)
}
