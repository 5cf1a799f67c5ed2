//go:build cgo

package extract

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cohortcounts/analysis"
	"cohortcounts/flowchart"
	"cohortcounts/study"
)

// The numbers of a flowchart are those of a patient-by-patient evaluation.
func TestFlowchartAgainstNaive(t *testing.T) {
	t.Parallel()
	for seed := range 20 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := random{rand.New(rand.NewPCG(uint64(seed), 5))}
			tables := r.database(60)
			s := &studies{random: r, def: randomStudy(r, false)}
			population := slices.IndexFunc(s.def.Variables, func(v study.Variable) bool { return v.Name == s.def.Population })
			s.def.Variables = slices.Delete(s.def.Variables, population, population+1)
			parts := []study.Expression{*s.condition(1), {Operator: study.Not, Operands: []study.Expression{*s.condition(1)}}, {Operator: study.Or, Operands: []study.Expression{*s.condition(0), *s.condition(0)}}}
			both := study.Expression{Operator: study.And, Operands: []study.Expression{parts[0], {Operator: study.And, Operands: parts[1:]}}}
			s.def.Variables = append(s.def.Variables, study.Variable{Name: s.def.Population, Hidden: true, Function: "satisfying", Type: study.Bool, Categories: []study.Category{{Label: true, Condition: &both}, {Label: false}}})
			var flat []study.Expression
			for _, part := range parts {
				flat = append(flat, conjuncts(&study.Variable{Function: "satisfying", Categories: []study.Category{{Condition: &part}}})...)
			}
			dir := t.TempDir()
			writeTables(t, dir, tables)
			raw, err := Flowchart(t.Context(), s.def, Options{URL: "duckdb:" + dir, Threads: 1})
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for i := range len(flat) + 1 {
				want = append(want, fmt.Sprint((&naive{def: s.def, tables: tables}).meeting(flat[:i])))
			}
			var got []string
			for _, step := range flowchart.Release(raw, analysis.Rule{KeepZero: true}).Steps {
				got = append(got, fmt.Sprint(step.Left.Count))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

// meeting is how many patients meet all the conditions.
func (n *naive) meeting(conditions []study.Expression) (count int) {
	for _, self := range n.tables["patients"] {
		p := n.person(self)
		for i := range n.def.Variables {
			v := &n.def.Variables[i]
			p.values[v.Name] = p.evaluate(v)
		}
		meets := true
		for i := range conditions {
			meets = meets && scope{get: func(name string) any { return p.values[name] }}.truth(&conditions[i]) == sure
		}
		if meets {
			count++
		}
	}
	return count
}

// A part of the population is called by what its author wrote.
func TestWritten(t *testing.T) {
	t.Parallel()
	name := func(n string) study.Expression {
		return study.Expression{Operator: study.NotEqual, Operands: []study.Expression{{Operator: study.Name, Name: n}, {Operator: study.Literal, Literal: int64(0)}}}
	}
	adult := study.Expression{Operator: study.GreaterEqual, Operands: []study.Expression{{Operator: study.Name, Name: "age"}, {Operator: study.Literal, Literal: int64(18)}}}
	either := study.Expression{Operator: study.Or, Operands: []study.Expression{name("a"), {Operator: study.And, Operands: []study.Expression{name("b"), adult}}}}
	for want, e := range map[string]study.Expression{
		"a":                          name("a"),
		"a OR b AND age >= 18":       either,
		"NOT (a OR b AND age >= 18)": {Operator: study.Not, Operands: []study.Expression{either}},
		"NOT a":                      {Operator: study.Not, Operands: []study.Expression{name("a")}},
		`sex = "F"`:                  {Operator: study.Equal, Operands: []study.Expression{{Operator: study.Name, Name: "sex"}, {Operator: study.Literal, Literal: "F"}}},
		"(age + -1) > 3":             {Operator: study.Greater, Operands: []study.Expression{{Operator: study.Plus, Operands: []study.Expression{{Operator: study.Name, Name: "age"}, {Operator: study.Minus, Operands: []study.Expression{{Operator: study.Literal, Literal: int64(1)}}}}}, {Operator: study.Literal, Literal: int64(3)}}},
	} {
		if got := written(&e, outer); got != want {
			t.Errorf("%s, want %s", strings.TrimSpace(got), want)
		}
	}
}
