package cohort_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"cohortcounts/cohort"
)

// stataRecord is three patients with a column of each kind that a cohort has.
func stataRecord(t *testing.T) arrow.Record {
	t.Helper()
	label := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	columns := []struct {
		name   string
		kind   arrow.DataType
		values string // as JSON
	}{
		{"seen", &arrow.TimestampType{Unit: arrow.Nanosecond}, `["1959-12-31", null, "2020-02-29"]`},
		{"flag", arrow.FixedWidthTypes.Boolean, `[true, false, true]`},
		{"times", arrow.PrimitiveTypes.Int64, `[-3, 0, 2147483620]`},
		{"large", arrow.PrimitiveTypes.Int64, `[0, 1, 9007199254740992]`},
		{"bmi", arrow.PrimitiveTypes.Float64, `[22.5, 0, -0.1]`},
		{"région", label, `["Yorkshire and The Humber", null, "Île ✓"]`},
		{"none", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}, `[null, null, null]`},
		{"imd", &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.PrimitiveTypes.Float64}, `[100, null, 200]`},
		{"a-rather-long-name-of-a-variable-1", arrow.PrimitiveTypes.Int64, `[1, 1, 1]`},
		{"a-rather-long-name-of-a-variable-2", arrow.PrimitiveTypes.Int64, `[2, 2, 2]`},
		{"a-rather-long-name-of-a-variable-3", arrow.PrimitiveTypes.Int64, `[3, 3, 3]`},
		{"2nd", arrow.PrimitiveTypes.Int64, `[4, 4, 4]`},
		{"float", arrow.PrimitiveTypes.Int64, `[5, 5, 5]`},
	}
	var fields []arrow.Field
	var arrays []arrow.Array
	for _, c := range columns {
		a, _, err := array.FromJSON(memory.DefaultAllocator, c.kind, strings.NewReader(c.values))
		if err != nil {
			t.Fatal(c.name, err)
		}
		fields, arrays = append(fields, arrow.Field{Name: c.name, Type: c.kind, Nullable: true}), append(arrays, a)
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, 3)
}

// What we read back of a Stata file that we wrote.
const stataBack = `seen date [1959-12-31 nil 2020-02-29]
flag byte [1 0 1]
times long [-3 0 2147483620]
large double [0.0 1.0 9007199254740992.0]
bmi double [22.5 0.0 -0.1]
région str24 ['Yorkshire and The Humber' '' 'Île ✓']
none str1 ['' '' '']
imd double [100.0 nil 200.0]
a_rather_long_name_of_a_variable long [1 1 1]
_0a_rather_long_name_of_a_variab long [2 2 2]
_1a_rather_long_name_of_a_variab long [3 3 3]
_2nd long [4 4 4]
_float long [5 5 5]
`

// pandas gives what it reads in the same form.
const stataByPandas = `
import sys, pandas as pd
frame = pd.read_stata(sys.argv[1])
kinds = {"int8": "byte", "int32": "long", "float64": "double"}
def show(v):
    if v is None or v != v: return "nil"
    return str(v.date()) if hasattr(v, "date") else repr(v.item() if hasattr(v, "item") else v)
for name in frame:
    kind = str(frame[name].dtype)
    if kind.startswith("datetime64"): kind = "date"
    elif kind in ("object", "str"): kind = "str%d" % max(1, frame[name].str.encode("utf8").str.len().max())
    print(name, kinds.get(kind, kind), "[" + " ".join(show(v) for v in frame[name]) + "]")
`

func TestStataReadBack(t *testing.T) {
	t.Parallel()
	for _, format := range []cohort.Format{cohort.Stata, cohort.StataGzip} {
		path := write(t, "a."+string(format), cohort.WriteOptions{Format: format}, stataRecord(t))
		table, err := cohort.ReadTable(path, format)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(stataBack, tableText(table)); diff != "" {
			t.Errorf("%s, read by us: %s", format, diff)
		}
		python, err := exec.LookPath("python3")
		if err == nil {
			err = exec.Command(python, "-c", "import pandas").Run()
		}
		if err != nil {
			t.Logf("no python3 with pandas on the PATH: %s files are read back by our own reader only", format)
			continue
		}
		out, err := exec.Command(python, "-X", "utf8", "-c", stataByPandas, path).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if diff := cmp.Diff(stataBack, string(out)); diff != "" {
			t.Errorf("%s, read by pandas: %s", format, diff)
		}
	}
}
