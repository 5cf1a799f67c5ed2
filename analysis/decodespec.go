package analysis

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"
)

func (d *decoder) spec(root ast.Node) *Spec {
	spec := &Spec{Codelists: Codelists{Auto: true}, Disclosure: mustProfile(defaultProfile)}
	hasPeriod := false
	var panelCodelists []ast.Node
	isMapping := d.fields(root, "an analysis spec", map[string]func(ast.Node){
		"period":     func(n ast.Node) { hasPeriod = true; spec.Period = d.period(n) },
		"codelists":  func(n ast.Node) { spec.Codelists = d.codelists(n) },
		"first":      func(n ast.Node) { spec.FirstOnly = d.boolean(n, "first") },
		"disclosure": func(n ast.Node) { spec.Disclosure = d.rule(n) },
		"panels":     func(n ast.Node) { spec.Panels, panelCodelists = d.panels(n) },
	})
	if isMapping && !hasPeriod {
		d.fault(root, "period is missing", "write period: {start: 2020-02-01, end: 2021-11-28}")
	}
	for _, node := range panelCodelists {
		if name, _ := text(node); !spec.Codelists.Auto && !slices.Contains(spec.Codelists.Names, name) {
			d.fault(node, fmt.Sprintf("panels: %q is not among the codelists", name), "add it there, or remove the series")
		}
	}
	return spec
}

// maxPeriodYears keeps a slip of the year (20200 for 2020) from asking for a table
// of a million rows.
const maxPeriodYears = 400

func (d *decoder) period(node ast.Node) Period {
	p := Period{WeekEnds: time.Sunday}
	seen := map[string]bool{}
	ok := d.fields(node, "period", map[string]func(ast.Node){
		"start": func(n ast.Node) { seen["start"] = true; p.Start = d.date(n, "period: start") },
		"end":   func(n ast.Node) { seen["end"] = true; p.End = d.date(n, "period: end") },
		"week_ends": func(n ast.Node) {
			name, _ := text(n)
			day, err := ParseWeekday(name)
			if err != nil {
				d.fault(n, "period: week_ends: "+err.Error(), "")
			}
			p.WeekEnds = day
		},
		"interval": func(n ast.Node) {
			name, _ := text(n)
			interval, err := ParseInterval(name)
			if err != nil {
				d.fault(n, "period: "+err.Error(), "")
			}
			p.Interval = interval
		},
	})
	if !ok {
		return p
	}
	for _, key := range []string{"start", "end"} {
		if !seen[key] {
			d.fault(node, "period: "+key+" is missing", "write period: {start: 2020-02-01, end: 2021-11-28}")
		}
	}
	if p.Start.IsZero() || p.End.IsZero() {
		return p
	}
	if err := p.Check(); err != nil {
		d.fault(node, err.Error(), "")
	}
	return p
}

// Check says what is wrong with a period, also one that flags have changed.
func (p Period) Check() error {
	switch {
	case p.End.Before(p.Start):
		return fmt.Errorf("period: ends (%s) before it starts (%s)", p.End.Format(time.DateOnly), p.Start.Format(time.DateOnly))
	case p.End.After(p.Start.AddDate(maxPeriodYears, 0, 0)):
		return fmt.Errorf("period: is longer than %d years", maxPeriodYears)
	}
	return nil
}

// codelistName is what a codelist, which is part of a column's name, may look
// like: no comma, quote or line break, so that a table's header needs no
// quoting.
var codelistName = regexp.MustCompile(`^[\pL\pN_.-]+$`)

// codelistLetters is the same in words.
const codelistLetters = "letters, digits, and _ . -"

// ParseCodelists reads codelists as a flag has them: names, or only "auto".
func ParseCodelists(names []string) (Codelists, error) {
	if len(names) == 1 && names[0] == "auto" {
		return Codelists{Auto: true}, nil
	}
	if len(names) == 0 {
		return Codelists{}, errors.New("no codelist is named")
	}
	for i, name := range names {
		if !codelistName.MatchString(name) {
			return Codelists{}, fmt.Errorf("want a name of %s, found %q", codelistLetters, name)
		}
		if slices.Contains(names[:i], name) {
			return Codelists{}, fmt.Errorf("%q is named twice", name)
		}
	}
	return Codelists{Names: names}, nil
}

func (d *decoder) codelists(node ast.Node) Codelists {
	if name, ok := text(node); ok && name == "auto" {
		return Codelists{Auto: true}
	}
	var c Codelists
	d.items(node, "codelists", func(n ast.Node) {
		name, ok := text(n)
		switch {
		case !ok || !codelistName.MatchString(name):
			d.fault(n, "codelists: want a name of "+codelistLetters+", found "+kind(n), "")
		case slices.Contains(c.Names, name):
			d.fault(n, fmt.Sprintf("codelists: %q is listed twice", name), "remove one")
		default:
			c.Names = append(c.Names, name)
		}
	})
	if sequence, ok := node.(*ast.SequenceNode); ok && len(sequence.Values) == 0 {
		d.fault(node, "codelists: the list is empty", "name some, or write auto")
	}
	return c
}

