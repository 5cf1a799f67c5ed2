package study

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// WriteYAML writes the study, evaluated for one index date, in the form of the
// original's dump_study_yaml: for each variable the type and the arguments
// after all processing, and the names of the hidden ones. Codelists and pairs
// have the tags of the original's Python.
//
// Two things differ, so that [Load] can read the study back: variables stand in
// definition order, not sorted, and the study's index_date and
// default_expectations are there too.
func (r *Recording) WriteYAML(w io.Writer, indexDate time.Time) error {
	d, err := r.define(indexDate)
	if err != nil {
		return err
	}
	out := yamlWriter{}
	covariates := dict{}
	hidden := []any{}
	for _, c := range d.columns {
		if c.variable.Hidden && c.variable.Name != "population" {
			hidden = append(hidden, c.variable.Name)
		}
		covariates = append(covariates, entry{c.variable.Name, d.covariate(c)})
	}
	top := dict{{"covariate_definitions", covariates}}
	if d.defaults != nil {
		top = append(top, entry{"default_expectations", d.defaults})
	}
	top = append(top, entry{"hidden_columns", hidden})
	if !d.scope.index.IsZero() {
		top = append(top, entry{"index_date", d.scope.index.Format(time.DateOnly)})
	}
	out.mapping(top, 0)
	_, err = io.WriteString(w, out.text.String())
	return err
}

// pair is a Python tuple of two.
type pair [2]any

// covariate is one variable in the original's inner form, where some functions
// have other names.
func (d *definer) covariate(c *column) dict {
	v := &c.variable
	args := map[string]any{"column_type": string(v.Type)}
	kind := v.Function
	switch v.Function {
	case "maximum_of", "minimum_of":
		kind = "aggregate_of"
		names := make([]any, len(v.Inputs))
		for i, name := range v.Inputs {
			names[i] = name
		}
		args["column_names"] = names
		args["aggregate_function"] = map[string]string{"maximum_of": "MAX", "minimum_of": "MIN"}[v.Function]
	case "satisfying", "categorised_as":
		kind = "categorised_as"
		args["category_definitions"] = categoryDict(v)
	case "date_of", "comparator_from", "reference_range_lower_bound_from", "reference_range_upper_bound_from":
		kind = "value_from"
		args["source"] = v.Source
		args["returning"] = map[string]string{
			"date_of": "date", "comparator_from": "comparator",
			"reference_range_lower_bound_from": "lower_bound", "reference_range_upper_bound_from": "upper_bound",
		}[v.Function]
		if v.Function == "date_of" {
			args["date_format"] = c.format
		}
	default:
		d.ordinaryArguments(c, args)
	}
	if c.function.has("return_expectations") {
		args["return_expectations"] = c.arguments["return_expectations"]
	}
	sorted := dict{}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		sorted = append(sorted, entry{name, args[name]})
	}
	return dict{{"args", sorted}, {"type", kind}}
}

// ordinaryArguments are those of a function that keeps its name.
func (d *definer) ordinaryArguments(c *column, args map[string]any) {
	v := &c.variable
	for name, value := range v.Arguments {
		args[name] = value
	}
	for name := range c.function.codelists {
		args[name] = nil
	}
	for name, list := range v.Codelists {
		args[name] = list
	}
	for name, date := range v.Dates {
		args[name] = expressionText(&date)
	}
	if c.function.has("on_or_after") || c.function.has("between") {
		args["between"] = pair{expressionText(v.Between.From), expressionText(v.Between.To)}
	}
	if c.function.has("returning") && v.File == nil {
		args["returning"] = v.Returning
	}
	if c.function.has("date_format") {
		args["date_format"] = c.format
	}
	switch v.Function {
	case "fixed_value":
		args["value"] = v.Value
		if v.Type == Date {
			args["date_format"] = string(Day)
		}
	case "with_these_medications":
		// The original knows it by one name inside, whatever the function.
		args["ignore_days_where_these_codes_occur"] = args["ignore_days_where_these_clinical_codes_occur"]
		delete(args, "ignore_days_where_these_clinical_codes_occur")
	case "care_home_status_as_of":
		args["categorised_as"] = nil
		if v.Categories != nil {
			args["categorised_as"] = categoryDict(v)
		}
	case "with_value_from_file":
		args["f_path"], args["returning"], args["returning_type"] = v.File.Path, v.File.Column, string(v.Type)
	case "which_exist_in_file":
		args["f_path"] = v.File.Path
	}
	for _, other := range d.columns {
		if other.variable.Function == "date_of" && other.variable.Source == v.Name {
			args["include_date_of_match"] = true
		}
	}
}

