package pipeline

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// stamp is what tells whether a file has been changed, without reading it.
type stamp struct {
	size              int64
	mode              fs.FileMode
	modified, changed int64 // in nanoseconds since 1970; changed cannot be set by hand
}

func stampOf(info fs.FileInfo) stamp {
	s := stamp{size: info.Size(), mode: info.Mode(), modified: info.ModTime().UnixNano()}
	if changed := changeTime(info); !changed.Equal(time.Time{}) {
		s.changed = changed.UnixNano()
	}
	return s
}

// spareFolder is a work folder with the repository's files in it and nothing
// else. To make files is most of what a job costs beside its own process, so
// the folder of a job that is over is given to the next one, when all that the
// job added could be removed and nothing of the rest has been touched, not even
// a mode. The next job cannot tell it from a fresh one.
type spareFolder struct {
	path     string           // empty: there is none yet
	complete bool             // all of the repository's files are there
	files    map[string]stamp // '/' between names
	folders  map[string]bool  // of these files
}

func newSpareFolder() *spareFolder {
	return &spareFolder{files: map[string]stamp{}, folders: map[string]bool{".": true}}
}

// moveTo makes it the work folder of a job.
func (s *spareFolder) moveTo(work string) error {
	if s.path == "" {
		s.path = work
		return os.Mkdir(work, 0o700)
	}
	from := s.path
	s.path = work
	return os.Rename(from, work)
}

// note notes a file that has just been copied.
func (s *spareFolder) note(root, name string) error {
	info, err := os.Lstat(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	s.files[name] = stampOf(info)
	for dir := path.Dir(name); !s.folders[dir]; dir = path.Dir(dir) {
		s.folders[dir] = true
	}
	return nil
}

// reset takes away what a job added. It is false when the folder cannot be used
// again.
func (s *spareFolder) reset() bool {
	seen := 0
	return s.complete && s.resetFolder(".", &seen) && seen == len(s.files)
}

func (s *spareFolder) resetFolder(dir string, seen *int) bool {
	at := filepath.Join(s.path, filepath.FromSlash(dir))
	info, err := os.Lstat(at)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		return false
	}
	entries, err := os.ReadDir(at)
	if err != nil {
		return false
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		if s.folders[name] {
			if !s.resetFolder(name, seen) {
				return false
			}
			continue
		}
		was, known := s.files[name]
		if !known {
			if os.RemoveAll(filepath.Join(at, entry.Name())) != nil {
				return false
			}
			continue
		}
		info, err := entry.Info()
		if err != nil || stampOf(info) != was {
			return false
		}
		*seen++
	}
	return true
}

// spare is a folder for the next job.
func (e *execution) spare() *spareFolder {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if n := len(e.spares) - 1; n >= 0 {
		s := e.spares[n]
		e.spares = e.spares[:n]
		return s
	}
	return newSpareFolder()
}

// giveBack keeps the folder of a job that is over for another one, or removes
// it.
func (e *execution) giveBack(f jobFolder, s *spareFolder) error {
	if s.path == "" || !s.reset() {
		return f.removeWork()
	}
	e.mutex.Lock()
	e.spares = append(e.spares, s)
	e.mutex.Unlock()
	return f.removeRest()
}

// removeSpares removes the folders that no job needs any more.
func (e *execution) removeSpares() (err error) {
	for _, s := range e.spares {
		if failed := os.RemoveAll(s.path); failed != nil && err == nil {
			err = failed
		}
	}
	e.spares = nil
	return err
}
