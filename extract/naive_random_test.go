//go:build cgo

package extract

import (
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Random databases and studies: few patients with many rows, few dates, few
// codes and many nulls, so that ties and edges are the rule.

type random struct{ *rand.Rand }

func (r random) chance(percent int) bool { return r.IntN(100) < percent }

func pick[T any](r random, values ...T) T { return values[r.IntN(len(values))] }

// maybe is one of the values, or null.
func (r random) maybe(values ...any) any {
	if r.chance(15) {
		return nil
	}
	return pick(r, values...)
}

func (r random) day() any {
	switch r.IntN(10) {
	case 0:
		return nil
	case 1, 2, 3: // often the same, so that there are ties
		return pick(r, "2020-01-31", "2020-02-29", "2021-02-28", "2019-12-31", "2020-04-01", "2020-08-31")
	case 4:
		if r.chance(20) {
			return pick(r, "1600-02-29", "9990-12-31")
		}
	}
	return plusDays("2020-01-15", 7*r.IntN(110)-200)
}

var (
	ctvCodes    = []any{"XaBVJ", "XabVJ", "X00Qk", "44J3.", "22A..", "X76C7", "229..", "XM01E", "22K..", "it's", `a"b`, "é1", "e\u03011", "🂡", "ﬀ"}
	snomedCodes = []any{"1240751000000100", "840539006", "195967001", "999791000000106"}
	drugCodes   = []any{"39113611000001102", "39113611000001103", "322236009"}
	icdCodes    = []any{"U071", "U07", "J18", "J189", "I21"}
)

// database makes random tables.
func (r random) database(patients int) map[string][]record {
	t := map[string][]record{}
	numbers := []any{0.0, 1.5, -3.25, 24.0, 1.7, 80.0, 1e6}
	add := func(table string, count int, make func() record) {
		t[table] = []record{}
		for range count {
			row := make()
			row["patient_id"] = int64(100 + r.IntN(patients+2))
			t[table] = append(t[table], row)
			if r.chance(5) {
				t[table] = append(t[table], row) // twice
			}
			if r.chance(2) {
				row = maps.Clone(row)
				row["patient_id"] = nil // nobody's
				t[table] = append(t[table], row)
			}
		}
		if r.chance(4) {
			t[table] = []record{}
		}
	}
	for i := range patients {
		t["patients"] = append(t["patients"], record{
			"patient_id": int64(100 + i), "sex": r.maybe("male", "female", "intersex", "unknown"),
			"date_of_birth": r.maybe("1600-02-29", "1996-02-29", "2004-02-29", "1960-07-01", "2020-03-01", "1931-12-31", "2002-01-15"),
			"date_of_death": r.maybe(nil, nil, "2020-06-01", "2021-01-28", "1899-12-31"),
		})
	}
	r.Shuffle(patients, func(i, j int) { t["patients"][i], t["patients"][j] = t["patients"][j], t["patients"][i] })
	add("practice_registrations", 3*patients, func() record {
		return record{
			"start_date": r.day(), "end_date": r.maybe(nil, r.day()), "practice_pseudo_id": r.maybe(int64(1), int64(2), int64(3)),
			"practice_stp": "S", "practice_nuts1_region_name": r.maybe("London"), "practice_systmone_go_live_date": r.day(),
		}
	})
	for _, row := range t["practice_registrations"] {
		row["practice_stp"] = fmt.Sprint("S", row["practice_pseudo_id"]) // follows from the practice
		row["practice_nuts1_region_name"] = map[any]any{int64(1): "London", int64(2): "East"}[row["practice_pseudo_id"]]
	}
	address := int64(0)
	add("addresses", 3*patients, func() record {
		address++
		return record{
			"address_id": address * 7 % 1009, "start_date": r.day(), "end_date": r.maybe(nil, r.day()),
			"rural_urban_classification": r.maybe(int64(1), int64(5)), "imd_rounded": r.maybe(int64(0), int64(100), int64(32800)),
			"msoa_code": r.maybe("E02000001", "E02000002"), "has_postcode": pick[any](r, true, true, false),
			"care_home_is_potential_match": r.maybe(true, false), "care_home_requires_nursing": r.maybe(true, false),
			"care_home_does_not_require_nursing": r.maybe(true, false),
		}
	})
	event := func() record {
		row := record{"date": r.day(), "ctv3_code": nil, "snomedct_code": nil, "numeric_value": r.maybe(numbers...)}
		if r.chance(70) {
			row["ctv3_code"] = pick(r, ctvCodes...)
		} else {
			row["snomedct_code"] = pick(r, snomedCodes...)
		}
		return row
	}
	add("clinical_events", 20*patients, event)
	add("clinical_events_ranges", 12*patients, func() record {
		row := event()
		row["lower_bound"], row["upper_bound"] = r.maybe(numbers...), r.maybe(numbers...)
		row["comparator"] = r.maybe("~", "=", ">=", "<")
		return row
	})
	add("medications", 8*patients, func() record { return record{"date": r.day(), "dmd_code": r.maybe(drugCodes...)} })
	add("ons_deaths", patients, func() record {
		row := record{"date": r.day(), "place": r.maybe("Home", "Hospital"), "underlying_cause_of_death": r.maybe(icdCodes...)}
		for i := range 15 {
			row[fmt.Sprintf("cause_of_death_%02d", i+1)] = nil
		}
		row[fmt.Sprintf("cause_of_death_%02d", 1+r.IntN(15))] = r.maybe(icdCodes...)
		return row
	})
	add("sgss_covid_all_tests", 4*patients, func() record {
		day := r.day()
		if day == nil {
			day = "2020-05-05"
		}
		return record{
			"specimen_taken_date": day, "is_positive": r.chance(50), "was_symptomatic": r.maybe(true, false),
			"sgtf_status": r.maybe(int64(0), int64(1), int64(9)), "variant": r.maybe("none", "(blank)", "VOC-20DEC-01 detected", "B.1"),
			"variant_detection_method": r.maybe("Private Lab Sequencing", "Reflex Assay"),
		}
	})
	add("vaccinations", 4*patients, func() record {
		return record{"date": r.day(), "target_disease": r.maybe("INFLUENZA", "SARS-2 CORONAVIRUS"), "product_name": r.maybe("Fluenz Tetra", "Pfizer's")}
	})
	add("appointments", 5*patients, func() record {
		return record{"seen_date": r.day(), "status": r.maybe("Arrived", "Booked", "Visit", "In Progress", "visit")}
	})
	ident := int64(0)
	add("apcs", 5*patients, func() record {
		ident++
		return record{
			"apcs_ident": ident * 31 % 2003, "admission_date": r.day(), "discharge_date": r.day(), "discharge_destination": r.maybe("19", "79"),
			"admission_method": r.maybe("21", "2A", "2D", "11", " 3 ", "1e1", "1_000", "nan", "Infinity", "0x1", "4."), "patient_classification": r.maybe("1", "2"), "primary_diagnosis": r.maybe(icdCodes...),
			"all_diagnoses":  r.maybe("||U071 ,J18", "||ZU071", "J189", "I21||J18", "x.U07"),
			"all_procedures": r.maybe("||X40,X403", "||ZX403", "E851"), "days_in_critical_care": r.maybe(int64(0), int64(2), int64(11)),
		}
	})
	add("emergency_care_attendances", 5*patients, func() record {
		ident++
		row := record{"id": ident * 31 % 2003, "arrival_date": r.day(), "discharge_destination": r.maybe("306706006", "306689006")}
		for i := range 24 {
			row[fmt.Sprintf("diagnosis_%02d", i+1)] = nil
		}
		row[fmt.Sprintf("diagnosis_%02d", 1+r.IntN(24))] = r.maybe(snomedCodes...)
		return row
	})
	add("opa", 5*patients, func() record {
		ident++
		return record{
			"opa_ident": ident * 31 % 2003, "appointment_date": r.day(), "attendance_status": r.maybe("5", "6", "7"), "first_attendance": r.maybe("1", "2", "3"),
			"treatment_function_code": r.maybe("340", "812"), "consultation_medium_used": r.maybe("01", "02"),
		}
	})
	t["opa_proc"] = []record{}
	for _, visit := range t["opa"] {
		for range r.IntN(3) {
			t["opa_proc"] = append(t["opa_proc"], record{"patient_id": visit["patient_id"], "opa_ident": visit["opa_ident"], "primary_procedure_code": r.maybe("X403", "AX40", "E85", "Q1")})
		}
	}
	add("covid_therapeutics", 4*patients, func() record {
		return record{
			"treatment_start_date": r.day(), "received": r.day(), "intervention": r.maybe("Casirivimab and imdevimab ", "  Sotrovimab and", "\tsarilumab"),
			"current_status": r.maybe("Approved", " APPROVED ", "Approved\t", "Treatment Complete"), "covid_indication": r.maybe("hospital_onset", "non_hospitalised"),
			"region": r.maybe("London", "East"), "risk_cohort": r.maybe("solid cancer,IMID", "secret,solid cancer,other thing", "liver disease", " imid, IMID", ",", "Imid,imid,imid"),
		}
	})
	add("decision_support_values", 3*patients, func() record {
		return record{
			"calculation_date": r.day(), "numeric_value": r.maybe(0.0, 0.25, 0.5),
			"algorithm_description": r.maybe("UK Electronic Frailty Index (eFI)", "Another"), "algorithm_version": r.maybe("1.0", "1.0", "2.0"),
		}
	})
	add("occupation_on_covid_vaccine_record", patients, func() record { return record{"is_healthcare_worker": r.maybe(true, false)} })
	centre := 0
	add("ukrr", 2*patients, func() record {
		centre++
		return record{
			"dataset": pick(r, "2020_prevalence", "2019_prevalence"), "renal_centre": fmt.Sprint("R", centre*31%997), "rrt_start_date": r.day(),
			"treatment_modality_start": r.maybe("HD"), "treatment_modality_prevalence": r.maybe("PD", "Tx"),
			"latest_creatinine": r.maybe(134.9, -1.5, 0.0), "latest_egfr": r.maybe(39.0, 0.5),
		}
	})
	for i := range patients {
		if r.chance(60) {
			t["household_memberships_2020"] = append(t["household_memberships_2020"], record{"patient_id": int64(100 + i), "household_pseudo_id": r.maybe(int64(7)), "household_size": r.maybe(int64(3))})
			t["ethnicity_from_sus"] = append(t["ethnicity_from_sus"], record{"patient_id": int64(100 + i), "code": r.maybe("A", "C1", "L", "S", "Z", "99")})
		}
	}
	return t
}

// tableNames are those of the schema, always in the same order.
func tableNames() []string { return slices.Sorted(maps.Keys(schema)) }

// writeTables puts the tables into a folder of CSV files.
func writeTables(t *testing.T, dir string, tables map[string][]record) {
	t.Helper()
	for name, definition := range schema {
		f, err := os.Create(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		w := csv.NewWriter(f)
		header := definition.columnNames()
		_ = w.Write(header)
		for _, row := range tables[name] {
			line := make([]string, len(header))
			for i, column := range header {
				switch v := row[column].(type) {
				case nil:
				case bool:
					line[i] = map[bool]string{true: "T", false: "F"}[v]
				default:
					line[i] = fmt.Sprint(v)
				}
			}
			_ = w.Write(line)
		}
		w.Flush()
		if err := f.Close(); err != nil || w.Error() != nil {
			t.Fatal(err, w.Error())
		}
	}
}
