package dummydata_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cohortcounts/cohort"
	"cohortcounts/dummydata"
	"cohortcounts/study"
)

func fromFile(name, path, column string, typ study.Type) study.Variable {
	v := study.Variable{Name: name, Function: "with_value_from_file", Type: typ, File: &study.FileColumn{Path: path, Column: column}}
	if column == "" {
		v.Function = "which_exist_in_file"
	}
	if typ == study.Date {
		v.DateFormat = study.Day
	}
	return v
}

// The patients are those of the first file; other files are joined to them.
func TestFiles(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one.csv", "patient_id,day,n,flag\n7,2020-03-01,3,1\n3,,,0\n9,2020-05-02,4.0,\n")
	write("two.csv", "patient_id,name\n3,\"Ann, b\"\n7,x\n8,y\n")
	def := studyOf(
		event("drawn", expect(study.Uniform, 1, "2020-01-01", "2020-12-31"), study.Period{}),
		fromFile("day", "one.csv", "day", study.Date), fromFile("n", "one.csv", "n", study.Int),
		fromFile("flag", "one.csv", "flag", study.Bool), fromFile("name", "two.csv", "name", study.String),
		fromFile("in_two", "two.csv", "", study.Bool),
	)
	opts := dummydata.Options{Patients: 1000, Root: root}
	f := draw(t, def, opts)
	if want := []string{"patient_id", "day", "n", "flag", "name", "in_two", "drawn"}; !slices.Equal(f.names, want) {
		t.Fatalf("columns %v, want %v", f.names, want)
	}
	for name, want := range map[string][]any{
		"patient_id": {int64(7), int64(3), int64(9)},
		"day":        {dayNumber("2020-03-01"), nil, dayNumber("2020-05-02")},
		"n":          {int64(3), int64(0), int64(4)},
		"flag":       {true, false, false},
		"name":       {"x", "Ann, b", nil},
		"in_two":     {true, true, false},
	} {
		if !slices.Equal(f.values[name], want) {
			t.Errorf("%s is %v, want %v", name, f.values[name], want)
		}
	}
	opts.Format = cohort.CSV
	path := filepath.Join(root, "out.csv")
	def.Variables = def.Variables[1:]
	if _, err := dummydata.Write(t.Context(), def, path, opts); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "patient_id,day,n,flag,name,in_two\n7,2020-03-01,3,1,x,1\n3,,0,0,\"Ann, b\",1\n9,2020-05-02,4,0,,0\n"; string(text) != want {
		t.Errorf("CSV is %q, want %q", text, want)
	}
}

func TestFileProblems(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for name, text := range map[string]string{
		"noid.csv": "a,b\n1,2\n", "empty.csv": "", "rows.csv": "patient_id\n", "text.txt": "patient_id\n1\n",
		"id.csv": "patient_id,a\nx,1\n", "ok.csv": "patient_id,a\n1,x\n", "ragged.csv": "patient_id,a\n1\n", "no.csv.gz": "patient_id\n1\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		"noid.csv": "no column patient_id", "empty.csv": "empty", "rows.csv": "no rows", "text.txt": "unexpected file type .txt",
		"id.csv": "line 2: patient_id is not a whole number", "missing.csv": "no such file", "ragged.csv": "wrong number of fields",
		"no.csv.gz": "not a gzip file", "ok.csv": `no column "b"`,
	} {
		column := "a"
		if path == "ok.csv" {
			column = "b"
		}
		_, err := dummydata.Write(t.Context(), studyOf(fromFile("v", path, column, study.String)), filepath.Join(root, "out.csv"), dummydata.Options{Root: root})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "analysis/study_definition.py:10:5: v: "+path) {
			t.Errorf("%s: got %v, want a problem of v with %q", path, err, want)
		}
	}
	_, err := dummydata.Write(t.Context(), studyOf(fromFile("v", "ok.csv", "a", study.Int)), filepath.Join(root, "out.csv"), dummydata.Options{Root: root})
	if err == nil || !strings.Contains(err.Error(), `row 2: the value of "a" is not of type int`) || strings.Contains(err.Error(), "x;") {
		t.Errorf("got %v, want a problem without the value", err)
	}
}
