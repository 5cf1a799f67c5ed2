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

	"cohortcounts/cohort"
	"cohortcounts/study"
)

// TestAgainstNaive compares cohorts of random studies over random tables with
// what the naive evaluator says. COHORTCOUNTS_SLOW=1 tries many more, and
// COHORTCOUNTS_SEED=N others, from that one on.
func TestAgainstNaive(t *testing.T) {
	t.Parallel()
	runs := 12
	if os.Getenv("COHORTCOUNTS_SLOW") != "" {
		runs = 400
	}
	first, _ := strconv.Atoi(os.Getenv("COHORTCOUNTS_SEED")) // none: from 0
	for seed := first; seed < first+runs; seed++ {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			r := random{rand.New(rand.NewPCG(uint64(seed), 10))}
			tables, files := r.database(25), r.files(25)
			def := randomStudy(r, true)
			dir := t.TempDir()
			writeTables(t, dir, tables)
			writeFiles(t, dir, files)
			out := filepath.Join(dir, "out", "input.csv")
			if _, err := Write(t.Context(), def, out, Options{URL: "duckdb:" + dir, Root: dir, Format: cohort.CSV, Threads: 1}); err != nil {
				t.Fatal(err)
			}
			compareNaive(t, def, readCSV(t, out), (&naive{def: def, tables: tables, files: files}).cohort())
		})
	}
}

func compareNaive(t *testing.T, def *study.Definition, got [][]string, want [][]any) {
	t.Helper()
	if len(got)-1 != len(want) {
		t.Errorf("%d patients, want %d", len(got)-1, len(want))
		return
	}
	wrong := map[string]bool{}
	for i, line := range want {
		for j, value := range line {
			text := fmt.Sprint(value)
			if got[i+1][j] == text {
				continue
			}
			if _, ok := value.(float64); ok && near(got[i+1][j], text) {
				continue
			}
			if name := got[0][j]; !wrong[name] {
				wrong[name] = true
				t.Errorf("patient %d: %s is %q, want %q\n%s", want[i][0], name, got[i+1][j], text, describeVariable(def, name))
			}
		}
	}
}

func describeVariable(def *study.Definition, name string) string {
	for _, v := range def.Variables {
		if v.Name == name {
			text := fmt.Sprintf("%s returning %s %v source %s inputs %v from %+v to %+v dates %+v", v.Function, v.Returning, v.Arguments, v.Source, v.Inputs, v.Between.From, v.Between.To, v.Dates)
			for argument, list := range v.Codelists {
				text += fmt.Sprintf(" %s %v", argument, list.Codes)
			}
			for _, c := range v.Categories {
				text += fmt.Sprintf(" %v: %+v", c.Label, c.Condition)
			}
			return strings.TrimSpace(text)
		}
	}
	return ""
}
