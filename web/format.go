package web

import (
	"fmt"
	"html/template"
	"net/url"
	"path"
	"strings"
	"time"

	"cohortcounts/internal/bytesize"
)

// parseTemplates reads the templates with the functions that they use.
func parseTemplates() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"utc": utc, "stamp": stamp, "clock": clock, "duration": duration, "size": bytesize.Text, "short": short,
		"join": strings.Join, "version": version, "symbol": symbol, "words": func(code string) string { return strings.ReplaceAll(code, "_", " ") },
		"count": count, "path": escapePath, "base": path.Base, "since": since, "percent": func(part float64) string { return fmt.Sprintf("%.0f %%", 100*part) },
		"smallest": func(v *float64) string { return fmt.Sprintf("%g", *v) },
		"share":    func(v *float64) string { return fmt.Sprintf("%.0f %%", 100**v) },
		"plural": func(n int, one, many string) string {
			if n == 1 {
				return one
			}
			return many
		},
	}).ParseFS(files, "templates/*.html")
}

// version is a program's version for people: a commit is cut short.
func version(text string) string {
	if len(text) == 40 && strings.Trim(text, "0123456789abcdef") == "" {
		return short(text)
	}
	return text
}

// utc is a time for people.
func utc(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04:05 UTC") }

// stamp is a time for programs.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// since is the time from one moment to another; nothing where one is not known.
func since(from, to *time.Time) time.Duration {
	if from == nil || to == nil {
		return 0
	}
	return max(0, to.Sub(*from))
}

// clock is a duration as hh:mm:ss.
func clock(d time.Duration) string {
	seconds := int(d.Round(time.Second).Seconds())
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// duration is a duration in words, as exact as one wants it.
func duration(d time.Duration) string {
	switch {
	case d < time.Minute && d%time.Second == 0:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 10*time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// count is a number with separated thousands.
func count(n any) string {
	var text string
	switch n := n.(type) {
	case *int64:
		if n == nil {
			return "not known"
		}
		text = fmt.Sprint(*n)
	default:
		text = fmt.Sprint(n)
	}
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// symbol stands for a state beside its word, for who does not see colours.
func symbol(state string) string {
	switch state {
	case "succeeded":
		return "✓"
	case "failed":
		return "✕"
	case "running":
		return "◐"
	case "pending":
		return "○"
	}
	return "–"
}

// escapePath is an output's path as a part of an address.
func escapePath(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}
