"""The weekly counts of a cohort by one of our peers: peers.py ENGINE INPUT OUTPUT.

Each engine does what its manual would do: read the columns of dates, count the
values of each. What follows (days to weeks, disclosure control, CSV) is the
same small work for all.
"""

import collections
import datetime
import re
import sys

engine, path, output = sys.argv[1:]
parquet = path.endswith("parquet")

CODELISTS = """exposure_to_disease historic_covid probable_covid_sequelae probable_covid_pos_test
suspected_covid_isolation suspected_covid_nonspecific suspected_covid_had_antigen_test sgss_positive_test
covid_caseness antigen_negative potential_historic_covid suspected_covid_advice suspected_covid_had_test
covid_unrelated_to_case_status suspected_covid probable_covid""".split()
START, END = datetime.date(2020, 2, 1), datetime.date(2021, 11, 28)

counts = {codelist: collections.Counter() for codelist in CODELISTS}


def wanted(names):
    for name in names:
        match = re.fullmatch(r"(.+)_X[1-9][0-9]*_date", name)
        if match and match[1] in counts:
            yield name, counts[match[1]]


def day(value):
    return value.date() if isinstance(value, datetime.datetime) else value


if engine == "pandas":
    import pandas

    data = pandas.read_parquet(path) if parquet else pandas.read_feather(path)
    for name, counter in wanted(data.columns):
        for value, n in data[name].value_counts().items():
            counter[value.date()] += n
elif engine == "pyarrow":
    import pyarrow.compute
    import pyarrow.feather
    import pyarrow.parquet

    data = pyarrow.parquet.read_table(path) if parquet else pyarrow.feather.read_table(path, memory_map=True)
    for name, counter in wanted(data.column_names):
        for item in pyarrow.compute.value_counts(data[name].cast(pyarrow.date32())).to_pylist():
            if item["values"] is not None:
                counter[item["values"]] += item["counts"]
elif engine == "polars":
    import polars

    frame = polars.scan_parquet(path) if parquet else polars.scan_ipc(path)
    columns = list(wanted(frame.collect_schema().names()))
    queries = [frame.select(polars.col(name).drop_nulls()).group_by(name).len() for name, _ in columns]
    for (_, counter), result in zip(columns, polars.collect_all(queries)):
        for value, n in result.iter_rows():
            counter[day(value)] += n
elif engine == "duckdb":
    import duckdb

    if parquet:
        data = duckdb.from_parquet(path)
    else:
        import pyarrow.dataset

        source = pyarrow.dataset.dataset(path, format="feather")
        data = duckdb.from_arrow(source)
    for name, counter in wanted(data.columns):
        query = f'select "{name}"::date, count(*) from data where "{name}" is not null group by 1'
        for value, n in duckdb.sql(query).fetchall():
            counter[value] += n
else:
    sys.exit(f"unknown engine {engine}")

weeks = {codelist: collections.Counter() for codelist in CODELISTS}
for codelist, counter in counts.items():
    for value, n in counter.items():
        if START <= value <= END:
            weeks[codelist][value + datetime.timedelta(days=6 - value.weekday())] += n
with open(output, "w") as file:
    file.write("," + ",".join(CODELISTS) + "\n")
    week = START + datetime.timedelta(days=6 - START.weekday())
    while week <= END:
        cells = (weeks[codelist][week] for codelist in CODELISTS)
        file.write(week.isoformat() + "".join("," + ("" if n <= 5 else f"{5 * round(n / 5)}.0") for n in cells) + "\n")
        week += datetime.timedelta(days=7)
