package servecmd

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cohortcounts/pipeline"
	"cohortcounts/pipeline/project"
)

func TestNotes(t *testing.T) {
	t.Parallel()
	empty, full := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(full, project.FileName), []byte("version: '3.0'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	here, there := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, &net.TCPAddr{IP: net.IPv4(10, 0, 0, 5)}
	for _, c := range []struct {
		name, folder, certificate string
		address                   net.Addr
		want                      []string
	}{
		{"a project, this machine", full, "", here, nil},
		{"no project", empty, "", here, []string{"holds no project.yaml"}},
		{"others can listen", full, "", there, []string{"without --tls-certificate"}},
		{"others cannot read", full, "server.pem", there, nil},
		{"both", empty, "", there, []string{"holds no project.yaml", "without --tls-certificate"}},
	} {
		o := options{Options: pipeline.Options{Project: c.folder}, certificate: c.certificate}
		got := o.notes(c.address, c.folder)
		if len(got) != len(c.want) {
			t.Errorf("%s: %q", c.name, got)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], c.want[i]) {
				t.Errorf("%s: got %q, want %q", c.name, got[i], c.want[i])
			}
		}
	}
}
