// Command benchmarks measures counts against its peers: pandas, pyarrow,
// Polars and DuckDB, as far as the machine's Python has them.
//
//	go run ./benchmarks                                   # 10 thousand to 10 million patients
//	go run ./benchmarks --rows 10000,100000                # smaller
//	go run ./benchmarks --python ~/venv/bin/python --write # renew RESULTS.md
//
// It makes cohorts with our own dummydata, as LZ4 feather, of our own writing
// and of that of Arrow's C++ library, and as Parquet,
// first checks that every engine makes the same bytes of them, and then runs
// the engines in turns, each as a process of its own from its start to its end,
// on a warm cache. The table tells the median and the spread of the times, and
// the most resident memory of a run. A peer for which the machine has too
// little memory is left out of a cohort, and the table says so. The chart is
// drawn with package plots.
package main
