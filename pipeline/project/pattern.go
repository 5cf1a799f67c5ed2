package project

import (
	"path"
	"slices"
	"strings"
)

// releasable are the file types that may be moderately_sensitive: those that
// an output checker can view.
var releasable = []string{
	".csv", ".jpg", ".jpeg", ".png", ".svg", ".svgz", ".html", ".txt", ".log", ".json", ".md",
}

// Releasable tells whether a file of this name may be moderately_sensitive by
// its type.
func Releasable(name string) bool { return slices.Contains(releasable, suffix(name)) }

// ReleasableTypes are the file types that may be moderately_sensitive.
func ReleasableTypes() []string { return slices.Clone(releasable) }

// MetadataDir is the folder that no output may lie in: logs and the manifest
// are written there.
const MetadataDir = "metadata"

// patternFaults is what is wrong with an output's path, and what to do.
func patternFaults(pattern string, level Level) (faults [][2]string) {
	add := func(what, remedy string) { faults = append(faults, [2]string{what, remedy}) }
	if strings.Contains(pattern, `\`) {
		add("contains a backslash", "put '/' between folders")
	}
	for _, special := range []string{"**", "?", "["} {
		if strings.Contains(pattern, special) {
			add("contains '"+special+"'", "only the wildcard '*' is known")
		}
	}
	switch end := suffix(pattern); {
	case end == "" || strings.HasSuffix(end, "*"):
		add("has no file type at its end", "end it in one, such as .csv")
	case level == ModeratelySensitive && !slices.Contains(releasable, end):
		add("ends in "+end+", which cannot be moderately_sensitive",
			"make it highly_sensitive, or write one of "+strings.Join(releasable, " "))
	}
	if normal := normalPath(pattern); normal != pattern {
		add("is not in standard form", "write "+normal)
	}
	if pattern == MetadataDir || strings.HasPrefix(pattern, MetadataDir+"/") {
		add("lies in the folder "+MetadataDir, "choose another folder, such as output")
	}
	if strings.HasPrefix(pattern, "/") || isDrivePath(pattern) {
		add("is an absolute path", "write it relative to the project, such as output/"+path.Base(pattern))
	}
	if pattern == ".." || strings.HasPrefix(pattern, "../") {
		add("leaves the project", "choose a folder within it, such as output")
	}
	return faults
}

// isDrivePath tells whether a path is absolute on Windows: c:/folder/file.
func isDrivePath(p string) bool {
	return len(p) >= 3 && p[1] == ':' && p[2] == '/' && (p[0]|0x20) >= 'a' && (p[0]|0x20) <= 'z'
}

// suffix is a path's last extension as Python's pathlib has it: of `.csv` and
// of `table.` it is empty.
func suffix(p string) string {
	name := lastName(p)
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || dot == len(name)-1 {
		return ""
	}
	return name[dot:]
}

// pathParts are the folders and the name of a path, without '.' and doubled
// slashes, as pathlib has them. The root is not among them.
func pathParts(p string) []string {
	return slices.DeleteFunc(strings.Split(p, "/"), func(part string) bool { return part == "" || part == "." })
}

// lastName is the last part of a path, or nothing.
func lastName(p string) string {
	parts := pathParts(p)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// root is what an absolute path starts with. POSIX keeps two slashes apart
// from one, and from three.
func root(p string) string {
	switch {
	case strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///"):
		return "//"
	case strings.HasPrefix(p, "/"):
		return "/"
	}
	return ""
}

// joinParts is the path of a root and parts.
func joinParts(root string, parts []string) string {
	if root == "" && len(parts) == 0 {
		return "."
	}
	return root + strings.Join(parts, "/")
}

// parentOf is the folder of a path, as pathlib has it.
func parentOf(p string) string {
	parts := pathParts(p)
	return joinParts(root(p), parts[:max(len(parts)-1, 0)])
}

// normalPath is Python's posixpath.normpath: [path.Clean], but for two leading
// slashes, which stay.
func normalPath(p string) string {
	clean := path.Clean(p)
	if root(p) == "//" {
		return "/" + clean
	}
	return clean
}
