package dummydata_test

import (
	"slices"
	"testing"

	"cohortcounts/dummydata"
)

func TestSummarize(t *testing.T) {
	t.Parallel()
	notes := []dummydata.Note{{Variable: "a", Kind: dummydata.Fewer, Text: "1 of 2"}}
	for _, name := range []string{"b", "c", "d", "e", "f"} {
		notes = append(notes, dummydata.Note{Variable: name, Kind: dummydata.Empty, Text: "empty"})
	}
	notes = append(notes,
		dummydata.Note{Variable: "g", Kind: dummydata.Follows, Text: "one"}, dummydata.Note{Variable: "g", Kind: dummydata.Follows, Text: "two"},
		dummydata.Note{Variable: "h", Kind: dummydata.Moved, Text: "x"}, dummydata.Note{Variable: "i", Kind: dummydata.Moved, Text: "x"},
	)
	want := []string{
		"a: 1 of 2",
		"5 variables are empty: no day is both within their limits and expected: b, c, d and 2 more",
		"g: one (and 1 more of this kind)",
		"2 variables have dates that are not expected, to be within the limits of their record: h, i",
	}
	if got := dummydata.Summarize(notes); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := dummydata.Summarize(nil); got != nil {
		t.Errorf("got %q of no notes", got)
	}
}
