// Package countdatabase joins the command counts to the packages that a
// database and a study definition need. It is apart from the command, so that
// the program counts can do without them.
package countdatabase

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"cohortcounts/cmd/internal/countscmd"
	"cohortcounts/counts"
	"cohortcounts/extract"
	"cohortcounts/internal/exit"
	"cohortcounts/study"
)

// Count is the [countscmd.Database] of the driver.
func Count(ctx context.Context, r countscmd.DatabaseRequest) (*counts.Raw, *counts.Summary, error) {
	o := extract.Options{URL: r.URL, Password: r.Password, Token: r.Token, CAFile: r.CAFile, Scratch: r.Scratch, Root: ".", Threads: r.Threads, MemoryLimit: r.MemoryLimit}
	if r.Table != "" {
		return extract.CountTable(ctx, r.Table, r.Spec, o)
	}
	s := study.Options{RealTables: true, NoSandbox: r.NoSandbox, Prints: r.Stderr, Params: map[string]string{}, Today: today(os.Getenv("SOURCE_DATE_EPOCH"))}
	for _, param := range r.Params {
		name, value, _ := strings.Cut(param, "=")
		s.Params[name] = value
	}
	if r.IndexDate != "" {
		date, err := time.Parse(time.DateOnly, r.IndexDate)
		if err != nil {
			return nil, nil, exit.Usagef("--index-date must be a date in YYYY-MM-DD form, got %q", r.IndexDate)
		}
		s.IndexDate = date
	}
	def, err := study.Load(ctx, ".", r.Study, s)
	if err != nil {
		return nil, nil, err
	}
	return extract.CountStudy(ctx, def, r.Spec, o)
}

// today is the date that SOURCE_DATE_EPOCH gives; else that of the clock.
func today(epoch string) time.Time {
	now := time.Now()
	if seconds, err := strconv.ParseInt(epoch, 10, 64); err == nil {
		now = time.Unix(seconds, 0).UTC()
	}
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
}
