package study

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"cohortcounts/internal/suggest"
)

// resolve finds what a column holds: what is returned, its type, its date
// format, and the columns it comes from. All columns before it are resolved.
func (d *definer) resolve(c *column) {
	if c.broken {
		return
	}
	v, a := &c.variable, c.arguments
	if len(c.function.returning) > 0 {
		v.Type = d.returned(c)
		c.broken = v.Type == ""
	} else {
		v.Type = c.function.result
	}
	switch v.Function {
	case "categorised_as":
		v.Type = d.readCategories(c, a["category_definitions"], "category_definitions")
	case "care_home_status_as_of":
		v.Type = Bool
		if a["categorised_as"] != nil {
			v.Type = d.readCategories(c, a["categorised_as"], "categorised_as")
		}
	case "satisfying":
		d.readCondition(c)
	case "maximum_of", "minimum_of":
		d.readAggregate(c)
		return
	case "fixed_value":
		d.readFixedValue(c)
		return
	case "with_value_from_file", "which_exist_in_file":
		d.readFile(c)
	case "with_an_isaric_record":
		v.Type = d.readISARIC(c)
	}
	if c.broken {
		return
	}
	if v.Type == Date {
		c.format = a["date_format"]
		if v.Function == "categorised_as" {
			c.format = string(Day)
		}
		v.DateFormat = d.readFormat(c)
	}
	if a["source"] != nil {
		d.readSource(c)
	}
}

// returned reads the argument `returning` and gives the type of what it asks
// for; empty when it cannot be had.
func (d *definer) returned(c *column) Type {
	value, ok := c.arguments["returning"].(string)
	accepted := strings.Join(c.function.returning, ", ")
	switch {
	case c.arguments["returning"] == nil:
		d.fault(c, "%s needs the argument returning, one of %s", c.function.name, accepted)
		return ""
	case !ok:
		d.fault(c, "returning must be text, got %s; one of %s", quote(c.arguments["returning"]), accepted)
		return ""
	case value == "nhse_region_name":
		d.fault(c, "returning=\"nhse_region_name\" is no longer there: use \"nuts1_region_name\"")
		return ""
	}
	for _, pattern := range c.function.returning {
		prefix, open := strings.CutSuffix(pattern, "*")
		if value == pattern || open && strings.HasPrefix(value, prefix) {
			c.variable.Returning = value
			return returningType(value)
		}
	}
	d.fault(c, "%s cannot return %q%s; one of %s", c.function.name, value, suggest.DidYouMean(value, c.function.returning), accepted)
	return ""
}

// returningType is the type of what `returning` names.
func returningType(returning string) Type {
	switch returning {
	case "date", "date_admitted", "date_arrived", "date_discharged", "date_of_death", "rrt_start_date":
		return Date
	case "binary_flag", "had_advanced_respiratory_support", "had_basic_respiratory_support",
		"had_respiratory_support", "has_members_in_other_ehr_systems", "is_prison",
		"rct__germdefence__enrolled":
		return Bool
	case "household_size", "index_of_multiple_deprivation", "latest_creatinine", "number_of_episodes",
		"number_of_matches_in_period", "percentage_of_members_with_data_in_this_backend", "pseudo_id",
		"rural_urban_classification", "total_bed_days_in_period", "total_critical_care_days_in_period":
		return Int
	case "numeric_value", "latest_egfr", "lower_bound", "upper_bound":
		return Float
	}
	return String
}

// readFormat is the precision of a date column; none given means the year.
func (d *definer) readFormat(c *column) DateFormat {
	switch c.format {
	case nil:
		return Year
	case string(Year), string(Month), string(Day):
		format := DateFormat(c.format.(string))
		if format == Day && (c.variable.Function == "date_of_birth" || c.variable.Function == "with_high_cost_drugs") {
			d.fault(c, "%s cannot give the day: use date_format=\"YYYY-MM\"", c.variable.Function)
		}
		return format
	}
	d.fault(c, "unknown date_format %s; formats are \"YYYY\", \"YYYY-MM\" and \"YYYY-MM-DD\"", quote(c.format))
	return Year
}

// readSource links a column to the one whose matching record it shares.
func (d *definer) readSource(c *column) {
	source := d.source(c, c.arguments["source"], "source")
	if source == nil {
		return
	}
	c.variable.Source = source.variable.Name
	if c.variable.Function == "date_of" {
		// The original gives the source this column's precision, which shows
		// when the source is itself a date.
		source.format = c.format
		if source.variable.Type == Date {
			source.variable.DateFormat = c.variable.DateFormat
		}
		return
	}
	if source.variable.Function != "with_these_clinical_events" || source.variable.Returning != "numeric_value" {
		d.fault(c, "%s needs a source with_these_clinical_events(…, returning=\"numeric_value\"); %q is none",
			c.variable.Function, source.variable.Name)
	}
}

// readCategories reads the keys and conditions of a dict of categories; the
// keys give the type. The conditions are parsed later.
func (d *definer) readCategories(c *column, value any, role string) Type {
	definitions, ok := value.(dict)
	if !ok || len(definitions) == 0 {
		d.fault(c, "%s must be a dict of categories and conditions, got %s", role, quote(value))
		c.broken = true
		return ""
	}
	defaults := 0
	for _, e := range definitions {
		text, ok := e.value.(string)
		if !ok {
			d.fault(c, "the condition of category %s must be text, got %s", quote(e.key), quote(e.value))
		}
		if text == "DEFAULT" {
			defaults++
		}
		c.variable.Categories = append(c.variable.Categories, Category{Label: e.key, Text: text})
	}
	switch {
	case defaults == 0:
		d.fault(c, "one category must have the condition \"DEFAULT\"")
	case defaults > 1:
		d.fault(c, "only one category can have the condition \"DEFAULT\", %d do", defaults)
	}
	kind := labelType(definitions)
	if kind == "" {
		d.fault(c, "the categories must be all text, all whole numbers or all decimals, and not True or False")
		c.broken = true
	}
	return kind
}

