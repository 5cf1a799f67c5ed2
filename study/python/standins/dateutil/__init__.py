"""A stand-in for dateutil: relativedelta, and reading plain dates."""
