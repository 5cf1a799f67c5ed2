package freqplotscmd

import (
	"math"
	"testing"
)

func TestLength(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"": 0, "15in": 1080, "15": 1080, "99.5": 7164, "100": 75, "1440": 1080, "1440px": 1080, "20px": 15,
		"1080pt": 1080, "38.1cm": 1080, "381mm": 1080, "1e3pt": 1000, "15 in": 1080,
	} {
		got, err := length(text)
		if err != nil || math.Abs(got-want) > 1e-9 {
			t.Errorf("%q is %g, %v; want %g", text, got, err, want)
		}
	}
	for _, text := range []string{"wide", "in", "-5in", "0", "NaN", "Inf", "infin", "15ft", "1,5in", "5inin"} {
		if got, err := length(text); err == nil {
			t.Errorf("%q is %g, want an error", text, got)
		}
	}
}

func TestPlainNames(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"SGSS tests": "sgss-tests", "Primary Care Probable COVID-19": "primary-care-probable-covid-19",
		"../../etc/passwd": "etc-passwd", "咳": "", "": "", "a\x00b\nc": "a-b-c",
	} {
		if got := plain(title); got != want {
			t.Errorf("%q gives %q, want %q", title, got, want)
		}
	}
}
