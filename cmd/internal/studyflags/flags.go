package studyflags

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"cohortcounts/study"
)

// Flags are the values of the flags.
type Flags struct {
	params    []string
	today     string
	python    string
	timeout   time.Duration
	noSandbox bool
}

// AddTo defines the flags.
func (f *Flags) AddTo(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.params, "param", nil, "`name=value` that the study finds in params; may be repeated")
	flags.StringVar(&f.today, "today", "", "`date` that \"today\" means (default: $SOURCE_DATE_EPOCH, or the clock's)")
	flags.StringVar(&f.python, "python", "", "`path` of a Python to run the study with, for its packages (default: the one built in)")
	flags.DurationVar(&f.timeout, "study-timeout", study.DefaultTimeout, "how long a study may take to declare itself")
	flags.BoolVar(&f.noSandbox, "no-sandbox", false, "let the study's Python do all that you may do")
}

// Options are what the flags ask for; the error has all that is wrong with
// them. Today is from --today, from the environment variable
// SOURCE_DATE_EPOCH, or, with the study's own clock left alone, from now.
func (f *Flags) Options(getenv func(string) string, now time.Time) (study.Options, error) {
	o := study.Options{Params: f.Params(), Python: f.python, Timeout: f.timeout, NoSandbox: f.noSandbox}
	epoch := getenv("SOURCE_DATE_EPOCH")
	o.FreeClock = f.today == "" && epoch == ""
	var faults []error
	if f.timeout <= 0 {
		faults = append(faults, fmt.Errorf("--study-timeout must be above 0, got %v", f.timeout))
	}
	var err error
	if o.Today, err = today(f.today, epoch, now); err != nil {
		faults = append(faults, err)
	}
	return o, errors.Join(faults...)
}

// Params are the values of --param: name and text around the first equals
// sign. Later ones win.
func (f *Flags) Params() map[string]string {
	out := map[string]string{}
	for _, text := range f.params {
		name, value, _ := strings.Cut(text, "=")
		out[name] = value
	}
	return out
}

func today(text, epoch string, now time.Time) (time.Time, error) {
	switch {
	case text != "":
		date, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return time.Time{}, fmt.Errorf("--today must be a date in YYYY-MM-DD form, got %q", text)
		}
		return date, nil
	case epoch != "":
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH must be a number of seconds, got %q", epoch)
		}
		now = time.Unix(seconds, 0).UTC()
	}
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC), nil
}
