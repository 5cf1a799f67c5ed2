package runcmd

import (
	"path/filepath"

	"cohortcounts/internal/exit"
	"cohortcounts/pipeline"
)

// setBackend takes the backend from the flag or the environment, and from there
// its secrets and where it may write.
func (o *options) setBackend(getenv func(string) string) error {
	text, given := o.backend, "--backend"
	if text == "" {
		text, given = getenv("DATABASE_URL"), "DATABASE_URL"
	}
	backend, err := pipeline.ParseBackend(text)
	if err != nil {
		return exit.Usagef("%s: %w", given, err)
	}
	for _, name := range []string{"TRINO_PASSWORD", "TRINO_TOKEN", "TEMP_DATABASE_NAME"} {
		if value := getenv(name); value != "" && backend.Real() {
			backend.Environment = append(backend.Environment, name+"="+value)
		}
	}
	if name := getenv("TRINO_CA_FILE"); name != "" && backend.Real() {
		file, err := filepath.Abs(name)
		if err != nil {
			return err
		}
		backend.Environment = append(backend.Environment, "TRINO_CA_FILE="+file)
		backend.Files = append(backend.Files, file)
	}
	o.Backend = backend
	return nil
}
