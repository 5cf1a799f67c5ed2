package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// schemas are what makes a record of each version of the one before; a file
// says which version it has. None of them may be changed: append another.
var schemas = []string{`
CREATE TABLE IF NOT EXISTS request (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	identifier TEXT NOT NULL UNIQUE,
	actions TEXT NOT NULL,
	requested_by TEXT NOT NULL,
	branch TEXT NOT NULL,
	commit_hash TEXT NOT NULL,
	dirty INTEGER,
	force INTEGER NOT NULL,
	project TEXT NOT NULL,
	created_at TEXT NOT NULL,
	started_at TEXT,
	finished_at TEXT,
	cancelled INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS job (
	identifier TEXT PRIMARY KEY,
	request INTEGER NOT NULL REFERENCES request(id),
	position INTEGER NOT NULL,
	action TEXT NOT NULL,
	run_command TEXT NOT NULL,
	command TEXT NOT NULL,
	why TEXT NOT NULL,
	state TEXT NOT NULL,
	code TEXT NOT NULL,
	message TEXT NOT NULL,
	created_at TEXT NOT NULL,
	started_at TEXT,
	finished_at TEXT,
	exit_status INTEGER,
	cpu_ns INTEGER NOT NULL,
	peak_memory INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS job_request ON job(request, position);
CREATE INDEX IF NOT EXISTS job_open ON job(state) WHERE state IN ('pending', 'running');
CREATE TABLE IF NOT EXISTS made (
	action TEXT PRIMARY KEY,
	job TEXT NOT NULL,
	request INTEGER NOT NULL,
	fingerprint TEXT NOT NULL,
	outputs TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS audit (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	at TEXT NOT NULL,
	who TEXT NOT NULL,
	what TEXT NOT NULL,
	request INTEGER NOT NULL,
	detail TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
	BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_shortened BEFORE DELETE ON audit
	BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
`, `
ALTER TABLE request ADD COLUMN backend TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN needs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE job ADD COLUMN outputs TEXT NOT NULL DEFAULT '[]';
ALTER TABLE job ADD COLUMN mean_memory INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN peak_cpu REAL NOT NULL DEFAULT 0;
`}

// Record is an open record. Its methods may be used from many goroutines.
type Record struct {
	db *sql.DB
}

// ErrNone is what Open with existing=true gives where nothing was recorded.
var ErrNone = errors.New("nothing has been recorded here")

// Open opens the record at a path and makes it where it is missing, its
// folders too. The file can be read by its owner only.
func Open(ctx context.Context, path string) (*Record, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	// SQLite gives its other two files the same mode.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return open(ctx, path, writing)
}

// OpenExisting opens a record to look at, and gives [ErrNone] where there is
// none.
func OpenExisting(ctx context.Context, path string) (*Record, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, ErrNone
	}
	r, err := open(ctx, path, writing)
	if err == nil {
		return r, nil
	}
	// On a read-only disk SQLite cannot make the files it shares with others,
	// and nobody else can write either.
	if r, readOnly := open(ctx, path, url.Values{"immutable": {"1"}, "mode": {"ro"}}); readOnly == nil {
		return r, nil
	}
	return nil, err
}

// writing are the settings for a record that may be written to. NORMAL: a power
// cut may take the last transactions, but never leaves a torn one; a killed
// program takes none.
var writing = url.Values{
	"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)"},
	"_txlock": {"immediate"},
}

func open(ctx context.Context, path string, query url.Values) (*Record, error) {
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	db.SetMaxOpenConns(1) // one writer, and no connection set up twice
	r := &Record{db: db}
	if err := r.prepare(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: cannot be used as the record: %w; is the disk full, or may it not be written to?", path, err), db.Close())
	}
	return r, nil
}

func (r *Record) prepare(ctx context.Context) error {
	var version int
	if err := r.db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch {
	case version > len(schemas):
		return fmt.Errorf("it is of version %d, made by a newer program", version)
	case version == len(schemas):
		return nil
	}
	return r.change(ctx, func(tx *sql.Tx) error {
		// Asked again: another program may have been faster.
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		for _, schema := range schemas[min(version, len(schemas)):] {
			if _, err := tx.ExecContext(ctx, schema); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(schemas)))
		return err
	})
}

// Close closes the record.
func (r *Record) Close() error { return r.db.Close() }

// change runs write in a transaction.
func (r *Record) change(ctx context.Context, write func(*sql.Tx) error) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	if err := write(tx); err != nil {
		return errors.Join(fmt.Errorf("record: %w", err), tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}

// Cancelled tells whether someone asked to stop a request.
func (r *Record) Cancelled(ctx context.Context, request int64) (bool, error) {
	var cancelled bool
	err := r.db.QueryRowContext(ctx, "SELECT cancelled FROM request WHERE id = ?", request).Scan(&cancelled)
	return cancelled, err
}

// stamp is a time as it is stored: UTC, sortable as text.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }
