//go:build cgo

package extract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cohortcounts/cohort"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// eventsStudy has one variable: the patients, all of them, with an event of
// the codes.
func eventsStudy(codes ...string) *study.Definition {
	return &study.Definition{
		File: "study_definition.py", Population: "population",
		Variables: []study.Variable{
			{Name: "population", Function: "all", Type: study.Bool},
			{
				Name: "found", Function: "with_these_clinical_events", Type: study.Date, DateFormat: study.Day, Returning: "date",
				Codelists: map[string]*study.Codelist{"codelist": {System: "ctv3", Codes: codes}},
				Position:  study.Position{File: "study_definition.py", Line: 7, Column: 3},
				Between:   study.Period{To: &study.DateExpression{Date: time.Date(2020, 12, 31, 0, 0, 0, 0, time.UTC)}},
			},
		},
	}
}

// TestTrinoHostile has tables that cannot be read as they should. Each is
// refused in one line that names what is wrong, and the output is as it was.
func TestTrinoHostile(t *testing.T) {
	address, e := trinoSchema(t, "memory", "hostile")
	const events = "SELECT BIGINT '1' AS patient_id, DATE '2020-02-03' AS date, 'XaBVJ' AS ctv3_code"
	for _, c := range []struct {
		name, patients, events string
		want                   string // the only date found, or what it is refused for
	}{
		{"date", "", "", "2020-02-03"},
		{"timestamp", "", "SELECT 1 AS patient_id, TIMESTAMP '2020-02-03 23:59:59.999' AS date, 'XaBVJ' AS ctv3_code", "2020-02-03"},
		{"timestamp with time zone", "", "SELECT 1 AS patient_id, TIMESTAMP '2020-02-04 00:30:00 +01:00' AS date, 'XaBVJ' AS ctv3_code", "2020-02-03"},
		{"text", "", "SELECT '1' AS patient_id, '2020-02-03T10:00' AS date, CAST('XaBVJ' AS CHAR(5)) AS ctv3_code", "2020-02-03"},
		{"text that is no date", "", "SELECT 1 AS patient_id, '3 Feb 2020' AS date, 'XaBVJ' AS ctv3_code", "column date, of type varchar(10), holds a value that is not a date"},
		{"number", "", "SELECT 1 AS patient_id, 20200203 AS date, 'XaBVJ' AS ctv3_code", "needs column date of table clinical_events to hold a date"},
		{"codes as fractions", "", "SELECT 1 AS patient_id, DATE '2020-02-03' AS date, 1e0 AS ctv3_code", "needs column ctv3_code of table clinical_events to hold text"},
		{"a column that is not there", "", "SELECT 1 AS patient_id, 'XaBVJ' AS ctv3_code", "needs column date of table clinical_events, not found"},
		{"no such table", "", "none", "needs table clinical_events, not found"},
		{"a patient twice", "SELECT x AS patient_id FROM (VALUES 1, 1) t (x)", "", "patient_id 1 is there more than once"},
		{"no id", "SELECT CAST(NULL AS BIGINT) AS patient_id", "", "column patient_id is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			doTrino(t, e, "DROP TABLE IF EXISTS patients")
			doTrino(t, e, "DROP TABLE IF EXISTS clinical_events")
			if c.patients == "" {
				c.patients = "SELECT 1 AS patient_id"
			}
			if c.events == "" {
				c.events = events
			}
			doTrino(t, e, "CREATE TABLE patients AS "+c.patients)
			if c.events != "none" {
				doTrino(t, e, "CREATE TABLE clinical_events AS "+c.events)
			}
			out := filepath.Join(t.TempDir(), "input.csv")
			if err := os.WriteFile(out, []byte("as it was"), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Write(t.Context(), eventsStudy("XaBVJ"), out, Options{URL: address, Format: cohort.CSV})
			if err == nil {
				if rows := readCSV(t, out); len(rows) != 2 || rows[1][1] != c.want {
					t.Error(rows)
				}
				return
			}
			if exit.Status(err) != exit.Failed || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "3 Feb") {
				t.Errorf("status %d: %v", exit.Status(err), err)
			}
			if data, _ := os.ReadFile(out); string(data) != "as it was" {
				t.Error("the output was touched")
			}
		})
	}
}

// TestTrinoCodes has codes that would break SQL they were pasted into.
func TestTrinoCodes(t *testing.T) {
	address, e := trinoSchema(t, "memory", "codes")
	odd := []string{"it's", `"quoted"`, `back\slash`, "x' OR '1'='1", "é 漢字 🂡", "a?b", "tab\tand\nline", "--", "XaBVJ"}
	events, patients := []record{}, []record{}
	for i, code := range append(odd, "X00000", "xabvj", "1234567890123456789") {
		patients = append(patients, record{"patient_id": int64(i + 1)})
		events = append(events, record{"patient_id": int64(i + 1), "date": "2020-02-03", "ctv3_code": code})
	}
	makeTrinoTables(t, e, map[string][]record{"patients": patients, "clinical_events": events})
	codes := odd
	for i := range 20_000 {
		codes = append(codes, fmt.Sprintf("%019d", 1_000_000_000_000_000_000+i))
	}
	def := eventsStudy(codes...)
	out := filepath.Join(t.TempDir(), "input.csv")
	o := Options{URL: address, Format: cohort.CSV}
	if _, err := Write(t.Context(), def, out, o); err != nil {
		t.Fatal(err)
	}
	for i, row := range readCSV(t, out)[1:] {
		if found := row[1] != ""; found != (i < len(odd)) {
			t.Errorf("patient %s, whose code is %q: %v", row[0], events[i]["ctv3_code"], row)
		}
	}
	// What is printed gives the same rows to whoever runs it.
	var printed strings.Builder
	if err := PrintSQL(t.Context(), def, &printed, o); err != nil {
		t.Fatal(err)
	}
	answer, err := e.query(t.Context(), strings.TrimSuffix(printed.String(), ";\n"))
	if err != nil {
		t.Fatal(err)
	}
	row := make([]any, 2)
	for i := 0; answer.next(row) == nil; i++ {
		if found := row[1] != nil; row[0] != int64(i+1) || found != (i < len(odd)) {
			t.Errorf("printed SQL: patient %v: %v", i+1, row)
		}
	}
	if err := answer.close(); err != nil {
		t.Error(err)
	}
}
