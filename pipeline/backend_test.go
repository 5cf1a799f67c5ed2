package pipeline

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestParseBackend(t *testing.T) {
	t.Parallel()
	here, err := filepath.Abs("tables")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, want, fault string }{
		{"", "dummy", ""},
		{"dummy", "dummy", ""},
		{"duckdb:tables", "duckdb:" + here, ""},
		{"duckdb://tables", "duckdb:" + here, ""},
		{"trino://me@host:8443/hive/tpp?tls=true", "trino://me@host:8443/hive/tpp?tls=true", ""},
		{"duckdb:", "", "names no folder or file"},
		{"dummy:data", "", `no backend is known as "dummy"`},
		{"mssql://sa:hunter2@host/db", "", `no backend is known as "mssql"`},
		{"trino://me:hunter2@host/hive/tpp", "", "must have no password in it"},
		{"trino://me@host/hive/tpp?password=hunter2", "", "must have no password in it"},
		{"trino://me:hunt er2@host/hive/tpp", "", "cannot be read"},
		{"trino:hunter2", "", "cannot be read"},
	} {
		backend, err := ParseBackend(c.text)
		switch {
		case c.fault == "" && (err != nil || backend.String() != c.want):
			t.Errorf("%s: %s, %v", c.text, backend, err)
		case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%s: %v", c.text, err)
		case err != nil && strings.Contains(err.Error(), "hunter2"):
			t.Errorf("a secret is told: %v", err)
		}
	}
}
