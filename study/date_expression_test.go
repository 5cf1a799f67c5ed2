package study

import (
	"strings"
	"testing"
	"time"
)

func day(text string) time.Time {
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return date
}

func testScope() dateScope {
	return dateScope{index: day("2020-02-15"), today: day("2021-06-30"), variables: map[string]bool{"seen": true, "index.b": true}}
}

func TestParseStaticDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2020-03-01":                                 "2020-03-01",
		"index_date":                                 "2020-02-15",
		"today":                                      "2021-06-30",
		" index_date  + 1 day ":                      "2020-02-16",
		"index_date-15days":                          "2020-01-31",
		"index_date + 1 month":                       "2020-03-15",
		"index_date - 2 months":                      "2019-12-15",
		"index_date - 14 months":                     "2018-12-15",
		"index_date + 10 years":                      "2030-02-15",
		"first_day_of_month(index_date)":             "2020-02-01",
		"last_day_of_month(index_date)":              "2020-02-29",
		"last_day_of_month(index_date)+1 day":        "2020-03-01",
		"first_day_of_year(index_date)":              "2020-01-01",
		"last_day_of_year(index_date)":               "2020-12-31",
		"first_day_of_nhs_financial_year(today)":     "2021-04-01",
		"last_day_of_nhs_financial_year(index_date)": "2020-03-31",
		"first_day_of_school_year(index_date)":       "2019-09-01",
		"last_day_of_school_year(index_date)":        "2020-08-31",
		// Brackets need not balance, as in the original.
		"index_date)":                   "2020-02-15",
		"first_day_of_month(index_date": "2020-02-01",
	} {
		got, err := parseDate(text, testScope())
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if got.Date.Format(time.DateOnly) != want || got.Variable != "" || got.Offset != 0 || got.Function != "" {
			t.Errorf("%q: got %+v, want %s", text, got, want)
		}
	}
}

func TestParseDynamicDate(t *testing.T) {
	t.Parallel()
	got, err := parseDate("first_day_of_month(seen) - 21 days", testScope())
	want := DateExpression{Text: "first_day_of_month(seen) - 21 days", Variable: "seen", Function: "first_day_of_month", Offset: -21, Unit: Days}
	if err != nil || *got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if got, err := parseDate("index.b", testScope()); err != nil || got.Variable != "index.b" {
		t.Errorf("a name with a dot: %+v, %v", got, err)
	}
}

func TestParseDateFaults(t *testing.T) {
	t.Parallel()
	noIndex := testScope()
	noIndex.index = time.Time{}
	for _, c := range []struct {
		text, want string
		scope      dateScope
	}{
		{"2020-13-01", "neither a date", testScope()},
		{"", "neither a date", testScope()},
		{"2020-03-01 + 1 day", "neither a date", testScope()},
		{"20200301", "neither a date", testScope()},
		{"index_date + 1 week", `unknown date unit "week"`, testScope()},
		{"index_date + 1 day + 1 day", "neither a date", testScope()},
		{"end_of(index_date)", `unknown date function "end_of"`, testScope()},
		{"index_dat", `unknown column "index_dat" (did you mean "index_date"?)`, testScope()},
		{"Today", `unknown column "Today"`, testScope()},
		{"index_date", "StudyDefinition gives none", noIndex},
		{"last_day_of_month(index_date) + 1 year", "no such date 29 February 2021", testScope()},
		{"last_day_of_year(index_date) - 1 month", "no such date 31 November 2020", testScope()},
		{"index_date + 99999999 days", "too large", testScope()},
	} {
		_, err := parseDate(c.text, c.scope)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.text, err, c.want)
		}
	}
}

// Any text is a date, an expression or an error; an expression's own text
// parses to the same again.
func FuzzDateExpression(f *testing.F) {
	for _, seed := range []string{"2020-03-01", "index_date - 3 months", "first_day_of_month(seen)+1day", "x)", "+1 day", "today - 0 years"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseDate(text, testScope())
		if err != nil {
			return
		}
		again, err := parseDate(got.Text, testScope())
		if err != nil || *again != *got {
			t.Errorf("%q: %+v, then %+v (%v)", text, got, again, err)
		}
		if got.Variable == "" && got.Date.Location() != time.UTC {
			t.Errorf("%q: not UTC", text)
		}
	})
}
