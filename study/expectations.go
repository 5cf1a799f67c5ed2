package study

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"cohortcounts/internal/suggest"
)

// merge overlays one dict on another, nested dicts key by key; neither is
// changed. The order is that of the base, then of what the overlay adds.
func merge(base, over dict) dict {
	out := slices.Clone(base)
	for _, e := range over {
		i := slices.IndexFunc(out, func(o entry) bool { return o.key == e.key })
		if i < 0 {
			out = append(out, e)
			continue
		}
		inner, ok := out[i].value.(dict)
		if outer, also := e.value.(dict); ok && also {
			out[i].value = merge(inner, outer)
		} else {
			out[i].value = e.value
		}
	}
	return out
}

// wants says which keys of its expectations a variable's dummy data is made
// from.
type wants struct {
	category, integer, float bool
	labels                   []string // the category labels that may be expected; nil when any may
}

// readExpectations reads merged expectations and checks all that drawing dummy
// data relies on.
func readExpectations(merged dict, own dict, need wants, scope dateScope) (*Expectations, []error) {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	x := &Expectations{Rate: ExponentialIncrease}

	known := []string{"rate", "incidence", "date", "category", "int", "float", "bool", "match_incidence"}
	for _, e := range merged {
		if key, ok := e.key.(string); !ok || !slices.Contains(known, key) {
			fault("return_expectations has no key %v%s; its keys are %s", quote(e.key), suggest.DidYouMean(key, known), strings.Join(known, ", "))
		}
	}

	if rate, ok := merged.get("rate"); ok {
		text, _ := rate.(string)
		switch Rate(text) {
		case Uniform, ExponentialIncrease, Universal:
			x.Rate = Rate(text)
		default:
			fault("unknown rate %s in return_expectations; rates are uniform, exponential_increase and universal", quote(rate))
		}
	}

	incidence, _ := merged.get("incidence")
	switch n, ok := toFloat(incidence); {
	case ok && (n < 0 || n > 1 || math.IsNaN(n)):
		if x.Rate != Universal {
			fault("the incidence must be from 0 to 1, got %v", n)
		}
	case ok && n != 0:
		x.Incidence = &n
	case x.Rate == Universal:
	case incidence == nil || ok:
		fault("return_expectations needs an incidence above 0, or the rate universal")
	default:
		fault("the incidence must be a number from 0 to 1, got %s", quote(incidence))
	}

	date, ok := merged.get("date")
	dates, isDict := date.(dict)
	if !ok || !isDict {
		fault("return_expectations must give a date with earliest and latest; so may default_expectations")
	} else {
		for _, key := range []string{"earliest", "latest"} {
			value, ok := dates.get(key)
			text, isText := value.(string)
			switch {
			case !ok:
				fault("return_expectations must give a date[%s]; so may default_expectations", key)
			case !isText:
				fault("date[%s] of return_expectations must be a date as text, got %s", key, quote(value))
			default:
				parsed, err := parseDate(text, scope)
				if err != nil {
					fault("date[%s] of return_expectations: %w", key, err)
				} else if key == "earliest" {
					x.Earliest = parsed.Date
				} else {
					x.Latest = parsed.Date
				}
			}
		}
	}

	// A uniform range written backwards works in the original, and is met with in
	// public studies whose default dates were moved: its days are the same but
	// for the ends. Only it does.
	if !x.Earliest.IsZero() && !x.Latest.IsZero() && x.Latest.Before(x.Earliest) {
		if x.Rate == ExponentialIncrease {
			fault("the expected dates end, on %s, before they begin, on %s", x.Latest.Format(time.DateOnly), x.Earliest.Format(time.DateOnly))
		}
		x.Earliest, x.Latest = x.Latest, x.Earliest.AddDate(0, 0, -1)
	}

	category, err := readCategory(merged, own, need)
	x.Category = category
	if err != nil && need.category {
		faults = append(faults, err)
	}
	x.Int, err = readDistribution(merged, "int", "normal", "poisson", "population_ages")
	if err != nil && need.integer {
		faults = append(faults, err)
	}
	x.Float, err = readDistribution(merged, "float", "normal")
	if err != nil && need.float {
		faults = append(faults, err)
	}
	return x, faults
}

