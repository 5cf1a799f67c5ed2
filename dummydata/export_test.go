package dummydata

import "cohortcounts/study"

func testBound(offset int, unit, function string) *bound {
	anchor := &node{variable: &study.Variable{DateFormat: study.Day}}
	return newBound(anchor, &study.DateExpression{Offset: offset, Unit: study.Unit(unit), Function: function, Variable: "a"}, window{-45_000, 45_000})
}
