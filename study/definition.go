// Package study holds a study definition as plain data: which variables a
// cohort has, from which records each is taken, and what is expected of them.
//
// A definition is evaluated once, by [Load], into a [Definition]. Everything
// that works with a study (drawing dummy data, extracting from real tables,
// describing it) reads that one value and never the Python it came from.
package study

import "time"

// Definition is one study, evaluated for one index date. It is plain data:
// nothing in it changes after Load, and it may be shared between goroutines.
type Definition struct {
	Name      string    // "study_definition", "study_definition_b"
	File      string    // the path it came from, for messages
	IndexDate time.Time // midnight UTC; zero when the study has none
	// Variables are in definition order after flattening: a variable that is
	// defined inside another's call stands just before its owner, the
	// population last. Every name a variable refers to stands before it.
	Variables []Variable
	// Population is the name of the variable that says who belongs to the
	// cohort. It is hidden, and so are those defined inside its call.
	Population string
	Measures   []Measure
}

// Variable is one column of the cohort, or a hidden step towards one.
type Variable struct {
	Name     string
	Function string // the function of `patients` that declares it, such as "with_these_clinical_events"
	Position Position
	Type     Type
	// DateFormat is the precision of a date; the zero value for other types.
	DateFormat DateFormat
	Hidden     bool   // not a column of the cohort
	Owner      string // of a hidden variable: the variable in whose call it was defined
	Returning  string // what is taken of the matching record, such as "date"; empty where the function has no such choice

	// Between limits the records by date: on_or_after, on_or_before or between.
	Between Period
	// Source is the variable whose matching record this one is also taken
	// from: of date_of, comparator_from, reference_range_…_from and of the
	// columns that include_date_of_match and include_measurement_date add.
	Source string
	// Inputs are the variables that maximum_of or minimum_of compares.
	Inputs []string
	// Categories of satisfying, categorised_as and care_home_status_as_of, in
	// order of evaluation; exactly one has no condition.
	Categories []Category
	// Codelists by the argument that names them, such as "codelist" or
	// "with_these_diagnoses".
	Codelists map[string]*Codelist
	// Value of a fixed_value: bool, int64, float64, string or (Type Date) string in ISO form.
	Value any
	// File of with_value_from_file and which_exist_in_file.
	File *FileColumn
	// Dates are the other dates a function takes, by argument: "date",
	// "reference_date", "start_date", "end_date".
	Dates map[string]DateExpression
	// Arguments are all the others, by the original's names, as declared:
	// nil, bool, int64, float64, string, []any or map[string]any.
	Arguments map[string]any

	// Expectations are what dummy data of this variable looks like: the
	// study's defaults overlaid with the variable's own. Nil where dummy data
	// needs none (aggregates, fixed values, files, the population).
	Expectations *Expectations
}

// Position is a place in a study's Python.
type Position struct {
	File   string
	Line   int // from 1; 0 when unknown
	Column int // from 1; 0 when unknown
}

// Type of a variable's values.
type Type string

// The types a variable can have. A variable that returns
// index_of_multiple_deprivation or rural_urban_classification is Int, but its
// dummy data is drawn from category ratios like that of a String.
const (
	Bool   Type = "bool"
	Int    Type = "int"
	Float  Type = "float"
	String Type = "str"
	Date   Type = "date"
)

// DateFormat is the precision a date is given with.
type DateFormat string

// The precisions; dates of a lower one are the first day of their month or year.
const (
	Year  DateFormat = "YYYY"
	Month DateFormat = "YYYY-MM"
	Day   DateFormat = "YYYY-MM-DD"
)

// Period limits dates. A nil end is open; both ends are in.
type Period struct {
	From, To *DateExpression
}

// DateExpression is a date as a study gives it: static (Date is set) or taken
// from another variable, patient by patient (Variable is set).
type DateExpression struct {
	Text string    // as written
	Date time.Time // midnight UTC; zero for a dynamic one

	Variable string // the date variable it starts from
	// Function rounds the variable's date before the offset is added:
	// "first_day_of_month", "last_day_of_school_year" and so on; or empty.
	Function string
	Offset   int // added after Function; may be negative
	Unit     Unit
}

// Unit of a date expression's offset.
type Unit string

// The units of an offset.
const (
	Days   Unit = "days"
	Months Unit = "months"
	Years  Unit = "years"
)

// Category is one outcome of satisfying or categorised_as.
type Category struct {
	// Label is bool (satisfying), int64, float64 or string.
	Label any
	// Condition is nil for the default.
	Condition *Expression
	Text      string // the condition as written
}

// Operator of an [Expression].
type Operator string

// The operators. Name and Literal are the leaves.
const (
	And          Operator = "AND"
	Or           Operator = "OR"
	Not          Operator = "NOT"
	Equal        Operator = "="
	NotEqual     Operator = "!="
	Less         Operator = "<"
	LessEqual    Operator = "<="
	Greater      Operator = ">"
	GreaterEqual Operator = ">="
	Plus         Operator = "+"
	Minus        Operator = "-" // with one operand: negation
	Times        Operator = "*"
	Divide       Operator = "/"
	Name         Operator = "name"
	Literal      Operator = "literal"
)

// Expression is a logical or arithmetic expression over a patient's variables.
// A bare name used as a truth value has become a comparison with the empty
// value of its type, so that And, Or and Not only have truth values below.
type Expression struct {
	Operator Operator
	Operands []Expression
	Name     string // of a Name: the variable
	Literal  any    // of a Literal: int64, float64 or string
}

// Codelist is a list of clinical codes.
type Codelist struct {
	System     string // "snomed", "ctv3", "icd10", "opcs4", "dmd"…
	Codes      []string
	Categories []string // of each code, or nil when the list is not categorised
	File       string   // the CSV it came from, when known
}

// FileColumn is a column of a CSV file keyed by patient_id.
type FileColumn struct {
	Path   string // relative to the study's root
	Column string // empty for which_exist_in_file
}

// Measure is a rate the study asks for: numerator over denominator by group.
type Measure struct {
	ID                     string
	Numerator, Denominator string
	GroupBy                []string
	SmallNumberSuppression bool
}

// Expectations are what a study expects of a variable's values; dummy data is
// drawn from them.
type Expectations struct {
	Rate Rate
	// Incidence is the share of patients, 0 to 1, that has a value; nil when
	// the rate is Universal and none was given.
	Incidence *float64
	// Earliest and Latest bound the dates, both in, midnight UTC.
	Earliest, Latest time.Time
	Category         []Ratio // in the order written; nil when none was given
	Int, Float       *Distribution
}

// Rate is how dates spread between the earliest and the latest.
type Rate string

// The rates. Universal has no dates: every patient has a value.
const (
	Uniform             Rate = "uniform"
	ExponentialIncrease Rate = "exponential_increase"
	Universal           Rate = "universal"
)

// Ratio is the share of one category.
type Ratio struct {
	Label any     // nil, bool, int64, float64 or string
	Share float64 // 0 to 1; a variable's shares sum to one
}

// Distribution is how numbers are drawn.
type Distribution struct {
	Name         string  // "normal", "poisson" or "population_ages"
	Mean, StdDev float64 // where the distribution has them
}