// labelType is the type of a dict's keys; empty when they do not agree.
func labelType(definitions dict) Type {
	var kind Type
	for _, e := range definitions {
		var this Type
		switch label := e.key.(type) {
		case string:
			this = String
			if isoLike.MatchString(label) {
				this = Date
			}
		case int64:
			this = Bool
			if label != 0 && label != 1 {
				this = Int
			}
		case float64:
			this = Float
		default:
			return ""
		}
		switch {
		case kind == "", kind == this, kind == Bool && this == Int:
			kind = this
		case kind == Int && this == Bool:
		default:
			return ""
		}
	}
	return kind
}

// readCondition makes satisfying the categories true and, by default, false.
func (d *definer) readCondition(c *column) {
	text, ok := c.arguments["expression"].(string)
	if !ok {
		d.fault(c, "the expression of satisfying must be text, got %s", quote(c.arguments["expression"]))
		return
	}
	c.variable.Categories = []Category{{Label: true, Text: text}, {Label: false, Text: "DEFAULT"}}
}

// readAggregate finds the columns an aggregate compares, which must be of one
// type and, if dates, of one precision.
func (d *definer) readAggregate(c *column) {
	var sources []*column
	for _, name := range c.names {
		if s := d.source(c, name, c.variable.Function); s != nil {
			sources = append(sources, s)
			c.variable.Inputs = append(c.variable.Inputs, s.variable.Name)
		}
	}
	// Columns declared in the call itself are compared too.
	for _, e := range c.call.keyword {
		name, _ := e.key.(string)
		if s := d.byName[name]; s != nil && !slices.Contains(sources, s) {
			sources = append(sources, s)
			s.feeds = true
			c.variable.Inputs = append(c.variable.Inputs, name)
		}
	}
	if len(sources) == 0 {
		if len(c.names) == 0 {
			d.fault(c, "%s needs the names of the columns to compare", c.variable.Function)
		}
		c.broken = true
		return
	}
	first := sources[0]
	for _, s := range sources {
		switch {
		case s.broken:
			c.broken = true
			return
		case s.variable.Type != first.variable.Type:
			d.fault(c, "%s cannot compare columns of different types: %q is %s and %q is %s", c.variable.Function,
				first.variable.Name, first.variable.Type, s.variable.Name, s.variable.Type)
			c.broken = true
			return
		case s.variable.Type == Date && s.format != first.format:
			d.fault(c, "%s cannot compare dates of different formats: %q has %s and %q has %s", c.variable.Function,
				first.variable.Name, quote(first.format), s.variable.Name, quote(s.format))
		}
	}
	c.variable.Type = first.variable.Type
	c.format, c.variable.DateFormat = first.format, first.variable.DateFormat
}

func (d *definer) readFixedValue(c *column) {
	value := c.arguments["value"]
	c.variable.Value = value
	switch v := value.(type) {
	case bool:
		c.variable.Type = Bool
	case int64:
		c.variable.Type = Int
	case float64:
		c.variable.Type = Float
	case string:
		c.variable.Type = String
		if isoLike.MatchString(v) {
			date, err := parseDate(v, dateScope{})
			if err != nil {
				d.fault(c, "%w", err)
			} else {
				c.variable.Value = date.Date.Format("2006-01-02")
			}
			c.variable.Type = Date
			c.format, c.variable.DateFormat = string(Day), Day
		}
	default:
		d.fault(c, "fixed_value needs text, a number, True or False, got %s", quote(value))
		c.broken = true
	}
}

var wordPattern = regexp.MustCompile(`^\w+$`)

// readFile reads where a column of a file is. The file must be there; it is
// read by those who need its values.
func (d *definer) readFile(c *column) {
	path, ok := c.arguments["f_path"].(string)
	if !ok {
		d.fault(c, "f_path must be the path of a file as text, got %s", quote(c.arguments["f_path"]))
	}
	if ok && !strings.HasSuffix(path, ".csv") && !strings.HasSuffix(path, ".csv.gz") {
		d.fault(c, "f_path must end in .csv or .csv.gz, got %q", path)
	}
	promised := d.recording.options.Promised
	if info, err := os.Stat(filepath.Join(d.recording.root, filepath.FromSlash(path))); ok && (err != nil && (promised == nil || !promised(path)) || err == nil && info.IsDir()) {
		d.fault(c, "there is no file %q; is it the output of an action that has not run yet?", path)
	}
	c.variable.File = &FileColumn{Path: path}
	if c.variable.Function == "which_exist_in_file" {
		return
	}
	column, _ := c.arguments["returning"].(string)
	if !wordPattern.MatchString(column) {
		d.fault(c, "returning must be the name of a column of the file, in letters, digits and _, got %s", quote(c.arguments["returning"]))
	}
	c.variable.File.Column = column
	kind, _ := c.arguments["returning_type"].(string)
	switch Type(kind) {
	case Bool, Int, Float, String, Date:
		c.variable.Type = Type(kind)
	default:
		d.fault(c, "unknown returning_type %s; types are bool, date, float, int and str", quote(c.arguments["returning_type"]))
		c.broken = true
	}
}

func functionNames() []string { return slices.Sorted(maps.Keys(functions)) }
