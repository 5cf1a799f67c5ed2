// Package flowchart shows how many patients each part of a study's population
// expression leaves, as researchers draw it in their papers:
//
//	All patients                 10,000
//	   │ ──► left out             2,500
//	registered                    7,500
//	   │ ──► left out            [small]
//	NOT has_no_sex              [small]
//
// What holds:
//
//	F1  A number is shown under a disclosure rule, as each cell of a table of
//	    counts is. Raw and Chart are different types, and only Release makes the
//	    second of the first.
//	F2  How many a step left out is the difference of the numbers shown, never of
//	    those that were counted.
//	F3  A number is not shown when its difference, as counted, from the next one
//	    shown is small: who was left out could be few. So it is the steps before
//	    the last that go without a number, and of those as few as may be.
package flowchart
