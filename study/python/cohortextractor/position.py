"""Where in the study something was called."""

import os
import sys

ROOT = ""  # the study's folder; paths are given relative to it


def of_caller():
    """[file, line, column] of the code that called the function which asks;
    line and column count from 1, and column is 0 where Python is too old to
    know it."""
    frame = sys._getframe(2)
    file, line, column = frame.f_code.co_filename, frame.f_lineno, 0
    if hasattr(frame.f_code, "co_positions"):
        for index, (start, _, offset, _) in enumerate(frame.f_code.co_positions()):
            if index == frame.f_lasti // 2:
                line, column = start or line, (-1 if offset is None else offset) + 1
                break
    if file.startswith(ROOT + os.sep):
        file = os.path.relpath(file, ROOT)
    return [file, line, column]