func categoryDict(v *Variable) dict {
	out := dict{}
	for _, category := range v.Categories {
		label := category.Label
		if truth, ok := label.(bool); ok {
			label = map[bool]int64{true: 1, false: 0}[truth]
		}
		out = append(out, entry{label, category.Text})
	}
	return out
}

// expressionText is a date as the original keeps it: static ones evaluated.
func expressionText(e *DateExpression) any {
	switch {
	case e == nil:
		return nil
	case e.Variable != "":
		return e.Text
	}
	return e.Date.Format(time.DateOnly)
}

// yamlWriter writes values in YAML's block form. Keys may be numbers, which
// the YAML libraries for Go do not write.
type yamlWriter struct{ text strings.Builder }

// longestSimpleKey is how long a key may be without a question mark before it,
// to PyYAML; the limit of YAML itself is 1024. Labels of categories can be
// whole lists of codes.
const longestSimpleKey = 128

func (w *yamlWriter) mapping(d dict, indent int) {
	margin := strings.Repeat(" ", indent)
	for _, e := range d {
		key := scalar(e.key)
		if len(key) > longestSimpleKey {
			key = "? " + key + "\n" + margin
		}
		w.text.WriteString(margin + key + ":")
		w.value(e.value, indent+2)
	}
}

// value writes what stands after a key or a dash, and the end of the line.
func (w *yamlWriter) value(value any, indent int) {
	switch v := value.(type) {
	case dict:
		if len(v) == 0 {
			w.text.WriteString(" {}\n")
			return
		}
		w.text.WriteByte('\n')
		w.mapping(v, indent)
	case map[string]any:
		sorted := dict{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			sorted = append(sorted, entry{key, v[key]})
		}
		w.value(sorted, indent)
	case pair:
		w.text.WriteString(" !!python/tuple")
		w.sequence(v[:], indent)
	case []any:
		w.sequence(v, indent)
	case *Codelist:
		w.codelist(v, indent)
	default:
		fmt.Fprintf(&w.text, " %s\n", scalar(v))
	}
}

func (w *yamlWriter) sequence(items []any, indent int) {
	if len(items) == 0 {
		w.text.WriteString(" []\n")
		return
	}
	w.text.WriteByte('\n')
	for _, item := range items {
		w.text.WriteString(strings.Repeat(" ", indent) + "-")
		w.value(item, indent+2)
	}
}

func (w *yamlWriter) codelist(list *Codelist, indent int) {
	items := make([]any, len(list.Codes))
	state := dict{}
	for i, code := range list.Codes {
		items[i] = code
		if list.Categories != nil {
			items[i] = pair{code, list.Categories[i]}
		}
	}
	if list.Categories != nil {
		state = append(state, entry{"has_categories", true})
	}
	state = append(state, entry{"system", list.System})
	w.text.WriteString(" !!python/object/new:cohortextractor.codelistlib.Codelist\n")
	w.mapping(dict{{"listitems", items}, {"state", state}}, indent)
}

// plainScalar is text that needs no quotes in YAML, whatever version reads it.
var plainScalar = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*([ /.+=-]+[A-Za-z0-9_]+)*$`)

func scalar(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		special := []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
		if plainScalar.MatchString(v) && !slices.Contains(special, strings.ToLower(v)) {
			return v
		}
		// JSON's text is YAML's double-quoted text.
		quoted, err := json.Marshal(v)
		if err != nil {
			return `""` // no Go string makes Marshal fail
		}
		return string(quoted)
	case float64:
		text := fmt.Sprint(v)
		if !strings.ContainsAny(text, ".") {
			text = strings.Replace(text, "e", ".0e", 1) // 1e+06 is text to YAML 1.1
			if !strings.Contains(text, "e") {
				text += ".0"
			}
		}
		return text
	}
	return fmt.Sprint(value)
}
