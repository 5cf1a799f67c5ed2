package pipeline

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	"cohortcounts/pipeline/project"
)

// manifest is metadata/manifest.json: what there is, and from which job.
type manifest struct {
	Workspace string                    `json:"workspace"`
	Outputs   map[string]manifestOutput `json:"outputs"`
}

// manifestOutput has the original's fields, but for `repo` of a project that
// is no checkout, which is null.
type manifestOutput struct {
	Level           string  `json:"level"`
	JobID           string  `json:"job_id"`
	JobRequest      int64   `json:"job_request"`
	Action          string  `json:"action"`
	User            string  `json:"user"`
	Repo            *string `json:"repo"`
	Commit          *string `json:"commit"`
	Size            int64   `json:"size"`
	Timestamp       float64 `json:"timestamp"` // when it was written, in seconds since 1970
	ContentHash     string  `json:"content_hash"`
	Excluded        bool    `json:"excluded"`
	Message         *string `json:"message"`
	RowCount        *int64  `json:"row_count"`
	ColumnCount     *int64  `json:"col_count"`
	OutOfDateAction bool    `json:"out_of_date_action"` // project.yaml does not have it any more
}

// manifestPause is how much time lies at least between two writings of the
// manifest during a run: with hundreds of actions it is long, and most of them
// change a line of it.
const manifestPause = 500 * time.Millisecond

// bringManifestUpToDate writes the manifest if a job has ended since it was
// written. The caller holds the mutex. What a killed run did not come to write,
// the next one does.
func (e *execution) bringManifestUpToDate(now time.Time) {
	if !e.manifestOld {
		return
	}
	e.manifestOld, e.manifestAt = false, now
	if err := e.setup.writeManifest(e.madeBy); err != nil && e.fault == nil {
		e.fault = err
	}
}

// writeManifest writes the manifest anew from what is known of each action,
// unless it says that already.
func (s *Setup) writeManifest(madeBy map[string]made) error {
	m := manifest{Workspace: filepath.Base(s.Workspace.project), Outputs: map[string]manifestOutput{}}
	optional := func(text string) *string {
		if text == "" {
			return nil
		}
		return &text
	}
	for _, action := range slices.Sorted(mapKeys(madeBy)) {
		_, known := s.Definition.Action(action)
		from := madeBy[action]
		for _, f := range from.outputs.Files {
			m.Outputs[f.Path] = manifestOutput{
				Level: f.Level.String(), JobID: from.job, JobRequest: from.request, Action: action, User: from.outputs.User,
				Repo: optional(from.outputs.Repo), Commit: optional(from.outputs.Commit), Size: f.Size,
				Timestamp: float64(f.Modified.UnixNano()) / 1e9, ContentHash: f.Hash, Excluded: f.Withheld != "",
				Message: optional(f.Withheld), RowCount: f.Rows, ColumnCount: f.Columns, OutOfDateAction: !known,
			}
		}
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(s.Workspace.medium, metadataDir, "manifest.json")
	text = append(text, '\n')
	if present, err := os.ReadFile(path); err == nil && bytes.Equal(present, text) {
		return nil
	}
	return writeText(path, s.Workspace.mode(project.ModeratelySensitive), string(text))
}
