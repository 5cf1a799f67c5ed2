package runcmd

import (
	"fmt"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"cohortcounts/pipeline"
)

// passed are the environment variables that jobs get; all others are kept from
// them.
var passed = []string{
	"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "XDG_CACHE_HOME", "SOURCE_DATE_EPOCH",
	"SystemRoot", "LOCALAPPDATA", "GOCOVERDIR",
}

// Surroundings fills in what only a command may read: the environment, the
// clock, who asks, and where this program lies.
func Surroundings(o *pipeline.Options) error {
	var err error
	if o.Program, err = os.Executable(); err != nil {
		return fmt.Errorf("cannot tell where this program lies: %w", err)
	}
	for _, entry := range os.Environ() {
		if name, _, _ := strings.Cut(entry, "="); slices.Contains(passed, name) {
			o.Environment = append(o.Environment, entry)
		}
	}
	o.Version = version()
	o.Now = time.Now
	if o.CacheDir, err = os.UserCacheDir(); err != nil {
		o.CacheDir = "" // stages then use none
	}
	o.Who = "unknown"
	if u, err := user.Current(); err == nil {
		o.Who = u.Username
	}
	return nil
}
