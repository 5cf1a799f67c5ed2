package study

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cohortcounts/internal/problem"
)

// project makes a study's folder of the given files.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// load evaluates a study whose columns are given as Python.
func load(t *testing.T, columns string, o Options) (*Definition, error) {
	t.Helper()
	o.Today = day("2021-06-30")
	return Load(t.Context(), studyProject(t, columns), "study_definition", o)
}

// studyProject is the folder of a study whose columns are given as Python.
func studyProject(t *testing.T, columns string) string {
	t.Helper()
	return project(t, map[string]string{
		"codelists/graded.csv": "code,grade\n1,mild\n2,severe\n 3 ,mild\n,none\n",
		"output/others.csv":    "patient_id,seen\n1,2020-01-01\n",
		"analysis/study_definition.py": `from cohortextractor import *
codes = codelist(["a", "b"], system="snomed")
read = codelist(["a"], system="ctv3")
icd = codelist(["I10"], system="icd10")
graded = codelist_from_csv("codelists/graded.csv", system="snomed", category_column="grade")
sexes = {"category": {"ratios": {"M": 0.5, "F": 0.5}}}
number = {"int": {"distribution": "normal", "mean": 3, "stddev": 1}}
level = {"float": {"distribution": "normal", "mean": 3, "stddev": 1}}
day = dict(returning="date", date_format="YYYY-MM-DD")
study = StudyDefinition(
    index_date="2020-02-01",
    default_expectations={"date": {"earliest": "2020-01-01", "latest": "today"}, "rate": "uniform", "incidence": 0.5},
    population=patients.satisfying("adult", adult=patients.age_as_of("index_date")),
` + columns + "\n)\n",
	})
}

