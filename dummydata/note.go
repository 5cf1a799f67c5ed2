package dummydata

import (
	"fmt"
	"slices"
	"strings"
)

// Note says where a study's expectations could not be met.
type Note struct {
	Variable string `json:"variable"`
	Kind     Kind   `json:"kind"`
	Text     string `json:"text"`
}

func (n Note) String() string { return n.Variable + ": " + n.Text }

// A Kind is what the notes of several variables have in common, in words that
// follow their number.
type Kind string

// The kinds of a cohort's notes.
const (
	Empty   Kind = "are empty: no day is both within their limits and expected"
	Moved   Kind = "have dates that are not expected, to be within the limits of their record"
	Fewer   Kind = "have fewer rows with a value than asked"
	Early   Kind = "have deaths before other dates of the patient"
	Follows Kind = "follow from others: their share is not the one asked"
	Apart   Kind = "do not agree with others, which cannot be drawn so that both are as expected"
)

func (p *plan) note(n *node, kind Kind, text string) {
	p.notes = append(p.notes, Note{n.name, kind, text})
}

// namesShown is how many variables a line of a summary names.
const namesShown = 3

// Summarize makes one line of the notes of each kind, in the order in which
// the kinds first appear. A note that is the only one of its kind is told in
// full.
func Summarize(notes []Note) []string {
	var kinds []Kind
	byKind := map[Kind][]Note{}
	for _, n := range notes {
		if byKind[n.Kind] == nil {
			kinds = append(kinds, n.Kind)
		}
		byKind[n.Kind] = append(byKind[n.Kind], n)
	}
	var lines []string
	for _, kind := range kinds {
		var names []string
		for _, n := range byKind[kind] {
			if !slices.Contains(names, n.Variable) {
				names = append(names, n.Variable)
			}
		}
		switch more := len(names) - namesShown; {
		case len(byKind[kind]) == 1:
			lines = append(lines, byKind[kind][0].String())
		case len(names) == 1:
			lines = append(lines, fmt.Sprintf("%s: %s (and %d more of this kind)", names[0], byKind[kind][0].Text, len(byKind[kind])-1))
		case more > 1:
			lines = append(lines, fmt.Sprintf("%d variables %s: %s and %d more", len(names), kind, strings.Join(names[:namesShown], ", "), more))
		default:
			lines = append(lines, fmt.Sprintf("%d variables %s: %s", len(names), kind, strings.Join(names, ", ")))
		}
	}
	return lines
}
