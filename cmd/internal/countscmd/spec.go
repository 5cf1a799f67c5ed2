package countscmd

import (
	"math"
	"time"

	"github.com/spf13/pflag"

	"cohortcounts/analysis"
	"cohortcounts/internal/exit"
)

// specFlags are the spec and the flags that override it.
type specFlags struct {
	path      string
	start     string
	end       string
	weekEnds  string
	interval  string
	codelists []string
	first     bool
	profile   string
	redact    int64
	roundTo   int64
	zero      string
	marker    string

	changed func(flag string) bool
}

func (s *specFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&s.path, "spec", "", "analysis spec (YAML); the built-in one when left out")
	flags.StringVar(&s.start, "start", "", "first day of the period (2020-02-01)")
	flags.StringVar(&s.end, "end", "", "last day of the period")
	flags.StringVar(&s.weekEnds, "week-ends", "", "the day that weeks end on (sunday)")
	flags.StringVar(&s.interval, "interval", "", "count by week, month or day")
	flags.StringSliceVar(&s.codelists, "codelists", nil, "codelists to count, in the table's order, with commas between; auto: all that the cohort has")
	flags.BoolVar(&s.first, "first", false, "count only the first event of each patient (X1)")
	flags.StringVar(&s.profile, "disclosure", "", "disclosure profile: original, opensafely or midpoint6")
	flags.Int64Var(&s.redact, "redact-at-or-below", 0, "withhold counts up to this")
	flags.Int64Var(&s.roundTo, "round-to", 0, "round the other counts to the nearest multiple of this")
	flags.StringVar(&s.zero, "zero", "", "withheld or kept: what becomes of a count of zero")
	flags.StringVar(&s.marker, "marker", "", `what is printed for a withheld count: nothing, or "`+analysis.Redacted+`"`)
}

// load is the spec as the flags make it.
func (s *specFlags) load() (*analysis.Spec, error) {
	spec := analysis.Original()
	if s.path != "" {
		var err error
		if spec, err = analysis.Load(s.path); err != nil {
			return nil, err
		}
	}
	if err := s.period(&spec.Period); err != nil {
		return nil, err
	}
	if s.changed("codelists") {
		var err error
		if spec.Codelists, err = analysis.ParseCodelists(s.codelists); err != nil {
			return nil, exit.Usagef("--codelists: %w", err)
		}
	}
	if s.changed("first") {
		spec.FirstOnly = s.first
	}
	return spec, s.rule(&spec.Disclosure)
}

func (s *specFlags) period(p *analysis.Period) error {
	for _, date := range []struct {
		flag, text string
		to         *time.Time
	}{{"start", s.start, &p.Start}, {"end", s.end, &p.End}} {
		if !s.changed(date.flag) {
			continue
		}
		day, err := time.Parse(time.DateOnly, date.text)
		if err != nil {
			return exit.Usagef("--%s: want a date such as 2020-02-01, found %q", date.flag, date.text)
		}
		*date.to = day
	}
	if s.changed("week-ends") {
		day, err := analysis.ParseWeekday(s.weekEnds)
		if err != nil {
			return exit.Usagef("--week-ends: %w", err)
		}
		p.WeekEnds = day
	}
	if s.changed("interval") {
		interval, err := analysis.ParseInterval(s.interval)
		if err != nil {
			return exit.Usagef("--interval: %w", err)
		}
		p.Interval = interval
	}
	if err := p.Check(); err != nil {
		return exit.UsageError(err)
	}
	return nil
}

// rule applies the flags to a disclosure rule. A rule that is changed has no
// longer a profile's name.
func (s *specFlags) rule(r *analysis.Rule) error {
	if s.changed("disclosure") {
		rule, err := analysis.Profile(s.profile)
		if err != nil {
			return exit.Usagef("--disclosure: %w", err)
		}
		*r = rule
	}
	before := *r
	for _, number := range []struct {
		flag  string
		value int64
		to    *int64
	}{{"redact-at-or-below", s.redact, &r.RedactAtOrBelow}, {"round-to", s.roundTo, &r.RoundTo}} {
		if !s.changed(number.flag) {
			continue
		}
		if number.value < 0 || number.value > math.MaxInt32 {
			return exit.Usagef("--%s: want a whole number from 0 to %d, found %d", number.flag, math.MaxInt32, number.value)
		}
		if r.Midpoint6 {
			return exit.Usagef("--%s: midpoint6 has no threshold and no rounding of its own", number.flag)
		}
		*number.to = number.value
	}
	if s.changed("zero") {
		switch s.zero {
		case "withheld", "kept":
			r.KeepZero = s.zero == "kept"
		default:
			return exit.Usagef("--zero: want withheld or kept, found %q", s.zero)
		}
	}
	if s.changed("marker") {
		if s.marker != "" && s.marker != analysis.Redacted {
			return exit.Usagef("--marker: want nothing or %q, found %q", analysis.Redacted, s.marker)
		}
		r.Marker = s.marker
	}
	if *r != before {
		r.Profile = ""
	}
	return nil
}
