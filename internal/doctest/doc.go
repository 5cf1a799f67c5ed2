// Package doctest runs the command blocks of a Markdown page and compares what
// they print with what the page shows, so that a page that lies fails.
//
// A page is one session of bash in an empty folder: what a command leaves,
// also `cd` and `export`, is there for the next one. Its blocks are
//
//	```console                       a block of commands, each after "$ ",
//	$ counts --input parts/          and below it what it prints (both streams)
//	counted ... events in 0.1 s
//	```
//
//	```yaml analysis/weekly.yaml     a file, written before the next commands
//	codelists: auto
//	```
//
//	```go cohort/reader.go           lines that stand like this in a file of the
//	type Reader interface {          repository
//	```
//
// and any other, which is for reading only. The rules, for people who write pages:
//
//   - D1: "..." in a line stands for any text, a line of only "..." for any
//     number of lines. Times such as 0.1 s or 12 ms are all alike.
//   - D2: a command that fails must be followed by `$ echo $?`, which shows it.
//   - D3: a block that cannot be run stands below a line that starts with
//     "Not run by the tests:" and says why, for the page's reader too.
//   - D4: a command outside of a console block is a fault of the page, but in a
//     ```text block: that is for forms of commands and for diagrams.
//
// Comments say where a session starts: <!-- doctest: clone --> in a copy of the
// repository, <!-- doctest: first COMMAND --> after that command, whose output
// does not matter, <!-- doctest: duckdb --> only where the programs have DuckDB.
// The page says the same in words.
package doctest
