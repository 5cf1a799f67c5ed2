"""The text files that a study reads. A study writes nothing to disk; a table
that it writes, to read it again as a codelist, is kept here."""

import io
import os

_written = {}


def write(path, text):
    _written[os.path.abspath(path)] = text


def read(path, encoding="utf-8"):
    """The file at path, open for csv.reader."""
    text = _written.get(os.path.abspath(path))
    if text is not None:
        return io.StringIO(text, newline="")
    return open(path, "r", encoding=encoding, newline="")
