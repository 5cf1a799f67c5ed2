package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// state is the hash of what can be seen of a database without reading it: the
// names, sizes and times of its files. The records themselves may be hundreds
// of gigabytes. It is empty for a database that has no files here, such as
// Trino's, of which nothing can be known, and for one that cannot be read,
// which the action will tell.
func (b Backend) state() string {
	path, ok := b.path()
	if !ok {
		return ""
	}
	h := sha256.New()
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return ""
	case info.IsDir():
		err = writeFolderState(h, path, "")
	default:
		writeFileState(h, "", info)
		// What was written since the last checkpoint.
		if info, err := os.Stat(path + ".wal"); err == nil {
			writeFileState(h, ".wal", info)
		}
	}
	if err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// writeFolderState writes the state of a folder's files, and of the folders in
// it, which are tables of several files. Hidden files are no tables.
func writeFolderState(w io.Writer, dir, within string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		path := filepath.Join(dir, name)
		info, err := os.Stat(path) // of a link, that which it leads to
		switch {
		case err != nil:
			continue // nor can it be read as a table
		case info.Mode().IsRegular():
			writeFileState(w, within+name, info)
		case info.IsDir() && within == "":
			if err := writeFolderState(w, path, name+"/"); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeFileState(w io.Writer, name string, info fs.FileInfo) {
	_, _ = fmt.Fprintf(w, "%q %d %d %d\n", name, info.Size(), info.ModTime().UnixNano(), changeTime(info).UnixNano()) // a hash takes all
}
