package record

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"
)

// State is where a job stands.
type State string

// The states of a job.
const (
	Pending   State = "pending"
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
)

// Final tells whether a job in this state is over.
func (s State) Final() bool { return s == Succeeded || s == Failed }

// Code says more exactly where a job stands, or why it failed.
type Code string

// The status codes of a job, as in the original.
const (
	Created               Code = "created"
	WaitingOnDependencies Code = "waiting_on_dependencies"
	WaitingOnWorkers      Code = "waiting_on_workers"
	Preparing             Code = "preparing"
	Executing             Code = "executing"
	Finalizing            Code = "finalizing"
	Done                  Code = "succeeded"
	DependencyFailed      Code = "dependency_failed"
	NonzeroExit           Code = "nonzero_exit"
	CancelledByUser       Code = "cancelled_by_user"
	UnmatchedPatterns     Code = "unmatched_patterns"
	InternalError         Code = "internal_error"
	KilledByAdmin         Code = "killed_by_admin"
)

// Request is one asking to run actions.
type Request struct {
	ID          int64      `json:"request"`
	Identifier  string     `json:"identifier"`
	Actions     []string   `json:"actions"` // as asked for
	RequestedBy string     `json:"requested_by"`
	Branch      string     `json:"branch,omitempty"` // empty when unknown
	Commit      string     `json:"commit,omitempty"` // empty when unknown
	Dirty       *bool      `json:"dirty"`            // nil when unknown
	Force       bool       `json:"force_run_dependencies"`
	Backend     string     `json:"backend"` // where patients come from: dummy, or a database without its secrets
	Project     string     `json:"-"`       // project.yaml as it was
	CreatedAt   time.Time  `json:"created_at"`
	StartedAt   *time.Time `json:"started_at"`
	FinishedAt  *time.Time `json:"finished_at"`
	Jobs        []Job      `json:"jobs"`
}

// Job is one action of a request.
type Job struct {
	Identifier string        `json:"job_id"`
	Request    int64         `json:"request"`
	Action     string        `json:"action"`
	RunCommand string        `json:"run_command"` // as project.yaml says
	Stage      string        `json:"stage"`       // of ours that runs in its place; empty for a program of the machine
	Needs      []string      `json:"needs"`       // actions
	Command    []string      `json:"command"`     // what was started
	Why        string        `json:"why"`         // it was to be run
	State      State         `json:"state"`
	Code       Code          `json:"status_code"`
	Message    string        `json:"message,omitempty"`
	CreatedAt  time.Time     `json:"created_at"`
	StartedAt  *time.Time    `json:"started_at"`
	FinishedAt *time.Time    `json:"finished_at"`
	ExitStatus *int          `json:"exit_status"`
	CPU        time.Duration `json:"cpu_ns"`
	PeakCPU    float64       `json:"peak_cpu"` // processors used at once
	PeakMemory int64         `json:"peak_memory_bytes"`
	MeanMemory int64         `json:"mean_memory_bytes"`
	Outputs    []Output      `json:"outputs"` // of a job that succeeded
}

// Output is a file that a job wrote, as it was then.
type Output struct {
	Path     string `json:"path"`  // as declared, '/' between folders
	Level    string `json:"level"` // as project.yaml calls it
	ID       string `json:"id"`    // its name in project.yaml
	Size     int64  `json:"size"`
	Hash     string `json:"content_hash"`       // SHA-256
	Withheld string `json:"withheld,omitempty"` // why an output checker did not get it
	Rows     *int64 `json:"row_count"`          // of a CSV that is not highly_sensitive, without its header
	Columns  *int64 `json:"col_count"`
}

// MeanCPU is how many processors a job used on average.
func (j Job) MeanCPU() float64 {
	if j.StartedAt == nil || j.FinishedAt == nil || !j.FinishedAt.After(*j.StartedAt) {
		return 0
	}
	return float64(j.CPU) / float64(j.FinishedAt.Sub(*j.StartedAt))
}

// Runtime is the sum of the times that a request's jobs ran until now, as the
// original counts it.
func (r Request) Runtime(now time.Time) time.Duration {
	var sum time.Duration
	for _, job := range r.Jobs {
		switch {
		case job.StartedAt == nil:
		case job.FinishedAt != nil:
			sum += job.FinishedAt.Sub(*job.StartedAt)
		case job.State == Running:
			sum += now.Sub(*job.StartedAt)
		}
	}
	return max(sum, 0)
}

// Status is where a whole request stands: its jobs' state when they agree.
func (r Request) Status() string {
	if len(r.Jobs) == 0 {
		return "nothing_to_do"
	}
	count := map[State]int{}
	for _, job := range r.Jobs {
		count[job.State]++
	}
	switch {
	case count[r.Jobs[0].State] == len(r.Jobs):
		return string(r.Jobs[0].State)
	case count[Running] > 0 || count[Pending] > 0:
		return string(Running)
	}
	return string(Failed)
}

// Made is what is known of an action's present outputs.
type Made struct {
	Action      string
	Job         string
	Request     int64
	Fingerprint json.RawMessage // what they were made from; the pipeline's own form
	Outputs     json.RawMessage // paths, sizes and hashes; the pipeline's own form
}

// Event is a line of the audit.
type Event struct {
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
	What    string    `json:"what"` // ran, opened, cancelled, removed, recovered
	Request int64     `json:"request,omitempty"`
	Detail  string    `json:"detail,omitempty"`
}

// IsIdentifier tells whether a text is one that NewIdentifier can give: then it
// leads nowhere as a file's name.
func IsIdentifier(text string) bool {
	return len(text) == 16 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// NewIdentifier is 16 random lower-case letters and digits.
func NewIdentifier() string { return strings.ToLower(rand.Text()[:16]) }
