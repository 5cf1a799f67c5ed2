"""relativedelta, as studies use it: whole years, months, weeks and days, added
to a date. A day that the month does not have becomes its last."""

import calendar
import datetime


class relativedelta:
    def __init__(self, years=0, months=0, weeks=0, days=0, year=None, month=None, day=None):
        self.years, self.months, self.days = years, months, days + 7 * weeks
        self.year, self.month, self.day = year, month, day

    def __neg__(self):
        return relativedelta(-self.years, -self.months, 0, -self.days, self.year, self.month, self.day)

    def __mul__(self, n):
        return relativedelta(self.years * n, self.months * n, 0, self.days * n, self.year, self.month, self.day)

    __rmul__ = __mul__

    def __radd__(self, date):
        months = (self.year or date.year) * 12 + (self.month or date.month) - 1 + 12 * self.years + self.months
        year, month = months // 12, months % 12 + 1
        day = min(self.day or date.day, calendar.monthrange(year, month)[1])
        return date.replace(year=year, month=month, day=day) + datetime.timedelta(days=self.days)

    __add__ = __radd__

    def __rsub__(self, date):
        return (-self).__radd__(date)
