package record

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
)

// TestOlder: a record of the first version is brought up to date when it is
// opened, and what it holds can be read.
func TestOlder(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "record.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, schemas[0]+`PRAGMA user_version = 1;
		INSERT INTO request VALUES (1, 'abcdefghijklmnop', '["a"]', 'someone', '', '', NULL, 0, '', '2024-05-01T12:00:00.000000000Z', NULL, NULL, 0);
		INSERT INTO job VALUES ('bcdefghijklmnopq', 1, 0, 'a', 'x', '["x"]', '', 'pending', 'created', '', '2024-05-01T12:00:00.000000000Z', NULL, NULL, NULL, 0, 0);`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is of this version
		r, err := OpenExisting(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		q, err := r.Request(ctx, 1)
		if err != nil || len(q.Jobs) != 1 || q.Jobs[0].Action != "a" || q.Jobs[0].Outputs == nil {
			t.Errorf("got %+v, %v", q, err)
		}
		q.Identifier, q.Jobs[0].Identifier, q.Jobs[0].Stage = NewIdentifier(), NewIdentifier(), "counts"
		if err := r.Add(ctx, &q); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
