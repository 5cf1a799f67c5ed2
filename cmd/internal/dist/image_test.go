//go:build linux

package dist

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// readTarGz calls a function for each file.
func readTarGz(path string, each func(name string, data []byte)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // a file that is only read
	zr, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	for r := tar.NewReader(zr); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		each(header.Name, data)
	}
}

// Each image, unpacked, runs a study as its own user with nothing of this
// machine but /proc and /dev, and what the study gives is the same on every
// processor. Programs of another processor run where QEMU runs them.
func TestImage(t *testing.T) {
	dir, c := made(t)
	if os.Getuid() != 0 {
		t.Skip("chroot needs root")
	}
	outputs := map[string]map[string]string{}
	for _, target := range Targets() {
		if !target.DuckDB {
			continue
		}
		t.Run(target.Arch, func(t *testing.T) {
			r := unpackImage(t, filepath.Join(dir, target.image(c.Version)))
			version := r.run(t, "/usr/bin/cohortcounts", "version", "--verbose")
			t.Log(version)
			var free []string
			if strings.Contains(version, "sandbox: off") && target.Arch != runtime.GOARCH {
				free = []string{"--no-sandbox"} // QEMU has no Landlock
			}
			image := study(t, r, "/usr/bin/cohortcounts", free)
			outputs[target.Arch] = image
			if target.Arch == runtime.GOARCH {
				t.Log(r.run(t, "/usr/bin/cohortcounts", "doctor"))
			}
			// The archive without DuckDB needs no library, but Python does: so it is tried here.
			alone := Target{OS: target.OS, Arch: target.Arch}
			prefix := filepath.Join(r.root, "opt")
			if out, err := install(t, dir, "--prefix", prefix, filepath.Join(dir, alone.file(c.Version))); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if archive := study(t, r, "/opt/bin/cohortcounts", free); !maps.Equal(archive, image) {
				t.Errorf("the archive gives %v, the image %v", archive, image)
			}
		})
	}
	if len(outputs) == 2 && !maps.Equal(outputs["amd64"], outputs["arm64"]) {
		t.Errorf("other bytes on another processor: %v", outputs)
	}
}

// container is an unpacked image.
type container struct {
	root string
	env  []string
}

func unpackImage(t *testing.T, path string) container {
	t.Helper()
	image, err := tarball.ImageFromPath(path, nil)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("there is no image: making one needs a C compiler")
	}
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Config.User != fmt.Sprint(imageUser) || config.Config.Entrypoint[0] != "/usr/bin/cohortcounts" {
		t.Errorf("%+v", config.Config)
	}
	root := t.TempDir()
	layers := mutate.Extract(image)
	defer layers.Close() //nolint:errcheck // it is only read
	if size := unpack(t, tar.NewReader(layers), root); size > 200<<20 {
		t.Errorf("the image is %d MB", size>>20)
	}
	for _, name := range []string{"proc", "dev"} {
		target := filepath.Join(root, name)
		if err := os.Mkdir(target, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mount("/"+name, target, "", syscall.MS_BIND|syscall.MS_REC, ""); err != nil {
			t.Skipf("mount: %v", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(target, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
	}
	return container{root, config.Config.Env}
}

// run runs a program inside as the image's user.
func (r container) run(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = "/workspace", r.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: r.root, Credential: &syscall.Credential{Uid: imageUser, Gid: imageUser}}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.ENOEXEC) {
		t.Skip("this machine cannot run the image's programs: install qemu-user-static, and have it registered (binfmt_misc)")
	}
	if err != nil {
		t.Fatalf("%s %v: %v: %s", program, args, err, out)
	}
	return string(out)
}

// study runs the example and returns the sums of what it gives.
func study(t *testing.T, r container, program string, free []string) map[string]string {
	t.Helper()
	workspace := filepath.Join(r.root, "workspace")
	r.run(t, program, "init", "--quiet", ".")
	// As a job runner calls actions `cohortcounts:v1 generate_cohort …` and `cohortcounts:v1 counts …`.
	r.run(t, program, append([]string{
		"generate_cohort", "--study-definition", "study_definition", "--output-format", "feather", "--expectations-population", "1000",
	}, free...)...)
	if out := r.run(t, program, "counts", "--input", "output/input.feather", "--output", "output/counts.csv"); !strings.Contains(out, "1000 patients") {
		t.Error(out)
	}
	r.run(t, program, "freq_plots", "--input", "output/counts.csv", "--output", "output/plots.svg")
	sums := map[string]string{}
	for _, name := range []string{"input.feather", "counts.csv", "plots.svg"} {
		path := filepath.Join(workspace, "output", name)
		sum, err := fileSum(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if uid := info.Sys().(*syscall.Stat_t).Uid; uid != imageUser {
			t.Errorf("%s is of user %d", name, uid)
		}
		sums[name] = sum
	}
	if free == nil {
		// The guard of jobs adopts orphans, which QEMU has no call for.
		r.run(t, program, "run", "--quiet", "run_all")
		if _, err := os.Stat(filepath.Join(workspace, "output", "caseness", "plots.svg")); err != nil {
			t.Error(err)
		}
	}
	t.Log(program, sums)
	entries, err := os.ReadDir(workspace)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(workspace, entry.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return sums
}

// unpack unpacks a tar as it is, and returns how many bytes it holds.
func unpack(t *testing.T, r *tar.Reader, root string) (size int64) {
	t.Helper()
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return size
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(root, header.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if header.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else {
			var data []byte
			if data, err = io.ReadAll(r); err == nil {
				err = os.WriteFile(path, data, 0o644)
			}
			size += int64(len(data))
		}
		mode := os.FileMode(header.Mode & 0o777)
		if header.Mode&0o1000 != 0 {
			mode |= os.ModeSticky
		}
		if err := errors.Join(err, os.Chown(path, header.Uid, header.Gid), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
	}
}
