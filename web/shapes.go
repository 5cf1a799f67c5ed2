package web

import (
	"context"
	"sync"
	"time"

	"cohortcounts/pipeline"
)

// shapeTime is how long the rows of a file are counted at most: a table of
// text has to be read for that.
const shapeTime = 5 * time.Second

// shapes remembers the rows and columns of highly_sensitive files, which are
// all that is known of what is in them (H1).
type shapes struct {
	mutex sync.Mutex
	known map[string]shape // by path and hash
}

type shape struct {
	rows, columns int64
	ok            bool
}

func (s *Server) shape(ctx context.Context, o pipeline.Output) (rows, columns int64, ok bool) {
	if o.Rows != nil && o.Columns != nil {
		return *o.Rows, *o.Columns, true
	}
	if s.options.Shape == nil {
		return 0, 0, false
	}
	s.shapes.mutex.Lock() // also keeps two pages from reading the same large file
	defer s.shapes.mutex.Unlock()
	key := o.Path + "\x00" + o.Hash
	if known, found := s.shapes.known[key]; found {
		return known.rows, known.columns, known.ok
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shapeTime)
	defer cancel()
	rows, columns, ok = o.Shape(func(path string) (int64, int64, error) { return s.options.Shape(ctx, path) })
	if len(s.shapes.known) > 1000 {
		s.shapes.known = nil // of files that were made again and again
	}
	if s.shapes.known == nil {
		s.shapes.known = map[string]shape{}
	}
	s.shapes.known[key] = shape{rows, columns, ok}
	return rows, columns, ok
}
