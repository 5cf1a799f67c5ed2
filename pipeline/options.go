package pipeline

import (
	"time"

	"cohortcounts/pipeline/record"
)

// defaultJobs is how many jobs run at once, as in the original.
const defaultJobs = 2

// defaultMemory is what a job may take, as in the original.
const defaultMemory = 4 << 30

// Options describe a run fully.
type Options struct {
	Project          string   // the folder that holds project.yaml; empty: the current one
	HighPrivacyDir   string   // where highly_sensitive outputs lie; empty: in the project
	MediumPrivacyDir string   // where the others lie; empty: in the project
	Actions          []string // names of actions, or [project.RunAll]

	Identifier         string        // of the request; empty: a new one
	Force              bool          // run dependencies, and what is asked for, though nothing changed
	Jobs               int           // at once; 0: 2
	ContinueOnError    bool          // run what does not need a failed action
	Timeout            time.Duration // of a job; 0: none
	Memory             int64         // bytes a job and all that it starts may use; 0: 4 GiB
	NoSandbox          bool          // let jobs do all that this program may do
	Backend            Backend       // where patients come from
	AllowLocalCommands bool          // run what has no native stage as a process of this machine

	Program     string           // this program, which can run the native stages
	Version     string           // of this program: another one makes outputs anew
	Environment []string         // of jobs: name=value
	CacheDir    string           // the user's cache, which native stages may write to
	Who         string           // asks for the run
	Now         func() time.Time // the clock
	Listener    Listener         // is told what happens; nil: nobody
}

func (o Options) identifier() string {
	if record.IsIdentifier(o.Identifier) {
		return o.Identifier
	}
	return record.NewIdentifier()
}

func (o Options) jobs() int {
	if o.Jobs > 0 {
		return o.Jobs
	}
	return defaultJobs
}

func (o Options) memory() int64 {
	if o.Memory > 0 {
		return o.Memory
	}
	return defaultMemory
}

// Listener is told what happens in a run. Its methods are called one at a
// time.
type Listener interface {
	// Planned is called once, before anything runs.
	Planned(*Plan)
	// Warn tells something that the user should know.
	Warn(message string)
	// Started is called when a job's process is about to start.
	Started(Progress)
	// Finished is called when a job is over, whatever became of it.
	Finished(Progress)
}

// nobody listens.
type nobody struct{}

func (nobody) Planned(*Plan)     {}
func (nobody) Warn(string)       {}
func (nobody) Started(Progress)  {}
func (nobody) Finished(Progress) {}
