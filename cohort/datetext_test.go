package cohort

import "testing"

// A message tells how a patient's value looks, and nothing of what it is.
func TestShape(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                 "",
		"31/12/2020":       "99/99/9999",
		"NHS 943 476 5919": "AAA 999 999 9999",
		"Müller\t\x00É٣":   "Aaaaaa\t\x00A9",
		"12 Jan 2020\xff":  "99 Aaa 9999a",
		"1234567890" + "1234567890" + "1234567890" + "1234567890" + "1": "9999999999999999999999999999999999999999…",
	} {
		if got := shape([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if got := shape([]byte(shape([]byte(text)))); got != want && len(text) <= 40 {
			t.Errorf("%q: its shape's shape is %q", text, got)
		}
	}
}
