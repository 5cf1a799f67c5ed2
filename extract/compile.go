package extract

import (
	"fmt"
	"slices"
	"strings"

	"cohortcounts/internal/problem"
	"cohortcounts/study"
)

// compiler turns a study into a plan. It collects all the problems it finds.
type compiler struct {
	d        dialect
	def      *study.Definition
	problems problem.List

	needs  needs
	rowset map[string]*rowset // by name
	order  []*rowset          // in the order they were first asked for
	lists  codelists
	files  map[string]*inputFile
	params []param

	groups  map[groupKey]*group
	found   []found
	records map[string]*records // by rowset, and by rowset and condition
	chained map[string]bool     // searches some variable of which has a limit that is another variable
	arrays  map[string]bool     // of those, found by an earlier pass
	byLevel [][]*group          // by level, from 1
	levels  int
	columns map[string]*outcome
	done    []*outcome // in definition order
	ranged  map[string]*study.Variable
}

// outcome is a compiled variable.
type outcome struct {
	variable *study.Variable
	level    int
	column   string // its name in the relation of its level, quoted
	value    string // SQL over the groups and lower levels
	// clean makes the text that is put out of the text that expressions see;
	// nil when it is the same.
	clean func(string) string
	// match is what was found, for the columns that share it; nil when the
	// function finds no record.
	match *match
}

// match is the record, or the day, that a variable was taken from.
type match struct {
	// date is SQL for its date; it is asked for only when a column shows it.
	date func() string
	// winner is the record; nil when the value is not one record's.
	winner func() *winner
}

func newCompiler(def *study.Definition, d dialect) *compiler {
	c := &compiler{
		d: d, def: def,
		rowset:  map[string]*rowset{},
		groups:  map[groupKey]*group{},
		columns: map[string]*outcome{},
		ranged:  map[string]*study.Variable{},
		files:   map[string]*inputFile{},
		chained: map[string]bool{},
		records: map[string]*records{},
	}
	for i := range def.Variables {
		v := &def.Variables[i]
		switch v.Function {
		case "comparator_from", "reference_range_lower_bound_from", "reference_range_upper_bound_from":
			c.ranged[v.Source] = v
		}
	}
	return c
}

// compile makes the plan, or gives every problem of the study.
//
// It compiles twice: only when all variables have been seen is it known for
// which searches an array of dates pays, and what arrays of records hold.
func compile(def *study.Definition, d dialect) (*compiler, error) {
	trial := newCompiler(def, d)
	trial.compile()
	c := newCompiler(def, d)
	c.arrays = trial.chained
	for key, r := range trial.records {
		c.records[key] = &records{fields: r.fields, where: r.where}
	}
	c.compile()
	return c, c.problems.Err()
}

func (c *compiler) compile() {
	c.needs.add(&study.Variable{Name: "population"}, "patients", "patient_id")
	taken := map[string]bool{}
	for _, column := range schema["patients"].columns {
		taken[personColumn(column.name)] = true
	}
	for i := range c.def.Variables {
		v := &c.def.Variables[i]
		o := &outcome{variable: v, level: c.level(v), column: uniqueName(v.Name, taken)}
		c.columns[v.Name] = o
		c.done = append(c.done, o)
		c.levels = max(c.levels, o.level)
		if reason := refusal(v); reason != "" {
			c.fault(v, "%s", reason)
			continue
		}
		c.variable(o)
	}
}

// personColumn is the name that a column of the patients' own table has in the
// relations of the levels.
func personColumn(name string) string {
	if name == "patient_id" {
		return name
	}
	return "patient_" + name
}

// fault adds a problem of a variable, unless it has been told: a limit is
// compiled as often as it is used.
func (c *compiler) fault(v *study.Variable, format string, args ...any) {
	p := problem.Problem{
		File: v.Position.File, Line: v.Position.Line, Column: v.Position.Column,
		What: v.Name + ": " + fmt.Sprintf(format, args...),
	}
	if !slices.Contains(c.problems, p) {
		c.problems.Add(p)
	}
}

// uniqueName is a name for a column of SQL, where letters' case does not count.
func uniqueName(name string, taken map[string]bool) string {
	unique := name
	for n := 2; taken[strings.ToLower(unique)] || strings.HasPrefix(strings.ToLower(unique), foundName); n++ {
		unique = fmt.Sprintf("%s (%d)", name, n)
	}
	taken[strings.ToLower(unique)] = true
	return quote(unique)
}

