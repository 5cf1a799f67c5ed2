package extract

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"strconv"
	"time"
)

const (
	// attempts is how often a query is sent when it meets faults that pass, as
	// in the original.
	attempts = 3
	// soon is how long an attempt may have taken when the server was lost, for
	// another to be of use: by then the client has tried long enough.
	soon = 10 * time.Second

	// Results come in segments that are fetched side by side where the server
	// spools them. Each is some 100 MB when it is decoded, so few wait.
	segmentWorkers  = 3
	segmentsWaiting = 4
)

func (e *trinoEngine) query(ctx context.Context, text string, args ...any) (*trinoRows, error) {
	args = append(args, sql.Named("encoding", "json+zstd, json+lz4, json"),
		sql.Named("spooling_worker_count", strconv.Itoa(segmentWorkers)), sql.Named("max_out_of_order_segments", strconv.Itoa(segmentsWaiting)))
	wait := time.Second
	for try := 1; ; try++ {
		began := time.Now() //nolint:forbidigo // how long it took, not when
		answer, err := e.start(ctx, text, args...)
		if err == nil || try == attempts || !passes(err) || lost(err) && time.Since(began) > soon || ctx.Err() != nil {
			return answer, e.fault(ctx, err)
		}
		if err := sleep(ctx, &wait); err != nil {
			return nil, err
		}
	}
}

// sleep waits, and the next time twice as long.
func sleep(ctx context.Context, wait *time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(*wait):
		*wait *= 2
		return nil
	}
}

// start sends a query and waits for its first row: until then it may be sent
// again.
func (e *trinoEngine) start(ctx context.Context, text string, args ...any) (*trinoRows, error) {
	answer, err := e.db.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	r := &trinoRows{engine: e, ctx: ctx, answer: answer}
	r.started = answer.Next()
	if err := answer.Err(); err != nil {
		return nil, errors.Join(err, answer.Close())
	}
	return r, nil
}

// trinoRows is a query's answer, its first row read already.
type trinoRows struct {
	engine  *trinoEngine
	ctx     context.Context //nolint:containedctx // ends with the query it belongs to
	answer  *sql.Rows
	started bool // a row is waiting
	ended   bool
	targets []any
}

func (r *trinoRows) next(row []any) error {
	switch {
	case r.started:
		r.started = false
	case r.ended || !r.answer.Next():
		r.ended = true
		if err := r.answer.Err(); err != nil {
			return r.engine.fault(r.ctx, err)
		}
		return io.EOF
	}
	if len(r.targets) != len(row) {
		r.targets = make([]any, len(row))
	}
	for i := range row {
		r.targets[i] = &row[i]
	}
	if err := r.answer.Scan(r.targets...); err != nil {
		return r.engine.fault(r.ctx, err)
	}
	return nil
}

// close ends the query on the server too. A fault of its rows has been told by
// next.
func (r *trinoRows) close() error {
	if err := r.answer.Close(); err != nil && !r.ended {
		return r.engine.fault(r.ctx, err)
	}
	return nil
}
