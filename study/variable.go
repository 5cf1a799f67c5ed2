package study

import "slices"

// DependsOn are the variables that v's values follow from or are limited by,
// each once, in the order they are named.
func (v *Variable) DependsOn() []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add(v.Source)
	for _, name := range v.Inputs {
		add(name)
	}
	for _, end := range []*DateExpression{v.Between.From, v.Between.To} {
		if end != nil {
			add(end.Variable)
		}
	}
	for _, argument := range []string{"date", "reference_date", "start_date", "end_date"} {
		add(v.Dates[argument].Variable)
	}
	for _, category := range v.Categories {
		if category.Condition != nil {
			category.Condition.eachName(add)
		}
	}
	return names
}

func (e *Expression) eachName(do func(name string)) {
	if e.Operator == Name {
		do(e.Name)
	}
	for i := range e.Operands {
		e.Operands[i].eachName(do)
	}
}

// Asks tells whether the study switches something on: whether it gives an
// argument that Python takes for true.
func (v *Variable) Asks(argument string) bool { return truthy(v.Arguments[argument]) }
