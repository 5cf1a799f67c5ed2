package study

import (
	"regexp"
	"strconv"

	"cohortcounts/internal/suggest"
)

// isoLike is the original's test of a text that stands for a date.
var isoLike = regexp.MustCompile(`^\d\d\d\d-\d\d-\d\d`)

// flatten lays out all variables in definition order: those defined inside
// another's call stand just before it and are hidden, a date column that a
// variable adds stands just after it, and the population is last.
func (d *definer) flatten() {
	var population any
	for _, e := range d.recording.arguments {
		name, _ := e.key.(string)
		switch name {
		case "population":
			population = e.value
		case "default_expectations", "index_date":
		default:
			d.declare(name, e.value, "")
		}
	}
	if population == nil {
		d.studyFault("StudyDefinition needs a population, such as population=patients.all()")
		return
	}
	d.declare("population", population, "")
	d.hidePopulation()
	for _, c := range d.columns {
		d.linkAggregate(c)
	}
}

// declare adds a variable and all that its call brings with it.
func (d *definer) declare(name string, value any, owner string) {
	c := &column{variable: Variable{Name: name, Owner: owner, Hidden: owner != "", Position: d.recording.at}}
	call, ok := value.(*call)
	if !ok {
		d.fault(c, "is %s, not the result of a function of patients", quote(value))
		return
	}
	c.call = call
	c.variable.Function, c.variable.Position = call.function, call.at
	if name == "patient_id" {
		d.fault(c, "patient_id is a reserved column name")
	}

	c.function = functions[call.function]
	if c.function == nil {
		d.fault(c, "patients has no function %q%s", call.function, suggest.DidYouMean(call.function, functionNames()))
		c.broken = true
		d.add(c)
		return
	}
	b, faults := c.function.bind(call)
	for _, f := range faults {
		d.fault(c, "%s", f)
	}
	c.arguments, c.given, c.names = b.arguments, b.given, b.names
	c.broken = len(faults) > 0
	for _, e := range b.columns {
		inner, _ := e.key.(string)
		d.declare(inner, e.value, name)
	}
	d.fixDates(c)
	d.legacyFlags(c)
	d.add(c)
	d.addDateColumn(c)
}

// add puts a column after those there are. A column that was written takes the
// place of one of the same name that another column adds (or the other way
// round), as in the original; two written ones are a fault.
func (d *definer) add(c *column) {
	if same := d.byName[c.variable.Name]; same != nil {
		if !same.derived && !c.derived {
			d.fault(c, "there is another column of this name")
			return
		}
		c.order = same.order
		d.columns[c.order] = c
		d.byName[c.variable.Name] = c
		return
	}
	c.order = len(d.columns)
	d.columns = append(d.columns, c)
	d.byName[c.variable.Name] = c
}

// fixDates makes hidden fixed values of the dates that an aggregate names, as
// in maximum_of("a", "2020-01-01").
func (d *definer) fixDates(c *column) {
	for i, value := range c.names {
		text, ok := value.(string)
		if !ok || !isoLike.MatchString(text) {
			continue
		}
		n := 1
		for d.taken("fixed_value_" + strconv.Itoa(n)) {
			n++
		}
		name := "fixed_value_" + strconv.Itoa(n)
		d.declare(name, &call{function: "fixed_value", positional: []any{text}, at: c.call.at}, c.variable.Name)
		c.names[i] = name
	}
}

// taken tells whether a name is in use anywhere at the top of the study or
// among the variables so far.
func (d *definer) taken(name string) bool {
	_, used := d.recording.arguments.get(name)
	return used || d.byName[name] != nil
}

// legacyFlags gives the older arguments their newer form: return_…=True sets
// `returning`, include_day and include_month set date_format.
func (d *definer) legacyFlags(c *column) {
	a := c.arguments
	for _, flag := range []struct{ name, returning, match string }{
		{"return_binary_flag", "binary_flag", ""},
		{"return_number_of_matches_in_period", "number_of_matches_in_period", ""},
		{"return_first_date_in_period", "date", "find_first_match_in_period"},
		{"return_last_date_in_period", "date", "find_last_match_in_period"},
	} {
		if truthy(a[flag.name]) {
			a["returning"] = flag.returning
			if flag.match != "" {
				a[flag.match] = true
			}
		}
		delete(a, flag.name)
	}
	day, month := truthy(a["include_day"]), truthy(a["include_month"])
	delete(a, "include_day")
	delete(a, "include_month")
	if !day && !month {
		return
	}
	if a["date_format"] != nil {
		d.fault(c, "date_format cannot be given together with include_day or include_month")
	}
	a["date_format"] = string(Month)
	if day {
		a["date_format"] = string(Day)
	}
}

// addDateColumn adds the column that include_date_of_match or
// include_measurement_date asks for, which is hidden if its owner is.
func (d *definer) addDateColumn(c *column) {
	suffix := ""
	switch {
	case truthy(c.arguments["include_date_of_match"]):
		suffix = "_date"
	case truthy(c.arguments["include_measurement_date"]):
		suffix = "_date_measured"
	default:
		return
	}
	date := &column{
		variable: Variable{
			Name: c.variable.Name + suffix, Function: "date_of", Position: c.variable.Position,
			Hidden: c.variable.Hidden, Owner: c.variable.Owner,
		},
		call:     c.call,
		function: functions["date_of"],
		arguments: map[string]any{
			"source": c.variable.Name, "date_format": c.arguments["date_format"],
			"return_expectations": c.arguments["return_expectations"],
		},
		derived: true,
	}
	d.add(date)
}

// hidePopulation hides the population; what is defined inside it is hidden
// already.
func (d *definer) hidePopulation() {
	for _, c := range d.columns {
		if c.variable.Name == "population" || d.recording.hidden[c.variable.Name] {
			c.variable.Hidden = true
		}
	}
}

// linkAggregate marks the columns that an aggregate compares: dummy data is
// made for them even if they are hidden.
func (d *definer) linkAggregate(c *column) {
	for _, value := range c.names {
		if name, ok := value.(string); ok && d.byName[name] != nil {
			d.byName[name].feeds = true
		}
	}
}

// truthy is what Python takes for true.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case dict:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}
