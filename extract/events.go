package extract

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/study"
)

// search is what a function looks for: rows of a rowset, and what can be had
// of them.
type search struct {
	rows  *rowset
	where string // the rows that count, whatever their date; over r
	date  string // the rows' date, over r
	ties  []key  // order of rows of one date
	// chosen makes the rowset have the columns that ties and values are made
	// of. Without it, it has those that the rest needs: a row is chosen for few
	// variables, and the rows of all are kept.
	chosen func()
	// values are what `returning` may ask for of the first row, by the name
	// asked for: SQL made from the winner.
	values map[string]func(*winner) string
	// first takes the earliest row instead of what the variable says.
	first bool
}

// find compiles a variable that is about the rows of a search inside its
// limits: whether, how many, when, or a value of the first or last of them.
func (c *compiler) find(o *outcome, s search) {
	v := o.variable
	within := c.within(v, s.date)
	earliest := s.first || first(v)
	extreme := "max"
	if earliest {
		extreme = "min"
	}
	day := func() string {
		if array, ok := c.dateArray(o, s); ok {
			return c.d.extreme(extreme, c.datesInside(o, array))
		}
		return c.aggregate(o, s.rows.name, of(extreme, s.date, s.where, within))
	}
	count := func() string {
		if array, ok := c.dateArray(o, s); ok {
			return c.d.size(c.datesInside(o, array))
		}
		return c.aggregate(o, s.rows.name, of("count", "", s.where, within))
	}
	o.match = &match{date: day}
	switch v.Returning {
	case "binary_flag":
		o.value = flag(count() + " > 0")
		return
	case "number_of_matches_in_period":
		o.value = "coalesce(" + count() + ", 0)"
		return
	case "number_of_episodes":
		o.match = nil
		o.value = c.episodes(o, s, within)
		return
	case "date", "date_admitted", "date_arrived", "date_of_death":
		o.value = cut(v, day())
		return
	}
	value := s.values[v.Returning]
	if value == nil {
		c.fault(v, "%s cannot return %q over real tables", v.Function, v.Returning)
		return
	}
	if s.chosen != nil {
		s.chosen()
	}
	w := &winner{d: c.d, keys: append([]key{{name: "date", sql: s.date, kind: kindDate, descending: !earliest, nullsFirst: earliest}}, s.ties...)}
	w.row = c.aggregate(o, s.rows.name, of("min", w.fields(), s.where, within))
	o.match = &match{
		date:   func() string { return w.get("date") },
		winner: func() *winner { return w },
	}
	o.value = orEmpty(v, value(w))
}

// field is a value of the winner as it is.
func field(name string) func(*winner) string {
	return func(w *winner) string { return w.get(name) }
}

var episodePattern = regexp.MustCompile(`^series of events each <= (\d+) days apart$`)

// episodes counts the runs of rows with at most some days between neighbours;
// a row without a date is a run of its own.
func (c *compiler) episodes(o *outcome, s search, within string) string {
	apart := "0"
	if value := o.variable.Arguments["episode_defined_as"]; value != nil {
		text, _ := value.(string)
		parts := episodePattern.FindStringSubmatch(text)
		if parts == nil {
			c.fault(o.variable, "episode_defined_as must be \"series of events each <= N days apart\"")
			return "0"
		}
		apart = parts[1]
	}
	if !c.d.keeps() {
		return c.episodesOnce(o, s, within, apart)
	}
	columns := fmt.Sprintf("%s AS date,\n  lag(%s) OVER (PARTITION BY r.patient_id, %s IS NULL ORDER BY %s) AS previous", s.date, s.date, s.date, s.date)
	from := c.derived(o, s.rows, columns, all(s.where, within), "")
	opens := "r.previous IS NULL OR date_diff('day', r.previous, r.date) > " + apart
	return "coalesce(" + c.aggregate(o, from, of("count", "", opens)) + ", 0)"
}

// codedEvents compiles the functions that look for codes among events.
func (c *compiler) codedEvents(o *outcome) {
	v := o.variable
	var s search
	switch v.Function {
	case "with_these_medications":
		s = c.medications(v)
	case "with_these_decision_support_values":
		s = c.decisionSupport(v)
	default:
		s = c.clinicalEvents(v)
	}
	if v.Asks("ignore_missing_values") {
		c.needs.add(v, s.rows.table, "numeric_value")
		s.rows.add("e.numeric_value")
		s.where = all(s.where, "r.numeric_value <> 0")
	}
	c.find(o, s)
}

func (c *compiler) clinicalEvents(v *study.Variable) search {
	list := v.Codelists["codelist"]
	if list == nil {
		c.fault(v, "%s needs a codelist", v.Function)
		return search{rows: &rowset{}}
	}
	name, by := "clinical_events", v
	if ranged := c.ranged[v.Name]; ranged != nil {
		name, by = "clinical_events_ranges", ranged
	}
	s := c.coded(by, name, codeColumn(list), list)
	s.where = all(s.where, c.notOnDaysOf(v, s.rows, v.Codelists["ignore_days_where_these_codes_occur"]))
	columns := []string{"numeric_value"}
	s.ties = append(s.ties, key{name: "numeric_value", sql: "r.numeric_value", kind: kindFloat})
	s.values["numeric_value"] = field("numeric_value")
	if name == "clinical_events_ranges" {
		columns = append(columns, "lower_bound", "upper_bound", "comparator")
		s.ties = append(s.ties,
			key{name: "lower_bound", sql: "r.lower_bound", kind: kindFloat},
			key{name: "upper_bound", sql: "r.upper_bound", kind: kindFloat},
			key{name: "comparator", sql: "r.comparator", kind: kindText})
	}
	code := s.chosen
	s.chosen = func() {
		code()
		c.needs.add(by, name, columns...)
		for _, column := range columns {
			s.rows.add("e." + column)
		}
	}
	return s
}

