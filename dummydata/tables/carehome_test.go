package tables

import (
	"testing"

	"cohortcounts/study"
)

func TestCareHomeCategory(t *testing.T) {
	t.Parallel()
	name := func(n string) study.Expression { return study.Expression{Operator: study.Name, Name: n} }
	is := func(n string, value any) study.Expression {
		return study.Expression{Operator: study.Equal, Operands: []study.Expression{name(n), {Operator: study.Literal, Literal: value}}}
	}
	of := func(o study.Operator, e ...study.Expression) *study.Expression {
		return &study.Expression{Operator: o, Operands: e}
	}
	home, nursing := is("IsPotentialCareHome", int64(1)), is("LocationRequiresNursing", "Y")
	categories := []study.Category{
		{Label: "nursing", Condition: of(study.And, home, nursing)},
		{Label: "other", Condition: of(study.And, home, *of(study.Not, nursing))},
		{Label: "some", Condition: of(study.Or, home, nursing)},
		{Label: "none"},
	}
	for _, test := range []struct {
		home careHome
		want string
	}{
		{careHome{1, 1, 0}, "nursing"},
		{careHome{1, 0, 1}, "other"},
		{careHome{1, -1, 0}, "some"}, // an unknown value is neither equal nor unequal
		{careHome{0, -1, -1}, "none"},
		{careHome{0, 1, -1}, "some"},
	} {
		if got := test.home.category(categories); got != test.want {
			t.Errorf("%v is %v, want %s", test.home, got, test.want)
		}
	}
}
