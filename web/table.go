package web

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"cohortcounts/analysis"
	"cohortcounts/disclosure"
)

// pageRows is how many rows of a table a page has.
const pageRows = 200

// table is a CSV as a page shows it.
type table struct {
	Columns []tableColumn
	Rows    [][]tableCell // of this page
	Total   int           // rows of the file
	First   int           // number of the first row of this page, from 1; 0: there are none
	Last    int
	Page    int // from 1
	Pages   int
	Sort    int // column, from 1; 0: the file's order
	Down    bool
	Ragged  bool // rows have more or fewer cells than the header
}

// Before is the page before this one.
func (t *table) Before() int { return t.Page - 1 }

// After is the page after this one.
func (t *table) After() int { return t.Page + 1 }

type tableColumn struct {
	Name   string
	Number int // from 1
	Counts bool
}

type tableCell struct {
	Text     string
	Withheld bool
	Number   bool // or withheld where the others are
}

// tableView says which part of a table is asked for.
type tableView struct {
	Sort int
	Down bool
	Page int
	All  bool // rows, on one page
}

// readTable reads a CSV. An empty cell is withheld in a counts table, where
// nothing else can be empty, and merely empty in any other.
func readTable(data []byte, view tableView) (*table, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, errors.New("the file cannot be read as CSV")
	}
	_, notCounts := disclosure.ReadCSV(bytes.NewReader(data), "table")
	t := &table{Sort: view.Sort, Down: view.Down}
	for i, name := range header {
		t.Columns = append(t.Columns, tableColumn{Name: name, Number: i + 1})
	}
	var rows [][]string
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.New("the file cannot be read as CSV")
		}
		t.Ragged = t.Ragged || len(record) != len(header)
		for len(record) < len(header) {
			record = append(record, "")
		}
		rows = append(rows, record[:len(header)])
	}
	t.Total = len(rows)
	if t.Sort < 1 || t.Sort > len(header) {
		t.Sort = 0
	} else {
		sortRows(rows, t.Sort-1, t.Down)
	}
	size := pageRows
	if view.All {
		size = max(1, len(rows))
	}
	t.Pages = max(1, (len(rows)+size-1)/size)
	t.Page = min(max(view.Page, 1), t.Pages)
	start := (t.Page - 1) * size
	end := min(start+size, len(rows))
	if start < end {
		t.First, t.Last = start+1, end
	}
	for _, row := range rows[start:end] {
		cells := make([]tableCell, len(row))
		for i, text := range row {
			_, isNumber := number(text)
			cells[i] = tableCell{Text: text, Withheld: withheld(text) || notCounts == nil && i > 0 && strings.TrimSpace(text) == "", Number: isNumber}
			t.Columns[i].Counts = t.Columns[i].Counts || isNumber
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, cells := range t.Rows {
		for i := range cells {
			cells[i].Number = cells[i].Number || cells[i].Withheld && t.Columns[i].Counts
		}
	}
	return t, nil
}

func withheld(cell string) bool { return strings.EqualFold(strings.TrimSpace(cell), analysis.Redacted) }

func number(cell string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
	return n, err == nil && n == n // not NaN
}

// sortRows sorts by one column: numbers by their size, before texts; what is
// empty or withheld last, whichever way.
func sortRows(rows [][]string, column int, down bool) {
	type key struct {
		class  int // 0 number, 1 text, 2 nothing
		number float64
		text   string
	}
	keyOf := func(row []string) key {
		cell := row[column]
		if n, ok := number(cell); ok {
			return key{number: n}
		}
		if strings.TrimSpace(cell) == "" || withheld(cell) {
			return key{class: 2}
		}
		return key{class: 1, text: strings.ToLower(cell)}
	}
	slices.SortStableFunc(rows, func(x, y []string) int {
		a, b := keyOf(x), keyOf(y)
		if a.class != b.class {
			return cmp.Compare(a.class, b.class)
		}
		order := cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.text, b.text))
		if down {
			return -order
		}
		return order
	})
}
