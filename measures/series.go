package measures

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"cohortcounts/cohort"
	"cohortcounts/internal/atomicfile"
	"cohortcounts/study"
)

// Options says how a series of cohorts is gone about.
type Options struct {
	// SkipExisting leaves a table of one date that is there already as it is;
	// its rows are taken into the table of all dates.
	SkipExisting bool
	// Progress, unless nil, is called when so many of all cohorts are done.
	Progress func(done, of int)
	// Note, unless nil, is called with the table in which small numbers were
	// suppressed.
	Note func(path string, n Notes)
}

// Write works out measures of a series of cohorts and writes, into dir, a
// table for each measure and date, measure_ID_DATE.csv, and one for each
// measure with all dates, measure_ID.csv. It returns the paths of the latter.
func Write(ctx context.Context, dir string, wanted []study.Measure, cohorts []Cohort, opts Options) (paths []string, err error) {
	if err := columnsThere(wanted, cohorts); err != nil {
		return nil, err
	}
	var set atomicfile.Set
	defer func() { err = errors.Join(err, set.Close()) }()
	for i, c := range cohorts {
		if err := writeDate(ctx, &set, dir, wanted, c, opts); err != nil {
			return nil, err
		}
		if opts.Progress != nil {
			opts.Progress(i+1, len(cohorts))
		}
	}
	for _, m := range wanted {
		path := filepath.Join(dir, "measure_"+m.ID+".csv")
		paths = append(paths, path)
		err := set.Write(path, mode(m), func(w io.Writer) error { return combine(w, &set, dir, m, cohorts) })
		if err != nil {
			return nil, err
		}
	}
	return paths, set.Commit()
}

// columnsThere tells all columns that some file lacks before any work is done.
func columnsThere(wanted []study.Measure, cohorts []Cohort) error {
	var faults []error
	for _, c := range cohorts {
		reader, err := cohort.OpenValues(c.Path, Columns(wanted))
		if err == nil {
			err = reader.Close()
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// mode is who may read a table: one with a row for each patient is as
// sensitive as the cohort.
func mode(m study.Measure) fs.FileMode {
	if eachPatient(m) {
		return 0o600
	}
	return 0o666
}

// datePath is the table of a measure and a date.
func datePath(dir string, m study.Measure, date string) string {
	return filepath.Join(dir, "measure_"+m.ID+"_"+date+".csv")
}

// writeDate writes the tables of one date. All measures are worked out
// together, unless all their tables are there: the cohort is read once.
func writeDate(ctx context.Context, set *atomicfile.Set, dir string, wanted []study.Measure, c Cohort, opts Options) error {
	todo := slices.DeleteFunc(slices.Clone(wanted), func(m study.Measure) bool {
		_, err := os.Stat(datePath(dir, m, c.Date))
		return opts.SkipExisting && err == nil
	})
	if len(todo) == 0 {
		return nil
	}
	result, err := Calculate(ctx, c.Path, wanted)
	if err != nil {
		return err
	}
	for _, m := range todo {
		path := datePath(dir, m, c.Date)
		err := set.Write(path, mode(m), func(w io.Writer) error {
			notes, err := result.WriteCSV(ctx, w, slices.IndexFunc(wanted, func(o study.Measure) bool { return o.ID == m.ID }))
			if err == nil && opts.Note != nil && notes.Suppressed != nil {
				opts.Note(path, notes)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// combine writes the tables of all dates as one, with a column of dates at the
// end. Its lines end in CR LF, as those of the original do.
func combine(w io.Writer, set *atomicfile.Set, dir string, m study.Measure, cohorts []Cohort) error {
	out := bufio.NewWriter(w)
	var header, cells []string
	var line []byte
	for _, c := range cohorts {
		path := datePath(dir, m, c.Date)
		err := eachRow(set, path, func(first bool, row []string) error {
			date := c.Date
			if first {
				if header != nil {
					if !slices.Equal(header, row) {
						return fmt.Errorf("%s: has other columns than %s; remove both and run again", path, datePath(dir, m, cohorts[0].Date))
					}
					return nil
				}
				header, date = slices.Clone(row), "date"
			}
			cells = append(append(cells[:0], row...), date)
			line = appendRow(line[:0], cells, "\r\n")
			_, err := out.Write(line)
			return err
		})
		if err != nil {
			return err
		}
	}
	return out.Flush()
}

// eachRow calls visit with every row of a table; first is true for its header.
func eachRow(set *atomicfile.Set, path string, visit func(first bool, row []string) error) (err error) {
	file, err := set.Open(path)
	if err != nil {
		return fmt.Errorf("%s: cannot read: %w", path, atomicfile.Cause(err))
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	reader := csv.NewReader(bufio.NewReader(file))
	reader.ReuseRecord = true
	for first := true; ; first = false {
		row, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF) && !first:
			return nil
		case errors.Is(err, io.EOF):
			return fmt.Errorf("%s: is empty; remove it and run again", path)
		case err != nil:
			return fmt.Errorf("%s: is no table of a measure (%w); remove it and run again", path, err)
		}
		if err := visit(first, row); err != nil {
			return err
		}
	}
}
