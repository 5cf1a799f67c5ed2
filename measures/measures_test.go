package measures

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cohortcounts/study"
)

// write puts cohort files into a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// table is what a measure makes of a CSV cohort.
func table(t *testing.T, csv string, m study.Measure) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "input_2020-01-01.csv")
	write(t, filepath.Dir(path), map[string]string{"input_2020-01-01.csv": csv})
	result, err := Calculate(t.Context(), path, []study.Measure{m})
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	_, err = result.WriteCSV(t.Context(), &b, 0)
	return b.String(), err
}

const cohort6 = "patient_id,a,b,flag,sex,region\n1,1,2,1,F,N\n2,0,2,0,M,S\n3,3,0,1,F,\n4,1.5,2,1,M,N\n5,1,2,1,I,\"E,W\"\n6,1,2,1,I,\"E,W\"\n"

// TestTable: what a table holds, by the way its groups are given.
func TestTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		m      study.Measure
		cohort string
		want   string
	}{
		{"one group", study.Measure{Numerator: "flag", Denominator: "population", GroupBy: []string{"sex"}}, cohort6, "sex,flag,population,value\nF,2.0,2,1.0\nI,2.0,2,1.0\nM,1.0,2,0.5\n"},
		{"combinations that do not occur (M2)", study.Measure{Numerator: "flag", Denominator: "b", GroupBy: []string{"sex", "flag2"}}, "flag,b,sex,flag2\n1,0,F,1\n0,2,M,2\n", "sex,flag2,flag,b,value\nF,1,1.0,0.0,inf\nF,2,0.0,0.0,\nM,1,0.0,0.0,\nM,2,0.0,2.0,0.0\n"},
		{"all", study.Measure{Numerator: "a", Denominator: "b", GroupBy: []string{"population"}}, cohort6, "a,b,population,value\n7.5,10.0,6,0.75\n"},
		{"each patient", study.Measure{Numerator: "a", Denominator: "b"}, cohort6, "a,b,value\n1.0,2.0,0.5\n0.0,2.0,0.0\n3.0,0.0,inf\n1.5,2.0,0.75\n1.0,2.0,0.5\n1.0,2.0,0.5\n"},
		{"same column", study.Measure{Numerator: "a", Denominator: "a", GroupBy: []string{"sex"}}, cohort6, "sex,a,value\nF,4.0,1.0\nI,2.0,1.0\nM,1.5,1.0\n"},
		{"population over", study.Measure{Numerator: "population", Denominator: "a", GroupBy: []string{"sex"}}, cohort6, "sex,population,a,value\nF,2,4.0,0.5\nI,2,2.0,1.0\nM,2,1.5,1.3333333333333333\n"},
		{"population of groups only", study.Measure{Numerator: "population", Denominator: "population", GroupBy: []string{"population"}}, "patient_id\n1\n2\n", "population,value\n2,1.0\n"},
		{"no patients (M2)", study.Measure{Numerator: "a", Denominator: "b", GroupBy: []string{"population"}}, "a,b\n", "a,b,population,value\n"},
		{"withheld (M5)", study.Measure{Numerator: "a", Denominator: "population", GroupBy: []string{"g"}, SmallNumberSuppression: true}, "a,g\n5,x\n6,y\n6,z\n7,w\n0,v\n", "g,a,population,value\nv,0.0,,\nw,7.0,,\nx,,,\ny,,,\nz,,,\n"},
	} {
		got, err := table(t, c.cohort, c.m)
		if err != nil || got != c.want {
			t.Errorf("%s: got\n%s%v\nwant\n%s", c.name, got, err, c.want)
		}
	}
}

// TestSuppression: which numbers are withheld (M5).
func TestSuppression(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		in, want []float64 // -1: withheld
		further  bool
	}{
		{"nothing small", []float64{0, 6, 7}, []float64{0, 6, 7}, false},
		{"at the threshold", []float64{5, 5, 6}, []float64{-1, -1, 6}, false},
		{"too few to hide", []float64{2, 10, 8}, []float64{-1, 10, -1}, true},
		{"all of the next", []float64{1, 10, 10, 11}, []float64{-1, -1, -1, 11}, true},
		{"exactly the threshold is too few", []float64{2, 3, 9}, []float64{-1, -1, -1}, true},
		{"enough to hide", []float64{2, 4, 9}, []float64{-1, -1, 9}, false},
		{"nothing larger", []float64{1, 0}, []float64{-1, 0}, false},
		{"below zero is not small", []float64{-3, 6}, []float64{-3, 6}, false},
		{"parts", []float64{0.5, 5.5}, []float64{-1, -1}, true},
	} {
		var s suppression
		for _, x := range c.in {
			s.observe(x)
		}
		for i, x := range c.in {
			got := s.apply(x)
			if math.IsNaN(got) {
				got = -1
			}
			if s.small && got != c.want[i] || !s.small && x != c.want[i] {
				t.Errorf("%s: %v becomes %v, want %v", c.name, x, got, c.want[i])
			}
		}
		if s.further() != c.further {
			t.Errorf("%s: further is %v", c.name, s.further())
		}
	}
}