// readCategory reads category["ratios"]. The variable's own expectations must
// have it: the study's defaults do not help, as in the original.
func readCategory(merged, own dict, need wants) ([]Ratio, error) {
	category, _ := merged.get("category")
	inner, ok := category.(dict)
	_, ownOK := own.get("category")
	value, hasRatios := inner.get("ratios")
	ratios, isDict := value.(dict)
	switch {
	case !ok || !ownOK:
		return nil, errors.New(`return_expectations must give a category with ratios, such as {"category": {"ratios": {"M": 0.5, "F": 0.5}}}`)
	case !hasRatios:
		return nil, errors.New(`category of return_expectations has no ratios; give it some, such as {"category": {"ratios": {"M": 0.5, "F": 0.5}}}`)
	case !isDict || len(ratios) == 0:
		return nil, errors.New("category ratios of return_expectations must be a dict of labels and shares")
	}
	var out []Ratio
	var sum float64
	var unknown []string
	for _, e := range ratios {
		share, ok := toFloat(e.value)
		if !ok || share < 0 || share > 1+1e-5 {
			return nil, fmt.Errorf("the share of category %s must be a number from 0 to 1", quote(e.key))
		}
		switch e.key.(type) {
		case nil, bool, int64, float64, string:
		default:
			return nil, fmt.Errorf("a category of return_expectations must be text or a number, got %s", quote(e.key))
		}
		if label, ok := e.key.(string); need.labels != nil && (!ok || !slices.Contains(need.labels, label)) {
			unknown = append(unknown, quote(e.key))
		}
		sum += share
		out = append(out, Ratio{Label: e.key, Share: share})
	}
	// The tolerance of the original.
	if math.Abs(sum-1) > 1e-8+1e-5 {
		return nil, fmt.Errorf("the category ratios of return_expectations add up to %.6g; they must add up to 1", sum)
	}
	if unknown != nil {
		known := make([]string, len(need.labels))
		for i, label := range need.labels {
			known[i] = quote(label)
		}
		return nil, fmt.Errorf("return_expectations expects %s, which are not among the categories %s",
			strings.Join(unknown, ", "), strings.Join(known, ", "))
	}
	return out, nil
}

// readDistribution reads the key "int" or "float".
func readDistribution(merged dict, key string, accepted ...string) (*Distribution, error) {
	value, _ := merged.get(key)
	d, ok := value.(dict)
	if !ok {
		return nil, fmt.Errorf(`return_expectations must give a distribution for %s, such as {"%s": {"distribution": "normal", "mean": 25, "stddev": 5}}`, key, key)
	}
	name, _ := d.get("distribution")
	text, _ := name.(string)
	if name == nil {
		return nil, fmt.Errorf("%s of return_expectations needs a distribution: %s", key, strings.Join(accepted, " or "))
	}
	if !slices.Contains(accepted, text) {
		return nil, fmt.Errorf("unknown distribution %s for %s in return_expectations; known are %s", quote(name), key, strings.Join(accepted, ", "))
	}
	out := &Distribution{Name: text}
	needed := map[string][]string{"normal": {"mean", "stddev"}, "poisson": {"mean"}}[text]
	for _, parameter := range needed {
		value, ok := d.get(parameter)
		n, isNumber := toFloat(value)
		switch {
		case !ok:
			return nil, fmt.Errorf("the %s distribution of %s in return_expectations needs a %s", text, key, parameter)
		case !isNumber:
			return nil, fmt.Errorf("the %s of %s in return_expectations must be a number, got %s", parameter, key, quote(value))
		case n < 0 && (parameter == "stddev" || text == "poisson"):
			return nil, fmt.Errorf("the %s of %s in return_expectations must not be negative", parameter, key)
		}
		if parameter == "mean" {
			out.Mean = n
		} else {
			out.StdDev = n
		}
	}
	return out, nil
}

// toFloat is a Python number as a float64; True and False are not numbers here.
func toFloat(v any) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

// quote is a value for a message: text in quotes, others by their kind where
// they are large.
func quote(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case string:
		return fmt.Sprintf("%q", firstRunes(v, 80))
	case int64, float64:
		return fmt.Sprint(v)
	case []any:
		return "a list"
	case dict:
		return "a dict"
	case *Codelist:
		return "a codelist"
	case *call:
		return "patients." + v.function + "(…)"
	case opaque:
		return "a " + string(v)
	}
	return fmt.Sprintf("%T", v)
}
