package extract

import (
	"fmt"
	"slices"
	"strings"

	"cohortcounts/study"
)

// rowset is a relation of records, each with a patient_id: what groups
// aggregate. Its columns are added to it while variables are compiled.
type rowset struct {
	name  string
	table string
	// columns, as `expression AS name`, over the table's columns (of e).
	columns []string
	from    []string // joins after the table
	given   []string // values beside the table's columns: e.given_1, e.given_2 and so on
	where   string
	all     bool // equal records are one
	// code is the column searched for codes, of a rowset that has only rows
	// with one.
	code string
	// listed are the numbers of the lists that are searched in it.
	listed []int
	// early: other rowsets join it, so it is made before them.
	early bool
}

// rows is the rowset of the given name over a table, made when it is new.
func (c *compiler) rows(name, table string) *rowset {
	rs := c.rowset[name]
	if rs == nil {
		rs = &rowset{name: "rows_" + name, table: table}
		c.rowset[name] = rs
		c.order = append(c.order, rs)
	}
	return rs
}

// plain is a rowset with the table's own columns, for a variable that reads
// some of them.
func (c *compiler) plain(v *study.Variable, table string, columns ...string) *rowset {
	c.needs.add(v, table, columns...)
	rs := c.rows(table, table)
	for _, name := range columns {
		rs.add("e." + name)
	}
	return rs
}

// add adds a column unless it is there already.
func (rs *rowset) add(column string) {
	if !slices.Contains(rs.columns, column) {
		rs.columns = append(rs.columns, column)
	}
}

// give makes a value a column of the table.
func (rs *rowset) give(value string) string {
	if !slices.Contains(rs.given, value) {
		rs.given = append(rs.given, value)
	}
	return fmt.Sprintf("e.given_%d", slices.Index(rs.given, value)+1)
}

// sql is the relation; scan is the table with even types.
func (rs *rowset) sql(scan string) string {
	var b strings.Builder
	if len(rs.given) > 0 {
		given := ""
		for i, value := range rs.given {
			given += fmt.Sprintf(",\n    %s AS given_%d", value, i+1)
		}
		scan = "(\n  SELECT g.*" + given + "\n  FROM " + scan + " g" + joinStored(given) + "\n)"
	}
	b.WriteString("SELECT ")
	if rs.all {
		b.WriteString("DISTINCT ")
	}
	b.WriteString("e.patient_id")
	for _, column := range rs.columns {
		b.WriteString(",\n  " + column)
	}
	b.WriteString("\nFROM " + scan + " e")
	if rs.code != "" {
		b.WriteString("\n" + rs.codeJoin())
	}
	for _, join := range rs.from {
		b.WriteString("\n" + join)
	}
	if rs.where != "" {
		b.WriteString("\nWHERE " + rs.where)
	}
	return b.String()
}

// aggregation is one value made of many rows r.
type aggregation struct {
	function string // min, max, sum, count, mean or array
	value    string // SQL over a row; empty for count
	// where are the conditions of the rows that count; an empty one holds.
	where []string
}

// of is an aggregation.
func of(function, value string, where ...string) aggregation {
	return aggregation{function, value, where}
}

// sql is the aggregation in a query that is grouped.
func (a aggregation) sql() string {
	text := a.function + "(" + a.value + ")"
	switch a.function {
	case "count":
		text = "count(*)"
	case "array":
		text = "array_agg(" + a.value + ")"
	case "mean":
		// An order makes the sum of doubles, and so the mean's last digit,
		// always the same.
		text = "avg(" + a.value + " ORDER BY " + a.value + ")"
	}
	if condition := all(a.where...); condition != "" {
		text += " FILTER (WHERE " + condition + ")"
	}
	return text
}

// group is one aggregation of a rowset by patient, for one level. Its columns
// are c1, c2 and so on, and all variables of the level share it.
type group struct {
	name    string
	from    string // the rowset's name, or a SELECT in brackets
	columns []string
	limits  bool // some limits are columns of the level below, q
}

type groupKey struct {
	level int
	from  string
}

// aggregate is an aggregate over the rows r of from, as a column that the
// variable's level can use. What it needs of other variables is in their
// levels' relations.
func (c *compiler) aggregate(o *outcome, from string, a aggregation) string {
	if !c.d.keeps() {
		return c.aggregateOnce(o, from, a)
	}
	return c.grouped(o.level, from, a.sql())
}

// grouped is an expression over the rows of a patient, as a column of their
// group.
func (c *compiler) grouped(level int, from, expression string) string {
	k := groupKey{level, from}
	g := c.groups[k]
	if g == nil {
		g = &group{name: fmt.Sprintf("g%d", len(c.groups)+1), from: from}
		c.groups[k] = g
		for len(c.byLevel) <= level {
			c.byLevel = append(c.byLevel, nil)
		}
		c.byLevel[level] = append(c.byLevel[level], g)
	}
	at := slices.Index(g.columns, expression)
	if at < 0 {
		at = len(g.columns)
		g.columns = append(g.columns, expression)
	}
	g.limits = g.limits || strings.Contains(expression, "q.")
	return fmt.Sprintf("%s.c%d", g.name, at+1)
}

// derived is a SELECT over the rows r of a rowset, to be aggregated in their
// stead: columns, the rows that meet the condition, and what comes after it.
func (c *compiler) derived(o *outcome, rs *rowset, columns, condition, after string) string {
	text := "SELECT r.patient_id, " + columns + "\nFROM " + rs.name + " r"
	if strings.Contains(condition, "q.") {
		text += joinBelow(o.level)
	}
	if condition != "" {
		text += "\nWHERE " + condition
	}
	if after != "" {
		text += "\n" + after
	}
	return "(" + text + ")"
}

// joinBelow joins the level below another to the rows r.
func joinBelow(level int) string {
	return "\nJOIN " + levelName(level-1) + " q ON q.patient_id = r.patient_id"
}

// sql is the aggregation.
func (g *group) sql(level int) string {
	var b strings.Builder
	b.WriteString("SELECT r.patient_id")
	for i, column := range g.columns {
		fmt.Fprintf(&b, ",\n  %s AS c%d", column, i+1)
	}
	b.WriteString("\nFROM " + g.from + " r")
	if g.limits {
		b.WriteString(joinBelow(level))
	}
	b.WriteString("\nGROUP BY r.patient_id")
	return b.String()
}
