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
