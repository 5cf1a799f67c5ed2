package record

import (
	"context"
	"errors"
)

// Errors of asking for what there is not.
var (
	ErrNoRequest = errors.New("there is no request")
	ErrNoJob     = errors.New("there is no such job")
)

// Job is one job by its identifier.
func (r *Record) Job(ctx context.Context, identifier string) (Job, error) {
	jobs, err := r.jobs(ctx, "WHERE identifier = ?", identifier)
	if err != nil {
		return Job{}, err
	}
	if len(jobs) == 0 {
		return Job{}, ErrNoJob
	}
	return jobs[0], nil
}

// Before are the latest requests older than one, with their jobs, the newest
// first.
func (r *Record) Before(ctx context.Context, id int64, most int) ([]Request, error) {
	return r.requests(ctx, "WHERE id < ? ORDER BY id DESC LIMIT ?", id, most)
}

// Version is a number that changes whenever another program writes to the
// record: who watches need only read after that.
func (r *Record) Version(ctx context.Context) (version int64, err error) {
	err = r.db.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version)
	return version, err
}
