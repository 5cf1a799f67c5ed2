package study

import "testing"

func TestAsks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		want  bool
	}{
		{nil, false},
		{false, false},
		{true, true},
		{int64(0), false},
		{int64(-1), true},
		{0.0, false},
		{0.5, true},
		{"", false},
		{"False", true},
		{[]any{}, false},
		{[]any{nil}, true},
		{map[string]any{}, false},
		{map[string]any{"a": nil}, true},
	} {
		v := &Variable{Arguments: map[string]any{"given": c.value}}
		if got := v.Asks("given"); got != c.want {
			t.Errorf("%#v: %v, want %v", c.value, got, c.want)
		}
		if v.Asks("other") {
			t.Error("what is not given is not asked for")
		}
	}
}
