package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"
)

// Add records a new request with its jobs, numbers it and notes it in the audit.
func (r *Record) Add(ctx context.Context, request *Request) error {
	return r.change(ctx, func(tx *sql.Tx) error {
		actions, err := json.Marshal(request.Actions)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO request
			(identifier, actions, requested_by, branch, commit_hash, dirty, force, project, backend, created_at, started_at, finished_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			request.Identifier, string(actions), request.RequestedBy, request.Branch, request.Commit, request.Dirty,
			request.Force, request.Project, request.Backend, stamp(request.CreatedAt), stampOrNil(request.StartedAt), stampOrNil(request.FinishedAt))
		if err != nil {
			return err
		}
		if request.ID, err = result.LastInsertId(); err != nil {
			return err
		}
		for i := range request.Jobs {
			request.Jobs[i].Request = request.ID
			if err := insertJob(ctx, tx, i, request.Jobs[i]); err != nil {
				return err
			}
		}
		return insertEvent(ctx, tx, Event{
			At: request.CreatedAt, Who: request.RequestedBy, What: "ran", Request: request.ID, Detail: string(actions),
		})
	})
}

func insertJob(ctx context.Context, tx *sql.Tx, position int, j Job) error {
	needs, err := json.Marshal(append([]string{}, j.Needs...))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO job
		(identifier, request, position, action, run_command, stage, needs, command, why, state, code, message, created_at, cpu_ns, peak_memory)
		VALUES (?, ?, ?, ?, ?, ?, ?, '[]', '', '', '', '', ?, 0, 0)`,
		j.Identifier, j.Request, position, j.Action, j.RunCommand, j.Stage, string(needs), stamp(j.CreatedAt))
	if err != nil {
		return err
	}
	return updateJob(ctx, tx, j)
}

// SetJob records where a job stands now; made, when it is not nil, what its
// action's outputs are now, in the same transaction.
func (r *Record) SetJob(ctx context.Context, j Job, made *Made) error {
	return r.change(ctx, func(tx *sql.Tx) error {
		if err := updateJob(ctx, tx, j); err != nil || made == nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO made (action, job, request, fingerprint, outputs) VALUES (?, ?, ?, ?, ?)`,
			made.Action, made.Job, made.Request, string(made.Fingerprint), string(made.Outputs))
		return err
	})
}

// updateJob records what can change of a job.
func updateJob(ctx context.Context, tx *sql.Tx, j Job) error {
	command, err := json.Marshal(append([]string{}, j.Command...))
	if err != nil {
		return err
	}
	outputs, err := json.Marshal(append([]Output{}, j.Outputs...))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE job SET command = ?, why = ?, state = ?, code = ?, message = ?, started_at = ?, finished_at = ?,
		exit_status = ?, cpu_ns = ?, peak_cpu = ?, peak_memory = ?, mean_memory = ?, outputs = ? WHERE identifier = ?`,
		string(command), j.Why, string(j.State), string(j.Code), j.Message, stampOrNil(j.StartedAt), stampOrNil(j.FinishedAt),
		j.ExitStatus, int64(j.CPU), j.PeakCPU, j.PeakMemory, j.MeanMemory, string(outputs), j.Identifier)
	return err
}

// Finish records that a request is over.
func (r *Record) Finish(ctx context.Context, request int64, at time.Time) error {
	return r.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE request SET finished_at = ? WHERE id = ?", stamp(at), request)
		return err
	})
}

// Recover ends what a killed program left open: jobs that are not over become
// failed with the reason. The caller must hold the workspace's lock.
func (r *Record) Recover(ctx context.Context, who string, at time.Time) (jobs []Job, err error) {
	rows, err := r.jobs(ctx, "WHERE state IN ('pending', 'running') ORDER BY request, position")
	if err != nil {
		return nil, err
	}
	return rows, r.change(ctx, func(tx *sql.Tx) error {
		for _, job := range rows {
			message := "the driver ended while this job was running"
			if job.State == Pending {
				message = "the driver ended before this job could start"
			}
			_, err := tx.ExecContext(ctx, `UPDATE job SET state = ?, code = ?, message = ?, finished_at = ? WHERE identifier = ?`,
				string(Failed), string(InternalError), message, stamp(at), job.Identifier)
			if err != nil {
				return err
			}
			if err := insertEvent(ctx, tx, Event{At: at, Who: who, What: "recovered", Request: job.Request, Detail: job.Action}); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "UPDATE request SET finished_at = ? WHERE finished_at IS NULL", stamp(at))
		return err
	})
}

// Note adds a line to the audit.
func (r *Record) Note(ctx context.Context, e Event) error {
	return r.change(ctx, func(tx *sql.Tx) error { return insertEvent(ctx, tx, e) })
}

func insertEvent(ctx context.Context, tx *sql.Tx, e Event) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO audit (at, who, what, request, detail) VALUES (?, ?, ?, ?, ?)",
		stamp(e.At), e.Who, e.What, e.Request, e.Detail)
	return err
}

// Cancel asks whoever runs a request to stop it. It is false when the request
// is over, and an error when there is none.
func (r *Record) Cancel(ctx context.Context, request int64, who string, at time.Time) (running bool, err error) {
	missing := false
	err = r.change(ctx, func(tx *sql.Tx) error {
		var finished sql.NullString
		err := tx.QueryRowContext(ctx, "SELECT finished_at FROM request WHERE id = ?", request).Scan(&finished)
		if missing = errors.Is(err, sql.ErrNoRows); missing {
			return nil
		}
		if err != nil || finished.Valid {
			return err
		}
		running = true
		if _, err := tx.ExecContext(ctx, "UPDATE request SET cancelled = 1 WHERE id = ?", request); err != nil {
			return err
		}
		return insertEvent(ctx, tx, Event{At: at, Who: who, What: "cancelled", Request: request})
	})
	if missing {
		err = noRequest(request)
	}
	return running, err
}

func stampOrNil(t *time.Time) any {
	if t == nil {
		return nil
	}
	return stamp(*t)
}