func (d *decoder) rule(node ast.Node) Rule {
	rule := mustProfile(defaultProfile)
	if name, ok := text(node); ok {
		return d.profile(node, name)
	}
	named, changed := false, false
	var base Rule
	// The profile is the base of what is written beside it, wherever it stands.
	d.fields(node, "disclosure", map[string]func(ast.Node){
		"profile": func(n ast.Node) {
			named = true
			base = d.profile(n, d.text(n, "disclosure: profile"))
		},
		"redact_at_or_below": ignore, "round_to": ignore, "midpoint6": ignore, "zero": ignore, "marker": ignore,
	})
	if named {
		rule = base
	}
	set := func(read func(ast.Node)) func(ast.Node) {
		return func(n ast.Node) { changed = true; read(n) }
	}
	original := rule
	numbers := false
	pairs(node, map[string]func(ast.Node){
		"redact_at_or_below": set(func(n ast.Node) {
			numbers = true
			rule.RedactAtOrBelow = d.integer(n, "disclosure: redact_at_or_below")
		}),
		"round_to":  set(func(n ast.Node) { numbers = true; rule.RoundTo = d.integer(n, "disclosure: round_to") }),
		"midpoint6": set(func(n ast.Node) { rule.Midpoint6 = d.boolean(n, "disclosure: midpoint6") }),
		"zero": set(func(n ast.Node) {
			switch word, _ := text(n); word {
			case "withheld":
				rule.KeepZero = false
			case "kept":
				rule.KeepZero = true
			default:
				d.fault(n, "disclosure: zero: want withheld or kept, found "+kind(n), "")
			}
		}),
		"marker": set(func(n ast.Node) {
			marker, ok := text(n)
			if !ok || (marker != "" && marker != Redacted) {
				d.fault(n, "disclosure: marker: want \"\" or \""+Redacted+"\", found "+kind(n), "")
			}
			rule.Marker = marker
		}),
	})
	if rule.Midpoint6 && numbers {
		d.fault(node, "disclosure: midpoint6 has no threshold and no rounding of its own", "remove redact_at_or_below and round_to, or midpoint6")
	}
	if rule.Midpoint6 {
		rule.RedactAtOrBelow, rule.RoundTo = 0, 0
	}
	if changed && (!named || rule != original) {
		rule.Profile = ""
	}
	return rule
}

func ignore(ast.Node) {}

// pairs is fields once more, for a mapping whose faults have been told.
func pairs(node ast.Node, known map[string]func(ast.Node)) {
	quiet := &decoder{}
	all := map[string]func(ast.Node){"profile": ignore}
	for key, read := range known {
		all[key] = read
	}
	quiet.fields(node, "", all)
}

func (d *decoder) profile(node ast.Node, name string) Rule {
	rule, err := Profile(name)
	if err != nil {
		d.fault(node, err.Error(), "")
	}
	return rule
}

func mustProfile(name string) Rule {
	rule, err := Profile(name)
	if err != nil {
		panic("analysis: " + err.Error()) // the name is a constant of this package
	}
	return rule
}

// panels also returns the nodes of the codelists that are drawn, to check them
// when all the spec is read.
func (d *decoder) panels(node ast.Node) (panels []Panel, codelists []ast.Node) {
	d.items(node, "panels", func(n ast.Node) {
		var panel Panel
		ok := d.fields(n, "panel", map[string]func(ast.Node){
			"title": func(n ast.Node) { panel.Title = d.text(n, "panel: title") },
			"series": func(n ast.Node) {
				d.items(n, "series", func(n ast.Node) {
					series, codelist := d.series(n)
					if codelist != nil {
						codelists = append(codelists, codelist)
					}
					panel.Series = append(panel.Series, series)
				})
			},
		})
		if ok && len(panel.Series) == 0 {
			d.fault(n, "panel: has no series", "add one, or remove the panel")
		}
		panels = append(panels, panel)
	})
	return panels, codelists
}

func (d *decoder) series(node ast.Node) (series Series, codelist ast.Node) {
	if name, ok := text(node); ok { // only a codelist: it is its own label
		return Series{Codelist: name, Label: name}, node
	}
	ok := d.fields(node, "series", map[string]func(ast.Node){
		"codelist": func(n ast.Node) { series.Codelist = d.text(n, "series: codelist"); codelist = n },
		"label":    func(n ast.Node) { series.Label = d.text(n, "series: label") },
	})
	if ok && codelist == nil {
		d.fault(node, "series: codelist is missing", "name a codelist that is counted")
	}
	if series.Label == "" {
		series.Label = series.Codelist
	}
	return series, codelist
}
