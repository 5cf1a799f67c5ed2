"""A stand-in for the little of pandas that study definitions use while they
declare their variables: dates, and reading a codelist. Everything else says
what is missing when it is asked for, so that an unused import costs nothing."""

from . import _dates, _table
from ._dates import NaT, Timedelta, Timestamp, date_range, to_datetime
from ._table import DataFrame, Series, read_csv

DateOffset = _dates.DateOffset
__version__ = "0+stand-in"


def isnull(value):
    return value is None or value is NaT or value != value


isna = isnull


def notnull(value):
    return not isnull(value)


notna = notnull


def __getattr__(name):
    import missing

    return missing.attribute("pandas", name)
