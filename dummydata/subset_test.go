package dummydata_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// D4: leaving variables out changes no others but those of their chains, of
// what follows from them, and deaths, which come after all else.
func TestAnySubsetDrawsTheSame(t *testing.T) {
	t.Parallel()
	def := everything(t)
	opts := dummydata.Options{Patients: 9000, Seed: 5}
	whole := draw(t, def, opts)
	family := families(def)
	random := rand.New(rand.NewPCG(1, 2))
	for range 12 {
		left := *def
		left.Variables = nil
		out := map[string]bool{}
		for _, v := range def.Variables {
			if f := family[v.Name]; f != family[def.Population] && random.IntN(3) == 0 {
				out[f] = true
			}
		}
		for _, v := range def.Variables {
			if !out[family[v.Name]] {
				left.Variables = append(left.Variables, v)
			}
		}
		if len(left.Variables) < 3 {
			continue
		}
		part := draw(t, &left, opts)
		for _, name := range part.names {
			if family[name] != family["died"] && !slices.Equal(whole.values[name], part.values[name]) {
				t.Errorf("%s changed when %d of %d variables were left out", name, len(def.Variables)-len(left.Variables), len(def.Variables))
			}
		}
	}
}

// families names, for each variable, the first of those that it hangs together
// with.
func families(def *study.Definition) map[string]string {
	family := map[string]string{"patient_id": "patient_id"}
	join := func(a, b string) {
		old, now := family[a], family[b]
		for name, f := range family {
			if f == old {
				family[name] = now
			}
		}
	}
	for _, v := range def.Variables {
		family[v.Name] = v.Name
	}
	shared := map[string]string{ // the same of a patient, whoever asks
		"age_as_of": "age", "date_of_birth": "age", "registered_practice_as_of": "stp", "address_as_of": "stp",
		"died_from_any_cause": "died", "with_these_codes_on_death_certificate": "died",
	}
	for i := range def.Variables {
		v := &def.Variables[i]
		others := slices.Clone(v.Inputs)
		for _, end := range []*study.DateExpression{v.Between.From, v.Between.To} {
			if end != nil && end.Variable != "" {
				others = append(others, end.Variable)
			}
		}
		if v.Source != "" {
			others = append(others, v.Source)
		}
		if with := shared[v.Function]; with != "" {
			others = append(others, with)
		}
		var walk func(e *study.Expression)
		walk = func(e *study.Expression) {
			if e == nil {
				return
			}
			if e.Operator == study.Name && family[e.Name] != "" {
				others = append(others, e.Name)
			}
			for i := range e.Operands {
				walk(&e.Operands[i])
			}
		}
		for _, c := range v.Categories {
			walk(c.Condition)
		}
		for _, other := range others {
			join(v.Name, other)
		}
	}
	return family
}
