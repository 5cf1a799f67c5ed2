package pythontext

import (
	"math"
	"testing"
)

func TestFloat(t *testing.T) {
	t.Parallel()
	for x, want := range map[float64]string{
		1: "1.0", -2.5: "-2.5", 1e15: "1000000000000000.0", 1e16: "1e+16", 1.5e100: "1.5e+100", 1e-4: "0.0001", 1.25e-5: "1.25e-05",
		1.0 / 3: "0.3333333333333333", math.Inf(1): "inf", math.Inf(-1): "-inf",
	} {
		if got := Float(x); got != want {
			t.Errorf("%v: got %s, want %s", x, got, want)
		}
	}
	for want, x := range map[string]float64{"0.0": 0, "-0.0": math.Copysign(0, -1), "nan": math.NaN()} {
		if got := Float(x); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestAppendCell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "a b": "a b", "a,b": `"a,b"`, `say "a"`: `"say ""a"""`, "two\nlines": "\"two\nlines\"", "\r": "\"\r\"",
	} {
		if got := string(AppendCell([]byte("x;"), text)); got != "x;"+want {
			t.Errorf("%q: got %s, want x;%s", text, got, want)
		}
	}
}
