package problem

import (
	"errors"
	"testing"
)

func TestProblemPrintsAsOneLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   Problem
		want string
	}{
		{"all", Problem{"a.yaml", 3, 7, "unknown key", "remove it"}, "a.yaml:3:7: unknown key; remove it"},
		{"no column", Problem{File: "a.csv", Line: 3, What: "two dates"}, "a.csv:3: two dates"},
		{"column without a line is not told", Problem{File: "a", Column: 4, What: "bad"}, "a: bad"},
		{"no file", Problem{What: "bad", Remedy: "mend it"}, "bad; mend it"},
		{"a quoted line break stays in the line", Problem{What: "key \"a\nb\""}, `key "a\nb"`},
		{"what a terminal takes for orders, or turns round", Problem{What: "name \x1b[31mred\u202e\tend\xff, na\u00efve"}, "name \\x1b[31mred\\u202e\\tend\\xff, na\u00efve"},
	} {
		if got := c.in.Error(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestListIsSortedByPlace(t *testing.T) {
	t.Parallel()
	var l List
	if l.Err() != nil {
		t.Fatal("an empty list is no error")
	}
	l.Add(Problem{File: "b", Line: 1, What: "fourth"})
	l.Add(Problem{File: "a", Line: 2, What: "third"})
	l.Add(Problem{File: "a", Line: 1, Column: 9, What: "second"})
	l.Add(Problem{File: "a", Line: 1, Column: 2, What: "first"})
	want := "a:1:2: first\na:1:9: second\na:2: third\nb:1: fourth"
	if got := l.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var list List
	if !errors.As(l.Err(), &list) || len(list) != 4 {
		t.Error("the list cannot be had back from the error")
	}
}
