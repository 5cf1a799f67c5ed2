package dist

import (
	"archive/tar"
	"archive/zip"
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// File is a file of an archive.
type File struct {
	Name string      // with slashes, below the archive's folder
	Mode os.FileMode // 0o755 of programs, 0o644 of others
	Data []byte
	Path string // where its content lies, when it is not Data
}

func (f File) open() (io.ReadCloser, int64, error) {
	if f.Path == "" {
		return nil, int64(len(f.Data)), nil
	}
	in, err := os.Open(f.Path)
	if err != nil {
		return nil, 0, err
	}
	info, err := in.Stat()
	if err != nil {
		in.Close() //nolint:errcheck,gosec // a file that is only read
		return nil, 0, err
	}
	return in, info.Size(), nil
}

// copyTo writes the content.
func (f File) copyTo(w io.Writer, in io.ReadCloser) error {
	if in == nil {
		_, err := w.Write(f.Data)
		return err
	}
	defer in.Close() //nolint:errcheck // a file that is only read
	_, err := io.Copy(w, in)
	return err
}

// sorted is a copy in the order of names: an archive's bytes must not depend
// on the order in which its files were made (A1).
func sorted(files []File) []File {
	return slices.SortedFunc(slices.Values(files), func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
}

// writeTar writes files as an uncompressed tar, all owned by root and dated
// alike.
func writeTar(w io.Writer, folder string, files []File, date time.Time) error {
	out := tar.NewWriter(w)
	for _, f := range sorted(files) {
		in, size, err := f.open()
		if err != nil {
			return err
		}
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: folder + f.Name, Size: size, Mode: int64(f.Mode), ModTime: date, Format: tar.FormatUSTAR,
		}
		if err := out.WriteHeader(header); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if err := f.copyTo(out, in); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return out.Close()
}

// imageTar writes the one layer of the image. Its folders are there as entries:
// who may write where is part of it.
func imageTar(w io.Writer, files []File, c Commit) error {
	folders := map[string]int64{"tmp/": 0o1777, "home/cohortcounts/": 0o755, "workspace/": 0o755}
	out := tar.NewWriter(w)
	for _, name := range slices.Sorted(maps.Keys(folders)) {
		header := &tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: folders[name], ModTime: c.Time, Format: tar.FormatUSTAR}
		if name != "tmp/" {
			header.Uid, header.Gid = imageUser, imageUser
		}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return writeTar(w, "", files, c.Time)
}

// writeTarGz writes files as a tar.gz.
func writeTarGz(w io.Writer, folder string, files []File, date time.Time) error {
	// Level 6 is within 2 % of the smallest; most of the content is compressed already.
	zw, err := gzip.NewWriterLevel(w, 6)
	if err != nil {
		return err
	}
	if err := writeTar(zw, folder, files, date); err != nil {
		return err
	}
	return zw.Close()
}

// writeZip writes files as a zip.
func writeZip(w io.Writer, folder string, files []File, date time.Time) error {
	out := zip.NewWriter(w)
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 6) })
	for _, f := range sorted(files) {
		header := &zip.FileHeader{Name: folder + f.Name, Method: zip.Deflate, Modified: date}
		header.SetMode(f.Mode)
		entry, err := out.CreateHeader(header)
		if err != nil {
			return err
		}
		in, _, err := f.open()
		if err != nil {
			return err
		}
		if err := f.copyTo(entry, in); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return out.Close()
}
