package measures

import (
	"fmt"
	"slices"
)

// mostRows bounds a table: more combinations of values than this are no table
// that anyone reads, and the original runs out of memory long before.
const mostRows = 20_000_000

// groups numbers the combinations of values of some columns. The number of a
// combination is made column by column: that of the columns before and the
// level of the next are a pair, which has a number.
type groups struct {
	columns []*levels
	pairs   []map[pair]int32 // of each column but the first
	members [][]pair         // of each column but the first: the pairs by number
	numbers []int32
}

type pair struct{ before, level int32 }

func newGroups(columns []*levels) *groups {
	g := &groups{columns: columns, members: make([][]pair, len(columns))}
	for range columns {
		g.pairs = append(g.pairs, map[pair]int32{})
	}
	return g
}

// of is the group of each of some rows, whose levels are the codes of each
// column; -1 is none (M3). It is valid until the next call.
func (g *groups) of(codes [][]int32) []int32 {
	g.numbers = append(g.numbers[:0], codes[0]...)
	for i := 1; i < len(codes); i++ {
		for row, level := range codes[i] {
			before := g.numbers[row]
			if before < 0 || level < 0 {
				g.numbers[row] = -1
				continue
			}
			g.numbers[row] = numberIn(g.pairs[i], &g.members[i], pair{before, level})
		}
	}
	return g.numbers
}

// rows calls visit for each row of the table in its order (M2), with the level
// in each column and the group, -1 where no patient is in it.
func (g *groups) rows(visit func(row []int32, group int32) error) error {
	orders := make([][]int32, len(g.columns))
	full, total := false, 1.0
	for i, column := range g.columns {
		orders[i] = column.order()
		full = full || column.category
		total *= float64(len(orders[i]))
	}
	if !full {
		return g.occurring(orders, visit)
	}
	if total > mostRows {
		return fmt.Errorf("a table of %.0f rows, one for each combination of groups, is too large; group by fewer columns", total)
	}
	row := make([]int32, len(orders))
	return g.combine(orders, row, 0, -1, visit)
}

// combine goes through all combinations of levels from a column on.
func (g *groups) combine(orders [][]int32, row []int32, column int, before int32, visit func([]int32, int32) error) error {
	for _, level := range orders[column] {
		group := int32(-1)
		switch {
		case column == 0:
			group = level
		case before >= 0:
			if found, ok := g.pairs[column][pair{before, level}]; ok {
				group = found
			}
		}
		row[column] = level
		var err error
		if column == len(orders)-1 {
			err = visit(row, group)
		} else {
			err = g.combine(orders, row, column+1, group, visit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// occurring goes through the combinations that there are.
func (g *groups) occurring(orders [][]int32, visit func([]int32, int32) error) error {
	last := len(g.columns) - 1
	n := g.columns[0].len()
	if last > 0 {
		n = len(g.members[last])
	}
	ranks := make([][]int32, len(orders))
	for i, order := range orders {
		ranks[i] = make([]int32, len(order))
		for rank, level := range order {
			ranks[i][level] = int32(rank)
		}
	}
	all := make([][]int32, n)
	for group := range all {
		row := make([]int32, len(orders)+1)
		row[last+1] = int32(group)
		at := int32(group)
		for i := last; i > 0; i-- {
			row[i], at = g.members[i][at].level, g.members[i][at].before
		}
		row[0] = at
		all[group] = row
	}
	slices.SortFunc(all, func(a, b []int32) int {
		for i := range orders {
			if d := ranks[i][a[i]] - ranks[i][b[i]]; d != 0 {
				return int(d)
			}
		}
		return 0
	})
	for _, row := range all {
		if err := visit(row[:last+1], row[last+1]); err != nil {
			return err
		}
	}
	return nil
}