// columnsOf is one line for each variable: its name, type, date format, and
// whether it is hidden.
func columnsOf(d *Definition) string {
	var lines []string
	for _, v := range d.Variables {
		line := v.Name + " " + string(v.Type)
		if v.DateFormat != "" {
			line += " " + string(v.DateFormat)
		}
		if v.Hidden {
			line += " hidden"
			if v.Owner != "" {
				line += " of " + v.Owner
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

const populationColumns = "adult int hidden of population\npopulation bool hidden"

// What each kind of declaration becomes: names, order, types, precision.
func TestColumns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, python, want string }{
		{"none", "", ""},
		{
			"types", `
			sex=patients.sex(return_expectations=sexes),
			age=patients.age_as_of("index_date", return_expectations=number),
			flag=patients.with_these_medications(codes),
			seen=patients.with_these_medications(codes, returning="date"),
			times=patients.with_these_medications(codes, returning="number_of_matches_in_period", return_expectations=number),
			code=patients.with_these_clinical_events(read, returning="code", return_expectations=sexes),
			value=patients.with_these_clinical_events(read, returning="numeric_value", return_expectations=level),
			imd=patients.address_as_of("index_date", returning="index_of_multiple_deprivation", round_to_nearest=100, return_expectations=sexes),`,
			"sex str\nage int\nflag bool\nseen date YYYY\ntimes int\ncode str\nvalue float\nimd int",
		},
		{"positional", `a=patients.admitted_to_hospital(None, "index_date", None, "date_admitted", True, None, "YYYY-MM"),`, "a date YYYY-MM"},
		{
			"hidden", `
			x=patients.satisfying("a AND b", a=patients.with_these_medications(codes), b=patients.satisfying("c", c=patients.with_these_medications(codes))),
			y=patients.with_these_medications(codes),`,
			"a bool hidden of x\nc bool hidden of b\nb bool hidden of x\nx bool\ny bool",
		},
		{
			"added dates", `
			bmi=patients.most_recent_bmi(include_measurement_date=True, include_month=True, return_expectations=level),
			ill=patients.with_these_clinical_events(codes, include_date_of_match=True, date_format="YYYY-MM-DD"),`,
			"bmi float\nbmi_date_measured date YYYY-MM\nill bool\nill_date date YYYY-MM-DD",
		},
		{
			"added date replaced", `
			ill=patients.with_these_clinical_events(codes, include_date_of_match=True, returning="category" and "binary_flag"),
			other=patients.sex(return_expectations=sexes),
			ill_date=patients.date_of("ill", date_format="YYYY-MM-DD"),`,
			"ill bool\nill_date date YYYY-MM-DD\nother str",
		},
		{
			"date_of changes its source", `
			seen=patients.with_these_medications(codes, returning="date", date_format="YYYY-MM"),
			day_of=patients.date_of("seen", date_format="YYYY-MM-DD"),`,
			"seen date YYYY-MM-DD\nday_of date YYYY-MM-DD",
		},
		{
			"legacy flags", `
			first=patients.with_these_medications(codes, return_first_date_in_period=True, include_day=True),
			times=patients.with_these_medications(codes, return_number_of_matches_in_period=True, return_expectations=number),`,
			"first date YYYY-MM-DD\ntimes int",
		},
		{
			"aggregates", `
			a=patients.with_these_medications(codes, **day),
			b=patients.with_these_clinical_events(codes, **day),
			last=patients.maximum_of("a", "b", "2020-01-01", c=patients.admitted_to_hospital(returning="date_admitted", date_format="YYYY-MM-DD")),
			nested=patients.minimum_of("last", "a"),`,
			"a date YYYY-MM-DD\nb date YYYY-MM-DD\nc date YYYY-MM-DD hidden of last\nfixed_value_1 date YYYY-MM-DD hidden of last\nlast date YYYY-MM-DD\nnested date YYYY-MM-DD",
		},
		{
			"categories", `
			group=patients.categorised_as({"old": "age > 70", "other": "DEFAULT"}, age=patients.age_as_of("today"), return_expectations={"category": {"ratios": {"old": 1}}}),
			number=patients.categorised_as({1: "group = 'old'", 2: "DEFAULT"}, return_expectations=number),
			truth=patients.categorised_as({1: "group = 'old'", 0: "DEFAULT"}),
			size=patients.categorised_as({1.5: "group = 'old'", 0.0: "DEFAULT"}, return_expectations=level),
			since=patients.categorised_as({"2020-01-01": "truth", "2020-02-01": "DEFAULT"}, return_expectations={"category": {"ratios": {"2020-01-01": 1}}}),
			home=patients.care_home_status_as_of("index_date"),`,
			"age int hidden of group\ngroup str\nnumber int\ntruth bool\nsize float\nsince date YYYY-MM-DD\nhome bool",
		},
		{
			"fixed and files", `
			one=patients.fixed_value(1),
			on=patients.fixed_value("2020-01-01"),
			yes=patients.fixed_value(True),
			text=patients.fixed_value("x"),
			seen=patients.with_value_from_file("output/others.csv", returning="seen", returning_type="date"),
			there=patients.which_exist_in_file("output/others.csv"),`,
			"one int\non date YYYY-MM-DD\nyes bool\ntext str\nseen date YYYY-MM-DD\nthere bool",
		},
		{"graded", `worst=patients.with_these_clinical_events(graded, returning="category", return_expectations={"category": {"ratios": {"mild": 1}}}),`, "worst str"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			definition, err := load(t, c.python, Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := strings.TrimPrefix(c.want+"\n"+populationColumns, "\n")
			want = strings.Replace(want, "one int\n", "one int\n", 1)
			if diff := cmp.Diff(want, columnsOf(definition)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A fault names the column and what to do, at the place of its call.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ python, want string }{
		{`patient_id=patients.all()`, "patient_id is a reserved column name"},
		{`a=1`, "a: is 1, not the result of a function of patients"},
		{`a=patients.with_an_ons_cis_record()`, `no function "with_an_ons_cis_record"`},
		{`a=patients.sex(1, 2, 3)`, "sex takes at most 1 arguments, got 3"},
		{`a=patients.sex({}, return_expectations={})`, "argument return_expectations twice"},
		{`a=patients.age_as_of()`, "needs the argument reference_date"},
		{`a=patients.with_these_medications(read)`, `codelist must be of the coding system snomed, got "ctv3"`},
		{`a=patients.with_these_clinical_events(["a"])`, "codelist must be a codelist, made by"},
		{`a=patients.with_these_clinical_events(codes, returning="category", return_expectations=sexes)`, "needs a codelist with categories"},
		{`a=patients.with_these_clinical_events(graded, returning="category", return_expectations=sexes)`, `expects "M", "F", which are not among the categories "mild", "severe"`},
		{`a=patients.with_these_clinical_events(codes, between=["index_date"])`, "between must be a pair"},
		{`a=patients.with_these_clinical_events(codes, between=["index_date", "today"], on_or_after="today")`, "between cannot be given together"},
		{`a=patients.with_these_clinical_events(codes, on_or_after="b"), b=patients.with_these_medications(codes, **day)`, `column "b", used in on_or_after, must be defined before it`},
		{`b=patients.sex(return_expectations=sexes), a=patients.with_these_clinical_events(codes, on_or_after="b")`, `column "b" is not a date`},
		{`b=patients.with_these_medications(codes, returning="date"), a=patients.with_these_clinical_events(codes, on_or_after="b")`, "has only the year"},
		{`a=patients.with_these_medications(codes, returning="date", date_format="YYYY-DD")`, `unknown date_format "YYYY-DD"`},
		{`a=patients.with_these_medications(codes, date_format="YYYY", include_day=True)`, "cannot be given together with include_day"},
		{`a=patients.maximum_of("x")`, `unknown column "x" in maximum_of`},
		{`a=patients.maximum_of()`, "needs the names of the columns"},
		{`b=patients.with_these_medications(codes, **day), c=patients.sex(return_expectations=sexes), a=patients.maximum_of("b", "c")`, "columns of different types"},
		{`b=patients.with_these_medications(codes, **day), c=patients.with_these_medications(codes, returning="date"), a=patients.maximum_of("b", "c")`, "dates of different formats"},
		{`a=patients.maximum_of("b", return_expectations={})`, "takes no return_expectations"},
		{`a=patients.categorised_as({"x": "DEFAULT", "y": "DEFAULT"}, return_expectations=sexes)`, "only one category can have"},
		{`a=patients.categorised_as({"x": "1 = 1"}, return_expectations=sexes)`, "one category must have"},
		{`a=patients.categorised_as({"x": "1 = 1", 2: "DEFAULT"}, return_expectations=sexes)`, "must be all text"},
		{`a=patients.satisfying("sex")`, `unknown column "sex" in "sex"`},
		{`a=patients.satisfying(" ")`, "a: the expression is empty"},
		{`a=patients.fixed_value(None)`, "fixed_value needs text"},
		{`a=patients.with_value_from_file("none.csv", returning="x", returning_type="int")`, `no file "none.csv"`},
		{`a=patients.with_value_from_file("output/others.csv", returning="x", returning_type="foo")`, `unknown returning_type "foo"`},
		{`a=patients.comparator_from("b"), b=patients.sex(return_expectations=sexes)`, "must be defined before it"},
		{`b=patients.sex(return_expectations=sexes), a=patients.comparator_from("b", return_expectations=sexes)`, "needs a source with_these_clinical_events"},
		{`a=patients.household_as_of("2020-03-01", returning="household_size", return_expectations=number)`, "only known as of 2020-02-01"},
		{`a=patients.registered_practice_as_of("index_date")`, "needs the argument returning"},
		{`a=patients.registered_practice_as_of("index_date", returning="nhse_region_name")`, "nuts1_region_name"},
		{`a=patients.random_sample()`, "percent must be a number"},
		{`a=patients.with_an_isaric_record(returning="cestdatt", return_expectations=sexes)`, `the ISARIC record has no column "cestdatt" (did you mean "cestdat"?)`},
		{`a=patients.all()`, "can only be the population"},
		{`a=patients.with_these_medications(codes, returning="date", return_expectations={"rate": "universal"})`, "universal gives no dates"},
		{`a=patients.with_complete_history_between("index_date", "today")`, "was never made"},
		{`a=patients.with_these_medications(codes, episode_defined_as="14 days")`, "episode_defined_as"},
		{`a=patients.sex(return_expectations=sexes), **{"a b": patients.sex()}, c=patients.satisfying("a", a=patients.sex())`, "another column of this name"},
	} {
		t.Run(c.python, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, "    "+c.python, Options{})
			var list problem.List
			if !errors.As(err, &list) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if list[0].Line < 10 || list[0].Column == 0 || list[0].File != "analysis/study_definition.py" {
				t.Errorf("place: %+v", list[0])
			}
		})
	}
}

// In the user's own folder the embedded Python lies below the project: its
// files are not taken for the study's.
func TestPythonBelowTheProject(t *testing.T) {
	t.Parallel()
	root := project(t, map[string]string{"analysis/study_definition.py": "import json\njson.loads('{')\n"})
	options := Options{CacheDir: filepath.Join(root, ".cache", "cohortcounts"), Today: day("2021-06-30")}
	for name, want := range map[string]string{
		"study_definition": "analysis/study_definition.py:2:1: JSONDecodeError: ",
		"other":            "analysis/other.py: there is no such study definition; ",
	} {
		if _, err := Load(t.Context(), root, name, options); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}

// An index date moves every static expression, and nothing else.
func TestIndexDate(t *testing.T) {
	t.Parallel()
	python := `a=patients.with_these_medications(codes, between=["index_date - 1 month", "2020-12-31"], return_expectations={"date": {"earliest": "index_date"}}),`
	for _, want := range []struct{ index, from, earliest string }{
		{"", "2020-01-01", "2020-02-01"},
		{"2021-03-01", "2021-02-01", "2021-03-01"},
	} {
		o := Options{}
		if want.index != "" {
			o.IndexDate = day(want.index)
		}
		definition, err := load(t, python, o)
		if err != nil {
			t.Fatal(err)
		}
		a := definition.Variables[0]
		if !a.Between.From.Date.Equal(day(want.from)) || !a.Between.To.Date.Equal(day("2020-12-31")) ||
			!a.Expectations.Earliest.Equal(day(want.earliest)) || !a.Expectations.Latest.Equal(day("2021-06-30")) {
			t.Errorf("%+v %+v", a.Between, a.Expectations)
		}
	}
}

// A study may be evaluated twice, and is the same: nothing in it depends on
// the order of sets or on the clock.
func TestSameTwice(t *testing.T) {
	t.Parallel()
	python := `**{f"c_{code}": patients.with_these_medications(codes) for code in {"x", "y", "z", "w", "v"}},`
	first, err := load(t, python, Options{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := load(t, python, Options{})
	if err != nil || columnsOf(first) != columnsOf(second) {
		t.Errorf("%s\n%s\n%v", columnsOf(first), columnsOf(second), err)
	}
}

// The version that names the unpacked interpreter is that of go.mod.
func TestPythonVersion(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../go.mod")
	if err != nil || !strings.Contains(string(text), "github.com/kluctl/go-embed-python v0.0.0-"+pythonVersion) {
		t.Errorf("pythonVersion is %s, go.mod has another (%v)", pythonVersion, err)
	}
}

// A folder whose name Python could not be told is refused with a reason.
func TestLoadFromFolderOfBytes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "caf\xe9")
	if err := os.MkdirAll(filepath.Join(dir, "analysis"), 0o755); err != nil {
		t.Skipf("no such name can be given here: %v", err)
	}
	_, err := Load(t.Context(), dir, "study_definition", Options{})
	if err == nil || !strings.HasSuffix(err.Error(), "caf\uFFFD: this path is not UTF-8 text; rename the folder") {
		t.Error(err)
	}
}
