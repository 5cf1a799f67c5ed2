package suggest

import "testing"

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	candidates := []string{"outputs", "needs", "run", "dummy_data_file", "Config"}
	for name, want := range map[string]string{
		"output":          "outputs",
		"need":            "needs",
		"config":          "Config",
		"dummy_data_fiel": "dummy_data_file",
		"rum":             "run",
		"x":               "",
		"expectations":    "",
		"":                "",
		"run":             "", // itself is no suggestion
	} {
		if want != "" {
			want = ` (did you mean "` + want + `"?)`
		}
		if got := DidYouMean(name, candidates); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := nearest("ab", []string{"ad", "ac"}); got != "ac" {
		t.Errorf("of two that are as near: %q, want the first by name", got)
	}
}
