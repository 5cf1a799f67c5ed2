package dist

import (
	"debug/elf"
	"fmt"
	"strconv"
	"strings"
)

// Floor is the oldest libraries that can start a program: the newest versions
// of symbols that it asks them for (A4), such as 2.34. Empty ones are not needed.
type Floor struct {
	Glibc string // GLIBC_
	Cxx   string // GLIBCXX_, of libstdc++: 3.4.30 came with GCC 12
}

// ReadFloor reads it from a program.
func ReadFloor(path string) (Floor, error) {
	var floor Floor
	file, err := elf.Open(path)
	if err != nil {
		return floor, fmt.Errorf("%s: %w", path, err)
	}
	defer file.Close() //nolint:errcheck // a file that is only read
	if file.Section(".dynamic") == nil {
		return floor, nil
	}
	libraries, err := file.DynamicVersionNeeds()
	if err != nil {
		return floor, fmt.Errorf("%s: %w", path, err)
	}
	for _, library := range libraries {
		for _, need := range library.Needs {
			if version, ok := strings.CutPrefix(need.Dep, "GLIBC_"); ok && newer(version, floor.Glibc) {
				floor.Glibc = version
			}
			if version, ok := strings.CutPrefix(need.Dep, "GLIBCXX_"); ok && newer(version, floor.Cxx) {
				floor.Cxx = version
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
