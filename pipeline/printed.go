package pipeline

import (
	"slices"

	"cohortcounts/pipeline/project"
	"cohortcounts/pipeline/record"
)

// Printed is the file of what a job has printed, for a page that shows nothing
// of highly_sensitive files. Where that may hold some of it the path is empty,
// and why says so.
//
// A stage of ours prints no value of a patient. What another program prints is
// as private as the most private file that it had or wrote. In a workspace with
// folders for each level it is never shown, as in its metadata folder.
//
// definition is the request's project.yaml, or nil; outputs are the present
// ones.
func (w *Workspace) Printed(job record.Job, definition *project.Project, outputs []Output) (path, why string) {
	if job.Stage != "" {
		return w.PrintedPath(job.Identifier), ""
	}
	const command = "'cohortcounts log' prints it for who may read the folder of highly_sensitive files"
	if w.split {
		return "", "What a program that is not part of cohortcounts prints may hold anything, so it lies with the highly_sensitive files; " + command + "."
	}
	if definition == nil {
		return "", "It is not known which files this job had, so what it printed is taken for highly_sensitive; " + command + "."
	}
	for _, name := range append([]string{job.Action}, job.Needs...) {
		action, _ := definition.Action(name)
		private := slices.ContainsFunc(action.Outputs, func(o project.Output) bool { return o.Level == project.HighlySensitive }) ||
			slices.ContainsFunc(outputs, func(o Output) bool { return o.Action == name && o.Withheld != "" })
		if private {
			return "", "This job had or wrote highly_sensitive files, so what its program printed may hold some of them; " + command + "."
		}
	}
	return w.PrintedPath(job.Identifier), ""
}
