"""Makes the files beside it: one table of every kind of value, in the releases
that pandas writes. Needs pandas."""

import pandas as pd

frame = pd.DataFrame(
    {
        "patient_id": pd.Series([1, 2, 3], dtype="int32"),
        "flag": pd.Series([1, 0, 1], dtype="int8"),
        "few": pd.Series([1.0, None, 101.0]),
        "large": pd.Series([1e300, -0.5, None]),
        "small": pd.Series([0.5, None, -2], dtype="float32"),
        "seen": pd.to_datetime(["2020-02-29", None, "1959-12-31"]),
        "month": pd.to_datetime(["2020-02-01", None, "1959-12-01"]),
        "sex": pd.Categorical(["M", None, "F"], categories=["F", "M"]),
        "text": ["plain", "", "x" * 200],
    }
)
dates = {"seen": "td", "month": "tm"}
frame.to_stata("release114.dta", convert_dates=dates, write_index=False, version=114)
frame.to_stata("big_endian.dta", convert_dates=dates, write_index=False, version=114, byteorder=">")
frame["text"] = ["plain", "", "x" * 3000]
frame.to_stata("release117.dta", convert_dates=dates, write_index=False, version=117, convert_strl=["text"])
frame["text"] = ["naïve ✓", "", "x" * 3000]
frame.to_stata("release118.dta", convert_dates=dates, write_index=False, version=118, convert_strl=["text"])
frame.to_stata("release119.dta", convert_dates=dates, write_index=False, version=119, convert_strl=["text"])