// codeColumn is the column of clinical events that holds codes of the list's
// system.
func codeColumn(list *study.Codelist) string {
	if list.System == "snomed" {
		return "snomedct_code"
	}
	return "ctv3_code"
}

func (c *compiler) medications(v *study.Variable) search {
	list := v.Codelists["codelist"]
	if list == nil {
		c.fault(v, "%s needs a codelist", v.Function)
		return search{rows: &rowset{}}
	}
	s := c.coded(v, "medications", "dmd_code", list)
	s.where = all(s.where, c.notOnDaysOf(v, s.rows, v.Codelists["ignore_days_where_these_clinical_codes_occur"]))
	return s
}

// coded is a search for the codes of a list in a column of a table. All
// searches of the column share a rowset: its rows have a code of any of their
// lists, and in_1, in_2… say of which.
func (c *compiler) coded(v *study.Variable, table, column string, list *study.Codelist) search {
	c.needs.add(v, table, "date", column)
	rs := c.rows(table+"_"+column, table)
	n := c.lists.number(list)
	if rs.code == "" {
		rs.columns = []string{"e.date"}
		rs.code = column
	}
	if !slices.Contains(rs.listed, n) {
		rs.listed = append(rs.listed, n)
	}
	s := search{
		rows:   rs,
		where:  c.inListed(rs, n),
		date:   "r.date",
		ties:   []key{{name: "code", sql: "r.code", kind: kindText}},
		values: map[string]func(*winner) string{"code": field("code")},
		chosen: func() { rs.add("e." + column + " AS code") },
	}
	if v.Returning == "category" {
		category := c.categoryListed(rs, n)
		// The category follows from the code, so it never decides.
		s.ties = append(s.ties, key{name: "category", sql: category, kind: kindText})
		s.values["category"] = field("category")
	}
	return s
}

// inListed is the condition that a row of a coded rowset has a code of a list.
func (c *compiler) inListed(rs *rowset, n int) string {
	if !c.d.keeps() {
		return rs.inList(n)
	}
	rs.add(fmt.Sprintf("k.in_%d", n))
	return fmt.Sprintf("r.in_%d", n)
}

// categoryListed is the category of such a row.
func (c *compiler) categoryListed(rs *rowset, n int) string {
	if !c.d.keeps() {
		return rs.categoryIn(n)
	}
	rs.add(fmt.Sprintf("k.category_%d", n))
	return fmt.Sprintf("r.category_%d", n)
}

// codeJoin is the join of a coded rowset with the codes of all the lists that
// are searched in it.
func (rs *rowset) codeJoin() string {
	columns, lists := "", []string{}
	for _, n := range rs.listed {
		lists = append(lists, strconv.Itoa(n))
	}
	for _, c := range rs.columns {
		if n, ok := strings.CutPrefix(c, "k.in_"); ok {
			columns += fmt.Sprintf(",\n    bool_or(list = %s) AS in_%s", n, n)
		}
		if n, ok := strings.CutPrefix(c, "k.category_"); ok {
			columns += fmt.Sprintf(",\n    max(CASE WHEN list = %s THEN category END) AS category_%s", n, n)
		}
	}
	return fmt.Sprintf("JOIN (\n  SELECT code%s\n  FROM codelists WHERE list IN (%s) GROUP BY code\n) k ON k.code = e.%s",
		columns, strings.Join(lists, ", "), rs.code)
}

// notOnDaysOf is the condition that a row does not lie on a day on which the
// patient has a clinical event of the list. A row without a date lies on none.
func (c *compiler) notOnDaysOf(v *study.Variable, rs *rowset, list *study.Codelist) string {
	if list == nil {
		return ""
	}
	n := strconv.Itoa(c.lists.number(list))
	column := codeColumn(list)
	c.needs.add(v, "clinical_events", "date", column)
	days := c.rows("days_of_"+n, "clinical_events")
	days.columns = []string{"e.date"}
	days.all, days.early = true, true
	days.where = c.oneOfCodes(days, list, "e."+column) + " AND e.date IS NOT NULL"
	rs.add(fmt.Sprintf("d_%s.patient_id IS NOT NULL AS on_day_of_%s", n, n))
	join := fmt.Sprintf("LEFT JOIN %s d_%s ON d_%s.patient_id = e.patient_id AND d_%s.date = e.date", days.name, n, n, n)
	rs.join(join)
	return "NOT r.on_day_of_" + n
}

// join adds a join unless it is there already.
func (rs *rowset) join(join string) {
	for _, known := range rs.from {
		if known == join {
			return
		}
	}
	rs.from = append(rs.from, join)
}

// decisionSupport is a search for the electronic frailty index.
func (c *compiler) decisionSupport(v *study.Variable) search {
	if algorithm, _ := v.Arguments["algorithm"].(string); algorithm != "electronic_frailty_index" {
		c.fault(v, "the only algorithm known is \"electronic_frailty_index\"")
	}
	rs := c.plain(v, "decision_support_values", "calculation_date", "numeric_value")
	c.needs.add(v, "decision_support_values", "algorithm_description", "algorithm_version")
	rs.where = "e.algorithm_description = 'UK Electronic Frailty Index (eFI)' AND e.algorithm_version = '1.0'"
	return search{
		rows:   rs,
		date:   "r.calculation_date",
		ties:   []key{{name: "numeric_value", sql: "r.numeric_value", kind: kindFloat}},
		values: map[string]func(*winner) string{"numeric_value": field("numeric_value")},
	}
}
