//go:build cgo

package extract

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestTrinoCount is TestCountIsThatOfTheFile with Trino, where names are in
// lower case; and a flowchart is that which DuckDB counts.
func TestTrinoCount(t *testing.T) {
	trinoServer(t, "COHORTCOUNTS_TRINO")
	runs := 2
	if os.Getenv("COHORTCOUNTS_SLOW") == "1" {
		runs = 20
	}
	for seed := range runs {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			r := random{rand.New(rand.NewPCG(uint64(seed), 6))}
			spec := r.spec()
			spec.Codelists.Auto, spec.Codelists.Names = false, []string{"none", "C", "b", "a"}
			address, e := trinoSchema(t, "memory", fmt.Sprintf("count_%d", seed))

			// A cohort as a table.
			header := []string{"patient_id", "a_X1_date", "b_X1_date", "b_X2_date", "C_X1_date"}
			doTrino(t, e, "CREATE TABLE cohort (patient_id BIGINT, a_X1_date DATE, b_X1_date TIMESTAMP(3), b_X2_date TIMESTAMP(3) WITH TIME ZONE, C_X1_date VARCHAR)")
			lines, values := []string{strings.Join(header, ",")}, []string{}
			for i := range 40 {
				day := func() time.Time { return time.Date(2019, 10, r.IntN(900), r.IntN(24), 0, 0, 0, time.UTC) }
				cells, row := []string{strconv.Itoa(i)}, []string{strconv.Itoa(i)}
				for column := 1; column < len(header); column++ {
					at, text := day(), r.eventText()
					cell, value := at.Format(time.DateTime), ""
					switch column {
					case 1:
						cell = at.Format(time.DateOnly)
						value = "DATE '" + cell + "'"
					case 2:
						value = "TIMESTAMP '" + cell + "'"
					case 3:
						value = "TIMESTAMP '" + cell + " UTC'"
					default:
						cell, value = text, literal(text)
					}
					if r.chance(30) {
						cell, value = "", "NULL"
					}
					cells, row = append(cells, cell), append(row, value)
				}
				lines, values = append(lines, strings.Join(cells, ",")), append(values, "("+strings.Join(row, ", ")+")")
			}
			doTrino(t, e, "INSERT INTO cohort VALUES "+strings.Join(values, ", "))
			path := filepath.Join(t.TempDir(), "cohort.csv")
			put(t, path, []byte(strings.Join(lines, "\n")+"\n"))
			raw, summary, err := CountTable(t.Context(), "cohort", spec, Options{URL: address})
			compareCounts(t, path, spec, raw, summary, err)

			// A study, and its flowchart.
			tables, def, dir := r.database(20), r.countedStudy(), t.TempDir()
			makeTrinoTables(t, e, tables)
			writeTables(t, dir, tables)
			path = filepath.Join(t.TempDir(), "input.feather")
			local := Options{URL: "duckdb:" + dir, Threads: 1}
			if _, err := Write(t.Context(), def, path, local); err != nil {
				t.Fatal(err)
			}
			raw, summary, err = CountStudy(t.Context(), def, spec, Options{URL: address})
			compareCounts(t, path, spec, raw, summary, err)
			want, err := Flowchart(t.Context(), def, local)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Flowchart(t.Context(), def, Options{URL: address})
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%v, want %v: %v", got, want, err)
			}
		})
	}
}
