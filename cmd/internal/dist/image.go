package dist

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"cohortcounts/internal/atomicfile"
)

// The image's user, who is not root: a number that no system gives to anybody.
const imageUser = 65532

// imageLibraries are the shared libraries of the image: what the program and
// the embedded CPython need of a system. They are those of the C compiler.
var imageLibraries = []string{
	"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "libutil.so.1", "librt.so.1", "libresolv.so.2", "libstdc++.so.6", "libgcc_s.so.1",
}

// machines are what is named by a processor: programs' mark, the place of the
// loader that they name, and the folder's name of libraries.
var machines = map[string]struct {
	machine        elf.Machine
	loader, folder string
}{
	"amd64": {elf.EM_X86_64, "lib64/ld-linux-x86-64.so.2", "x86_64-linux-gnu"},
	"arm64": {elf.EM_AARCH64, "lib/ld-linux-aarch64.so.1", "aarch64-linux-gnu"},
}

// writeImage writes an image for `docker load` (and podman, skopeo, …): the
// program cohortcounts, which is all the stages too, over nothing but the C
// and C++ libraries. `docker run IMAGE counts …` runs a stage in /workspace, as job
// runners do with an action `cohortcounts:v1 counts …`.
func (t Target) writeImage(path, built string, archive []File, c Commit) error {
	files, err := t.imageFiles(built, archive)
	if err != nil {
		return err
	}
	var layer bytes.Buffer
	if err := imageTar(&layer, files, c); err != nil {
		return err
	}
	opened, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(layer.Bytes())), nil })
	if err != nil {
		return err
	}
	image, err := mutate.Append(empty.Image, mutate.Addendum{
		Layer: opened, History: v1.History{Created: v1.Time{Time: c.Time}, CreatedBy: "cohortcounts " + c.Version},
	})
	if err != nil {
		return err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = t.OS, t.Arch, v1.Time{Time: c.Time}
	config.Config = v1.Config{
		Entrypoint: []string{"/usr/bin/cohortcounts"}, WorkingDir: "/workspace", User: fmt.Sprint(imageUser),
		Env:    []string{"PATH=/usr/bin", "HOME=/home/cohortcounts"},
		Labels: map[string]string{"org.opencontainers.image.version": c.Version, "org.opencontainers.image.revision": c.Hash},
	}
	if image, err = mutate.ConfigFile(image, config); err != nil {
		return err
	}
	tag, err := name.NewTag("cohortcounts:v1")
	if err != nil {
		return err
	}
	return atomicfile.Write(path, 0o644, func(w io.Writer) error { return tarball.Write(tag, image, w) })
}

// imageFiles are the files of the image, by their path without the first slash.
func (t Target) imageFiles(built string, archive []File) ([]File, error) {
	files := []File{
		{Name: "usr/bin/cohortcounts", Mode: 0o755, Path: filepath.Join(built, "cohortcounts")},
		{Name: "etc/passwd", Mode: 0o644, Data: fmt.Appendf(nil,
			"root:x:0:0:root:/:\ncohortcounts:x:%d:%d::/home/cohortcounts:\n", imageUser, imageUser)},
		{Name: "etc/group", Mode: 0o644, Data: fmt.Appendf(nil, "root:x:0:\ncohortcounts:x:%d:\n", imageUser)},
	}
	for _, f := range archive {
		if strings.HasPrefix(f.Name, docs) {
			f.Name = "usr/" + f.Name
			files = append(files, f)
		}
	}
	machine := machines[t.Arch]
	for _, library := range imageLibraries {
		path, err := t.findLibrary(library)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: "lib/" + machine.folder + "/" + library, Mode: 0o755, Path: path})
	}
	loader, err := t.findLibrary(filepath.Base(machine.loader))
	if err != nil {
		return nil, err
	}
	files = append(files, File{Name: machine.loader, Mode: 0o755, Path: loader})
	for _, text := range []string{"libc6", "gcc-12-base", "gcc-13-base", "gcc-14-base", "gcc-15-base"} {
		// A cross compiler's libraries are the same, in packages of their own;
		// those of GCC have its text.
		path := "/usr/share/doc/" + text + "/copyright"
		if _, err := os.Stat(path); err == nil {
			files = append(files, File{Name: path[1:], Mode: 0o644, Path: path})
		} else if text == "libc6" {
			return nil, fmt.Errorf("the C library's licence: %w", err)
		}
	}
	return files, nil
}

// findLibrary finds a shared library for a target on this machine: its own, or
// a cross compiler's.
func (t Target) findLibrary(name string) (string, error) {
	machine := machines[t.Arch]
	folders := []string{"/lib/" + machine.folder, "/usr/lib/" + machine.folder, "/usr/" + machine.folder + "/lib", "/lib64", "/usr/lib64", "/lib"}
	for _, folder := range folders {
		path := filepath.Join(folder, name)
		file, err := elf.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		if err := file.Close(); err != nil {
			return "", err
		}
		if file.Machine == machine.machine {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s for %s is not on this machine", name, t.Arch)
}