// TestFind: which files are a study's cohorts.
func TestFind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, suffix string
		files        []string
		want         string // dates, or part of the error after "!"
		left         int
	}{
		{"dates", "", []string{"input_2020-02-01.csv", "input_2020-01-01.feather", "input.csv", "input_ethnicity.csv", "measure_a_2020-01-01.csv", "input_2020-01-01.csv.bak"}, "2020-01-01 2020-02-01", 0},
		{"of a study", "_b", []string{"input_2020-01-01.csv", "input_b_2020-02-01.csv"}, "2020-02-01", 0},
		{"others' files are left", "", []string{"input_2020-01-01.csv", "input_b_2020-01-01.csv", "input_b_2020-02-01.csv"}, "2020-01-01", 2},
		{"other names where there is no own", "", []string{"input_joined_2020-01-01.dta.gz", "input_joined_2020-02-01.dta"}, "2020-01-01 2020-02-01", 0},
		{"none", "", []string{"input.csv"}, "!has no cohort file input_YYYY-MM-DD.*; make them first", 0},
		{"two formats", "", []string{"input_2020-01-01.csv", "input_2020-01-01.feather"}, "!input_2020-01-01.feather: is of the same date as ", 0},
		{"no date", "", []string{"input_2020-13-01.csv"}, "!2020-13-01 is no date", 0},
	} {
		dir := t.TempDir()
		for _, name := range c.files {
			write(t, dir, map[string]string{name: ""})
		}
		found, left, err := Find(dir, c.suffix)
		var dates []string
		for _, f := range found {
			dates = append(dates, f.Date)
		}
		if want, fails := strings.CutPrefix(c.want, "!"); fails {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %s", c.name, err, want)
			}
		} else if got := strings.Join(dates, " "); err != nil || got != c.want || left != c.left {
			t.Errorf("%s: got %s, %d left, %v", c.name, got, left, err)
		}
	}
	if _, _, err := Find(filepath.Join(t.TempDir(), "none"), ""); err == nil || !strings.Contains(err.Error(), "there is no such folder") {
		t.Errorf("no folder: %v", err)
	}
}

// TestFaultsLeaveOutputs: a bad cohort is one clear line, and no output is
// touched (M7).
func TestFaultsLeaveOutputs(t *testing.T) {
	t.Parallel()
	m := study.Measure{ID: "m", Numerator: "a", Denominator: "population", GroupBy: []string{"g"}}
	const good = "a,g\n1,x\n"
	for _, c := range []struct{ name, second, want string }{
		{"missing columns", "b,h\n1,x\n", `input_2020-02-01.csv: has no columns "a", "g"`},
		{"text", "a,g\n1,x\nsecret,y\n", `input_2020-02-01.csv: row 3: column "a" holds something that is not a number`},
		{"nothing", "a,g\n,x\n", `input_2020-02-01.csv: row 2: column "a" holds something that is not a number`},
		{"empty file", "", "input_2020-02-01.csv: is empty"},
		{"torn row", "a,g\n1,x\n1\n", "input_2020-02-01.csv: "},
	} {
		dir := t.TempDir()
		write(t, dir, map[string]string{"input_2020-01-01.csv": good, "input_2020-02-01.csv": c.second, "measure_m.csv": "old", "measure_m_2020-01-01.csv": "old"})
		cohorts, _, err := Find(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		before := files(t, dir)
		_, err = Write(t.Context(), dir, []study.Measure{m}, cohorts, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %s", c.name, err, c.want)
		}
		if after := files(t, dir); !slices.Equal(before, after) || text(t, filepath.Join(dir, "measure_m_2020-01-01.csv")) != "old" {
			t.Errorf("%s: outputs were touched: %v", c.name, after)
		}
	}
}

// TestSkipExisting: tables that are there are kept, and are in that of all
// dates.
func TestSkipExisting(t *testing.T) {
	t.Parallel()
	m := study.Measure{ID: "m", Numerator: "a", Denominator: "population", GroupBy: []string{"g"}}
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"input_2020-01-01.csv": "a,g\n1,x\n", "input_2020-02-01.csv": "a,g\n1,y\n",
		"measure_m_2020-01-01.csv": "g,a,population,value\nkept,4.0,8,0.5\n",
	})
	cohorts, _, err := Find(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	opts := Options{SkipExisting: true}
	if _, err := Write(t.Context(), dir, []study.Measure{m}, cohorts, opts); err != nil {
		t.Fatal(err)
	}
	want := "g,a,population,value,date\r\nkept,4.0,8,0.5,2020-01-01\r\ny,1.0,1,1.0,2020-02-01\r\n"
	if got := text(t, filepath.Join(dir, "measure_m.csv")); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	write(t, dir, map[string]string{"measure_m_2020-01-01.csv": "other\n1\n"})
	if _, err := Write(t.Context(), dir, []study.Measure{m}, cohorts, opts); err == nil || !strings.Contains(err.Error(), "has other columns than") {
		t.Errorf("other columns: %v", err)
	}
}

// TestCheck: which measures cannot be made, and which of two counts.
func TestCheck(t *testing.T) {
	t.Parallel()
	kept, repeated, err := Check([]study.Measure{{ID: "a", Numerator: "x", Denominator: "y"}, {ID: "b", Numerator: "x", Denominator: "y"}, {ID: "a", Numerator: "z", Denominator: "y"}})
	if err != nil || len(kept) != 2 || kept[1].Numerator != "z" || !slices.Equal(repeated, []string{"a"}) {
		t.Errorf("kept %v repeated %v %v", kept, repeated, err)
	}
	_, _, err = Check([]study.Measure{{ID: "../a", Numerator: "x", Denominator: "y"}, {ID: "b", Denominator: "y"}, {ID: "c", Numerator: "x", Denominator: "y", GroupBy: []string{"g", "g"}}})
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("want three faults, got %v", err)
	}
}
