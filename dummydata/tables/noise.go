package tables

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A noise is what a table has beside the study's records.
type noise struct {
	table   tableID
	mean    float64 // records per patient; clinical events have Options.NoiseEvents
	date    string
	ident   string // the column of a number of the record's own
	columns []noiseColumn
}

// A noiseColumn is texts that a column may have, the common ones first.
type noiseColumn struct {
	column string
	texts  []string
	null   float64 // share of empty cells
}

// noises are the tables that have records beside those of the study. Events
// of patients are few for most and many for some.
var noises = []noise{
	{table: clinicalEvents, date: "date", columns: []noiseColumn{
		{"ctv3_code", ctv3Noise(), 0}, {"snomedct_code", snomedNoise(), 0},
	}},
	{table: medications, mean: 5, date: "date", columns: []noiseColumn{{"dmd_code", dmdNoise(), 0}}},
	{table: sgssTests, mean: 0.8, date: "specimen_taken_date", columns: []noiseColumn{
		{"is_positive", []string{"F", "T"}, 0}, {"was_symptomatic", []string{"F", "T"}, 0.4},
	}},
	{table: vaccinations, mean: 2, date: "date", columns: []noiseColumn{
		{"target_disease", []string{"SARS-2 CORONAVIRUS", "INFLUENZA", "PNEUMOCOCCAL", "TETANUS", "SHINGLES", "MEASLES", "HEPATITIS B"}, 0},
		{"product_name", []string{"COVID-19 mRNA Vaccine Comirnaty", "COVID-19 Vaccine Vaxzevria", "Influenza Tetra MYL", "Pneumovax 23", "Revaxis", "Zostavax", "Priorix"}, 0.02},
	}},
	{table: appointments, mean: 4, date: "seen_date", columns: []noiseColumn{
		{"status", []string{"Finished", "Cancelled by Patient", "Did Not Attend", "Cancelled by Unit", "Booked", "Arrived"}, 0},
	}},
	{table: apcs, mean: 0.25, date: "admission_date", ident: "apcs_ident", columns: []noiseColumn{
		{"primary_diagnosis", icdNoise(""), 0.02},
		{"all_diagnoses", icdNoise("||"), 0.02},
		{"all_procedures", opcsNoise("||"), 0.3},
		{"admission_method", []string{"11", "21", "12", "2A", "13", "31", "22", "28", "2B", "2D", "82", "83", "81"}, 0},
		{"discharge_destination", []string{"19", "79", "51", "54", "65", "85", "87", "98"}, 0.02},
		{"patient_classification", []string{"1", "2", "3", "5", "4"}, 0},
		{"days_in_critical_care", []string{"0", "0", "0", "0", "2", "5"}, 0},
	}},
	{table: emergencyCare, mean: 0.4, date: "arrival_date", ident: "id", columns: []noiseColumn{
		{"discharge_destination", []string{"306689006", "306706006", "1066331000000109", "19712007", "306694006"}, 0.1},
		{"diagnosis_01", snomedNoise()[:300], 0.1},
		{"diagnosis_02", snomedNoise()[:300], 0.8},
	}},
	{table: opa, mean: 0.8, date: "appointment_date", ident: "opa_ident", columns: []noiseColumn{
		{"attendance_status", []string{"5", "3", "2", "7", "4", "6"}, 0.02},
		{"first_attendance", []string{"2", "1", "4", "3", "5"}, 0.02},
		{"treatment_function_code", []string{"130", "110", "300", "502", "320", "101", "120", "330", "812", "560", "340", "410"}, 0},
		{"consultation_medium_used", []string{"01", "02", "03", "04"}, 0.2},
	}},
	{table: therapeutics, mean: 0.004, date: "treatment_start_date", columns: []noiseColumn{
		{"covid_indication", []string{"non_hospitalised", "hospitalised_with", "hospital_onset"}, 0},
		{"current_status", []string{"Approved", "Treatment Complete", "Treatment Not Started", "Treatment Stopped"}, 0.02},
		{"intervention", []string{"Molnupiravir", "Sotrovimab", "Paxlovid", "Remdesivir", "Casirivimab and imdevimab", "Tocilizumab"}, 0},
		{"region", regions, 0},
		{"risk_cohort", []string{"IMID", "solid cancer", "renal disease", "haematologic malignancy", "liver disease"}, 0.1},
	}},
	{table: decisionSupport, mean: 0.5, date: "calculation_date", columns: []noiseColumn{
		{"algorithm_description", []string{"UK Electronic Frailty Index (eFI)", "QRISK2", "CHA2DS2-VASc"}, 0}, {"algorithm_version", []string{"1.0", "2.0"}, 0},
	}},
	{table: ukrr, mean: 0.002, date: "rrt_start_date", columns: []noiseColumn{
		{"dataset", []string{"2020_prevalence", "2021_prevalence", "2019_prevalence", "2020_incidence"}, 0},
		{"renal_centre", []string{"RBD01", "RK7CC", "RHW01", "RJZ01", "RM102"}, 0},
		{"treatment_modality_start", []string{"ICHD", "PD", "Tx", "HHD"}, 0.1},
		{"treatment_modality_prevalence", []string{"ICHD", "Tx", "PD", "HHD"}, 0.1},
	}},
}

