// Package problem says what is wrong with an input: where, what, and what to
// do about it. Readers of project files, specs, study definitions and tables
// collect every problem they find in a [List] and return it as one error, so
// that a user repairs a file in one round.
package problem

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one fault at one place. It prints as one line,
// `file:line:column: what; remedy`. What and Remedy never hold a patient's
// value: problems reach logs.
type Problem struct {
	File   string // as the user named it; empty when there is none
	Line   int    // from 1; 0 when the fault has no line
	Column int    // from 1, in characters; 0 when the fault has no column
	What   string // what is wrong, lower case, no full stop
	Remedy string // what to do; may be empty
}

// Error is the problem as one line. What a terminal would not show as it is (a
// quoted key may hold line breaks, escape sequences, marks that turn the
// direction of a text) is escaped: one problem stays one line, and what is
// read is what is there.
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ":")
		if p.Line > 0 {
			fmt.Fprintf(&b, "%d:", p.Line)
			if p.Column > 0 {
				fmt.Fprintf(&b, "%d:", p.Column)
			}
		}
		b.WriteByte(' ')
	}
	b.WriteString(p.What)
	if p.Remedy != "" {
		b.WriteString("; " + p.Remedy)
	}
	return visible(b.String())
}

// visible is a text with the escapes of Go for what does not print.
func visible(text string) string {
	var b strings.Builder
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		if shown := rest[:size]; unicode.IsPrint(r) && (r != utf8.RuneError || size > 1) {
			b.WriteString(shown)
		} else {
			quoted := strconv.Quote(shown)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		rest = rest[size:]
	}
	return b.String()
}

// List is all the problems found in one or more files. Its zero value is
// ready to use.
type List []Problem

// Add appends a problem.
func (l *List) Add(p Problem) { *l = append(*l, p) }

// Err is the list as an error, sorted by file and place, or nil when the list
// is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	sorted := slices.Clone(l)
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return sorted
}

// Error is one line for each problem.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, p := range l {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}
