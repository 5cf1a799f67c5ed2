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

// naiveCase is one random database with a study, and its cohort.
type naiveCase struct {
	random
	tables, files map[string][]record
	def           *study.Definition
	root          string // of the files
}

// naivePatients are many, because a database takes longer to make than a patient
// in it: each of them is a case for each of the some 40 variables of a study.
const naivePatients = 150

// studiesEach is how many studies a database is tried with: making it takes the
// longest.
const studiesEach = 4

func newNaiveCase(t *testing.T, seed int) naiveCase {
	t.Helper()
	r := random{rand.New(rand.NewPCG(uint64(seed), 10))}
	c := naiveCase{random: r, tables: r.database(naivePatients), files: r.files(naivePatients), def: randomStudy(r, true), root: t.TempDir()}
	writeFiles(t, c.root, c.files)
	return c
}

// compare extracts the cohort and compares it.
func (c naiveCase) compare(t *testing.T, o Options) {
	t.Helper()
	out := filepath.Join(c.root, "out", "input.csv")
	o.Root, o.Format = c.root, cohort.CSV
	if _, err := Write(t.Context(), c.def, out, o); err != nil {
		t.Fatal(err)
	}
	compareNaive(t, c.def, readCSV(t, out), (&naive{def: c.def, tables: c.tables, files: c.files}).cohort())
}

// firstSeed is that of the first database: COHORTCOUNTS_SEED, or 0.
func firstSeed() int {
	first, _ := strconv.Atoi(os.Getenv("COHORTCOUNTS_SEED"))
	return first
}

// databases is how many are tried: COHORTCOUNTS_DATABASES, or as many as given.
func databases(few, many int) int {
	if n, err := strconv.Atoi(os.Getenv("COHORTCOUNTS_DATABASES")); err == nil {
		return n
	}
	if os.Getenv("COHORTCOUNTS_SLOW") != "" {
		return many
	}
	return few
}

// TestAgainstNaive compares cohorts of random studies over random tables with
// what the naive evaluator says.
func TestAgainstNaive(t *testing.T) {
	t.Parallel()
	for seed := firstSeed(); seed < firstSeed()+databases(8, 100); seed++ {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			c := newNaiveCase(t, seed)
			dir := t.TempDir()
			if seed%4 == 0 {
				writeTables(t, dir, c.tables)
			} else {
				c.writeStored(t, dir, c.tables)
			}
			for range studiesEach {
				c.compare(t, Options{URL: "duckdb:" + dir, Threads: 1})
				c.def = randomStudy(c.random, true)
			}
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
