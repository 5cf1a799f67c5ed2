"""rrule, as studies use it: dates from a start to an end, both in, or a number
of them, some days, weeks, months or years apart."""

import calendar
import datetime

YEARLY, MONTHLY, WEEKLY, DAILY = range(4)


def rrule(freq, dtstart=None, interval=1, count=None, until=None):
    start = _time(dtstart)
    end = _time(until) if until is not None else datetime.datetime.max
    n = made = 0
    while count is None or made < count:
        step = n * interval
        n += 1
        if freq in (WEEKLY, DAILY):
            date = start + datetime.timedelta(days=step * (7 if freq == WEEKLY else 1))
        else:
            year, month = divmod(start.month - 1 + step * (12 if freq == YEARLY else 1), 12)
            year, month = start.year + year, month + 1
            if datetime.datetime(year, month, 1) > end:
                return
            if start.day > calendar.monthrange(year, month)[1]:
                continue  # a month without that day is left out
            date = start.replace(year=year, month=month)
        if date > end:
            return
        made += 1
        yield date


def _time(date):
    if isinstance(date, datetime.datetime):
        return date
    return datetime.datetime(date.year, date.month, date.day)
