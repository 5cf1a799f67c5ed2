package pipeline

import (
	"cohortcounts/internal/progress"
	"cohortcounts/pipeline/record"
)

// Live is how far a running job is: Done of Total, in a unit of its stage's.
type Live = progress.Count

// Live tells how far a running job is. It is false where the job does not
// tell: it is not running, or is no native stage, or knows no number. It may be
// asked as often as one likes, by any process that may read the job's folder.
func (w *Workspace) Live(job string) (Live, bool) {
	if !record.IsIdentifier(job) {
		return Live{}, false
	}
	return progress.Read(w.jobFolder(job).progress)
}

// PrintedPath is the file of what a job has printed, which grows while the job
// runs and stays until it is pruned. Whatever the job is, it lies on the high
// side: of a program that is not ours (an empty Stage) it may hold anything.
// It is empty for what is no identifier of a job.
func (w *Workspace) PrintedPath(job string) string {
	if !record.IsIdentifier(job) {
		return ""
	}
	return w.jobFolder(job).output
}
