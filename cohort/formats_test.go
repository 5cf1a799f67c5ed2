package cohort

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var testColumns = []string{"flu_X1_date", "cold_X1_date", "flu_X2_date"}

// scanned is what a scan has found: the days of each column, in order.
type scanned struct {
	Rows int64
	Days [][]int32
}

// scanAll reads all days of columns in the plainest way.
func scanAll(c *Cohort, columns []string, workers int) (scanned, error) {
	var mu sync.Mutex
	s := scanned{Days: make([][]int32, len(columns))}
	var err error
	s.Rows, err = c.ScanDates(context.Background(), columns, ScanOptions{Workers: workers}, func() func(*Chunk) error {
		return func(chunk *Chunk) error {
			mu.Lock()
			defer mu.Unlock()
			for i := range chunk.Rows {
				if !isValid(chunk.Valid, i) {
					continue
				}
				var day int32
				switch {
				case chunk.Indices != nil:
					day = chunk.Dictionary[chunk.Indices[i]]
				case chunk.Instants != nil:
					day = dayOf(chunk.Instants[i], chunk.PerDay)
				default:
					day = chunk.Days[i]
				}
				if day != NoDay {
					s.Days[chunk.Column] = append(s.Days[chunk.Column], day)
				}
			}
			return nil
		}
	})
	for _, days := range s.Days {
		slices.Sort(days)
	}
	return s, err
}

// reference reads a plain CSV with the standard library.
func reference(t testing.TB, path string, columns []string) scanned {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := scanned{Rows: int64(len(rows) - 1), Days: make([][]int32, len(columns))}
	for i, name := range columns {
		at := slices.Index(rows[0], name)
		for _, row := range rows[1:] {
			if row[at] == "" {
				continue
			}
			date, err := time.Parse(time.DateOnly, row[at])
			if err != nil {
				t.Fatal(err)
			}
			s.Days[i] = append(s.Days[i], int32(date.Unix()/86_400))
		}
		slices.Sort(s.Days[i])
	}
	return s
}

// All files of testdata/formats hold the same cohort; those with "far" in
// their name have two dates more that nanoseconds cannot tell.
func TestFormats(t *testing.T) {
	t.Parallel()
	near, far := reference(t, "testdata/formats/quoted.csv", testColumns), reference(t, "testdata/formats/csv.far.csv", testColumns)
	if near.Rows != 300 || len(near.Days[0]) != 300 || cmp.Equal(near, far) {
		t.Fatal("the references are not what they should be")
	}
	for _, path := range formatFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			want := near
			if strings.Contains(path, ".far.") {
				want = far
			}
			for _, workers := range []int{1, 4} {
				c, err := Files(path).Open()
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := c.Close(); err != nil {
						t.Error(err)
					}
				})
				got, err := scanAll(c, testColumns, workers)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%d workers: %s", workers, diff)
				}
			}
		})
	}
}

func formatFiles(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/formats/*")
	if err != nil || len(paths) < 30 {
		t.Fatal("the files of testdata/formats are missing", err)
	}
	return paths
}

// A cohort in memory.
func openBytes(data []byte) (*Cohort, error) {
	in := &input{ReaderAt: bytes.NewReader(data), name: "test", size: int64(len(data))}
	m := &budget{total: DefaultMemory}
	part, err := openPartOf(in, m)
	if err != nil {
		return nil, err
	}
	return &Cohort{parts: []openPart{{in, part}}, memory: m}, nil
}

// scanBytes reads what can be read of any bytes: all columns that may be dates.
func scanBytes(data []byte) (scanned, error) {
	c, err := openBytes(data)
	if err != nil {
		return scanned{}, err
	}
	var names []string
	for _, f := range c.Part(0) {
		if strings.HasSuffix(f.Name, "_date") {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return scanned{}, errors.New("no columns")
	}
	return scanAll(c, names, 1)
}

// panicked tells whether an error is a panic of a decoder that was caught: the
// checks before it should have found the damage.
func panicked(err error) bool {
	return err != nil && strings.Contains(err.Error(), "its content cannot be decoded (")
}

// A row group without rows, as Arrow's C++ library writes for an empty table,
// has no data page, and tells of no place where it would be.
func TestParquetWithoutRows(t *testing.T) {
	t.Parallel()
	c, err := Files("testdata/norows.parquet").Open()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close() //nolint:errcheck // files that were only read
	got, err := scanAll(c, testColumns, 1)
	if diff := cmp.Diff(scanned{Days: make([][]int32, len(testColumns))}, got); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
}
