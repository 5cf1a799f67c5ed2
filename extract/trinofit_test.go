//go:build cgo

package extract

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cohortcounts/cohort"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// longStudy looks for each of many codes in all ways that a list is looked for
// in.
func longStudy(codes []string) *study.Definition {
	list := &study.Codelist{System: "ctv3", Codes: codes, Categories: make([]string, len(codes))}
	for i := range codes {
		list.Categories[i] = fmt.Sprint("category ", i%3)
	}
	find := func(name, function, returning string, kind study.Type, argument string) study.Variable {
		v := study.Variable{
			Name: name, Function: function, Returning: returning, Type: kind, DateFormat: study.Day,
			Codelists: map[string]*study.Codelist{"codelist": list}, Arguments: map[string]any{},
		}
		if argument != "codelist" {
			v.Codelists[argument] = list
		}
		return v
	}
	def := &study.Definition{File: "study_definition.py", Population: "population", Variables: []study.Variable{
		{Name: "population", Function: "all", Type: study.Bool},
		find("first", "with_these_clinical_events", "date", study.Date, "codelist"),
		find("category", "with_these_clinical_events", "category", study.String, "codelist"),
		find("none", "with_these_clinical_events", "number_of_matches_in_period", study.Int, "ignore_days_where_these_codes_occur"),
		find("died", "with_these_codes_on_death_certificate", "binary_flag", study.Bool, "codelist"),
	}}
	return def
}

// TestTrinoLong has codelists and files that make a query longer than the
// server takes.
func TestTrinoLong(t *testing.T) {
	codes := make([]string, 60_000)
	if os.Getenv("COHORTCOUNTS_SLOW") != "" {
		codes = make([]string, 200_000)
	}
	for i := range codes {
		codes[i] = fmt.Sprintf("it's %040d", i*7)
	}
	const patients = 25_000 // most with a code of their own: more than a million characters
	tables := map[string][]record{"patients": {}, "clinical_events": {}, "ons_deaths": {}}
	var file strings.Builder
	file.WriteString("patient_id,group\n")
	for i := range patients {
		tables["patients"] = append(tables["patients"], record{"patient_id": int64(i)})
		fmt.Fprintf(&file, "%d,%040d é\n", i, i%7)
		if i%10 == 0 {
			continue
		}
		tables["clinical_events"] = append(tables["clinical_events"], record{"patient_id": int64(i), "date": "2020-02-03", "ctv3_code": codes[i]})
		tables["ons_deaths"] = append(tables["ons_deaths"], record{"patient_id": int64(i), "date": "2020-02-03", "cause_of_death_07": codes[i]})
	}
	root := t.TempDir()
	put(t, filepath.Join(root, "groups.csv"), []byte(file.String()))
	local := t.TempDir()
	writeTables(t, local, tables)
	few := map[string][]record{"patients": tables["patients"], "clinical_events": tables["clinical_events"][:1000], "ons_deaths": tables["ons_deaths"][:1000]}
	localFew := t.TempDir()
	writeTables(t, localFew, few)
	def := longStudy(codes)
	withFile := longStudy(codes)
	withFile.Variables = append(withFile.Variables, study.Variable{Name: "of_file", Function: "with_value_from_file", Type: study.String, File: &study.FileColumn{Path: "groups.csv", Column: "group"}})

	all, e := trinoSchema(t, "memory", "long_all")
	makeTrinoTables(t, e, tables)
	some, e := trinoSchema(t, "memory", "long_some")
	makeTrinoTables(t, e, few)
	memory, scratch := trinoSchema(t, "memory", "scratch")
	hive, _ := trinoSchema(t, "hive", "scratch")
	schemaOf := func(address string) string {
		parts := strings.Split(address, "/")
		return strings.Join(parts[len(parts)-2:], ".")
	}
	left := func() int64 {
		row, err := scratch.one(t.Context(), "SELECT count(*) FROM memory.information_schema.tables WHERE table_schema = "+literal(scratch.schema), 1)
		if err != nil {
			t.Fatal(err)
		}
		n, _ := row[0].(int64)
		return n
	}
	for _, c := range []struct {
		name, url, local string
		def              *study.Definition
		scratch          string
		status           int
	}{
		{"few codes occur", some, localFew, def, "", 0},
		{"all codes occur", all, local, def, "", exitDatabase},
		{"all codes occur, and there is a scratch schema", all, local, def, schemaOf(memory), 0},
		{"a file is long", some, localFew, withFile, "", exitDatabase},
		{"a file is long, and there is a scratch schema", some, localFew, withFile, schemaOf(hive), 0},
		{"the scratch schema is not there", all, local, def, "memory.nowhere", exitDatabase},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "input.csv")
			put(t, out, []byte("as it was"))
			o := Options{URL: c.url, Root: root, Format: cohort.CSV, Scratch: c.scratch}
			_, err := Write(t.Context(), c.def, out, o)
			if n := left(); n != 0 {
				t.Errorf("%d scratch tables are left", n)
			}
			if c.status != 0 {
				data, _ := os.ReadFile(out)
				if exit.Status(err) != c.status || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "TEMP_DATABASE_NAME") && !strings.Contains(err.Error(), "nowhere") || string(data) != "as it was" {
					t.Errorf("status %d: %v", exit.Status(err), err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := filepath.Join(t.TempDir(), "want.csv")
			if _, err := Write(t.Context(), c.def, want, Options{URL: "duckdb:" + c.local, Root: root, Format: cohort.CSV}); err != nil {
				t.Fatal(err)
			}
			checkCohort(t, out, want, nil)
		})
	}
	// A run that is interrupted leaves no scratch table, nor does one whose query
	// fails.
	ctx, cancel := context.WithCancel(t.Context())
	interrupted := trinoConnection(t, all)
	interrupted.scratch = schemaName(scratch)
	s := &script{params: []param{{value: strings.Repeat("x", worthStoring), as: "JSON"}}, final: "SELECT 1"}
	if err := interrupted.store(ctx, s); err != nil || left() != 1 {
		t.Error(err, left())
	}
	cancel()
	if _, err := interrupted.run(ctx, s); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := interrupted.close(); err != nil || left() != 0 {
		t.Error(err, left())
	}
}

// schemaName is the schema of a connection, as SQL.
func schemaName(e *trinoEngine) string { return quote(e.catalog) + "." + quote(e.schema) }

func TestPieces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{"": {""}, "abc": {"abc"}, "abcd": {"abc", "d"}, "é漢🂡é漢🂡": {"é漢🂡", "é漢🂡"}} {
		if got := pieces(text, 3); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestScratchSchema(t *testing.T) {
	t.Parallel()
	e := &trinoEngine{catalog: "hive", schema: "tpp"}
	for name, want := range map[string]string{"": "", "temp": `"hive"."temp"`, "memory.temp": `"memory"."temp"`} {
		if got, err := e.scratchSchema(name); got != want || err != nil {
			t.Error(name, got, err)
		}
	}
	for _, name := range []string{".", "a.", ".b", "a.b.c"} {
		if _, err := e.scratchSchema(name); exit.Status(err) != exit.Usage {
			t.Error(name, err)
		}
	}
}
