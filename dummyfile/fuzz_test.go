package dummyfile

import (
	"os"
	"path/filepath"
	"testing"

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// Whatever a CSV file holds, it fits or what does not is told; it never panics.
func FuzzCheckCSV(f *testing.F) {
	for _, text := range []string{
		"patient_id,v\n1,2020-01-01\n", "v,patient_id\n\"a\nb\",1\n,2\n", "", "patient_id\n", "\xef\xbb\xbfpatient_id,v\n1,x\n", "patient_id,v,v\n1,2,3\n", "patient_id,v\n1\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "d.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, kind := range []study.Type{study.Bool, study.Int, study.Float, study.String, study.Date} {
			_ = Check(&study.Definition{Variables: []study.Variable{{Name: "v", Type: kind, DateFormat: study.Month}}}, path, cohort.CSV)
		}
	})
}
