// Package dist makes what is handed out: an archive for each platform, an OCI
// image, their SHA-256 sums and install.sh. `make dist` runs it.
//
//	dist/
//	  cohortcounts-VERSION-linux-amd64.tar.gz          any distribution
//	  cohortcounts-VERSION-linux-amd64-duckdb.tar.gz   needs the libraries that PLATFORMS names
//	  cohortcounts-VERSION-linux-arm64.tar.gz, … -duckdb, -darwin-arm64, -darwin-amd64, -windows-amd64.zip
//	  cohortcounts-VERSION-image-linux-amd64.tar       for `docker load`; another for arm64
//	  PLATFORMS     a line each: file, system, architecture, DuckDB, sandbox, glibc, libstdc++
//	  SHA256SUMS
//	  install.sh    checks the sum and unpacks; it uses no network
//
// An archive holds one folder:
//
//	bin/            the programs
//	share/          manual pages and the completions of bash, zsh, fish and PowerShell
//	share/doc/cohortcounts/
//	  README.txt    what is off on this platform, and the first three commands
//	  LICENSE, NOTICES.txt, sbom.cdx.json (CycloneDX)
//	  docs/         the documents
//
// Invariants, each with a test:
//
//   - A1: the same commit gives the same bytes, in whatever folder, at whatever
//     time: programs are built without paths or version control stamps, archives
//     are sorted, owned by root and dated by the commit.
//   - A2: the licence of everything that is linked in is in NOTICES.txt; a module
//     without one stops the making.
//   - A3: the SBOM names what NOTICES.txt does, no more and no less.
//   - A4: the C and C++ libraries that a program is said to need are the newest
//     that it asks for.
//
// What is not a Go module has its licence texts in notices/ and its versions in
// native.go; a test compares those with the modules that carry it.
package dist