// level is one more than the highest level of the variables that v needs.
func (c *compiler) level(v *study.Variable) int {
	if v.Source != "" {
		if source := c.columns[v.Source]; source != nil {
			return source.level // what is taken of the same record needs no more than it
		}
	}
	level := 1
	for _, name := range dependencies(v) {
		if o := c.columns[name]; o != nil {
			level = max(level, o.level+1)
		}
	}
	return level
}

// dependencies are the variables whose values v needs.
func dependencies(v *study.Variable) []string {
	names := dateDependencies(v)
	names = append(names, v.Inputs...)
	for _, category := range v.Categories {
		if v.Function != "care_home_status_as_of" && category.Condition != nil {
			names = appendNames(names, category.Condition)
		}
	}
	return names
}

// dateDependencies are the variables that v's limits and dates start from.
func dateDependencies(v *study.Variable) []string {
	var names []string
	add := func(d *study.DateExpression) {
		if d != nil && d.Variable != "" {
			names = append(names, d.Variable)
		}
	}
	add(v.Between.From)
	add(v.Between.To)
	for _, d := range v.Dates {
		add(&d)
	}
	return names
}

// use is the value of a compiled variable, for one of a higher level: a level
// is made from the one below it, q, which has the columns of all below.
func (c *compiler) use(name string) string { return "q." + c.columns[name].column }

func levelName(level int) string { return fmt.Sprintf("level_%d", level) }

// variable compiles one variable.
func (c *compiler) variable(o *outcome) {
	v := o.variable
	switch v.Function {
	case "date_of":
		c.dateOf(o)
	case "comparator_from", "reference_range_lower_bound_from", "reference_range_upper_bound_from":
		c.partOf(o)
	case "satisfying", "categorised_as":
		o.value = c.categories(v)
	case "maximum_of", "minimum_of":
		o.value = c.aggregateOf(v)
		o.clean = c.cleanOf(v.Inputs)
	case "fixed_value":
		o.value = c.constant(v, v.Value)
	case "all":
		o.value = "1"
	case "random_sample":
		o.value = c.randomSample(v)
	case "with_value_from_file", "which_exist_in_file":
		c.fromFile(o)
	case "sex", "age_as_of", "date_of_birth":
		c.person(o)
	case "registered_as_of", "registered_with_one_practice_between", "with_complete_gp_consultation_history_between",
		"registered_practice_as_of", "date_deregistered_from_all_supported_practices":
		c.registration(o)
	case "address_as_of", "care_home_status_as_of":
		c.address(o)
	case "with_these_clinical_events", "with_these_medications", "with_these_decision_support_values":
		c.codedEvents(o)
	case "mean_recorded_value", "min_recorded_value", "max_recorded_value":
		c.recordedValue(o)
	case "most_recent_bmi":
		c.bodyMassIndex(o)
	case "died_from_any_cause", "with_these_codes_on_death_certificate", "with_death_recorded_in_primary_care":
		c.death(o)
	case "with_test_result_in_sgss":
		c.testResult(o)
	case "with_tpp_vaccination_record", "with_vaccination_record":
		c.vaccination(o)
	case "with_gp_consultations":
		c.consultation(o)
	case "admitted_to_hospital":
		c.admission(o)
	case "attended_emergency_care":
		c.emergency(o)
	case "outpatient_appointment_date":
		c.outpatient(o)
	case "with_covid_therapeutics":
		c.therapeutic(o)
	case "household_as_of", "with_ethnicity_from_sus", "with_healthcare_worker_flag_on_covid_vaccine_record", "with_record_in_ukrr":
		c.linked(o)
	default:
		c.fault(v, "%s cannot be run over real tables; take it out of the study", v.Function)
	}
}

// needs are the tables and columns that a study reads, each with the first
// variable that does.
type needs struct {
	tables []*tableNeed // in the order they were first needed
}

type tableNeed struct {
	table   *table
	by      *study.Variable
	columns []columnNeed
}

type columnNeed struct {
	column
	by *study.Variable
}

// add notes that v reads columns of a table; patient_id is always among them.
func (n *needs) add(v *study.Variable, name string, columns ...string) {
	var t *tableNeed
	for _, known := range n.tables {
		if known.table.name == name {
			t = known
		}
	}
	if t == nil {
		t = &tableNeed{table: schema[name], by: v}
		n.tables = append(n.tables, t)
		columns = append([]string{"patient_id"}, columns...)
	}
	for _, wanted := range columns {
		if !t.has(wanted) {
			definition, _ := t.table.column(wanted)
			t.columns = append(t.columns, columnNeed{definition, v})
		}
	}
}

func (t *tableNeed) has(name string) bool {
	for _, c := range t.columns {
		if c.name == name {
			return true
		}
	}
	return false
}
