package cohort

import (
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		format    Format
		day, want string
	}{
		{CSV, "9999-12-31", "9999-12-31"},
		{CSVGzip, "0001-01-01", "0001-01-01"},
		{Feather, "2020-02-29", "2020-02-29"},
		{Feather, "1677-09-22", "1677-09-22"},
		{Feather, "1677-09-21", "1677-09-22"},
		{Stata, "2262-04-11", "2262-04-11"},
		{Parquet, "9999-12-31", "2262-04-11"},
	} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		dates := c.format.Dates()
		perSecond := time.Second / dates.Type.Unit.Multiplier()
		value := dates.Value(day.Unix() / 86_400)
		if got := time.Unix(value/int64(perSecond), 0).UTC().Format(time.DateOnly); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.day, c.format, got, c.want)
		}
	}
}

func TestNanosecondsOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1970-01-01T00:00:01Z": "1970-01-01T00:00:01Z",
		"9999-12-31T10:00:00Z": "2262-04-11T00:00:00Z",
		"0001-01-01T00:00:00Z": "1677-09-22T00:00:00Z",
		"1677-09-22T00:00:00Z": "1677-09-22T00:00:00Z",
	} {
		given, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := time.Unix(0, nanosecondsOf(given)).UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
