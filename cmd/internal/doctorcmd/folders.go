package doctorcmd

import (
	"fmt"
	"strings"

	"cohortcounts/pipeline"
	"cohortcounts/study"
)

// cache looks at the folder that the embedded Python is unpacked in.
func cache(o options) Check {
	const do = "set $XDG_CACHE_HOME to a folder that only you may write to"
	dir, passed, err := study.CacheDir(o.Cache)
	switch {
	case err != nil:
		return Check{"cache", Failed, oneLine(err), do}
	case passed != nil:
		return Check{"cache", Note, oneLine(passed) + ": Python is unpacked into " + dir, do}
	case study.Unpacked(dir):
		return Check{"cache", OK, dir + ": Python is unpacked", ""}
	}
	return Check{"cache", OK, dir + ": Python will be unpacked at its first use, once (2 s)", ""}
}

// oneLine is an error that may be several.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", ", ") }

// reflink tries whether the project's file system copies files by reference.
func reflink(o options) Check {
	can, err := pipeline.CanClone(o.Project)
	switch {
	case err != nil:
		return Check{"project", Failed, err.Error(), "name a folder that you may write to with --project"}
	case can:
		return Check{"project", OK, "its file system copies files by reference", ""}
	}
	return Check{
		"project", Note, "its file system cannot copy files by reference, so inputs of jobs are copied or linked",
		"put large projects on btrfs or XFS",
	}
}

// needed is the space below which a run is likely to fail: Python takes 60 MB,
// a cohort of the example 3 MB for 10,000 patients.
const needed = 500 << 20

// space looks at what is free where files are written.
func space(o options) Check {
	least, where := uint64(1<<63), ""
	dirs := []string{o.Project, o.Temp}
	if dir, _, err := study.CacheDir(o.Cache); err == nil && !study.Unpacked(dir) {
		dirs = append(dirs, dir)
	}
	for _, dir := range dirs {
		free, err := freeSpace(dir)
		if err != nil {
			return Check{"space", Note, err.Error(), ""}
		}
		if free < least {
			least, where = free, dir
		}
	}
	found := fmt.Sprintf("%.1f GB free", float64(least)/1e9)
	switch {
	case least < needed/10:
		return Check{"space", Failed, found + " in " + where, "make room, or set $TMPDIR and $XDG_CACHE_HOME to folders with more"}
	case least < needed:
		return Check{"space", Note, found + " in " + where, "make room for larger cohorts"}
	}
	return Check{"space", OK, found, ""}
}
