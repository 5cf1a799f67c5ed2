package extract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cohortcounts/study"
)

// catalog is what a database has of the tables that a study needs.
type catalog map[string]stored // by table

type stored struct {
	source  string            // the table, as SQL names it after FROM
	columns []string          // in the table's order
	types   map[string]string // of its columns
}

// add adds a column.
func (s *stored) add(name, typeName string) {
	s.columns = append(s.columns, name)
	s.types[name] = typeName
}

// script is a plan as SQL: relations that are made one after the other, each
// of those before it, and the query that gives the cohort.
type script struct {
	inputs    []inputTable
	relations []relation
	final     string
	params    []param
	sources   map[string]string // the tables that are read, by name, with even types
	scratch   string            // the table that parameters are stored in; empty: none
	columns   []outputColumn
}

type relation struct {
	name, sql string
	shared    bool // read more than once
}

// outputColumn is one column of the cohort, in the order of the final query.
// Its values are int64 (bool, int, and dates as days since 1970-01-01), float64
// or string; only dates may be null.
type outputColumn struct {
	variable *study.Variable
	clean    func(string) string
}

// script writes the plan as SQL.
func (p *planned) script() *script {
	s := p.levelsOver()
	s.final = p.finalSQL(s)
	s.countUses()
	return s
}

// levelsOver writes the relations of a plan; what is asked of the last of them
// is still to come.
func (p *planned) levelsOver() *script {
	s := &script{sources: map[string]string{}}
	scanOf := func(name string) string {
		for _, t := range p.needs.tables {
			if t.table.name == name {
				s.sources[name] = scan(p.d, t, p.tables[name].source, p.tables[name].types)
				return s.sources[name]
			}
		}
		return ""
	}
	s.add("persons", "SELECT *\nFROM "+scanOf("patients")+" e")
	for _, early := range []bool{true, false} {
		for _, rs := range p.order {
			if rs.early == early {
				source := scanOf(rs.table)
				if rs.code != "" && !p.d.keeps() {
					source = p.lookUp(rs, source)
				}
				s.add(rs.name, rs.sql(source))
			}
		}
	}
	for level := range p.levels + 1 {
		if found := p.foundSQL(level); found != "" {
			s.add(foundAt(level), found)
		}
		s.add(levelName(level), p.levelSQL(level))
	}
	s.params = slices.Clone(p.params)
	if p.d.keeps() {
		s.inputs = p.inputs
	} else {
		s.handOver(p.inputs)
	}
	return s
}

// create is the beginning of the statement that makes a relation, where there
// are temporary tables and views. A view can have no parameters.
func (r *relation) create() string {
	if r.shared || strings.Contains(r.sql, "\x00") {
		return "CREATE TEMP TABLE " + r.name + " AS\n"
	}
	return "CREATE TEMP VIEW " + r.name + " AS\n"
}

func (s *script) add(name, sql string) {
	s.relations = append(s.relations, relation{name: name, sql: sql})
}

// countUses finds which relations are read more than once, and so are worth
// keeping.
func (s *script) countUses() {
	uses := map[string]int{}
	word := regexp.MustCompile(`\b(?:FROM|JOIN) (\w+)`)
	for _, text := range append([]relation{{sql: s.final}}, s.relations...) {
		for _, found := range word.FindAllStringSubmatch(text.sql, -1) {
			uses[found[1]]++
		}
	}
	for i := range s.relations {
		r := &s.relations[i]
		r.shared = uses[r.name] > 1
	}
}

// foundSQL is the relation of what the variables of a level find in arrays, and
// of all below; empty when they find nothing. It stands between two levels, so
// that a value found is written once, however often it is used.
func (c *compiler) foundSQL(level int) string {
	var b strings.Builder
	c.writeFound(&b, level)
	if level == 0 || b.Len() == 0 {
		return ""
	}
	return "SELECT q.*" + b.String() + "\nFROM " + levelName(level-1) + " q"
}

func (c *compiler) writeFound(b *strings.Builder, level int) {
	for i, f := range c.found {
		if f.level == level {
			fmt.Fprintf(b, ",\n  %s AS %s%d", f.sql, foundName, i+1)
		}
	}
}

func foundAt(level int) string { return fmt.Sprintf("found_for_level_%d", level) }

// levelSQL is the relation of all variables of a level, and of those below.
// Level 0 is the patients themselves, with the arrays of dates.
func (c *compiler) levelSQL(level int) string {
	var b strings.Builder
	if level == 0 {
		b.WriteString("SELECT q.patient_id")
		for _, t := range c.needs.tables {
			for _, column := range t.columns {
				if t.table.name == "patients" && column.name != "patient_id" {
					fmt.Fprintf(&b, ",\n  q.%s AS %s", column.name, personColumn(column.name))
				}
			}
		}
		c.writeFound(&b, 0)
		b.WriteString("\nFROM persons q")
	} else {
		b.WriteString("SELECT q.*")
		for _, o := range c.done {
			if o.level == level {
				b.WriteString(",\n  " + typed(o.variable, o.value) + " AS " + o.column)
			}
		}
		below := levelName(level - 1)
		if c.foundSQL(level) != "" {
			below = foundAt(level)
		}
		b.WriteString("\nFROM " + below + " q")
	}
	if level < len(c.byLevel) {
		for _, g := range c.byLevel[level] {
			fmt.Fprintf(&b, "\nLEFT JOIN (\n%s\n) %s ON %s.patient_id = q.patient_id", indent(g.sql(level)), g.name, g.name)
		}
	}
	return b.String()
}

// typed is a value with the type that all values of the variable have.
func typed(v *study.Variable, value string) string {
	name := map[study.Type]string{study.Bool: "BIGINT", study.Int: "BIGINT", study.Float: "DOUBLE", study.String: "VARCHAR", study.Date: "DATE"}[v.Type]
	return "CAST(" + value + " AS " + name + ")"
}

// finalSQL is the query that gives the cohort, and its columns.
func (c *compiler) finalSQL(s *script) string {
	var b strings.Builder
	b.WriteString("SELECT q.patient_id")
	for _, o := range c.done {
		if o.variable.Name == c.def.Population || o.variable.Hidden {
			continue
		}
		value := c.use(o.variable.Name)
		if o.variable.Type == study.Date {
			value = days(value)
		}
		b.WriteString(",\n  " + value + " AS " + o.column)
		s.columns = append(s.columns, outputColumn{o.variable, o.clean})
	}
	b.WriteString("\n" + c.members() + "\nORDER BY q.patient_id")
	return b.String()
}

// members are the patients of the cohort, q, with all their variables.
func (c *compiler) members() string {
	return "FROM " + levelName(c.levels) + " q\nWHERE " + c.member(c.columns[c.def.Population])
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
