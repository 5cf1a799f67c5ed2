package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// markdown is the results as a table. The last column compares with the
// fastest peer on the same cohort.
func markdown(results []result) string {
	var b strings.Builder
	b.WriteString("| patients | form | engine | median | least to most | CPU | memory | to ours |\n|--:|---|---|--:|--:|--:|--:|--:|\n")
	for _, r := range results {
		if r.skipped != "" {
			fmt.Fprintf(&b, "| %d | %s | %s | left out: %s | | | | |\n", r.rows, r.format, r.engine, r.skipped)
			continue
		}
		memory := "-"
		if r.memory > 0 {
			memory = fmt.Sprintf("%d MB", (r.memory+500_000)/1_000_000)
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s to %s | %s | %s | %.1f |\n", r.rows, r.format, r.engine, seconds(r.median()),
			seconds(r.times[0]), seconds(r.times[len(r.times)-1]), seconds(r.cpus[len(r.cpus)/2]), memory,
			float64(r.median())/float64(ours(results, r).median()))
	}
	return b.String()
}

// ours is our own result on the cohort of another.
func ours(results []result, of result) *result {
	for i := range results {
		if r := &results[i]; r.rows == of.rows && r.format == of.format {
			return r // ours is measured first
		}
	}
	return &of
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

// document is RESULTS.md.
func document(table string, engines []engine, o options) string {
	var b strings.Builder
	b.WriteString("# Counting a cohort: cohortcounts and its peers\n\n")
	fmt.Fprintf(&b, "Made by `go run ./benchmarks --rows %s --runs %d` on %s.\n\n",
		strings.Join(o.rows, ","), o.runs, time.Now().UTC().Format(time.DateOnly))
	fmt.Fprintf(&b, "Machine: %s, %d processors, %s/%s, %s.\n", processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	var peers []string
	for _, e := range engines[1:] {
		peers = append(peers, e.name+" "+e.version)
	}
	fmt.Fprintf(&b, "Peers: %s;", strings.Join(peers, ", "))
	fmt.Fprintf(&b, ` their programs are in [peers.py](peers.py).

Each engine makes the same table, to the byte, of cohorts with 16 codelists of
six dates (96 columns). feather and parquet are files of our own, arrow-feather is the same cohort as Arrow's C++ library,
and so pandas, writes it (LZ4 both). Times are of whole processes on a warm cache, %d runs in
turns (two of cohorts above 2 million patients); processor time is that of the middle run, memory is the most that was resident, mapped files included.

`, o.runs)
	b.WriteString("![time and memory over the number of patients](results.svg)\n\n")
	b.WriteString(table)
	return b.String()
}

// processor is the name of the machine's processor, where Linux tells it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
			}
		}
	}
	return "unknown processor"
}
