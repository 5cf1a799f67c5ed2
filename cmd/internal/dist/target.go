package dist

import "fmt"

// Target is a platform that programs are built for.
type Target struct {
	OS, Arch string
	// DuckDB makes a build with cgo, which holds DuckDB and needs the C library
	// of the system; without it the programs need nothing.
	DuckDB bool
	// Compiler is the C compiler's prefix where it is not the machine's own,
	// such as aarch64-linux-gnu-.
	Compiler string
}

// Targets are all the platforms there are archives for, in the order of
// PLATFORMS. Those for which a C compiler must be there come first of their kind.
func Targets() []Target {
	return []Target{
		{OS: "linux", Arch: "amd64", DuckDB: true, Compiler: "x86_64-linux-gnu-"},
		{OS: "linux", Arch: "amd64"},
		{OS: "linux", Arch: "arm64", DuckDB: true, Compiler: "aarch64-linux-gnu-"},
		{OS: "linux", Arch: "arm64"},
		{OS: "darwin", Arch: "arm64"},
		{OS: "darwin", Arch: "amd64"},
		{OS: "windows", Arch: "amd64"},
	}
}

// Name is such as linux-amd64-duckdb.
func (t Target) Name() string {
	if t.DuckDB {
		return t.OS + "-" + t.Arch + "-duckdb"
	}
	return t.OS + "-" + t.Arch
}

// Sandbox tells whether a study's Python and actions are confined there.
func (t Target) Sandbox() bool { return t.OS == "linux" }

// image is the name of the image's file. It holds what the archive with DuckDB
// does, as its C library comes with it.
func (t Target) image(version string) string {
	return fmt.Sprintf("cohortcounts-%s-image-%s-%s.tar", version, t.OS, t.Arch)
}

// file is the name of the archive.
func (t Target) file(version string) string {
	if t.OS == "windows" {
		return t.folder(version) + ".zip"
	}
	return t.folder(version) + ".tar.gz"
}

func (t Target) folder(version string) string {
	return fmt.Sprintf("cohortcounts-%s-%s", version, t.Name())
}

// program is the name of a program's file.
func (t Target) program(name string) string {
	if t.OS == "windows" {
		return name + ".exe"
	}
	return name
}
