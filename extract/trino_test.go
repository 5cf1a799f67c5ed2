//go:build cgo

package extract

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"testing"

	"cohortcounts/cohort"
)

// TestTrinoAgainstNaive is TestAgainstNaive with Trino.
func TestTrinoAgainstNaive(t *testing.T) {
	trinoServer(t, "COHORTCOUNTS_TRINO")
	for seed := firstSeed(); seed < firstSeed()+databases(3, 25); seed++ {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			c := newNaiveCase(t, seed)
			address, e := trinoSchema(t, "memory", fmt.Sprintf("naive_%d", seed))
			c.makeStored(t, e, c.tables)
			c.compare(t, Options{URL: address})
		})
	}
}

// TestTrinoGolden runs the golden cases of db/main in Trino: over tables in
// its memory, and over Parquet files.
func TestTrinoGolden(t *testing.T) {
	main := filepath.Join(goldenRoot, "db/main")
	t.Run("memory", func(t *testing.T) {
		address, e := trinoSchema(t, "memory", "golden")
		makeTrinoTables(t, e, readTables(t, main))
		trinoGolden(t, address)
	})
	t.Run("hive", func(t *testing.T) { trinoGolden(t, hiveTables(t, "golden", main)) })
}

func trinoGolden(t *testing.T, address string) {
	for _, c := range goldenCases(t) {
		if c.DB != "db/main" || c.Refuse != nil {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			def, err := c.define(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(t.TempDir(), "input.csv")
			if _, err := Write(t.Context(), def, out, Options{URL: address, Root: filepath.Join(goldenRoot, c.Study), Format: cohort.CSV}); err != nil {
				t.Fatal(err)
			}
			checkCohort(t, out, filepath.Join(goldenRoot, c.Expected), c.Types)
		})
	}
}

// TestTrinoSpooled reads an answer that is longer than what comes without
// spooling, in order.
func TestTrinoSpooled(t *testing.T) {
	e := trinoConnection(t, trinoServer(t, "COHORTCOUNTS_TRINO")+"/memory/information_schema")
	defer e.close() //nolint:errcheck // the test is over
	answer, err := e.query(t.Context(), "SELECT x * 10000 + y AS n FROM UNNEST(sequence(0, 29)) a (x) CROSS JOIN UNNEST(sequence(0, 9999)) b (y) ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	row := make([]any, 1)
	n := int64(0)
	for ; ; n++ {
		if err = answer.next(row); err != nil {
			break
		}
		if row[0] != n {
			t.Fatalf("row %d is %v", n, row[0])
		}
	}
	if n != 300_000 || !errors.Is(err, io.EOF) {
		t.Error(n, err)
	}
	if err := answer.close(); err != nil {
		t.Error(err)
	}
}
