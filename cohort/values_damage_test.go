package cohort

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// readValues reads all columns of a file by OpenValues.
func readValues(path string) error {
	c, err := Files(path).Open()
	if err != nil {
		return err
	}
	var columns []ValueColumn
	for _, f := range c.Part(0) {
		columns = append(columns, ValueColumn{Name: f.Name})
	}
	if err := c.Close(); err != nil {
		return err
	}
	r, err := OpenValues(path, columns)
	if err != nil {
		return err
	}
	for {
		if _, err := r.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return errors.Join(err, r.Close())
		}
	}
}

// Damage is an error or some values, never a panic, and never memory that has
// nothing to do with the size of the file.
func TestDamagedValues(t *testing.T) {
	const most = 2 * leastBound
	parts := 40
	if os.Getenv("COHORTCOUNTS_SLOW") == "1" {
		parts = 300
	}
	for _, path := range formatFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			damaged := filepath.Join(t.TempDir(), "damaged")
			try := func(data []byte, what string, at int) {
				if err := os.WriteFile(damaged, data, 0o600); err != nil {
					t.Fatal(err)
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				err := readValues(damaged) // a panic ends the test
				if strings.HasSuffix(path, ".parquet") {
					_, tableErr := ReadTable(damaged, Parquet)
					err = errors.Join(err, tableErr)
				}
				runtime.ReadMemStats(&after)
				if taken := after.TotalAlloc - before.TotalAlloc; taken > most {
					t.Errorf("%s %d: took %d MiB (%v)", what, at, taken>>20, err)
				}
			}
			for i := 0; i < len(data); i += max(1, len(data)/parts) {
				bit := byte(1) << (i * 5 % 8)
				data[i] ^= bit
				try(data, "a flipped bit in byte", i)
				data[i] ^= bit
			}
			for n := 0; n < len(data); n += 1 + len(data)/20 {
				try(data[:n], "cut to", n)
			}
		})
	}
}
