package pipeline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cohortcounts/internal/atomicfile"
	"cohortcounts/pipeline/project"
)

// What an output checker can look through: larger files are withheld, as in
// the original.
const (
	maxReleaseSize = 16 << 20
	maxReleaseRows = 5000
)

// gate decides whether a moderately_sensitive file may be seen, and notes the
// rows and columns of a CSV.
func (s *Setup) gate(at string, f *file) error {
	if f.Level == project.HighlySensitive {
		return nil
	}
	if f.Level == project.ModeratelySensitive && !project.Releasable(f.Path) {
		f.Withheld = "this type of file cannot be viewed by an output checker; the types are " + strings.Join(project.ReleasableTypes(), " ")
		return nil
	}
	if f.Size > maxReleaseSize {
		f.Withheld = fmt.Sprintf("the file has %.1f MiB; at most %d MiB are allowed", float64(f.Size)/(1<<20), maxReleaseSize>>20)
		return nil
	}
	if !strings.EqualFold(filepath.Ext(f.Path), ".csv") {
		return nil
	}
	header, rows, err := csvShape(at)
	if err != nil {
		return fmt.Errorf("%s: cannot be read: %w", f.Path, atomicfile.Cause(err))
	}
	columns := int64(len(header))
	f.Rows, f.Columns = &rows, &columns
	switch {
	case slices.ContainsFunc(header, isPatientID):
		f.Withheld = "the file has a patient_id column"
	case rows > maxReleaseRows:
		f.Withheld = fmt.Sprintf("the file has %d rows; at most %d are allowed", rows, maxReleaseRows)
	}
	return nil
}

func isPatientID(name string) bool {
	return strings.EqualFold(strings.Trim(name, " \t\uFEFF"), "patient_id")
}

// csvShape is the header of a CSV and the number of rows below it. Rows that
// are no proper CSV count too.
func csvShape(name string) (header []string, rows int64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return header, max(rows-1, 0), nil
		case err != nil && !isCSVFault(err):
			return nil, 0, err
		case header == nil:
			header = slices.Clone(record)
		}
		rows++
	}
}

func isCSVFault(err error) bool {
	var fault *csv.ParseError
	return errors.As(err, &fault)
}

// withheldPath is where a withheld file lies.
func (w *Workspace) withheldPath(output string) string {
	return filepath.Join(w.withheldDir(), filepath.FromSlash(output))
}

// messagePath is the file that tells that an output was withheld.
func (w *Workspace) messagePath(f file) string { return w.Path(f.Level, messageName(f.Path)) }

func messageName(output string) string { return output + ".txt" }

// traces are all places that an output may lie at: its own, that of withheld
// files, and its message.
func (s *Setup) traces(f file) []string {
	traces := []string{s.Workspace.place(f)}
	if f.Withheld != "" {
		traces = append(traces, s.Workspace.messagePath(f))
	}
	return traces
}

// message writes the message in the place of a withheld file, and takes away
// what lay there before, which may be the file of an earlier run.
func (s *Setup) message(f file, present map[string]bool) error {
	if f.Withheld == "" {
		return nil
	}
	text := fmt.Sprintf("%s was withheld: %s.\n\nIt was declared %s. Make it smaller or leave the rows of patients out, and run its action again.\n",
		f.Path, f.Withheld, f.Level)
	path := s.Workspace.messagePath(f)
	present[path] = true
	err := atomicfile.Write(path, s.Workspace.mode(f.Level), func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewBufferString(text))
		return err
	})
	if err != nil {
		return err
	}
	if err := os.Remove(s.Workspace.Path(f.Level, f.Path)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s: cannot be removed: %w", f.Path, atomicfile.Cause(err))
	}
	return nil
}
