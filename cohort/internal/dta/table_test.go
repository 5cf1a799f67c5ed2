package dta

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func date(text string) any {
	t, _ := time.Parse(time.DateOnly, text)
	return t
}

// The files of testdata, which pandas wrote, hold the same values.
func TestRead(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.dta")
	if err != nil || len(paths) != 5 {
		t.Fatal("the files of testdata are missing", err)
	}
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			first, last := "plain", strings.Repeat("x", 3000)
			switch {
			case strings.Contains(path, "118"), strings.Contains(path, "119"):
				first = "naïve ✓"
			case !strings.Contains(path, "117"):
				last = strings.Repeat("x", 200)
			}
			want := map[string][]any{
				"patient_id": {int64(1), int64(2), int64(3)},
				"flag":       {int64(1), int64(0), int64(1)},
				"few":        {1.0, nil, 101.0},
				"large":      {1e300, -0.5, nil},
				"small":      {0.5, nil, -2.0},
				"seen":       {date("2020-02-29"), nil, date("1959-12-31")},
				"month":      {date("2020-02-01"), nil, date("1959-12-01")},
				"sex":        {"M", nil, "F"},
				"text":       {first, "", last},
			}
			table, err := Read(file)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string][]any{}
			for i, c := range table.Columns {
				for row := range table.Rows {
					got[c.Name] = append(got[c.Name], table.Value(row, i))
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// D1: what is cut or damaged is an error or a table, and never a panic.
func FuzzRead(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.dta")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		file = bytes.ReplaceAll(file, []byte(strings.Repeat("x", 2800)), nil) // small seeds are soon tried
		f.Add(file)
		f.Add(file[:len(file)/2])
	}
	f.Fuzz(func(_ *testing.T, file []byte) {
		table, err := Read(file)
		if err != nil {
			return
		}
		for row := range min(table.Rows, 100) {
			for i := range table.Columns {
				table.Value(row, i)
				_ = table.Columns[i].Type()
			}
		}
	})
}
