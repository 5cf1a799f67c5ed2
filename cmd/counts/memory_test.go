package main

import (
	"context"
	"fmt"
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

	"cohortcounts/cohort"
)

// maxResident is the bound that the documents give: whatever the cohort's
// size, and however it is cut into record batches.
const maxResident = 128 << 20

// 1 and 10 million patients, in one record batch, are counted within 128 MiB
// of resident memory.
func TestMemory(t *testing.T) {
	if os.Getenv("COHORTCOUNTS_SLOW") != "1" {
		t.Skip("takes half a minute: set COHORTCOUNTS_SLOW=1")
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
		rows int
		opts cohort.WriteOptions
		name string
	}{
		{1_000_000, cohort.WriteOptions{}, "lz4.feather"},
		{10_000_000, cohort.WriteOptions{}, "lz4.feather"},
		{10_000_000, cohort.WriteOptions{Compression: cohort.ZSTD}, "zstd.feather"},
		{10_000_000, cohort.WriteOptions{Compression: cohort.Uncompressed}, "plain.feather"},
	} {
		t.Run(fmt.Sprintf("%s/rows=%d", c.name, c.rows), func(t *testing.T) {
			path := filepath.Join(dir, c.name)
			writeOneBatch(t, path, c.rows, c.opts)
			resident := peak(t, program, "--quiet", "--input", path, "--output", filepath.Join(dir, "out.csv"))
			t.Logf("%d MiB", resident>>20)
			if resident > maxResident || resident == 0 {
				t.Errorf("%d bytes of resident memory", resident)
			}
		})
	}
}

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

// peak is the most resident memory that a program has had, mapped files
// included, as the system counts it. What wait4 tells is no use here: it counts
// this process, from which the program was started, too.
func peak(t *testing.T, program string, args ...string) (bytes int64) {
	t.Helper()
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			return bytes
		case <-time.After(2 * time.Millisecond):
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(status)) {
			var kilobytes int64
			if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
				bytes = max(bytes, kilobytes<<10)
			}
		}
	}
}
