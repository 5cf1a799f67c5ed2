package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Made is what is known of every action's present outputs, by action.
func (r *Record) Made(ctx context.Context) (map[string]Made, error) {
	rows, err := r.db.QueryContext(ctx, "SELECT action, job, request, fingerprint, outputs FROM made")
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what went wrong
	all := map[string]Made{}
	for rows.Next() {
		var m Made
		var fingerprint, outputs string
		if err := rows.Scan(&m.Action, &m.Job, &m.Request, &fingerprint, &outputs); err != nil {
			return nil, fmt.Errorf("record: %w", err)
		}
		m.Fingerprint, m.Outputs = json.RawMessage(fingerprint), json.RawMessage(outputs)
		all[m.Action] = m
	}
	return all, rows.Err()
}

// Requests are the latest requests with their jobs, the newest first.
func (r *Record) Requests(ctx context.Context, most int) ([]Request, error) {
	return r.requests(ctx, "ORDER BY id DESC LIMIT ?", most)
}

// Request is one request with its jobs.
func (r *Record) Request(ctx context.Context, id int64) (Request, error) {
	found, err := r.requests(ctx, "WHERE id = ?", id)
	if err != nil {
		return Request{}, err
	}
	if len(found) == 0 {
		return Request{}, noRequest(id)
	}
	return found[0], nil
}

func noRequest(id int64) error {
	return fmt.Errorf("%w %d; 'cohortcounts status' lists them", ErrNoRequest, id)
}

func (r *Record) requests(ctx context.Context, where string, args ...any) ([]Request, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT id, identifier, actions, requested_by, branch, commit_hash, dirty, force, project, backend,
		created_at, started_at, finished_at FROM request `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	var all []Request
	for rows.Next() {
		var q Request
		var actions, created string
		var dirty sql.NullBool
		var started, finished sql.NullString
		if err := rows.Scan(&q.ID, &q.Identifier, &actions, &q.RequestedBy, &q.Branch, &q.Commit, &dirty, &q.Force, &q.Project, &q.Backend,
			&created, &started, &finished); err != nil {
			return nil, errors.Join(fmt.Errorf("record: %w", err), rows.Close())
		}
		if err := json.Unmarshal([]byte(actions), &q.Actions); err != nil {
			return nil, errors.Join(fmt.Errorf("record: %w", err), rows.Close())
		}
		if dirty.Valid {
			q.Dirty = &dirty.Bool
		}
		q.CreatedAt, q.StartedAt, q.FinishedAt = unstamp(created), unstampOrNil(started), unstampOrNil(finished)
		all = append(all, q)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	for i := range all {
		if all[i].Jobs, err = r.jobs(ctx, "WHERE request = ? ORDER BY position", all[i].ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (r *Record) jobs(ctx context.Context, where string, args ...any) ([]Job, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT identifier, request, action, run_command, stage, needs, command, why, state, code, message,
		created_at, started_at, finished_at, exit_status, cpu_ns, peak_cpu, peak_memory, mean_memory, outputs FROM job `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what went wrong
	jobs := []Job{}
	for rows.Next() {
		var j Job
		var needs, command, created, outputs string
		var started, finished sql.NullString
		var status sql.NullInt64
		if err := rows.Scan(&j.Identifier, &j.Request, &j.Action, &j.RunCommand, &j.Stage, &needs, &command, &j.Why, &j.State, &j.Code, &j.Message,
			&created, &started, &finished, &status, &j.CPU, &j.PeakCPU, &j.PeakMemory, &j.MeanMemory, &outputs); err != nil {
			return nil, fmt.Errorf("record: %w", err)
		}
		for _, list := range []struct {
			text string
			into any
		}{{needs, &j.Needs}, {command, &j.Command}, {outputs, &j.Outputs}} {
			if err := json.Unmarshal([]byte(list.text), list.into); err != nil {
				return nil, fmt.Errorf("record: job %s: %w", j.Identifier, err)
			}
		}
		if status.Valid {
			exit := int(status.Int64)
			j.ExitStatus = &exit
		}
		j.CreatedAt, j.StartedAt, j.FinishedAt = unstamp(created), unstampOrNil(started), unstampOrNil(finished)
		jobs = append(jobs, j)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return jobs, nil
}

// Unfinished tells whether there are requests that are not over, as the record
// knows: one whose program was killed is among them until [Record.Recover].
func (r *Record) Unfinished(ctx context.Context) (bool, error) {
	var unfinished bool
	err := r.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM request WHERE finished_at IS NULL)").Scan(&unfinished)
	if err != nil {
		return false, fmt.Errorf("record: %w", err)
	}
	return unfinished, nil
}

// LastRequest is the request in which an action was last run, or 0.
func (r *Record) LastRequest(ctx context.Context, action string) (int64, error) {
	var id int64
	err := r.db.QueryRowContext(ctx, "SELECT coalesce(max(request), 0) FROM job WHERE action = ? AND started_at IS NOT NULL", action).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("record: %w", err)
	}
	return id, nil
}

// Events are the latest lines of the audit, the newest first.
func (r *Record) Events(ctx context.Context, most int) ([]Event, error) {
	return r.events(ctx, "ORDER BY id DESC LIMIT ?", most)
}

// EventsOf are the lines of the audit about one request, the oldest first.
func (r *Record) EventsOf(ctx context.Context, request int64) ([]Event, error) {
	return r.events(ctx, "WHERE request = ? ORDER BY id", request)
}

func (r *Record) events(ctx context.Context, where string, args ...any) ([]Event, error) {
	rows, err := r.db.QueryContext(ctx, "SELECT at, who, what, request, detail FROM audit "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells what went wrong
	events := []Event{}
	for rows.Next() {
		var e Event
		var at string
		if err := rows.Scan(&at, &e.Who, &e.What, &e.Request, &e.Detail); err != nil {
			return nil, fmt.Errorf("record: %w", err)
		}
		e.At = unstamp(at)
		events = append(events, e)
	}
	return events, rows.Err()
}

// unstamp reads a stored time; what cannot be read is the zero time.
func unstamp(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

func unstampOrNil(text sql.NullString) *time.Time {
	if !text.Valid {
		return nil
	}
	t := unstamp(text.String)
	return &t
}
