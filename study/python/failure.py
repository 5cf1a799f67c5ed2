"""Says where in the study a Python error arose, and what it was."""

import os
import traceback


# Python's own files and ours, which may lie below the root: where the study is
# looked for in a user's own folder, that holds the cache.
_NOT_OWN = tuple(os.path.dirname(os.path.abspath(file)) + os.sep for file in (os.__file__, __file__))


def describe(error, root):
    """The error as a plain dictionary; file and line are of the innermost
    frame that is the study's own."""
    file, line, column = _place(error, root)
    return {
        "type": type(error).__name__,
        "message": _message(error),
        "file": file,
        "line": line,
        "column": column,
        # What the import of a missing package was for, and what a stand-in
        # lacks: set by ModuleNotFoundError and by standins.
        "name": getattr(error, "name", None) if isinstance(error, (ImportError, AttributeError)) else None,
        "missing": getattr(error, "missing", None),
        "path": _path(error, root),
        "traceback": "".join(traceback.format_exception(type(error), error, error.__traceback__)),
    }


def _path(error, root):
    if isinstance(error, OSError) and isinstance(error.filename, (str, bytes, os.PathLike)):
        return _relative(os.fsdecode(error.filename), root)
    return None


def _message(error):
    if isinstance(error, SyntaxError):
        return error.msg
    # str() of a KeyError puts its text in quotes.
    if isinstance(error, KeyError) and len(error.args) == 1:
        return str(error.args[0])
    # A name that a module lacks is told with the path of the module, which may
    # be ours.
    if isinstance(error, ImportError) and error.path:
        return str(error).removesuffix(" (%s)" % error.path)
    return str(error)


def _place(error, root):
    if isinstance(error, SyntaxError) and error.filename:
        return _relative(error.filename, root), error.lineno or 0, error.offset or 0
    place = ("", 0, 0)
    for frame in traceback.TracebackException(type(error), error, error.__traceback__).stack:
        if frame.filename.startswith(root + os.sep) and not frame.filename.startswith(_NOT_OWN):
            column = getattr(frame, "colno", None)
            place = (
                _relative(frame.filename, root),
                frame.lineno or 0,
                0 if column is None else column + 1,
            )
    return place


def _relative(path, root):
    return os.path.relpath(path, root) if path.startswith(root + os.sep) else path
