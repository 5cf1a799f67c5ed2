// Package manual keeps the documents true to the programs: it writes the
// options of each command into its page, docs/commands/<command>.md, makes the
// manual pages and the shells' completions, and its test runs every command
// block of README.md and docs/ (internal/doctest says how).
//
// A command's page is written by hand, but for the part between two comments,
// which `make docs` writes from the command itself. A command without a page
// gets one that holds only that.
package manual
