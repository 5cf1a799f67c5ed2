package tables_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"

	"cohortcounts/dummydata/tables"
)

// T5: the values are those below, which an amd64 gave, on every processor. The
// study is read from YAML, so that this runs wherever Go does.
func TestSameValuesEverywhere(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "tables")
	report, err := tables.Write(t.Context(), load(t, "../testdata/everything", "study_definition"), dir, tables.Options{Patients: 1000, Seed: 1, NoiseEvents: 5})
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	for _, table := range report.Tables {
		data, err := os.ReadFile(filepath.Join(dir, table.Name, "part-0000.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		hashRows(t, h, data)
	}
	if got := fmt.Sprintf("%x", h.Sum(nil))[:16]; got != "9e57ca4d9b408833" {
		t.Errorf("the hash of the values begins %s", got)
	}
}

func hashRows(t *testing.T, w io.Writer, data []byte) {
	t.Helper()
	rows := parquet.NewReader(bytes.NewReader(data))
	buffer := make([]parquet.Row, 100)
	for {
		n, err := rows.ReadRows(buffer)
		for _, row := range buffer[:n] {
			for _, v := range row {
				fmt.Fprintf(w, "%d %v\n", v.Column(), v)
			}
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
