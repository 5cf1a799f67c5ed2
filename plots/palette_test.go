package plots

import (
	"image/color"
	"math"
	"testing"
)

// vector is linear red, green and blue, or the three numbers of CIE L*a*b*.
type vector [3]float64

func linear(c color.RGBA) vector {
	var v vector
	for i, channel := range []uint8{c.R, c.G, c.B} {
		x := float64(channel) / 255
		if v[i] = x / 12.92; x > 0.04045 {
			v[i] = math.Pow((x+0.055)/1.055, 2.4)
		}
	}
	return v
}

func (m matrix) times(v vector) vector {
	var out vector
	for i := range out {
		for j := range v {
			out[i] += m[i][j] * v[j]
		}
	}
	return out
}

type matrix [3]vector

func lab(rgb vector) vector {
	xyz := matrix{
		{0.4124564, 0.3575761, 0.1804375},
		{0.2126729, 0.7151522, 0.0721750},
		{0.0193339, 0.1191920, 0.9503041},
	}.times(rgb)
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x, y, z := f(xyz[0]/0.95047), f(xyz[1]), f(xyz[2]/1.08883)
	return vector{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// sights are normal sight and full protanopia, deuteranopia and tritanopia, as
// Machado, Oliveira and Fernandes (2009) simulate them on linear RGB.
var sights = map[string]matrix{
	"normal":       {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func contrast(a, b color.RGBA) float64 {
	luminance := func(c color.RGBA) float64 {
		v := linear(c)
		return 0.2126*v[0] + 0.7152*v[1] + 0.0722*v[2]
	}
	high, low := luminance(a), luminance(b)
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

func TestPalette(t *testing.T) {
	t.Parallel()
	for name, theme := range map[string]theme{"light": lightTheme, "dark": darkTheme} {
		for _, text := range []ink{strong, muted} {
			if got := contrast(theme[text], theme[paper]); got < 4.5 {
				t.Errorf("%s: text %d has contrast %.2f, want 4.5 (WCAG 1.4.3)", name, text, got)
			}
		}
		for i := series0; i < series0+seriesInks; i++ {
			if got := contrast(theme[i], theme[paper]); got < 3 {
				t.Errorf("%s: ink %d has contrast %.2f with the background, want 3 (WCAG 1.4.11)", name, i, got)
			}
			for j := series0; j < i; j++ {
				a, b := linear(theme[i]), linear(theme[j])
				// In grey: lightness alone.
				if got := math.Abs(lab(a)[0] - lab(b)[0]); got < 5 {
					t.Errorf("%s: inks %d and %d differ by %.1f in lightness, want 5", name, i, j, got)
				}
				for sight, m := range sights {
					p, q := lab(m.times(a)), lab(m.times(b))
					if got := math.Hypot(math.Hypot(p[0]-q[0], p[1]-q[1]), p[2]-q[2]); got < 15 {
						t.Errorf("%s, %s: inks %d and %d are %.1f apart, want 15", name, sight, i, j, got)
					}
				}
			}
		}
	}
}

// Series that share an ink differ in dashes or marks.
func TestStylesDiffer(t *testing.T) {
	t.Parallel()
	type look struct {
		ink   ink
		shape shape
		dash  float64
	}
	seen := map[look]int{}
	for i := range 90 {
		s := styleOf(i)
		l := look{ink: s.ink, shape: s.shape}
		if s.dash != nil {
			l.dash = s.dash[0]
		}
		if j, ok := seen[l]; ok {
			t.Errorf("series %d looks like series %d", i, j)
		}
		seen[l] = i
	}
}
