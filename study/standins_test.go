package study

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What studies do with pandas and numpy while they declare variables, and what
// comes of it, as Python writes it.
var standinUses = []struct{ python, want string }{
	{`frame["code"].unique().tolist()`, `[10, 20, 30]`},
	{`{code: 1 / len(frame["code"].unique()) for code in frame["code"].unique()}`, `{10: 0.3333333333333333, 20: 0.3333333333333333, 30: 0.3333333333333333}`},
	{`frame["code"].unique()[0]`, `10`},
	{`sorted(set(frame["group"]))`, `['a', 'b']`},
	{`frame["code"].drop_duplicates().to_list()`, `[10, 20, 30]`},
	{`len(frame.index), len(frame), frame.shape`, `(4, 4, (4, 3))`},
	{`[frame["group"][i] for i in frame.index]`, `['a', 'b', 'a', 'b']`},
	{`frame.loc[frame["group"] == "a", "code"].tolist()`, `[10, 20]`},
	{`frame[frame["group"] == "b"]["code"].tolist()`, `[20, 30]`},
	{`frame[frame["code"].isin([10, 30])].group.tolist()`, `['a', 'b']`},
	{`frame.iloc[1]["group"], frame["code"].iloc[-1]`, `('b', 30)`},
	{`frame.set_index("group")["code"].to_dict()`, `{'a': 20, 'b': 30}`},
	{`dict(zip(frame.group, frame.code))`, `{'a': 20, 'b': 30}`},
	{`[(i, row["code"]) for i, row in frame.iterrows()]`, `[(0, 10), (1, 20), (2, 20), (3, 30)]`},
	{`[(row.code, row.group) for row in frame.itertuples()][0]`, `(10, 'a')`},
	{`frame.head(1).to_dict("records")`, `[{'code': 10, 'group': 'a', 'share': 0.5}]`},
	{`list(frame.columns), "code" in frame`, `(['code', 'group', 'share'], True)`},
	{`frame["code"].astype(str).tolist()`, `['10', '20', '20', '30']`},
	{`frame["share"].dropna().tolist(), frame["share"].sum()`, `([0.5, 0.25, 0.25], 1.0)`},
	{`frame["code"].min(), frame["code"].max(), frame["share"].isna().tolist()`, `(10, 30, [False, False, True, False])`},
	{`frame["code"].value_counts(normalize=True).to_dict()[20]`, `0.5`},
	{`frame.apply(lambda row: row["code"] * 2, axis=1).tolist()`, `[20, 40, 40, 60]`},
	{`frame.head(2).to_csv(index=False)`, `'code,group,share\n10,a,0.5\n20,b,0.25\n'`},
	{`texts["code"].tolist(), texts["share"][0]`, `(['10', '20', '20', '30'], '0.5')`},
	{`pd.to_datetime("2020-02-01", format="%Y-%m-%d").strftime("%d %b %Y")`, `'01 Feb 2020'`},
	{`(pd.to_datetime("2020-02-01") + pd.Timedelta(days=30)).date().isoformat()`, `'2020-03-02'`},
	{`(pd.Timestamp("2020-01-31") + pd.DateOffset(months=1)).strftime("%Y-%m-%d")`, `'2020-02-29'`},
	{`[d.strftime("%Y-%m-%d") for d in pd.date_range("2020-01-01", periods=3, freq="MS")]`, `['2020-01-01', '2020-02-01', '2020-03-01']`},
	{`[d.strftime("%d %b") for d in rrule.rrule(rrule.MONTHLY, dtstart=date(2020, 1, 31), until=date(2020, 4, 1))]`, `['31 Jan', '31 Mar']`},
	{`[d.day for d in rrule.rrule(rrule.WEEKLY, dtstart=date(2020, 2, 20), count=3)]`, `[20, 27, 5]`},
	{`np.random.seed(123456)`, `None`},
	{`[float(x) for x in np.round(np.array([1, 2]) / 3, 2)]`, `[0.33, 0.67]`},
	{`np.arange(3).tolist(), np.linspace(0, 1, 3).tolist(), bool(np.isnan(np.nan))`, `([0, 1, 2], [0.0, 0.5, 1.0], True)`},
}

