package pipeline

import (
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"cohortcounts/internal/sandbox"
)

// addressSpace is how many times the memory that a job may use each of its
// processes may reserve: programs reserve far more than they use (Java and Go
// some gigabytes). What is used is watched; this is for a process that takes
// all of the machine's memory faster than one can watch.
const addressSpace = 4

// policy is what the job's process may do: read its own folder, write its
// output folders, and use the programs of the system, without a network. The one
// that reads the backend's database may also read its files, or use a network.
func (a *attempt) policy() (sandbox.Policy, error) {
	p := sandbox.Policy{
		Readable: slices.Concat([]string{a.folder.work}, sandbox.SystemLibraries(), sandbox.SystemSettings()),
		Writable: []string{a.folder.temporary},
		Off:      a.options.NoSandbox || !sandbox.Restricts,
	}
	p.Memory = addressSpace * uint64(a.options.memory())
	if a.options.Timeout > 0 {
		p.CPU = a.options.Timeout * time.Duration(runtime.NumCPU()) // all processors, for the whole time
	}
	for _, dir := range a.outputFolders() {
		p.Writable = append(p.Writable, filepath.Join(a.folder.work, filepath.FromSlash(dir)))
	}
	p.KeepModes = a.linksOnly()
	if a.step.Stage != "" {
		p.Writable = append(p.Writable, a.folder.progress)
		p.Runnable = append(append(p.Runnable, a.options.Program), sandbox.SystemLoaders()...)
		if a.readsDatabase() {
			path, inside := a.options.Backend.path()
			p.Network = !inside
			// DuckDB asks there how much memory and how many processors it has.
			p.Readable = append(slices.Concat(p.Readable, a.options.Backend.Files), path, "/sys/fs/cgroup")
		}
		if (evaluatesStudy(a.step.Stage) || readsDatabase(a.step.Stage, a.step.Command)) && a.options.CacheDir != "" {
			// Its Python is unpacked there, once.
			if err := os.MkdirAll(a.options.CacheDir, 0o700); err != nil {
				return p, err
			}
			p.Writable = append(p.Writable, a.options.CacheDir)
			p.Runnable = append(p.Runnable, a.options.CacheDir)
		}
		return p, nil
	}
	p.Runnable = append(p.Runnable, sandbox.SystemPrograms()...)
	for _, entry := range a.options.Environment {
		if list, found := strings.CutPrefix(entry, "PATH="); found {
			p.Runnable = append(p.Runnable, a.programFolders(list)...)
		}
	}
	return p, nil
}

// programFolders are the folders in which the programs of a PATH, and what
// they need, are installed: of /opt/python/bin that is /opt/python. Folders
// that hold the project or its outputs are not among them.
func (a *attempt) programFolders(list string) []string {
	var folders []string
	for _, dir := range filepath.SplitList(list) {
		if base := filepath.Base(dir); base == "bin" || base == "shims" {
			dir = filepath.Dir(dir)
		}
		holds := func(part string) bool { return within(part, dir) }
		if !filepath.IsAbs(dir) || filepath.Dir(dir) == dir ||
			holds(a.setup.Workspace.project) || holds(a.setup.Workspace.high) || holds(a.setup.Workspace.medium) {
			continue
		}
		folders = append(folders, dir)
	}
	return folders
}

// fixedFolder is the folder of a pattern, up to the first with a '*'.
func fixedFolder(pattern string) string {
	dir := path.Dir(pattern)
	for hasStar(dir) {
		dir = path.Dir(dir)
	}
	return dir
}
