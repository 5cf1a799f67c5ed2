package doctorcmd

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"cohortcounts/pipeline"
)

// cache looks at the folder that the embedded Python is unpacked in.
func cache(o options) Check {
	dir := o.Cache
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return Check{"cache", Note, err.Error(), "set $HOME or $XDG_CACHE_HOME, or Python is unpacked into the temporary folder"}
		}
		dir = filepath.Join(user, "cohortcounts")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Check{"cache", Note, err.Error(), "set $XDG_CACHE_HOME to a folder that you may write to, or Python is unpacked into the temporary folder"}
	}
	file, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		return Check{"cache", Note, err.Error(), "make it writable: chmod 700 " + dir}
	}
	file.Close()           //nolint:errcheck,gosec // nothing was written
	os.Remove(file.Name()) //nolint:errcheck,gosec // what is left over harms nobody
	info, err := os.Stat(dir)
	if err != nil {
		return Check{"cache", Failed, err.Error(), ""}
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0 {
		return Check{"cache", Note, dir + ": others may write to it, so it is not used", "chmod 700 " + dir}
	}
	unpacked, err := filepath.Glob(filepath.Join(dir, "python-*"))
	found := dir + ": Python is unpacked"
	if err != nil || len(unpacked) == 0 {
		found = dir + ": Python will be unpacked at its first use, once (2 s)"
	}
	return Check{"cache", OK, found, ""}
}

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
	for _, dir := range []string{o.Project, o.Temp} {
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
		return Check{"space", Failed, found + " in " + where, "make room"}
	case least < needed:
		return Check{"space", Note, found + " in " + where, "make room for larger cohorts"}
	}
	return Check{"space", OK, found, ""}
}

// timeZones looks for the system's time zones. Our programs count in UTC and
// need none; a study's Python may ask for them (zoneinfo).
func timeZones() Check {
	if _, err := time.LoadLocation("Europe/London"); err != nil {
		return Check{"zones", Note, "there is no time zone data", "install tzdata if a study definition uses zoneinfo; nothing else needs it"}
	}
	return Check{"zones", OK, "time zone data is there", ""}
}