func noiseOf(t tableID) *noise {
	for i := range noises {
		if noises[i].table == t {
			return &noises[i]
		}
	}
	return nil
}

// cellsOf is a noiseColumn made ready.
type cellsOf struct {
	cells []cell
	often mix
	null  float64
}

func (c *cellsOf) set(w *patient, r *part) {
	if len(c.cells) > 0 && (c.null == 0 || w.dice.Float64() >= c.null) {
		r.set(c.cells[c.often.pick(w.dice)])
	}
}

// noiseCells are the columns of a noise without the texts that a variable
// looks for. Clinical events have a code of one system only, which is chosen
// elsewhere.
func (p *plan) noiseCells(n *noise) []cellsOf {
	if n.table == clinicalEvents {
		return nil
	}
	var all []cellsOf
	for _, c := range n.columns {
		all = append(all, p.noiseColumn(n.table, c))
	}
	return all
}

func (p *plan) noiseColumn(t tableID, c noiseColumn) cellsOf {
	lookedFor := func(text string) bool {
		for _, g := range p.groups {
			if g.table != t {
				continue
			}
			// One condition that noise never meets is enough: the first.
			if len(g.conds) > 0 && sameColumn(g.conds[0].column, c.column) && g.conds[0].accept(text) {
				return true
			}
		}
		return t == clinicalEvents && p.ignored(text)
	}
	texts := slices.DeleteFunc(slices.Clone(c.texts), lookedFor)
	schema, column := schemas[t], c.column
	if column == procedureColumn {
		schema, column = schemas[opaProcedures], "primary_procedure_code"
	}
	cells := schema.textCells(column, texts)
	return cellsOf{cells: cells, often: newMix(max(1, len(cells))), null: c.null}
}

// sameColumn takes the diagnoses of emergency care for one.
func sameColumn(a, b string) bool {
	return a == b || strings.HasPrefix(a, "diagnosis_") && strings.HasPrefix(b, "diagnosis_")
}

// ignored tells whether a code is in a list of days that a variable leaves
// out.
func (p *plan) ignored(code string) bool {
	for i := range p.study.Variables {
		for name, list := range p.study.Variables[i].Codelists {
			if strings.HasPrefix(name, "ignore_days_where_these") && slices.Contains(list.Codes, code) {
				return true
			}
		}
	}
	return false
}

// addNoise adds the makers of records beside the study's.
func (p *plan) addNoise(opts Options) {
	for i := range noises {
		n := &noises[i]
		if greedy := p.greedy(n.table); greedy != "" {
			p.note(greedy, anyRow, "takes any row of %s: that table has no records beside the study's", schemas[n.table].name)
			continue
		}
		if n.table == clinicalEvents {
			p.addEventNoise(opts)
			continue
		}
		p.makers = append(p.makers, p.noiseMaker(n))
	}
}

// greedy names a variable that any row of the table belongs to.
func (p *plan) greedy(t tableID) string {
	for _, g := range p.groups {
		if g.table == t && len(g.conds) == 0 {
			return g.members[0].Name
		}
	}
	return ""
}

