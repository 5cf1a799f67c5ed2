package cohort

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// badTexts are the shapes of the entries of a dictionary that are no dates, by
// their place; the first thousand of them: the others are told without it.
type badTexts map[int]string

const maxBadTexts = 1000

func (b *badTexts) add(place int, text []byte) {
	if *b == nil {
		*b = badTexts{}
	}
	if len(*b) < maxBadTexts {
		(*b)[place] = shape(text)
	}
}

// text is the shape of the entry at a place.
func (b badTexts) text(place uint32) string {
	if text, ok := b[int(place)]; ok {
		return text
	}
	return "an entry of its dictionary"
}

// noDate says that text of a shape is no date.
func noDate(shape string) string {
	return fmt.Sprintf("%q is no date (9 stands for a digit, a for a letter); write dates as 2020-03-01", shape)
}

// shape is how a patient's value looks, without what it is: messages end in logs
// that more people see than the cohort. Its beginning is enough.
func shape(text []byte) string {
	const enough = 40
	var b strings.Builder
	for _, r := range string(text[:min(len(text), enough)]) {
		switch {
		case unicode.IsDigit(r):
			r = '9'
		case unicode.IsUpper(r):
			r = 'A'
		case r >= utf8.RuneSelf || unicode.IsLetter(r):
			r = 'a'
		}
		b.WriteRune(r)
	}
	if len(text) > enough {
		b.WriteString("…")
	}
	return b.String()
}

// badDay stands for text that is no date, in a dictionary that may hold such
// entries as long as no row uses them.
const badDay = NoDay + 1

// parseDay reads a date as text: 2020-03-01, 2020-03 or 2020 (the first day of
// these), with a time of day and a zone after a whole date, which is then the
// day in UTC. Empty text is no date: NoDay.
func parseDay(s []byte) (day int32, ok bool) {
	if len(s) == 0 {
		return NoDay, true
	}
	year, ok := digits(s, 0, 4)
	if !ok {
		return 0, false
	}
	month, date := 1, 1
	switch {
	case len(s) == 4:
	case len(s) == 7 && s[4] == '-':
		month, ok = digits(s, 5, 2)
	case len(s) >= 10 && s[4] == '-' && s[7] == '-':
		var okDay bool
		month, ok = digits(s, 5, 2)
		date, okDay = digits(s, 8, 2)
		ok = ok && okDay
	default:
		return 0, false
	}
	if !ok || month < 1 || month > 12 || date < 1 || date > daysOf(year, month) {
		return 0, false
	}
	day = dayNumber(year, month, date)
	if len(s) > 10 {
		shift, ok := parseTime(s[10:])
		if !ok {
			return 0, false
		}
		day += shift
	}
	return day, true
}

func digits(s []byte, at, n int) (value int, ok bool) {
	if len(s) < at+n {
		return 0, false
	}
	for _, c := range s[at : at+n] {
		if c < '0' || c > '9' {
			return 0, false
		}
		value = 10*value + int(c-'0')
	}
	return value, true
}

func daysOf(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// dayNumber is the days from 1970-01-01 to a date of the Gregorian calendar.
// A year begins in March here, so that the leap day is its last.
func dayNumber(year, month, date int) int32 {
	if month <= 2 {
		year--
		month += 12
	}
	// 153 days make the five months from March to July; 719468 is the day
	// number of 1970-01-01 counted from 0000-03-01.
	return int32(365*year + year/4 - year/100 + year/400 - boolInt(year < 0) + (153*(month-3)+2)/5 + date - 1 - 719468)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// parseTime reads what follows a date: T or a space, a time of day, perhaps a
// fraction of a second and a zone. It returns by how many days the zone moves
// the date when the instant is told in UTC.
func parseTime(s []byte) (shift int32, ok bool) {
	if s[0] != 'T' && s[0] != ' ' {
		return 0, false
	}
	clock := string(s[1:])
	for _, layout := range []string{"15:04:05Z07:00", "15:04:05", "15:04:05Z0700", "15:04:05-07", "15:04Z07:00", "15:04"} {
		t, err := time.Parse("2006-01-02 "+layout, "2000-01-02 "+clock)
		if err == nil {
			return int32(t.UTC().Day() - 2), true
		}
	}
	return 0, false
}
