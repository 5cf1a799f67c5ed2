package study

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/kluctl/go-embed-python/python"

	"cohortcounts/internal/atomicfile"
)

// pythonVersion is the version of the module go-embed-python in go.mod: a
// different one is unpacked beside it. A test compares the two.
const pythonVersion = "3.14.6-20260610-1"

//go:embed all:python
var recorderFiles embed.FS

// interpreter is a Python with the recorder that it runs.
type interpreter struct {
	executable string
	home       string   // PYTHONHOME of the embedded one; empty for the user's own
	recorder   string   // the folder of recorder.py
	reads      []string // where the user's own one finds its packages
}

// findInterpreter gives the embedded interpreter, unpacked, or the one that
// the options name.
func findInterpreter(o Options) (interpreter, error) {
	cache, _, err := CacheDir(o.CacheDir)
	if err != nil {
		return interpreter{}, err
	}
	in := interpreter{}
	if in.recorder, err = unpackOnce(filepath.Join(cache, "recorder-"+recorderKey()), unpackRecorder); err != nil {
		return in, cannotUnpack(cache, err)
	}
	if o.Python != "" {
		return in, in.findOwn(o.Python)
	}
	in.home, err = unpackOnce(filepath.Join(cache, "python-"+pythonVersion), func(dir string) error {
		return unpackPython(dir, in.recorder)
	})
	if err != nil {
		return in, cannotUnpack(cache, err)
	}
	in.executable = executable(in.home)
	return in, nil
}

func cannotUnpack(cache string, err error) error {
	return fmt.Errorf("%s: the embedded Python cannot be unpacked there: %w; 'cohortcounts doctor' says what can be done", cache, atomicfile.Cause(err))
}

func executable(home string) string {
	if runtime.GOOS == "windows" {
		return filepath.Join(home, "python.exe")
	}
	return filepath.Join(home, "bin", "python3")
}

// CacheDir is the folder for unpacked files, only for this user: the given
// one, the user's cache folder, or, where neither can be had, one in the
// temporary folder; passed says why another than the first. Other users must not
// be able to put an interpreter there.
func CacheDir(given string) (dir string, passed, err error) {
	candidates := []string{given}
	if given == "" {
		candidates = []string{filepath.Join(os.TempDir(), fmt.Sprintf("cohortcounts-%d", os.Getuid()))}
		user, err := os.UserCacheDir()
		if err == nil {
			candidates = []string{filepath.Join(user, "cohortcounts"), candidates[0]}
		}
		passed = err
	}
	for _, dir := range candidates {
		err := os.MkdirAll(dir, 0o700)
		if err == nil {
			err = ownedPrivately(dir)
		}
		if err == nil && !Unpacked(dir) {
			err = writable(dir)
		}
		if err == nil {
			return dir, passed, nil
		}
		passed = errors.Join(passed, err)
	}
	return "", nil, fmt.Errorf("no folder to unpack Python in: %w", passed)
}

// Unpacked tells whether all that is unpacked is in a folder, which then need
// not be writable.
func Unpacked(dir string) bool {
	return whole(filepath.Join(dir, "python-"+pythonVersion)) && whole(filepath.Join(dir, "recorder-"+recorderKey()))
}

func writable(dir string) error {
	probe, err := os.MkdirTemp(dir, ".try-")
	if err != nil {
		return err
	}
	return os.Remove(probe)
}

// unneeded are parts of the embedded Python that no study can use: copies of
// the executable, graphics, package installers, headers. They are two thirds
// of its size.
var unneeded = []string{
	"bin/python", "bin/python3.14", "bin/idle*", "bin/pip*", "bin/pydoc*", "bin/*config", "lib/libpython*", "lib/itcl*",
	"lib/libtcl*", "lib/thread*", "lib/tcl*", "lib/tk*", "lib/python3.14/config-*", "lib/python3.14/idlelib", "lib/python3.14/ensurepip",
	"lib/python3.14/tkinter", "lib/python3.14/turtledemo", "lib/python3.14/lib2to3", "lib/python3.14/site-packages/pip*",
}

func unpackPython(dir, recorder string) error {
	_, err := python.NewEmbeddedPythonWithTmpDir(dir, false)
	_ = os.Remove(dir + ".lock") // the library's, which has done its work
	if err != nil {
		return err
	}
	if runtime.GOOS != "windows" {
		for _, pattern := range unneeded {
			found, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				return err
			}
			for _, path := range found {
				if err := os.RemoveAll(path); err != nil {
					return err
				}
			}
		}
	}
	// Compiling what every study imports halves the time of a start.
	warm := exec.Command(executable(dir), "-s", "-S", filepath.Join(recorder, "warm.py"))
	warm.Env = []string{"PYTHONHOME=" + dir}
	if out, err := warm.CombinedOutput(); err != nil {
		return fmt.Errorf("start it: %w: %s", err, out)
	}
	return nil
}

func unpackRecorder(dir string) error {
	files, err := fs.Sub(recorderFiles, "python")
	if err != nil {
		return err
	}
	return os.CopyFS(dir, files)
}

// recorderKey changes with the recorder's files.
func recorderKey() string {
	hash := sha256.New()
	_ = fs.WalkDir(recorderFiles, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := recorderFiles.ReadFile(path)
		fmt.Fprintf(hash, "%s\x00%d\x00", path, len(data))
		hash.Write(data)
		return err
	})
	return hex.EncodeToString(hash.Sum(nil))[:12]
}
