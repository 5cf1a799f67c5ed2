package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/parquet-go/parquet-go"

	"cohortcounts/cohort"
)

// The ceiling of --memory is kept, as the system counts what is resident, in
// every form of cohort: 10 million patients in one record batch, or 2 million
// where the form has no batches. What does not fit is refused in one line, and
// nothing is written.
func TestMemory(t *testing.T) {
	rows, fewer := 100_000, 50_000
	if os.Getenv("COHORTCOUNTS_SLOW") == "1" {
		rows, fewer = 10_000_000, 1_000_000
	}
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "counts")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, c := range []struct {
		name string
		rows int
		opts cohort.WriteOptions
		pipe bool // from a pipe instead of a file
	}{
		{name: "lz4.feather", rows: rows},
		{name: "zstd.feather", rows: rows, opts: cohort.WriteOptions{Compression: cohort.ZSTD}},
		{name: "plain.feather", rows: rows, opts: cohort.WriteOptions{Compression: cohort.Uncompressed}},
		{name: "piped.feather", rows: fewer, pipe: true},
		{name: "cohort.parquet", rows: fewer, opts: cohort.WriteOptions{Format: cohort.Parquet}},
		{name: "cohort.csv", rows: fewer, opts: cohort.WriteOptions{Format: cohort.CSV}},
		{name: "piped.csv", rows: fewer, opts: cohort.WriteOptions{Format: cohort.CSV}, pipe: true},
		{name: "cohort.csv.gz", rows: fewer, opts: cohort.WriteOptions{Format: cohort.CSVGzip}},
	} {
		t.Run(fmt.Sprintf("%s/rows=%d", c.name, c.rows), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), c.name)
			writeOneBatch(t, path, c.rows, c.opts)
			for _, ceiling := range ceilings {
				r := peak(t, program, ceiling, path, c.pipe)
				if r.stderr != "" {
					t.Errorf("%d MiB: %s", ceiling, r.stderr)
				}
			}
		})
	}
	// What has to be in memory whole: a page of 16 MiB, a row of 12 MiB, the
	// names of 100,000 columns.
	for name, write := range map[string]func(*testing.T, string){
		"page.parquet": writeLargePage, "row.csv": writeLongRow, "columns.csv": writeManyColumns,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			write(t, path)
			if r := peak(t, program, ceilings[0], path, false); !strings.Contains(r.stderr, "needs more memory than it may use; allow some ") {
				t.Errorf("in %d MiB: %q", ceilings[0], r.stderr)
			}
			for _, ceiling := range ceilings[1:] {
				peak(t, program, ceiling, path, false)
			}
			if r := peak(t, program, 512, path, false); r.stderr != "" {
				t.Error(r.stderr)
			}
		})
	}
	if r := peak(t, program, 8, "none", false); !strings.Contains(r.stderr, "--memory: 8 MiB are too few for this program; give ") {
		t.Error(r.stderr)
	}
}

// ceilings are values of --memory, in MiB.
var ceilings = []int64{32, 64, 128, 256}

// writeOneBatch writes a cohort of 16 columns of dates in one record batch.
func writeOneBatch(t *testing.T, path string, rows int, opts cohort.WriteOptions) {
	t.Helper()
	kind := &arrow.TimestampType{Unit: arrow.Nanosecond}
	r := rand.New(rand.NewPCG(1, 1))
	b := array.NewTimestampBuilder(memory.DefaultAllocator, kind)
	b.Reserve(rows)
	for range rows {
		if r.IntN(2) == 0 {
			b.UnsafeAppendBoolToBitmap(false)
		} else {
			b.UnsafeAppend(arrow.Timestamp((18_300 + r.Int64N(700)) * 86_400e9))
		}
	}
	dates := b.NewArray()
	var fields []arrow.Field
	var columns []arrow.Array
	for i := range 16 {
		fields = append(fields, arrow.Field{Name: fmt.Sprintf("probable_covid_X%d_date", i+1), Type: kind, Nullable: true})
		columns = append(columns, dates)
	}
	schema := arrow.NewSchema(fields, nil)
	w, err := cohort.Create(path, schema, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // Commit tells
	if err := w.Write(array.NewRecord(schema, columns, int64(rows))); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
}

// writeLargePage writes a column of dates as one page.
func writeLargePage(t *testing.T, path string) {
	t.Helper()
	type row struct {
		Date *int64 `parquet:"probable_covid_X1_date,optional,timestamp(nanosecond)"`
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := parquet.NewGenericWriter[row](f, parquet.PageBufferSize(1<<30), parquet.Compression(&parquet.Snappy))
	rows := make([]row, 2<<20)
	for i := range rows {
		day := int64(18_300+i%700) * 86_400e9
		rows[i].Date = &day
	}
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

func writeLongRow(t *testing.T, path string) {
	t.Helper()
	text := "probable_covid_X1_date,note\n2020-03-01,a\n2020-03-01," + strings.Repeat("x", 12<<20) + "\n2020-03-01,b\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func writeManyColumns(t *testing.T, path string) {
	t.Helper()
	const columns = 100_000
	var b strings.Builder
	for i := range columns {
		fmt.Fprintf(&b, "probable_covid_X%d_date,", i+1)
	}
	b.WriteString("note\n")
	for range 3 {
		b.WriteString(strings.Repeat("2020-03-01,", columns) + "\n")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// result is one run of the program.
type result struct {
	resident int64  // bytes, the most that it had at any time
	stderr   string // one line if it failed, else nothing
}

// peak runs the program with a ceiling in MiB and checks that it is kept:
// what was resident, mapped files included, as the system counts it. What wait4
// tells is no use here: it counts this process, from which the program was
// started, too.
func peak(t *testing.T, program string, ceiling int64, path string, pipe bool) (r result) {
	t.Helper()
	output := filepath.Join(t.TempDir(), "out.csv")
	input := path
	if pipe {
		input = "-"
	}
	cmd := exec.CommandContext(context.Background(), program, "--quiet", "--input", input, "--output", output, "--memory", fmt.Sprintf("%dMiB", ceiling))
	if pipe {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()                    //nolint:errcheck // a file that is only read
		cmd.Stdin = struct{ io.Reader }{f} // hides that it is a file
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	var failure error
	for running := true; running; {
		select {
		case failure = <-done:
			running = false
		case <-time.After(2 * time.Millisecond):
			r.resident = max(r.resident, highWater(cmd.Process.Pid))
		}
	}
	r.stderr = stderr.String()
	t.Logf("ceiling %d MiB: %d MiB %s", ceiling, r.resident>>20, r.stderr)
	if r.resident > ceiling<<20 && !strings.Contains(r.stderr, "are too few for this program") {
		t.Errorf("%d bytes of resident memory; the ceiling is %d MiB", r.resident, ceiling)
	}
	if _, err := os.Stat(output); (failure == nil) != (err == nil) {
		t.Errorf("the program: %v; its output: %v", failure, err)
	}
	if (failure == nil) != (r.stderr == "") || strings.Count(r.stderr, "\n") > 1 {
		t.Errorf("%v, and told %q", failure, r.stderr)
	}
	return r
}

// highWater is the most memory that a running process has had, or 0 when it is
// over.
func highWater(pid int) (kilobytes int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	return 0
}
