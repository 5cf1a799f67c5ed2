package dummydata

import (
	"fmt"
	"math"
	"time"
)

// A birth ties the ages and the date of birth of a study together: the first
// age is drawn, and all else about a patient's birth follows from it.
type birth struct {
	reference time.Time // of an age: the day on which it is known
	from      *node     // the age that is drawn; nil for that one itself
	born      window    // of that one: where the date of birth may lie
}

// linkBirths finds the ages with a fixed reference date and the dates of
// birth. Without an age a date of birth is a date like others.
func (p *plan) linkBirths() {
	var first *node
	for _, n := range p.nodes {
		reference, ok := n.variable.Dates["reference_date"]
		if n.kind != drawn || n.variable.Function != "age_as_of" || n.form != formInt || !ok || reference.Variable != "" {
			continue
		}
		n.birth = &birth{reference: reference.Date, from: first, born: everBorn}
		if first == nil {
			first = n
		}
	}
	if first == nil {
		return
	}
	for _, n := range p.nodes {
		if n.kind != drawn || n.variable.Function != "date_of_birth" || n.form != formDay {
			continue
		}
		if w := first.births().and(n.window); w.empty() {
			p.note(n, Apart, fmt.Sprintf("does not agree with %s: none of the ages that are expected gives a date that is", first.name))
			continue
		}
		n.birth = &birth{from: first}
		if w := first.birth.born.and(n.window); !w.empty() {
			first.birth.born = w
		}
	}
}

// everBorn limits births to what the calendar can reckon with: ages, unlike
// dates, may lead back beyond firstDay. Studies that expect numbers of a
// thousand by default, and say nothing of their ages, get such ages.
var everBorn = window{math.MinInt32 / 2, lastDay}

// births are the days on which patients of the ages that n expects are born,
// but for the rarest of them.
func (n *node) births() window {
	low, high := n.numbers.quantiles(true)
	at := func(age float64) day {
		return dayOf(n.birth.reference.AddDate(-int(min(max(age, -maxAge), maxAge)), 0, 0))
	}
	return window{at(high + 1), at(low)}
}

// maxAge keeps the years of births within everBorn.
const maxAge = 2_000_000

// ageTries is how often an age is drawn again for a date of birth that its
// variable does not expect, before the nearest expected one is taken.
const ageTries = 200

// bornAndAge draws a patient's birth. As in the tables a birth is known by its
// month only; its day is the first.
func (n *node) bornAndAge(row uint64) (born day, age int64) {
	for try := range ageTries {
		u := n.val.again(row, try)
		age = n.numbers.integer(u)
		// The number's lower bits decide little about the age.
		month := int(mix(u) % 12)
		y, m, _ := n.birth.reference.Date()
		born = dayOf(time.Date(y-int(age), m-time.Month(month), 1, 0, 0, 0, 0, time.UTC))
		if born >= n.birth.born.from && born <= n.birth.born.to {
			return born, age
		}
	}
	born = min(max(born, n.birth.born.from), n.birth.born.to)
	return born, ageOn(n.birth.reference, born)
}

// ageOn is the age in whole years; 0 before birth.
func ageOn(reference time.Time, born day) int64 {
	b := dateOf(born)
	years := reference.Year() - b.Year()
	if reference.Month() < b.Month() || reference.Month() == b.Month() && reference.Day() < b.Day() {
		years--
	}
	return int64(max(years, 0))
}

func (b *block) ages(n *node) {
	c := b.of(n)
	source := n.birth.from
	c.filled.each(func(row int) {
		if source == nil {
			_, c.ints[row] = n.bornAndAge(uint64(b.first + row))
			return
		}
		born, _ := source.bornAndAge(uint64(b.first + row))
		c.ints[row] = ageOn(n.birth.reference, born)
	})
}

func (b *block) births(n *node) {
	c := b.of(n)
	c.filled.each(func(row int) {
		c.days[row], _ = n.birth.from.bornAndAge(uint64(b.first + row))
	})
}
