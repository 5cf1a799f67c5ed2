package pipeline

import (
	"testing"

	"cohortcounts/pipeline/record"
)

// J1: what cannot be read of the record is as if all had changed, so that
// nothing stale is used and no run is refused.
func TestUnreadableRecordRunsTheActionAgain(t *testing.T) {
	t.Parallel()
	now := fingerprint{Command: []string{"counts"}, Outputs: []string{"moderately_sensitive output/a.csv"}}
	good := made{job: "a", fingerprint: now}
	stored, err := good.encode("counts")
	if err != nil {
		t.Fatal(err)
	}
	if changes := decodeMade(map[string]record.Made{"counts": *stored})["counts"].fingerprint.changes(now); len(changes) != 0 {
		t.Fatalf("an entry read back differs: %v", changes)
	}
	for _, broken := range []record.Made{
		{Job: "a", Fingerprint: stored.Fingerprint, Outputs: []byte("[]")},
		{Job: "a", Fingerprint: []byte("{"), Outputs: stored.Outputs},
	} {
		if changes := decodeMade(map[string]record.Made{"counts": broken})["counts"].fingerprint.changes(now); len(changes) == 0 {
			t.Errorf("%s %s: nothing is said to have changed", broken.Fingerprint, broken.Outputs)
		}
	}
}