func (p *plan) noiseMaker(n *noise) maker {
	s := schemas[n.table]
	key := keyOf(p.seed, "noise "+s.name)
	columns := p.noiseCells(n)
	date, ident, discharge := s.at(n.date), -1, s.at("discharge_date")
	if n.ident != "" {
		ident = s.at(n.ident)
	}
	procedures := p.noiseColumn(opa, noiseColumn{procedureColumn, opcsNoise(""), 0.7})
	for _, t := range []string{"numeric_value", "latest_creatinine", "latest_egfr"} {
		if at := s.at(t); at >= 0 {
			columns = append(columns, numbersBetween(at, t))
		}
	}
	return func(w *patient) {
		w.dice.roll(key, w.row)
		for range w.dice.count(n.mean) {
			day, ok := p.noiseDay(w)
			if !ok {
				return
			}
			r := w.add(n.table)
			r.set(dayCell(date, day))
			if ident >= 0 {
				r.set(intCell(ident, w.nextIdent()))
			}
			for i := range columns {
				columns[i].set(w, r)
			}
			if n.table == apcs {
				r.set(dayCell(discharge, day+int32(w.dice.count(meanStay))))
			}
			if n.table == opa && len(procedures.cells) > 0 && w.dice.Float64() >= procedures.null {
				w.procedure(procedures.cells[procedures.often.pick(w.dice)])
			}
		}
	}
}

// numbersBetween are some plausible numbers of a column.
func numbersBetween(at int, name string) cellsOf {
	low, step := 0.05, 0.01 // a frailty index
	switch name {
	case "latest_creatinine":
		low, step = 90, 10
	case "latest_egfr":
		low, step = 5, 1.5
	}
	var c cellsOf
	for i := range 50 {
		c.cells = append(c.cells, floatCell(at, low+float64(step*float64(i))))
	}
	c.often = newMix(len(c.cells))
	return c
}

// noiseDay is a day of a patient's life, later ones more often.
func (p *plan) noiseDay(w *patient) (int32, bool) {
	from, to := max(p.first, w.born), min(p.last, w.died)
	if to < from {
		return 0, false
	}
	u := w.dice.Float64()
	return to - int32(float64(to-from+1)*u*u), true
}

// The codes below are of the shape of real ones, but made up.

func ctv3Noise() []string {
	const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
	var codes []string
	for i := range 1500 {
		k := (i*2654435761 + 97) % (len(letters) * len(letters) * len(letters))
		codes = append(codes, "X"+string([]byte{"abcdE"[i%5], letters[k%len(letters)], letters[k/len(letters)%len(letters)], letters[k/len(letters)/len(letters)]}))
	}
	slices.Sort(codes)
	return shuffled(slices.Compact(codes))
}

func snomedNoise() []string {
	var codes []string
	for i := range 1500 {
		codes = append(codes, fmt.Sprintf("%d00%d", 10_000+(i*7919)%900_000, i%9+1))
	}
	slices.Sort(codes)
	return shuffled(slices.Compact(codes))
}

func dmdNoise() []string {
	var codes []string
	for i := range 800 {
		codes = append(codes, fmt.Sprintf("%d11000001%d", 300_000+i*4243, 100+i%9))
	}
	return shuffled(codes)
}

func icdNoise(before string) []string {
	var codes []string
	for i := range 400 {
		codes = append(codes, fmt.Sprintf("%s%c%02d%d", before, 'A'+i%20, (i/20*7+i%20*3)%100, i%10))
	}
	return codes
}

func opcsNoise(before string) []string {
	var codes []string
	for i := range 200 {
		codes = append(codes, fmt.Sprintf("%s%c%02d%d", before, 'A'+(i*7)%24, (i*41)%90+1, i%9+1))
	}
	return codes
}

// shuffled puts codes in an order that says nothing of which are alike.
func shuffled(codes []string) []string {
	d := newDice()
	d.roll(keyOf(0, "codes"), len(codes))
	d.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
	return codes
}

func yearOf(day int32) int { return time.Unix(int64(day)*86400, 0).UTC().Year() }

// firstOfMonth is the first day of a day's month, as births are recorded.
func firstOfMonth(day int32) int32 {
	t := time.Unix(int64(day)*86400, 0).UTC()
	return dayOf(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
}

func few(names []string) string {
	if len(names) > 4 {
		return strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", len(names)-3)
	}
	return strings.Join(names, ", ")
}
