"""Where in the study something was called."""

import os
import sys

_positions = {}  # id of a code object -> it, and the place of each instruction
ROOT = ""  # the study's folder; paths are given relative to it


def of_caller():
    """[file, line, column] of the code that called the function which asks;
    line and column count from 1, and column is 0 where Python is too old to
    know it."""
    frame = sys._getframe(2)
    file, line, column = frame.f_code.co_filename, frame.f_lineno, 0
    if hasattr(frame.f_code, "co_positions"):
        # Decoding the positions takes long for large files, which make many
        # calls; so does hashing their code, hence id().
        code = frame.f_code
        if id(code) not in _positions:
            _positions[id(code)] = code, list(code.co_positions())
        start, _, offset, _ = _positions[id(code)][1][frame.f_lasti // 2]
        line, column = start or line, (-1 if offset is None else offset) + 1
    if file.startswith(ROOT + os.sep):
        file = os.path.relpath(file, ROOT)
    return [file, line, column]
