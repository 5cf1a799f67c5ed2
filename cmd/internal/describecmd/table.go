package describecmd

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"cohortcounts/study"
)

// table writes one line for each variable.
func table(w io.Writer, d *study.Definition) error {
	var out bytes.Buffer
	visible := 0
	codelists := map[*study.Codelist]bool{}
	for i := range d.Variables {
		if !d.Variables[i].Hidden {
			visible++
		}
		for _, list := range d.Variables[i].Codelists {
			codelists[list] = true
		}
	}
	fmt.Fprintf(&out, "%s: %s", d.File, count(visible+1, "column"))
	if hidden := len(d.Variables) - visible; hidden > 0 {
		fmt.Fprintf(&out, ", %d hidden", hidden)
	}
	fmt.Fprintf(&out, ", %s", count(len(codelists), "codelist"))
	if !d.IndexDate.IsZero() {
		fmt.Fprintf(&out, ", index date %s", d.IndexDate.Format("2006-01-02"))
	}
	fmt.Fprint(&out, "\n\n")

	t := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "VARIABLE\tFUNCTION\tTYPE\tDATES\tCODELIST\tDEPENDS ON")
	for i := range d.Variables {
		v := &d.Variables[i]
		name := v.Name
		if v.Hidden {
			name = "(" + name + ")"
		}
		fmt.Fprintln(t, strings.Join([]string{
			name, function(v), kind(v), dates(v), lists(v), strings.Join(v.DependsOn(), ", "),
		}, "\t"))
	}
	fmt.Fprintln(t, "patient_id\t\tint\t\t\t")
	if err := t.Flush(); err != nil {
		return err
	}
	for _, m := range d.Measures {
		fmt.Fprintf(&out, "\nmeasure %s: %s / %s", m.ID, m.Numerator, m.Denominator)
		if m.GroupBy != nil {
			fmt.Fprintf(&out, " by %s", strings.Join(m.GroupBy, ", "))
		}
	}
	if d.Measures != nil {
		fmt.Fprintln(&out)
	}
	// tabwriter pads the last column too.
	for line := range bytes.Lines(out.Bytes()) {
		if _, err := fmt.Fprintf(w, "%s\n", bytes.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// count is a number of things.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// function is what declares a variable and, where there is a choice, what it
// takes of the record.
func function(v *study.Variable) string {
	if v.Returning == "" || v.Returning == "binary_flag" {
		return v.Function
	}
	return v.Function + " " + v.Returning
}

func kind(v *study.Variable) string {
	if v.Type == study.Date {
		return "date " + string(v.DateFormat)
	}
	return string(v.Type)
}

// dates are the limits of a variable's records, or the date it is as of.
func dates(v *study.Variable) string {
	var parts []string
	end := func(e *study.DateExpression) string {
		if e.Variable == "" {
			return e.Date.Format("2006-01-02")
		}
		return e.Text
	}
	switch from, to := v.Between.From, v.Between.To; {
	case from != nil && to != nil:
		parts = append(parts, end(from)+" to "+end(to))
	case from != nil:
		parts = append(parts, "from "+end(from))
	case to != nil:
		parts = append(parts, "to "+end(to))
	}
	for _, argument := range []string{"date", "reference_date", "start_date", "end_date"} {
		if date, ok := v.Dates[argument]; ok {
			parts = append(parts, map[string]string{"start_date": "from ", "end_date": "to "}[argument]+end(&date))
		}
	}
	return strings.Join(parts, " ")
}

// lists are a variable's codelists: the file's name or the system, and how
// many codes.
func lists(v *study.Variable) string {
	var parts []string
	for _, argument := range slices.Sorted(maps.Keys(v.Codelists)) {
		list := v.Codelists[argument]
		name := list.System
		if list.File != "" {
			name = strings.TrimSuffix(list.File[strings.LastIndex(list.File, "/")+1:], ".csv")
		}
		parts = append(parts, fmt.Sprintf("%s (%d)", name, len(list.Codes)))
	}
	return strings.Join(parts, ", ")
}
