package dist

import (
	"debug/elf"
	"fmt"
	"strconv"
	"strings"
)

// GlibcFloor is the oldest glibc that can start a program, such as "2.34": the
// newest version of a symbol that it asks the C library for (A4). It is empty
// for a program that needs no C library.
func GlibcFloor(path string) (string, error) {
	file, err := elf.Open(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close() //nolint:errcheck // a file that is only read
	if file.Section(".dynamic") == nil {
		return "", nil
	}
	libraries, err := file.DynamicVersionNeeds()
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	floor := ""
	for _, library := range libraries {
		for _, need := range library.Needs {
			version, ok := strings.CutPrefix(need.Dep, "GLIBC_")
			if ok && newer(version, floor) {
				floor = version
			}
		}
	}
	return floor, nil
}

// newer compares versions such as 2.34 and 2.4 number by number.
func newer(a, b string) bool {
	left, right := strings.Split(a, "."), strings.Split(b, ".")
	for i := range left {
		if i >= len(right) {
			return true
		}
		x, err := strconv.Atoi(left[i])
		y, err2 := strconv.Atoi(right[i])
		if err != nil || err2 != nil { // an empty b, or GLIBC_PRIVATE, is older than any
			return err == nil
		}
		if x != y {
			return x > y
		}
	}
	return false
}

// Libraries are the shared libraries that a program needs.
func Libraries(path string) ([]string, error) {
	file, err := elf.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close() //nolint:errcheck // a file that is only read
	if file.Section(".dynamic") == nil {
		return nil, nil
	}
	return file.ImportedLibraries()
}
