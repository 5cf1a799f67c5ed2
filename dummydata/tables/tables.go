package tables

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"sync"

	"cohortcounts/dummydata"
	"cohortcounts/study"
)

// Options say what tables to make.
type Options struct {
	Patients int    // rows of the table patients
	Seed     uint64 // of all random numbers; see dummydata.Options
	// NoiseEvents is the mean number of a patient's clinical events beside the
	// study's. When 0 it is what brings all of them to 50; below 0 there are
	// none. Noise of other tables is always as it is.
	NoiseEvents float64
	Root        string // the folder that a study's files are relative to
	Workers     int    // goroutines; when 0 as many as there are processors, at most 8
	// Progress, when set, is told how many patients are written. It is called
	// by one goroutine at a time.
	Progress func(patients, of int)
}

// Report is what was made.
type Report struct {
	Study       string           `json:"study"`
	Patients    int              `json:"patients"`
	Seed        uint64           `json:"seed"`
	NoiseEvents float64          `json:"noise_events"`
	Tables      []Table          `json:"tables"`
	Notes       []dummydata.Note `json:"notes"`
}

// Table is one table of a [Report].
type Table struct {
	Name  string `json:"name"`
	Rows  int64  `json:"rows"`
	Files int    `json:"files"`
}

// Rows is the number of rows of a table.
func (r *Report) Rows(table string) int64 {
	for _, t := range r.Tables {
		if t.Name == table {
			return t.Rows
		}
	}
	return 0
}

// Write makes the tables behind a cohort of the study in the folder dir, which
// is then all new: it must not be there, be empty, or hold tables that Write
// made. When it fails, dir is as it was. An error about the study is a
// [problem.List].
func Write(ctx context.Context, def *study.Definition, dir string, opts Options) (Report, error) {
	drawing, err := dummydata.NewDrawing(ctx, def, dummydata.Options{
		Patients: opts.Patients, Seed: opts.Seed, Root: opts.Root, Workers: opts.Workers,
	})
	if err != nil {
		return Report{}, err
	}
	f, err := createFolder(dir)
	if err != nil {
		return Report{}, err
	}
	defer f.claim.Release()
	p := newPlan(def, drawing, opts)
	r := &run{plan: p, dir: f.temp, progress: opts.Progress, missed: make([]int, len(p.names))}
	if err := drawing.EachBatch(ctx, r.batch); err != nil {
		return Report{}, errors.Join(f.fault(err), f.abandon())
	}
	report := r.report(def, opts)
	if err := f.commit(ctx, report); err != nil {
		return Report{}, errors.Join(err, f.abandon())
	}
	return report, nil
}

// A run is the writing of a plan's tables.
type run struct {
	plan     *plan
	dir      string
	progress func(patients, of int)
	workers  sync.Pool

	mutex  sync.Mutex
	rows   [tableCount]int64
	done   int
	missed []int
}

// batch writes one batch's part of every table.
func (r *run) batch(number int, blocks iter.Seq[*dummydata.Block]) error {
	w, ok := r.workers.Get().(*patient)
	if !ok {
		w = r.plan.newPatient()
	}
	defer r.workers.Put(w)
	for t, part := range w.parts {
		if err := part.open(filepath.Join(r.dir, schemas[t].name, fmt.Sprintf("part-%04d.parquet", number))); err != nil {
			return errors.Join(err, w.abandon(t))
		}
	}
	patients := 0
	for b := range blocks {
		w.writeAll(b)
		patients += b.Rows()
	}
	var err error
	var rows [tableCount]int64
	for t, part := range w.parts {
		n, closed := part.close()
		rows[t], err = n, errors.Join(err, closed)
	}
	if err != nil {
		return err
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for t, n := range rows {
		r.rows[t] += n
	}
	for i, n := range w.missed {
		r.missed[i] += n
	}
	clear(w.missed)
	r.done += patients
	if r.progress != nil {
		r.progress(r.done, r.plan.drawing.Patients())
	}
	return nil
}

func (p *plan) newPatient() *patient {
	w := &patient{plan: p, dice: newDice(), missed: make([]int, len(p.names)), columns: make([]dummydata.Column, len(p.names))}
	for t := range w.parts {
		w.parts[t] = newPart(schemas[t])
	}
	return w
}

// writeAll writes the records of all patients of a block.
func (w *patient) writeAll(b *dummydata.Block) {
	w.block = b
	for i, name := range w.plan.names {
		w.columns[i] = b.Column(name)
	}
	for row := range b.Rows() {
		w.at, w.row, w.id, w.idents = row, b.First()+row, b.Patient(row), 0
		for _, write := range w.plan.makers {
			write(w)
		}
	}
}

// abandon closes the parts of the first n tables.
func (w *patient) abandon(n int) error {
	var errs []error
	for _, part := range w.parts[:n] {
		_, err := part.close()
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (r *run) report(def *study.Definition, opts Options) Report {
	p := r.plan
	report := Report{Study: def.Name, Patients: p.drawing.Patients(), Seed: opts.Seed, NoiseEvents: p.noise, Notes: append(p.drawing.Notes(), p.notes...)}
	for t, rows := range r.rows {
		report.Tables = append(report.Tables, Table{Name: schemas[t].name, Rows: rows, Files: p.drawing.Batches()})
	}
	for i, n := range r.missed {
		if n > 0 {
			report.Notes = append(report.Notes, dummydata.Note{
				Variable: p.names[i], Kind: missed,
				Text: fmt.Sprintf("%d patients have another value than was drawn: what else is drawn for them leaves no room for a record", n),
			})
		}
	}
	return report
}
