"""parse() for dates in the usual forms."""

from pandas import to_datetime


def parse(text, dayfirst=False, **_):
    return to_datetime(text, dayfirst=dayfirst).to_pydatetime()


isoparse = parse
