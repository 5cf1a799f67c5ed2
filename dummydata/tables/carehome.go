package tables

import (
	"fmt"
	"slices"

	"cohortcounts/study"
)

// careHomeNames are the names that the conditions of care_home_status_as_of
// may use, with their columns, in the order of a careHome.
var careHomeNames = [3]struct{ name, column string }{
	{"IsPotentialCareHome", "care_home_is_potential_match"},
	{"LocationRequiresNursing", "care_home_requires_nursing"},
	{"LocationDoesNotRequireNursing", "care_home_does_not_require_nursing"},
}

// A careHome is what an address says of care: for each of careHomeNames 1, 0,
// or -1 for unknown.
type careHome [3]int

// careHomes are all that an address can say, the plainest first.
func careHomes() []careHome {
	all := []careHome{{0, -1, -1}, {1, 1, 0}, {1, 0, 1}, {1, 0, 0}, {1, 1, 1}, {1, -1, -1}}
	for _, nursing := range []int{0, 1, -1} {
		all = append(all, careHome{1, nursing, -1}, careHome{1, -1, nursing})
	}
	return all
}

// careHomePart finds, for each label, an address that the study takes for it.
func (p *plan) careHomePart(v *study.Variable, s *tableSchema, part addressPart) (addressPart, bool) {
	found := map[string][]cell{}
	for _, home := range careHomes() {
		label := fmt.Sprint(home.category(v.Categories))
		if _, ok := found[label]; !ok {
			found[label] = home.cells(s)
		}
	}
	part.empty = careHome{0, -1, -1}.cells(s)
	if v.Type == study.Bool {
		part.filled = careHome{1, 1, 0}.cells(s)
		if cells, ok := found["true"]; ok {
			part.filled = cells
		}
		return part, true
	}
	if cells, ok := found[""]; ok {
		part.empty = cells
	} else if slices.Contains(p.drawing.Labels(v.Name), nil) {
		p.note(v.Name, unknownLabel, "no address is without a label by the conditions of its categories")
	}
	for _, label := range p.drawing.Labels(v.Name) {
		cells, ok := found[fmt.Sprint(label)]
		if !ok && label != nil {
			p.note(v.Name, unknownLabel, "no address has the label %q by the conditions of its categories", fmt.Sprint(label))
		}
		if !ok {
			cells = part.empty
		}
		part.labels = append(part.labels, cells)
	}
	return part, true
}

func (h careHome) cells(s *tableSchema) []cell {
	var cells []cell
	for i, known := range h {
		at := s.at(careHomeNames[i].column)
		if known < 0 {
			cells = append(cells, nullCell(at))
		} else {
			cells = append(cells, boolCell(at, known == 1))
		}
	}
	return cells
}

// category is the label of an address: that of the first condition that is
// true, else the default.
func (h careHome) category(categories []study.Category) any {
	var otherwise any
	for i := range categories {
		c := &categories[i]
		if c.Condition == nil {
			otherwise = c.Label
		} else if h.holds(c.Condition) == yes {
			return c.Label
		}
	}
	return otherwise
}

// truth is that of SQL: what compares with an unknown value is unknown.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func (h careHome) holds(e *study.Expression) truth {
	switch e.Operator {
	case study.And:
		all := yes
		for i := range e.Operands {
			all = min(all, h.holds(&e.Operands[i]))
		}
		return all
	case study.Or:
		some := no
		for i := range e.Operands {
			some = max(some, h.holds(&e.Operands[i]))
		}
		return some
	case study.Not:
		if len(e.Operands) == 1 {
			return yes - h.holds(&e.Operands[0])
		}
	case study.Equal, study.NotEqual:
		if len(e.Operands) != 2 {
			return unknown
		}
		a, aKnown := h.value(&e.Operands[0])
		b, bKnown := h.value(&e.Operands[1])
		switch {
		case !aKnown || !bKnown:
			return unknown
		case (a == b) == (e.Operator == study.Equal):
			return yes
		}
		return no
	}
	return unknown
}

// value is a name's value: 1 or 0 for the first name, Y or N for the others.
func (h careHome) value(e *study.Expression) (text string, known bool) {
	if e.Operator == study.Literal {
		return fmt.Sprint(e.Literal), true
	}
	for i, n := range careHomeNames {
		if e.Operator != study.Name || e.Name != n.name {
			continue
		}
		switch {
		case h[i] < 0:
			return "", false
		case i == 0:
			return fmt.Sprint(h[i]), true
		case h[i] == 1:
			return "Y", true
		}
		return "N", true
	}
	return "", false
}
