package dummydata

import (
	"math/bits"
	"time"

	"cohortcounts/internal/samebits"
	"cohortcounts/study"
)

// A day counts from 1970-01-01, which is day 0, in UTC.
type day = int32

func dayOf(t time.Time) day { return day(t.Unix() / 86400) } // midnights divide exactly

func dateOf(d day) time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// The dates that a timestamp in nanoseconds can hold, both in.
var (
	firstDay = dayOf(time.Date(1677, 9, 22, 0, 0, 0, 0, time.UTC))
	lastDay  = dayOf(time.Date(2262, 4, 11, 0, 0, 0, 0, time.UTC))
)

// A window is a range of days, both ends in; it is empty when to < from.
type window struct{ from, to day }

func (w window) empty() bool { return w.to < w.from }

func (w window) has(d day) bool { return w.from <= d && d <= w.to }

func (w window) and(o window) window { return window{max(w.from, o.from), min(w.to, o.to)} }

// allDays is the window that limits nothing.
var allDays = window{firstDay, lastDay}

// A rate is how dates spread over the days that an expectation allows.
//
// With E the days from earliest to latest, the original draws
//
//	uniform               latest - trunc(U*E), U in [0, 1): earliest never occurs
//	exponential_increase  latest - trunc(X*E), X exponential of mean 0.1, not over E
type rate struct {
	// days are those that can occur.
	days window
	// scale is the mean distance from days.to in days, of an exponential rate;
	// 0 for a uniform one.
	scale float64
	// survival[s] is the chance of a distance of s days or more, before days
	// beyond earliest are left out.
	survival []float64
}

func newRate(e *study.Expectations) rate {
	earliest, latest := dayOf(e.Earliest), dayOf(e.Latest)
	span := latest - earliest
	switch {
	case span == 0:
		return rate{days: window{latest, latest}}
	case e.Rate == study.Uniform && span > 0:
		return rate{days: window{earliest + 1, latest}}
	case e.Rate == study.Uniform: // the original shifts forward then
		return rate{days: window{latest, earliest - 1}}
	}
	r := rate{days: window{earliest, latest}, scale: float64(span) / 10}
	r.survival = make([]float64, span+2)
	for s := range r.survival {
		r.survival[s] = samebits.Exp(-float64(s) / r.scale)
	}
	return r
}

// day is the quantile u (of 2^64) of the dates, given that they lie in w,
// which must not be empty; w need not lie in r.days. It grows with u.
func (r *rate) day(u uint64, w window) day {
	if in := w.and(r.days); !in.empty() {
		w = in
	} else if w.from != w.to {
		return w.uniform(u)
	}
	if r.scale == 0 || w.from == w.to {
		return w.uniform(u)
	}
	near, far := r.days.to-w.to, r.days.to-w.from
	most := r.survival[far+1]
	y := most + float64(unit(u)*(r.survival[near]-most))
	shift := day(-r.scale * samebits.Log(y))
	return r.days.to - min(max(shift, near), far)
}

func (w window) uniform(u uint64) day {
	high, _ := bits.Mul64(u, uint64(w.to-w.from)+1)
	return w.from + day(high)
}
