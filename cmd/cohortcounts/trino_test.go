package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/trinodb/trino-go-client/trino"
)

// trinoProject is a project of which all that reads records can be run in
// Trino.
var trinoProject = map[string]string{
	"project.yaml": `version: '3.0'
expectations:
  population_size: 100
actions:
  generate_cohort:
    run: cohortextractor:latest generate_cohort --study-definition study_definition --output-format csv
    outputs:
      highly_sensitive:
        cohort: output/input.csv
  counts_study:
    run: cohortcounts:v1 counts --study study_definition --spec analysis/spec.yaml --output output/counts.csv
    outputs:
      moderately_sensitive:
        counts: output/counts.csv
`,
	"analysis/study_definition.py": `from cohortextractor import StudyDefinition, patients, codelist

study = StudyDefinition(
    index_date="2020-02-01",
    population=patients.all(),
    fever_X1_date=patients.with_these_clinical_events(
        codelist(["XaBVJ", "it's"], system="ctv3"), returning="date", date_format="YYYY-MM-DD", on_or_after="index_date", find_first_match_in_period=True),
    fever_X2_date=patients.with_these_clinical_events(
        codelist(["XaBVJ", "it's"], system="ctv3"), returning="date", date_format="YYYY-MM-DD", on_or_after="fever_X1_date + 21 days", find_first_match_in_period=True),
)
`,
	"codelists/codelists.txt": "",
	"analysis/spec.yaml":      "period: {start: 2020-02-01, end: 2020-04-26, week_ends: sunday}\ncodelists: [fever]\n",
}

// TestTrinoDriver runs a project over Trino: without a login, and with TLS and a
// token. The jobs are in the sandbox, as always. Needs the server of `make trino`.
func TestTrinoDriver(t *testing.T) {
	server, tls, folder := os.Getenv("COHORTCOUNTS_TRINO"), os.Getenv("COHORTCOUNTS_TRINO_TLS"), os.Getenv("COHORTCOUNTS_TRINO_DIR")
	if server == "" || tls == "" || folder == "" {
		t.Skip("COHORTCOUNTS_TRINO, COHORTCOUNTS_TRINO_TLS and COHORTCOUNTS_TRINO_DIR are not set: there is no Trino server to test with; see `make trino`")
	}
	schema := fmt.Sprintf("memory.driver_%d", os.Getpid())
	db, err := sql.Open("trino", strings.Replace(server, "trino://", "http://", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = db.Exec("DROP SCHEMA " + schema + " CASCADE")
		_ = db.Close()
	})
	for _, statement := range []string{
		"CREATE SCHEMA " + schema,
		"CREATE TABLE " + schema + ".patients AS SELECT x AS patient_id FROM UNNEST(sequence(1, 50)) t (x)",
		"CREATE TABLE " + schema + ".clinical_events AS SELECT x AS patient_id, date_add('day', y, DATE '2020-02-03') AS date, 'it''s' AS ctv3_code " +
			"FROM UNNEST(sequence(1, 40)) t (x) CROSS JOIN UNNEST(ARRAY[0, 20, 21]) u (y)",
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	project, cohortcounts := t.TempDir(), program(t)
	for name, text := range trinoProject {
		name = filepath.Join(project, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(environment []string, args ...string) string {
		t.Helper()
		command := exec.Command(cohortcounts, args...)
		command.Dir, command.Env = project, append(os.Environ(), environment...)
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	read := func(name string) string {
		t.Helper()
		if !filepath.IsAbs(name) {
			name = filepath.Join(project, name)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	token := trinoToken("reader")
	path := "/" + strings.ReplaceAll(schema, ".", "/")
	for i, c := range []struct {
		environment []string
		flags       []string
		backend     string
	}{
		{[]string{"DATABASE_URL=" + server + path}, nil, server + path},
		{[]string{"TRINO_TOKEN=" + token, "TRINO_CA_FILE=" + filepath.Join(folder, "etc/tls.pem")}, []string{"--backend", tls + path}, tls + path},
	} {
		said := run(c.environment, append([]string{"run", "generate_cohort", "counts_study"}, c.flags...)...)
		rows := strings.Split(strings.TrimSpace(read("output/input.csv")), "\n")
		if len(rows) != 51 || rows[0] != "patient_id,fever_X1_date,fever_X2_date" || rows[1] != "1,2020-02-03,2020-02-24" || rows[50] != "50,," {
			t.Errorf("%s: %d rows, such as %q", c.backend, len(rows), rows[1])
		}
		if table := read("output/counts.csv"); !strings.Contains(table, "2020-02-09,40") || !strings.Contains(table, "2020-03-01,40") {
			t.Errorf("%s: counts are\n%s", c.backend, table)
		}
		doctor := run(c.environment, "doctor", "--database-url", c.backend)
		if !strings.Contains(doctor, "ok     database  reached, and it has a table patients") {
			t.Errorf("%s: doctor says\n%s", c.backend, doctor)
		}
		record := run(nil, "show", "--json", fmt.Sprint(i+1))
		report := filepath.Join(t.TempDir(), "report.html") // in the project it would be a reason to run again
		run(nil, "report", fmt.Sprint(i+1), "-o", report)
		page := read(report)
		for name, text := range map[string]string{"record": record, "page": page} {
			if !strings.Contains(text, c.backend) {
				t.Errorf("the %s does not name the backend %s", name, c.backend)
			}
		}
		logs := run(nil, "log", "generate_cohort")
		if strings.Contains(said+doctor+record+page+logs, token) {
			t.Errorf("%s: the token is told", c.backend)
		}
	}
	// Nothing that is kept holds the secret.
	if err := filepath.Walk(project, func(name string, info os.FileInfo, err error) error {
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		if strings.Contains(string(data), token) {
			t.Errorf("%s holds the token", name)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if out := run([]string{"DATABASE_URL=" + tls + path, "TRINO_TOKEN=" + token}, "run", "counts_study"); !strings.Contains(out, "nothing to be done") {
		t.Error(out)
	}
	// A server that is not there is told by its own exit status' words.
	command := exec.Command(cohortcounts, "run", "--backend", "trino://test@localhost:1/memory/nowhere", "generate_cohort")
	command.Dir = project
	if out, err := command.CombinedOutput(); err == nil || !strings.Contains(string(out), "cannot be reached") {
		t.Errorf("%v: %s", err, out)
	}
}

// trinoToken is a token that the server of `make trino` takes.
func trinoToken(user string) string {
	part := base64.RawURLEncoding.EncodeToString
	signed := part([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + part(fmt.Appendf(nil, `{"sub":%q,"exp":%d}`, user, time.Now().Add(time.Hour).Unix()))
	mac := hmac.New(sha256.New, []byte("only-for-tests-only-for-tests-!!"))
	_, _ = mac.Write([]byte(signed))
	return signed + "." + part(mac.Sum(nil))
}
