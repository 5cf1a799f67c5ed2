package extract

import (
	"time"

	"cohortcounts/study"
)

// first tells whether the earliest record is wanted; when both ends are asked
// for it is the earliest too.
func first(v *study.Variable) bool { return v.Asks("find_first_match_in_period") }

// texts is an argument that is a text or a list of them; nil when it was not
// given.
func (c *compiler) texts(v *study.Variable, name string, value any) []string {
	if value == nil {
		return nil
	}
	items, many := value.([]any)
	if !many {
		items = []any{value}
	}
	list := []string{}
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			c.fault(v, "%s must be text or a list of texts", name)
			return nil
		}
		list = append(list, text)
	}
	return list
}

// oneOf is the condition that a column equals one of the texts of an argument;
// empty when the argument was not given, never true when it is an empty list.
func (c *compiler) oneOf(v *study.Variable, name, column string) string {
	list := c.texts(v, name, v.Arguments[name])
	switch {
	case list == nil:
		return ""
	case len(list) == 0:
		return "FALSE"
	}
	return in(column, list)
}

// parseDay reads the first ten characters as a date.
func parseDay(text string) (time.Time, bool) {
	if len(text) < 10 {
		return time.Time{}, false
	}
	date, err := time.Parse(time.DateOnly, text[:10])
	return date, err == nil
}
