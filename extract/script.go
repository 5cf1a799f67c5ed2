package extract

import (
	"fmt"
	"strconv"
	"strings"

	"cohortcounts/study"
)

// catalog is what a database has of the tables that a study needs.
type catalog map[string]stored // by table

type stored struct {
	source string            // the table, as SQL names it after FROM
	types  map[string]string // of its columns
}

// script is a plan as SQL: relations that are made one after the other, each
// of those before it, and the query that gives the cohort.
type script struct {
	inputs    []inputTable
	relations []relation
	final     string
	params    []string
	columns   []outputColumn
}

type relation struct{ name, sql string }

// outputColumn is one column of the cohort, in the order of the final query.
// Its values are int64 (bool, int, and dates as days since 1970-01-01), float64
// or string; only dates may be null.
type outputColumn struct {
	variable *study.Variable
	clean    func(string) string
}

// script writes the plan as SQL over the tables of a catalog.
func (c *compiler) script(tables catalog) *script {
	s := &script{params: c.params}
	scanOf := func(name string) string {
		for _, t := range c.needs.tables {
			if t.table.name == name {
				return scan(c.d, t, tables[name].source, tables[name].types)
			}
		}
		return ""
	}
	s.add("persons", "SELECT *\nFROM "+scanOf("patients")+" e")
	for _, early := range []bool{true, false} {
		for _, rs := range c.order {
			if rs.early == early {
				s.add(rs.name, rs.sql(scanOf(rs.table)))
			}
		}
	}
	for level := 1; level <= c.levels; level++ {
		s.add(levelName(level), c.levelSQL(level))
	}
	s.final = c.finalSQL(s)
	return s
}

func (s *script) add(name, sql string) { s.relations = append(s.relations, relation{name, sql}) }

// levelSQL is the relation of all variables of a level.
func (c *compiler) levelSQL(level int) string {
	var b strings.Builder
	b.WriteString("SELECT p.patient_id")
	lower := map[int]bool{}
	for _, o := range c.done {
		if o.level != level {
			continue
		}
		value := o.value
		switch o.variable.Type {
		case study.Bool, study.Int:
			value = "CAST(" + value + " AS BIGINT)"
		case study.Float:
			value = "CAST(" + value + " AS DOUBLE)"
		case study.String:
			value = "CAST(" + value + " AS VARCHAR)"
		case study.Date:
			value = "CAST(" + value + " AS DATE)"
		}
		b.WriteString(",\n  " + value + " AS " + o.column)
		for below := 1; below < level; below++ {
			if strings.Contains(value, levelName(below)+".") {
				lower[below] = true
			}
		}
	}
	b.WriteString("\nFROM persons p")
	if level < len(c.byLevel) {
		for _, g := range c.byLevel[level] {
			fmt.Fprintf(&b, "\nLEFT JOIN (\n%s\n) %s ON %s.patient_id = p.patient_id", indent(g.sql()), g.name, g.name)
		}
	}
	b.WriteString(joinLevels(lower, "p"))
	return b.String()
}

// finalSQL is the query that gives the cohort, and its columns.
func (c *compiler) finalSQL(s *script) string {
	var b strings.Builder
	b.WriteString("SELECT p.patient_id")
	levels := map[int]bool{}
	for _, o := range c.done {
		if o.variable.Name == c.def.Population || o.variable.Hidden {
			continue
		}
		levels[o.level] = true
		value := c.use(o.variable.Name)
		if o.variable.Type == study.Date {
			value = days(value)
		}
		b.WriteString(",\n  " + value + " AS " + o.column)
		s.columns = append(s.columns, outputColumn{o.variable, o.clean})
	}
	population := c.columns[c.def.Population]
	levels[population.level] = true
	b.WriteString("\nFROM persons p" + joinLevels(levels, "p"))
	b.WriteString("\nWHERE " + c.member(population) + "\nORDER BY p.patient_id")
	return b.String()
}

// member is the condition that a patient belongs to the cohort: the
// population's value is 1.
func (c *compiler) member(population *outcome) string {
	value, err := c.operandOf(population.variable.Name)
	if err != nil {
		return "FALSE"
	}
	return expressions{d: c.d}.comparison(study.Equal, value, operand{sql: "1", kind: whole}).sql
}

func indent(sql string) string { return "  " + strings.ReplaceAll(sql, "\n", "\n  ") }

// bind writes a statement's parameters as the dialect does, and gives their
// values in order.
func (s *script) bind(d dialect, sql string) (string, []string) {
	parts := strings.Split(sql, "\x00")
	var values []string
	for i := 1; i < len(parts); i += 2 {
		n, err := strconv.Atoi(parts[i])
		if err != nil || n >= len(s.params) {
			continue
		}
		values = append(values, s.params[n])
		parts[i] = d.parameter(len(values))
	}
	return strings.Join(parts, ""), values
}
