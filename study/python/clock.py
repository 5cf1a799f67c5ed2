"""Makes a study's clock stand at one day (the option --today)."""

import datetime
import time


def pin(today):
    """Let date.today(), datetime.now() and time.time() be the start of the
    day `today` (text, YYYY-MM-DD)."""
    year, month, day = (int(part) for part in today.split("-"))
    real_date, real_datetime = datetime.date, datetime.datetime
    midnight = real_datetime(year, month, day, tzinfo=datetime.timezone.utc).timestamp()

    # A value made by date.today() must still pass isinstance(value, date),
    # wherever the study got that class from.
    class like_date(type):
        def __instancecheck__(cls, value):
            return isinstance(value, real_date) if cls is date else type.__instancecheck__(cls, value)

    class like_datetime(type):
        def __instancecheck__(cls, value):
            return isinstance(value, real_datetime) if cls is datetime_ else type.__instancecheck__(cls, value)

    class date(real_date, metaclass=like_date):
        @classmethod
        def today(cls):
            return cls(year, month, day)

    class datetime_(real_datetime, metaclass=like_datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(year, month, day, tzinfo=tz)

        @classmethod
        def today(cls):
            return cls(year, month, day)

        @classmethod
        def utcnow(cls):
            return cls(year, month, day)

    datetime.date, datetime.datetime = date, datetime_
    time.time = lambda: midnight
