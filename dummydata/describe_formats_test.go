package dummydata_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cohortcounts/cohort"
	"cohortcounts/dummydata"
)

// A cohort is described the same in whichever form it is written.
func TestDescribeFormats(t *testing.T) {
	t.Parallel()
	def := everything(t)
	dir := t.TempDir()
	var first string
	for _, format := range []cohort.Format{cohort.Feather, cohort.Parquet, cohort.CSV, cohort.CSVGzip} {
		path := filepath.Join(dir, "input."+string(format))
		if _, err := dummydata.Write(t.Context(), def, path, dummydata.Options{Patients: 3000, Seed: 1, Format: format}); err != nil {
			t.Fatal(err)
		}
		d, err := dummydata.Describe(t.Context(), def, path)
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		var text, svg bytes.Buffer
		if err := d.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		if err := d.WriteSVG(&svg); err != nil {
			t.Fatal(err)
		}
		text.Write(svg.Bytes())
		if first == "" {
			first = text.String()
		}
		if text.String() != first {
			t.Errorf("%s is described in another way than feather", format)
		}
		for _, v := range d.Variables {
			if v.Asked < 0 || v.Origin != "drawn" || v.Variable == "egfr_sign" || strings.HasPrefix(v.Variable, "egfr_") {
				continue
			}
			if off := v.Got - v.Asked; off < -60 || off > 60 {
				t.Errorf("%s: %s: asked %d, got %d", format, v.Variable, v.Asked, v.Got)
			}
			if v.Number == nil || v.Number.Bins == nil {
				continue
			}
			sum := 0.0
			for _, bin := range v.Number.Bins {
				sum += bin.Asked
				if d := bin.Asked - bin.Got; v.Got > 1000 && (d > 0.05 || d < -0.05) {
					t.Errorf("%s: bin %s of %s: asked %.3f, got %.3f", format, bin.Name, v.Variable, bin.Asked, bin.Got)
				}
			}
			if sum < 0.999 || sum > 1.001 {
				t.Errorf("%s: the asked bins of %s add up to %v", format, v.Variable, sum)
			}
		}
	}
}

func TestDescribeDamaged(t *testing.T) {
	t.Parallel()
	def := studyOf(flag("x", 0.5))
	for name, text := range map[string]string{
		"empty.csv": "", "type.csv": "x,patient_id\nblue,1\n", "ragged.csv": "x,patient_id\n1\n", "cut.parquet": "PAR1", "noise.csv.gz": "\x1f\x8b\x08noise",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := dummydata.Describe(t.Context(), def, path); err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "blue") {
			t.Errorf("%s: got %v, want an error with the file's name and no value", name, err)
		}
	}
}
