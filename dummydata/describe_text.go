package dummydata

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteText writes the description as a table: a line for each variable.
func (d Description) WriteText(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "%s: %d patients\n\n", d.Study, d.Patients)
	fmt.Fprintln(table, "variable\ttype\torigin\tasked\tgot\tasked values\tgot values")
	for _, v := range d.Variables {
		asked := "-"
		if v.Asked >= 0 {
			asked = fmt.Sprint(v.Asked)
		}
		askedValues, gotValues := v.values()
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", v.Variable, v.Type, v.Origin, asked, v.Got, askedValues, gotValues)
	}
	return table.Flush()
}

// fewLabels is how many labels a line of text shows.
const fewLabels = 4

// values are what was asked of the values and what there is, in some words.
func (v Compared) values() (asked, got string) {
	switch {
	case v.Dates != nil && v.Dates.GotFrom == "":
		return v.Dates.AskedFrom + " to " + v.Dates.AskedTo, "none"
	case v.Dates != nil:
		return v.Dates.AskedFrom + " to " + v.Dates.AskedTo, v.Dates.GotFrom + " to " + v.Dates.GotTo
	case v.Number != nil && v.Number.Distribution == "population_ages":
		return "population_ages", fmt.Sprintf("mean %.4g, deviation %.4g", v.Number.GotMean, v.Number.GotDeviation)
	case v.Number != nil && v.Number.Distribution != "":
		return fmt.Sprintf("mean %.4g, deviation %.4g", v.Number.AskedMean, v.Number.AskedDeviation),
			fmt.Sprintf("mean %.4g, deviation %.4g", v.Number.GotMean, v.Number.GotDeviation)
	case v.Labels != nil:
		var a, g []string
		for i, label := range v.Labels {
			if i == fewLabels {
				a, g = append(a, "…"), append(g, "…")
				break
			}
			a = append(a, fmt.Sprintf("%s %.1f %%", label.Name, 100*label.Asked))
			g = append(g, fmt.Sprintf("%s %.1f %%", label.Name, 100*label.Got))
		}
		return strings.Join(a, ", "), strings.Join(g, ", ")
	}
	return "", ""
}
