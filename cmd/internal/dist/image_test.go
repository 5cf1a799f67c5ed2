//go:build linux

package dist

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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

// The image, unpacked, runs a study as its own user with nothing of this
// machine but /proc and /dev.
func TestImage(t *testing.T) {
	dir, c := made(t)
	if os.Getuid() != 0 {
		t.Skip("chroot needs root")
	}
	image, err := tarball.ImageFromPath(filepath.Join(dir, fmt.Sprintf("cohortcounts-%s-image-linux-amd64.tar", c.Version)), nil)
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
	inside := func(args ...string) string {
		cmd := exec.Command("/usr/bin/cohortcounts", args...)
		cmd.Dir, cmd.Env = "/workspace", config.Config.Env
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: imageUser, Gid: imageUser}}
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("cohortcounts %v: %v: %s", args, err, out)
		}
		return string(out)
	}
	inside("init", "--quiet", ".")
	// As a job runner calls actions `cohortcounts:v1 generate_cohort …` and `cohortcounts:v1 counts …`.
	inside("generate_cohort", "--study-definition", "study_definition", "--output-format", "feather", "--expectations-population", "1000")
	if out := inside("counts", "--input", "output/input.feather", "--output", "output/counts.csv"); !strings.Contains(out, "1000 patients") {
		t.Error(out)
	}
	inside("freq_plots", "--input", "output/counts.csv", "--output", "output/plots.svg")
	t.Log(inside("doctor"))
	info, err := os.Stat(filepath.Join(root, "workspace", "output", "plots.svg"))
	if err != nil {
		t.Fatal(err)
	}
	if uid := info.Sys().(*syscall.Stat_t).Uid; uid != imageUser {
		t.Errorf("the plot is of user %d", uid)
	}
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
