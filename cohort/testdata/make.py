"""Makes the files of formats/: one small cohort in every form that is read.

Run in this folder, with pyarrow and pandas: python3 make.py
"""

import datetime
import gzip
import random

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather
import pyarrow.ipc as ipc
import pyarrow.parquet as parquet

ROWS = 300
COLUMNS = ["flu_X1_date", "flu_X2_date", "cold_X1_date"]

random.seed(1)
start = datetime.date(2019, 12, 1)


def day(missing):
    if random.random() < missing:
        return None
    return start + datetime.timedelta(days=random.randrange(400))


days = {
    "flu_X1_date": [day(0) for _ in range(ROWS)],
    "flu_X2_date": [day(0.5) for _ in range(ROWS)],
    "cold_X1_date": [day(0.97) for _ in range(ROWS)],
}
# Dates that few programs expect; every type but timestamp[ns] holds them.
days["flu_X1_date"][7] = datetime.date(1969, 12, 31)
days["flu_X1_date"][8] = datetime.date(1900, 2, 28)
far = {k: list(v) for k, v in days.items()}
far["flu_X2_date"][0] = datetime.date(9999, 12, 31)
far["flu_X2_date"][1] = datetime.date(1677, 1, 1)


def table(kind, source=days, hour=False):
    arrays = {"patient_id": pa.array(range(1, ROWS + 1)), "note": pa.array(["x" * (i % 5) for i in range(ROWS)])}
    for name in COLUMNS:
        array = pa.array(source[name], pa.date32())
        if kind == "string":
            array = pc.strftime(array, "%Y-%m-%d")
        elif kind == "large_string":
            array = pc.strftime(array, "%Y-%m-%d").cast(pa.large_string())
        elif kind == "string_view":
            array = pa.array([None if d is None else str(d) for d in source[name]], pa.string_view())
        elif kind == "dictionary":
            array = pc.strftime(array, "%Y-%m-%d").dictionary_encode()
        elif kind == "dictionary of dates":
            array = array.dictionary_encode().cast(pa.dictionary(pa.int16(), pa.date32()))
        elif hour:
            array = array.cast(pa.timestamp("us")).cast(kind)
            array = pc.add(array, pa.scalar(86399, pa.duration("s")).cast(pa.duration(kind.unit)))
        else:
            array = array.cast(kind)
        arrays[name] = array
    return pa.table(arrays)


ns, us, ms, s = (pa.timestamp(u) for u in ("ns", "us", "ms", "s"))
zoned = pa.timestamp("us", "Europe/London")

f = "formats/"
feather.write_feather(table(ns), f + "lz4.feather", compression="lz4")
feather.write_feather(table(ns, hour=True), f + "times.feather", compression="lz4")
feather.write_feather(table(zoned, hour=True), f + "zone.feather", compression="zstd", chunksize=100)
feather.write_feather(table(us), f + "plain.feather", compression="uncompressed", chunksize=64)
feather.write_feather(table(s, far), f + "seconds.far.feather", compression="lz4")
feather.write_feather(table(ms, far), f + "milliseconds.far.feather", compression="zstd")
feather.write_feather(table(pa.date32(), far), f + "date32.far.feather", compression="lz4")
feather.write_feather(table(pa.date64(), far), f + "date64.far.feather", compression="lz4")
feather.write_feather(table("string", far), f + "string.far.feather", compression="lz4", chunksize=128)
feather.write_feather(table("large_string"), f + "large_string.feather", compression="zstd")
feather.write_feather(table("dictionary", far), f + "dictionary.far.feather", compression="lz4")
with ipc.new_file(f + "string_view.arrow", table("string_view").schema) as w:
    w.write_table(table("string_view"))
with ipc.new_file(f + "dictionary_of_dates.arrow", table("dictionary of dates").schema) as w:
    w.write_table(table("dictionary of dates"))
with ipc.new_stream(f + "stream.arrows", table(ns).schema, options=ipc.IpcWriteOptions(compression="lz4")) as w:
    w.write_table(table(ns), max_chunksize=77)

# Dictionaries that grow from batch to batch, as deltas and as replacements.
for name, deltas in ("delta.arrows", True), ("replaced.arrows", False):
    whole = table("string")
    entries = {c: [] for c in COLUMNS}
    schema = pa.schema([pa.field(c, pa.dictionary(pa.int8() if c == "cold_X1_date" else pa.int32(), pa.string())) for c in COLUMNS])
    with ipc.new_stream(f + name, schema, options=ipc.IpcWriteOptions(emit_dictionary_deltas=deltas)) as w:
        for begin in range(0, ROWS, 100):
            part = whole.slice(begin, 100)
            arrays = []
            for c in COLUMNS:
                values = part[c].to_pylist()
                if not deltas:
                    entries[c] = []
                for v in values:
                    if v is not None and v not in entries[c]:
                        entries[c].append(v)
                index = schema.field(c).type.index_type
                arrays.append(pa.DictionaryArray.from_arrays(
                    pa.array([None if v is None else entries[c].index(v) for v in values], index), pa.array(entries[c], pa.string())))
            w.write_batch(pa.record_batch(arrays, schema=schema))

small = dict(row_group_size=128, data_page_size=256)
parquet.write_table(table(ns), f + "snappy.parquet", **small)
parquet.write_table(table(us), f + "plain.parquet", compression="none", use_dictionary=False, **small)
parquet.write_table(table(pa.date32(), far), f + "v2.far.parquet", compression="zstd", data_page_version="2.0", write_page_checksum=True, **small)
parquet.write_table(table(pa.date32(), far), f + "v2plain.far.parquet", compression="snappy", data_page_version="2.0", use_dictionary=False, **small)
parquet.write_table(table(ns), f + "int96.parquet", compression="gzip", use_deprecated_int96_timestamps=True, **small)
parquet.write_table(table(ns), f + "int96plain.parquet", compression="brotli", use_dictionary=False, use_deprecated_int96_timestamps=True, **small)
parquet.write_table(table("string", far), f + "string.far.parquet", compression="lz4", **small)
for encoding in "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT":
    parquet.write_table(table(ms, far), f + f"{encoding.lower()}.64.far.parquet", use_dictionary=False, column_encoding={c: encoding for c in COLUMNS}, **small)
    parquet.write_table(table(pa.date32(), far), f + f"{encoding.lower()}.32.far.parquet", use_dictionary=False, column_encoding={c: encoding for c in COLUMNS}, **small)
for encoding in "PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY":
    parquet.write_table(table("string", far), f + f"{encoding.lower()}.far.parquet", use_dictionary=False, column_encoding={c: encoding for c in COLUMNS}, **small)


def csv(source, quote=""):
    t = table("string", source)
    lines = [",".join(quote + c + quote for c in t.column_names)]
    for row in zip(*(t[c].to_pylist() for c in t.column_names)):
        lines.append(",".join(quote + ("" if v is None else str(v)) + quote for v in row))
    return lines


open(f + "csv.far.csv", "w").write("\n".join(csv(far)) + "\n")
open(f + "quoted.csv", "w", newline="").write("\ufeff" + "\r\n".join(csv(days, '"')))
gzip.GzipFile(f + "csv.csv.gz", "wb", mtime=0).write(("\n".join(csv(days)) + "\n").encode())

# No rows: the row group that is written all the same has a dictionary and no data page, whose place is then 0.
parquet.write_table(table(us).schema.empty_table(), "norows.parquet", compression="snappy", store_schema=False)
