"""A stand-in for the little of numpy that study definitions use while they
declare their variables. Arrays are lists. Everything else says what is missing
when it is asked for."""

import math
from math import ceil, exp, floor, log, sqrt  # noqa: F401

from . import random  # noqa: F401

nan = NaN = float("nan")
inf = float("inf")
pi, e = math.pi, math.e
__version__ = "0+stand-in"


class ndarray(list):
    """A list with an array's arithmetic."""

    def tolist(self):
        return list(self)

    def _each(self, other, function):
        if isinstance(other, (list, tuple)):
            return ndarray(function(a, b) for a, b in zip(self, other))
        return ndarray(function(a, other) for a in self)

    def __add__(self, other):
        return self._each(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._each(other, lambda a, b: a - b)

    def __mul__(self, other):
        return self._each(other, lambda a, b: a * b)

    def __truediv__(self, other):
        return self._each(other, lambda a, b: a / b)

    __radd__, __rmul__ = __add__, __mul__

    def sum(self):
        return sum(self)

    def astype(self, kind):
        return ndarray(map(kind, self))


def array(values, *_, **__):
    return ndarray(values)


asarray = array


def arange(start, stop=None, step=1, **_):
    if stop is None:
        start, stop = 0, start
    return ndarray(start + i * step for i in range(max(0, math.ceil((stop - start) / step))))


def linspace(start, stop, num=50, **_):
    return ndarray(start + (stop - start) * i / max(1, num - 1) for i in range(num))


def round(value, decimals=0):
    import builtins

    if isinstance(value, (list, tuple)):
        return ndarray(round(v, decimals) for v in value)
    return builtins.round(value, decimals) if decimals else float(builtins.round(value))


def isnan(value):
    return value != value


def unique(values):
    return ndarray(sorted(set(values)))


def concatenate(arrays, **_):
    return ndarray(item for a in arrays for item in a)


def append(values, more, **_):
    return ndarray([*values, *(more if isinstance(more, (list, tuple)) else [more])])


def repeat(value, times):
    return ndarray([value] * times) if not isinstance(value, (list, tuple)) else ndarray(v for v in value for _ in range(times))


def ones(n, **_):
    return ndarray([1.0] * n)


def zeros(n, **_):
    return ndarray([0.0] * n)


def sum(values):  # noqa: A001
    return math.fsum(values)


def mean(values):
    return math.fsum(values) / len(values)


def int64(value):
    return int(value)


int32 = int_ = int64


def float64(value):
    return float(value)


def __getattr__(name):
    import missing

    return missing.attribute("numpy", name)
