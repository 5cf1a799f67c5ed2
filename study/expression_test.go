package study

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// show writes an expression with all its brackets.
func show(e Expression) string {
	switch e.Operator {
	case Name:
		return e.Name
	case Literal:
		return fmt.Sprintf("%#v", e.Literal)
	case Not:
		return "NOT(" + show(e.Operands[0]) + ")"
	}
	if len(e.Operands) == 1 {
		return "(" + string(e.Operator) + show(e.Operands[0]) + ")"
	}
	parts := make([]string, len(e.Operands))
	for i, operand := range e.Operands {
		parts[i] = show(operand)
	}
	return "(" + strings.Join(parts, " "+string(e.Operator)+" ") + ")"
}

func emptyOf(name string) (any, bool) {
	empty, ok := map[string]any{"a": int64(0), "b": int64(0), "c": int64(0), "sex": "", "imd": int64(-1), "in_care": int64(0)}[name]
	return empty, ok
}

func TestParseCondition(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a":                         "(a != 0)",
		"sex":                       `(sex != "")`,
		"imd":                       "(imd != -1)",
		"NOT a AND b":               "(NOT((a != 0)) AND (b != 0))",
		"a OR b AND c":              "((a != 0) OR ((b != 0) AND (c != 0)))",
		"(a OR b) AND c":            "(((a != 0) OR (b != 0)) AND (c != 0))",
		"NOT a = 1":                 "NOT((a = 1))",
		"NOT (a = 1) OR b":          "(NOT((a = 1)) OR (b != 0))",
		"a AND b AND c":             "((a != 0) AND (b != 0) AND (c != 0))",
		"a >= 18 AND a<70":          "((a >= 18) AND (a < 70))",
		"a + b*2 > -1.5":            "((a + (b * 2)) > -1.5)",
		"a - b - c != 0":            "(((a - b) - c) != 0)",
		"-a < .5":                   "((-a) < 0.5)",
		"a > 1e3":                   "(a > 1000)",
		`sex = "M" OR sex='F'`:      `((sex = "M") OR (sex = "F"))`,
		"sex = ''":                  `(sex = "")`,
		"a -- why\nAND b # and how": "((a != 0) AND (b != 0))",
		"/* here */ a":              "(a != 0)",
		"(a AND b) = 1":             "(((a != 0) AND (b != 0)) = 1)",
		"((a))":                     "(a != 0)",
		"in_care":                   "(in_care != 0)",
		"a > 2020-01-01":            "(a > ((2020 - 1) - 1))",
		"\n  a\n  AND\n  b\n":       "((a != 0) AND (b != 0))",
	} {
		got, faults := parseCondition(text, emptyOf)
		if faults != nil {
			t.Errorf("%q: %v", text, faults)
		} else if show(*got) != want {
			t.Errorf("%q: got %s, want %s", text, show(*got), want)
		}
	}
}

func TestParseConditionFaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                 "is empty",
		"  -- nothing":                     "is empty",
		"a and b":                          `"and" must be written "AND"`,
		"a == 1":                           "write = instead",
		"a <> 1":                           "write != instead",
		"a AND":                            "ends where a value is wanted",
		"(a AND b":                         "a bracket is not closed",
		"a b":                              "unexpected b after a",
		"a)":                               "unexpected ) after a",
		"= 1":                              "unexpected = at the start",
		"a IN (1, 2)":                      "cannot read the expression at \", 2)\"",
		"a IS NULL":                        "unexpected IS after a",
		"TRUE":                             "TRUE cannot be used",
		"a % 2":                            "cannot read",
		"sex = 'a-b'":                      "may only hold",
		"sex = '2020-01-01'":               "may only hold",
		"sex = 'open":                      "cannot read",
		"zzz AND a":                        `unknown column "zzz"`,
		strings.Repeat("(", 5000) + "a":    "nested too deeply",
		strings.Repeat("NOT ", 5000) + "a": "nested too deeply",
		strings.Repeat("- ", 5000) + "a":   "nested too deeply",
	} {
		_, faults := parseCondition(text, emptyOf)
		if err := errors.Join(faults...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", firstRunes(text, 30), err, want)
		}
	}
}

// Every unknown name is told, not the first only.
func TestUnknownNames(t *testing.T) {
	t.Parallel()
	_, faults := parseCondition("x AND y > 1 OR a", emptyOf)
	if len(faults) != 2 {
		t.Errorf("got %v", faults)
	}
}

// Any text is an expression or an error, and what an expression shows as is
// the same expression again.
func FuzzCondition(f *testing.F) {
	for _, seed := range []string{"a", "NOT a AND (b OR sex = 'M')", "a + 1 > -2 * b", "a -- x", "((a", "a = = b", "a # c\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, faults := parseCondition(text, emptyOf)
		if faults != nil {
			return
		}
		again, faults := parseCondition(show(*got), emptyOf)
		if faults != nil || show(*again) != show(*got) {
			t.Errorf("%q: %s, then %v %v", text, show(*got), again, faults)
		}
	})
}