// The stand-ins do what studies use of pandas and numpy, and so does the
// Python of this machine, where it has the packages: run with --python, it
// prints the same.
func TestStandins(t *testing.T) {
	t.Parallel()
	var text, want strings.Builder
	text.WriteString("import numpy as np, pandas as pd\nfrom datetime import date\nfrom dateutil import rrule\n" +
		"frame = pd.read_csv(\"codelists/table.csv\")\ntexts = pd.read_csv(filepath_or_buffer=\"codelists/table.csv\", dtype=str)\n" +
		"def plain(v):\n" +
		"    if isinstance(v, (list, tuple)): return type(v)(map(plain, v))\n" +
		"    if isinstance(v, dict): return {plain(k): plain(x) for k, x in v.items()}\n" +
		"    return v.item() if hasattr(v, 'item') else v\n")
	for _, use := range standinUses {
		text.WriteString("try: print(repr(plain((" + use.python + "))))\nexcept Exception as e: print(type(e).__name__, e)\n")
		want.WriteString(use.want + "\n")
	}
	text.WriteString("from cohortextractor import *\nstudy = StudyDefinition(population=patients.all())\n")
	root := project(t, map[string]string{
		"codelists/table.csv":          "code,group,share\n10,a,0.5\n20,b,0.25\n20,a,\n30,b,0.25\n",
		"analysis/study_definition.py": text.String(),
	})
	for _, interpreter := range []string{"", realPandas(t)} {
		if interpreter == "none" {
			continue
		}
		var printed bytes.Buffer
		if _, err := Load(t.Context(), root, "study_definition", Options{Today: day("2021-06-30"), FreeClock: true, Python: interpreter, Prints: &printed}); err != nil {
			t.Fatalf("python %q: %v", interpreter, err)
		}
		got := strings.Split(printed.String(), "\n")
		for i, line := range strings.Split(want.String(), "\n") {
			if i >= len(got) || got[i] != line {
				t.Errorf("python %q: %s\ngives %s\nwant  %s", interpreter, standinUses[min(i, len(standinUses)-1)].python, at(got, i), line)
			}
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

// realPandas is a Python with pandas and numpy, or "none".
func realPandas(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "python"} {
		if path, err := exec.LookPath(name); err == nil && exec.Command(path, "-c", "import numpy, pandas").Run() == nil {
			return path
		}
	}
	t.Log("no python on the PATH has pandas and numpy: the stand-ins are compared with what those are known to give, only")
	return "none"
}

// A table that a study writes is not written; the study can read it.
func TestWrittenTable(t *testing.T) {
	t.Parallel()
	root := project(t, map[string]string{
		"codelists/a.csv": "code\n1\n2\n",
		"analysis/study_definition.py": `import pandas as pd
from cohortextractor import *
def add(row):
    row["read"] = "Y" + str(row["code"])
    return row
table = pd.read_csv("codelists/a.csv").apply(lambda row: add(row), axis=1)
table.to_csv("codelists/a.csv")
codes = codelist_from_csv("codelists/a.csv", system="ctv3", column="read")
study = StudyDefinition(population=patients.with_these_clinical_events(codes))
`,
	})
	d, err := Load(t.Context(), root, "study_definition", Options{Today: day("2021-06-30")})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Y1", "Y2"}, d.Variables[0].Codelists["codelist"].Codes); diff != "" {
		t.Error(diff)
	}
	if text, err := os.ReadFile(root + "/codelists/a.csv"); err != nil || string(text) != "code\n1\n2\n" {
		t.Errorf("the codelist is now %q (%v)", text, err)
	}
}

// A study may look for the name of a value in the frames around, as it is there
// in older Pythons.
func TestNamesInFrames(t *testing.T) {
	t.Parallel()
	root := project(t, map[string]string{
		"analysis/names.py": `import inspect
def name_of(value):
    for info in reversed(inspect.stack()):
        names = [name for name, found in info.frame.f_locals.items() if found is value]
        if names:
            return names[0]
`,
		"analysis/study_definition.py": `from cohortextractor import *
from names import name_of
asthma = codelist(["1"], system="snomed")
columns = {key: name_of(value) for key, value in {"a": asthma}.items()}
print(columns)
study = StudyDefinition(population=patients.all())
`,
	})
	var printed bytes.Buffer
	if _, err := Load(t.Context(), root, "study_definition", Options{Today: day("2021-06-30"), Prints: &printed}); err != nil {
		t.Fatal(err)
	}
	if want := "{'a': 'asthma'}\n"; printed.String() != want {
		t.Errorf("printed %q, want %q", printed.String(), want)
	}
}

// A study may look into what a function of patients gives it: a pair of the
// function's name and its arguments, as JSON has it too.
func TestCallsAreTuples(t *testing.T) {
	t.Parallel()
	var printed bytes.Buffer
	_, err := load(t, `**((lambda v: (print(__import__("json").dumps(v), v["seen"][0]), v)[1])({"seen": patients.with_these_medications(codes, returning="date", date_format="YYYY-MM")})),`, Options{Prints: &printed})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"seen": ["with_these_medications", {"returning": "date", "date_format": "YYYY-MM"}]} with_these_medications` + "\n"; printed.String() != want {
		t.Errorf("printed %q, want %q", printed.String(), want)
	}
}
