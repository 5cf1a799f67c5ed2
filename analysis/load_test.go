package analysis

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOriginal(t *testing.T) {
	t.Parallel()
	spec := Original()
	if got := spec.Period.Start.Format(time.DateOnly) + " " + spec.Period.End.Format(time.DateOnly); got != "2020-02-01 2021-11-28" {
		t.Errorf("period %s", got)
	}
	want := Rule{Profile: "original", RedactAtOrBelow: 5, RoundTo: 5}
	if diff := cmp.Diff(want, spec.Disclosure); diff != "" {
		t.Error(diff)
	}
	if len(spec.Codelists.Names) != 16 || len(spec.Panels) != 4 || len(spec.Panels[1].Series) != 5 {
		t.Errorf("%d codelists, %d panels", len(spec.Codelists.Names), len(spec.Panels))
	}
}

const period = "period: {start: 2020-02-01, end: 2020-03-01}\n"

func TestParse(t *testing.T) {
	t.Parallel()
	opensafely := Rule{Profile: "opensafely", RedactAtOrBelow: 7, RoundTo: 5}
	base := func(change func(*Spec)) *Spec {
		spec := &Spec{
			Period: Period{
				Start: time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC),
				End:   time.Date(2020, 3, 1, 0, 0, 0, 0, time.UTC),
			},
			Codelists:  Codelists{Auto: true},
			Disclosure: opensafely,
		}
		change(spec)
		return spec
	}
	for name, c := range map[string]struct {
		text string
		want *Spec
	}{
		"only a period": {period, base(func(*Spec) {})},
		"week ends": {
			"period: {start: 2020-02-01, end: '2020-03-01', week_ends: Wed, interval: month}",
			base(func(s *Spec) { s.Period.WeekEnds = time.Wednesday; s.Period.Interval = Month }),
		},
		"first and auto": {period + "first: true\ncodelists: auto", base(func(s *Spec) { s.FirstOnly = true })},
		"codelists": {
			period + "codelists: [flu, 'covid']",
			base(func(s *Spec) { s.Codelists = Codelists{Names: []string{"flu", "covid"}} }),
		},
		"a profile by name": {
			period + "disclosure: original",
			base(func(s *Spec) { s.Disclosure = Rule{Profile: "original", RedactAtOrBelow: 5, RoundTo: 5} }),
		},
		"numbers of its own": {
			period + "disclosure: {redact_at_or_below: 10, round_to: 1}",
			base(func(s *Spec) { s.Disclosure = Rule{RedactAtOrBelow: 10, RoundTo: 1} }),
		},
		"what is not said is as in the default profile": {
			period + "disclosure: {round_to: 10}",
			base(func(s *Spec) { s.Disclosure = Rule{RedactAtOrBelow: 7, RoundTo: 10} }),
		},
		"a profile and a change": {
			period + "disclosure: {marker: '[REDACTED]', profile: opensafely, zero: kept}",
			base(func(s *Spec) {
				s.Disclosure = Rule{RedactAtOrBelow: 7, RoundTo: 5, Marker: Redacted, KeepZero: true}
			}),
		},
		"midpoint6": {
			period + "disclosure: midpoint6",
			base(func(s *Spec) { s.Disclosure = Rule{Profile: "midpoint6", Midpoint6: true, KeepZero: true} }),
		},
		"panels": {
			period + "codelists: [flu]\npanels: [{title: T, series: [{codelist: flu, label: L}, flu]}]",
			base(func(s *Spec) {
				s.Codelists = Codelists{Names: []string{"flu"}}
				s.Panels = []Panel{{Title: "T", Series: []Series{{"flu", "L"}, {"flu", "flu"}}}}
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parse("spec.yaml", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseTellsEveryFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"empty":         {"", "spec.yaml: is empty; see 'cohortcounts spec' for an example"},
		"only comments": {"# nothing\n", "spec.yaml: is empty; see 'cohortcounts spec' for an example"},
		"no period":     {"first: true", "spec.yaml:1:6: period is missing; write period: {start: 2020-02-01, end: 2021-11-28}"},
		"a list":        {"- a\n- b", "spec.yaml:1:1: an analysis spec: want keys and values, found a list"},
		"two documents": {period + "---\nfirst: true", "spec.yaml:3:6: a second document begins; keep one analysis in a file"},
		"twice":         {period + period, `spec.yaml:2:1: mapping key "period" already defined at [1:1]`},
		"several at once": {
			"period: {start: 2020-02-30, ends: 2020-03-01}\nfirst: 1\ncodelists: []\ndisclosure: {round_to: -5, marker: x}\n",
			"spec.yaml:1:9: period: end is missing; write period: {start: 2020-02-01, end: 2021-11-28}\n" +
				"spec.yaml:1:17: period: start: want a date, found \"2020-02-30\"; write it as 2020-02-01\n" +
				"spec.yaml:1:29: period: \"ends\" is not a key of it; the keys are end, interval, start, week_ends\n" +
				"spec.yaml:2:8: first: want true or false, found \"1\"\n" +
				"spec.yaml:3:12: codelists: the list is empty; name some, or write auto\n" +
				"spec.yaml:4:24: disclosure: round_to: want a whole number from 0 to 2147483647, found \"-5\"\n" +
				"spec.yaml:4:36: disclosure: marker: want \"\" or \"[REDACTED]\", found \"x\"",
		},
		"the wrong way round": {
			"period: {start: 2020-03-01, end: 2020-02-01}",
			"spec.yaml:1:9: period: ends (2020-02-01) before it starts (2020-03-01)",
		},
		"no value": {period + "codelists:\n", "spec.yaml:2:1: an analysis spec: codelists has no value; write one or leave the key out"},
		"a codelist twice": {
			period + "codelists: [a, b, a]",
			`spec.yaml:2:19: codelists: "a" is listed twice; remove one`,
		},
		"a name that a header would have to quote": {
			period + "codelists: [a b]",
			`spec.yaml:2:13: codelists: want a name of letters, digits, and _ . -, found "a b"`,
		},
		"a series that is not counted": {
			period + "codelists: [a]\npanels: [{title: T, series: [{codelist: b}]}]",
			`spec.yaml:3:41: panels: "b" is not among the codelists; add it there, or remove the series`,
		},
		"a profile that is not known": {
			period + "disclosure: nhs",
			`spec.yaml:2:13: disclosure profile "nhs" is not known; write one of original, opensafely, midpoint6`,
		},
		"midpoint with numbers": {
			period + "disclosure: {midpoint6: true, round_to: 5}",
			"spec.yaml:2:13: disclosure: midpoint6 has no threshold and no rounding of its own; remove redact_at_or_below and round_to, or midpoint6",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := parse("spec.yaml", []byte(c.text))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Any text is a spec or an error with a place, never a panic.
func FuzzParse(f *testing.F) {
	f.Add(originalText)
	f.Add([]byte(period))
	f.Add([]byte("period: &a {start: *a}"))
	f.Add([]byte("? [a]\n: b"))
	f.Add([]byte("<<: {period: 1}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		spec, err := parse("spec.yaml", data)
		if (spec == nil) == (err == nil) {
			t.Errorf("spec %v, error %v", spec, err)
		}
	})
}

// The page on the spec has every key that the reader knows.
func TestPageHasTheKeys(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/spec.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"none: 1", "period: {none: 1}", "disclosure: {none: 1}", "panels: [{none: 1}]", "panels: [{series: [{none: 1}]}]",
	} {
		_, err := parse("spec.yaml", []byte(text))
		if err == nil {
			t.Fatalf("%s: no error", text)
		}
		_, list, _ := strings.Cut(err.Error(), "the keys are ")
		list, _, _ = strings.Cut(list, "\n")
		for key := range strings.SplitSeq(list, ", ") {
			if !regexp.MustCompile("`[^`]*\\b" + key + "\\b[^`]*`").Match(page) {
				t.Errorf("%s: the page does not name the key %q", text, key)
			}
		}
	}
}
