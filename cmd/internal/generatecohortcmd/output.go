package generatecohortcmd

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"cohortcounts/cohort"
)

// output says where cohort files go.
type output struct {
	dir    string
	name   string // without suffix, date and extension; set by --output-file
	format cohort.Format
}

// output reads the three flags that name the output.
func (f *flags) output(changed func(name string) bool) (output, error) {
	if f.outputFile == "" {
		format, err := cohort.ParseFormat(f.outputFormat)
		if err != nil {
			return output{}, fmt.Errorf("--output-format: %w", err)
		}
		return output{dir: f.outputDir, format: format}, nil
	}
	format, err := cohort.FormatOf(f.outputFile)
	if err != nil {
		return output{}, fmt.Errorf("--output-file: %w", err)
	}
	dir, base := filepath.Split(f.outputFile)
	dir = filepath.Clean(dir)
	if changed("output-dir") && f.outputDir != dir {
		return output{}, fmt.Errorf("--output-dir %q is not the folder of --output-file %q", f.outputDir, f.outputFile)
	}
	if changed("output-format") && f.outputFormat != string(format) {
		return output{}, fmt.Errorf("--output-format %q is not the format of --output-file %q", f.outputFormat, f.outputFile)
	}
	return output{dir: dir, name: strings.TrimSuffix(base, "."+string(format)), format: format}, nil
}

// path is the file of one study and index date; a zero date adds nothing.
func (o output) path(studyName string, date time.Time) string {
	name := o.name
	if name == "" {
		name = "input" + strings.TrimPrefix(studyName, "study_definition")
	}
	if !date.IsZero() {
		name += date.Format("_2006-01-02")
	}
	return filepath.Join(o.dir, name+"."+string(o.format))
}
