"""numpy.random for studies that only seed it, or draw a number or two: the
numbers are not those of numpy, and are the same in every run."""

import random as _random

_source = _random.Random(0)


def seed(value=None):
    _source.seed(0 if value is None else value)


def _many(draw, size):
    return draw() if size is None else [draw() for _ in range(size)]


def rand(size=None):
    return _many(_source.random, size)


random = random_sample = uniform01 = rand


def uniform(low=0.0, high=1.0, size=None):
    return _many(lambda: _source.uniform(low, high), size)


def normal(loc=0.0, scale=1.0, size=None):
    return _many(lambda: _source.gauss(loc, scale), size)


def randint(low, high=None, size=None, **_):
    low, high = (0, low) if high is None else (low, high)
    return _many(lambda: _source.randrange(low, high), size)


def choice(values, size=None, replace=True, p=None):
    values = list(range(values)) if isinstance(values, int) else list(values)
    if size is not None and not replace:
        return _source.sample(values, size)
    return _many(lambda: _source.choices(values, weights=p)[0], size)


def shuffle(values):
    _source.shuffle(values)


def __getattr__(name):
    import missing

    return missing.attribute("numpy.random", name)
