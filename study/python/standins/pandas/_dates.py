"""Timestamps, as far as they follow from datetime."""

import calendar
import datetime
import re


class _NaT:
    def __repr__(self):
        return "NaT"

    def __bool__(self):
        return True

    def __eq__(self, other):
        return False

    __hash__ = object.__hash__


NaT = _NaT()


class Timedelta(datetime.timedelta):
    def __new__(cls, value=0, unit=None, **parts):
        if isinstance(value, datetime.timedelta):
            return super().__new__(cls, days=value.days, seconds=value.seconds, microseconds=value.microseconds)
        if isinstance(value, str):
            number, unit = re.fullmatch(r"\s*([-+]?[0-9.]+)\s*([A-Za-z]+)\s*", value).groups()
            value = float(number)
        names = {"d": "days", "day": "days", "days": "days", "w": "weeks", "h": "hours", "hours": "hours", "m": "minutes", "s": "seconds"}
        if value and unit:
            parts = {names[unit.lower()]: value}
        return super().__new__(cls, **parts)


class Timestamp(datetime.datetime):
    def __new__(cls, value=None, *rest, **parts):
        if isinstance(value, int) and rest or value is None and parts:
            return super().__new__(cls, value, *rest, **parts) if rest else super().__new__(cls, **parts)
        if isinstance(value, str):
            value = _parse(value)
        if not isinstance(value, datetime.datetime):
            value = datetime.datetime(value.year, value.month, value.day)
        return super().__new__(
            cls, value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond
        )

    def __str__(self):
        return self.strftime("%Y-%m-%d %H:%M:%S")

    def __add__(self, other):
        if isinstance(other, DateOffset):
            return other.__radd__(self)
        return super().__add__(other)

    def __sub__(self, other):
        if isinstance(other, DateOffset):
            return (-other).__radd__(self)
        difference = super().__sub__(other)
        if isinstance(difference, datetime.timedelta):
            return Timedelta(difference)
        return difference

    def normalize(self):
        return Timestamp(self.date())

    def to_pydatetime(self):
        return datetime.datetime(*self.timetuple()[:6])

    @property
    def dayofweek(self):
        return self.weekday()

    @property
    def quarter(self):
        return (self.month - 1) // 3 + 1


class DateOffset:
    def __init__(self, n=1, years=0, months=0, weeks=0, days=None):
        given = years or months or weeks or days is not None
        self.n, self.months = n, years * 12 + months
        self.days = (days or 0) + 7 * weeks if given else 1

    def __neg__(self):
        result = DateOffset(-self.n, days=self.days)
        result.months = self.months
        return result

    def __radd__(self, date):
        moved = date.year * 12 + date.month - 1 + self.n * self.months
        year, month = moved // 12, moved % 12 + 1
        day = min(date.day, calendar.monthrange(year, month)[1])
        return Timestamp(date.replace(year=year, month=month, day=day)) + datetime.timedelta(days=self.n * self.days)

    __add__ = __radd__


def to_datetime(arg, errors="raise", dayfirst=False, yearfirst=False, utc=None, format=None, **_):
    """A Timestamp of a text or date, or a list of them of a list."""
    if isinstance(arg, (list, tuple)):
        return [to_datetime(v, errors=errors, dayfirst=dayfirst, format=format) for v in arg]
    if hasattr(arg, "map") and hasattr(arg, "tolist"):
        return arg.map(lambda v: to_datetime(v, errors=errors, dayfirst=dayfirst, format=format))
    try:
        if isinstance(arg, str) and format:
            return Timestamp(datetime.datetime.strptime(arg, format))
        if isinstance(arg, str):
            return Timestamp(_parse(arg, dayfirst))
        return Timestamp(arg)
    except (ValueError, TypeError, AttributeError):
        if errors == "coerce":
            return NaT
        if errors == "ignore":
            return arg
        raise


def date_range(start=None, end=None, periods=None, freq="D", **_):
    """A list of Timestamps: by days, weeks (W), months' ends (M) or starts (MS)."""
    start = start if start is None else to_datetime(start)
    end = end if end is None else to_datetime(end)
    number, unit = re.fullmatch(r"(\d*)([A-Za-z-]+)", freq).groups()
    step, unit = int(number or 1), unit.upper()
    days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    out = []
    if unit.startswith("W") or unit == "D":
        at, jump = start, datetime.timedelta(days=step if unit == "D" else 7 * step)
        if unit != "D":
            wanted = days.index(unit.partition("-")[2] or "SUN")
            at += datetime.timedelta(days=(wanted - at.weekday()) % 7)
        while (end is None or at <= end) and (periods is None or len(out) < periods):
            out.append(at)
            at = at + jump
        return out
    if unit not in ("M", "ME", "MS"):
        import missing

        raise missing.MissingError(f"pandas.date_range(freq={freq!r})")
    year, month = start.year, start.month
    while periods is None or len(out) < periods:
        day = 1 if unit == "MS" else calendar.monthrange(year, month)[1]
        at = Timestamp(datetime.datetime(year, month, day))
        if end is not None and at > end:
            break
        if at >= start:
            out.append(at)
        year, month = (year * 12 + month - 1 + step) // 12, (month - 1 + step) % 12 + 1
    return out


def _parse(text, dayfirst=False):
    text = text.strip()
    if text.lower() in ("today", "now"):
        return datetime.datetime.today()
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        pass
    slashed = ("%d/%m/%Y", "%m/%d/%Y") if dayfirst else ("%m/%d/%Y", "%d/%m/%Y")
    for form in ("%Y%m%d", "%Y-%m", "%Y", *slashed, "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d, %Y", "%Y/%m/%d"):
        try:
            return datetime.datetime.strptime(text, form)
        except ValueError:
            pass
    raise ValueError(f"cannot read {text!r} as a date")
